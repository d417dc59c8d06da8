//! Rows in, an estimate for each cell out: repeats counted once, and a correction from elsewhere where nothing was audited.

use super::assumed::{adjusted_counts, expectation_maximisation};
use super::estimate::{Correction, Estimate, Gold, Statement, correction};
use super::rows::{SEPARATOR, ScoredRows};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

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
    /// Labels by hand, by row.
    Audit {
        /// Of audited rows.
        gold: &'g BTreeMap<usize, Gold>,
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
    /// The shares.
    pub estimate: Estimate,
    /// How they were found.
    pub method: Method,
}

/// The statements of a cell, once each, article by article.
struct Gathered<'r> {
    statements: Vec<Statement<'r>>,
    n_reports: usize,
    n_articles: usize,
    n_sources: usize,
}

impl<'r> Gathered<'r> {
    /// Of repeats the audited one counts, else the first.
    fn new(
        rows: &'r ScoredRows,
        of_cell: impl Iterator<Item = usize>,
        gold: Option<&BTreeMap<usize, Gold>>,
    ) -> Self {
        let gold_of = |row: &usize| gold.and_then(|gold| gold.get(row).copied());
        let mut all: Vec<(u64, bool, usize)> = of_cell
            .map(|row| (rows.key(row), gold_of(&row).is_none(), row))
            .collect();
        let n_reports = all.len();
        let mut sources: Vec<u32> = all.iter().map(|&(_, _, row)| rows.source(row)).collect();
        sources.sort_unstable();
        sources.dedup();
        all.sort_unstable();
        all.dedup_by_key(|of| of.0);
        let mut by_article: Vec<(u64, usize)> = all
            .into_iter()
            .map(|(_, _, row)| (rows.article(row), row))
            .collect();
        by_article.sort_unstable();
        let statements: Vec<Statement<'r>> = by_article
            .iter()
            .map(|&(article, row)| Statement {
                article,
                probabilities: rows.probabilities(row),
                gold: gold_of(&row),
            })
            .collect();
        let n_articles = by_article.chunk_by(|a, b| a.0 == b.0).count();
        Self {
            statements,
            n_reports,
            n_articles,
            n_sources: sources.len(),
        }
    }
}

/// The cells of all rows that `keeps`, by name. Where a cell has a period, it stands last in its name (`has_period`).
pub fn cells(
    rows: &ScoredRows,
    source: &Source<'_>,
    has_period: bool,
    keeps: impl Fn(usize) -> bool + Sync,
) -> Vec<Cell> {
    let (order, starts) = rows.by_cell();
    let borrowing = match source {
        Source::Audit { gold, least } => Some(Borrowing::new(rows, gold, *least, has_period)),
        _ => None,
    };
    let mut cells: Vec<Cell> = (0..rows.cells().len())
        .into_par_iter()
        .filter_map(|cell| {
            let of_cell = order[starts[cell]..starts[cell + 1]].iter();
            let of_cell = of_cell.map(|&row| row as usize).filter(|&row| keeps(row));
            let gold = match source {
                Source::Audit { gold, .. } => Some(*gold),
                _ => None,
            };
            let gathered = Gathered::new(rows, of_cell, gold);
            let name = &rows.cells()[cell];
            (!gathered.statements.is_empty())
                .then(|| estimated(rows, gathered, source, borrowing.as_ref(), name))
        })
        .collect();
    cells.sort_by(|a, b| a.name.cmp(&b.name));
    cells
}

