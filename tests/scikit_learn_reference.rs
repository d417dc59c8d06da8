//! The sparse solver against figures that scikit-learn computed (`reference/scikit_learn.py`).
#![allow(clippy::unwrap_used)]

use linfa::ParamGuard;
use serde::Deserialize;
use stance::classifier::{ClassWeight, Hyperparameters, fit};
use stance::features::sparse::{DesignMatrix, FeatureId};
use stance::label::LabelId;

const N_ROWS: usize = 200;
const N_FEATURES: u32 = 40;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    n_labels: usize,
    c: f64,
    balanced: bool,
    weighted: bool,
    objective: f64,
    /// A line per label, or with two labels one line: the second label's weights less the first's.
    coef: Vec<Vec<f64>>,
    intercept: Vec<f64>,
}

/// The problem of the script.
fn problem(n_labels: usize) -> (DesignMatrix, Vec<LabelId>, Vec<f32>) {
    let mut state = 100 + n_labels as u64;
    let mut below = |n: u64| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % n
    };
    let mut matrix = DesignMatrix::new(N_FEATURES as usize);
    let (mut labels, mut weights) = (Vec::new(), Vec::new());
    for i in 0..N_ROWS {
        let (mut row, mut eighths) = (Vec::new(), 0);
        for j in 0..N_FEATURES {
            if below(u64::from(j) + 3) < 2 {
                let value = 1 + below(8);
                eighths += value as usize;
                row.push((FeatureId(j), value as f32 / 8.0));
            }
        }
        matrix.push_row(row).unwrap();
        let label = if below(3) > 0 {
            eighths % n_labels
        } else {
            (below(2 * n_labels as u64) * below(2)) as usize % n_labels
        };
        labels.push(LabelId::new(label));
        weights.push((1 + i % 4) as f32 / 2.0);
    }
    (matrix, labels, weights)
}

#[test]
fn objective_and_coefficients_are_scikit_learns() {
    let json = include_str!("reference/scikit_learn.json");
    let reference: Reference = serde_json::from_str(json).unwrap();
    assert_eq!(reference.cases.len(), 16);
    for case in reference.cases {
        let (matrix, labels, weights) = problem(case.n_labels);
        let settings = Hyperparameters::new()
            .c(case.c)
            .class_weight(if case.balanced {
                ClassWeight::Balanced
            } else {
                ClassWeight::None
            })
            .tolerance(1e-10)
            .check()
            .unwrap();
        let weights = case.weighted.then_some(weights.as_slice());
        let (classifier, report) =
            fit(&matrix, &labels, weights, case.n_labels, &settings, None).unwrap();
        assert!(report.converged(), "{report}");
        let excess = report.objective / case.objective - 1.0;
        assert!(excess.abs() < 1e-7, "{excess:e} {case:?}");
        assert!(excess <= 1e-9, "{excess:e} {case:?}");

        let (w, b) = (classifier.weights(), classifier.intercepts());
        let check = |ours: f64, theirs: f64| {
            assert!((ours - theirs).abs() < 1e-5, "{ours} {theirs} {case:?}");
        };
        for (k, (coef, intercept)) in case.coef.iter().zip(&case.intercept).enumerate() {
            let two = case.n_labels == 2;
            check(if two { b[1] - b[0] } else { b[k] }, *intercept);
            for (j, coef) in coef.iter().enumerate() {
                check(
                    if two {
                        w[(j, 1)] - w[(j, 0)]
                    } else {
                        w[(j, k)]
                    },
                    *coef,
                );
            }
        }
    }
}
