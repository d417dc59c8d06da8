//! `--report` and `--audit`: what `train` and `evaluate` compute beyond their figures, and the page it stands on.

use super::args::ReportArgs;
use super::failure::Failure;
use super::interrupt;
use stance::audit::{Altered, AuditReport, Change, Names, heavy_shortcuts};
use stance::io::Sink;
use stance::label::LabelId;
use stance::model::StanceModel;
use stance::prediction::Prediction;
use stance::report::{ColumnScores, DataSummary, LabelTerms, MistakeRow, ModelFacts, ReportPage};
use stance::statement::LabelledCorpus;
use std::path::Path;

/// Terms of each label on the page.
const TOP_TERMS: usize = 25;
/// Mistakes on the page.
const N_MISTAKES: usize = 20;
/// Draws of exchanged names.
const N_SWAPS: usize = 5;
/// Terms of each label that the audit looks at.
const AUDITED_TERMS: usize = 50;

/// The file of `--report`, opened before the work.
pub fn sink(args: &ReportArgs, force: bool) -> Result<Option<Sink>, Failure> {
    let Some(path) = &args.report else {
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

/// What any page has of a model and of predictions for the rows of `corpus`.
pub fn page(
    args: &ReportArgs,
    model: &StanceModel,
    corpus: &LabelledCorpus,
    predictions: &[Prediction],
    seed: u64,
) -> ReportPage {
    let rows: Vec<(LabelId, LabelId)> = pairs(corpus, predictions);
    let n_labels = corpus.label_set().len();
    let columns = args.by.iter().filter_map(|name| corpus.column(name));
    ReportPage {
        model: Some(ModelFacts::new(model)),
        data: DataSummary::new(corpus),
        by_column: columns
            .filter(|_| !predictions.is_empty())
            .map(|column| ColumnScores::new(column, &rows, n_labels, seed))
            .collect(),
        terms: LabelTerms::all(model, TOP_TERMS),
        mistakes: match predictions {
            [] => Vec::new(),
            predictions => MistakeRow::all(model, corpus, predictions, N_MISTAKES),
        },
        ..ReportPage::default()
    }
}

/// Each row's gold and predicted label.
pub fn pairs(corpus: &LabelledCorpus, predictions: &[Prediction]) -> Vec<(LabelId, LabelId)> {
    let predicted = predictions.iter().map(Prediction::label);
    corpus.labels().iter().copied().zip(predicted).collect()
}

/// Audits `model` on the rows of `corpus`; `predict` scores statements, each given with its row.
pub fn audit(
    model: &StanceModel,
    corpus: &LabelledCorpus,
    seed: u64,
    out_of_fold: bool,
    predict: impl FnOnce(&[(u32, &str)]) -> Result<Vec<Prediction>, Failure>,
) -> Result<AuditReport, Failure> {
    let text = |row: usize| corpus.text(row);
    let names = Names::learn((0..corpus.len()).map(text));
    let altered = Altered::new(&names, corpus.len(), text, N_SWAPS, seed);
    let labels = corpus.label_set();
    let mut report = AuditReport::new(labels.names(), corpus.len(), &names, out_of_fold);
    report.n_terms = AUDITED_TERMS as u64;
    report.heavy = heavy_shortcuts(model, &names, AUDITED_TERMS);
    report.n_rows_with_names = altered.rows.len() as u64;
    report.n_draws = N_SWAPS as u64;
    let n = altered.rows.len();
    if n == 0 {
        return Ok(report);
    }
    // As they stand, masked, and each draw.
    let mut texts: Vec<(u32, &str)> = altered
        .rows
        .iter()
        .map(|&row| (row, corpus.text(row as usize)))
        .collect();
    for variant in std::iter::once(&altered.masked).chain(&altered.swapped) {
        let variant = variant.iter().map(String::as_str);
        texts.extend(altered.rows.iter().copied().zip(variant));
    }
    let predictions = predict(&texts)?;
    let variants: Vec<Vec<Prediction>> = predictions.chunks(n).map(<[_]>::to_vec).collect();
    let gold: Vec<LabelId> = altered
        .rows
        .iter()
        .map(|&row| corpus.labels()[row as usize])
        .collect();
    let change = |draws| Some(Change::new(&gold, &variants[0], draws, labels.len()));
    report.masked = change(&variants[1..2]);
    report.swapped = change(&variants[2..]);
    Ok(report)
}

/// Writes the page.
pub fn write(page: &ReportPage, mut sink: Sink) -> Result<(), Failure> {
    let html = page.html().expect("a string takes all");
    sink.write(html.as_bytes())?;
    Ok(sink.finish()?)
}
