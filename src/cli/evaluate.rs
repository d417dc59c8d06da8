//! `stance evaluate`: labelled statements in, a report on the model out.

use super::args::EvaluateArgs;
use super::failure::Failure;
use super::inputs::{keep_apart, labelled_options, open_model, say_summary};
use super::interrupt;
use super::progress::Progress;
use super::terminal::Terminal;
use rayon::prelude::*;
use stance::evaluation::Evaluation;
use stance::io::{Sink, read_labelled};
use stance::prediction::Prediction;
use std::path::Path;

/// Rows that one task scores.
const CHUNK_ROWS: usize = 2048;

pub fn run(args: &EvaluateArgs, terminal: &Terminal) -> Result<(), Failure> {
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let inputs = args.data.iter().chain(&args.model);
    keep_apart(args.json.iter().map(|path| ("--json", path)), inputs)?;
    let model = open_model(args.model.as_ref())?;
    let sink = match &args.json {
        Some(path) => {
            let sink = Sink::create(path, args.force)?;
            interrupt::watch(sink.partial());
            Some(sink)
        }
        None => None,
    };
    let options = labelled_options(&args.input, &args.label, None, Some(model.labels()))?;
    let (corpus, summary) = read_labelled(&args.data, &options)?;
    say_summary(&summary, terminal);
    progress.stage("scoring");
    let chunks: Vec<usize> = (0..corpus.len()).step_by(CHUNK_ROWS).collect();
    let predictions: Vec<Vec<Prediction>> = chunks
        .into_par_iter()
        .map_init(
            || model.scorer(),
            |scorer, start| {
                let rows = start..(start + CHUNK_ROWS).min(corpus.len());
                rows.map(|row| scorer.score(corpus.text(row)).prediction.clone())
                    .collect()
            },
        )
        .collect();
    let mut evaluation = Evaluation::new(model.labels().clone());
    for (prediction, &label) in predictions.iter().flatten().zip(corpus.labels()) {
        evaluation.add(label, prediction);
    }
    progress.stage("drawing intervals");
    let report = evaluation.report(args.seed);
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
    terminal.result(&report.to_string())
}
