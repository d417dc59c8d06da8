//! How far an index of hand-coded rows depends on decisions of coding.
//!
//! A variant is one way to read the codes: one coder's labels, the majority of all, a map of acts to labels. Each says of a
//! row whether it counts for the index, against it, as neither, or not at all. [`Variants`] counts that by cell; a cell then
//! has an index for each variant, and [`range`] is what lies between the least and the greatest.

use std::collections::BTreeMap;

/// What a variant makes of a row that it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// It has the label that counts 1.
    Positive,
    /// It has the label that counts −1.
    Negative,
    /// It has another label.
    Neither,
}

/// The rows of a cell as one variant has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows that are counted.
    pub n: u64,
    /// Those that count 1.
    pub positive: u64,
    /// Those that count −1.
    pub negative: u64,
}

impl Tally {
    /// Counts a row; `None` is one that is left out.
    pub fn add(&mut self, decision: Option<Sign>) {
        let Some(sign) = decision else { return };
        self.n += 1;
        match sign {
            Sign::Positive => self.positive += 1,
            Sign::Negative => self.negative += 1,
            Sign::Neither => {}
        }
    }

    /// The share that counts 1 less the share that counts −1; none without rows.
    pub fn index(&self) -> Option<f64> {
        let difference = self.positive as f64 - self.negative as f64;
        (self.n > 0).then(|| difference / self.n as f64)
    }
}

/// The least and the greatest index; none where no variant has rows.
pub fn range(tallies: &[Tally]) -> Option<(f64, f64)> {
    let indices = tallies.iter().filter_map(Tally::index);
    indices.fold(None, |range, index| match range {
        None => Some((index, index)),
        Some((lo, hi)) => Some((index.min(lo), index.max(hi))),
    })
}

/// The label that most of those gave who gave one; none where nobody did, or where several labels share the first place.
pub fn majority<'l>(labels: &[Option<&'l str>]) -> Option<&'l str> {
    let given = || labels.iter().flatten();
    let votes = |label: &str| given().filter(|&&other| other == label).count();
    let most = given().map(|label| votes(label)).max()?;
    let mut first = given().filter(|label| votes(label) == most);
    let label = *first.next()?;
    first.all(|&other| other == label).then_some(label)
}

/// Whether all who gave a label gave the same.
pub fn agree(labels: &[Option<&str>]) -> bool {
    let mut given = labels.iter().flatten();
    let first = given.next();
    given.all(|label| Some(label) == first)
}

/// Rows counted by cell under each of several variants.
#[derive(Debug, Clone, Default)]
pub struct Variants {
    names: Vec<String>,
    cells: BTreeMap<String, Vec<Tally>>,
}

impl Variants {
    /// No rows yet, of variants with these names.
    pub fn new(names: Vec<String>) -> Self {
        Self {
            names,
            cells: BTreeMap::new(),
        }
    }

    /// What the variants are called, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Counts a row of `cell`, of which each variant makes something, in their order.
    pub fn add(&mut self, cell: &str, decisions: &[Option<Sign>]) {
        if !self.cells.contains_key(cell) {
            let none = vec![Tally::default(); self.names.len()];
            self.cells.insert(cell.to_owned(), none);
        }
        let tallies = self.cells.get_mut(cell).into_iter().flatten();
        for (tally, &decision) in tallies.zip(decisions) {
            tally.add(decision);
        }
    }

    /// The cells by name, with a tally for each variant.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &[Tally])> {
        let cells = self.cells.iter();
        cells.map(|(name, tallies)| (name.as_str(), &tallies[..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_left_out_are_in_no_share() {
        let mut variants = Variants::new(vec!["a".to_owned(), "b".to_owned()]);
        variants.add("x", &[Some(Sign::Positive), None]);
        variants.add("x", &[Some(Sign::Neither), Some(Sign::Negative)]);
        variants.add("w", &[None, None]);
        let cells: Vec<_> = variants.cells().collect();
        let (empty, full) = (cells[0], cells[1]);
        assert_eq!((empty.0, full.0), ("w", "x"));
        assert_eq!(range(empty.1), None);
        assert_eq!(full.1[0].index(), Some(0.5));
        assert_eq!((full.1[1].n, full.1[1].index()), (1, Some(-1.0)));
        assert_eq!(range(full.1), Some((-1.0, 0.5)));
    }

    #[test]
    fn ties_have_no_majority() {
        let (h, c) = (Some("h"), Some("c"));
        assert_eq!(majority(&[h, c, h]), h);
        assert_eq!(majority(&[c, None, None]), c);
        assert_eq!(majority(&[h, c, None]), None);
        assert_eq!(majority(&[None, None]), None);
        assert_eq!(majority(&[h, c, Some("n"), c]), c);
    }

    #[test]
    fn those_who_gave_no_label_do_not_disagree() {
        assert!(agree(&[Some("h"), None, Some("h")]));
        assert!(agree(&[None, None]));
        assert!(!agree(&[Some("h"), None, Some("c")]));
    }
}
