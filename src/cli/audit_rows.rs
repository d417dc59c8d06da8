//! The rows of an audit, as they come back from spreadsheets.

use super::args::IndexArgs;
use super::earlier_sample::unreadable;
use super::failure::Failure;
use super::inputs::read_options;
use rustc_hash::FxHashSet;
use stance::index::words_key;
use stance::io::{Content, Others, Reader, Rows, Table};
use std::path::Path;
use std::sync::Arc;

/// The least probability of being drawn.
const LEAST: f64 = 1e-12;
const REMEDY: &str = "give the file that `stance sample` wrote";

/// A row of the file.
pub struct AuditRow {
    /// Among the scored rows, from 0.
    pub row: usize,
    pub line: u64,
    pub words: u64,
    pub stratum: String,
    pub probability: f64,
    pub label: Option<usize>,
    /// The row that it repeats.
    pub same_as: Option<usize>,
}

/// Where in a row what is.
struct Places {
    row: usize,
    stratum: usize,
    probability: usize,
    gold: usize,
    same_as: Option<usize>,
}

/// Reads all rows, and by which columns they were drawn.
pub fn read_audit_rows(
    path: &Path,
    args: &IndexArgs,
    labels: &[String],
) -> Result<(Vec<AuditRow>, Vec<String>), Failure> {
    let mut options = read_options(&args.input)?;
    (options.format, options.encoding) = (None, None);
    options.columns.others = Others::All;
    let mut reader = Reader::open(&[path], options).map_err(unreadable)?;
    let table = Arc::clone(reader.table());
    let of = |name: &str| table.other(name, REMEDY);
    let places = Places {
        row: of("sample_row")?,
        stratum: of("stratum")?,
        probability: of("sampling_prob")?,
        gold: of(&args.gold_column)?,
        same_as: of("same_as").ok(),
    };
    let mut rows = Vec::new();
    let mut by: Option<Vec<String>> = None;
    let mut known = FxHashSet::default();
    while let Some(block) = reader.next_block().map_err(unreadable)? {
        let mut of_block = Rows::new(&block);
        while let Some(row) = of_block.next_row() {
            let line = row.line;
            let content = row.content.map_err(|error| unreadable(error.into()))?;
            // Spreadsheets leave rows of commas behind.
            if content.text.is_empty() && content.others.iter().all(String::is_empty) {
                continue;
            }
            let row = places.row(line, &content, labels).map_err(|what| {
                Failure::failed(format!("{}, line {line}: {what}", table.file()))
            })?;
            if !known.insert(row.row) {
                return Err(Failure::failed(format!(
                    "{}, line {line}: row {} is there twice; leave one out",
                    table.file(),
                    row.row + 1
                )));
            }
            by = by.or_else(|| drawn_by(&row.stratum, &table, &content));
            rows.push(row);
        }
    }
    let by = match (by, rows.first()) {
        (Some(by), _) => by,
        (None, None) => Vec::new(),
        (None, Some(row)) => {
            return Err(Failure::failed(format!(
                "{}: `{}` in `stratum` names no columns of the file with the values of its row; leave the columns beside \
                 the label as `stance sample` wrote them",
                table.file(),
                row.stratum
            )));
        }
    };
    Ok((rows, by))
}

impl Places {
    fn row(&self, line: u64, content: &Content<'_>, labels: &[String]) -> Result<AuditRow, String> {
        let value = |at: usize| content.others[at].as_str();
        let row = row_number(value(self.row), "sample_row")?;
        let probability = value(self.probability);
        let same_as = match self.same_as.map(value) {
            None | Some("") => None,
            Some(row) => Some(row_number(row, "same_as")?),
        };
        Ok(AuditRow {
            row,
            line,
            words: words_key(content.text, &mut Vec::new()),
            stratum: value(self.stratum).to_owned(),
            // A decimal comma is what some spreadsheets make of the point.
            probability: (probability.replace(',', ".").parse::<f64>().ok())
                .filter(|p| *p >= LEAST && *p <= 1.0)
                .ok_or_else(|| {
                    format!(
                        "`{probability}` in `sampling_prob` is no number above 0 and up to 1; {REMEDY} with that column as it was"
                    )
                })?,
            label: label(value(self.gold), labels)?,
            same_as,
        })
    }
}

/// A row by its number from 1, which a spreadsheet may have made `817.0`.
fn row_number(value: &str, column: &str) -> Result<usize, String> {
    let digits = value.strip_suffix(".0").unwrap_or(value);
    let number = digits.parse::<usize>().ok().filter(|&row| row > 0);
    let what = || format!("`{value}` in `{column}` is no row; {REMEDY}");
    number.map(|row| row - 1).ok_or_else(what)
}

/// The label that a coder wrote, in small letters or not.
fn label(written: &str, labels: &[String]) -> Result<Option<usize>, String> {
    if written.is_empty() {
        return Ok(None);
    }
    let small = written.to_lowercase();
    let exact = labels.iter().position(|label| label == written);
    let mut alike = (labels.iter().enumerate()).filter(|(_, label)| label.to_lowercase() == small);
    let only = match (alike.next(), alike.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    };
    exact.or(only).map(Some).ok_or_else(|| {
        format!(
            "`{written}` is no label of the scored rows ({}); correct it, or leave the cell empty",
            labels.join(", ")
        )
    })
}

/// The columns whose names and values make the name of a stratum, as `source=Post; period=2024-Q1`; none where these are not in the row.
fn drawn_by(stratum: &str, table: &Table, content: &Content<'_>) -> Option<Vec<String>> {
    if stratum == "all" {
        return Some(Vec::new());
    }
    // `--by` finds a column without the white space around its name, and so does the stratum name it.
    let columns: Vec<(&str, &str)> = (table.others().map(str::trim))
        .zip(content.others.iter().map(String::as_str))
        .collect();
    let names = parts(stratum, &columns)?;
    Some(names.into_iter().map(str::to_owned).collect())
}

fn parts<'c>(rest: &str, columns: &[(&'c str, &'c str)]) -> Option<Vec<&'c str>> {
    for &(name, value) in columns {
        let after = rest
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('='));
        let Some(after) = after.and_then(|rest| rest.strip_prefix(value)) else {
            continue;
        };
        let others = match after.strip_prefix("; ") {
            _ if after.is_empty() => Some(Vec::new()),
            Some(after) => parts(after, columns),
            None => None,
        };
        if let Some(others) = others {
            return Some([vec![name], others].concat());
        }
    }
    let period = rest.strip_prefix("period=")?;
    (!period.contains("; ")).then(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stratum_tells_what_it_was_drawn_by() {
        let columns = [
            ("date", "2024-03-05"),
            ("source", "Post; period=late"),
            ("speaker", ""),
        ];
        let of = |stratum: &str| parts(stratum, &columns);
        assert_eq!(of("source=Post; period=late"), Some(vec!["source"]));
        assert_eq!(
            of("source=Post; period=late; speaker=; period=2024-Q1"),
            Some(vec!["source", "speaker"])
        );
        assert_eq!(of("period=2024"), Some(vec![]));
        assert_eq!(of("source=Times"), None);
        assert_eq!(of("speaker=; place=x"), None);
    }

    #[test]
    fn labels_may_be_written_large() {
        let labels = ["hostile", "neutral", "A", "a"].map(str::to_owned);
        assert_eq!(label("Hostile", &labels), Ok(Some(0)));
        assert_eq!(label("a", &labels), Ok(Some(3)));
        assert_eq!(label("", &labels), Ok(None));
        assert!(label("hostle", &labels).is_err());
    }
}
