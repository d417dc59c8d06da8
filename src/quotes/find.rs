//! Which marked stretches are somebody's words, and whose.

use super::marks::{MarkedSpan, spans};
use super::reporting::{Clause, before, behind, is_also_noun, is_pronoun, is_verb};
use super::tokens::{Token, span_of, tokens};
use crate::statement::ByteSpan;
use crate::text::capitals::begins_with_capital;
use serde::Serialize;

/// Tokens on either side of a quotation that a reporting clause is looked for in.
const REACH: usize = 40;
/// The most words of a marked stretch that may only distance a word or name a work.
const FEW_WORDS: usize = 3;

/// How words are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Whole sentences or clauses between marks.
    Direct,
    /// A part of the sentence that reports it.
    Mixed,
}

/// How the speaker was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Resolved {
    /// In the quotation's own sentence.
    Stated,
    /// It is the speaker of the quotation before, or whom a sentence without a reporting verb begins with.
    Inferred,
    /// It was not found.
    Unresolved,
}

impl Resolved {
    /// The same, or what is left of it in another sentence.
    fn at_most_inferred(self) -> Self {
        match self {
            Self::Stated | Self::Inferred => Self::Inferred,
            Self::Unresolved => Self::Unresolved,
        }
    }
}

/// Words between marks, and whose they are. Spans are bytes of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotation {
    /// How it is quoted.
    pub kind: Kind,
    /// The words, without their marks.
    pub span: ByteSpan,
    /// The words with their marks.
    pub whole: ByteSpan,
    /// Who speaks.
    pub speaker: Option<ByteSpan>,
    /// The reporting verb.
    pub verb: Option<ByteSpan>,
    /// How the speaker was found.
    pub resolved: Resolved,
}

/// The direct and mixed quotations of an article, in order.
pub fn quotations(text: &str) -> Vec<Quotation> {
    let marked = spans(text);
    let tokens = tokens(text);
    let mut found: Vec<Quotation> = Vec::new();
    for (number, span) in marked.iter().enumerate() {
        let place = Place::new(text, &tokens, &marked, number);
        let clause = place.clause();
        let kind = place.kind();
        let last = found.last().copied();
        let quotation = |clause: Option<Clause>, resolved| Quotation {
            kind,
            span: trimmed(text, span.inside),
            whole: span.whole,
            speaker: clause.map(|clause| clause.speaker),
            verb: clause.map(|clause| clause.verb),
            resolved,
        };
        if let (true, Some(last)) = (span.goes_on, last) {
            // Who speaks is told in one paragraph and holds for all: mostly the last.
            let now = match clause {
                Some(clause) => quotation(Some(clause), Resolved::Stated),
                None => Quotation {
                    speaker: last.speaker,
                    ..quotation(None, last.resolved.at_most_inferred())
                },
            };
            if let (Some(before), true) = (found.last_mut(), last.resolved != Resolved::Stated) {
                before.speaker = now.speaker;
                before.resolved = now.resolved.at_most_inferred();
            }
            found.push(now);
            continue;
        }
        match clause {
            Some(clause) => found.push(quotation(Some(clause), Resolved::Stated)),
            None if !place.floats() && place.is_title() => {}
            None if kind == Kind::Mixed => match place.subject() {
                Some(speaker) => found.push(Quotation {
                    speaker: Some(speaker),
                    ..quotation(None, Resolved::Inferred)
                }),
                None if place.n_words() <= FEW_WORDS => {}
                None => found.push(quotation(None, Resolved::Unresolved)),
            },
            None => found.push(match last.filter(|_| place.floats()) {
                Some(last) => Quotation {
                    speaker: last.speaker,
                    ..quotation(None, last.resolved.at_most_inferred())
                },
                None => quotation(None, Resolved::Unresolved),
            }),
        }
    }
    found
}

/// A span without white space at its ends.
fn trimmed(text: &str, span: ByteSpan) -> ByteSpan {
    let inside = span.of(text);
    let start = span.start + (inside.len() - inside.trim_start().len());
    ByteSpan {
        start,
        end: start + inside.trim().len(),
    }
}

