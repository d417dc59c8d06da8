//! Rows and their predictions in, bytes of the output format out.
//!
//! Where CSV becomes CSV and JSON becomes JSON, the row's own bytes are kept and only what is new is added: no column,
//! quote, key order or spelling of a number changes. Other ways go through the fields. A row that could not be scored
//! keeps its place, its fields as far as they can be kept, and an empty prediction.

use super::failed::{failed_fields, failed_json};
use super::fasttext::LABEL_PREFIX;
use super::format::Format;
use super::json_text::Member;
use super::output::{Output, csv_record, push_json_string};
use super::row::{Cells, Row};
use super::row_error::{RowError, RowProblem};
use super::table::Table;
use crate::prediction::{Prediction, UNITS};
use csv::WriterBuilder;

/// What is written beside a row.
#[derive(Debug, Clone, Copy)]
pub struct Scored<'a> {
    /// Label and probabilities, over the labels the [`Output`] was made with.
    pub prediction: &'a Prediction,
    /// For the column `uncertain`, if there is one.
    pub uncertain: bool,
    /// For the column `unknown_words`, if there is one: the share of unknown words in thousandths, none without words.
    pub unknown_words: Option<u32>,
    /// For the column `needs_check`, if there is one.
    pub needs_check: &'a str,
    /// For the column `reasons`, if there is one.
    pub reasons: &'a str,
}

/// Writes the rows of one block. What a row has of its own is held back by [`keep`](Self::keep) until
/// [`scored`](Self::scored) adds its prediction, so that many rows may be scored side by side.
pub struct BlockWriter<'w> {
    output: &'w Output,
    table: &'w Table,
    out: &'w mut Vec<u8>,
    kept: Kept,
    /// Where each row held back ends in `kept`; those before `next` are written.
    ends: Vec<usize>,
    next: usize,
    start: usize,
    scratch: String,
}

/// What rows have of their own, one after the other.
enum Kept {
    /// Bytes put together here.
    Bytes(Vec<u8>),
    /// Records that the `csv` crate writes field by field, with line ends.
    Records(Box<csv::Writer<Vec<u8>>>),
}

impl Kept {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Records(writer) => writer.get_ref(),
        }
    }
}

impl<'w> BlockWriter<'w> {
    /// Appends to `out` the rows of a block of `table`.
    pub fn new(output: &'w Output, table: &'w Table, out: &'w mut Vec<u8>) -> Self {
        let kept = match output.format {
            Format::Csv { delimiter } if table.format != output.format => {
                let mut builder = WriterBuilder::new();
                builder.delimiter(delimiter).flexible(true);
                Kept::Records(Box::new(builder.from_writer(Vec::new())))
            }
            _ => Kept::Bytes(Vec::new()),
        };
        Self {
            output,
            table,
            out,
            kept,
            ends: Vec::new(),
            next: 0,
            start: 0,
            scratch: String::new(),
        }
    }

    /// Holds a good row back until its prediction is known.
    ///
    /// # Errors
    /// If the row does not fit the output: nothing is kept then, and [`failed`](Self::failed) may follow when the rows
    /// before it are written.
    pub fn keep(&mut self, row: &Row<'_>) -> Result<(), RowError> {
        let output = self.output;
        if let Cells::Object(members) = row.cells {
            self.fits(members)
                .map_err(|problem| self.table.fault(row.line, problem))?;
        }
        let scratch = &mut self.scratch;
        match (&mut self.kept, output.format) {
            (Kept::Records(writer), _) => {
                each_field(row, output, scratch, |field| {
                    writer.write_field(field).expect("memory takes all");
                });
                let none: Option<&[u8]> = None;
                writer.write_record(none).expect("memory takes all");
                writer.flush().expect("memory takes all");
            }
            (Kept::Bytes(kept), Format::Csv { .. }) => kept.extend_from_slice(row.raw),
            (Kept::Bytes(kept), Format::Jsonl) => {
                if matches!(row.cells, Cells::Object(_)) {
                    open_object(kept, row.raw);
                } else {
                    let mut column = 0;
                    each_field(row, output, scratch, |field| {
                        kept.extend_from_slice(&output.json_columns[column]);
                        column += 1;
                        push_json_string(kept, &String::from_utf8_lossy(field));
                    });
                }
            }
            (Kept::Bytes(_), Format::Lines) => {}
            (Kept::Bytes(kept), Format::FastText) => {
                push_one_line(
                    kept,
                    row.content.as_ref().map_or("", |content| content.text),
                );
            }
        }
        self.ends.push(self.kept.bytes().len());
        Ok(())
    }

