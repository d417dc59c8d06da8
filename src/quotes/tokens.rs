//! The words and marks of an article, each with what the lists of its language say of it.

use super::class::Class;
use super::grammar::Grammar;
use super::language::Language;
use crate::statement::ByteSpan;
use crate::text::capitals::begins_with_capital;
use crate::text::segment::for_each_word;
use std::ops::Range;

/// The most tokens that are read as one sentence: what is longer is none, and reading takes the square of it.
pub const LONGEST_SENTENCE: usize = 1000;

/// A word, a phrase of the lists, or one punctuation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: ByteSpan,
    /// Whether it is a word.
    pub is_word: bool,
    /// What is known of it.
    pub class: Class,
}

/// The tokens of an article.
#[derive(Debug)]
pub struct Tokens<'t> {
    /// The article.
    pub text: &'t str,
    /// Its tokens, in order.
    pub all: Vec<Token>,
    /// What its language does otherwise than English.
    pub grammar: Grammar,
}

impl<'t> Tokens<'t> {
    /// The words and marks of `text`.
    pub fn new(text: &'t str, language: &Language) -> Self {
        let mut reading = Reading {
            text,
            language,
            all: Vec::new(),
            end: 0,
            lower: String::new(),
            line_start: true,
        };
        for_each_word(text, |span| {
            reading.marks(span.start);
            reading.word(span);
        });
        reading.marks(text.len());
        let mut tokens = Self {
            text,
            all: reading.all,
            grammar: language.grammar,
        };
        tokens.join_phrases(language);
        tokens.mark_sentence_ends();
        tokens
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// A token's text.
    pub fn word(&self, at: usize) -> &'t str {
        self.all[at].span.of(self.text)
    }

    /// Whether a token is there and has one of some marks.
    pub fn has(&self, at: usize, any: Class) -> bool {
        self.all.get(at).is_some_and(|token| token.class.has(any))
    }

    /// Whether a token is there and is this mark or word.
    pub fn is(&self, at: usize, word: &str) -> bool {
        at < self.all.len() && self.word(at) == word
    }

    /// Whether a token is there and is a word.
    pub fn is_word(&self, at: usize) -> bool {
        self.all.get(at).is_some_and(|token| token.is_word)
    }

    /// Whether a token is a word with a capital.
    pub fn is_capital(&self, at: usize) -> bool {
        self.has(at, Class::CAPITAL)
    }

    /// From the first to the last of some tokens, of which there is one at least.
    pub fn span(&self, range: Range<usize>) -> ByteSpan {
        ByteSpan {
            start: self.all[range.start].span.start,
            end: self.all[range.end - 1].span.end,
        }
    }

    /// The first token that begins at `byte` or behind it.
    pub fn at_byte(&self, byte: usize) -> usize {
        self.all.partition_point(|token| token.span.start < byte)
    }

    /// Whether a sentence begins at a token.
    pub fn opens_sentence(&self, at: usize) -> bool {
        at == 0 || self.has(at, Class::LINE_START) || self.has(at - 1, Class::SENTENCE_END)
    }

    /// The sentence that begins at `first`, with the marks that close behind it; of at most [`LONGEST_SENTENCE`] tokens.
    pub fn sentence(&self, first: usize) -> Range<usize> {
        let mut at = first;
        while at < self.count() && at - first < LONGEST_SENTENCE {
            let ends = self.has(at, Class::SENTENCE_END);
            at += 1;
            if self.has(at, Class::LINE_START) {
                break;
            }
            if ends {
                let closes =
                    |at: usize| matches!(self.word(at), "”" | "\"" | "»" | "’" | "'" | ")");
                while at < self.count()
                    && closes(at)
                    && self.all[at - 1].span.end == self.all[at].span.start
                {
                    at += 1;
                }
                break;
            }
        }
        first..at
    }

    /// Joins words that are one entry of the lists.
    fn join_phrases(&mut self, language: &Language) {
        let mut lower = String::new();
        let mut kept = 0;
        let mut at = 0;
        while at < self.all.len() {
            let mut token = self.all[at];
            let mut taken = 1;
            if token.is_word {
                write_lower(token.span.of(self.text), &mut lower);
                for (rest, class) in language.phrases(&lower) {
                    let mut next = String::new();
                    let fits = rest.iter().enumerate().all(|(k, word)| {
                        self.all.get(at + 1 + k).is_some_and(|token| {
                            write_lower(token.span.of(self.text), &mut next);
                            *next == **word
                        })
                    });
                    if fits && rest.len() >= taken {
                        taken = rest.len() + 1;
                        token.class =
                            class.and(token.class.common(Class::CAPITAL.and(Class::LINE_START)));
                        token.span.end = self.all[at + rest.len()].span.end;
                    }
                }
            }
            self.all[kept] = token;
            kept += 1;
            at += taken;
        }
        self.all.truncate(kept);
    }

