//! The frozen terms of a model: from words to feature ids and back.

use super::lookup::{self, Lookup, LookupError, LookupSlots};
use super::sparse::FeatureId;
use crate::text::ngram::MAX_N;
use std::cmp::Reverse;

/// Terms by falling document frequency and then by rising bytes, as one buffer and `n + 1` offsets into it.
#[derive(Debug, Clone, Copy)]
pub struct TermList<'a> {
    bytes: &'a [u8],
    offsets: &'a [u32],
}

impl<'a> TermList<'a> {
    /// Checks buffer and offsets that were read.
    ///
    /// # Errors
    /// [`VocabularyError`] if offsets do not run from 0 to the end of the bytes, the bytes are not UTF-8 term by term, or
    /// terms are not in order.
    pub fn new(
        bytes: &'a [u8],
        offsets: &'a [u32],
        document_frequencies: &[u32],
    ) -> Result<Self, VocabularyError> {
        let text = std::str::from_utf8(bytes).map_err(|_| VocabularyError::NotUtf8)?;
        if offsets.first() != Some(&0)
            || offsets.last().map(|&end| end as usize) != Some(bytes.len())
        {
            return Err(VocabularyError::Offsets);
        }
        let on_boundary =
            |pair: &[u32]| pair[0] < pair[1] && text.is_char_boundary(pair[1] as usize);
        if !offsets.windows(2).all(on_boundary) {
            return Err(VocabularyError::Offsets);
        }
        let list = Self { bytes, offsets };
        if document_frequencies.len() != list.len() {
            return Err(VocabularyError::Frequencies);
        }
        let in_order = |&i: &usize| {
            let (before, here) = (document_frequencies[i - 1], document_frequencies[i]);
            before > here || (before == here && list.bytes(i - 1) < list.bytes(i))
        };
        match (1..list.len()).find(|i| !in_order(i)) {
            Some(position) => Err(VocabularyError::Unsorted(position)),
            None => Ok(list),
        }
    }

    /// The list of parts that [`new`](Self::new) has passed before.
    fn from_checked(bytes: &'a [u8], offsets: &'a [u32]) -> Self {
        Self { bytes, offsets }
    }

    /// The number of terms.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Term `position`, from 0.
    ///
    /// # Panics
    /// If there is no such term.
    pub fn get(&self, position: usize) -> &'a str {
        std::str::from_utf8(self.bytes(position)).expect("terms were checked to be UTF-8")
    }

    /// The bytes of term `position`.
    #[inline]
    fn bytes(&self, position: usize) -> &'a [u8] {
        &self.bytes[self.offsets[position] as usize..self.offsets[position + 1] as usize]
    }
}

/// Why parts of a vocabulary do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// The bytes of the terms are not UTF-8.
    #[error("terms are not UTF-8")]
    NotUtf8,
    /// Offsets do not cut the bytes into terms.
    #[error("offsets do not cut the bytes into terms")]
    Offsets,
    /// Terms are not in order.
    #[error("term {0} is out of order")]
    Unsorted(usize),
    /// There is not one document frequency for each term.
    #[error("there is not one document frequency for each term")]
    Frequencies,
    /// An n-gram refers to a term that does not stand before it.
    #[error("n-gram {0} does not extend an earlier term by a stem")]
    Ngram(usize),
    /// A look-up table is damaged.
    #[error(transparent)]
    Lookup(#[from] LookupError),
}

/// The terms of a model, used in place: slices of a model file or of a [`Vocabulary`].
#[derive(Debug, Clone, Copy)]
pub struct VocabularyView<'a> {
    stems: TermList<'a>,
    stem_lookup: Lookup<'a>,
    ngrams: &'a [[u32; 2]],
    ngram_lookup: Lookup<'a>,
    chars: TermList<'a>,
    char_lookup: Lookup<'a>,
}

/// What may be a character n-gram that is looked up: its hash, a slot, and where that slot's bytes lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct CharCandidate {
    hash: u64,
    slot: usize,
    place: [u32; 2],
}

/// What may be a word n-gram that is looked up: the n-gram, a slot, and the id in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct NgramCandidate {
    pair: [u32; 2],
    hash: u64,
    slot: usize,
    first_tag: u8,
    id: u32,
}

