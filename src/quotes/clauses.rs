//! Speech without marks in languages whose subjects stand in front of the verb or behind it, as in French, German, Russian or
//! Arabic.

use super::class::Class;
use super::grammar::Order;
use super::indirect::Reading;
use std::ops::Range;

/// Tokens between a verb and the word that opens its clause.
const THAT_REACH: usize = 22;
/// Tokens in front of a subjunctive in its clause.
const SUBJUNCTIVE_REACH: usize = 24;
/// Tokens between an *and* and the reporting verb that goes on.
const NEXT_VERB: usize = 8;

impl Reading<'_> {
    /// The reporting verb at `verb`; where to go on.
    pub(super) fn verb_elsewhere(&mut self, verb: usize) -> usize {
        let tokens = self.tokens;
        let first = self.clause_start(verb);
        let content = self.reported_behind(verb);
        let edge = tokens.before_verb(first, verb);
        let opens = edge <= first || !tokens.is_word(edge - 1);
        let found = match &content {
            // *The minister, Mara Lind, said that*, and *moreover, said that*.
            Some(content) if opens => tokens
                .phrase_behind(verb + 1, content.start)
                .or_else(|| tokens.phrase_before(first, edge)),
            Some(content) => tokens.subject_around(first, verb, content.start),
            None => tokens.subject_around(first, verb, self.sentence.end),
        };
        let found = found.or_else(|| match self.subject {
            None => tokens.place_around(
                first,
                verb,
                content
                    .as_ref()
                    .map_or(self.sentence.end, |content| content.start),
            ),
            Some(_) => None,
        });
        let is_relative = |subject: &Range<usize>| tokens.has(subject.start, Class::RELATIVE);
        let relates = found.as_ref().is_some_and(is_relative);
        let found = found.map(|subject| self.antecedent_elsewhere(&subject).unwrap_or(subject));
        let own = found.is_some();
        let speaker = found.or_else(|| self.subject.clone());
        if let Some(content) = content {
            if self.is_spoken(&content) {
                self.subject = speaker;
                return content.start.max(verb + 1);
            }
            let speaker = speaker.or_else(|| self.subject_of_sentence_before());
            self.subject.clone_from(&speaker);
            return self.keep(verb, speaker, content);
        }
        let Some(speaker) = speaker else {
            return verb + 1;
        };
        self.subject = Some(speaker.clone());
        if !own || relates || tokens.has(verb, Class::DIRECT_ONLY) || !tokens.has(verb, Class::VERB)
        {
            return verb + 1;
        }
        self.reported_in_front(verb, first, edge, speaker)
    }

    /// Whom a relative pronoun stands for.
    fn antecedent_elsewhere(&self, pronoun: &Range<usize>) -> Option<Range<usize>> {
        let tokens = self.tokens;
        if pronoun.len() != 1 || !tokens.has(pronoun.start, Class::RELATIVE) {
            return None;
        }
        let end = pronoun.start;
        let comma = usize::from(end > self.sentence.start && tokens.is_comma(end - 1));
        tokens.phrase_before(self.sentence.start, end - comma)
    }

    /// Where the part of the sentence begins that a verb stands in.
    fn clause_start(&self, verb: usize) -> usize {
        let tokens = self.tokens;
        let opens = |at: usize| {
            matches!(
                tokens.word(at),
                ";" | "؛" | ":" | "—" | "–" | "(" | "“" | "„" | "«" | "»" | "”"
            ) || (self.masked)(at)
        };
        (self.free..verb)
            .rev()
            .find(|&at| opens(at))
            .map_or(self.free.min(verb), |at| at + 1)
    }

    /// The clause that a verb reports behind it.
    fn reported_behind(&self, verb: usize) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let end = self.sentence.end.min(verb + THAT_REACH);
        let mut at = verb + 1;
        while at < end
            && tokens.has(at, Class::TIME.and(Class::BETWEEN))
            && !tokens.has(at, Class::THAT)
        {
            at += 1;
        }
        let direct = at;
        let prepositional = tokens.has(direct, Class::ENDS.and(Class::INSIDE));
        let mut commas = 0;
        while at < end && !(self.masked)(at) {
            let is_comma = tokens.is_comma(at);
            commas += usize::from(is_comma);
            if tokens.has(at, Class::THAT) {
                let before = at - 1;
                let fits = tokens.grammar.order == Order::VerbFirst
                    || at == direct
                    || tokens.is_comma(before)
                    || prepositional;
                let is_relative = tokens.has(at, Class::RELATIVE)
                    || tokens.is_comma(before) && commas == 1 && !tokens.grammar.parts_clauses;
                if fits && !is_relative {
                    return Some(at..self.end_of_reported(at));
                }
            }
            if tokens.is(at, ":") {
                return Some(at + 1..self.sentence.end);
            }
            if is_comma && self.is_subjunctive(at + 1) {
                return Some(at + 1..self.end_of_reported(at + 1));
            }
            let stops = tokens.has(at, Class::SENTENCE_END)
                || matches!(
                    tokens.word(at),
                    ";" | "؛" | "—" | "–" | "«" | "“" | "„" | "\"" | "("
                )
                || at > direct
                    && tokens.reports_elsewhere(at, Class::VERB)
                    && !tokens.has(at, Class::NOUN)
                || tokens.has(at, Class::ACCORDING)
                || commas > 2;
            if stops {
                break;
            }
            at += 1;
        }
        self.infinitive_behind(verb, direct)
    }

    /// Whether a clause with a subjunctive begins at `from`: *sagte, er werde bleiben*.
    fn is_subjunctive(&self, from: usize) -> bool {
        let tokens = self.tokens;
        let opens_other = Class::THAT
            .and(Class::RELATIVE)
            .and(Class::CONJUNCTION)
            .and(Class::AS);
        if tokens.has(from, opens_other) {
            return false;
        }
        (from..self.sentence.end.min(from + SUBJUNCTIVE_REACH))
            .take_while(|&at| !tokens.is_comma(at) && !(self.masked)(at))
            .any(|at| tokens.has(at, Class::SUBJUNCTIVE))
    }

    /// *Promised to pay*: an infinitive right behind a verb, or behind its comma.
    fn infinitive_behind(&self, verb: usize, direct: usize) -> Option<Range<usize>> {
        let tokens = self.tokens;
        if tokens.has(verb, Class::DIRECT_ONLY) {
            return None;
        }
        if tokens.grammar.nouns_have_capitals {
            let comma = (direct..self.sentence.end.min(direct + NEXT_VERB))
                .find(|&at| !tokens.is_word(at))
                .filter(|&at| tokens.is_comma(at))?;
            let end = self.end_of_reported(comma + 1);
            let part = (comma + 1..end).take_while(|&at| !tokens.is_comma(at));
            let is_infinitive = part.clone().any(|at| {
                tokens.has(at, Class::INFINITIVE)
                    && !tokens.is_capital(at + 1)
                    && (at + 2 >= end || !tokens.is_word(at + 2))
            });
            return is_infinitive.then_some(comma + 1..end);
        }
        if tokens.has(direct - 1, Class::DETERMINER) {
            return None;
        }
        let first = direct + usize::from(tokens.is(direct, "de") || tokens.is(direct, "d"));
        let is_infinitive = tokens.has(first, Class::INFINITIVE) && !tokens.is_capital(first);
        (is_infinitive && first < self.sentence.end).then(|| direct..self.end_of_reported(direct))
    }

    /// *…, said the minister*, *…, as the minister said* and *as the minister said, …*
    fn reported_in_front(
        &mut self,
        verb: usize,
        first: usize,
        edge: usize,
        speaker: Range<usize>,
    ) -> usize {
        let tokens = self.tokens;
        let opening = (first..speaker.start.min(edge))
            .rev()
            .find(|&at| !tokens.is_word(at) || tokens.has(at, Class::AS))
            .filter(|&at| at >= first);
        let is_as = opening.is_some_and(|at| tokens.has(at, Class::AS));
        let behind = speaker.end.max(verb + 1);
        let comma = match (opening, is_as) {
            (Some(at), true) => at,
            (Some(at), false) if tokens.is_comma(at) => at,
            _ if edge > first && tokens.is_comma(edge - 1) => edge - 1,
            _ => return verb + 1,
        };
        let has_words = (self.free..comma).any(|at| tokens.is_word(at));
        if !has_words && is_as {
            let close = (behind..self.sentence.end).find(|&at| tokens.is_comma(at));
            let Some(close) = close else { return behind };
            let content = close + 1..self.end_of_reported(close + 1);
            if self.is_spoken(&content) {
                return behind;
            }
            return self.keep(verb, Some(speaker), content).max(behind);
        }
        // Only what the verb's clause touches: a subject in front has nothing but adverbs between its comma and itself.
        let touches = (comma + 1..speaker.start.min(edge).max(comma + 1)).all(|at| {
            !tokens.is_word(at) || tokens.has(at, Class::BETWEEN.and(Class::TIME).and(Class::AS))
        });
        let content = self.free..comma;
        if !has_words || !touches || self.is_spoken(&content) {
            return verb + 1;
        }
        let next = self.keep(verb, Some(speaker), content).max(behind);
        self.free = self.free.max(behind);
        next
    }

    /// Where a reported clause that begins at `from` ends.
    pub(super) fn end_of_reported(&self, from: usize) -> usize {
        let tokens = self.tokens;
        let end = self.sentence.end;
        for at in from..end {
            if tokens.has(at, Class::SENTENCE_END) || matches!(tokens.word(at), ";" | "؛") {
                return at;
            }
            if at == from {
                continue;
            }
            if (self.masked)(at) && matches!(tokens.word(at - 1), ":" | "," | "،") {
                return at - 1;
            }
            let according = tokens.has(at, Class::ACCORDING) && tokens.is_comma(at - 1);
            let joined = tokens.has(at, Class::JOINED) && tokens.has(at, Class::VERB);
            if according || joined {
                return at;
            }
            let comma = tokens.is_comma(at);
            let next = (at + 1..end)
                .find(|&at| !tokens.has(at, Class::BETWEEN))
                .unwrap_or(end);
            if comma
                && next < end
                && (tokens.reports_elsewhere(next, Class::VERB)
                    || tokens.has(next, Class::AS) && self.verb_follows(next))
            {
                return at;
            }
            if tokens.has(at, Class::CONJUNCTION) && self.verb_follows(at) {
                return at;
            }
        }
        end
    }

    /// Whether a reporting verb stands behind `at` and in front of the next comma.
    fn verb_follows(&self, at: usize) -> bool {
        let tokens = self.tokens;
        (at + 1..self.sentence.end.min(at + 1 + NEXT_VERB))
            .take_while(|&at| tokens.is_word(at) || tokens.is(at, "-"))
            .any(|at| tokens.reports_elsewhere(at, Class::VERB) && !tokens.has(at, Class::NOUN))
    }

    /// *По его словам, …*, *a su juicio, …*: an owner in front of an opinion.
    pub(super) fn by_owner(&mut self, owner: usize) -> usize {
        let tokens = self.tokens;
        let behind = owner + 2;
        let opening = owner.saturating_sub(1).max(self.free);
        let opens = (self.free..opening)
            .all(|at| !tokens.is_word(at) || tokens.has(at, Class::CONJUNCTION));
        let content = match opens {
            true => {
                let start = behind + usize::from(tokens.has(behind, Class::ACCORDING_BEHIND));
                start..self.end_of_reported(start.min(self.sentence.end))
            }
            false => self.free..opening,
        };
        if content.is_empty() || self.is_spoken(&content) {
            return behind;
        }
        self.keep(owner, Some(owner..owner + 1), content)
            .max(behind)
    }

    /// *According to the board, …* without the comma that English has, and *…, so der Minister*.
    pub(super) fn according_elsewhere(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let Some(speaker) = tokens.source_behind(at + 1, self.sentence.end) else {
            return at + 1;
        };
        let behind = speaker.end;
        let opens =
            (self.free..at).all(|at| !tokens.is_word(at) || tokens.has(at, Class::CONJUNCTION));
        let content = match opens {
            true => {
                let start = self.over_apposition(behind);
                start..self.end_of_reported(start)
            }
            false => self.free..at,
        };
        self.subject = Some(speaker.clone());
        let again = opens && self.free > self.sentence.start && !tokens.is(at - 1, ";");
        if again || content.is_empty() || self.is_spoken(&content) {
            return behind;
        }
        self.keep(at, Some(speaker), content).max(behind)
    }

    /// Over what stands between a source and the clause it is the source of.
    fn over_apposition(&self, behind: usize) -> usize {
        let tokens = self.tokens;
        let end = self.sentence.end;
        if tokens.has(behind, Class::THAT) {
            return behind;
        }
        if tokens.grammar.parts_clauses && tokens.grammar.nouns_have_capitals {
            return behind;
        }
        // *Selon la ministre de la Santé, Aline Desmarquais, le nombre …*: the last comma but one of a short way.
        let Some(comma) = (behind..end).find(|&at| tokens.is_comma(at)) else {
            return behind;
        };
        let second = (comma + 1..end.min(comma + NEXT_VERB)).find(|&at| tokens.is_comma(at));
        let is_name = |second: usize| {
            let words = comma + 1..second;
            tokens.is_capital(comma + 1)
                && words.clone().all(|at| {
                    tokens.is_capital(at) || tokens.has(at, Class::INSIDE) || tokens.is(at, "-")
                })
                || words.clone().any(|at| tokens.has(at, Class::ROLE)) && words.len() < NEXT_VERB
        };
        match second {
            Some(second) if is_name(second) => second + 1,
            _ => comma + 1,
        }
    }

    /// A sentence that goes on with what the one before reports: *Hinweise gebe es nicht.*
    pub(super) fn goes_on(&mut self) {
        let tokens = self.tokens;
        let sentence = self.sentence.clone();
        let is_reported = sentence.clone().any(|at| tokens.has(at, Class::GOES_ON))
            && !sentence.clone().any(|at| {
                tokens.has(at, Class::FIRST)
                    || !tokens.is_word(at) && matches!(tokens.word(at), "„" | "“" | "»" | "«")
            });
        if !self.found_nothing() || !is_reported || sentence.start == 0 {
            return;
        }
        let Some(before) = tokens.speaker_before(sentence.start) else {
            return;
        };
        let is_next = (before.verb + 1..sentence.start)
            .filter(|&at| tokens.has(at, Class::SENTENCE_END))
            .count()
            == 1;
        if is_next && !self.is_spoken(&sentence) {
            self.keep(before.verb, Some(before.speaker), sentence);
        }
    }

    /// Who spoke in the sentence before, where a verb has no subject of its own.
    pub(super) fn subject_of_sentence_before(&self) -> Option<Range<usize>> {
        let before = self.tokens.speaker_before(self.sentence.start)?;
        Some(before.speaker)
    }
}

