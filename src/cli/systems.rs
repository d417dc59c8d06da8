//! Who makes predictions: a model, or a file of anyone's; and the labelled rows that they are about.

use super::args::PredictionArgs;
use super::failure::Failure;
use super::inputs::{open_model, say_opened, thousands};
use super::terminal::Terminal;
use rayon::prelude::*;
use stance::io::{
    Error, LabelledOptions, LabelledSummary, Matched, Matching, Others, PredictionFile,
    PredictionOptions, RowError, RowProblem, read_labelled,
};
use stance::label::{LabelId, LabelSet};
use stance::model::{Familiarity, StanceModel};
use stance::prediction::{Prediction, UNITS};
use stance::predictions::Predictions;
use stance::statement::LabelledCorpus;
use std::path::{Path, PathBuf};

/// Rows that one task scores.
const CHUNK_ROWS: usize = 2048;

/// A model or a file of predictions.
pub enum System {
    Model(Box<StanceModel>),
    Predictions(Box<PredictionFile>),
}

impl System {
    /// Opens a model file, or else reads a file of predictions.
    pub fn open(path: &PathBuf, options: &PredictionOptions) -> Result<Self, Failure> {
        // What cannot be read is told of as a file of predictions.
        let is_model = path != Path::new("-") && StanceModel::is_at(path).unwrap_or(false);
        if is_model {
            return Ok(Self::Model(Box::new(open_model(Some(path))?)));
        }
        let file = PredictionFile::read(path, options)?;
        Ok(Self::Predictions(Box::new(file)))
    }

    /// The model, if it is one.
    pub fn model(&self) -> Option<&StanceModel> {
        match self {
            Self::Model(model) => Some(model),
            Self::Predictions(_) => None,
        }
    }

    /// The labels that the system may give, beside gold labels.
    pub fn label_set(&self, gold: &LabelSet) -> Result<LabelSet, Failure> {
        let set = match self {
            Self::Model(model) => LabelSet::new(gold.names().iter().chain(model.labels().names())),
            Self::Predictions(file) => file.label_set(gold),
        };
        set.map_err(|error| Failure::failed(error.to_string()))
    }

    /// Its predictions for the rows of `corpus`, among the labels of `set`.
    pub fn predictions(
        &self,
        path: &Path,
        gold: &Gold,
        set: &LabelSet,
        matching: &Matching,
        terminal: &Terminal,
    ) -> Result<Predictions, Failure> {
        match self {
            Self::Predictions(file) => {
                let (predictions, matched) =
                    file.for_corpus(&gold.corpus, &gold.summary, set, matching)?;
                say_matched(path, &matched, terminal);
                Ok(predictions)
            }
            Self::Model(model) => {
                let mut names = gold.corpus.label_set().names().iter();
                if let Some(label) = names.find(|name| model.labels().id(name).is_none()) {
                    return Err(Failure::failed(format!(
                        "label `{label}` is unknown to the model {}, which knows {}; rename it with `--label-map \
                         {label}=…` or leave it out with `--drop-label {label}`",
                        path.display(),
                        model.labels()
                    )));
                }
                let text = &model.card().text;
                let columns: Vec<String> = text.context.columns().cloned().collect();
                gold.has_columns(&columns)?;
                let corpus = match text.context.is_empty() {
                    true => &gold.corpus,
                    false => &text.in_context(gold.corpus.clone()),
                };
                say_if_trained_on(path, model, corpus, terminal);
                let predictions = score(model, corpus.len(), |row| corpus.text(row));
                Ok(among(set, model.labels(), predictions))
            }
        }
    }
}

/// The probabilities of every text; many are scored on all cores.
pub fn score<'t>(
    model: &StanceModel,
    n_texts: usize,
    text: impl Fn(usize) -> &'t str + Sync,
) -> Vec<Prediction> {
    score_and_look(model, n_texts, text).0
}

/// The same, and how much of the texts the model knows.
pub fn score_and_look<'t>(
    model: &StanceModel,
    n_texts: usize,
    text: impl Fn(usize) -> &'t str + Sync,
) -> (Vec<Prediction>, Familiarity) {
    let chunks: Vec<usize> = (0..n_texts).step_by(CHUNK_ROWS).collect();
    let parts: Vec<(Vec<Prediction>, Familiarity)> = chunks
        .into_par_iter()
        .map_init(
            || model.scorer(),
            |scorer, start| {
                let rows = start..(start + CHUNK_ROWS).min(n_texts);
                let mut seen = Familiarity::default();
                let predictions = rows.map(|row| {
                    let scored = scorer.score(text(row));
                    seen.add(scored.prediction, scored.row.coverage);
                    scored.prediction.clone()
                });
                (predictions.collect(), seen)
            },
        )
        .collect();
    let mut predictions = Vec::with_capacity(n_texts);
    let mut seen = Familiarity::default();
    for (part, of_part) in parts {
        predictions.extend(part);
        seen.merge(of_part);
    }
    (predictions, seen)
}

