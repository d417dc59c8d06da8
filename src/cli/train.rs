//! `stance train`: labelled statements in, a model file out, and what it is worth on standard output.

use super::args::{SolverArg, TextArgs, TrainArgs, ValidationArgs};
use super::failure::Failure;
use super::inputs::{keep_apart, labelled_options, say_summary, set_threads, thousands};
use super::interrupt;
use super::progress::{Progress, Stages};
use super::report;
use super::terminal::Terminal;
use linfa::ParamGuard;
use stance::audit::{AuditReport, predict_out_of_fold};
use stance::classifier::{Hyperparameters, Solver};
use stance::evaluation::{Evaluation, EvaluationReport};
use stance::features::SelectionSettings;
use stance::io::{Others, Sink, read_labelled};
use stance::model::{
    CalibrationRecord, CrossValidationRecord, GroupRecord, OutOfFoldPredictions, Stage, Trained,
    TrainingSettings, train,
};
use stance::prediction::Prediction;
use stance::report::{Kind, ReportPage, Scored};
use stance::statement::LabelledCorpus;
use stance::text::{Language, StopWords, TextSettings};
use stance::validation::Groups;
use std::fmt::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn run(args: &TrainArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_threads(args.threads);
    let settings = settings(args)?;
    let outputs = [("--model", &args.model)].into_iter().chain(
        args.validation
            .out_of_fold
            .iter()
            .map(|path| ("--out-of-fold", path))
            .chain(args.report.report.iter().map(|path| ("--report", path))),
    );
    for (option, path) in outputs.clone() {
        if path == Path::new("-") {
            return Err(Failure::usage(format!(
                "{option} needs the name of a file: standard output carries the report"
            )));
        }
    }
    keep_apart(outputs, &args.data)?;
    // Opened first: a name that is taken is better known now than after the work.
    let model_sink = Sink::create(&args.model, args.force)?;
    interrupt::watch(model_sink.partial());
    let out_of_fold_sink = match &args.validation.out_of_fold {
        None => None,
        Some(_) if args.validation.folds == 0 => {
            return Err(Failure::usage(
                "--out-of-fold needs folds; leave out --folds 0",
            ));
        }
        Some(path) => {
            let sink = Sink::create(path, args.force)?;
            interrupt::watch(sink.partial());
            Some((path, sink))
        }
    };
    let page_sink = report::sink(&args.report, args.force)?;
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let stages = Stages::new("reading", terminal);
    let mut options =
        labelled_options(&args.input, &args.label, args.weight_column.as_ref(), None)?;
    let columns = args.validation.group_column.iter().chain(&args.report.by);
    options.read.columns.others = Others::Named(columns.cloned().collect());
    let (corpus, summary) = read_labelled(&args.data, &options)?;
    say_summary(&summary, terminal);
    let folds_done = AtomicUsize::new(0);
    let trained = train(&corpus, &settings, &|stage| {
        let words = match stage {
            Stage::Analyze => "analysing texts",
            Stage::Fold => "looking for near-duplicates",
            Stage::CrossValidate => "fitting folds",
            Stage::FoldDone => {
                let done = folds_done.fetch_add(1, Ordering::Relaxed) + 1;
                let folds = settings.folds;
                progress.stage(&format!("fitting folds, {done} of {folds} done"));
                return;
            }
            Stage::CompareSplit => {
                folds_done.store(0, Ordering::Relaxed);
                "fitting folds that split groups"
            }
            Stage::Calibrate => "calibrating",
            Stage::Fit => "choosing terms and fitting on all rows",
            Stage::Freeze => "freezing the model",
        };
        progress.stage(words);
        stages.next(words);
    })?;
    stages.next("writing the model");
    write_out(model_sink, trained.model.as_bytes())?;
    if let (Some((path, sink)), Some(predictions)) = (out_of_fold_sink, &trained.out_of_fold) {
        write_out(sink, &out_of_fold_table(&corpus, predictions, path))?;
    }
    let predictions = predictions(&trained);
    let audit = match args.report.audits() {
        false => None,
        true => {
            stages.next("masking and exchanging names");
            progress.stage("masking and exchanging names");
            Some(audit(&corpus, &settings, &trained)?)
        }
    };
    stages.next("report");
    progress.stage("drawing intervals");
    let evaluated = evaluated(&corpus, &settings, &trained, &predictions);
    if let Some(sink) = page_sink {
        let page = page(
            args,
            &corpus,
            &settings,
            &trained,
            &predictions,
            &evaluated,
            &audit,
        );
        report::write(&page, sink)?;
    }
    let seconds = progress.seconds();
    drop(progress);
    let text_bytes: usize = (0..corpus.len()).map(|row| corpus.text(row).len()).sum();
    terminal.detail(format_args!(
        "{} rows, {:.1} MB of text in {seconds:.2} s ({} rows/s)",
        thousands(corpus.len() as u64),
        text_bytes as f64 / 1e6,
        thousands((corpus.len() as f64 / seconds) as u64)
    ));
    warn(&trained, terminal);
    terminal.detail(format_args!("fit: {}", trained.fit));
    let mut told = told(&corpus, &settings, &trained, &evaluated);
    if let Some(audit) = audit.filter(|_| args.report.audit) {
        write!(told, "\n{audit}").expect("a string takes all");
    }
    writeln!(
        told,
        "\nmodel written to {} ({} kB)",
        args.model.display(),
        thousands((trained.model.as_bytes().len() as u64).div_ceil(1000))
    )
    .expect("a string takes all");
    terminal.result(&told)
}

