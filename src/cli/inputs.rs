//! What several commands open: models and labelled rows.

use super::args::{InputArgs, LabelArgs};
use super::failure::Failure;
use super::terminal::Terminal;
pub use stance::evaluation::thousands;
use stance::index::Over;
use stance::io::{
    Columns, Format, LabelledOptions, LabelledSummary, Opened, ReadOptions, encoding_for,
};
use stance::label::LabelSet;
use stance::model::StanceModel;
use stance::text::context::{SPEAKER, TARGET};
use std::path::{Path, PathBuf};

/// Opens the model, or the one in the box.
pub fn open_model(path: Option<&PathBuf>) -> Result<StanceModel, Failure> {
    match path {
        None => Ok(StanceModel::embedded()),
        Some(path) => StanceModel::open(path).map_err(|error| match error {
            stance::model::ModelError::Io { .. } => Failure::from(error),
            other => Failure::failed(format!("{}: {other}", path.display())),
        }),
    }
}

/// Refuses outputs that would replace an input, or each other. Pipes and devices may be given as they are.
pub fn keep_apart<'p>(
    outputs: impl IntoIterator<Item = (&'static str, &'p PathBuf)>,
    inputs: impl IntoIterator<Item = &'p PathBuf>,
) -> Result<(), Failure> {
    // One name for one place, also where the file is still to be made.
    let place = |path: &Path| -> Option<PathBuf> {
        if path == Path::new("-") || (path.exists() && !path.is_file()) {
            return None;
        }
        let real = path.canonicalize().ok();
        real.or_else(|| {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        })
    };
    let mut taken: Vec<PathBuf> = inputs.into_iter().filter_map(|path| place(path)).collect();
    for (option, path) in outputs {
        if let Some(real) = place(path) {
            if taken.contains(&real) {
                return Err(Failure::usage(format!(
                    "{option} {} would replace another file of this command; give another name",
                    path.display()
                )));
            }
            taken.push(real);
        }
    }
    Ok(())
}

/// The encoding that was asked for.
pub fn encoding(name: Option<&String>) -> Result<Option<&'static encoding_rs::Encoding>, Failure> {
    let found = name.map(|name| encoding_for(name).map_err(|e| Failure::usage(e.to_string())));
    found.transpose()
}

/// How rows without labels are read.
pub fn read_options(input: &InputArgs) -> Result<ReadOptions, Failure> {
    let encoding = encoding(input.encoding.as_ref())?;
    let columns = Columns {
        text: input.text_column.clone(),
        ..Columns::default()
    };
    Ok(ReadOptions {
        format: input.format,
        encoding,
        columns,
        ..ReadOptions::default()
    })
}

/// How labelled rows are read.
pub fn labelled_options(
    input: &InputArgs,
    label: &LabelArgs,
    weight_column: Option<&String>,
    known: Option<&LabelSet>,
) -> Result<LabelledOptions, Failure> {
    let mut read = read_options(input)?;
    read.columns.label = Some(label.label_column.clone());
    read.columns.weight = weight_column.cloned();
    Ok(LabelledOptions {
        read,
        label_map: label.label_map.clone(),
        drop_labels: label.drop_label.clone(),
        known: known.cloned(),
    })
}

/// Says what was guessed about the files.
pub fn say_opened(opened: &[Opened], terminal: &Terminal) {
    for file in opened {
        if file.guessed {
            terminal.notice(file);
        } else {
            terminal.detail(file);
        }
    }
}

/// Says what was guessed, left out and renamed.
pub fn say_summary(summary: &LabelledSummary, terminal: &Terminal) {
    say_opened(&summary.opened, terminal);
    for (label, rows) in &summary.dropped {
        if *rows == 0 {
            terminal.warning(format_args!("--drop-label {label}: no row has this label"));
        } else {
            let label = if label.is_empty() { "no label" } else { label };
            terminal.notice(format_args!("left out {rows} rows with {label}"));
        }
    }
    for (label, _) in summary.renamed.iter().filter(|(_, rows)| *rows == 0) {
        terminal.warning(format_args!("--label-map {label}=…: no row has this label"));
    }
}

/// Sets the number of threads for everything that runs in parallel.
pub fn set_threads(threads: Option<u16>) -> usize {
    if let Some(threads) = threads {
        // The first call wins; each command calls once.
        let _ = rayon::ThreadPoolBuilder::new()
            .num_threads(threads.into())
            .build_global();
    }
    rayon::current_num_threads()
}

/// Texts of the command line have no columns beside them.
pub fn say_unmarked(model: &StanceModel, texts: &[String], terminal: &Terminal) {
    let context = &model.card().text.context;
    if context.is_empty() || texts.iter().any(|text| text.contains('⟦')) {
        return;
    }
    let mut marks: Vec<String> = Vec::new();
    marks.extend(context.speaker_column.as_ref().map(|_| SPEAKER.to_owned()));
    marks.extend(context.target_column.as_ref().map(|_| TARGET.to_owned()));
    let features = context.feature_columns.iter();
    marks.extend(features.map(|name| format!("⟦{name}: …⟧")));
    terminal.warning(format_args!(
        "the model reads more than the text; write it into the text as {}, or give a file with the columns",
        marks.join(", ")
    ));
}

/// The first names of many, in backquotes.
pub fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`"));
    let more = (names.len() > SHOWN).then(|| "…".to_owned());
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// The column of dates, if nobody names one.
pub const DATE: &str = "date";
pub const BY_REMEDY: &str = "give a file that has it, or correct `--by`";
pub const DATE_REMEDY: &str = "name yours with `--date-column`";

/// Refuses standard input for more than one file.
pub fn refuse_input_twice<'p>(paths: impl IntoIterator<Item = &'p PathBuf>) -> Result<(), Failure> {
    let n = paths
        .into_iter()
        .filter(|path| *path == Path::new("-"))
        .count();
    match n {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage("only one file can be standard input (`-`)")),
    }
}

/// The period of a row's date, or what is wrong with that.
pub fn period_of(over: Over, date: &str) -> Result<String, String> {
    over.period_of(date).map_err(|error| match date {
        "" => "the date is empty; fill it in, or remove the row".to_owned(),
        _ => error.to_string(),
    })
}

/// Endings of files that a table is not written as.
const WORKBOOKS: [&str; 5] = ["xlsx", "xls", "ods", "numbers", "parquet"];

/// Refuses the name of a file that other programs would take for what it is not.
pub fn refuse_workbook(output: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = output else { return Ok(()) };
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_workbook =
        ending.is_some_and(|ending| WORKBOOKS.contains(&ending.to_lowercase().as_str()));
    match is_workbook {
        true => Err(Failure::usage(format!(
            "{}: tables are written as csv, tsv or jsonl; give a name that ends with one of these",
            path.display()
        ))),
        false => Ok(()),
    }
}

/// The format of a table that is made here; `refusal` says what is wrong with lines without columns.
pub fn table_format(
    format: Option<Format>,
    output: Option<&Path>,
    refusal: &str,
) -> Result<Format, Failure> {
    refuse_workbook(output)?;
    match Format::for_output(format, output, Format::CSV) {
        Format::Lines | Format::FastText => Err(Failure::usage(refusal)),
        format => Ok(format),
    }
}