/// A marked stretch with what stands around it.
struct Place<'a> {
    text: &'a str,
    tokens: &'a [Token],
    span: MarkedSpan,
    /// Tokens of the sentence in front of it, and of what is behind it up to the sentence's end or the next stretch.
    front: std::ops::Range<usize>,
    back: std::ops::Range<usize>,
}

impl<'a> Place<'a> {
    fn new(text: &'a str, tokens: &'a [Token], marked: &[MarkedSpan], number: usize) -> Self {
        let span = marked[number];
        let start = tokens.partition_point(|token| token.span.start < span.whole.start);
        let end = tokens.partition_point(|token| token.span.start < span.whole.end);
        let least = number
            .checked_sub(1)
            .map_or(0, |before| marked[before].whole.end);
        let most = marked
            .get(number + 1)
            .map_or(text.len(), |next| next.whole.start);
        let word = |at: usize| tokens[at].span.of(text);
        let new_line = |at: usize| {
            let from = tokens[at].span.end;
            let to = tokens
                .get(at + 1)
                .map_or(text.len(), |next| next.span.start);
            text[from..to].contains('\n')
        };
        let sentence_start = |mut first: usize| {
            while first > 0 && start - first < REACH && tokens[first - 1].span.start >= least {
                if new_line(first - 1) || ends_sentence(text, tokens, first - 1) {
                    break;
                }
                first -= 1;
            }
            first
        };
        let mut first = sentence_start(start);
        let mut last = end;
        while last < tokens.len() && last - end < REACH && tokens[last].span.end <= most {
            let stops = ends_sentence(text, tokens, last) || new_line(last);
            last += 1;
            if stops {
                break;
            }
        }
        // *The paper reports:*, and the quotation in a paragraph of its own.
        if first == start
            && first > 1
            && word(first - 1) == ":"
            && tokens[first - 1].span.start >= least
        {
            first = sentence_start(first - 1);
        }
        // Nothing of a sentence that ended inside the marks, unless what is behind begins small or with a verb.
        if end > 0 && end < last && new_line(end - 1) {
            last = end;
        }
        let inside = span.inside.of(text).trim_end();
        let ended = inside.ends_with(['.']);
        if ended && last > end && tokens[end].is_word && begins_with_capital(word(end)) {
            last = end;
        }
        Self {
            text,
            tokens,
            span,
            front: first..start,
            back: end..last,
        }
    }

