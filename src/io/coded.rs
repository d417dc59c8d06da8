//! Files of statements that several coders labelled in, a coded corpus out.
//!
//! Coders stand side by side, one column each, or below each other, one row for each coder and statement, held together
//! by an id.

use super::error::Error;
use super::labelled::{LabelledOptions, LabelledSummary};
use super::reader::{ReadOptions, Reader};
use super::row::{Content, Rows};
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
    let reader = Reader::open(paths, read_options(options, coding))
        .map_err(|error| with_remedy(error, coding))?;
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.as_ref().display().to_string())
        .collect();
    collect(reader, options, coding, &names.join(", "))
}

/// The fault of a missing column with the option that names it.
fn with_remedy(error: Error, coding: &Coding) -> Error {
    let option = |missing: &str| match coding {
        Coding::Wide(coders) if coders.iter().any(|name| name == missing) => {
            Some("name the coders' columns with `--label-column`")
        }
        Coding::Long { coder, .. } if coder == missing => Some("name yours with `--coder-column`"),
        Coding::Long { id, .. } if id == missing => Some("name yours with `--id-column`"),
        _ => None,
    };
    match error {
        Error::NoSuchColumn {
            file,
            line,
            name,
            columns,
            closest,
            remedy,
        } => Error::NoSuchColumn {
            remedy: option(&name).unwrap_or(remedy),
            file,
            line,
            name,
            columns,
            closest,
        },
        other => other,
    }
}

/// The columns that tell coder, statement and label, then those to keep.
fn read_options(options: &LabelledOptions, coding: &Coding) -> ReadOptions {
    let mut read = options.read.clone();
    let label = read.columns.label.take();
    let label = label.unwrap_or_else(|| "label".to_owned());
    let mut named = match coding {
        Coding::Wide(coders) => coders.clone(),
        Coding::Long { coder, id } => vec![coder.clone(), id.clone(), label],
    };
    named.extend(kept_columns(options).iter().cloned());
    read.columns.others = Others::Named(named);
    read
}

/// The further columns to keep.
fn kept_columns(options: &LabelledOptions) -> &[String] {
    match &options.read.columns.others {
        Others::Named(names) => names,
        Others::All => &[],
    }
}

fn collect(
    mut reader: Reader,
    options: &LabelledOptions,
    coding: &Coding,
    files: &str,
) -> Result<(CodedCorpus, LabelledSummary), Error> {
    let mut collected = Collected::new(options, coding);
    let mut n_rows = 0;
    while let Some(block) = reader.next_block()? {
        let file = block.table().file();
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            n_rows += 1;
            collected.take_row(&row.content?, file, row.line)?;
        }
    }
    if collected.statements.is_empty() {
        return Err(Error::NoRows {
            file: files.to_owned(),
        });
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
    Ok((collected.corpus(files)?, summary))
}

/// What the rows seen so far say.
struct Collected<'o> {
    options: &'o LabelledOptions,
    coding: &'o Coding,
    coders: Vec<String>,
    coder_ids: FxHashMap<String, usize>,
    statements: Vec<CodedStatement>,
    statement_ids: FxHashMap<String, usize>,
    /// Statement, coder, label.
    labels: Vec<(usize, usize, String)>,
    dropped: Vec<u64>,
    renamed: Vec<u64>,
}

impl<'o> Collected<'o> {
    fn new(options: &'o LabelledOptions, coding: &'o Coding) -> Self {
        Self {
            options,
            coding,
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
        }
    }

    fn take_row(&mut self, content: &Content<'_>, file: &Arc<str>, line: u64) -> Result<(), Error> {
        let n_kept = kept_columns(self.options).len();
        let (said, kept) = content.others.split_at(content.others.len() - n_kept);
        let statement = CodedStatement {
            text: content.text.to_owned(),
            weight: content.weight,
            values: kept.to_vec(),
            file: file.to_string(),
            line,
        };
        match (self.coding, said) {
            (Coding::Long { coder, id }, [of_coder, of_id, label]) => {
                for (value, column) in [(of_coder, coder), (of_id, id)] {
                    if value.is_empty() {
                        return Err(Error::EmptyKey {
                            file: Arc::clone(file),
                            line,
                            column: column.clone(),
                        });
                    }
                }
                let number = self.statement(of_id, statement)?;
                let coder = self.coder(of_coder);
                self.take(number, coder, label, (file, line))
            }
            (_, labels) => {
                let number = self.statements.len();
                self.statements.push(statement);
                for (coder, label) in labels.iter().enumerate() {
                    self.take(number, coder, label, (file, line))?;
                }
                Ok(())
            }
        }
    }

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

