//! An explanation in one cell of a table.

use super::explanation::Explanation;
use crate::label::LabelId;
use std::fmt::Write;

/// The `most` pieces that speak strongest for the predicted label, with what each adds to its calibrated log-odds:
/// `strike +0.61; the siege +0.22`. Empty where nothing speaks for it.
pub fn reasons(explanation: &Explanation, most: usize) -> String {
    reasons_for(explanation, explanation.prediction.label(), most)
}

/// The `most` pieces that speak strongest for `label`, whatever is predicted.
///
/// # Panics
/// If `label` is not of the explanation's model.
pub fn reasons_for(explanation: &Explanation, label: LabelId, most: usize) -> String {
    let mut speaking: Vec<(&str, f64)> = explanation
        .pieces
        .iter()
        .map(|piece| (piece.text.as_str(), piece.calibrated[label.index()]))
        .filter(|(_, weight)| *weight >= 0.005)
        .collect();
    speaking.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut cell = String::new();
    for (text, weight) in speaking.into_iter().take(most) {
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(cell, "{words} {weight:+.2}").expect("a string takes all");
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StanceModel;

    #[test]
    fn the_strongest_reasons_come_first_and_no_more_than_asked_for() {
        let model = StanceModel::embedded();
        let mut scorer = model.scorer();
        let text = "We condemn this attack and we will answer it with force.";
        let explanation = Explanation::new(&model, &mut scorer, text);
        let cell = reasons(&explanation, 3);
        let weights: Vec<f64> = cell
            .split("; ")
            .map(|reason| reason.rsplit_once(' ').unwrap().1.parse().unwrap())
            .collect();
        assert_eq!(weights.len(), 3, "{cell}");
        assert!(weights.is_sorted_by(|a, b| a >= b), "{cell}");
        assert_eq!(reasons(&explanation, 0), "");
    }
}