    fn word(&self, at: usize) -> &'a str {
        self.tokens[at].span.of(self.text)
    }

    /// Whether a token is a reporting verb; *so-called* is none, and *his tweets* neither.
    fn reports(&self, at: usize) -> bool {
        let word = self.word(at);
        if !self.tokens[at].is_word || !is_verb(word) {
            return false;
        }
        let Some(before) = at.checked_sub(1).map(|before| self.word(before)) else {
            return true;
        };
        let is_actor = begins_with_capital(before) || is_pronoun(before);
        before != "-" && (!is_also_noun(word) || is_actor)
    }

    fn n_words(&self) -> usize {
        self.span.inside.of(self.text).split_whitespace().count()
    }

    /// Whether nothing but the quotation is in its sentence.
    fn floats(&self) -> bool {
        self.front.is_empty() && self.back.clone().all(|at| !self.tokens[at].is_word)
    }

    fn kind(&self) -> Kind {
        let inside = self.span.inside.of(self.text).trim();
        let begins = inside
            .chars()
            .find(|c| c.is_alphanumeric())
            .is_some_and(|c| !c.is_lowercase());
        let introduced = self
            .front
            .clone()
            .next_back()
            .is_none_or(|at| matches!(self.word(at), "," | ":"));
        let clause = inside.ends_with([',', '.', '!', '?', '…', '—', '-']);
        match begins && (introduced || clause) || introduced && clause {
            true => Kind::Direct,
            false => Kind::Mixed,
        }
    }

    /// The reporting clause of the sentence: behind the quotation, else in front of it.
    fn clause(&self) -> Option<Clause> {
        if let Some(clause) = self.line_of_transcript().or_else(|| self.signature()) {
            return Some(clause);
        }
        match self.kind() {
            Kind::Direct => self.clause_behind().or_else(|| self.clause_in_front()),
            Kind::Mixed => self.clause_in_front().or_else(|| self.clause_behind()),
        }
    }

    fn clause_behind(&self) -> Option<Clause> {
        let mut verb = self.back.clone().filter(|&at| self.reports(at));
        let verb = verb.find(|&at| at - self.back.start < 16)?;
        let first = self.back.clone().find(|&at| self.tokens[at].is_word)?;
        if verb > first {
            return before(self.text, self.tokens, first, verb);
        }
        behind(self.text, self.tokens, verb, self.back.end)
    }

    fn clause_in_front(&self) -> Option<Clause> {
        let lower = |at: usize| self.word(at).to_lowercase();
        // *According to the minister, “…”*
        let mut words = self.front.clone();
        if let Some(at) = words.find(|&at| lower(at) == "according")
            && at + 1 < self.front.end
            && lower(at + 1) == "to"
            && let Some(clause) = behind(self.text, self.tokens, at + 1, self.front.end)
        {
            return Some(clause);
        }
        // Of several, the first reports the rest: *Lind said that the envoy had called it “…”*.
        let verb = self.front.clone().find(|&at| self.reports(at))?;
        let of_sentence = || {
            self.subject().map(|speaker| Clause {
                verb: self.tokens[verb].span,
                speaker,
            })
        };
        let is_participle = self.word(verb).ends_with("ing");
        let is_relative = verb >= self.front.start + 2 && {
            let before = lower(verb - 2);
            is_pronoun(self.word(verb - 1)) && matches!(before.as_str(), "what" | "which")
        };
        let clause = || before(self.text, self.tokens, self.front.start, verb);
        match is_participle || is_relative {
            true => of_sentence().or_else(clause),
            false => clause().or_else(of_sentence),
        }
    }

    /// The name behind a dash, as under a saying: *“…” — Mara Lind*.
    fn signature(&self) -> Option<Clause> {
        let mut at = self.back.start;
        let first = at;
        while at < self.back.end && matches!(self.word(at), "―" | "—" | "–" | "-" | ".") {
            at += 1;
        }
        let start = at;
        while at < self.back.end
            && (self.tokens[at].is_word && begins_with_capital(self.word(at))
                || self.word(at) == "." && at + 1 < self.back.end)
        {
            at += 1;
        }
        (start > first && at > start).then(|| Clause {
            verb: self.tokens[first].span,
            speaker: span_of(&self.tokens[start..at]),
        })
    }

    /// The name in capitals that a line of a transcript begins with: *“LIND: We agree.”*
    fn line_of_transcript(&self) -> Option<Clause> {
        let inside = self.span.inside;
        let first = self
            .tokens
            .partition_point(|token| token.span.start < inside.start);
        let is_capitals = |word: &str| {
            word.chars()
                .all(|c| c.is_uppercase() || c == '’' || c == '\'')
        };
        let mut at = first;
        while at < self.tokens.len()
            && at - first < 4
            && self.tokens[at].is_word
            && is_capitals(self.word(at))
        {
            at += 1;
        }
        let colon = self.tokens.get(at)?;
        (at > first && self.word(at) == ":" && colon.span.end < inside.end).then(|| Clause {
            verb: colon.span,
            speaker: span_of(&self.tokens[first..at]),
        })
    }

    /// Whether it is written like the title of a work: few words, all of them with capitals, in a sentence that goes on.
    fn is_title(&self) -> bool {
        let inside = self.span.inside.of(self.text);
        let words = || {
            inside
                .split_whitespace()
                .filter(|word| word.chars().any(char::is_alphabetic))
        };
        let small = |word: &str| word.chars().count() <= 3 && word != inside.trim();
        words().count() <= 6 && words().all(|word| begins_with_capital(word) || small(word))
    }

    /// What the sentence begins with, if it is a name or a pronoun.
    fn subject(&self) -> Option<ByteSpan> {
        let first = self.front.clone().find(|&at| self.tokens[at].is_word)?;
        if is_pronoun(self.word(first)) {
            return Some(self.tokens[first].span);
        }
        let is_name = |at: usize| self.tokens[at].is_word && begins_with_capital(self.word(at));
        let end = (first..self.front.end)
            .find(|&at| !is_name(at))
            .unwrap_or(self.front.end);
        // *The* alone is no name, *The White House* is one.
        let is_article = end == first + 1
            && matches!(
                self.word(first),
                "The" | "A" | "An" | "In" | "On" | "At" | "But" | "And"
            );
        (end > first && !is_article).then(|| span_of(&self.tokens[first..end]))
    }
}

