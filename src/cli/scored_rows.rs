//! Scored rows, one after the other, with what a sample needs of each: its stratum, its statement, what a coder may see.

use super::args::SampleArgs;
use super::failure::Failure;
use super::inputs::{BY_REMEDY, DATE, DATE_REMEDY};
use super::progress::Progress;
use stance::index::{Allocation, Over, day_of, statement_key};
use stance::io::{
    Content, Error, Others, PROBABILITY_PREFIX, ReadOptions, Reader, Rows, Table, added_prefix,
};
use std::fmt::Write;
use std::sync::Arc;

/// What `stance predict` adds beside the label and its probabilities.
const ADDED: [&str; 5] = [
    "uncertain",
    "reasons",
    "needs_check",
    "unknown_words",
    "model_digest",
];

/// A row, where it is and what it says.
pub struct ScoredRow<'r> {
    /// Counted over all files, from 1.
    pub number: u64,
    pub file: &'r str,
    pub line: u64,
    pub text: &'r str,
    others: &'r [String],
    columns: &'r ScoredColumns,
}

/// Reads the files from first to last row.
pub fn for_each_row(
    args: &SampleArgs,
    options: &ReadOptions,
    progress: &Progress,
    mut on_row: impl FnMut(&ScoredRow<'_>) -> Result<(), Failure>,
) -> Result<Reader, Failure> {
    let mut reader = open(args, options)?;
    let first = Arc::clone(reader.table());
    let mut columns = ScoredColumns::new(&first, &first, args)?;
    let mut table = Arc::clone(&first);
    let mut number = 0;
    while let Some(block) = reader.next_block()? {
        if !Arc::ptr_eq(block.table(), &table) {
            table = Arc::clone(block.table());
            columns = ScoredColumns::new(&table, &first, args)?;
        }
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let Content { text, others, .. } = row.content.map_err(Error::from)?;
            number += 1;
            on_row(&ScoredRow {
                number,
                file: table.file(),
                line: row.line,
                text,
                others,
                columns: &columns,
            })?;
        }
        let (done, total) = reader.progress();
        progress.bytes(done, total);
    }
    Ok(reader)
}

/// Opens the files.
pub fn open(args: &SampleArgs, options: &ReadOptions) -> Result<Reader, Failure> {
    let mut options = options.clone();
    options.columns.others = Others::All;
    Ok(Reader::open(&args.scored, options)?)
}

/// Where in a row what is.
pub struct ScoredColumns {
    by: Vec<(String, usize)>,
    date: Option<(String, usize)>,
    /// Of probabilities, or else of the predicted label: what an index goes by.
    scores: Vec<usize>,
    /// Of each column that a coder may see; `None` where another file has no such key.
    shown: Vec<Option<usize>>,
    spread: Spread,
}

/// From which probabilities it is told how uncertain a score is.
enum Spread {
    /// Nobody asks.
    Unasked,
    /// Of the score −1 for hostile, 1 for conciliatory, 0 otherwise.
    Score([(String, usize); 2]),
    /// Of the label, whichever it is.
    Labels(Vec<(String, usize)>),
}

impl ScoredColumns {
    /// The columns of `table`, of which those are shown that the table of the `first` file has.
    fn new(table: &Table, first: &Table, args: &SampleArgs) -> Result<Self, Failure> {
        let by = args.by.iter().map(|name| {
            if is_prediction(name, args) {
                return Err(Failure::usage(format!(
                    "--by {name}: the coder would see the prediction in the column `stratum`"
                )));
            }
            Ok((name.clone(), table.other(name, BY_REMEDY)?))
        });
        let by = by.collect::<Result<_, Failure>>()?;
        let date = match (&args.date_column, args.over) {
            (Some(name), _) => Some((name.clone(), table.other(name, DATE_REMEDY)?)),
            (None, Some(_)) => Some((DATE.to_owned(), table.other(DATE, DATE_REMEDY)?)),
            (None, None) => (table.other(DATE, DATE_REMEDY).ok()).map(|at| (DATE.to_owned(), at)),
        };
        let place = |(place, name): (usize, &str)| match table.columns() == first.columns() {
            true => Some(place),
            false => table.others().position(|other| other == name),
        };
        let shown = (first.others().enumerate()).filter(|(_, name)| !is_prediction(name, args));
        let places = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let others = table.others().enumerate();
            let found = others.filter(|(_, name)| is(name.trim()));
            found.map(|(at, _)| at).collect()
        };
        let probability = prefix(args).to_owned() + PROBABILITY_PREFIX;
        let probabilities = places(&|name| name.starts_with(&probability));
        Ok(Self {
            by,
            date,
            scores: match probabilities.len() {
                0 | 1 => places(&|name| name == args.prediction_column),
                _ => probabilities,
            },
            shown: shown.map(place).collect(),
            spread: match args.allocation {
                Allocation::Neyman => Spread::new(table, args)?,
                Allocation::Proportional | Allocation::Equal => Spread::Unasked,
            },
        })
    }
}

