//! Names, numbers and links among the terms that weigh most.

use super::names::Names;
use crate::explanation::heaviest;
use crate::model::StanceModel;
use crate::text::WordForm;
use rustc_hash::FxHashSet;
use serde::Serialize;

/// Why a term is no matter of what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShortcutKind {
    /// Part of it is a name.
    Name,
    /// It has a digit.
    Number,
    /// It is a piece of an address on the web.
    Link,
}

impl ShortcutKind {
    /// As a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::Link => "link",
        }
    }
}

/// A heavy term that is a name, a number or a link.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeavyShortcut {
    /// The position of the label that it speaks for.
    pub label: usize,
    /// Its place among the label's terms, from 1.
    pub rank: usize,
    /// The term.
    pub term: String,
    /// Weight times scale, in log-odds.
    pub weight: f64,
    /// What it is.
    pub kind: ShortcutKind,
}

/// Looks at the `top` words and n-grams of words that speak strongest for each label.
pub fn heavy_shortcuts(model: &StanceModel, names: &Names, top: usize) -> Vec<HeavyShortcut> {
    let analyzer = model.analyzer();
    let mut form = WordForm::default();
    let mut stems: FxHashSet<String> = FxHashSet::default();
    for name in names.sorted() {
        analyzer.analyze(name, &mut form);
        stems.extend(form.token().map(str::to_owned));
    }
    let vocabulary = model.vocabulary();
    let mut found = Vec::new();
    for label in model.labels().ids() {
        let [words, _] = heaviest(model, label, top);
        for (rank, (feature, weight)) in (1..).zip(words) {
            let term = vocabulary.term(feature);
            if let Some(kind) = kind(&term, &stems) {
                found.push(HeavyShortcut {
                    label: label.index(),
                    rank,
                    term,
                    weight,
                    kind,
                });
            }
        }
    }
    found
}

fn kind(term: &str, names: &FxHashSet<String>) -> Option<ShortcutKind> {
    let parts = || term.split(' ');
    if parts().any(|part| matches!(part, "http" | "https" | "www" | "html" | "t.co")) {
        Some(ShortcutKind::Link)
    } else if term.chars().any(char::is_numeric) {
        Some(ShortcutKind::Number)
    } else if parts().any(|part| names.contains(part)) {
        Some(ShortcutKind::Name)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_told_by_their_parts() {
        let names: FxHashSet<String> = ["norland".to_owned()].into_iter().collect();
        assert_eq!(kind("of norland", &names), Some(ShortcutKind::Name));
        assert_eq!(kind("14 may", &names), Some(ShortcutKind::Number));
        assert_eq!(kind("http t.co", &names), Some(ShortcutKind::Link));
        assert_eq!(kind("will strike", &names), None);
    }
}
