//! The parts of a page from what they are about.

use super::page::{
    ColumnScores, DataSummary, LabelMix, LabelTerms, Lengths, MistakeRow, ModelFacts, NamedScores,
    ReportPage, Scored, SettingFacts, WeighedTerm,
};
use crate::evaluation::EvaluationReport;
use crate::explanation::heaviest;
use crate::features::FeatureId;
use crate::label::{LabelId, LabelSet};
use crate::model::{CrossValidated, StanceModel, TrainingSettings, methods};
use crate::prediction::{Prediction, UNITS};
use crate::predictions::Predictions;
use crate::statement::{Column, LabelledCorpus};
use crate::text::segment::for_each_word;
use crate::validation::{PrecisionRecallCurve, coverage_errors, scores_by_value};

/// Draws for the intervals of a column's values.
const N_DRAWS: usize = 1_000;
/// Terms of each label on the page.
const TOP_TERMS: usize = 25;
/// Mistakes on the page.
const N_MISTAKES: usize = 20;
/// Values of a column with figures of their own.
const MOST_VALUES: usize = 20;

impl ReportPage {
    /// What any page has of a model and of predictions for the rows of `corpus` (none without folds, and none for a row that
    /// was never held out): the model, the rows, the figures by value of `columns`, terms and mistakes. `seed` decides the
    /// draws.
    ///
    /// # Panics
    /// If there are predictions, but not an entry for each row, or not of the model's labels.
    pub fn new(
        model: &StanceModel,
        corpus: &LabelledCorpus,
        predictions: &[Option<Prediction>],
        columns: &[String],
        seed: u64,
    ) -> Self {
        let page = Self {
            model: Some(ModelFacts::new(model)),
            terms: LabelTerms::all(model, TOP_TERMS),
            ..Self::default()
        };
        if predictions.is_empty() {
            return Self {
                data: DataSummary::new(corpus),
                ..page
            };
        }
        assert_eq!(corpus.len(), predictions.len(), "an entry for each row");
        let (rows, judged): (Vec<usize>, Vec<Prediction>) = predictions
            .iter()
            .enumerate()
            .filter(|(row, _)| corpus.is_judged(*row))
            .filter_map(|(row, prediction)| Some((row, prediction.clone()?)))
            .unzip();
        let judged = Predictions::Probabilities(judged);
        let gold: Vec<LabelId> = rows.iter().map(|&row| corpus.labels()[row]).collect();
        let set = corpus.label_set();
        Self {
            model: page.model,
            terms: page.terms,
            mistakes: MistakeRow::all(Some(model), corpus, &rows, set, &gold, &judged, N_MISTAKES),
            ..Self::of_predictions(corpus, &rows, set, &gold, &judged, columns, seed)
        }
    }

    /// What a page has of predictions alone: the rows, the figures by value of `columns`, and mistakes where there are
    /// probabilities. Gold labels and predictions are those of `rows`, the rows that count in figures, and of `set`, which may
    /// have more labels than the rows. `seed` decides the draws.
    ///
    /// # Panics
    /// If there is not a prediction for each of `rows`, or a label is not of `set`.
    pub fn of_predictions(
        corpus: &LabelledCorpus,
        rows: &[usize],
        set: &LabelSet,
        gold: &[LabelId],
        predictions: &Predictions,
        columns: &[String],
        seed: u64,
    ) -> Self {
        assert_eq!(rows.len(), predictions.len(), "a prediction for each row");
        let mut pairs: Vec<Option<(LabelId, LabelId)>> = vec![None; corpus.len()];
        for (at, &row) in rows.iter().enumerate() {
            pairs[row] = Some((gold[at], predictions.label(at)));
        }
        let columns = columns.iter().filter_map(|name| corpus.column(name));
        let by_column = columns.map(|column| ColumnScores::new(column, &pairs, set.len(), seed));
        Self {
            by_column: by_column.collect(),
            data: DataSummary::among(set, corpus),
            mistakes: MistakeRow::all(None, corpus, rows, set, gold, predictions, N_MISTAKES),
            ..Self::default()
        }
    }

