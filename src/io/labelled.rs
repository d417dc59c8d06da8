//! Files of labelled rows in, a corpus out, with a count of what was left out.

use super::blocks::Block;
use super::error::Error;
use super::format::Format;
use super::opened::Opened;
use super::reader::{ReadOptions, Reader};
use super::row::{Content, Rows};
use crate::label::LabelSet;
use crate::statement::{CorpusBuilder, LabelledCorpus};
use rayon::prelude::*;
use std::path::Path;

/// Blocks that are parsed side by side.
const PARALLEL_BLOCKS: usize = 16;

/// How labelled rows are read.
#[derive(Debug, Clone)]
pub struct LabelledOptions {
    /// Format, encoding and columns; without a label column, `label` is read.
    pub read: ReadOptions,
    /// Labels renamed: from, to.
    pub label_map: Vec<(String, String)>,
    /// Labels left out, as they stand in the file or as the map renames them; `""` are rows without a label.
    pub drop_labels: Vec<String>,
    /// The labels that may occur, where a model already fixes them.
    pub known: Option<LabelSet>,
}

impl Default for LabelledOptions {
    fn default() -> Self {
        let mut read = ReadOptions::default();
        read.columns.label = Some("label".to_owned());
        Self {
            read,
            label_map: Vec::new(),
            drop_labels: Vec::new(),
            known: None,
        }
    }
}

/// What happened on reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledSummary {
    /// Rows read, dropped ones included.
    pub rows: u64,
    /// How many rows each label to be dropped had, in the order of the options; 0 may point to a slip.
    pub dropped: Vec<(String, u64)>,
    /// Which rows these were, from 0, rising.
    pub dropped_rows: Vec<u64>,
    /// How many rows each renaming met, in the order of the options.
    pub renamed: Vec<(String, u64)>,
    /// What was found on opening each file.
    pub opened: Vec<Opened>,
}

/// Reads all of `paths`.
///
/// # Errors
/// The first fault of a file or row, a row without a label, a label that is not among the known ones, no row at all,
/// or fewer than two labels.
///
/// # Panics
/// If `paths` is empty.
pub fn read_labelled<P: AsRef<Path>>(
    paths: &[P],
    options: &LabelledOptions,
) -> Result<(LabelledCorpus, LabelledSummary), Error> {
    let mut read = options.read.clone();
    read.columns.label.get_or_insert_with(|| "label".to_owned());
    let reader = Reader::open(paths, read)?;
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.as_ref().display().to_string())
        .collect();
    collect(reader, options, &names.join(", "))
}

fn collect(
    mut reader: Reader,
    options: &LabelledOptions,
    files: &str,
) -> Result<(LabelledCorpus, LabelledSummary), Error> {
    let mut all = Part::new(options);
    let mut blocks = Vec::new();
    loop {
        let next = reader.next_block();
        // Read so far, it goes in before a fault behind it is told.
        let ended = !matches!(next, Ok(Some(_)));
        let fault = match next {
            Ok(block) => {
                blocks.extend(block);
                None
            }
            Err(error) => Some(error),
        };
        if ended || blocks.len() == PARALLEL_BLOCKS {
            let parts: Vec<Result<Part, Error>> = blocks
                .par_drain(..)
                .map(|block| Part::of(&block, options))
                .collect();
            for part in parts {
                all.append(part?);
            }
        }
        match (fault, ended) {
            (Some(error), _) => return Err(error),
            (None, true) => break,
            (None, false) => {}
        }
    }
    let Part {
        builder,
        rows,
        dropped,
        dropped_rows,
        renamed,
    } = all;
    if builder.is_empty() {
        return Err(Error::NoRows {
            file: files.to_owned(),
        });
    }
    let corpus = match &options.known {
        Some(labels) => builder.build_with(labels.clone()),
        None => builder.build().map_err(|source| Error::Labels {
            file: files.to_owned(),
            source,
        })?,
    };
    let names = options.drop_labels.iter().cloned();
    let froms = options.label_map.iter().map(|(from, _)| from.clone());
    let summary = LabelledSummary {
        rows,
        dropped: names.zip(dropped).collect(),
        dropped_rows,
        renamed: froms.zip(renamed).collect(),
        opened: reader.opened().to_vec(),
    };
    Ok((corpus, summary))
}

/// What some of the rows give.
struct Part {
    builder: CorpusBuilder,
    rows: u64,
    /// By position in the options.
    dropped: Vec<u64>,
    renamed: Vec<u64>,
    /// From 0.
    dropped_rows: Vec<u64>,
}

impl Part {
    fn new(options: &LabelledOptions) -> Self {
        Self {
            builder: CorpusBuilder::new(),
            rows: 0,
            dropped: vec![0; options.drop_labels.len()],
            renamed: vec![0; options.label_map.len()],
            dropped_rows: Vec::new(),
        }
    }

