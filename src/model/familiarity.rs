//! Does a file look like what the model was trained on? Two signs that cost nothing: how many of its words the model does
//! not know, and how sure the model is, both beside what held-out rows of the training data showed.

use super::card::ModelCard;
use crate::features::vectorizer::Coverage;
use crate::prediction::{Prediction, UNITS};
use std::fmt;

/// Fewer rows than this say nothing.
const LEAST_ROWS: u64 = 20;
/// Unknown words are many at so many times the share in training, and so much above it.
const UNKNOWN_TIMES: f64 = 2.0;
const UNKNOWN_ABOVE: f64 = 0.10;
/// The mean confidence is low at so much below that in training.
const CONFIDENCE_BELOW: f64 = 0.15;

/// Words and confidence summed up over rows, in whole numbers: the order of rows makes no difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Familiarity {
    /// Rows scored.
    pub rows: u64,
    /// Their words, without stop words and marks.
    pub words: u64,
    /// Those of them that the vocabulary does not have.
    pub unknown: u64,
    /// The sum of the predicted labels' probabilities, in millionths.
    pub confidence: u64,
}

impl Familiarity {
    /// Adds a row.
    pub fn add(&mut self, prediction: &Prediction, coverage: Coverage) {
        self.rows += 1;
        self.words += coverage.words as u64;
        self.unknown += coverage.unknown as u64;
        self.confidence += u64::from(prediction.millionths()[prediction.label().index()]);
    }

    /// Adds the rows of another.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.words += other.words;
        self.unknown += other.unknown;
        self.confidence += other.confidence;
    }

    /// The share of words that the vocabulary does not have; 0 without words.
    pub fn unknown_share(&self) -> f64 {
        self.unknown as f64 / self.words.max(1) as f64
    }

    /// The mean probability of the predicted label; 0 without rows.
    pub fn mean_confidence(&self) -> f64 {
        self.confidence as f64 / f64::from(UNITS) / self.rows.max(1) as f64
    }

    /// What is unlike the training data of the model with this card; none where nothing is, where there are fewer than 20
    /// rows, or where the card does not say what training saw. Confidence is left aside unless `judge_confidence`, since a
    /// prior changes it.
    pub fn unlike(&self, card: &ModelCard, judge_confidence: bool) -> Option<Unlike> {
        let record = card.training.cross_validation.as_ref()?;
        if self.rows < LEAST_ROWS {
            return None;
        }
        let unknown = record.unknown_words.and_then(|trained| {
            let found = self.unknown_share();
            let is_far = found > UNKNOWN_TIMES * trained && found >= trained + UNKNOWN_ABOVE;
            is_far.then_some((found, trained))
        });
        let confidence = record.mean_confidence.and_then(|trained| {
            let found = self.mean_confidence();
            let is_far = judge_confidence && found < trained - CONFIDENCE_BELOW;
            is_far.then_some((found, trained))
        });
        (unknown.is_some() || confidence.is_some()).then_some(Unlike {
            unknown,
            confidence,
        })
    }
}

/// How a file is unlike the training data; each figure beside that of held-out training rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unlike {
    /// The share of unknown words, if it is far higher.
    pub unknown: Option<(f64, f64)>,
    /// The mean confidence, if it is far lower.
    pub confidence: Option<(f64, f64)>,
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these texts look unlike those the model was trained on:")?;
        if let Some((found, trained)) = self.unknown {
            let (found, trained) = (100.0 * found, 100.0 * trained);
            write!(
                f,
                " {found:.0} % of their words are unknown to it ({trained:.0} % in held-out training texts)"
            )?;
        }
        if let Some((found, trained)) = self.confidence {
            let and = if self.unknown.is_some() { " and" } else { "" };
            write!(
                f,
                "{and} it is less sure of them (mean probability of the predicted label {found:.2}, {trained:.2} there)"
            )?;
        }
        f.write_str(
            "; its out-of-fold figures may not hold here: check language, encoding and --text-column, then label some of \
             these rows and `stance evaluate` on them, or train on them too",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StanceModel;

    fn card(unknown: f64, confidence: f64) -> ModelCard {
        let mut card = StanceModel::embedded().card().clone();
        let record = card.training.cross_validation.as_mut().unwrap();
        record.unknown_words = Some(unknown);
        record.mean_confidence = Some(confidence);
        card
    }

    fn seen(rows: u64, unknown: u64, confidence: u64) -> Familiarity {
        Familiarity {
            rows,
            words: rows * 100,
            unknown: rows * unknown,
            confidence: rows * confidence * 10_000,
        }
    }

    #[test]
    fn only_what_is_far_off_is_told() {
        let card = card(0.10, 0.80);
        assert_eq!(seen(1_000, 19, 70).unlike(&card, true), None);
        let unlike = seen(1_000, 25, 70).unlike(&card, true).unwrap();
        assert_eq!(
            (unlike.unknown, unlike.confidence),
            (Some((0.25, 0.10)), None)
        );
        let unlike = seen(1_000, 10, 60).unlike(&card, true).unwrap();
        assert!(unlike.unknown.is_none() && unlike.confidence.is_some());
        assert_eq!(seen(1_000, 10, 60).unlike(&card, false), None);
    }

    #[test]
    fn few_rows_and_old_cards_say_nothing() {
        let mut card = card(0.1, 0.8);
        assert_eq!(seen(19, 90, 40).unlike(&card, true), None);
        assert!(seen(20, 90, 40).unlike(&card, true).is_some());
        // Twice a small share is not yet much.
        card.training
            .cross_validation
            .as_mut()
            .unwrap()
            .unknown_words = Some(0.01);
        assert_eq!(seen(100, 9, 80).unlike(&card, true), None);
        let record = card.training.cross_validation.as_mut().unwrap();
        (record.unknown_words, record.mean_confidence) = (None, None);
        assert_eq!(seen(100, 90, 40).unlike(&card, true), None);
    }
}
