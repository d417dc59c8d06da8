//! Opens a model, scores statements, and prints for each the label, its probability and the words that speak for it.
//!
//! ```text
//! cargo run --release --example score                    # the model in the box
//! cargo run --release --example score -- my.stance       # one of your own
//! ```

use std::io::Write;
use std::path::Path;

use stance::explanation::{Explanation, reasons};
use stance::model::StanceModel;

const STATEMENTS: [&str; 3] = [
    "If a single shell lands on our side of the river, we will answer tenfold.",
    "We propose to release all prisoners on both sides before the talks begin.",
    "The ministry confirmed that the delegation arrived on Monday.",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = match std::env::args_os().nth(1) {
        Some(path) => StanceModel::open(Path::new(&path))?,
        None => StanceModel::embedded(),
    };
    let mut out = std::io::stdout().lock();

    // A scorer keeps buffers and what it learned of each distinct word: make one a thread, not one a statement.
    let mut scorer = model.scorer();
    for text in STATEMENTS {
        let scored = scorer.score(text);
        let label = scored.prediction.label();
        let probability = scored.prediction.probability(label).get();
        let coverage = scored.row.coverage;
        writeln!(out, "{text}")?;
        writeln!(
            out,
            "  {} {probability:.3}, {} of {} words unknown",
            model.labels().name(label),
            coverage.unknown,
            coverage.words
        )?;
        // The numbers are what each word adds to the calibrated log-odds of the predicted label.
        let explanation = Explanation::new(&model, &mut scorer, text);
        writeln!(out, "  {}", reasons(&explanation, 3))?;
    }
    Ok(())
}
