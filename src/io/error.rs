//! What can go wrong between a file and its rows: which file, which line, and what to do next.

use super::row_error::RowError;
use crate::label::LabelSetError;
use std::sync::Arc;

/// A fault that ends reading or writing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be opened.
    #[error("cannot open {file}: {source}; check the name and that you may read it")]
    Open {
        /// The file as it was named.
        file: Arc<str>,
        /// What the system said.
        source: std::io::Error,
    },
    /// Reading stopped half-way.
    #[error("cannot read {file}: {source}; check the disk or connection and run again")]
    Read {
        /// The file as it was named.
        file: Arc<str>,
        /// What the system said.
        source: std::io::Error,
    },
    /// A compressed file is cut short or damaged.
    #[error(
        "cannot unpack {file} ({compression}): {source}; the file is cut short or damaged, fetch it again"
    )]
    Corrupt {
        /// The file as it was named.
        file: Arc<str>,
        /// `gzip` or `zstd`.
        compression: &'static str,
        /// What the unpacker said.
        source: std::io::Error,
    },
    /// The first bytes are those of another kind of file.
    #[error("{file} is {what}, not text; {remedy}")]
    NotText {
        /// The file as it was named.
        file: Arc<str>,
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// An encoding label that the WHATWG Encoding Standard does not know.
    #[error(
        "unknown encoding `{label}`; use a name such as utf-8, utf-16le, windows-1252, windows-1251, windows-1256, gb18030 or shift_jis"
    )]
    UnknownEncoding {
        /// The label given.
        label: String,
    },
    /// Bytes that do not exist in the encoding given.
    #[error(
        "{file}, line {line}: byte {offset} of the file is not valid {encoding}; give the file's true encoding with `--encoding`"
    )]
    Malformed {
        /// The file as it was named.
        file: Arc<str>,
        /// Line, from 1.
        line: u64,
        /// Offset of the first bad byte in the (unpacked) file, from 0.
        offset: u64,
        /// The encoding that was tried.
        encoding: &'static str,
    },
    /// A file without any record.
    #[error("{file} is empty; give a file with a header line and rows, or rows alone for `lines`")]
    Empty {
        /// The file as it was named.
        file: Arc<str>,
    },
    /// Files that give no row at all where rows are needed.
    #[error("{file} has no rows to learn from or judge by; give a file with rows below its header")]
    NoRows {
        /// The file or files as they were named.
        file: String,
    },
    /// A column that was asked for is not there.
    #[error(
        "{file}, line {line}: no column `{name}`{}; the columns are {}; {remedy}",
        closest.as_ref().map(|c| format!(", did you mean `{c}`?")).unwrap_or_default(),
        quoted(columns)
    )]
    NoSuchColumn {
        /// The file as it was named.
        file: Arc<str>,
        /// The header's line.
        line: u64,
        /// The column asked for.
        name: String,
        /// The columns there are.
        columns: Vec<String>,
        /// The most similar of them.
        closest: Option<String>,
        /// What to do.
        remedy: &'static str,
    },
    /// A needed column name stands twice in the header.
    #[error(
        "{file}, line {line}: column `{name}` occurs {count} times; rename all but one of them"
    )]
    DuplicateColumn {
        /// The file as it was named.
        file: Arc<str>,
        /// The header's line.
        line: u64,
        /// The name.
        name: String,
        /// How often it occurs.
        count: usize,
    },
    /// Several files, and their headers differ.
    #[error(
        "{file} has other columns ({}) than {first_file} ({}); give files with equal headers, or one at a time",
        quoted(columns),
        quoted(first_columns)
    )]
    HeadersDiffer {
        /// The first file.
        first_file: Arc<str>,
        /// Its columns.
        first_columns: Vec<String>,
        /// The file that differs.
        file: Arc<str>,
        /// Its columns.
        columns: Vec<String>,
    },
    /// Several files of different formats where one output is to be written.
    #[error(
        "{file} is read as {format}, {first_file} as {first_format}; give files of one format, or one at a time"
    )]
    MixedFormats {
        /// The first file.
        first_file: Arc<str>,
        /// Its format.
        first_format: &'static str,
        /// The file that differs.
        file: Arc<str>,
        /// Its format.
        format: &'static str,
    },
    /// A quote that was still open when the file ended.
    #[error(
        "{file}, line {line}: the quote opened here is never closed; close it, or double it (\"\") if it belongs to the text"
    )]
    OpenQuote {
        /// The file as it was named.
        file: Arc<str>,
        /// The line on which it opened.
        line: u64,
    },
    /// Text behind the closing quote of a field.
    #[error(
        "{file}, line {line}: text goes on behind the closing quote of the field that opens here; perhaps its quote was \
         never closed and later rows were taken in; close it, or double each quote (\"\") that belongs to the text"
    )]
    TextAfterQuote {
        /// The file as it was named.
        file: Arc<str>,
        /// The line on which the field opened.
        line: u64,
    },
    /// One record is longer than any sensible one.
    #[error(
        "{file}, line {line}: the record that starts here is longer than {limit} bytes; look for a quote that is not closed"
    )]
    RecordTooLong {
        /// The file as it was named.
        file: Arc<str>,
        /// The line on which it starts.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// A fault in one row.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A column to be added is already in the input.
    #[error(
        "{file} already has a column `{name}`; give the added columns another name with `--prefix`, for instance `--prefix stance_`"
    )]
    NameTaken {
        /// The file as it was named.
        file: Arc<str>,
        /// The name.
        name: String,
    },
    /// A row without a label.
    #[error(
        "{file}, line {line}: the row has no label; label it, or leave such rows out with `--drop-label \"\"`"
    )]
    NoLabel {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
    },
    /// A row of a coder's that does not say whose or about which statement it is.
    #[error(
        "{file}, line {line}: `{column}` is empty; fill it in, or name another column with `--coder-column` or `--id-column`"
    )]
    EmptyKey {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
        /// The column.
        column: String,
    },
    /// Rows of one statement with different texts.
    #[error(
        "{file}, line {line}: statement `{id}` has another text than on line {first_line}; give each statement an id of its own"
    )]
    OtherText {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
        /// The id.
        id: String,
        /// The line of the statement's first row.
        first_line: u64,
    },
    /// A coder labelled a statement twice.
    #[error(
        "{file}: coder `{coder}` labelled the statement of line {line} twice; remove all but one of these rows"
    )]
    CodedTwice {
        /// The file as it was named.
        file: Arc<str>,
        /// The line of the statement's first row.
        line: u64,
        /// The coder.
        coder: String,
    },
    /// A label that the model does not know.
    #[error(
        "{file}, line {line}: label `{label}` is unknown to the model, which knows {known}; rename it with `--label-map {label}=…` or leave it out with `--drop-label {label}`"
    )]
    UnknownLabel {
        /// The file as it was named.
        file: Arc<str>,
        /// The row's line.
        line: u64,
        /// The label.
        label: String,
        /// The labels that are known, joined.
        known: String,
    },
    /// The labels that were read do not make a task.
    #[error("{file}: {source}; check `--label-column`, `--label-map` and `--drop-label`")]
    Labels {
        /// The file or files as they were named.
        file: String,
        /// What is wrong with them.
        source: LabelSetError,
    },
    /// The output is there already.
    #[error("{file} exists; give `--force` to replace it, or another name")]
    Exists {
        /// The output as it was named.
        file: Arc<str>,
    },
    /// The folder of the output cannot be written in, or is not there.
    #[error(
        "cannot create {file}: {source}; make its folder first, or choose one you may write in"
    )]
    Create {
        /// The output as it was named.
        file: Arc<str>,
        /// What the system said.
        source: std::io::Error,
    },
    /// The disk is full.
    #[error(
        "no space left while writing {file}; nothing is left under that name, make room and run again"
    )]
    DiskFull {
        /// The output as it was named.
        file: Arc<str>,
    },
    /// Writing failed.
    #[error("cannot write {file}: {source}; nothing unfinished is left under that name")]
    Write {
        /// The output as it was named.
        file: Arc<str>,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    /// Whether the reader of our output has gone away, which a command counts as success.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Write { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// The same error; a column that is not there gets another remedy.
    #[must_use]
    pub fn with_remedy(mut self, of_column: &'static str) -> Self {
        if let Self::NoSuchColumn { remedy, .. } = &mut self {
            *remedy = of_column;
        }
        self
    }
}

/// Names in backquotes, joined by commas; the first 40 of them.
pub(super) fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    const SHOWN: usize = 40;
    let mut joined = names
        .iter()
        .take(SHOWN)
        .map(|name| format!("`{}`", name.as_ref()))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > SHOWN {
        joined.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    joined
}
