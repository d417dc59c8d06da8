//! A row where it stands, as findings name it.

use crate::statement::LabelledCorpus;
use serde::Serialize;

/// One row of the audited files, with what a person needs to find and judge it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LocatedRow<'c> {
    /// Its number among all rows that were read, from 1.
    pub row: u64,
    /// The file as it was named.
    pub file: &'c str,
    /// The line of the file on which it starts, from 1.
    pub line: u64,
    /// Its label.
    pub label: &'c str,
    /// Its text.
    pub text: &'c str,
}

impl<'c> LocatedRow<'c> {
    /// Row `row`, from 0, of `corpus`.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn new(corpus: &'c LabelledCorpus, row: usize) -> Self {
        let place = corpus.place(row);
        Self {
            row: row as u64 + 1,
            file: place.file,
            line: place.line,
            label: corpus.label_set().name(corpus.labels()[row]),
            text: corpus.text(row),
        }
    }

    /// Several rows, in the order given.
    pub(super) fn all(corpus: &'c LabelledCorpus, rows: &[u32]) -> Vec<Self> {
        let row = |&row: &u32| Self::new(corpus, row as usize);
        rows.iter().map(row).collect()
    }
}
