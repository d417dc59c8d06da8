//! Labelled statements, and how they are collected.

use super::coded::CodingRecord;
use super::column::{Column, Names, Place, Places};
use crate::label::{LabelId, LabelSet, LabelSetError};

/// Bytes that are handed to the digest at once.
const DIGEST_BYTES: usize = 1 << 16;

/// Labelled statements in the order they were read: one buffer of text, one label and one weight a row, and what further
/// columns say of it.
#[derive(Debug, Clone)]
pub struct LabelledCorpus {
    text: String,
    ends: Vec<usize>,
    labels: Vec<LabelId>,
    weights: Option<Vec<f32>>,
    columns: Vec<Column>,
    places: Places,
    /// Rising.
    unjudged: Vec<usize>,
    coding: Option<CodingRecord>,
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

    /// Lets `write` make another text of each text and the values of further columns, empty where a row has none. It
    /// appends to what it is given.
    pub fn map_texts(
        &mut self,
        mut write: impl for<'c> FnMut(&'c str, &dyn Fn(&str) -> &'c str, &mut String),
    ) {
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(self.len()));
        for row in 0..self.len() {
            let value = |name: &str| {
                let column = self.column(name);
                column.and_then(|column| column.value(row)).unwrap_or("")
            };
            write(self.text(row), &value, &mut text);
            ends.push(text.len());
        }
        (self.text, self.ends) = (text, ends);
    }

    /// The label of every row.
    pub fn labels(&self) -> &[LabelId] {
        &self.labels
    }

    /// The weight of every row, each positive and finite; `None` where all are 1.
    pub fn weights(&self) -> Option<&[f32]> {
        self.weights.as_deref()
    }

    /// The further columns that were read: speakers, sources, dates.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The further column of this name, if it was read.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name() == name)
    }

    /// Whether row `row` counts in figures. Of a statement with several labels that weigh their shares, one row does at
    /// most.
    pub fn is_judged(&self, row: usize) -> bool {
        self.unjudged.binary_search(&row).is_err()
    }

    /// The number of rows that do not count in figures.
    pub fn n_unjudged(&self) -> usize {
        self.unjudged.len()
    }

    /// Whose labels these are, if they were made of several coders'.
    pub fn coding(&self) -> Option<&CodingRecord> {
        self.coding.as_ref()
    }

    /// Says whose labels these are.
    pub fn set_coding(&mut self, coding: CodingRecord) {
        self.coding = Some(coding);
    }

    /// Where row `row` stands: of rows that are from no file, their number from 1 in a file without a name.
    ///
    /// # Panics
    /// If `row` is not below [`len`](Self::len).
    pub fn place(&self, row: usize) -> Place<'_> {
        self.places.of(row)
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
    columns: Vec<Column>,
    places: Places,
    unjudged: Vec<usize>,
}

impl CorpusBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty builder of rows from `file`, each with a value of each of `columns`.
    pub fn of_file<'n>(file: &str, columns: impl IntoIterator<Item = &'n str>) -> Self {
        Self {
            columns: columns.into_iter().map(Column::new).collect(),
            places: Places::of_file(file),
            ..Self::default()
        }
    }

    /// Adds a row. `weight` is positive and finite; 1 for a plain row.
    pub fn push(&mut self, text: &str, label: &str, weight: f32) {
        self.push_row::<&str>(text, label, weight, &[], self.len() as u64 + 1);
    }

    /// Adds the row of a file that starts on `line`, with its values of the builder's columns, in order. An empty value,
    /// also one that is not there, says nothing.
    pub fn push_row<V: AsRef<str>>(
        &mut self,
        text: &str,
        label: &str,
        weight: f32,
        values: &[V],
        line: u64,
    ) {
        debug_assert!(weight > 0.0 && weight.is_finite());
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.labels.push(self.label_names.id(label));
        self.weights.push(weight);
        self.weighted |= weight != 1.0;
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.push(values.get(at).map_or("", AsRef::as_ref));
        }
        self.places.push(line);
    }

    /// Lets the row added last not count in figures; it is learned from all the same.
    pub fn leave_unjudged(&mut self) {
        self.unjudged.extend(self.len().checked_sub(1));
    }

    /// Adds the rows of `next` behind its own.
    pub fn append(&mut self, next: Self) {
        let (offset, n_rows) = (self.text.len(), self.len());
        self.unjudged
            .extend(next.unjudged.iter().map(|row| n_rows + row));
        self.text.push_str(&next.text);
        self.ends.extend(next.ends.iter().map(|end| offset + end));
        let labels = self.label_names.ids_of(&next.label_names);
        self.labels
            .extend(next.labels.iter().map(|&id| labels[id as usize]));
        self.weights.extend(next.weights);
        self.weighted |= next.weighted;
        for column in &next.columns {
            if !self.columns.iter().any(|own| own.name() == column.name()) {
                self.columns.push(Column::empty(column.name(), n_rows));
            }
        }
        for own in &mut self.columns {
            match next
                .columns
                .iter()
                .find(|column| column.name() == own.name())
            {
                Some(column) => own.append(column),
                None => own.resize(self.ends.len()),
            }
        }
        self.places.append(next.places);
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
            columns: self.columns,
            places: self.places,
            unjudged: self.unjudged,
            coding: None,
            label_set,
        }
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

    #[test]
    fn rows_of_several_files_keep_their_columns_and_places() {
        let mut all = CorpusBuilder::new();
        let mut first = CorpusBuilder::of_file("a.csv", ["who", "when"]);
        first.push_row("we agree", "x", 1.0, &["minister", "2019"], 2);
        first.push_row("we refuse", "y", 1.0, &["", "2020"], 5);
        let mut second = CorpusBuilder::of_file("b.csv", ["when", "where"]);
        second.push_row("we wait", "x", 1.0, &["2019", "north"], 2);
        all.append(first);
        all.append(second);
        let corpus = all.build().unwrap();
        let values = |name: &str| -> Vec<_> {
            (0..3)
                .map(|row| corpus.column(name).unwrap().value(row))
                .collect()
        };
        assert_eq!(values("who"), [Some("minister"), None, None]);
        assert_eq!(values("when"), [Some("2019"), Some("2020"), Some("2019")]);
        assert_eq!(values("where"), [None, None, Some("north")]);
        assert_eq!(
            corpus.column("when").unwrap().ids(),
            [Some(0), Some(1), Some(0)]
        );
        assert!(corpus.column("why").is_none());
        let places: Vec<_> = (0..3)
            .map(|row| corpus.place(row))
            .map(|p| (p.file, p.line))
            .collect();
        assert_eq!(places, [("a.csv", 2), ("a.csv", 5), ("b.csv", 2)]);
    }
}
