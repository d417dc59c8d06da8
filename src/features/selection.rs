//! Which terms of a corpus become features, judged on some of its rows, and those rows as a matrix.

use super::counts::Counts;
use super::encoded_corpus::EncodedCorpus;
use super::log_count_ratio::log_count_ratios;
use super::ngram_levels::NONE;
use super::sparse::{DesignMatrix, FeatureId};
use super::vectorizer::Coverage;
use super::vocabulary::{TermBuffer, Vocabulary};
use super::weighting::{RowCounts, Scales, Weigher, Weighting};
use crate::label::LabelId;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// Rows that one task turns into matrix rows.
const CHUNK_ROWS: usize = 1024;
/// Tasks whose rows are in memory twice, by themselves and in the matrix.
const CHUNKS_AT_ONCE: usize = 32;

/// The default power of the log-count ratios: what cross-validation on many corpora found, see `docs/method.md`.
pub const DEFAULT_LOG_COUNT_RATIO: f64 = 1.0;

/// Which terms are kept and how they are weighed. Part of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionSettings {
    /// How counts become values.
    pub weighting: Weighting,
    /// Keep terms that occur in at least this many rows.
    pub min_df: u32,
    /// Keep at most this many terms of each block (words, characters), the most frequent over all rows.
    pub max_features: Option<usize>,
    /// Scale each feature by this power of how much it tells labels apart on the rows; 0 for not at all. See
    /// [`log_count_ratio`](super::log_count_ratio).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub log_count_ratio: f64,
    /// After the fit, leave out features of which one occurrence adds less than this to every label's log-odds; 0 leaves
    /// out none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub prune: f64,
}

fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

impl Default for SelectionSettings {
    fn default() -> Self {
        Self {
            weighting: Weighting::Tfidf,
            min_df: 1,
            max_features: None,
            log_count_ratio: DEFAULT_LOG_COUNT_RATIO,
            prune: 0.0,
        }
    }
}

/// The terms kept, and the scale of each. See [`SelectionSettings`].
#[derive(Debug)]
pub struct Selection<'c> {
    corpus: &'c EncodedCorpus,
    weighting: Weighting,
    /// The feature of each term id, [`NONE`] for those dropped.
    feature_of: Vec<u32>,
    /// The term id of each feature.
    terms: Vec<u32>,
    document_frequencies: Vec<u32>,
    scales: Vec<f32>,
    /// The number of features before any was left out.
    n_chosen: usize,
}

impl<'c> Selection<'c> {
    /// Chooses terms by how often they occur in `rows`, and scales them by their document frequency there and by how much
    /// they tell the labels of these rows apart. `labels` has the label of every row of the corpus.
    pub fn new(
        corpus: &'c EncodedCorpus,
        labels: &[LabelId],
        rows: &[u32],
        settings: SelectionSettings,
    ) -> Self {
        let counts = Counts::new(corpus, rows, settings.max_features.is_some());
        let blocks = [
            0..corpus.n_words() as u32,
            corpus.n_words() as u32..corpus.n_terms() as u32,
        ];
        let mut terms: Vec<u32> = Vec::new();
        for block in blocks {
            let frequent = |&id: &u32| counts.document[id as usize] >= settings.min_df.max(1);
            let mut kept: Vec<u32> = block.filter(frequent).collect();
            if let Some(most) = settings.max_features
                && kept.len() > most
            {
                // Among equally frequent ones the first, so that an n-gram never outlives what it extends.
                kept.sort_unstable_by_key(|&id| (Reverse(counts.total[id as usize]), id));
                kept.truncate(most);
                kept.sort_unstable();
            }
            terms.extend(kept);
        }
        if corpus
            .settings()
            .word_ngrams
            .is_some_and(|range| range.min() > 1)
        {
            let needed = with_what_they_extend(corpus, terms.iter().copied());
            terms = (0..)
                .zip(&needed)
                .filter(|(_, needed)| **needed)
                .map(|(term, _)| term)
                .collect();
        }
        let feature_of = number(corpus, &counts.document, &mut terms);
        let document_frequencies: Vec<u32> = terms
            .iter()
            .map(|&term| counts.document[term as usize])
            .collect();
        let scale = |&df: &u32| match df {
            0 => 0.0,
            df => settings.weighting.scale(df, rows.len()),
        };
        let mut scales: Vec<f32> = document_frequencies.iter().map(scale).collect();
        if settings.log_count_ratio != 0.0 {
            let ratios = log_count_ratios(corpus, labels, rows, &counts.document);
            scales
                .par_iter_mut()
                .zip(&terms)
                .for_each(|(scale, &term)| {
                    let ratio = f64::from(ratios[term as usize]);
                    *scale =
                        (f64::from(*scale) * libm::pow(ratio, settings.log_count_ratio)) as f32;
                });
        }
        Self {
            corpus,
            weighting: settings.weighting,
            feature_of,
            scales,
            document_frequencies,
            n_chosen: terms.len(),
            terms,
        }
    }

