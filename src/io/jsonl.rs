//! A block of JSON lines in, rows out: one object a line, blank lines skipped.

use super::error::quoted;
use super::json_text::{Member, members};
use super::lines::LineCutter;
use super::row::{ByteFacts, Cells, Content, Row, bad_byte, weight};
use super::row_error::{RowError, RowProblem};
use super::scan::RecordEnd;
use super::table::{Others, Table};

/// The rows of a JSON lines block.
pub(super) struct JsonlRows<'b> {
    table: &'b Table,
    lines: LineCutter<'b>,
    facts: ByteFacts,
    members: Vec<Member<'b>>,
    /// Unescaped values of the present row.
    text: String,
    label: String,
    others: Vec<String>,
}

impl<'b> JsonlRows<'b> {
    pub(super) fn new(table: &'b Table, data: &'b [u8], line: u64) -> Self {
        Self {
            table,
            lines: LineCutter::new(data, line),
            facts: ByteFacts::of(data),
            members: Vec::new(),
            text: String::new(),
            label: String::new(),
            others: vec![String::new(); table.others.len()],
        }
    }

    pub(super) fn next_row(&mut self) -> Option<Row<'_>> {
        let (line, raw) = loop {
            let (line, raw) = self.lines.next()?;
            if !raw.trim_ascii().is_empty() {
                break (line, raw);
            }
        };
        let parsed = self.parse(raw, line);
        let (content, cells) = match parsed {
            Ok(()) => {
                let table = self.table;
                let buffers = (&mut self.text, &mut self.label, &mut self.others[..]);
                let content = content(&self.members, table, buffers)
                    .map_err(|problem| table.fault(line, problem));
                (content, Cells::Object(&self.members))
            }
            Err(error) => (Err(error), Cells::Line),
        };
        Some(Row {
            line,
            content,
            raw,
            cells,
        })
    }

    fn parse(&mut self, raw: &'b [u8], line: u64) -> Result<(), RowError> {
        let table = self.table;
        if let Some(bad) = bad_byte(raw, self.facts, RecordEnd::LineFeed, &table.file, line) {
            return Err(bad);
        }
        let text = std::str::from_utf8(raw).unwrap_or_default();
        members(text, &mut self.members).map_err(|problem| table.fault(line, problem))
    }
}

fn content<'a>(
    members: &[Member<'a>],
    table: &Table,
    (text, label, others): (&'a mut String, &'a mut String, &'a mut [String]),
) -> Result<Content<'a>, RowProblem> {
    // As in most readers of JSON, the last of equal keys counts.
    let find = |name: &str| members.iter().rfind(|member| member.has_key(name));
    let name = &table.names.text;
    let Some(member) = find(name) else {
        let keys: Vec<_> = members.iter().map(Member::key_text).collect();
        return Err(RowProblem::MissingKey {
            name: name.clone(),
            keys: if keys.is_empty() {
                "none".to_owned()
            } else {
                quoted(&keys)
            },
        });
    };
    let text = member.text(text).ok_or_else(|| RowProblem::NotAString {
        name: name.clone(),
        found: member.kind(),
    })??;
    let label = match &table.names.label {
        None => None,
        Some(name) => Some(value(name, find(name), label)?),
    };
    let weight = match &table.names.weight {
        None => 1.0,
        Some(name) => match find(name) {
            None => weight("", table)?,
            Some(member) => weight(member.raw().trim_matches('"'), table)?,
        },
    };
    for (other, kept) in table.others.iter().zip(others.iter_mut()) {
        let (member, mut buffer) = (find(&other.name), String::new());
        let found = match (value(&other.name, member, &mut buffer), member) {
            // Nobody asked for this one by name.
            (Err(RowProblem::NotAString { .. }), Some(member))
                if table.names.others == Others::All =>
            {
                member.raw()
            }
            (found, _) => found?,
        };
        kept.clear();
        kept.push_str(found);
    }
    Ok(Content {
        text,
        label,
        weight,
        others,
    })
}

/// A string, number or truth value as trimmed text; empty where there is none.
fn value<'a>(
    name: &str,
    member: Option<&Member<'a>>,
    buffer: &'a mut String,
) -> Result<&'a str, RowProblem> {
    let Some(member) = member else {
        return Ok("");
    };
    match (member.text(buffer), member.kind()) {
        (Some(text), _) => Ok(text?.trim()),
        (None, "null") => Ok(""),
        (None, "a number" | "a boolean") => Ok(member.raw()),
        (None, found) => Err(RowProblem::NotAString {
            name: name.to_owned(),
            found,
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::io::row::testing::{labelled, told};
    use crate::io::{Columns, Format};

    #[test]
    fn texts_and_labels_are_read_wherever_they_stand() {
        let data = br#"{"text":"a","label":"x"}

{"label":4, "q":{"text":"no"}, "text":"b\n\"c\" \u00e9"}
{"text":"","label":null}
{"te\u0078t":"d","text":"e","label":" y "}
"#;
        assert_eq!(
            told(Format::Jsonl, data, &labelled()),
            ["1: x*1: a", "3: 4*1: b\n\"c\" é", "4: *1: ", "5: y*1: e"]
        );
    }

    #[test]
    fn faults_name_the_line_and_what_was_found() {
        let data =
            b"{\"text\":\"a\"\n{\"texts\":1}\n{\"text\":3}\n[]\n{\"text\":\"\xFF\"}\n{\"text\":\"b\"}";
        let told = told(Format::Jsonl, data, &Columns::default());
        let expected = [
            "t, line 1: broken JSON at column 11: EOF while parsing an object;",
            "t, line 2: no key `text`; the keys are `texts`;",
            "t, line 3: `text` is a number, not a string;",
            "t, line 4: the line is JSON but not an object;",
            "t, line 5: byte 10 of the line (0xFF) is not UTF-8;",
            "6: b",
        ];
        assert_eq!(told.len(), expected.len());
        for (told, expected) in told.iter().zip(expected) {
            assert!(told.starts_with(expected), "{told}");
        }
    }
}
