//! K log-odds that sum to zero, written in K−1 coordinates.
//!
//! The penalised optimum of a multinomial logistic regression has weights that sum to zero over the labels. Optimising
//! K−1 coordinates u with w = Q·u, where the columns of Q (K × K−1) are orthogonal and sum to zero, has the same
//! optimum, a K-th less memory, and no null space. Q is Helmert's: column r = 1 … K−1 is
//! a_r·(−1, …, −1, r, 0, …, 0) with r times −1 and a_r = 1/√(r(r+1)), which multiplies in O(K).
//!
//! With two labels scikit-learn penalises ½‖w₁ − w₀‖². Q = (−½, ½)ᵀ makes u that difference, so that ½‖u‖² is its
//! penalty; with more labels Q is orthonormal and ½‖u‖² = ½‖w‖².

/// The columns of Q for K labels.
#[derive(Debug, Clone)]
pub(crate) struct SumZeroBasis {
    /// a_r for r = 0 … K−1; the first is unused.
    factors: Vec<f64>,
    /// QᵀQ = gram · I: 1, or ½ for two labels.
    gram: f64,
}

impl SumZeroBasis {
    /// The basis whose ½‖u‖² is scikit-learn's penalty.
    pub(crate) fn new(n_labels: usize) -> Self {
        let mut basis = Self::orthonormal(n_labels);
        if n_labels == 2 {
            basis.factors[1] = 0.5;
            basis.gram = 0.5;
        }
        basis
    }

    /// The orthonormal basis, for two labels as well.
    pub(crate) fn orthonormal(n_labels: usize) -> Self {
        debug_assert!(n_labels >= 2);
        let factor = |r: usize| {
            let r = r as f64;
            1.0 / (r * (r + 1.0)).max(1.0).sqrt()
        };
        Self {
            factors: (0..n_labels).map(factor).collect(),
            gram: 1.0,
        }
    }

    /// K.
    pub(crate) fn n_labels(&self) -> usize {
        self.factors.len()
    }

    /// K − 1.
    pub(crate) fn width(&self) -> usize {
        self.factors.len() - 1
    }

    /// a_r.
    #[inline]
    pub(crate) fn factor(&self, r: usize) -> f64 {
        self.factors[r]
    }

    /// The number that QᵀQ is times I.
    #[inline]
    pub(crate) fn gram(&self) -> f64 {
        self.gram
    }

    /// scores (K) = Q · coordinates (K−1).
    #[inline]
    pub(crate) fn expand(&self, coordinates: &[f64], scores: &mut [f64]) {
        let mut above = 0.0;
        for r in (1..scores.len()).rev() {
            let scaled = self.factors[r] * coordinates[r - 1];
            scores[r] = r as f64 * scaled - above;
            above += scaled;
        }
        scores[0] = -above;
    }

    /// coordinates (K−1) = Qᵀ · scores (K): how a gradient by scores becomes one by coordinates.
    #[inline]
    pub(crate) fn project(&self, scores: &[f64], coordinates: &mut [f64]) {
        let mut below = scores[0];
        for r in 1..scores.len() {
            coordinates[r - 1] = self.factors[r] * (r as f64 * scores[r] - below);
            below += scores[r];
        }
    }

    /// block (K−1) ← cost · Qᵀ (diag p − p pᵀ) Q · block, with a scratch of K.
    #[inline]
    pub(crate) fn curvature_product(
        &self,
        p: &[f64],
        cost: f64,
        block: &mut [f64],
        scores: &mut [f64],
    ) {
        self.expand(block, scores);
        let mut mean = 0.0;
        for (p, score) in p.iter().zip(scores.iter()) {
            mean += p * score;
        }
        for (p, score) in p.iter().zip(scores.iter_mut()) {
            *score = cost * p * (*score - mean);
        }
        self.project(scores, block);
    }

    /// The coordinates of the logs of `totals`: the best intercepts where labels have these shares and weights are 0.
    pub(crate) fn coordinates_of_shares(&self, totals: &[f64], coordinates: &mut [f64]) {
        let logs: Vec<f64> = totals.iter().map(|&total| libm::log(total)).collect();
        self.coordinates_of(&logs, coordinates);
    }

    /// The coordinates of scores: Q · coordinates = scores less their mean.
    pub(crate) fn coordinates_of(&self, scores: &[f64], coordinates: &mut [f64]) {
        self.project(scores, coordinates);
        for coordinate in coordinates {
            *coordinate /= self.gram;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_and_scores_are_each_others_inverse() {
        for n_labels in 2..=7 {
            for basis in [
                SumZeroBasis::new(n_labels),
                SumZeroBasis::orthonormal(n_labels),
            ] {
                let coordinates: Vec<f64> = (1..n_labels).map(|r| 0.3 * r as f64 - 1.0).collect();
                let mut scores = vec![0.0; n_labels];
                basis.expand(&coordinates, &mut scores);
                assert!(scores.iter().sum::<f64>().abs() < 1e-14);
                let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
                assert!((square(&scores) - basis.gram * square(&coordinates)).abs() < 1e-13);
                let mut again = vec![0.0; n_labels - 1];
                scores.iter_mut().for_each(|s| *s += 5.0);
                basis.coordinates_of(&scores, &mut again);
                for (a, b) in again.iter().zip(&coordinates) {
                    assert!((a - b).abs() < 1e-13);
                }
            }
        }
    }

    #[test]
    fn with_two_labels_the_coordinate_is_the_difference() {
        let mut scores = [0.0; 2];
        SumZeroBasis::new(2).expand(&[3.0], &mut scores);
        assert_eq!(scores, [-1.5, 1.5]);
    }
}
