//! Mean probability against share of rows, label by label, for each value of a column: does what the model says of a
//! speaker, a language or a year add up?

use super::table::{left_aligned, right_aligned, shown, width};
use crate::label::{LabelId, LabelSet};
use crate::prediction::Prediction;
use crate::statement::Column;
use crate::validation::{rounded, shares_by_value};
use serde::Serialize;
use std::fmt;

/// Values of a column with figures of their own.
const MOST_VALUES: usize = 20;
/// More labels than this do not fit beside each other; the figures are then in the JSON alone.
const MAX_LABELS: usize = 8;

/// What is said of the rows of each value of a column, and what they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnProbabilities {
    /// The column's name.
    pub column: String,
    /// The labels, in the order of the figures.
    pub labels: Vec<String>,
    /// The values with most rows.
    pub values: Vec<ValueProbabilities>,
    /// Values that are not among them.
    pub n_values_left: u64,
    /// Their rows.
    pub n_rows_left: u64,
}

/// The figures of one value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueProbabilities {
    /// The value; none for rows without one.
    pub value: Option<String>,
    /// The rows.
    pub n_rows: u64,
    /// The mean probability of each label.
    #[serde(serialize_with = "rounded::all_six_digits")]
    pub mean_probabilities: Vec<f64>,
    /// The share of rows of each label.
    #[serde(serialize_with = "rounded::all_six_digits")]
    pub shares: Vec<f64>,
}

impl ColumnProbabilities {
    /// Of the rows of `column` that `rows` gives: position, gold label and prediction.
    ///
    /// # Panics
    /// If a row is not among the column's, or a prediction is not among `labels`.
    pub fn new(column: &Column, labels: &LabelSet, rows: &[(usize, LabelId, &Prediction)]) -> Self {
        let ids: Vec<Option<u32>> = rows.iter().map(|&(row, ..)| column.ids()[row]).collect();
        let pairs = rows.iter().map(|&(_, gold, prediction)| (gold, prediction));
        let (values, n_values_left, n_rows_left) =
            shares_by_value(&ids, pairs, labels.len(), MOST_VALUES);
        let values = values.into_iter().map(|of| ValueProbabilities {
            value: of.value.map(|id| column.values()[id as usize].clone()),
            n_rows: of.n_rows,
            mean_probabilities: of.mean_probabilities,
            shares: of.shares,
        });
        Self {
            column: column.name().to_owned(),
            labels: labels.names().to_vec(),
            values: values.collect(),
            n_values_left: n_values_left as u64,
            n_rows_left,
        }
    }
}

impl fmt::Display for ColumnProbabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.labels.len() > MAX_LABELS {
            return Ok(());
        }
        let column = shown(&self.column);
        writeln!(f, "\nmean probability / share of rows, by `{column}`")?;
        let name = |value: &ValueProbabilities| match &value.value {
            Some(value) => shown(value),
            None => "(none)".to_owned(),
        };
        let names: Vec<String> = self.values.iter().map(name).collect();
        let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
        let labels: Vec<String> = self.labels.iter().map(|label| shown(label)).collect();
        write!(f, "{}      rows", left_aligned("", widest))?;
        let cell = |label: &String| width(label).max(11) + 2;
        for label in &labels {
            f.write_str(&right_aligned(label, cell(label)))?;
        }
        writeln!(f)?;
        for (name, value) in names.iter().zip(&self.values) {
            write!(f, "{} {:>9}", left_aligned(name, widest), value.n_rows)?;
            let figures = value.mean_probabilities.iter().zip(&value.shares);
            for (label, (mean, share)) in labels.iter().zip(figures) {
                let figure = format!("{mean:.3}/{share:.3}");
                f.write_str(&right_aligned(&figure, cell(label)))?;
            }
            writeln!(f)?;
        }
        match self.n_values_left {
            0 => Ok(()),
            n => writeln!(f, "and {n} rarer values ({} rows)", self.n_rows_left),
        }
    }
}
