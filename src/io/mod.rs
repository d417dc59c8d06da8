//! Files in, rows out, and rows with predictions into files again: the row contract.
//!
//! The road of a row: [`source`] opens, unpacks and decodes a file; [`guess`] names its [`format`](mod@format); [`blocks`] cuts
//! the stream into blocks of whole records; [`reader`] does this for one file after the other and fixes the
//! [`table`] of columns; a block's [`row`]s are parsed on any thread; [`output`] and [`writer`] put the predictions
//! beside them; [`sink`] makes the result appear whole or not at all. [`labelled`] reads rows for training, [`coded`] those of several coders;
//! [`predictions`] reads anyone's predictions, [`matching`] finds the rows that they are about.
//!
//! Blocks carry numbers, so that parsing, scoring and writing may run in parallel and be joined in order.
//! Nothing here prints: what deserves a notice is returned as a value.

pub mod blocks;
pub mod coded;
mod csv;
mod decode;
pub mod error;
mod failed;
mod fasttext;
pub mod format;
pub mod guess;
mod json_text;
mod jsonl;
pub mod labelled;
mod lines;
pub mod matching;
pub mod opened;
pub mod output;
pub mod prediction_error;
pub mod predictions;
pub mod reader;
pub mod row;
pub mod row_error;
mod scan;
pub mod sink;
pub mod source;
pub mod table;
pub mod writer;

pub use blocks::Block;
pub use coded::{Coding, read_coded};
pub use error::Error;
pub use format::Format;
pub use labelled::{LabelledOptions, LabelledSummary, read_labelled};
pub use matching::{Matched, Matching};
pub use opened::Opened;
pub use output::{
    DIGEST_LENGTH, MODEL_DIGEST, Output, OutputOptions, PROBABILITY_PREFIX, added_prefix,
    csv_record,
};
pub use prediction_error::PredictionError;
pub use predictions::{PredictionFile, PredictionOptions};
pub use reader::{ReadOptions, Reader};
pub use row::{Content, Row, Rows};
pub use row_error::{RowError, RowProblem};
pub use sink::Sink;
pub use source::{Source, encoding_for};
pub use table::{Columns, Others, Table};
pub use writer::{BlockWriter, Scored};
