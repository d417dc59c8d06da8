//! `stance export`: scored quotations in, rows in the shape of an event data set out.
//!
//! The mapping is ours: hostile is verbal conflict, conciliatory is verbal cooperation, neutral is neither. `docs/index.md`
//! says what it does not claim.

use super::args::ExportArgs;
use super::failure::Failure;
use super::inputs::{
    DATE, keep_apart, read_options, refuse_input_twice, refuse_workbook, thousands,
};
use super::interrupt;
use super::terminal::Terminal;
use serde_json::{Value, json};
use stance::index::Over;
use stance::io::{
    Content, Error, Format, Others, PROBABILITY_PREFIX, Reader, Rows, Sink, added_prefix,
    csv_record,
};
use std::path::Path;

/// Labels and their class among GDELT's four; PLOVER's quad codes are numbered alike.
const CLASSES: [(&str, Option<u8>); 3] = [
    ("conciliatory", Some(VERBAL_COOPERATION)),
    ("hostile", Some(VERBAL_CONFLICT)),
    ("neutral", None),
];
const VERBAL_COOPERATION: u8 = 1;
const VERBAL_CONFLICT: u8 = 3;
/// Columns that may be there; the first of a kind that says something counts.
const IDS: [&str; 2] = ["quote_id", "id"];
const SPEAKERS: [&str; 2] = ["speaker_canonical", "speaker"];
const TARGETS: [&str; 2] = ["target_canonical", "target"];
const GDELT: [&str; 6] = [
    "GlobalEventID",
    "Day",
    "Actor1Name",
    "Actor2Name",
    "QuadClass",
    "SourceText",
];
const TAB: u8 = b'\t';
const REMEDY: &str = "give what `stance predict` wrote, or name yours with `--prediction-column`";

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scheme {
    /// JSON lines with the keys id, date, source, target, quad_code, text and probability
    Plover,
    /// A table with tabs and the columns GlobalEventID, Day, Actor1Name, Actor2Name, QuadClass and SourceText
    Gdelt,
}

pub fn run(args: &ExportArgs, terminal: &Terminal) -> Result<(), Failure> {
    let outputs = args.output.iter().map(|path| ("--output", path));
    keep_apart(outputs, &args.scored)?;
    refuse_workbook(args.output.as_deref())?;
    refuse_input_twice(&args.scored)?;
    let (columns, mut reader) = Wanted::open(args)?;
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let mut sink = Sink::create(path, args.force)?;
    interrupt::watch(sink.partial());
    if args.to == Scheme::Gdelt {
        sink.write(&csv_record(TAB, &GDELT))?;
    }
    let (mut n_rows, mut n_failed) = (0, 0);
    while let Some(block) = reader.next_block()? {
        let file = block.table().file();
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let line = row.line;
            let content = row.content.map_err(Error::from)?;
            let fault = |what: String| Failure::failed(format!("{file}, line {line}: {what}"));
            match columns.event(&content).map_err(fault)? {
                None => n_failed += 1,
                Some(event) => {
                    n_rows += 1;
                    sink.write(&event.written(args.to).map_err(fault)?)?;
                }
            }
        }
    }
    if n_rows == 0 {
        return Err(Failure::failed(format!(
            "{}: no row has a label in `{}`; {REMEDY}",
            args.scored[0].display(),
            args.prediction_column
        )));
    }
    sink.finish()?;
    if n_failed > 0 {
        terminal.warning(format_args!(
            "{} rows have no prediction and are left out",
            thousands(n_failed)
        ));
    }
    Ok(())
}

fn open(args: &ExportArgs, others: Others) -> Result<Reader, Failure> {
    let mut options = read_options(&args.input)?;
    options.columns.others = others;
    Ok(Reader::open(&args.scored, options)?)
}

/// The columns that are read, in the order in which rows have them.
struct Wanted {
    names: Vec<String>,
    prediction: String,
    prefix: String,
}

