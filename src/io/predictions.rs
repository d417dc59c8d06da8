//! Anyone's predictions: a file with a column of labels, perhaps with a probability for each label beside it, in; one
//! prediction for each row of a labelled corpus out.
//!
//! What `stance predict -o` and `stance train --out-of-fold` write is such a file, and so is what another tool, a coder or
//! a language model gave. Rows belong together by an id that both files have, otherwise by their place. Nothing is
//! guessed or filled in: a row that has no counterpart, a label that nobody knows, and probabilities that are none are
//! errors, with file, line and remedy.

use super::error::Error;
use super::format::Format;
use super::labelled::LabelledSummary;
use super::opened::Opened;
use super::prediction_error::PredictionError;
use super::reader::{ReadOptions, Reader};
use super::row::{Content, Rows};
use super::row_error::{RowError, RowProblem};
use super::table::{Others, Table};
use crate::label::{LabelId, LabelSet, LabelSetError};
use crate::prediction::Prediction;
use crate::predictions::Predictions;
use crate::statement::LabelledCorpus;
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// The column of ids that is used where nobody names one.
pub const DEFAULT_ID_COLUMN: &str = "id";
/// What stands before a label in the name of its column of probabilities.
const PROBABILITY_PREFIX: &str = "prob_";
/// How far from 1 probabilities of two digits may sum, for instance; they are divided by their sum.
const MAX_SUM_ERROR: f64 = 0.02;

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

/// How a file of predictions is read.
#[derive(Debug, Clone)]
pub struct PredictionOptions {
    /// Format and encoding; the columns are set by what follows.
    pub read: ReadOptions,
    /// The column of the predicted label. If its name ends in `prediction`, what stands before that stands before the
    /// names of the columns of probabilities too.
    pub prediction_column: String,
    /// How rows are matched.
    pub matching: Matching,
    /// Labels renamed: from, to. Probabilities of labels that get one name are added.
    pub label_map: Vec<(String, String)>,
}

/// A file of predictions, as it was read.
#[derive(Debug, Clone)]
pub struct PredictionFile {
    file: Arc<str>,
    opened: Opened,
    /// Predicted labels, by first occurrence; and which of them each row has.
    names: Vec<String>,
    labels: Vec<u32>,
    /// Labels that have a probability; `n_rows × n` probabilities that sum to 1.
    probability_labels: Vec<String>,
    probabilities: Vec<f64>,
    /// Whether and by which column rows have ids, each another one.
    ids: Option<(String, FxHashMap<String, u32>)>,
    lines: Vec<u64>,
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
    /// Reads `path`.
    ///
    /// # Errors
    /// [`PredictionError`] for the first fault of the file or a row.
    pub fn read(path: &Path, options: &PredictionOptions) -> Result<Self, PredictionError> {
        let mut read = options.read.clone();
        let column = &options.prediction_column;
        // The label has a place of its own in fastText lines; in plain lines it is the text.
        read.columns.text.clone_from(column);
        read.columns.label = Some(column.clone());
        read.columns.weight = None;
        read.columns.others = Others::All;
        let reader = Reader::open(&[path], read).map_err(|error| match error {
            Error::NoSuchColumn {
                file,
                line,
                name,
                columns,
                closest,
                ..
            } => Error::NoSuchColumn {
                file,
                line,
                name,
                columns,
                closest,
                remedy: "name yours with `--prediction-column`",
            },
            other => other,
        })?;
        Self::collect(reader, options)
    }

