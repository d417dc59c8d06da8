//! `stance train`: labelled statements in, a model file out, and what it is worth on standard output.

use super::args::{FitArgs, SolverArg, TextArgs, TrainArgs, ValidationArgs};
use super::coders::{self, Labelled};
use super::failure::Failure;
use super::inputs::{keep_apart, labelled_options, say_summary, set_threads, thousands};
use super::out_of_fold;
use super::progress::{Progress, Stages};
use super::report;
use super::terminal::Terminal;
use super::tuning;
use super::{interrupt, label_errors, learning_curve};
use linfa::ParamGuard;
use stance::audit::{AuditReport, predict_out_of_fold};
use stance::classifier::{Hyperparameters, Solver};
use stance::evaluation::{AgreementReport, EvaluationReport, LearningCurveText};
use stance::features::SelectionSettings;
use stance::io::{Others, Sink};
use stance::model::{Trained, TrainingSettings, train, train_tuned};
use stance::prediction::Prediction;
use stance::report::{self as page, Kind, LabelErrorList, ReportPage};
use stance::statement::LabelledCorpus;
use stance::text::context::{SPEAKER, TARGET};
use stance::text::{Context, Language, NameHandling, StopWords, TextSettings};
use std::fmt::Write;
use std::path::Path;

pub fn run(args: &TrainArgs, terminal: &Terminal) -> Result<(), Failure> {
    set_threads(args.threads);
    let settings = settings(&args.text, &args.fit, &args.validation)?;
    if args.learning_curve && settings.folds == 0 {
        return Err(Failure::usage(
            "--learning-curve needs folds to judge by; leave out --folds 0",
        ));
    }
    let by_random_folds = [
        ("--tune", args.tuning.tune),
        ("--learning-curve", args.learning_curve),
        ("--label-errors", args.label_errors),
    ];
    if let (Some(_), Some((option, _))) = (
        &args.validation.time_column,
        by_random_folds.iter().find(|(_, is_asked)| *is_asked),
    ) {
        return Err(Failure::usage(format!(
            "{option} needs folds that hold out every row, and those of --time-column do not; leave out one of the two"
        )));
    }
    if args.label_errors && settings.folds == 0 {
        return Err(Failure::usage(
            "--label-errors needs folds to judge by; leave out --folds 0",
        ));
    }
    let outputs = [("--model", &args.model)].into_iter().chain(
        args.validation
            .out_of_fold
            .iter()
            .map(|path| ("--out-of-fold", path))
            .chain(args.report.report.iter().map(|path| ("--report", path))),
    );
    let outputs = outputs.chain(
        args.tuning
            .tune_table
            .iter()
            .map(|path| ("--tune-table", path)),
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
    let out_of_fold_sink = out_of_fold::sink(&args.validation, args.force)?;
    let tuning = match args.tuning.tune {
        true => Some(tuning::settings(&args.tuning, &args.text, &settings)?),
        false => None,
    };
    let table_sink = match &args.tuning.tune_table {
        None => None,
        Some(path) => {
            let sink = Sink::create(path, args.force)?;
            interrupt::watch(sink.partial());
            Some(sink)
        }
    };
    let page_sink = report::sink(&args.report, args.force)?;
    let progress = Progress::new(terminal);
    progress.stage("reading");
    let stages = Stages::new("reading", terminal);
    let mut options =
        labelled_options(&args.input, &args.label, args.weight_column.as_ref(), None)?;
    let columns = args.validation.columns().chain(&args.report.by);
    options.read.columns.others = Others::Named(columns.cloned().collect());
    let id_column = args.id_column.as_deref();
    let Labelled {
        corpus,
        summary,
        coders,
    } = coders::read(
        &args.data,
        &options,
        &args.label,
        &args.coders,
        id_column,
        &settings.text,
    )?;
    say_summary(&summary, terminal);
    say_if_unnamed(&corpus, &settings.text.context, terminal);
    let tuned = match &tuning {
        None => None,
        Some(tuning) => {
            stages.next("searching for settings");
            Some(tuning::search(&corpus, &settings, tuning, &progress)?)
        }
    };
    let told = out_of_fold::Stagewise::new(settings.folds, &progress, &stages);
    let on_stage = |stage| told.at(stage);
    let (settings, trained) = match &tuned {
        None => {
            let trained = train(&corpus, &settings, &on_stage)?;
            (settings, trained)
        }
        Some(tuned) => {
            let trained = train_tuned(&corpus, tuned, &on_stage)?;
            (tuned.settings.clone(), trained)
        }
    };
    if let (Some(sink), Some(tuned)) = (table_sink, &tuned) {
        write_out(sink, &tuning::table(tuned))?;
    }
    stages.next("writing the model");
    write_out(model_sink, trained.model.as_bytes())?;
    if let (Some((path, sink)), Some(predictions)) = (out_of_fold_sink, &trained.out_of_fold) {
        out_of_fold::write(sink, &corpus, predictions, path)?;
    }
    let curve = match args.learning_curve {
        true => {
            stages.next("learning curve");
            Some(learning_curve::measured(&corpus, &settings, &progress)?)
        }
        false => None,
    };
    let label_errors = match args.label_errors {
        true => {
            stages.next("looking for wrong labels");
            Some(label_errors::found(&corpus, &settings, &progress)?)
        }
        false => None,
    };
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
    let evaluated = trained.out_of_fold.as_ref();
    let evaluated = evaluated.map(|o| out_of_fold::report(&corpus, &settings, o, &args.report.by));
    if let Some(sink) = page_sink {
        let page = ReportPage {
            audit: audit.clone(),
            learning_curve: curve.as_ref().map(page::LearningCurve::new),
            grid: tuned.as_ref().map(page::Grid::new),
            label_errors: label_errors.map(|errors| LabelErrorList::new(&corpus, &errors)),
            ..page(args, &corpus, &settings, &trained, &evaluated)
        };
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
    let mut report = tuned.as_ref().map_or(String::new(), tuning::told)
        + &in_words(&corpus, &settings, &trained, &evaluated);
    if let Some(curve) = &curve {
        write!(report, "\n{}", LearningCurveText(curve)).expect("a string takes all");
    }
    if let Some(audit) = audit.filter(|_| args.report.audit) {
        write!(report, "\n{audit}").expect("a string takes all");
    }
    match (&coders, &trained.out_of_fold) {
        (Some(coders), Some(predictions)) => {
            report += &coders.tell(&coders.out_of_fold(predictions, settings.seed));
        }
        (Some(coders), None) => {
            report += &coders.tell(&AgreementReport::new(&coders.coded, None, settings.seed));
        }
        (None, _) => {}
    }
    writeln!(
        report,
        "\nmodel written to {} ({} kB)",
        args.model.display(),
        thousands((trained.model.as_bytes().len() as u64).div_ceil(1000))
    )
    .expect("a string takes all");
    terminal.result(&report)
}

fn write_out(mut sink: Sink, bytes: &[u8]) -> Result<(), Failure> {
    sink.write(bytes)?;
    Ok(sink.finish()?)
}

pub(super) fn settings(
    text: &TextArgs,
    fit: &FitArgs,
    validation: &ValidationArgs,
) -> Result<TrainingSettings, Failure> {
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
        log_count_ratio,
        prune,
        punctuation,
        names,
        ..
    } = *text;
    let ValidationArgs {
        folds,
        fold_order,
        seed,
        calibration,
        ..
    } = *validation;
    let context = Context {
        speaker_column: text.speaker_column.clone(),
        target_column: text.target_column.clone(),
        feature_columns: text.feature_column.clone(),
    };
    let columns: Vec<&String> = context.columns().collect();
    let again = |at: usize| columns[..at].contains(&columns[at]);
    if let Some(at) = (0..columns.len()).find(|&at| again(at)) {
        return Err(Failure::usage(format!(
            "the column `{}` is named twice: as speaker, target or feature it can serve once",
            columns[at]
        )));
    }
    if folds == 1 {
        return Err(Failure::usage(
            "--folds 1 holds nothing out: give 2 or more, or 0 for none",
        ));
    }
    if folds == 0 && validation.group_column.is_some() {
        return Err(Failure::usage(
            "--group-column keeps groups on one side of a fold; leave out --folds 0",
        ));
    }
    if folds == 0 && validation.time_column.is_some() {
        return Err(Failure::usage(
            "--time-column puts folds in the order of time; leave out --folds 0",
        ));
    }
    if folds == 0 && validation.target_error.is_some() {
        return Err(Failure::usage(
            "--target-error is found out of fold; leave out --folds 0",
        ));
    }
    if names == NameHandling::Mask && language == Language::German {
        return Err(Failure::usage(
            "--names mask: German writes all nouns with a capital, so that names cannot be told from them",
        ));
    }
    if word_ngrams.0.is_none() && context.columns().next().is_some() {
        return Err(Failure::usage(
            "--speaker-column, --target-column and --feature-column add words; leave out --word-ngrams none",
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
            stop_words: stop_words(&text.stop_words, language)?,
            punctuation,
            names,
            context,
            word_ngrams: word_ngrams.0,
            char_ngrams: char_ngrams.0,
        },
        selection: SelectionSettings {
            weighting,
            min_df,
            max_features,
            log_count_ratio,
            prune,
        },
        hyperparameters,
        folds,
        fold_order: fold_order.into(),
        seed,
        group_column: validation.group_column.clone(),
        time_column: validation.time_column.clone(),
        calibration: calibration == super::args::CalibrationArg::Affine,
        target_error: validation.target_error,
    })
}

pub(super) fn stop_words(list: &str, language: Language) -> Result<StopWords, Failure> {
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

/// Names are found by their capitals: where there are none, the columns of speakers and targets change nothing.
fn say_if_unnamed(corpus: &LabelledCorpus, context: &Context, terminal: &Terminal) {
    let is_named = |row: usize| {
        [SPEAKER, TARGET]
            .iter()
            .any(|&mark| corpus.text(row).contains(mark))
    };
    let has_actors = context.speaker_column.is_some() || context.target_column.is_some();
    if has_actors && !(0..corpus.len()).any(is_named) {
        terminal.warning(format_args!(
            "no text names its speaker or target; names are found by the capitals that they begin with"
        ));
    }
}

/// What a user must not overlook.
fn warn(trained: &Trained, terminal: &Terminal) {
    if !trained.fit.converged() {
        terminal.warning(format_args!("the fit has {}", trained.fit));
    }
    if let Some(predictions) = &trained.out_of_fold {
        out_of_fold::warn(predictions, terminal);
    }
}

fn in_words(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
    evaluated: &Option<EvaluationReport>,
) -> String {
    let model = &trained.model;
    let kept = match settings.selection.prune {
        0.0 => String::new(),
        _ => format!(
            ", {} of them kept",
            thousands(model.vocabulary().len() as u64)
        ),
    };
    let fit = &trained.fit;
    let head = format!(
        "{}, {} features{kept}\nfit {}, gradient {:.1e} of its start\n",
        out_of_fold::told_corpus(corpus),
        thousands(trained.n_chosen as u64),
        if fit.converged() {
            "converged"
        } else {
            "did NOT converge"
        },
        fit.relative_gradient_norm
    );
    let card = model.card();
    match (evaluated, &card.training.cross_validation) {
        (Some(report), Some(record)) => {
            head + &out_of_fold::told(report, record, &card.calibration)
        }
        _ => head + "neither cross-validated nor calibrated (--folds 0)\n",
    }
}

/// Out of fold, or without folds on the rows trained on.
fn audit(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
) -> Result<AuditReport, Failure> {
    let model = &trained.model;
    let folds = trained.out_of_fold.as_ref().map(|o| &o.folds);
    stance::audit::audit(model, corpus, settings.seed, folds, |texts| {
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

/// What is on the page in any case.
fn page(
    args: &TrainArgs,
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    trained: &Trained,
    evaluated: &Option<EvaluationReport>,
) -> ReportPage {
    let model = &trained.model;
    let predictions: Vec<Option<Prediction>> = trained
        .out_of_fold
        .as_ref()
        .map_or(Vec::new(), |o| o.predictions());
    let record = model.card().training.cross_validation.as_ref();
    let scored = evaluated.as_ref().zip(record).map(|(figures, record)| {
        let tuning = model.card().training.tuning.as_ref();
        let how = report::out_of_fold(record, tuning);
        report::scored(how, figures, corpus, &predictions, settings)
    });
    ReportPage {
        kind: Kind::Training,
        scored,
        ..ReportPage::new(model, corpus, &predictions, &args.report.by, settings.seed)
    }
}
