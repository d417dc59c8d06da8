//! Columns that tell the label, though they should not.
//!
//! Where an identifier, a file name or the mere order of the rows tells the label, the rows were likely put together label
//! by label from different sources. Then texts may differ by source and not by stance, and a model learns the source.
//!
//! Four views of a column are tried: its *values*; their *prefixes* up to the first digit (`HOS-` of `HOS-0012`); the *last
//! number* in them; and their *order*, in which runs of digits count as numbers. The order of the rows themselves is
//! tried too. A row's label is guessed from other rows only: those with the same value or prefix, or the five before and
//! the five behind it. Guessed is the label with the largest share of its own rows there, Σ [label k] / n_k, so that a
//! frequent label is no better guess than a rare one.
//!
//! The figure is the balanced accuracy (mean recall over labels), 1/K by chance; a row for which there is no other counts as
//! chance. A view is told if it takes away at least [`MIN_LIFT`] of what chance leaves wrong and lies five standard errors
//! above chance. Of a column only the view that tells most is given.

use crate::label::LabelId;
use crate::statement::{Column, LabelledCorpus};
use crate::validation::rounded;
use rayon::prelude::*;
use serde::Serialize;
use std::cmp::Ordering;

/// The least share of what chance leaves wrong that a view must put right.
pub const MIN_LIFT: f64 = 0.25;
/// Standard errors above chance that it must lie.
const MIN_STANDARD_ERRORS: f64 = 5.0;
/// Neighbours looked at on either side of a row.
const NEIGHBOURS: usize = 5;
/// Values given as examples.
const N_EXAMPLES: usize = 3;

/// What of a column tells the label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Equal values.
    Value,
    /// Equal beginnings, up to the first digit.
    Prefix,
    /// Neighbours by the last number in the value.
    Number,
    /// Neighbours by the value.
    Order,
    /// Neighbours as the rows stand in the files.
    Rows,
}

/// A value and the label that most of its rows have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TellingValue {
    /// The value, or its beginning.
    pub value: String,
    /// The label.
    pub label: String,
    /// Rows with value and label.
    pub rows_with_label: u64,
    /// Rows with the value.
    pub rows: u64,
}

/// A column that tells the label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TellingColumn {
    /// Its name; `None` for the order of the rows.
    pub column: Option<String>,
    /// What of it.
    pub view: View,
    /// Mean recall over labels of the guess from other rows.
    #[serde(serialize_with = "rounded::six_digits")]
    pub balanced_accuracy: f64,
    /// The same by chance.
    #[serde(serialize_with = "rounded::six_digits")]
    pub chance: f64,
    /// The values with most rows, where values or prefixes tell.
    pub examples: Vec<TellingValue>,
}

/// The columns of `corpus` that tell the label, without those `named` whose part is known; the order of the rows last.
pub fn telling_columns(corpus: &LabelledCorpus, known: &[&str]) -> Vec<TellingColumn> {
    let columns: Vec<&Column> = corpus
        .columns()
        .iter()
        .filter(|column| !known.contains(&column.name()))
        .collect();
    let found: Vec<Option<TellingColumn>> = columns
        .par_iter()
        .map(|column| telling_column(corpus, column))
        .collect();
    let guesser = Guesser::new(corpus);
    let rows: Vec<u32> = (0..corpus.len() as u32).collect();
    let order = guesser.judged(View::Rows, guesser.by_neighbours(&rows));
    let order = order.map(|(_, telling)| telling);
    found.into_iter().flatten().chain(order).collect()
}

/// The view of `column` that tells most, if one does.
fn telling_column(corpus: &LabelledCorpus, column: &Column) -> Option<TellingColumn> {
    let guesser = Guesser::new(corpus);
    let prefixes: Vec<&str> = column.values().iter().map(|value| prefix(value)).collect();
    let numbers: Vec<Option<&str>> = column.values().iter().map(|v| last_number(v)).collect();
    let (prefix_names, prefix_of) = numbered(&prefixes);
    let prefix_ids: Vec<Option<u32>> = column
        .ids()
        .iter()
        .map(|id| id.map(|id| prefix_of[id as usize]))
        .collect();
    let by_number = |one: usize, other: usize| match (numbers[one], numbers[other]) {
        (Some(one), Some(other)) => compare_numbers(one, other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    };
    let by_value =
        |one: usize, other: usize| natural(&column.values()[one], &column.values()[other]);
    let views = [
        (
            View::Value,
            guesser.by_equal(column.ids(), column.values().len()),
        ),
        (
            View::Prefix,
            guesser.by_equal(&prefix_ids, prefix_names.len()),
        ),
        (
            View::Number,
            guesser.by_neighbours(&sorted(column, by_number)),
        ),
        (
            View::Order,
            guesser.by_neighbours(&sorted(column, by_value)),
        ),
    ];
    let mut best: Option<(f64, TellingColumn)> = None;
    for (view, accuracy) in views {
        let Some((lift, telling)) = guesser.judged(view, accuracy) else {
            continue;
        };
        // A later view must tell clearly more: the simpler one is easier to understand.
        if best.as_ref().is_none_or(|(least, _)| lift > least + 0.02) {
            best = Some((lift, telling));
        }
    }
    let (_, mut telling) = best?;
    telling.column = Some(column.name().to_owned());
    telling.examples = match telling.view {
        View::Value => guesser.examples(column.ids(), |id| &column.values()[id]),
        View::Prefix => guesser.examples(&prefix_ids, |id| prefix_names[id]),
        View::Number | View::Order | View::Rows => Vec::new(),
    };
    Some(telling)
}

/// Guesses rows' labels from other rows.
struct Guesser<'c> {
    corpus: &'c LabelledCorpus,
    labels: &'c [LabelId],
    /// Rows of each label.
    n_with: Vec<u64>,
}