    /// Writes the first row that is held back, with its prediction.
    ///
    /// # Panics
    /// If none is.
    pub fn scored(&mut self, scored: &Scored<'_>) {
        let (output, out) = (self.output, &mut *self.out);
        let end = self.ends[self.next];
        let own = &self.kept.bytes()[self.start..end];
        match output.format {
            Format::Csv { delimiter } => {
                let own = match self.kept {
                    Kept::Bytes(_) => own,
                    // A record of one empty field has quotes, which it does not need beside others.
                    Kept::Records(_) => match own {
                        b"\"\"\n" => b"",
                        [own @ .., _] => own,
                        [] => own,
                    },
                };
                out.extend_from_slice(own);
                scored_csv(out, scored, output, delimiter);
            }
            Format::Jsonl => {
                out.extend_from_slice(own);
                scored_json(out, scored, output);
            }
            Format::Lines => {
                push_one_line(out, &output.labels[scored.prediction.label().index()]);
                out.push(b'\n');
            }
            Format::FastText => {
                let label = &output.labels[scored.prediction.label().index()];
                out.extend_from_slice(LABEL_PREFIX.as_bytes());
                out.extend(
                    label
                        .bytes()
                        .map(|b| if b.is_ascii_whitespace() { b'_' } else { b }),
                );
                out.push(b' ');
                out.extend_from_slice(own);
                out.push(b'\n');
            }
        }
        (self.start, self.next) = (end, self.next + 1);
        if let Kept::Bytes(kept) = &mut self.kept
            && self.next == self.ends.len()
        {
            kept.clear();
            self.ends.clear();
            (self.start, self.next) = (0, 0);
        }
    }

    /// Writes a row that could not be scored, with the reason for the column `error`.
    ///
    /// # Panics
    /// If rows before it are still held back.
    pub fn failed(&mut self, row: &Row<'_>, error: &RowError) {
        assert_eq!(self.next, self.ends.len(), "rows are written in order");
        let (output, out) = (self.output, &mut *self.out);
        match output.format {
            Format::Csv { delimiter } => {
                let fields = failed_fields(row, error, self.table, output);
                let fields: Vec<&[u8]> = fields.iter().map(|field| field.as_bytes()).collect();
                out.extend(csv_record(delimiter, &fields));
            }
            Format::Jsonl => failed_json(out, row, error, self.table, output),
            Format::Lines => out.push(b'\n'),
            Format::FastText => {
                let text = match row.cells {
                    Cells::Record(record) => record.get(self.table.text).unwrap_or_default(),
                    Cells::Labelled { text, .. } => text,
                    Cells::Object(_) | Cells::Line => row.raw,
                };
                push_one_line(out, &String::from_utf8_lossy(text));
                out.push(b'\n');
            }
        }
    }

