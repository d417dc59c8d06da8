//! A file's name and first bytes in, its format out, with the reason in one line.
//!
//! What the content says plainly (`sep=`, `__label__`, a `{`, a header that has the text column) comes before what the
//! name says, and the name before a count of delimiters. The delimiter of CSV is always read off the content.

use super::format::Format;
use csv::{ByteRecord, ReaderBuilder};
use memchr::memchr;
use std::path::Path;

/// Delimiters that are told apart, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records that are looked at.
const RECORDS: usize = 50;

/// A guessed format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// The format.
    pub format: Format,
    /// Why, in one line: `the header has a column "text"`.
    pub reason: String,
    /// Bytes at the start (a `sep=` line) that belong to no record.
    pub skip: usize,
}

impl Guess {
    /// Guesses from the file's name and the first bytes of its decoded content; `text_column` is the column that a
    /// header must have.
    pub fn new(path: &Path, head: &[u8], text_column: &str) -> Self {
        let guess = |format, reason: &str| Self {
            format,
            reason: reason.to_owned(),
            skip: 0,
        };
        if let Some((delimiter, skip)) = separator_line(head) {
            return Self {
                format: Format::Csv { delimiter },
                reason: "the first line names the delimiter".to_owned(),
                skip,
            };
        }
        let named = Format::from_name(path);
        let text = head.trim_ascii_start();
        if text.starts_with(b"__label__") {
            return guess(Format::FastText, "the first line starts with `__label__`");
        }
        let is_object = text
            .strip_prefix(b"{")
            .is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')));
        if is_object && !matches!(named, Some(Format::Csv { .. })) {
            return guess(Format::Jsonl, "the first line starts with `{`");
        }
        match named {
            Some(Format::Csv { delimiter: b'\t' }) => guess(Format::TSV, "by its name"),
            Some(Format::Csv { .. }) => {
                let (delimiter, reason) = delimiter_of(head, text_column);
                guess(Format::Csv { delimiter }, reason)
            }
            Some(Format::Lines) => match table_delimiter(head, text_column) {
                Some(delimiter) => guess(
                    Format::Csv { delimiter },
                    &format!(
                        "its header has a column `{text_column}`, --format lines reads it otherwise"
                    ),
                ),
                None => guess(Format::Lines, "by its name"),
            },
            Some(format) => guess(format, "by its name"),
            None => match header_delimiter(head, text_column) {
                Some(delimiter) => guess(
                    Format::Csv { delimiter },
                    &format!("its header has a column `{text_column}`"),
                ),
                None => match tabular_delimiter(head) {
                    Some(delimiter) => guess(
                        Format::Csv { delimiter },
                        "all its rows have equally many fields",
                    ),
                    None => guess(
                        Format::Lines,
                        "it has no header, `{` or `__label__` at its start",
                    ),
                },
            },
        }
    }

    /// The same for a format that was given: CSV still needs its delimiter, which `csv` leaves open and `tsv` does not.
    pub fn within(given: Format, head: &[u8], text_column: &str) -> Self {
        let (format, reason, skip) = match given {
            Format::CSV => match separator_line(head) {
                Some((delimiter, skip)) => (
                    Format::Csv { delimiter },
                    "the first line names the delimiter",
                    skip,
                ),
                None => {
                    let (delimiter, reason) = delimiter_of(head, text_column);
                    (Format::Csv { delimiter }, reason, 0)
                }
            },
            other => (other, "as given", 0),
        };
        Self {
            format,
            reason: reason.to_owned(),
            skip,
        }
    }
}

/// The delimiter with which the first line is a header of several columns, one of them `text_column`.
fn table_delimiter(head: &[u8], text_column: &str) -> Option<u8> {
    header_delimiter(head, text_column)
        .filter(|&delimiter| records(head, delimiter).is_some_and(|(header, _)| header.len() > 1))
}

/// The delimiter of a leading `sep=;` line as spreadsheet programs write it, and that line's length.
fn separator_line(head: &[u8]) -> Option<(u8, usize)> {
    let line_end = memchr(b'\n', head)?;
    let line = head[..line_end].trim_ascii_end();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|l| l.strip_suffix(b"\""))
        .unwrap_or(line);
    let named = line
        .strip_prefix(b"sep=")
        .or_else(|| line.strip_prefix(b"SEP="))?;
    match *named {
        // A tab is trimmed away as white space.
        [] if head[..line_end].contains(&b'\t') => Some((b'\t', line_end + 1)),
        [delimiter] if delimiter.is_ascii_punctuation() && delimiter != b'"' => {
            Some((delimiter, line_end + 1))
        }
        _ => None,
    }
}

