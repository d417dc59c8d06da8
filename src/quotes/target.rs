//! Who or what a statement is about or addressed to.
//!
//! First whom the verb takes as object (*accused the board*, *urged both sides to …*); else, of the names and noun phrases in what
//! is said, the one that weighs most: the subject before others, names before phrases, places and what hangs on a preposition
//! last. Audiences (*told reporters*) and the speaker are no targets.

use super::class::Class;
use super::people::{Mention, People, Person};
use super::phrases::{Subject, infinitive_object, phrase, subject};
use super::tokens::Tokens;
use std::ops::Range;

/// Tokens of an object between a verb and what is said.
const OBJECT_REACH: usize = 10;
/// Tokens of what is said that are looked at.
const MOST_LOOKED_AT: usize = 100;
/// The least that a target weighs.
const LEAST: i32 = 2;
/// What a name weighs.
const NAME: i32 = 6;
/// What a name weighs less in front of which is a preposition of places.
const PLACE: i32 = 6;
/// What a name weighs less that only tells of what kind something is: *the Norland envoy*.
const KIND: i32 = 3;
/// What a phrase with an article weighs.
const PHRASE: i32 = 3;
/// What a phrase weighs less that hangs on a preposition.
const HANGS: i32 = 1;
/// What a phrase weighs less that begins with a word like *a*.
const VAGUE: i32 = 7;
/// What a phrase weighs less behind the first sentence.
const LATER: i32 = 2;
/// What the object of an infinitive weighs more: *to lift the rules*.
const INFINITIVE: i32 = 5;
/// What the subject of what is said weighs more.
const SUBJECT: i32 = 5;
/// What the subject of a later sentence weighs more.
const LATER_SUBJECT: i32 = 2;
/// Names that an article has so often are what it is about.
const OFTEN: usize = 3;

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
    /// The sentence that it begins in.
    pub sentence: Range<usize>,
}

/// Whom or what a verb takes as object.
enum Object {
    /// A name or noun phrase.
    Named(Range<usize>),
    /// *Blamed him*.
    Pronoun(usize),
}

/// The target of what was said, if the sentence names one.
pub fn target(tokens: &Tokens<'_>, people: &People, said: &Said) -> Option<Range<usize>> {
    let sought = Sought {
        tokens,
        people,
        said,
    };
    match sought.object() {
        // *Raised questions about the ferry*
        Some(Object::Named(object)) if sought.is_aside(&object) => {
            sought.in_content().or(Some(object))
        }
        Some(Object::Named(object)) => Some(object),
        Some(Object::Pronoun(at)) => sought.antecedent(at),
        None => sought.in_content().or_else(|| sought.in_front()),
    }
}

struct Sought<'a> {
    tokens: &'a Tokens<'a>,
    people: &'a People,
    said: &'a Said,
}

