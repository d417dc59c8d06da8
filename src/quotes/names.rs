//! What a name is: a run of words with capitals that neither a sentence nor a headline gives.

use super::class::Class;
use super::tokens::Tokens;
use crate::text::capitals::without_genitive;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// The most words of a name.
const LONGEST_NAME: usize = 5;

/// A name, and the role in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// *Defence Minister*.
    pub role: Option<Range<usize>>,
    /// *Oskar Brandel*.
    pub name: Range<usize>,
}

/// The names of an article, in order.
pub fn runs(tokens: &Tokens<'_>) -> Vec<Run> {
    let mut found = Vec::new();
    // Names that are one word which begins a sentence.
    let mut doubtful: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < tokens.count() {
        if tokens.has(at, Class::LINE_START) || at == 0 {
            at = after_headline(tokens, at);
        }
        let Some((run, is_sure)) = name_at(tokens, at) else {
            at += 1;
            continue;
        };
        if !is_sure {
            doubtful.push(found.len());
        }
        at = run.name.end.max(at + 1);
        found.push(run);
    }
    without_openers(tokens, found, &doubtful)
}

/// Leaves out the doubtful that are words: those that a list of openers has, or that begin with a small letter elsewhere; unless
/// they are a part of another name.
fn without_openers(tokens: &Tokens<'_>, found: Vec<Run>, doubtful: &[usize]) -> Vec<Run> {
    if doubtful.is_empty() {
        return found;
    }
    let word = |run: &Run| base(tokens.word(run.name.start));
    let mut is_doubtful = vec![false; found.len()];
    for &run in doubtful {
        is_doubtful[run] = true;
    }
    let sure: FxHashSet<&str> = found
        .iter()
        .zip(&is_doubtful)
        .filter(|(_, is_doubtful)| !**is_doubtful)
        .flat_map(|(run, _)| run.name.clone())
        .filter(|&at| tokens.is_word(at))
        .map(|at| base(tokens.word(at)))
        .collect();
    // Those of which only the rest of the article tells.
    let mut lower: FxHashMap<String, bool> = FxHashMap::default();
    let mut letters = [false; 256];
    for run in doubtful.iter().map(|&run| &found[run]) {
        if !sure.contains(word(run)) && !tokens.has(run.name.start, Class::OPENER) {
            let small = word(run).to_lowercase();
            letters[first_byte(&small)] = true;
            lower.insert(small, false);
        }
    }
    for at in 0..if lower.is_empty() { 0 } else { tokens.count() } {
        let word = tokens.word(at);
        if letters[first_byte(word)]
            && tokens.is_word(at)
            && let Some(seen) = lower.get_mut(word)
        {
            *seen = true;
        }
    }
    let is_word = |run: &Run| {
        !sure.contains(word(run))
            && (tokens.has(run.name.start, Class::OPENER)
                || lower
                    .get(&word(run).to_lowercase())
                    .copied()
                    .unwrap_or_default())
    };
    let keep: Vec<bool> = found
        .iter()
        .zip(&is_doubtful)
        .map(|(run, is_doubtful)| !is_doubtful || !is_word(run))
        .collect();
    let kept = found.into_iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(run, _)| run).collect()
}

/// Where to go on behind the line that begins at `first`, if most of its words have capitals; else `first`.
fn after_headline(tokens: &Tokens<'_>, first: usize) -> usize {
    let (mut at, mut words, mut capitals) = (first, 0, 0);
    while at < tokens.count()
        && at - first < 40
        && (at == first || !tokens.has(at, Class::LINE_START))
    {
        words += usize::from(tokens.is_word(at));
        capitals += usize::from(tokens.is_capital(at));
        at += 1;
    }
    match words > 4 && 3 * capitals > 2 * words {
        true => at,
        false => first,
    }
}

