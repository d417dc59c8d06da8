use linfa::ParamGuard;
use linfa::traits::Predict;
use ndarray::{Array1, Array2};

use super::super::testing::Problem;
use super::super::{ClassWeight, Hyperparameters};
use super::*;
use crate::features::sparse::FeatureId;

fn run(
    problem: &Problem,
    weights: Option<&[f32]>,
    settings: Hyperparameters,
) -> (LinearClassifier, FitReport) {
    let settings = settings.check().unwrap();
    fit(
        &problem.matrix,
        &problem.labels,
        weights,
        problem.n_labels,
        &settings,
        None,
    )
    .unwrap()
}

fn tight() -> Hyperparameters {
    Hyperparameters::new().tolerance(1e-11)
}

fn assert_close(a: &LinearClassifier, b: &LinearClassifier, within: f64) {
    let a = a.weights.iter().chain(&a.intercepts);
    for (a, b) in a.zip(b.weights.iter().chain(&b.intercepts)) {
        assert!((a - b).abs() < within, "{a} {b}");
    }
}

#[test]
fn weights_sum_to_zero_over_the_labels() {
    for n_labels in [2, 3, 6] {
        let (classifier, report) = run(&Problem::new(100, 30, n_labels, 1), None, tight());
        assert!(report.converged(), "{report}");
        for line in classifier.weights.rows() {
            assert!(line.sum().abs() < 1e-13);
        }
        assert!(classifier.intercepts.sum().abs() < 1e-13);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    for n_labels in [2, 3, 5] {
        let problem = Problem::new(3000, 400, n_labels, 2);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let (classifier, report) = pool
                .build()
                .unwrap()
                .install(|| run(&problem, None, Hyperparameters::new()));
            let bits: Vec<u64> = classifier.weights.iter().map(|w| w.to_bits()).collect();
            (
                bits,
                FitReport {
                    seconds: 0.0,
                    ..report
                },
            )
        };
        let one = on(1);
        for threads in [2, 3, 7] {
            assert_eq!(on(threads), one, "{threads} threads");
        }
    }
}

#[test]
fn the_limit_of_iterations_is_reported() {
    let (_, report) = run(
        &Problem::new(200, 40, 3, 3),
        None,
        tight().max_iterations(1),
    );
    assert_eq!(report.status, FitStatus::IterationLimit);
    assert_eq!(report.iterations, Some(1));
    assert!(report.relative_gradient_norm > report.tolerance);
}