/// Whether a token ends a sentence: `.`, `!` or `?` that no abbreviation has.
fn ends_sentence(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = tokens[at].span.of(text);
    match word {
        "!" | "?" => true,
        "." => {
            let before = at.checked_sub(1).map(|before| tokens[before].span.of(text));
            let abbreviates = before.is_some_and(|word| {
                const TITLES: &[&str] = &[
                    "Mr", "Mrs", "Ms", "Dr", "Gov", "Sen", "Rep", "Gen", "Col", "Lt", "Sgt",
                    "Prof", "St", "Jr", "Sr", "Sept", "Oct", "Nov", "Dec", "Jan", "Feb", "Aug",
                    "No", "Inc", "Corp", "vs", "D", "R",
                ];
                TITLES.contains(&word) || word.chars().count() == 1 && begins_with_capital(word)
            });
            let goes_on = tokens.get(at + 1).is_some_and(|next| {
                next.span.of(text) == ")"
                    || next.is_word
                        && next
                            .span
                            .of(text)
                            .chars()
                            .next()
                            .is_some_and(char::is_lowercase)
            });
            !abbreviates && !goes_on
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> Vec<(Kind, &str, Option<&str>, Resolved)> {
        quotations(text)
            .iter()
            .map(|q| {
                (
                    q.kind,
                    q.span.of(text),
                    q.speaker.map(|s| s.of(text)),
                    q.resolved,
                )
            })
            .collect()
    }

    #[test]
    fn the_speaker_stands_before_or_behind_the_verb() {
        use Kind::{Direct, Mixed};
        use Resolved::Stated;
        for (text, kind, quote, speaker) in [
            (
                "“We will wait,” the foreign minister said on Monday.",
                Direct,
                "We will wait,",
                "the foreign minister",
            ),
            (
                "“We will wait,” said Mara Lind, the envoy of Norland.",
                Direct,
                "We will wait,",
                "Mara Lind",
            ),
            (
                "Mara Lind, the envoy of Norland, said: “We will wait.”",
                Direct,
                "We will wait.",
                "Mara Lind",
            ),
            (
                "According to Gov. Lind, “nothing is lost.”",
                Direct,
                "nothing is lost.",
                "Gov. Lind",
            ),
            (
                "He called the plan “a trap for fools” again.",
                Mixed,
                "a trap for fools",
                "He",
            ),
        ] {
            assert_eq!(told(text), [(kind, quote, Some(speaker), Stated)], "{text}");
        }
    }

    #[test]
    fn a_floating_quotation_has_the_speaker_of_the_one_before() {
        let text = "“We will wait,” said Lind. “Then we will talk.”";
        let found = told(text);
        assert_eq!(found[1].1, "Then we will talk.");
        assert_eq!((found[1].2, found[1].3), (Some("Lind"), Resolved::Inferred));
    }

    #[test]
    fn marks_that_only_distance_a_word_are_no_quotation() {
        assert_eq!(
            told("The so-called “peace zone” is quiet, and “War Songs” sells well."),
            []
        );
    }

    proptest! {
        #[test]
        fn any_article_has_quotations_with_valid_offsets(text in "([a-zA-Z]{1,8}|[ ,.:“”\"\\n]|said|the){0,60}|\\PC*") {
            for quotation in quotations(&text) {
                prop_assert!(!quotation.span.of(&text).is_empty());
                if let Some(speaker) = quotation.speaker {
                    prop_assert!(!speaker.of(&text).is_empty());
                }
            }
        }
    }
}
