//! Whom pronouns stand for.
//!
//! *She* is the nearer of the last speaker and the last name that a sentence begins with, among those who may be a woman; *it* and
//! *they* look in the same way for what is no person, and among what sentences begin with (*The city sent a letter. It says …*).
//! Places are looked at backwards, in a bounded stretch of tokens.

use super::class::Class;
use super::people::{MOST_LOOKED_AT, Mention, People, Person};
use super::tokens::Tokens;
use crate::text::capitals::{begins_with_capital, is_all_capitals};
use std::ops::Range;

/// Tokens that a pronoun looks back over.
const LOOK_BACK: usize = 600;
/// Tokens that it looks back over for other than speakers and names that begin a sentence.
const NEAR: usize = 60;
/// Tokens between a name and its relative pronoun.
const RELATIVE_REACH: usize = 16;
/// The most words of a description.
const LONGEST: usize = 3;

impl People {
    /// The name in front of a relative pronoun: the last human one, else the last; *Mara Lind, of Port Halle, who …*
    pub(super) fn in_front(&self, at: usize) -> Option<usize> {
        let before = self.mentions.partition_point(|of| of.name.start < at);
        let near: Vec<&Mention> = self
            .back_from(before)
            .take_while(|of| of.name.end + RELATIVE_REACH > at)
            .collect();
        let human = near.iter().find(|of| self.people[of.person].is_human);
        human.or(near.first()).map(|of| of.person)
    }

    /// Whom the personal pronoun at `at` stands for.
    pub(super) fn meant(&mut self, tokens: &Tokens<'_>, at: usize, gender: Class) -> Option<usize> {
        match gender.has(Class::MALE.and(Class::FEMALE)) {
            true => self.person_before(tokens, at, gender),
            false => self.others_before(tokens, at, gender.has(Class::PLURAL)),
        }
    }

    /// Whom *he* or *she* stands for.
    fn person_before(&mut self, tokens: &Tokens<'_>, at: usize, gender: Class) -> Option<usize> {
        let may_be = |person: &Person, spoke: bool| {
            person.gender.has(gender)
                || person.gender == Class::NONE
                    && (person.is_human
                        || !person.is_described && may_be_human(&person.name, spoke))
        };
        let spoken = self.last_spoken(at, |of| {
            !of.is_plural && may_be(&self.people[of.person], true)
        });
        let subject = self.last_subject(tokens, at, |person| may_be(person, false));
        let mut nearer = later(spoken, subject);
        // *The nominee* is mostly who was named before.
        if let Some((place, person)) = nearer
            && self.people[person].is_definite
        {
            let is_named = |person: &Person| !person.is_described && may_be(person, true);
            let spoken = self.last_spoken(place, |of| {
                !of.is_plural && is_named(&self.people[of.person])
            });
            let subject = self.last_subject(tokens, place, is_named);
            let named = later(spoken, subject).filter(|of| of.0 + 2 * NEAR > place);
            nearer = named.or(nearer);
        }
        // A name in the sentence before, where speakers and subjects are far away.
        let before = self.mentions.partition_point(|of| of.name.start < at);
        let known = self
            .back_from(before)
            .find(|of| self.people[of.person].gender.has(gender))
            .map(|of| (of.name.start, of.person));
        let found = match (nearer, known) {
            (Some((place, _)), Some((other, person)))
                if other + NEAR > at && place + 2 * NEAR < at =>
            {
                Some(person)
            }
            (Some((_, person)), _) => Some(person),
            (None, known) => known.map(|of| of.1),
        };
        found.or_else(|| self.described_before(tokens, at, gender))
    }

    /// The last description of somebody of a gender: *my mother*.
    fn described_before(&mut self, tokens: &Tokens<'_>, at: usize, gender: Class) -> Option<usize> {
        let found = (at.saturating_sub(LOOK_BACK)..at).rev().find(|&at| {
            let class = tokens.all[at].class;
            class.has(Class::ROLE) && class.has(gender) && !class.has(Class::CAPITAL)
        })?;
        Some(self.describe(tokens, found..found + 1, tokens.all[found].class))
    }

    /// What *it* or *they* stands for.
    fn others_before(&mut self, tokens: &Tokens<'_>, at: usize, is_plural: bool) -> Option<usize> {
        let no_human = |person: &Person| !person.is_human;
        let spoken = match is_plural {
            true => self
                .last_spoken(at, |of| of.is_plural)
                .or_else(|| self.last_spoken(at, |of| no_human(&self.people[of.person]))),
            false => self.last_spoken(at, |of| !of.is_plural && no_human(&self.people[of.person])),
        };
        let subject = self.last_subject(tokens, at, no_human);
        let nearer = later(spoken, subject);
        let described = self.opening(tokens, at, is_plural);
        match (nearer, described) {
            (Some((place, person)), Some(range)) if place >= range.start => Some(person),
            (_, Some(range)) => {
                let class = tokens.all[range.end - 1].class;
                Some(self.describe(tokens, range, class))
            }
            (nearer, None) => nearer.map(|of| of.1),
        }
    }