/// The names of the columns that a coder may see.
pub fn shown_names(first: &Table, args: &SampleArgs) -> Vec<String> {
    let shown = first.others().filter(|name| !is_prediction(name, args));
    shown.map(str::to_owned).collect()
}

/// Whether a column tells what the model thinks.
pub fn is_prediction(name: &str, args: &SampleArgs) -> bool {
    let Some(name) = name.trim().strip_prefix(prefix(args)) else {
        return false;
    };
    prefix(args).to_owned() + name == args.prediction_column
        || name.starts_with(PROBABILITY_PREFIX)
        || ADDED.contains(&name)
}

/// What stands before the name of each column that was added.
fn prefix(args: &SampleArgs) -> &str {
    added_prefix(&args.prediction_column)
}

impl Spread {
    fn new(table: &Table, args: &SampleArgs) -> Result<Self, Failure> {
        let prefix = prefix(args).to_owned() + PROBABILITY_PREFIX;
        let named = table
            .others()
            .enumerate()
            .map(|(at, name)| (name.trim(), at));
        let all: Vec<(String, usize)> = named
            .filter(|(name, _)| name.starts_with(&prefix))
            .map(|(name, at)| (name.to_owned(), at))
            .collect();
        let of = |label: &str| {
            let name = prefix.clone() + label;
            all.iter().find(|(column, _)| *column == name).cloned()
        };
        match (of("hostile"), of("conciliatory")) {
            (Some(hostile), Some(conciliatory)) => Ok(Self::Score([hostile, conciliatory])),
            _ if !all.is_empty() => Ok(Self::Labels(all)),
            _ => Err(Failure::failed(format!(
                "{} has no probabilities (`{prefix}…`), by which --allocation neyman goes; give what `stance predict` \
                 wrote, or take --allocation proportional",
                table.file()
            ))),
        }
    }
}

impl ScoredRow<'_> {
    /// What the row is known by.
    pub fn key(&self) -> u128 {
        let by = (self.columns.by.iter()).map(|(_, at)| self.others[*at].as_str());
        let day = self.date().map_or(String::new(), day_of);
        statement_key(by, &day, self.text)
    }

    fn date(&self) -> Option<&str> {
        let (_, at) = self.columns.date.as_ref()?;
        Some(&self.others[*at])
    }

    /// Whether it was scored: rows that `stance predict --on-error keep` could not read are in no index.
    pub fn is_scored(&self) -> bool {
        let scores = &self.columns.scores;
        scores.is_empty() || scores.iter().any(|&at| !self.others[at].is_empty())
    }

    /// Writes the name of the stratum to `name`: `source=Post; period=2024-03`.
    pub fn stratum(&self, over: Option<Over>, name: &mut String) -> Result<(), Failure> {
        name.clear();
        for (column, at) in &self.columns.by {
            let between = if name.is_empty() { "" } else { "; " };
            write!(name, "{between}{column}={}", self.others[*at]).expect("a string takes all");
        }
        if let (Some(over), Some((column, _))) = (over, &self.columns.date) {
            let date = self.date().unwrap_or_default();
            let period = over.period_of(date).map_err(|error| match date {
                "" => self.fault(&format!(
                    "`{column}` is empty; fill in the date, or remove the row"
                )),
                _ => self.fault(&format!("column `{column}`: {error}")),
            })?;
            let between = if name.is_empty() { "" } else { "; " };
            write!(name, "{between}period={period}").expect("a string takes all");
        }
        if name.is_empty() {
            name.push_str("all");
        }
        Ok(())
    }

    /// The variance of the row's score as its probabilities tell it.
    pub fn variance(&self) -> Result<f64, Failure> {
        match &self.columns.spread {
            Spread::Unasked => Ok(0.0),
            Spread::Score([hostile, conciliatory]) => {
                let (h, c) = (self.probability(hostile)?, self.probability(conciliatory)?);
                Ok(h + c - (c - h) * (c - h))
            }
            Spread::Labels(all) => all.iter().try_fold(0.0, |sum, column| {
                let p = self.probability(column)?;
                Ok(sum + p * (1.0 - p))
            }),
        }
    }

    fn probability(&self, (column, at): &(String, usize)) -> Result<f64, Failure> {
        let value = &self.others[*at];
        let probability = value.parse::<f64>().ok();
        let probability = probability.filter(|p| (0.0..=1.0).contains(p));
        probability.ok_or_else(|| {
            self.fault(&format!(
                "`{value}` in `{column}` is not a probability from 0 to 1; correct it, or take another --allocation"
            ))
        })
    }

    /// The values of the columns that a coder may see.
    pub fn shown(&self) -> impl Iterator<Item = &str> {
        let value = |at: &Option<usize>| at.map_or("", |at| self.others[at].as_str());
        self.columns.shown.iter().map(value)
    }

    /// A failure that names the row.
    pub fn fault(&self, what: &str) -> Failure {
        Failure::failed(format!("{}, line {}: {what}", self.file, self.line))
    }
}
