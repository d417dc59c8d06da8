//! The labels themselves: how many rows each has, and whether two are one with two spellings.

use crate::statement::LabelledCorpus;
use serde::Serialize;

/// A label with fewer rows than this is rare: of five folds, some learn it from one or two rows.
pub const FEW_ROWS: u64 = 10;
/// Labels are out of balance where the most frequent has so many times the rows of the least frequent.
pub const IMBALANCE: u64 = 10;

/// One label and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCount {
    /// Its name.
    pub label: String,
    /// Its rows.
    pub rows: u64,
}

/// What the labels look like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCheck {
    /// Every label, in sorted order.
    pub counts: Vec<LabelCount>,
    /// Those with fewer than [`FEW_ROWS`] rows.
    pub rare: Vec<String>,
    /// Whether the most frequent has [`IMBALANCE`] times the rows of the least frequent, or more.
    pub imbalanced: bool,
    /// Labels that are equal but for case, white space and punctuation: each time two or more.
    pub look_alikes: Vec<Vec<String>>,
}

impl LabelCheck {
    /// Counts the labels of `corpus`.
    pub fn new(corpus: &LabelledCorpus) -> Self {
        let names = corpus.label_set().names();
        let counts: Vec<LabelCount> = names
            .iter()
            .zip(corpus.label_counts())
            .map(|(label, rows)| LabelCount {
                label: label.clone(),
                rows,
            })
            .collect();
        let least = counts.iter().map(|count| count.rows).min().unwrap_or(0);
        let most = counts.iter().map(|count| count.rows).max().unwrap_or(0);
        let rare = counts.iter().filter(|count| count.rows < FEW_ROWS);
        Self {
            rare: rare.map(|count| count.label.clone()).collect(),
            imbalanced: most >= IMBALANCE * least.max(1),
            look_alikes: look_alikes(names),
            counts,
        }
    }

    /// How many things deserve a look.
    pub fn n_findings(&self) -> usize {
        self.rare.len() + usize::from(self.imbalanced) + self.look_alikes.len()
    }
}

/// Names that are equal once only their letters and digits, in lower case, are left.
fn look_alikes(names: &[String]) -> Vec<Vec<String>> {
    let bare = |name: &String| -> String {
        let kept = name.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let mut sorted: Vec<(String, &String)> = names.iter().map(|name| (bare(name), name)).collect();
    sorted.sort_unstable();
    sorted
        .chunk_by(|(one, _), (other, _)| one == other && !one.is_empty())
        .filter(|alike| alike.len() > 1)
        .map(|alike| alike.iter().map(|(_, name)| (*name).clone()).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::CorpusBuilder;

    fn check(labels: &[(&str, usize)]) -> LabelCheck {
        let mut builder = CorpusBuilder::new();
        for &(label, rows) in labels {
            (0..rows).for_each(|_| builder.push("a statement", label, 1.0));
        }
        LabelCheck::new(&builder.build().unwrap())
    }

    #[test]
    fn spellings_of_one_label_are_found() {
        let found = check(&[
            ("hostile", 20),
            ("Hostile", 20),
            ("verbal conflict", 20),
            ("verbal_conflict", 20),
            ("neutral", 20),
        ]);
        let expected = [
            ["Hostile", "hostile"],
            ["verbal conflict", "verbal_conflict"],
        ];
        assert_eq!(found.look_alikes, expected);
        assert!(found.rare.is_empty() && !found.imbalanced);
    }

    #[test]
    fn signs_without_letters_are_not_alike() {
        assert!(check(&[("+", 20), ("-", 20)]).look_alikes.is_empty());
    }

    #[test]
    fn rare_labels_and_imbalance_are_told() {
        let found = check(&[("a", 9), ("b", 90), ("c", 20)]);
        assert_eq!(found.rare, ["a"]);
        assert!(found.imbalanced);
        assert_eq!(found.n_findings(), 2);
        assert!(!check(&[("a", 10), ("b", 99)]).imbalanced);
    }
}
