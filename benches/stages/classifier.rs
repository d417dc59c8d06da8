//! Sparse rows to weights.

use std::cell::LazyCell;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use linfa::ParamGuard;
use stance::classifier::{self, Hyperparameters, ValidHyperparameters};
use stance::features::{DesignMatrix, Selection, SelectionSettings};
use stance::statement::LabelledCorpus;

use crate::prepared::{analyzer, encoded, feature_settings, first_rows};
use crate::texts::{Kind, LABELS, Texts};

/// With characters a row has some ten times as many non-zeros, so there are fewer rows.
const N_WORDS: [usize; 2] = [180_000, 36_000];

/// A matrix and a label for each row to weights.
pub fn fit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fit");
    group.sample_size(10);
    let settings = Hyperparameters::new()
        .check()
        .expect("the defaults are valid");
    for ((features, text), n_words) in feature_settings().into_iter().zip(N_WORDS) {
        let texts = Texts::new(Kind::STATEMENTS, n_words);
        let corpus = encoded(&analyzer(text), &texts);
        let rows = first_rows(texts.len());
        let selection = Selection::new(
            &corpus,
            texts.corpus.labels(),
            &rows,
            SelectionSettings::default(),
        );
        let matrix = selection.design_matrix(&rows);
        let expected = LazyCell::new(|| objective(&matrix, &texts.corpus, &settings));
        let size = format!("{} rows x {}", matrix.n_rows(), matrix.n_features());
        group.throughput(Throughput::Elements(matrix.n_nonzeros() as u64));
        group.bench_function(BenchmarkId::new(features, size), |b| {
            let expected = expected.to_bits();
            b.iter(|| {
                let objective = objective(black_box(&matrix), &texts.corpus, &settings);
                // The same bits, not nearly the same number.
                assert_eq!(objective.to_bits(), expected);
            });
        });
    }
    group.finish();
}

fn objective(
    matrix: &DesignMatrix,
    corpus: &LabelledCorpus,
    settings: &ValidHyperparameters,
) -> f64 {
    let (_, report) = classifier::fit(matrix, corpus.labels(), None, LABELS.len(), settings, None)
        .expect("the rows can be fitted");
    assert!(report.converged());
    report.objective
}