    /// Marks the tokens that end a sentence: `.`, `!` or `?` that no abbreviation has, with the marks that close behind it.
    fn mark_sentence_ends(&mut self) {
        for at in 0..self.all.len() {
            let ends = match self.word(at) {
                "!" | "?" | "؟" | "。" | "…" => !self.next_is_small(at + 1),
                "." => !self.abbreviates(at) && !self.next_is_small(at + 1),
                _ => false,
            };
            if ends {
                self.all[at].class = self.all[at].class.and(Class::SENTENCE_END);
            }
        }
    }

    fn abbreviates(&self, stop: usize) -> bool {
        stop > 0
            && self.all[stop - 1].is_word
            && self.all[stop - 1].span.end == self.all[stop].span.start
            && {
                let word = self.word(stop - 1);
                let letters = word.chars().count();
                self.has(stop - 1, Class::ABBREVIATION) && begins_with_capital(word)
                    || letters == 1 && begins_with_capital(word)
            }
    }

    /// Whether what follows goes on with a small letter or a bracket's end.
    fn next_is_small(&self, next: usize) -> bool {
        self.is(next, ")")
            || self.is_word(next)
                && !self.has(next, Class::LINE_START)
                && self
                    .word(next)
                    .chars()
                    .next()
                    .is_some_and(char::is_lowercase)
    }
}

struct Reading<'a> {
    text: &'a str,
    language: &'a Language,
    all: Vec<Token>,
    end: usize,
    lower: String,
    line_start: bool,
}

impl Reading<'_> {
    /// The marks between the last word and `to`.
    fn marks(&mut self, to: usize) {
        for (at, c) in self.text[self.end..to].char_indices() {
            if matches!(c, '\n' | '\r' | '\u{2029}') {
                self.line_start = true;
            }
            if !c.is_whitespace() {
                let start = self.end + at;
                let end = start + c.len_utf8();
                self.push(ByteSpan { start, end }, false, Class::NONE);
            }
        }
        self.end = to;
    }

    fn word(&mut self, span: ByteSpan) {
        let word = span.of(self.text);
        write_lower(word, &mut self.lower);
        let mut class = self.language.class(&self.lower);
        if begins_with_capital(word) {
            class = class.and(Class::CAPITAL);
        }
        self.push(span, true, class);
        self.end = span.end;
    }

    fn push(&mut self, span: ByteSpan, is_word: bool, class: Class) {
        let class = match std::mem::take(&mut self.line_start) {
            true => class.and(Class::LINE_START),
            false => class,
        };
        self.all.push(Token {
            span,
            is_word,
            class,
        });
    }
}

/// A word in small letters, with straight apostrophes.
fn write_lower(word: &str, lower: &mut String) {
    lower.clear();
    if word.is_ascii() {
        lower.push_str(word);
        return lower.make_ascii_lowercase();
    }
    for c in word.chars() {
        match c {
            '’' => lower.push('\''),
            // What small letters of a capital İ have besides the letter.
            'İ' => lower.push('i'),
            // Marks over Arabic letters, and the letter that only makes words longer.
            '\u{64b}'..='\u{652}' | '\u{640}' => {}
            c => lower.extend(c.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english(text: &str) -> Tokens<'_> {
        Tokens::new(text, Language::of_code("en").expect("is there"))
    }

    #[test]
    fn words_and_marks_alternate_with_their_spans() {
        let text = "Yes, according to him.";
        let tokens = english(text);
        let found: Vec<(&str, bool)> = (0..tokens.count())
            .map(|at| (tokens.word(at), tokens.is_word(at)))
            .collect();
        let expected = [
            ("Yes", true),
            (",", false),
            ("according to", true),
            ("him", true),
            (".", false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_text_without_a_stop_is_cut_into_sentences_of_bounded_length() {
        let text = "he said we wait and ".repeat(1000);
        let tokens = english(&text);
        let mut sentence = 0..0;
        while sentence.end < tokens.count() {
            sentence = tokens.sentence(sentence.end);
            assert!(!sentence.is_empty() && sentence.len() <= LONGEST_SENTENCE);
        }
    }

    #[test]
    fn a_sentence_ends_with_a_stop_that_abbreviates_nothing() {
        let tokens = english("Mr. Lind (N.) left at 5 p.m. today. U.S. envoys stay.");
        let ends: Vec<usize> = (0..tokens.count())
            .filter(|&at| tokens.has(at, Class::SENTENCE_END))
            .map(|at| tokens.all[at].span.end)
            .collect();
        assert_eq!(ends, [35, 53]);
    }
}
