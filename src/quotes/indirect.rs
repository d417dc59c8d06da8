//! Speech that is reported without marks: *the minister said that …*, *…, she added*, *according to the board, …*
//!
//! A sentence is read from left to right. Each reporting verb that somebody is the subject of takes what follows it (a
//! clause, or what the verb does by speaking: *condemned the raid*, *urged both sides to wait*), or, where nothing follows,
//! what stands in front of its clause.

use super::class::Class;
use super::grammar::Order;
use super::reporting::Clause;
use super::tokens::Tokens;
use std::ops::Range;

/// Tokens between a verb and the word that opens its clause.
const THAT_REACH: usize = 16;
/// Tokens of whom is spoken to.
const ADDRESSEE: usize = 8;
/// Tokens of a relative clause between a subject and its verb.
const RELATIVE_REACH: usize = 12;
/// The fewest words of a statement.
const LEAST_WORDS: usize = 2;

/// Something that a sentence reports, in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The verb, *according to* or the noun.
    pub verb: usize,
    /// Who speaks.
    pub speaker: Option<Range<usize>>,
    /// What is said.
    pub content: Range<usize>,
}

/// The statements of the sentence `sentence`; tokens for which `masked` holds are spoken words already.
pub fn statements(
    tokens: &Tokens<'_>,
    sentence: Range<usize>,
    masked: &dyn Fn(usize) -> bool,
) -> Vec<Statement> {
    let mut reading = Reading {
        tokens,
        sentence: sentence.clone(),
        masked,
        subject: None,
        free: sentence.start,
        found: Vec::new(),
    };
    let mut at = sentence.start;
    while at < sentence.end {
        at = match masked(at) {
            true => at + 1,
            false => reading.at(at).max(at + 1),
        };
    }
    if !tokens.grammar.is_plain() {
        reading.goes_on();
    }
    reading.found
}

/// A sentence that is read, and what was found in it.
pub(super) struct Reading<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) sentence: Range<usize>,
    pub(super) masked: &'a dyn Fn(usize) -> bool,
    /// The subject of the verb before.
    pub(super) subject: Option<Range<usize>>,
    /// The first token that no statement has taken.
    pub(super) free: usize,
    found: Vec<Statement>,
}

