//! What can be wrong with one row: where it is, what it is, and what to do next.

use std::sync::Arc;

/// A fault in one row: where it is and what it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub struct RowError {
    /// The file as it was named.
    pub file: Arc<str>,
    /// The line on which the row starts or, for a bad byte, on which the byte is; from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: RowProblem,
}

/// What can be wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowProblem {
    /// Too many or too few fields.
    #[error(
        "{found} field{} found, {expected} expected; look for a delimiter or quote in the text that is not inside quotes",
        if *found == 1 { "" } else { "s" }
    )]
    Ragged {
        /// Fields in this row.
        found: usize,
        /// Columns in the header.
        expected: usize,
    },
    /// A byte sequence that is not UTF-8.
    #[error(
        "byte {byte} of the line (0x{value:02X}) is not UTF-8; give the file's encoding, perhaps `--encoding {likely}`"
    )]
    NotUtf8 {
        /// Position in the line, from 1.
        byte: usize,
        /// The byte.
        value: u8,
        /// The encoding that the bytes look like.
        likely: &'static str,
    },
    /// A NUL byte, which no text has.
    #[error(
        "byte {byte} of the line is NUL; {}",
        if likely.is_empty() { "remove it from the file".to_owned() }
        else { format!("give the file's encoding, perhaps `--encoding {likely}`, or remove it") }
    )]
    Nul {
        /// Position in the line, from 1.
        byte: usize,
        /// The encoding that the bytes look like, or nothing.
        likely: &'static str,
    },
    /// A line that is not JSON.
    #[error("broken JSON at column {column}: {message}; each line must be one whole object")]
    Json {
        /// Column, from 1, in bytes.
        column: usize,
        /// What the parser said.
        message: String,
    },
    /// JSON, but no object.
    #[error("the line is JSON but not an object; write rows as {{\"text\": …}}")]
    NotAnObject,
    /// The object has no such key.
    #[error("no key `{name}`; the keys are {keys}; name yours with `--text-column`")]
    MissingKey {
        /// The key asked for.
        name: String,
        /// The keys there are, joined.
        keys: String,
    },
    /// The value is not what it must be.
    #[error("`{name}` is {found}, not a string; write the value in quotes")]
    NotAString {
        /// The key.
        name: String,
        /// What was found: `null`, `a number`, ….
        found: &'static str,
    },
    /// A weight that cannot weigh.
    #[error("weight `{value}` in `{name}` is not a positive number; correct it or remove the row")]
    BadWeight {
        /// The column.
        name: String,
        /// What stands there.
        value: String,
    },
    /// More than one label on a row.
    #[error("the row has {count} labels; keep one")]
    SeveralLabels {
        /// How many there are.
        count: usize,
    },
    /// A key that the first object did not have, so that CSV has no column for it.
    #[error(
        "key `{name}` is not in the file's first object and has no column; write with `--output-format jsonl`"
    )]
    NewKey {
        /// The key.
        name: String,
    },
    /// The object already has a key that is to be added.
    #[error("the row already has `{name}`; give the added columns another name with `--prefix`")]
    NameTaken {
        /// The key.
        name: String,
    },
}
