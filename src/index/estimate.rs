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
//! [`Population::Finite`] only the audited count, each by itself, the square times 1 − π: what was drawn is
//! known, and statements were drawn independently of their articles. [`interval`](super::interval) says what intervals are made of it.
//!
//! A correction that is borrowed is the mean error of other cells. Cells differ in their mean errors, also where the classifier errs alike, for these
//! go with the shares. The variance between cells, of which the borrowing one is another, is added; it is what the mean squares of a one-way
//! analysis of variance tell (DerSimonian & Laird 1986 for studies; Higgins, Thompson & Spiegelhalter 2009 for the interval of
//! another one).

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

/// The mean errors of the predictions of the audited among `statements`, which stand article by article; none without any.
pub fn correction(statements: &[Statement<'_>], n_labels: usize) -> Option<Correction> {
    correction_of(statements, &Fitted::plain(n_labels))
}

fn correction_of(statements: &[Statement<'_>], fitted: &Fitted) -> Option<Correction> {
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

impl Estimate {
    /// The shares of a cell by its own audited statements, which stand article by article.
    ///
    /// None without audited statements of two articles.
    pub fn design_based(
        statements: &[Statement<'_>],
        n_labels: usize,
        population: Population,
    ) -> Option<Self> {
        let fitted = Fitted::new(statements, n_labels);
        let own = correction_of(statements, &fitted).filter(|own| own.n_articles > 1)?;
        let means = fitted.means(statements);
        let shares = means.iter().zip(&own.errors).map(|(a, b)| a + b).collect();
        let (covariance, spread) = match population {
            Population::Super => (with_predictions(statements, &fitted, &own), own.spread),
            Population::Finite => of_the_drawn(statements, &fitted, own.clone()),
        };
        let part = Part {
            covariance,
            spread: Some(spread),
            df: own.df,
            is_shared: false,
        };
        Some(Self {
            shares,
            parts: vec![part],
        })
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
            estimate.parts.clear();
        }
        let between = correction.between.iter().map(|(between, df)| Part {
            covariance: between.clone(),
            spread: None,
            df: *df,
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

/// The covariance where the statements are a part of more of their kind: that of the fitted values is added.
fn with_predictions(statements: &[Statement<'_>], fitted: &Fitted, own: &Correction) -> Vec<f64> {
    let n_labels = fitted.n_labels;
    let means = fitted.means(statements);
    let n = statements.len() as f64;
    let total: f64 = audited(statements).map(|(_, gold)| gold.weight).sum();
    let of_audit = fitted.small_sample(own.n_articles).sqrt();
    let mut clusters = Clusters::new(n_labels);
    for statement in statements {
        let values = (0..n_labels).map(|label| {
            let predicted = (fitted.value(statement, label) - means[label]) / n;
            let audited = statement.gold.map_or(0.0, |gold| {
                let weight = gold.weight / total;
                let scale = weight * of_audit * fitted.adjustment(statement, weight);
                scale * (fitted.error(statement, gold, label) - own.errors[label])
            });
            predicted + audited
        });
        clusters.add(statement.article, values);
    }
    clusters.finish().0
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