impl Reading<'_> {
    /// Reads what a token begins; where to go on.
    fn at(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        if !tokens.grammar.is_plain() {
            return self.at_elsewhere(at);
        }
        if tokens.has(at, Class::ACCORDING) {
            return self.according(at);
        }
        if tokens.has(at, Class::ACCORDING_BEHIND) {
            return self.according_behind(at);
        }
        if tokens.has(at, Class::STATEMENT) && tokens.has(at + 1, Class::THAT) {
            return self.noun(at);
        }
        let verbs = Class::VERB.and(Class::OBJECT_VERB);
        if tokens.reports(at, verbs) && !self.is_passive(at) {
            return self.verb(at);
        }
        at + 1
    }

    /// Whether no statement was found.
    pub(super) fn found_nothing(&self) -> bool {
        self.found.is_empty()
    }

    /// The same in another language than English.
    fn at_elsewhere(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let order = tokens.grammar.order;
        if tokens.has(at, Class::OWNER) && tokens.has(at + 1, Class::OPINION) {
            return self.by_owner(at);
        }
        if tokens.has(at, Class::ACCORDING) {
            return self.according_elsewhere(at);
        }
        if tokens.has(at, Class::ACCORDING_BEHIND) {
            return self.according_behind(at);
        }
        if order == Order::VerbLast && tokens.has(at, Class::VERB) {
            return self.verb_last(at);
        }
        let is_verb = tokens.reports_elsewhere(at, Class::VERB.and(Class::OBJECT_VERB));
        if is_verb && !self.is_passive(at) {
            return self.verb_elsewhere(at);
        }
        match tokens.has(at, Class::STATEMENT) && tokens.has(at + 1, Class::THAT) {
            true => self.noun(at),
            false => at + 1,
        }
    }

    /// Keeps a statement if it is one; where to go on.
    pub(super) fn keep(
        &mut self,
        verb: usize,
        speaker: Option<Range<usize>>,
        content: Range<usize>,
    ) -> usize {
        let tokens = self.tokens;
        let mut content = content;
        let is_edge = |at: usize| {
            matches!(
                tokens.word(at),
                "," | "." | ";" | ":" | "-" | "—" | "–" | "،" | "؛"
            )
        };
        while content.start < content.end && is_edge(content.start) {
            content.start += 1;
        }
        while content.start < content.end
            && is_edge(content.end - 1)
            && !self.abbreviates(content.end - 1)
        {
            content.end -= 1;
        }
        let n_words = content.clone().filter(|&at| tokens.is_word(at)).count();
        let is_name = n_words == 1 && tokens.is_capital(content.start);
        if n_words < LEAST_WORDS && !is_name {
            return verb + 1;
        }
        let end = content.end;
        self.free = self.free.max(end);
        self.found.push(Statement {
            verb,
            speaker,
            content,
        });
        end.max(verb + 1)
    }

    /// Whether some of it is spoken words already.
    pub(super) fn is_spoken(&self, content: &Range<usize>) -> bool {
        content.clone().any(self.masked)
    }

    fn abbreviates(&self, stop: usize) -> bool {
        stop + 1 < self.sentence.end && self.tokens.is(stop, ".")
    }

    /// *According to the board, …* or *…, according to the board*.
    fn according(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let Some(clause) = tokens.subject_behind(at, self.sentence.end) else {
            return at + 1;
        };
        let behind = clause.speaker.end;
        let opens =
            (self.free..at).all(|at| !tokens.is_word(at) || tokens.has(at, Class::CONJUNCTION));
        let content = if opens {
            // Over an apposition: *according to Lind, the envoy, …*
            let comma = (behind..self.sentence.end).find(|&at| tokens.is(at, ","));
            match comma {
                Some(comma) => comma + 1..self.end_of_clause(comma + 1),
                None => return behind,
            }
        } else {
            self.free..at
        };
        if self.is_spoken(&content) {
            return behind;
        }
        self.keep(at, Some(clause.speaker), content).max(behind)
    }

    /// *Dem Minister zufolge …*
    fn according_behind(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let clause = match tokens.grammar.order {
            Order::SubjectFirst => tokens.subject_before(self.free, at),
            _ => self.source_before(at),
        };
        let Some(clause) = clause else {
            return at + 1;
        };
        let content = match (self.free..clause.speaker.start).any(|at| tokens.is_word(at)) {
            true => self.free..clause.speaker.start,
            false if tokens.grammar.is_plain() => at + 1..self.end_of_clause(at + 1),
            false => at + 1..self.end_of_reported(at + 1),
        };
        if self.is_spoken(&content) {
            return at + 1;
        }
        self.keep(at, Some(clause.speaker), content)
    }

    /// Who *zufolge* or *göre* stands behind.
    fn source_before(&self, at: usize) -> Option<Clause> {
        let tokens = self.tokens;
        let speaker = match tokens.grammar.order {
            Order::VerbLast => {
                let edge = (self.free..at)
                    .rev()
                    .find(|&at| !tokens.is_word(at) && !matches!(tokens.word(at), "'" | "’" | "."))
                    .map_or(self.free, |at| at + 1);
                (edge < at).then_some(edge..at)
            }
            _ => tokens.phrase_before(self.free, at),
        };
        speaker.map(|speaker| Clause { verb: at, speaker })
    }

    /// *Her claim that …*
    fn noun(&mut self, at: usize) -> usize {
        let tokens = self.tokens;
        let owner = at
            .checked_sub(1)
            .filter(|&owner| tokens.has(owner, Class::GENITIVE))
            .map(|end| {
                let start = (self.sentence.start..end)
                    .rev()
                    .take_while(|&at| tokens.is_capital(at))
                    .last()
                    .unwrap_or(end);
                start..end + 1
            });
        let speaker = owner.or_else(|| self.subject.clone());
        let content = at + 1..self.end_of_clause(at + 1);
        if speaker.is_none() || self.is_spoken(&content) {
            return at + 1;
        }
        self.keep(at, speaker, content)
    }

    fn verb(&mut self, verb: usize) -> usize {
        let tokens = self.tokens;
        let before = tokens.before_auxiliaries(self.free, verb);
        let is_participle = tokens.word(verb).ends_with("ing")
            && !(before..verb).any(|at| tokens.has(at, Class::PASSIVE));
        let joins = before > self.free
            && (tokens.has(before - 1, Class::CONJUNCTION) || tokens.is(before - 1, ","));
        let own = || {
            tokens
                .subject_before(self.free, verb)
                .map(|clause| clause.speaker)
        };
        let of_sentence = || tokens.subject_of(self.sentence.start, verb);
        // *…, said the minister*
        let inverted = tokens.is(verb.wrapping_sub(1), ",") && verb > self.sentence.start
            || verb == self.sentence.start;
        if inverted
            && !is_participle
            && tokens.has(verb, Class::VERB)
            && !tokens.has(verb, Class::DIRECT_ONLY)
            && let Some(clause) = tokens.subject_behind(verb, self.sentence.end)
            && !self.is_clause(&clause)
        {
            let behind = clause.speaker.end;
            self.subject = Some(clause.speaker.clone());
            let content = self.free..verb;
            if self.is_spoken(&content) {
                return behind;
            }
            return self.keep(verb, Some(clause.speaker), content).max(behind);
        }
        let speaker = if is_participle {
            self.subject.clone().or_else(of_sentence).or_else(own)
        } else if joins {
            self.subject.clone().or_else(own).or_else(of_sentence)
        } else {
            own()
                .or_else(|| self.subject.clone())
                .or_else(|| self.over_relative(verb))
        };
        let Some(speaker) = speaker else {
            return verb + 1;
        };
        self.subject = Some(self.antecedent(&speaker).unwrap_or_else(|| speaker.clone()));
        if let Some(content) = self.behind(verb) {
            if self.is_spoken(&content) {
                return content.start;
            }
            return self.keep(verb, Some(speaker), content);
        }
        self.in_front(verb, speaker)
    }

    /// The subject with a relative clause behind it: *an official who saw it said*.
    fn over_relative(&self, verb: usize) -> Option<Range<usize>> {
        let first = self.free.max(verb.saturating_sub(RELATIVE_REACH));
        let is_relative = |&at: &usize| self.tokens.has(at, Class::RELATIVE);
        let relative = (first..verb).rev().find(is_relative)?;
        self.antecedent(&(relative..relative + 1))
    }

    /// Whom a relative pronoun stands for.
    fn antecedent(&self, pronoun: &Range<usize>) -> Option<Range<usize>> {
        let tokens = self.tokens;
        if !tokens.has(pronoun.start, Class::RELATIVE) {
            return None;
        }
        let comma = usize::from(tokens.is(pronoun.start.checked_sub(1)?, ","));
        let before = tokens.subject_before(self.sentence.start, pronoun.start - comma)?;
        Some(before.speaker)
    }

    /// *…, she said*, and what goes on behind it.
    fn in_front(&mut self, verb: usize, speaker: Range<usize>) -> usize {
        let tokens = self.tokens;
        let is_set_off = speaker.start > self.free
            && matches!(tokens.word(speaker.start - 1), "," | "—" | "–" | "-");
        if !is_set_off || !tokens.has(verb, Class::VERB) {
            return verb + 1;
        }
        let content = self.free..speaker.start - 1;
        if self.is_spoken(&content) {
            return verb + 1;
        }
        let mut next = self
            .keep(verb, Some(speaker.clone()), content)
            .max(verb + 1);
        let comma = self.over_time(verb + 1);
        if tokens.is(comma, ",") && comma + 1 < self.sentence.end {
            let rest = comma + 1..self.end_of_clause(comma + 1);
            if !self.is_spoken(&rest) {
                next = self.keep(verb, Some(speaker), rest).max(next);
            }
        }
        next
    }

    /// Whether what seems to be a subject behind a verb goes on as a clause: *said the plan would fail*.
    fn is_clause(&self, clause: &Clause) -> bool {
        let behind = clause.speaker.end;
        let goes_on = Class::PASSIVE.and(Class::BETWEEN);
        let is_pronoun = self.tokens.has(clause.speaker.start, Class::PRONOUN);
        let is_said = is_pronoun && self.tokens.has(behind, goes_on);
        behind < self.sentence.end
            && self.tokens.is_word(behind)
            && (is_said || !self.tokens.has(behind, Class::ENDS))
    }

    /// What a verb reports behind it.
    fn behind(&self, verb: usize) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let end = self.sentence.end;
        let takes_object = tokens.has(verb, Class::OBJECT_VERB);
        let mut start = self.over_time(verb + 1);
        if start >= end {
            return None;
        }
        let that = |from: usize| {
            (from..end.min(from + THAT_REACH)).find(|&at| tokens.has(at, Class::THAT))
        };
        if tokens.has(start, Class::THAT) {
            return Some(start..self.end_of_clause(start));
        }
        if tokens.is(start, ":") {
            return Some(start + 1..end);
        }
        // *said, however, that*
        if tokens.is(start, ",") {
            let second = (start + 1..end.min(start + ADDRESSEE)).find(|&at| tokens.is(at, ","))?;
            return tokens
                .has(second + 1, Class::THAT)
                .then(|| second + 1..self.end_of_clause(second + 1));
        }
        if !tokens.is_word(start) && !tokens.is(start, "$") && !tokens.is(start, "'") {
            return None;
        }
        // *warned of a long war*
        let of = tokens.has(verb, Class::ADDRESSES)
            && tokens.has(start, Class::ABOUT)
            && !tokens.has(start + 1, Class::PRONOUN);
        if of && start + 1 < end {
            return Some(start + 1..self.end_of_object(start + 1));
        }
        if tokens.has(verb, Class::ADDRESSES) || tokens.is(start, "with") {
            return self.behind_addressee(start);
        }
        if tokens.has(start, Class::ENDS) {
            if let Some(at) = that(start).filter(|&at| !takes_object || tokens.is(at, "that")) {
                return Some(at..self.end_of_clause(at));
            }
            if !takes_object {
                return None;
            }
        }
        if takes_object
            && tokens.has(start, Class::INSIDE.and(Class::ENDS))
            && !tokens.is(start, "to")
            && !tokens.has(start, Class::DETERMINER)
        {
            start += 1;
        }
        let is_clause = tokens.has(verb, Class::VERB) && !takes_object;
        let stop = match is_clause {
            true => self.end_of_clause(start),
            false => self.end_of_object(start),
        };
        Some(start..stop)
    }

    /// *told reporters that*, *urged both sides to*, *told the board the ships would sail*.
    fn behind_addressee(&self, start: usize) -> Option<Range<usize>> {
        let tokens = self.tokens;
        let end = self.sentence.end;
        for at in start..end.min(start + THAT_REACH) {
            if tokens.has(at, Class::THAT) {
                return Some(at..self.end_of_clause(at));
            }
            if tokens.is(at, "to") {
                return Some(at..self.end_of_object(at));
            }
            let behind = at > start
                && at - start < ADDRESSEE
                && !tokens.has(
                    at - 1,
                    Class::ENDS.and(Class::INSIDE).and(Class::DETERMINER),
                );
            if behind
                && tokens.has(at, Class::PRONOUN.and(Class::DETERMINER))
                && !tokens.has(at, Class::RELATIVE)
            {
                return Some(at..self.end_of_clause(at));
            }
            if !tokens.is_word(at) && !matches!(tokens.word(at), "-" | "." | "'") {
                break;
            }
        }
        None
    }

    /// Over days and adverbs: *said late on Tuesday*.
    fn over_time(&self, from: usize) -> usize {
        let tokens = self.tokens;
        let mut at = from;
        while at < self.sentence.end {
            let is_time = tokens.has(at, Class::TIME)
                || tokens.is_word(at) && tokens.word(at).ends_with("ly") && !tokens.is_capital(at);
            let leads = tokens.has(at, Class::ENDS)
                && (1..3).any(|k| tokens.has(at + k, Class::TIME))
                && !tokens.has(at, Class::THAT);
            if !is_time && !leads {
                break;
            }
            at += 1;
            if leads && !is_time && !tokens.has(at, Class::TIME) {
                at += 1;
            }
        }
        at
    }

    /// Whether a participle stands behind a form of *be*, or in front of *by*.
    fn is_passive(&self, verb: usize) -> bool {
        let tokens = self.tokens;
        if tokens.word(verb).ends_with("ing") {
            return false;
        }
        let before = tokens.before_auxiliaries(self.sentence.start, verb);
        (before..verb).any(|at| tokens.has(at, Class::PASSIVE)) || tokens.is(verb + 1, "by")
    }

    /// Where a clause that begins at `from` ends.
    fn end_of_clause(&self, from: usize) -> usize {
        self.end_where(from, |at| {
            let tokens = self.tokens;
            tokens.is(at, ",")
                && tokens.word(at + 1).ends_with("ing")
                && tokens.has(at + 1, Class::VERB)
        })
    }

    /// Where the object of a verb ends, which begins at `from`.
    fn end_of_object(&self, from: usize) -> usize {
        self.end_where(from, |at| {
            let tokens = self.tokens;
            let next = at + 1;
            let goes_off = tokens.has(
                next,
                Class::RELATIVE.and(Class::CONJUNCTION).and(Class::ENDS),
            ) || tokens.reports(next, Class::VERB)
                || tokens.word(next).ends_with("ing");
            tokens.is(at, ",") && goes_off
                || matches!(tokens.word(at), "—" | "–")
                || tokens.is(at, "-") && tokens.is(next, "-")
        })
    }

    fn end_where(&self, from: usize, stops: impl Fn(usize) -> bool) -> usize {
        let tokens = self.tokens;
        let end = self.sentence.end;
        for at in from..end {
            if tokens.has(at, Class::SENTENCE_END) || tokens.is(at, ";") {
                return at;
            }
            if at > from && tokens.has(at, Class::ACCORDING) {
                return at;
            }
            // *… and said*
            if at > from && tokens.has(at, Class::CONJUNCTION) {
                let verb = (at + 1..end)
                    .find(|&at| !tokens.is_between(at))
                    .unwrap_or(end);
                let finite = |at: usize| {
                    let word = tokens.word(at);
                    word.ends_with("ed") || word.ends_with('s') || word == "said" || word == "told"
                };
                let verbs = Class::VERB.and(Class::OBJECT_VERB);
                if verb < end
                    && tokens.has(verb, verbs)
                    && !tokens.has(verb, Class::NOUN)
                    && finite(verb)
                {
                    return at;
                }
            }
            if at + 1 < end && at > from && stops(at) {
                return at;
            }
        }
        end
    }
}
