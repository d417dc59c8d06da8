//! Rows of a block scored side by side, and what is to be said of all of them at the end.

use super::failure::Failure;
use super::inputs::thousands;
use super::needs_check;
use super::terminal::Terminal;
use stance::explanation::{Explanation, reasons};
use stance::features::vectorizer::Coverage;
use stance::io::{Block, BlockWriter, Content, Output, RowError, Rows, Scored};
use stance::model::{Familiarity, Scorer, StanceModel};
use stance::prediction::Prediction;
use stance::statement::TextBatch;

/// Rows, or bytes of text, that are scored side by side.
const BATCH_ROWS: usize = 32;
const BATCH_BYTES: usize = 16 << 10;

/// How the rows of a block are scored and written.
pub struct RowScoring<'p> {
    pub model: &'p StanceModel,
    pub output: &'p Output,
    /// In millionths.
    pub threshold: Option<u32>,
    pub reasons: Option<usize>,
    /// Whether rows are quotations, whose speaker may want a look.
    pub quotations: bool,
    pub keep: bool,
}

/// Rows that are held back to be scored side by side.
#[derive(Default)]
pub struct Batch {
    texts: TextBatch,
    /// What is doubtful about the speaker of each, of quotations.
    speakers: Vec<Option<&'static str>>,
}

impl RowScoring<'_> {
    pub fn score(
        &self,
        (scorer, batch): &mut (Scorer<'_>, Batch),
        block: &Block,
        out: &mut Vec<u8>,
    ) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        let mut writer = BlockWriter::new(self.output, block.table(), out);
        let mut rows = Rows::new(block);
        batch.clear();
        while let Some(row) = rows.next_row() {
            tally.rows += 1;
            let error = match &row.content {
                Err(error) => error.clone(),
                Ok(content) => match writer.keep(&row) {
                    Err(error) => error,
                    Ok(()) => {
                        batch.texts.push_with(|out| self.write_text(content, out));
                        if self.quotations {
                            let resolved = content.others.last().map_or("", String::as_str);
                            batch.speakers.push(needs_check::speaker(resolved));
                        }
                        tally.note_columns(content.others);
                        if batch.is_full() {
                            self.score_batch(scorer, batch, &mut writer, &mut tally);
                        }
                        continue;
                    }
                },
            };
            if !self.keep {
                return Err(Failure::failed(format!(
                    "{error} (--on-error keep goes on and marks the row)"
                )));
            }
            self.score_batch(scorer, batch, &mut writer, &mut tally);
            writer.failed(&row, &error);
            tally.failed += 1;
            tally.first_error.get_or_insert(error);
        }
        self.score_batch(scorer, batch, &mut writer, &mut tally);
        Ok(tally)
    }

    /// The text that is scored: the row's, with what its columns add.
    fn write_text(&self, content: &Content<'_>, out: &mut String) {
        let settings = &self.model.card().text;
        // Statements of the command line carry their marks themselves.
        if settings.context.is_empty() || content.others.is_empty() {
            return out.push_str(content.text);
        }
        let value = |name: &str| {
            let at = settings.context.columns().position(|column| column == name);
            at.map_or("", |at| content.others[at].as_str())
        };
        settings.mark(content.text, value, out);
    }

    /// Scores and writes the rows that are held back.
    fn score_batch(
        &self,
        scorer: &mut Scorer<'_>,
        batch: &mut Batch,
        writer: &mut BlockWriter<'_>,
        tally: &mut Tally,
    ) {
        let mut speakers = batch.speakers.iter();
        let mut write = |prediction: &Prediction, coverage: Coverage, is_blank, reasons: &str| {
            tally.seen.add(prediction, coverage);
            tally.blank += u64::from(is_blank);
            let top = prediction.millionths()[prediction.label().index()];
            let uncertain = self.threshold.is_some_and(|threshold| top < threshold);
            tally.uncertain += u64::from(uncertain);
            writer.scored(&Scored {
                prediction,
                uncertain,
                unknown_words: (coverage.words > 0).then(|| {
                    let (words, unknown) = (coverage.words as u64, coverage.unknown as u64);
                    // Rounded to the nearest, in whole numbers.
                    ((unknown * 2_000 + words) / (2 * words)) as u32
                }),
                needs_check: &match self.quotations {
                    true => needs_check::reasons(
                        speakers.next().copied().flatten(),
                        prediction,
                        self.threshold,
                        coverage,
                    ),
                    false => String::new(),
                },
                reasons,
            });
        };
        let texts = &mut batch.texts;
        match self.reasons {
            // An explanation scores the statement itself.
            Some(most) => {
                for position in 0..texts.len() {
                    let text = texts.span(position).of(texts.joined());
                    let told = Explanation::new(self.model, scorer, text);
                    let is_blank = told.contributions.is_empty();
                    let reasons = reasons(&told, most);
                    write(&told.prediction, told.coverage, is_blank, &reasons);
                }
            }
            None => scorer.score_batch(texts, |_, scored| {
                let row = &scored.row;
                write(scored.prediction, row.coverage, row.features.is_empty(), "");
            }),
        }
        batch.clear();
    }
}

