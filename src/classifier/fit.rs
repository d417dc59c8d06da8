//! From labelled rows and checked settings to a classifier and a report of how the fit ended.

use std::time::Instant;

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use super::fit_error::FitError;
use super::fit_report::{FitReport, FitStatus};
use super::hyperparameters::{ClassWeight, Solver, ValidHyperparameters};
use super::linear::LinearClassifier;
use super::newton::{Minimum, Objective, classifier_of, minimise, parameters_of};
use super::{hybrid, linfa_backend};
use crate::features::sparse::DesignMatrix;
use crate::label::{LabelId, MAX_LABELS};

/// Fits a classifier of `n_labels` labels to `rows`, whose labels and (if any) weights stand in the same order.
///
/// The objective is C·Σ_i class weight·weight_i·loss_i + ½‖w‖², see the head of this module; a weight of 2 is the same
/// as the row twice. `start` is a guess, such as the fit of a similar problem; the optimum does not depend on it (and
/// linfa's solver ignores it).
///
/// # Errors
/// [`FitError`] if lengths differ, a label has no row, a weight is not a weight, the solver cannot take the problem, or
/// numbers overflow. Not reaching the tolerance is not an error: the report says so.
pub fn fit(
    rows: &DesignMatrix,
    labels: &[LabelId],
    weights: Option<&[f32]>,
    n_labels: usize,
    settings: &ValidHyperparameters,
    start: Option<&LinearClassifier>,
) -> Result<(LinearClassifier, FitReport), FitError> {
    let begin = Instant::now();
    let costs = checked_costs(rows, labels, weights, n_labels, settings)?;
    if let Some(start) = start
        && (start.n_features(), start.n_labels()) != (rows.n_features(), n_labels)
    {
        return Err(FitError::Start {
            found_features: start.n_features(),
            found_labels: start.n_labels(),
            n_features: rows.n_features(),
            n_labels,
        });
    }
    let (tolerance, max_iterations) = (settings.tolerance(), settings.max_iterations());
    // On a thread of the pool, so that not every one of some thousand parallel loops has to enter it.
    let (classifier, mut report) = match (settings.solver(), start) {
        (Solver::Dual, None) => {
            rayon::scope(|_| hybrid::fit(rows, labels, costs, n_labels, tolerance, max_iterations))?
        }
        (Solver::Dual | Solver::Newton, _) => rayon::scope(|_| {
            let objective = Objective::merged(rows, labels, costs, n_labels);
            let start = start.map(|start| parameters_of(&objective, start));
            let minimum = minimise(&objective, start, tolerance, max_iterations);
            let classifier = classifier_of(&objective, &minimum.parameters)?;
            Ok::<_, FitError>((classifier, report_of(&minimum, tolerance)))
        })?,
        (Solver::Linfa { max_dense_bytes }, _) => {
            let unit = |weights: &[f32]| weights.iter().all(|&w| w == 1.0);
            if settings.class_weight() != ClassWeight::None || !weights.is_none_or(unit) {
                return Err(FitError::WeightsWithLinfa);
            }
            linfa_backend::fit(rows, labels, costs, n_labels, settings, max_dense_bytes)?
        }
    };
    report.seconds = begin.elapsed().as_secs_f64();
    Ok((classifier, report))
}

/// Checks the problem; C · class weight · weight for every row.
fn checked_costs(
    rows: &DesignMatrix,
    labels: &[LabelId],
    weights: Option<&[f32]>,
    n_labels: usize,
    settings: &ValidHyperparameters,
) -> Result<Vec<f64>, FitError> {
    let n_rows = rows.n_rows();
    if labels.len() != n_rows {
        return Err(FitError::LabelCount {
            rows: n_rows,
            labels: labels.len(),
        });
    }
    if let Some(weights) = weights
        && weights.len() != n_rows
    {
        return Err(FitError::WeightCount {
            rows: n_rows,
            weights: weights.len(),
        });
    }
    if n_rows > u32::MAX as usize {
        return Err(FitError::TooManyRows(n_rows));
    }
    if n_labels < 2 {
        return Err(FitError::TooFewLabels(n_labels));
    }
    if n_labels > MAX_LABELS {
        return Err(FitError::TooManyLabels(n_labels));
    }
    let mut totals = vec![0.0; n_labels];
    for (row, label) in labels.iter().enumerate() {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(FitError::Weight { row, weight });
        }
        let Some(total) = totals.get_mut(label.index()) else {
            return Err(FitError::UnknownLabel {
                row,
                label: label.index(),
                n_labels,
            });
        };
        *total += f64::from(weight);
    }
    if let Some(label) = totals.iter().position(|&total| total == 0.0) {
        return Err(FitError::LabelWithoutRows { label, n_labels });
    }
    let sum: f64 = totals.iter().sum();
    let factors: Vec<f64> = totals
        .iter()
        .map(|total| match settings.class_weight() {
            ClassWeight::Balanced => settings.c() * sum / (n_labels as f64 * total),
            ClassWeight::None => settings.c(),
        })
        .collect();
    let cost = |(row, label): (usize, &LabelId)| {
        factors[label.index()] * f64::from(weights.map_or(1.0, |weights| weights[row]))
    };
    Ok(labels.iter().enumerate().map(cost).collect())
}

pub(super) fn report_of(minimum: &Minimum, tolerance: f64) -> FitReport {
    FitReport {
        status: minimum.status,
        gradient_norm: minimum.gradient_norm,
        relative_gradient_norm: minimum.relative_gradient_norm,
        tolerance,
        objective: minimum.objective,
        iterations: Some(minimum.iterations),
        passes: Some(minimum.passes),
        seconds: 0.0,
    }
}

/// The report on a point that another solver found: our own gradient decides whether it converged.
pub(crate) fn judge(
    objective: &Objective,
    classifier: &LinearClassifier,
    tolerance: f64,
) -> FitReport {
    // One look, no step: an iteration limit of zero.
    let minimum = minimise(
        objective,
        Some(parameters_of(objective, classifier)),
        tolerance,
        0,
    );
    let status = match minimum.status {
        FitStatus::Converged => FitStatus::Converged,
        _ => FitStatus::StoppedEarly,
    };
    FitReport {
        status,
        iterations: None,
        passes: None,
        ..report_of(&minimum, tolerance)
    }
}

/// Labels are positions, from 0; their number is the largest plus one. An empty `weights` means none.
impl Fit<DesignMatrix, Array1<usize>, FitError> for ValidHyperparameters {
    type Object = (LinearClassifier, FitReport);

    fn fit(
        &self,
        dataset: &DatasetBase<DesignMatrix, Array1<usize>>,
    ) -> Result<Self::Object, FitError> {
        let n_labels = dataset
            .targets
            .iter()
            .max()
            .map_or(0, |&label| label.saturating_add(1));
        if n_labels > MAX_LABELS {
            return Err(FitError::TooManyLabels(n_labels));
        }
        let labels: Vec<LabelId> = dataset.targets.iter().map(|&l| LabelId::new(l)).collect();
        let weights = dataset.weights.to_vec();
        let weights = (!weights.is_empty()).then_some(weights.as_slice());
        fit(&dataset.records, &labels, weights, n_labels, self, None)
    }
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
