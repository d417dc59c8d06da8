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
    /// How the mean error of another cell varies, if that was asked.
    pub between: Option<Between>,
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
    /// With the variance of the mean error between cells that [`between`] found; nobody knows it where it found none.
    pub fn with_between(mut self, between: Option<&Between>) -> Self {
        let n_labels = self.errors.len();
        let unknown = || Between {
            covariance: vec![f64::NAN; n_labels * n_labels],
            df: 1.0,
        };
        self.between = Some(between.cloned().unwrap_or_else(unknown));
        self
    }
}

/// How the mean errors of cells vary.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// Their covariance by label, by rows.
    pub covariance: Vec<f64>,
    /// Its degrees of freedom.
    pub df: f64,
}

/// The covariance of mean errors between cells of one group, by a one-way analysis of variance that is pooled over all `groups` of cells, each with its
/// audited statements. None where no group has two cells. Where no cell has two statements, cells are not told apart from statements: then it
/// is 0, as far as it is not in the variance of the mean.
pub fn between(groups: &[&[&[Statement<'_>]]], n_labels: usize) -> Option<Between> {
    let plain = Fitted::plain(n_labels);
    let (mut within, mut covariance) = (
        vec![0.0; n_labels * n_labels],
        vec![0.0; n_labels * n_labels],
    );
    let (mut of_within, mut df, mut of_cells) = (0.0, 0.0, 0.0);
    for group in groups {
        let mut means: Vec<(f64, Vec<f64>)> = Vec::new();
        for cell in *group {
            let errors: Vec<Vec<f64>> = audited(cell)
                .map(|(statement, gold)| {
                    let labels = 0..n_labels;
                    let errors = labels.map(|label| plain.error(statement, gold, label));
                    errors.collect()
                })
                .collect();
            if errors.is_empty() {
                continue;
            }
            let mean = weighted_mean(errors.iter().map(|error| (1.0, error.as_slice())), n_labels);
            for error in &errors {
                add_square(&mut within, error, &mean, 1.0);
            }
            of_within += errors.len() as f64 - 1.0;
            means.push((errors.len() as f64, mean));
        }
        let all = weighted_mean(
            means.iter().map(|(n, mean)| (*n, mean.as_slice())),
            n_labels,
        );
        let (mut n, mut squares) = (0.0, 0.0);
        for (of_cell, mean) in &means {
            add_square(&mut covariance, mean, &all, *of_cell);
            n += of_cell;
            squares += of_cell * of_cell;
        }
        if n > 0.0 {
            df += means.len() as f64 - 1.0;
            of_cells += n - squares / n;
        }
    }
    if df < 1.0 {
        return None;
    }
    // Statements of a cell, as the mean squares count them.
    let of_cell = of_cells / df;
    for (between, within) in covariance.iter_mut().zip(&within) {
        *between = match of_within > 0.0 {
            true => (*between / df - within / of_within) / of_cell,
            false => 0.0,
        };
    }
    // Less variance between cells than chance makes is none.
    for label in 0..n_labels {
        if covariance[label * n_labels + label] <= 0.0 {
            for other in 0..n_labels {
                covariance[label * n_labels + other] = 0.0;
                covariance[other * n_labels + label] = 0.0;
            }
        }
    }
    Some(Between { covariance, df })
}

fn weighted_mean<'v>(values: impl Iterator<Item = (f64, &'v [f64])>, n_labels: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n_labels];
    let mut total = 0.0;
    for (weight, values) in values {
        total += weight;
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += weight * value;
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= total);
    sums
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