    /// The rows of a block.
    fn of(block: &Block, options: &LabelledOptions) -> Result<Self, Error> {
        let table = block.table();
        let others = table.others.iter().map(|other| other.name.as_str());
        let mut part = Self {
            builder: CorpusBuilder::of_file(table.file(), others),
            ..Self::new(options)
        };
        if table.format() == Format::Lines {
            return Err(Error::NoSuchColumn {
                file: table.file().clone(),
                line: 1,
                name: "label".to_owned(),
                columns: table.columns().to_vec(),
                closest: None,
                remedy: "give a file that has one, plain lines carry no labels",
            });
        }
        let mut rows = Rows::new(block);
        while let Some(row) = rows.next_row() {
            part.rows += 1;
            let content = row.content?;
            let label = content.label.unwrap_or_default();
            let renaming = options.label_map.iter().position(|(from, _)| from == label);
            let name = match renaming {
                Some(i) => {
                    part.renamed[i] += 1;
                    options.label_map[i].1.as_str()
                }
                None => label,
            };
            let drop = options
                .drop_labels
                .iter()
                .position(|l| l == label || l == name);
            if let Some(i) = drop {
                part.dropped[i] += 1;
                part.dropped_rows.push(part.rows - 1);
                continue;
            }
            if name.is_empty() {
                return Err(Error::NoLabel {
                    file: table.file().clone(),
                    line: row.line,
                });
            }
            if let Some(known) = &options.known
                && known.id(name).is_none()
            {
                return Err(Error::UnknownLabel {
                    file: table.file().clone(),
                    line: row.line,
                    label: name.to_owned(),
                    known: known.to_string(),
                });
            }
            let Content {
                text,
                weight,
                others,
                ..
            } = content;
            part.builder.push_row(text, name, weight, others, row.line);
        }
        Ok(part)
    }

    /// Adds the rows that follow.
    fn append(&mut self, next: Self) {
        self.builder.append(next.builder);
        let before = self.rows;
        self.dropped_rows
            .extend(next.dropped_rows.iter().map(|row| before + row));
        self.rows += next.rows;
        for (sum, n) in self.dropped.iter_mut().zip(next.dropped) {
            *sum += n;
        }
        for (sum, n) in self.renamed.iter_mut().zip(next.renamed) {
            *sum += n;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Source;
    use std::io::Cursor;

    fn read(
        name: &str,
        data: &str,
        options: &LabelledOptions,
    ) -> Result<(LabelledCorpus, LabelledSummary), Error> {
        let source = Source::from_reader(name, Cursor::new(data.as_bytes().to_vec()), None)?;
        let reader = Reader::from_source(source, Path::new(name), options.read.clone())?;
        collect(reader, options, name)
    }

    #[test]
    fn labels_are_renamed_dropped_and_counted() {
        let options = LabelledOptions {
            label_map: vec![("0".into(), "neg".into()), ("4".into(), "pos".into())],
            drop_labels: vec!["2".into(), String::new()],
            ..LabelledOptions::default()
        };
        let data = "text,label\na,0\nb,4\nc,2\nd,\ne,2\nf,pos\n";
        let (corpus, summary) = read("t.csv", data, &options).unwrap();
        assert_eq!(corpus.label_set().names(), ["neg", "pos"]);
        assert_eq!(corpus.label_counts(), [1, 2]);
        assert_eq!(corpus.text(2), "f");
        assert_eq!(summary.rows, 6);
        assert_eq!(summary.dropped_rows, [2, 3, 4]);
        assert_eq!(summary.dropped, [("2".into(), 2), (String::new(), 1)]);
        assert_eq!(summary.renamed, [("0".into(), 1), ("4".into(), 1)]);
        assert!(summary.opened[0].guessed);
    }

    #[test]
    fn all_formats_give_the_same_corpus() {
        let options = LabelledOptions::default();
        let digests = [
            ("t.csv", "id,text,label\n1,\"a, b\",x\n2,c,y\n"),
            ("t.tsv", "label\ttext\nx\ta, b\ny\tc\n"),
            (
                "t.jsonl",
                "{\"text\":\"a, b\",\"label\":\"x\"}\n{\"label\":\"y\",\"text\":\"c\"}",
            ),
            ("t.txt", "__label__x a, b\n__label__y c\n"),
        ]
        .map(|(name, data)| read(name, data, &options).unwrap().0.digest());
        assert!(digests.iter().all(|digest| *digest == digests[0]));
    }

    #[test]
    fn what_cannot_be_learned_from_is_refused_with_its_line() {
        let options = LabelledOptions::default();
        let message = |name, data| read(name, data, &options).unwrap_err().to_string();
        assert!(
            message("t.csv", "text,label\na,x\nb, \n")
                .starts_with("t.csv, line 3: the row has no label")
        );
        assert!(message("t.csv", "text,label\na,x\nb,x\n").contains("only one label: `x`"));
        assert!(message("t.csv", "text,label\n").contains("no rows"));
        assert!(message("t.csv", "text,lable\n").contains("did you mean `lable`?"));
        assert!(message("t.csv", "text,label\na\n").starts_with("t.csv, line 2: 1 field"));
        assert!(message("t.txt", "a\nb\n").contains("no column `label`"));
        let known = LabelledOptions {
            known: Some(LabelSet::new(["x", "y"]).unwrap()),
            ..LabelledOptions::default()
        };
        let error = read("t.csv", "text,label\na,x\nb,z\n", &known).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("t.csv, line 3: label `z` is unknown")
        );
    }
}
