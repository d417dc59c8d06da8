//! From words with positions to text: words to rows, rows to columns, columns to lines, lines to paragraphs.
//!
//! Nothing here knows of PDF; all lengths are the page's, and thresholds are in heights of the type. The order of reading is
//! that of a newspaper: what spans the page first, then one column after the other.

use super::Document;
use super::pdf_columns::read_columns;
use super::pdf_edges::drop_edges;
use super::pdf_paragraphs::join;

/// A word on a page; lines run to the right, and down the page `base` grows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub text: String,
    pub left: f64,
    pub right: f64,
    /// The line that the letters stand on.
    pub base: f64,
    /// The height of the type.
    pub size: f64,
}

/// What a page holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub words: Vec<Word>,
    /// Whether it shows a picture.
    pub picture: bool,
}

/// The text of the pages.
pub(super) fn document(pages: Vec<Page>) -> Document {
    let count = pages.len();
    let pictures: Vec<bool> = pages.iter().map(|p| p.picture).collect();
    let mut pages: Vec<Vec<Row>> = pages.into_iter().map(|p| rows(p.words)).collect();
    drop_edges(&mut pages);
    let mut lines = Vec::new();
    let mut scanned = Vec::new();
    for ((page, picture), number) in pages.into_iter().zip(pictures).zip(1..) {
        let before = lines.len();
        read_columns(page, number, 0, &mut lines);
        if lines.len() == before && picture {
            scanned.push(number);
        }
    }
    let mut document = join(&lines, count);
    document.scanned = scanned;
    document
}

/// Words on one base line, from left to right.
#[derive(Debug)]
pub(super) struct Row {
    pub words: Vec<Word>,
    /// The line that most letters stand on.
    pub base: f64,
    /// The height of the type that it is set in.
    pub size: f64,
}

impl Row {
    pub(super) fn left(&self) -> f64 {
        self.words
            .iter()
            .map(|w| w.left)
            .fold(f64::INFINITY, f64::min)
    }

    pub(super) fn right(&self) -> f64 {
        self.words
            .iter()
            .map(|w| w.right)
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// The words with a space wherever there is one on the page.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut end = f64::INFINITY;
        for word in &self.words {
            if word.left - end > 0.1 * word.size {
                text.push(' ');
            }
            text.push_str(&word.text);
            end = word.right;
        }
        text
    }
}

/// Rows from the top of the page down.
pub(super) fn rows(mut words: Vec<Word>) -> Vec<Row> {
    words.sort_by(|a, b| a.base.total_cmp(&b.base).then(a.left.total_cmp(&b.left)));
    let mut rows: Vec<Row> = Vec::new();
    for word in words {
        match rows.last_mut() {
            // Marks set higher or lower belong to the row, too; the line below does not, however large a letter is here.
            Some(row) if word.base - row.words[0].base < 0.7 * word.size.min(row.words[0].size) => {
                row.words.push(word);
            }
            _ => rows.push(Row {
                base: word.base,
                size: word.size,
                words: vec![word],
            }),
        }
    }
    for row in &mut rows {
        row.words.sort_by(|a, b| a.left.total_cmp(&b.left));
        // Bold type is at times a whole line painted twice.
        row.words
            .dedup_by(|b, a| a.text == b.text && b.left - a.left < 0.15 * a.size);
        // The longest word is of the type that the row is set in.
        if let Some(word) = row.words.iter().max_by_key(|w| w.text.len()) {
            (row.base, row.size) = (word.base, word.size);
        }
    }
    rows
}
