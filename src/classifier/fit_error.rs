//! Why a problem cannot be fitted.

use super::hyperparameters::HyperparameterError;
use crate::label::MAX_LABELS;

/// Why there is no classifier.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// Settings were refused.
    #[error(transparent)]
    Hyperparameters(#[from] HyperparameterError),
    /// One label per row is needed.
    #[error("{rows} rows, but {labels} labels")]
    LabelCount {
        /// Rows of the matrix.
        rows: usize,
        /// Labels given.
        labels: usize,
    },
    /// One weight per row is needed.
    #[error("{rows} rows, but {weights} weights")]
    WeightCount {
        /// Rows of the matrix.
        rows: usize,
        /// Weights given.
        weights: usize,
    },
    /// Rows are numbered in 32 bits.
    #[error("{0} rows, at most {max} are possible", max = u32::MAX)]
    TooManyRows(usize),
    /// A classifier needs two labels at least.
    #[error("{0} label(s); a classifier needs at least two")]
    TooFewLabels(usize),
    /// Models have a limit of labels.
    #[error("{0} labels, at most {MAX_LABELS} are possible")]
    TooManyLabels(usize),
    /// A row has a label beyond the set.
    #[error("row {row} has label {label}, there are {n_labels} labels")]
    UnknownLabel {
        /// The row, from 0.
        row: usize,
        /// The label's position.
        label: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// Weights are finite and not negative.
    #[error("the weight of row {row} is {weight}; weights must be finite and not negative")]
    Weight {
        /// The row, from 0.
        row: usize,
        /// Its weight.
        weight: f32,
    },
    /// Nothing can be learnt about a label without rows.
    #[error("label {label} of {n_labels} has no row with a weight above zero")]
    LabelWithoutRows {
        /// The label's position.
        label: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// The classifier to start from has another shape.
    #[error(
        "the start has {found_features} features and {found_labels} labels, \
         the rows {n_features} and {n_labels}"
    )]
    Start {
        /// Features of the start.
        found_features: usize,
        /// Labels of the start.
        found_labels: usize,
        /// Features of the matrix.
        n_features: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// The numbers grew beyond all bounds.
    #[error("the fit ended with numbers that are not finite; are values or C very large?")]
    NotFinite,
    /// The dense copy for linfa would be too large.
    #[error(
        "a dense matrix for linfa needs {needed} bytes, the bound is {bound}; use the sparse solver"
    )]
    TooLargeForDense {
        /// Bytes of the dense matrix.
        needed: u64,
        /// Bytes allowed.
        bound: u64,
    },
    /// linfa-logistic knows no weights.
    #[error(
        "linfa's solver knows neither class weights nor row weights; add --class-weight none, leave out \
         --weight-column, or use the sparse solver"
    )]
    WeightsWithLinfa,
    /// linfa-logistic failed.
    #[error("linfa-logistic failed: {0}")]
    LinfaLogistic(#[from] linfa_logistic::error::Error),
    /// linfa's dataset was refused.
    #[error(transparent)]
    Linfa(#[from] linfa::Error),
}
