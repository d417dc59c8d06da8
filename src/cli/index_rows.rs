//! Scored rows as numbers, read side by side.

use super::args::IndexArgs;
use super::failure::Failure;
use super::inputs::{period_of, read_options, refuse_standard_input};
use super::pipeline;
use super::progress::Progress;
use rustc_hash::FxHashMap;
use stance::index::rows::{Chunk, SEPARATOR, ScoredRows};
use stance::index::{Over, day_of, statement_key};
use stance::io::{
    Block, Error, MODEL_DIGEST, Others, PROBABILITY_PREFIX, Reader, Rows, Table, added_prefix,
};

const BY_REMEDY: &str = "give a file that has it, or correct `--by`";
const DATE_REMEDY: &str = "name yours with `--date-column`";
const ARTICLE_REMEDY: &str = "name yours with `--article-column`";
const SOURCE_REMEDY: &str = "name yours with `--source-column`";
const DATE: &str = "date";
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
    probabilities: Vec<String>,
}

/// What was read.
pub struct Read {
    pub rows: ScoredRows,
    pub n_failed: u64,
    pub has_articles: bool,
    pub has_sources: bool,
}

impl Layout {
    /// By the header of the first file.
    pub fn new(args: &IndexArgs) -> Result<Self, Failure> {
        refuse_standard_input(&args.scored)?;
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
        if probabilities.len() < 2 {
            return Err(Failure::failed(format!(
                "{} has no columns `{prefix}<label>`; give what `stance predict` wrote (of predictions without probabilities, \
                 write 1 for the label and 0 for the others)",
                table.file()
            )));
        }
        let date = match args.over {
            Some(_) => Some(args.date_column.clone().unwrap_or_else(|| DATE.to_owned())),
            None => named(&args.date_column, DATE),
        };
        if args.constant_sources && args.over.is_none() {
            return Err(Failure::usage(
                "--constant-sources needs periods: give --over",
            ));
        }
        let layout = Self {
            labels: probabilities
                .iter()
                .map(|name| name[prefix.len()..].to_owned())
                .collect(),
            date,
            article: named(&args.article_column, ARTICLE),
            source: named(&args.source_column, SOURCE),
            digest: named(&None, &format!("{added}{MODEL_DIGEST}")),
            probabilities,
        };
        if args.constant_sources && layout.source.is_none() {
            return Err(Failure::usage(
                "--constant-sources needs a column of sources: name it with --source-column",
            ));
        }
        // Of names that are not there, now and with a remedy.
        Places::new(table, args, &layout)?;
        Ok(layout)
    }

