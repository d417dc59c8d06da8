//! The text of a Word file: its paragraphs in order, table cells among them; notes, heads and feet are other parts of the
//! package and stay unread.
//!
//! The file has no pages of its own. Word notes where the last print broke them; only where it did, or where the author set
//! a page break, is a page known.

use super::{Document, DocumentError, Kind, PageStart};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// The most XML that is unpacked.
const MAX_XML: u64 = 512 << 20;
/// The most of the package's table of parts that is read.
const MAX_RELATIONS: u64 = 1 << 20;
/// The usual place of the text.
const USUAL_PART: &str = "word/document.xml";
/// The first bytes of the container that older Word files and protected newer ones share.
const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Reads a Word file's text.
///
/// # Errors
///
/// When the bytes are no DOCX package, or its text is damaged, protected or unpacks to more than 512 MB.
pub(super) fn read(bytes: &[u8]) -> Result<Document, DocumentError> {
    if bytes.starts_with(&COMPOUND_FILE) {
        return Err(broken(
            "it is an old .doc file or protected with a password; save it as .docx without a password",
        ));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unzip)?;
    let name = main_part(&mut archive);
    let part = archive.by_name(&name).map_err(unzip)?;
    if part.size() > MAX_XML {
        return Err(unpacked());
    }
    let mut body = Body::default();
    let mut reader = Reader::from_reader(BufReader::new(part.take(MAX_XML)));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => break,
            Ok(event) => body.take(&event),
            Err(e) => return Err(broken(&format!("its text is damaged ({e})"))),
        }
        buffer.clear();
    }
    if reader.buffer_position() >= MAX_XML {
        return Err(unpacked());
    }
    if !body.seen {
        return Err(broken("it has no document text; is it a .docx file?"));
    }
    Ok(body.finish())
}

/// The part that the package names as its document, or the usual one.
fn main_part(archive: &mut ZipArchive<Cursor<&[u8]>>) -> String {
    let usual = USUAL_PART.to_owned();
    if archive.index_for_name(USUAL_PART).is_some() {
        return usual;
    }
    let Ok(relations) = archive.by_name("_rels/.rels") else {
        return usual;
    };
    let mut reader = Reader::from_reader(BufReader::new(relations.take(MAX_RELATIONS)));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Empty(tag) | Event::Start(tag)) => {
                if attribute(&tag, "Type").is_some_and(|t| t.ends_with("/officeDocument"))
                    && let Some(target) = attribute(&tag, "Target")
                {
                    return target.trim_start_matches('/').to_owned();
                }
            }
            Ok(Event::Eof) | Err(_) => return usual,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

/// The text so far, and where the reader stands in it.
#[derive(Default)]
struct Body {
    document: Document,
    /// Whether the element around all text was there.
    seen: bool,
    /// The open paragraphs: a text box has paragraphs inside of one.
    open: Vec<String>,
    /// How many elements deep inside of one that is left out.
    skipped: usize,
    /// Whether the characters now read are text.
    in_text: bool,
    /// Page breaks of the last print: offset in the text, and in the open paragraph's.
    printed: Vec<usize>,
    /// Page breaks that the author set.
    set: Vec<usize>,
}

impl Body {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) if self.skipped > 0 || left_out(tag) => self.skipped += 1,
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::Start(tag) => self.start(tag),
            Event::Empty(tag) if !left_out(tag) => {
                self.start(tag);
                self.end(tag.local_name().as_ref());
            }
            Event::End(tag) => self.end(tag.local_name().as_ref()),
            Event::Text(text) if self.in_text => self.push(text),
            Event::CData(text) if self.in_text => self.push(text),
            Event::GeneralRef(name) if self.in_text => {
                if let Some(c) = character(name) {
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "document" => self.seen = true,
            "p" => self.open.push(String::new()),
            "t" => self.in_text = true,
            "tab" if !self.open.is_empty() => self.push(" "),
            "noBreakHyphen" => self.push("-"),
            "cr" => self.push("\n"),
            "br" => match attribute(tag, "type").as_deref() {
                Some("page") => self.set.push(self.here()),
                Some("column") => self.push(" "),
                _ => self.push("\n"),
            },
            "lastRenderedPageBreak" => self.printed.push(self.here()),
            "pageBreakBefore" if !self.document.text.is_empty() => self.set.push(self.here()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" => {
                if let Some(paragraph) = self.open.pop()
                    && !paragraph.trim().is_empty()
                {
                    separate(&mut self.document.text);
                    self.document.text.push_str(paragraph.trim_end());
                }
            }
            _ => {}
        }
    }

    /// Text of the open paragraph; leading white space is dropped, so that offsets hold once it is written.
    fn push(&mut self, text: &str) {
        let Some(paragraph) = self.open.last_mut() else {
            return;
        };
        for c in text.chars().filter(|&c| c != '\u{AD}') {
            let c = if c == '\r' || c == '\t' { ' ' } else { c };
            if !(c.is_whitespace() && paragraph.chars().last().is_none_or(char::is_whitespace)) {
                paragraph.push(c);
            }
        }
    }

    /// Offset that the next character will have.
    fn here(&self) -> usize {
        let written = self.document.text.len();
        let open = self.open.last().map_or(0, String::len);
        written + open + if written > 0 { 2 } else { 0 }
    }

    fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.end("p");
        }
        // The printed breaks count those that the author set, too.
        let breaks = if self.printed.is_empty() {
            self.set
        } else {
            self.printed
        };
        let text = &self.document.text;
        if !breaks.is_empty() {
            let starts = std::iter::once(0).chain(breaks);
            self.document.pages = starts
                .zip(1..)
                .map(|(at, number)| PageStart {
                    offset: boundary(text, at),
                    number,
                })
                .collect();
        }
        self.document
    }
}

/// Elements whose text is not the document's: what was deleted or moved away, and second copies of text boxes.
fn left_out(tag: &BytesStart<'_>) -> bool {
    matches!(
        tag.local_name().as_ref(),
        "del" | "moveFrom" | "Fallback" | "pPrChange" | "rPrChange" | "tabs"
    )
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    tag.attributes()
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)
        .map(|a| a.value.into_owned())
}

fn character(name: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return Some(c);
    }
    match &name[..] {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn separate(text: &mut String) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&i| text.is_char_boundary(i))
        .unwrap_or(0)
}

fn broken(reason: &str) -> DocumentError {
    DocumentError::Broken {
        kind: Kind::Docx,
        reason: reason.to_owned(),
    }
}

fn unpacked() -> DocumentError {
    DocumentError::Unpacked {
        kind: Kind::Docx,
        limit: MAX_XML as usize,
    }
}

fn unzip(error: ZipError) -> DocumentError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            DocumentError::Encrypted { kind: Kind::Docx }
        }
        ZipError::FileNotFound => broken("it has no document text; is it a .docx file?"),
        other => broken(&format!("its package is damaged ({other})")),
    }
}
