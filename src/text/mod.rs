//! Bytes in, tokens with spans out.
//!
//! What else is known of a statement is written into its text ([`context`]). A text is cut into words ([`segment`]) and
//! marks between them ([`marks`]); each distinct word is normalised and case-folded ([`normalize`]), stemmed
//! ([`stem`]) and cut into character n-grams ([`ngram`]). What happens to a word depends on the word alone, so callers
//! analyse each distinct surface form once ([`Analyzer::analyze`]) and keep the answer. Spans always refer to the raw
//! text, whatever is done to the word.

pub mod analyzer;
pub mod capitals;
pub mod context;
pub mod marks;
pub mod names;
pub mod ngram;
pub mod normalize;
pub mod segment;
pub mod stem;
pub mod stop_words;

pub use analyzer::{Analyzer, AnalyzerError, TextSettings, WordForm};
pub use context::Context;
pub use marks::{Punctuation, is_mark};
pub use names::NameHandling;
pub use ngram::NgramRange;
pub use stem::{Language, Stemmer};
pub use stop_words::StopWords;
