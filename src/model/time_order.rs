//! Folds that follow a column of dates, and what the card says of them.

use super::card::TimeRecord;
use super::trainer::{TrainingError, TrainingSettings};
use crate::statement::{Column, LabelledCorpus, Moment};
use crate::validation::{Folds, Groups};

/// Rows in the order of their dates.
#[derive(Debug, Clone)]
pub(super) struct TimeOrder {
    moments: Vec<Moment>,
}

impl TimeOrder {
    /// Reads the dates, if the settings name a column of them.
    ///
    /// # Errors
    /// [`TrainingError::Date`] of the first row without a date that can be read.
    pub(super) fn of(
        corpus: &LabelledCorpus,
        settings: &TrainingSettings,
    ) -> Result<Option<Self>, TrainingError> {
        let Some(name) = &settings.time_column else {
            return Ok(None);
        };
        let refused = |row: usize, reason: String| {
            let place = corpus.place(row);
            TrainingError::Date {
                file: place.file.to_owned(),
                line: place.line,
                column: name.clone(),
                reason,
            }
        };
        let moment = |row: usize| match corpus.column(name).and_then(|column| column.value(row)) {
            None => Err(refused(
                row,
                "no date: add one, or take the row out".to_owned(),
            )),
            Some(value) => value
                .parse::<Moment>()
                .map_err(|error| refused(row, error.to_string())),
        };
        let moments = (0..corpus.len()).map(moment).collect::<Result<_, _>>()?;
        Ok(Some(Self { moments }))
    }

    /// Folds by forward chaining, no group of rows learned from and judged at once.
    ///
    /// # Errors
    /// [`TrainingError::Folds`] if there are too few dates, or a label is not among the rows learned from.
    pub(super) fn folds(
        &self,
        corpus: &LabelledCorpus,
        groups: &Groups,
        n_folds: usize,
    ) -> Result<Folds, TrainingError> {
        let (labels, set) = (corpus.labels(), corpus.label_set());
        Ok(Folds::forward(labels, set, &self.moments, groups, n_folds)?)
    }

    /// What the card says of `folds`; `random` has accuracy, macro-F1 and log-loss of random folds.
    pub(super) fn record(&self, column: &Column, folds: &Folds, random: [f64; 3]) -> TimeRecord {
        let n_rows = self.moments.len();
        let written = |row: Option<usize>| {
            let value = row.and_then(|row| column.value(row));
            value.unwrap_or_default().trim().to_owned()
        };
        let rows = || 0..n_rows;
        let held_out = || rows().filter(|&row| folds.is_held_out(row));
        let learned_from: Vec<u64> = (0..folds.n_folds())
            .map(|fold| folds.training(fold).count() as u64)
            .collect();
        let mut n_earlier = (n_rows - held_out().count()) as u64;
        let mut left_out = Vec::with_capacity(learned_from.len());
        for (fold, n_learned_from) in learned_from.iter().enumerate() {
            left_out.push(n_earlier - n_learned_from);
            n_earlier += folds.held_out(fold).count() as u64;
        }
        let [random_accuracy, random_macro_f1, random_log_loss] = random;
        TimeRecord {
            column: column.name().to_owned(),
            first: written(rows().min_by_key(|&row| self.moments[row])),
            first_held_out: written(held_out().min_by_key(|&row| self.moments[row])),
            last: written(rows().max_by_key(|&row| self.moments[row])),
            held_out: held_out().count() as u64,
            learned_from,
            left_out,
            random_accuracy,
            random_macro_f1,
            random_log_loss,
        }
    }
}

impl TrainingSettings {
    /// Refuses folds that follow time, for what needs every row to be held out once.
    ///
    /// # Errors
    /// [`TrainingError::NotByTime`] where there is a column of dates.
    pub(super) fn refuse_time(&self, what: &'static str) -> Result<(), TrainingError> {
        match self.time_column {
            None => Ok(()),
            Some(_) => Err(TrainingError::NotByTime { what }),
        }
    }
}
