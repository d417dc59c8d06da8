//! From scored statements to shares and an index, with intervals.
//!
//! Counting a classifier's labels is biased. [`estimate`] combines all predictions with a small sample of labels by hand, whose
//! probabilities are known; [`assumed`] corrects by the training data alone, for what that is worth. `docs/index.md` has the
//! estimands, the assumptions and a worked example.

pub mod assumed;
pub mod cells;
pub mod estimate;
mod linear;
pub mod quantile;
pub mod rows;
