//! An audit that people have coded: which rows, by which labels, drawn with which probabilities.

use super::args::IndexArgs;
use super::failure::Failure;
use super::inputs::{read_options, thousands};
use super::terminal::Terminal;
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

/// Reads the file that `stance sample` wrote and people filled in.
pub fn read_audit(path: &Path, args: &IndexArgs, labels: &[String]) -> Result<Audit, Failure> {
    let mut options = read_options(&args.input)?;
    options.format = None;
    options.columns.others = Others::All;
    let mut reader = Reader::open(&[path], options)?;
    let table = std::sync::Arc::clone(reader.table());
    let of = |name: &str| table.other(name, REMEDY);
    let (row_at, stratum_at) = (of("sample_row")?, of("stratum")?);
    let (probability_at, gold_at) = (of("sampling_prob")?, of(&args.gold_column)?);
    let by = args.by.iter().map(|name| table.other(name, BY_REMEDY));
    let by: Vec<usize> = by.collect::<Result<_, Error>>()?;
    let date = args.date_column.as_deref().unwrap_or("date");
    let date = table.other(date, REMEDY).ok();
    let mut audit = Audit::default();
    // Drawn and coded rows of each stratum.
    let mut strata: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut coded: Vec<(usize, String)> = Vec::new();
    while let Some(block) = reader.next_block()? {
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let line = row.line;
            let content = row.content.map_err(Error::from)?;
            let value = |at: usize| content.others[at].as_str();
            let fault =
                |what: String| Failure::failed(format!("{}, line {line}: {what}", table.file()));
            let number = value(row_at).parse::<usize>().ok().filter(|&row| row > 0);
            let number = number.ok_or_else(|| {
                fault(format!(
                    "`{}` in `sample_row` is no row; {REMEDY}",
                    value(row_at)
                ))
            })?;
            let probability = value(probability_at).parse::<f64>().ok();
            let probability = probability
                .filter(|p| *p > 0.0 && *p <= 1.0)
                .ok_or_else(|| {
                    fault(format!(
                        "`{}` in `sampling_prob` is no probability above 0; {REMEDY}",
                        value(probability_at)
                    ))
                })?;
            let stratum = strata.entry(value(stratum_at).to_owned()).or_default();
            stratum.0 += 1;
            let gold = value(gold_at);
            if gold.is_empty() {
                audit.n_open += 1;
                continue;
            }
            stratum.1 += 1;
            let label = labels.iter().position(|label| label == gold).ok_or_else(|| {
                fault(format!(
                    "`{gold}` is no label of the scored rows ({}); correct it, or leave the cell empty",
                    labels.join(", ")
                ))
            })?;
            let day = date.map(value).map_or(String::new(), day_of);
            let key = statement_key(by.iter().map(|&at| value(at)), &day, content.text) as u64;
            let row = number - 1;
            if audit.keys.insert(row, (key, line)).is_some() {
                return Err(fault(format!("row {number} is there twice; leave one out")));
            }
            let weight = 1.0 / probability;
            audit.gold.insert(row, Gold { label, weight });
            coded.push((row, value(stratum_at).to_owned()));
        }
    }
    if audit.gold.is_empty() {
        return Err(Failure::failed(format!(
            "{}: no row has a label in `{}`; code some first",
            path.display(),
            args.gold_column
        )));
    }
    // Of a stratum that is coded in part, the coded ones stand for all: rows are in random order.
    for (row, stratum) in coded {
        let (drawn, coded) = strata[&stratum];
        if let Some(gold) = audit.gold.get_mut(&row) {
            gold.weight *= drawn as f64 / coded as f64;
        }
    }
    Ok(audit)
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