    fn collect(mut reader: Reader, options: &PredictionOptions) -> Result<Self, PredictionError> {
        let table = Arc::clone(reader.table());
        let layout = Layout::new(&table, options)?;
        let mut all = Self {
            file: Arc::clone(table.file()),
            opened: reader.opened()[0].clone(),
            names: Vec::new(),
            labels: Vec::new(),
            probability_labels: layout.labels.clone(),
            probabilities: Vec::new(),
            ids: (layout.id.clone()).map(|(name, _)| (name, FxHashMap::default())),
            lines: Vec::new(),
        };
        let mut name_ids: FxHashMap<String, u32> = FxHashMap::default();
        while let Some(block) = reader.next_block()? {
            let mut rows = Rows::new(&block);
            while let Some(row) = rows.next_row() {
                let line = row.line;
                let content = row.content.map_err(|error| match error.problem {
                    RowProblem::MissingKey { .. } => all.no_prediction(line),
                    problem => Error::from(RowError { problem, ..error }).into(),
                })?;
                let label = match (table.format(), content.label) {
                    (Format::Lines, _) => content.text.trim(),
                    (_, label) => label.unwrap_or_default(),
                };
                if label.is_empty() {
                    return Err(all.no_prediction(line));
                }
                let label = renamed(label, &options.label_map);
                let next = all.names.len() as u32;
                let id = *name_ids.entry(label.to_owned()).or_insert_with(|| {
                    all.names.push(label.to_owned());
                    next
                });
                all.labels.push(id);
                all.take_probabilities(&layout, &content, line)?;
                all.take_id(&layout, &content, line)?;
                all.lines.push(line);
            }
        }
        if all.lines.is_empty() {
            return Err(Error::NoRows {
                file: all.file.to_string(),
            }
            .into());
        }
        Ok(all)
    }

    fn no_prediction(&self, line: u64) -> PredictionError {
        PredictionError::NoPrediction {
            file: Arc::clone(&self.file),
            line,
        }
    }

    fn take_probabilities(
        &mut self,
        layout: &Layout,
        content: &Content<'_>,
        line: u64,
    ) -> Result<(), PredictionError> {
        if layout.labels.is_empty() {
            return Ok(());
        }
        let start = self.probabilities.len();
        self.probabilities.resize(start + layout.labels.len(), 0.0);
        for column in &layout.probabilities {
            let value = content.others[column.position].as_str();
            let probability = value.parse::<f64>().ok();
            // Not for NaN either.
            let probability = probability.filter(|p| (0.0..=1.0).contains(p));
            let probability = probability.ok_or_else(|| PredictionError::BadProbability {
                file: Arc::clone(&self.file),
                line,
                column: column.name.clone(),
                value: value.to_owned(),
            })?;
            self.probabilities[start + column.label] += probability;
        }
        let of_row = &mut self.probabilities[start..];
        let sum: f64 = of_row.iter().sum();
        if (sum - 1.0).abs() > MAX_SUM_ERROR {
            return Err(PredictionError::BadSum {
                file: Arc::clone(&self.file),
                line,
                sum,
            });
        }
        of_row.iter_mut().for_each(|p| *p /= sum);
        Ok(())
    }

    fn take_id(
        &mut self,
        layout: &Layout,
        content: &Content<'_>,
        line: u64,
    ) -> Result<(), PredictionError> {
        let (Some((column, position)), Some((_, ids))) = (&layout.id, &mut self.ids) else {
            return Ok(());
        };
        let id = content.others[*position].as_str();
        let row = self.lines.len() as u32;
        if id.is_empty() {
            return Err(PredictionError::NoId {
                file: self.file.to_string(),
                line,
                column: column.clone(),
            });
        }
        match ids.insert(id.to_owned(), row) {
            None => Ok(()),
            Some(first) => Err(PredictionError::DoubleId {
                file: self.file.to_string(),
                line,
                first_line: self.lines[first as usize],
                id: id.to_owned(),
                column: column.clone(),
            }),
        }
    }

