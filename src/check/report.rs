//! All findings of an audit.

use super::columns::TellingColumn;
use super::labels::LabelCheck;
use super::language::LanguageCheck;
use super::located::LocatedRow;
use super::repeats::{Leak, Repeated};
use super::texts::ShortText;
use crate::model::TrainingError;
use crate::statement::LabelledCorpus;
use crate::validation::{LabelErrors, rounded};
use ndarray::Array2;
use serde::Serialize;

/// What was found in labelled data. As JSON (serde) its fields stand in a fixed order and name every row;
/// [`CheckText`](super::CheckText) lays it out for people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckReport<'c> {
    /// The rows that were read.
    pub rows: u64,
    /// The files that they are from.
    pub files: Vec<FileRows<'c>>,
    /// Whether some files were named as test data.
    pub tested: bool,
    /// The labels.
    pub labels: LabelCheck,
    /// Equal texts.
    pub duplicates: Vec<Repeated<'c>>,
    /// Nearly equal texts.
    pub near_duplicates: Vec<Repeated<'c>>,
    /// Equal texts, speakers and targets under several labels.
    pub contradictions: Vec<Repeated<'c>>,
    /// Texts on both sides of a split.
    pub leaks: Vec<Leak<'c>>,
    /// The words that a text needs not to be short.
    pub min_words: usize,
    /// Texts with fewer.
    pub short_texts: Vec<ShortText<'c>>,
    /// The languages.
    pub languages: LanguageCheck<'c>,
    /// Columns that tell the label.
    pub columns: Vec<TellingColumn>,
    /// Labels that are likely wrong; `None` where they were not looked for.
    pub label_errors: Option<LabelErrorCheck<'c>>,
}

impl CheckReport<'_> {
    /// How many things were found, of all kinds.
    pub fn n_findings(&self) -> usize {
        self.duplicates.len()
            + self.near_duplicates.len()
            + self.contradictions.len()
            + self.leaks.len()
            + self.short_texts.len()
            + self.labels.n_findings()
            + self.languages.foreign.len()
            + self.columns.len()
            + self
                .label_errors
                .as_ref()
                .map_or(0, |errors| errors.suspects.len())
    }
}

/// A file and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRows<'c> {
    /// The file as it was named.
    pub file: &'c str,
    /// Its rows.
    pub rows: u64,
    /// Whether it was named as test data.
    pub test: bool,
}

/// Labels that are likely wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelErrorCheck<'c> {
    /// Why they could not be looked for, if so.
    pub not_looked_for: Option<String>,
    /// The share of all labels that is likely wrong, estimated from the rows that the classifier is surest of.
    #[serde(serialize_with = "rounded::six_digits")]
    pub noise_rate: f64,
    /// The share of rows whose label is also the one that the classifier predicts out of fold: where it is low, take what
    /// follows as hints.
    #[serde(serialize_with = "rounded::six_digits")]
    pub agreement: f64,
    /// The out-of-fold probabilities by which labels were judged, `n_rows × n_labels`; not in the JSON.
    #[serde(skip)]
    pub probabilities: Array2<f64>,
    /// The rows, the likeliest error first.
    pub suspects: Vec<SuspectLabel<'c>>,
}

/// A row whose label is likely wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SuspectLabel<'c> {
    /// The label that it likely should have.
    pub suggested: &'c str,
    /// The out-of-fold probability of that label.
    #[serde(serialize_with = "rounded::six_digits")]
    pub probability: f64,
    /// That of its own label.
    #[serde(serialize_with = "rounded::six_digits")]
    pub probability_of_label: f64,
    /// The row.
    #[serde(flatten)]
    pub row: LocatedRow<'c>,
}

impl<'c> LabelErrorCheck<'c> {
    /// What was found, or why nothing could be.
    pub(super) fn new(
        corpus: &'c LabelledCorpus,
        found: Result<(LabelErrors, Array2<f64>), TrainingError>,
    ) -> Self {
        let (errors, probabilities) = match found {
            Ok(found) => found,
            Err(error) => {
                return Self {
                    not_looked_for: Some(error.to_string()),
                    noise_rate: 0.0,
                    agreement: 0.0,
                    probabilities: Array2::zeros((0, 0)),
                    suspects: Vec::new(),
                };
            }
        };
        let suspects = errors.ranked.iter().map(|error| SuspectLabel {
            suggested: corpus.label_set().name(error.suggested),
            probability: error.suggested_probability,
            probability_of_label: error.given_probability,
            row: LocatedRow::new(corpus, error.row),
        });
        Self {
            not_looked_for: None,
            noise_rate: errors.noise_rate(corpus.len()),
            agreement: errors.n_agreeing as f64 / corpus.len().max(1) as f64,
            probabilities,
            suspects: suspects.collect(),
        }
    }
}
