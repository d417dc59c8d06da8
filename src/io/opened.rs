//! A source in; its format, its columns and its blocks of rows out, and what deserves a notice about them.

use super::blocks::{Blocks, MAX_RECORD, RawBlock, fill};
use super::error::Error;
use super::format::Format;
use super::guess::Guess;
use super::reader::ReadOptions;
use super::source::Source;
use super::table::{Table, record_end};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Bytes that a format is guessed from.
const HEAD: usize = 64 << 10;

/// What was found on opening a file, worth a line on standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The file as it was named.
    pub file: Arc<str>,
    /// Its format.
    pub format: Format,
    /// Whether the format was guessed rather than given.
    pub guessed: bool,
    /// Why this format, in one line.
    pub reason: String,
    /// The encoding read, for instance `UTF-8`.
    pub encoding: &'static str,
}

impl std::fmt::Display for Opened {
    /// `a.csv: csv with semicolon (its header has the text column), UTF-16LE`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file, self.format.name())?;
        match self.format {
            Format::CSV | Format::TSV => {}
            other => {
                if let Some(delimiter) = other.delimiter_name() {
                    write!(f, " with {delimiter}")?;
                }
            }
        }
        write!(f, " ({})", self.reason)?;
        if self.encoding != "UTF-8" {
            write!(f, ", {}", self.encoding)?;
        }
        Ok(())
    }
}

/// A file and where its rows are.
pub(super) struct OpenFile {
    blocks: Blocks,
    pub(super) table: Arc<Table>,
    first: Option<(RawBlock, usize)>,
}

impl OpenFile {
    pub(super) fn new(
        mut source: Source,
        path: &Path,
        options: &ReadOptions,
    ) -> Result<(Self, Opened), Error> {
        let file = Arc::clone(source.name());
        let mut head = Vec::new();
        let mut ended = false;
        fill(&mut source, &mut head, HEAD, &mut ended)?;
        if head.is_empty() {
            return Err(Error::Empty { file });
        }
        let text_column = &options.columns.text;
        let guess = match options.format {
            Some(given) => Guess::within(given, &head, text_column),
            None => Guess::new(path, &head, text_column),
        };
        let opened = Opened {
            file: Arc::clone(&file),
            format: guess.format,
            guessed: options.format.is_none(),
            reason: guess.reason,
            encoding: source.encoding().name(),
        };
        let rule = record_end(guess.format);
        let line = 1 + rule.line_ends(&head[..guess.skip]);
        head.drain(..guess.skip);
        let mut blocks =
            Blocks::new(source, rule, head, line).with_sizes(options.block_size, MAX_RECORD);
        let first = blocks.next_block()?;
        let head = first.as_ref().map_or(&[][..], |raw| &raw.data);
        let (table, header_bytes) = Table::new(&file, guess.format, head, line, &options.columns)?;
        let first = first.map(|mut raw| {
            raw.first_line += rule.line_ends(&raw.data[..header_bytes]);
            (raw, header_bytes)
        });
        let table = Arc::new(table);
        Ok((
            Self {
                blocks,
                table,
                first,
            },
            opened,
        ))
    }

    pub(super) fn next_raw(&mut self) -> Result<Option<(RawBlock, usize)>, Error> {
        match self.first.take() {
            Some(first) => Ok(Some(first)),
            None => Ok(self.blocks.next_block()?.map(|raw| (raw, 0))),
        }
    }

    pub(super) fn raw_bytes(&self) -> u64 {
        self.blocks.source().raw_bytes().load(Ordering::Relaxed)
    }
}
