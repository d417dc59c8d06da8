//! What cross-validation says, for `train` and for `evaluate` without a model: progress, report, file of predictions.

use super::args::ValidationArgs;
use super::failure::Failure;
use super::inputs::thousands;
use super::interrupt;
use super::progress::{Progress, Stages};
use super::terminal::Terminal;
use stance::evaluation::EvaluationReport;
use stance::io::Sink;
use stance::model::{
    CalibrationRecord, CrossValidationRecord, GroupRecord, OutOfFoldPredictions, Stage, TimeRecord,
    TrainingSettings,
};
use stance::prediction::Prediction;
use stance::statement::LabelledCorpus;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The sink of `--out-of-fold`, and its name, if it was asked for.
pub fn sink(args: &ValidationArgs, force: bool) -> Result<Option<(&Path, Sink)>, Failure> {
    match &args.out_of_fold {
        None => Ok(None),
        Some(_) if args.folds == 0 => Err(Failure::usage(
            "--out-of-fold needs folds; leave out --folds 0",
        )),
        Some(path) if path == Path::new("-") => Err(Failure::usage(
            "--out-of-fold needs the name of a file: standard output carries the report",
        )),
        Some(path) => {
            let sink = Sink::create(path, force)?;
            interrupt::watch(sink.partial());
            Ok(Some((path, sink)))
        }
    }
}

pub fn write(
    mut sink: Sink,
    corpus: &LabelledCorpus,
    predictions: &OutOfFoldPredictions,
    path: &Path,
) -> Result<(), Failure> {
    sink.write(&table(corpus, predictions, path))?;
    Ok(sink.finish()?)
}

/// Says what training is doing.
pub struct Stagewise<'t> {
    folds: usize,
    folds_done: AtomicUsize,
    progress: &'t Progress,
    stages: &'t Stages<'t>,
}

impl<'t> Stagewise<'t> {
    pub fn new(folds: usize, progress: &'t Progress, stages: &'t Stages<'t>) -> Self {
        Self {
            folds,
            folds_done: AtomicUsize::new(0),
            progress,
            stages,
        }
    }

    pub fn at(&self, stage: Stage) {
        let words = match stage {
            Stage::Analyze => "analysing texts",
            Stage::Fold => "looking for near-duplicates",
            Stage::CrossValidate => "fitting folds",
            Stage::FoldDone => {
                let done = self.folds_done.fetch_add(1, Ordering::Relaxed) + 1;
                let folds = self.folds;
                self.progress
                    .stage(&format!("fitting folds, {done} of {folds} done"));
                return;
            }
            Stage::CompareSplit => {
                self.folds_done.store(0, Ordering::Relaxed);
                "fitting folds that split groups"
            }
            Stage::CompareRandom => {
                self.folds_done.store(0, Ordering::Relaxed);
                "fitting random folds to compare with"
            }
            Stage::Calibrate => "calibrating",
            Stage::Fit => "choosing terms and fitting on all rows",
            Stage::Freeze => "freezing the model",
        };
        self.progress.stage(words);
        self.stages.next(words);
    }
}

/// `720 statements (240 conciliatory, 240 hostile, 240 neutral)`.
pub fn told_corpus(corpus: &LabelledCorpus) -> String {
    let counts = corpus.label_counts();
    let labels: Vec<String> = corpus
        .label_set()
        .names()
        .iter()
        .zip(&counts)
        .map(|(name, &rows)| format!("{} {name}", thousands(rows)))
        .collect();
    format!(
        "{} statements ({})",
        thousands(corpus.len() as u64),
        labels.join(", ")
    )
}

pub fn report(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    predictions: &OutOfFoldPredictions,
    by: &[String],
) -> EvaluationReport {
    let all = predictions.predictions();
    let group_column = settings.group_column.as_deref();
    super::report::evaluation(corpus, &all, group_column, by, settings.seed)
}

