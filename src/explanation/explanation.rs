//! A statement's log-odds, taken apart.

use crate::features::FeatureId;
use crate::features::vectorizer::Coverage;
use crate::model::scorer::contribution;
use crate::model::{Scorer, StanceModel};
use crate::prediction::Prediction;
use crate::statement::ByteSpan;
use rustc_hash::FxHashMap;

/// What one feature adds to the log-odds of each label.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The feature.
    pub feature: FeatureId,
    /// Its value in this statement.
    pub value: f32,
    /// Value × weight, by label.
    pub raw: Vec<f64>,
}

/// What a word, or a run of words, adds to the log-odds of each label: its own weight and that of the character n-grams
/// inside it. A feature that occurs more than once is shared out evenly among its occurrences.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The word or words as they first stand in the statement.
    pub text: String,
    /// Where it stands.
    pub spans: Vec<ByteSpan>,
    /// What it adds to the raw log-odds, by label.
    pub raw: Vec<f64>,
    /// What it adds to the calibrated log-odds, by label, less the mean over labels (which changes no probability).
    pub calibrated: Vec<f64>,
}

/// A statement's log-odds, taken apart; arrays over labels follow the model's label set.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The label and the probabilities.
    pub prediction: Prediction,
    /// How much of the statement is known.
    pub coverage: Coverage,
    /// Raw log-odds of a statement without known words.
    pub intercepts: Vec<f64>,
    /// Raw log-odds of this statement: the intercept and then each contribution, added in order.
    pub log_odds: Vec<f64>,
    /// Every feature of the statement, in the order in which scoring adds them.
    pub contributions: Vec<Contribution>,
    /// Calibrated log-odds of a statement without known words, less their mean; a prior is part of it.
    pub calibrated_intercepts: Vec<f64>,
    /// Calibrated log-odds of this statement, less their mean.
    pub calibrated_log_odds: Vec<f64>,
    /// The same in words, by falling weight on the predicted label.
    pub pieces: Vec<Piece>,
}

impl Explanation {
    /// Takes the score of `text` apart. `scorer` is one of `model`.
    pub fn new(model: &StanceModel, scorer: &mut Scorer<'_>, text: &str) -> Self {
        let weights = model.weights();
        let scored = scorer.score(text);
        let prediction = scored.prediction.clone();
        let log_odds = scored.log_odds.to_vec();
        let coverage = scored.row.coverage;
        let contributions: Vec<Contribution> = scored
            .row
            .features
            .iter()
            .zip(scored.row.values)
            .map(|(&feature, &value)| {
                let weights = weights.row(feature.index());
                let raw = weights
                    .iter()
                    .map(|&weight| contribution(value, weight))
                    .collect();
                Contribution {
                    feature,
                    value,
                    raw,
                }
            })
            .collect();
        let intercepts = model.intercepts().to_vec();
        let centred = |mut scores: Vec<f64>| {
            centre(&mut scores);
            scores
        };
        let calibrated_intercepts = centred(scorer.calibrated(&intercepts));
        let calibrated_log_odds = centred(scorer.calibrated(&log_odds));
        let pieces = pieces(
            model,
            scorer,
            text,
            &contributions,
            prediction.label().index(),
        );
        Self {
            prediction,
            coverage,
            intercepts,
            log_odds,
            contributions,
            calibrated_intercepts,
            calibrated_log_odds,
            pieces,
        }
    }
}

/// Subtracts the mean.
fn centre(scores: &mut [f64]) {
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    for score in scores {
        *score -= mean;
    }
}

fn pieces(
    model: &StanceModel,
    scorer: &mut Scorer<'_>,
    text: &str,
    contributions: &[Contribution],
    predicted: usize,
) -> Vec<Piece> {
    let mut occurrences: Vec<(FeatureId, ByteSpan)> = Vec::new();
    scorer.for_each_occurrence(text, |feature, span| occurrences.push((feature, span)));
    let mut times: FxHashMap<FeatureId, u32> = FxHashMap::default();
    for (feature, _) in &occurrences {
        *times.entry(*feature).or_default() += 1;
    }
    let shares: FxHashMap<FeatureId, &Contribution> =
        contributions.iter().map(|c| (c.feature, c)).collect();
    let n_labels = model.labels().len();
    let mut by_text: FxHashMap<String, usize> = FxHashMap::default();
    let mut pieces: Vec<Piece> = Vec::new();
    for (feature, span) in occurrences {
        let key = span.of(text).to_lowercase();
        let at = *by_text.entry(key).or_insert_with(|| {
            pieces.push(Piece {
                text: span.of(text).to_owned(),
                spans: Vec::new(),
                raw: vec![0.0; n_labels],
                calibrated: Vec::new(),
            });
            pieces.len() - 1
        });
        let piece = &mut pieces[at];
        if piece.spans.last().is_none_or(|last| *last < span) {
            piece.spans.push(span);
        }
        let share = 1.0 / f64::from(times[&feature]);
        for (sum, raw) in piece.raw.iter_mut().zip(&shares[&feature].raw) {
            *sum += raw * share;
        }
    }
    for piece in &mut pieces {
        piece.calibrated = scorer.calibrated_change(&piece.raw);
        centre(&mut piece.calibrated);
    }
    pieces.sort_by(|a, b| b.calibrated[predicted].total_cmp(&a.calibrated[predicted]));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn explain(text: &str) -> Explanation {
        let model = StanceModel::embedded();
        let mut scorer = model.scorer();
        Explanation::new(&model, &mut scorer, text)
    }

    #[test]
    fn a_piece_gathers_a_word_wherever_it_stands() {
        let explanation = explain("Talks, then more talks; TALKS.");
        let talks = explanation
            .pieces
            .iter()
            .find(|p| p.text == "Talks")
            .unwrap();
        assert_eq!(talks.spans.len(), 3);
    }

    proptest! {
        #[test]
        fn contributions_sum_to_log_odds(
            text in prop_oneof![
                "([a-z]{1,9} ){0,30}", any::<String>(),
                Just("We will strike back at dawn and we will offer no truce.".to_owned()),
            ]
        ) {
            let explanation = explain(&text);
            for label in 0..explanation.log_odds.len() {
                let mut sum = explanation.intercepts[label];
                for contribution in &explanation.contributions {
                    sum += contribution.raw[label];
                }
                // Exactly: the same numbers added in the same order.
                prop_assert_eq!(sum.to_bits(), explanation.log_odds[label].to_bits());
                let pieces: f64 = explanation.pieces.iter().map(|piece| piece.calibrated[label]).sum();
                let whole = explanation.calibrated_intercepts[label] + pieces;
                prop_assert!((whole - explanation.calibrated_log_odds[label]).abs() < 1e-9);
            }
        }
    }
}
