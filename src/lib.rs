//! Classify what officials say as hostile, conciliatory or neutral.
#![deny(missing_docs)]

pub mod classifier;
pub mod evaluation;
pub mod explanation;
pub mod features;
pub mod io;
pub mod label;
pub mod model;
pub mod prediction;
pub mod statement;
pub mod text;
pub mod validation;