/// The arrays of a vocabulary, as they lie in a file.
#[derive(Debug, Clone, Copy)]
pub struct VocabularyParts<'a> {
    /// The stems' bytes, one after the other.
    pub stem_bytes: &'a [u8],
    /// Where each stem begins, and the end.
    pub stem_offsets: &'a [u32],
    /// Tags of the stems' table.
    pub stem_tags: &'a [u8],
    /// Ids of the stems' table.
    pub stem_ids: &'a [u32],
    /// For each word n-gram the id of the term it extends (a stem or a shorter n-gram) and the stem it adds.
    pub ngrams: &'a [[u32; 2]],
    /// Tags of the n-grams' table.
    pub ngram_tags: &'a [u8],
    /// Ids of the n-grams' table.
    pub ngram_ids: &'a [u32],
    /// The character n-grams' bytes.
    pub char_bytes: &'a [u8],
    /// Where each character n-gram begins, and the end.
    pub char_offsets: &'a [u32],
    /// Tags of the character n-grams' table.
    pub char_tags: &'a [u8],
    /// Ids of the character n-grams' table.
    pub char_ids: &'a [u32],
}

impl<'a> VocabularyView<'a> {
    /// Checks the parts, of which each feature occurs in so many training rows.
    ///
    /// # Errors
    /// [`VocabularyError`] where they do not fit together.
    pub fn new(
        parts: VocabularyParts<'a>,
        document_frequencies: &[u32],
    ) -> Result<Self, VocabularyError> {
        let n_stems = parts.stem_offsets.len().saturating_sub(1);
        let n_words = n_stems + parts.ngrams.len();
        let frequencies = |range| {
            document_frequencies
                .get(range)
                .ok_or(VocabularyError::Frequencies)
        };
        let stems = TermList::new(
            parts.stem_bytes,
            parts.stem_offsets,
            frequencies(0..n_stems)?,
        )?;
        let chars = TermList::new(
            parts.char_bytes,
            parts.char_offsets,
            frequencies(n_words..document_frequencies.len())?,
        )?;
        let frequencies = frequencies(n_stems..n_words)?;
        // The number of stems of each n-gram.
        let mut lengths: Vec<u8> = Vec::with_capacity(parts.ngrams.len());
        for (position, &[prefix, last]) in parts.ngrams.iter().enumerate() {
            let before = prefix as usize;
            if before >= n_stems + position || last as usize >= n_stems {
                return Err(VocabularyError::Ngram(position));
            }
            let length = before
                .checked_sub(n_stems)
                .map_or(2, |prefix| lengths[prefix] + 1);
            if usize::from(length) > MAX_N {
                return Err(VocabularyError::Ngram(position));
            }
            lengths.push(length);
            if position > 0 {
                let key = |at: usize| (lengths[at], Reverse(frequencies[at]), parts.ngrams[at]);
                if key(position - 1) >= key(position) {
                    return Err(VocabularyError::Unsorted(n_stems + position));
                }
            }
        }
        Lookup::new(parts.stem_tags, parts.stem_ids, stems.len())?;
        Lookup::new(parts.ngram_tags, parts.ngram_ids, parts.ngrams.len())?;
        Lookup::new(parts.char_tags, parts.char_ids, chars.len())?;
        Ok(Self::from_checked(parts))
    }

    /// The view of parts that [`new`](Self::new) has passed before.
    pub(crate) fn from_checked(parts: VocabularyParts<'a>) -> Self {
        Self {
            stems: TermList::from_checked(parts.stem_bytes, parts.stem_offsets),
            stem_lookup: Lookup::from_checked(parts.stem_tags, parts.stem_ids),
            ngrams: parts.ngrams,
            ngram_lookup: Lookup::from_checked(parts.ngram_tags, parts.ngram_ids),
            chars: TermList::from_checked(parts.char_bytes, parts.char_offsets),
            char_lookup: Lookup::from_checked(parts.char_tags, parts.char_ids),
        }
    }