    /// The last place in front of `at` where somebody spoke who fits, and who.
    fn last_spoken(
        &self,
        at: usize,
        fits: impl Fn(&super::people::Spoken) -> bool,
    ) -> Option<(usize, usize)> {
        let near = |place: usize| place < at && at - place < LOOK_BACK;
        let mut last = self.spoken.iter().rev().take(MOST_LOOKED_AT);
        last.find(|of| near(of.at) && fits(of))
            .map(|of| (of.at, of.person))
    }

    /// The last name in front of `at` that a sentence begins with and that fits.
    fn last_subject(
        &self,
        tokens: &Tokens<'_>,
        at: usize,
        fits: impl Fn(&Person) -> bool,
    ) -> Option<(usize, usize)> {
        let near = |place: usize| place < at && at - place < LOOK_BACK;
        let before = self.mentions.partition_point(|of| of.name.start < at);
        self.back_from(before)
            .take_while(|of| near(of.name.start))
            .find(|of| {
                near(of.start())
                    && !tokens.has(of.name.end - 1, Class::GENITIVE)
                    && opens_sentence(tokens, of.start())
                    && fits(&self.people[of.person])
            })
            .map(|of| (of.name.start, of.person))
    }

    /// The last noun phrase near in front of `at` that a sentence begins with: *the city*, of one or several.
    fn opening(&self, tokens: &Tokens<'_>, at: usize, is_plural: bool) -> Option<Range<usize>> {
        let is_quoted = |at: usize| {
            let next = self.quoted.partition_point(|range| range.end <= at);
            self.quoted.get(next).is_some_and(|range| range.start <= at)
        };
        (at.saturating_sub(NEAR)..at).rev().find_map(|start| {
            if !tokens.opens_sentence(start) || is_quoted(start) {
                return None;
            }
            let article = tokens.has(start, Class::DETERMINER);
            let first = start + usize::from(article);
            if !article && !tokens.has(first, Class::ROLE) {
                return None;
            }
            let stops = Class::ENDS
                .and(Class::BETWEEN)
                .and(Class::FINITE)
                .and(Class::VERB)
                .and(Class::OBJECT_VERB)
                .and(Class::CONJUNCTION)
                .and(Class::PRONOUN)
                .and(Class::INSIDE)
                .and(Class::GENITIVE);
            let mut end = (first..at.min(first + LONGEST + 1))
                .find(|&at| !tokens.is_word(at) || tokens.has(at, stops))?;
            // *The city sent a letter*
            if end > first + 1 && tokens.has(end, Class::DETERMINER) {
                end -= 1;
            }
            let is_thing = |at: usize| {
                !tokens.has(at, Class::ROLE) && !tokens.has(at, Class::CAPITAL) || is_plural
            };
            (end > first
                && tokens.is_plural(end - 1) == is_plural
                && is_thing(end - 1)
                && !tokens.has(end, Class::GENITIVE))
            .then_some(first..end)
        })
    }
}

impl Tokens<'_> {
    /// Whether a noun stands for several.
    pub(super) fn is_plural(&self, at: usize) -> bool {
        let word = self.word(at);
        self.has(at, Class::PLURAL)
            || word.len() > 3 && word.ends_with('s') && !word.ends_with("ss")
    }
}

/// The later of two places.
fn later(a: Option<(usize, usize)>, b: Option<(usize, usize)>) -> Option<(usize, usize)> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.0 >= b.0 { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// Whether a name of which nothing is known may be somebody's: one of a speaker, or of several words.
fn may_be_human(name: &str, spoke: bool) -> bool {
    let words = name.split_whitespace().count();
    (spoke && words == 1 || words == 2 || words == 3)
        && begins_with_capital(name)
        && !(words > 1
            && name
                .split_whitespace()
                .next()
                .is_some_and(|of| of.len() > 2 && is_all_capitals(of)))
        && !(words == 1 && is_all_capitals(name))
}

/// Whether a sentence begins at a token, or a determiner away from it.
fn opens_sentence(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.opens_sentence(at) || at > 0 && tokens.opens_sentence(at - 1)
}

#[cfg(test)]
mod tests {
    use super::super::find::quotations;
    use super::super::language::Language;

    /// Whom the last speaker stands for.
    fn last(text: &str) -> String {
        let english = Language::of_code("en").expect("is there");
        let found = quotations(text, english);
        found.last().expect("somebody speaks").canonical.clone()
    }

    #[test]
    fn he_and_she_pass_over_what_is_no_person() {
        for (text, person) in [
            (
                "Irena Tolk left Port Halle. The Norland Post called it a defeat. She said that talks go on.",
                "Irena Tolk",
            ),
            (
                "Oskar Brandel arrived. The nominee spoke for an hour. He said that talks go on.",
                "Oskar Brandel",
            ),
            (
                "Irena Tolk, of Port Halle, who watched the boats, said that they were slow.",
                "Irena Tolk",
            ),
        ] {
            assert_eq!(last(text), person, "{text}");
        }
    }

    #[test]
    fn it_and_they_are_what_a_sentence_begins_with() {
        let text = "The harbour sent a letter. It said that fees go up.";
        assert_eq!(last(text), "harbour");
        let text = "Critics of the toll met. They said that fees go up.";
        assert_eq!(last(text), "Critics");
    }
}
