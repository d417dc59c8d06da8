//! Statements: what was said, and a corpus of labelled ones.

use crate::label::{LabelId, LabelSet, LabelSetError};
use rustc_hash::FxHashMap;

/// Bytes that are handed to the digest at once.
const DIGEST_BYTES: usize = 1 << 16;

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
        self.text.push_str(text);
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

/// Labelled statements in the order they were read: one buffer of text, one label, one weight and one group a row.
#[derive(Debug, Clone)]
pub struct LabelledCorpus {
    text: String,
    ends: Vec<usize>,
    labels: Vec<LabelId>,
    weights: Option<Vec<f32>>,
    groups: Option<Vec<Option<u32>>>,
    label_set: LabelSet,
}

impl LabelledCorpus {
    /// The number of statements.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of row `row`, from 0.
    ///
    /// # Panics
    /// If `row` is not below [`len`](Self::len).
    pub fn text(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    /// The label of every row.
    pub fn labels(&self) -> &[LabelId] {
        &self.labels
    }

    /// The weight of every row, each positive and finite; `None` where all are 1.
    pub fn weights(&self) -> Option<&[f32]> {
        self.weights.as_deref()
    }

    /// The number of the group (speaker, source) that each row belongs to, from 0 by first occurrence, `None` for a row
    /// that does not say; `None` where groups were not read.
    pub fn groups(&self) -> Option<&[Option<u32>]> {
        self.groups.as_deref()
    }

    /// The labels: those that occur, or those of the model that the rows were read for.
    pub fn label_set(&self) -> &LabelSet {
        &self.label_set
    }

    /// How many rows each label has, in the order of the label set.
    pub fn label_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.label_set.len()];
        for label in &self.labels {
            counts[label.index()] += 1;
        }
        counts
    }

    /// A BLAKE3 digest of the rows (label, text, weight, in order), independent of file format and name.
    ///
    /// Each row gives its label's and its text's length in bytes as little-endian `u64`, followed by the bytes,
    /// then the weight as little-endian `f32`.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let mut row_bytes = Vec::new();
        for row in 0..self.len() {
            for piece in [self.label_set.name(self.labels[row]), self.text(row)] {
                row_bytes.extend_from_slice(&(piece.len() as u64).to_le_bytes());
                row_bytes.extend_from_slice(piece.as_bytes());
            }
            let weight = self.weights.as_ref().map_or(1.0, |w| w[row]);
            row_bytes.extend_from_slice(&weight.to_le_bytes());
            if row_bytes.len() >= DIGEST_BYTES {
                hasher.update(&row_bytes);
                row_bytes.clear();
            }
        }
        hasher.update(&row_bytes);
        *hasher.finalize().as_bytes()
    }
}

/// Collects rows for a [`LabelledCorpus`]; labels are numbered when all are known.
#[derive(Debug, Default)]
pub struct CorpusBuilder {
    text: String,
    ends: Vec<usize>,
    label_names: Names,
    labels: Vec<u32>,
    weights: Vec<f32>,
    weighted: bool,
    group_names: Names,
    groups: Vec<Option<u32>>,
    grouped: bool,
}

impl CorpusBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row. `weight` is positive and finite; 1 for a plain row.
    pub fn push(&mut self, text: &str, label: &str, weight: f32) {
        self.push_of_group(text, label, weight, None);
    }

    /// Adds a row that belongs to a group: a speaker, a source. An empty name says that it is not known.
    pub fn push_of_group(&mut self, text: &str, label: &str, weight: f32, group: Option<&str>) {
        debug_assert!(weight > 0.0 && weight.is_finite());
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.labels.push(self.label_names.id(label));
        self.weights.push(weight);
        self.weighted |= weight != 1.0;
        let known = group.filter(|name| !name.is_empty());
        self.groups
            .push(known.map(|name| self.group_names.id(name)));
        self.grouped |= group.is_some();
    }

    /// Adds the rows of `next` behind its own.
    pub fn append(&mut self, next: Self) {
        let offset = self.text.len();
        self.text.push_str(&next.text);
        self.ends.extend(next.ends.iter().map(|end| offset + end));
        let labels = self.label_names.ids_of(&next.label_names);
        self.labels
            .extend(next.labels.iter().map(|&id| labels[id as usize]));
        self.weights.extend(next.weights);
        self.weighted |= next.weighted;
        let groups = self.group_names.ids_of(&next.group_names);
        let group = |id: &Option<u32>| id.map(|id| groups[id as usize]);
        self.groups.extend(next.groups.iter().map(group));
        self.grouped |= next.grouped;
    }

    /// The number of rows so far.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether no row was added yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The corpus, with labels numbered in sorted order.
    ///
    /// # Errors
    /// [`LabelSetError`] if the rows have fewer than two labels, or too many.
    pub fn build(self) -> Result<LabelledCorpus, LabelSetError> {
        let label_set = LabelSet::new(self.label_names.names.iter().map(String::as_str))?;
        Ok(self.build_with(label_set))
    }

    /// The corpus, with labels numbered as in `label_set`, of which not all need to occur.
    ///
    /// # Panics
    /// If a row has a label that the set lacks.
    pub fn build_with(self, label_set: LabelSet) -> LabelledCorpus {
        let numbered: Vec<LabelId> = self
            .label_names
            .names
            .iter()
            .map(|name| label_set.id(name).expect("rows have labels of the set"))
            .collect();
        LabelledCorpus {
            text: self.text,
            ends: self.ends,
            labels: self
                .labels
                .iter()
                .map(|&id| numbered[id as usize])
                .collect(),
            weights: self.weighted.then_some(self.weights),
            groups: self.grouped.then_some(self.groups),
            label_set,
        }
    }
}

/// Names numbered by first occurrence.
#[derive(Debug, Default)]
struct Names {
    names: Vec<String>,
    ids: FxHashMap<String, u32>,
}

impl Names {
    fn id(&mut self, name: &str) -> u32 {
        match self.ids.get(name) {
            Some(&id) => id,
            None => {
                let id = self.names.len() as u32;
                self.names.push(name.to_owned());
                self.ids.insert(name.to_owned(), id);
                id
            }
        }
    }

    /// The number here of each of `others`' names.
    fn ids_of(&mut self, others: &Self) -> Vec<u32> {
        others.names.iter().map(|name| self.id(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_order_with_sorted_labels() {
        let mut builder = CorpusBuilder::new();
        builder.push("we will strike", "hostile", 1.0);
        builder.push("", "neutral", 1.0);
        builder.push("we agree", "conciliatory", 2.0);
        let corpus = builder.build().unwrap();
        assert_eq!(corpus.text(0), "we will strike");
        assert_eq!(corpus.text(1), "");
        assert_eq!(corpus.text(2), "we agree");
        assert_eq!(corpus.label_set().name(corpus.labels()[0]), "hostile");
        assert_eq!(corpus.label_counts(), [1, 1, 1]);
        assert_eq!(corpus.weights(), Some(&[1.0, 1.0, 2.0][..]));
    }

    #[test]
    fn digest_depends_on_where_texts_end() {
        let digest = |rows: [(&str, &str); 2]| {
            let mut builder = CorpusBuilder::new();
            rows.iter()
                .for_each(|(text, label)| builder.push(text, label, 1.0));
            builder.build().unwrap().digest()
        };
        assert_ne!(
            digest([("ab", "x"), ("c", "y")]),
            digest([("a", "x"), ("bc", "y")])
        );
        assert_eq!(
            digest([("ab", "x"), ("c", "y")]),
            digest([("ab", "x"), ("c", "y")])
        );
    }
}
