//! A row that could not be scored in, what is kept of it out: its fields as far as they can be, and the reason.

use super::format::Format;
use super::output::{Output, push_json_string};
use super::row::{Cells, Row};
use super::row_error::{RowError, RowProblem};
use super::table::Table;
use super::writer::{drop_comma, each_field, open_object};
use std::borrow::Cow;

pub(super) fn failed_json(
    out: &mut Vec<u8>,
    row: &Row<'_>,
    error: &RowError,
    table: &Table,
    output: &Output,
) {
    let mut message = reason(error);
    let is_taken = matches!(error.problem, RowProblem::NameTaken { .. });
    match row.cells {
        Cells::Object(_) if !is_taken => open_object(out, row.raw),
        Cells::Object(_) | Cells::Line if table.format == Format::Jsonl => {
            out.extend_from_slice(b"{\"raw\":");
            push_json_string(out, &lossy(row.raw, &mut message));
        }
        _ => {
            let fields = kept_fields(row, table, output, &mut message);
            for (key, field) in output.json_columns.iter().zip(&fields) {
                out.extend_from_slice(key);
                push_json_string(out, field);
            }
        }
    }
    let start = out.len();
    for (name, key) in output.json_keys.iter().enumerate() {
        out.extend_from_slice(key);
        if output.options.error && name + 1 == output.json_keys.len() {
            push_json_string(out, &message);
        } else {
            out.extend_from_slice(b"null");
        }
    }
    out.extend_from_slice(b"}\n");
    drop_comma(out, start);
}

/// All fields of a row that failed, with empty predictions and, if there is such a column, the reason.
pub(super) fn failed_fields<'r>(
    row: &Row<'r>,
    error: &RowError,
    table: &Table,
    output: &Output,
) -> Vec<Cow<'r, str>> {
    let mut message = reason(error);
    let mut fields = kept_fields(row, table, output, &mut message);
    fields.resize(output.columns.len() + output.added.len(), Cow::Borrowed(""));
    if output.options.error
        && let Some(last) = fields.last_mut()
    {
        *last = Cow::Owned(message);
    }
    fields
}

/// As many fields as there are columns; what has no column is told in `message`.
fn kept_fields<'r>(
    row: &Row<'r>,
    table: &Table,
    output: &Output,
    message: &mut String,
) -> Vec<Cow<'r, str>> {
    let width = output.columns.len();
    let mut fields: Vec<Cow<'_, str>> = match row.cells {
        Cells::Record(record) => record.iter().map(|field| lossy(field, message)).collect(),
        Cells::Line if table.format == Format::Jsonl => {
            // Nothing is known of its members: the whole line stands for the text.
            let mut fields = vec![Cow::Borrowed(""); width];
            let text = output.columns.iter().position(|c| *c == table.names.text);
            fields[text.unwrap_or(0)] = lossy(row.raw, message);
            fields
        }
        Cells::Line => vec![lossy(row.raw, message)],
        Cells::Labelled { label, text } => vec![lossy(label, message), lossy(text, message)],
        Cells::Object(members) => {
            let mut fields = Vec::new();
            each_field(row, output, &mut String::new(), |field| {
                fields.push(Cow::Owned(String::from_utf8_lossy(field).into_owned()));
            });
            let others = members.iter().filter(|member| !output.has_column(member));
            let others = others.map(|m| Cow::Owned(format!("{}: {}", m.key_text(), m.raw())));
            fields.extend(others);
            fields
        }
    };
    if fields.len() > width {
        message.push_str("; without a column: ");
        message.push_str(&fields[width..].join(" | "));
    }
    fields.resize(width, Cow::Borrowed(""));
    fields
}

/// `line 12: 5 fields found …`: the file is known to whom reads the row.
fn reason(error: &RowError) -> String {
    format!("line {}: {}", error.line, error.problem)
}

/// `bytes` with U+FFFD for what is not UTF-8, which `message` then says once.
fn lossy<'r>(bytes: &'r [u8], message: &mut String) -> Cow<'r, str> {
    const NOTE: &str = "; such bytes are written here as U+FFFD";
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, Cow::Owned(_)) && !message.contains(NOTE) {
        message.push_str(NOTE);
    }
    text
}
