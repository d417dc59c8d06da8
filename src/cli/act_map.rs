//! A map from acts to labels: one reading of what coders wrote down.

use super::failure::Failure;
use super::inputs::encoding;
use stance::io::{Columns, Error, Others, ReadOptions, Reader, Rows};
use std::collections::BTreeMap;
use std::path::Path;

const ACT: &str = "act";
const LABEL: &str = "label";
const REMEDY: &str = "a map has the columns `act` and `label`";

/// Which label each act has.
#[derive(Debug)]
pub struct ActMap {
    /// The file's name without folder and ending.
    pub name: String,
    /// The file as it was named.
    pub file: String,
    /// The label, empty for an act that is left out, and the line that says so.
    labels: BTreeMap<String, (String, u64)>,
}

impl ActMap {
    /// Reads a table with the columns `act` and `label`.
    pub fn read(path: &Path, encoding_name: Option<&String>) -> Result<Self, Failure> {
        let options = ReadOptions {
            encoding: encoding(encoding_name)?,
            columns: Columns {
                text: ACT.to_owned(),
                others: Others::Named(vec![LABEL.to_owned()]),
                ..Columns::default()
            },
            ..ReadOptions::default()
        };
        let mut reader = Reader::open(&[path], options)
            .map_err(|error| Failure::from(error.with_remedy(REMEDY)))?;
        let mut map = Self {
            name: path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default(),
            file: path.display().to_string(),
            labels: BTreeMap::new(),
        };
        while let Some(block) = reader.next_block()? {
            let mut rows = Rows::new(&block);
            while let Some(row) = rows.next_row() {
                let line = row.line;
                let content = row.content.map_err(Error::from)?;
                let act = content.text.trim().to_owned();
                let label = content.others.first().cloned().unwrap_or_default();
                if let Some((_, first)) = map.labels.get(&act) {
                    return Err(Failure::failed(format!(
                        "{}, line {line}: the act `{act}` is already on line {first}; leave one out",
                        map.file
                    )));
                }
                map.labels.insert(act, (label, line));
            }
        }
        Ok(map)
    }

    /// The label of an act, empty if it is left out; none of an act that the map lacks.
    pub fn label(&self, act: &str) -> Option<&str> {
        self.labels.get(act).map(|(label, _)| label.as_str())
    }

    /// The labels that are not empty, with their lines.
    pub fn labels(&self) -> impl Iterator<Item = (&str, u64)> {
        let labels = self.labels.values();
        let labels = labels.map(|(label, line)| (label.as_str(), *line));
        labels.filter(|(label, _)| !label.is_empty())
    }
}