#[test]
fn balanced_is_the_same_as_explicit_weights() {
    let problem = Problem::new(90, 20, 3, 4);
    let mut counts = [0.0f64; 3];
    problem.labels.iter().for_each(|l| counts[l.index()] += 1.0);
    // Whole numbers, so that they fit f32: n_k-th parts of the product of all counts.
    let product: f64 = counts.iter().product();
    let weight = |l: &LabelId| (product / counts[l.index()]) as f32;
    let weights: Vec<f32> = problem.labels.iter().map(weight).collect();
    let unit = 90.0 / (3.0 * product);
    let (balanced, _) = run(
        &problem,
        None,
        tight().c(1.0).class_weight(ClassWeight::Balanced),
    );
    let (explicit, _) = run(&problem, Some(&weights), tight().c(unit));
    assert_close(&balanced, &explicit, 1e-8);
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_of_zero_is_no_row() {
    let problem = Problem::new(60, 15, 3, 5);
    let weights: Vec<f32> = (0..60).map(|i| (i % 3) as f32).collect();
    let mut repeated = Problem::new(0, 15, 3, 5);
    for (i, row) in problem.matrix.rows().enumerate() {
        for _ in 0..i % 3 {
            let values = row.values.iter().copied();
            repeated
                .matrix
                .push_row(row.features.iter().copied().zip(values))
                .unwrap();
            repeated.labels.push(problem.labels[i]);
        }
    }
    for class_weight in [ClassWeight::None, ClassWeight::Balanced] {
        let settings = tight().class_weight(class_weight);
        let (weighted, _) = run(&problem, Some(&weights), settings.clone());
        let (repeated, _) = run(&repeated, None, settings);
        assert_close(&weighted, &repeated, 1e-8);
    }
}

#[test]
fn permuted_labels_give_permuted_weights() {
    for n_labels in [2, 4] {
        let problem = Problem::new(100, 20, n_labels, 6);
        let mut permuted = problem.clone();
        for label in &mut permuted.labels {
            *label = LabelId::new((label.index() + 1) % n_labels);
        }
        let (a, _) = run(&problem, None, tight());
        let (b, _) = run(&permuted, None, tight());
        for (a, b) in a.weights.rows().into_iter().zip(b.weights.rows()) {
            for k in 0..n_labels {
                assert!((a[k] - b[(k + 1) % n_labels]).abs() < 1e-8);
            }
        }
    }
}

#[test]
fn without_features_the_intercepts_are_the_log_shares() {
    let mut problem = Problem::new(0, 0, 3, 0);
    for label in [0, 0, 0, 1, 1, 2] {
        problem.matrix.push_row([]).unwrap();
        problem.labels.push(LabelId::new(label));
    }
    let (classifier, report) = run(&problem, None, tight());
    assert_eq!(
        (report.status, report.iterations),
        (FitStatus::Converged, Some(1))
    );
    let b = &classifier.intercepts;
    assert!((b[0] - b[1] - 1.5f64.ln()).abs() < 1e-14);
    assert!((b[1] - b[2] - 2f64.ln()).abs() < 1e-14);
}

#[test]
fn separable_rows_converge_with_a_large_c() {
    let mut problem = Problem::new(0, 3, 3, 0);
    for i in 0..30 {
        problem.matrix.push_row([(FeatureId(i % 3), 1.0)]).unwrap();
        problem.labels.push(LabelId::new(i as usize % 3));
    }
    let (_, report) = run(
        &problem,
        None,
        Hyperparameters::new().c(1e8).tolerance(1e-8),
    );
    assert!(report.converged(), "{report}");
}

#[test]
fn rows_of_very_different_size_converge() {
    let mut problem = Problem::new(0, 40, 3, 0);
    let text = Problem::new(200, 40, 3, 8);
    for (i, row) in text.matrix.rows().enumerate() {
        let scaled = row
            .values
            .iter()
            .map(|v| v * if i % 10 == 0 { 5000.0 } else { 1.0 });
        problem
            .matrix
            .push_row(row.features.iter().copied().zip(scaled))
            .unwrap();
    }
    problem.labels = text.labels;
    let (_, report) = run(&problem, None, Hyperparameters::new().tolerance(1e-6));
    assert!(report.converged(), "{report}");
}

#[test]
fn a_warm_start_at_the_optimum_needs_no_step() {
    let problem = Problem::new(100, 20, 3, 9);
    let (classifier, _) = run(&problem, None, tight());
    let settings = Hyperparameters::new().tolerance(1e-9).check().unwrap();
    let (matrix, labels) = (&problem.matrix, &problem.labels);
    let (_, report) = fit(matrix, labels, None, 3, &settings, Some(&classifier)).unwrap();
    assert_eq!(report.iterations, Some(0));
}

#[test]
fn linfas_dataset_is_fitted_and_predicted() {
    let problem = Problem::new(100, 20, 3, 10);
    let targets: Array1<usize> = problem.labels.iter().map(|l| l.index()).collect();
    let weights: Vec<f32> = (0..100).map(|i| 1.0 + (i % 2) as f32).collect();
    let dataset = DatasetBase::new(problem.matrix.clone(), targets.clone())
        .with_weights(Array1::from(weights.clone()));
    let (classifier, report) = tight().fit(&dataset).unwrap();
    assert!(report.converged());
    assert_eq!(run(&problem, Some(&weights), tight()).0, classifier);
    let predicted: Array1<usize> = classifier.predict(&dataset);
    let right = predicted
        .iter()
        .zip(&targets)
        .filter(|(a, b)| a == b)
        .count();
    assert!(right > 60, "{right}");
    let refused: Result<_, FitError> = tight().c(-1.0).fit(&dataset);
    assert!(matches!(refused, Err(FitError::Hyperparameters(_))));
}

#[test]
fn problems_that_cannot_be_fitted_are_refused() {
    let Problem { matrix, labels, .. } = Problem::new(10, 5, 3, 11);
    let settings = ValidHyperparameters::default();
    let run = |labels: &[LabelId],
               weights: Option<&[f32]>,
               n_labels,
               start: Option<&LinearClassifier>| {
        fit(&matrix, labels, weights, n_labels, &settings, start).unwrap_err()
    };
    assert!(matches!(
        run(&labels[1..], None, 3, None),
        FitError::LabelCount { .. }
    ));
    assert!(matches!(
        run(&labels, Some(&[1.0]), 3, None),
        FitError::WeightCount { .. }
    ));
    assert!(matches!(
        run(&labels, None, 1, None),
        FitError::TooFewLabels(1)
    ));
    assert!(matches!(
        run(&labels, None, 2, None),
        FitError::UnknownLabel { .. }
    ));
    assert!(matches!(
        run(&labels, None, 4, None),
        FitError::LabelWithoutRows { label: 3, .. }
    ));
    assert!(matches!(
        run(&labels, Some(&[-1.0; 10]), 3, None),
        FitError::Weight { row: 0, .. }
    ));
    assert!(matches!(
        run(&labels, Some(&[0.0; 10]), 3, None),
        FitError::LabelWithoutRows { .. }
    ));
    let start = LinearClassifier::new(Array2::zeros((4, 3)), Array1::zeros(3)).unwrap();
    assert!(matches!(
        run(&labels, None, 3, Some(&start)),
        FitError::Start { .. }
    ));
}
