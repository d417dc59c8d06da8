//! A block of CSV records in, rows out: fields by the `csv` crate, faults by line.

use super::row::{ByteFacts, Cells, Content, Row, bad_byte, weight};
use super::row_error::{RowError, RowProblem};
use super::scan::RecordEnd;
use super::table::Table;
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::io::{Chain, Read};

/// The rows of a CSV block.
pub(super) struct CsvRows<'b> {
    table: &'b Table,
    data: &'b [u8],
    /// Reads a blank line first, which it skips: otherwise it would take a byte order mark off the block's start.
    reader: Reader<Chain<&'b [u8], &'b [u8]>>,
    record: ByteRecord,
    /// Values of the further columns of the present row.
    others: Vec<String>,
    facts: ByteFacts,
    rule: RecordEnd,
    /// Where the next record, or a blank line before it, starts.
    at: usize,
    /// Lines are counted up to here.
    counted: usize,
    line: u64,
}

impl<'b> CsvRows<'b> {
    pub(super) fn new(table: &'b Table, data: &'b [u8], line: u64, delimiter: u8) -> Self {
        Self {
            table,
            data,
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(delimiter)
                .buffer_capacity(64 << 10)
                .from_reader((&b"\n"[..]).chain(data)),
            record: ByteRecord::new(),
            others: vec![String::new(); table.others.len()],
            facts: ByteFacts::of(data),
            rule: RecordEnd::Csv { delimiter },
            at: 0,
            counted: 0,
            line,
        }
    }

    pub(super) fn next_row(&mut self) -> Option<Row<'_>> {
        // Reading from memory cannot fail, and records of any length are welcome.
        if !matches!(self.reader.read_byte_record(&mut self.record), Ok(true)) {
            return None;
        }
        let blank = self.data[self.at..]
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let start = self.at + blank;
        self.at = self.reader.position().byte() as usize - 1;
        let raw = &self.data[start..self.at];
        let raw = match raw {
            [inner @ .., b'\r' | b'\n'] => inner,
            _ => raw,
        };
        self.line += self.rule.line_ends(&self.data[self.counted..start]);
        self.counted = start;
        self.keep_others();
        Some(Row {
            line: self.line,
            content: self.content(raw),
            raw,
            cells: Cells::Record(&self.record),
        })
    }

    fn content(&self, raw: &[u8]) -> Result<Content<'_>, RowError> {
        let table = self.table;
        if let Some(bad) = bad_byte(raw, self.facts, self.rule, &table.file, self.line) {
            return Err(bad);
        }
        let expected = table.columns.len();
        let found = self.record.len();
        if found != expected {
            return Err(table.fault(self.line, RowProblem::Ragged { found, expected }));
        }
        Ok(Content {
            text: self.field(table.text),
            label: table.label.map(|column| self.field(column).trim()),
            weight: match table.weight {
                Some(column) => weight(self.field(column), table)
                    .map_err(|problem| table.fault(self.line, problem))?,
                None => 1.0,
            },
            others: &self.others,
        })
    }

    fn keep_others(&mut self) {
        for (other, kept) in self.table.others.iter().zip(&mut self.others) {
            let field = self.record.get(other.position).unwrap_or_default();
            kept.clear();
            kept.push_str(std::str::from_utf8(field).unwrap_or_default().trim());
        }
    }

    /// A field of a record known to be UTF-8: a piece between ASCII bytes is UTF-8 as well.
    fn field(&self, column: usize) -> &str {
        std::str::from_utf8(&self.record[column]).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::io::row::testing::{labelled, told};
    use crate::io::{Columns, Format};

    #[test]
    fn quotes_line_ends_and_blank_lines_are_read_as_csv() {
        let data = b"id,text\r\n1,\"two\r\nlines, \"\"q\"\"\"\r\n\r\n2,plain\r3,\"a\"b\n4,last";
        assert_eq!(
            told(Format::CSV, data, &Columns::default()),
            ["2: two\r\nlines, \"q\"", "5: plain", "6: ab", "7: last"]
        );
    }

    #[test]
    fn labels_and_weights_are_read_and_bad_weights_named() {
        let names = Columns {
            weight: Some("w".into()),
            ..labelled()
        };
        let data = b"text,label,w\na, x ,2\nb,y,0\nc,,0.5\nd,z,many\n";
        assert_eq!(
            told(Format::CSV, data, &names),
            [
                "2: x*2: a",
                "t, line 3: weight `0` in `w` is not a positive number; correct it or remove the row",
                "4: *0.5: c",
                "t, line 5: weight `many` in `w` is not a positive number; correct it or remove the row",
            ]
        );
    }

    #[test]
    fn bad_rows_keep_their_place_and_line() {
        let data = b"id,text\n1,a,b\n2\n3,\"x\ny\xE9z\"\n4,a\0b\n5,ok\n";
        let told = told(Format::CSV, data, &Columns::default());
        assert_eq!(told.len(), 5);
        assert!(told[0].starts_with("t, line 2: 3 fields found, 2 expected;"));
        assert!(told[1].starts_with("t, line 3: 1 field found, 2 expected;"));
        assert!(told[2].starts_with("t, line 5: byte 2 of the line (0xE9) is not UTF-8;"));
        assert!(told[2].ends_with("perhaps `--encoding windows-1252`"));
        assert!(told[3].starts_with("t, line 6: byte 4 of the line is NUL;"));
        assert_eq!(told[4], "7: ok");
    }

    #[test]
    fn utf_16_read_as_utf_8_is_recognised() {
        let data: Vec<u8> = "1,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let data = [&b"a,text\n"[..], &data].concat();
        let told = told(Format::CSV, &data, &Columns::default());
        assert!(told[0].contains("--encoding utf-16le"), "{}", told[0]);
    }
}
