//! Rows coded by hand, counted under each variant of the coding.

use super::act_map::ActMap;
use super::args::SensitivityArgs;
use super::failure::Failure;
use super::inputs::{period_of, read_options, thousands};
use super::terminal::Terminal;
use stance::index::rows::SEPARATOR;
use stance::index::sensitivity::{Sign, Variants, agree, majority};
use stance::io::{Content, Error, Others, Reader, Rows};
use std::collections::BTreeSet;

/// Coders of whom a majority can be told.
const LEAST_FOR_MAJORITY: usize = 3;

const REMEDY: &str = "name yours with `--label-column`, `--by`, `--date-column` or `--act-column`";
/// A column that tells that the rows are a sample.
const SAMPLING: &str = "sampling_prob";

/// One way to read a row.
enum Variant {
    /// The label of one coder.
    Coder(usize),
    /// The label that most gave.
    Majority,
    /// The usual label, of rows on which coders agree.
    Agreed,
    /// The usual label, with unclear ones counted as neither.
    UnclearIn,
    /// The usual label, without unclear ones.
    UnclearOut,
    /// The label of the act by a map.
    Map(usize),
}

/// What is read, and how.
pub struct Coding<'a> {
    args: &'a SensitivityArgs,
    maps: Vec<ActMap>,
    variants: Vec<Variant>,
    /// Columns in the order in which rows have them: labels, by, date, act.
    columns: Vec<String>,
}

