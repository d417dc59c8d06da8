//! Two models in, the terms whose weights differ most out.

use crate::features::FeatureId;
use crate::label::LabelId;
use crate::model::StanceModel;
use serde::Serialize;

/// What one occurrence of a term adds to a label's log-odds in each of two models, before length: scale times weight, 0
/// where a model does not have the term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeightChange {
    /// The term.
    pub term: String,
    /// Whether it is a character n-gram.
    pub is_char_ngram: bool,
    /// The label for which the two differ most.
    pub label: String,
    /// In the first model.
    pub first: f64,
    /// In the second.
    pub second: f64,
}

impl WeightChange {
    /// How much more the second model adds.
    pub fn difference(&self) -> f64 {
        self.second - self.first
    }
}

/// The `top` terms whose weight for some label differs most, largest first; labels that only one of the models has are
/// not looked at.
pub fn weight_changes(first: &StanceModel, second: &StanceModel, top: usize) -> Vec<WeightChange> {
    let labels: Vec<(LabelId, LabelId)> = first
        .labels()
        .ids()
        .filter_map(|id| Some((id, second.labels().id(first.labels().name(id))?)))
        .collect();
    let weight_in = |model: &StanceModel, feature: Option<FeatureId>, label: LabelId| {
        feature.map_or(0.0, |feature| {
            let weight = model.weights()[[feature.index(), label.index()]];
            f64::from(model.scales()[feature.index()]) * f64::from(weight)
        })
    };
    let mut changes: Vec<(f64, WeightChange)> = Vec::new();
    for (key, [a, b]) in joined(terms(first), terms(second)) {
        let differences = labels.iter().map(|&(of_first, of_second)| {
            let first = weight_in(first, a, of_first);
            (first, weight_in(second, b, of_second), of_first)
        });
        let largest = differences.reduce(|best, next| {
            let size = |d: (f64, f64, LabelId)| (d.1 - d.0).abs();
            if size(next) > size(best) { next } else { best }
        });
        let Some((in_first, in_second, label)) = largest.filter(|d| d.0 != d.1) else {
            continue;
        };
        let change = WeightChange {
            term: key.term,
            is_char_ngram: key.is_char_ngram,
            label: first.labels().name(label).to_owned(),
            first: in_first,
            second: in_second,
        };
        changes.push(((in_second - in_first).abs(), change));
        // No more than needed is kept of a large vocabulary.
        if changes.len() > 2 * top + 1_000 {
            keep_largest(&mut changes, top);
        }
    }
    keep_largest(&mut changes, top);
    changes.into_iter().map(|(_, change)| change).collect()
}

/// Sorted; ties stay in the order of terms, which is the order they came in.
fn keep_largest(changes: &mut Vec<(f64, WeightChange)>, top: usize) {
    changes.sort_by(|a, b| b.0.total_cmp(&a.0));
    changes.truncate(top);
}

/// What makes a term of two models the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    is_char_ngram: bool,
    term: String,
}

/// The terms that weigh something, in order.
fn terms(model: &StanceModel) -> Vec<(Key, FeatureId)> {
    let vocabulary = model.vocabulary();
    let scales = model.scales().iter().enumerate();
    let mut terms: Vec<(Key, FeatureId)> = scales
        .filter(|(_, scale)| **scale > 0.0)
        .map(|(position, _)| {
            let feature = FeatureId(position as u32);
            let key = Key {
                is_char_ngram: vocabulary.is_char_ngram(feature),
                term: vocabulary.term(feature).to_string(),
            };
            (key, feature)
        })
        .collect();
    terms.sort_unstable();
    terms
}

/// Both lists as one, in order, with the feature in each.
fn joined(
    first: Vec<(Key, FeatureId)>,
    second: Vec<(Key, FeatureId)>,
) -> impl Iterator<Item = (Key, [Option<FeatureId>; 2])> {
    let mut first = first.into_iter().peekable();
    let mut second = second.into_iter().peekable();
    std::iter::from_fn(move || {
        let order = match (first.peek(), second.peek()) {
            (Some((a, _)), Some((b, _))) => a.cmp(b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return None,
        };
        let a = order.is_le().then(|| first.next()).flatten();
        let b = order.is_ge().then(|| second.next()).flatten();
        let ids = [a.as_ref().map(|(_, id)| *id), b.as_ref().map(|(_, id)| *id)];
        a.or(b).map(|(key, _)| (key, ids))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TrainingSettings, train};
    use crate::statement::CorpusBuilder;

    fn model(rows: &[(&str, &str)]) -> StanceModel {
        let mut builder = CorpusBuilder::new();
        rows.iter()
            .for_each(|(text, label)| builder.push(text, label, 1.0));
        let settings = TrainingSettings {
            folds: 0,
            ..TrainingSettings::default()
        };
        train(&builder.build().unwrap(), &settings, &|_| ())
            .unwrap()
            .model
    }

    const ROWS: [(&str, &str); 4] = [
        ("we strike now", "hostile"),
        ("they strike back", "hostile"),
        ("we agree now", "mild"),
        ("they agree at last", "mild"),
    ];

    #[test]
    fn a_model_does_not_differ_from_itself() {
        assert!(weight_changes(&model(&ROWS), &model(&ROWS), 10).is_empty());
    }

    #[test]
    fn a_word_that_changes_sides_moves_most_and_a_new_one_starts_at_zero() {
        let mut rows = ROWS;
        (rows[0].1, rows[1].1) = ("mild", "mild");
        (rows[2], rows[3]) = (("we agree zzz", "hostile"), ("they agree zzz", "hostile"));
        let changes = weight_changes(&model(&ROWS), &model(&rows), 500);
        let sizes: Vec<f64> = changes.iter().map(|c| c.difference().abs()).collect();
        assert!(sizes.is_sorted_by(|a, b| a >= b));
        let of = |term: &str| {
            let mut words = changes.iter().filter(|c| !c.is_char_ngram);
            words.find(|c| c.term == term).unwrap()
        };
        let strike = of("strike");
        assert!(strike.first * strike.second < 0.0, "{strike:?}");
        assert_eq!(of("zzz").first, 0.0);
        assert_eq!(of("last").second, 0.0);
    }
}
