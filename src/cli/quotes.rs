//! `stance quotes`: a row for each quotation of each article, with offsets that give it back.

use super::args::QuotesArgs;
use super::failure::Failure;
use super::inputs::keep_apart;
use super::interrupt;
use super::terminal::Terminal;
use serde::Serialize;
use stance::documents::{self, Document};
use stance::io::{Columns, Format, Others, ReadOptions, Reader, Rows, Sink, Source, encoding_for};
use stance::quotes::{Kind, Language, Quotation, Resolved, quotations};
use stance::statement::ByteSpan;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Files that are no text and are not unpacked here.
const NO_TEXTS: &[&str] = &["doc", "odt", "rtf", "epub"];
/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 16;

pub fn run(args: &QuotesArgs, terminal: &Terminal) -> Result<(), Failure> {
    let outputs = args.output.iter().map(|path| ("--output", path));
    keep_apart(outputs, &args.articles)?;
    let standard_input = [PathBuf::from("-")];
    let paths = match args.articles.as_slice() {
        [] if std::io::stdin().is_terminal() => {
            return Err(Failure::usage("no articles: give files or `-`"));
        }
        [] => &standard_input[..],
        paths => paths,
    };
    let format = Format::for_output(args.output_format, args.output.as_deref(), Format::CSV);
    let delimiter = match format {
        Format::Csv { delimiter } => Some(delimiter),
        Format::Jsonl => None,
        Format::Lines | Format::FastText => {
            return Err(Failure::usage(
                "quotations are written as csv, tsv or jsonl",
            ));
        }
    };
    let path = args.output.as_deref().unwrap_or(Path::new("-"));
    let mut out = Output {
        sink: Sink::create(path, args.force)?,
        delimiter,
        n_articles: 0,
        n_quotations: 0,
        scanned: Vec::new(),
    };
    interrupt::watch(out.sink.partial());
    for path in paths {
        for file in files(path)? {
            read(&file, args, &mut out)?;
        }
    }
    if out.n_quotations == 0 {
        out.header()?;
    }
    out.sink.finish()?;
    if !out.scanned.is_empty() {
        terminal.warning(format_args!(
            "pictures without text, not read (make them text with an OCR tool first): {}",
            out.scanned.join("; ")
        ));
    }
    terminal.detail(format_args!(
        "{} quotations in {} articles",
        out.n_quotations, out.n_articles
    ));
    Ok(())
}

/// A file, or the files of a folder by name; hidden ones and folders in it are left out.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |error| Failure::failed(format!("{}: {error}", path.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.path().is_file() && !is_hidden {
            files.push(entry.path());
        }
    }
    if files.is_empty() {
        return Err(Failure::failed(format!(
            "{}: the folder has no files",
            path.display()
        )));
    }
    files.sort();
    Ok(files)
}

/// Reads the articles of a file and writes their quotations.
fn read(path: &Path, args: &QuotesArgs, out: &mut Output) -> Result<(), Failure> {
    let encoding = match &args.encoding {
        None => None,
        Some(name) => Some(encoding_for(name).map_err(|e| Failure::usage(e.to_string()))?),
    };
    let extension = path.extension().and_then(|extension| extension.to_str());
    let extension = extension.unwrap_or("").to_lowercase();
    if NO_TEXTS.contains(&extension.as_str()) {
        return Err(Failure::failed(format!(
            "{}: {extension} files are not read; give the article's text",
            path.display()
        )));
    }
    if let Some(kind) = documents::Kind::of_extension(&extension) {
        return document(path, kind, out);
    }
    let format = Format::from_name(path);
    let format = format.filter(|format| matches!(format, Format::Csv { .. } | Format::Jsonl));
    let Some(format) = format else {
        let text = whole_text(path, Source::open(path, encoding)?)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        return out.article(&name, &text);
    };
    let options = ReadOptions {
        format: Some(format),
        encoding,
        columns: Columns {
            text: args.text_column.clone(),
            others: Others::Named(vec![args.id_column.clone()]),
            ..Columns::default()
        },
        ..ReadOptions::default()
    };
    let mut reader = Reader::open(&[path], options)?;
    while let Some(block) = reader.next_block()? {
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let content = row
                .content
                .map_err(|error| Failure::failed(error.to_string()))?;
            let name = content.others.first().map_or("", String::as_str);
            out.article(name, content.text)?;
        }
    }
    Ok(())
}