fn estimated(
    rows: &ScoredRows,
    gathered: Gathered<'_>,
    source: &Source<'_>,
    borrowing: Option<&Borrowing>,
    name: &str,
) -> Cell {
    let statements = &gathered.statements;
    let n_labels = rows.n_labels();
    let n_audit = statements.iter().filter(|of| of.gold.is_some()).count();
    let (estimate, method) = match (source, borrowing) {
        (Source::Audit { least, .. }, Some(borrowing)) => {
            let own = Estimate::design_based(statements, n_labels);
            match own.filter(|_| n_audit >= *least) {
                Some(own) => (own, Method::Design),
                None => {
                    let (correction, method) = borrowing.of(name);
                    let estimate = match correction {
                        Some(correction) => Estimate::borrowed(statements, n_labels, correction),
                        None => uncorrected(statements, n_labels),
                    };
                    (estimate, method)
                }
            }
        }
        (Source::Counts(counts), _) => {
            let raw = uncorrected(statements, n_labels);
            match adjusted_counts(counts, &raw.shares) {
                Some(shares) => (without_variance(shares, raw), Method::Assumed),
                None => (raw, Method::Uncorrected),
            }
        }
        (Source::Trained(shares), _) => {
            let probabilities = statements.iter().map(|of| of.probabilities);
            let (shares, _) = expectation_maximisation(probabilities, shares);
            let raw = Estimate::predicted(statements, n_labels);
            (without_variance(shares, raw), Method::Assumed)
        }
        _ => (uncorrected(statements, n_labels), Method::Uncorrected),
    };
    Cell {
        name: name.to_owned(),
        n: statements.len(),
        n_reports: gathered.n_reports,
        n_articles: gathered.n_articles,
        n_sources: gathered.n_sources,
        n_audit,
        estimate,
        method,
    }
}

/// Shares whose variance nobody knows.
fn without_variance(shares: Vec<f64>, of: Estimate) -> Estimate {
    Estimate {
        shares,
        covariance: vec![f64::NAN; of.covariance.len()],
        df: of.df,
    }
}

/// Predicted labels counted.
fn uncorrected(statements: &[Statement<'_>], n_labels: usize) -> Estimate {
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

/// The corrections of cells without audited statements of their own.
struct Borrowing {
    of_groups: FxHashMap<String, Correction>,
    of_all: Option<Correction>,
    has_period: bool,
}

impl Borrowing {
    fn new(
        rows: &ScoredRows,
        gold: &BTreeMap<usize, Gold>,
        least: usize,
        has_period: bool,
    ) -> Self {
        let mut audited: Vec<(&str, u64, usize)> = gold
            .keys()
            .map(|&row| {
                let name = &rows.cells()[rows.cell(row) as usize];
                (group(name, has_period), rows.article(row), row)
            })
            .collect();
        audited.sort_unstable();
        let statement = |&(_, article, row): &(&str, u64, usize)| Statement {
            article,
            probabilities: rows.probabilities(row),
            gold: gold.get(&row).copied(),
        };
        let of = |audited: &[(&str, u64, usize)]| {
            let statements: Vec<Statement<'_>> = audited.iter().map(statement).collect();
            correction(&statements, rows.n_labels()).filter(|of| of.n_articles > 1)
        };
        let groups = audited.chunk_by(|a, b| a.0 == b.0);
        let of_groups = groups
            .filter(|group| group.len() >= least)
            .filter_map(|group| Some((group[0].0.to_owned(), of(group)?)))
            .collect();
        audited.sort_unstable_by_key(|&(_, article, row)| (article, row));
        Self {
            of_groups,
            of_all: of(&audited),
            has_period,
        }
    }

    fn of(&self, name: &str) -> (Option<&Correction>, Method) {
        match (
            self.of_groups.get(group(name, self.has_period)),
            &self.of_all,
        ) {
            (Some(correction), _) => (Some(correction), Method::BorrowedFromGroup),
            (None, Some(correction)) => (Some(correction), Method::BorrowedFromAll),
            (None, None) => (None, Method::Uncorrected),
        }
    }
}

/// The name of a cell without its period.
fn group(name: &str, has_period: bool) -> &str {
    match has_period {
        true => name.rsplit_once(SEPARATOR).map_or("", |(group, _)| group),
        false => name,
    }
}
