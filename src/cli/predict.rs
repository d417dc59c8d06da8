//! `stance predict`: every row in comes out again, in its place, with a label and probabilities beside it.

use super::args::{OnError, PredictArgs};
use super::articles::Articles;
use super::failure::Failure;
use super::inputs::{keep_apart, open_model, read_options, say_opened, say_unmarked, set_threads};
use super::progress::Progress;
use super::quotation_rows::{Finder, QuotationTable};
use super::quotes::quotations_format;
use super::scoring::{Batch, RowScoring, Tally};
use super::terminal::Terminal;
use super::{interrupt, pipeline, sheet};
use stance::features::vectorizer::CACHE_BYTES;
use stance::io::{
    DIGEST_LENGTH, Format, Others, Output, OutputOptions, ReadOptions, Reader, Sink, Source,
};
use stance::model::{Prior, StanceModel};
use stance::prediction::UNITS;
use stance::quotes::COLUMNS;
use std::io::{Cursor, IsTerminal};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the words seen by all threads together may take.
const ALL_CACHES: usize = 2 * CACHE_BYTES;

pub fn run(args: &PredictArgs, terminal: &Terminal) -> Result<(), Failure> {
    let n_workers = set_threads(args.threads);
    let progress = Progress::new(terminal);
    let inputs = args.data.iter().chain(&args.model).chain(args.of.files());
    keep_apart(args.output.iter().map(|path| ("--output", path)), inputs)?;
    let model = open_model(args.model.as_ref())?;
    terminal.detail(format_args!(
        "model opened (at {:.3} s)",
        progress.seconds()
    ));
    let prior = prior(&model, args)?;
    let prior_is_own = prior.is_none();
    let threshold = threshold(&model, args, terminal)?;
    if args.unknown_words && model.card().text.word_ngrams.is_none() {
        return Err(Failure::usage(
            "--unknown-words: the model knows pieces of words alone; train one with --word-ngrams",
        ));
    }
    if args.articles && is_sheet(args) {
        let finder = finder(args, &model, terminal)?;
        let threshold = threshold.map(millionths);
        return sheet::print(finder, &model, prior, threshold, terminal);
    }
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let Some(reader) = open_reader(args, &model, terminal)? else {
        Sink::create(path, args.force)?.finish()?;
        return say_no_quotations(terminal);
    };
    let input = reader.table().format();
    let file = reader.table().file().clone();
    let format = Format::for_output(args.output_format, args.output.as_deref(), input);
    let options = OutputOptions {
        prefix: args.prefix.clone(),
        uncertain: threshold.is_some(),
        unknown_words: args.unknown_words,
        needs_check: args.articles,
        reasons: args.reasons.is_some(),
        model_digest: (args.model_digest).then(|| model.digest()[..DIGEST_LENGTH].to_owned()),
        error: args.on_error == OnError::Keep,
    };
    let output = Output::new(reader.table(), format, model.labels(), options)?;
    let mut sink = Sink::create(path, args.force)?;
    interrupt::watch(sink.partial());
    let rows = RowScoring {
        model: &model,
        output: &output,
        threshold: threshold.map(millionths),
        reasons: args.reasons,
        quotations: args.articles,
        keep: args.on_error == OnError::Keep,
    };
    if args.text.is_empty() {
        model.prepare();
    }
    let mut tally = Tally::default();
    let live = args.output.is_none();
    let bytes_read = AtomicU64::new(0);
    let busy = pipeline::run(
        reader,
        n_workers,
        || {
            let scorer = model.scorer().with_prior(prior.clone());
            let scorer = scorer.with_cache_bytes((ALL_CACHES / n_workers).max(CACHE_BYTES / 8));
            (scorer, Batch::default())
        },
        |state, block, out| rows.score(state, block, out),
        |reader| {
            let (done, total) = reader.progress();
            bytes_read.store(done, Ordering::Relaxed);
            progress.bytes(done, total);
        },
        |bytes, block_tally: Tally| {
            if tally.rows == 0 && block_tally.rows > 0 {
                sink.write(output.header())?;
            }
            tally.add(block_tally);
            sink.write(bytes)?;
            // Who reads at the other end of a pipe should not wait for a full buffer.
            if live {
                sink.flush().map_err(Failure::from)
            } else {
                Ok(())
            }
        },
    )?;
    if tally.rows == 0 && args.articles {
        sink.write(output.header())?;
        say_no_quotations(terminal)?;
    } else if tally.rows == 0 {
        return Err(Failure::failed(format!(
            "{file} has no rows to score; give a file with at least one"
        )));
    }
    sink.finish()?;
    let seconds = progress.seconds();
    drop(progress);
    let columns: Vec<&String> = model.card().text.context.columns().collect();
    tally.say(&columns, seconds, terminal);
    if let Some(unlike) = tally.seen.unlike(model.card(), prior_is_own) {
        terminal.warning(format_args!("{unlike}"));
    }
    terminal.detail(format_args!(
        "reading {:.2} s, scoring {:.2} s in {n_workers} threads, writing {:.2} s, side by side; {:.1} MB/s",
        busy.reading.as_secs_f64(),
        busy.working.as_secs_f64(),
        busy.writing.as_secs_f64(),
        bytes_read.into_inner() as f64 / 1e6 / seconds,
    ));
    Ok(())
}

fn say_no_quotations(terminal: &Terminal) -> Result<(), Failure> {
    terminal.notice("no quotations in the articles");
    Ok(())
}

fn millionths(probability: f64) -> u32 {
    (probability * f64::from(UNITS)).round() as u32
}

