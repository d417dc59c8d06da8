//! A block in, its rows out one after the other: the statement, or what is wrong with the row.
//!
//! A row lends from its block and from the parser's buffers, so reading allocates nothing per row. Every row of the
//! file is seen, good or bad, in order: one row in, one row out.

use super::blocks::Block;
use super::csv::CsvRows;
use super::decode::{likely_encoding, likely_utf_16};
use super::fasttext::FastTextRows;
use super::format::Format;
use super::json_text::Member;
use super::jsonl::JsonlRows;
use super::lines::LineRows;
use super::row_error::{RowError, RowProblem};
use super::scan::RecordEnd;
use super::table::Table;
use csv::ByteRecord;
use std::sync::Arc;

/// What a good row says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Content<'a> {
    /// The statement.
    pub text: &'a str,
    /// Its label, trimmed, empty if there is none; `None` where labels are not read.
    pub label: Option<&'a str>,
    /// Its weight, positive and finite; 1 where weights are not read.
    pub weight: f32,
    /// Its values of the further columns, trimmed, empty where the row does not say.
    pub others: &'a [String],
}

/// One row of a block.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// The line on which it starts, from 1.
    pub line: u64,
    /// What it says, or what is wrong with it.
    pub content: Result<Content<'a>, RowError>,
    /// Its bytes, without line end.
    pub(super) raw: &'a [u8],
    pub(super) cells: Cells<'a>,
}

/// The row's parts, for writing it out again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cells<'a> {
    Record(&'a ByteRecord),
    Object(&'a [Member<'a>]),
    /// A line as it stands, or a line of JSON that is none.
    Line,
    Labelled {
        label: &'a [u8],
        text: &'a [u8],
    },
}

/// The rows of one block. Not an [`Iterator`], because each row lends from the parser.
pub struct Rows<'b>(Kind<'b>);

enum Kind<'b> {
    Csv(CsvRows<'b>),
    Jsonl(JsonlRows<'b>),
    Lines(LineRows<'b>),
    FastText(FastTextRows<'b>),
}

impl<'b> Rows<'b> {
    /// Starts at the block's first row.
    pub fn new(block: &'b Block) -> Self {
        let (table, data, line) = (&*block.table, block.bytes(), block.first_line);
        Self(match table.format {
            Format::Csv { delimiter } => Kind::Csv(CsvRows::new(table, data, line, delimiter)),
            Format::Jsonl => Kind::Jsonl(JsonlRows::new(table, data, line)),
            Format::Lines => Kind::Lines(LineRows::new(table, data, line)),
            Format::FastText => Kind::FastText(FastTextRows::new(table, data, line)),
        })
    }

    /// The next row, or `None` behind the last.
    pub fn next_row(&mut self) -> Option<Row<'_>> {
        match &mut self.0 {
            Kind::Csv(rows) => rows.next_row(),
            Kind::Jsonl(rows) => rows.next_row(),
            Kind::Lines(rows) => rows.next_row(),
            Kind::FastText(rows) => rows.next_row(),
        }
    }
}

/// What is known of all bytes of a block, so that most rows need no check of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByteFacts {
    is_utf8: bool,
    has_nul: bool,
}

impl ByteFacts {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self {
            is_utf8: std::str::from_utf8(bytes).is_ok(),
            has_nul: memchr::memchr(0, bytes).is_some(),
        }
    }
}

/// The first byte of the row `raw`, which starts on `line`, that no UTF-8 text has.
#[inline]
pub(super) fn bad_byte(
    raw: &[u8],
    facts: ByteFacts,
    rule: RecordEnd,
    file: &Arc<str>,
    line: u64,
) -> Option<RowError> {
    if facts.is_utf8 && !facts.has_nul {
        return None;
    }
    find_bad_byte(raw, rule, file, line)
}

#[cold]
fn find_bad_byte(raw: &[u8], rule: RecordEnd, file: &Arc<str>, line: u64) -> Option<RowError> {
    /// Enough to tell one encoding from another.
    const SAMPLE: usize = 4096;
    let sample = &raw[..raw.len().min(SAMPLE)];
    let broken = std::str::from_utf8(raw).err().map(|e| e.valid_up_to());
    let nul = memchr::memchr(0, raw);
    let (position, is_nul) = match (broken, nul) {
        (Some(broken), Some(nul)) => (broken.min(nul), nul < broken),
        (Some(broken), None) => (broken, false),
        (None, Some(nul)) => (nul, true),
        (None, None) => return None,
    };
    let before = &raw[..position];
    let line_start = match rule {
        RecordEnd::LineFeed => 0,
        RecordEnd::Csv { .. } => memchr::memrchr2(b'\n', b'\r', before).map_or(0, |i| i + 1),
    };
    let byte = position - line_start + 1;
    let problem = if is_nul {
        RowProblem::Nul {
            byte,
            likely: likely_utf_16(sample).unwrap_or(""),
        }
    } else {
        RowProblem::NotUtf8 {
            byte,
            value: raw[position],
            likely: likely_encoding(sample),
        }
    };
    Some(RowError {
        file: Arc::clone(file),
        line: line + rule.line_ends(before),
        problem,
    })
}

/// The weight in `value`, which stands in the column for weights.
pub(super) fn weight(value: &str, table: &Table) -> Result<f32, RowProblem> {
    match value.trim().parse::<f32>() {
        Ok(weight) if weight > 0.0 && weight.is_finite() => Ok(weight),
        _ => Err(RowProblem::BadWeight {
            name: table.names.weight.clone().unwrap_or_default(),
            value: value.to_owned(),
        }),
    }
}

impl Table {
    pub(super) fn fault(&self, line: u64, problem: RowProblem) -> RowError {
        RowError {
            file: Arc::clone(&self.file),
            line,
            problem,
        }
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::io::table::{Columns, record_end};

    /// All rows of `data` as one block, each told as text.
    pub(in crate::io) fn told(format: Format, data: &[u8], names: &Columns) -> Vec<String> {
        let block = block(format, data, names);
        let mut rows = Rows::new(&block);
        let mut told = Vec::new();
        while let Some(row) = rows.next_row() {
            told.push(match &row.content {
                Ok(content) => match content.label {
                    Some(label) => {
                        format!("{}: {label}*{}: {}", row.line, content.weight, content.text)
                    }
                    None => format!("{}: {}", row.line, content.text),
                },
                Err(error) => error.to_string(),
            });
        }
        told
    }

    pub(in crate::io) fn block(format: Format, data: &[u8], names: &Columns) -> Block {
        let (table, start) = Table::new(&"t".into(), format, data, 1, names).unwrap();
        Block {
            number: 0,
            first_line: 1 + record_end(format).line_ends(&data[..start]),
            start,
            data: data.to_vec(),
            table: Arc::new(table),
        }
    }

    pub(in crate::io) fn labelled() -> Columns {
        Columns {
            label: Some("label".into()),
            ..Columns::default()
        }
    }
}