    /// What was found on opening the file.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are probabilities.
    pub fn has_probabilities(&self) -> bool {
        !self.probability_labels.is_empty()
    }

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

/// Where in a row what is.
struct Layout {
    /// Labels with probabilities.
    labels: Vec<String>,
    probabilities: Vec<ProbabilityColumn>,
    /// Name and position among the further columns.
    id: Option<(String, usize)>,
}

struct ProbabilityColumn {
    name: String,
    /// Among the further columns.
    position: usize,
    /// Among the labels.
    label: usize,
}

impl Layout {
    fn new(table: &Table, options: &PredictionOptions) -> Result<Self, PredictionError> {
        let prefix = options.prediction_column.strip_suffix("prediction");
        let prefix = prefix.unwrap_or_default().to_owned() + PROBABILITY_PREFIX;
        let mut labels: Vec<String> = Vec::new();
        let mut probabilities: Vec<ProbabilityColumn> = Vec::new();
        for (position, other) in table.others.iter().enumerate() {
            let Some(label) = other.name.trim().strip_prefix(&prefix) else {
                continue;
            };
            let label = renamed(label, &options.label_map);
            let known = labels.iter().position(|name| name == label);
            probabilities.push(ProbabilityColumn {
                name: other.name.clone(),
                position,
                label: known.unwrap_or(labels.len()),
            });
            if known.is_none() {
                labels.push(label.to_owned());
            }
        }
        let (name, needed) = match &options.matching {
            Matching::Position => (None, false),
            Matching::Guess => (Some(DEFAULT_ID_COLUMN), false),
            Matching::Id(name) => (Some(name.as_str()), true),
        };
        let position = |name: &str| table.others.iter().position(|o| o.name.trim() == name);
        let id = name.and_then(|name| Some((name.to_owned(), position(name)?)));
        if needed && id.is_none() {
            return Err(PredictionError::NoIdColumn {
                file: table.file().to_string(),
                column: name.unwrap_or_default().to_owned(),
            });
        }
        Ok(Self {
            labels,
            probabilities,
            id,
        })
    }
}

fn renamed<'a>(label: &'a str, map: &'a [(String, String)]) -> &'a str {
    let renaming = map.iter().find(|(from, _)| from == label);
    renaming.map_or(label, |(_, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Source;
    use crate::io::labelled::LabelledOptions;
    use crate::io::read_labelled;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn options() -> PredictionOptions {
        PredictionOptions {
            read: ReadOptions::default(),
            prediction_column: "prediction".to_owned(),
            matching: Matching::Guess,
            label_map: Vec::new(),
        }
    }

    fn read(name: &str, bytes: &[u8]) -> Result<PredictionFile, PredictionError> {
        let source = Source::from_reader(name, Cursor::new(bytes.to_vec()), None)?;
        let mut read = options().read;
        read.columns.text = "prediction".to_owned();
        read.columns.label = Some("prediction".to_owned());
        read.columns.others = Others::All;
        let reader = Reader::from_source(source, Path::new(name), read)?;
        PredictionFile::collect(reader, &options())
    }

    #[test]
    fn columns_of_probabilities_make_labels_known() {
        let file = read("p.csv", b"prediction,prob_a,prob_c\na,0.7,0.3\nc,0.5,0.5\n").unwrap();
        assert_eq!((file.n_rows(), file.has_probabilities()), (2, true));
        let gold = LabelSet::new(["a", "b"]).unwrap();
        assert_eq!(file.label_set(&gold).unwrap().names(), ["a", "b", "c"]);
    }

    #[test]
    fn a_tie_may_go_either_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("g.csv");
        std::fs::write(&path, "text,label\nt,a\nu,b\n").unwrap();
        let (corpus, summary) = read_labelled(&[path], &LabelledOptions::default()).unwrap();
        let file = read("p.csv", b"prediction,prob_a,prob_b\nb,0.5,0.5\nb,0.6,0.4\n").unwrap();
        let set = corpus.label_set();
        let (found, matched) = file
            .for_corpus(&corpus, &summary, set, &Matching::Guess)
            .unwrap();
        assert_eq!(found.labels(), [LabelId::new(1), LabelId::new(1)]);
        assert_eq!((matched.not_most_probable, matched.by), (1, None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(&b"\",.01;\n\r{}:predctionb_ax"[..])], 0..80),
            name in proptest::sample::select(vec!["p.csv", "p.jsonl", "p.txt", "p.ft", "-"]),
        ) {
            for head in ["", "id,prediction,prob_a,prob_x\n", "{\"prediction\":\"x\",\"prob_x\":1}\n"] {
                let bytes = [head.as_bytes(), &bytes].concat();
                let _ = read(name, &bytes);
            }
        }
    }
}