    fn columns(&self, args: &IndexArgs) -> Vec<String> {
        let mut columns = args.by.clone();
        let optional = [&self.date, &self.article, &self.source, &self.digest];
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
struct Places {
    by: Vec<usize>,
    date: Option<usize>,
    article: Option<usize>,
    source: Option<usize>,
    digest: Option<usize>,
    probabilities: Vec<usize>,
}

impl Places {
    fn new(table: &Table, args: &IndexArgs, layout: &Layout) -> Result<Self, Failure> {
        let of = |name: &Option<String>, remedy| -> Result<Option<usize>, Failure> {
            Ok(match name {
                None => None,
                Some(name) => Some(table.other(name, remedy)?),
            })
        };
        let by = args.by.iter();
        let by = by.map(|name| Ok(table.other(name, BY_REMEDY)?));
        let probabilities = layout.probabilities.iter();
        let probabilities = probabilities.map(|name| Ok(table.other(name, BY_REMEDY)?));
        Ok(Self {
            by: by.collect::<Result<_, Failure>>()?,
            date: of(&layout.date, DATE_REMEDY)?,
            article: of(&layout.article, ARTICLE_REMEDY)?,
            source: of(&layout.source, SOURCE_REMEDY)?,
            digest: of(&layout.digest, BY_REMEDY)?,
            probabilities: probabilities.collect::<Result<_, Failure>>()?,
        })
    }
}

/// Reads all rows.
pub fn read_rows(
    args: &IndexArgs,
    layout: Layout,
    n_workers: usize,
    progress: &Progress,
) -> Result<Read, Failure> {
    let reader = open(args, Others::Named(layout.columns(args)))?;
    let mut rows = ScoredRows::new(layout.labels.len());
    let mut n_failed = 0;
    pipeline::run(
        reader,
        n_workers,
        || (),
        |(), block, _| chunk(block, args, &layout),
        |reader| {
            let (done, total) = reader.progress();
            progress.bytes(done, total);
        },
        |_, (chunk, failed)| {
            rows.push(chunk);
            n_failed += failed;
            Ok(())
        },
    )?;
    if rows.n_rows() == 0 {
        return Err(Failure::failed(format!(
            "{} has no rows; give what `stance predict` wrote",
            args.scored[0].display()
        )));
    }
    Ok(Read {
        rows,
        n_failed,
        has_articles: layout.article.is_some(),
        has_sources: layout.source.is_some(),
    })
}

/// The rows of a block, and how many have no prediction: these stay as rows of a cell without a name.
fn chunk(block: &Block, args: &IndexArgs, layout: &Layout) -> Result<(Chunk, u64), Failure> {
    let table = block.table();
    let places = Places::new(table, args, layout)?;
    let mut chunk = Chunk::default();
    let mut n_failed = 0;
    let mut name = String::new();
    let mut dates = Dates {
        over: args.over,
        known: FxHashMap::default(),
    };
    let mut rows = Rows::new(block);
    let mut number = 0;
    // Statements of an article mostly follow each other.
    let mut last = (String::new(), 0);
    while let Some(row) = rows.next_row() {
        let line = row.line;
        let content = row.content.map_err(Error::from)?;
        let value = |at: usize| content.others[at].as_str();
        let fault =
            |what: String| Failure::failed(format!("{}, line {line}: {what}", table.file()));
        let date = places.date.map(value);
        name.clear();
        for &at in &places.by {
            name.push_str(value(at));
            name.push(SEPARATOR);
        }
        let (period, day) = match date {
            None => (None, ""),
            Some(date) => dates.read(date).map_err(fault)?,
        };
        match period {
            Some(period) => name.push_str(period),
            None => {
                name.pop();
            }
        }
        let before = chunk.probabilities.len();
        let mut sum = 0.0;
        for (&at, column) in places.probabilities.iter().zip(&layout.probabilities) {
            let text = value(at);
            let p = match text {
                "" => 0.0,
                _ => (text.parse::<f32>().ok())
                    .filter(|p| (0.0..=1.0).contains(p))
                    .ok_or_else(|| {
                        fault(format!(
                            "`{text}` in `{column}` is not a probability from 0 to 1"
                        ))
                    })?,
            };
            sum += p;
            chunk.probabilities.push(p);
        }
        let has_prediction = sum > 0.0;
        if has_prediction && (sum - 1.0).abs() > 0.02 {
            return Err(fault(format!("probabilities sum to {sum}, not to 1")));
        }
        for p in &mut chunk.probabilities[before..] {
            *p /= if has_prediction { sum } else { 1.0 };
        }
        n_failed += u64::from(!has_prediction);
        if let Some(digest) = places.digest.map(value).filter(|digest| !digest.is_empty()) {
            chunk.digests.number(digest);
        }
        let cell = match has_prediction {
            true => name.as_str(),
            false => FAILED,
        };
        chunk.cell.push(chunk.cells.number(cell));
        let source = places.source.map_or("", value);
        chunk.source.push(chunk.sources.number(source));
        let by = places.by.iter().map(|&at| value(at));
        chunk.key.push(statement_key(by, day, content.text) as u64);
        chunk.article.push(match places.article.map(value) {
            // A row without an article stands for itself.
            None | Some("") => own_article(block.number(), number),
            Some(article) if article == last.0 => last.1,
            Some(article) => {
                last = (article.to_owned(), hash(article.as_bytes()));
                last.1
            }
        });
        number += 1;
    }
    Ok((chunk, n_failed))
}

/// What dates tell, each read once.
struct Dates {
    over: Option<Over>,
    /// The period, if it is asked for, and the day.
    known: FxHashMap<String, (Option<String>, String)>,
}

impl Dates {
    fn read(&mut self, date: &str) -> Result<(Option<&str>, &str), String> {
        if !self.known.contains_key(date) {
            let period = self.over.map(|over| period_of(over, date)).transpose()?;
            self.known.insert(date.to_owned(), (period, day_of(date)));
        }
        let (period, day) = &self.known[date];
        Ok((period.as_deref(), day))
    }
}

/// The cell of rows without a prediction.
pub const FAILED: &str = "\u{1e}";

fn own_article(block: u64, row: u64) -> u64 {
    hash(&[block.to_le_bytes(), row.to_le_bytes()].concat())
}

fn hash(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    let first = hash.as_bytes().first_chunk().expect("there are 32 bytes");
    u64::from_le_bytes(*first)
}
