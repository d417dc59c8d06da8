//! Scored rows as numbers, read side by side.

use super::args::IndexArgs;
use super::audit_file::Audit;
use super::failure::Failure;
use super::index_layout::{Layout, Look, Places};
use super::inputs::period_of;
use super::pipeline;
use super::progress::Progress;
use rustc_hash::FxHashMap;
use stance::index::rows::{Chunk, Hit, NO_CELL, SEPARATOR, ScoredRows};
use stance::index::{Over, day_of, name_key, words_key, words_of_day};
use stance::io::{Block, Content, Error, Rows};

/// What was read.
pub struct Read {
    pub rows: ScoredRows,
    pub n_failed: u64,
    /// Rows in which another label is predicted than the most probable one, and where the first stands.
    pub n_contradicted: u64,
    pub first_contradicted: Option<String>,
}

/// Reads all rows; those with words of the audit are told apart by what it was drawn by.
pub fn read_rows(
    args: &IndexArgs,
    look: Look,
    audit: &Audit,
    n_workers: usize,
    progress: &Progress,
) -> Result<Read, Failure> {
    let (layout, reader) = look.into_reader(args, &audit.by)?;
    let task = Task {
        args,
        layout: &layout,
        audit,
    };
    let mut rows = ScoredRows::new(layout.labels.len());
    let (mut n_failed, mut n_contradicted) = (0, 0);
    let mut first_contradicted = None;
    pipeline::run(
        reader,
        n_workers,
        || (),
        |(), block, _| task.chunk(block),
        |reader| {
            let (done, total) = reader.progress();
            progress.bytes(done, total);
        },
        |_, of_block: OfBlock| {
            rows.push(of_block.chunk);
            n_failed += of_block.n_failed;
            n_contradicted += of_block.n_contradicted;
            first_contradicted = first_contradicted.take().or(of_block.first_contradicted);
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
        n_contradicted,
        first_contradicted,
    })
}

/// What rows are read for.
struct Task<'a> {
    args: &'a IndexArgs,
    layout: &'a Layout,
    audit: &'a Audit,
}

/// The rows of a block.
#[derive(Default)]
struct OfBlock {
    chunk: Chunk,
    /// Rows without a prediction: these stay as rows of a cell without a name.
    n_failed: u64,
    n_contradicted: u64,
    first_contradicted: Option<String>,
}

