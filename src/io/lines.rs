//! A block of lines in, rows out: every line is a statement, an empty one too.

use super::row::{ByteFacts, Cells, Content, Row, bad_byte};
use super::scan::RecordEnd;
use super::table::Table;

/// Lines and their numbers, without `\n` or `\r\n`.
#[derive(Debug)]
pub(super) struct LineCutter<'b> {
    rest: &'b [u8],
    line: u64,
}

impl<'b> LineCutter<'b> {
    /// The lines of `data`, whose first is number `line`.
    pub(super) fn new(data: &'b [u8], line: u64) -> Self {
        Self { rest: data, line }
    }
}

impl<'b> Iterator for LineCutter<'b> {
    type Item = (u64, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let raw = match memchr::memchr(b'\n', self.rest) {
            Some(end) => {
                let (raw, rest) = self.rest.split_at(end);
                self.rest = &rest[1..];
                raw
            }
            None => std::mem::take(&mut self.rest),
        };
        let line = self.line;
        self.line += 1;
        Some((line, raw.strip_suffix(b"\r").unwrap_or(raw)))
    }
}

/// The rows of a block of plain lines.
pub(super) struct LineRows<'b> {
    table: &'b Table,
    lines: LineCutter<'b>,
    facts: ByteFacts,
}

impl<'b> LineRows<'b> {
    pub(super) fn new(table: &'b Table, data: &'b [u8], line: u64) -> Self {
        Self {
            table,
            lines: LineCutter::new(data, line),
            facts: ByteFacts::of(data),
        }
    }

    pub(super) fn next_row(&mut self) -> Option<Row<'_>> {
        let (line, raw) = self.lines.next()?;
        let table = self.table;
        let bad = bad_byte(raw, self.facts, RecordEnd::LineFeed, &table.file, line);
        let content = match bad {
            Some(bad) => Err(bad),
            None => Ok(Content {
                text: std::str::from_utf8(raw).unwrap_or_default(),
                label: table.names.label.as_ref().map(|_| ""),
                weight: 1.0,
                others: &[],
            }),
        };
        Some(Row {
            line,
            content,
            raw,
            cells: Cells::Line,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::io::row::testing::told;
    use crate::io::{Columns, Format};

    #[test]
    fn every_line_is_a_row() {
        assert_eq!(
            told(
                Format::Lines,
                b"a, \"b\r\n\n \nc\xFF\nd",
                &Columns::default()
            ),
            [
                "1: a, \"b",
                "2: ",
                "3:  ",
                "t, line 4: byte 2 of the line (0xFF) is not UTF-8; give the file's encoding, perhaps `--encoding windows-1252`",
                "5: d"
            ]
        );
    }
}
