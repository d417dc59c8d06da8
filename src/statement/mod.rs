//! Statements: what was said, and a corpus of labelled ones.

mod coded;
mod column;
mod corpus;
mod moment;

pub use coded::{
    Adjudicated, Adjudication, CodedCorpus, CodedStatement, CodingRecord, UnknownAdjudication,
};
pub use column::{Column, Place};
pub use corpus::{CorpusBuilder, LabelledCorpus};
pub use moment::{Moment, Precision, UnreadableDate};

/// A half-open byte range `start..end` in a raw text, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl ByteSpan {
    /// The piece of `text` that the span covers.
    ///
    /// # Panics
    /// If the span is not one of `text`.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// Texts in one buffer, which is filled again and again.
#[derive(Debug, Clone, Default)]
pub struct TextBatch {
    text: String,
    ends: Vec<usize>,
}

impl TextBatch {
    /// No texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.push_with(|out| out.push_str(text));
    }

    /// Adds the text that `write` appends.
    pub fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
        self.ends.push(self.text.len());
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts, one after the other.
    pub fn joined(&self) -> &str {
        &self.text
    }

    /// Where text `position` lies in [`joined`](Self::joined).
    ///
    /// # Panics
    /// If there is no such text.
    pub fn span(&self, position: usize) -> ByteSpan {
        ByteSpan {
            start: position
                .checked_sub(1)
                .map_or(0, |before| self.ends[before]),
            end: self.ends[position],
        }
    }
}
