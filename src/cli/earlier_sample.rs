//! The file of an earlier sample, as it comes back from its coder.

use super::failure::Failure;
use super::sample::COLUMNS;
use super::scored_rows::ScoredRow;
use rustc_hash::FxHashMap;
use stance::index::words_of;
use stance::io::{Content, Error, Others, ReadOptions, Reader, RowError, RowProblem, Rows};
use std::path::Path;

const REMEDY: &str = "give a file that `stance sample` has written";

/// An earlier sample, in its order.
#[derive(Default)]
pub struct EarlierSample {
    file: String,
    /// The columns that coders have added.
    pub added: Vec<String>,
    /// Numbers of its rows.
    pub rows: Vec<u64>,
    by_row: FxHashMap<u64, EarlierRow>,
}

/// What is kept of a row.
pub struct EarlierRow {
    line: u64,
    words: String,
    stratum: String,
    pub gold: String,
    /// One for each of [`EarlierSample::added`].
    pub added: Vec<String>,
}

impl EarlierSample {
    /// Reads `path`; `columns` are those of the scored rows, all others were added by coders.
    pub fn read(path: &Path, columns: &[String], text_column: &str) -> Result<Self, Failure> {
        let mut options = ReadOptions::default();
        options.columns.text = text_column.to_owned();
        options.columns.others = Others::All;
        let mut reader = Reader::open(&[path], options).map_err(unreadable)?;
        let table = reader.table().clone();
        let [row, stratum, _, gold, _] = COLUMNS.map(|name| table.other(name, REMEDY));
        let (row_at, stratum_at, gold_at) = (row?, stratum?, gold?);
        let is_added = |(_, name): &(usize, &str)| {
            !COLUMNS.contains(name) && !columns.iter().any(|of| of == name)
        };
        let added = table.others().enumerate().filter(is_added);
        let (added_at, added): (Vec<usize>, Vec<String>) =
            added.map(|(at, name)| (at, name.to_owned())).unzip();
        let mut sample = Self {
            file: table.file().to_string(),
            added,
            ..Self::default()
        };
        while let Some(block) = reader.next_block().map_err(unreadable)? {
            let mut rows = Rows::new(&block);
            while let Some(row) = rows.next_row() {
                let line = row.line;
                let Content { text, others, .. } =
                    row.content.map_err(|error| unreadable(error.into()))?;
                let fault = |what: String| {
                    Failure::failed(format!("{}, line {line}: {what}; {REMEDY}", sample.file))
                };
                let number = others[row_at].parse().map_err(|_| {
                    fault(format!(
                        "`{}` in `sample_row` is no row number",
                        others[row_at]
                    ))
                })?;
                let row = EarlierRow {
                    line,
                    words: words_of(text),
                    stratum: others[stratum_at].clone(),
                    gold: others[gold_at].clone(),
                    added: added_at.iter().map(|at| others[*at].clone()).collect(),
                };
                if let Some(first) = sample.by_row.insert(number, row) {
                    return Err(fault(format!(
                        "row {number} stands on line {} already",
                        first.line
                    )));
                }
                sample.rows.push(number);
            }
        }
        Ok(sample)
    }

    /// What the earlier sample has of a row.
    pub fn row(&self, number: u64) -> Option<&EarlierRow> {
        self.by_row.get(&number)
    }

    /// Refuses a scored row that is another one than in the earlier sample.
    pub fn check(&self, row: &ScoredRow<'_>, stratum: &str) -> Result<(), Failure> {
        let Some(earlier) = self.by_row.get(&row.number) else {
            return Ok(());
        };
        let place = format!("{}, line {}", self.file, earlier.line);
        if words_of(row.text) != earlier.words {
            return Err(row.fault(&format!(
                "the text of row {} is another one in {place}; give the same files in the same order as for the earlier sample",
                row.number
            )));
        }
        if stratum.trim() != earlier.stratum {
            return Err(row.fault(&format!(
                "the stratum of row {} is `{stratum}`, and `{}` in {place}; give the same --by, --over and --date-column as \
                 for the earlier sample",
                row.number, earlier.stratum
            )));
        }
        Ok(())
    }

    /// The failure to draw one of its rows again.
    pub fn not_drawn(&self, number: u64) -> Failure {
        let line = self.by_row.get(&number).map_or(0, |row| row.line);
        Failure::failed(format!(
            "{}, line {line}: row {number} is not drawn again, so this is no part of the new sample; give the same --seed, \
             --by, --over, --date-column and files in the same order as for the earlier sample, or draw a new one without \
             --resume",
            self.file
        ))
    }
}

/// Spreadsheets save in other encodings than they were given; `--encoding` is that of the scored rows.
pub fn unreadable(error: Error) -> Failure {
    match error {
        Error::Row(RowError {
            file,
            line,
            problem: RowProblem::NotUtf8 { .. } | RowProblem::Nul { .. },
        }) => Failure::failed(format!(
            "{file}, line {line}: the file is not UTF-8; save it from the spreadsheet as `CSV UTF-8`"
        )),
        other => other.into(),
    }
}
