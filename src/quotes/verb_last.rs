//! Speech in languages whose verbs come last, as in Turkish: *the minister the bridge's opening told*.

use super::class::Class;
use super::indirect::Reading;
use super::tokens::Tokens;
use std::ops::Range;

/// The most tokens of a subject.
const LONGEST: usize = 14;
/// Tokens between what is said and its verb: *also*, *in the statement*.
const VERB_REACH: usize = 4;

impl Tokens<'_> {
    /// Whether a verb form stands in front of who does it: *diyen sözcü*.
    pub fn is_attributive(&self, verb: usize) -> bool {
        self.has(verb, Class::ATTRIBUTIVE)
    }

    /// Whether a clause ends here that is a noun by its ending.
    fn is_nominal(&self, at: usize) -> bool {
        self.has(at, Class::NOMINAL) && !self.has(at, Class::ROLE) && !self.is_capital(at)
    }

    /// The speaker of a verb that comes last in the part of a sentence that begins at `first`.
    pub fn speaker_of_last(&self, first: usize, verb: usize, end: usize) -> Option<Range<usize>> {
        if self.is_attributive(verb) {
            let stop = (verb + 1..end)
                .find(|&at| !self.is_word(at) && !matches!(self.word(at), "'" | "’"))
                .unwrap_or(end);
            return (stop > verb + 1).then_some(verb + 1..stop);
        }
        // *diye sordu köy sakini Nesrin Rakıt*
        let behind = verb + 1..end;
        let is_word =
            |at: usize| self.is_word(at) && !self.has(at, Class::CONJUNCTION.and(Class::VERB));
        let stop = behind.clone().find(|&at| !is_word(at)).unwrap_or(end);
        let ends = stop == end || self.has(stop, Class::SENTENCE_END);
        let of_front = self.opening_phrase(first, verb);
        match of_front {
            Some(found) => Some(found),
            None => (ends && stop > verb + 1 && stop - verb < 8).then_some(verb + 1..stop),
        }
    }

    /// The subject that a sentence with its verb at the end begins with.
    pub fn opening_phrase(&self, first: usize, end: usize) -> Option<Range<usize>> {
        let skips = Class::TIME.and(Class::BETWEEN).and(Class::CONJUNCTION);
        let mut at = first;
        while at < end && (!self.is_word(at) || self.has(at, skips)) {
            at += 1;
        }
        if at >= end || self.has(at, Class::THAT) {
            return None;
        }
        if self.has(at, Class::PRONOUN) {
            return Some(at..at + 1);
        }
        self.up_to_comma(at, end)
            .or_else(|| self.without_comma(at, end))
    }

    /// The subject that a comma or a mark stands behind: *Bir soru üzerine Başbakan Yardımcısı, …*
    fn up_to_comma(&self, at: usize, end: usize) -> Option<Range<usize>> {
        let is_joined = |at: usize| matches!(self.word(at), "'" | "’" | "." | "-");
        let mut comma =
            (at..end.min(at + LONGEST)).find(|&at| !self.is_word(at) && !is_joined(at))?;
        while comma > at + 1 && self.has(comma - 1, Class::BETWEEN.and(Class::TIME)) {
            comma -= 1;
        }
        let ends = Class::ENDS.and(Class::TIME);
        let breaks = |at: usize| {
            self.has(at, ends) && !self.has(at, Class::ROLE.and(Class::INSIDE))
                || self.is_nominal(at)
                || self.has(at, Class::VERB)
        };
        if self.has(comma - 1, Class::ENDS) {
            // *Şirketten yapılan açıklamada, …*: who states it stands first.
            let stop = (at..comma).find(|&at| breaks(at)).unwrap_or(comma);
            return Some(at..if stop > at { stop } else { comma });
        }
        let start = (at..comma - 1)
            .rev()
            .find(|&at| breaks(at))
            .map_or(at, |at| at + 1);
        let is_verb = self.has(start.saturating_sub(1), Class::VERB) && start > at;
        (start < comma && (!is_verb || self.is_attributive(start - 1))).then_some(start..comma)
    }

    /// Names, or the words up to the first that is owned or plural: *Ada yönetimi suyun …*
    fn without_comma(&self, at: usize, end: usize) -> Option<Range<usize>> {
        let mut stop = at + 1;
        while stop < end && self.is_capital(stop) {
            stop += 1;
        }
        if stop == at + 1 && !self.has(at, Class::PLURAL.and(Class::ROLE)) {
            let heads = Class::OWNED.and(Class::ROLE);
            let head =
                (stop..end.min(stop + 3)).find(|&at| self.has(at, heads) || !self.is_word(at))?;
            if !self.is_word(head) || self.is_nominal(head) || self.has(head, Class::VERB) {
                return None;
            }
            stop = head + 1;
        }
        Some(at..stop)
    }
}

