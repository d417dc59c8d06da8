//! Shares of labels in a cell, with a variance that holds however wrong the classifier is.
//!
//! All `N` statements of a cell have predicted probabilities p, some of them (A, drawn with known probabilities π) have a
//! label y by hand. The share of label k is estimated by the mean of fitted values f plus the mean error of the audited ones:
//!
//! ```text
//! share_k = mean(f_k) + Σ_A (y_k − f_k)/π / Σ_A 1/π
//! ```
//!
//! With f = p this is the difference estimator of survey sampling with Hájek's weights (Särndal, Swensson & Wretman 1992, *Model
//! Assisted Survey Sampling*), design-based supervised learning (Egami, Hinck, Stewart & Wei 2023, arXiv 2306.04746) for a
//! mean, and prediction-powered inference (Angelopoulos et al. 2023, *Science* 382) where all π are equal. Where enough are
//! audited, f is the linear regression of y on p among them, the general regression estimator, which is power-tuned
//! prediction-powered inference (Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453) with a matrix for the tuning
//! parameter: useless predictions then get no weight, and the interval is hardly wider than that of the audit alone. Nothing is
//! assumed of p: bad predictions make the interval wider and no less true.
//!
//! The variance is that of the linearised estimator. For a [`Population::Super`] it is summed up by article: statements of one
//! article are no independent pieces of evidence. With e = (f − mean f)/N and, of audited ones, + (y − f − mean error)/π / Σ_A 1/π, it
//! is the sum over articles of the squared sum of e, the latter part times G/(G − 1) for its number of articles G, or with
//! each error of the regression divided by one less its leverage. For a
//! [`Population::Finite`] only the audited count, each by itself as if it were an article, the square times 1 − π: what was drawn is
//! known, and statements were drawn independently of their articles. [`interval`](super::interval) says what intervals are made of it.
//! A correction that is borrowed is the mean error of other cells; its own variance and that between cells are added.

use super::correction::{Correction, correction_of};
use super::fitted::Fitted;
use super::moments::{Clusters, Moments, Spread};

/// A statement of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statement<'a> {
    /// The article it is from; equal ones are one cluster.
    pub article: u64,
    /// Probability of each label.
    pub probabilities: &'a [f32],
    /// Its label by hand, if it was audited.
    pub gold: Option<Gold>,
}

/// A label by hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gold {
    /// Number of the label.
    pub label: usize,
    /// One over the probability of being audited.
    pub weight: f64,
}

/// What an interval is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Population {
    /// Statements of the kind of these, of which there might have been others.
    #[default]
    Super,
    /// These statements alone: of those that were audited nothing is unknown.
    Finite,
}

/// The audited of some statements, with their labels.
pub(super) fn audited<'s, 'a>(
    statements: &'s [Statement<'a>],
) -> impl Iterator<Item = (&'s Statement<'a>, Gold)> {
    let with_gold = |statement: &'s Statement<'a>| Some((statement, statement.gold?));
    statements.iter().filter_map(with_gold)
}

/// Shares of labels in a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// By label, without bias; they sum to 1, and may lie outside of 0 to 1 where the sample is small.
    pub shares: Vec<f64>,
    /// What makes them unsure, independent of each other; none where nobody knows how sure they are.
    pub parts: Vec<Part>,
}

/// A part of the error of shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Covariance of two shares, by rows; not a number where nobody knows it.
    pub covariance: Vec<f64>,
    /// What statements lie off their mean, where it is one of statements.
    pub spread: Option<Spread>,
    /// Degrees of freedom; infinite where no audit tells.
    pub df: f64,
    /// Whether other cells have it too.
    pub is_shared: bool,
}

