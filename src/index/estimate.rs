//! Shares of labels in a cell, with intervals that hold however wrong the classifier is.
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
//! The variance is that of the linearised estimator, summed up by article: statements of one article are no independent
//! pieces of evidence. With e = (f − mean f)/N and, of audited ones, + (y − f − mean error)/π / Σ_A 1/π, it is the sum over
//! articles of the squared sum of e, the latter part times G/(G − 1) for its number of articles G. Intervals take
//! Student's distribution with one degree of freedom less than audited articles, and as many less as regression took.

use super::linear::solved;
use super::quantile::{Z95, t95};

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

/// The audited of some statements, with their labels.
fn audited<'s, 'a>(
    statements: &'s [Statement<'a>],
) -> impl Iterator<Item = (&'s Statement<'a>, Gold)> {
    let with_gold = |statement: &'s Statement<'a>| Some((statement, statement.gold?));
    statements.iter().filter_map(with_gold)
}

/// Audited articles for each label that the regression of labels on probabilities takes.
const LEAST_FOR_REGRESSION: usize = 10;

/// What is made of probabilities: a matrix, by rows of labels.
#[derive(Debug, Clone, PartialEq)]
struct Fitted {
    n_labels: usize,
    matrix: Vec<f64>,
    /// Degrees of freedom that it took.
    df: f64,
}

impl Fitted {
    /// The probabilities as they are.
    fn plain(n_labels: usize) -> Self {
        let mut matrix = vec![0.0; n_labels * n_labels];
        for label in 0..n_labels {
            matrix[label * n_labels + label] = 1.0;
        }
        Self {
            n_labels,
            matrix,
            df: 0.0,
        }
    }

    /// The regression of labels on probabilities among the audited; plain where they are too few or all alike.
    fn new(statements: &[Statement<'_>], n_labels: usize) -> Self {
        let plain = Self::plain(n_labels);
        let audited = || audited(statements);
        let mut articles: Vec<u64> = audited().map(|(statement, _)| statement.article).collect();
        articles.dedup();
        if articles.len() < LEAST_FOR_REGRESSION * n_labels {
            return plain;
        }
        // The last probability is one less the others.
        let n = n_labels - 1;
        let total: f64 = audited().map(|(_, gold)| gold.weight).sum();
        let mut means = vec![0.0; n];
        let mut shares = vec![0.0; n_labels];
        for (statement, gold) in audited() {
            for (mean, &p) in means.iter_mut().zip(statement.probabilities) {
                *mean += gold.weight * f64::from(p) / total;
            }
            shares[gold.label] += gold.weight / total;
        }
        let width = n + n_labels;
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
        let Some(solution) = solved(system, n) else {
            return plain;
        };
        let mut matrix = vec![0.0; n_labels * n_labels];
        for (at, row) in solution.iter().enumerate() {
            for (label, value) in row.iter().enumerate() {
                matrix[label * n_labels + at] = *value;
            }
        }
        Self {
            n_labels,
            matrix,
            df: n as f64,
        }
    }

    /// Of a statement, for a label.
    fn value(&self, statement: &Statement<'_>, label: usize) -> f64 {
        self.matrix[label * self.n_labels..][..self.n_labels]
            .iter()
            .zip(statement.probabilities)
            .map(|(weight, &p)| weight * f64::from(p))
            .sum()
    }

    /// The mean over statements, by label.
    fn means(&self, statements: &[Statement<'_>]) -> Vec<f64> {
        let mean = mean_probabilities(statements, self.n_labels);
        let rows = self.matrix.chunks(self.n_labels);
        rows.map(|row| row.iter().zip(&mean).map(|(w, m)| w * m).sum())
            .collect()
    }

    /// What an audited statement's label is above it.
    fn error(&self, statement: &Statement<'_>, gold: Gold, label: usize) -> f64 {
        f64::from(u8::from(gold.label == label)) - self.value(statement, label)
    }
}

/// The mean error of predictions in a cell or in what it borrows from.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// By label.
    pub errors: Vec<f64>,
    /// Covariance of the errors of two labels, by rows.
    pub covariance: Vec<f64>,
    /// Audited statements.
    pub n_audit: usize,
    /// Articles they are from.
    pub n_articles: usize,
}

/// Shares of labels in a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// By label; they sum to 1, and may lie outside of 0 to 1 where the sample is small.
    pub shares: Vec<f64>,
    /// Covariance of two shares, by rows.
    pub covariance: Vec<f64>,
    /// Degrees of freedom of its intervals; infinite where no audit tells.
    pub df: f64,
}

