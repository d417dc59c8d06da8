//! Which scored quotations somebody should look at, and why.

use stance::features::vectorizer::Coverage;
use stance::prediction::{Prediction, UNITS};
use stance::quotes::Resolved;

/// Below this the highest probability is low, where no threshold says otherwise; in millionths.
const LOW: u32 = UNITS / 10 * 6;
/// Many words are unknown at one in so many.
const UNKNOWN_IN: usize = 3;

/// What is doubtful about a speaker, by the column `resolved`.
pub fn speaker(resolved: &str) -> Option<&'static str> {
    let is = |of: Resolved| resolved == of.name();
    let inferred = is(Resolved::Inferred).then_some("speaker inferred");
    inferred.or(is(Resolved::Unresolved).then_some("speaker unknown"))
}

/// All that is doubtful about a quotation, separated by `; `; empty if nothing is.
pub fn reasons(
    speaker: Option<&'static str>,
    prediction: &Prediction,
    threshold: Option<u32>,
    coverage: Coverage,
) -> String {
    let top = prediction.millionths()[prediction.label().index()];
    let is_low = top < threshold.unwrap_or(LOW);
    let is_unknown = coverage.unknown > 0 && UNKNOWN_IN * coverage.unknown >= coverage.words;
    let found = [
        is_low.then_some("low confidence"),
        speaker,
        is_unknown.then_some("unknown words"),
    ];
    found.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
