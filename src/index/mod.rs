//! From scored statements to shares and an index, with intervals.
//!
//! Counting a classifier's labels is biased. [`estimate`] combines all predictions with a small sample of labels by hand, whose
//! probabilities are known; [`assumed`] corrects by the training data alone, for what that is worth. `docs/index.md` has the
//! estimands, the assumptions and a worked example.
//!
//! [`identity`] says which rows are one statement and [`period`] in which stretch of time it was made. [`sample`] draws
//! from the statements those that people code by hand, [`allocation`] shares them out over the strata, and [`repeats`] tells
//! which of them were coded already. [`rows`] keeps scored
//! rows of any number, [`links`] finds the audited among them, [`cells`] makes an estimate of each cell of them, [`interval`] says how sure it is. [`sensitivity`] holds readings of codes by hand against each other.
//! What is read and written is the caller's business: rows come in one by one, and nothing is printed.

pub mod allocation;
pub mod assumed;
mod borrowing;
pub mod cells;
pub mod correction;
pub mod estimate;
mod fitted;
mod gathered;
pub mod identity;
pub mod interval;
mod linear;
pub mod links;
pub mod moments;
pub mod period;
pub mod quantile;
pub mod repeats;
pub mod rows;
pub mod sample;
pub mod sensitivity;

pub use allocation::{Allocation, StratumSize, allocate};
pub use borrowing::group;
pub use estimate::Population;
pub use identity::{name_key, statement_key, words_key, words_of, words_of_day};
pub use period::{Over, PeriodError, day_of};
pub use repeats::Repeats;
pub use sample::{Chosen, Frame, Sample, SampleError, SampledStratum};
