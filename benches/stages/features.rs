//! Corpora to numbered terms, and texts to sparse rows.

use std::cell::LazyCell;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use stance::features::weighting::{Scales, Weighting};
use stance::features::{Selection, SelectionSettings, Vectorizer, Vocabulary, VocabularyView};
use stance::text::{Analyzer, TextSettings};

use crate::prepared::{analyzer, encoded, feature_settings, first_rows};
use crate::texts::{Kind, Texts};

const N_WORDS: usize = 180_000;

/// A corpus to numbered terms: segmentation, folding, stemming, n-grams of words and characters.
pub fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    for kind in Kind::ALL {
        let texts = Texts::new(kind, N_WORDS);
        let analyzer = analyzer(TextSettings::default());
        let expected = LazyCell::new(|| encoded(&analyzer, &texts).n_terms());
        group.throughput(Throughput::Bytes(texts.bytes));
        group.bench_function(BenchmarkId::new(kind.name(), texts.size()), |b| {
            let expected = *expected;
            b.iter(|| assert_eq!(encoded(&analyzer, black_box(&texts)).n_terms(), expected));
        });
    }
    group.finish();
}

/// Texts to sparse rows. The vocabulary is frozen on the first half of them, so that the second half has new words. The
/// vectoriser is new in each round, so that its cache begins empty.
pub fn vectorise(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("vectorise");
    for (features, settings) in feature_settings() {
        for kind in Kind::ALL {
            let texts = Texts::new(kind, N_WORDS);
            let frozen = LazyCell::new(|| Frozen::new(&texts, settings.clone()));
            let name = format!("{features}, {}", kind.name());
            group.throughput(Throughput::ElementsAndBytes {
                elements: texts.len() as u64,
                bytes: texts.bytes,
            });
            group.bench_function(BenchmarkId::new(name, texts.size()), |b| {
                let frozen = &*frozen;
                let vocabulary = frozen.view();
                b.iter(|| {
                    let nonzeros = frozen.nonzeros(vocabulary, black_box(&texts));
                    assert_eq!(nonzeros, frozen.expected_nonzeros);
                });
            });
        }
    }
    group.finish();
}

/// What a vectoriser looks up.
struct Frozen {
    analyzer: Analyzer,
    vocabulary: Vocabulary,
    document_frequencies: Vec<u32>,
    scales: Vec<f32>,
    /// Of all texts, as training would count them.
    expected_nonzeros: usize,
}

impl Frozen {
    fn new(texts: &Texts, settings: TextSettings) -> Self {
        let analyzer = analyzer(settings);
        let corpus = encoded(&analyzer, texts);
        let half = first_rows(texts.len() / 2);
        let selection = Selection::new(
            &corpus,
            texts.corpus.labels(),
            &half,
            SelectionSettings::default(),
        );
        let matrix = selection.design_matrix(&first_rows(texts.len()));
        Self {
            vocabulary: selection.vocabulary(),
            document_frequencies: selection.document_frequencies().to_vec(),
            scales: selection.scales().to_vec(),
            expected_nonzeros: matrix.n_nonzeros(),
            analyzer,
        }
    }

    fn view(&self) -> VocabularyView<'_> {
        VocabularyView::new(self.vocabulary.parts(), &self.document_frequencies)
            .expect("a selection's vocabulary passes all checks")
    }

    fn nonzeros(&self, vocabulary: VocabularyView<'_>, texts: &Texts) -> usize {
        let scales = Scales::new(&self.scales, 1);
        let mut vectorizer = Vectorizer::new(&self.analyzer, vocabulary, scales, Weighting::Tfidf);
        let rows = texts.iter();
        rows.map(|text| vectorizer.vectorize(text).values.len())
            .sum()
    }
}