/// A number with its standard error and 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Interval {
    /// A number of which nobody knows how sure it is.
    fn unknown(value: f64) -> Self {
        Self {
            value,
            se: f64::NAN,
            lo: f64::NAN,
            hi: f64::NAN,
        }
    }
}

/// Sums of vectors by cluster, for a covariance of their total.
struct Clusters {
    n_labels: usize,
    article: Option<u64>,
    current: Vec<f64>,
    outer: Vec<f64>,
    n: usize,
}

impl Clusters {
    fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            article: None,
            current: vec![0.0; n_labels],
            outer: vec![0.0; n_labels * n_labels],
            n: 0,
        }
    }

    /// Adds a vector of an article; articles come one after the other.
    fn add(&mut self, article: u64, values: impl Iterator<Item = f64>) {
        if self.article != Some(article) {
            self.close();
            self.article = Some(article);
        }
        for (sum, value) in self.current.iter_mut().zip(values) {
            *sum += value;
        }
    }

    fn close(&mut self) {
        if self.article.is_none() {
            return;
        }
        self.n += 1;
        for (row, &a) in self.current.iter().enumerate() {
            for (column, &b) in self.current.iter().enumerate() {
                self.outer[row * self.n_labels + column] += a * b;
            }
        }
        self.current.fill(0.0);
        self.article = None;
    }

    fn finish(mut self) -> (Vec<f64>, usize) {
        self.close();
        (self.outer, self.n)
    }
}

/// G/(G − 1); infinite for one cluster alone.
fn small_sample(n: usize) -> f64 {
    n as f64 / (n as f64 - 1.0)
}

