//! Statements that several coders labelled, and what is made of their labels.

use super::corpus::{CorpusBuilder, LabelledCorpus};
use crate::label::{LabelId, LabelSet, LabelSetError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How the labels of several coders become the label of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjudication {
    /// Statements to which all who labelled them gave one label; the others are left out.
    Agree,
    /// The label that most gave; statements with a tie are left out.
    Majority,
    /// A row for each label that a statement was given, weighing its share of the labels. All are learned from; figures
    /// count a statement once, by the label that most gave, and leave ties out.
    Soft,
}

/// A name that is none of the ways to adjudicate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown `{0}`; use agree, majority or soft")]
pub struct UnknownAdjudication(String);

impl FromStr for Adjudication {
    type Err = UnknownAdjudication;

    fn from_str(name: &str) -> Result<Self, UnknownAdjudication> {
        match name {
            "agree" => Ok(Self::Agree),
            "majority" => Ok(Self::Majority),
            "soft" => Ok(Self::Soft),
            other => Err(UnknownAdjudication(other.to_owned())),
        }
    }
}

impl fmt::Display for Adjudication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Agree => "agree",
            Self::Majority => "majority",
            Self::Soft => "soft",
        })
    }
}

/// Statements with the labels that each of several coders gave them.
#[derive(Debug, Clone)]
pub struct CodedCorpus {
    coders: Vec<String>,
    columns: Vec<String>,
    label_set: LabelSet,
    statements: Vec<CodedStatement>,
    /// `n_statements × n_coders`.
    labels: Vec<Option<LabelId>>,
}

/// A statement, apart from its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedStatement {
    /// What was said.
    pub text: String,
    /// Its weight, positive and finite.
    pub weight: f32,
    /// Its values of the further columns.
    pub values: Vec<String>,
    /// The file as it was named.
    pub file: String,
    /// The line on which its first row starts, from 1.
    pub line: u64,
}

/// What several coders' labels were made into, for the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodingRecord {
    /// The coders.
    pub coders: u64,
    /// The statements that they labelled.
    pub statements: u64,
    /// How labels became one.
    pub adjudication: String,
    /// Statements without one label that all, or most, gave.
    pub undecided: u64,
    /// Krippendorff's alpha, where it has a value.
    pub alpha: Option<f64>,
}

/// A corpus with one label a row, made of the labels of several coders.
#[derive(Debug, Clone)]
pub struct Adjudicated {
    /// The rows.
    pub corpus: LabelledCorpus,
    /// The statement of each row.
    pub statement_of_row: Vec<usize>,
    /// How it was done.
    pub by: Adjudication,
    /// Statements that nobody labelled; they are left out.
    pub n_uncoded: u64,
    /// Statements without one label that all, or most, gave: left out, with [`Soft`](Adjudication::Soft) of figures only.
    pub n_undecided: u64,
}

impl CodedCorpus {
    /// Statements with `labels`, names of one for each coder, `None` for a gap; `known` are the labels of a model, which has
    /// them all.
    ///
    /// # Errors
    /// [`LabelSetError`] if there are fewer than two labels, or too many.
    ///
    /// # Panics
    /// If there is not one entry for each statement and coder, or a label that is not known.
    pub fn new(
        coders: Vec<String>,
        columns: Vec<String>,
        statements: Vec<CodedStatement>,
        labels: &[Option<String>],
        known: Option<&LabelSet>,
    ) -> Result<Self, LabelSetError> {
        assert_eq!(labels.len(), statements.len() * coders.len());
        let label_set = match known {
            Some(set) => set.clone(),
            None => LabelSet::new(labels.iter().flatten().map(String::as_str))?,
        };
        let id = |name: &String| label_set.id(name).expect("a label of the set");
        Ok(Self {
            labels: labels.iter().map(|l| l.as_ref().map(id)).collect(),
            coders,
            columns,
            label_set,
            statements,
        })
    }

    /// Lets `write` make another text of each text and the values of further columns, as
    /// [`LabelledCorpus::map_texts`] does.
    pub fn map_texts(
        &mut self,
        mut write: impl for<'s> FnMut(&'s str, &dyn Fn(&str) -> &'s str, &mut String),
    ) {
        for statement in &mut self.statements {
            let (text, values) = (&statement.text, &statement.values);
            let value = |name: &str| {
                let at = self.columns.iter().position(|column| column == name);
                at.map_or("", |at| values[at].as_str())
            };
            let mut marked = String::new();
            write(text, &value, &mut marked);
            statement.text = marked;
        }
    }

    /// The coders' names.
    pub fn coders(&self) -> &[String] {
        &self.coders
    }

    /// The labels.
    pub fn label_set(&self) -> &LabelSet {
        &self.label_set
    }

    /// The statements.
    pub fn statements(&self) -> &[CodedStatement] {
        &self.statements
    }

    /// The label of each coder for statement `statement`.
    ///
    /// # Panics
    /// If there is no such statement.
    pub fn labels(&self, statement: usize) -> &[Option<LabelId>] {
        let n_coders = self.coders.len();
        &self.labels[statement * n_coders..(statement + 1) * n_coders]
    }