    /// Leaves out all features but those that `keep` names and those that word n-grams among them extend. Gives also the
    /// former number of each feature that stays, in rising order: order by kind and document frequency stays.
    #[must_use]
    pub fn pruned(&self, keep: impl Fn(FeatureId) -> bool) -> (Self, Vec<FeatureId>) {
        let named = (0..)
            .map(FeatureId)
            .zip(&self.terms)
            .filter(|&(feature, _)| keep(feature))
            .map(|(_, &term)| term);
        let needed = with_what_they_extend(self.corpus, named);
        let kept: Vec<FeatureId> = (0..)
            .map(FeatureId)
            .zip(&self.terms)
            .filter(|&(_, &term)| needed[term as usize])
            .map(|(feature, _)| feature)
            .collect();
        let terms: Vec<u32> = kept.iter().map(|id| self.terms[id.index()]).collect();
        let mut feature_of = vec![NONE; self.feature_of.len()];
        for (feature, &term) in (0..).zip(&terms) {
            feature_of[term as usize] = feature;
        }
        let document_frequency = |id: &FeatureId| self.document_frequencies[id.index()];
        let pruned = Self {
            feature_of,
            terms,
            document_frequencies: kept.iter().map(document_frequency).collect(),
            scales: kept.iter().map(|id| self.scales[id.index()]).collect(),
            corpus: self.corpus,
            weighting: self.weighting,
            n_chosen: self.n_chosen,
        };
        (pruned, kept)
    }

    /// The number of features.
    pub fn n_features(&self) -> usize {
        self.terms.len()
    }

    /// The number of features that are words or word n-grams; they come first.
    fn n_words(&self) -> usize {
        let n_words = self.corpus.n_words();
        self.terms
            .partition_point(|&term| (term as usize) < n_words)
    }

    /// How many words `row` has, without stop words and marks, and how many of them are no feature.
    ///
    /// # Panics
    /// If the corpus has no such row.
    pub fn coverage(&self, row: usize) -> Coverage {
        let mut coverage = Coverage::default();
        self.corpus.for_each_word(row, |stem| {
            coverage.words += 1;
            coverage.unknown += usize::from(self.feature_of[stem as usize] == NONE);
        });
        coverage
    }

    /// The number of features before any was left out by [`pruned`](Self::pruned).
    pub fn n_chosen(&self) -> usize {
        self.n_chosen
    }

    /// In how many of the rows each feature occurs; 0 for one that only longer n-grams extend.
    pub fn document_frequencies(&self) -> &[u32] {
        &self.document_frequencies
    }

    /// The scale of each feature; see [`weighting`](super::weighting).
    pub fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// The document frequencies and the scales, without the rest.
    pub fn into_numbers(self) -> (Vec<u32>, Vec<f32>) {
        (self.document_frequencies, self.scales)
    }

    /// `rows` of the corpus as a matrix (`rows.len() × n_features`), the same on any number of threads.
    pub fn design_matrix(&self, rows: &[u32]) -> DesignMatrix {
        let mut matrix = DesignMatrix::new(self.n_features());
        for rows in rows.chunks(CHUNK_ROWS * CHUNKS_AT_ONCE) {
            let parts: Vec<DesignMatrix> = rows
                .par_chunks(CHUNK_ROWS)
                .map_init(
                    || RowBuilder::new(self),
                    |builder, rows| {
                        let mut part = DesignMatrix::new(self.n_features());
                        for &row in rows {
                            part.push_row(builder.build(row as usize))
                                .expect("ids rise, values are finite");
                        }
                        part
                    },
                )
                .collect();
            matrix.append(parts);
        }
        matrix
    }