/// Whether quotations are for a person to read rather than for a program.
fn is_sheet(args: &PredictArgs) -> bool {
    let is_table = args.output.is_some()
        || args.output_format.is_some()
        || args.reasons.is_some()
        || args.unknown_words;
    args.sheet || !is_table && std::io::stdout().is_terminal()
}

fn finder(args: &PredictArgs, model: &StanceModel, terminal: &Terminal) -> Result<Finder, Failure> {
    let mut columns = model.card().text.context.columns();
    if let Some(missing) = columns.find(|name| !COLUMNS.contains(&name.as_str())) {
        return Err(Failure::failed(format!(
            "the model reads the column `{missing}` beside the text, which quotations do not have; train one without it, \
             or add the column to the table of `stance quotes`"
        )));
    }
    let (encoding, text_column) = (args.input.encoding.as_ref(), &args.input.text_column);
    let articles = Articles::new(&args.data, encoding, text_column, &args.of, terminal)?;
    Finder::new(articles, &args.of)
}

/// The quotations of the articles as if they were a file; none if that would have no bytes.
fn open_quotations(
    args: &PredictArgs,
    model: &StanceModel,
    terminal: &Terminal,
) -> Result<Option<Reader>, Failure> {
    let format = quotations_format(args.output_format, args.output.as_deref())?;
    let mut table = QuotationTable::new(finder(args, model, terminal)?, format);
    if table.next()?.is_empty() {
        return Ok(None);
    }
    let mut columns: Vec<String> = model.card().text.context.columns().cloned().collect();
    columns.push("resolved".to_owned());
    let mut options = ReadOptions {
        format: Some(format),
        ..ReadOptions::default()
    };
    options.columns.others = Others::Named(columns);
    let source = Source::from_reader("articles", table, None)?;
    let reader = Reader::from_source(source, Path::new("articles"), options)?;
    Ok(Some(reader))
}

fn prior(model: &StanceModel, args: &PredictArgs) -> Result<Option<Prior>, Failure> {
    if args.prior.is_empty() {
        return Ok(None);
    }
    let prior = Prior::new(model.labels(), &model.card().prior, &args.prior);
    prior
        .map(Some)
        .map_err(|error| Failure::usage(format!("--prior: {error}")))
}

/// The threshold of the column `uncertain`: as given, or as training found it for a share of errors.
fn threshold(
    model: &StanceModel,
    args: &PredictArgs,
    terminal: &Terminal,
) -> Result<Option<f64>, Failure> {
    if args.threshold.is_some() {
        return Ok(args.threshold);
    }
    let record = model.card().training.cross_validation.as_ref();
    let record = record.and_then(|record| record.target_error.as_ref());
    if let Some(asked) = args.target_error {
        let percent = asked * 100.0;
        let known = record.filter(|record| (record.target - asked).abs() < 1e-9);
        if known.is_none_or(|record| record.found.is_none()) {
            let why = match (known, record) {
                (Some(_), _) => {
                    "training found no threshold for it; train on more rows, or give --threshold"
                        .to_owned()
                }
                (None, Some(record)) => format!(
                    "the model was trained with --target-error {}%; train with --target-error {percent}%, or give --threshold",
                    record.target * 100.0
                ),
                (None, None) => format!(
                    "the model has no threshold for it; train with --target-error {percent}%, or give --threshold"
                ),
            };
            return Err(Failure::usage(format!("--target-error {percent}%: {why}")));
        }
    }
    let Some((record, found)) = record.and_then(|of| Some((of, of.found.as_ref()?))) else {
        return Ok(None);
    };
    terminal.notice(format_args!(
        "rows below {:.2} are marked uncertain: the model's threshold for {}% of errors{} (--threshold takes another)",
        found.threshold,
        (record.target * 1e6).round() / 1e4,
        match args.prior.is_empty() {
            true => "",
            false => ", which holds for the mix of labels it was trained on and not for that of --prior",
        }
    ));
    Ok(Some(found.threshold))
}

/// The rows to score; none if there is nothing in the articles.
fn open_reader(
    args: &PredictArgs,
    model: &StanceModel,
    terminal: &Terminal,
) -> Result<Option<Reader>, Failure> {
    if args.articles {
        return open_quotations(args, model, terminal);
    }
    let mut options = read_options(&args.input)?;
    if !args.text.is_empty() {
        say_unmarked(model, &args.text, terminal);
        // As if they were a file, so that they go the same way.
        let mut table = csv::Writer::from_writer(Vec::new());
        table
            .write_record([&args.input.text_column])
            .expect("a vector takes all");
        for text in &args.text {
            table.write_record([text]).expect("a vector takes all");
        }
        let bytes = table.into_inner().expect("a vector takes all");
        options.format = Some(Format::CSV);
        let source = Source::from_reader("--text", Cursor::new(bytes), None)?;
        let reader = Reader::from_source(source, Path::new("--text"), options)?;
        return Ok(Some(reader));
    }
    let standard_input = [Path::new("-").to_owned()];
    let paths = if args.data.is_empty() {
        &standard_input[..]
    } else {
        &args.data
    };
    if args.data.is_empty() && std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "nothing to score: give files, `-`, or --text \"…\"",
        ));
    }
    let columns: Vec<String> = model.card().text.context.columns().cloned().collect();
    let beside = match columns.is_empty() {
        true => String::new(),
        false => format!(" (beside the text the model reads {})", columns.join(", ")),
    };
    options.columns.others = Others::Named(columns);
    let reader =
        Reader::open(paths, options).map_err(|error| Failure::from(error).with(&beside))?;
    say_opened(reader.opened(), terminal);
    Ok(Some(reader))
}
