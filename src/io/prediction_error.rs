//! What can be wrong with a file of predictions: where, and what to do next.

use super::error::Error;
use std::sync::Arc;

/// Why predictions cannot be used for the rows they are to be about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PredictionError {
    /// The file cannot be read, or a row of it.
    #[error(transparent)]
    Read(#[from] Error),
    /// A row without a predicted label.
    #[error(
        "{file}, line {line}: the row has no prediction; fill it in, or remove the row from both files"
    )]
    NoPrediction {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
    },
    /// A probability that is none.
    #[error(
        "{file}, line {line}: `{value}` in `{column}` is not a probability from 0 to 1; correct it, or remove all columns \
         of probabilities to go by labels alone"
    )]
    BadProbability {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
    },
    /// Probabilities of one row that are not those of one choice.
    #[error(
        "{file}, line {line}: the probabilities sum to {sum:.4}, not to 1; give one for each label, or remove these columns \
         to go by labels alone"
    )]
    BadSum {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
        /// Their sum.
        sum: f64,
    },
    /// A gold label that the file gives no probability for.
    #[error(
        "{file} has probabilities, but none for the label `{label}`; add a column `prob_{label}` (0 where it was ruled \
         out), rename one with `--label-map`, or remove these columns to go by labels alone"
    )]
    NoProbabilities {
        /// The file as it was named.
        file: Arc<str>,
        /// The label.
        label: String,
    },
    /// A predicted label that is not a gold label.
    #[error(
        "{file}, line {line}: label `{label}` is unknown to the gold labels, which are {known}; rename it with `--label-map {label}=…`"
    )]
    UnknownLabel {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
        /// The label.
        label: String,
        /// The labels that are known, joined.
        known: String,
    },
    /// A file without the column of ids that was asked for.
    #[error(
        "{file} has no column `{column}` to match rows by; name one that both files have with `--id-column`, or match them \
         by position with `--id-column none`"
    )]
    NoIdColumn {
        /// The file as it was named.
        file: String,
        /// The column asked for.
        column: String,
    },
    /// A row without an id where rows are matched by it.
    #[error(
        "{file}, line {line}: `{column}` is empty, so that the row cannot be matched; fill it in, or match rows by position \
         with `--id-column none`"
    )]
    NoId {
        /// The file as it was named.
        file: String,
        /// The row's line.
        line: u64,
        /// The column.
        column: String,
    },
    /// Two rows with one id.
    #[error(
        "{file}, line {line}: `{id}` in `{column}` stands on line {first_line} already; give every row an id of its own, or \
         match rows by position with `--id-column none`"
    )]
    DoubleId {
        /// The file as it was named.
        file: String,
        /// The second row's line.
        line: u64,
        /// The first row's line.
        first_line: u64,
        /// The id.
        id: String,
        /// The column.
        column: String,
    },
    /// A row that nothing was predicted for.
    #[error(
        "{file}, line {line}: {predictions} has no row with `{id}` in `{column}`; add its prediction, or remove the row"
    )]
    NoSuchId {
        /// The file with the gold labels, as it was named.
        file: String,
        /// The row's line in it.
        line: u64,
        /// The id.
        id: String,
        /// The column.
        column: String,
        /// The file of predictions as it was named.
        predictions: Arc<str>,
    },
    /// Rows are matched by position, and there are more of one kind.
    #[error(
        "{file} has {n_rows} rows and {data} has {n_data}, and rows are matched by position; give a prediction for every \
         row, or a column of ids to both files (`--id-column`)"
    )]
    RowCounts {
        /// The file of predictions as it was named.
        file: Arc<str>,
        /// Its rows.
        n_rows: u64,
        /// The file with the gold labels, as it was named.
        data: String,
        /// Its rows.
        n_data: u64,
    },
}
