//! The mean error of predictions, as the audited tell it: added to the mean prediction of their cell, or lent to others.
//!
//! A correction that is lent is the mean error of other cells. Cells differ in their mean errors, also where the classifier errs alike, for these
//! go with the shares. The variance between cells, of which the borrowing one is another, is what the mean squares of a one-way
//! analysis of variance tell (DerSimonian & Laird 1986 for studies; Higgins, Thompson & Spiegelhalter 2009 for the interval of
//! another one).

use super::estimate::{Statement, audited};
use super::fitted::Fitted;
use super::moments::{Clusters, Moments, Spread};

/// The mean error of predictions in a cell or in what it borrows from.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// By label.
    pub errors: Vec<f64>,
    /// Covariance of the errors of two labels, by rows.
    pub covariance: Vec<f64>,
    /// Covariance of the mean errors of another cell, by rows, and its degrees of freedom; see [`with_cells`](Self::with_cells).
    pub between: Option<(Vec<f64>, f64)>,
    /// Of the errors.
    pub spread: Spread,
    /// Degrees of freedom of the covariance.
    pub df: f64,
    /// Audited statements.
    pub n_audit: usize,
    /// Articles they are from.
    pub n_articles: usize,
}

/// The mean errors of the predictions of the audited among `statements`, which stand article by article; none without any.
pub fn correction(statements: &[Statement<'_>], n_labels: usize) -> Option<Correction> {
    correction_of(statements, &Fitted::plain(n_labels))
}

pub(super) fn correction_of(statements: &[Statement<'_>], fitted: &Fitted) -> Option<Correction> {
    let n_labels = fitted.n_labels;
    let audited = || audited(statements);
    let total: f64 = audited().map(|(_, gold)| gold.weight).sum();
    if total <= 0.0 {
        return None;
    }
    let errors: Vec<f64> = (0..n_labels)
        .map(|label| {
            let sum: f64 = audited()
                .map(|(statement, gold)| gold.weight * fitted.error(statement, gold, label))
                .sum();
            sum / total
        })
        .collect();
    let mut clusters = Clusters::new(n_labels);
    let mut moments = Moments::new(n_labels);
    for (statement, gold) in audited() {
        let weight = gold.weight / total;
        let adjustment = fitted.adjustment(statement, weight);
        let off = |label| adjustment * (fitted.error(statement, gold, label) - errors[label]);
        let off: Vec<f64> = (0..n_labels).map(off).collect();
        clusters.add(statement.article, off.iter().map(|off| weight * off));
        moments.add(statement.article, weight, &off);
    }
    let (mut covariance, n_articles) = clusters.finish();
    let factor = fitted.small_sample(n_articles);
    covariance.iter_mut().for_each(|value| *value *= factor);
    let df = moments.n_articles() - 1.0 - fitted.df();
    Some(Correction {
        errors,
        spread: moments.spread(&covariance),
        df,
        covariance,
        between: None,
        n_audit: audited().count(),
        n_articles,
    })
}

impl Correction {
    /// Adds the variance of the mean error between cells, each with its audited statements, by a one-way analysis of variance.
    pub fn with_cells(mut self, cells: &[&[Statement<'_>]]) -> Self {
        let n_labels = self.errors.len();
        let plain = Fitted::plain(n_labels);
        let (mut between, mut within) = (
            vec![0.0; n_labels * n_labels],
            vec![0.0; n_labels * n_labels],
        );
        let (mut n, mut squares, mut n_cells) = (0.0, 0.0, 0.0);
        let mut means: Vec<(f64, Vec<f64>)> = Vec::new();
        let mut all = vec![0.0; n_labels];
        for cell in cells {
            let errors: Vec<Vec<f64>> = audited(cell)
                .map(|(statement, gold)| {
                    let labels = 0..n_labels;
                    labels
                        .map(|label| plain.error(statement, gold, label))
                        .collect()
                })
                .collect();
            let of_cell = errors.len() as f64;
            if errors.is_empty() {
                continue;
            }
            let mean: Vec<f64> = (0..n_labels)
                .map(|label| errors.iter().map(|error| error[label]).sum::<f64>() / of_cell)
                .collect();
            for error in &errors {
                add_square(&mut within, error, &mean, 1.0);
            }
            for (sum, mean) in all.iter_mut().zip(&mean) {
                *sum += of_cell * mean;
            }
            n += of_cell;
            squares += of_cell * of_cell;
            n_cells += 1.0;
            means.push((of_cell, mean));
        }
        if n_cells < 2.0 || n <= n_cells {
            return self;
        }
        all.iter_mut().for_each(|sum| *sum /= n);
        for (of_cell, mean) in &means {
            add_square(&mut between, mean, &all, *of_cell);
        }
        let of_cell = (n - squares / n) / (n_cells - 1.0);
        for (between, within) in between.iter_mut().zip(&within) {
            *between = (*between / (n_cells - 1.0) - within / (n - n_cells)) / of_cell;
        }
        // Less variance between cells than chance makes is none.
        for label in 0..n_labels {
            if between[label * n_labels + label] <= 0.0 {
                for other in 0..n_labels {
                    between[label * n_labels + other] = 0.0;
                    between[other * n_labels + label] = 0.0;
                }
            }
        }
        self.between = Some((between, n_cells - 1.0));
        self
    }
}

/// Adds the products of what `values` lie off `mean`, `weight` times.
fn add_square(sums: &mut [f64], values: &[f64], mean: &[f64], weight: f64) {
    let n = values.len();
    for row in 0..n {
        for column in 0..n {
            let product = (values[row] - mean[row]) * (values[column] - mean[column]);
            sums[row * n + column] += weight * product;
        }
    }
}
