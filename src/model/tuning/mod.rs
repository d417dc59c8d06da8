//! A search for settings by cross-validation, and what the search itself is worth.
//!
//! Each cell of a [`Grid`] is judged on held-out folds: tokens are shared by the cells of one text setting, everything else
//! (which terms there are, how often, how they are scaled, weights, calibration) sees the training folds alone. The best
//! cell's own figure is the best of many and flatters it. So the search is run once more inside each fold (nested
//! cross-validation, Varma & Simon 2006): the rows of a fold are predicted by the cell that the other folds chose. Those
//! predictions know nothing of their rows, and their figures are the ones to expect.

mod grid;
mod held_out;
mod objective;
mod search;

pub use grid::{DEFAULT_TUNED_C, FeatureSettings, Grid};
pub use objective::Objective;
pub use search::{CellScore, Rule, Tuned, TuningSettings, tune};