#[cfg(test)]
mod tests {
    use super::super::find::quotations;
    use super::super::language::Language;
    use super::super::quotation::Kind;
    use proptest::prelude::*;

    const CODES: [&str; 6] = ["fr", "es", "de", "ru", "ar", "tr"];

    fn reported(code: &str, text: &str) -> Vec<(String, String)> {
        let language = Language::of_code(code).expect("is there");
        let found = quotations(text, language).into_iter();
        let indirect = found.filter(|of| of.kind == Kind::Indirect);
        let spans = indirect.map(|of| {
            let speaker = of.speaker.map_or("", |span| span.of(text));
            (speaker.to_owned(), of.span.of(text).to_owned())
        });
        spans.collect()
    }

    #[test]
    fn clauses_stand_behind_their_verb_or_in_front_of_it() {
        for (code, text, speaker, content) in [
            (
                "de",
                "Die Lage sei ernst, teilte die Behörde am Abend mit.",
                "die Behörde",
                "Die Lage sei ernst",
            ),
            (
                "de",
                "Er sagte, die Lage sei ernst.",
                "Er",
                "die Lage sei ernst",
            ),
            (
                "de",
                "Laut Polizei wurden zwei Boote vermisst.",
                "Polizei",
                "wurden zwei Boote vermisst",
            ),
            (
                "fr",
                "Le pont rouvrira lundi, a annoncé la préfecture.",
                "la préfecture",
                "Le pont rouvrira lundi",
            ),
            (
                "es",
                "El Gobierno prometió ante la prensa que pagará.",
                "El Gobierno",
                "que pagará",
            ),
            (
                "ru",
                "По его словам, мост откроют весной.",
                "его",
                "мост откроют весной",
            ),
            (
                "ru",
                "Мост откроют весной, сообщили в мэрии.",
                "мэрии",
                "Мост откроют весной",
            ),
            (
                "ar",
                "أكد وزير النقل أن الجسر سيفتح غدا.",
                "وزير النقل",
                "أن الجسر سيفتح غدا",
            ),
            (
                "tr",
                "Vali, köprünün kapalı olduğunu söyledi.",
                "Vali",
                "köprünün kapalı olduğunu",
            ),
        ] {
            let expected = vec![(speaker.to_owned(), content.to_owned())];
            assert_eq!(reported(code, text), expected, "{text}");
        }
    }

    #[test]
    fn german_speech_goes_on_in_the_subjunctive() {
        let text = "Die Lage sei ernst, sagte die Ministerin. Hilfe komme erst am Freitag.";
        let found = reported("de", text);
        assert_eq!(found[1].1, "Hilfe komme erst am Freitag");
        assert_eq!(found[1].0, "die Ministerin");
    }

    proptest! {
        #[test]
        fn any_article_has_quotations_with_valid_offsets(
            code in 0usize..6,
            text in "([a-zà-ÿ]{1,5}|[ ,.:;—«»“„”\"'\n()-]|sagte|der |, dass|gab|an|Laut |zufolge|dijo|que |dit|le |qu'|сказал|что |в |по |его словам|قال|أن |وزير |و|،|göre|olduğunu |dedi|diyen ){0,50}|\\PC*"
        ) {
            let language = Language::of_code(CODES[code]).expect("is there");
            for quotation in quotations(&text, language) {
                prop_assert!(!quotation.span.of(&text).is_empty());
                if let Some(speaker) = quotation.speaker {
                    prop_assert!(!speaker.of(&text).is_empty());
                }
            }
        }
    }
}
