//! Cells as rows of a table.

use super::args::IndexArgs;
use super::failure::Failure;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Map, Value};
use stance::index::cells::Cell;
use stance::index::estimate::Interval;
use stance::index::rows::SEPARATOR;
use stance::io::{Format, Sink, csv_record};

/// How cells are written.
pub struct Table<'a> {
    pub args: &'a IndexArgs,
    pub labels: &'a [String],
    /// The label that counts 1, and the one that counts −1.
    pub signs: (usize, usize),
    pub has_articles: bool,
    pub has_sources: bool,
}

impl Table<'_> {
    pub fn write(&self, cells: &[Cell], format: Format, sink: &mut Sink) -> Result<(), Failure> {
        let header = self.header();
        if let Format::Csv { delimiter } = format {
            sink.write(&csv_record(delimiter, &header))?;
        }
        for cell in cells {
            sink.write(&row(format, &header, self.values(cell)))?;
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
        let figure = if self.args.balance {
            "balance"
        } else {
            "index"
        };
        let (positive, negative) = (&self.labels[self.signs.0], &self.labels[self.signs.1]);
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
        let estimate = &cell.estimate;
        let (positive, negative) = self.signs;
        let difference = estimate.difference(positive, negative);
        let index = match self.args.balance {
            true => estimate.balance(positive, negative),
            false => difference,
        };
        let (h, c) = (
            estimate.share(positive).value,
            estimate.share(negative).value,
        );
        let variance = h + c - (h - c) * (h - c);
        let n_eff = (variance / (difference.se * difference.se)).round();
        let only_if = |is: bool, value: usize| match is {
            true => Value::from(value),
            false => Value::Null,
        };
        values.extend([
            cell.n.into(),
            cell.n_reports.into(),
            number_or_null(n_eff, 1.0),
            only_if(self.has_articles, cell.n_articles),
            only_if(self.has_sources, cell.n_sources),
            cell.n_audit.into(),
        ]);
        for label in 0..self.labels.len() {
            let share = estimate.share(label);
            values.extend([share.value, share.lo, share.hi].map(figure));
        }
        values.extend([index.value, index.se, index.lo, index.hi].map(figure));
        values.push(cell.method.name().into());
        values.extend(self.draws(index, &cell.name));
        values
    }

    /// Draws from the normal distribution of the index, for models that follow. Those of a cell depend on its name and the seed alone.
    fn draws(&self, index: Interval, name: &str) -> Vec<Value> {
        if self.args.draws == 0 {
            return Vec::new();
        }
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(&self.args.seed.to_le_bytes())
            .update(name.as_bytes());
        let mut rng = Xoshiro256PlusPlus::from_seed(*hasher.finalize().as_bytes());
        let mut draw = || {
            let normal: f64 = StandardNormal.sample(&mut rng);
            figure((index.value + normal * index.se).clamp(-1.0, 1.0))
        };
        (0..self.args.draws).map(|_| draw()).collect()
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