fn write_out(mut sink: Sink, bytes: &[u8]) -> Result<(), Failure> {
    sink.write(bytes)?;
    Ok(sink.finish()?)
}

fn settings(args: &TrainArgs) -> Result<TrainingSettings, Failure> {
    let fit = &args.fit;
    let solver = match fit.solver {
        SolverArg::Dual => Solver::Dual,
        SolverArg::Newton => Solver::Newton,
        SolverArg::Linfa => Solver::Linfa {
            max_dense_bytes: fit.max_dense_bytes,
        },
    };
    let hyperparameters = Hyperparameters::new()
        .c(fit.c)
        .class_weight(fit.class_weight.into())
        .tolerance(fit.tolerance)
        .max_iterations(fit.max_iterations)
        .solver(solver)
        .check()
        .map_err(|error| Failure::usage(error.to_string()))?;
    let TextArgs {
        language,
        word_ngrams,
        char_ngrams,
        weighting,
        min_df,
        max_features,
        prune,
        ..
    } = args.text;
    let ValidationArgs {
        folds,
        fold_order,
        seed,
        calibration,
        ..
    } = args.validation;
    if folds == 1 {
        return Err(Failure::usage(
            "--folds 1 holds nothing out: give 2 or more, or 0 for none",
        ));
    }
    if folds == 0 && args.validation.group_column.is_some() {
        return Err(Failure::usage(
            "--group-column keeps groups on one side of a fold; leave out --folds 0",
        ));
    }
    if word_ngrams.0.is_none() && char_ngrams.0.is_none() {
        return Err(Failure::usage(
            "--word-ngrams none with --char-ngrams none leaves no features",
        ));
    }
    if max_features == Some(0) {
        return Err(Failure::usage("--max-features 0 leaves no features"));
    }
    Ok(TrainingSettings {
        text: TextSettings {
            language,
            stop_words: stop_words(&args.text.stop_words, language)?,
            word_ngrams: word_ngrams.0,
            char_ngrams: char_ngrams.0,
        },
        selection: SelectionSettings {
            weighting,
            min_df,
            max_features,
            prune,
        },
        hyperparameters,
        folds,
        fold_order: fold_order.into(),
        seed,
        group_column: args.validation.group_column.clone(),
        calibration: calibration == super::args::CalibrationArg::Affine,
    })
}

fn stop_words(list: &str, language: Language) -> Result<StopWords, Failure> {
    match list {
        "none" => Ok(StopWords::none()),
        "english" => Ok(StopWords::english()),
        path => std::fs::read_to_string(path)
            .map(|lines| StopWords::from_lines(&lines, language))
            .map_err(|error| {
                Failure::failed(format!(
                    "cannot read stop words from {path}: {error}; give none, english or a file"
                ))
            }),
    }
}

/// What a user must not overlook.
fn warn(trained: &Trained, terminal: &Terminal) {
    if !trained.fit.converged() {
        terminal.warning(format_args!("the fit has {}", trained.fit));
    }
    let unconverged = trained
        .out_of_fold
        .iter()
        .flat_map(|o| &o.fits)
        .filter(|f| !f.converged());
    let unconverged = unconverged.count();
    if unconverged > 0 {
        terminal.warning(format_args!("{unconverged} folds' fits did not converge"));
    }
}

