//! Where records end: a scanner over a growing buffer that starts at a record's start.
//!
//! For CSV it follows csv-core's reading rules: a quote opens a quoted field only as the field's first byte, `""` is a
//! quote inside it, text after a closing quote goes on unquoted, and `\n`, `\r` and `\r\n` end a record outside
//! quotes. Where text goes on after a closing quote (white space aside), an earlier quote was likely never closed and rows
//! would be merged: the scanner remembers the first such place, for the caller to refuse. It leaps from quote to quote with memchr, so text costs little.

use memchr::{memchr, memchr_iter, memrchr, memrchr2};

/// What ends a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordEnd {
    /// A line feed, always.
    LineFeed,
    /// A line end outside quotes.
    Csv { delimiter: u8 },
}

impl RecordEnd {
    /// How many lines end in `bytes`: at `\n` and, for CSV, also at a `\r` that no `\n` follows.
    pub(super) fn line_ends(self, bytes: &[u8]) -> u64 {
        let line_feeds = memchr_iter(b'\n', bytes).count();
        let lone = match self {
            Self::LineFeed => 0,
            Self::Csv { .. } => memchr_iter(b'\r', bytes)
                .filter(|i| bytes.get(i + 1) != Some(&b'\n'))
                .count(),
        };
        (line_feeds + lone) as u64
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unquoted,
    Quoted,
    /// Behind a quote inside a quoted field: closing, or the first of two.
    AfterQuote,
}

/// Finds the last record end in a buffer; goes on where it stopped when the buffer has grown.
#[derive(Debug)]
pub(super) struct RecordScanner {
    rule: RecordEnd,
    state: State,
    at: usize,
    last_end: usize,
    opened: usize,
    stray: Option<usize>,
}

impl RecordScanner {
    pub(super) fn new(rule: RecordEnd) -> Self {
        Self {
            rule,
            state: State::Unquoted,
            at: 0,
            last_end: 0,
            opened: 0,
            stray: None,
        }
    }

    /// One past the last record end seen; 0 if none was.
    pub(super) fn last_end(&self) -> usize {
        self.last_end
    }

    /// Where a quote opened that is not closed yet.
    pub(super) fn open_quote(&self) -> Option<usize> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    /// Where the first quoted field opened behind whose closing quote text goes on.
    pub(super) fn stray_text(&self) -> Option<usize> {
        self.stray
    }

    /// Scans `data`, which begins with all bytes scanned before; `is_all` when nothing follows.
    pub(super) fn scan(&mut self, data: &[u8], is_all: bool) {
        match self.rule {
            RecordEnd::LineFeed => {
                if let Some(i) = memrchr(b'\n', &data[self.at..]) {
                    self.last_end = self.at + i + 1;
                }
                self.at = data.len();
            }
            RecordEnd::Csv { delimiter } => self.scan_csv(data, is_all, delimiter),
        }
    }

    fn scan_csv(&mut self, data: &[u8], is_all: bool, delimiter: u8) {
        // A carriage return waits for the next byte, so that CRLF is never cut in two.
        let waits = !is_all && data.last() == Some(&b'\r');
        let end = data.len() - usize::from(waits);
        while self.at < end {
            let rest = &data[self.at..end];
            match self.state {
                State::Unquoted => {
                    let quote = memchr(b'"', rest);
                    let plain = &rest[..quote.unwrap_or(rest.len())];
                    if let Some(i) = memrchr2(b'\n', b'\r', plain) {
                        self.last_end = self.at + i + 1;
                    }
                    self.at += plain.len();
                    if quote.is_some() {
                        let opens = self.at == 0
                            || matches!(data[self.at - 1], b'\n' | b'\r')
                            || data[self.at - 1] == delimiter;
                        if opens {
                            self.state = State::Quoted;
                            self.opened = self.at;
                        }
                        self.at += 1;
                    }
                }
                State::Quoted => match memchr(b'"', rest) {
                    Some(i) => {
                        self.at += i + 1;
                        self.state = State::AfterQuote;
                    }
                    None => self.at = end,
                },
                State::AfterQuote => {
                    if rest[0] == b'"' {
                        self.at += 1;
                        self.state = State::Quoted;
                    } else {
                        self.state = State::Unquoted;
                        let ends_field = |b: &u8| matches!(b, b'\n' | b'\r') || *b == delimiter;
                        let next = rest
                            .iter()
                            .find(|b| !matches!(b, b' ' | b'\t') || ends_field(b));
                        if next.is_some_and(|b| !ends_field(b)) {
                            self.stray.get_or_insert(self.opened);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_end(text: &str) -> usize {
        let mut scanner = RecordScanner::new(RecordEnd::Csv { delimiter: b',' });
        // Byte by byte, as the hardest way to grow.
        for n in 0..=text.len() {
            scanner.scan(&text.as_bytes()[..n], n == text.len());
        }
        scanner.last_end()
    }

    #[test]
    fn quotes_open_only_at_the_start_of_a_field() {
        assert_eq!(last_end("a,b\nc"), 4);
        assert_eq!(last_end("a,\"b\nc\"\nd"), 8);
        assert_eq!(last_end("a,x\"b\nc"), 6);
        assert_eq!(last_end("\"a\"\"\nb\"\nc"), 8);
        assert_eq!(last_end("\"a\"x\"\nb"), 6);
        assert_eq!(last_end("a\r\nb\rc"), 5);
        assert_eq!(last_end("a\r\n"), 3);
    }

    #[test]
    fn an_open_quote_is_located() {
        let mut scanner = RecordScanner::new(RecordEnd::Csv { delimiter: b';' });
        scanner.scan(b"a;b\nc;\"d\n", true);
        assert_eq!(scanner.open_quote(), Some(6));
        assert_eq!(scanner.last_end(), 4);
    }

    #[test]
    fn text_behind_a_closing_quote_is_located() {
        let stray = |text: &str| {
            let mut scanner = RecordScanner::new(RecordEnd::Csv { delimiter: b',' });
            scanner.scan(text.as_bytes(), true);
            scanner.stray_text()
        };
        assert_eq!(stray("a,\"b,c\nd,\"e f\",g\n"), Some(2));
        assert_eq!(stray("\"They\" talk\n"), Some(0));
        for fine in [
            "\"a\"\"b\",c\n",
            "\"a\" ,b\n",
            "\"a\"\t\n",
            "a\"b\"c\n",
            "\"a\"",
            "\"a\" ",
        ] {
            assert_eq!(stray(fine), None, "{fine:?}");
        }
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let csv = RecordEnd::Csv { delimiter: b',' };
        assert_eq!(csv.line_ends(b"a\nb\r\nc\rd"), 3);
        assert_eq!(csv.line_ends(b"\r\r\n\n"), 3);
        assert_eq!(RecordEnd::LineFeed.line_ends(b"a\nb\r\nc\rd"), 2);
    }
}