impl<'a> Coding<'a> {
    /// By the options.
    pub fn new(args: &'a SensitivityArgs) -> Result<Self, Failure> {
        let coders: Vec<String> = args.label_column.iter().map(|c| c.trim().into()).collect();
        let mut sorted = coders.clone();
        sorted.sort();
        if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Failure::usage("--label-column names a coder twice"));
        }
        if args.positive == args.negative {
            return Err(Failure::usage(
                "--positive and --negative name the same label; an index needs two",
            ));
        }
        for label in [&args.positive, &args.negative] {
            if args.unclear.contains(label) {
                return Err(Failure::usage(format!(
                    "`{label}` counts in the index, so it cannot be --unclear; leave it out there"
                )));
            }
        }
        let mut maps: Vec<ActMap> = Vec::new();
        for path in &args.map {
            let map = ActMap::read(path, args.input.encoding.as_ref())?;
            if maps.iter().any(|other| other.name == map.name) {
                return Err(Failure::usage(format!(
                    "two files of --map are called `{}`; rename one, for the name tells the variants apart",
                    map.name
                )));
            }
            maps.push(map);
        }
        let mut variants: Vec<Variant> = (0..coders.len()).map(Variant::Coder).collect();
        if coders.len() >= LEAST_FOR_MAJORITY {
            variants.push(Variant::Majority);
        }
        if coders.len() > 1 {
            variants.push(Variant::Agreed);
        }
        if !args.unclear.is_empty() {
            variants.extend([Variant::UnclearIn, Variant::UnclearOut]);
        }
        variants.extend((0..maps.len()).map(Variant::Map));
        let mut columns = coders;
        columns.extend(args.by.iter().cloned());
        columns.extend(args.over.map(|_| args.date_column.clone()));
        columns.extend((!maps.is_empty()).then(|| args.act_column.clone()));
        Ok(Self {
            args,
            maps,
            variants,
            columns,
        })
    }

    fn names(&self) -> Vec<String> {
        let name = |variant: &Variant| match variant {
            Variant::Coder(coder) => format!("coder={}", self.columns[*coder]),
            Variant::Majority => "majority".to_owned(),
            Variant::Agreed => "disagreed=out".to_owned(),
            Variant::UnclearIn => "unclear=in".to_owned(),
            Variant::UnclearOut => "unclear=out".to_owned(),
            Variant::Map(map) => format!("map={}", self.maps[*map].name),
        };
        self.variants.iter().map(name).collect()
    }

    /// Counts all rows.
    pub fn count(&self, terminal: &Terminal) -> Result<Variants, Failure> {
        let mut options = read_options(&self.args.input)?;
        options.columns.others = Others::Named(self.columns.clone());
        let mut reader = Reader::open(&self.args.labelled, options)
            .map_err(|error| error.with_remedy(REMEDY))?;
        let mut counted = Variants::new(self.names());
        let mut met = Met {
            columns: vec![false; self.columns.len()],
            labels: BTreeSet::new(),
        };
        let mut n_rows = 0;
        let mut decisions = Vec::new();
        while let Some(block) = reader.next_block()? {
            let file = block.table().file();
            let mut rows = Rows::new(&block);
            while let Some(row) = rows.next_row() {
                let line = row.line;
                let content = row.content.map_err(Error::from)?;
                let fault = |what: String| Failure::failed(format!("{file}, line {line}: {what}"));
                met.add(&content, self.args.label_column.len());
                let cell = self.cell(&content).map_err(fault)?;
                self.decide(&content, &mut decisions).map_err(fault)?;
                counted.add(&cell, &decisions);
                n_rows += 1;
            }
        }
        self.check(&met, n_rows)?;
        self.warn(&met, terminal);
        if reader.table().columns().iter().any(|name| name == SAMPLING) {
            terminal.warning(format_args!(
                "{} is a sample (`{SAMPLING}`), and its rows count as they are, without weights; `stance index --gold` weighs \
                 them",
                reader.table().file()
            ));
        }
        terminal.detail(format_args!("{} rows", thousands(n_rows)));
        Ok(counted)
    }

    /// The name of the cell of a row.
    fn cell(&self, content: &Content<'_>) -> Result<String, String> {
        let by = self.args.label_column.len()..;
        let mut parts = content.others[by][..self.args.by.len()].to_vec();
        if let Some(over) = self.args.over {
            let at = self.args.label_column.len() + self.args.by.len();
            let date = content.others[at].as_str();
            parts.push(period_of(over, date)?);
        }
        Ok(parts.join(&SEPARATOR.to_string()))
    }

    /// What each variant makes of a row.
    fn decide(
        &self,
        content: &Content<'_>,
        decisions: &mut Vec<Option<Sign>>,
    ) -> Result<(), String> {
        let given = content.others[..self.args.label_column.len()].iter();
        let labels: Vec<Option<&str>> = given
            .map(|label| (!label.is_empty()).then_some(label.as_str()))
            .collect();
        let usual = match labels.len() {
            ..LEAST_FOR_MAJORITY => labels[0],
            _ => majority(&labels),
        };
        let is_unclear = |label: &str| self.args.unclear.iter().any(|unclear| unclear == label);
        let sign = |label| match label {
            label if label == self.args.positive => Sign::Positive,
            label if label == self.args.negative => Sign::Negative,
            _ => Sign::Neither,
        };
        decisions.clear();
        for variant in &self.variants {
            let label = match variant {
                Variant::Coder(coder) => labels[*coder],
                Variant::Majority | Variant::UnclearIn => usual,
                Variant::Agreed => usual.filter(|_| agree(&labels)),
                Variant::UnclearOut => usual.filter(|label| !is_unclear(label)),
                Variant::Map(map) => {
                    let map = &self.maps[*map];
                    let act = content.others.last().map_or("", String::as_str);
                    let label = map.label(act).ok_or_else(|| {
                        format!(
                            "the act `{act}` is not in {}; add it there, with an empty label if it is to be left out",
                            map.file
                        )
                    })?;
                    Some(label).filter(|label| !label.is_empty())
                }
            };
            decisions.push(label.map(sign));
        }
        Ok(())
    }

    /// Whether there is something in each column, and the labels that make the index are there.
    fn check(&self, met: &Met, n_rows: u64) -> Result<(), Failure> {
        let file = self.args.labelled[0].display();
        if n_rows == 0 {
            return Err(Failure::failed(format!(
                "{file} has no rows; give statements that were coded by hand"
            )));
        }
        let mut columns = self.columns.iter().zip(&met.columns);
        if let Some((name, _)) = columns.find(|(_, has_values)| !**has_values) {
            return Err(Failure::failed(format!(
                "{file}: no row says anything in `{name}`; give rows that do, or name another column"
            )));
        }
        for (option, label) in [
            ("--positive", &self.args.positive),
            ("--negative", &self.args.negative),
        ] {
            let mut mapped = self.maps.iter().flat_map(ActMap::labels);
            if !met.labels.contains(label) && !mapped.any(|(other, _)| other == label) {
                let labels: Vec<&str> = met.labels.iter().map(String::as_str).collect();
                return Err(Failure::failed(format!(
                    "{file}: no row has the label `{label}`, only {}; name yours with {option}",
                    labels.join(", ")
                )));
            }
        }
        Ok(())
    }

    /// Of labels that no coder gave, which may be slips of the pen.
    fn warn(&self, met: &Met, terminal: &Terminal) {
        for label in &self.args.unclear {
            if !met.labels.contains(label) {
                terminal.warning(format_args!("--unclear {label}: no row has this label"));
            }
        }
        let usual = [&self.args.positive, &self.args.negative];
        for label in &met.labels {
            let is_alike = |other: &&&String| other.to_lowercase() == label.to_lowercase();
            if let Some(other) = usual.iter().find(is_alike).filter(|other| **other != label) {
                terminal.warning(format_args!(
                    "the label `{label}` counts as neither, for it is not written like `{other}`; correct it in the file"
                ));
            }
        }
        for map in &self.maps {
            for (label, line) in map.labels() {
                if !met.labels.contains(label) && !usual.contains(&&label.to_owned()) {
                    terminal.warning(format_args!(
                        "{}, line {line}: no row has the label `{label}`; it counts as neither",
                        map.file
                    ));
                }
            }
        }
    }
}

/// What was met in the rows.
struct Met {
    /// Whether some row says something in the column.
    columns: Vec<bool>,
    labels: BTreeSet<String>,
}

impl Met {
    fn add(&mut self, content: &Content<'_>, n_coders: usize) {
        for (has_values, value) in self.columns.iter_mut().zip(content.others) {
            *has_values |= !value.is_empty();
        }
        for label in &content.others[..n_coders] {
            if !label.is_empty() && !self.labels.contains(label) {
                self.labels.insert(label.clone());
            }
        }
    }
}