impl<'c> Guesser<'c> {
    fn new(corpus: &'c LabelledCorpus) -> Self {
        Self {
            corpus,
            labels: corpus.labels(),
            n_with: corpus.label_counts(),
        }
    }

    /// The chance that a guess is right for a label, by which its rows count: 1/K.
    fn chance(&self) -> f64 {
        1.0 / self.n_labels() as f64
    }

    /// Labels that occur.
    fn n_labels(&self) -> usize {
        self.n_with.iter().filter(|&&rows| rows > 0).count()
    }

    /// The label of which the largest share of its rows is among `counts`; `None` where there is none.
    fn guess(&self, counts: &[u64]) -> Option<usize> {
        let share = |label: usize| counts[label] as f64 / self.n_with[label].max(1) as f64;
        let first_best =
            (0..counts.len()).reduce(|best, next| match share(next) > share(best) {
                true => next,
                false => best,
            })?;
        (counts[first_best] > 0).then_some(first_best)
    }

    /// The mean recall over labels, of rows guessed right as `hits` says and of those that cannot be guessed.
    fn balanced(&self, hits: &[u64], unguessed: &[u64]) -> f64 {
        let recall = |label: usize| {
            let guessed = hits[label] as f64 + self.chance() * unguessed[label] as f64;
            guessed / self.n_with[label] as f64
        };
        let occurring = (0..self.n_with.len()).filter(|&label| self.n_with[label] > 0);
        occurring.map(recall).sum::<f64>() / self.n_labels() as f64
    }

    /// The balanced accuracy of guesses from the other rows with the same id, of which there are `n_ids`.
    fn by_equal(&self, ids: &[Option<u32>], n_ids: usize) -> f64 {
        let n_labels = self.n_with.len();
        let mut order: Vec<(u32, u32)> = (0..)
            .zip(ids)
            .filter_map(|(row, id)| id.map(|id| (id, row)))
            .collect();
        debug_assert!(order.iter().all(|&(id, _)| (id as usize) < n_ids));
        order.sort_unstable();
        let (mut hits, mut unguessed) = (vec![0; n_labels], self.n_with.clone());
        let mut counts = vec![0u64; n_labels];
        for part in order.chunk_by(|(one, _), (other, _)| one == other) {
            counts.fill(0);
            for &(_, row) in part {
                counts[self.labels[row as usize].index()] += 1;
            }
            for label in 0..n_labels {
                let rows = counts[label];
                if rows == 0 {
                    continue;
                }
                // All rows of the label here see the same others.
                counts[label] -= 1;
                if let Some(guess) = self.guess(&counts) {
                    unguessed[label] -= rows;
                    hits[label] += if guess == label { rows } else { 0 };
                }
                counts[label] = rows;
            }
        }
        self.balanced(&hits, &unguessed)
    }

    /// The balanced accuracy of guesses from the rows around each in this `order`.
    fn by_neighbours(&self, order: &[u32]) -> f64 {
        let n_labels = self.n_with.len();
        let (mut hits, mut unguessed) = (vec![0; n_labels], self.n_with.clone());
        let mut counts = vec![0u64; n_labels];
        let label = |at: usize| self.labels[order[at] as usize].index();
        for at in 0..order.len() {
            counts.fill(0);
            let (from, to) = (
                at.saturating_sub(NEIGHBOURS),
                (at + NEIGHBOURS + 1).min(order.len()),
            );
            (from..to)
                .filter(|&other| other != at)
                .for_each(|other| counts[label(other)] += 1);
            if let Some(guess) = self.guess(&counts) {
                unguessed[label(at)] -= 1;
                hits[label(at)] += u64::from(guess == label(at));
            }
        }
        self.balanced(&hits, &unguessed)
    }

