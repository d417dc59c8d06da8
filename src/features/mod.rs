//! Tokens in, sparse rows out.

pub mod sparse;

pub use sparse::{DesignMatrix, FeatureId, SparseRow};
