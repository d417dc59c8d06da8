//! `stance predict`: every row in comes out again, in its place, with a label and probabilities beside it.

use super::args::{OnError, PredictArgs};
use super::failure::Failure;
use super::inputs::{
    keep_apart, open_model, read_options, say_opened, say_unmarked, set_threads, thousands,
};
use super::progress::Progress;
use super::terminal::Terminal;
use super::{interrupt, pipeline};
use stance::explanation::{Explanation, reasons};
use stance::features::vectorizer::{CACHE_BYTES, Coverage};
use stance::io::{
    Block, BlockWriter, Content, Format, Others, Output, OutputOptions, Reader, RowError, Rows,
    Scored, Sink, Source,
};
use stance::model::{Familiarity, Prior, Scorer, StanceModel};
use stance::prediction::{Prediction, UNITS};
use stance::statement::TextBatch;
use std::io::{Cursor, IsTerminal};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows, or bytes of text, that are scored side by side.
const BATCH_ROWS: usize = 32;
const BATCH_BYTES: usize = 16 << 10;
/// What the words seen by all threads together may take.
const ALL_CACHES: usize = 2 * CACHE_BYTES;

pub fn run(args: &PredictArgs, terminal: &Terminal) -> Result<(), Failure> {
    let n_workers = set_threads(args.threads);
    let progress = Progress::new(terminal);
    let inputs = args.data.iter().chain(&args.model);
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
    let reader = open_reader(args, &model, terminal)?;
    let input = reader.table().format();
    let file = reader.table().file().clone();
    let format = Format::for_output(args.output_format, args.output.as_deref(), input);
    let options = OutputOptions {
        prefix: args.prefix.clone(),
        uncertain: threshold.is_some(),
        unknown_words: args.unknown_words,
        reasons: args.reasons.is_some(),
        error: args.on_error == OnError::Keep,
    };
    let output = Output::new(reader.table(), format, model.labels(), options)?;
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let mut sink = Sink::create(path, args.force)?;
    interrupt::watch(sink.partial());
    let rows = RowScoring {
        model: &model,
        output: &output,
        threshold: threshold.map(|p| (p * f64::from(UNITS)).round() as u32),
        reasons: args.reasons,
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
            (scorer, TextBatch::new())
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
    if tally.rows == 0 {
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

fn open_reader(
    args: &PredictArgs,
    model: &StanceModel,
    terminal: &Terminal,
) -> Result<Reader, Failure> {
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
        return Ok(Reader::from_source(source, Path::new("--text"), options)?);
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
    Ok(reader)
}

/// How the rows of a block are scored and written.
struct RowScoring<'p> {
    model: &'p StanceModel,
    output: &'p Output,
    /// In millionths.
    threshold: Option<u32>,
    reasons: Option<usize>,
    keep: bool,
}

impl RowScoring<'_> {
    fn score(
        &self,
        (scorer, texts): &mut (Scorer<'_>, TextBatch),
        block: &Block,
        out: &mut Vec<u8>,
    ) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        let mut writer = BlockWriter::new(self.output, block.table(), out);
        let mut rows = Rows::new(block);
        texts.clear();
        while let Some(row) = rows.next_row() {
            tally.rows += 1;
            let error = match &row.content {
                Err(error) => error.clone(),
                Ok(content) => match writer.keep(&row) {
                    Err(error) => error,
                    Ok(()) => {
                        texts.push_with(|out| self.write_text(content, out));
                        tally.note_columns(content.others);
                        if texts.len() == BATCH_ROWS || texts.joined().len() > BATCH_BYTES {
                            self.score_batch(scorer, texts, &mut writer, &mut tally);
                        }
                        continue;
                    }
                },
            };
            if !self.keep {
                return Err(Failure::failed(format!(
                    "{error} (--on-error keep goes on and marks the row)"
                )));
            }
            self.score_batch(scorer, texts, &mut writer, &mut tally);
            writer.failed(&row, &error);
            tally.failed += 1;
            tally.first_error.get_or_insert(error);
        }
        self.score_batch(scorer, texts, &mut writer, &mut tally);
        Ok(tally)
    }

    /// The text that is scored: the row's, with what its columns add.
    fn write_text(&self, content: &Content<'_>, out: &mut String) {
        let settings = &self.model.card().text;
        // Statements of the command line carry their marks themselves.
        if settings.context.is_empty() || content.others.is_empty() {
            return out.push_str(content.text);
        }
        let value = |name: &str| {
            let at = settings.context.columns().position(|column| column == name);
            at.map_or("", |at| content.others[at].as_str())
        };
        settings.mark(content.text, value, out);
    }

    /// Scores and writes the rows that are held back.
    fn score_batch(
        &self,
        scorer: &mut Scorer<'_>,
        texts: &mut TextBatch,
        writer: &mut BlockWriter<'_>,
        tally: &mut Tally,
    ) {
        let mut write = |prediction: &Prediction, coverage: Coverage, is_blank, reasons: &str| {
            tally.seen.add(prediction, coverage);
            tally.blank += u64::from(is_blank);
            let top = prediction.millionths()[prediction.label().index()];
            let uncertain = self.threshold.is_some_and(|threshold| top < threshold);
            tally.uncertain += u64::from(uncertain);
            writer.scored(&Scored {
                prediction,
                uncertain,
                unknown_words: (coverage.words > 0).then(|| {
                    let (words, unknown) = (coverage.words as u64, coverage.unknown as u64);
                    // Rounded to the nearest, in whole numbers.
                    ((unknown * 2_000 + words) / (2 * words)) as u32
                }),
                reasons,
            });
        };
        match self.reasons {
            // An explanation scores the statement itself.
            Some(most) => {
                for position in 0..texts.len() {
                    let text = texts.span(position).of(texts.joined());
                    let told = Explanation::new(self.model, scorer, text);
                    let is_blank = told.contributions.is_empty();
                    let reasons = reasons(&told, most);
                    write(&told.prediction, told.coverage, is_blank, &reasons);
                }
            }
            None => scorer.score_batch(texts, |_, scored| {
                let row = &scored.row;
                write(scored.prediction, row.coverage, row.features.is_empty(), "");
            }),
        }
        texts.clear();
    }
}

/// What happened to the rows.
#[derive(Debug, Default)]
struct Tally {
    rows: u64,
    seen: Familiarity,
    /// Rows of which the model knows nothing at all.
    blank: u64,
    uncertain: u64,
    /// For each column that the model reads beside the text, the rows that say nothing in it.
    empty: Vec<u64>,
    failed: u64,
    first_error: Option<RowError>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.seen.merge(other.seen);
        self.blank += other.blank;
        self.uncertain += other.uncertain;
        self.empty
            .resize(self.empty.len().max(other.empty.len()), 0);
        let both = self.empty.iter_mut().zip(other.empty);
        both.for_each(|(all, more)| *all += more);
        self.failed += other.failed;
        if self.first_error.is_none() {
            self.first_error = other.first_error;
        }
    }

    fn note_columns(&mut self, values: &[String]) {
        self.empty.resize(values.len().max(self.empty.len()), 0);
        for (empty, value) in self.empty.iter_mut().zip(values) {
            *empty += u64::from(value.is_empty());
        }
    }

    fn say(&self, columns: &[&String], seconds: f64, terminal: &Terminal) {
        if let Some(error) = &self.first_error {
            terminal.warning(format_args!(
                "{} of {} rows could not be scored; the first: {error}",
                thousands(self.failed),
                thousands(self.rows)
            ));
        }
        if self.blank > 0 {
            terminal.warning(format_args!(
                "{} of {} rows have nothing that the model knows (no words, or another language); their label is only \
                 what it gives an empty text",
                thousands(self.blank),
                thousands(self.rows)
            ));
        }
        for (name, &empty) in columns.iter().zip(&self.empty) {
            if empty > 0 {
                terminal.warning(format_args!(
                    "{} of {} rows say nothing in `{name}`, which the model reads beside the text",
                    thousands(empty),
                    thousands(self.rows)
                ));
            }
        }
        terminal.detail(format_args!(
            "{} rows in {seconds:.2} s ({} rows/s), {:.1} % of {} words unknown to the model{}",
            thousands(self.rows),
            thousands((self.rows as f64 / seconds) as u64),
            100.0 * self.seen.unknown_share(),
            thousands(self.seen.words),
            match self.uncertain {
                0 => String::new(),
                n => format!(", {} rows uncertain", thousands(n)),
            }
        ));
    }
}
