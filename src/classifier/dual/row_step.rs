//! The best multiplier of one row while all others stay.
//!
//! With α = cost · (e_label − p) the best p is the softmax of the row's log-odds t as they are *after* the step, and a step
//! of δ changes the log-odds by ‖x‖²·δ: t = z + ‖x‖²·(α − α_before). In t alone: t + s · softmax(t) = a up to a constant,
//! with s = cost · ‖x‖² and a = z + s · p_before. This is the gradient of a strictly convex function; Newton's steps solve it.
//! The Hessian I + s · (diag p − p pᵀ) is diagonal plus rank one.

use crate::classifier::softmax::softmax;

/// A residual this small (log-odds, squared) needs no second step; every visit makes at least one.
const ENOUGH: f64 = 1e-2;
/// A longer step (log-odds) would make p all or nothing, where it says nothing of the way.
const LONGEST: f64 = 30.0;
/// Steps and halvings of steps before the row is left where it is.
const MAX_STEPS: u32 = 60;

/// Buffers of K numbers.
#[derive(Debug)]
pub(super) struct Scratch {
    residual: Vec<f64>,
    direction: Vec<f64>,
    from: Vec<f64>,
}

impl Scratch {
    pub(super) fn new(n_labels: usize) -> Self {
        Self {
            residual: vec![0.0; n_labels],
            direction: vec![0.0; n_labels],
            from: vec![0.0; n_labels],
        }
    }
}

/// Solves t + `s` · softmax(t) = `target` up to a constant, roughly, from and into `log_odds`, of which `probabilities`
/// are the softmax before and after.
#[inline(always)]
pub(super) fn solve(
    target: &[f64],
    s: f64,
    log_odds: &mut [f64],
    probabilities: &mut [f64],
    scratch: &mut Scratch,
) {
    let n_labels = target.len();
    let (t, p) = (&mut log_odds[..n_labels], &mut probabilities[..n_labels]);
    let residual = &mut scratch.residual[..n_labels];
    let direction = &mut scratch.direction[..n_labels];
    let from = &mut scratch.from[..n_labels];
    let (mut smallest, mut length) = (f64::INFINITY, 1.0);
    for step in 0..=MAX_STEPS {
        let mut mean = 0.0;
        for k in 0..n_labels {
            residual[k] = target[k] - t[k] - s * p[k];
            mean += residual[k];
        }
        mean /= n_labels as f64;
        let mut square = 0.0;
        for r in residual.iter_mut() {
            *r -= mean;
            square += *r * *r;
        }
        if step > 0 && (square <= ENOUGH || (step == MAX_STEPS && square < smallest)) {
            break;
        }
        if square < smallest {
            smallest = square;
            from.copy_from_slice(t);
            // Sherman & Morrison: (D − s p pᵀ)⁻¹ r with D = 1 + s p.
            let (mut along, mut rest) = (0.0, 0.0);
            for k in 0..n_labels {
                let inverse = 1.0 / (1.0 + s * p[k]);
                direction[k] = inverse;
                along += p[k] * residual[k] * inverse;
                rest += p[k] * inverse;
            }
            let factor = s * along / rest;
            let mut longest = LONGEST;
            for k in 0..n_labels {
                direction[k] *= residual[k] + p[k] * factor;
                longest = longest.max(direction[k].abs());
            }
            length = LONGEST / longest;
        } else if step == MAX_STEPS {
            length = 0.0;
        } else {
            length *= 0.5;
        }
        for k in 0..n_labels {
            t[k] = from[k] + length * direction[k];
            p[k] = t[k];
        }
        softmax(p);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::testing::Lcg;

    #[test]
    fn repeated_visits_solve_the_equation_for_any_cost() {
        let mut random = Lcg(5);
        for n_labels in [2, 3, 7] {
            for s in [1e-6f64, 1.0, 50.0, 1e9] {
                // As in an epoch: log-odds, and s times the probabilities before.
                let mut target: Vec<f64> = (0..n_labels).map(|_| 9.0 * random.unit()).collect();
                softmax(&mut target);
                let log_odds = |p: &f64| s * p + 20.0 * random.unit();
                let target: Vec<f64> = target.iter().map(log_odds).collect();
                let mut t = vec![0.0; n_labels];
                t[0] = 10.0;
                let mut p = vec![0.0; n_labels];
                p[0] = 1.0;
                let mut scratch = Scratch::new(n_labels);
                for _ in 0..20 {
                    solve(&target, s, &mut t, &mut p, &mut scratch);
                }
                assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                let mut residual: Vec<f64> =
                    (0..n_labels).map(|k| target[k] - t[k] - s * p[k]).collect();
                let mean = residual.iter().sum::<f64>() / n_labels as f64;
                residual.iter_mut().for_each(|r| *r -= mean);
                for r in residual {
                    assert!(r.abs() <= 1e-9 * s.max(1.0), "K = {n_labels}, s = {s}: {r}");
                }
            }
        }
    }
}
