//! What a model is, in plain sentences for a paper's appendix.

use super::card::{CalibrationRecord, CrossValidationRecord, ModelCard};
use super::model::StanceModel;
use super::tuning::Rule;
use crate::classifier::ClassWeight;
use crate::features::Weighting;
use crate::text::{Language, NameHandling, NgramRange, Punctuation};
use crate::validation::{Confusion, Interval, ScoreIntervals};

/// Draws for the intervals; as many as in reports.
const N_BOOTSTRAP_DRAWS: usize = 1_000;

/// A paragraph that says what the model was trained on and how, and how well it does: settings, data, validation scheme,
/// figures with intervals, calibration, version.
pub fn methods(model: &StanceModel) -> String {
    let card = model.card();
    let sentences = [
        data(model),
        features(model),
        classifier(card),
        tuning(card),
        validation(card),
        calibration(card),
    ];
    let said = sentences
        .into_iter()
        .filter(|sentence| !sentence.is_empty());
    said.collect::<Vec<_>>().join(" ") + &abstention(card)
}

fn data(model: &StanceModel) -> String {
    let card = model.card();
    let counts: Vec<String> = (card.labels.iter().zip(&card.training.label_counts))
        .map(|(label, rows)| format!("{rows} {label}"))
        .collect();
    format!(
        "Statements were classified as {} with stance {} (model digest {}, format {}). The model was trained on {} labelled \
         statements{} ({}; BLAKE3 digest of the data {}).{}",
        enumerated(&card.labels, "or"),
        card.tool_version,
        &model.digest()[..16],
        card.format_version,
        card.training.rows,
        if card.training.weighted {
            " with weights"
        } else {
            ""
        },
        counts.join(", "),
        card.training.data_digest.get(..16).unwrap_or_default(),
        coding(card),
    )
}

/// Whose labels these are, with a space before it.
fn coding(card: &ModelCard) -> String {
    let Some(coding) = &card.training.coding else {
        return String::new();
    };
    let how = match coding.adjudication.as_str() {
        "agree" => "statements on which all agreed were kept".to_owned(),
        "majority" => "statements got the label that most gave, ties were left out".to_owned(),
        "soft" => "all labels were learned from with their shares as weights, and statements were judged by the label that most \
             gave"
            .to_owned(),
        other => format!("made one by `{other}`"),
    };
    let alpha = coding.alpha.map_or(String::new(), |alpha| {
        format!(", with Krippendorff's alpha {alpha:.3} (nominal; Hayes and Krippendorff 2007)")
    });
    format!(
        " Its labels are those of {} coders of {} statements{alpha}; {how} ({} undecided).",
        coding.coders, coding.statements, coding.undecided
    )
}

fn features(model: &StanceModel) -> String {
    let card = model.card();
    let stemming = match card.text.language {
        Language::None => "not stemmed".to_owned(),
        language => format!("stemmed ({language}; {})", card.stemmer),
    };
    let stop_words = match card.text.stop_words.len() {
        0 => String::new(),
        n => format!(", {n} stop words left out"),
    };
    let range = |range: NgramRange, what: &str| format!("{what} n-grams of length {range}");
    let words = card.text.word_ngrams.map(|r| range(r, "word"));
    let chars = card.text.char_ngrams;
    let chars = chars.map(|r| range(r, "character") + " inside words");
    let blocks: Vec<String> = [words, chars].into_iter().flatten().collect();
    let weighting = match card.selection.weighting {
        Weighting::Tfidf => "tf-idf".to_owned(),
        other => format!("their `{other}` values"),
    };
    let ratio = match card.selection.log_count_ratio {
        0.0 => String::new(),
        1.0 => " and their log-count ratio (Wang and Manning 2012)".to_owned(),
        power => format!(" and the power {power} of their log-count ratio (Wang and Manning 2012)"),
    };
    let marks = match card.text.punctuation {
        Punctuation::Keep => ", punctuation marks as words of their own",
        Punctuation::Drop => "",
    };
    let actors = match (
        &card.text.context.speaker_column,
        &card.text.context.target_column,
    ) {
        (None, None) if card.text.names == NameHandling::Keep => "",
        (None, None) => {
            ", names (words with a capital inside a sentence) replaced by one and the same word"
        }
        _ => ", names of speakers, targets and other actors replaced by what they are",
    };
    let beside: Vec<String> = card
        .text
        .context
        .feature_columns
        .iter()
        .map(|c| format!("`{c}`"))
        .collect();
    let beside = match beside.as_slice() {
        [] => String::new(),
        columns => format!(
            ", the value of {} as one word more",
            enumerated(columns, "and")
        ),
    };
    let at_least = match card.selection.min_df {
        0 | 1 => "all that occur".to_owned(),
        n => format!("those that occur in at least {n} statements"),
    };
    let at_most = card
        .selection
        .max_features
        .map_or(String::new(), |n| format!(", at most {n} of a kind"));
    let pruned = match card.selection.prune {
        0.0 => String::new(),
        least => format!(
            ", without those of which one occurrence adds less than {least} to every label's log-odds"
        ),
    };
    format!(
        "Texts were cut into words at the boundaries of Unicode {} (Annex #29), lower-cased and {stemming}{stop_words}{marks}{actors}{beside}; \
         features were {}, weighted by {weighting}{ratio}: {} terms, {at_least}{at_most}{pruned}.",
        card.unicode_version,
        enumerated(&blocks, "and"),
        model.vocabulary().len(),
    )
}

