//! Cells as rows of a table.

use super::args::IndexArgs;
use super::failure::Failure;
use super::index_layout::Layout;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StudentT};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Map, Value};
use stance::index::cells::{Cell, Figure, Method};
use stance::index::group;
use stance::index::rows::SEPARATOR;
use stance::io::{Format, Sink, csv_record};

/// How cells are written.
pub struct Table<'a> {
    args: &'a IndexArgs,
    labels: &'a [String],
    figure: Figure,
    has_articles: bool,
    has_sources: bool,
    header: Vec<String>,
}

impl<'a> Table<'a> {
    pub fn new(
        args: &'a IndexArgs,
        labels: &'a [String],
        figure: Figure,
        layout: &Layout,
    ) -> Result<Self, Failure> {
        let mut table = Self {
            args,
            labels,
            figure,
            has_articles: layout.has_articles(),
            has_sources: layout.has_sources(),
            header: Vec::new(),
        };
        table.header = table.header();
        check_names(&table.header)?;
        Ok(table)
    }

    pub fn write(&self, cells: &[Cell], format: Format, sink: &mut Sink) -> Result<(), Failure> {
        if let Format::Csv { delimiter } = format {
            sink.write(&csv_record(delimiter, &self.header))?;
        }
        for cell in cells {
            sink.write(&row(format, &self.header, self.values(cell)))?;
        }
        Ok(())
    }

    fn header(&self) -> Vec<String> {
        let mut header = self.args.by.clone();
        if self.args.over.is_some() {
            header.push("period".to_owned());
        }
        let counts = [
            "n",
            "n_reports",
            "n_eff",
            "n_articles",
            "n_sources",
            "n_audit",
        ];
        header.extend(counts.map(str::to_owned));
        for label in self.labels {
            let columns = ["share", "lo", "hi"].map(|figure| format!("{figure}_{label}"));
            header.extend(columns);
        }
        let figure = match self.figure.balance {
            true => "balance",
            false => "index",
        };
        let label = |number: usize| &self.labels[number];
        let (positive, negative) = (label(self.figure.positive), label(self.figure.negative));
        header.push(format!("{figure}_{positive}_minus_{negative}"));
        header.extend(["se", "lo", "hi", "method"].map(str::to_owned));
        header.extend((1..=self.args.draws).map(|draw| format!("draw_{draw}")));
        header
    }

    fn values(&self, cell: &Cell) -> Vec<Value> {
        let mut values: Vec<Value> = match self.args.by.is_empty() && self.args.over.is_none() {
            true => Vec::new(),
            false => cell.name.split(SEPARATOR).map(Value::from).collect(),
        };
        let only_if = |is: bool, value: usize| match is {
            true => Value::from(value),
            false => Value::Null,
        };
        values.extend([
            cell.n.into(),
            cell.n_reports.into(),
            number_or_null(cell.n_eff, 1.0),
            only_if(self.has_articles, cell.n_articles),
            only_if(self.has_sources, cell.n_sources),
            cell.n_audit.into(),
        ]);
        for share in &cell.shares {
            values.extend([share.value, share.lo, share.hi].map(figure));
        }
        let index = cell.index;
        values.extend([index.value, index.se, index.lo, index.hi].map(figure));
        values.push(cell.method.name().into());
        values.extend(self.draws(cell));
        values
    }

    /// Draws from the distribution of the index, for models that follow: Student's, with the cell's own standard error and that of a correction
    /// which others have too. Those of a cell depend on its name and the seed alone, the latter part on what is borrowed.
    fn draws(&self, cell: &Cell) -> Vec<Value> {
        let lender = match cell.method {
            Method::BorrowedFromGroup => group(&cell.name, self.args.over.is_some()),
            _ => "",
        };
        let [(own, own_df), (lent, lent_df)] = cell.errors;
        let mut of_cell = self.random("cell", &cell.name);
        let mut of_lender = self.random(cell.method.name(), lender);
        let draws = 0..self.args.draws;
        let draw = |_| {
            let off =
                own * standard(own_df, &mut of_cell) + lent * standard(lent_df, &mut of_lender);
            figure(if cell.index.se.is_nan() {
                f64::NAN
            } else {
                cell.index.value + off
            })
        };
        draws.map(draw).collect()
    }

    /// Random numbers of something with a name.
    fn random(&self, kind: &str, name: &str) -> Xoshiro256PlusPlus {
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(&self.args.seed.to_le_bytes())
            .update(kind.as_bytes())
            .update(&[0])
            .update(name.as_bytes());
        Xoshiro256PlusPlus::from_seed(*hasher.finalize().as_bytes())
    }
}

/// A draw from Student's distribution, or from the normal one where degrees of freedom are infinite.
fn standard(df: f64, rng: &mut Xoshiro256PlusPlus) -> f64 {
    match StudentT::new(df) {
        Ok(student) if df.is_finite() => student.sample(rng),
        _ => StandardNormal.sample(rng),
    }
}

/// Refuses two columns of one name.
pub fn check_names(header: &[String]) -> Result<(), Failure> {
    let is_twice = |(at, name): &(usize, &String)| header[..*at].contains(name);
    match header.iter().enumerate().find(is_twice) {
        None => Ok(()),
        Some((_, name)) => Err(Failure::usage(format!(
            "the table would have two columns `{name}`; rename one in the scored rows, or take it out of --by"
        ))),
    }
}

/// A row with a value for each column of `header`.
pub fn row(format: Format, header: &[String], values: Vec<Value>) -> Vec<u8> {
    let Format::Csv { delimiter } = format else {
        let pairs = header.iter().cloned().zip(values);
        let object = Value::Object(pairs.collect::<Map<_, _>>());
        return format!("{object}\n").into_bytes();
    };
    let fields = values.into_iter().map(|value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        number => number.to_string(),
    });
    csv_record(delimiter, &fields.collect::<Vec<_>>())
}

/// Six digits; nothing of what is no number.
pub fn figure(value: f64) -> Value {
    number_or_null(value, 1e6)
}

fn number_or_null(value: f64, scale: f64) -> Value {
    let rounded = (value * scale).round() / scale;
    match (rounded.is_finite(), scale == 1.0) {
        (false, _) => Value::Null,
        (true, true) => Value::from(rounded as u64),
        (true, false) => Value::from(if rounded == 0.0 { 0.0 } else { rounded }),
    }
}
