//! `stance evaluate`: labelled statements in, a report on a model, on anyone's predictions, or on settings of training out.

use super::args::EvaluateArgs;
use super::coders::{self, Coders};
use super::failure::Failure;
use super::inputs::{
    keep_apart, labelled_options, open_model, refuse_input_twice, say_summary, set_threads,
};
use super::interrupt;
use super::out_of_fold;
use super::progress::{Progress, Stages};
use super::report;
use super::systems::{
    Gold, System, prediction_options, say_if_trained_on, say_read, score, score_and_look,
};
use super::terminal::Terminal;
use super::train;
use serde::Serialize;
use stance::audit::AuditReport;
use stance::evaluation::{AgreementReport, Evaluation, EvaluationReport};
use stance::io::{Coding, LabelledOptions, Others, Sink, read_labelled};
use stance::label::{LabelId, LabelSet};
use stance::model::{CrossValidated, StanceModel, TrainingSettings, cross_validate};
use stance::prediction::Prediction;
use stance::predictions::Predictions;
use stance::report::{Kind, LabelMix, ReportPage, Scored, SettingFacts};
use stance::statement::LabelledCorpus;
use stance::text::TextSettings;
use stance::validation::domain_shift;
use std::path::Path;

pub fn run(args: &EvaluateArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_threads(args.threads);
    check(args)?;
    let sink = match &args.json {
        Some(path) => {
            let sink = Sink::create(path, args.force)?;
            interrupt::watch(sink.partial());
            Some(sink)
        }
        None => None,
    };
    let (report, text) = if args.cross_validate {
        of_settings(args, terminal)?
    } else if let Some(predictions) = &args.predictions {
        of_predictions(args, predictions, terminal)?
    } else {
        of_model(args, terminal)?
    };
    if let Some(mut sink) = sink {
        let mut json = serde_json::to_vec_pretty(&report).expect("a report is plain data");
        json.push(b'\n');
        sink.write(&json)?;
        sink.finish()?;
    }
    if args.json.as_deref() == Some(Path::new("-")) {
        return Ok(());
    }
    terminal.result(&text)
}

/// What the parser cannot see: files that would be read or written twice, and options that would do nothing.
fn check(args: &EvaluateArgs) -> Result<(), Failure> {
    let inputs = args.data.iter().chain(&args.predictions);
    refuse_input_twice(inputs.clone())?;
    let out_of_fold = args.validation.out_of_fold.iter();
    let outputs = (args.json.iter().map(|path| ("--json", path)))
        .chain(out_of_fold.map(|path| ("--out-of-fold", path)))
        .chain(args.report.report.iter().map(|path| ("--report", path)));
    keep_apart(outputs, inputs.chain(&args.model).chain(&args.training))?;
    let coding = coders::coding(&args.label, &args.coders, id_column(args))?;
    if args.predictions.is_some() && coding.is_some() {
        return Err(Failure::usage(
            "--predictions are measured against one label a row: name one --label-column",
        ));
    }
    let by_id = matches!(coding, Some(Coding::Long { .. })) || args.predictions.is_some();
    if args.matching.id_column.is_some() && !by_id {
        return Err(Failure::usage(
            "--id-column is for --predictions or --coder-column",
        ));
    }
    Ok(())
}

/// A report, and how it is told.
type Told = (Report, String);

/// All figures, for machines.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    evaluation: EvaluationReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    coders: Option<AgreementReport>,
}

fn id_column(args: &EvaluateArgs) -> Option<&str> {
    args.matching.id_column.as_deref()
}

/// The labelled rows with the further `columns`, as the settings `text` take them; says what was left out.
fn labelled<'n>(
    args: &EvaluateArgs,
    mut options: LabelledOptions,
    columns: impl Iterator<Item = &'n String>,
    text: &TextSettings,
    terminal: &Terminal,
) -> Result<(LabelledCorpus, Option<Coders>), Failure> {
    options.read.columns.others = Others::Named(columns.cloned().collect());
    let (label, coders) = (&args.label, &args.coders);
    let read = coders::read(&args.data, &options, label, coders, id_column(args), text)?;
    say_summary(&read.summary, terminal);
    Ok((read.corpus, read.coders))
}

