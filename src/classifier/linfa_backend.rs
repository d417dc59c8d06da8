//! linfa-logistic as the solver: dense, without weights, a second opinion on small problems.
//!
//! Its objective is Σ loss + α/2‖W‖², ours divided by C, so α = 1/C. Two things to know about linfa-logistic 0.8.1:
//! it stops silently at its limit of iterations, and its multinomial log-sum-exp subtracts the largest score of the
//! *whole matrix*, not of each row, and clamps the rest at 1e-15, so that it returns wrong models when the scores of
//! different rows lie far apart. Both show in our own gradient, taken where it stopped: the report tells.

use linfa::traits::Fit;
use linfa::{DatasetBase, ParamGuard};
use linfa_logistic::{LogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2, Axis};

use super::fit::judge;
use super::fit_error::FitError;
use super::fit_report::FitReport;
use super::hyperparameters::ValidHyperparameters;
use super::linear::LinearClassifier;
use super::newton::{Objective, minimise};
use crate::features::sparse::DesignMatrix;
use crate::label::LabelId;

/// Fits a checked problem whose rows all have weight 1, so that all `costs` are C.
pub(crate) fn fit(
    rows: &DesignMatrix,
    labels: &[LabelId],
    costs: Vec<f64>,
    n_labels: usize,
    settings: &ValidHyperparameters,
    max_dense_bytes: u64,
) -> Result<(LinearClassifier, FitReport), FitError> {
    let needed = (rows.n_rows() as u64)
        .saturating_mul(rows.n_features() as u64)
        .saturating_mul(size_of::<f64>() as u64);
    if needed > max_dense_bytes {
        return Err(FitError::TooLargeForDense {
            needed,
            bound: max_dense_bytes,
        });
    }
    let objective = Objective::new(rows, labels, costs, n_labels);
    // linfa's tolerance is absolute and for the objective divided by C; half of ours, to be on the safe side of rounding.
    let first = minimise(&objective, None, settings.tolerance(), 0).gradient_norm;
    let tolerance = (0.5 * settings.tolerance() * first / settings.c()).max(1e-12);

    let targets: Array1<usize> = labels.iter().map(|label| label.index()).collect();
    let dataset = DatasetBase::new(dense(rows), targets);
    let (mut weights, mut intercepts) = if n_labels == 2 {
        let fitted = LogisticRegression::<f64>::new()
            .alpha(1.0 / settings.c())
            .max_iterations(u64::from(settings.max_iterations()))
            .gradient_tolerance(tolerance)
            .check()?
            .fit(&dataset)?;
        // One weight per feature: the log-odds of the label that linfa calls positive.
        let half = if fitted.labels().pos.class == 1 {
            0.5
        } else {
            -0.5
        };
        let mut weights = Array2::zeros((rows.n_features(), 2));
        for (mut line, weight) in weights.rows_mut().into_iter().zip(fitted.params()) {
            (line[0], line[1]) = (-half * weight, half * weight);
        }
        let intercept = half * fitted.intercept();
        (weights, Array1::from(vec![-intercept, intercept]))
    } else {
        let fitted = MultiLogisticRegression::<f64>::new()
            .alpha(1.0 / settings.c())
            .max_iterations(u64::from(settings.max_iterations()))
            .gradient_tolerance(tolerance)
            .check()?
            .fit(&dataset)?;
        (fitted.params().clone(), fitted.intercept().clone())
    };
    for mut line in weights.axis_iter_mut(Axis(0)) {
        let mean = line.sum() / n_labels as f64;
        line -= mean;
    }
    intercepts -= intercepts.sum() / n_labels as f64;
    let classifier = LinearClassifier::new(weights, intercepts).map_err(|_| FitError::NotFinite)?;
    let report = judge(&objective, &classifier, settings.tolerance());
    Ok((classifier, report))
}

/// The matrix with all its zeros.
fn dense(rows: &DesignMatrix) -> Array2<f64> {
    let mut dense = Array2::zeros((rows.n_rows(), rows.n_features()));
    for (row, mut line) in rows.rows().zip(dense.rows_mut()) {
        for (feature, &value) in row.features.iter().zip(row.values) {
            line[feature.index()] = f64::from(value);
        }
    }
    dense
}

#[cfg(test)]
mod tests {
    use super::super::testing::Problem;
    use super::super::{ClassWeight, FitStatus, Hyperparameters, Solver};
    use super::*;

    fn settings(max_dense_bytes: u64) -> Hyperparameters {
        Hyperparameters::new()
            .c(2.0)
            .tolerance(1e-7)
            .solver(Solver::Linfa { max_dense_bytes })
    }

    fn run(
        problem: &Problem,
        settings: Hyperparameters,
    ) -> Result<(LinearClassifier, FitReport), FitError> {
        let settings = settings.check()?;
        super::super::fit(
            &problem.matrix,
            &problem.labels,
            None,
            problem.n_labels,
            &settings,
            None,
        )
    }

    #[test]
    fn sparse_and_dense_solver_find_the_same_optimum() {
        for n_labels in [2, 3, 4] {
            let problem = Problem::new(150, 25, n_labels, 21);
            let (theirs, their_report) = run(&problem, settings(1 << 20)).unwrap();
            let sparse = settings(0).solver(Solver::Newton).tolerance(1e-10);
            let (ours, our_report) = run(&problem, sparse).unwrap();
            assert_eq!(our_report.status, FitStatus::Converged);
            assert_eq!(their_report.status, FitStatus::Converged, "{their_report}");
            assert!(our_report.objective <= their_report.objective * (1.0 + 1e-12));
            for (a, b) in ours.weights.iter().zip(&theirs.weights) {
                assert!((a - b).abs() < 1e-4, "K = {n_labels}");
            }
            for (a, b) in ours.intercepts.iter().zip(&theirs.intercepts) {
                assert!((a - b).abs() < 1e-4, "K = {n_labels}");
            }
        }
    }

    #[test]
    fn stopping_at_the_limit_is_noticed() {
        let problem = Problem::new(150, 25, 3, 22);
        let (_, report) = run(&problem, settings(1 << 20).max_iterations(2)).unwrap();
        assert_eq!(report.status, FitStatus::StoppedEarly);
    }

    #[test]
    fn too_large_a_matrix_is_refused_with_both_numbers() {
        let problem = Problem::new(10, 5, 3, 23);
        let error = run(&problem, settings(399)).unwrap_err().to_string();
        assert!(error.contains("400") && error.contains("399"), "{error}");
    }

    #[test]
    fn weights_are_refused() {
        let problem = Problem::new(10, 5, 3, 24);
        let balanced = settings(1 << 20).class_weight(ClassWeight::Balanced);
        assert!(matches!(
            run(&problem, balanced),
            Err(FitError::WeightsWithLinfa)
        ));
    }
}
