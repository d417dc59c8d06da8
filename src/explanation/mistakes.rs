//! Wrong predictions that were made with the highest confidence, and what speaks for them.

use super::explanation::Explanation;
use super::reasons::reasons_for;
use crate::label::LabelId;
use crate::model::StanceModel;
use crate::prediction::Prediction;

/// Words named as reasons.
const N_REASONS: usize = 6;

/// A wrong prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// The row, from 0.
    pub row: usize,
    /// Its label.
    pub gold: LabelId,
    /// The predicted one.
    pub predicted: LabelId,
    /// The predicted label's probability.
    pub confidence: f64,
    /// What speaks for the wrong label in this model, see [`reasons_for`].
    pub reasons: String,
    /// Whether this model predicts it too: where predictions are another model's (out of fold), this one's may differ.
    pub same_now: bool,
}

/// The `most` wrong predictions with the highest confidence, ties in the order of rows; `text` gives a row's statement.
///
/// # Panics
/// If `gold` and `predictions` are not about the same rows and the model's labels.
pub fn confident_mistakes<'t>(
    model: &StanceModel,
    text: impl Fn(usize) -> &'t str,
    gold: &[LabelId],
    predictions: &[Prediction],
    most: usize,
) -> Vec<Mistake> {
    let mut scorer = model.scorer();
    surest_mistakes(gold, predictions, most)
        .into_iter()
        .map(|row| {
            let explanation = Explanation::new(model, &mut scorer, text(row));
            let predicted = predictions[row].label();
            Mistake {
                row,
                gold: gold[row],
                predicted,
                confidence: predictions[row].probability(predicted).get(),
                reasons: reasons_for(&explanation, predicted, N_REASONS),
                same_now: explanation.prediction.label() == predicted,
            }
        })
        .collect()
}

/// The rows of the `most` wrong predictions with the highest confidence, ties in the order of rows.
///
/// # Panics
/// If `gold` and `predictions` are not about the same rows.
pub fn surest_mistakes(gold: &[LabelId], predictions: &[Prediction], most: usize) -> Vec<usize> {
    assert_eq!(gold.len(), predictions.len(), "a prediction for each row");
    let confidence = |row: usize| {
        let prediction = &predictions[row];
        prediction.millionths()[prediction.label().index()]
    };
    let mut wrong: Vec<usize> = (0..gold.len())
        .filter(|&row| predictions[row].label() != gold[row])
        .collect();
    wrong.sort_by_key(|&row| (u32::MAX - confidence(row), row));
    wrong.truncate(most);
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surest_mistakes_come_first() {
        let model = StanceModel::embedded();
        let texts = [
            "We will strike back.",
            "We will talk.",
            "An official confirmed the date.",
        ];
        let mut scorer = model.scorer();
        let predictions: Vec<Prediction> = texts
            .iter()
            .map(|text| scorer.score(text).prediction.clone())
            .collect();
        // Every gold label is another than the predicted one.
        let gold: Vec<LabelId> = predictions
            .iter()
            .map(|p| LabelId::new((p.label().index() + 1) % 3))
            .collect();
        let mistakes = confident_mistakes(&model, |row| texts[row], &gold, &predictions, 2);
        assert_eq!(mistakes.len(), 2);
        assert!(mistakes[0].confidence >= mistakes[1].confidence);
        assert!(mistakes.iter().all(|mistake| mistake.same_now));
        let right: Vec<LabelId> = predictions.iter().map(Prediction::label).collect();
        assert!(confident_mistakes(&model, |row| texts[row], &right, &predictions, 2).is_empty());
    }
}
