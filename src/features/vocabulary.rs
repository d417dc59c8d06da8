//! The frozen terms of a model: from words to feature ids and back.

use super::lookup::{self, Lookup, LookupError};
use super::sparse::FeatureId;

/// Strictly rising byte strings, as one buffer and `n + 1` offsets into it.
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
    /// terms do not rise strictly.
    pub fn new(bytes: &'a [u8], offsets: &'a [u32]) -> Result<Self, VocabularyError> {
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
        match (1..list.len()).find(|&i| list.bytes(i - 1) >= list.bytes(i)) {
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
    /// Terms are not in strictly rising order.
    #[error("term {0} is not in rising order")]
    Unsorted(usize),
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

/// The arrays of a vocabulary, as they lie in a file.
#[derive(Debug, Clone, Copy)]
pub struct VocabularyParts<'a> {
    /// The stems' bytes, one after the other.
    pub stem_bytes: &'a [u8],
    /// Where each stem begins, and the end.
    pub stem_offsets: &'a [u32],
    /// Slots of the stems' table.
    pub stem_lookup: &'a [u64],
    /// For each word n-gram the id of the term it extends (a stem or a shorter n-gram) and the stem it adds.
    pub ngrams: &'a [[u32; 2]],
    /// Slots of the n-grams' table.
    pub ngram_lookup: &'a [u64],
    /// The character n-grams' bytes.
    pub char_bytes: &'a [u8],
    /// Where each character n-gram begins, and the end.
    pub char_offsets: &'a [u32],
    /// Slots of the character n-grams' table.
    pub char_lookup: &'a [u64],
}

impl<'a> VocabularyView<'a> {
    /// Checks the parts.
    ///
    /// # Errors
    /// [`VocabularyError`] where they do not fit together.
    pub fn new(parts: VocabularyParts<'a>) -> Result<Self, VocabularyError> {
        let stems = TermList::new(parts.stem_bytes, parts.stem_offsets)?;
        let chars = TermList::new(parts.char_bytes, parts.char_offsets)?;
        for (position, &[prefix, last]) in parts.ngrams.iter().enumerate() {
            let before = prefix as usize;
            if before >= stems.len() + position || last as usize >= stems.len() {
                return Err(VocabularyError::Ngram(position));
            }
            if position > 0 && parts.ngrams[position - 1] >= parts.ngrams[position] {
                return Err(VocabularyError::Unsorted(stems.len() + position));
            }
        }
        Lookup::new(parts.stem_lookup, stems.len())?;
        Lookup::new(parts.ngram_lookup, parts.ngrams.len())?;
        Lookup::new(parts.char_lookup, chars.len())?;
        Ok(Self::from_checked(parts))
    }

    /// The view of parts that [`new`](Self::new) has passed before.
    pub(crate) fn from_checked(parts: VocabularyParts<'a>) -> Self {
        Self {
            stems: TermList::from_checked(parts.stem_bytes, parts.stem_offsets),
            stem_lookup: Lookup::from_checked(parts.stem_lookup),
            ngrams: parts.ngrams,
            ngram_lookup: Lookup::from_checked(parts.ngram_lookup),
            chars: TermList::from_checked(parts.char_bytes, parts.char_offsets),
            char_lookup: Lookup::from_checked(parts.char_lookup),
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
    #[inline]
    pub fn ngram(&self, prefix: FeatureId, last: FeatureId) -> Option<FeatureId> {
        let pair = [prefix.0, last.0];
        let found = self
            .ngram_lookup
            .find(lookup::hash_pair(pair[0], pair[1]), |id| {
                self.ngrams[id as usize] == pair
            });
        found.map(|id| FeatureId(self.stems.len() as u32 + id))
    }

    /// The feature of a character n-gram.
    pub fn char_ngram(&self, ngram: &str) -> Option<FeatureId> {
        let hash = lookup::hash_bytes(ngram.as_bytes());
        self.char_ngram_from(self.char_lookup.first_slot(hash), hash, ngram)
    }

    /// Where looking a character n-gram up starts: its hash, and the slot there.
    #[inline]
    pub(super) fn char_probe(&self, ngram: &str) -> (u64, u64) {
        let hash = lookup::hash_bytes(ngram.as_bytes());
        (hash, self.char_lookup.first_slot(hash))
    }

    /// The feature of a character n-gram whose look-up starts there.
    #[inline]
    pub(super) fn char_ngram_from(
        &self,
        first_slot: u64,
        hash: u64,
        ngram: &str,
    ) -> Option<FeatureId> {
        let is_key = |id| self.chars.bytes(id as usize) == ngram.as_bytes();
        let found = self.char_lookup.find_from(first_slot, hash, is_key);
        found.map(|id| FeatureId(self.n_words() as u32 + id))
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
    lookup: Vec<u64>,
}

impl TermBuffer {
    /// A buffer of terms in strictly rising order.
    ///
    /// # Panics
    /// If the terms are over 4 GiB together.
    pub fn from_sorted<'t>(terms: impl Iterator<Item = &'t str>) -> Self {
        let mut bytes = Vec::new();
        let mut offsets = vec![0];
        for term in terms {
            bytes.extend_from_slice(term.as_bytes());
            offsets.push(u32::try_from(bytes.len()).expect("terms are under 4 GiB"));
        }
        let hashes = offsets
            .windows(2)
            .map(|at| lookup::hash_bytes(&bytes[at[0] as usize..at[1] as usize]));
        let lookup = lookup::build(hashes);
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
    ngram_lookup: Vec<u64>,
    chars: TermBuffer,
}

impl Vocabulary {
    /// A vocabulary of sorted stems, n-grams sorted by (prefix, last) that extend earlier terms, and sorted character
    /// n-grams.
    pub fn new(stems: TermBuffer, ngrams: Vec<[u32; 2]>, chars: TermBuffer) -> Self {
        let ngram_lookup = lookup::build(ngrams.iter().map(|&[a, b]| lookup::hash_pair(a, b)));
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
            stem_lookup: &self.stems.lookup,
            ngrams: &self.ngrams,
            ngram_lookup: &self.ngram_lookup,
            char_bytes: &self.chars.bytes,
            char_offsets: &self.chars.offsets,
            char_lookup: &self.chars.lookup,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(
            TermBuffer::from_sorted(["bomb", "stop", "talk"].into_iter()),
            vec![[1, 0], [1, 2], [3, 2]],
            TermBuffer::from_sorted([" b", "omb"].into_iter()),
        )
    }

    #[test]
    fn terms_and_ids_lead_to_each_other() {
        let owned = vocabulary();
        let view = VocabularyView::new(owned.parts()).unwrap();
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
        let refused = |parts| VocabularyView::new(parts).err().unwrap();
        assert_eq!(
            refused(VocabularyParts {
                ngrams: &[[3, 0]; 3],
                ..good
            }),
            VocabularyError::Ngram(0)
        );
        assert_eq!(
            refused(VocabularyParts {
                ngrams: &[[1, 2], [1, 0], [1, 1]],
                ..good
            }),
            VocabularyError::Unsorted(4)
        );
        assert_eq!(
            refused(VocabularyParts {
                stem_bytes: b"stopbombtalk",
                ..good
            }),
            VocabularyError::Unsorted(1)
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
                stem_lookup: &[0; 4],
                ..good
            }),
            VocabularyError::Lookup(_)
        ));
    }
}
