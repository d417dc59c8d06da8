//! The two methods one after the other: coordinate ascent for what rows are wrong in each by itself, Newton's method for
//! what they are wrong in together.
//!
//! Epochs of coordinate ascent soon leave no error that is a row's own. What may remain lies along the few directions that
//! most rows share – the intercepts, the commonest features – in which the epochs move slowly and conjugate gradients
//! fast. Which of the two a problem has shows in the pace of the first epochs.

use super::dual::{Ascent, Point, Rows};
use super::fit::report_of;
use super::fit_error::FitError;
use super::fit_report::{FitReport, FitStatus, relative_norm};
use super::linear::LinearClassifier;
use super::newton::{Objective, classifier_of, descend, parameters_of, target_norm};
use crate::features::sparse::DesignMatrix;
use crate::label::LabelId;

/// The gradient's norm, in norms of an epoch's steps, where every row is wrong by itself.
const INDEPENDENT: f64 = 2.0;
/// Steps that shrink by less than this from one epoch to the next are slow.
const SLOW: f64 = 0.7;
/// Epochs before the pace is judged.
const FIRST_EPOCHS: u32 = 4;
/// Epochs of a problem that Newton's method will end.
const EPOCHS_BEFORE_NEWTON: u32 = 12;
/// Epochs of any problem.
const MAX_EPOCHS: u32 = 40;

/// Fits a checked problem. Not reaching the tolerance is no error: the report says so.
pub(super) fn fit(
    matrix: &DesignMatrix,
    labels: &[LabelId],
    costs: Vec<f64>,
    n_labels: usize,
    tolerance: f64,
    max_iterations: u32,
) -> Result<(LinearClassifier, FitReport), FitError> {
    let rows = Rows::new(matrix, labels, &costs, n_labels);
    let mut ascent = Ascent::new(&rows);
    let (first_norm, mut change) = rayon::join(|| rows.first_gradient_norm(), || ascent.epoch());
    let mut passes = 2;
    let target = target_norm(tolerance, first_norm, costs.iter().sum());
    let limit = MAX_EPOCHS.min(max_iterations);
    let (mut ratio, mut objective) = (INDEPENDENT, None);
    // Where numbers overflow, what the ascent found is no start either.
    let mut start = None;
    while change.is_finite() {
        let last = ascent.epochs() == limit || objective.is_some();
        if last || ratio * change <= target {
            let point = ascent.point(0.1 * target);
            passes += 2;
            if point.gradient_norm <= target {
                let report = report_at(&point, first_norm, tolerance, ascent.epochs(), passes);
                return Ok((point.classifier().map_err(|_| FitError::NotFinite)?, report));
            }
            ratio = point.gradient_norm / change;
            if last || !ratio.is_finite() {
                // With costs that are far too large for it, the ascent is further off than its start.
                if point.objective < rows.first_objective() {
                    start = point.classifier().ok();
                }
                break;
            }
        }
        let before = change;
        change = ascent.epoch();
        if ascent.epochs() >= FIRST_EPOCHS && change > SLOW * before {
            // What Newton's method needs is made while the epochs go on.
            let limit = limit.min(EPOCHS_BEFORE_NEWTON);
            let prepare = || Objective::merged(matrix, labels, costs.clone(), n_labels);
            let (prepared, ()) = rayon::join(prepare, || {
                while change > target && ascent.epochs() < limit {
                    change = ascent.epoch();
                }
            });
            objective = Some(prepared);
        }
    }
    passes += 2 * ascent.epochs();
    let epochs = ascent.epochs();
    drop(ascent);
    let objective = objective.unwrap_or_else(|| Objective::merged(matrix, labels, costs, n_labels));
    let start = match start {
        Some(start) => parameters_of(&objective, &start),
        None => objective.parameters_of_shares(),
    };
    let minimum = descend(
        &objective,
        start,
        first_norm,
        tolerance,
        max_iterations - epochs,
    );
    let classifier = classifier_of(&objective, &minimum.parameters)?;
    let mut report = report_of(&minimum, tolerance);
    report.iterations = Some(minimum.iterations + epochs);
    report.passes = Some(minimum.passes + passes);
    Ok((classifier, report))
}

