//! Reporting clauses: the verb beside a quotation, and the noun phrase that is its subject.
//!
//! No parser is used. A verb is one of a list; its subject stands before it (*the minister said*) or behind it (*said the
//! minister*), and ends where a determiner, a mark or a word that no name phrase has comes.

use super::class::Class;
use super::tokens::Tokens;
use crate::statement::ByteSpan;
use std::ops::Range;

/// The most tokens of a noun phrase.
const LONGEST_PHRASE: usize = 14;
/// Appositions between a name and its verb.
const MOST_APPOSITIONS: usize = 4;
/// Letters of an abbreviation in front of a name: *Gov. Lind*.
const SHORT: usize = 4;

/// A verb and who is its subject, in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The verb, or *according to*.
    pub verb: usize,
    /// The subject.
    pub speaker: Range<usize>,
}

impl Tokens<'_> {
    /// Whether a token reports speech; *so-called* does not, *his tweets*, *the United States* and *a Norland report* neither.
    pub fn reports(&self, at: usize, verbs: Class) -> bool {
        if !self.has(at, verbs) {
            return false;
        }
        let is_also_noun = self.has(at, Class::NOUN);
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        if self.is(before, "-") || self.has(before, Class::GENITIVE) {
            return false;
        }
        if !is_also_noun {
            return true;
        }
        // *Claims* behind one, *claim* behind several.
        let is_inflected = self.word(at).ends_with('s') || self.word(at).ends_with("ed");
        let several = || is_inflected || self.word(before).ends_with('s');
        !self.is_capital(at)
            && (self.has(before, Class::PRONOUN.and(Class::BETWEEN))
                || self.is_capital(before) && several())
    }

    /// The first word in front of `verb` that is no adverb or auxiliary of it, plus one: where a subject would end.
    pub fn before_auxiliaries(&self, first: usize, verb: usize) -> usize {
        let mut at = verb;
        while at > first && self.is_between(at - 1) {
            at -= 1;
        }
        at
    }

    /// Whether a word may stand between a subject and its verb.
    pub fn is_between(&self, at: usize) -> bool {
        self.has(at, Class::BETWEEN) || self.word(at).ends_with("ly")
    }

    /// The subject of `tokens[verb]` that stands in `first..verb`.
    pub fn subject_before(&self, first: usize, verb: usize) -> Option<Clause> {
        let mut at = self.before_auxiliaries(first, verb);
        // Appositions between commas: *Lind, 52, the envoy of Norland, said*.
        if at > first && self.is(at - 1, ",") {
            at -= 1;
            let mut opening = at;
            for _ in 0..MOST_APPOSITIONS {
                let comma = (first..opening).rev().find(|&comma| self.is(comma, ","));
                let Some(comma) = comma else { break };
                let goes_on = Class::VERB.and(Class::BETWEEN).and(Class::CONJUNCTION);
                if opening < at && (comma..opening).any(|at| self.has(at, goes_on)) {
                    break;
                }
                opening = comma;
            }
            at = opening;
        }
        let end = at;
        while at > first && end - at < LONGEST_PHRASE {
            if let Some(bracket) = self.bracket(first, at) {
                at = bracket;
                continue;
            }
            if !self.is_word(at - 1) {
                // `.` of *Gov.*
                let joins =
                    matches!(self.word(at - 1), "." | "-" | "’" | "'" | "/") && at - 1 > first;
                let is_name = at >= 2 && self.is_capital(at - 2);
                if joins && is_name && at < end {
                    at -= 1;
                    continue;
                }
                break;
            }
            if self.has(at - 1, Class::PRONOUN) {
                return (at == end).then(|| Clause {
                    verb,
                    speaker: at - 1..end,
                });
            }
            at -= 1;
            let inside = at > first && self.has(at - 1, Class::INSIDE);
            if self.has(at, Class::DETERMINER) && !inside {
                break;
            }
            let is_verb = self.has(at, Class::VERB) && !self.is_capital(at);
            if is_verb || self.has(at, Class::ENDS) {
                at += 1;
                break;
            }
        }
        while at < end
            && (!self.is_word(at) || matches!(self.word(at), "of" | "for" | "and" | "And"))
        {
            at += 1;
        }
        (at < end).then_some(Clause {
            verb,
            speaker: at..end,
        })
    }

    /// Where a bracket that ends in front of `at` begins: the party of *Lind (N)*.
    fn bracket(&self, first: usize, at: usize) -> Option<usize> {
        if !self.is(at - 1, ")") {
            return None;
        }
        (first.max(at.saturating_sub(SHORT * 2))..at)
            .rev()
            .find(|&at| self.is(at, "(") && at > first)
    }

    /// Whether a full stop of `first..end` abbreviates the word in front of a name: *Gov. Lind*.
    pub fn is_abbreviation(&self, first: usize, at: usize, end: usize) -> bool {
        self.is(at, ".")
            && at > first
            && self.word(at - 1).chars().count() <= SHORT
            && self.is_capital(at - 1)
            && at + 1 < end
            && self.is_capital(at + 1)
    }

    /// The subject of `tokens[verb]` that stands in `verb + 1..end`.
    pub fn subject_behind(&self, verb: usize, end: usize) -> Option<Clause> {
        let first = verb + 1;
        let mut at = first;
        while at < end && at - first < LONGEST_PHRASE {
            if !self.is_word(at) {
                let is_abbreviation = self.is_abbreviation(first, at, end);
                if is_abbreviation || matches!(self.word(at), "(" | ")" | "-") {
                    at += 1;
                    continue;
                }
                break;
            }
            if at > first && self.has(at, Class::ENDS.and(Class::THAT)) {
                break;
            }
            if at == first && self.has(at, Class::ENDS.and(Class::VERB).and(Class::THAT)) {
                return None;
            }
            at += 1;
            if self.has(at - 1, Class::PRONOUN) {
                break;
            }
        }
        while at > first && !self.is_word(at - 1) && !self.is(at - 1, ")") {
            at -= 1;
        }
        (at > first).then_some(Clause {
            verb,
            speaker: first..at,
        })
    }

    /// What a sentence that begins at `first` begins with, if it is a name or a pronoun; at most up to `end`.
    pub fn subject_of(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let first = (first..end).find(|&at| self.is_word(at))?;
        let is_participle = self.word(first).ends_with("ing") || self.has(first, Class::VERB);
        if is_participle || self.has(first, Class::THAT) {
            return None;
        }
        if self.has(first, Class::PRONOUN) {
            return Some(first..first + 1);
        }
        let end = (first..end).find(|&at| !self.is_capital(at)).unwrap_or(end);
        // *The* alone is no name, *The White House* is one.
        let small = Class::DETERMINER.and(Class::ENDS).and(Class::INSIDE);
        let is_article = end == first + 1 && (self.has(first, small) || self.is(end, ","));
        (end > first && !is_article).then_some(first..end)
    }
}

/// A span of some tokens without white space at its ends.
pub fn trimmed(text: &str, span: ByteSpan) -> ByteSpan {
    let inside = span.of(text);
    let start = span.start + (inside.len() - inside.trim_start().len());
    ByteSpan {
        start,
        end: start + inside.trim().len(),
    }
}
