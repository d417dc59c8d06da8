//! Words and marks of an article, with what a reporting clause is found by.

use crate::statement::ByteSpan;
use crate::text::segment::for_each_word;

/// A word or one punctuation mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: ByteSpan,
    /// Whether it is a word.
    pub is_word: bool,
}

/// From the first to the last of some tokens, of which there is one at least.
pub fn span_of(tokens: &[Token]) -> ByteSpan {
    ByteSpan {
        start: tokens[0].span.start,
        end: tokens[tokens.len() - 1].span.end,
    }
}

/// The words and marks of `text`, in order.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut end = 0;
    let marks = |from: usize, to: usize, tokens: &mut Vec<Token>| {
        for (at, c) in text[from..to].char_indices() {
            if !c.is_whitespace() {
                let start = from + at;
                tokens.push(Token {
                    span: ByteSpan {
                        start,
                        end: start + c.len_utf8(),
                    },
                    is_word: false,
                });
            }
        }
    };
    for_each_word(text, |span| {
        marks(end, span.start, &mut tokens);
        tokens.push(Token {
            span,
            is_word: true,
        });
        end = span.end;
    });
    marks(end, text.len(), &mut tokens);
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_marks_alternate_with_their_spans() {
        let text = "Yes, he said.";
        let found: Vec<(&str, bool)> = tokens(text)
            .iter()
            .map(|token| (token.span.of(text), token.is_word))
            .collect();
        assert_eq!(
            found,
            [
                ("Yes", true),
                (",", false),
                ("he", true),
                ("said", true),
                (".", false)
            ]
        );
    }
}
