//! `stance check`: labelled statements in, what may be wrong with them out.

use super::args::{CheckArgs, LabelErrorArgs, OptionalRange};
use super::failure::Failure;
use super::inputs::{keep_apart, labelled_options, say_summary, set_threads, thousands};
use super::interrupt;
use super::progress::{Progress, Stages};
use super::terminal::Terminal;
use stance::check::{CheckReport, CheckSettings, CheckStage, CheckText, LabelErrorCheck, check};
use stance::io::{Others, Sink, read_labelled};
use stance::model::{Stage, TrainingSettings, n_suspect_label_folds};
use stance::statement::LabelledCorpus;
use stance::text::TextSettings;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// With more rows than this, characters are left out unless asked for: they take most of the memory.
const MANY_ROWS: usize = 200_000;

pub fn run(args: &CheckArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_threads(args.threads);
    let files: Vec<PathBuf> = args.data.iter().chain(&args.test).cloned().collect();
    let outputs = named_outputs(args);
    keep_apart(outputs.clone(), &files)?;
    let to_stdout = outputs
        .iter()
        .filter(|(_, path)| *path == Path::new("-"))
        .count();
    if to_stdout > 1 {
        return Err(Failure::usage(
            "--json, --flagged and --out-of-fold cannot share standard output; name files for all but one",
        ));
    }
    if let Some(both) = args.test.iter().find(|test| args.data.contains(test)) {
        return Err(Failure::usage(format!(
            "{} is given as data and as --test",
            both.display()
        )));
    }
    // Opened first: a name that is taken is better known now than after the work.
    let json = open(args.json.as_deref(), args.force)?;
    let flagged = open(args.flagged.as_deref(), args.force)?;
    let out_of_fold = open(args.out_of_fold.as_deref(), args.force)?;

    let progress = Progress::new(terminal);
    progress.stage("reading");
    let stages = Stages::new("reading", terminal);
    let mut options = labelled_options(&args.input, &args.label, None, None)?;
    options.read.columns.others = Others::All;
    let (corpus, summary) = read_labelled(&files, &options)?;
    say_summary(&summary, terminal);
    let settings = settings(args, corpus.len(), terminal)?;
    let n_folds = settings
        .label_errors
        .as_ref()
        .map_or(0, |training| n_suspect_label_folds(corpus.len(), training));
    let folds_done = AtomicUsize::new(0);
    let report = check(&corpus, &settings, &|stage| {
        let words = match stage {
            CheckStage::Repeats => "looking for repeats",
            CheckStage::Languages => "identifying languages",
            CheckStage::Columns => "guessing labels from columns",
            CheckStage::LabelErrors(Stage::FoldDone) => {
                let done = folds_done.fetch_add(1, Ordering::Relaxed) + 1;
                progress.stage(&format!(
                    "looking for wrong labels, {done} of {n_folds} fits done"
                ));
                return;
            }
            CheckStage::LabelErrors(Stage::Analyze) => "looking for wrong labels",
            CheckStage::LabelErrors(_) => return,
        };
        progress.stage(words);
        stages.next(words);
    })?;
    stages.next("writing");
    drop(progress);

    if let Some(mut sink) = json {
        let mut bytes = serde_json::to_vec_pretty(&report).expect("a report is plain data");
        bytes.push(b'\n');
        sink.write(&bytes)?;
        sink.finish()?;
    }
    if let (Some(mut sink), Some(path)) = (flagged, &args.flagged) {
        sink.write(&flagged_table(&report, path))?;
        sink.finish()?;
    }
    if let (Some(mut sink), Some(errors)) = (out_of_fold, &report.label_errors) {
        sink.write(&probability_table(&corpus, errors))?;
        sink.finish()?;
    }
    if to_stdout == 0 {
        let top = (!args.all).then_some(args.top);
        let text = CheckText {
            report: &report,
            top,
        };
        terminal.result(&text.to_string())?;
    }
    match report.n_findings() {
        0 => Ok(()),
        found if args.strict => Err(Failure::failed(format!(
            "{} found, and --strict allows nothing",
            match found {
                1 => "1 thing was".to_owned(),
                more => format!("{} things were", thousands(more as u64)),
            }
        ))),
        _ => Ok(()),
    }
}

