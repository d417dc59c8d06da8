//! An audit that people have coded: which rows, by which labels, drawn with which probabilities.

use super::args::IndexArgs;
use super::audit_rows::{AuditRow, read_audit_rows};
use super::failure::Failure;
use super::inputs::{listed, thousands};
use super::terminal::Terminal;
use rustc_hash::{FxHashMap, FxHashSet};
use stance::index::estimate::Gold;
use stance::index::links::{Links, SampledRow};
use stance::index::rows::ScoredRows;
use std::path::{Path, PathBuf};

/// How far a number of statements may lie off a whole one.
const NEARLY: f64 = 0.01;

/// Coded rows.
#[derive(Debug, Default)]
pub struct Audit {
    path: PathBuf,
    /// The columns that it was drawn by.
    pub by: Vec<String>,
    /// What the words of its rows are known by.
    pub words: FxHashSet<u64>,
    sampled: Vec<SampledRow>,
    /// Of each row, its line.
    lines: Vec<u64>,
    /// Statements that it stands for.
    n_statements: f64,
    n_open: u64,
    cautions: Vec<String>,
}

/// Reads the file that `stance sample` wrote and people filled in.
pub fn read_audit(path: &Path, args: &IndexArgs, labels: &[String]) -> Result<Audit, Failure> {
    let (mut rows, by) = read_audit_rows(path, args, labels)?;
    let n_skipped = n_skipped(&rows);
    copy_labels(&mut rows, path)?;
    let strata = Strata::new(&rows);
    let mut audit = Audit {
        path: path.to_owned(),
        by,
        words: rows.iter().map(|row| row.words).collect(),
        lines: rows.iter().map(|row| row.line).collect(),
        n_statements: strata
            .of_name
            .values()
            .map(|stratum| stratum.n_statements)
            .sum(),
        cautions: strata.cautions(),
        ..Audit::default()
    };
    if n_skipped > 0 {
        audit.cautions.push(format!(
            "{n_skipped} rows without a label stand above coded ones; rows that were skipped because they were hard, or a \
             file that was sorted, leave no random part: code them too, or code up to one row of the file as it was drawn"
        ));
    }
    for row in &rows {
        let gold = row.label.map(|label| Gold {
            label,
            weight: strata.of_name[row.stratum.as_str()].weight(row.probability),
        });
        audit.n_open += u64::from(gold.is_none());
        audit.sampled.push(SampledRow {
            row: row.row,
            words: row.words,
            gold,
        });
    }
    match audit.n_open == rows.len() as u64 {
        false => Ok(audit),
        true => Err(Failure::failed(format!(
            "{}: no row has a label in `{}`; code some first",
            path.display(),
            args.gold_column
        ))),
    }
}

/// Gives rows that repeat another one its label. Behind the last row with a label nothing is coded yet.
fn copy_labels(rows: &mut [AuditRow], path: &Path) -> Result<(), Failure> {
    let places: FxHashMap<usize, usize> = (rows.iter().enumerate())
        .map(|(place, row)| (row.row, place))
        .collect();
    let n_coded = n_coded(rows);
    let only_repeats = rows[n_coded..].iter().all(|row| row.same_as.is_some());
    let n_coded = if only_repeats { rows.len() } else { n_coded };
    for place in 0..n_coded {
        let row = &rows[place];
        let (None, Some(first)) = (row.label, row.same_as) else {
            continue;
        };
        let first = places.get(&first).ok_or_else(|| {
            Failure::failed(format!(
                "{}, line {}: `same_as` names row {}, which is not in the file; code the row itself, or put that row back",
                path.display(),
                row.line,
                first + 1
            ))
        })?;
        rows[place].label = rows[*first].label;
    }
    Ok(())
}

/// The number of rows up to the last one with a label.
fn n_coded(rows: &[AuditRow]) -> usize {
    let last = rows.iter().rposition(|row| row.label.is_some());
    last.map_or(0, |last| last + 1)
}

/// Rows without a label above others that have one, which repeat nothing.
fn n_skipped(rows: &[AuditRow]) -> usize {
    let is_open = |row: &&AuditRow| row.label.is_none() && row.same_as.is_none();
    rows[..n_coded(rows)].iter().filter(is_open).count()
}

/// What was drawn from each stratum.
struct Strata<'r> {
    of_name: FxHashMap<&'r str, Stratum>,
}

#[derive(Default)]
struct Stratum {
    n_drawn: u64,
    n_coded: u64,
    /// The least and the greatest probability of being drawn.
    least: f64,
    greatest: f64,
    /// Sum of one over each: the statements that were drawn from.
    n_statements: f64,
}

impl<'r> Strata<'r> {
    fn new(rows: &'r [AuditRow]) -> Self {
        let mut of_name: FxHashMap<&str, Stratum> = FxHashMap::default();
        for row in rows {
            let stratum = of_name.entry(&row.stratum).or_insert_with(|| Stratum {
                least: 1.0,
                ..Stratum::default()
            });
            stratum.n_drawn += 1;
            stratum.n_coded += u64::from(row.label.is_some());
            stratum.least = stratum.least.min(row.probability);
            stratum.greatest = stratum.greatest.max(row.probability);
            stratum.n_statements += 1.0 / row.probability;
        }
        Self { of_name }
    }

