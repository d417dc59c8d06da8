//! What scored rows have: which labels, and which columns are read.

use super::args::IndexArgs;
use super::failure::Failure;
use super::inputs::{BY_REMEDY, DATE, DATE_REMEDY, read_options};
use stance::io::{
    Error, MODEL_DIGEST, Others, PROBABILITY_PREFIX, Reader, Rows, Table, added_prefix,
};
use stance::label::MAX_LABELS;
use std::collections::BTreeSet;
use std::path::Path;

const DRAWN_BY_REMEDY: &str = "the sample was drawn by it; give the files that it was drawn from";
const ARTICLE_REMEDY: &str = "name yours with `--article-column`";
const SOURCE_REMEDY: &str = "name yours with `--source-column`";
const ARTICLE: &str = "article_id";
const SOURCE: &str = "source";

/// Which columns are read.
#[derive(Debug, Clone)]
pub struct Layout {
    pub labels: Vec<String>,
    date: Option<String>,
    article: Option<String>,
    source: Option<String>,
    digest: Option<String>,
    prediction: Option<String>,
    /// Of each label; none where there are predicted labels alone.
    pub probabilities: Vec<String>,
}

/// A look at the scored rows: what they have, and the reader if it cannot be opened again.
pub struct Look {
    pub layout: Layout,
    reader: Option<Reader>,
}

impl Look {
    /// By the header of the first file, or by all predicted labels where there are no probabilities.
    pub fn new(args: &IndexArgs) -> Result<Self, Failure> {
        let reader = open(args, Others::All)?;
        let table = reader.table();
        let has = |name: &str| table.others().any(|other| other == name);
        let named = |asked: &Option<String>, usual: &str| match asked {
            Some(name) => Some(name.clone()),
            None => has(usual).then(|| usual.to_owned()),
        };
        let added = added_prefix(&args.prediction_column);
        let prefix = format!("{added}{PROBABILITY_PREFIX}");
        let probabilities: Vec<String> = table
            .others()
            .filter(|name| name.starts_with(&prefix))
            .map(str::to_owned)
            .collect();
        let is_read_once = args.scored.iter().any(|path| path == Path::new("-"));
        let prediction = named(&None, &args.prediction_column);
        let labels: Vec<String> = match (&prediction, probabilities.len()) {
            (_, n) if n > MAX_LABELS => {
                return Err(Failure::failed(format!(
                    "{} has {n} columns `{prefix}…`; at most {MAX_LABELS} labels are possible",
                    table.file()
                )));
            }
            (_, 2..) => (probabilities.iter())
                .map(|name| name[prefix.len()..].to_owned())
                .collect(),
            (Some(_), _) if is_read_once => {
                return Err(Failure::usage(
                    "predicted labels without probabilities are read twice, which standard input does not allow; give files",
                ));
            }
            (Some(column), _) => predicted_labels(args, column)?,
            _ => {
                return Err(Failure::failed(format!(
                    "{} has neither columns `{prefix}<label>` nor `{}`; give what `stance predict` wrote, or name the \
                     predicted label with --prediction-column",
                    table.file(),
                    args.prediction_column
                )));
            }
        };
        let date = match args.over {
            Some(_) => Some(args.date_column.clone().unwrap_or_else(|| DATE.to_owned())),
            None => named(&args.date_column, DATE),
        };
        let layout = Layout {
            labels,
            date,
            article: named(&args.article_column, ARTICLE),
            source: named(&args.source_column, SOURCE),
            digest: named(&None, &format!("{added}{MODEL_DIGEST}")),
            prediction,
            probabilities,
        };
        if args.constant_sources && args.over.is_none() {
            return Err(Failure::usage(
                "--constant-sources needs periods: give --over",
            ));
        }
        if args.constant_sources && layout.source.is_none() {
            return Err(Failure::usage(
                "--constant-sources needs a column of sources: name it with --source-column",
            ));
        }
        // Of names that are not there, now and with a remedy.
        Places::new(table, args, &layout, &[])?;
        Ok(Self {
            layout,
            reader: is_read_once.then_some(reader),
        })
    }

    /// The reader of all rows, and what they have; they are read for an audit that was drawn by these columns.
    pub fn into_reader(
        self,
        args: &IndexArgs,
        drawn_by: &[String],
    ) -> Result<(Layout, Reader), Failure> {
        let reader = match self.reader {
            Some(reader) => reader,
            None => open(args, Others::Named(self.layout.columns(args, drawn_by)))?,
        };
        Ok((self.layout, reader))
    }
}

