//! Rows in, an estimate for each cell out: repeats counted once, and a correction from elsewhere where nothing was audited.

use super::assumed::{adjusted_counts, expectation_maximisation};
use super::borrowing::Borrowing;
use super::estimate::{Estimate, Population, Statement};
use super::gathered::Gathered;
use super::interval::Interval;
use super::links::Links;
use super::rows::{NO_CELL, ScoredRows};
use rayon::prelude::*;

/// How a cell's shares were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// By its own audited statements.
    Design,
    /// By those of the same by-values in all periods.
    BorrowedFromGroup,
    /// By those of all cells.
    BorrowedFromAll,
    /// Predicted labels counted.
    Uncorrected,
    /// By the errors that the training data had.
    Assumed,
}

impl Method {
    /// Whether the correction is that of others.
    pub fn borrows(&self) -> bool {
        matches!(self, Self::BorrowedFromGroup | Self::BorrowedFromAll)
    }

    /// Its name in a table.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Design => "design-based",
            Self::BorrowedFromGroup => "borrowed from its periods",
            Self::BorrowedFromAll => "borrowed from all cells",
            Self::Uncorrected => "uncorrected",
            Self::Assumed => "assumed",
        }
    }
}

/// What corrects predictions.
#[derive(Debug, Clone)]
pub enum Source<'g> {
    /// Labels by hand.
    Audit {
        /// Which rows have one.
        links: &'g Links,
        /// Cells with fewer audited statements borrow.
        least: usize,
    },
    /// Nothing.
    Nothing,
    /// The confusion matrix of the training data, by rows of gold labels.
    Counts(&'g [Vec<u64>]),
    /// The shares of labels in the training data, which calibrated probabilities hold for.
    Trained(&'g [f64]),
}

/// A cell of the table.
#[derive(Debug, Clone)]
pub struct Cell {
    /// By-values and period.
    pub name: String,
    /// Statements, each counted once.
    pub n: usize,
    /// Rows.
    pub n_reports: usize,
    /// Articles that they are from.
    pub n_articles: usize,
    /// Sources.
    pub n_sources: usize,
    /// Audited statements.
    pub n_audit: usize,
    /// Independent statements coded by hand that would tell the index as surely, but no more than there are; not a number where nobody knows.
    pub n_eff: f64,
    /// The shares, by label.
    pub shares: Vec<Interval>,
    /// The index, or the balance.
    pub index: Interval,
    /// The standard error of the index that is the cell's own, and the one that it shares with all that borrow the same correction, each with
    /// its degrees of freedom (infinite where no audit tells).
    pub errors: [(f64, f64); 2],
    /// How all was found.
    pub method: Method,
}

/// What is made of shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// Number of the label that counts 1.
    pub positive: usize,
    /// Number of the label that counts −1.
    pub negative: usize,
    /// Whether other labels do not count: (h − c)/(h + c) rather than h − c.
    pub balance: bool,
}

impl Figure {
    fn of(&self, estimate: &Estimate) -> Interval {
        match self.balance {
            true => estimate.balance(self.positive, self.negative),
            false => estimate.difference(self.positive, self.negative),
        }
    }

    /// How many statements of which all is known would have the standard error of the difference.
    fn n_eff(&self, estimate: &Estimate, n: usize) -> f64 {
        let difference = estimate.difference(self.positive, self.negative);
        let share = |label| estimate.share(label).value;
        let either = share(self.positive) + share(self.negative);
        // Where all have one label, as many as leave so much unseen.
        let variance = (either - difference.value * difference.value).max(difference.se);
        let n_eff = variance / (difference.se * difference.se);
        if n_eff.is_nan() || difference.se == 0.0 {
            return f64::NAN;
        }
        n_eff.min(n as f64)
    }
}