impl Sought<'_> {
    /// The object of the verb, if what is said begins with it or stands behind it.
    fn object(&self) -> Option<Object> {
        let tokens = self.tokens;
        let verb = self.said.verb?;
        let first = verb + 1;
        if verb >= self.said.content.end {
            // *“…,” she said of Brandel*, *“…,” she warned the board*
            let about = tokens.has(first, Class::ABOUT);
            let start = first + usize::from(about);
            let addresses = tokens.has(verb, Class::ADDRESSES) && !tokens.has(verb, Class::TELLS);
            let starts = tokens.is_capital(start) || tokens.has(start, Class::DETERMINER);
            return match starts && (about || addresses) {
                true => self.named(start),
                false => None,
            };
        }
        if !tokens.has(verb, Class::ADDRESSES.and(Class::OBJECT_VERB)) {
            return None;
        }
        let mut start = first;
        while tokens.has(start, Class::INSIDE.and(Class::ENDS).and(Class::BETWEEN))
            && !tokens.has(start, Class::DETERMINER)
            && start < verb + 3
        {
            let next = start + 1;
            let goes_on = tokens.is_capital(next) || tokens.has(next, Class::DETERMINER);
            if tokens.is(start, "to") && !goes_on {
                return None;
            }
            start += 1;
        }
        if tokens.has(start, Class::OBJECT_PRONOUN) {
            return Some(Object::Pronoun(start));
        }
        if tokens.has(start, Class::THAT.and(Class::TIME).and(Class::PRONOUN)) {
            return None;
        }
        if tokens.is_participle(start) || start < tokens.count() && tokens.is_between(start) {
            return None;
        }
        self.named(start)
    }

    /// The object that begins at `start`, if it is no audience.
    fn named(&self, start: usize) -> Option<Object> {
        let tokens = self.tokens;
        let found = phrase(tokens, start, start + OBJECT_REACH)?;
        if found.len() == 1 && tokens.has(start, Class::DETERMINER) {
            return (!tokens.has(start, Class::THAT)).then_some(Object::Pronoun(start));
        }
        let only_tells = self
            .said
            .verb
            .is_some_and(|verb| tokens.has(verb, Class::TELLS))
            && !tokens.is(found.end, "to");
        let is_target = !only_tells && !self.is_audience(&found) && !self.is_speaker(&found);
        is_target.then_some(Object::Named(found))
    }

    /// Whether an object stands in front of what is said and is nobody who is addressed there.
    fn is_aside(&self, object: &Range<usize>) -> bool {
        let tokens = self.tokens;
        let addresses = |verb: usize| tokens.has(verb, Class::ADDRESSES);
        object.end <= self.said.content.start
            && !tokens.is_capital(object.start)
            && !self.said.verb.is_some_and(addresses)
    }

    /// The last name in front of a pronoun in its sentence that it may stand for.
    fn antecedent(&self, at: usize) -> Option<Range<usize>> {
        let gender = self.tokens.all[at]
            .class
            .common(Class::MALE.and(Class::FEMALE));
        let fits = |person: &Person| {
            gender == Class::NONE || person.gender == Class::NONE || person.gender.has(gender)
        };
        self.people
            .names(self.said.sentence.start..at)
            .filter(|(mention, person)| {
                mention.name.end <= at
                    && fits(person)
                    && !self.is_person(person)
                    && !self.tokens.has(mention.name.end - 1, Class::GENITIVE)
            })
            .map(|(mention, _)| mention.start()..mention.name.end)
            .last()
    }

    /// Of the names and noun phrases in what is said, the one that weighs most, the first of these.
    fn in_content(&self) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let content = self.said.content.clone();
        let content = content.start..content.end.min(content.start + MOST_LOOKED_AT);
        let subjects = self.subjects(content.clone());
        let first_end = tokens.sentence(content.start).end;
        let bonus = |range: &Range<usize>| {
            let overlaps =
                |of: &&(Range<usize>, i32)| of.0.start < range.end && range.start < of.0.end;
            subjects.iter().find(overlaps).map_or(0, |of| of.1)
        };
        let mut best: Option<(i32, Range<usize>)> = None;
        let mut offer = |weight: i32, range: Range<usize>| {
            let is_better = best.as_ref().is_none_or(|(known, other)| {
                (weight, std::cmp::Reverse(range.start)) > (*known, std::cmp::Reverse(other.start))
            });
            if weight >= LEAST && is_better && !self.is_audience(&range) && !self.is_speaker(&range)
            {
                best = Some((weight, range));
            }
        };
        for (mention, person) in self.people.names(content.clone()) {
            let range = mention.start()..mention.name.end;
            let opens = range.start == content.start || tokens.opens_sentence(range.start);
            if mention.name.start >= content.start
                && !self.is_person(person)
                && !(opens && self.is_opener(&range))
            {
                let weight = NAME - self.place(mention, person) - self.kind(mention, person)
                    + bonus(&range)
                    + i32::from(person.mentions >= OFTEN);
                offer(weight, range);
            }
        }
        for at in content.clone() {
            if tokens.has(at, Class::DETERMINER)
                && !tokens.has(at, Class::THAT)
                && let Some(range) = phrase(tokens, at, content.end).filter(|range| range.len() > 1)
                && !range.clone().any(|at| tokens.has(at, Class::TIME))
            {
                let hangs = at > content.start
                    && tokens.has(at - 1, Class::ENDS.and(Class::INSIDE))
                    && (tokens.has(at - 1, Class::INSIDE) || !tokens.has(at - 1, Class::ABOUT));
                let less = |is: bool, weight| if is { weight } else { 0 };
                let of_subject = bonus(&range);
                let weight = PHRASE + of_subject
                    - less(hangs, HANGS)
                    - less(at >= first_end, LATER)
                    - less(tokens.has(at, Class::VAGUE), VAGUE);
                offer(weight, range);
            }
        }
        for (range, bonus) in &subjects {
            let vague = i32::from(tokens.has(range.start, Class::VAGUE));
            offer(PHRASE - 1 + bonus - vague * VAGUE, range.clone());
        }
        best.map(|of| of.1)
    }

    /// The subjects of the sentences in what is said, and what each weighs more.
    fn subjects(&self, content: Range<usize>) -> Vec<(Range<usize>, i32)> {
        let tokens = self.tokens;
        let mut found = Vec::new();
        let mut first = content.start;
        while first < content.end {
            let end = tokens.sentence(first).end.min(content.end);
            if let Some(range) = infinitive_object(tokens, first, end) {
                found.push((range, INFINITIVE));
            } else if let Some(Subject::Phrase(range)) = subject(tokens, first..end)
                && !self.is_opener(&range)
            {
                let bonus = match first == content.start {
                    true => SUBJECT,
                    false => LATER_SUBJECT,
                };
                found.push((range, bonus));
            }
            first = end.max(first + 1);
        }
        found
    }

    /// Whether a phrase is one word that has its capital from the sentence, and no verb behind it: *Fear.*, *Tell that …*
    fn is_opener(&self, range: &Range<usize>) -> bool {
        let tokens = self.tokens;
        let is_name = || self.people.names(range.clone()).next().is_some();
        range.len() == 1
            && tokens.is_capital(range.start)
            && !tokens.has(range.end, Class::FINITE)
            && (!tokens.is_word(range.end) || tokens.has(range.start, Class::VERB) || !is_name())
    }

    /// What a name weighs less because it is a place there.
    fn place(&self, mention: &Mention, person: &Person) -> i32 {
        let mut before = mention.start();
        while before > 0 && self.tokens.has(before - 1, Class::DETERMINER) {
            before -= 1;
        }
        let is_place = before > 0 && self.tokens.has(before - 1, Class::PLACE_BEFORE);
        if is_place && !person.is_human {
            PLACE
        } else {
            0
        }
    }

    /// What a name weighs less that a noun follows.
    fn kind(&self, mention: &Mention, person: &Person) -> i32 {
        let tokens = self.tokens;
        let known = Class::ENDS
            .and(Class::INSIDE)
            .and(Class::BETWEEN)
            .and(Class::FINITE)
            .and(Class::VERB)
            .and(Class::OBJECT_VERB)
            .and(Class::CONJUNCTION)
            .and(Class::PRONOUN)
            .and(Class::OBJECT_PRONOUN)
            .and(Class::DETERMINER)
            .and(Class::THAT)
            .and(Class::TIME);
        let end = mention.name.end;
        let before_noun = (tokens.is_word(end) || tokens.is(end, "-"))
            && !tokens.is_capital(end)
            && !tokens.has(end, known)
            && !tokens.has(end - 1, Class::GENITIVE);
        let is_kind = before_noun && !person.is_human && person.mentions < OFTEN;
        if is_kind { KIND } else { 0 }
    }

    /// The last name between the verb or speaker and what is said: *went after Brandel as “a tired man”*.
    fn in_front(&self) -> Option<Range<usize>> {
        let content = self.said.content.start;
        let speaker = self.said.speaker.as_ref().map(|speaker| speaker.end);
        let start = speaker.or(self.said.verb)?;
        if start >= content || start + OBJECT_REACH < content {
            return None;
        }
        self.people
            .names(start..content)
            .filter(|(mention, person)| {
                mention.start() >= start
                    && mention.name.end <= content
                    && !self.is_person(person)
                    && self.place(mention, person) == 0
            })
            .map(|(mention, _)| mention.start()..mention.name.end)
            .filter(|range| !self.is_audience(range))
            .last()
    }

    fn is_audience(&self, range: &Range<usize>) -> bool {
        range.clone().any(|at| self.tokens.has(at, Class::AUDIENCE))
    }

    /// Whether a person is the speaker.
    fn is_person(&self, person: &Person) -> bool {
        person.name == self.said.canonical
    }

    fn is_speaker(&self, range: &Range<usize>) -> bool {
        let said = self.said;
        let text = self.tokens.span(range.clone()).of(self.tokens.text);
        said.speaker
            .as_ref()
            .is_some_and(|speaker| speaker.start < range.end && range.start < speaker.end)
            || !said.canonical.is_empty() && text == said.canonical
    }
}