    /// The chosen terms, frozen.
    pub fn vocabulary(&self) -> Vocabulary {
        let corpus = self.corpus;
        let (n_stems, n_words) = (corpus.stems.len(), corpus.n_words());
        let below = |end: usize| self.terms.iter().filter(|&&t| (t as usize) < end).count();
        let (words, chars) = self.terms.split_at(below(n_words));
        let (stems, ngrams) = words.split_at(below(n_stems));
        let stems = stems.iter().map(|&term| corpus.stems.get(term as usize));
        let chars = chars
            .iter()
            .map(|&term| corpus.chars.get(term as usize - n_words));
        let ngrams = ngrams
            .iter()
            .map(|&term| {
                corpus.ngrams[term as usize - n_stems].map(|id| self.feature_of[id as usize])
            })
            .collect();
        let (stems, chars) = rayon::join(|| TermBuffer::new(stems), || TermBuffer::new(chars));
        Vocabulary::new(stems, ngrams, chars)
    }
}

/// Orders the terms of each kind by falling document frequency, equals by bytes (n-grams by the features they are made
/// of), and gives the feature of each term id. What is common then lies side by side in memory, for the fit and for
/// scoring.
fn number(corpus: &EncodedCorpus, document: &[u32], terms: &mut [u32]) -> Vec<u32> {
    let n_stems = corpus.stems.len();
    let mut feature_of = vec![NONE; corpus.n_terms()];
    let mut start = 0;
    for &end in &corpus.kind_ends {
        let n = terms[start..]
            .iter()
            .take_while(|&&term| (term as usize) < end)
            .count();
        let kind = &mut terms[start..start + n];
        kind.par_sort_by_cached_key(|&term| {
            // What an n-gram extends is of an earlier kind, so it has its number.
            let ngram = (term as usize)
                .checked_sub(n_stems)
                .and_then(|at| corpus.ngrams.get(at));
            let pair = ngram.map_or([term; 2], |pair| pair.map(|id| feature_of[id as usize]));
            (Reverse(document[term as usize]), pair)
        });
        for (feature, &term) in (start as u32..).zip(kind.iter()) {
            feature_of[term as usize] = feature;
        }
        start += n;
    }
    feature_of
}

/// For each term id whether it is among `terms`, or an n-gram there extends it: looking an n-gram up starts at its stems.
fn with_what_they_extend(corpus: &EncodedCorpus, terms: impl Iterator<Item = u32>) -> Vec<bool> {
    let n_stems = corpus.stems.len();
    let mut needed = vec![false; corpus.n_terms()];
    for term in terms {
        needed[term as usize] = true;
    }
    // Longer n-grams have higher ids, so one pass downwards reaches everything.
    for position in (0..corpus.ngrams.len()).rev() {
        if needed[n_stems + position] {
            for id in corpus.ngrams[position] {
                needed[id as usize] = true;
            }
        }
    }
    needed
}

/// Makes one matrix row at a time; the buffers are kept.
struct RowBuilder<'s, 'c> {
    selection: &'s Selection<'c>,
    weigher: Weigher,
    counts: RowCounts,
    chars: Vec<FeatureId>,
    row: Vec<(FeatureId, f32)>,
}

impl<'s, 'c> RowBuilder<'s, 'c> {
    fn new(selection: &'s Selection<'c>) -> Self {
        Self {
            weigher: selection.weighting.weigher(),
            counts: RowCounts::new(selection.n_words(), selection.n_features()),
            selection,
            chars: Vec::new(),
            row: Vec::new(),
        }
    }

    fn build(&mut self, row: usize) -> impl Iterator<Item = (FeatureId, f32)> + '_ {
        let Selection {
            corpus,
            feature_of,
            scales,
            ..
        } = self.selection;
        let feature = |term: u32| {
            let feature = feature_of[term as usize];
            (feature != NONE).then_some(FeatureId(feature))
        };
        self.counts.begin();
        corpus.for_each_word_term(row, |term| {
            if let Some(feature) = feature(term) {
                self.counts.add_word(feature);
            }
        });
        self.chars.clear();
        corpus.for_each_char_term(row, |term| self.chars.extend(feature(term)));
        self.counts.add_chars(&self.chars);
        let (features, values) = self.counts.weigh(&self.weigher, Scales::new(scales, 1));
        self.row.clear();
        self.row
            .extend(features.iter().copied().zip(values.iter().copied()));
        self.row.sort_unstable_by_key(|&(feature, _)| feature);
        self.row.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::vocabulary::VocabularyView;
    use crate::text::{Analyzer, Language, TextSettings};

    const TEXTS: [&str; 3] = ["we talk we talk", "we strike", "they talk"];

    fn labels() -> [LabelId; 3] {
        [0, 1, 0].map(LabelId::new)
    }