/// Writes the quotations of a web page, a PDF or a DOCX file.
fn document(path: &Path, kind: documents::Kind, out: &mut Output) -> Result<(), Failure> {
    let failed = |what: String| Failure::failed(format!("{}: {what}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
    documents::check_size(kind, size.len()).map_err(|error| failed(error.to_string()))?;
    let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let document = documents::read(kind, &bytes).map_err(|error| failed(error.to_string()))?;
    for page in &document.scanned {
        out.scanned.push(format!("{}, page {page}", path.display()));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    out.document(&name, &document)
}

fn whole_text(path: &Path, mut source: Source) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match source.read(&mut buffer)? {
            0 => break,
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        Failure::failed(format!(
            "{}: byte {at} is not UTF-8; name the encoding with --encoding",
            path.display()
        ))
    })
}

/// Where rows go.
struct Output {
    sink: Sink,
    /// Of CSV; JSON lines have none.
    delimiter: Option<u8>,
    n_articles: u64,
    n_quotations: u64,
    /// Pages that are pictures.
    scanned: Vec<String>,
}

/// A quotation as it is written. Offsets without `byte` count characters.
#[derive(Serialize)]
struct Row<'a> {
    article_id: &'a str,
    quote_id: String,
    kind: Kind,
    text: &'a str,
    start: usize,
    end: usize,
    byte_start: usize,
    byte_end: usize,
    speaker: Option<&'a str>,
    speaker_start: Option<usize>,
    speaker_end: Option<usize>,
    speaker_role: Option<&'a str>,
    speaker_canonical: &'a str,
    verb: Option<&'a str>,
    target: Option<&'a str>,
    target_start: Option<usize>,
    target_end: Option<usize>,
    resolved: Resolved,
    context: &'a str,
    page: Option<u32>,
}

const HEADER: [&str; 20] = [
    "article_id",
    "quote_id",
    "kind",
    "text",
    "start",
    "end",
    "byte_start",
    "byte_end",
    "speaker",
    "speaker_start",
    "speaker_end",
    "speaker_role",
    "speaker_canonical",
    "verb",
    "target",
    "target_start",
    "target_end",
    "resolved",
    "context",
    "page",
];

impl Output {
    fn article(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        self.quotations(name, text, |_| None)
    }

    fn document(&mut self, name: &str, document: &Document) -> Result<(), Failure> {
        self.quotations(name, &document.text, |byte| document.page_of(byte))
    }

    fn quotations(
        &mut self,
        name: &str,
        text: &str,
        page: impl Fn(usize) -> Option<u32>,
    ) -> Result<(), Failure> {
        self.n_articles += 1;
        let mut places = Characters::new(text);
        for (number, quotation) in quotations(text, Language::of_text(text)).iter().enumerate() {
            let mut row = row(name, number + 1, text, quotation, &mut places);
            row.page = page(quotation.span.start);
            if self.n_quotations == 0 {
                self.header()?;
            }
            self.n_quotations += 1;
            self.write(&row)?;
        }
        Ok(())
    }

    fn header(&mut self) -> Result<(), Failure> {
        match self.delimiter {
            None => Ok(()),
            Some(delimiter) => self.record(delimiter, &HEADER),
        }
    }

    fn write(&mut self, row: &Row<'_>) -> Result<(), Failure> {
        let Some(delimiter) = self.delimiter else {
            let mut line = serde_json::to_string(row).expect("a row is JSON");
            line.push('\n');
            return Ok(self.sink.write(line.as_bytes())?);
        };
        // The same names as in JSON.
        let cells = serde_json::to_value(row).expect("a row is JSON");
        let cells = HEADER.map(|name| match &cells[name] {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            number => number.to_string(),
        });
        self.record(delimiter, &cells.each_ref().map(String::as_str))
    }

    fn record(&mut self, delimiter: u8, fields: &[&str]) -> Result<(), Failure> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(Vec::new());
        writer.write_record(fields).expect("a vector takes all");
        let bytes = writer.into_inner().expect("a vector takes all");
        Ok(self.sink.write(&bytes)?)
    }
}

fn row<'a>(
    name: &'a str,
    number: usize,
    text: &'a str,
    quotation: &'a Quotation,
    places: &mut Characters<'_>,
) -> Row<'a> {
    let of = |span: ByteSpan| span.of(text);
    Row {
        article_id: name,
        quote_id: match name {
            "" => format!("q{number}"),
            name => format!("{name}-q{number}"),
        },
        kind: quotation.kind,
        text: of(quotation.span),
        start: places.before(quotation.span.start),
        end: places.before(quotation.span.end),
        byte_start: quotation.span.start,
        byte_end: quotation.span.end,
        speaker: quotation.speaker.map(of),
        speaker_start: quotation.speaker.map(|span| places.before(span.start)),
        speaker_end: quotation.speaker.map(|span| places.before(span.end)),
        speaker_role: quotation.role.map(of),
        speaker_canonical: &quotation.canonical,
        verb: quotation.verb.map(of),
        target: quotation.target.map(of),
        target_start: quotation.target.map(|span| places.before(span.start)),
        target_end: quotation.target.map(|span| places.before(span.end)),
        resolved: quotation.resolved,
        context: of(quotation.context),
        page: None,
    }
}

/// Counts characters in front of byte offsets, from the place asked for last.
struct Characters<'t> {
    text: &'t str,
    byte: usize,
    count: usize,
}

impl<'t> Characters<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            byte: 0,
            count: 0,
        }
    }

    fn before(&mut self, byte: usize) -> usize {
        match byte >= self.byte {
            true => self.count += self.text[self.byte..byte].chars().count(),
            false => self.count -= self.text[byte..self.byte].chars().count(),
        }
        self.byte = byte;
        self.count
    }
}