impl Reading<'_> {
    /// The reporting verb at `verb`; where to go on.
    pub(super) fn verb_last(&mut self, verb: usize) -> usize {
        let tokens = self.tokens;
        // What is said ends in front of the verb with a clause that is a noun by its ending.
        let last = (self.free.max(verb.saturating_sub(VERB_REACH))..verb)
            .rev()
            .take_while(|&at| tokens.is_word(at) && !(self.masked)(at))
            .find(|&at| tokens.is_nominal(at));
        let first = self.opening(verb);
        let is_joined = first > self.sentence.start && self.subject.is_some();
        let found = match tokens.is_attributive(verb) || !is_joined {
            true => tokens.speaker_of_last(first, verb, self.sentence.end),
            false => self
                .comma_subject(first, verb)
                .or_else(|| self.subject.clone()),
        };
        let Some(last) = last else {
            if self.subject.is_none() || tokens.is_attributive(verb) {
                self.subject = found;
            }
            return verb + 1;
        };
        let is_own = found
            .as_ref()
            .is_some_and(|found| found.start >= first && found.end <= last);
        let mut start = match (&found, is_own) {
            (Some(found), true) => found.end,
            _ => first,
        };
        while start < last
            && (!tokens.is_word(start)
                || tokens.has(
                    start,
                    Class::TIME.and(Class::BETWEEN).and(Class::CONJUNCTION),
                ))
        {
            start += 1;
        }
        // *Basın toplantısında …*: where it was said.
        if let Some(occasion) = (start..last)
            .rev()
            .find(|&at| tokens.has(at, Class::OCCASION))
        {
            start = occasion + 1;
            while start < last && !tokens.is_word(start) {
                start += 1;
            }
        }
        let content = start..last + 1;
        let speaker = found
            .filter(|found| !found.contains(&last))
            .or_else(|| self.subject.clone())
            .or_else(|| self.subject_of_sentence_before());
        self.subject.clone_from(&speaker);
        if self.is_spoken(&content) {
            return verb + 1;
        }
        self.keep(verb, speaker, content);
        self.free = self.free.max(verb + 1);
        verb + 1
    }

    /// A new subject behind a comma: *…, milletvekili Levent Graç … söyledi*.
    fn comma_subject(&self, first: usize, verb: usize) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let found = tokens.opening_phrase(first, verb)?;
        let names = found.clone().any(|at| tokens.has(at, Class::ROLE));
        (names && tokens.is(found.end, ",")).then_some(found)
    }

    /// Where the part of the sentence begins that a verb ends: behind the reporting verb before it.
    fn opening(&self, verb: usize) -> usize {
        let tokens = self.tokens;
        (self.free..verb)
            .rev()
            .find(|&at| {
                tokens.has(at, Class::VERB)
                    && !tokens.has(at, Class::ROLE)
                    && !tokens.is_attributive(at)
                    || tokens.is(at, ";")
                    || (self.masked)(at)
            })
            .map_or(self.free, |at| at + 1)
    }
}
