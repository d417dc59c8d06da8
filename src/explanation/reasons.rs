//! An explanation in one cell of a table.

use super::explanation::Explanation;
use std::fmt::Write;

/// The `most` pieces that speak strongest for the predicted label, with what each adds to its calibrated log-odds:
/// `strike +0.61; the siege +0.22`. Empty where nothing speaks for it.
pub fn reasons(explanation: &Explanation, most: usize) -> String {
    let predicted = explanation.prediction.label().index();
    let mut cell = String::new();
    let speaking = explanation
        .pieces
        .iter()
        .filter(|piece| piece.calibrated[predicted] >= 0.005);
    for piece in speaking.take(most) {
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        let words = piece.text.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(cell, "{words} {:+.2}", piece.calibrated[predicted]).expect("a string takes all");
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
