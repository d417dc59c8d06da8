//! The search itself: epochs over all rows in a new order.

use super::point::Point;
use super::row_step::{Scratch, solve};
use super::rows::{Head, Rows};
use crate::classifier::gather::{add_gathered, add_scattered};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Neighbouring rows that are visited one after the other, so that memory is read in runs.
const BLOCK: usize = 8;
/// Below this many rows, which lie in the processor's cache, every row is a block of its own.
const MIN_ROWS_FOR_BLOCKS: usize = 4096;
/// The intercepts' feature squared, as a share of the mean ‖x‖²: larger ones bring Σ α to zero in fewer epochs and slow the
/// rows down.
const INTERCEPT_SHARE: f64 = 0.05;
/// The log-odds that a row's own label starts with, more than what the others have.
const START: f64 = 10.0;

/// The multipliers, and the weights and intercepts that belong to them.
///
/// Intercepts: a feature of value B in every row, pulled towards a centre that moves after each epoch: the intercepts are
/// centre + B² Σ α, which is a step of the method of multipliers on Σ α = 0 for each epoch.
#[derive(Debug)]
pub(crate) struct Ascent<'a> {
    rows: &'a Rows<'a>,
    /// A block of K − 1 for each shared feature.
    weights: Vec<f64>,
    intercepts: Vec<f64>,
    centre: Vec<f64>,
    /// B².
    intercept_square: f64,
    /// For each row K log-odds and their softmax p: its multiplier is cost · (e_label − p).
    duals: Vec<f64>,
    order: Vec<u32>,
    block: usize,
    random: Xoshiro256PlusPlus,
    epochs: u32,
}

impl<'a> Ascent<'a> {
    /// From α = 0, so that all weights are 0.
    pub(crate) fn new(rows: &'a Rows<'a>) -> Self {
        let n_labels = rows.n_labels();
        let (mut duals, mut squares) = (vec![0.0; 2 * n_labels * rows.len()], 0.0);
        let mean = START / n_labels as f64;
        for (i, dual) in duals.chunks_exact_mut(2 * n_labels).enumerate() {
            let Head { label, square, .. } = rows.head(i);
            dual[..n_labels].fill(-mean);
            dual[label] = START - mean;
            dual[n_labels + label] = 1.0;
            squares += square;
        }
        let intercepts = rows.intercepts_of_shares();
        let block = if rows.len() < MIN_ROWS_FOR_BLOCKS {
            1
        } else {
            BLOCK
        };
        Self {
            weights: vec![0.0; rows.n_shared() * rows.basis().width()],
            centre: intercepts.clone(),
            intercepts,
            intercept_square: if squares > 0.0 {
                INTERCEPT_SHARE * squares / rows.len() as f64
            } else {
                1.0
            },
            duals,
            order: (0..rows.len().div_ceil(block) as u32).collect(),
            block,
            random: Xoshiro256PlusPlus::seed_from_u64(rows.len() as u64),
            epochs: 0,
            rows,
        }
    }

    /// Epochs so far.
    pub(crate) fn epochs(&self) -> u32 {
        self.epochs
    }

    /// Visits every row once. Returns √(Σ_i ‖x_i‖² ‖Δα_i‖²), which is about the gradient's norm if rows are wrong
    /// independently of each other; where they are wrong in common the gradient is larger.
    pub(crate) fn epoch(&mut self) -> f64 {
        self.order.shuffle(&mut self.random);
        // One body, compiled for the usual numbers of labels.
        let change = match self.rows.n_labels() {
            2 => self.visit_all(2),
            3 => self.visit_all(3),
            4 => self.visit_all(4),
            5 => self.visit_all(5),
            n_labels => self.visit_all(n_labels),
        };
        for (intercept, centre) in self.intercepts.iter_mut().zip(&mut self.centre) {
            let step = *intercept - *centre;
            *centre = *intercept;
            *intercept += step;
        }
        self.epochs += 1;
        change
    }

    #[inline(always)]
    fn visit_all(&mut self, n_labels: usize) -> f64 {
        let (width, rows) = (n_labels - 1, self.rows);
        let basis = rows.basis();
        let gram = basis.gram();
        let mut scratch = Scratch::new(n_labels);
        let (mut block, mut buffers) = (vec![0.0; width], vec![0.0; 3 * n_labels]);
        let block = &mut block[..width];
        let (scores, buffers) = buffers.split_at_mut(n_labels);
        let (target, steps) = buffers.split_at_mut(n_labels);
        let mut change = 0.0;
        for &first in &self.order {
            let first = first as usize * self.block;
            for i in first..(first + self.block).min(rows.len()) {
                let head = rows.head(i);
                let (features, values) = rows.shared(i);
                block.copy_from_slice(&self.intercepts);
                add_gathered(features, values, &self.weights, block, |v| v);
                basis.expand(block, scores);
                let (t, p) =
                    self.duals[2 * n_labels * i..2 * n_labels * (i + 1)].split_at_mut(n_labels);
                let s = head.cost * gram * (head.square + self.intercept_square);
                let own = head.cost * gram * head.own_square;
                for k in 0..n_labels {
                    target[k] = scores[k] + (s - own) * p[k];
                    steps[k] = p[k];
                }
                target[head.label] += own;
                solve(target, s, t, p, &mut scratch);
                let mut square = 0.0;
                for k in 0..n_labels {
                    steps[k] = head.cost * (steps[k] - p[k]);
                    square += steps[k] * steps[k];
                }
                change += gram * square * head.square;
                basis.project(steps, block);
                for (intercept, step) in self.intercepts.iter_mut().zip(block.iter()) {
                    *intercept += self.intercept_square * step;
                }
                add_scattered(features, values, block, &mut self.weights);
            }
        }
        change.sqrt()
    }

    /// Where the search has come, with the intercepts that are best for its weights, up to a gradient of `enough`.
    pub(crate) fn point(&self, enough: f64) -> Point<'_> {
        Point::new(self.rows, &self.weights, &self.duals, &self.centre, enough)
    }
}
