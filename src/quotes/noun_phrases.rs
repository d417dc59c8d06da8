//! Subjects in languages that are no English: the noun phrase in front of a verb or behind it.
//!
//! What stands behind a preposition is passed over; a phrase ends at marks, at small words of the list, and, where nouns have
//! capitals, behind its noun.

use super::class::Class;
use super::grammar::Order;
use super::reporting::Clause;
use super::tokens::Tokens;
use std::ops::Range;

/// The most tokens of a noun phrase.
const LONGEST: usize = 14;
/// Phrases with a preposition, or appositions, between a subject and its verb.
const MOST_BETWEEN: usize = 4;
/// Tokens of what stands between commas behind a verb: *said, visibly moved, the envoy*.
const SET_OFF: usize = 7;
/// Tokens that a verb without a subject looks back over.
const LOOK_BACK: usize = 80;
/// Letters of an abbreviation in front of a name.
const SHORT: usize = 4;
/// What opens another part of the sentence in front of a phrase.
const BORDERS: Class = Class::THAT.and(Class::AS).and(Class::RELATIVE);

impl Tokens<'_> {
    /// Whether a token is a comma of any script.
    pub fn is_comma(&self, at: usize) -> bool {
        self.is(at, ",") || self.is(at, "،")
    }

    /// Whether a token is a verb that reports, in languages whose participles and nouns have no endings that tell them apart.
    pub fn reports_elsewhere(&self, at: usize, verbs: Class) -> bool {
        if !self.has(at, verbs) || self.has(at, Class::THAT) {
            return self.has(at, Class::PARTED) && self.has_particle(at);
        }
        let is_noun = self.has(at, Class::NOUN);
        let Some(before) = at.checked_sub(1) else {
            return !is_noun || self.grammar.order == Order::VerbFirst;
        };
        let touches = self.all[before].span.end == self.all[at].span.start;
        if self.is(before, "-") && touches && !self.has(before.wrapping_sub(1), Class::PRONOUN) {
            return false;
        }
        let opens = self.opens_sentence(at) || !self.is_word(before);
        if self.grammar.nouns_have_capitals && self.is_capital(at) && !opens {
            return false;
        }
        let in_phrase = Class::DETERMINER.and(Class::ENDS).and(Class::INSIDE);
        !is_noun
            || self.has(before, Class::BETWEEN.and(Class::CONJUNCTION))
            || !self.has(before, in_phrase)
    }

    /// Whether the end of a parted verb stands behind it: *gab der Minister bekannt*.
    fn has_particle(&self, verb: usize) -> bool {
        (verb + 1..self.count().min(verb + LONGEST))
            .take_while(|&at| self.is_word(at) || self.is(at, "-"))
            .any(|at| self.has(at, Class::PARTICLE) && !self.is_word(at + 1))
    }

    /// The subject of the verb `verb`, which stands behind it or in `first..verb`.
    pub fn subject_around(&self, first: usize, verb: usize, end: usize) -> Option<Range<usize>> {
        let edge = self.before_verb(first, verb);
        let in_front = || self.phrase_before(first, edge);
        let behind = || self.phrase_behind(verb + 1, end);
        let opens = edge <= first || !self.is_word(edge - 1);
        // *…, said the minister*, but *the minister, Mara Lind, said that*.
        match opens || self.grammar.order == Order::VerbFirst && !self.is_topic(first, edge) {
            true => behind().or_else(in_front),
            false => in_front().or_else(behind),
        }
    }

    /// Whether what stands in front of a verb that comes first is its subject all the same: *but the minister said*.
    fn is_topic(&self, first: usize, edge: usize) -> bool {
        let opening = (first..edge)
            .rev()
            .find(|&at| !self.is_word(at) || self.has(at, Class::CONJUNCTION.and(BORDERS)))
            .map_or(first, |at| at + 1);
        opening < edge
            && !self.has(opening, Class::ENDS.and(Class::VERB))
            && edge - opening < SET_OFF
    }

    /// Whether a small word of a phrase has no noun in it: *de*, and not *l'État*.
    fn is_particle(&self, at: usize) -> bool {
        !self.is_capital(at) && !self.word(at).contains(['\'', '’'])
    }

    /// Where the auxiliaries, adverbs and times in front of a verb begin.
    pub fn before_verb(&self, first: usize, verb: usize) -> usize {
        let mut at = verb;
        while at > first {
            let joins =
                self.is(at - 1, "-") || self.is(at - 1, "t") && self.is(at.wrapping_sub(2), "-");
            let is_between = self.has(at - 1, Class::BETWEEN.and(Class::TIME))
                && !self.has(at - 1, BORDERS.and(Class::PRONOUN));
            if !is_between && !joins {
                break;
            }
            at -= 1;
        }
        at
    }

    /// The noun phrase that ends at `end` or over phrases with a preposition and appositions in front of it.
    pub fn phrase_before(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let mut at = end;
        for _ in 0..MOST_BETWEEN {
            if at <= first {
                return None;
            }
            if self.is_comma(at - 1) {
                at = self.before_apposition(first, at - 1)?;
            }
            // *Во вторник*, whose day is passed over already.
            if self.has(at - 1, Class::ENDS)
                && self.has(at, Class::TIME)
                && !self.has(at - 1, BORDERS.and(Class::CONJUNCTION))
            {
                at = self.before_verb(first, at - 1);
                continue;
            }
            let found = self.phrase_up_to(first, at)?;
            let before = found.start.checked_sub(1).filter(|&before| before >= first);
            let is_prepositional = before.is_some_and(|before| {
                self.has(before, Class::ENDS)
                    && !self.has(before, BORDERS.and(Class::CONJUNCTION).and(Class::BETWEEN))
                    && !self.has(before, Class::VERB)
            });
            // *На вопрос министр ответил*: behind a preposition, but an office of its own.
            let office = (found.start + 1..found.end).find(|&at| {
                self.has(at, Class::ROLE)
                    && !self.has(
                        at - 1,
                        Class::INSIDE.and(Class::DETERMINER).and(Class::ROLE),
                    )
            });
            if let Some(office) = office.filter(|_| is_prepositional && self.grammar.places_speak) {
                return Some(office..found.end);
            }
            match before {
                Some(before) if is_prepositional && self.grammar.order != Order::VerbFirst => {
                    at = self.before_verb(first, before);
                }
                _ => return self.names_somebody(&found).then_some(found),
            }
        }
        None
    }

    /// Where the phrase ends whose apposition ends at the comma `comma`.
    fn before_apposition(&self, first: usize, comma: usize) -> Option<usize> {
        let mut opening = comma;
        for _ in 0..MOST_BETWEEN {
            opening = (first..opening).rev().find(|&at| self.is_comma(at))?;
            if self.has(opening + 1, Class::RELATIVE) {
                return Some(opening);
            }
            let others = Class::VERB
                .and(BORDERS)
                .and(Class::CONJUNCTION)
                .and(Class::PRONOUN);
            if (opening..comma).any(|at| self.has(at, others) && !self.has(at, Class::NOUN)) {
                continue;
            }
            return Some(opening);
        }
        None
    }

    /// Whether a phrase can be somebody.
    fn names_somebody(&self, phrase: &Range<usize>) -> bool {
        let nouns = Class::ROLE
            .and(Class::GIVEN)
            .and(Class::HONORIFIC)
            .and(Class::PRONOUN)
            .and(Class::ARTICLED);
        self.grammar.order == Order::VerbFirst
            || self.has(phrase.start, Class::DETERMINER) && phrase.len() > 1
            || phrase
                .clone()
                .any(|at| self.is_capital(at) || self.has(at, nouns))
    }

    /// The noun phrase that ends at `end`.
    fn phrase_up_to(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let mut at = end;
        // Behind the noun that a capital tells, only articles and attributes stand in front.
        while at > first && end - at < LONGEST {
            let last = at - 1;
            if !self.is_word(last) {
                let joins = matches!(self.word(last), "." | "-" | "’" | "'" | "/")
                    && last > first
                    && at < end
                    && (self.is_capital(last - 1) && !self.has(last, Class::SENTENCE_END)
                        || self.is(last, "-"));
                if joins {
                    at -= 1;
                    continue;
                }
                break;
            }
            if self.has(last, Class::PRONOUN) && !self.has(last, Class::DETERMINER)
                || self.has(last, Class::RELATIVE) && at == end
            {
                return (at == end)
                    .then_some(last..end)
                    .or((at < end).then_some(at..end));
            }
            let is_verb = self.has(last, Class::VERB)
                && !self.has(last, Class::NOUN)
                && (!self.is_capital(last) || last == first);
            let stops = Class::ENDS
                .and(BORDERS)
                .and(Class::TIME)
                .and(Class::CONJUNCTION)
                .and(Class::BETWEEN);
            let is_inside = self.has(last, Class::INSIDE.and(Class::DETERMINER)) && at < end;
            if is_verb || self.has(last, stops) && !is_inside {
                break;
            }
            if self.has(last, Class::CONJUNCTION)
                && !(self.is_capital(at) && self.is_capital(last.wrapping_sub(1)))
            {
                break;
            }
            at -= 1;
            let goes_on = at > first
                && self.is_word(at - 1)
                && (self.has(at - 1, Class::INSIDE)
                    || self.has(at, Class::INSIDE)
                        && !self.has(
                            at - 1,
                            Class::ENDS
                                .and(Class::BETWEEN)
                                .and(Class::TIME)
                                .and(BORDERS),
                        )
                        && !self.reports_elsewhere(at - 1, Class::VERB));
            if self.has(at, Class::DETERMINER.and(Class::ARTICLED)) && !goes_on {
                break;
            }
        }
        while at < end
            && (!self.is_word(at)
                || self.has(at, Class::INSIDE.and(Class::CONJUNCTION))
                    && !self.has(at, Class::DETERMINER)
                    && self.is_particle(at))
        {
            at += 1;
        }
        (at < end).then_some(at..end)
    }

    /// The noun phrase that begins at `from` or over times, adverbs and phrases with a preposition.
    pub fn phrase_behind(&self, from: usize, end: usize) -> Option<Range<usize>> {
        let found = self.source_behind(from, end)?;
        self.names_somebody(&found).then_some(found)
    }

    /// The same where what stands in front of it tells that it is a source.
    pub fn source_behind(&self, from: usize, end: usize) -> Option<Range<usize>> {
        let mut at = from;
        for _ in 0..MOST_BETWEEN {
            let start = at;
            while at < end
                && (self.has(at, Class::TIME.and(Class::BETWEEN))
                    || self.is(at, "-")
                    || self.is(at, "t"))
                && !self.has(
                    at,
                    Class::DETERMINER
                        .and(Class::PRONOUN)
                        .and(BORDERS)
                        .and(Class::HONORIFIC),
                )
            {
                at += 1;
            }
            if self.is_comma(at) {
                let closing = (at + 1..end.min(at + SET_OFF)).find(|&at| self.is_comma(at))?;
                at = closing + 1;
            } else if self.has(at, Class::ENDS)
                && !self.has(at, BORDERS.and(Class::CONJUNCTION).and(Class::PRONOUN))
                && self.is_word(at + 1)
                && self.grammar.order != Order::VerbFirst
            {
                at = self.over_preposition(at, end);
            }
            if at == start {
                break;
            }
        }
        self.phrase_from(at, end)
            .or_else(|| self.place_from(from, end))
    }

    /// *В мэрии сообщили*, *hieß es aus dem Kanzleramt*: who speaks stands behind a preposition, in languages that say it so.
    pub fn place_around(&self, first: usize, verb: usize, end: usize) -> Option<Range<usize>> {
        let edge = self.before_verb(first, verb);
        let start = (first..edge).find(|&at| self.is_word(at)).unwrap_or(edge);
        self.place_from(verb + 1, end)
            .or_else(|| self.place_from(start, edge))
    }

    fn place_from(&self, preposition: usize, end: usize) -> Option<Range<usize>> {
        let is_place = self.grammar.places_speak
            && self.has(preposition, Class::ENDS)
            && !self.has(
                preposition,
                BORDERS.and(Class::CONJUNCTION).and(Class::TIME),
            )
            && !self.has(preposition + 1, Class::TIME);
        let found = is_place.then(|| self.phrase_from(preposition + 1, end))??;
        found
            .clone()
            .any(|at| {
                self.has(at, Class::ROLE)
                    || self.is_word(at) && self.word(at).chars().count() > SHORT
            })
            .then_some(found)
    }

    /// Behind a preposition and its noun.
    fn over_preposition(&self, preposition: usize, end: usize) -> usize {
        let mut at = preposition + 1;
        let small = Class::DETERMINER.and(Class::INSIDE).and(Class::ENDS);
        while at < end && self.has(at, small) {
            at += 1;
        }
        let stops = Class::DETERMINER
            .and(Class::ROLE)
            .and(Class::ARTICLED)
            .and(Class::ENDS)
            .and(Class::THAT)
            .and(Class::PRONOUN);
        let mut named = self.is_capital(at);
        at += usize::from(at < end && self.is_word(at));
        while at < end && self.is_word(at) && at - preposition < SET_OFF {
            let joins_by = |at: usize| {
                self.has(at, Class::INSIDE)
                    && (self.grammar.nouns_have_capitals || !self.has(at, Class::DETERMINER))
            };
            let joins = joins_by(at) || joins_by(at - 1);
            if self.has(at, stops) && !joins
                || self.grammar.nouns_have_capitals && named && !joins
                || !self.grammar.nouns_have_capitals && self.is_capital(at) && !joins
            {
                break;
            }
            named |= self.is_capital(at);
            at += 1;
        }
        at
    }

    /// The noun phrase that begins at `first`.
    pub fn phrase_from(&self, first: usize, end: usize) -> Option<Range<usize>> {
        if self.has(first, Class::PRONOUN)
            && !self.has(first, Class::DETERMINER.and(Class::RELATIVE))
        {
            return (first < end).then_some(first..first + 1);
        }
        let opens_none = Class::ENDS
            .and(Class::THAT)
            .and(Class::VERB)
            .and(Class::PRONOUN);
        let is_name = self.is_capital(first) && !self.has(first, Class::ENDS);
        let opens = !self.has(first, opens_none)
            || self.has(first, Class::DETERMINER.and(Class::NOUN))
            || is_name;
        if first >= end || !opens {
            return None;
        }
        let mut at = first;
        let mut named = false;
        while at < end && at - first < LONGEST {
            if !self.is_word(at) {
                let is_abbreviation = self.is_abbreviation(first, at, end);
                let is_joined = self.is(at, "-")
                    && at > first
                    && self.all[at - 1].span.end == self.all[at].span.start;
                if is_abbreviation || is_joined {
                    at += 1;
                    continue;
                }
                if let Some(behind) = self.behind_name_in_marks(at, end).filter(|_| at > first) {
                    at = behind;
                    continue;
                }
                break;
            }
            let inside = self.has(at, Class::INSIDE)
                || at > first && self.has(at - 1, Class::INSIDE) && !self.has(at, Class::THAT);
            let stops = Class::ENDS
                .and(Class::THAT)
                .and(Class::TIME)
                .and(Class::AS)
                .and(Class::CONJUNCTION)
                .and(Class::PRONOUN)
                .and(Class::BETWEEN)
                .and(Class::DETERMINER)
                .and(Class::ACCORDING)
                .and(Class::JOINED);
            let goes_off = self.has(at, Class::CONJUNCTION)
                && (at + 1..end.min(at + 3)).any(|at| self.reports_elsewhere(at, Class::VERB));
            let is_verb =
                self.has(at, Class::VERB) && !self.has(at, Class::NOUN) && !self.is_capital(at);
            if at > first && (is_verb || goes_off || self.has(at, stops) && !inside) {
                break;
            }
            if self.grammar.nouns_have_capitals {
                let small = !self.is_capital(at);
                if small && named && !inside && !self.has(at, Class::DETERMINER) {
                    break;
                }
                named = self.is_capital(at);
            }
            at += 1;
        }
        let small = Class::INSIDE.and(Class::DETERMINER).and(Class::CONJUNCTION);
        let closes = |at: usize| matches!(self.word(at), "»" | "“" | "”" | "\"");
        while at > first
            && (!self.is_word(at - 1) && !closes(at - 1)
                || self.has(at - 1, small) && self.is_particle(at - 1))
        {
            at -= 1;
        }
        (at > first).then_some(first..at)
    }

    /// Behind a name between marks: *der Zeitung „Küstenbote“*.
    fn behind_name_in_marks(&self, at: usize, end: usize) -> Option<usize> {
        if !matches!(self.word(at), "«" | "„" | "\"" | "“") || !self.is_capital(at + 1) {
            return None;
        }
        let closing = (at + 2..end.min(at + SET_OFF)).find(|&at| !self.is_word(at))?;
        matches!(self.word(closing), "»" | "“" | "”" | "\"").then_some(closing + 1)
    }

    /// The verb and the speaker of the sentences before the one that begins at `first`, for verbs without a subject: *Y agregó
    /// que …*
    pub fn speaker_before(&self, first: usize) -> Option<Clause> {
        let least = first.saturating_sub(LOOK_BACK);
        let mut is_inside = false;
        let mut end = first;
        for verb in (least..first).rev() {
            match self.word(verb) {
                "»" | "”" => is_inside = true,
                "«" | "“" | "„" => is_inside = false,
                "\"" => is_inside = !is_inside,
                _ => {}
            }
            if self.has(verb, Class::SENTENCE_END)
                || verb + 1 < first && self.has(verb + 1, Class::LINE_START)
            {
                end = verb + 1;
            }
            if is_inside
                || !self.has(
                    verb,
                    Class::VERB
                        .and(Class::ACCORDING)
                        .and(Class::ACCORDING_BEHIND),
                )
            {
                continue;
            }
            if let Some(speaker) = self.speaker_at(least, verb, end) {
                return Some(Clause { verb, speaker });
            }
        }
        None
    }

    fn speaker_at(&self, least: usize, verb: usize, end: usize) -> Option<Range<usize>> {
        let sentence = (least..verb)
            .rev()
            .find(|&at| self.opens_sentence(at))
            .unwrap_or(least);
        let part = (sentence..verb)
            .rev()
            .find(|&at| matches!(self.word(at), "»" | "”" | "\"" | "“" | "—"))
            .map_or(sentence, |mark| mark + 1);
        match self.grammar.order {
            _ if self.has(verb, Class::ACCORDING) => self.source_behind(verb + 1, end),
            Order::VerbLast if self.has(verb, Class::ACCORDING_BEHIND) => {
                (sentence < verb).then_some(sentence..verb)
            }
            Order::VerbLast => self
                .speaker_of_last(part, verb, end)
                .or_else(|| self.opening_phrase(sentence, verb)),
            _ if self.reports_elsewhere(verb, Class::VERB) => self.subject_around(part, verb, end),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    fn subject(code: &str, text: &str, verb: &str) -> Option<String> {
        let tokens = Tokens::new(text, Language::of_code(code).expect("is there"));
        let verb = tokens.at_byte(text.find(verb).expect("is there"));
        let end = tokens.count();
        let found = tokens.subject_around(0, verb, end)?;
        Some(tokens.span(found).of(text).to_owned())
    }

    #[test]
    fn a_subject_stands_on_either_side_of_its_verb() {
        for (code, text, verb, expected) in [
            (
                "de",
                "Am Montag sagte der Minister, dass",
                "sagte",
                "der Minister",
            ),
            (
                "de",
                "Zuvor hatte der Minister im Parlament erklärt, dass",
                "erklärt",
                "der Minister",
            ),
            (
                "fr",
                "a déclaré lundi devant la presse le ministre de l'Énergie",
                "déclaré",
                "le ministre de l'Énergie",
            ),
            (
                "fr",
                "La ministre, Aline Vidal, a dit que",
                "dit",
                "La ministre",
            ),
            (
                "es",
                "Según informó ayer la alcaldesa",
                "informó",
                "la alcaldesa",
            ),
            (
                "ru",
                "Во вторник министр финансов заявил, что",
                "заявил",
                "министр финансов",
            ),
            (
                "ar",
                "قال وزير المالية يوم الاثنين إن",
                "قال",
                "وزير المالية",
            ),
        ] {
            assert_eq!(
                subject(code, text, verb).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }
}
