//! A file's first record in, the places of the needed columns out.

use super::error::Error;
use super::format::Format;
use super::json_text::{Member, members};
use super::row::{ByteFacts, bad_byte};
use super::scan::RecordEnd;
use csv::{ByteRecord, ReaderBuilder};
use std::io::Read;
use std::sync::Arc;

const TEXT_REMEDY: &str = "name yours with `--text-column`";
const TEXT_OR_LINES: &str =
    "name yours with `--text-column`, or read every line as a statement with `--format lines`";

/// The columns (or keys) to read. In fastText and plain lines text and label have their places without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The statement.
    pub text: String,
    /// Its label, where labels are read.
    pub label: Option<String>,
    /// Its weight, where weights are read.
    pub weight: Option<String>,
    /// Further columns to keep with each row.
    pub others: Others,
}

/// Which further columns to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Others {
    /// Those of these names, in this order.
    Named(Vec<String>),
    /// All that are neither text nor label nor weight; of JSON lines those keys that the first object has.
    All,
}

impl Default for Columns {
    /// Text alone, from `text`.
    fn default() -> Self {
        Self {
            text: "text".to_owned(),
            label: None,
            weight: None,
            others: Others::Named(Vec::new()),
        }
    }
}

/// A further column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Other {
    pub(super) name: String,
    /// CSV only.
    pub(super) position: usize,
}

/// What is known of a file before its first row: its format and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub(super) file: Arc<str>,
    pub(super) format: Format,
    /// Column names; for JSON lines the keys of the first object.
    pub(super) columns: Vec<String>,
    /// The header as it stands in the file, without its line end; CSV only.
    pub(super) raw_header: Vec<u8>,
    pub(super) names: Columns,
    /// Positions of the needed columns; CSV only.
    pub(super) text: usize,
    pub(super) label: Option<usize>,
    pub(super) weight: Option<usize>,
    /// The further columns.
    pub(super) others: Vec<Other>,
    pub(super) header_line: u64,
}