    fn encode(word_ngrams: &str) -> EncodedCorpus {
        let settings = TextSettings {
            language: Language::None,
            word_ngrams: Some(word_ngrams.parse().unwrap()),
            char_ngrams: None,
            ..TextSettings::default()
        };
        let analyzer = Analyzer::new(settings).unwrap();
        EncodedCorpus::new(&analyzer, TEXTS.len(), |row| TEXTS[row]).unwrap()
    }

    fn terms(selection: &Selection<'_>) -> Vec<String> {
        let vocabulary = selection.vocabulary();
        let view =
            VocabularyView::new(vocabulary.parts(), selection.document_frequencies()).unwrap();
        (0..view.len() as u32)
            .map(|id| view.term(FeatureId(id)))
            .collect()
    }

    #[test]
    fn terms_are_judged_on_the_given_rows_only() {
        let corpus = encode("1-1");
        let all = Selection::new(&corpus, &labels(), &[0, 1, 2], SelectionSettings::default());
        assert_eq!(terms(&all), ["talk", "we", "strike", "they"]);
        assert_eq!(all.document_frequencies(), [2, 2, 1, 1]);
        let some = Selection::new(&corpus, &labels(), &[0, 1], SelectionSettings::default());
        assert_eq!(terms(&some), ["we", "strike", "talk"]);
        assert_eq!(some.document_frequencies(), [2, 1, 1]);
    }

    #[test]
    fn rare_and_surplus_terms_are_dropped() {
        let corpus = encode("1-2");
        let frequent = SelectionSettings {
            min_df: 2,
            ..SelectionSettings::default()
        };
        assert_eq!(
            terms(&Selection::new(&corpus, &labels(), &[0, 1, 2], frequent)),
            ["talk", "we"]
        );
        let few = SelectionSettings {
            max_features: Some(3),
            ..SelectionSettings::default()
        };
        assert_eq!(
            terms(&Selection::new(&corpus, &labels(), &[0, 1, 2], few)),
            ["talk", "we", "we talk"]
        );
    }

    #[test]
    fn what_only_longer_ngrams_extend_has_no_weight() {
        let corpus = encode("2-2");
        let selection = Selection::new(&corpus, &labels(), &[0, 1], SelectionSettings::default());
        assert_eq!(
            terms(&selection),
            ["strike", "talk", "we", "talk we", "we strike", "we talk"]
        );
        assert_eq!(selection.scales()[..3], [0.0; 3]);
        assert!(selection.scales()[3..].iter().all(|&scale| scale > 0.0));
        let matrix = selection.design_matrix(&[0]);
        assert_eq!(matrix.row(0).features, [FeatureId(3), FeatureId(5)]);
    }

    #[test]
    fn pruning_keeps_order_and_what_ngrams_extend() {
        let corpus = encode("1-3");
        let choose =
            || Selection::new(&corpus, &labels(), &[0, 1, 2], SelectionSettings::default());
        let all = terms(&choose());
        let keep = |named: &'static [&str]| {
            choose().pruned(|feature| named.contains(&all[feature.index()].as_str()))
        };
        let (pruned, kept) = keep(&["we talk we", "they"]);
        assert_eq!(
            terms(&pruned),
            ["talk", "we", "they", "we talk", "we talk we"]
        );
        assert_eq!((pruned.n_features(), pruned.n_chosen()), (5, all.len()));
        let whole = choose();
        for (now, before) in kept.iter().enumerate() {
            assert_eq!(terms(&pruned)[now], all[before.index()]);
            assert_eq!(pruned.scales()[now], whole.scales()[before.index()]);
        }
        assert!(kept.is_sorted());
        // "strike" is unknown now, and with it "we strike".
        let known: Vec<u32> = pruned
            .design_matrix(&[1])
            .row(0)
            .features
            .iter()
            .map(|f| f.0)
            .collect();
        assert_eq!(known, [1]);
        assert_eq!(terms(&keep(&[]).0), [""; 0]);
    }

    #[test]
    fn rows_have_unit_length_per_block() {
        let analyzer = Analyzer::new(TextSettings::default()).unwrap();
        let corpus = EncodedCorpus::new(&analyzer, TEXTS.len(), |row| TEXTS[row]).unwrap();
        let selection =
            Selection::new(&corpus, &labels(), &[0, 1, 2], SelectionSettings::default());
        for row in selection.design_matrix(&[2, 0]).rows() {
            let squares: f32 = row.values.iter().map(|v| v * v).sum();
            assert!((squares - 2.0).abs() < 1e-5, "two blocks: {squares}");
        }
    }
}
