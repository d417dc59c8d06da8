//! Who or what a statement is about or addressed to.
//!
//! First whom the verb takes as object (*accused the board*, *urged both sides to …*), then the first name in what is said, then
//! the first noun phrase there that has an article. Audiences (*told reporters*) and the speaker are no targets.

use super::class::Class;
use super::people::People;
use super::tokens::Tokens;
use std::ops::Range;

/// Tokens of an object between a verb and what is said.
const OBJECT_REACH: usize = 10;
/// The most words of a noun phrase without capitals.
const LONGEST: usize = 4;

/// What is known of a quotation, in tokens.
#[derive(Debug, Clone)]
pub struct Said {
    /// The reporting verb.
    pub verb: Option<usize>,
    /// The speaker.
    pub speaker: Option<Range<usize>>,
    /// The name that the speaker goes by.
    pub canonical: String,
    /// What is said.
    pub content: Range<usize>,
}

/// The target of what was said, if the sentence names one.
pub fn target(tokens: &Tokens<'_>, people: &People, said: &Said) -> Option<Range<usize>> {
    object(tokens, said)
        .or_else(|| first_name(tokens, people, said))
        .or_else(|| first_phrase(tokens, said))
}

/// The object of the verb, if what is said begins with it or stands behind it.
fn object(tokens: &Tokens<'_>, said: &Said) -> Option<Range<usize>> {
    let verb = said.verb?;
    let takes = tokens.has(verb, Class::ADDRESSES.and(Class::OBJECT_VERB));
    if !takes || verb >= said.content.end {
        return None;
    }
    let mut start = verb + 1;
    if tokens.has(verb, Class::OBJECT_VERB) && !tokens.has(verb, Class::ADDRESSES) {
        start = start.max(said.content.start.min(verb + 3));
    }
    while tokens.has(start, Class::INSIDE.and(Class::ENDS).and(Class::BETWEEN))
        && !tokens.has(start, Class::DETERMINER)
        && start < verb + 3
    {
        if tokens.is(start, "to") && tokens.has(verb, Class::OBJECT_VERB) {
            return None;
        }
        start += 1;
    }
    if start > verb + OBJECT_REACH {
        return None;
    }
    let found = phrase(tokens, start, start + OBJECT_REACH)?;
    let is_audience = found.clone().any(|at| tokens.has(at, Class::AUDIENCE));
    (!is_audience && !is_speaker(tokens, &found, said)).then_some(found)
}

/// The first name in what is said.
fn first_name(tokens: &Tokens<'_>, people: &People, said: &Said) -> Option<Range<usize>> {
    let names = people.names(said.content.clone());
    let mut names = names
        .filter(|(mention, person)| {
            mention.name.start >= said.content.start && person.name != said.canonical
        })
        .map(|(mention, _)| {
            mention
                .role
                .as_ref()
                .map_or(mention.name.start, |role| role.start)..mention.name.end
        });
    names.find(|range| !range.clone().any(|at| tokens.has(at, Class::AUDIENCE)))
}

/// The first noun phrase with an article.
fn first_phrase(tokens: &Tokens<'_>, said: &Said) -> Option<Range<usize>> {
    said.content
        .clone()
        .filter(|&at| {
            tokens.has(at, Class::DETERMINER)
                && !tokens.is(at, "that")
                && !tokens.has(at, Class::THAT)
        })
        .find_map(|at| phrase(tokens, at, said.content.end).filter(|range| range.len() > 1))
}

fn is_speaker(tokens: &Tokens<'_>, range: &Range<usize>, said: &Said) -> bool {
    let text = tokens.span(range.clone()).of(tokens.text);
    said.speaker
        .as_ref()
        .is_some_and(|speaker| speaker.start < range.end && range.start < speaker.end)
        || !said.canonical.is_empty() && text == said.canonical
}

/// A noun phrase that begins at `start`, with a name or an article.
fn phrase(tokens: &Tokens<'_>, start: usize, most: usize) -> Option<Range<usize>> {
    let stops = Class::ENDS
        .and(Class::THAT)
        .and(Class::BETWEEN)
        .and(Class::PRONOUN)
        .and(Class::TIME)
        .and(Class::CONJUNCTION);
    let begins_with_name = tokens.is_capital(start) && !tokens.has(start, Class::DETERMINER);
    let mut at = start;
    while at < most.min(tokens.count()) {
        let of = at > start
            && tokens.has(at, Class::INSIDE)
            && tokens.is_word(at + 1)
            && !tokens.has(at + 1, stops);
        let joins = at > start
            && (tokens.is(at, "-") || tokens.is(at, "."))
            && !tokens.has(at, Class::SENTENCE_END)
            && tokens.is_word(at + 1);
        if !of && !joins {
            if !tokens.is_word(at)
                || tokens.has(at, stops) && !(at == start && tokens.has(at, Class::DETERMINER))
            {
                break;
            }
            let goes_small = begins_with_name && !tokens.is_capital(at);
            if at > start && (goes_small || tokens.has(at, Class::VERB) && !tokens.is_capital(at))
                || !begins_with_name && at - start > LONGEST
            {
                break;
            }
        }
        at += 1;
    }
    (at > start).then_some(start..at)
}
