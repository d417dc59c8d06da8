//! A block of fastText lines in, rows out: `__label__x text`, where the label may be missing.

use super::lines::LineCutter;
use super::row::{ByteFacts, Cells, Content, Row, bad_byte};
use super::row_error::{RowError, RowProblem};
use super::scan::RecordEnd;
use super::table::Table;

/// What marks a label.
pub(super) const LABEL_PREFIX: &str = "__label__";

/// The rows of a fastText block.
pub(super) struct FastTextRows<'b> {
    table: &'b Table,
    lines: LineCutter<'b>,
    facts: ByteFacts,
}

impl<'b> FastTextRows<'b> {
    pub(super) fn new(table: &'b Table, data: &'b [u8], line: u64) -> Self {
        Self {
            table,
            lines: LineCutter::new(data, line),
            facts: ByteFacts::of(data),
        }
    }

    pub(super) fn next_row(&mut self) -> Option<Row<'_>> {
        let (line, raw) = self.lines.next()?;
        let (labels, text) = split_labels(raw);
        Some(Row {
            line,
            content: self.content(line, raw, labels, text),
            raw,
            cells: Cells::Labelled {
                label: labels
                    .strip_prefix(LABEL_PREFIX.as_bytes())
                    .unwrap_or(labels),
                text,
            },
        })
    }

    fn content(
        &self,
        line: u64,
        raw: &[u8],
        labels: &'b [u8],
        text: &'b [u8],
    ) -> Result<Content<'b>, RowError> {
        let table = self.table;
        if let Some(bad) = bad_byte(raw, self.facts, RecordEnd::LineFeed, &table.file, line) {
            return Err(bad);
        }
        let labels = std::str::from_utf8(labels).unwrap_or_default();
        let label = match &table.names.label {
            None => None,
            Some(_) => {
                let count = labels.split_ascii_whitespace().count();
                if count > 1 {
                    return Err(table.fault(line, RowProblem::SeveralLabels { count }));
                }
                Some(labels.strip_prefix(LABEL_PREFIX).unwrap_or_default())
            }
        };
        Ok(Content {
            text: std::str::from_utf8(text).unwrap_or_default(),
            label,
            weight: 1.0,
            others: &[],
        })
    }
}

/// The leading labels, joined as they stand, and the text behind them.
fn split_labels(raw: &[u8]) -> (&[u8], &[u8]) {
    let start = raw.len() - raw.trim_ascii_start().len();
    let mut at = start;
    let mut labels_end = start;
    while raw[at..].starts_with(LABEL_PREFIX.as_bytes()) {
        let rest = &raw[at..];
        let end = rest.iter().position(u8::is_ascii_whitespace);
        labels_end = at + end.unwrap_or(rest.len());
        let behind = &raw[labels_end..];
        at = labels_end + behind.len() - behind.trim_ascii_start().len();
    }
    if labels_end == start {
        return (&[], raw);
    }
    (&raw[start..labels_end], &raw[at..])
}

#[cfg(test)]
mod tests {
    use crate::io::row::testing::{labelled, told};
    use crate::io::{Columns, Format};

    const DATA: &[u8] =
        b"__label__x a b\n__label__y\n c __label__z\n__label__x __label__y d\n\n__label__\tq\n";

    #[test]
    fn the_leading_label_is_taken_off_the_text() {
        assert_eq!(
            told(Format::FastText, DATA, &labelled()),
            [
                "1: x*1: a b",
                "2: y*1: ",
                "3: *1:  c __label__z",
                "t, line 4: the row has 2 labels; keep one",
                "5: *1: ",
                "6: *1: q"
            ]
        );
    }

    #[test]
    fn labels_do_not_matter_where_only_texts_are_read() {
        assert_eq!(
            told(Format::FastText, DATA, &Columns::default()),
            ["1: a b", "2: ", "3:  c __label__z", "4: d", "5: ", "6: q"]
        );
    }
}