impl Table {
    /// The file as it was named.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Its columns; for JSON lines the keys of the first object.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The names of the further columns that are kept, in the order of [`Content::others`](super::Content::others).
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|other| other.name.as_str())
    }

    /// Where in [`Content::others`](super::Content::others) the column `name` stands.
    ///
    /// # Errors
    /// [`Error::NoSuchColumn`] with `remedy` if it is not kept, [`Error::DuplicateColumn`] if there are several.
    pub fn other(&self, name: &str, remedy: &'static str) -> Result<usize, Error> {
        if let Some(kept) = self.others.iter().position(|other| other.name == name) {
            return Ok(kept);
        }
        let position = self.find(name, remedy, self.header_line)?;
        let kept = (self.others.iter()).position(|other| other.position == position);
        kept.ok_or_else(|| Error::NoSuchColumn {
            file: Arc::clone(&self.file),
            line: self.header_line,
            name: name.to_owned(),
            columns: self.others().map(str::to_owned).collect(),
            closest: None,
            remedy,
        })
    }

    /// The table of a file that starts with `head` on `line`; also how many bytes of `head` the header takes.
    ///
    /// # Errors
    /// An empty CSV file, a header that is not UTF-8, and needed columns that are missing or there twice; weights or
    /// further columns wanted of a format that has none.
    pub(super) fn new(
        file: &Arc<str>,
        format: Format,
        head: &[u8],
        line: u64,
        names: &Columns,
    ) -> Result<(Self, usize), Error> {
        let mut table = Self {
            file: Arc::clone(file),
            format,
            columns: Vec::new(),
            raw_header: Vec::new(),
            names: names.clone(),
            text: 0,
            label: None,
            weight: None,
            others: Vec::new(),
            header_line: line,
        };
        let mut header_bytes = 0;
        match format {
            Format::Csv { delimiter } => header_bytes = table.read_header(head, line, delimiter)?,
            Format::Jsonl => table.columns = first_keys(head).unwrap_or(vec![names.text.clone()]),
            Format::Lines => table.columns = vec![names.text.clone()],
            Format::FastText => {
                let label = names.label.as_deref().unwrap_or("label");
                table.columns = vec![label.to_owned(), names.text.clone()];
            }
        }
        if matches!(format, Format::Lines | Format::FastText) {
            let other = match &names.others {
                Others::Named(named) => named.first(),
                Others::All => None,
            };
            let unnamed = names.weight.as_ref().or(other);
            if let Some(name) = unnamed {
                return Err(Error::NoSuchColumn {
                    file: Arc::clone(file),
                    line,
                    name: name.clone(),
                    columns: table.columns,
                    closest: None,
                    remedy: "give a CSV or JSON file, lines have no columns",
                });
            }
        }
        table.others = table.find_others(line)?;
        Ok((table, header_bytes))
    }

    fn read_header(&mut self, head: &[u8], line: u64, delimiter: u8) -> Result<usize, Error> {
        let rule = RecordEnd::Csv { delimiter };
        let blank = head
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let line = line + rule.line_ends(&head[..blank]);
        self.header_line = line;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .from_reader(b"\n".chain(head));
        let mut header = ByteRecord::new();
        if !matches!(reader.read_byte_record(&mut header), Ok(true)) {
            return Err(Error::Empty {
                file: Arc::clone(&self.file),
            });
        }
        let end = reader.position().byte() as usize - 1;
        let raw = &head[blank..end];
        if let Some(bad) = bad_byte(raw, ByteFacts::of(raw), rule, &self.file, line) {
            return Err(bad.into());
        }
        self.columns = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        self.raw_header = raw
            .strip_suffix(b"\n")
            .or_else(|| raw.strip_suffix(b"\r"))
            .unwrap_or(raw)
            .to_vec();
        let names = self.names.clone();
        self.text = self.find(&names.text, TEXT_REMEDY, line)?;
        self.label = names
            .label
            .map(|name| self.find(&name, "name yours with `--label-column`", line))
            .transpose()?;
        self.weight = names
            .weight
            .map(|name| self.find(&name, "name yours with `--weight-column`", line))
            .transpose()?;
        // The line feed of a CRLF belongs to the header too.
        let crlf = raw.ends_with(b"\r") && head.get(end) == Some(&b'\n');
        Ok(end + usize::from(crlf))
    }

    /// The further columns of a file whose columns are known.
    fn find_others(&self, line: u64) -> Result<Vec<Other>, Error> {
        let other = |(position, name): (usize, &String)| Other {
            name: name.clone(),
            position,
        };
        let is_csv = matches!(self.format, Format::Csv { .. });
        match &self.names.others {
            // Any object may have the keys; it need not be the first.
            Others::Named(names) if !is_csv => Ok(names.iter().enumerate().map(other).collect()),
            Others::Named(names) => {
                let position = |name| {
                    self.find(
                        name,
                        "give a file that has it, or correct the option that names it, such as `--group-column` or `--time-column`",
                        line,
                    )
                };
                let found = names.iter().map(|name| Ok((position(name)?, name)));
                found.map(|found| found.map(other)).collect()
            }
            Others::All => {
                let read = [Some(self.text), self.label, self.weight];
                let Columns {
                    text,
                    label,
                    weight,
                    ..
                } = &self.names;
                let named = [Some(text), label.as_ref(), weight.as_ref()];
                let is_other = |(position, name): &(usize, &String)| match is_csv {
                    true => !read.contains(&Some(*position)),
                    false => !named.contains(&Some(*name)),
                };
                let columns = match self.format {
                    Format::Lines | Format::FastText => [].iter(),
                    _ => self.columns.iter(),
                };
                Ok(columns.enumerate().filter(is_other).map(other).collect())
            }
        }
    }

    /// The position of the column `name`, exactly as written or, failing that, but for white space around it.
    fn find(&self, name: &str, remedy: &'static str, line: u64) -> Result<usize, Error> {
        let positions = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let columns = self.columns.iter().enumerate();
            columns.filter(|(_, c)| same(c)).map(|(i, _)| i).collect()
        };
        let mut found = positions(&|column| column == name);
        if found.is_empty() {
            found = positions(&|column| column.trim() == name.trim());
        }
        match found[..] {
            [position] => Ok(position),
            [] => Err(Error::NoSuchColumn {
                file: Arc::clone(&self.file),
                line,
                name: name.to_owned(),
                columns: self.columns.clone(),
                closest: closest(name, &self.columns),
                remedy: if self.columns.len() == 1 && remedy == TEXT_REMEDY {
                    TEXT_OR_LINES
                } else {
                    remedy
                },
            }),
            _ => Err(Error::DuplicateColumn {
                file: Arc::clone(&self.file),
                line,
                name: name.to_owned(),
                count: found.len(),
            }),
        }
    }

    /// Checks that rows of `other` may follow rows of this file.
    pub(super) fn check_same_header(&self, other: &Self) -> Result<(), Error> {
        let both_csv = matches!(
            (self.format, other.format),
            (Format::Csv { .. }, Format::Csv { .. })
        );
        if both_csv && self.columns != other.columns {
            return Err(Error::HeadersDiffer {
                first_file: Arc::clone(&self.file),
                first_columns: self.columns.clone(),
                file: Arc::clone(&other.file),
                columns: other.columns.clone(),
            });
        }
        if both_csv || self.format == other.format {
            return Ok(());
        }
        Err(Error::MixedFormats {
            first_file: Arc::clone(&self.file),
            first_format: self.format.name(),
            file: Arc::clone(&other.file),
            format: other.format.name(),
        })
    }
}