    /// What takes enough of the error away, with the share of it.
    fn judged(&self, view: View, balanced_accuracy: f64) -> Option<(f64, TellingColumn)> {
        let chance = self.chance();
        let lift = (balanced_accuracy - chance) / (1.0 - chance);
        let occurring = self.n_with.iter().filter(|&&rows| rows > 0);
        let variance: f64 = occurring
            .map(|&rows| chance * (1.0 - chance) / rows as f64)
            .sum();
        let standard_error = variance.sqrt() * chance;
        let telling = TellingColumn {
            column: None,
            view,
            balanced_accuracy,
            chance,
            examples: Vec::new(),
        };
        let tells =
            lift >= MIN_LIFT && balanced_accuracy - chance >= MIN_STANDARD_ERRORS * standard_error;
        tells.then_some((lift, telling))
    }

    /// The ids with most rows, each with its commonest label.
    fn examples<'v>(
        &self,
        ids: &[Option<u32>],
        value: impl Fn(usize) -> &'v str,
    ) -> Vec<TellingValue> {
        let mut pairs: Vec<(u32, LabelId)> = ids
            .iter()
            .zip(self.labels)
            .filter_map(|(id, &label)| id.map(|id| (id, label)))
            .collect();
        pairs.sort_unstable();
        let mut found: Vec<(u64, u32, u64, LabelId)> = pairs
            .chunk_by(|(one, _), (other, _)| one == other)
            .filter_map(|of_id| {
                let most = of_id
                    .chunk_by(|one, other| one == other)
                    .reduce(|best, next| if next.len() > best.len() { next } else { best })?;
                Some((of_id.len() as u64, most[0].0, most.len() as u64, most[0].1))
            })
            .collect();
        found.sort_unstable_by_key(|&(rows, id, ..)| (u64::MAX - rows, id));
        found.truncate(N_EXAMPLES);
        let names = self.corpus.label_set();
        let example = |(rows, id, rows_with_label, label): (u64, u32, u64, LabelId)| TellingValue {
            value: value(id as usize).to_owned(),
            label: names.name(label).to_owned(),
            rows_with_label,
            rows,
        };
        found.into_iter().map(example).collect()
    }
}

/// The rows that have a value, in the order of their values' numbers; rows with equal values in an order that has nothing to
/// do with the files.
fn sorted(column: &Column, compare: impl Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut values: Vec<u32> = (0..column.values().len() as u32).collect();
    values.sort_by(|&one, &other| compare(one as usize, other as usize));
    let mut rank = vec![0u32; values.len()];
    let mut last = 0;
    for (at, &value) in values.iter().enumerate() {
        let equal = at > 0 && compare(values[at - 1] as usize, value as usize).is_eq();
        last = if equal { last } else { at as u32 };
        rank[value as usize] = last;
    }
    let mut rows: Vec<(u32, u32, u32)> = (0..)
        .zip(column.ids())
        .filter_map(|(row, id)| id.map(|id| (rank[id as usize], scattered(row), row)))
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, _, row)| row).collect()
}

/// A fixed bijection of row numbers that leaves no order (the finaliser of MurmurHash3, Appleby 2011).
fn scattered(row: u32) -> u32 {
    let mut x = row ^ (row >> 16);
    x = x.wrapping_mul(0x85eb_ca6b);
    x ^= x >> 13;
    x = x.wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

/// `names` without repeats, and for each the number of its first like.
fn numbered<'n>(names: &[&'n str]) -> (Vec<&'n str>, Vec<u32>) {
    let mut sorted: Vec<&str> = names.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let number = |name: &&str| sorted.binary_search(name).expect("it is among them") as u32;
    let numbers = names.iter().map(number).collect();
    (sorted, numbers)
}

/// What stands before the first digit.
fn prefix(value: &str) -> &str {
    let end = value
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(value.len());
    &value[..end]
}

/// The last run of digits, without leading zeros.
fn last_number(value: &str) -> Option<&str> {
    let end = value.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = value[..end].rfind(|c: char| !c.is_ascii_digit());
    let start = start.map_or(0, |at| {
        at + value[at..].chars().next().map_or(1, char::len_utf8)
    });
    Some(value[start..end].trim_start_matches('0'))
}