fn of_model(args: &EvaluateArgs, terminal: &Terminal) -> Result<Told, Failure> {
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let model = open_model(args.model.as_ref())?;
    let page_sink = report::sink(&args.report, args.force)?;
    let seed = args.validation.seed;
    let options = labelled_options(&args.input, &args.label, None, Some(model.labels()))?;
    let group_column = &args.validation.group_column;
    let columns = args.report.by.iter().chain(group_column);
    let (corpus, coders) = labelled(args, options, columns, &model.card().text, terminal)?;
    let name = args.model.as_deref();
    let name = name.unwrap_or(Path::new("the model in the box"));
    say_if_trained_on(name, &model, &corpus, terminal);
    progress.stage("scoring");
    let (predictions, seen) = score_and_look(&model, corpus.len(), |row| corpus.text(row));
    if let Some(unlike) = seen.unlike(model.card(), true) {
        terminal.warning(format_args!("{unlike}"));
    }
    let predictions: Vec<_> = predictions.into_iter().map(Some).collect();
    progress.stage("drawing intervals");
    let evaluation = report::evaluation(
        &corpus,
        &predictions,
        group_column.as_deref(),
        &args.report.by,
        seed,
    );
    let mut text = evaluation.to_string();
    let audit = match args.report.audits() {
        false => None,
        true => {
            progress.stage("masking and exchanging names");
            let audit = stance::audit::audit(&model, &corpus, seed, None, |texts| {
                Ok::<_, Failure>(score(&model, texts.len(), |at| texts[at].1))
            })?;
            if args.report.audit {
                text += &format!("\n{audit}");
            }
            Some(audit)
        }
    };
    if let Some(sink) = page_sink {
        progress.stage("writing the report");
        let page = page(args, &model, &corpus, &predictions, &evaluation, audit)?;
        report::write(&page, sink)?;
    }
    let coders = coders.map(|coders| {
        // Also those to which no one label could be given.
        let statements = coders.coded.statements();
        let all = score(&model, statements.len(), |row| {
            statements[row].text.as_str()
        });
        let labels: Vec<_> = all.iter().map(|row| Some(row.label())).collect();
        let report = AgreementReport::new(&coders.coded, Some(&labels), seed);
        text += &coders.tell(&report);
        report
    });
    Ok((Report { evaluation, coders }, text))
}