/// All labels that are predicted, those that coders gave, and those that the index is made of.
fn predicted_labels(args: &IndexArgs, column: &str) -> Result<Vec<String>, Failure> {
    let mut labels = BTreeSet::from([args.positive.clone(), args.negative.clone()]);
    let reader = open(args, Others::Named(vec![column.to_owned()]))?;
    add_labels(reader, column, &mut |label| {
        if !labels.contains(label) {
            labels.insert(label.to_owned());
        }
        labels.len()
    })?;
    if let Some(gold) = &args.gold {
        let mut options = read_options(&args.input)?;
        (options.format, options.encoding) = (None, None);
        options.columns.others = Others::Named(vec![args.gold_column.clone()]);
        add_labels(
            Reader::open(&[gold], options)?,
            &args.gold_column,
            &mut |label| {
                // However coders write it.
                if !labels
                    .iter()
                    .any(|other| other.to_lowercase() == label.to_lowercase())
                {
                    labels.insert(label.to_owned());
                }
                labels.len()
            },
        )?;
    }
    Ok(labels.into_iter().collect())
}

/// Gives each label of a reader's one column to `add`, which says how many there are.
fn add_labels(
    mut reader: Reader,
    column: &str,
    add: &mut dyn FnMut(&str) -> usize,
) -> Result<(), Failure> {
    while let Some(block) = reader.next_block()? {
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let content = row.content.map_err(Error::from)?;
            let label = content.others[0].as_str();
            if !label.is_empty() && add(label) > MAX_LABELS {
                return Err(Failure::failed(format!(
                    "{}, line {}: `{column}` has more than {MAX_LABELS} labels; is it the label?",
                    block.table().file(),
                    row.line
                )));
            }
        }
    }
    Ok(())
}

impl Layout {
    pub fn has_articles(&self) -> bool {
        self.article.is_some()
    }

    pub fn has_sources(&self) -> bool {
        self.source.is_some()
    }

    fn columns(&self, args: &IndexArgs, drawn_by: &[String]) -> Vec<String> {
        let mut columns = [&args.by, drawn_by].concat();
        let optional = [
            &self.date,
            &self.article,
            &self.source,
            &self.digest,
            &self.prediction,
        ];
        columns.extend(optional.into_iter().flatten().cloned());
        columns.extend(self.probabilities.iter().cloned());
        let mut known: Vec<String> = Vec::new();
        columns.retain(|name| {
            let is_new = !known.contains(name);
            known.push(name.clone());
            is_new
        });
        columns
    }
}

fn open(args: &IndexArgs, others: Others) -> Result<Reader, Failure> {
    let mut options = read_options(&args.input)?;
    options.columns.others = others;
    Ok(Reader::open(&args.scored, options)?)
}

/// Where in a row's further values what is.
pub struct Places {
    pub by: Vec<usize>,
    pub date: Option<usize>,
    pub article: Option<usize>,
    pub source: Option<usize>,
    pub digest: Option<usize>,
    pub prediction: Option<usize>,
    pub probabilities: Vec<usize>,
    pub drawn_by: Vec<usize>,
}

impl Places {
    pub fn new(
        table: &Table,
        args: &IndexArgs,
        layout: &Layout,
        drawn_by: &[String],
    ) -> Result<Self, Failure> {
        let of = |name: &Option<String>, remedy| -> Result<Option<usize>, Failure> {
            Ok(match name {
                None => None,
                Some(name) => Some(table.other(name, remedy)?),
            })
        };
        let by = args.by.iter();
        let by = by.map(|name| Ok(table.other(name, BY_REMEDY)?));
        let drawn_by = drawn_by.iter();
        let drawn_by = drawn_by.map(|name| Ok(table.other(name, DRAWN_BY_REMEDY)?));
        let probabilities = layout.probabilities.iter();
        let probabilities = probabilities.map(|name| Ok(table.other(name, BY_REMEDY)?));
        Ok(Self {
            by: by.collect::<Result<_, Failure>>()?,
            date: of(&layout.date, DATE_REMEDY)?,
            article: of(&layout.article, ARTICLE_REMEDY)?,
            source: of(&layout.source, SOURCE_REMEDY)?,
            digest: of(&layout.digest, BY_REMEDY)?,
            prediction: of(&layout.prediction, BY_REMEDY)?,
            probabilities: probabilities.collect::<Result<_, Failure>>()?,
            drawn_by: drawn_by.collect::<Result<_, Failure>>()?,
        })
    }
}
