//! `stance train --tune`: which cells to try, what was found, the table of cells.

use super::args::{TextArgs, TuneRule, TuningArgs, optional_range};
use super::failure::Failure;
use super::progress::Progress;
use super::train::stop_words;
use stance::classifier::ClassWeight;
use stance::model::{
    CellScore, FeatureSettings, Grid, Objective, Rule, TrainingSettings, Tuned, TuningSettings,
    tune,
};
use stance::statement::LabelledCorpus;
use std::fmt::Write;
use std::str::FromStr;

/// How many cells the report shows.
const SHOWN: usize = 10;

pub fn settings(
    args: &TuningArgs,
    text: &TextArgs,
    base: &TrainingSettings,
) -> Result<TuningSettings, Failure> {
    if base.folds < 2 {
        return Err(Failure::usage(
            "--tune judges settings on folds; leave out --folds 0",
        ));
    }
    if args.tune_c.iter().any(|c| !(c.is_finite() && *c > 0.0)) {
        return Err(Failure::usage(
            "--tune-c takes positive numbers, such as 0.3,1,3",
        ));
    }
    let mut grid = Grid::around(base);
    grid.c = args.tune_c.clone();
    grid.class_weights = args.tune_class_weight.iter().map(|&w| w.into()).collect();
    if !args.tune_features.is_empty() {
        let features = args.tune_features.iter();
        let features = features.map(|options| feature_settings(options, text, base));
        grid.features = features.collect::<Result<_, _>>()?;
    }
    Ok(TuningSettings {
        grid,
        objective: args.tune_for,
        begin: base.hyperparameters.clone(),
        rule: match args.tune_rule {
            TuneRule::Evidence => Rule::Evidence,
            TuneRule::Best => Rule::Best,
            TuneRule::OneStandardError => Rule::OneStandardError,
        },
        nested: !args.no_nested,
        limit: args.tune_time,
    })
}

/// The features of `word-ngrams=1 weighting=count`; what is not named is as in the command.
fn feature_settings(
    options: &str,
    args: &TextArgs,
    base: &TrainingSettings,
) -> Result<FeatureSettings, Failure> {
    let mut text = base.text.clone();
    let mut selection = base.selection;
    let mut list = args.stop_words.as_str();
    for option in options.split_whitespace() {
        let refused = |why: String| Failure::usage(format!("--tune-features {option}: {why}"));
        let (name, value) = option
            .split_once('=')
            .ok_or_else(|| refused("not NAME=VALUE, such as word-ngrams=1-2".to_owned()))?;
        let number = || f64::from_str(value).map_err(|_| refused("not a number".to_owned()));
        match name.trim_start_matches('-') {
            "language" => {
                let language = stance::text::Language::from_str(value);
                text.language = language.map_err(|error| refused(error.to_string()))?;
            }
            "stop-words" => list = value,
            "punctuation" => text.punctuation = value.parse().map_err(refused)?,
            "names" => text.names = value.parse().map_err(refused)?,
            "word-ngrams" => text.word_ngrams = optional_range(value).map_err(refused)?.0,
            "char-ngrams" => text.char_ngrams = optional_range(value).map_err(refused)?.0,
            "weighting" => selection.weighting = value.parse().map_err(refused)?,
            "min-df" => match value.parse() {
                Ok(min_df) if min_df > 0 => selection.min_df = min_df,
                _ => return Err(refused("not a number of rows from 1 up".to_owned())),
            },
            "max-features" => match value.parse() {
                Ok(most) if most > 0 => selection.max_features = Some(most),
                _ => return Err(refused("not a number of terms from 1 up".to_owned())),
            },
            "log-count-ratio" => match number()? {
                power if (0.0..=4.0).contains(&power) => selection.log_count_ratio = power,
                _ => return Err(refused("a power lies between 0 and 4".to_owned())),
            },
            "prune" => match number()? {
                least if least >= 0.0 && least.is_finite() => selection.prune = least,
                _ => return Err(refused("not a number of log-odds from 0 up".to_owned())),
            },
            _ => {
                return Err(refused(
                    "no such option; there are language, stop-words, punctuation, names, word-ngrams, char-ngrams, weighting, \
                     min-df, max-features, log-count-ratio, prune"
                        .to_owned(),
                ));
            }
        }
    }
    if text.word_ngrams.is_none() && text.char_ngrams.is_none() {
        return Err(Failure::usage(format!(
            "--tune-features '{options}' leaves no features: neither words nor characters"
        )));
    }
    text.stop_words = stop_words(list, text.language)?;
    Ok(FeatureSettings { text, selection })
}

/// Searches, and says how far it is.
pub fn search(
    corpus: &LabelledCorpus,
    base: &TrainingSettings,
    tuning: &TuningSettings,
    progress: &Progress,
) -> Result<Tuned, Failure> {
    progress.stage(&format!("trying {} cells", tuning.grid.n_cells()));
    Ok(tune(corpus, base, tuning, |done, of, best| {
        progress.stage(&format!(
            "tried {done} of {of} cells, best {} {:.4} ({})",
            tuning.objective,
            best.mean,
            cell_name(best)
        ));
    })?)
}

