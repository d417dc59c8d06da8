//! `stance sample`: scored statements in, a random part of them to be coded by hand out.

use super::args::SampleArgs;
use super::earlier_sample::{EarlierRow, EarlierSample};
use super::failure::Failure;
use super::inputs::{keep_apart, listed, read_options, refuse_workbook, say_opened, thousands};
use super::interrupt;
use super::progress::Progress;
use super::scored_rows::{for_each_row, is_prediction, open, shown_names};
use super::terminal::Terminal;
use rustc_hash::FxHashMap;
use stance::index::rows::SEPARATOR;
use stance::index::{Frame, Repeats, Sample, SampleError};
use stance::io::{Format, Reader, Sink};
use std::path::{Path, PathBuf};

/// The columns that stand before the text.
pub const COLUMNS: [&str; 5] = ["sample_row", "stratum", "sampling_prob", "gold", "same_as"];
/// Columns in which a statement that repeats another one has the same values.
const CONTEXT: [&str; 4] = ["speaker", "speaker_canonical", "target", "target_canonical"];

pub fn run(args: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    if let Some(path) = args.scored.iter().find(|path| is_read_once(path)) {
        return Err(Failure::usage(format!(
            "{} cannot be read twice, as a sample needs; write the scored rows to a file and give its name",
            path.display()
        )));
    }
    let is_twice = |(at, name): &(usize, &String)| args.by[..*at].contains(name);
    if let Some((_, name)) = args.by.iter().enumerate().find(is_twice) {
        return Err(Failure::usage(format!("--by names `{name}` twice")));
    }
    let outputs = (args.output.iter().map(|path| ("--output", path)))
        .chain(args.second.iter().map(|path| ("--second", path)));
    keep_apart(outputs, args.scored.iter().chain(&args.resume))?;
    let is_stdout = |path: Option<&Path>| path.is_none_or(|path| path == Path::new("-"));
    if args.second.is_some()
        && is_stdout(args.second.as_deref())
        && is_stdout(args.output.as_deref())
    {
        return Err(Failure::usage(
            "the sample and --second cannot share standard output; name a file for one",
        ));
    }
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let mut output = Output::create(path, args.force)?;
    let mut second = (args.second.as_deref())
        .map(|path| Output::create(path, args.force))
        .transpose()?;

    let progress = Progress::new(terminal);
    let options = read_options(&args.input)?;
    let reader = open(args, &options)?;
    say_opened(reader.opened(), terminal);
    check_names(&reader, args, terminal)?;
    let names = shown_names(reader.table(), args);
    let earlier = match &args.resume {
        None => EarlierSample::default(),
        Some(path) => EarlierSample::read(path, reader.table().columns(), &args.input.text_column)?,
    };
    drop(reader);

    let n = u64::from(args.n);
    let mut frame = Frame::new(args.seed, (args.n as usize).max(earlier.rows.len()));
    let (mut n_rows, mut n_failed) = (0, 0);
    let mut stratum = String::new();
    for_each_row(args, &options, &progress, |row| {
        n_rows = row.number;
        if !row.is_scored() {
            n_failed += 1;
            return Ok(());
        }
        row.stratum(args.over, &mut stratum)?;
        earlier.check(row, &stratum)?;
        frame.add(&stratum, row.key(), row.number, row.variance()?);
        Ok(())
    })?;
    let n_units = frame.n_units();
    let sample = frame
        .draw(n, args.allocation, &earlier.rows)
        .map_err(|error| match error {
            SampleError::NotDrawn { row } => earlier.not_drawn(row),
            SampleError::Empty => Failure::failed(format!(
                "{}: {error}; give what `stance predict` wrote",
                args.scored[0].display()
            )),
        })?;
    let drawn = read_drawn(args, &sample, &progress)?;
    drop(progress);
    let repeated = repeated(&drawn, &names);
    let n_repeats = repeated.iter().flatten().count();
    let n_second = args.overlap.unwrap_or(0) as usize;
    let n_to_code = sample.chosen.len() - n_repeats;
    if n_second > n_to_code {
        return Err(Failure::usage(format!(
            "--overlap {n_second} is more than the sample's {n_to_code} statements to code; take fewer"
        )));
    }
    let text_column = args.input.text_column.as_str();
    let columns = || {
        let names = names.iter().map(String::as_str);
        COLUMNS.into_iter().chain([text_column]).chain(names)
    };
    let added = earlier.added.iter().map(String::as_str);
    output.write(columns().chain(added));
    if let Some(second) = &mut second {
        second.write(columns());
    }
    let mut n_written = 0;
    for (place, (chosen, cells)) in sample.chosen.iter().zip(&drawn).enumerate() {
        let (row, probability) = (chosen.row.to_string(), chosen.probability.to_string());
        let design = [
            &row,
            &sample.strata[chosen.stratum].name,
            probability.as_str(),
        ];
        let coded = earlier.row(chosen.row);
        let gold = coded.map_or("", |row: &EarlierRow| row.gold.as_str());
        let first = repeated[place].map(|first| sample.chosen[first].row.to_string());
        let same_as = first.as_deref().unwrap_or_default();
        let cells = || cells.iter().map(String::as_str);
        let added: Vec<&str> = match coded {
            Some(row) => row.added.iter().map(String::as_str).collect(),
            None => vec![""; earlier.added.len()],
        };
        let coded = [gold, same_as];
        output.write(design.into_iter().chain(coded).chain(cells()).chain(added));
        if let Some(second) = &mut second
            && first.is_none()
            && n_written < n_second
        {
            second.write(design.into_iter().chain(["", ""]).chain(cells()));
            n_written += 1;
        }
    }
    output.finish()?;
    second.map_or(Ok(()), Output::finish)?;
    tell(args, n_rows, n_units, &sample, earlier.rows.len(), terminal);
    if n_failed > 0 {
        terminal.warning(format_args!(
            "{} rows have no prediction and cannot be drawn, as an index leaves them out",
            thousands(n_failed)
        ));
    }
    if n_repeats > 0 {
        terminal.notice(format_args!(
            "{} of them repeat another one of the sample (`same_as`) and need no code; {} are to be coded",
            thousands(n_repeats as u64),
            thousands(n_to_code as u64)
        ));
    }
    Ok(())
}