fn classifier(card: &ModelCard) -> String {
    let settings = &card.hyperparameters;
    let fit = &card.training.fit;
    format!(
        "The classifier is a multinomial logistic regression with an L2 penalty (C = {}) and {} class weights, fitted until \
         the gradient fell to {} of its start{}.",
        settings.c(),
        match settings.class_weight() {
            ClassWeight::Balanced => "balanced",
            ClassWeight::None => "no",
        },
        settings.tolerance(),
        if fit.converged() {
            ""
        } else {
            ", which it did NOT reach"
        }
    )
}

/// How settings were searched for, if they were.
fn tuning(card: &ModelCard) -> String {
    let Some(tuning) = &card.training.tuning else {
        return String::new();
    };
    let rule = match tuning.rule {
        Rule::Evidence => {
            ", taking the highest gain over the initial settings less its standard error"
        }
        Rule::Best => ", taking the best",
        Rule::OneStandardError => {
            ", taking the simplest within one standard error of the best (Breiman et al. 1984)"
        }
    };
    let judged = match &tuning.nested {
        Some(nested) => format!(
            "; in nested cross-validation (Varma and Simon 2006) the search reaches {:.3} (standard error {:.3}), and the \
             figures below are of that",
            nested.mean, nested.standard_error
        ),
        None => "; the search itself was not judged, so the figures below favour it".to_owned(),
    };
    format!(
        "C, class weights and features were chosen among {} combinations by cross-validated {}{rule}{judged}.",
        tuning.tried, tuning.objective
    )
}

fn validation(card: &ModelCard) -> String {
    let Some(record) = &card.training.cross_validation else {
        return "The model was not cross-validated.".to_owned();
    };
    let intervals = intervals(card, record);
    let with = |interval: Option<Interval>| {
        interval.map_or(String::new(), |Interval { low, high }| {
            format!(" (95% interval {low:.3} to {high:.3})")
        })
    };
    let drawn = match intervals {
        Some(_) => {
            let apart = record.groups.as_ref().map_or(String::new(), |groups| {
                format!(
                    ", as if those of one `{}` were independent; the report of the training has wider ones",
                    groups.column
                )
            });
            format!(
                " Intervals are percentiles of {N_BOOTSTRAP_DRAWS} bootstrap draws of the statements (Efron 1979){apart}."
            )
        }
        None => String::new(),
    };
    let split = record.groups.as_ref().map_or(String::new(), |groups| {
        format!(
            " With groups split over the folds, macro-averaged F1 was {:.3}.",
            groups.split_macro_f1
        )
    });
    let random = record.time.as_ref().map_or(String::new(), |time| {
        format!(
            " In random folds, macro-averaged F1 of the same statements was {:.3}.",
            time.random_macro_f1
        )
    });
    format!(
        "{}: out-of-fold accuracy was {:.3}{}, macro-averaged F1 {:.3}{}, log-loss {:.3} and top-label calibration error \
         {:.3} (15 bins).{drawn}{split}{random}",
        scheme(record),
        record.accuracy,
        with(intervals.as_ref().map(|i| i.accuracy)),
        record.macro_f1,
        with(intervals.as_ref().map(|i| i.macro_f1)),
        record.log_loss,
        record.calibration_error,
    )
}

