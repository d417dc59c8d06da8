//! A stretch between marks with what stands around it: whether somebody's words, and where the clause is that tells whose.

use super::class::Class;
use super::grammar::Order;
use super::marks::MarkedSpan;
use super::quotation::{Kind, Resolution};
use super::reporting::Clause;
use super::tokens::Tokens;
use crate::text::capitals::begins_with_capital;
use std::ops::Range;

/// Tokens on either side of a quotation that a reporting clause is looked for in.
const REACH: usize = 40;
/// Tokens behind a quotation that its verb stands in.
const VERB_REACH: usize = 16;
/// Tokens between a verb and the direct quotation behind it.
const NEAR: usize = 8;
/// The most words of a name in a line of a transcript, and of a title.
const NAME_WORDS: usize = 4;
const TITLE_WORDS: usize = 6;

/// A marked stretch.
pub struct Place<'a> {
    tokens: &'a Tokens<'a>,
    span: MarkedSpan,
    /// Tokens of the sentence in front of it, and of what is behind it up to the sentence's end or the next stretch.
    front: Range<usize>,
    back: Range<usize>,
}

impl<'a> Place<'a> {
    /// The stretch `marked[number]`.
    pub fn new(tokens: &'a Tokens<'a>, marked: &[MarkedSpan], number: usize) -> Self {
        let span = marked[number];
        let all = &tokens.all;
        let start = tokens.at_byte(span.whole.start);
        let end = tokens.at_byte(span.whole.end);
        let least = number
            .checked_sub(1)
            .map_or(0, |before| marked[before].whole.end);
        let most = marked
            .get(number + 1)
            .map_or(tokens.text.len(), |next| next.whole.start);
        let line_start = |at: usize| tokens.has(at, Class::LINE_START);
        let sentence_start = |mut first: usize| {
            while first > 0 && start - first < REACH && all[first - 1].span.start >= least {
                if tokens.opens_sentence(first) {
                    break;
                }
                first -= 1;
            }
            first
        };
        let mut first = sentence_start(start);
        let mut last = end;
        while last < all.len() && last - end < REACH && all[last].span.end <= most {
            let stops = tokens.has(last, Class::SENTENCE_END) || line_start(last + 1);
            last += 1;
            if stops {
                break;
            }
        }
        // *The paper reports:*, and the quotation in a paragraph of its own.
        if first == start
            && first > 1
            && tokens.is(first - 1, ":")
            && all[first - 1].span.start >= least
        {
            first = sentence_start(first - 1);
        }
        // Nothing of a sentence that ended inside the marks, unless what is behind begins small or with a verb.
        if end > 0 && end < last && line_start(end) {
            last = end;
        }
        let ended = span.inside.of(tokens.text).trim_end().ends_with('.');
        if ended && last > end && tokens.is_capital(end) {
            last = end;
        }
        Self {
            tokens,
            span,
            front: first..start,
            back: end..last,
        }
    }

