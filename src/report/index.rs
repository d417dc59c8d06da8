//! What the page of an index shows, as plain data.

use super::{page, page_index};
use crate::index::cells::{Cell, Method};
use crate::index::period::Over;
use crate::index::rows::SEPARATOR;

/// An index over groups and periods.
#[derive(Debug, Clone)]
pub struct IndexPage<'a> {
    /// Files that were read.
    pub n_files: usize,
    /// Rows in them.
    pub n_rows: u64,
    /// Rows without a prediction, which are left out.
    pub n_failed: u64,
    /// Whether only sources that have rows in every period count.
    pub constant_sources: bool,
    /// Whether intervals are about these statements alone.
    pub finite: bool,
    /// What is wrong with the rows or the audit.
    pub cautions: &'a [String],
    /// The columns that groups are made by.
    pub by: &'a [String],
    /// How long periods are, if there are any.
    pub over: Option<Over>,
    /// The labels.
    pub labels: &'a [String],
    /// Numbers of the label that counts 1, and of the one that counts −1.
    pub signs: (usize, usize),
    /// Whether the index is the balance among statements of these two labels.
    pub balance: bool,
    /// Cells with fewer audited statements borrow.
    pub least_audit: usize,
    /// Cells with fewer statements are to be read with care.
    pub least_n: usize,
    /// The cells, by name.
    pub cells: Vec<&'a Cell>,
}

impl IndexPage<'_> {
    /// The page. The same data give the same bytes.
    ///
    /// # Errors
    /// [`std::fmt::Error`] never in practice: a string takes all.
    pub fn html(&self) -> Result<String, std::fmt::Error> {
        let (title, headline) = (page_index::title(self), page_index::headline(self));
        page::rendered(&title, headline, page_index::sections(self))
    }

    /// The by-values and the period in the name of a cell.
    pub(super) fn parts<'c>(&self, cell: &'c Cell) -> (&'c str, Option<&'c str>) {
        match (self.over, cell.name.rsplit_once(SEPARATOR)) {
            (None, _) => (&cell.name, None),
            (Some(_), None) => ("", Some(&cell.name)),
            (Some(_), Some((group, period))) => (group, Some(period)),
        }
    }

    /// Cells whose shares were found in one of these ways.
    pub(super) fn n_by(&self, methods: &[Method]) -> usize {
        let cells = self.cells.iter();
        cells.filter(|cell| methods.contains(&cell.method)).count()
    }
}