/// Predictions among `labels` as such among `set`, which has them all.
fn among(set: &LabelSet, labels: &LabelSet, rows: Vec<Prediction>) -> Predictions {
    if set == labels {
        return Predictions::Probabilities(rows);
    }
    let ids: Vec<(LabelId, LabelId)> = labels
        .ids()
        .map(|id| (id, set.id(labels.name(id)).expect("a set of all labels")))
        .collect();
    let mut probabilities = vec![0.0; set.len()];
    let moved = rows.iter().map(|row| {
        for &(from, to) in &ids {
            let millionths = row.millionths()[from.index()];
            probabilities[to.index()] = f64::from(millionths) / f64::from(UNITS);
        }
        Prediction::from_probabilities(&probabilities)
    });
    Predictions::Probabilities(moved.collect())
}

/// Labelled rows that predictions are about.
pub struct Gold {
    pub corpus: LabelledCorpus,
    pub summary: LabelledSummary,
    /// Whether the rows have texts; predictions in files need none.
    pub has_text: bool,
}

impl Gold {
    /// Reads the rows with all their columns. A file without a text column will do unless `needs_text`.
    pub fn read(
        paths: &[PathBuf],
        options: &LabelledOptions,
        needs_text: bool,
    ) -> Result<Self, Failure> {
        let mut options = options.clone();
        options.read.columns.others = Others::All;
        let text_column = options.read.columns.text.clone();
        let (read, has_text) = match read_labelled(paths, &options) {
            Err(error) if !needs_text && lacks(&error, &text_column) && !reads_a_pipe(paths) => {
                let label = options.read.columns.label.clone();
                options.read.columns.text = label.unwrap_or(text_column);
                (read_labelled(paths, &options), false)
            }
            read => (read, true),
        };
        let (corpus, summary) = read?;
        Ok(Self {
            corpus,
            summary,
            has_text,
        })
    }

    /// That the rows have the columns `names`.
    pub fn has_columns(&self, names: &[String]) -> Result<(), Failure> {
        let missing = names.iter().find(|name| self.corpus.column(name).is_none());
        let Some(name) = missing else {
            return Ok(());
        };
        let columns = self.corpus.columns().iter().map(|column| column.name());
        let columns: Vec<&str> = columns.collect();
        Err(Failure::failed(match columns.as_slice() {
            [] => format!("no column `{name}`: the rows have none beside text and label"),
            columns => format!("no column `{name}`; there are {}", columns.join(", ")),
        }))
    }

    /// The label of every row, among the labels of `set`, which has them all.
    pub fn labels(&self, set: &LabelSet) -> Vec<LabelId> {
        let own = self.corpus.label_set();
        let ids: Vec<LabelId> = own
            .ids()
            .map(|id| set.id(own.name(id)).expect("a set of all labels"))
            .collect();
        let labels = self.corpus.labels().iter();
        labels.map(|label| ids[label.index()]).collect()
    }
}

/// Whether the fault is that there is no column or key `column`.
fn lacks(error: &Error, column: &str) -> bool {
    match error {
        Error::NoSuchColumn { name, .. } => name == column,
        Error::Row(RowError {
            problem: RowProblem::MissingKey { name, .. },
            ..
        }) => name == column,
        _ => false,
    }
}

fn reads_a_pipe(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| !path.is_file())
}

/// How predictions are read.
pub fn prediction_options(data: &LabelledOptions, args: &PredictionArgs) -> PredictionOptions {
    let mut read = data.read.clone();
    read.format = None;
    PredictionOptions {
        read,
        prediction_column: args.prediction_column.clone(),
        matching: match args.id_column.as_deref() {
            None => Matching::Guess,
            Some("none") => Matching::Position,
            Some(name) => Matching::Id(name.to_owned()),
        },
        label_map: data.label_map.clone(),
    }
}

/// Says how a file of predictions was read.
pub fn say_read(system: &System, terminal: &Terminal) {
    if let System::Predictions(file) = system {
        say_opened(std::slice::from_ref(file.opened()), terminal);
    }
}

fn say_matched(path: &Path, matched: &Matched, terminal: &Terminal) {
    let path = path.display();
    match &matched.by {
        Some(column) => terminal.notice(format_args!("{path}: rows matched by `{column}`")),
        None => terminal.notice(format_args!("{path}: rows matched by position")),
    }
    if matched.left_over > 0 {
        terminal.notice(format_args!(
            "{path}: {} predictions belong to no labelled row",
            thousands(matched.left_over)
        ));
    }
    if matched.not_most_probable > 0 {
        terminal.warning(format_args!(
            "{path}: in {} rows the predicted label is not the most probable one; the label counts",
            thousands(matched.not_most_probable)
        ));
    }
}

/// Figures on rows that a model has learned are no figures on new ones.
pub fn say_if_trained_on(
    path: &Path,
    model: &StanceModel,
    corpus: &LabelledCorpus,
    terminal: &Terminal,
) {
    let digest: String = corpus.digest().iter().map(|b| format!("{b:02x}")).collect();
    if digest == model.card().training.data_digest {
        terminal.warning(format_args!(
            "{} was trained on these very rows; the figures are not those to expect on new ones (see its out-of-fold figures: \
             stance inspect)",
            path.display()
        ));
    }
}