/// Which of the drawn rows (text and further cells) repeats which.
fn repeated(drawn: &[Vec<String>], names: &[String]) -> Vec<Option<usize>> {
    let is_context = |(_, name): &(usize, &String)| CONTEXT.contains(&name.trim());
    // The text stands first.
    let at: Vec<usize> = (names.iter().enumerate().filter(is_context))
        .map(|(at, _)| at + 1)
        .collect();
    let mut repeats = Repeats::default();
    let mut first = |cells: &Vec<String>| {
        let context: Vec<&str> = at.iter().map(|&at| cells[at].as_str()).collect();
        repeats.add(&context.join(&SEPARATOR.to_string()), &cells[0])
    };
    drawn.iter().map(&mut first).collect()
}

/// Whether a path is standard input, a pipe or a device.
fn is_read_once(path: &PathBuf) -> bool {
    path == Path::new("-") || (path.exists() && !path.is_file() && !path.is_dir())
}

/// Refuses columns that have the name of a new one, and warns where no prediction is found to be hidden.
fn check_names(reader: &Reader, args: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    let table = reader.table();
    let is_taken = |name: &&&str| table.columns().iter().any(|column| column.trim() == **name);
    if let Some(name) = COLUMNS.iter().find(is_taken) {
        return Err(Failure::failed(format!(
            "{} already has a column `{name}`, which a sample adds; rename it, or give the file that `stance predict` wrote",
            table.file()
        )));
    }
    if !table.others().any(|name| is_prediction(name, args)) {
        terminal.warning(format_args!(
            "{} has no column `{}`; if predictions stand elsewhere, the coder would see them: name theirs with \
             --prediction-column",
            table.file(),
            args.prediction_column
        ));
    }
    Ok(())
}