    /// Without what is about texts, for rows that have none.
    #[must_use]
    pub fn without_texts(mut self) -> Self {
        self.data.lengths = None;
        self.data.digest = None;
        self.mistakes = Vec::new();
        self
    }
}

impl SettingFacts {
    /// Of settings that were cross-validated.
    pub fn new(settings: &TrainingSettings, validated: &CrossValidated) -> Self {
        Self {
            text: settings.text.clone(),
            selection: settings.selection,
            hyperparameters: settings.hyperparameters.clone(),
            calibration: validated.calibration.clone(),
            record: validated.record.clone(),
        }
    }
}

impl ModelFacts {
    /// Of `model`.
    pub fn new(model: &StanceModel) -> Self {
        let vocabulary = model.vocabulary();
        Self {
            card: model.card().clone(),
            digest: model.digest(),
            n_bytes: model.as_bytes().len() as u64,
            n_word_features: vocabulary.n_words() as u64,
            n_char_features: (vocabulary.len() - vocabulary.n_words()) as u64,
            methods: methods(model),
        }
    }
}

impl DataSummary {
    /// Of `corpus`.
    pub fn new(corpus: &LabelledCorpus) -> Self {
        Self::among(corpus.label_set(), corpus)
    }

    /// Of `corpus`, whose labels are among those of `set`.
    pub fn among(set: &LabelSet, corpus: &LabelledCorpus) -> Self {
        let n_words = |row: usize| {
            let mut n = 0;
            for_each_word(corpus.text(row), |_| n += 1);
            n
        };
        let counts = corpus.label_counts();
        let of_label = |label: LabelId| {
            let own = corpus.label_set().id(set.name(label));
            own.map_or(0, |own| counts[own.index()])
        };
        Self {
            n_rows: corpus.len() as u64,
            labels: set.names().to_vec(),
            label_counts: set.ids().map(of_label).collect(),
            digest: Some(
                blake3::Hash::from_bytes(corpus.digest())
                    .to_hex()
                    .to_string(),
            ),
            weighted: corpus.weights().is_some(),
            lengths: Some(Lengths::new((0..corpus.len()).map(n_words).collect())),
        }
    }
}

impl Scored {
    /// Of labels without probabilities that came about in the way that `how` says.
    pub fn of_labels(how: String, report: EvaluationReport) -> Self {
        Self {
            how,
            report,
            group_column: None,
            precision_recall: Vec::new(),
            reliability: Vec::new(),
            coverage: Vec::new(),
        }
    }

    /// Of predictions that came about in the way that `how` says.
    ///
    /// # Panics
    /// If `gold` and `predictions` are not about the same rows and of `labels`.
    pub fn new(
        how: String,
        report: EvaluationReport,
        labels: &LabelSet,
        gold: &[LabelId],
        predictions: &[Prediction],
    ) -> Self {
        assert_eq!(gold.len(), predictions.len(), "a prediction for each row");
        let of_label = |label: LabelId| {
            let rows = gold.iter().zip(predictions);
            rows.map(move |(gold, p)| (p.millionths()[label.index()], *gold == label))
        };
        let confidences = gold
            .iter()
            .zip(predictions)
            .map(|(gold, p)| (p.millionths()[p.label().index()], p.label() == *gold));
        let thresholds: Vec<f64> = (0..20)
            .map(|step| f64::from(step) / 20.0)
            .chain([0.99])
            .collect();
        let mut coverage = coverage_errors(confidences, &thresholds);
        // Low thresholds keep every row; one of them says so.
        let n_all = coverage
            .iter()
            .take_while(|point| point.n_kept == gold.len() as u64)
            .count();
        coverage.drain(..n_all.saturating_sub(1));
        Self {
            how,
            reliability: (report.probabilities.iter())
                .flat_map(|of| of.labels.iter().cloned())
                .collect(),
            report,
            group_column: None,
            precision_recall: labels
                .ids()
                .map(|label| PrecisionRecallCurve::new(of_label(label)))
                .collect(),
            coverage,
        }
    }
}