pub(super) fn record_end(format: Format) -> RecordEnd {
    match format {
        Format::Csv { delimiter } => RecordEnd::Csv { delimiter },
        Format::Jsonl | Format::Lines | Format::FastText => RecordEnd::LineFeed,
    }
}

/// The most similar of `names`, if one is similar at all.
pub(super) fn closest(name: &str, names: &[String]) -> Option<String> {
    let name = name.to_lowercase();
    names
        .iter()
        .map(|other| (strsim::jaro_winkler(&name, &other.to_lowercase()), other))
        .filter(|(similarity, _)| *similarity > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, other)| other.clone())
}

/// The keys of the first line that is an object.
fn first_keys(head: &[u8]) -> Option<Vec<String>> {
    let mut found: Vec<Member<'_>> = Vec::new();
    head.split(|b| *b == b'\n')
        .filter_map(|line| std::str::from_utf8(line.trim_ascii()).ok())
        .find(|line| members(line, &mut found).is_ok())?;
    let mut keys: Vec<String> = Vec::with_capacity(found.len());
    for member in &found {
        let key = member.key_text().into_owned();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv_table(head: &str, names: &Columns) -> Result<(Table, usize), Error> {
        Table::new(&"t.csv".into(), Format::CSV, head.as_bytes(), 1, names)
    }

    #[test]
    fn needed_columns_are_found_by_name() {
        let names = Columns {
            label: Some("label".into()),
            ..Columns::default()
        };
        let head = "\r\nid,\"text\", label\r\n1,a,b\r\n";
        let (table, bytes) = csv_table(head, &names).unwrap();
        assert_eq!((table.text, table.label, table.weight), (1, Some(2), None));
        assert_eq!(table.columns(), ["id", "text", " label"]);
        assert_eq!(table.raw_header, b"id,\"text\", label");
        assert_eq!(&head[bytes..], "1,a,b\r\n");
    }

    #[test]
    fn a_missing_column_is_answered_with_those_there_are_and_the_closest() {
        let message = csv_table("id,Texts,date\n", &Columns::default())
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "t.csv, line 1: no column `text`, did you mean `Texts`?; the columns are `id`, `Texts`, `date`; \
             name yours with `--text-column`"
        );
        let message = csv_table("\nqqq\n", &Columns::default())
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("t.csv, line 2: no column `text`; the columns are `qqq`"));
        assert!(message.contains("--format lines"));
    }

    #[test]
    fn empty_duplicate_and_broken_headers_are_refused() {
        for head in ["", "\n", "\r\n\r\n"] {
            let error = csv_table(head, &Columns::default()).unwrap_err();
            assert!(matches!(error, Error::Empty { .. }), "{error}");
        }
        let error = csv_table("text,text\n", &Columns::default()).unwrap_err();
        assert!(
            matches!(error, Error::DuplicateColumn { count: 2, .. }),
            "{error}"
        );
        let head = b"text,caf\xE9\n";
        let error = Table::new(&"t".into(), Format::CSV, head, 1, &Columns::default()).unwrap_err();
        assert!(error.to_string().contains("line 1: byte 9"), "{error}");
    }

    #[test]
    fn json_keys_keep_their_order() {
        let head = b"oops\n{\"z\":1,\"text\":\"x\",\"a\":{\"q\":[]}}\n";
        let (table, bytes) =
            Table::new(&"t".into(), Format::Jsonl, head, 1, &Columns::default()).unwrap();
        assert_eq!(
            (table.columns(), bytes),
            (&["z", "text", "a"].map(String::from)[..], 0)
        );
    }
}
