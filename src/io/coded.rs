//! Files of statements that several coders labelled in, a coded corpus out.
//!
//! Coders stand side by side, one column each, or below each other, one row for each coder and statement, held together
//! by an id.

use super::error::Error;
use super::labelled::{LabelledOptions, LabelledSummary};
use super::reader::Reader;
use super::row::Rows;
use super::table::Others;
use crate::statement::{CodedCorpus, CodedStatement};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

/// Where coders' labels stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coding {
    /// A column of labels for each coder, named as the coder.
    Wide(Vec<String>),
    /// A row for each coder and statement.
    Long {
        /// The column that names the coder.
        coder: String,
        /// The column that names the statement.
        id: String,
    },
}

/// Reads all of `paths`. Rows in which a coder gave no label, or one to be dropped, are gaps.
///
/// Weight and further columns (`options.read.columns.others`, if named) are those of a statement's first row. The
/// summary's dropped labels are counted label by label, not row by row.
///
/// # Errors
/// The first fault of a file or row, an unknown label, a statement that a coder labelled twice or whose rows have different
/// texts, no row at all, or fewer than two labels.
///
/// # Panics
/// If `paths` is empty.
pub fn read_coded<P: AsRef<Path>>(
    paths: &[P],
    options: &LabelledOptions,
    coding: &Coding,
) -> Result<(CodedCorpus, LabelledSummary), Error> {
    let mut read = options.read.clone();
    let label_column = read.columns.label.take();
    let label_column = label_column.unwrap_or_else(|| "label".to_owned());
    let kept = match &read.columns.others {
        Others::Named(names) => names.clone(),
        Others::All => Vec::new(),
    };
    let mut named = match coding {
        Coding::Wide(coders) => coders.clone(),
        Coding::Long { coder, id } => vec![coder.clone(), id.clone(), label_column],
    };
    let n_read = named.len();
    named.extend(kept.iter().cloned());
    read.columns.others = Others::Named(named);
    let mut reader = Reader::open(paths, read)?;
    let mut collected = Collected {
        options,
        coders: match coding {
            Coding::Wide(coders) => coders.clone(),
            Coding::Long { .. } => Vec::new(),
        },
        coder_ids: FxHashMap::default(),
        statements: Vec::new(),
        statement_ids: FxHashMap::default(),
        labels: Vec::new(),
        dropped: vec![0; options.drop_labels.len()],
        renamed: vec![0; options.label_map.len()],
    };
    let mut n_rows = 0;
    while let Some(block) = reader.next_block()? {
        let file = Arc::clone(block.table().file());
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            n_rows += 1;
            let content = row.content?;
            let place = (&file, row.line);
            let statement = CodedStatement {
                text: content.text.to_owned(),
                weight: content.weight,
                values: content.others[n_read..].to_vec(),
                file: file.to_string(),
                line: row.line,
            };
            match coding {
                Coding::Wide(coders) => {
                    collected.statements.push(statement);
                    let number = collected.statements.len() - 1;
                    for (coder, label) in content.others[..coders.len()].iter().enumerate() {
                        collected.take(number, coder, label, place)?;
                    }
                }
                Coding::Long { coder, id } => {
                    let columns = [coder.as_str(), id.as_str()];
                    let [coder, id, label] = &content.others[..n_read] else {
                        continue;
                    };
                    for (value, column) in [coder, id].into_iter().zip(columns) {
                        if value.is_empty() {
                            return Err(Error::EmptyKey {
                                file: Arc::clone(&file),
                                line: row.line,
                                column: column.to_owned(),
                            });
                        }
                    }
                    let number = collected.statement(id, statement)?;
                    let coder = collected.coder(coder);
                    collected.take(number, coder, label, place)?;
                }
            }
        }
    }
    let file = names(paths);
    if collected.statements.is_empty() {
        return Err(Error::NoRows { file });
    }
    let summary = LabelledSummary {
        rows: n_rows,
        dropped: (options.drop_labels.iter().cloned())
            .zip(collected.dropped.iter().copied())
            .collect(),
        dropped_rows: Vec::new(),
        renamed: (options.label_map.iter().map(|(from, _)| from.clone()))
            .zip(collected.renamed.iter().copied())
            .collect(),
        opened: reader.opened().to_vec(),
    };
    let coded = collected.corpus(kept, &file)?;
    Ok((coded, summary))
}

fn names<P: AsRef<Path>>(paths: &[P]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.as_ref().display().to_string())
        .collect();
    names.join(", ")
}

struct Collected<'o> {
    options: &'o LabelledOptions,
    coders: Vec<String>,
    coder_ids: FxHashMap<String, usize>,
    statements: Vec<CodedStatement>,
    statement_ids: FxHashMap<String, usize>,
    /// Statement, coder, label.
    labels: Vec<(usize, usize, String)>,
    dropped: Vec<u64>,
    renamed: Vec<u64>,
}

impl Collected<'_> {
    /// The number of the statement `id`, which must always have the same text.
    fn statement(&mut self, id: &str, statement: CodedStatement) -> Result<usize, Error> {
        let next = self.statements.len();
        let number = *self.statement_ids.entry(id.to_owned()).or_insert(next);
        match self.statements.get(number) {
            None => self.statements.push(statement),
            Some(first) if first.text != statement.text => {
                return Err(Error::OtherText {
                    file: statement.file.into(),
                    line: statement.line,
                    id: id.to_owned(),
                    first_line: first.line,
                });
            }
            Some(_) => {}
        }
        Ok(number)
    }

    fn coder(&mut self, name: &str) -> usize {
        let next = self.coders.len();
        let number = *self.coder_ids.entry(name.to_owned()).or_insert(next);
        if number == next {
            self.coders.push(name.to_owned());
        }
        number
    }

    /// Takes a label, unless it is empty or to be dropped.
    fn take(
        &mut self,
        statement: usize,
        coder: usize,
        label: &str,
        (file, line): (&Arc<str>, u64),
    ) -> Result<(), Error> {
        let map = &self.options.label_map;
        let renaming = map.iter().position(|(from, _)| from == label);
        let name = renaming.map_or(label, |i| map[i].1.as_str());
        if let Some(i) = renaming {
            self.renamed[i] += 1;
        }
        let drop = self.options.drop_labels.iter();
        if let Some(i) = drop.clone().position(|l| l == label || l == name) {
            self.dropped[i] += 1;
            return Ok(());
        }
        if name.is_empty() {
            return Ok(());
        }
        if let Some(known) = &self.options.known
            && known.id(name).is_none()
        {
            return Err(Error::UnknownLabel {
                file: Arc::clone(file),
                line,
                label: name.to_owned(),
                known: known.to_string(),
            });
        }
        self.labels.push((statement, coder, name.to_owned()));
        Ok(())
    }

    fn corpus(self, columns: Vec<String>, file: &str) -> Result<CodedCorpus, Error> {
        let n_coders = self.coders.len();
        let mut labels: Vec<Option<String>> = vec![None; self.statements.len() * n_coders];
        for (statement, coder, label) in self.labels {
            let cell = &mut labels[statement * n_coders + coder];
            if cell.replace(label).is_some() {
                return Err(Error::CodedTwice {
                    file: self.statements[statement].file.as_str().into(),
                    line: self.statements[statement].line,
                    coder: self.coders[coder].clone(),
                });
            }
        }
        let known = self.options.known.as_ref();
        CodedCorpus::new(self.coders, columns, self.statements, &labels, known).map_err(|source| {
            Error::Labels {
                file: file.to_owned(),
                source,
            }
        })
    }
}
