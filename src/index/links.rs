//! Which statements the rows of an audit tell the label of, and with which weight.
//!
//! What is drawn is not always what is counted. Drawn by source, a statement of two papers can be drawn twice; counted by target,
//! one that was drawn once stands in two cells. So a coded row lends its label to all rows with its words, its day and its values in
//! the columns that the audit was drawn by: its unit. A statement that m units belong to has the sum of the weights of its coded units, over
//! m, as its weight (generalised weight share method: Lavallée 2007, *Indirect Sampling*; Sirken 1970). That is unbiased whatever
//! the audit was drawn by.

use super::estimate::Gold;
use super::rows::ScoredRows;
use rustc_hash::FxHashMap;

/// A row of the audit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampledRow {
    /// Its number among the scored rows, from 0.
    pub row: usize,
    /// What its words are known by; see [`words_key`](super::identity::words_key).
    pub words: u64,
    /// Its label by hand, with one over the probability of being drawn and coded; none if it is not coded yet.
    pub gold: Option<Gold>,
}

/// Of rows with the words of one in the audit: their unit, and what it was coded as.
#[derive(Debug, Clone, Default)]
pub struct Links {
    of_row: FxHashMap<usize, Link>,
}

#[derive(Debug, Clone, Copy)]
struct Link {
    frame: u32,
    gold: Option<Gold>,
}

impl Links {
    /// Links scored rows with those of the audit.
    ///
    /// # Errors
    /// The place in `sampled` of a row that has other words than the scored row of its number.
    pub fn new(rows: &ScoredRows, sampled: &[SampledRow]) -> Result<Self, usize> {
        let hits: FxHashMap<usize, (u64, u32)> = (rows.hits().iter())
            .map(|hit| (hit.row, (hit.words, hit.frame)))
            .collect();
        let mut of_unit: FxHashMap<(u32, u64), Gold> = FxHashMap::default();
        for (place, sampled) in sampled.iter().enumerate() {
            let hit = hits.get(&sampled.row);
            let &(_, frame) = hit.filter(|hit| hit.0 == sampled.words).ok_or(place)?;
            if let Some(gold) = sampled.gold {
                let unit = (frame, rows.key(sampled.row));
                of_unit.entry(unit).or_insert(gold);
            }
        }
        let link = |(row, (_, frame)): (usize, (u64, u32))| {
            let gold = of_unit.get(&(frame, rows.key(row))).copied();
            (row, Link { frame, gold })
        };
        Ok(Self {
            of_row: hits.into_iter().map(link).collect(),
        })
    }

    /// The rows of coded units.
    pub fn coded(&self) -> impl Iterator<Item = usize> {
        let coded = self.of_row.iter().filter(|(_, link)| link.gold.is_some());
        coded.map(|(&row, _)| row)
    }

    /// The label of a statement, by its rows, with its weight: the label of the first one whose unit was coded.
    pub(super) fn gold(&self, rows: impl Iterator<Item = usize>) -> Option<Gold> {
        if self.of_row.is_empty() {
            return None;
        }
        let mut first: Option<usize> = None;
        let mut frames: Vec<u32> = Vec::new();
        let mut weight = 0.0;
        for row in rows {
            let link = self.of_row.get(&row)?;
            if frames.contains(&link.frame) {
                continue;
            }
            frames.push(link.frame);
            if let Some(gold) = link.gold {
                weight += gold.weight;
                first.get_or_insert(gold.label);
            }
        }
        let label = first?;
        let weight = weight / frames.len() as f64;
        Some(Gold { label, weight })
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Chunk, Hit};
    use super::*;

    /// Rows with a key and a frame each, all in one cell, and all with the words of one in the audit.
    fn rows(of: &[(u64, &str)]) -> ScoredRows {
        let mut chunk = Chunk::default();
        for (row, &(key, frame)) in of.iter().enumerate() {
            chunk.cell.push(chunk.cells.number("x"));
            chunk.source.push(chunk.sources.number(frame));
            chunk.key.push(key);
            chunk.article.push(row as u64);
            chunk.probabilities.extend([0.5, 0.5]);
            let frame = chunk.frames.number(frame);
            let words = key / 10;
            chunk.hits.push(Hit { row, words, frame });
        }
        let mut rows = ScoredRows::new(2);
        rows.push(chunk);
        rows
    }

    fn sampled(row: usize, words: u64, label: usize) -> SampledRow {
        let gold = Some(Gold { label, weight: 4.0 });
        SampledRow { row, words, gold }
    }

    #[test]
    fn a_statement_of_two_units_has_half_the_weight_of_each() {
        let rows = rows(&[(11, "Post"), (11, "Times"), (11, "Post"), (12, "Post")]);
        let of = |sampled: &[SampledRow], rows_of: &[usize]| {
            let links = Links::new(&rows, sampled).unwrap();
            links.gold(rows_of.iter().copied())
        };
        let gold = |weight| Gold { label: 1, weight };
        let both = [sampled(0, 1, 1), sampled(1, 1, 1)];
        assert_eq!(of(&both[..1], &[0, 1, 2]), Some(gold(2.0)));
        assert_eq!(of(&both[1..], &[0, 1, 2]), Some(gold(2.0)));
        assert_eq!(of(&both, &[0, 1, 2]), Some(gold(4.0)));
        // On another day it is another statement.
        assert_eq!(of(&both, &[3]), None);
    }

    #[test]
    fn a_unit_lends_its_label_to_all_its_rows() {
        // Row 2 may stand in another cell than row 0.
        let rows = rows(&[(11, "Post"), (11, "Times"), (11, "Post")]);
        let links = Links::new(&rows, &[sampled(0, 1, 0)]).unwrap();
        let gold = Gold {
            label: 0,
            weight: 4.0,
        };
        assert_eq!(links.gold([2].into_iter()), Some(gold));
        assert_eq!(links.gold([1].into_iter()), None);
        let mut coded: Vec<usize> = links.coded().collect();
        coded.sort_unstable();
        assert_eq!(coded, [0, 2]);
    }

    #[test]
    fn rows_with_other_words_are_told() {
        let rows = rows(&[(11, "Post"), (21, "Post")]);
        let audit = [sampled(0, 1, 0), sampled(1, 1, 0)];
        assert_eq!(Links::new(&rows, &audit).unwrap_err(), 1);
        assert_eq!(Links::new(&rows, &[sampled(9, 1, 0)]).unwrap_err(), 0);
    }
}
