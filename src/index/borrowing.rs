//! Corrections that cells with too few audited statements take from others.

use super::cells::Method;
use super::correction::{Between, Correction, between, correction};
use super::estimate::Statement;
use super::rows::SEPARATOR;
use rustc_hash::FxHashMap;

/// The corrections of cells without audited statements of their own.
pub(super) struct Borrowing {
    of_groups: FxHashMap<String, Correction>,
    of_all: Option<Correction>,
    has_period: bool,
}

impl Borrowing {
    /// From the audited statements of each cell that has some, with its name; groups with fewer than `least` lend nothing.
    pub fn new(
        mut cells: Vec<(&str, Vec<Statement<'_>>)>,
        n_labels: usize,
        least: usize,
        has_period: bool,
    ) -> Self {
        cells.sort_by_key(|&(name, _)| name);
        let audited: Vec<&[Statement<'_>]> = cells.iter().map(|(_, of)| &of[..]).collect();
        // Where each group begins and ends; its cells follow each other.
        let group_of = |at: usize| group(cells[at].0, has_period);
        let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
        for at in 0..cells.len() {
            match groups.last_mut() {
                Some(last) if group_of(last.start) == group_of(at) => last.end = at + 1,
                _ => groups.push(at..at + 1),
            }
        }
        let of_groups: Vec<&[&[Statement<'_>]]> =
            groups.iter().map(|range| &audited[range.clone()]).collect();
        let over_all = between(&[&audited], n_labels);
        // How periods of a group differ, in all groups; where none has two, how all cells do.
        let over_periods = between(&of_groups, n_labels).or_else(|| over_all.clone());
        let of = |cells: &[&[Statement<'_>]], between: Option<&Between>| {
            let mut statements = cells.concat();
            // Sorting is stable, so that sums are taken in one order.
            statements.sort_by_key(|of| of.article);
            let correction = correction(&statements, n_labels).filter(|of| of.n_articles > 1);
            correction.map(|correction| correction.with_between(between))
        };
        let n_audited = |range: &std::ops::Range<usize>| -> usize {
            audited[range.clone()].iter().map(|of| of.len()).sum()
        };
        let of_groups = (groups.iter())
            .filter(|range| n_audited(range) >= least)
            .filter_map(|range| {
                let correction = of(&audited[(*range).clone()], over_periods.as_ref())?;
                Some((group_of(range.start).to_owned(), correction))
            })
            .collect();
        Self {
            of_groups,
            of_all: of(&audited, over_all.as_ref()),
            has_period,
        }
    }

    /// What the cell of this name takes.
    pub fn of(&self, name: &str) -> (Option<&Correction>, Method) {
        let of_group = self.of_groups.get(group(name, self.has_period));
        match (of_group, &self.of_all) {
            (Some(correction), _) => (Some(correction), Method::BorrowedFromGroup),
            (None, Some(correction)) => (Some(correction), Method::BorrowedFromAll),
            (None, None) => (None, Method::Uncorrected),
        }
    }
}

/// The name of a cell without its period.
pub fn group(name: &str, has_period: bool) -> &str {
    match has_period {
        true => name.rsplit_once(SEPARATOR).map_or("", |(group, _)| group),
        false => name,
    }
}