/// Compares runs of digits without leading zeros by their numbers.
fn compare_numbers(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// Compares values with runs of digits as numbers, all else as text.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    while !one.is_empty() && !other.is_empty() {
        let (text, other_text) = (prefix(one), prefix(other));
        if text != other_text {
            return text.cmp(other_text);
        }
        let digits = |rest: &str| {
            let end = rest.find(|c: char| !c.is_ascii_digit());
            end.unwrap_or(rest.len())
        };
        (one, other) = (&one[text.len()..], &other[text.len()..]);
        let (end, other_end) = (digits(one), digits(other));
        let zeros = |run: &str| run.trim_start_matches('0').len();
        let (run, other_run) = (
            &one[end - zeros(&one[..end])..end],
            &other[other_end - zeros(&other[..other_end])..other_end],
        );
        let order = compare_numbers(run, other_run);
        if order.is_ne() {
            return order;
        }
        (one, other) = (&one[end..], &other[other_end..]);
    }
    one.len().cmp(&other.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::CorpusBuilder;
    use proptest::prelude::*;

    const LABELS: [&str; 3] = ["hostile", "conciliatory", "neutral"];

    /// `n` rows with a column `c`; labels and values by row number.
    fn telling(
        n: usize,
        label: impl Fn(usize) -> usize,
        value: impl Fn(usize) -> String,
    ) -> Vec<TellingColumn> {
        let mut builder = CorpusBuilder::of_file("t.csv", ["c"]);
        for row in 0..n {
            builder.push_row(
                "a text",
                LABELS[label(row)],
                1.0,
                &[value(row)],
                row as u64 + 2,
            );
        }
        telling_columns(&builder.build().unwrap(), &[])
    }

    /// A label that nothing about the row tells.
    fn blind(row: usize) -> usize {
        scattered(row as u32 + 77) as usize % 3
    }

    #[test]
    fn an_id_whose_prefix_is_the_label_is_told_with_examples() {
        let found = telling(300, blind, |row| {
            format!("{}-{row}", &LABELS[blind(row)][..3])
        });
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].column.as_deref(), found[0].view),
            (Some("c"), View::Prefix)
        );
        assert!((found[0].balanced_accuracy - 1.0).abs() < 1e-12);
        let first = &found[0].examples[0];
        assert_eq!(first.rows, first.rows_with_label);
        assert!(first.value.ends_with('-') && first.label.starts_with(&first.value[..3]));
    }

    #[test]
    fn an_id_whose_range_is_the_label_is_told_whatever_the_order_of_the_rows() {
        // Numbers 0 … 99 are hostile, 100 … 199 conciliatory, and so on; rows are scattered.
        let mut order: Vec<usize> = (0..300).collect();
        order.sort_by_key(|&row| scattered(row as u32));
        let found = telling(
            300,
            |row| order[row] / 100,
            |row| format!("S{}", order[row]),
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].view, View::Number);
        assert!(found[0].balanced_accuracy > 0.95);
    }

    #[test]
    fn a_file_sorted_by_label_is_told() {
        let found = telling(
            300,
            |row| row / 100,
            |row| scattered(row as u32).to_string(),
        );
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].column, found[0].view), (&None, View::Rows));
    }

    #[test]
    fn values_that_say_something_are_told_and_rare_ones_say_nothing() {
        let by_value = telling(300, blind, |row| {
            if row % 2 == 0 {
                format!("source {}", ["a", "b", "c"][blind(row)])
            } else {
                "other".to_owned()
            }
        });
        assert_eq!(by_value[0].view, View::Value);
        // Each value once or never: nothing is learned from the row itself.
        assert!(telling(300, blind, |row| format!("x{}", scattered(row as u32))).is_empty());
    }

    #[test]
    fn columns_that_say_nothing_are_not_told() {
        for modulus in [2, 5, 40, 150, 300] {
            let found = telling(300, blind, |row| {
                format!("{}", scattered(row as u32) % modulus)
            });
            assert!(found.is_empty(), "{modulus}: {found:?}");
        }
        assert!(telling(300, blind, |_| String::new()).is_empty());
    }

    #[test]
    fn the_last_number_of_a_value_is_found() {
        assert_eq!(last_number("S0012"), Some("12"));
        assert_eq!(last_number("2019-03-07 é"), Some("7"));
        assert_eq!(last_number("é7"), Some("7"));
        assert_eq!(last_number("none"), None);
        assert_eq!(prefix("HOS-0012"), "HOS-");
    }

    #[test]
    fn natural_order_counts() {
        let mut values = ["S10", "S9", "S010b", "2019-3-4", "R1", "S9a", "2019-10-1"];
        values.sort_by(|one, other| natural(one, other));
        assert_eq!(
            values,
            ["2019-3-4", "2019-10-1", "R1", "S9", "S9a", "S10", "S010b"]
        );
    }

    proptest! {
        #[test]
        fn natural_order_is_an_order(mut values in proptest::collection::vec("[a0é19 -]{0,6}", 0..12)) {
            values.sort_by(|one, other| natural(one, other));
            for (at, one) in values.iter().enumerate() {
                for other in &values[at..] {
                    prop_assert!(natural(one, other).is_le());
                    prop_assert_eq!(natural(one, other), natural(other, one).reverse());
                }
            }
        }
    }
}