impl Batch {
    fn clear(&mut self) {
        self.texts.clear();
        self.speakers.clear();
    }

    fn is_full(&self) -> bool {
        self.texts.len() == BATCH_ROWS || self.texts.joined().len() > BATCH_BYTES
    }
}

/// What happened to the rows.
#[derive(Debug, Default)]
pub struct Tally {
    pub rows: u64,
    pub seen: Familiarity,
    /// Rows of which the model knows nothing at all.
    blank: u64,
    uncertain: u64,
    /// For each column that the model reads beside the text, the rows that say nothing in it.
    empty: Vec<u64>,
    failed: u64,
    first_error: Option<RowError>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.seen.merge(other.seen);
        self.blank += other.blank;
        self.uncertain += other.uncertain;
        self.empty
            .resize(self.empty.len().max(other.empty.len()), 0);
        let both = self.empty.iter_mut().zip(other.empty);
        both.for_each(|(all, more)| *all += more);
        self.failed += other.failed;
        if self.first_error.is_none() {
            self.first_error = other.first_error;
        }
    }

    fn note_columns(&mut self, values: &[String]) {
        self.empty.resize(values.len().max(self.empty.len()), 0);
        for (empty, value) in self.empty.iter_mut().zip(values) {
            *empty += u64::from(value.is_empty());
        }
    }

    pub fn say(&self, columns: &[&String], seconds: f64, terminal: &Terminal) {
        if let Some(error) = &self.first_error {
            terminal.warning(format_args!(
                "{} of {} rows could not be scored; the first: {error}",
                thousands(self.failed),
                thousands(self.rows)
            ));
        }
        if self.blank > 0 {
            terminal.warning(format_args!(
                "{} of {} rows have nothing that the model knows (no words, or another language); their label is only \
                 what it gives an empty text",
                thousands(self.blank),
                thousands(self.rows)
            ));
        }
        for (name, &empty) in columns.iter().zip(&self.empty) {
            if empty > 0 {
                terminal.warning(format_args!(
                    "{} of {} rows say nothing in `{name}`, which the model reads beside the text",
                    thousands(empty),
                    thousands(self.rows)
                ));
            }
        }
        terminal.detail(format_args!(
            "{} rows in {seconds:.2} s ({} rows/s), {:.1} % of {} words unknown to the model{}",
            thousands(self.rows),
            thousands((self.rows as f64 / seconds) as u64),
            100.0 * self.seen.unknown_share(),
            thousands(self.seen.words),
            match self.uncertain {
                0 => String::new(),
                n => format!(", {} rows uncertain", thousands(n)),
            }
        ));
    }
}
