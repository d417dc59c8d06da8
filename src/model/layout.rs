//! Where each array lies in a model's bytes, after it was checked.

use crate::features::vocabulary::VocabularyParts;
use bytemuck::AnyBitPattern;
use std::ops::Range;

/// Bytes that `u64` numbers can be read from in place: aligned to eight.
#[derive(Debug, Clone)]
pub(super) enum ModelBytes {
    /// Part of the binary.
    Embedded(&'static [u8]),
    /// Read from a file: whole words, of which the first `length` bytes are the file.
    Owned { words: Vec<u64>, length: usize },
}

impl ModelBytes {
    /// `length` zero bytes to read into.
    pub(super) fn zeroed(length: usize) -> Self {
        Self::Owned {
            words: vec![0; length.div_ceil(8)],
            length,
        }
    }

    /// A copy of `bytes`.
    pub(super) fn copy_of(bytes: &[u8]) -> Self {
        let mut copy = Self::zeroed(bytes.len());
        copy.as_mut_slice().copy_from_slice(bytes);
        copy
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Embedded(bytes) => bytes,
            Self::Owned { words, length } => &bytemuck::cast_slice(words)[..*length],
        }
    }

    /// The bytes to read into; empty for an embedded model.
    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        match self {
            Self::Embedded(_) => &mut [],
            Self::Owned { words, length } => &mut bytemuck::cast_slice_mut(words)[..*length],
        }
    }
}

/// The byte range of each array; see `docs/format.md`.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    pub(super) stem_bytes: Range<usize>,
    pub(super) stem_offsets: Range<usize>,
    pub(super) stem_tags: Range<usize>,
    pub(super) stem_ids: Range<usize>,
    pub(super) ngrams: Range<usize>,
    pub(super) ngram_tags: Range<usize>,
    pub(super) ngram_ids: Range<usize>,
    pub(super) char_bytes: Range<usize>,
    pub(super) char_offsets: Range<usize>,
    pub(super) char_tags: Range<usize>,
    pub(super) char_ids: Range<usize>,
    pub(super) document_frequencies: Range<usize>,
    pub(super) scales: Range<usize>,
    pub(super) weights: Range<usize>,
    pub(super) intercepts: Range<usize>,
    pub(super) calibration: Option<[Range<usize>; 2]>,
}

/// The numbers in `range` of `bytes`.
///
/// # Panics
/// If the range was not checked to be aligned and whole.
pub(super) fn numbers<T: AnyBitPattern>(bytes: &[u8], range: Range<usize>) -> &[T] {
    bytemuck::cast_slice(&bytes[range])
}

impl Layout {
    /// The vocabulary's arrays.
    pub(super) fn vocabulary<'b>(&self, bytes: &'b [u8]) -> VocabularyParts<'b> {
        VocabularyParts {
            stem_bytes: &bytes[self.stem_bytes.clone()],
            stem_offsets: numbers(bytes, self.stem_offsets.clone()),
            stem_tags: &bytes[self.stem_tags.clone()],
            stem_ids: numbers(bytes, self.stem_ids.clone()),
            ngrams: numbers(bytes, self.ngrams.clone()),
            ngram_tags: &bytes[self.ngram_tags.clone()],
            ngram_ids: numbers(bytes, self.ngram_ids.clone()),
            char_bytes: &bytes[self.char_bytes.clone()],
            char_offsets: numbers(bytes, self.char_offsets.clone()),
            char_tags: &bytes[self.char_tags.clone()],
            char_ids: numbers(bytes, self.char_ids.clone()),
        }
    }
}