    /// How often each label was given to statement `statement`, by falling number, among equals by label.
    fn votes(&self, statement: usize) -> Vec<(LabelId, usize)> {
        let mut labels: Vec<LabelId> = self.labels(statement).iter().flatten().copied().collect();
        labels.sort_unstable();
        let runs = labels.chunk_by(|a, b| a == b);
        let mut votes: Vec<(LabelId, usize)> = runs.map(|run| (run[0], run.len())).collect();
        votes.sort_by_key(|&(label, n)| (usize::MAX - n, label));
        votes
    }

    /// One label a row.
    pub fn adjudicate(&self, by: Adjudication) -> Adjudicated {
        let columns = || self.columns.iter().map(String::as_str);
        let mut all = CorpusBuilder::new();
        let mut statement_of_row = Vec::new();
        let (mut n_uncoded, mut n_undecided) = (0, 0);
        for (number, statement) in self.statements.iter().enumerate() {
            let votes = self.votes(number);
            let n_votes: usize = votes.iter().map(|(_, n)| n).sum();
            let decided = match (by, &votes[..]) {
                (_, []) => {
                    n_uncoded += 1;
                    continue;
                }
                (_, [_]) => true,
                (Adjudication::Agree, _) => false,
                (_, [first, second, ..]) => first.1 > second.1,
            };
            n_undecided += u64::from(!decided);
            let rows = match (by, decided) {
                (Adjudication::Soft, _) => &votes[..],
                (_, true) => &votes[..1],
                (_, false) => &[],
            };
            let mut one = CorpusBuilder::of_file(&statement.file, columns());
            for (rank, &(label, n)) in rows.iter().enumerate() {
                let share = match by {
                    Adjudication::Soft => n as f32 / n_votes as f32,
                    _ => 1.0,
                };
                one.push_row(
                    &statement.text,
                    self.label_set.name(label),
                    statement.weight * share,
                    &statement.values,
                    statement.line,
                );
                if !decided || rank > 0 {
                    one.leave_unjudged();
                }
                statement_of_row.push(number);
            }
            all.append(one);
        }
        Adjudicated {
            corpus: all.build_with(self.label_set.clone()),
            statement_of_row,
            by,
            n_uncoded,
            n_undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three coders; a row is a statement, `.` a gap.
    fn coded(rows: &[&str]) -> CodedCorpus {
        let statement = |number: usize| CodedStatement {
            text: format!("statement {number}"),
            weight: 1.0,
            values: Vec::new(),
            file: "t.csv".into(),
            line: number as u64 + 2,
        };
        let labels: Vec<Option<String>> = rows
            .iter()
            .flat_map(|row| row.chars().map(|c| (c != '.').then(|| c.to_string())))
            .collect();
        let coders = ["anna", "ben", "cleo"].map(String::from).to_vec();
        let statements = (0..rows.len()).map(statement).collect();
        CodedCorpus::new(coders, Vec::new(), statements, &labels, None).unwrap()
    }

    const ROWS: [&str; 6] = ["xxx", "xyy", "x.y", "...", ".z.", "xyz"];

    fn rows(of: &Adjudicated) -> Vec<(usize, &str, f32, bool)> {
        let corpus = &of.corpus;
        let label = |row: usize| corpus.label_set().name(corpus.labels()[row]);
        let weight = |row: usize| corpus.weights().map_or(1.0, |weights| weights[row]);
        (0..corpus.len())
            .map(|row| {
                let statement = of.statement_of_row[row];
                (statement, label(row), weight(row), corpus.is_judged(row))
            })
            .collect()
    }

    #[test]
    fn agreement_keeps_statements_with_one_label() {
        let found = coded(&ROWS).adjudicate(Adjudication::Agree);
        assert_eq!(rows(&found), [(0, "x", 1.0, true), (4, "z", 1.0, true)]);
        assert_eq!((found.n_uncoded, found.n_undecided), (1, 3));
        assert_eq!(found.corpus.place(1).line, 6);
    }

    #[test]
    fn the_majority_decides_and_ties_are_counted() {
        let found = coded(&ROWS).adjudicate(Adjudication::Majority);
        let expected = [
            (0, "x", 1.0, true),
            (1, "y", 1.0, true),
            (4, "z", 1.0, true),
        ];
        assert_eq!(rows(&found), expected);
        assert_eq!((found.n_uncoded, found.n_undecided), (1, 2));
    }

    #[test]
    fn soft_rows_weigh_their_share_and_a_statement_is_judged_once_or_not_at_all() {
        let found = coded(&ROWS).adjudicate(Adjudication::Soft);
        let third = 1.0f32 / 3.0;
        let expected = [
            (0, "x", 1.0, true),
            (1, "y", 2.0 / 3.0, true),
            (1, "x", third, false),
            (2, "x", 0.5, false),
            (2, "y", 0.5, false),
            (4, "z", 1.0, true),
            (5, "x", third, false),
            (5, "y", third, false),
            (5, "z", third, false),
        ];
        assert_eq!(rows(&found), expected);
        assert_eq!((found.n_uncoded, found.n_undecided), (1, 2));
    }
}
