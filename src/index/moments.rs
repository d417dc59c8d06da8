//! Sums over statements, from which comes how far their mean may lie off.

/// A weighted sum of two labels' figures: labels and their weights.
pub type Sum = [(usize, f64); 2];

/// Errors of either sign among all of which nobody knows that they are not there.
pub(super) const UNSEEN: f64 = 0.5;

/// What statements lie off their mean, for how far the mean of few may lie off: their variance does not tell all of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// Articles, of equal weight, that would vary as much.
    n_articles: f64,
    /// Covariance of the means.
    covariance: Vec<f64>,
    /// Means of products of two labels' distances, by rows.
    squares: Vec<f64>,
    /// Means of products of the squared distance of a row's label and the distance of the column's.
    cubes: Vec<f64>,
    /// The same of the cube and the distance.
    fourths: Vec<f64>,
    /// The same of both squares.
    both_squares: Vec<f64>,
    /// The share of statements that are not known.
    share_left: f64,
}

/// How a mean may lie off, beside its variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// Independent statements that it is the mean of; infinite where all are known.
    pub n: f64,
    /// Where the true mean lies below.
    pub below: Side,
    /// Where it lies above.
    pub above: Side,
}

/// One of both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// How much the variance of a statement grows with each unit that the true mean lies further.
    pub growth: f64,
    /// How much of it goes with the mean, from 0 to 1: then it falls again by the square of that distance.
    pub curvature: f64,
    /// Degrees of freedom of the variance beside what the mean tells of it.
    pub df: f64,
}

/// Statements of which the third moment tells half of what it does.
const FEW: f64 = 50.0;
/// A variance below it is an error of rounding.
const NO_VARIANCE: f64 = 1e-12;

impl Spread {
    /// Where all but a share of the statements is known.
    pub(super) fn of_known(self, share_left: f64) -> Self {
        Self { share_left, ..self }
    }

    /// Means of products of what two labels lie off, by rows.
    pub(super) fn squares(&self) -> &[f64] {
        &self.squares
    }

    /// Of the weighted sum of two labels' means. Half a statement of either sign, as far off as can be, is added: what none of few did
    /// one of more may do.
    pub fn tail(&self, sum: Sum) -> Tail {
        let [(a, of_a), (b, of_b)] = sum;
        let n_labels = n_labels(&self.covariance);
        let at = |values: &[f64], row: usize, column: usize| values[row * n_labels + column];
        let cube = of_a.powi(3) * at(&self.cubes, a, a)
            + 3.0 * of_a * of_a * of_b * at(&self.cubes, a, b)
            + 3.0 * of_a * of_b * of_b * at(&self.cubes, b, a)
            + of_b.powi(3) * at(&self.cubes, b, b);
        let fourth = of_a.powi(4) * at(&self.fourths, a, a)
            + 4.0 * of_a.powi(3) * of_b * at(&self.fourths, a, b)
            + 6.0 * (of_a * of_b).powi(2) * at(&self.both_squares, a, b)
            + 4.0 * of_a * of_b.powi(3) * at(&self.fourths, b, a)
            + of_b.powi(4) * at(&self.fourths, b, b);
        let variance = mean_square(&self.covariance, sum);
        let square = mean_square(&self.squares, sum);
        let n = match variance > NO_VARIANCE {
            true => (square / variance).min(self.n_articles),
            false => self.n_articles,
        };
        let unseen = |power| UNSEEN * (of_a.abs().powi(power) + of_b.abs().powi(power));
        let second = n * square + unseen(2);
        let fourth = n * fourth + unseen(4);
        let side = |sign: f64| {
            let third = sign * n * cube + unseen(3);
            // Squared skewness and kurtosis less 1, over n.
            let skewness = third * third / second.powi(3);
            let kurtosis = fourth / second.powi(2) - 1.0 / n;
            let curvature = (skewness / kurtosis).clamp(0.0, 1.0);
            Side {
                growth: third / second * (curvature + (1.0 - curvature) * n / (n + FEW)),
                curvature,
                df: 2.0 / (kurtosis - skewness).max(0.0),
            }
        };
        Tail {
            n: n / self.share_left,
            below: side(-1.0),
            above: side(1.0),
        }
    }
}

fn n_labels(products: &[f64]) -> usize {
    (products.len() as f64).sqrt() as usize
}

/// The mean square of a weighted sum, by the mean products of two labels' figures by rows; of a covariance, its variance.
pub(super) fn mean_square(products: &[f64], [(a, of_a), (b, of_b)]: Sum) -> f64 {
    let n_labels = n_labels(products);
    let at = |row: usize, column: usize| products[row * n_labels + column];
    of_a * of_a * at(a, a) + 2.0 * of_a * of_b * at(a, b) + of_b * of_b * at(b, b)
}

/// Weighted sums of products of what statements lie off their mean, by label.
pub(super) struct Moments {
    n_labels: usize,
    squares: Vec<f64>,
    cubes: Vec<f64>,
    fourths: Vec<f64>,
    both_squares: Vec<f64>,
    /// Squared weights of articles.
    of_articles: f64,
    article: Option<u64>,
    current: f64,
}

impl Moments {
    pub(super) fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            squares: vec![0.0; n_labels * n_labels],
            cubes: vec![0.0; n_labels * n_labels],
            fourths: vec![0.0; n_labels * n_labels],
            both_squares: vec![0.0; n_labels * n_labels],
            of_articles: 0.0,
            article: None,
            current: 0.0,
        }
    }

    /// Adds a statement that has a share `weight` of the sum of weights; articles come one after the other.
    pub(super) fn add(&mut self, article: u64, weight: f64, off: &[f64]) {
        if self.article != Some(article) {
            self.of_articles += self.current * self.current;
            self.current = 0.0;
            self.article = Some(article);
        }
        self.current += weight;
        for (row, &a) in off.iter().enumerate() {
            for (column, &b) in off.iter().enumerate() {
                let at = row * self.n_labels + column;
                let product = weight * a * b;
                self.squares[at] += product;
                self.cubes[at] += product * a;
                self.fourths[at] += product * a * a;
                self.both_squares[at] += product * a * b;
            }
        }
    }

    /// Kish's number of articles: as many of equal weight would vary as much.
    pub(super) fn n_articles(&self) -> f64 {
        1.0 / (self.of_articles + self.current * self.current)
    }

    /// What they tell, where `covariance` is that of the means.
    pub(super) fn spread(self, covariance: &[f64]) -> Spread {
        Spread {
            n_articles: self.n_articles(),
            covariance: covariance.to_vec(),
            squares: self.squares,
            cubes: self.cubes,
            fourths: self.fourths,
            both_squares: self.both_squares,
            share_left: 1.0,
        }
    }
}

/// Sums of vectors by cluster, for a covariance of their total.
pub(super) struct Clusters {
    n_labels: usize,
    article: Option<u64>,
    current: Vec<f64>,
    outer: Vec<f64>,
    n: usize,
}

impl Clusters {
    pub(super) fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            article: None,
            current: vec![0.0; n_labels],
            outer: vec![0.0; n_labels * n_labels],
            n: 0,
        }
    }

    /// Adds a vector of an article; articles come one after the other.
    pub(super) fn add(&mut self, article: u64, values: impl Iterator<Item = f64>) {
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

    pub(super) fn finish(mut self) -> (Vec<f64>, usize) {
        self.close();
        (self.outer, self.n)
    }
}