/// The mean of each label's probabilities.
pub(super) fn mean_probabilities(statements: &[Statement<'_>], n_labels: usize) -> Vec<f64> {
    let mut means = vec![0.0; n_labels];
    for statement in statements {
        for (mean, &p) in means.iter_mut().zip(statement.probabilities) {
            *mean += f64::from(p);
        }
    }
    means
        .iter_mut()
        .for_each(|mean| *mean /= statements.len() as f64);
    means
}

impl Estimate {
    /// The shares of a cell by its own audited statements, which stand article by article.
    ///
    /// None without audited statements of two articles, or, of a finite population, without two.
    pub fn design_based(
        statements: &[Statement<'_>],
        n_labels: usize,
        population: Population,
    ) -> Option<Self> {
        let alone;
        let statements = match population {
            Population::Super => statements,
            Population::Finite => {
                alone = each_alone(statements);
                &alone
            }
        };
        let fitted = Fitted::new(statements, n_labels);
        let own = correction_of(statements, &fitted).filter(|own| own.n_articles > 1)?;
        let means = fitted.means(statements);
        let shares = means.iter().zip(&own.errors).map(|(a, b)| a + b).collect();
        let df = own.df;
        let (covariance, spread) = match population {
            Population::Super => with_predictions(statements, &fitted, &means, &own),
            Population::Finite => of_the_drawn(statements, &fitted, own),
        };
        let part = Part {
            covariance,
            spread: Some(spread),
            df,
            is_shared: false,
        };
        Some(Self {
            shares,
            parts: vec![part],
        })
    }

    /// The shares of a cell whose statements were all audited, about these alone: they are counted.
    pub fn known(statements: &[Statement<'_>], n_labels: usize) -> Self {
        let mut shares = vec![0.0; n_labels];
        for (_, gold) in audited(statements) {
            shares[gold.label] += 1.0 / statements.len() as f64;
        }
        let part = Part {
            covariance: vec![0.0; n_labels * n_labels],
            spread: None,
            df: f64::INFINITY,
            is_shared: false,
        };
        Self {
            shares,
            parts: vec![part],
        }
    }

    /// The shares of a cell with the errors of others: valid as far as its own are the same.
    pub fn borrowed(
        statements: &[Statement<'_>],
        n_labels: usize,
        correction: &Correction,
        population: Population,
    ) -> Self {
        let mut estimate = Self::predicted(statements, n_labels);
        for (share, error) in estimate.shares.iter_mut().zip(&correction.errors) {
            *share += error;
        }
        if population == Population::Finite {
            // Of these statements, what the mean of their own errors lies off that of the kind.
            let squares = correction.spread.squares().iter();
            let n = statements.len() as f64;
            estimate.parts = vec![Part {
                covariance: squares.map(|square| square / n).collect(),
                spread: None,
                df: f64::INFINITY,
                is_shared: false,
            }];
        }
        let between = correction.between.iter().map(|between| Part {
            covariance: between.covariance.clone(),
            spread: None,
            df: between.df,
            is_shared: false,
        });
        estimate.parts.extend(between);
        estimate.parts.push(Part {
            covariance: correction.covariance.clone(),
            spread: Some(correction.spread.clone()),
            df: correction.df,
            is_shared: true,
        });
        estimate
    }

    /// The mean predictions, as if they were right; the variance is that of other articles of the same kind.
    pub fn predicted(statements: &[Statement<'_>], n_labels: usize) -> Self {
        let means = mean_probabilities(statements, n_labels);
        let n = statements.len() as f64;
        let mut clusters = Clusters::new(n_labels);
        let mut moments = Moments::new(n_labels);
        let mut off = vec![0.0; n_labels];
        for statement in statements {
            for ((off, &p), mean) in off.iter_mut().zip(statement.probabilities).zip(&means) {
                *off = f64::from(p) - mean;
            }
            clusters.add(statement.article, off.iter().map(|off| off / n));
            moments.add(statement.article, 1.0 / n, &off);
        }
        let (mut covariance, n_articles) = clusters.finish();
        // One article alone tells nothing of how others differ.
        let factor = match n_articles {
            0 | 1 => f64::NAN,
            n => n as f64 / (n as f64 - 1.0),
        };
        covariance.iter_mut().for_each(|value| *value *= factor);
        let part = Part {
            spread: Some(moments.spread(&covariance)),
            covariance,
            df: f64::INFINITY,
            is_shared: false,
        };
        Self {
            shares: means,
            parts: vec![part],
        }
    }

    /// Shares that nobody knows the variance of.
    pub fn without_variance(shares: Vec<f64>) -> Self {
        Self {
            shares,
            parts: Vec::new(),
        }
    }
}

/// Statements as if each were an article.
fn each_alone<'a>(statements: &[Statement<'a>]) -> Vec<Statement<'a>> {
    let alone = |(number, of): (usize, &Statement<'a>)| Statement {
        article: number as u64,
        ..*of
    };
    statements.iter().enumerate().map(alone).collect()
}

/// The covariance where the statements are a part of more of their kind: that of the fitted values is added. The spread is that of what
/// audited statements add to both: labels by themselves where all are audited, errors where few are.
fn with_predictions(
    statements: &[Statement<'_>],
    fitted: &Fitted,
    means: &[f64],
    own: &Correction,
) -> (Vec<f64>, Spread) {
    let n_labels = fitted.n_labels;
    let n = statements.len() as f64;
    let total: f64 = audited(statements).map(|(_, gold)| gold.weight).sum();
    let of_audit = fitted.small_sample(own.n_articles).sqrt();
    let mut clusters = Clusters::new(n_labels);
    let mut of_audited = Clusters::new(n_labels);
    let mut moments = Moments::new(n_labels);
    let (mut values, mut off) = (vec![0.0; n_labels], vec![0.0; n_labels]);
    for statement in statements {
        for (label, value) in values.iter_mut().enumerate() {
            *value = (fitted.value(statement, label) - means[label]) / n;
        }
        if let Some(gold) = statement.gold {
            let weight = gold.weight / total;
            let adjustment = of_audit * fitted.adjustment(statement, weight);
            for (label, value) in values.iter_mut().enumerate() {
                let error = fitted.error(statement, gold, label) - own.errors[label];
                *value += weight * adjustment * error;
                off[label] = *value / weight;
            }
            of_audited.add(statement.article, values.iter().copied());
            moments.add(statement.article, weight, &off);
        }
        clusters.add(statement.article, values.iter().copied());
    }
    let spread = moments.spread(&of_audited.finish().0);
    (clusters.finish().0, spread)
}

/// The covariance where nothing but these statements counts: of those that were not drawn alone.
fn of_the_drawn(
    statements: &[Statement<'_>],
    fitted: &Fitted,
    own: Correction,
) -> (Vec<f64>, Spread) {
    let n_labels = fitted.n_labels;
    let total: f64 = audited(statements).map(|(_, gold)| gold.weight).sum();
    let left_out = |gold: Gold| (1.0 - 1.0 / gold.weight).max(0.0);
    let factor = fitted.small_sample(own.n_audit);
    let mut clusters = Clusters::new(n_labels);
    let mut share_left = 0.0;
    for (number, (statement, gold)) in audited(statements).enumerate() {
        let weight = gold.weight / total;
        let adjustment = fitted.adjustment(statement, weight);
        let scale = weight * adjustment * (left_out(gold) * factor).sqrt();
        let off = |label| fitted.error(statement, gold, label) - own.errors[label];
        clusters.add(number as u64, (0..n_labels).map(|label| scale * off(label)));
        share_left += weight * left_out(gold);
    }
    (clusters.finish().0, own.spread.of_known(share_left))
}
