//! Which words are names, as the corpus itself writes them.
//!
//! A word counts as a name where at least nine in ten of its occurrences away from the start of a sentence have a capital.
//! Where a sentence may begin – after `.!?…:;`, quotes, brackets, dashes, `@`, `#` or a line end – occurrences say nothing and are
//! not counted; nor are words of a single letter (English *I*), nor texts written mostly in capitals. So people,
//! places, organisations, nationalities and media are names, and so are months, days and titles: statistics of capitals
//! cannot tell these apart, and a script without capitals has no names here.
//!
//! German writes every noun with a capital. Where at least two in a hundred words follow a German article or possessive,
//! and at least four in ten of those have a capital, nouns have one; a name must then also occur twice and follow an
//! article in at most one case in ten. That leaves many nouns in, and the report says so.

use crate::statement::ByteSpan;
use crate::text::capitals::{begins_with_capital, mostly_capitals, words_of};
use rustc_hash::{FxHashMap, FxHashSet};

/// The least share of occurrences with a capital.
const LEAST_CAPITALS: f64 = 0.9;
/// Where nouns have capitals: the least share of words that follow an article, and of these that have a capital.
const NOUNS_HAVE_CAPITALS: (f64, f64) = (0.02, 0.4);
/// The largest share of occurrences after an article, where nouns have capitals.
const MOST_AFTER_ARTICLE: f64 = 0.1;
/// German words after which a noun stands more often than a name.
const ARTICLES: &[&str] = &[
    "aller", "alle", "am", "beim", "das", "dem", "den", "der", "des", "die", "diese", "diesem",
    "diesen", "dieser", "dieses", "ein", "eine", "einem", "einen", "einer", "eines", "im", "ins",
    "jede", "jeder", "jedes", "kein", "keine", "keinem", "keinen", "keiner", "mein", "meine",
    "seine", "sein", "ihr", "ihre", "unser", "unsere", "vom", "zum", "zur",
];

/// The names of a corpus.
#[derive(Debug, Clone)]
pub struct Names {
    /// Folded words.
    words: FxHashSet<String>,
    capitalised_share: f64,
    nouns_have_capitals: bool,
}

/// How often a word stands inside sentences.
#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    inside: u64,
    with_capital: u64,
    after_article: u64,
    with_both: u64,
}

impl Counts {
    fn add(&mut self, capital: bool, article: bool) {
        self.inside += 1;
        self.with_capital += u64::from(capital);
        self.after_article += u64::from(article);
        self.with_both += u64::from(capital && article);
    }
}

impl Names {
    /// Learns the names of `texts`.
    pub fn learn<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut counts: FxHashMap<String, Counts> = FxHashMap::default();
        let mut all = Counts::default();
        for text in texts {
            let words = words_of(text);
            if mostly_capitals(text, &words) {
                continue;
            }
            let mut before = "";
            for word in &words {
                let surface = word.span.of(text);
                if !word.opens && surface.chars().nth(1).is_some() {
                    let (capital, article) =
                        (begins_with_capital(surface), ARTICLES.contains(&before));
                    let of_word = counts.entry(surface.to_lowercase()).or_default();
                    of_word.add(capital, article);
                    all.add(capital, article);
                }
                before = surface;
            }
        }
        let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
        let (least_articles, least_capitals) = NOUNS_HAVE_CAPITALS;
        let nouns_have_capitals = share(all.after_article, all.inside) >= least_articles
            && share(all.with_both, all.after_article) >= least_capitals;
        let is_name = |counts: &Counts| {
            share(counts.with_capital, counts.inside) >= LEAST_CAPITALS
                && (!nouns_have_capitals
                    || counts.inside >= 2
                        && share(counts.after_article, counts.inside) <= MOST_AFTER_ARTICLE)
        };
        counts.retain(|_, counts| is_name(counts));
        let words = counts.into_keys().collect();
        Self {
            words,
            capitalised_share: share(all.with_capital, all.inside),
            nouns_have_capitals,
        }
    }

    /// The number of distinct words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The share of words inside sentences that begin with a capital.
    pub fn capitalised_share(&self) -> f64 {
        self.capitalised_share
    }

    /// Whether nouns have capitals too, so that many of the names are none.
    pub fn nouns_have_capitals(&self) -> bool {
        self.nouns_have_capitals
    }

    /// Whether `word`, in any case, is part of a name.
    pub fn contains(&self, word: &str) -> bool {
        self.words.contains(&word.to_lowercase())
    }

    /// All names, in lower case and alphabetical order.
    pub fn sorted(&self) -> Vec<&str> {
        let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        words.sort_unstable();
        words
    }

    /// The spans of the names in `text`; neighbouring words that a single space or hyphen joins are one name.
    pub fn spans(&self, text: &str) -> Vec<ByteSpan> {
        let words = words_of(text);
        let shouting = mostly_capitals(text, &words);
        let mut spans: Vec<ByteSpan> = Vec::new();
        for word in words {
            let surface = word.span.of(text);
            if shouting || !begins_with_capital(surface) || !self.contains(surface) {
                continue;
            }
            match spans.last_mut() {
                Some(last) if matches!(&text[last.end..word.span.start], " " | "-") => {
                    last.end = word.span.end;
                }
                _ => spans.push(word.span),
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = [
        "The envoy of Norland met Mara Lind in the capital. Talks went on.",
        "They say Norland's army will stay, and I'm told that Mara Lind agreed.",
        "He said the talks with Norland will go on; the army of SELA waits.",
        "We will meet. Will they?",
    ];

    #[test]
    fn words_with_capitals_inside_sentences_are_names() {
        let names = Names::learn(TEXTS);
        assert_eq!(names.sorted(), ["lind", "mara", "norland", "sela"]);
        assert!(!names.nouns_have_capitals());
    }

    #[test]
    fn neighbouring_names_are_one_and_the_genitive_stays() {
        let names = Names::learn(TEXTS);
        let of = |text: &str| -> Vec<String> {
            let spans = names.spans(text);
            spans.iter().map(|span| span.of(text).to_owned()).collect()
        };
        assert_eq!(of("Mara Lind, of Norland's army"), ["Mara Lind", "Norland"]);
        assert_eq!(of("norland is written small here"), [""; 0]);
        assert_eq!(of("NORLAND ATTACKS SELA AGAIN"), [""; 0]);
    }

    #[test]
    fn where_nouns_have_capitals_articles_tell_most_nouns() {
        let texts = [
            "Wir sagen, das Haus und der Hund von Norland und die Katze sind weg",
            "Dort steht ein Haus mit dem Hund aus Norland bei der Katze",
        ];
        let names = Names::learn(texts);
        assert!(names.nouns_have_capitals());
        assert_eq!(names.sorted(), ["norland"]);
    }

    #[test]
    fn texts_without_words_or_capitals_have_no_names() {
        assert!(Names::learn(["", "…", "all small here", "ሰላም ነው"]).is_empty());
    }
}
