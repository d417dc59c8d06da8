//! Pairs of quotation marks.
//!
//! A mark that can open only (`“`, `„`, `«`, `‹`, `‘`, `「`) opens; a straight one (`"`) opens where no pair is open and a word
//! follows. The outermost pair counts, pairs inside it are part of it. A paragraph that ends with an open pair goes on in the
//! next, if that begins with a mark that opens; otherwise the pair ends with its paragraph. `‘` and `’` are a pair only where a
//! word begins behind the first and none goes on behind the second, since `’` is an apostrophe far more often.

use crate::statement::ByteSpan;

/// A stretch between marks, in one paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkedSpan {
    /// What is between the marks.
    pub inside: ByteSpan,
    /// The same with its marks.
    pub whole: ByteSpan,
    /// Whether it goes on a quotation that the paragraph before left open.
    pub goes_on: bool,
}

/// A kind of marks: what opens, what closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    open: char,
    close: &'static [char],
}

const PAIRS: [Pair; 8] = [
    Pair {
        open: '“',
        close: &['”', '"'],
    },
    Pair {
        open: '"',
        close: &['"', '”'],
    },
    // Where a word follows and none stands before: typed for `“`.
    Pair {
        open: '”',
        close: &['”', '"'],
    },
    Pair {
        open: '„',
        close: &['“', '”'],
    },
    Pair {
        open: '«',
        close: &['»'],
    },
    Pair {
        open: '‹',
        close: &['›'],
    },
    Pair {
        open: '‘',
        close: &['’'],
    },
    Pair {
        open: '「',
        close: &['」'],
    },
];

/// The stretches between the outermost quotation marks of `text`, in order.
pub fn spans(text: &str) -> Vec<MarkedSpan> {
    let mut spans = Vec::new();
    let mut start = 0;
    // The pair that the paragraph before left open.
    let mut left_open: Option<Pair> = None;
    for paragraph in text.split_inclusive(['\n', '\r', '\u{2029}']) {
        let body = paragraph.trim_end();
        if !body.trim_start().is_empty() {
            left_open = paragraph_spans(text, start, body, left_open, &mut spans);
        }
        start += paragraph.len();
    }
    spans
}

/// The stretches of one paragraph, `body` at `start`; the pair that stays open, if one does.
fn paragraph_spans(
    text: &str,
    start: usize,
    body: &str,
    left_open: Option<Pair>,
    spans: &mut Vec<MarkedSpan>,
) -> Option<Pair> {
    let mut open: Option<(Pair, usize, usize)> = None;
    let mut goes_on = false;
    let mut before: Option<char> = None;
    let mut characters = body.char_indices().peekable();
    let mut is_first = true;
    while let Some((at, typed)) = characters.next() {
        // Two apostrophes in a row are typed for a mark.
        let doubled =
            matches!(typed, '\'' | '`') && characters.next_if(|&(_, next)| next == typed).is_some();
        let c = if doubled { '"' } else { typed };
        let width = if doubled { 2 } else { c.len_utf8() };
        let after = characters.peek().map(|&(_, c)| c);
        match open {
            Some((pair, from, inside))
                if pair.close.contains(&c) && closes(pair, before, after) =>
            {
                push(
                    text,
                    start + from,
                    inside,
                    start + at,
                    start + at + width,
                    goes_on,
                    spans,
                );
                (open, goes_on) = (None, false);
            }
            Some(_) => {}
            None => {
                if let Some(pair) = PAIRS.iter().find(|pair| pair.open == c)
                    && opens(*pair, before, after)
                {
                    goes_on = is_first && left_open.is_some_and(|left| left.open == c);
                    open = Some((*pair, at, start + at + width));
                }
            }
        }
        is_first &= c.is_whitespace();
        before = Some(c);
    }
    let (pair, from, inside) = open?;
    let end = start + body.len();
    push(text, start + from, inside, end, end, goes_on, spans);
    Some(pair)
}

fn push(
    text: &str,
    start: usize,
    inside: usize,
    inside_end: usize,
    end: usize,
    goes_on: bool,
    spans: &mut Vec<MarkedSpan>,
) {
    if text[inside..inside_end].chars().any(char::is_alphanumeric) {
        spans.push(MarkedSpan {
            inside: ByteSpan {
                start: inside,
                end: inside_end,
            },
            whole: ByteSpan { start, end },
            goes_on,
        });
    }
}

/// Whether a mark between two characters opens a pair.
fn opens(pair: Pair, before: Option<char>, after: Option<char>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match pair.open {
        '"' => after.is_some_and(|c| !c.is_whitespace()) && !is_word(before),
        '‘' | '”' => is_word(after) && before.is_none_or(char::is_whitespace),
        _ => true,
    }
}

/// Whether a mark between two characters closes a pair.
fn closes(pair: Pair, before: Option<char>, after: Option<char>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match pair.open {
        // Inside `"…"`, a mark with a word behind it and none before opens a pair of its own; inches are rarer.
        '"' => !(is_word(after) && before.is_some_and(char::is_whitespace)),
        // *The ministers’ plan* goes on behind the apostrophe.
        '‘' => {
            let owns = before == Some('s') && after.is_some_and(|c| c == ' ');
            !is_word(after) && !owns && before.is_some_and(|c| !c.is_whitespace())
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(text: &str) -> Vec<&str> {
        spans(text)
            .iter()
            .map(|span| span.inside.of(text))
            .collect()
    }

    #[test]
    fn marks_of_many_languages_are_pairs() {
        assert_eq!(
            inside("He said “we agree” and \"we wait\"."),
            ["we agree", "we wait"]
        );
        assert_eq!(
            inside("„Wir warten“, sagte er, « nous aussi »."),
            ["Wir warten", " nous aussi "]
        );
        assert_eq!(
            inside("‘It’s the ministers’ plan,’ she said."),
            ["It’s the ministers’ plan,"]
        );
        assert_eq!(inside("Don’t say the ’90s were 5' 10\" long"), [""; 0]);
        assert_eq!(inside("「我们同意」"), ["我们同意"]);
    }

    #[test]
    fn the_outer_pair_holds_the_inner_one() {
        assert_eq!(inside("“He told me “no” twice”"), ["He told me “no"]);
        assert_eq!(inside("“He told me ‘no’ twice”"), ["He told me ‘no’ twice"]);
    }

    #[test]
    fn a_quotation_goes_on_over_paragraphs() {
        let text = "“One thing is sure.\n\n“They will talk,” he said.\n\n“Unclosed\n\nNext.";
        let found = spans(text);
        assert_eq!(
            inside(text),
            ["One thing is sure.", "They will talk,", "Unclosed"]
        );
        let goes_on: Vec<bool> = found.iter().map(|span| span.goes_on).collect();
        assert_eq!(goes_on, [false, true, false]);
    }

    proptest! {
        #[test]
        fn any_text_has_spans_in_order(text in "[a-z “”\"‘’«»„\\n.,]{0,80}|\\PC*") {
            let mut end = 0;
            for span in spans(&text) {
                prop_assert!(span.whole.start >= end);
                prop_assert!(span.whole.start <= span.inside.start && span.inside.end <= span.whole.end);
                prop_assert!(!span.inside.of(&text).is_empty());
                end = span.whole.end;
            }
        }
    }
}