    /// The number of features.
    pub fn len(&self) -> usize {
        self.n_words() + self.chars.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of stems and word n-grams: the features of the word block, which come first.
    pub fn n_words(&self) -> usize {
        self.stems.len() + self.ngrams.len()
    }

    /// The feature of a stem.
    #[inline]
    pub fn stem(&self, stem: &str) -> Option<FeatureId> {
        let hash = lookup::hash_bytes(stem.as_bytes());
        self.stem_lookup
            .find(hash, |id| self.stems.bytes(id as usize) == stem.as_bytes())
            .map(FeatureId)
    }

    /// The feature of the n-gram that extends `prefix` by the stem `last`.
    pub fn ngram(&self, prefix: FeatureId, last: FeatureId) -> Option<FeatureId> {
        let mut candidate = self.ngram_probe(prefix, last);
        if !self.seek_ngram(&mut candidate) {
            return None;
        }
        self.locate_ngram(&mut candidate);
        self.verify_ngram(&candidate)
    }

    /// Where looking an n-gram up starts.
    #[inline]
    pub(super) fn ngram_probe(&self, prefix: FeatureId, last: FeatureId) -> NgramCandidate {
        let hash = lookup::hash_pair(prefix.0, last.0);
        let (slot, first_tag) = self.ngram_lookup.first(hash);
        NgramCandidate {
            pair: [prefix.0, last.0],
            hash,
            slot,
            first_tag,
            id: 0,
        }
    }

    /// Finds a slot that may hold the n-gram by tags alone; false if there is none.
    #[inline]
    pub(super) fn seek_ngram(&self, candidate: &mut NgramCandidate) -> bool {
        let NgramCandidate {
            hash,
            slot,
            first_tag,
            ..
        } = *candidate;
        match self.ngram_lookup.seek_behind(hash, slot, first_tag) {
            Some(slot) => {
                candidate.slot = slot;
                true
            }
            None => false,
        }
    }

    /// Reads which n-gram is in a candidate's slot.
    #[inline]
    pub(super) fn locate_ngram(&self, candidate: &mut NgramCandidate) {
        candidate.id = self.ngram_lookup.id(candidate.slot);
    }

    /// The feature of the n-gram, if the candidate (or one behind it) is it.
    #[inline]
    pub(super) fn verify_ngram(&self, candidate: &NgramCandidate) -> Option<FeatureId> {
        let NgramCandidate {
            pair,
            hash,
            slot,
            id,
            ..
        } = *candidate;
        let id = if self.ngrams[id as usize] == pair {
            id
        } else {
            let is_key = |id: u32| self.ngrams[id as usize] == pair;
            self.ngram_lookup.find_from(slot, hash, is_key)?
        };
        Some(FeatureId(self.stems.len() as u32 + id))
    }

    /// The feature of a character n-gram.
    pub fn char_ngram(&self, ngram: &str) -> Option<FeatureId> {
        let mut candidate = self.char_candidate(ngram)?;
        self.locate(&mut candidate);
        self.verify(&candidate, ngram)
    }

    /// A slot that may hold a character n-gram, if there is one: found by tags alone.
    #[inline]
    pub(super) fn char_candidate(&self, ngram: &str) -> Option<CharCandidate> {
        let hash = lookup::hash_bytes(ngram.as_bytes());
        let slot = self.char_lookup.seek(hash)?;
        Some(CharCandidate {
            hash,
            slot,
            place: [0; 2],
        })
    }

    /// Reads where the bytes of a candidate lie.
    #[inline]
    pub(super) fn locate(&self, candidate: &mut CharCandidate) {
        let id = self.char_lookup.id(candidate.slot) as usize;
        candidate.place = [self.chars.offsets[id], self.chars.offsets[id + 1]];
    }

    /// The feature of the character n-gram, if the candidate (or one behind it) is it.
    #[inline]
    pub(super) fn verify(&self, candidate: &CharCandidate, ngram: &str) -> Option<FeatureId> {
        let [start, end] = candidate.place.map(|at| at as usize);
        let id = if self.chars.bytes[start..end] == *ngram.as_bytes() {
            self.char_lookup.id(candidate.slot)
        } else {
            let is_key = |id: u32| self.chars.bytes(id as usize) == ngram.as_bytes();
            self.char_lookup
                .find_from(candidate.slot, candidate.hash, is_key)?
        };
        Some(FeatureId(self.n_words() as u32 + id))
    }

    /// Whether `feature` is a character n-gram.
    pub fn is_char_ngram(&self, feature: FeatureId) -> bool {
        feature.index() >= self.n_words()
    }

    /// The term as text: a stem, stems joined by spaces, or a character n-gram with `_` for the space at a word's edge.
    ///
    /// # Panics
    /// If there is no such feature.
    pub fn term(&self, feature: FeatureId) -> String {
        let id = feature.index();
        if let Some(position) = id.checked_sub(self.n_words()) {
            return self.chars.get(position).replace(' ', "_");
        }
        match id.checked_sub(self.stems.len()) {
            None => self.stems.get(id).to_owned(),
            Some(position) => {
                let [prefix, last] = self.ngrams[position];
                let mut term = self.term(FeatureId(prefix));
                term.push(' ');
                term.push_str(self.stems.get(last as usize));
                term
            }
        }
    }
}

/// A list of terms under construction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermBuffer {
    bytes: Vec<u8>,
    offsets: Vec<u32>,
    lookup: LookupSlots,
}

impl TermBuffer {
    /// A buffer of terms in the order of their ids.
    ///
    /// # Panics
    /// If the terms are over 4 GiB together.
    pub fn new<'t>(terms: impl Iterator<Item = &'t str>) -> Self {
        let mut bytes = Vec::new();
        let mut offsets = vec![0];
        for term in terms {
            bytes.extend_from_slice(term.as_bytes());
            offsets.push(u32::try_from(bytes.len()).expect("terms are under 4 GiB"));
        }
        let hashes = offsets
            .windows(2)
            .map(|at| lookup::hash_bytes(&bytes[at[0] as usize..at[1] as usize]));
        let lookup = LookupSlots::new(hashes);
        Self {
            bytes,
            offsets,
            lookup,
        }
    }
}