/// What cross-validation says, for people.
pub fn told(
    report: &EvaluationReport,
    record: &CrossValidationRecord,
    calibration: &CalibrationRecord,
) -> String {
    let mut out = String::new();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a string takes all");
    match calibration {
        CalibrationRecord::Fitted {
            lambda,
            log_loss_before,
            log_loss_after,
            figures,
        } => {
            line(format_args!(
                "calibrated (λ = {lambda}): log-loss {log_loss_before:.4} before, \
                 {log_loss_after:.4} after, cross-fitted{}",
                figures.map_or(String::new(), |figures| format!("; {figures}"))
            ));
        }
        CalibrationRecord::LeftOut { reason } => {
            line(format_args!("not calibrated: {reason}"));
        }
    }
    line(format_args!(
        "\nOut of fold ({} folds, {}; {} near-duplicates{} kept on one side):\n",
        record.folds,
        record.deal(),
        thousands(record.near_duplicates),
        record
            .groups
            .as_ref()
            .map_or(String::new(), |groups| format!(
                " and {} groups of `{}`",
                thousands(groups.groups),
                groups.column
            ))
    ));
    line(format_args!("{}", report.to_string().trim_end()));
    if let Some(target) = &record.target_error {
        line(format_args!("\ntarget error: {target}"));
    }
    if let Some(groups) = &record.groups {
        line(format_args!("\n{}", split_groups(record, groups)));
    }
    if let Some(time) = &record.time {
        line(format_args!("\n{}", random_folds(record, time)));
    }
    out
}

/// What the folds were, and what the figures would be if they did not follow time.
fn random_folds(record: &CrossValidationRecord, time: &TimeRecord) -> String {
    let difference = time.random_macro_f1 - record.macro_f1;
    let (least, most) = time.least_and_most_learned_from();
    let left_out = match time.left_out.iter().max() {
        None | Some(0) => String::new(),
        Some(&rows) => format!(
            "; up to {} earlier rows were left out, which repeat judged ones or belong with them",
            thousands(rows)
        ),
    };
    format!(
        "The order of time: {} rows from {} to {} were judged by what learned from the {} to {} before them (since {}){left_out}.\n\
         The same rows in random folds, which learn from more rows and from later ones: accuracy {:.3}, macro-F1 {:.3} \
         ({difference:+.3}), log-loss {:.3}. The figures above are those to expect for statements that are yet to come.",
        thousands(time.held_out),
        time.first_held_out,
        time.last,
        thousands(least),
        thousands(most),
        time.first,
        time.random_accuracy,
        time.random_macro_f1,
        time.random_log_loss,
    )
}

/// What the figures would be if groups were split over the folds.
fn split_groups(record: &CrossValidationRecord, groups: &GroupRecord) -> String {
    let difference = groups.split_macro_f1 - record.macro_f1;
    let alone = match groups.rows_without {
        0 => String::new(),
        rows => format!("; {} rows name none and stand alone", thousands(rows)),
    };
    format!(
        "With groups split over folds: accuracy {:.3}, macro-F1 {:.3} ({difference:+.3}), log-loss {:.3}. The figures \
         above are those to expect for a `{}` that the model was not trained on{alone}.",
        groups.split_accuracy, groups.split_macro_f1, groups.split_log_loss, groups.column
    )
}

/// `row,fold,label,prediction,prob_…`, rows from 1 in the order they were read (dropped ones not counted), folds from 0. Of a
/// row that was never held out, fold, prediction and probabilities are empty.
fn table(corpus: &LabelledCorpus, predictions: &OutOfFoldPredictions, path: &Path) -> Vec<u8> {
    let labels = corpus.label_set();
    let delimiter = if path.extension().is_some_and(|e| e == "tsv") {
        b'\t'
    } else {
        b','
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    let mut record: Vec<String> = ["row", "fold", "label", "prediction"]
        .map(str::to_owned)
        .into();
    record.extend(labels.names().iter().map(|name| format!("prob_{name}")));
    writer.write_record(&record).expect("a vector takes all");
    let all = predictions.predictions();
    for (row, prediction) in all.iter().enumerate() {
        let fold = predictions.folds.fold_of_row()[row].to_string();
        let told =
            |of: &dyn Fn(&Prediction) -> String| prediction.as_ref().map_or(String::new(), of);
        record.clear();
        record.push((row + 1).to_string());
        record.push(told(&|_| fold.clone()));
        record.push(labels.name(corpus.labels()[row]).to_owned());
        record.push(told(&|prediction| {
            labels.name(prediction.label()).to_owned()
        }));
        let shares = labels
            .ids()
            .map(|id| told(&|prediction| format!("{:.6}", prediction.probability(id).get())));
        record.extend(shares);
        writer.write_record(&record).expect("a vector takes all");
    }
    writer.into_inner().expect("a vector takes all")
}

pub fn warn(predictions: &OutOfFoldPredictions, terminal: &Terminal) {
    let unconverged = predictions.fits.iter().filter(|fit| !fit.converged());
    let unconverged = unconverged.count();
    if unconverged > 0 {
        terminal.warning(format_args!("{unconverged} folds' fits did not converge"));
    }
}