/// Text and further cells of the drawn rows, in their order.
fn read_drawn(
    args: &SampleArgs,
    sample: &Sample,
    progress: &Progress,
) -> Result<Vec<Vec<String>>, Failure> {
    let mut places: FxHashMap<u64, usize> = (sample.chosen.iter().enumerate())
        .map(|(place, chosen)| (chosen.row, place))
        .collect();
    let mut drawn = vec![Vec::new(); sample.chosen.len()];
    let options = read_options(&args.input)?;
    for_each_row(args, &options, progress, |row| {
        if let Some(place) = places.remove(&row.number) {
            let cells = [row.text].into_iter().chain(row.shown());
            drawn[place] = cells.map(str::to_owned).collect();
        }
        Ok(())
    })?;
    if !places.is_empty() {
        return Err(Failure::failed(
            "the scored rows have become fewer while they were read; run again when nobody writes to them",
        ));
    }
    Ok(drawn)
}

/// Says what was drawn, and which strata cannot tell their variance.
fn tell(
    args: &SampleArgs,
    n_rows: u64,
    n_units: u64,
    sample: &Sample,
    n_earlier: usize,
    terminal: &Terminal,
) {
    let n_chosen = sample.chosen.len() as u64;
    let earlier = match n_earlier {
        0 => String::new(),
        n => format!(", of which {} were drawn before", thousands(n as u64)),
    };
    let (strata, stratum) = (sample.strata.len() as u64, "strata");
    let stratum = if strata == 1 { "stratum" } else { stratum };
    terminal.notice(format_args!(
        "{} rows, {} statements in {} {stratum}; drew {}{earlier} (seed {})",
        thousands(n_rows),
        thousands(n_units),
        thousands(strata),
        thousands(n_chosen),
        args.seed
    ));
    if u64::from(args.n) > n_units {
        terminal.notice(format_args!(
            "there are no more than {} statements: all are in the sample",
            thousands(n_units)
        ));
    }
    let is_thin = |n_chosen: u64, n_units: u64| n_chosen < 2 && n_chosen < n_units;
    let thin = (sample.strata.iter()).filter(|of| is_thin(of.n_chosen, of.n_units));
    let thin: Vec<&str> = thin.map(|stratum| stratum.name.as_str()).collect();
    if thin.is_empty() {
        return;
    }
    let n_without = (sample.strata.iter()).filter(|of| of.n_chosen == 0).count() as u64;
    let without = match n_without {
        0 => String::new(),
        n => format!(
            ", {} of them none, so that it does not stand for these",
            thousands(n)
        ),
    };
    terminal.warning(format_args!(
        "{} of {} strata have fewer than two statements in the sample, which tells nothing of how much they vary{without}: \
         {}; draw more (-n), or from fewer strata (--by, --over)",
        thousands(thin.len() as u64),
        thousands(strata),
        listed(&thin)
    ));
}

/// A table that is being written.
struct Output {
    sink: Sink,
    writer: csv::Writer<Vec<u8>>,
}

impl Output {
    fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        refuse_workbook(Some(path))?;
        let format = Format::for_output(None, Some(path), Format::CSV);
        let Format::Csv { delimiter } = format else {
            return Err(Failure::usage(format!(
                "{}: a sample is written as csv or tsv, which spreadsheets open",
                path.display()
            )));
        };
        let sink = Sink::create(path, force)?;
        interrupt::watch(sink.partial());
        let writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(Vec::new());
        Ok(Self { sink, writer })
    }

    fn write<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        self.writer.write_record(cells).expect("a vector takes all");
    }

    fn finish(mut self) -> Result<(), Failure> {
        let bytes = self.writer.into_inner().expect("a vector takes all");
        self.sink.write(&bytes)?;
        self.sink.finish()?;
        Ok(())
    }
}
