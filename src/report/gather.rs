//! The parts of a page from what they are about.

use super::page::{
    ColumnScores, DataSummary, LabelMix, LabelTerms, Lengths, MistakeRow, ModelFacts, NamedScores,
    ReportPage, Scored, WeighedTerm,
};
use crate::evaluation::EvaluationReport;
use crate::explanation::{confident_mistakes, heaviest};
use crate::features::FeatureId;
use crate::label::{LabelId, LabelSet};
use crate::model::{StanceModel, methods};
use crate::prediction::{Prediction, UNITS};
use crate::statement::{Column, LabelledCorpus};
use crate::text::segment::for_each_word;
use crate::validation::{PrecisionRecallCurve, coverage_errors, scores_by_value};
use std::path::Path;

/// Draws for the intervals of a column's values.
const N_DRAWS: usize = 1_000;
/// Terms of each label on the page.
const TOP_TERMS: usize = 25;
/// Mistakes on the page.
const N_MISTAKES: usize = 20;
/// Values of a column with figures of their own.
const MOST_VALUES: usize = 20;

/// Where a row stands: `statements.csv, line 12`, without folders, which differ between machines.
///
/// # Panics
/// If the corpus has no such row.
pub fn place(corpus: &LabelledCorpus, row: usize) -> String {
    let place = corpus.place(row);
    let file = Path::new(place.file).file_name();
    match file {
        Some(file) => format!("{}, line {}", file.to_string_lossy(), place.line),
        None => format!("Row {}", place.line),
    }
}

impl ReportPage {
    /// What any page has of a model and of predictions for the rows of `corpus` (none without folds): the model, the rows,
    /// the figures by value of `columns`, terms and mistakes. `seed` decides the draws.
    ///
    /// # Panics
    /// If there are predictions, but not one for each row and of the model's labels.
    pub fn new(
        model: &StanceModel,
        corpus: &LabelledCorpus,
        predictions: &[Prediction],
        columns: &[String],
        seed: u64,
    ) -> Self {
        let mut page = Self {
            model: Some(ModelFacts::new(model)),
            data: DataSummary::new(corpus),
            terms: LabelTerms::all(model, TOP_TERMS),
            ..Self::default()
        };
        if !predictions.is_empty() {
            let rows: Vec<Option<(LabelId, LabelId)>> = (0..corpus.len())
                .map(|row| {
                    let pair = (corpus.labels()[row], predictions[row].label());
                    corpus.is_judged(row).then_some(pair)
                })
                .collect();
            let n_labels = corpus.label_set().len();
            let columns = columns.iter().filter_map(|name| corpus.column(name));
            page.by_column = columns
                .map(|column| ColumnScores::new(column, &rows, n_labels, seed))
                .collect();
            page.mistakes = MistakeRow::all(model, corpus, predictions, N_MISTAKES);
        }
        page
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
        let n_words = |row: usize| {
            let mut n = 0;
            for_each_word(corpus.text(row), |_| n += 1);
            n
        };
        Self {
            n_rows: corpus.len() as u64,
            labels: corpus.label_set().names().to_vec(),
            label_counts: corpus.label_counts(),
            digest: blake3::Hash::from_bytes(corpus.digest())
                .to_hex()
                .to_string(),
            weighted: corpus.weights().is_some(),
            lengths: Lengths::new((0..corpus.len()).map(n_words).collect()),
        }
    }
}

impl Scored {
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
    /// Of the rows trained on, by label, and of predictions for others.
    pub fn new(training: &[u64], gold: &[LabelId], predictions: &[Prediction]) -> Self {
        let n_labels = training.len();
        let mut mix = Self {
            training: training.to_vec(),
            gold: vec![0; n_labels],
            predicted: vec![0; n_labels],
            mean_probability: vec![0.0; n_labels],
        };
        let mut sums = vec![0u64; n_labels];
        for (gold, prediction) in gold.iter().zip(predictions) {
            mix.gold[gold.index()] += 1;
            mix.predicted[prediction.label().index()] += 1;
            for (sum, &part) in sums.iter_mut().zip(prediction.millionths()) {
                *sum += u64::from(part);
            }
        }
        let all = predictions.len().max(1) as f64 * f64::from(UNITS);
        mix.mean_probability = sums.iter().map(|&sum| sum as f64 / all).collect();
        mix
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

impl MistakeRow {
    /// The `most` surest mistakes among `predictions` for the rows of `corpus`, with the reasons of `model`.
    ///
    /// # Panics
    /// If they are about other rows or labels.
    pub fn all(
        model: &StanceModel,
        corpus: &LabelledCorpus,
        predictions: &[Prediction],
        most: usize,
    ) -> Vec<Self> {
        let labels = corpus.label_set();
        let judged: Vec<usize> = (0..corpus.len())
            .filter(|&row| corpus.is_judged(row))
            .collect();
        let gold: Vec<LabelId> = judged.iter().map(|&row| corpus.labels()[row]).collect();
        let predictions: Vec<Prediction> =
            judged.iter().map(|&row| predictions[row].clone()).collect();
        let text = |at: usize| corpus.text(judged[at]);
        confident_mistakes(model, text, &gold, &predictions, most)
            .into_iter()
            .map(|mistake| Self {
                place: place(corpus, judged[mistake.row]),
                text: text(mistake.row).to_owned(),
                gold: labels.name(mistake.gold).to_owned(),
                predicted: labels.name(mistake.predicted).to_owned(),
                confidence: mistake.confidence,
                reasons: mistake.reasons,
                same_now: mistake.same_now,
            })
            .collect()
    }
}