impl Wanted {
    /// Those that the first file has, or any that JSON objects have, and the reader of them.
    fn open(args: &ExportArgs) -> Result<(Self, Reader), Failure> {
        let reader = open(args, Others::All)?;
        let table = reader.table();
        let is_csv = matches!(table.format(), Format::Csv { .. });
        let prediction = args.prediction_column.clone();
        if is_csv {
            table.other(&prediction, REMEDY)?;
        }
        let prefix = format!("{}{PROBABILITY_PREFIX}", added_prefix(&prediction));
        // Standard input cannot be opened again: all is read.
        let is_read_once = args.scored.iter().any(|path| path == Path::new("-"));
        let names: Vec<String> = match is_read_once {
            true => table.others().map(str::to_owned).collect(),
            false => {
                let optional = [&IDS[..], &SPEAKERS, &[DATE], &TARGETS].concat();
                let optional = optional.into_iter().map(str::to_owned);
                let of_labels = CLASSES.map(|(label, _)| format!("{prefix}{label}"));
                let wanted = optional.chain(of_labels);
                let is_there = |name: &String| !is_csv || table.others().any(|other| other == name);
                wanted
                    .filter(is_there)
                    .chain([prediction.clone()])
                    .collect()
            }
        };
        let reader = match is_read_once {
            true => reader,
            false => open(args, Others::Named(names.clone()))?,
        };
        let wanted = Self {
            names,
            prediction,
            prefix,
        };
        Ok((wanted, reader))
    }

    /// The value of a column, empty where it is missing.
    fn value<'c>(&self, content: &Content<'c>, name: &str) -> &'c str {
        let at = self.names.iter().position(|other| other == name);
        at.map_or("", |at| content.others[at].as_str())
    }

    /// What a row says; none if it has no prediction.
    fn event<'c>(&self, content: &Content<'c>) -> Result<Option<Event<'c>>, String> {
        let first = |names: [&str; 2]| {
            let values = names.map(|name| self.value(content, name));
            values.into_iter().find(|value| !value.is_empty())
        };
        let label = self.value(content, &self.prediction);
        if label.is_empty() {
            return Ok(None);
        }
        let known = CLASSES.iter().find(|(name, _)| *name == label);
        let (_, class) = known.ok_or_else(|| {
            format!(
                "the label `{label}` has no class; only hostile, conciliatory and neutral have; rename it before"
            )
        })?;
        let probability = self.value(content, &format!("{}{label}", self.prefix));
        let probability = match probability {
            "" => None,
            text => Some(
                (text.parse::<f64>().ok())
                    .filter(|p| (0.0..=1.0).contains(p))
                    .ok_or_else(|| {
                        format!("`{text}` is not a probability from 0 to 1; {REMEDY}")
                    })?,
            ),
        };
        Ok(Some(Event {
            id: first(IDS).unwrap_or_default(),
            date: self.value(content, DATE),
            source: first(SPEAKERS).unwrap_or_default(),
            target: first(TARGETS).unwrap_or_default(),
            class: *class,
            text: content.text,
            probability,
        }))
    }
}

/// A row on its way out.
struct Event<'c> {
    id: &'c str,
    date: &'c str,
    source: &'c str,
    target: &'c str,
    class: Option<u8>,
    text: &'c str,
    probability: Option<f64>,
}

impl Event<'_> {
    fn written(&self, scheme: Scheme) -> Result<Vec<u8>, String> {
        match scheme {
            Scheme::Plover => Ok(self.json_line()),
            Scheme::Gdelt => Ok(csv_record(TAB, &self.fields()?)),
        }
    }

    fn json_line(&self) -> Vec<u8> {
        let or_null = |text: &str| match text {
            "" => Value::Null,
            text => Value::from(text),
        };
        let object = json!({
            "id": or_null(self.id),
            "date": or_null(self.date),
            "source": or_null(self.source),
            "target": or_null(self.target),
            "quad_code": self.class,
            "text": self.text,
            "probability": self.probability,
        });
        format!("{object}\n").into_bytes()
    }

    fn fields(&self) -> Result<[String; 6], String> {
        let day = match self.date {
            "" => String::new(),
            date => Over::Day
                .period_of(date)
                .map_err(|error| format!("{error}; or leave the date empty"))?
                .replace('-', ""),
        };
        let class = self.class.map_or(String::new(), |class| class.to_string());
        // One line for each row, with tabs only between fields.
        let plain = |text: &str| text.replace(['\t', '\r', '\n'], " ");
        Ok([
            plain(self.id),
            day,
            plain(self.source),
            plain(self.target),
            class,
            plain(self.text),
        ])
    }
}