fn report_at(
    point: &Point<'_>,
    first_norm: f64,
    tolerance: f64,
    epochs: u32,
    passes: u32,
) -> FitReport {
    FitReport {
        status: FitStatus::Converged,
        gradient_norm: point.gradient_norm,
        relative_gradient_norm: relative_norm(point.gradient_norm, first_norm),
        tolerance,
        objective: point.objective,
        iterations: Some(epochs),
        passes: Some(passes + 2 * epochs),
        seconds: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::newton::minimise;
    use super::super::testing::{Lcg, Problem};
    use super::*;
    use crate::features::sparse::FeatureId;

    /// Puts a feature of its own to every other row, behind all others or before them.
    fn with_own_features(problem: &Problem, behind: bool) -> DesignMatrix {
        let (n_rows, n_features) = (problem.matrix.n_rows(), problem.matrix.n_features());
        let mut matrix = DesignMatrix::new(n_features + n_rows);
        let (first_own, shift) = if behind { (n_features, 0) } else { (0, n_rows) };
        for (i, row) in problem.matrix.rows().enumerate() {
            let own = (i % 2 == 0).then_some((FeatureId((first_own + i) as u32), 0.7));
            let shared = row.features.iter().zip(row.values);
            let shared = shared.map(|(f, &v)| (FeatureId(f.0 + shift as u32), v));
            let mut all: Vec<_> = own.into_iter().chain(shared).collect();
            all.sort_by_key(|(feature, _)| *feature);
            matrix.push_row(all).unwrap();
        }
        matrix
    }

    /// Fits by both methods to a tight tolerance; returns the report of this one.
    fn compare(matrix: &DesignMatrix, labels: &[LabelId], cost: f64, n_labels: usize) -> FitReport {
        let costs = vec![cost; labels.len()];
        let (ours, report) = fit(matrix, labels, costs.clone(), n_labels, 1e-10, 1000).unwrap();
        assert!(report.converged(), "{report}");
        let objective = Objective::merged(matrix, labels, costs, n_labels);
        let minimum = minimise(&objective, None, 1e-10, 1000);
        let newton = classifier_of(&objective, &minimum.parameters).unwrap();
        let difference = report.objective - minimum.objective;
        assert!(difference.abs() <= 1e-12 * minimum.objective, "{report}");
        let pairs = ours.weights.iter().zip(&newton.weights);
        for (a, b) in pairs.chain(ours.intercepts.iter().zip(&newton.intercepts)) {
            assert!((a - b).abs() < 1e-6 * cost.max(1.0), "{a} {b}");
        }
        report
    }

    #[test]
    fn the_optimum_is_that_of_newtons_method() {
        for (n_labels, n_rows) in [(2, 300), (3, 200), (6, 200), (3, 5000)] {
            let problem = Problem::new(n_rows, 60, n_labels, 11);
            for cost in [0.1, 3.0] {
                compare(&problem.matrix, &problem.labels, cost, n_labels);
            }
        }
    }

    #[test]
    fn own_features_are_fitted_wherever_they_stand() {
        let problem = Problem::new(200, 30, 3, 12);
        for behind in [true, false] {
            let matrix = with_own_features(&problem, behind);
            let rows = Rows::new(&matrix, &problem.labels, &[1.0; 200], 3);
            assert_eq!(rows.n_shared(), if behind { 30 } else { 230 });
            compare(&matrix, &problem.labels, 1.0, 3);
        }
    }

    #[test]
    fn rows_that_are_wrong_each_by_itself_need_epochs_only() {
        // Rows of many features have little in common.
        let problem = Problem::new(200, 400, 2, 13);
        let (matrix, costs) = (&problem.matrix, vec![0.1; 200]);
        let (_, report) = fit(matrix, &problem.labels, costs, 2, 1e-3, 1000).unwrap();
        assert!(report.converged(), "{report}");
        // Two passes to set up, two an epoch, two to look: none of Newton's.
        let looks = report.passes.unwrap() - 2 - 2 * report.iterations.unwrap();
        assert!(looks.is_multiple_of(2) && looks <= 4, "{report}");
    }

    #[test]
    fn rows_that_are_wrong_together_are_ended_by_newtons_method() {
        // Few features and a large cost: every row pulls at the same weights.
        let problem = Problem::new(2000, 12, 3, 14);
        let report = compare(&problem.matrix, &problem.labels, 1000.0, 3);
        assert!(
            report.iterations.unwrap() > EPOCHS_BEFORE_NEWTON,
            "{report}"
        );
    }

    #[test]
    fn any_cost_and_any_values_converge_or_say_that_they_did_not() {
        let problem = Problem::new(60, 20, 3, 15);
        let mut random = Lcg(16);
        let mut long = DesignMatrix::new(20);
        for row in problem.matrix.rows() {
            let scale = 10f32.powi(random.below(7) as i32 - 3);
            let values = row.values.iter().map(|v| v * scale);
            long.push_row(row.features.iter().copied().zip(values))
                .unwrap();
        }
        for cost in [1e-12, 1e-3, 1e6, 1e12, 1e100] {
            for matrix in [&problem.matrix, &long] {
                let fitted = fit(matrix, &problem.labels, vec![cost; 60], 3, 1e-4, 300);
                let (classifier, report) = fitted.unwrap();
                let finite = classifier.weights.iter().all(|w| w.is_finite());
                assert!(finite && report.gradient_norm.is_finite(), "{report}");
                let start = report.relative_gradient_norm;
                assert_eq!(report.converged(), start <= 1e-4, "{cost}: {report}");
            }
        }
    }
}
