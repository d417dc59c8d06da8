//! A cell that borrows its correction is a prediction-powered mean: the figures that ppi_py computed (`reference/ppi.py`).
#![allow(clippy::unwrap_used)]

use serde::Deserialize;
use stance::index::correction::correction;
use stance::index::estimate::{Estimate, Gold, Population, Statement};
use stance::index::quantile::Z95;

const N_LABELLED: usize = 200;
const N_UNLABELLED: usize = 3000;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    value: f64,
    lo: f64,
    hi: f64,
}

/// Labels and predictions of the script: the labelled first.
fn draw(number: u64) -> Vec<(usize, [f32; 2])> {
    let mut state = 500 + number;
    let mut below = |n: u64| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % n
    };
    (0..N_LABELLED + N_UNLABELLED)
        .map(|_| {
            let is_one = below(100) < 5 + 15 * number;
            let is_right = below(100) < 60 + 8 * number;
            let top = 512 + below(512);
            let p = if is_one == is_right { top } else { 1024 - top };
            let p = p as f32 / 1024.0;
            (usize::from(is_one), [1.0 - p, p])
        })
        .collect()
}

#[test]
fn a_borrowed_correction_is_a_prediction_powered_mean() {
    let text = include_str!("reference/ppi.json");
    let reference: Reference = serde_json::from_str(text).unwrap();
    assert_eq!(reference.cases.len(), 5);
    for (number, case) in reference.cases.iter().enumerate() {
        let rows = draw(number as u64);
        let statements: Vec<Statement<'_>> = rows
            .iter()
            .enumerate()
            .map(|(at, (label, probabilities))| Statement {
                article: at as u64,
                probabilities,
                gold: (at < N_LABELLED).then_some(Gold {
                    label: *label,
                    weight: 16.0,
                }),
            })
            .collect();
        let (labelled, others) = statements.split_at(N_LABELLED);
        let correction = correction(labelled, 2).unwrap();
        let estimate = Estimate::borrowed(others, 2, &correction, Population::Super);
        assert!((estimate.shares[1] - case.value).abs() < 1e-6);
        // ppi_py divides by n where this divides by n − 1.
        let of_errors = correction.covariance[3] * (N_LABELLED as f64 - 1.0) / N_LABELLED as f64;
        let of_predictions = Estimate::predicted(others, 2).parts[0].covariance[3]
            * (N_UNLABELLED as f64 - 1.0)
            / N_UNLABELLED as f64;
        let half = Z95 * (of_errors + of_predictions).sqrt();
        assert!(
            (estimate.shares[1] - half - case.lo).abs() < 1e-6,
            "{number}"
        );
        assert!(
            (estimate.shares[1] + half - case.hi).abs() < 1e-6,
            "{number}"
        );
        // Student's distribution and n − 1 make it wider by little.
        let own = estimate.share(1);
        assert!(((own.se * Z95) / half - 1.0).abs() < 0.01);
    }
}
