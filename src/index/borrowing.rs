//! Corrections that cells with too few audited statements take from others.

use super::cells::Method;
use super::correction::{Correction, correction};
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
        let of = |cells: &[(&str, Vec<Statement<'_>>)]| {
            let of_cells: Vec<&[Statement<'_>]> = cells.iter().map(|(_, of)| &of[..]).collect();
            let mut statements = of_cells.concat();
            // Sorting is stable, so that sums are taken in one order.
            statements.sort_by_key(|of| of.article);
            let correction = correction(&statements, n_labels).filter(|of| of.n_articles > 1);
            correction.map(|correction| correction.with_cells(&of_cells))
        };
        let group_of = |cell: &(&str, Vec<Statement<'_>>)| group(cell.0, has_period).to_owned();
        let groups = cells.chunk_by(|a, b| group_of(a) == group_of(b));
        let has_enough = |cells: &&[(&str, Vec<Statement<'_>>)]| {
            cells.iter().map(|(_, of)| of.len()).sum::<usize>() >= least
        };
        let of_groups = groups
            .filter(has_enough)
            .filter_map(|cells| Some((group(cells[0].0, has_period).to_owned(), of(cells)?)))
            .collect();
        Self {
            of_groups,
            of_all: of(&cells),
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
