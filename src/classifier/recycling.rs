//! What one run of conjugate gradients learned of the Hessian, kept for the next.
//!
//! Morales & Nocedal, "Automatic preconditioning by limited memory quasi-Newton updating", SIAM J. Optim. 2000: a few of
//! the run's directions v and products Hv, spread evenly over it, are the pairs of an L-BFGS matrix whose first guess is
//! the block-Jacobi preconditioner of the new point. The Hessian changes little from one Newton step to the next, so
//! this halves the passes over the data.

use super::preconditioner::Preconditioner;
use super::vector::{add_narrow_and_dot, dot, narrow_dot};

/// The most pairs that are kept. More save few passes and cost their reading.
const CAPACITY: usize = 6;

/// v, Hv (in single precision: they only shape a preconditioner) and 1 / vᵀHv.
#[derive(Debug)]
struct Pair {
    direction: Vec<f32>,
    product: Vec<f32>,
    reciprocal: f64,
}

/// Pairs of the last run, and those that the present one collects.
#[derive(Debug, Default)]
pub(crate) struct Recycling {
    last: Vec<Pair>,
    present: Vec<Pair>,
    /// Every `stride`-th step of the present run is kept.
    stride: usize,
    steps: usize,
}

impl Recycling {
    /// Starts a run: what the run before collected is used from now on.
    pub(crate) fn begin(&mut self) {
        if !self.present.is_empty() {
            self.last = std::mem::take(&mut self.present);
        }
        (self.stride, self.steps) = (1, 0);
    }

    /// Offers a step of the present run; its curvature vᵀHv is positive.
    pub(crate) fn offer(&mut self, direction: &[f32], product: &[f64]) {
        if self.steps.is_multiple_of(self.stride) {
            if self.present.len() == CAPACITY {
                // Every second one, from the first.
                let mut position = 0;
                self.present.retain(|_| {
                    position += 1;
                    position % 2 == 1
                });
                self.stride *= 2;
            }
            // The stride has perhaps just been doubled.
            if self.steps.is_multiple_of(self.stride) {
                let product: Vec<f32> = product.iter().map(|&x| x as f32).collect();
                let wide: Vec<f64> = product.iter().map(|&x| f64::from(x)).collect();
                let curvature = narrow_dot(direction, &wide);
                if curvature > 0.0 && curvature.is_finite() {
                    self.present.push(Pair {
                        direction: direction.to_vec(),
                        product,
                        reciprocal: 1.0 / curvature,
                    });
                }
            }
        }
        self.steps += 1;
    }

    /// out = (approximate inverse of the Hessian) · residual; returns residual · out.
    ///
    /// The two loops of L-BFGS (Nocedal 1980) around `preconditioner`.
    pub(crate) fn solve(
        &self,
        preconditioner: &Preconditioner,
        residual: &[f64],
        out: &mut [f64],
    ) -> f64 {
        out.copy_from_slice(residual);
        let pairs = &self.last;
        let mut factors = [0.0; CAPACITY];
        let mut along = pairs
            .last()
            .map_or(0.0, |pair| narrow_dot(&pair.direction, out));
        for (at, pair) in pairs.iter().enumerate().rev() {
            factors[at] = pair.reciprocal * along;
            let next = at.checked_sub(1).map(|before| &*pairs[before].direction);
            along = add_narrow_and_dot(out, -factors[at], &pair.product, next);
        }
        preconditioner.solve(out);
        let mut along = pairs
            .first()
            .map_or(0.0, |pair| narrow_dot(&pair.product, out));
        for (at, pair) in pairs.iter().enumerate() {
            let factor = factors[at] - pair.reciprocal * along;
            let next = pairs.get(at + 1).map(|next| &*next.product);
            along = add_narrow_and_dot(out, factor, &pair.direction, next);
        }
        dot(residual, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
