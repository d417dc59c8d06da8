//! A classifier's weights as parameters of the objective, and back.

use ndarray::{Array1, Array2, ArrayView1};

use super::objective::Objective;
use crate::classifier::fit_error::FitError;
use crate::classifier::linear::LinearClassifier;

/// Parameters in the objective's coordinates that give every row the classifier's scores.
pub(crate) fn parameters_of(objective: &Objective, classifier: &LinearClassifier) -> Vec<f64> {
    let width = objective.basis().width();
    let mut parameters = vec![0.0; objective.n_parameters()];
    let mut scores = vec![0.0; width + 1];
    let mut block = vec![0.0; width];
    let mut coordinates_of = |line: ArrayView1<'_, f64>, block: &mut [f64]| {
        scores.iter_mut().zip(line).for_each(|(s, w)| *s = *w);
        objective.basis().coordinates_of(&scores, block);
    };
    let (merging, mut lines) = (objective.merging(), classifier.weights.rows().into_iter());
    merging.for_each_feature(|column, share| {
        let line = lines.next().expect("a line of weights a feature");
        coordinates_of(line, &mut block);
        // The feature's part of the merged column's effect: α_k/α_1 = share · M.
        let ratio = share * merging.masses()[column];
        let sums = &mut parameters[column * width..(column + 1) * width];
        sums.iter_mut()
            .zip(&block)
            .for_each(|(s, w)| *s += ratio * w);
    });
    let intercepts = parameters.len() - width;
    coordinates_of(classifier.intercepts.view(), &mut parameters[intercepts..]);
    parameters
}

/// Weights per label; they sum to zero over the labels.
pub(crate) fn classifier_of(
    objective: &Objective,
    parameters: &[f64],
) -> Result<LinearClassifier, FitError> {
    let (width, n_labels) = (objective.basis().width(), objective.basis().n_labels());
    let merging = objective.merging();
    let mut weights = Array2::zeros((merging.n_features(), n_labels));
    let mut lines = weights.rows_mut().into_iter();
    let mut scores = vec![0.0; n_labels];
    merging.for_each_feature(|column, share| {
        let block = &parameters[column * width..(column + 1) * width];
        objective.basis().expand(block, &mut scores);
        let line = lines.next().expect("a line of weights a feature");
        line.into_iter()
            .zip(&scores)
            .for_each(|(w, s)| *w = share * s);
    });
    let mut intercepts = vec![0.0; n_labels];
    objective
        .basis()
        .expand(&parameters[parameters.len() - width..], &mut intercepts);
    LinearClassifier::new(weights, Array1::from(intercepts)).map_err(|_| FitError::NotFinite)
}
