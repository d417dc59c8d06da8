//! An audit that people have coded: which rows, by which labels, drawn with which probabilities.

use super::args::IndexArgs;
use super::failure::Failure;
use super::inputs::{read_options, thousands};
use super::terminal::Terminal;
use rustc_hash::{FxHashMap, FxHashSet};
use stance::index::estimate::Gold;
use stance::index::rows::ScoredRows;
use stance::index::{day_of, statement_key};
use stance::io::{Error, Others, Reader, Rows};
use std::collections::BTreeMap;
use std::path::Path;

const REMEDY: &str = "give the file that `stance sample` wrote";
const BY_REMEDY: &str = "draw the sample with the same `--by`";

/// Coded rows.
#[derive(Debug, Default)]
pub struct Audit {
    /// By row, from 0.
    pub gold: BTreeMap<usize, Gold>,
    /// What each coded row's statement is known by, and its line.
    keys: BTreeMap<usize, (u64, u64)>,
    n_open: u64,
}

/// A row of the file.
struct SampledRow {
    /// Among the scored rows, from 0.
    row: usize,
    line: u64,
    key: u64,
    stratum: String,
    probability: f64,
    label: Option<usize>,
    /// The row that it repeats.
    same_as: Option<usize>,
}

/// Reads the file that `stance sample` wrote and people filled in.
pub fn read_audit(path: &Path, args: &IndexArgs, labels: &[String]) -> Result<Audit, Failure> {
    let mut sampled = read_sampled(path, args, labels)?;
    copy_labels(&mut sampled, path)?;
    // Drawn and coded rows of each stratum.
    let mut strata: FxHashMap<&str, (u64, u64)> = FxHashMap::default();
    for row in &sampled {
        let (drawn, coded) = strata.entry(&row.stratum).or_default();
        *drawn += 1;
        *coded += u64::from(row.label.is_some());
    }
    let mut audit = Audit::default();
    for row in &sampled {
        let Some(label) = row.label else {
            audit.n_open += 1;
            continue;
        };
        // Of a stratum that is coded in part, the coded ones stand for all: rows are in random order.
        let (drawn, coded) = strata[row.stratum.as_str()];
        let weight = drawn as f64 / coded as f64 / row.probability;
        audit.gold.insert(row.row, Gold { label, weight });
        audit.keys.insert(row.row, (row.key, row.line));
    }
    if audit.gold.is_empty() {
        return Err(Failure::failed(format!(
            "{}: no row has a label in `{}`; code some first",
            path.display(),
            args.gold_column
        )));
    }
    Ok(audit)
}

fn read_sampled(
    path: &Path,
    args: &IndexArgs,
    labels: &[String],
) -> Result<Vec<SampledRow>, Failure> {
    let mut options = read_options(&args.input)?;
    options.format = None;
    options.columns.others = Others::All;
    let mut reader = Reader::open(&[path], options)?;
    let table = std::sync::Arc::clone(reader.table());
    let of = |name: &str| table.other(name, REMEDY);
    let [row_at, stratum_at, probability_at] = ["sample_row", "stratum", "sampling_prob"].map(of);
    let (row_at, stratum_at, probability_at) = (row_at?, stratum_at?, probability_at?);
    let gold_at = of(&args.gold_column)?;
    let same_at = of("same_as").ok();
    let by = args.by.iter().map(|name| table.other(name, BY_REMEDY));
    let by: Vec<usize> = by.collect::<Result<_, Error>>()?;
    let date = args.date_column.as_deref().unwrap_or("date");
    let date = table.other(date, REMEDY).ok();
    let mut sampled = Vec::new();
    let mut known = FxHashSet::default();
    while let Some(block) = reader.next_block()? {
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let line = row.line;
            let content = row.content.map_err(Error::from)?;
            let value = |at: usize| content.others[at].as_str();
            let fault =
                |what: String| Failure::failed(format!("{}, line {line}: {what}", table.file()));
            let number = |at: usize, column: &str| {
                let number = value(at).parse::<usize>().ok().filter(|&row| row > 0);
                let what = || format!("`{}` in `{column}` is no row; {REMEDY}", value(at));
                number.ok_or_else(|| fault(what()))
            };
            let row = number(row_at, "sample_row")?;
            if !known.insert(row) {
                return Err(fault(format!("row {row} is there twice; leave one out")));
            }
            let probability = value(probability_at).parse::<f64>().ok();
            let probability = probability.filter(|p| *p > 0.0 && *p <= 1.0);
            let probability = probability.ok_or_else(|| {
                fault(format!(
                    "`{}` in `sampling_prob` is no probability above 0; {REMEDY}",
                    value(probability_at)
                ))
            })?;
            let gold = value(gold_at);
            let label = labels.iter().position(|label| label == gold);
            if label.is_none() && !gold.is_empty() {
                return Err(fault(format!(
                    "`{gold}` is no label of the scored rows ({}); correct it, or leave the cell empty",
                    labels.join(", ")
                )));
            }
            let same_as = match same_at.filter(|&at| !value(at).is_empty()) {
                None => None,
                Some(at) => Some(number(at, "same_as")? - 1),
            };
            let day = date.map(value).map_or(String::new(), day_of);
            let by = by.iter().map(|&at| value(at));
            sampled.push(SampledRow {
                row: row - 1,
                line,
                key: statement_key(by, &day, content.text) as u64,
                stratum: value(stratum_at).to_owned(),
                probability,
                label,
                same_as,
            });
        }
    }
    Ok(sampled)
}

/// Gives rows that repeat another one its label. Behind the last row with a label nothing is coded yet.
fn copy_labels(sampled: &mut [SampledRow], path: &Path) -> Result<(), Failure> {
    let places: FxHashMap<usize, usize> = (sampled.iter().enumerate())
        .map(|(place, row)| (row.row, place))
        .collect();
    let n_coded = (sampled.iter())
        .rposition(|row| row.label.is_some())
        .map_or(0, |last| last + 1);
    let only_repeats = |rows: &[SampledRow]| rows.iter().all(|row| row.same_as.is_some());
    let n_coded = match only_repeats(&sampled[n_coded..]) {
        true => sampled.len(),
        false => n_coded,
    };
    for place in 0..n_coded {
        let row = &sampled[place];
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
        sampled[place].label = sampled[*first].label;
    }
    Ok(())
}

impl Audit {
    /// Whether each coded row is the scored row that it says it is.
    pub fn check(&self, rows: &ScoredRows, args: &IndexArgs) -> Result<(), Failure> {
        for (&row, &(key, line)) in &self.keys {
            if row >= rows.n_rows() || rows.key(row) != key {
                let path = args.gold.as_deref().unwrap_or(Path::new(""));
                return Err(Failure::failed(format!(
                    "{}, line {line}: the statement is not that of row {} of the scored files; give the files that the sample was \
                     drawn from, in the same order",
                    path.display(),
                    row + 1
                )));
            }
        }
        Ok(())
    }

    pub fn say(&self, terminal: &Terminal) {
        if self.n_open > 0 {
            terminal.notice(format_args!(
                "{} of {} sampled statements are not coded yet; the others stand for them",
                thousands(self.n_open),
                thousands(self.n_open + self.gold.len() as u64)
            ));
        }
    }
}