impl ColumnScores {
    /// The figures for the commonest values of `column`; `rows` has each row's gold and predicted label, `None` for a row
    /// that is in no figure.
    ///
    /// # Panics
    /// If the column is about other rows.
    pub fn new(
        column: &Column,
        rows: &[Option<(LabelId, LabelId)>],
        n_labels: usize,
        seed: u64,
    ) -> Self {
        assert_eq!(rows.len(), column.ids().len(), "the column's rows");
        let (ids, rows): (Vec<Option<u32>>, Vec<(LabelId, LabelId)>) = (column.ids().iter())
            .zip(rows)
            .filter_map(|(&id, &pair)| Some((id, pair?)))
            .unzip();
        let (scores, n_values_left, n_rows_left) =
            scores_by_value(&ids, &rows, n_labels, MOST_VALUES, N_DRAWS, seed);
        let named = scores.into_iter().map(|scores| NamedScores {
            name: scores.value.map(|id| column.values()[id as usize].clone()),
            scores,
        });
        let mut values: Vec<NamedScores> = named.collect();
        // Years and other numbers in their own order; rows without one last.
        let number = |value: &NamedScores| match &value.name {
            None => Some(f64::INFINITY),
            Some(name) => name.trim().parse::<f64>().ok().filter(|n| n.is_finite()),
        };
        if values.iter().all(|value| number(value).is_some()) {
            values.sort_by(|a, b| {
                number(a)
                    .unwrap_or(0.0)
                    .total_cmp(&number(b).unwrap_or(0.0))
            });
        }
        Self {
            column: column.name().to_owned(),
            values,
            n_values_left: n_values_left as u64,
            n_rows_left,
        }
    }
}

impl LabelMix {
    /// Of the rows trained on, by label, where these are known, and of predictions for others; arrays are over `n_labels`.
    ///
    /// # Panics
    /// If `gold` and `predictions` are not about the same rows, or a label is not among so many.
    pub fn new(
        n_labels: usize,
        training: Option<&[u64]>,
        gold: &[LabelId],
        predictions: &Predictions,
    ) -> Self {
        assert_eq!(gold.len(), predictions.len(), "a prediction for each row");
        let (mut of_gold, mut predicted) = (vec![0; n_labels], vec![0; n_labels]);
        for (row, gold) in gold.iter().enumerate() {
            of_gold[gold.index()] += 1;
            predicted[predictions.label(row).index()] += 1;
        }
        let mean_probability = predictions.probabilities().map(|rows| {
            let mut sums = vec![0u64; n_labels];
            for row in rows {
                for (sum, &part) in sums.iter_mut().zip(row.millionths()) {
                    *sum += u64::from(part);
                }
            }
            let all = rows.len().max(1) as f64 * f64::from(UNITS);
            sums.iter().map(|&sum| sum as f64 / all).collect()
        });
        Self {
            training: training.map(<[u64]>::to_vec),
            gold: of_gold,
            predicted,
            mean_probability,
        }
    }
}

impl LabelTerms {
    /// The `top` words and pieces of words that speak strongest for each label of `model`.
    pub fn all(model: &StanceModel, top: usize) -> Vec<Self> {
        let vocabulary = model.vocabulary();
        let weighed = |block: Vec<(FeatureId, f64)>| -> Vec<WeighedTerm> {
            let speaking = block.into_iter().filter(|(_, weight)| *weight > 0.0);
            let term = |(feature, weight)| WeighedTerm {
                term: vocabulary.term(feature),
                weight,
            };
            speaking.map(term).collect()
        };
        let of_label = |label| {
            let [words, characters] = heaviest(model, label, top);
            Self {
                label: model.labels().name(label).to_owned(),
                words: weighed(words),
                characters: weighed(characters),
            }
        };
        model.labels().ids().map(of_label).collect()
    }
}
