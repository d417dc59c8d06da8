//! The same statements with other names.

use super::names::Names;
use crate::statement::ByteSpan;
use crate::text::capitals::is_all_capitals;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// What stands for a masked name: a letter of the Yi script, a word that no vocabulary of other scripts has, and of which
/// it has no n-gram of characters.
pub const MASK: &str = "\u{a000}";
/// Draws for another name before the name is kept.
const MOST_TRIES: usize = 30;

/// Statements with names masked and exchanged; those without a name are left out.
#[derive(Debug, Clone)]
pub struct Altered {
    /// The rows that have a name.
    pub rows: Vec<u32>,
    /// Each of them with every name masked.
    pub masked: Vec<String>,
    /// For each draw: each of them with names exchanged.
    pub swapped: Vec<Vec<String>>,
}

/// Names are exchanged for names with as many words, and all capitals for all capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct NameKind {
    n_words: usize,
    all_capitals: bool,
}

impl Altered {
    /// Alters the statements of `candidates`, which are rows. A name is exchanged for another that stands anywhere in them, as
    /// likely as it is common, the same everywhere in a statement; `seed` decides the `n_draws` draws.
    pub fn new<'t>(
        names: &Names,
        candidates: impl IntoIterator<Item = usize>,
        text: impl Fn(usize) -> &'t str,
        n_draws: usize,
        seed: u64,
    ) -> Self {
        let mut rows = Vec::new();
        let mut spans: Vec<Vec<ByteSpan>> = Vec::new();
        // Every occurrence, so that a draw among them is as likely as a name is common.
        let mut pool: Vec<(NameKind, &'t str)> = Vec::new();
        for row in candidates {
            let of_row = names.spans(text(row));
            if !of_row.is_empty() {
                pool.extend(of_row.iter().map(|span| of_kind(span.of(text(row)))));
                rows.push(row as u32);
                spans.push(of_row);
            }
        }
        pool.sort_unstable();
        let masked = (rows.iter().zip(&spans))
            .map(|(&row, spans)| replaced(text(row as usize), spans, |_| MASK))
            .collect();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut draw = || {
            let swap = |(&row, spans): (&u32, &Vec<ByteSpan>)| {
                let mut chosen: Vec<(&str, &str)> = Vec::new();
                replaced(text(row as usize), spans, |name| {
                    if let Some((_, other)) = chosen.iter().find(|(from, _)| *from == name) {
                        return other;
                    }
                    let other = another(&pool, name, &mut rng);
                    chosen.push((name, other));
                    other
                })
            };
            rows.iter().zip(&spans).map(swap).collect()
        };
        let swapped = (0..n_draws).map(|_| draw()).collect();
        Self {
            rows,
            masked,
            swapped,
        }
    }
}

fn of_kind(name: &str) -> (NameKind, &str) {
    let kind = NameKind {
        n_words: name.split([' ', '-']).count(),
        all_capitals: is_all_capitals(name),
    };
    (kind, name)
}

/// Another name of the kind of `name`, or itself where there is none.
fn another<'t>(
    pool: &[(NameKind, &'t str)],
    name: &'t str,
    rng: &mut Xoshiro256PlusPlus,
) -> &'t str {
    let (kind, _) = of_kind(name);
    let from = pool.partition_point(|(other, _)| *other < kind);
    let to = pool.partition_point(|(other, _)| *other <= kind);
    let drawn = (0..MOST_TRIES)
        .filter(|_| to > from)
        .map(|_| pool[rng.gen_range(from..to)].1);
    drawn
        .into_iter()
        .find(|other| *other != name)
        .unwrap_or(name)
}

/// `text` with each span replaced.
fn replaced<'t>(
    text: &'t str,
    spans: &[ByteSpan],
    mut with: impl FnMut(&'t str) -> &'t str,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        out.push_str(&text[at..span.start]);
        out.push_str(with(&text[span.start..span.end]));
        at = span.end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXTS: [&str; 3] = [
        "The envoy of Norland met Mara Lind, and the talks with Norland went on.",
        "The envoy of Westmark met Tomas Orl again, the army says.",
        "nobody is named in here",
    ];

    fn altered(n_draws: usize, seed: u64) -> Altered {
        Altered::new(
            &Names::learn(TEXTS),
            0..TEXTS.len(),
            |row| TEXTS[row],
            n_draws,
            seed,
        )
    }

    #[test]
    fn every_name_is_masked_and_nothing_else() {
        let altered = altered(0, 0);
        assert_eq!(altered.rows, [0, 1]);
        let expected = "The envoy of _ met _, and the talks with _ went on.".replace('_', MASK);
        assert_eq!(altered.masked[0], expected);
    }

    #[test]
    fn names_are_exchanged_for_others_of_their_kind() {
        let altered = altered(1, 7);
        assert_eq!(
            altered.swapped[0],
            [
                "The envoy of Westmark met Tomas Orl, and the talks with Westmark went on.",
                "The envoy of Norland met Mara Lind again, the army says.",
            ]
        );
    }

    #[test]
    fn the_seed_decides() {
        let texts: Vec<String> = ('A'..='Z')
            .map(|c| format!("we met {c}arland today"))
            .collect();
        let names = Names::learn(texts.iter().map(String::as_str));
        let of =
            |seed| Altered::new(&names, 0..texts.len(), |row| texts[row].as_str(), 2, seed).swapped;
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        assert_ne!(of(1)[0], of(1)[1]);
    }

    proptest! {
        #[test]
        fn any_texts_are_altered_without_a_panic(texts in proptest::collection::vec(any::<String>(), 0..6)) {
            let names = Names::learn(texts.iter().map(String::as_str));
            let altered = Altered::new(&names, 0..texts.len(), |row| texts[row].as_str(), 2, 0);
            prop_assert_eq!(altered.masked.len(), altered.rows.len());
        }
    }
}
