//! The formats of rows, by name.

use std::path::Path;
use std::str::FromStr;

/// How rows stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A header line and fields between delimiters, quoted with `"` where needed. TSV has a tab as delimiter.
    Csv {
        /// The byte between fields: not a quote, carriage return or line feed.
        delimiter: u8,
    },
    /// One JSON object a line.
    Jsonl,
    /// One statement a line.
    Lines,
    /// One statement a line after its label: `__label__x text`.
    FastText,
}

/// A format name that is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{0}`; use csv, tsv, jsonl, lines or fasttext")]
pub struct UnknownFormat(pub String);

impl Format {
    /// Comma-separated values.
    pub const CSV: Self = Self::Csv { delimiter: b',' };
    /// Tab-separated values.
    pub const TSV: Self = Self::Csv { delimiter: b'\t' };

    /// The format's name, as [`FromStr`] reads it.
    pub fn name(self) -> &'static str {
        match self {
            Self::TSV => "tsv",
            Self::Csv { .. } => "csv",
            Self::Jsonl => "jsonl",
            Self::Lines => "lines",
            Self::FastText => "fasttext",
        }
    }

    /// The delimiter in words, for CSV.
    pub fn delimiter_name(self) -> Option<String> {
        let Self::Csv { delimiter } = self else {
            return None;
        };
        Some(match delimiter {
            b',' => "comma".to_owned(),
            b';' => "semicolon".to_owned(),
            b'\t' => "tab".to_owned(),
            b'|' => "vertical bar".to_owned(),
            other => format!("`{}`", char::from(other)),
        })
    }

    /// The format that a file's name promises, also before `.gz` or `.zst`.
    pub fn from_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = name
            .strip_suffix(".gz")
            .or_else(|| name.strip_suffix(".zst"))
            .unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Self::CSV),
            "tsv" | "tab" => Some(Self::TSV),
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            "txt" | "lines" => Some(Self::Lines),
            "ft" | "fasttext" => Some(Self::FastText),
            _ => None,
        }
    }

    /// The format to write in: `given` if there is one, else what the output's name promises, else the input's.
    /// CSV written from CSV keeps the input's delimiter, unless it is asked to be TSV.
    pub fn for_output(given: Option<Self>, name: Option<&Path>, input: Self) -> Self {
        match (given.or_else(|| name.and_then(Self::from_name)), input) {
            (None, _) => input,
            // "csv" beside a semicolon file means that kind of CSV; beside a TSV it means commas.
            (Some(Self::CSV), Self::Csv { .. }) if input != Self::TSV => input,
            (Some(format), _) => format,
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "csv" => Ok(Self::CSV),
            "tsv" => Ok(Self::TSV),
            "jsonl" | "ndjson" => Ok(Self::Jsonl),
            "lines" => Ok(Self::Lines),
            "fasttext" => Ok(Self::FastText),
            _ => Err(UnknownFormat(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format_also_when_compressed() {
        for (name, format) in [
            ("a.csv", Some(Format::CSV)),
            ("a.CSV.gz", Some(Format::CSV)),
            ("b.tsv.zst", Some(Format::TSV)),
            ("c.ndjson", Some(Format::Jsonl)),
            ("x/d.txt", Some(Format::Lines)),
            ("-", None),
            ("noext", None),
        ] {
            assert_eq!(Format::from_name(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn names_are_read_back() {
        for format in [
            Format::CSV,
            Format::TSV,
            Format::Jsonl,
            Format::Lines,
            Format::FastText,
        ] {
            assert_eq!(format.name().parse(), Ok(format));
        }
        assert!("xlsx".parse::<Format>().is_err());
    }

    #[test]
    fn csv_output_keeps_the_input_delimiter() {
        let semicolon = Format::Csv { delimiter: b';' };
        let out = |given, name: Option<&str>, input| {
            Format::for_output(given, name.map(Path::new), input)
        };
        assert_eq!(out(None, Some("o.csv"), semicolon), semicolon);
        assert_eq!(out(Some(Format::CSV), None, semicolon), semicolon);
        assert_eq!(out(None, Some("o.csv"), Format::TSV), Format::CSV);
        assert_eq!(out(None, Some("o.jsonl"), semicolon), Format::Jsonl);
        assert_eq!(out(None, Some("o.dat"), Format::Lines), Format::Lines);
        assert_eq!(out(None, None, Format::TSV), Format::TSV);
        assert_eq!(
            out(Some(Format::Lines), Some("o.csv"), semicolon),
            Format::Lines
        );
    }
}