    fn corpus(self, files: &str) -> Result<CodedCorpus, Error> {
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
        let columns = kept_columns(self.options).to_vec();
        CodedCorpus::new(self.coders, columns, self.statements, &labels, known).map_err(|source| {
            Error::Labels {
                file: files.to_owned(),
                source,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Source;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn read(
        name: &str,
        bytes: &[u8],
        options: &LabelledOptions,
        coding: &Coding,
    ) -> Result<(CodedCorpus, LabelledSummary), Error> {
        let source = Source::from_reader(name, Cursor::new(bytes.to_vec()), None)?;
        let reader = Reader::from_source(source, Path::new(name), read_options(options, coding))?;
        collect(reader, options, coding, name)
    }

    fn wide() -> Coding {
        Coding::Wide(vec!["a".to_owned(), "b".to_owned()])
    }

    fn long() -> Coding {
        Coding::Long {
            coder: "who".to_owned(),
            id: "id".to_owned(),
        }
    }

    /// Of each statement its text, first further value and labels.
    fn told(coded: &CodedCorpus) -> Vec<String> {
        let name = |label: &Option<crate::label::LabelId>| {
            label.map_or(".", |label| coded.label_set().name(label))
        };
        let statements = coded.statements().iter().enumerate();
        statements
            .map(|(number, statement)| {
                let labels: Vec<&str> = coded.labels(number).iter().map(name).collect();
                format!(
                    "{} {} {}",
                    statement.text,
                    statement.values[0],
                    labels.join("")
                )
            })
            .collect()
    }

    #[test]
    fn both_shapes_and_formats_say_the_same() {
        let mut options = LabelledOptions {
            label_map: vec![("1".to_owned(), "x".to_owned())],
            drop_labels: vec!["z".to_owned()],
            ..LabelledOptions::default()
        };
        options.read.columns.others = Others::Named(vec!["who is it".to_owned()]);
        let files: [(&str, &str, Coding); 3] = [
            (
                "w.csv",
                "text,who is it,b,a\nt,s,y,1\nu,r,,x\nv,s,z,y\n",
                wide(),
            ),
            (
                "l.csv",
                "id,text,who is it,who,label\n7,t,s,a,1\n8,u,r,a,x\n7,t,s,b,y\n9,v,s,a,y\n9,v,s,b,z\n",
                long(),
            ),
            (
                "w.jsonl",
                "{\"text\":\"t\",\"a\":1,\"b\":\"y\",\"who is it\":\"s\"}\n{\"text\":\"u\",\"a\":\"x\",\"who is it\":\"r\"}\n\
                 {\"text\":\"v\",\"a\":\"y\",\"b\":\"z\",\"who is it\":\"s\"}\n",
                wide(),
            ),
        ];
        for (name, data, coding) in files {
            let (coded, summary) = read(name, data.as_bytes(), &options, &coding).unwrap();
            assert_eq!(coded.coders(), ["a", "b"], "{name}");
            assert_eq!(told(&coded), ["t s xy", "u r x.", "v s y."], "{name}");
            assert_eq!(summary.dropped, [("z".to_owned(), 1)]);
            assert_eq!(summary.renamed, [("1".to_owned(), 1)]);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(&b"\",\n\r{}:abxyidwho"[..])], 0..80),
            name in proptest::sample::select(vec!["p.csv", "p.jsonl", "p.txt", "p.ft", "-"]),
        ) {
            for head in ["", "id,text,who,label,a,b\n", "{\"id\":1,\"text\":\"x\",\"who\":\"y\"}\n"] {
                let bytes = [head.as_bytes(), &bytes].concat();
                for coding in [wide(), long()] {
                    let _ = read(name, &bytes, &LabelledOptions::default(), &coding);
                }
            }
        }
    }
}