/// The mean of each label's probabilities.
fn mean_probabilities(statements: &[Statement<'_>], n_labels: usize) -> Vec<f64> {
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
    for (statement, gold) in audited() {
        let values = (0..n_labels).map(|label| {
            gold.weight / total * (fitted.error(statement, gold, label) - errors[label])
        });
        clusters.add(statement.article, values);
    }
    let (mut covariance, n_articles) = clusters.finish();
    let factor = small_sample(n_articles);
    covariance.iter_mut().for_each(|value| *value *= factor);
    Some(Correction {
        errors,
        covariance,
        n_audit: audited().count(),
        n_articles,
    })
}

impl Estimate {
    /// The shares of a cell by its own audited statements, which stand article by article.
    ///
    /// None without audited statements of two articles.
    pub fn design_based(statements: &[Statement<'_>], n_labels: usize) -> Option<Self> {
        let fitted = Fitted::new(statements, n_labels);
        let own = correction_of(statements, &fitted).filter(|own| own.n_articles > 1)?;
        let means = fitted.means(statements);
        let n = statements.len() as f64;
        let total: f64 = audited(statements).map(|(_, gold)| gold.weight).sum();
        let of_audit = small_sample(own.n_articles).sqrt();
        let mut clusters = Clusters::new(n_labels);
        for statement in statements {
            let values = (0..n_labels).map(|label| {
                let predicted = (fitted.value(statement, label) - means[label]) / n;
                let audited = statement.gold.map_or(0.0, |gold| {
                    gold.weight / total * (fitted.error(statement, gold, label) - own.errors[label])
                });
                predicted + of_audit * audited
            });
            clusters.add(statement.article, values);
        }
        let (covariance, _) = clusters.finish();
        Some(Self {
            shares: means.iter().zip(&own.errors).map(|(a, b)| a + b).collect(),
            covariance,
            df: own.n_articles as f64 - 1.0 - fitted.df,
        })
    }

    /// The shares of a cell with the errors of others: valid as far as its own are the same.
    pub fn borrowed(
        statements: &[Statement<'_>],
        n_labels: usize,
        correction: &Correction,
    ) -> Self {
        let mut estimate = Self::predicted(statements, n_labels);
        for (share, error) in estimate.shares.iter_mut().zip(&correction.errors) {
            *share += error;
        }
        for (own, more) in estimate.covariance.iter_mut().zip(&correction.covariance) {
            *own += more;
        }
        estimate.df = correction.n_articles as f64 - 1.0;
        estimate
    }

    /// The mean predictions, as if they were right; the variance is that of other articles of the same kind.
    pub fn predicted(statements: &[Statement<'_>], n_labels: usize) -> Self {
        let means = mean_probabilities(statements, n_labels);
        let n = statements.len() as f64;
        let mut clusters = Clusters::new(n_labels);
        for statement in statements {
            let values = (0..n_labels)
                .map(|label| (f64::from(statement.probabilities[label]) - means[label]) / n);
            clusters.add(statement.article, values);
        }
        let (mut covariance, n_articles) = clusters.finish();
        // One article alone tells nothing of how others differ.
        let factor = match n_articles {
            0 | 1 => f64::NAN,
            n => small_sample(n),
        };
        covariance.iter_mut().for_each(|value| *value *= factor);
        Self {
            shares: means,
            covariance,
            df: f64::INFINITY,
        }
    }

    /// The share of one label, with Wilson's interval (1927) for as many independent statements as its standard error tells
    /// (Korn & Graubard 1998): near 0 and 1 the plain one is too narrow and leaves them.
    pub fn share(&self, label: usize) -> Interval {
        let n_labels = self.shares.len();
        let variance = self.covariance[label * n_labels + label];
        let value = self.shares[label].clamp(0.0, 1.0);
        if variance.is_nan() {
            return Interval::unknown(value);
        }
        let variance = variance.max(0.0);
        let quantile = self.quantile();
        let se = variance.sqrt();
        if variance == 0.0 || !quantile.is_finite() {
            let exact = variance == 0.0;
            return Interval {
                value,
                se,
                lo: if exact { value } else { 0.0 },
                hi: if exact { value } else { 1.0 },
            };
        }
        // A share of 0 has a variance too: that of half a statement.
        let inside = value.clamp(0.5 * variance.min(1.0), 1.0 - 0.5 * variance.min(1.0));
        let n = (inside * (1.0 - inside) / variance).max(1.0);
        let square = quantile * quantile / n;
        let centre = (value + square / 2.0) / (1.0 + square);
        let half = (value * (1.0 - value) * square + square * square / 4.0).sqrt() / (1.0 + square);
        Interval {
            value,
            se,
            lo: (centre - half).clamp(0.0, value),
            hi: (centre + half).clamp(value, 1.0),
        }
    }

    /// The share of `a` less that of `b`, with the interval that those of both shares and their correlation give (MOVER: Zou &
    /// Donner 2008, "Construction of confidence limits about effect measures").
    pub fn difference(&self, a: usize, b: usize) -> Interval {
        let n = self.shares.len();
        let (of_a, of_b) = (self.share(a), self.share(b));
        let covariance = self.covariance[a * n + b];
        if covariance.is_nan() {
            return Interval::unknown(self.shares[a] - self.shares[b]);
        }
        let variance = of_a.se * of_a.se + of_b.se * of_b.se - 2.0 * covariance;
        let both = of_a.se * of_b.se;
        let correlation = match both > 0.0 {
            true => (covariance / both).clamp(-1.0, 1.0),
            false => 0.0,
        };
        let distance = |x: f64, y: f64| (x * x + y * y - 2.0 * correlation * x * y).max(0.0).sqrt();
        let value = self.shares[a] - self.shares[b];
        let below = distance(of_a.value - of_a.lo, of_b.hi - of_b.value);
        let above = distance(of_a.hi - of_a.value, of_b.value - of_b.lo);
        Interval {
            value: value.clamp(-1.0, 1.0),
            se: variance.max(0.0).sqrt(),
            lo: (value - below).clamp(-1.0, 1.0),
            hi: (value + above).clamp(-1.0, 1.0),
        }
    }

    fn quantile(&self) -> f64 {
        match self.df.is_finite() {
            true => t95(self.df),
            false => Z95,
        }
    }

    /// (a − b)/(a + b) of the shares of two labels, by the delta method; not a number where both are 0.
    pub fn balance(&self, a: usize, b: usize) -> Interval {
        let (of_a, of_b) = (self.shares[a].max(0.0), self.shares[b].max(0.0));
        let sum = of_a + of_b;
        let mut gradient = vec![0.0; self.shares.len()];
        gradient[a] = 2.0 * of_b / (sum * sum);
        gradient[b] = -2.0 * of_a / (sum * sum);
        self.interval((of_a - of_b) / sum, &gradient, -1.0, 1.0)
    }

    /// `value` with the variance of its linear form.
    fn interval(&self, value: f64, gradient: &[f64], least: f64, most: f64) -> Interval {
        let n = gradient.len();
        let mut variance = 0.0;
        for (row, &a) in gradient.iter().enumerate() {
            for (column, &b) in gradient.iter().enumerate() {
                variance += a * b * self.covariance[row * n + column];
            }
        }
        if variance.is_nan() {
            return Interval::unknown(value);
        }
        let se = variance.max(0.0).sqrt();
        let quantile = self.quantile();
        Interval {
            value: value.clamp(least, most),
            se,
            lo: (value - quantile * se).clamp(least, most),
            hi: (value + quantile * se).clamp(least, most),
        }
    }
}
