//! `stance evaluate`: labelled statements in, a report on the model out.

use super::args::EvaluateArgs;
use super::failure::Failure;
use super::inputs::{keep_apart, labelled_options, open_model, say_summary};
use super::interrupt;
use super::progress::Progress;
use super::report;
use super::terminal::Terminal;
use rayon::prelude::*;
use stance::audit::AuditReport;
use stance::evaluation::{Evaluation, EvaluationReport};
use stance::io::{Others, Sink, read_labelled};
use stance::model::StanceModel;
use stance::prediction::Prediction;
use stance::report::{Kind, LabelMix, ReportPage, Scored};
use stance::statement::LabelledCorpus;
use stance::validation::{Groups, domain_shift};
use std::path::Path;

/// Rows that one task scores.
const CHUNK_ROWS: usize = 2048;

pub fn run(args: &EvaluateArgs, terminal: &Terminal) -> Result<(), Failure> {
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let inputs = args.data.iter().chain(&args.model).chain(&args.training);
    let json = args.json.iter().map(|path| ("--json", path));
    let pages = args.report.report.iter().map(|path| ("--report", path));
    keep_apart(json.chain(pages), inputs)?;
    let model = open_model(args.model.as_ref())?;
    let sink = match &args.json {
        Some(path) => {
            let sink = Sink::create(path, args.force)?;
            interrupt::watch(sink.partial());
            Some(sink)
        }
        None => None,
    };
    let page_sink = report::sink(&args.report, args.force)?;
    let mut options = labelled_options(&args.input, &args.label, None, Some(model.labels()))?;
    let columns = args.report.by.iter().chain(&args.group_column);
    options.read.columns.others = Others::Named(columns.cloned().collect());
    let (corpus, summary) = read_labelled(&args.data, &options)?;
    say_summary(&summary, terminal);
    progress.stage("scoring");
    let texts: Vec<&str> = (0..corpus.len()).map(|row| corpus.text(row)).collect();
    let predictions = score(&model, &texts);
    let mut evaluation = Evaluation::new(model.labels().clone());
    for (prediction, &label) in predictions.iter().zip(corpus.labels()) {
        evaluation.add(label, prediction);
    }
    progress.stage("drawing intervals");
    let group_column = args.group_column.as_ref();
    let report = match group_column.and_then(|name| corpus.column(name)) {
        None => evaluation.report(args.seed),
        Some(column) => {
            let rows = report::pairs(&corpus, &predictions);
            evaluation.report_of_groups(&rows, &Groups::of_values(column.ids()), args.seed)
        }
    };
    let audit = match args.report.audits() {
        false => None,
        true => {
            progress.stage("masking and exchanging names");
            let audit = stance::audit::audit(&model, &corpus, args.seed, false, |texts| {
                let texts: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
                Ok::<_, Failure>(score(&model, &texts))
            })?;
            Some(audit)
        }
    };
    if let Some(sink) = page_sink {
        progress.stage("writing the report");
        let page = page(args, &model, &corpus, &predictions, &report, audit.clone())?;
        report::write(&page, sink)?;
    }
    drop(progress);
    if let Some(mut sink) = sink {
        let mut json = serde_json::to_vec_pretty(&report).expect("a report is plain data");
        json.push(b'\n');
        sink.write(&json)?;
        sink.finish()?;
    }
    if args.json.as_deref() == Some(Path::new("-")) {
        return Ok(());
    }
    let audit = audit.filter(|_| args.report.audit);
    let audit = audit.map_or(String::new(), |audit| format!("\n{audit}"));
    terminal.result(&format!("{report}{audit}"))
}

/// The prediction for each of `texts`, in order.
fn score(model: &StanceModel, texts: &[&str]) -> Vec<Prediction> {
    let chunks: Vec<Vec<Prediction>> = texts
        .par_chunks(CHUNK_ROWS)
        .map_init(
            || model.scorer(),
            |scorer, texts| {
                let score = |text: &&str| scorer.score(text).prediction.clone();
                texts.iter().map(score).collect()
            },
        )
        .collect();
    chunks.into_iter().flatten().collect()
}

/// Everything on one page.
fn page(
    args: &EvaluateArgs,
    model: &StanceModel,
    corpus: &LabelledCorpus,
    predictions: &[Prediction],
    report: &EvaluationReport,
    audit: Option<AuditReport>,
) -> Result<ReportPage, Failure> {
    let labels = model.labels();
    let how = "scored by a model that was not told their labels".to_owned();
    let mut scored = Scored::new(
        how,
        report.clone(),
        labels,
        corpus.labels(),
        predictions,
        args.seed,
    );
    scored.group_column = args.group_column.clone();
    let training = &model.card().training.label_counts;
    let shift = match args.training.as_slice() {
        [] => None,
        files => {
            let options = labelled_options(&args.input, &args.label, None, None)?;
            let (training, _) = read_labelled(files, &options)?;
            let shift = domain_shift(
                model.analyzer(),
                (training.len(), |row| training.text(row)),
                (corpus.len(), |row| corpus.text(row)),
                args.seed,
            );
            let failed = |error| {
                Failure::failed(format!(
                    "--training: the two cannot be told apart by cross-validation: {error}"
                ))
            };
            Some(shift.map_err(failed)?)
        }
    };
    Ok(ReportPage {
        kind: Kind::Evaluation,
        scored: Some(scored),
        mix: Some(LabelMix::new(training, corpus.labels(), predictions)),
        shift,
        audit,
        ..ReportPage::new(model, corpus, predictions, &args.report.by, args.seed)
    })
}