impl Task<'_> {
    fn chunk(&self, block: &Block) -> Result<OfBlock, Failure> {
        let table = block.table();
        let places = Places::new(table, self.args, self.layout, &self.audit.by)?;
        let mut of_block = OfBlock::default();
        let mut name = String::new();
        let (mut frame, mut words_of_row) = (String::new(), Vec::new());
        let mut dates = Dates {
            over: self.args.over,
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
            let (period, day) = match places.date.map(value) {
                None => (None, 0),
                Some(date) => dates.read(date).map_err(fault)?,
            };
            join(
                &mut name,
                places.by.iter().map(|&at| value(at)).chain(period),
            );
            let scores = self.scores(&places, &content, &mut of_block.chunk.probabilities);
            let scores = scores.map_err(fault)?;
            let chunk = &mut of_block.chunk;
            match scores {
                Scores::None => {
                    of_block.n_failed += 1;
                    chunk.cell.push(chunk.cells.number(NO_CELL));
                }
                Scores::Probabilities => chunk.cell.push(chunk.cells.number(&name)),
                Scores::Contradicted => {
                    of_block.n_contradicted += 1;
                    let place = || format!("{}, line {line}", table.file());
                    of_block.first_contradicted.get_or_insert_with(place);
                    chunk.cell.push(chunk.cells.number(&name));
                }
            }
            if let Some(digest) = places.digest.map(value).filter(|digest| !digest.is_empty()) {
                chunk.digests.number(digest);
            }
            let source = places.source.map_or("", value);
            chunk.source.push(chunk.sources.number(source));
            let words = words_key(content.text, &mut words_of_row);
            chunk.key.push(words_of_day(words, day));
            if self.audit.words.contains(&words) {
                join(&mut frame, places.drawn_by.iter().map(|&at| value(at)));
                let frame = chunk.frames.number(&frame);
                chunk.hits.push(Hit {
                    row: number,
                    words,
                    frame,
                });
            }
            chunk.article.push(match places.article.map(value) {
                // A row without an article stands for itself.
                None | Some("") => own_article(block.number(), number as u64),
                Some(article) if article == last.0 => last.1,
                Some(article) => {
                    last.0.clear();
                    last.0.push_str(article);
                    last.1 = name_key(article);
                    last.1
                }
            });
            number += 1;
        }
        Ok(of_block)
    }

    /// Adds a row's probabilities; zeros where it has no prediction.
    fn scores(
        &self,
        places: &Places,
        content: &Content<'_>,
        probabilities: &mut Vec<f32>,
    ) -> Result<Scores, String> {
        let value = |at: usize| content.others[at].as_str();
        let labels = &self.layout.labels;
        let predicted = places
            .prediction
            .map(value)
            .filter(|label| !label.is_empty());
        let predicted = predicted.map(|of| labels.iter().position(|label| label == of));
        let before = probabilities.len();
        if places.probabilities.is_empty() {
            let label = predicted.flatten();
            let one_hot = (0..labels.len()).map(|at| f32::from(u8::from(Some(at) == label)));
            probabilities.extend(one_hot);
            return Ok(match label {
                Some(_) => Scores::Probabilities,
                None => Scores::None,
            });
        }
        let mut sum = 0.0;
        for (&at, column) in places.probabilities.iter().zip(&self.layout.probabilities) {
            let text = value(at);
            let p = match text {
                "" => 0.0,
                _ => (text.parse::<f32>().ok())
                    .filter(|p| (0.0..=1.0).contains(p))
                    .ok_or_else(|| {
                        format!("`{text}` in `{column}` is not a probability from 0 to 1")
                    })?,
            };
            sum += p;
            probabilities.push(p);
        }
        if sum == 0.0 {
            return Ok(Scores::None);
        }
        if (sum - 1.0).abs() > 0.02 {
            return Err(format!("probabilities sum to {sum}, not to 1"));
        }
        let row = &mut probabilities[before..];
        row.iter_mut().for_each(|p| *p /= sum);
        let most = row.iter().fold(0.0, |most: f32, &p| most.max(p));
        let is_top = |label: Option<usize>| label.is_some_and(|at| row[at] > most - TIE);
        Ok(match predicted {
            Some(label) if !is_top(label) => Scores::Contradicted,
            _ => Scores::Probabilities,
        })
    }
}

/// What a row says of its label.
enum Scores {
    None,
    Probabilities,
    /// Probabilities, of which another label than the predicted one has the highest.
    Contradicted,
}

/// Probabilities that are no further apart are equal: they are rounded.
const TIE: f32 = 1e-5;

/// Writes `values` to `name`, with a separator between them.
fn join<'v>(name: &mut String, values: impl Iterator<Item = &'v str>) {
    name.clear();
    for (at, value) in values.enumerate() {
        if at > 0 {
            name.push(SEPARATOR);
        }
        match value.contains(SEPARATOR) {
            true => name.push_str(&value.replace(SEPARATOR, " ")),
            false => name.push_str(value),
        }
    }
}

/// What dates tell, each read once.
struct Dates {
    over: Option<Over>,
    /// The period, if it is asked for, and what the day is known by.
    known: FxHashMap<String, (Option<String>, u64)>,
}

impl Dates {
    fn read(&mut self, date: &str) -> Result<(Option<&str>, u64), String> {
        if !self.known.contains_key(date) {
            let period = self.over.map(|over| period_of(over, date)).transpose()?;
            let day = name_key(&day_of(date));
            self.known.insert(date.to_owned(), (period, day));
        }
        let (period, day) = &self.known[date];
        Ok((period.as_deref(), *day))
    }
}

/// What a row is known by that has no article; the mark in front is in no name that a file gives.
fn own_article(block: u64, row: u64) -> u64 {
    name_key(&format!("\0{block} {row}"))
}