    /// Whether the keys of a row have their place in the output.
    fn fits(&self, members: &[Member<'_>]) -> Result<(), RowProblem> {
        let named = |name: &String| members.iter().any(|member| member.has_key(name));
        match self.output.format {
            Format::Jsonl => match self.output.added.iter().find(|name| named(name)) {
                Some(name) => Err(RowProblem::NameTaken { name: name.clone() }),
                None => Ok(()),
            },
            Format::Csv { .. } => match members.iter().find(|m| !self.output.has_column(m)) {
                Some(member) => Err(RowProblem::NewKey {
                    name: member.key_text().into_owned(),
                }),
                None => Ok(()),
            },
            Format::Lines | Format::FastText => Ok(()),
        }
    }
}

impl Output {
    pub(super) fn has_column(&self, member: &Member<'_>) -> bool {
        self.columns.iter().any(|column| member.has_key(column))
    }
}

/// Hands the row's own fields to `take`, one for each column of the output.
pub(super) fn each_field(
    row: &Row<'_>,
    output: &Output,
    scratch: &mut String,
    mut take: impl FnMut(&[u8]),
) {
    match row.cells {
        Cells::Record(record) => record.iter().for_each(take),
        Cells::Object(members) => {
            for column in &output.columns {
                match members.iter().rfind(|member| member.has_key(column)) {
                    None => take(b""),
                    Some(member) => match (member.text(scratch), member.kind()) {
                        (Some(text), _) => take(text.unwrap_or(member.raw()).as_bytes()),
                        (None, "null") => take(b""),
                        (None, _) => take(member.raw().as_bytes()),
                    },
                }
            }
        }
        Cells::Line => take(row.raw),
        Cells::Labelled { label, text } => {
            take(label);
            take(text);
        }
    }
}

fn scored_csv(out: &mut Vec<u8>, scored: &Scored<'_>, output: &Output, delimiter: u8) {
    let prediction = scored.prediction;
    out.push(delimiter);
    out.extend_from_slice(&output.csv_labels[prediction.label().index()]);
    for &millionths in prediction.millionths() {
        out.push(delimiter);
        out.extend_from_slice(&decimal(millionths));
    }
    if output.options.uncertain {
        out.push(delimiter);
        out.extend_from_slice(truth(scored.uncertain));
    }
    if output.options.unknown_words {
        out.push(delimiter);
        push_thousandths(out, scored.unknown_words, b"");
    }
    let told = [
        (output.options.needs_check, scored.needs_check),
        (output.options.reasons, scored.reasons),
    ];
    for (_, text) in told.into_iter().filter(|(is_on, _)| *is_on) {
        out.push(delimiter);
        if !text.is_empty() {
            out.extend(csv_record(delimiter, &[text]));
            out.pop();
        }
    }
    if let Some(digest) = &output.options.model_digest {
        out.push(delimiter);
        out.extend_from_slice(digest.as_bytes());
    }
    if output.options.error {
        out.push(delimiter);
    }
    out.push(b'\n');
}

/// Behind `out`'s open object: the added members and the end of the line.
fn scored_json(out: &mut Vec<u8>, scored: &Scored<'_>, output: &Output) {
    let prediction = scored.prediction;
    let mut keys = output.json_keys.iter();
    let mut key = |out: &mut Vec<u8>| out.extend_from_slice(keys.next().map_or(b"", |k| k));
    let start = out.len();
    key(out);
    out.extend_from_slice(&output.json_labels[prediction.label().index()]);
    for &millionths in prediction.millionths() {
        key(out);
        out.extend_from_slice(&decimal(millionths));
    }
    if output.options.uncertain {
        key(out);
        out.extend_from_slice(truth(scored.uncertain));
    }
    if output.options.unknown_words {
        key(out);
        push_thousandths(out, scored.unknown_words, b"null");
    }
    if output.options.needs_check {
        key(out);
        push_json_string(out, scored.needs_check);
    }
    if output.options.reasons {
        key(out);
        push_json_string(out, scored.reasons);
    }
    if let Some(digest) = &output.options.model_digest {
        key(out);
        push_json_string(out, digest);
    }
    if output.options.error {
        key(out);
        out.extend_from_slice(b"null");
    }
    out.extend_from_slice(b"}\n");
    drop_comma(out, start);
}

/// The object in `raw` without its closing brace.
pub(super) fn open_object(out: &mut Vec<u8>, raw: &[u8]) {
    let object = raw.trim_ascii();
    let open = object.strip_suffix(b"}").unwrap_or(object);
    out.extend_from_slice(open.trim_ascii_end());
}

/// Takes away the comma at `start` if the object was empty before.
pub(super) fn drop_comma(out: &mut Vec<u8>, start: usize) {
    if start > 0 && out[start - 1] == b'{' {
        out.remove(start);
    }
}

/// `text` with spaces for line ends.
fn push_one_line(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    out.extend_from_slice(text.as_bytes());
    for byte in &mut out[start..] {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

fn truth(value: bool) -> &'static [u8] {
    if value { b"true" } else { b"false" }
}

/// Thousandths as `0.125`, or `none`.
fn push_thousandths(out: &mut Vec<u8>, thousandths: Option<u32>, none: &[u8]) {
    match thousandths {
        // Six digits, of which the last three are 0.
        Some(share) => out.extend_from_slice(&decimal(share * (UNITS / 1000))[..5]),
        None => out.extend_from_slice(none),
    }
}

/// Millionths as `0.912345`.
fn decimal(millionths: u32) -> [u8; 8] {
    let mut text = *b"0.000000";
    text[0] += (millionths / UNITS) as u8;
    let mut rest = millionths % UNITS;
    for digit in text[2..].iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    text
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
