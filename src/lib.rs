//! Classify what officials say as hostile, conciliatory or neutral.
#![deny(missing_docs)]

pub mod features;
pub mod label;
pub mod prediction;
pub mod statement;
pub mod text;
