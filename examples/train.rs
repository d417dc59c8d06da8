//! Trains from rows in memory, in two ways: a whole model in one call, and the classifier alone through linfa's dataset.
//!
//! ```text
//! cargo run --release --example train
//! ```

use std::io::Write;

use linfa::prelude::*;
use ndarray::Array1;
use stance::classifier::Hyperparameters;
use stance::features::{EncodedCorpus, Selection, SelectionSettings};
use stance::model::{TrainingSettings, train};
use stance::statement::{CorpusBuilder, LabelledCorpus};
use stance::text::{Analyzer, TextSettings};

const ROWS: [(&str, &str); 12] = [
    ("We will strike back at dawn.", "hostile"),
    ("They will pay for this attack.", "hostile"),
    ("There will be no talks with murderers.", "hostile"),
    ("Leave the valley or be buried in it.", "hostile"),
    ("We are ready to talk tomorrow.", "conciliatory"),
    ("We offer a truce and free the prisoners.", "conciliatory"),
    ("We thank them for opening the crossing.", "conciliatory"),
    ("Let us lift the blockade together.", "conciliatory"),
    ("The minister arrived on Monday.", "neutral"),
    ("The session begins at nine.", "neutral"),
    ("The ministry declined to comment.", "neutral"),
    ("Four trucks crossed the bridge.", "neutral"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = CorpusBuilder::new();
    for (text, label) in ROWS {
        builder.push(text, label, 1.0);
    }
    let corpus = builder.build()?;
    let mut out = std::io::stdout().lock();
    whole_model(&corpus, &mut out)?;
    classifier_alone(&corpus, &mut out)
}

/// Folds, calibration, fit and freezing, as `stance train` does it; the result is the bytes of a model file.
fn whole_model(
    corpus: &LabelledCorpus,
    out: &mut impl Write,
) -> Result<(), Box<dyn std::error::Error>> {
    let settings = TrainingSettings {
        folds: 2,
        ..TrainingSettings::default()
    };
    let trained = train(corpus, &settings, &|_stage| {})?;
    writeln!(out, "{}", trained.fit)?;
    writeln!(out, "model of {} bytes", trained.model.as_bytes().len())?;
    let mut scorer = trained.model.scorer();
    let scored = scorer.score("We are ready to lift the blockade.");
    let label = trained.model.labels().name(scored.prediction.label());
    writeln!(out, "\"We are ready to lift the blockade.\" is {label}")?;
    Ok(())
}

/// The same rows as a [`DesignMatrix`](stance::features::DesignMatrix), which is linfa's records type here.
fn classifier_alone(
    corpus: &LabelledCorpus,
    out: &mut impl Write,
) -> Result<(), Box<dyn std::error::Error>> {
    let analyzer = Analyzer::new(TextSettings::default())?;
    let encoded = EncodedCorpus::new(&analyzer, corpus.len(), |row| corpus.text(row))?;
    let rows: Vec<u32> = (0..corpus.len() as u32).collect();
    let selection = Selection::new(
        &encoded,
        corpus.labels(),
        &rows,
        SelectionSettings::default(),
    );
    let targets: Array1<usize> = corpus.labels().iter().map(|label| label.index()).collect();
    let dataset = DatasetBase::new(selection.design_matrix(&rows), targets);

    // Unchecked settings are checked on the way into the fit (linfa's `ParamGuard`).
    let (classifier, report) = Hyperparameters::new().c(1.0).fit(&dataset)?;
    let predicted = classifier.predict(&dataset);
    let confusion = predicted.confusion_matrix(&dataset)?;
    writeln!(
        out,
        "{} rows, {} features",
        dataset.nsamples(),
        selection.n_features()
    )?;
    writeln!(out, "{report}")?;
    writeln!(
        out,
        "accuracy on its own training rows {}",
        confusion.accuracy()
    )?;
    Ok(())
}
