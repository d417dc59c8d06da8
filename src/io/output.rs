//! The input's columns and the names of what is added in, the output's header out.

use super::error::Error;
use super::format::Format;
use super::table::Table;
use crate::label::LabelSet;
use csv::WriterBuilder;

/// The column that tells which model scored a row, by the first characters of its digest.
pub const MODEL_DIGEST: &str = "model_digest";
/// How many of them.
pub const DIGEST_LENGTH: usize = 16;
/// What stands before a label in the name of its column of probabilities.
pub const PROBABILITY_PREFIX: &str = "prob_";

/// What stands before the name of each column that was added, by the name of the column of predictions.
pub fn added_prefix(prediction_column: &str) -> &str {
    let prefix = prediction_column.strip_suffix("prediction");
    prefix.unwrap_or_default()
}

/// What is added to each row beside `prediction` and `prob_<label>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputOptions {
    /// Put before each added name.
    pub prefix: String,
    /// Add `uncertain`, true or false.
    pub uncertain: bool,
    /// Add `unknown_words`, a share.
    pub unknown_words: bool,
    /// Add `needs_check`.
    pub needs_check: bool,
    /// Add `reasons`.
    pub reasons: bool,
    /// Add `model_digest`, which is this.
    pub model_digest: Option<String>,
    /// Add `error`.
    pub error: bool,
}

/// How rows are written: the format, the input's columns and the added ones.
///
/// Plain lines carry the predicted label alone, fastText lines the label and the text; nothing can be added to them.
#[derive(Debug, Clone)]
pub struct Output {
    pub(super) format: Format,
    pub(super) columns: Vec<String>,
    pub(super) options: OutputOptions,
    pub(super) labels: Vec<String>,
    /// The added names, prefixed: `prediction`, `prob_…`, then as the options say.
    pub(super) added: Vec<String>,
    /// `{"name":` or `,"name":` for each input column.
    pub(super) json_columns: Vec<Vec<u8>>,
    /// `,"name":` for each added name.
    pub(super) json_keys: Vec<Vec<u8>>,
    /// Each label as a JSON string and as a CSV field.
    pub(super) json_labels: Vec<Vec<u8>>,
    pub(super) csv_labels: Vec<Vec<u8>>,
    header: Vec<u8>,
}

impl Output {
    /// Writes rows of files with the columns of `table` in `format`, with predictions among `labels`.
    ///
    /// # Errors
    /// [`Error::NameTaken`] if the input has a column that is to be added.
    pub fn new(
        table: &Table,
        format: Format,
        labels: &LabelSet,
        options: OutputOptions,
    ) -> Result<Self, Error> {
        let labels = labels.names().to_vec();
        let mut added = vec!["prediction".to_owned()];
        added.extend(
            labels
                .iter()
                .map(|label| format!("{PROBABILITY_PREFIX}{label}")),
        );
        let optional = [
            (options.uncertain, "uncertain"),
            (options.unknown_words, "unknown_words"),
            (options.needs_check, "needs_check"),
            (options.reasons, "reasons"),
            (options.model_digest.is_some(), MODEL_DIGEST),
            (options.error, "error"),
        ];
        added.extend(
            optional
                .iter()
                .filter(|(is_on, _)| *is_on)
                .map(|(_, name)| (*name).to_owned()),
        );
        for name in &mut added {
            name.insert_str(0, &options.prefix);
        }
        let has_names = matches!(format, Format::Csv { .. } | Format::Jsonl);
        if let Some(taken) = added.iter().find(|name| table.columns.contains(name))
            && has_names
        {
            return Err(Error::NameTaken {
                file: table.file.clone(),
                name: taken.clone(),
            });
        }
        let is_csv_to_json = format == Format::Jsonl && matches!(table.format, Format::Csv { .. });
        if is_csv_to_json && let Some((name, count)) = repeated(&table.columns) {
            return Err(Error::DuplicateColumn {
                file: table.file.clone(),
                line: table.header_line,
                name: name.to_owned(),
                count,
            });
        }
        let header = match format {
            Format::Csv { delimiter } if table.format == format => {
                let mut header = table.raw_header.clone();
                header.push(delimiter);
                header.extend(csv_record(delimiter, &added));
                header
            }
            Format::Csv { delimiter } => {
                let all: Vec<&String> = table.columns.iter().chain(&added).collect();
                csv_record(delimiter, &all)
            }
            _ => Vec::new(),
        };
        let csv_labels = match format {
            Format::Csv { delimiter } => labels
                .iter()
                .map(|label| {
                    let mut field = csv_record(delimiter, &[label]);
                    field.pop();
                    field
                })
                .collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            format,
            columns: table.columns.clone(),
            json_columns: (table.columns.iter().enumerate())
                .map(|(i, name)| json_key(if i == 0 { b'{' } else { b',' }, name))
                .collect(),
            json_keys: added.iter().map(|name| json_key(b',', name)).collect(),
            json_labels: labels
                .iter()
                .map(|label| {
                    let mut json = Vec::new();
                    push_json_string(&mut json, label);
                    json
                })
                .collect(),
            csv_labels,
            labels,
            added,
            options,
            header,
        })
    }

    /// The format written.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The names added to the input's, in order.
    pub fn added(&self) -> &[String] {
        &self.added
    }

    /// What stands before the first row, to be written once: the header line, or nothing.
    pub fn header(&self) -> &[u8] {
        &self.header
    }
}

