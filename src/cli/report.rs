//! `--report`: what `train` and `evaluate` share of it.

use super::args::ReportArgs;
use super::failure::Failure;
use super::interrupt;
use stance::evaluation::{ColumnProbabilities, Evaluation, EvaluationReport};
use stance::io::Sink;
use stance::label::{LabelId, LabelSet};
use stance::model::{CrossValidationRecord, TrainingSettings, TuningRecord};
use stance::prediction::Prediction;
use stance::report::{ReportPage, Scored};
use stance::statement::LabelledCorpus;
use stance::validation::Groups;
use std::path::Path;

/// The file of `--report`, opened before the work.
pub fn sink(args: &ReportArgs, force: bool) -> Result<Option<Sink>, Failure> {
    sink_at(args.report.as_deref(), force)
}

/// The same of a command that has no other option of a report.
pub fn sink_at(path: Option<&Path>, force: bool) -> Result<Option<Sink>, Failure> {
    let Some(path) = path else {
        return Ok(None);
    };
    if path == Path::new("-") {
        return Err(Failure::usage(
            "--report needs the name of a file: standard output carries the figures",
        ));
    }
    let sink = Sink::create(path, force)?;
    interrupt::watch(sink.partial());
    Ok(Some(sink))
}

/// The gold labels and predictions of the rows that figures are made of: those that count in them and that there is a
/// prediction for.
pub fn judged(
    corpus: &LabelledCorpus,
    predictions: &[Option<Prediction>],
) -> (Vec<LabelId>, Vec<Prediction>) {
    judged_rows(corpus, predictions)
        .map(|(row, prediction)| (corpus.labels()[row], prediction.clone()))
        .unzip()
}

/// These rows, rising, each with its prediction.
pub fn judged_rows<'p>(
    corpus: &LabelledCorpus,
    predictions: &'p [Option<Prediction>],
) -> impl Iterator<Item = (usize, &'p Prediction)> {
    let rows = predictions.iter().enumerate();
    rows.filter(|(row, _)| corpus.is_judged(*row))
        .filter_map(|(row, prediction)| Some((row, prediction.as_ref()?)))
}

/// How good predictions are, with intervals that draw whole groups where `group_column` is one of the corpus, and for it
/// and the columns `by` mean probabilities against shares.
pub fn evaluation(
    corpus: &LabelledCorpus,
    predictions: &[Option<Prediction>],
    group_column: Option<&str>,
    by: &[String],
    seed: u64,
) -> EvaluationReport {
    let mut report = report(corpus, predictions, group_column, seed);
    let rows: Vec<_> = judged_rows(corpus, predictions)
        .map(|(row, prediction)| (row, corpus.labels()[row], prediction))
        .collect();
    let names = group_column
        .into_iter()
        .chain(by.iter().map(String::as_str));
    report.by_column = by_column(corpus, corpus.label_set(), &rows, names);
    report
}

/// Figures by the values of each of the columns `names`, once each; `rows` are positions, gold labels and predictions, among
/// the labels of `set`.
pub fn by_column<'n>(
    corpus: &LabelledCorpus,
    set: &LabelSet,
    rows: &[(usize, LabelId, &Prediction)],
    names: impl Iterator<Item = &'n str>,
) -> Vec<ColumnProbabilities> {
    let mut named: Vec<&str> = Vec::new();
    for name in names {
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let columns = named.into_iter().filter_map(|name| corpus.column(name));
    let of_column = |column| ColumnProbabilities::new(column, set, rows);
    columns.map(of_column).collect()
}

fn report(
    corpus: &LabelledCorpus,
    predictions: &[Option<Prediction>],
    group_column: Option<&str>,
    seed: u64,
) -> EvaluationReport {
    let mut evaluation = Evaluation::new(corpus.label_set().clone());
    let (gold, judged) = judged(corpus, predictions);
    for (&gold, prediction) in gold.iter().zip(&judged) {
        evaluation.add(gold, prediction);
    }
    match group_column.and_then(|name| corpus.column(name)) {
        Some(column) if !gold.is_empty() => {
            let ids: Vec<Option<u32>> = judged_rows(corpus, predictions)
                .map(|(row, _)| column.ids()[row])
                .collect();
            let rows: Vec<(LabelId, LabelId)> = gold
                .into_iter()
                .zip(judged.iter().map(Prediction::label))
                .collect();
            evaluation.report_of_groups(&rows, &Groups::of_values(&ids), seed)
        }
        _ => evaluation.report(seed),
    }
}

/// How out-of-fold predictions came about.
pub fn out_of_fold(record: &CrossValidationRecord, tuning: Option<&TuningRecord>) -> String {
    let by_whom = match tuning {
        None => "",
        Some(TuningRecord { nested: None, .. }) => {
            "; by settings that were searched for on the same folds, which flatters the figures"
        }
        Some(_) => "; each fold by the settings that the other folds choose",
    };
    format!(
        "out of fold ({} folds, {}; near-duplicates on one side{by_whom})",
        record.folds,
        record.deal()
    )
}

/// The figures of out-of-fold predictions.
pub fn scored(
    how: String,
    figures: &EvaluationReport,
    corpus: &LabelledCorpus,
    predictions: &[Option<Prediction>],
    settings: &TrainingSettings,
) -> Scored {
    let (gold, judged) = judged(corpus, predictions);
    let set = corpus.label_set();
    let mut scored = Scored::new(how, figures.clone(), set, &gold, &judged);
    scored.group_column = settings.group_column.clone();
    scored
}

/// Writes the page.
pub fn write(page: &ReportPage, sink: Sink) -> Result<(), Failure> {
    write_html(&page.html().expect("a string takes all"), sink)
}

/// Writes a page that is made.
pub fn write_html(html: &str, mut sink: Sink) -> Result<(), Failure> {
    sink.write(html.as_bytes())?;
    Ok(sink.finish()?)
}
