//! What is made of predicted probabilities before they are summed up.
//!
//! As they are, or as their linear regression among the audited says: labels by hand on probabilities, weighed by one over the probability of
//! being audited (general regression estimator). With useless predictions its slopes are near 0.
//!
//! A regression follows the statements that it is made of, the more so the more one of them weighs, so that their errors are smaller than
//! those of others. Each is divided by one less its leverage (HC3: MacKinnon & White 1985).

use super::estimate::{Gold, Statement, audited, mean_probabilities};
use super::linear::solved_as_far_as_told;
use super::moments::Moments;

/// Audited articles for each label that the regression of labels on probabilities takes.
const LEAST_FOR_REGRESSION: usize = 10;

/// What is made of probabilities: a matrix, by rows of labels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    pub(super) n_labels: usize,
    matrix: Vec<f64>,
    regression: Option<Regression>,
}

/// What tells how far the regression follows a statement.
#[derive(Debug, Clone, PartialEq)]
struct Regression {
    /// Means of all probabilities but the last.
    means: Vec<f64>,
    /// The inverse of their covariance, by rows; zeros where one is told by others.
    inverse: Vec<Vec<f64>>,
    /// How many are not told by others.
    df: usize,
}

/// The most that a statement is taken to pull the regression.
const MOST_LEVERAGE: f64 = 0.9;

impl Fitted {
    /// The probabilities as they are.
    pub(super) fn plain(n_labels: usize) -> Self {
        let mut matrix = vec![0.0; n_labels * n_labels];
        for label in 0..n_labels {
            matrix[label * n_labels + label] = 1.0;
        }
        Self {
            n_labels,
            matrix,
            regression: None,
        }
    }

    /// The regression of labels on probabilities among the audited; plain where they are too few.
    pub(super) fn new(statements: &[Statement<'_>], n_labels: usize) -> Self {
        let plain = Self::plain(n_labels);
        let audited = || audited(statements);
        let mut moments = Moments::new(0);
        let total: f64 = audited().map(|(_, gold)| gold.weight).sum();
        for (statement, gold) in audited() {
            moments.add(statement.article, gold.weight / total, &[]);
        }
        if moments.n_articles() < (LEAST_FOR_REGRESSION * n_labels) as f64 - 0.5 {
            return plain;
        }
        // The last probability is one less the others.
        let n = n_labels - 1;
        let mut means = vec![0.0; n];
        let mut shares = vec![0.0; n_labels];
        for (statement, gold) in audited() {
            for (mean, &p) in means.iter_mut().zip(statement.probabilities) {
                *mean += gold.weight * f64::from(p) / total;
            }
            shares[gold.label] += gold.weight / total;
        }
        // Behind the labels the columns that the inverse is found from.
        let width = n + n_labels + n;
        let mut system = vec![vec![0.0; width]; n];
        for (statement, gold) in audited() {
            for (at, (row, mean)) in system.iter_mut().zip(&means).enumerate() {
                let x = gold.weight / total * (f64::from(statement.probabilities[at]) - mean);
                for other in 0..n {
                    row[other] += x * (f64::from(statement.probabilities[other]) - means[other]);
                }
                for (label, share) in shares.iter().enumerate() {
                    row[n + label] += x * (f64::from(u8::from(gold.label == label)) - share);
                }
            }
        }
        for (at, row) in system.iter_mut().enumerate() {
            row[n + n_labels + at] = 1.0;
        }
        let (mut solution, df) = solved_as_far_as_told(system, n);
        let inverse = (solution.iter_mut())
            .map(|row| row.split_off(n_labels))
            .collect();
        let mut matrix = vec![0.0; n_labels * n_labels];
        for (at, row) in solution.iter().enumerate() {
            for (label, value) in row.iter().enumerate() {
                matrix[label * n_labels + at] = *value;
            }
        }
        Self {
            n_labels,
            matrix,
            regression: Some(Regression { means, inverse, df }),
        }
    }

    /// Degrees of freedom that it took.
    pub(super) fn df(&self) -> f64 {
        let regression = self.regression.as_ref();
        regression.map_or(0.0, |of| of.df as f64)
    }

    /// What the squared errors of the audited of so many articles are multiplied by: G/(G − 1), infinite for one alone; nothing where each
    /// is adjusted for its leverage.
    pub(super) fn small_sample(&self, n_articles: usize) -> f64 {
        match self.regression {
            None => n_articles as f64 / (n_articles as f64 - 1.0),
            Some(_) => 1.0,
        }
    }

    /// What to multiply the error of an audited statement by that has a share `weight` of the sum of weights.
    pub(super) fn adjustment(&self, statement: &Statement<'_>, weight: f64) -> f64 {
        let Some(Regression { means, inverse, .. }) = &self.regression else {
            return 1.0;
        };
        let off = |at: usize| f64::from(statement.probabilities[at]) - means[at];
        let rows = inverse.iter().enumerate();
        let distance: f64 = rows
            .map(|(at, row)| {
                let row = row.iter().enumerate();
                off(at) * row.map(|(other, value)| value * off(other)).sum::<f64>()
            })
            .sum();
        1.0 / (1.0 - (weight * (1.0 + distance)).min(MOST_LEVERAGE))
    }

    /// Of a statement, for a label.
    pub(super) fn value(&self, statement: &Statement<'_>, label: usize) -> f64 {
        self.matrix[label * self.n_labels..][..self.n_labels]
            .iter()
            .zip(statement.probabilities)
            .map(|(weight, &p)| weight * f64::from(p))
            .sum()
    }

    /// The mean over statements, by label.
    pub(super) fn means(&self, statements: &[Statement<'_>]) -> Vec<f64> {
        let mean = mean_probabilities(statements, self.n_labels);
        let rows = self.matrix.chunks(self.n_labels);
        rows.map(|row| row.iter().zip(&mean).map(|(w, m)| w * m).sum())
            .collect()
    }

    /// What an audited statement's label is above it.
    pub(super) fn error(&self, statement: &Statement<'_>, gold: Gold, label: usize) -> f64 {
        f64::from(u8::from(gold.label == label)) - self.value(statement, label)
    }
}