fn json_key(before: u8, name: &str) -> Vec<u8> {
    let mut key = vec![before];
    push_json_string(&mut key, name);
    key.push(b':');
    key
}

/// The first name that occurs more than once, and how often.
fn repeated(names: &[String]) -> Option<(&str, usize)> {
    names.iter().find_map(|name| {
        let count = names.iter().filter(|other| *other == name).count();
        (count > 1).then_some((name.as_str(), count))
    })
}

/// `fields` as a line of CSV, quoted where needed, with `\n` at its end.
pub fn csv_record<F: AsRef<[u8]>>(delimiter: u8, fields: &[F]) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .buffer_capacity(256)
        .from_writer(Vec::new());
    writer.write_record(fields).expect("memory takes all");
    writer.into_inner().expect("memory takes all")
}

/// `text` as a JSON string.
pub(super) fn push_json_string(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("memory takes all, and strings are JSON");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Columns;
    use crate::io::row::testing::block;

    fn labels() -> LabelSet {
        LabelSet::new(["pro", "con,tra"]).unwrap()
    }

    #[test]
    fn the_header_keeps_the_input_and_adds_names() {
        let block = block(Format::CSV, b"\"id\",text\n", &Columns::default());
        let output = Output::new(
            block.table(),
            Format::CSV,
            &labels(),
            OutputOptions::default(),
        )
        .unwrap();
        let expected = "\"id\",text,prediction,\"prob_con,tra\",prob_pro\n";
        assert_eq!(output.header(), expected.as_bytes());
        let options = OutputOptions {
            prefix: "s_".into(),
            uncertain: true,
            unknown_words: true,
            needs_check: true,
            reasons: true,
            model_digest: None,
            error: true,
        };
        let output = Output::new(block.table(), Format::TSV, &labels(), options).unwrap();
        let expected = "id\ttext\ts_prediction\ts_prob_con,tra\ts_prob_pro\ts_uncertain\ts_unknown_words\ts_needs_check\ts_reasons\ts_error\n";
        assert_eq!(output.header(), expected.as_bytes());
    }

    #[test]
    fn a_name_that_the_input_has_is_refused() {
        let block = block(Format::CSV, b"prediction,text\n", &Columns::default());
        let make = |prefix: &str, format| {
            let options = OutputOptions {
                prefix: prefix.into(),
                ..OutputOptions::default()
            };
            Output::new(block.table(), format, &labels(), options)
        };
        let error = make("", Format::Jsonl).unwrap_err();
        assert!(matches!(error, Error::NameTaken { .. }), "{error}");
        assert!(error.to_string().contains("--prefix"));
        assert!(make("x_", Format::CSV).is_ok());
        assert!(make("", Format::Lines).is_ok());
    }
}