    fn inside(&self) -> &'a str {
        self.span.inside.of(self.tokens.text)
    }

    /// The words of the stretch.
    pub fn n_words(&self) -> usize {
        self.inside().split_whitespace().count()
    }

    /// Whether nothing but the quotation is in its sentence.
    pub fn floats(&self) -> bool {
        self.front.is_empty() && self.back.clone().all(|at| !self.tokens.is_word(at))
    }

    /// Whole clauses, or a part of the sentence around it.
    pub fn kind(&self) -> Kind {
        let inside = self.inside().trim();
        let begins = inside
            .chars()
            .find(|c| c.is_alphanumeric())
            .is_some_and(|c| !c.is_lowercase());
        let introduced = self
            .front
            .clone()
            .next_back()
            .is_none_or(|at| matches!(self.tokens.word(at), "," | ":"));
        let clause = inside.ends_with([',', '.', '!', '?', '…', '—', '-']);
        match begins && (introduced || clause) || introduced && clause {
            true => Kind::Direct,
            false => Kind::Mixed,
        }
    }

    /// The reporting clause of the sentence: behind the quotation, else in front of it.
    pub fn clause(&self) -> Option<Clause> {
        if let Some(clause) = self.line_of_transcript().or_else(|| self.signature()) {
            return Some(clause);
        }
        if !self.tokens.grammar.is_plain() {
            return self.clause_elsewhere();
        }
        match self.kind() {
            Kind::Direct => (self.clause_behind())
                .or_else(|| self.clause_in_front())
                .or_else(|| self.announced()),
            _ => self.clause_in_front().or_else(|| self.clause_behind()),
        }
    }

    fn clause_behind(&self) -> Option<Clause> {
        let tokens = self.tokens;
        let mut verb = self
            .back
            .clone()
            .filter(|&at| tokens.reports(at, Class::VERB));
        let verb = verb.find(|&at| at - self.back.start < VERB_REACH)?;
        let first = self.back.clone().find(|&at| tokens.is_word(at))?;
        if verb > first {
            return tokens.subject_before(first, verb);
        }
        let behind = tokens.subject_behind(verb, self.back.end);
        // *The minister, “…”, said*: where verbs come last.
        behind.or_else(|| {
            let speaker = self.subject()?;
            Some(Clause { verb, speaker })
        })
    }

    /// The reporting clause in another language than English.
    fn clause_elsewhere(&self) -> Option<Clause> {
        let behind = || self.verb_behind_elsewhere();
        let in_front = || self.verb_in_front_elsewhere();
        let found = match self.kind() {
            Kind::Direct => behind().or_else(in_front),
            _ if self.tokens.grammar.order == Order::VerbLast => behind().or_else(in_front),
            _ => in_front().or_else(behind),
        };
        found
            .or_else(|| self.verb_inside())
            .or_else(|| self.verb_of_speaker_before())
            .or_else(|| self.source_to_mind())
    }

    /// How the speaker of a clause was found.
    pub fn resolution(&self, clause: &Clause) -> Resolution {
        match clause.speaker.start < self.front.start {
            true => Resolution::SentenceBefore,
            false => Resolution::Stated,
        }
    }

    /// *Pour la ministre, « … »*
    fn source_to_mind(&self) -> Option<Clause> {
        let tokens = self.tokens;
        let verb = self.front.start;
        if !tokens.has(verb, Class::TO_MIND) || verb >= self.front.end {
            return None;
        }
        let speaker = tokens.phrase_behind(verb + 1, self.front.end)?;
        Some(Clause { verb, speaker })
    }

    /// The first reporting verb behind it.
    fn first_verb_behind(&self) -> Option<usize> {
        let tokens = self.tokens;
        let mut back = self.back.clone().take(VERB_REACH);
        back.find(|&at| tokens.reports_elsewhere(at, Class::VERB))
    }

    fn verb_behind_elsewhere(&self) -> Option<Clause> {
        let tokens = self.tokens;
        if let Some(clause) = self.source_behind() {
            return Some(clause);
        }
        let verb = self.first_verb_behind()?;
        let first = self.back.clone().find(|&at| tokens.is_word(at))?;
        let speaker = match tokens.grammar.order {
            Order::VerbLast if tokens.is_attributive(verb) => {
                tokens.speaker_of_last(first, verb, self.back.end)
            }
            Order::VerbLast => self
                .subject_in_front()
                .or_else(|| tokens.speaker_of_last(first, verb, self.back.end)),
            _ => tokens.subject_around(first, verb, self.back.end),
        }?;
        Some(Clause { verb, speaker })
    }

    /// The subject in front of it, behind the verb before: *… söylerken, milletvekili Graç “…”*.
    fn subject_in_front(&self) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let (first, end) = (self.front.start, self.front.end);
        let verbs = |&at: &usize| tokens.has(at, Class::VERB) && !tokens.is_attributive(at);
        let last = (first..end).rev().find(verbs);
        let is_somebody = |found: &Range<usize>| {
            found
                .clone()
                .any(|at| tokens.is_capital(at) || tokens.has(at, Class::ROLE))
        };
        last.and_then(|verb| tokens.opening_phrase(verb + 1, end))
            .filter(is_somebody)
            .or_else(|| tokens.opening_phrase(first, end))
    }

    /// *“…”, according to the minister*.
    fn source_behind(&self) -> Option<Clause> {
        let tokens = self.tokens;
        let mut back = self.back.clone().take(2);
        let verb = back.find(|&at| tokens.has(at, Class::ACCORDING))?;
        let speaker = tokens.source_behind(verb + 1, self.back.end)?;
        Some(Clause { verb, speaker })
    }

    fn verb_in_front_elsewhere(&self) -> Option<Clause> {
        let tokens = self.tokens;
        let (first, end) = (self.front.start, self.front.end);
        let mut front = self.front.clone();
        if let Some(verb) = front.find(|&at| tokens.has(at, Class::ACCORDING))
            && let Some(speaker) = tokens.source_behind(verb + 1, end)
        {
            return Some(Clause { verb, speaker });
        }
        if let Some(clause) = self.verb_of_last_part() {
            return Some(clause);
        }
        let verbs = self
            .front
            .clone()
            .filter(|&at| tokens.reports_elsewhere(at, Class::VERB));
        let near = verbs.clone().next_back();
        let near = near.filter(|&at| self.kind() == Kind::Direct && end - at < NEAR);
        let mut last = None;
        for verb in near.into_iter().chain(verbs) {
            let speaker = match tokens.grammar.order {
                Order::VerbLast => tokens.speaker_of_last(first, verb, end),
                _ => tokens.subject_around(first, verb, end),
            };
            if let Some(speaker) = speaker {
                return Some(Clause { verb, speaker });
            }
            last = last.or(Some(verb));
        }
        if let Some(speaker) = self.in_front_of_colon() {
            let verb = last.unwrap_or(end - 1);
            return Some(Clause { verb, speaker });
        }
        let speaker = tokens.speaker_before(first)?.speaker;
        last.map(|verb| Clause { verb, speaker })
    }

    /// *Der Chef: „…“* and *Preguntada por ello, la ministra se limitó a decir: «…»*.
    fn in_front_of_colon(&self) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let colon = self.front.end.checked_sub(1)?;
        if !tokens.is(colon, ":") || colon <= self.front.start {
            return None;
        }
        if tokens.grammar.order == Order::VerbLast {
            return tokens.opening_phrase(self.front.start, colon + 1);
        }
        let whole = tokens.phrase_from(self.front.start, colon);
        let comma = || {
            let comma = self.front.clone().rev().find(|&at| tokens.is_comma(at));
            let start = comma.map_or(self.front.start, |comma| comma + 1);
            tokens.phrase_behind(start, colon)
        };
        whole.filter(|whole| whole.end == colon).or_else(comma)
    }

    /// The verb behind the last *but* or *while*, if it has a subject of its own there.
    fn verb_of_last_part(&self) -> Option<Clause> {
        let tokens = self.tokens;
        let last = self
            .front
            .clone()
            .rev()
            .find(|&at| tokens.has(at, Class::CONJUNCTION))?;
        if tokens.grammar.order == Order::VerbLast || last == self.front.start {
            return None;
        }
        let mut verbs = last + 1..self.front.end;
        let verb = verbs.find(|&at| tokens.reports_elsewhere(at, Class::VERB))?;
        let edge = tokens.before_verb(last + 1, verb);
        let speaker = match tokens.grammar.order {
            Order::VerbFirst => tokens.subject_around(last + 1, verb, self.front.end),
            _ => tokens.phrase_before(last + 1, edge),
        }?;
        Some(Clause { verb, speaker })
    }

    /// A verb set off inside the marks: *« Rien, assure la ministre, ne changera. »*
    fn verb_inside(&self) -> Option<Clause> {
        let tokens = self.tokens;
        if tokens.grammar.order != Order::Inverted {
            return None;
        }
        let first = tokens.at_byte(self.span.inside.start);
        let end = tokens.at_byte(self.span.inside.end);
        for verb in first..end {
            if !tokens.reports_elsewhere(verb, Class::VERB) {
                continue;
            }
            let edge = tokens.before_verb(first, verb);
            let is_pronoun = edge > first && tokens.has(edge - 1, Class::PRONOUN);
            let opening = edge - usize::from(is_pronoun);
            let is_set_off = opening > first
                && (tokens.is_comma(opening - 1)
                    || matches!(tokens.word(opening - 1), "—" | "–" | "-" | "?" | "!"));
            let speaker = match is_pronoun {
                true => Some(edge - 1..edge),
                false => tokens.phrase_behind(verb + 1, end),
            };
            if let Some(speaker) = speaker.filter(|_| is_set_off)
                && (speaker.end >= end || !tokens.is_word(speaker.end) || is_pronoun)
            {
                return Some(Clause { verb, speaker });
            }
        }
        None
    }

    /// A verb without a subject, whose speaker is that of the sentence before: *«…», agregó.*
    fn verb_of_speaker_before(&self) -> Option<Clause> {
        let before = || self.tokens.speaker_before(self.front.start);
        if self.floats() {
            // *The envoy refused. “Never.”*: the sentence before has a verb and no marks.
            let clause = before().filter(|clause| self.is_right_before(clause))?;
            return Some(clause);
        }
        let verb = self.first_verb_behind()?;
        let speaker = before()?.speaker;
        Some(Clause { verb, speaker })
    }

    /// Whether nothing but the rest of its sentence stands between a clause and the quotation, and no marks are there.
    fn is_right_before(&self, clause: &Clause) -> bool {
        let tokens = self.tokens;
        let between = clause.verb.min(clause.speaker.start)..self.front.start;
        let ends = between
            .clone()
            .filter(|&at| tokens.has(at, Class::SENTENCE_END));
        let is_mark = |at: usize| matches!(tokens.word(at), "»" | "”" | "“" | "\"" | "«");
        let same_paragraph = !between
            .clone()
            .skip(1)
            .any(|at| tokens.has(at, Class::LINE_START));
        ends.count() == 1 && same_paragraph && !between.clone().any(is_mark)
    }

    fn clause_in_front(&self) -> Option<Clause> {
        let tokens = self.tokens;
        // *According to the minister, “…”*
        let mut front = self.front.clone();
        if let Some(at) = front.find(|&at| tokens.has(at, Class::ACCORDING))
            && let Some(clause) = tokens.subject_behind(at, self.front.end)
        {
            return Some(clause);
        }
        // Of several, the first reports the rest: *Lind said that the envoy had called it “…”*.
        // A direct quotation has its own right before it.
        let mut verbs = self.verbs_in_front();
        let near = (self.kind() == Kind::Direct)
            .then(|| verbs.clone().next_back())
            .flatten()
            .filter(|&at| self.front.end - at < NEAR);
        let verb = near.or_else(|| verbs.next())?;
        let of_sentence = || {
            let speaker = self.subject()?;
            Some(Clause { verb, speaker })
        };
        let joined = tokens.before_auxiliaries(self.front.start, verb);
        let is_participle = tokens.word(verb).ends_with("ing")
            || (joined..verb).any(|at| tokens.is(at, "to"))
            || joined > self.front.start && tokens.has(joined - 1, Class::CONJUNCTION);
        let is_relative = verb >= self.front.start + 2
            && tokens.has(verb - 1, Class::PRONOUN)
            && matches!(tokens.word(verb - 2), "what" | "which" | "What");
        let clause = || tokens.subject_before(self.front.start, verb);
        match is_participle || is_relative {
            true => of_sentence().or_else(clause),
            false => clause().or_else(of_sentence),
        }
    }

    /// The verbs in front of it, without one that opens the sentence: *Asked by reporters, …*
    fn verbs_in_front(&self) -> impl DoubleEndedIterator<Item = usize> + Clone + use<'a> {
        let (tokens, opening) = (self.tokens, self.front.start);
        self.front
            .clone()
            .filter(move |&at| at > opening && tokens.reports(at, Class::VERB))
    }

    /// The name in front of a colon: *In a statement, Mara Lind: “…”*.
    fn announced(&self) -> Option<Clause> {
        let colon = self.front.clone().next_back()?;
        let tokens = self.tokens;
        let clause = tokens.subject_before(self.front.start, colon)?;
        let opens =
            clause.speaker.start == self.front.start || tokens.is(clause.speaker.start - 1, ",");
        let is_name = clause.speaker.clone().all(|at| tokens.is_capital(at));
        (tokens.is(colon, ":") && opens && is_name).then_some(clause)
    }

    /// The name behind a dash, as under a saying: *“…” — Mara Lind*.
    fn signature(&self) -> Option<Clause> {
        let first = self.back.start;
        let mut at = first;
        while at < self.back.end && matches!(self.tokens.word(at), "―" | "—" | "–" | "-" | ".")
        {
            at += 1;
        }
        let start = at;
        while at < self.back.end
            && (self.tokens.is_capital(at) || self.tokens.is(at, ".") && at + 1 < self.back.end)
        {
            at += 1;
        }
        (start > first && at > start).then_some(Clause {
            verb: first,
            speaker: start..at,
        })
    }

    /// The name in capitals that a line of a transcript begins with: *“LIND: We agree.”*
    fn line_of_transcript(&self) -> Option<Clause> {
        let tokens = self.tokens;
        let first = tokens.at_byte(self.span.inside.start);
        let is_capitals = |word: &str| {
            word.chars()
                .all(|c| c.is_uppercase() || c == '’' || c == '\'')
        };
        let mut at = first;
        while tokens.is_word(at) && at - first < NAME_WORDS && is_capitals(tokens.word(at)) {
            at += 1;
        }
        let is_named =
            at > first && tokens.is(at, ":") && tokens.all[at].span.end < self.span.inside.end;
        is_named.then_some(Clause {
            verb: at,
            speaker: first..at,
        })
    }

    /// Whether it is written like the title of a work: few words, all of them with capitals, in a sentence that goes on.
    pub fn is_title(&self) -> bool {
        let inside = self.inside();
        let words = || {
            inside
                .split_whitespace()
                .filter(|word| word.chars().any(char::is_alphabetic))
        };
        let small = |word: &str| word.chars().count() <= 3 && word != inside.trim();
        words().count() <= TITLE_WORDS
            && words().all(|word| begins_with_capital(word) || small(word))
    }

    /// Whether it is a title that a noun stands in front of: *the anthem “Over the Sea”*.
    pub fn is_named_title(&self) -> bool {
        let before = self.front.clone().next_back();
        self.is_title()
            && before.is_some_and(|at| {
                self.tokens.is_word(at)
                    && !self.tokens.has(
                        at,
                        Class::VERB
                            .and(Class::THAT)
                            .and(Class::ENDS)
                            .and(Class::INSIDE)
                            .and(Class::PRONOUN),
                    )
            })
    }

    /// What the sentence begins with, if it is a name or a pronoun.
    pub fn subject(&self) -> Option<Range<usize>> {
        match self.tokens.grammar.order {
            Order::VerbLast => self.tokens.opening_phrase(self.front.start, self.front.end),
            Order::SubjectFirst => self.tokens.subject_of(self.front.start, self.front.end),
            _ => {
                let small = Class::BETWEEN.and(Class::TIME).and(Class::ENDS);
                let found = self.tokens.subject_of(self.front.start, self.front.end)?;
                (!self.tokens.has(found.start, small)).then_some(found)
            }
        }
    }
}
