//! Articles, one after the other: files of text, web pages, PDF and DOCX files, rows of tables, folders of all these.

use super::args::ArticleArgs;
use super::failure::Failure;
use super::terminal::Terminal;
use encoding_rs::Encoding;
use stance::documents::{self, Document};
use stance::io::{Block, Columns, Format, Others, ReadOptions, Reader, Rows, Source, encoding_for};
use std::collections::VecDeque;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Files that are no text and are not unpacked here.
const NO_TEXTS: &[&str] = &["doc", "odt", "rtf", "epub"];
/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 16;

/// An article.
pub struct Article {
    /// Its name.
    pub id: String,
    /// Its text, where it has no pages.
    text: String,
    /// Its text with pages.
    document: Option<Document>,
}

impl Article {
    pub fn text(&self) -> &str {
        self.document
            .as_ref()
            .map_or(&self.text, |document| &document.text)
    }

    /// The page that a byte of the text stands on.
    pub fn page_of(&self, byte: usize) -> Option<u32> {
        self.document.as_ref()?.page_of(byte)
    }
}

/// The articles of some files, read as they are asked for.
pub struct Articles {
    paths: VecDeque<PathBuf>,
    encoding: Option<&'static Encoding>,
    text_column: String,
    id_column: String,
    terminal: Terminal,
    table: Option<Reader>,
    /// Of the last block of the table.
    waiting: VecDeque<Article>,
}

impl Articles {
    /// The articles of `paths`, or of standard input without any.
    pub fn new(
        paths: &[PathBuf],
        encoding: Option<&String>,
        text_column: &str,
        args: &ArticleArgs,
        terminal: &Terminal,
    ) -> Result<Self, Failure> {
        let encoding = match encoding {
            None => None,
            Some(name) => Some(encoding_for(name).map_err(|e| Failure::usage(e.to_string()))?),
        };
        let paths = match paths {
            [] if std::io::stdin().is_terminal() => {
                return Err(Failure::usage("no articles: give files or `-`"));
            }
            [] => VecDeque::from([PathBuf::from("-")]),
            paths => {
                let mut all = VecDeque::new();
                for path in paths {
                    all.extend(files(path)?);
                }
                all
            }
        };
        Ok(Self {
            paths,
            encoding,
            text_column: text_column.to_owned(),
            id_column: args.id_column.clone(),
            terminal: *terminal,
            table: None,
            waiting: VecDeque::new(),
        })
    }

    /// The next article, or none.
    pub fn next(&mut self) -> Result<Option<Article>, Failure> {
        loop {
            if let Some(article) = self.waiting.pop_front() {
                return Ok(Some(article));
            }
            if let Some(table) = &mut self.table {
                match table.next_block()? {
                    Some(block) => self.waiting = of_block(&block)?,
                    None => self.table = None,
                }
                continue;
            }
            let Some(path) = self.paths.pop_front() else {
                return Ok(None);
            };
            if let Some(article) = self.open(&path)? {
                return Ok(Some(article));
            }
        }
    }

    /// The article that a file is; none of a table, which is opened.
    fn open(&mut self, path: &Path) -> Result<Option<Article>, Failure> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let extension = extension.unwrap_or("").to_lowercase();
        if NO_TEXTS.contains(&extension.as_str()) {
            return Err(Failure::failed(format!(
                "{}: {extension} files are not read; give the article's text",
                path.display()
            )));
        }
        if let Some(kind) = documents::Kind::of_extension(&extension) {
            return self.document(path, kind).map(Some);
        }
        let format = Format::from_name(path);
        let format = format.filter(|format| matches!(format, Format::Csv { .. } | Format::Jsonl));
        if format.is_none() {
            let text = whole_text(path, Source::open(path, self.encoding)?)?;
            return Ok(Some(Article {
                id: name_of(path),
                text,
                document: None,
            }));
        }
        let options = ReadOptions {
            format,
            encoding: self.encoding,
            columns: Columns {
                text: self.text_column.clone(),
                others: Others::Named(vec![self.id_column.clone()]),
                ..Columns::default()
            },
            ..ReadOptions::default()
        };
        self.table = Some(Reader::open(&[path], options)?);
        Ok(None)
    }

    /// A web page, a PDF or a DOCX file.
    fn document(&self, path: &Path, kind: documents::Kind) -> Result<Article, Failure> {
        let failed = |what: String| Failure::failed(format!("{}: {what}", path.display()));
        let size = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
        documents::check_size(kind, size.len()).map_err(|error| failed(error.to_string()))?;
        let bytes = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        let document = documents::read(kind, &bytes).map_err(|error| failed(error.to_string()))?;
        if !document.scanned.is_empty() {
            let pages: Vec<String> = document.scanned.iter().map(u32::to_string).collect();
            self.terminal.warning(format_args!(
                "{}: pictures without text are not read (make them text with an OCR tool first): page {}",
                path.display(),
                pages.join(", ")
            ));
        }
        Ok(Article {
            id: name_of(path),
            text: String::new(),
            document: Some(document),
        })
    }
}

fn name_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
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

fn of_block(block: &Block) -> Result<VecDeque<Article>, Failure> {
    let mut articles = VecDeque::new();
    let mut rows = Rows::new(block);
    while let Some(row) = rows.next_row() {
        let content = row
            .content
            .map_err(|error| Failure::failed(error.to_string()))?;
        articles.push_back(Article {
            id: content.others.first().cloned().unwrap_or_default(),
            text: content.text.to_owned(),
            document: None,
        });
    }
    Ok(articles)
}

/// All of a file as text.
pub fn whole_text(path: &Path, mut source: Source) -> Result<String, Failure> {
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