fn told(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
    evaluated: &Option<EvaluationReport>,
) -> String {
    let model = &trained.model;
    let mut out = String::new();
    let counts = corpus.label_counts();
    let labels: Vec<String> = corpus
        .label_set()
        .names()
        .iter()
        .zip(&counts)
        .map(|(name, &rows)| format!("{} {name}", thousands(rows)))
        .collect();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a string takes all");
    let kept = match settings.selection.prune {
        0.0 => String::new(),
        _ => format!(
            ", {} of them kept",
            thousands(model.vocabulary().len() as u64)
        ),
    };
    line(format_args!(
        "{} statements ({}), {} features{kept}",
        thousands(corpus.len() as u64),
        labels.join(", "),
        thousands(trained.n_chosen as u64)
    ));
    let fit = &trained.fit;
    line(format_args!(
        "fit {}, gradient {:.1e} of its start",
        if fit.converged() {
            "converged"
        } else {
            "did NOT converge"
        },
        fit.relative_gradient_norm
    ));
    if let (Some(report), Some(record)) = (evaluated, &model.card().training.cross_validation) {
        match &model.card().calibration {
            CalibrationRecord::Fitted {
                lambda,
                log_loss_before,
                log_loss_after,
            } => {
                line(format_args!(
                    "calibrated (λ = {lambda}): log-loss {log_loss_before:.4} before, \
                     {log_loss_after:.4} after, cross-fitted"
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
        if let Some(groups) = &record.groups {
            line(format_args!("\n{}", split_groups(record, groups)));
        }
    } else {
        line(format_args!(
            "neither cross-validated nor calibrated (--folds 0)"
        ));
    }
    out
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

/// The out-of-fold predictions, none without folds.
fn predictions(trained: &Trained) -> Vec<Prediction> {
    let mut all = Vec::new();
    if let Some(predictions) = &trained.out_of_fold {
        for_each_prediction(predictions, |_, prediction| all.push(prediction.clone()));
    }
    all
}

/// How good they are, with intervals that draw whole groups where there are groups.
fn evaluated(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
    predictions: &[Prediction],
) -> Option<EvaluationReport> {
    trained.out_of_fold.as_ref()?;
    let mut evaluation = Evaluation::new(corpus.label_set().clone());
    for (&label, prediction) in corpus.labels().iter().zip(predictions) {
        evaluation.add(label, prediction);
    }
    let column = settings.group_column.as_ref();
    Some(match column.and_then(|name| corpus.column(name)) {
        None => evaluation.report(settings.seed),
        Some(column) => {
            let groups = Groups::of_values(column.ids());
            let rows = report::pairs(corpus, predictions);
            evaluation.report_of_groups(&rows, &groups, settings.seed)
        }
    })
}

/// Out of fold, or without folds on the rows trained on.
fn audit(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
) -> Result<AuditReport, Failure> {
    let model = &trained.model;
    let folds = trained.out_of_fold.as_ref().map(|o| &o.folds);
    stance::audit::audit(model, corpus, settings.seed, folds.is_some(), |texts| {
        Ok(match folds {
            Some(folds) => predict_out_of_fold(corpus, settings, folds, model, texts)?,
            None => {
                let mut scorer = model.scorer();
                let score = |(_, text): &(u32, &str)| scorer.score(text).prediction.clone();
                texts.iter().map(score).collect()
            }
        })
    })
}

/// Everything on one page.
fn page(
    args: &TrainArgs,
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
    predictions: &[Prediction],
    evaluated: &Option<EvaluationReport>,
    audit: &Option<AuditReport>,
) -> ReportPage {
    let model = &trained.model;
    let record = &model.card().training.cross_validation;
    let scored = evaluated
        .as_ref()
        .zip(record.as_ref())
        .map(|(report, record)| {
            let how = format!(
                "out of fold ({} folds, {}; near-duplicates on one side)",
                record.folds,
                record.deal()
            );
            let mut scored = Scored::new(
                how,
                report.clone(),
                corpus.label_set(),
                corpus.labels(),
                predictions,
                settings.seed,
            );
            scored.group_column = settings.group_column.clone();
            scored
        });
    ReportPage {
        kind: Kind::Training,
        scored,
        audit: audit.clone(),
        ..ReportPage::new(model, corpus, predictions, &args.report.by, settings.seed)
    }
}

fn for_each_prediction(
    predictions: &OutOfFoldPredictions,
    mut on_row: impl FnMut(usize, &Prediction),
) {
    let mut prediction = Prediction::new(predictions.probabilities.ncols());
    for (row, probabilities) in predictions.probabilities.outer_iter().enumerate() {
        prediction.set(probabilities.as_slice().expect("rows lie in one piece"));
        on_row(row, &prediction);
    }
}

/// `row,fold,label,prediction,prob_…`, rows from 1 in the order they were read (dropped ones not counted), folds from 0.
fn out_of_fold_table(
    corpus: &LabelledCorpus,
    predictions: &OutOfFoldPredictions,
    path: &Path,
) -> Vec<u8> {
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
    for_each_prediction(predictions, |row, prediction| {
        record.clear();
        record.push((row + 1).to_string());
        record.push(predictions.folds.fold_of_row()[row].to_string());
        record.push(labels.name(corpus.labels()[row]).to_owned());
        record.push(labels.name(prediction.label()).to_owned());
        let shares = labels
            .ids()
            .map(|id| format!("{:.6}", prediction.probability(id).get()));
        record.extend(shares);
        writer.write_record(&record).expect("a vector takes all");
    });
    writer.into_inner().expect("a vector takes all")
}
