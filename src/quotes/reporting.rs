//! Reporting clauses: the verb beside a quotation, and the noun phrase that is its subject.
//!
//! No parser is used. A verb is one of a list; its subject stands before it (*the minister said*) or behind it (*said the
//! minister*), and ends where a determiner, a mark or a word that no name phrase has comes.

use super::tokens::{Token, span_of};
use crate::statement::ByteSpan;
use crate::text::capitals::begins_with_capital;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

static VERBS: LazyLock<FxHashSet<&str>> =
    LazyLock::new(|| include_str!("verbs_en.txt").split_whitespace().collect());

/// Words between a subject and its verb.
const BETWEEN: &[&str] = &[
    "also",
    "again",
    "has",
    "have",
    "had",
    "is",
    "was",
    "are",
    "were",
    "later",
    "then",
    "once",
    "often",
    "recently",
    "repeatedly",
    "reportedly",
    "still",
    "even",
    "just",
    "only",
    "previously",
    "first",
    "publicly",
    "himself",
    "herself",
    "themselves",
    "been",
    "would",
    "will",
    "did",
    "not",
    "never",
    "went",
    "on",
    "to",
    "quickly",
    "simply",
];
const PRONOUNS: &[&str] = &["he", "she", "they", "it", "i", "we", "who", "you"];
const DETERMINERS: &[&str] = &[
    "the", "a", "an", "one", "another", "some", "his", "her", "their", "its", "many", "several",
    "two", "three", "other", "both",
];
/// Small words that a noun phrase has inside.
const INSIDE: &[&str] = &[
    "of", "for", "and", "de", "van", "von", "al", "bin", "the", "a",
];
/// Small words that end a noun phrase behind a verb.
const ENDS: &[&str] = &[
    "in",
    "on",
    "at",
    "during",
    "as",
    "when",
    "after",
    "before",
    "while",
    "to",
    "by",
    "from",
    "about",
    "that",
    "who",
    "with",
    "if",
    "but",
    "because",
    "since",
    "last",
    "this",
    "yesterday",
    "today",
    "earlier",
    "later",
    "via",
    "is",
    "was",
    "has",
    "had",
    "recently",
    "again",
    "into",
    "through",
    "over",
    "under",
];
/// The most tokens of a noun phrase.
const LONGEST_PHRASE: usize = 14;

/// A verb and who is its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// The verb, or *according to*.
    pub verb: ByteSpan,
    /// The subject.
    pub speaker: ByteSpan,
}

/// Verbs that are nouns as often: they count behind a name or a pronoun alone.
const ALSO_NOUNS: &[&str] = &[
    "calls",
    "charges",
    "claims",
    "comments",
    "demands",
    "notes",
    "questions",
    "reports",
    "states",
    "thought",
    "tweets",
];

/// Whether a word reports speech.
pub fn is_verb(word: &str) -> bool {
    VERBS.contains(word)
}

/// Whether a word that reports speech is a noun as often.
pub fn is_also_noun(word: &str) -> bool {
    ALSO_NOUNS.contains(&word)
}

/// Whether a word is a pronoun that speaks.
pub fn is_pronoun(word: &str) -> bool {
    PRONOUNS.contains(&word.to_lowercase().as_str())
}

/// The clause of the verb `tokens[verb]`, whose subject stands in `first..verb`.
pub fn before(text: &str, tokens: &[Token], first: usize, verb: usize) -> Option<Clause> {
    let word = |at: usize| tokens[at].span.of(text);
    let lower = |at: usize| word(at).to_lowercase();
    let mut at = verb;
    while at > first && tokens[at - 1].is_word && is_between(&lower(at - 1)) {
        at -= 1;
    }
    // An apposition between commas: *Lind, the envoy of Norland, said*.
    if at > first && word(at - 1) == "," {
        let opening = (first..at - 1).rev().find(|&comma| word(comma) == ",");
        at = opening.unwrap_or(at - 1);
    }
    let end = at;
    while at > first && end - at < LONGEST_PHRASE {
        let token = tokens[at - 1];
        let small = lower(at - 1);
        if !token.is_word {
            // `.` of *Gov.*, and parties in brackets: *Lind (N)*.
            let joins =
                matches!(word(at - 1), "." | "(" | ")" | "-" | "’" | "'" | "/") && at - 1 > first;
            let is_name = at >= 2 && tokens[at - 2].is_word && begins_with_capital(word(at - 2));
            if joins && (is_name || word(at - 1) == "(") && at < end {
                at -= 1;
                continue;
            }
            break;
        }
        if is_pronoun(&small) {
            return (at == end).then(|| clause(tokens, at - 1, end, verb));
        }
        at -= 1;
        if DETERMINERS.contains(&small.as_str())
            && !(at > first && INSIDE.contains(&lower(at - 1).as_str()))
        {
            break;
        }
        if is_verb(&small) || ENDS.contains(&small.as_str()) {
            at += 1;
            break;
        }
    }
    while at < end && (!tokens[at].is_word || INSIDE[..3].contains(&lower(at).as_str())) {
        at += 1;
    }
    (at < end).then(|| clause(tokens, at, end, verb))
}

/// The clause of the verb `tokens[verb]`, whose subject stands in `verb + 1..end`.
pub fn behind(text: &str, tokens: &[Token], verb: usize, end: usize) -> Option<Clause> {
    let word = |at: usize| tokens[at].span.of(text);
    let first = verb + 1;
    let mut at = first;
    while at < end && at - first < LONGEST_PHRASE {
        let token = tokens[at];
        let small = word(at).to_lowercase();
        if !token.is_word {
            let is_abbreviation = word(at) == "."
                && at > first
                && word(at - 1).chars().count() <= 4
                && begins_with_capital(word(at - 1))
                && at + 1 < end
                && begins_with_capital(word(at + 1));
            if is_abbreviation || matches!(word(at), "(" | ")" | "-") {
                at += 1;
                continue;
            }
            break;
        }
        if at > first && ENDS.contains(&small.as_str()) {
            break;
        }
        if at == first && (ENDS.contains(&small.as_str()) || is_verb(&small)) {
            return None;
        }
        at += 1;
        if is_pronoun(&small) {
            break;
        }
    }
    while at > first && !tokens[at - 1].is_word && word(at - 1) != ")" {
        at -= 1;
    }
    (at > first).then(|| clause(tokens, first, at, verb))
}

fn clause(tokens: &[Token], first: usize, end: usize, verb: usize) -> Clause {
    Clause {
        verb: tokens[verb].span,
        speaker: span_of(&tokens[first..end]),
    }
}

fn is_between(word: &str) -> bool {
    BETWEEN.contains(&word) || word.ends_with("ly")
}
