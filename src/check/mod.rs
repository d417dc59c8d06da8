//! What may be wrong with labelled data before anything is learned from it.
//!
//! A labelled corpus goes in, an [`CheckReport`] comes out: [`repeats`] (duplicates, contradictions, leaks between files),
//! [`texts`] (short ones), [`labels`] (rare ones, spellings), [`language`] (mixtures), [`columns`] that tell the label, and
//! rows whose label is likely wrong. Nothing is changed: every finding names rows, and a person decides.

pub mod columns;
pub mod flagged;
pub mod labels;
pub mod language;
pub mod located;
pub mod repeats;
pub mod report;
mod text;
pub mod texts;

pub use columns::{TellingColumn, TellingValue, View};
pub use flagged::Flagged;
pub use labels::{LabelCheck, LabelCount};
pub use language::{ForeignText, LanguageCheck, LanguageCount};
pub use located::LocatedRow;
pub use repeats::{Leak, Repeated, Repeats};
pub use report::{CheckReport, FileRows, LabelErrorCheck, SuspectLabel};
pub use text::CheckText;
pub use texts::ShortText;

use crate::features::EncodedCorpus;
use crate::features::encoded_corpus::CorpusTooLarge;
use crate::model::{Stage, TrainingSettings, suspect_labels};
use crate::statement::{Column, LabelledCorpus};
use crate::text::{Analyzer, AnalyzerError, NgramRange, TextSettings};
use crate::validation::near_duplicates;

/// What is looked for, and with what knowledge of the columns.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckSettings {
    /// The column of who speaks: the same text of another speaker is another statement.
    pub speaker_column: Option<String>,
    /// The column of who is spoken about.
    pub target_column: Option<String>,
    /// The files, as rows name them, that hold test data; nothing may leak from the others into them. Where there is none,
    /// nothing may leak between any two files.
    pub test_files: Vec<String>,
    /// Texts with fewer words are short.
    pub min_words: usize,
    /// How to cross-validate in search of wrong labels; `None` does not look for them.
    pub label_errors: Option<TrainingSettings>,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self {
            speaker_column: None,
            target_column: None,
            test_files: Vec::new(),
            min_words: 3,
            label_errors: Some(TrainingSettings::default()),
        }
    }
}

/// What the audit is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStage {
    /// Looking for texts that say the same.
    Repeats,
    /// Identifying languages.
    Languages,
    /// Guessing labels from other columns.
    Columns,
    /// Looking for wrong labels.
    LabelErrors(Stage),
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// A column that the settings name was not read.
    #[error("no column `{name}` among those read ({columns}); name one of them")]
    NoSuchColumn {
        /// The name.
        name: String,
        /// The columns that were read.
        columns: String,
    },
    /// The words cannot be cut.
    #[error(transparent)]
    Analyzer(#[from] AnalyzerError),
    /// The corpus is too large to number.
    #[error(transparent)]
    TooLarge(#[from] CorpusTooLarge),
}

/// Audits `corpus`. The same corpus and settings give the same report on any number of threads.
///
/// # Errors
/// [`CheckError`] if a named column is not there or the corpus is too large. Where labels cannot be cross-validated,
/// because one is too rare, the report says so and the rest of it stands.
pub fn check<'c>(
    corpus: &'c LabelledCorpus,
    settings: &CheckSettings,
    on_stage: &(dyn Fn(CheckStage) + Sync),
) -> Result<CheckReport<'c>, CheckError> {
    let named = [&settings.speaker_column, &settings.target_column];
    let context: Vec<&Column> = named
        .into_iter()
        .flatten()
        .map(|name| column(corpus, name))
        .collect::<Result<_, _>>()?;
    let training = settings.label_errors.as_ref();
    let group_column = training.and_then(|training| training.group_column.as_ref());
    let group = group_column.map(|name| column(corpus, name)).transpose()?;

    on_stage(CheckStage::Repeats);
    let (files, sides) = files_and_sides(corpus, &settings.test_files);
    let encoded = single_words(corpus)?;
    let words = encoded.words();
    let groups = near_duplicates(corpus.len(), |row| words.row(row));
    let repeats = Repeats::new(
        corpus,
        &groups,
        &context,
        |row| sides[row] as usize,
        |row| !words.row(row).is_empty(),
    );
    let short_texts = texts::short_texts(corpus, settings.min_words, |row| words.row(row).len());
    drop(words);
    drop(encoded);

    on_stage(CheckStage::Languages);
    let languages = LanguageCheck::new(corpus);

    on_stage(CheckStage::Columns);
    let known: Vec<&str> = context
        .iter()
        .copied()
        .chain(group)
        .map(Column::name)
        .collect();
    let columns = columns::telling_columns(corpus, &known);

    let label_errors = training.map(|training| {
        let on_stage = |stage| on_stage(CheckStage::LabelErrors(stage));
        LabelErrorCheck::new(corpus, suspect_labels(corpus, training, &on_stage))
    });
    Ok(CheckReport {
        rows: corpus.len() as u64,
        files,
        tested: !settings.test_files.is_empty(),
        labels: LabelCheck::new(corpus),
        duplicates: repeats.duplicates,
        near_duplicates: repeats.near_duplicates,
        contradictions: repeats.contradictions,
        leaks: repeats.leaks,
        min_words: settings.min_words,
        short_texts,
        languages,
        columns,
        label_errors,
    })
}

fn column<'c>(corpus: &'c LabelledCorpus, name: &str) -> Result<&'c Column, CheckError> {
    corpus.column(name).ok_or_else(|| {
        let names: Vec<&str> = corpus.columns().iter().map(Column::name).collect();
        CheckError::NoSuchColumn {
            name: name.to_owned(),
            columns: names.join(", "),
        }
    })
}

/// The files with their rows, and for each row the number of the side that it is on: its file, or 1 for a test file and 0
/// for another one.
fn files_and_sides<'c>(
    corpus: &'c LabelledCorpus,
    test_files: &[String],
) -> (Vec<FileRows<'c>>, Vec<u32>) {
    let mut files: Vec<FileRows<'c>> = Vec::new();
    let mut sides = Vec::with_capacity(corpus.len());
    for row in 0..corpus.len() {
        let name = corpus.place(row).file;
        let known = files.iter().rposition(|file| file.file == name);
        let number = known.unwrap_or_else(|| {
            let test = test_files.iter().any(|file| file == name);
            files.push(FileRows {
                file: name,
                rows: 0,
                test,
            });
            files.len() - 1
        });
        files[number].rows += 1;
        sides.push(match test_files {
            [] => number as u32,
            _ => u32::from(files[number].test),
        });
    }
    (files, sides)
}

/// The texts as single words, folded and not stemmed.
fn single_words(corpus: &LabelledCorpus) -> Result<EncodedCorpus, CheckError> {
    let single = TextSettings {
        word_ngrams: NgramRange::new(1, 1).ok(),
        char_ngrams: None,
        ..TextSettings::default()
    };
    let analyzer = Analyzer::new(single)?;
    Ok(EncodedCorpus::new(&analyzer, corpus.len(), |row| {
        corpus.text(row)
    })?)
}