/// What was found, for people.
pub fn told(tuned: &Tuned) -> String {
    let record = &tuned.record;
    let objective = record.objective;
    let cell = &tuned.cells[tuned.chosen];
    let mut out = String::new();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a string takes all");
    let missing = record.cells - record.tried;
    line(format_args!(
        "Searched {} cells by {} folds for {objective}{}{}:\n",
        record.tried,
        tuned.settings.folds,
        match record.rule {
            Rule::Evidence => ", the surest gain over the settings given",
            Rule::Best => "",
            Rule::OneStandardError => ", the simplest within one standard error of the best",
        },
        match missing {
            0 => String::new(),
            _ => format!("; time ran out before {missing} more"),
        }
    ));
    line(format_args!(
        "    {objective:<9} ± s.e.   features  settings"
    ));
    for (number, cell) in ranked(tuned).into_iter().take(SHOWN) {
        line(format_args!(
            "  {} {:.4}  {:.4}  {:>9}  {}",
            if number == tuned.chosen { "*" } else { " " },
            cell.mean,
            cell.standard_error,
            super::inputs::thousands(cell.n_features),
            cell_name(cell)
        ));
    }
    let unconverged: u64 = tuned.cells.iter().map(|cell| cell.unconverged).sum();
    if unconverged > 0 {
        line(format_args!(
            "\n{unconverged} fits of the search did not converge"
        ));
    }
    line(format_args!("\nchosen: {}", cell_name(cell)));
    match &record.nested {
        Some(nested) => line(format_args!(
            "Its own {objective} of {:.4} was one of many. The search run inside each fold gives {:.4} ± {:.4} \
             ({} different choices in {} folds): the figures out of fold below are of that.",
            cell.mean,
            nested.mean,
            nested.standard_error,
            nested.distinct_choices,
            tuned.settings.folds
        )),
        None => line(format_args!(
            "The search itself was not judged, so the figures below are those of the best of {} cells and flatter it.",
            record.tried
        )),
    }
    out.push('\n');
    out
}

/// The cells, best first.
fn ranked(tuned: &Tuned) -> Vec<(usize, &CellScore)> {
    let mut cells: Vec<_> = tuned.cells.iter().enumerate().collect();
    cells.sort_by(|(_, a), (_, b)| match tuned.record.objective {
        Objective::LogLoss => a.mean.total_cmp(&b.mean),
        Objective::MacroF1 | Objective::Accuracy => b.mean.total_cmp(&a.mean),
    });
    cells
}

/// `C 3, balanced, words 1-2, characters 2-5, tfidf, ratio 0.75`.
fn cell_name(cell: &CellScore) -> String {
    let FeatureSettings { text, selection } = &cell.features;
    let mut parts = vec![format!("C {}", cell.hyperparameters.c())];
    parts.push(class_weight(cell).to_owned());
    if text.language != stance::text::Language::None {
        parts.push(text.language.to_string());
    }
    parts.extend(text.word_ngrams.map(|range| format!("words {range}")));
    parts.extend(text.char_ngrams.map(|range| format!("characters {range}")));
    parts.push(selection.weighting.to_string());
    parts.push(format!("ratio {}", selection.log_count_ratio));
    if selection.min_df > 1 {
        parts.push(format!("min-df {}", selection.min_df));
    }
    parts.join(", ")
}

fn class_weight(cell: &CellScore) -> &'static str {
    match cell.hyperparameters.class_weight() {
        ClassWeight::Balanced => "balanced",
        ClassWeight::None => "unweighted",
    }
}

/// All cells as CSV, in the order of the grid.
pub fn table(tuned: &Tuned) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = |record: &[String]| writer.write_record(record).expect("a vector takes all");
    let range = |range: Option<stance::text::NgramRange>| {
        range.map_or("none".to_owned(), |range| range.to_string())
    };
    let header = [
        "chosen",
        "mean",
        "standard_error",
        "features",
        "unconverged",
        "c",
        "class_weight",
        "language",
        "punctuation",
        "names",
        "word_ngrams",
        "char_ngrams",
        "weighting",
        "min_df",
        "max_features",
        "log_count_ratio",
        "prune",
    ];
    write(&header.map(str::to_owned));
    for (number, cell) in tuned.cells.iter().enumerate() {
        let FeatureSettings { text, selection } = &cell.features;
        write(&[
            (number == tuned.chosen).to_string(),
            format!("{:.6}", cell.mean),
            format!("{:.6}", cell.standard_error),
            cell.n_features.to_string(),
            cell.unconverged.to_string(),
            cell.hyperparameters.c().to_string(),
            match cell.hyperparameters.class_weight() {
                ClassWeight::Balanced => "balanced".to_owned(),
                ClassWeight::None => "none".to_owned(),
            },
            text.language.to_string(),
            text.punctuation.to_string(),
            text.names.to_string(),
            range(text.word_ngrams),
            range(text.char_ngrams),
            selection.weighting.to_string(),
            selection.min_df.to_string(),
            selection
                .max_features
                .map_or(String::new(), |n| n.to_string()),
            selection.log_count_ratio.to_string(),
            selection.prune.to_string(),
        ]);
    }
    writer.into_inner().expect("a vector takes all")
}