fn delimiter_of(head: &[u8], text_column: &str) -> (u8, &'static str) {
    if let Some(delimiter) = header_delimiter(head, text_column) {
        return (delimiter, "its header has the text column");
    }
    match tabular_delimiter(head) {
        Some(delimiter) => (delimiter, "all its rows have equally many fields"),
        None => (b',', "by its name"),
    }
}

/// The delimiter with which the header has a field `text_column`; among several the one with most fields.
fn header_delimiter(head: &[u8], text_column: &str) -> Option<u8> {
    let mut best = None;
    let mut most = 0;
    for delimiter in DELIMITERS {
        let widths_and_header = records(head, delimiter);
        let Some((header, _)) = widths_and_header else {
            continue;
        };
        let has_text = header
            .iter()
            .any(|field| field.trim_ascii() == text_column.as_bytes());
        if has_text && header.len() > most {
            most = header.len();
            best = Some(delimiter);
        }
    }
    best
}

/// The delimiter with which all rows have the header's number of fields, more than two or with more than three rows.
fn tabular_delimiter(head: &[u8]) -> Option<u8> {
    let mut best = None;
    let mut most = 1;
    for delimiter in DELIMITERS {
        let Some((header, widths)) = records(head, delimiter) else {
            continue;
        };
        let width = header.len();
        let is_even = widths.iter().all(|w| *w == width);
        if is_even && width > most && (width > 2 || widths.len() > 3) {
            most = width;
            best = Some(delimiter);
        }
    }
    best
}

/// The header and the widths of the records after it; the last one, which may be cut, left out.
fn records(head: &[u8], delimiter: u8) -> Option<(ByteRecord, Vec<usize>)> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(head);
    let mut header = ByteRecord::new();
    if !reader.read_byte_record(&mut header).ok()? {
        return None;
    }
    let mut record = ByteRecord::new();
    let mut widths = Vec::new();
    while widths.len() < RECORDS && reader.read_byte_record(&mut record).ok()? {
        widths.push(record.len());
    }
    let is_whole = head.ends_with(b"\n");
    if widths.len() < RECORDS && !is_whole {
        widths.pop();
    }
    Some((header, widths))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(name: &str, head: &str) -> Format {
        Guess::new(Path::new(name), head.as_bytes(), "text").format
    }

    #[test]
    fn content_and_name_tell_the_format() {
        let semicolon = Format::Csv { delimiter: b';' };
        for (name, head, format) in [
            ("a.csv", "id,text\n1,x\n", Format::CSV),
            ("a.csv", "id;text;n\n1;a, b, c;2\n", semicolon),
            ("a.csv", "id|text\n1|a;b\n", Format::Csv { delimiter: b'|' }),
            ("a.csv", "sep=;\nid;text\n", semicolon),
            ("a.csv", "text\na, b\nc\n", Format::CSV),
            ("a.tsv", "id\ttext, long\n1\tx\n", Format::TSV),
            ("-", "id\ttext\n1\tx\n", Format::TSV),
            ("-", "a,b,c\n1,2,3\n4,5,6\n", Format::CSV),
            ("-", "{\"text\": \"x\"}\n", Format::Jsonl),
            ("-", "__label__a b\n", Format::FastText),
            (
                "-",
                "Hello, world\nWe agree, they said\nNo\n",
                Format::Lines,
            ),
            ("a.txt", "a,b\nc,d\n", Format::Lines),
            ("a.txt", "text\nWe talk.\n", Format::Lines),
            ("a.txt", "id\ttext\n1\tWe talk.\n", Format::TSV),
            ("a.txt", "__label__a b\n", Format::FastText),
            ("a.jsonl.gz", "{}\n", Format::Jsonl),
            ("-", "", Format::Lines),
        ] {
            assert_eq!(guess(name, head), format, "{name} {head:?}");
        }
    }

    #[test]
    fn a_separator_line_is_skipped_and_may_name_a_tab() {
        let head = b"sep=\t\r\nid\ttext\n";
        let found = Guess::within(Format::CSV, head, "text");
        assert_eq!((found.format, found.skip), (Format::TSV, 7));
        assert_eq!(separator_line(b"\"sep=;\"\n"), Some((b';', 8)));
        assert_eq!(separator_line(b"sep=a\n"), None);
    }

    #[test]
    fn a_given_csv_still_finds_its_delimiter() {
        let found = Guess::within(Format::CSV, b"id;text\n1;a\n", "text");
        assert_eq!(found.format, Format::Csv { delimiter: b';' });
        let found = Guess::within(Format::TSV, b"id;text\n", "text");
        assert_eq!(found.format, Format::TSV);
    }
}
