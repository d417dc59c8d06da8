//! Noun phrases, as far as lists and capitals tell.

use super::class::Class;
use super::tokens::Tokens;
use std::ops::Range;

/// The most words of a noun phrase without capitals.
const LONGEST: usize = 4;
/// The most words of one without an article.
const LONGEST_BARE: usize = 5;
/// Tokens of what stands in front of a subject, with a comma behind it.
const OPENING: usize = 16;

/// What a clause begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A noun phrase or a name.
    Phrase(Range<usize>),
    /// A pronoun.
    Pronoun(usize),
}

/// A noun phrase that begins at `start`, with a name, an article or neither.
pub fn phrase(tokens: &Tokens<'_>, start: usize, most: usize) -> Option<Range<usize>> {
    let stops = Class::ENDS
        .and(Class::THAT)
        .and(Class::BETWEEN)
        .and(Class::PRONOUN)
        .and(Class::OBJECT_PRONOUN)
        .and(Class::FINITE)
        .and(Class::TIME)
        .and(Class::DETERMINER)
        .and(Class::CONJUNCTION);
    // *Those who wait*
    if tokens.has(start, Class::DETERMINER) && tokens.has(start + 1, Class::RELATIVE) {
        let most = most.min(start + 3).min(tokens.count());
        let end = (start..most)
            .find(|&at| !tokens.is_word(at))
            .unwrap_or(most);
        return (end > start).then_some(start..end);
    }
    let begins_with_name = tokens.is_capital(start) && !tokens.has(start, Class::DETERMINER);
    let mut at = start;
    while at < most.min(tokens.count()) {
        let after = at + 1;
        let of = at > start
            && tokens.has(at, Class::INSIDE)
            && !tokens.has(at, Class::DETERMINER)
            && tokens.is_word(after)
            && (!tokens.has(after, stops) || tokens.has(after, Class::DETERMINER));
        let article = at > start
            && tokens.has(at, Class::DETERMINER)
            && tokens.has(at - 1, Class::INSIDE)
            && !tokens.has(at - 1, Class::DETERMINER);
        let joins = at > start
            && (tokens.is(at, "-") || tokens.is(at, "."))
            && !tokens.has(at, Class::SENTENCE_END)
            && tokens.is_word(after);
        if !of && !joins && !article {
            // *The need*; *the early-morning ferry*.
            let is_noun = at > start && tokens.has(at - 1, Class::DETERMINER);
            let is_stop = tokens.has(at, stops)
                && !(at == start && tokens.has(at, Class::DETERMINER))
                && !(is_noun && tokens.has(at, Class::FINITE) && !tokens.has(at, Class::PASSIVE))
                && !tokens.is(after, "-");
            if !tokens.is_word(at) || is_stop {
                break;
            }
            let goes_small = begins_with_name && !tokens.is_capital(at);
            // *The remarks* and *her claim* are no verbs.
            let is_verb = tokens.has(at, Class::VERB) && !tokens.is_capital(at) && !is_noun;
            if at > start && (goes_small || is_verb) || !begins_with_name && at - start > LONGEST {
                break;
            }
        }
        at += 1;
    }
    while at > start + 1
        && (tokens.is(at - 1, "-") || tokens.has(at - 1, Class::INSIDE.and(Class::DETERMINER)))
    {
        at -= 1;
    }
    (at > start).then_some(start..at)
}

/// What the clause `clause` has as subject: what it begins with, over marks, conjunctions and what a comma parts from it.
pub fn subject(tokens: &Tokens<'_>, clause: Range<usize>) -> Option<Subject> {
    let skipped = Class::THAT.and(Class::CONJUNCTION).and(Class::TIME);
    let skip = |mut at: usize| {
        while at < clause.end
            && (!tokens.is_word(at) || tokens.has(at, skipped))
            && !tokens.has(at, Class::SENTENCE_END)
        {
            at += 1;
        }
        at
    };
    let mut first = skip(clause.start);
    let opens = tokens.has(
        first,
        Class::ENDS.and(Class::PLACE_BEFORE).and(Class::OPENER),
    ) && !tokens.has(first, Class::DETERMINER);
    if opens {
        let comma = (first..clause.end.min(first + OPENING)).find(|&at| tokens.is(at, ","))?;
        first = skip(comma + 1);
    }
    if first >= clause.end {
        return None;
    }
    if tokens.has(first, Class::PRONOUN.and(Class::OBJECT_PRONOUN)) {
        return Some(Subject::Pronoun(first));
    }
    if let Some(range) = bare(tokens, first, clause.end) {
        return Some(Subject::Phrase(range));
    }
    if tokens.has(first, Class::DETERMINER) || tokens.is_capital(first) {
        let found = phrase(tokens, first, clause.end)?;
        let is_article_alone = found.len() == 1 && tokens.has(first, Class::DETERMINER);
        return (!is_article_alone).then_some(Subject::Phrase(found));
    }
    None
}

/// A noun phrase without an article in front of a verb: *voter fraud is …*, *voter fraud “is …”*
fn bare(tokens: &Tokens<'_>, first: usize, end: usize) -> Option<Range<usize>> {
    let stops = Class::ENDS
        .and(Class::DETERMINER)
        .and(Class::PRONOUN)
        .and(Class::OBJECT_PRONOUN)
        .and(Class::BETWEEN)
        .and(Class::THAT);
    let stop = (first..end.min(first + LONGEST_BARE + 1)).find(|&at| {
        tokens.has(at, Class::FINITE)
            || !tokens.is_word(at) && !tokens.is(at, "-")
            || tokens.has(at, stops)
            || tokens.is_between(at)
            || at > first && tokens.has(at, Class::VERB) && !tokens.is_capital(at)
    })?;
    let is_mark = matches!(tokens.word(stop), "“" | "\"" | "„" | "«" | "'");
    let verb = stop + usize::from(is_mark);
    let is_phrase = stop > first && verb < end && tokens.has(verb, Class::FINITE);
    (is_phrase && !tokens.has(stop - 1, Class::CONJUNCTION)).then_some(first..stop)
}

/// The object of an infinitive or participle that `first..end` begins with: *to lift (the) rules*.
pub fn infinitive_object(tokens: &Tokens<'_>, first: usize, end: usize) -> Option<Range<usize>> {
    let mut verb = first + usize::from(tokens.is(first, "to"));
    while verb < end && tokens.word(verb).ends_with("ly") {
        verb += 1;
    }
    if verb >= end || !tokens.is(first, "to") && !tokens.is_participle(verb) {
        return None;
    }
    let mut start = verb + 1;
    while start < end && matches!(tokens.word(start), "“" | "\"" | "„" | "«" | "'") {
        start += 1;
    }
    if start >= end
        || !tokens.is(start + 1, "-")
            && tokens.has(start, Class::INSIDE.and(Class::ENDS))
            && !tokens.has(start, Class::DETERMINER)
    {
        return None;
    }
    phrase(tokens, start, end)
        .filter(|range| range.len() > 1 || !tokens.has(start, Class::DETERMINER))
}

impl Tokens<'_> {
    /// Whether a token is a participle by its form.
    pub(super) fn is_participle(&self, at: usize) -> bool {
        self.is_word(at)
            && !self.is_capital(at)
            && self.word(at).len() > 5
            && self.word(at).ends_with("ing")
    }
}