fn named_outputs(args: &CheckArgs) -> Vec<(&'static str, &PathBuf)> {
    let json = args.json.iter().map(|path| ("--json", path));
    let flagged = args.flagged.iter().map(|path| ("--flagged", path));
    let out_of_fold = args.out_of_fold.iter().map(|path| ("--out-of-fold", path));
    json.chain(flagged).chain(out_of_fold).collect()
}

fn open(path: Option<&Path>, force: bool) -> Result<Option<Sink>, Failure> {
    let Some(path) = path else {
        return Ok(None);
    };
    let sink = Sink::create(path, force)?;
    interrupt::watch(sink.partial());
    Ok(Some(sink))
}

fn settings(
    args: &CheckArgs,
    n_rows: usize,
    terminal: &Terminal,
) -> Result<CheckSettings, Failure> {
    let LabelErrorArgs {
        no_label_errors,
        folds,
        seed,
        language,
        word_ngrams,
        char_ngrams,
        ..
    } = args.label_errors;
    let training = TrainingSettings::default();
    let char_ngrams = match char_ngrams {
        Some(OptionalRange(range)) => range,
        None if n_rows > MANY_ROWS => {
            if !no_label_errors {
                terminal.notice(format_args!(
                    "{} rows: wrong labels are looked for by words alone (--char-ngrams 2-5 takes several GB)",
                    thousands(n_rows as u64)
                ));
            }
            None
        }
        None => training.text.char_ngrams,
    };
    if word_ngrams.0.is_none() && char_ngrams.is_none() {
        return Err(Failure::usage(
            "--word-ngrams none with --char-ngrams none leaves no features",
        ));
    }
    let label_errors = TrainingSettings {
        text: TextSettings {
            language,
            word_ngrams: word_ngrams.0,
            char_ngrams,
            ..training.text
        },
        folds: folds.into(),
        seed,
        group_column: args.label_errors.group_column.clone(),
        ..training
    };
    Ok(CheckSettings {
        speaker_column: args.speaker_column.clone(),
        target_column: args.target_column.clone(),
        test_files: args
            .test
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        min_words: args.min_words,
        label_errors: (!no_label_errors).then_some(label_errors),
    })
}

/// `file,line,row,text,label,suggested_label,probability,reason`, a record for each reason to look at a row.
fn flagged_table(report: &CheckReport<'_>, path: &Path) -> Vec<u8> {
    let delimiter = if path.extension().is_some_and(|e| e == "tsv") {
        b'\t'
    } else {
        b','
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    let header = [
        "file",
        "line",
        "row",
        "text",
        "label",
        "suggested_label",
        "probability",
        "reason",
    ];
    writer.write_record(header).expect("a vector takes all");
    for flagged in report.flagged() {
        let row = flagged.row;
        let (suggested, probability) = match flagged.suggested {
            Some((label, probability)) => (label, format!("{probability:.6}")),
            None => ("", String::new()),
        };
        let (line, number) = (row.line.to_string(), row.row.to_string());
        let record = [
            row.file,
            &line,
            &number,
            row.text,
            row.label,
            suggested,
            &probability,
            &flagged.reason,
        ];
        writer.write_record(record).expect("a vector takes all");
    }
    writer.into_inner().expect("a vector takes all")
}

/// `row,label,prob_…`, rows from 1 in the order they were read.
fn probability_table(corpus: &LabelledCorpus, errors: &LabelErrorCheck<'_>) -> Vec<u8> {
    let labels = corpus.label_set();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut record: Vec<String> = vec!["row".to_owned(), "label".to_owned()];
    record.extend(labels.names().iter().map(|name| format!("prob_{name}")));
    writer.write_record(&record).expect("a vector takes all");
    for (row, probabilities) in errors.probabilities.outer_iter().enumerate() {
        record.clear();
        record.push((row + 1).to_string());
        record.push(labels.name(corpus.labels()[row]).to_owned());
        record.extend(probabilities.iter().map(|p| format!("{p:.6}")));
        writer.write_record(&record).expect("a vector takes all");
    }
    writer.into_inner().expect("a vector takes all")
}
