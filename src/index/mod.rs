//! From scored statements to shares and an index with intervals.
//!
//! [`identity`] says which rows are one statement and [`period`] in which stretch of time it was made. [`sample`] draws
//! from the statements those that people code by hand, [`allocation`] shares them out over the strata.
//! What is read and written is the caller's business: rows come in one by one, and nothing is printed.

pub mod allocation;
pub mod identity;
pub mod period;
pub mod sample;

pub use allocation::{Allocation, StratumSize, allocate};
pub use identity::{statement_key, words_of};
pub use period::{Over, PeriodError, day_of};
pub use sample::{Chosen, Frame, Sample, SampleError, SampledStratum};
