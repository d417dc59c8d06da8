//! `stance sensitivity`: rows coded by hand in, the index of each cell under each variant of the coding out.

use super::args::SensitivityArgs;
use super::failure::Failure;
use super::index_table::{check_names, figure, row};
use super::inputs::{keep_apart, table_format};
use super::interrupt;
use super::sensitivity_rows::Coding;
use super::terminal::Terminal;
use serde_json::Value;
use stance::index::rows::SEPARATOR;
use stance::index::sensitivity::{Variants, range};
use stance::io::{Format, Sink, csv_record};
use std::path::Path;

pub fn run(args: &SensitivityArgs, terminal: &Terminal) -> Result<(), Failure> {
    let outputs = args.output.iter().map(|path| ("--output", path));
    keep_apart(outputs, args.labelled.iter().chain(&args.map))?;
    let (format, output) = (args.output_format, args.output.as_deref());
    let format = table_format(
        format,
        output,
        "indices are written as csv, tsv or jsonl; give --output-format",
    )?;
    let header = header(args);
    check_names(&header)?;
    let variants = Coding::new(args)?.count(terminal)?;
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let mut sink = Sink::create(path, args.force)?;
    interrupt::watch(sink.partial());
    write(&header, &variants, format, &mut sink)?;
    sink.finish()?;
    Ok(())
}

/// Columns that stand behind those of a cell.
const COLUMNS: [&str; 5] = ["variant", "n", "index", "lo", "hi"];

fn header(args: &SensitivityArgs) -> Vec<String> {
    let mut header = args.by.clone();
    header.extend(args.over.map(|_| "period".to_owned()));
    header.extend(COLUMNS.map(str::to_owned));
    header
}

fn write(
    header: &[String],
    variants: &Variants,
    format: Format,
    sink: &mut Sink,
) -> Result<(), Failure> {
    let n_names = header.len() - COLUMNS.len();
    if let Format::Csv { delimiter } = format {
        sink.write(&csv_record(delimiter, header))?;
    }
    let or_null = |value: Option<f64>| value.map_or(Value::Null, figure);
    for (cell, tallies) in variants.cells() {
        let named = |variant: &str| -> Vec<Value> {
            let parts = cell.split(SEPARATOR).take(n_names).map(Value::from);
            parts.chain([Value::from(variant)]).collect()
        };
        for (variant, tally) in variants.names().iter().zip(tallies) {
            let mut values = named(variant);
            let index = or_null(tally.index());
            values.extend([tally.n.into(), index, Value::Null, Value::Null]);
            sink.write(&row(format, header, values))?;
        }
        let mut values = named("range");
        let (lo, hi) = range(tallies).unzip();
        values.extend([Value::Null, Value::Null, or_null(lo), or_null(hi)]);
        sink.write(&row(format, header, values))?;
    }
    Ok(())
}
