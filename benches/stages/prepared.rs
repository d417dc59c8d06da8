//! What more than one stage starts from.

use stance::features::EncodedCorpus;
use stance::model::{StanceModel, TrainingSettings, train};
use stance::text::{Analyzer, TextSettings};

use crate::texts::Texts;

/// The two sets of features that users choose between, by the name that benchmarks give them.
pub fn feature_settings() -> [(&'static str, TextSettings); 2] {
    let both = TextSettings::default();
    let words = TextSettings {
        char_ngrams: None,
        ..both.clone()
    };
    [("words", words), ("words and characters", both)]
}

pub fn analyzer(settings: TextSettings) -> Analyzer {
    Analyzer::new(settings).expect("words make features")
}

pub fn encoded(analyzer: &Analyzer, texts: &Texts) -> EncodedCorpus {
    EncodedCorpus::new(analyzer, texts.len(), |row| texts.corpus.text(row)).expect("small enough")
}

/// The first `n` rows by number.
pub fn first_rows(n: usize) -> Vec<u32> {
    (0..n as u32).collect()
}

/// A model without cross-validation and calibrator.
pub fn trained(texts: &Texts, text: TextSettings) -> StanceModel {
    let settings = TrainingSettings {
        text,
        folds: 0,
        ..TrainingSettings::default()
    };
    train(&texts.corpus, &settings, &|_| {})
        .expect("the corpus can be trained on")
        .model
}
