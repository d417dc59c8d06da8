//! The quotations of articles as the bytes of a table, made as they are read.

use super::args::ArticleArgs;
use super::articles::{Article, Articles, whole_text};
use super::failure::Failure;
use stance::io::{Columns, Format, Others, ReadOptions, Reader, Rows, Source, csv_record};
use stance::quotes::{Aliases, COLUMNS, Language, Quotation, QuotationRow, quotations, rows};
use std::io::Read;
use std::path::Path;

/// Finds quotations as the options say.
pub struct Finder {
    articles: Articles,
    aliases: Aliases,
    /// A further word list, and the languages with it that were met.
    list: Option<String>,
    languages: Vec<Language>,
    pub n_articles: u64,
    pub n_quotations: u64,
}

impl Finder {
    pub fn new(articles: Articles, args: &ArticleArgs) -> Result<Self, Failure> {
        let aliases = match &args.aliases {
            None => Aliases::default(),
            Some(path) => aliases(path)?,
        };
        let list = match &args.verbs {
            None => None,
            Some(path) => {
                let list = whole_text(path, Source::open(path, None)?)?;
                let checked = Language::of_text("").with_list(&list);
                checked.map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
                Some(list)
            }
        };
        Ok(Self {
            articles,
            aliases,
            list,
            languages: Vec::new(),
            n_articles: 0,
            n_quotations: 0,
        })
    }

    /// The next article with its quotations, or none.
    pub fn next(&mut self) -> Result<Option<(Article, Vec<Quotation>)>, Failure> {
        let Some(article) = self.articles.next()? else {
            return Ok(None);
        };
        self.n_articles += 1;
        let language = Language::of_text(article.text());
        let found = match &self.list {
            None => quotations(article.text(), language),
            Some(list) => {
                let known = self
                    .languages
                    .iter()
                    .position(|of| of.code == language.code);
                let at = known.unwrap_or_else(|| {
                    let more = language.with_list(list).expect("it was checked");
                    self.languages.push(more);
                    self.languages.len() - 1
                });
                quotations(article.text(), &self.languages[at])
            }
        };
        self.n_quotations += found.len() as u64;
        Ok(Some((article, found)))
    }

    /// The rows of an article.
    pub fn rows<'a>(
        &'a self,
        article: &'a Article,
        found: &'a [Quotation],
    ) -> impl Iterator<Item = QuotationRow<'a>> {
        let page = |byte| article.page_of(byte);
        rows(&article.id, article.text(), found, &self.aliases, page)
    }
}

/// Names and their other forms, of a table with the columns `alias` and `name`.
fn aliases(path: &Path) -> Result<Aliases, Failure> {
    let options = ReadOptions {
        columns: Columns {
            text: "alias".to_owned(),
            others: Others::Named(vec!["name".to_owned()]),
            ..Columns::default()
        },
        ..ReadOptions::default()
    };
    let mut reader = Reader::open(&[path], options)?;
    let mut aliases = Aliases::default();
    while let Some(block) = reader.next_block()? {
        let mut rows = Rows::new(&block);
        while let Some(row) = rows.next_row() {
            let at = row.line;
            let content = row
                .content
                .map_err(|error| Failure::failed(error.to_string()))?;
            let name = content.others.first().map_or("", String::as_str);
            let failed =
                |what: String| Failure::failed(format!("{}, line {at}: {what}", path.display()));
            if name.trim().is_empty() {
                return Err(failed(format!("`{}` has no name; give one", content.text)));
            }
            aliases
                .add(content.text, name)
                .map_err(|error| failed(error.to_string()))?;
        }
    }
    Ok(aliases)
}

/// The table of what a [`Finder`] finds; of CSV with a header.
pub struct QuotationTable {
    pub finder: Finder,
    format: Format,
    bytes: Vec<u8>,
    taken: usize,
    has_header: bool,
}

impl QuotationTable {
    /// `format` is CSV or JSON lines.
    pub fn new(finder: Finder, format: Format) -> Self {
        Self {
            finder,
            format,
            bytes: Vec::new(),
            taken: 0,
            has_header: false,
        }
    }

    /// The bytes of the next article with quotations, behind the header if they are the first; empty at the end.
    pub fn next(&mut self) -> Result<&[u8], Failure> {
        self.bytes.clear();
        self.taken = 0;
        let (article, found) = loop {
            match self.finder.next()? {
                None => return Ok(self.header()),
                Some((_, found)) if found.is_empty() => {}
                Some(next) => break next,
            }
        };
        self.header();
        for row in self.finder.rows(&article, &found) {
            match self.format {
                Format::Csv { delimiter } => self.bytes.extend(csv_record(delimiter, &row.cells())),
                _ => {
                    serde_json::to_writer(&mut self.bytes, &row).expect("a row is JSON");
                    self.bytes.push(b'\n');
                }
            }
        }
        Ok(&self.bytes)
    }

    /// The header of CSV, if it is still to be written.
    fn header(&mut self) -> &[u8] {
        if let (Format::Csv { delimiter }, false) = (self.format, self.has_header) {
            self.bytes.extend(csv_record(delimiter, &COLUMNS));
        }
        self.has_header = true;
        &self.bytes
    }
}

impl Read for QuotationTable {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.taken == self.bytes.len() {
            self.next().map_err(std::io::Error::other)?;
        }
        let n = buffer.len().min(self.bytes.len() - self.taken);
        buffer[..n].copy_from_slice(&self.bytes[self.taken..][..n]);
        self.taken += n;
        Ok(n)
    }
}
