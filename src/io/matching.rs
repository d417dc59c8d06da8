//! Predictions in, and the rows that they are about; the prediction of each row out.
//!
//! Rows belong together by an id that both files have, otherwise by their place.

use super::labelled::LabelledSummary;
use super::prediction_error::PredictionError;
use super::predictions::PredictionFile;
use crate::label::{LabelId, LabelSet, LabelSetError};
use crate::prediction::Prediction;
use crate::predictions::Predictions;
use crate::statement::LabelledCorpus;
use std::sync::Arc;

/// How rows of two files find each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Matching {
    /// By the column `id` if both files have it, by position otherwise.
    #[default]
    Guess,
    /// By the column of this name.
    Id(String),
    /// By position.
    Position,
}

/// What happened when predictions were matched to rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The column of ids, or `None` for by position.
    pub by: Option<String>,
    /// Predictions that belong to no row.
    pub left_over: u64,
    /// Rows whose predicted label is not the most probable one.
    pub not_most_probable: u64,
}

impl PredictionFile {
    /// The gold labels and those that the file has probabilities for.
    ///
    /// # Errors
    /// [`LabelSetError`] if there are too many.
    pub fn label_set(&self, gold: &LabelSet) -> Result<LabelSet, LabelSetError> {
        LabelSet::new(gold.names().iter().chain(&self.probability_labels))
    }

    /// The predictions for the rows of `corpus`, among the labels of `label_set`, which has all labels of `corpus`.
    ///
    /// By position, predictions are for the rows of the corpus, or else for these and those that were left out on reading,
    /// as `summary` says.
    ///
    /// # Errors
    /// [`PredictionError`] if a row has no prediction, ids are missing or double, or a label is not in `label_set`.
    pub fn for_corpus(
        &self,
        corpus: &LabelledCorpus,
        summary: &LabelledSummary,
        label_set: &LabelSet,
        matching: &Matching,
    ) -> Result<(Predictions, Matched), PredictionError> {
        let by = match (matching, &self.ids) {
            (Matching::Position, _) | (Matching::Guess, None) => None,
            (Matching::Guess, Some((name, _))) => corpus.column(name).map(|_| name.clone()),
            (Matching::Id(name), _) => Some(name.clone()),
        };
        let rows = match &by {
            Some(name) => self.rows_by_id(corpus, name)?,
            None => self.rows_by_position(corpus, summary)?,
        };
        let left_over = match by {
            Some(_) => self.n_rows() - rows.len(),
            None => 0,
        };
        let (predictions, not_most_probable) = self.predictions(&rows, corpus, label_set)?;
        let matched = Matched {
            by,
            left_over: left_over as u64,
            not_most_probable,
        };
        Ok((predictions, matched))
    }

    /// The prediction of each row of `corpus`, by id.
    fn rows_by_id(&self, corpus: &LabelledCorpus, name: &str) -> Result<Vec<u32>, PredictionError> {
        let (Some((_, ids)), Some(column)) = (&self.ids, corpus.column(name)) else {
            return Err(PredictionError::NoIdColumn {
                file: corpus.place(0).file.to_owned(),
                column: name.to_owned(),
            });
        };
        let mut first_with: Vec<Option<usize>> = vec![None; column.values().len()];
        let mut rows = Vec::with_capacity(corpus.len());
        for (row, id) in column.ids().iter().enumerate() {
            let place = corpus.place(row);
            let Some(id) = *id else {
                return Err(PredictionError::NoId {
                    file: place.file.to_owned(),
                    line: place.line,
                    column: name.to_owned(),
                });
            };
            let value = &column.values()[id as usize];
            if let Some(first) = first_with[id as usize].replace(row) {
                return Err(PredictionError::DoubleId {
                    file: place.file.to_owned(),
                    line: place.line,
                    first_line: corpus.place(first).line,
                    id: value.clone(),
                    column: name.to_owned(),
                });
            }
            let found = ids.get(value).ok_or_else(|| PredictionError::NoSuchId {
                file: place.file.to_owned(),
                line: place.line,
                id: value.clone(),
                column: name.to_owned(),
                predictions: Arc::clone(&self.file),
            })?;
            rows.push(*found);
        }
        Ok(rows)
    }

    /// The prediction of each row of `corpus`, by position.
    fn rows_by_position(
        &self,
        corpus: &LabelledCorpus,
        summary: &LabelledSummary,
    ) -> Result<Vec<u32>, PredictionError> {
        let n_rows = self.n_rows();
        if n_rows == corpus.len() {
            return Ok((0..n_rows as u32).collect());
        }
        if n_rows as u64 == summary.rows {
            let mut left_out = summary.dropped_rows.iter().peekable();
            let kept = (0..summary.rows).filter(|row| left_out.next_if_eq(&row).is_none());
            return Ok(kept.map(|row| row as u32).collect());
        }
        Err(PredictionError::RowCounts {
            file: Arc::clone(&self.file),
            n_rows: n_rows as u64,
            data: corpus.place(0).file.to_owned(),
            n_data: summary.rows,
        })
    }

    /// The predictions in `rows`; and in how many the label is not the most probable one.
    fn predictions(
        &self,
        rows: &[u32],
        corpus: &LabelledCorpus,
        label_set: &LabelSet,
    ) -> Result<(Predictions, u64), PredictionError> {
        let known: Vec<Option<LabelId>> = self.names.iter().map(|n| label_set.id(n)).collect();
        let label_of = |row: usize| {
            let name = self.labels[row] as usize;
            known[name].ok_or_else(|| PredictionError::UnknownLabel {
                file: Arc::clone(&self.file),
                line: self.lines[row],
                label: self.names[name].clone(),
                known: label_set.to_string(),
            })
        };
        if !self.has_probabilities() {
            let labels = rows.iter().map(|&row| label_of(row as usize));
            return Ok((Predictions::Labels(labels.collect::<Result<_, _>>()?), 0));
        }
        let gold = corpus.label_set();
        let missing = gold
            .names()
            .iter()
            .find(|n| !self.probability_labels.contains(n));
        if let Some(label) = missing {
            return Err(PredictionError::NoProbabilities {
                file: Arc::clone(&self.file),
                label: label.clone(),
            });
        }
        let columns: Vec<LabelId> = (self.probability_labels.iter())
            .map(|name| {
                label_set
                    .id(name)
                    .expect("a set of all labels with probabilities")
            })
            .collect();
        let mut probabilities = vec![0.0; label_set.len()];
        let mut not_most_probable = 0;
        let mut all = Vec::with_capacity(rows.len());
        for &row in rows {
            let row = row as usize;
            let of_row = &self.probabilities[row * columns.len()..(row + 1) * columns.len()];
            for (column, &p) in columns.iter().zip(of_row) {
                probabilities[column.index()] = p;
            }
            let mut prediction = Prediction::from_probabilities(&probabilities);
            let label = label_of(row)?;
            let of_top = prediction.millionths()[prediction.label().index()];
            // A tie may have gone either way, and so may a difference that rounding made.
            not_most_probable += u64::from(prediction.millionths()[label.index()] + 1 < of_top);
            prediction.decide(label);
            all.push(prediction);
        }
        Ok((Predictions::Probabilities(all), not_most_probable))
    }
}
