//! From a document's bytes to plain text in which quotations can be found, with the pages they stand on.
//!
//! In: the bytes of a web page, a PDF or a DOCX file. Out: paragraphs, each one line, with a blank line between them, in
//! reading order; what is not the author's running text (menus, captions, running heads, footnotes of DOCX) is left out.
//! Each kind is a Cargo feature of its own; a build without it answers [`DocumentError::NotBuilt`]. The files come from
//! anywhere, so any bytes give a result or an error: sizes are bounded here, time and panics of foreign code in `guard`.

#[cfg(feature = "docx")]
mod docx;
#[cfg(any(feature = "html", feature = "pdf"))]
mod guard;
#[cfg(feature = "html")]
mod html;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pdf")]
mod pdf_columns;
#[cfg(feature = "pdf")]
mod pdf_edges;
#[cfg(feature = "pdf")]
mod pdf_layout;
#[cfg(feature = "pdf")]
mod pdf_paragraphs;

#[cfg(test)]
mod any_bytes_tests;
#[cfg(test)]
#[cfg(feature = "docx")]
mod docx_tests;
#[cfg(test)]
#[cfg(feature = "html")]
mod html_tests;
#[cfg(test)]
#[cfg(feature = "pdf")]
mod pdf_tests;

use std::fmt;

/// The most bytes that a document may have.
pub const MAX_BYTES: usize = 256 << 20;

/// A document's text, and where its pages begin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The paragraphs, with a blank line between them. A single line break is one that the author set.
    pub text: String,
    /// Where each page begins, in order; empty for formats without pages.
    pub pages: Vec<PageStart>,
    /// Pages that hold pictures but no readable text (scanned), by number.
    pub scanned: Vec<u32>,
}

impl Document {
    /// The number of the page that holds the byte `offset` of the text; none without pages.
    pub fn page_of(&self, offset: usize) -> Option<u32> {
        let after = self.pages.partition_point(|p| p.offset <= offset);
        self.pages[..after].last().map(|p| p.number)
    }
}

/// The place in the text where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageStart {
    /// Byte offset in [`Document::text`]; a page that continues a paragraph begins in the middle of it.
    pub offset: usize,
    /// The page's number, from 1.
    pub number: u32,
}

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A web page.
    Html,
    /// A PDF file.
    Pdf,
    /// A Word file of 2007 or later.
    Docx,
}

impl Kind {
    /// The kind that a file name's extension stands for, without its dot and in any case; none for other extensions.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            _ => None,
        }
    }

    /// The Cargo feature that reads this kind.
    pub fn feature(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Html => "web page",
            Self::Pdf => "PDF file",
            Self::Docx => "DOCX file",
        })
    }
}

/// Why a document gave no text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// This build leaves the kind out.
    #[error("this build cannot read a {kind}; build with `--features {}`", kind.feature())]
    NotBuilt {
        /// The kind asked for.
        kind: Kind,
    },
    /// More bytes than are read.
    #[error("the {kind} has {bytes} bytes, the limit is {limit}; split it or save its text alone")]
    TooLarge {
        /// The kind read.
        kind: Kind,
        /// The document's size.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// A small file that unpacks to a huge one.
    #[error(
        "the {kind} holds more than {limit} bytes once unpacked; save it again without its large parts, or leave it out if you do not trust it"
    )]
    Unpacked {
        /// The kind read.
        kind: Kind,
        /// The most that is unpacked.
        limit: usize,
    },
    /// A password is needed.
    #[error("the {kind} is protected with a password; save a copy without one and read that")]
    Encrypted {
        /// The kind read.
        kind: Kind,
    },
    /// The bytes are not a whole document of the kind.
    #[error("the {kind} cannot be read: {reason}; fetch it again, or open it and save a new copy")]
    Broken {
        /// The kind read.
        kind: Kind,
        /// What is wrong.
        reason: String,
    },
    /// Built so that reading would take hours or fill the memory.
    #[error("reading the {kind} was given up: {reason}; open it and save its text alone")]
    TooMuchWork {
        /// The kind read.
        kind: Kind,
        /// What is too much.
        reason: String,
    },
}

/// Refuses a document of more than [`MAX_BYTES`], before its bytes are read.
///
/// # Errors
///
/// When there are more.
pub fn check_size(kind: Kind, bytes: u64) -> Result<(), DocumentError> {
    match bytes > MAX_BYTES as u64 {
        true => Err(DocumentError::TooLarge {
            kind,
            bytes: usize::try_from(bytes).unwrap_or(usize::MAX),
            limit: MAX_BYTES,
        }),
        false => Ok(()),
    }
}

/// Reads a document's text.
///
/// # Errors
///
/// When the build leaves the kind out, and when the bytes are too many, damaged, protected or not of this kind.
pub fn read(kind: Kind, bytes: &[u8]) -> Result<Document, DocumentError> {
    check_size(kind, bytes.len() as u64)?;
    match kind {
        #[cfg(feature = "html")]
        Kind::Html => html::read(bytes),
        #[cfg(feature = "pdf")]
        Kind::Pdf => pdf::read(bytes),
        #[cfg(feature = "docx")]
        Kind::Docx => docx::read(bytes),
        #[allow(unreachable_patterns)]
        _ => Err(DocumentError::NotBuilt { kind }),
    }
}
