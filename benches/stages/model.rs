//! Corpora to models, and texts to predictions.

use std::cell::LazyCell;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use stance::model::{self, StanceModel, TrainingSettings};

use crate::prepared::{feature_settings, trained};
use crate::texts::{Kind, LABELS, Texts};

const N_WORDS: usize = 180_000;

/// A corpus to the bytes of a model, with five folds and calibration.
pub fn train(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("train");
    group.sample_size(10);
    let texts = Texts::new(Kind::STATEMENTS, N_WORDS / 10);
    let settings = TrainingSettings::default();
    let digest = || {
        let trained = model::train(black_box(&texts.corpus), &settings, &|_| {});
        trained
            .expect("the corpus can be trained on")
            .model
            .digest()
    };
    let expected = LazyCell::new(digest);
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function(BenchmarkId::new(texts.kind.name(), texts.size()), |b| {
        let expected = &*expected;
        b.iter(|| assert_eq!(&digest(), expected));
    });
    group.finish();
}

/// Texts to predictions by a model trained on the first fifth of them. The scorer is new in each round.
pub fn score(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("score");
    for (features, settings) in feature_settings() {
        for kind in Kind::ALL {
            let texts = Texts::new(kind, N_WORDS);
            let prepared = LazyCell::new(|| {
                let model = trained(&Texts::new(kind, N_WORDS / 5), settings.clone());
                let expected = label_counts(&model, &texts);
                (model, expected)
            });
            let name = format!("{features}, {}", kind.name());
            group.throughput(Throughput::ElementsAndBytes {
                elements: texts.len() as u64,
                bytes: texts.bytes,
            });
            group.bench_function(BenchmarkId::new(name, texts.size()), |b| {
                let (model, expected) = &*prepared;
                b.iter(|| assert_eq!(&label_counts(model, black_box(&texts)), expected));
            });
        }
    }
    group.finish();
}

fn label_counts(model: &StanceModel, texts: &Texts) -> [u32; LABELS.len()] {
    let mut scorer = model.scorer();
    let mut counts = [0; LABELS.len()];
    for text in texts.iter() {
        counts[scorer.score(text).prediction.label().index()] += 1;
    }
    counts
}
