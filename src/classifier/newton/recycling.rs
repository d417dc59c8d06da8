//! What one run of conjugate gradients learned of the Hessian, kept for the next.
//!
//! Morales & Nocedal, "Automatic preconditioning by limited memory quasi-Newton updating", SIAM J. Optim. 2000: a few of
//! the run's directions v and products Hv, spread evenly over it, are the pairs of an L-BFGS matrix whose first guess is
//! the block-Jacobi preconditioner of the new point. The Hessian changes little from one Newton step to the next, so
//! this halves the passes over the data.

use super::preconditioner::Preconditioner;
use crate::classifier::vector::{add_combination, dot, narrow_dot, narrow_dots};

/// The most pairs that are kept. More save few passes and cost their reading.
const CAPACITY: usize = 6;

/// v, Hv (in single precision: they only shape a preconditioner) and 1 / vᵀHv.
#[derive(Debug, Default)]
struct Pair {
    direction: Vec<f32>,
    product: Vec<f32>,
    reciprocal: f64,
}

/// Pairs of the last run, and those that the present one collects.
#[derive(Debug, Default)]
pub(crate) struct Recycling {
    last: Vec<Pair>,
    /// direction_i · product_j of the last run's pairs, at `i · CAPACITY + j`.
    crossings: Vec<f64>,
    present: Vec<Pair>,
    /// Pairs whose memory is free.
    spare: Vec<Pair>,
    /// Every `stride`-th step of the present run is kept.
    stride: usize,
    steps: usize,
}

impl Recycling {
    /// Starts a run: what the run before collected is used from now on.
    pub(crate) fn begin(&mut self) {
        if !self.present.is_empty() {
            std::mem::swap(&mut self.last, &mut self.present);
            self.spare.append(&mut self.present);
            self.crossings.resize(CAPACITY * CAPACITY, 0.0);
            for (j, other) in self.last.iter().enumerate() {
                let wide: Vec<f64> = other.product.iter().map(|&x| f64::from(x)).collect();
                for (i, pair) in self.last.iter().enumerate() {
                    self.crossings[i * CAPACITY + j] = narrow_dot(&pair.direction, &wide);
                }
            }
        }
        (self.stride, self.steps) = (1, 0);
    }

    /// Offers a step of the present run; its curvature vᵀHv is positive.
    pub(crate) fn offer(&mut self, direction: &[f32], product: &[f64]) {
        if self.steps.is_multiple_of(self.stride) {
            if self.present.len() == CAPACITY {
                // Every second one, from the first.
                for position in (1..CAPACITY).rev().step_by(2) {
                    self.spare.push(self.present.remove(position));
                }
                self.stride *= 2;
            }
            // The stride has perhaps just been doubled.
            if self.steps.is_multiple_of(self.stride) {
                let mut pair = self.spare.pop().unwrap_or_default();
                pair.direction.clear();
                pair.direction.extend_from_slice(direction);
                pair.product.clear();
                pair.product.extend(product.iter().map(|&x| x as f32));
                let curvature = narrow_dot(direction, product);
                if curvature > 0.0 && curvature.is_finite() {
                    pair.reciprocal = 1.0 / curvature;
                    self.present.push(pair);
                }
            }
        }
        self.steps += 1;
    }

    /// out = (approximate inverse of the Hessian) · residual; returns residual · out.
    ///
    /// The two loops of L-BFGS (Nocedal 1980) around `preconditioner`. Since the loops are linear, all their products
    /// with the pairs follow from those with the first vector and from [`crossings`](Self::crossings), so that the long
    /// vectors are read once a loop.
    pub(crate) fn solve(
        &self,
        preconditioner: &Preconditioner,
        residual: &[f64],
        out: &mut [f64],
    ) -> f64 {
        out.copy_from_slice(residual);
        let pairs = &self.last;
        let n = pairs.len();
        let crossing = |i: usize, j: usize| self.crossings[i * CAPACITY + j];
        let directions = || pairs.iter().map(|pair| &*pair.direction);
        let products = || pairs.iter().map(|pair| &*pair.product);
        let along: [f64; CAPACITY] = narrow_dots(directions(), out);
        let mut first = [0.0; CAPACITY];
        for i in (0..n).rev() {
            let taken: f64 = (i + 1..n).map(|j| first[j] * crossing(i, j)).sum();
            first[i] = pairs[i].reciprocal * (along[i] - taken);
        }
        add_combination(out, products().zip(first.map(|factor| -factor)));
        preconditioner.solve(out);
        let along: [f64; CAPACITY] = narrow_dots(products(), out);
        let mut second = [0.0; CAPACITY];
        for i in 0..n {
            let added: f64 = (0..i).map(|j| second[j] * crossing(j, i)).sum();
            second[i] = first[i] - pairs[i].reciprocal * (along[i] + added);
        }
        add_combination(out, directions().zip(second));
        dot(residual, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plain two loops around the identity.
    fn two_loops(pairs: &[Pair], residual: &[f64]) -> Vec<f64> {
        let dot =
            |a: &[f32], b: &[f64]| -> f64 { a.iter().zip(b).map(|(&a, b)| f64::from(a) * b).sum() };
        let add = |out: &mut [f64], factor: f64, x: &[f32]| {
            out.iter_mut()
                .zip(x)
                .for_each(|(o, &x)| *o += factor * f64::from(x));
        };
        let mut out = residual.to_vec();
        let mut factors = Vec::new();
        for pair in pairs.iter().rev() {
            let factor = pair.reciprocal * dot(&pair.direction, &out);
            add(&mut out, -factor, &pair.product);
            factors.push(factor);
        }
        for (pair, factor) in pairs.iter().zip(factors.into_iter().rev()) {
            let other = pair.reciprocal * dot(&pair.product, &out);
            add(&mut out, factor - other, &pair.direction);
        }
        out
    }

    #[test]
    fn the_loops_are_those_of_l_bfgs() {
        let n = 9;
        let mut recycling = Recycling::default();
        recycling.begin();
        for step in 0..5 {
            let direction: Vec<f32> = (0..n).map(|i| ((i * (step + 2)) as f32).sin()).collect();
            let product = |(i, &d): (usize, &f32)| f64::from(d) * (1.0 + i as f64);
            let product: Vec<f64> = direction.iter().enumerate().map(product).collect();
            recycling.offer(&direction, &product);
        }
        recycling.begin();
        let residual: Vec<f64> = (0..n).map(|i| libm::cos(i as f64)).collect();
        let mut out = vec![0.0; n];
        let square = recycling.solve(&Preconditioner::identity(n), &residual, &mut out);
        let expected = two_loops(&recycling.last, &residual);
        for (a, b) in out.iter().zip(&expected) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
        assert!((square - dot(&residual, &expected)).abs() < 1e-12);
    }

    #[test]
    fn pairs_are_spread_over_the_run() {
        let mut recycling = Recycling::default();
        recycling.begin();
        for step in 0..40 {
            recycling.offer(&[step as f32 + 1.0], &[1.0]);
        }
        recycling.begin();
        let steps: Vec<f32> = recycling
            .last
            .iter()
            .map(|pair| pair.direction[0] - 1.0)
            .collect();
        assert_eq!(steps, [0.0, 8.0, 16.0, 24.0, 32.0]);
        // A run without steps leaves them.
        recycling.begin();
        assert_eq!(recycling.last.len(), 5);
    }
}
