//! Anyone's predictions: a file with a column of labels, perhaps with a probability for each label beside it, in; one
//! prediction for each row of a labelled corpus out.
//!
//! What `stance predict -o` and `stance train --out-of-fold` write is such a file, and so is what another tool, a coder or
//! a language model gave. Rows belong together by an id that both files have, otherwise by their place. Nothing is
//! guessed or filled in: a row that has no counterpart, a label that nobody knows, and probabilities that are none are
//! errors, with file, line and remedy.

use super::error::Error;
use super::format::Format;
use super::matching::Matching;
use super::opened::Opened;
use super::output::{PROBABILITY_PREFIX, added_prefix};
use super::prediction_error::PredictionError;
use super::reader::{ReadOptions, Reader};
use super::row::{Content, Rows};
use super::row_error::{RowError, RowProblem};
use super::table::{Others, Table};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// The column of ids that is used where nobody names one.
pub const DEFAULT_ID_COLUMN: &str = "id";
/// How far from 1 probabilities of two digits may sum, for instance; they are divided by their sum.
const MAX_SUM_ERROR: f64 = 0.02;

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
    pub(super) file: Arc<str>,
    opened: Opened,
    /// Predicted labels, by first occurrence; and which of them each row has.
    pub(super) names: Vec<String>,
    pub(super) labels: Vec<u32>,
    /// Labels that have a probability; `n_rows × n` probabilities that sum to 1.
    pub(super) probability_labels: Vec<String>,
    pub(super) probabilities: Vec<f64>,
    /// Whether and by which column rows have ids, each another one.
    pub(super) ids: Option<(String, FxHashMap<String, u32>)>,
    pub(super) lines: Vec<u64>,
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
        let reader = Reader::open(&[path], read)
            .map_err(|error| error.with_remedy("name yours with `--prediction-column`"))?;
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
        let prefix = added_prefix(&options.prediction_column).to_owned() + PROBABILITY_PREFIX;
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
    use crate::label::{LabelId, LabelSet};
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