    /// The names of strata of which something holds, in order.
    fn names(&self, holds: impl Fn(&Stratum) -> bool) -> Vec<&str> {
        let found = self.of_name.iter().filter(|(_, stratum)| holds(stratum));
        let mut names: Vec<&str> = found.map(|(name, _)| *name).collect();
        names.sort_unstable();
        names
    }

    fn cautions(&self) -> Vec<String> {
        let mut cautions = Vec::new();
        let all = self.of_name.len();
        let mut warn = |names: &[&str], what: &str| {
            if !names.is_empty() {
                cautions.push(format!(
                    "{} of {all} strata {what}: {}",
                    names.len(),
                    listed(names)
                ));
            }
        };
        let uncoded = self.names(|stratum| stratum.n_coded == 0);
        warn(
            &uncoded,
            "have no coded row, so that nothing stands for their statements; code some of each",
        );
        let uneven = self.names(|stratum| !stratum.is_even());
        warn(
            &uneven,
            "have several probabilities in `sampling_prob`, where `stance sample` writes one; is the column as it was?",
        );
        let odd = self.names(|stratum| {
            let n = stratum.n_statements;
            stratum.is_even() && (n - n.round()).abs() > NEARLY
        });
        warn(
            &odd,
            "have no whole number of statements by their rows and `sampling_prob`: rows were taken out (leave their label \
             empty instead), or probabilities were rounded",
        );
        cautions
    }
}

impl Stratum {
    /// Whether it has one probability of being drawn, as far as a spreadsheet keeps it.
    fn is_even(&self) -> bool {
        self.least >= self.greatest * (1.0 - 1e-6)
    }

    /// Of a stratum that is coded in part, the coded ones stand for all: rows are in random order.
    fn weight(&self, probability: f64) -> f64 {
        self.n_drawn as f64 / self.n_coded as f64 / probability
    }
}

impl Audit {
    /// Finds each row among the scored ones.
    pub fn links(&self, rows: &ScoredRows) -> Result<Links, Failure> {
        Links::new(rows, &self.sampled).map_err(|place| {
            Failure::failed(format!(
                "{}, line {}: the text is not that of row {} of the scored files; give the files that the sample was drawn \
                 from, in the same order, and leave the texts as they are",
                self.path.display(),
                self.lines[place],
                self.sampled[place].row + 1
            ))
        })
    }

    /// The labels of both where another coder's file has a label too.
    pub fn pairs(
        &self,
        second: &Path,
        args: &IndexArgs,
        labels: &[String],
    ) -> Result<Vec<(usize, usize)>, Failure> {
        let (rows, _) = read_audit_rows(second, args, labels)?;
        let known: FxHashMap<usize, (u64, Option<usize>)> = (self.sampled.iter())
            .map(|of| (of.row, (of.words, of.gold.map(|gold| gold.label))))
            .collect();
        let mut pairs = Vec::new();
        for row in rows {
            let of_first = known.get(&row.row).filter(|(words, _)| *words == row.words);
            let (_, first) = of_first.ok_or_else(|| {
                Failure::failed(format!(
                    "{}, line {}: row {} with this text is not in {}; give the second file of the same sample",
                    second.display(),
                    row.line,
                    row.row + 1,
                    self.path.display()
                ))
            })?;
            pairs.extend(first.zip(row.label));
        }
        Ok(pairs)
    }

    /// How many sampled statements are not coded yet, of how many.
    pub fn say_open(&self, terminal: &Terminal) {
        if self.n_open > 0 {
            terminal.notice(format_args!(
                "{} of {} sampled statements are not coded yet; the others of their strata stand for them",
                thousands(self.n_open),
                thousands(self.sampled.len() as u64)
            ));
        }
    }

    /// What is wrong with it and the scored rows: these have at least as many statements as different words on a day.
    pub fn cautions(&self, rows: &ScoredRows) -> Vec<String> {
        let mut cautions = self.cautions.clone();
        let (n_statements, n_known) = (self.n_statements.round(), rows.n_keys());
        if n_known as f64 > n_statements {
            cautions.push(format!(
                "the sample stands for {} statements, and the scored rows have {} or more: rows have been added since, strata \
                 have no row in it, or it was drawn with another --date-column; nothing stands for these (draw more with \
                 `stance sample --resume`)",
                thousands(n_statements as u64),
                thousands(n_known)
            ));
        }
        if n_statements > rows.n_rows() as f64 {
            cautions.push(format!(
                "the sample stands for {} statements, and there are {} scored rows: `sampling_prob` is not as it was, or rows \
                 are missing",
                thousands(n_statements as u64),
                thousands(rows.n_rows() as u64)
            ));
        }
        cautions
    }
}
