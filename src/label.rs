//! Labels: a sorted set of names, and ids that are valid only for that set.

use std::fmt;

/// The most labels one model may have.
pub const MAX_LABELS: usize = 256;

/// The position of a label in its [`LabelSet`], from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(u16);

impl LabelId {
    /// The id at `position`; meaningful only for a set with more than `position` labels.
    ///
    /// # Panics
    /// If `position` is not below [`MAX_LABELS`].
    pub fn new(position: usize) -> Self {
        assert!(
            position < MAX_LABELS,
            "label position {position} is out of range"
        );
        Self(position as u16)
    }

    /// The position in the set, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Why a set of labels was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelSetError {
    /// A classifier needs at least two labels.
    #[error("only one label: `{0}`; a classifier needs at least two")]
    OnlyOne(String),
    /// There was no label at all.
    #[error("no label; a classifier needs at least two")]
    Empty,
    /// More labels than a model may have; often a sign that the wrong column was read.
    #[error("{0} different labels, at most {MAX_LABELS} are possible; is this the label column?")]
    TooMany(usize),
}

/// Two or more distinct label names in rising (byte) order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelSet {
    names: Vec<String>,
}

impl LabelSet {
    /// Sorts `names`, drops repeats, and checks that 2 to [`MAX_LABELS`] remain.
    ///
    /// # Errors
    /// [`LabelSetError`] if fewer than two or too many remain.
    pub fn new<I>(names: I) -> Result<Self, LabelSetError>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        names.sort_unstable();
        names.dedup();
        match names.len() {
            0 => Err(LabelSetError::Empty),
            1 => Err(LabelSetError::OnlyOne(names.remove(0))),
            n if n > MAX_LABELS => Err(LabelSetError::TooMany(n)),
            _ => Ok(Self { names }),
        }
    }

    /// The number of labels, at least 2.
    #[allow(clippy::len_without_is_empty)] // never empty
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The id of `name`, if the set has it.
    pub fn id(&self, name: &str) -> Option<LabelId> {
        self.names
            .binary_search_by(|n| n.as_str().cmp(name))
            .ok()
            .map(LabelId::new)
    }

    /// The name of `id`.
    ///
    /// # Panics
    /// If `id` belongs to a larger set.
    pub fn name(&self, id: LabelId) -> &str {
        &self.names[id.index()]
    }

    /// All names in rising order; the position is the id.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// All ids in rising order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = LabelId> + use<> {
        (0..self.names.len()).map(LabelId::new)
    }
}

impl fmt::Display for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique_and_ids_find_them() {
        let set = LabelSet::new(["neutral", "hostile", "neutral", "conciliatory"]).unwrap();
        assert_eq!(set.names(), ["conciliatory", "hostile", "neutral"]);
        for id in set.ids() {
            assert_eq!(set.id(set.name(id)), Some(id));
        }
        assert_eq!(set.id("friendly"), None);
    }

    #[test]
    fn fewer_than_two_or_too_many_labels_are_refused() {
        assert_eq!(
            LabelSet::new(["a", "a"]),
            Err(LabelSetError::OnlyOne("a".into()))
        );
        assert_eq!(
            LabelSet::new(Vec::<String>::new()),
            Err(LabelSetError::Empty)
        );
        let many = (0..=MAX_LABELS).map(|i| i.to_string());
        assert_eq!(
            LabelSet::new(many),
            Err(LabelSetError::TooMany(MAX_LABELS + 1))
        );
    }
}