/// The terms of a freshly trained model, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    stems: TermBuffer,
    ngrams: Vec<[u32; 2]>,
    ngram_lookup: LookupSlots,
    chars: TermBuffer,
}

impl Vocabulary {
    /// A vocabulary of stems, of n-grams by rising n (the id of what is extended, and of the stem added) and of character
    /// n-grams; each kind by falling document frequency, equals by rising bytes or ids.
    pub fn new(stems: TermBuffer, ngrams: Vec<[u32; 2]>, chars: TermBuffer) -> Self {
        let hashes = ngrams.iter().map(|&[a, b]| lookup::hash_pair(a, b));
        let ngram_lookup = LookupSlots::new(hashes);
        Self {
            stems,
            ngrams,
            ngram_lookup,
            chars,
        }
    }

    /// The arrays.
    pub fn parts(&self) -> VocabularyParts<'_> {
        VocabularyParts {
            stem_bytes: &self.stems.bytes,
            stem_offsets: &self.stems.offsets,
            stem_tags: &self.stems.lookup.tags,
            stem_ids: &self.stems.lookup.ids,
            ngrams: &self.ngrams,
            ngram_tags: &self.ngram_lookup.tags,
            ngram_ids: &self.ngram_lookup.ids,
            char_bytes: &self.chars.bytes,
            char_offsets: &self.chars.offsets,
            char_tags: &self.chars.lookup.tags,
            char_ids: &self.chars.lookup.ids,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The stems talk, bomb, stop; stop bomb, stop talk, stop bomb talk; two of characters.
    const FREQUENCIES: [u32; 8] = [9, 5, 5, 4, 3, 3, 7, 7];

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(
            TermBuffer::new(["talk", "bomb", "stop"].into_iter()),
            vec![[2, 1], [2, 0], [3, 0]],
            TermBuffer::new([" b", "omb"].into_iter()),
        )
    }

    #[test]
    fn terms_and_ids_lead_to_each_other() {
        let owned = vocabulary();
        let view = VocabularyView::new(owned.parts(), &FREQUENCIES).unwrap();
        assert_eq!(view.len(), 8);
        let (stop, bomb, talk) = (
            view.stem("stop").unwrap(),
            view.stem("bomb").unwrap(),
            view.stem("talk").unwrap(),
        );
        let stop_bomb = view.ngram(stop, bomb).unwrap();
        let three = view.ngram(stop_bomb, talk).unwrap();
        assert_eq!(view.term(three), "stop bomb talk");
        assert_eq!(view.ngram(bomb, stop), None);
        assert_eq!(view.stem("omb"), None);
        let chars = view.char_ngram(" b").unwrap();
        assert!(view.is_char_ngram(chars) && !view.is_char_ngram(three));
        assert_eq!(view.term(chars), "_b");
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let owned = vocabulary();
        let good = owned.parts();
        let refused = |parts| VocabularyView::new(parts, &FREQUENCIES).err().unwrap();
        assert_eq!(
            refused(VocabularyParts {
                ngrams: &[[3, 0]; 3],
                ..good
            }),
            VocabularyError::Ngram(0)
        );
        assert_eq!(
            refused(VocabularyParts {
                ngrams: &[[2, 1], [2, 2], [2, 0]],
                ..good
            }),
            VocabularyError::Unsorted(5)
        );
        assert_eq!(
            refused(VocabularyParts {
                stem_bytes: b"talkstopbomb",
                ..good
            }),
            VocabularyError::Unsorted(2)
        );
        assert_eq!(
            refused(VocabularyParts {
                stem_bytes: &[255; 12],
                ..good
            }),
            VocabularyError::NotUtf8
        );
        assert_eq!(
            refused(VocabularyParts {
                stem_offsets: &[0, 9, 8, 12],
                ..good
            }),
            VocabularyError::Offsets
        );
        assert_eq!(
            refused(VocabularyParts {
                char_offsets: &[0, 2],
                ..good
            }),
            VocabularyError::Offsets
        );
        assert_eq!(
            refused(VocabularyParts {
                char_offsets: &[],
                ..good
            }),
            VocabularyError::Offsets
        );
        assert!(matches!(
            refused(VocabularyParts {
                stem_tags: &[0; 4],
                ..good
            }),
            VocabularyError::Lookup(_)
        ));
    }
}
