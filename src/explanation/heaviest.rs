//! The terms that weigh most in a model.

use crate::features::FeatureId;
use crate::label::LabelId;
use crate::model::StanceModel;

/// The `top` words (and n-grams of words) and the `top` n-grams of characters that speak strongest for `label`, by falling
/// weight times scale: what a first occurrence adds to the label's log-odds before the row is brought to unit length.
pub fn heaviest(model: &StanceModel, label: LabelId, top: usize) -> [Vec<(FeatureId, f64)>; 2] {
    let vocabulary = model.vocabulary();
    let weights = model.weights();
    let mut all: Vec<(FeatureId, f64)> = model
        .scales()
        .iter()
        .zip(weights.column(label.index()))
        .enumerate()
        .filter(|(_, (scale, _))| **scale > 0.0)
        .map(|(id, (&scale, &weight))| (FeatureId(id as u32), f64::from(scale) * f64::from(weight)))
        .collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (chars, words): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|&(feature, _)| vocabulary.is_char_ngram(feature));
    [words, chars].map(|mut block| {
        block.truncate(top);
        block
    })
}