/// Everything on one page.
fn page(
    args: &EvaluateArgs,
    model: &StanceModel,
    corpus: &LabelledCorpus,
    predictions: &[Option<Prediction>],
    evaluation: &EvaluationReport,
    audit: Option<AuditReport>,
) -> Result<ReportPage, Failure> {
    let seed = args.validation.seed;
    let how = "scored by a model that was not told their labels".to_owned();
    let (gold, judged) = report::judged(corpus, predictions);
    let set = model.labels();
    let mut scored = Scored::new(how, evaluation.clone(), set, &gold, &judged);
    scored.group_column = args.validation.group_column.clone();
    let training = &model.card().training.label_counts;
    let shift = match args.training.as_slice() {
        [] => None,
        files => {
            let mut options = labelled_options(&args.input, &args.label, None, None)?;
            let text = &model.card().text;
            options.read.columns.others = Others::Named(text.context.columns().cloned().collect());
            let (training, _) = read_labelled(files, &options)?;
            let training = text.in_context(training);
            let shift = domain_shift(
                model.analyzer(),
                (training.len(), |row| training.text(row)),
                (corpus.len(), |row| corpus.text(row)),
                seed,
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
        mix: Some(LabelMix::new(
            set.len(),
            Some(training),
            &gold,
            &Predictions::Probabilities(judged),
        )),
        shift,
        audit,
        ..ReportPage::new(model, corpus, predictions, &args.report.by, seed)
    })
}

fn of_predictions(args: &EvaluateArgs, path: &Path, terminal: &Terminal) -> Result<Told, Failure> {
    let page_sink = report::sink(&args.report, args.force)?;
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let options = labelled_options(&args.input, &args.label, None, None)?;
    let prediction_options = prediction_options(&options, &args.matching);
    let file = stance::io::PredictionFile::read(path, &prediction_options)?;
    let system = System::Predictions(Box::new(file));
    say_read(&system, terminal);
    let gold = Gold::read(&args.data, &options, false)?;
    say_summary(&gold.summary, terminal);
    gold.has_columns(&args.report.by)?;
    let set = system.label_set(gold.corpus.label_set())?;
    let matching = &prediction_options.matching;
    let predictions = system.predictions(path, &gold, &set, matching, terminal)?;
    let mut evaluation = Evaluation::new(set.clone());
    let labels = gold.labels(&set);
    evaluation.add_all(&labels, &predictions);
    progress.stage("drawing intervals");
    let mut evaluation = evaluation.report(args.validation.seed);
    if let Some(probabilities) = predictions.probabilities() {
        let rows = labels.iter().zip(probabilities).enumerate();
        let rows: Vec<_> = rows.map(|(row, (&gold, of))| (row, gold, of)).collect();
        let names = args.report.by.iter().map(String::as_str);
        evaluation.by_column = report::by_column(&gold.corpus, &set, &rows, names);
    }
    if let Some(sink) = page_sink {
        progress.stage("writing the report");
        let page = page_of_predictions(args, &gold, &set, &labels, &predictions, &evaluation);
        report::write(&page, sink)?;
    }
    let text = evaluation.to_string();
    let coders = None;
    Ok((Report { evaluation, coders }, text))
}

/// What can be said without a model.
fn page_of_predictions(
    args: &EvaluateArgs,
    gold: &Gold,
    set: &LabelSet,
    labels: &[LabelId],
    predictions: &Predictions,
    evaluation: &EvaluationReport,
) -> ReportPage {
    let (corpus, seed) = (&gold.corpus, args.validation.seed);
    let scored = match predictions.probabilities() {
        Some(rows) => {
            let how = "predictions from a file, with probabilities".to_owned();
            Scored::new(how, evaluation.clone(), set, labels, rows)
        }
        None => {
            let how = "labels from a file, without probabilities".to_owned();
            Scored::of_labels(how, evaluation.clone())
        }
    };
    let rows: Vec<usize> = (0..corpus.len()).collect();
    let by = &args.report.by;
    let page = ReportPage::of_predictions(corpus, &rows, set, labels, predictions, by, seed);
    ReportPage {
        kind: Kind::Evaluation,
        scored: Some(scored),
        mix: Some(LabelMix::new(set.len(), None, labels, predictions)),
        ..match gold.has_text {
            true => page,
            false => page.without_texts(),
        }
    }
}

fn of_settings(args: &EvaluateArgs, terminal: &Terminal) -> Result<Told, Failure> {
    let settings = train::settings(&args.text, &args.fit, &args.validation)?;
    if settings.folds == 0 {
        return Err(Failure::usage(
            "--cross-validate needs folds; leave out --folds 0",
        ));
    }
    let table = out_of_fold::sink(&args.validation, args.force)?;
    let page_sink = report::sink(&args.report, args.force)?;
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let stages = Stages::new("reading", terminal);
    let weight_column = args.weight_column.as_ref();
    let options = labelled_options(&args.input, &args.label, weight_column, None)?;
    let columns = args.validation.columns().chain(&args.report.by);
    let (corpus, coders) = labelled(args, options, columns, &settings.text, terminal)?;
    let told = out_of_fold::Stagewise::new(settings.folds, &progress, &stages);
    let validated = cross_validate(&corpus, &settings, &|stage| told.at(stage))?;
    let predictions = &validated.out_of_fold;
    stages.next("report");
    out_of_fold::warn(predictions, terminal);
    if let Some((path, sink)) = table {
        out_of_fold::write(sink, &corpus, predictions, path)?;
    }
    progress.stage("drawing intervals");
    let evaluation = out_of_fold::report(&corpus, &settings, predictions, &args.report.by);
    if let Some(sink) = page_sink {
        let page = page_of_settings(args, &corpus, &settings, &validated, &evaluation);
        report::write(&page, sink)?;
    }
    drop(progress);
    let told = out_of_fold::told(&evaluation, &validated.record, &validated.calibration);
    let mut text = format!("{}\n{told}", out_of_fold::told_corpus(&corpus));
    let coders = coders.map(|coders| {
        let report = coders.out_of_fold(predictions, settings.seed);
        text += &coders.tell(&report);
        report
    });
    Ok((Report { evaluation, coders }, text))
}

/// What can be said of settings.
fn page_of_settings(
    args: &EvaluateArgs,
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    validated: &CrossValidated,
    evaluation: &EvaluationReport,
) -> ReportPage {
    let all = validated.out_of_fold.predictions();
    let how = report::out_of_fold(&validated.record, None);
    let (set, by) = (corpus.label_set(), &args.report.by);
    let rows: Vec<usize> = report::judged_rows(corpus, &all)
        .map(|(row, _)| row)
        .collect();
    let (gold, judged) = report::judged(corpus, &all);
    let judged = Predictions::Probabilities(judged);
    ReportPage {
        kind: Kind::CrossValidation,
        settings: Some(SettingFacts::new(settings, validated)),
        scored: Some(report::scored(how, evaluation, corpus, &all, settings)),
        mix: Some(LabelMix::new(set.len(), None, &gold, &judged)),
        ..ReportPage::of_predictions(corpus, &rows, set, &gold, &judged, by, settings.seed)
    }
}