#[cfg(test)]
mod tests {
    use super::super::find::quotations;
    use super::super::language::Language;

    fn targets(text: &str) -> Vec<Option<&str>> {
        let english = Language::of_code("en").expect("is there");
        let found = quotations(text, english);
        found
            .iter()
            .map(|quotation| quotation.target.map(|span| span.of(text)))
            .collect()
    }

    #[test]
    fn the_object_of_the_verb_is_the_target() {
        for (text, target) in [
            ("Mara Lind accused Oskar Brandel of lying.", "Oskar Brandel"),
            (
                "Mara Lind called on Oskar Brandel to resign.",
                "Oskar Brandel",
            ),
            ("“He will fail,” Mara Lind said of Brandel.", "Brandel"),
            (
                "When Oskar Brandel spoke, Mara Lind blamed him for the delay.",
                "Oskar Brandel",
            ),
            ("Mara Lind vowed to lift the toll.", "the toll"),
        ] {
            assert_eq!(targets(text)[0], Some(target), "{text}");
        }
    }

    #[test]
    fn the_subject_weighs_more_than_a_name_behind_it_and_a_place_nothing() {
        for (text, target) in [
            (
                "Mara Lind said that the ferry would wait for Oskar Brandel.",
                Some("the ferry"),
            ),
            (
                "Mara Lind said that port fees are a burden in Suderia.",
                Some("port fees"),
            ),
            ("Mara Lind said that it rained in Norland.", None),
            ("“Well, I am tired,” Mara Lind said.", None),
        ] {
            assert_eq!(targets(text), [target], "{text}");
        }
    }

    #[test]
    fn an_audience_is_no_target() {
        let text = "Mara Lind told the council that Oskar Brandel had lied.";
        assert_eq!(targets(text), [Some("Oskar Brandel")]);
    }
}