/// The cells of all rows that `keeps`, by name. Where a cell has a period, it stands last in its name (`has_period`).
pub fn cells(
    rows: &ScoredRows,
    source: &Source<'_>,
    population: Population,
    figure: Figure,
    has_period: bool,
    keeps: impl Fn(usize) -> bool + Sync,
) -> Vec<Cell> {
    let (order, starts) = rows.by_cell();
    let links = match source {
        Source::Audit { links, .. } => Some(*links),
        _ => None,
    };
    let gathered = |cell: usize| {
        let of_cell = order[starts[cell]..starts[cell + 1]].iter();
        let of_cell = of_cell.map(|&row| row as usize).filter(|&row| keeps(row));
        Gathered::new(rows, of_cell, links)
    };
    let borrowing = match source {
        Source::Audit { links, least } => {
            let mut with_gold: Vec<usize> =
                links.coded().map(|row| rows.cell(row) as usize).collect();
            with_gold.sort_unstable();
            with_gold.dedup();
            with_gold.retain(|&cell| rows.cells()[cell] != NO_CELL);
            let audited = with_gold
                .into_par_iter()
                .map(|cell| {
                    let mut statements = gathered(cell).statements;
                    statements.retain(|of| of.gold.is_some());
                    statements.shrink_to_fit();
                    (rows.cells()[cell].as_str(), statements)
                })
                .collect();
            Some(Borrowing::new(audited, rows.n_labels(), *least, has_period))
        }
        _ => None,
    };
    let means = Means {
        n_labels: rows.n_labels(),
        source,
        population,
        figure,
        borrowing,
    };
    let mut cells: Vec<Cell> = (0..rows.cells().len())
        .into_par_iter()
        .filter(|&cell| rows.cells()[cell] != NO_CELL)
        .filter_map(|cell| {
            let gathered = gathered(cell);
            let name = &rows.cells()[cell];
            (!gathered.statements.is_empty()).then(|| means.cell(name, gathered))
        })
        .collect();
    cells.sort_by(|a, b| a.name.cmp(&b.name));
    cells
}

/// What a cell is estimated by.
struct Means<'g> {
    n_labels: usize,
    source: &'g Source<'g>,
    population: Population,
    figure: Figure,
    borrowing: Option<Borrowing>,
}

impl Means<'_> {
    fn cell(&self, name: &str, gathered: Gathered<'_>) -> Cell {
        let statements = &gathered.statements;
        let n_audit = statements.iter().filter(|of| of.gold.is_some()).count();
        let (estimate, method) = self.estimate(name, statements, n_audit);
        let figure = &self.figure;
        let (positive, negative) = (figure.positive, figure.negative);
        Cell {
            name: name.to_owned(),
            n: statements.len(),
            n_reports: gathered.n_reports,
            n_articles: gathered.n_articles,
            n_sources: gathered.n_sources,
            n_audit,
            n_eff: figure.n_eff(&estimate, statements.len()),
            shares: (0..self.n_labels)
                .map(|label| estimate.share(label))
                .collect(),
            index: figure.of(&estimate),
            errors: estimate.own_and_shared_errors(positive, negative, figure.balance),
            method,
        }
    }

    fn estimate(
        &self,
        name: &str,
        statements: &[Statement<'_>],
        n_audit: usize,
    ) -> (Estimate, Method) {
        let (n_labels, population) = (self.n_labels, self.population);
        match (self.source, &self.borrowing) {
            (Source::Audit { least, .. }, Some(borrowing)) => {
                if population == Population::Finite && n_audit == statements.len() {
                    return (Estimate::known(statements, n_labels), Method::Design);
                }
                let own = Estimate::design_based(statements, n_labels, population);
                if let Some(own) = own.filter(|_| n_audit >= *least) {
                    return (own, Method::Design);
                }
                let (correction, method) = borrowing.of(name);
                let estimate = match correction {
                    Some(correction) => {
                        Estimate::borrowed(statements, n_labels, correction, population)
                    }
                    None => self.uncorrected(statements),
                };
                (estimate, method)
            }
            (Source::Counts(counts), _) => {
                let raw = self.uncorrected(statements);
                match adjusted_counts(counts, &raw.shares) {
                    Some(shares) => (Estimate::without_variance(shares), Method::Assumed),
                    None => (raw, Method::Uncorrected),
                }
            }
            (Source::Trained(shares), _) => {
                let probabilities = statements.iter().map(|of| of.probabilities);
                let (shares, _) = expectation_maximisation(probabilities, shares);
                (Estimate::without_variance(shares), Method::Assumed)
            }
            _ => (self.uncorrected(statements), Method::Uncorrected),
        }
    }

    /// Predicted labels counted. Of these statements alone nobody knows how far the labels are wrong.
    fn uncorrected(&self, statements: &[Statement<'_>]) -> Estimate {
        let counted = counted(statements, self.n_labels);
        match self.population {
            Population::Super => counted,
            Population::Finite => Estimate::without_variance(counted.shares),
        }
    }
}

/// Predicted labels counted.
fn counted(statements: &[Statement<'_>], n_labels: usize) -> Estimate {
    let mut labels = vec![0.0_f32; n_labels * n_labels];
    for label in 0..n_labels {
        labels[label * n_labels + label] = 1.0;
    }
    let counted: Vec<Statement<'_>> = statements
        .iter()
        .map(|statement| {
            let top = (0..n_labels).fold(0, |top, label| {
                match statement.probabilities[label] > statement.probabilities[top] {
                    true => label,
                    false => top,
                }
            });
            Statement {
                probabilities: &labels[top * n_labels..][..n_labels],
                ..*statement
            }
        })
        .collect();
    Estimate::predicted(&counted, n_labels)
}