/// A run of words with capitals that begins at `at`, and whether it is surely a name.
fn name_at(tokens: &Tokens<'_>, at: usize) -> Option<(Run, bool)> {
    let starts_sentence = tokens.opens_sentence(at)
        || !tokens.is_word(at - 1) && !matches!(tokens.word(at - 1), "," | "(" | "-" | ".");
    let small = Class::DETERMINER
        .and(Class::PRONOUN)
        .and(Class::ENDS)
        .and(Class::CONJUNCTION)
        .and(Class::TIME)
        .and(Class::THAT)
        .and(Class::BETWEEN)
        .and(Class::ACCORDING);
    if !tokens.is_capital(at) || tokens.has(at, small) {
        return None;
    }
    let mut end = at;
    while end < tokens.count() && end - at < 2 * LONGEST_NAME {
        let joins = end > at
            && (tokens.has(end, Class::INSIDE)
                && !tokens.has(end, Class::CONJUNCTION)
                && tokens.is_capital(end + 1)
                && !tokens.has(end + 1, Class::TIME)
                || tokens.is(end, ".") && !tokens.has(end, Class::SENTENCE_END)
                || tokens.is(end, "-") && tokens.is_capital(end + 1));
        let is_verb = end > at && tokens.has(end, Class::VERB) && !tokens.has(end, Class::NOUN);
        if !joins
            && (is_verb
                || !tokens.is_capital(end)
                || tokens.has(end, Class::TIME) && !(end > at && tokens.has(end - 1, Class::GIVEN))
                || end > at && tokens.has(end, Class::LINE_START))
        {
            break;
        }
        end += 1;
        if tokens.has(end - 1, Class::GENITIVE) {
            break;
        }
    }
    while end > at && !tokens.is_word(end - 1) {
        end -= 1;
    }
    // A role in front: *Defence Minister Oskar Brandel*, *Secretary of State Jon Lind*.
    let titles = Class::ROLE.and(Class::HONORIFIC).and(Class::ABBREVIATION);
    let mut name = (at..end.saturating_sub(1))
        .rev()
        .find(|&at| tokens.has(at, titles))
        .map_or(at, |title| title + 1);
    let given = (name..end.saturating_sub(1)).find(|&at| tokens.has(at, Class::GIVEN));
    if let Some(given) = given {
        name = given;
    }
    while name < end
        && (!tokens.is_word(name) || tokens.has(name, Class::INSIDE) && !tokens.is_capital(name))
    {
        name += 1;
    }
    if name >= end {
        return None;
    }
    // A lone word that begins a sentence has its capital from there; it counts if it is known as no word.
    let lone = end - at == 1 && starts_sentence;
    let is_known = tokens.has(
        at,
        Class::VERB
            .and(Class::ROLE)
            .and(Class::STATEMENT)
            .and(Class::OBJECT_VERB),
    );
    if lone && is_known {
        return None;
    }
    let run = Run {
        role: (name > at).then_some(at..name),
        name: name..end,
    };
    Some((run, !lone || tokens.has(at, Class::GIVEN)))
}

fn first_byte(word: &str) -> usize {
    word.bytes().next().map_or(0, usize::from)
}

/// A name without a genitive.
pub fn base(word: &str) -> &str {
    without_genitive(word).trim_end_matches(['’', '\''])
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        let tokens = Tokens::new(text, Language::of_code("en").expect("is there"));
        let found = runs(&tokens);
        let names = found.iter().map(|run| tokens.span(run.name.clone()));
        names.map(|span| span.of(text)).collect()
    }

    #[test]
    fn a_role_in_front_is_no_part_of_a_name() {
        let text = "They met Defence Minister Oskar Brandel and talked with him in Port Halle.";
        assert_eq!(names(text), ["Oskar Brandel", "Port Halle"]);
    }

    #[test]
    fn a_word_that_begins_a_sentence_is_a_name_if_it_is_no_word_elsewhere() {
        let text = "Ferries wait. Well, Brandel saw the ferries. Tolk stays.";
        assert_eq!(names(text), ["Brandel", "Tolk"]);
    }
}