/// How statements were held out.
fn scheme(record: &CrossValidationRecord) -> String {
    let groups = record.groups.as_ref().map_or(String::new(), |groups| {
        format!(
            " and all statements with one value of `{}` ({} groups)",
            groups.column, groups.groups
        )
    });
    match &record.time {
        None => format!(
            "Performance was estimated by {}-fold cross-validation ({}), with near-duplicate statements ({}){groups} kept in \
             one fold",
            record.folds,
            record.deal(),
            record.near_duplicates,
        ),
        Some(time) => {
            let (least, most) = time.least_and_most_learned_from();
            format!(
                "Performance was estimated by forward chaining (rolling origin; Tashman 2000): by `{}`, {} statements from {} \
                 to {} in {} consecutive runs were judged by classifiers that had learned from the {least} to {most} statements \
                 before each run (since {}), without near-duplicates of the run's statements{groups}",
                time.column,
                time.held_out,
                time.first_held_out,
                time.last,
                record.folds,
                time.first,
            )
        }
    }
}

/// The intervals that the report on training gave: same counts, same seed. `None` if the card counts more than its rows.
fn intervals(card: &ModelCard, record: &CrossValidationRecord) -> Option<ScoreIntervals> {
    let counted: u128 = record
        .confusion
        .iter()
        .flatten()
        .map(|&n| u128::from(n))
        .sum();
    if counted > u128::from(card.training.rows) || record.confusion.len() != card.labels.len() {
        return None;
    }
    let confusion = Confusion::try_from(record.confusion.clone()).ok()?;
    Some(ScoreIntervals::bootstrap(
        &confusion,
        N_BOOTSTRAP_DRAWS,
        record.seed,
    ))
}

fn calibration(card: &ModelCard) -> String {
    match &card.calibration {
        CalibrationRecord::LeftOut { reason } => {
            format!("Probabilities were not calibrated ({reason}).")
        }
        CalibrationRecord::Fitted {
            lambda,
            log_loss_before,
            log_loss_after,
            ..
        } => format!(
            "Probabilities were calibrated by an affine map of the log-odds that was fitted to out-of-fold scores (λ = \
             {lambda}); cross-fitted, this changed log-loss from {log_loss_before:.3} to {log_loss_after:.3}."
        ),
    }
}

/// Which rows are to be left to people, with a space before it.
fn abstention(card: &ModelCard) -> String {
    let record = card.training.cross_validation.as_ref();
    let Some(target) = record.and_then(|record| record.target_error.as_ref()) else {
        return String::new();
    };
    let Some(found) = &target.found else {
        return format!(
            " No threshold was found above which at most a share of {} of the predictions is wrong.",
            target.target
        );
    };
    format!(
        " Above a highest probability of {}, which {} statements ({:.3} of all) reached, a share of {:.3} of the out-of-fold \
         predictions was wrong (upper one-sided 95% bound {:.3}, Clopper and Pearson 1934); the threshold was found by \
         fixed-sequence tests of the target {} (Angelopoulos et al. 2021).",
        found.threshold,
        found.rows_kept,
        found.coverage,
        found.error,
        found.upper_bound,
        target.target
    )
}

/// `a, b or c`.
fn enumerated(names: &[String], last: &str) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraph_holds_settings_data_figures_and_version() {
        let model = StanceModel::embedded();
        let card = model.card();
        let text = methods(&model);
        for part in [
            "conciliatory, hostile or neutral",
            &format!("stance {}", card.tool_version),
            &format!("on {} labelled statements", card.training.rows),
            &card.training.data_digest[..16],
            "5-fold cross-validation (stratified, seed 0)",
            &format!("C = {}", card.hyperparameters.c()),
            "(95% interval 0.",
        ] {
            assert!(text.contains(part), "no `{part}` in: {text}");
        }
        assert!(!text.contains('\n'));
    }

    #[test]
    fn counts_that_are_not_those_of_the_rows_give_no_interval() {
        let model = StanceModel::embedded();
        let card = model.card().clone();
        let mut record = card.training.cross_validation.clone().unwrap();
        assert!(intervals(&card, &record).is_some());
        record.confusion[0][0] = u64::MAX;
        assert!(intervals(&card, &record).is_none());
        record.confusion = vec![vec![card.training.rows]];
        assert!(intervals(&card, &record).is_none());
    }
}
