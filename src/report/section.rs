//! What a page is made of: sections of paragraphs, facts, figures, tables and statements.

use super::chart::Chart;

/// Rows of a table that is not folded up.
const MOST_ROWS_OPEN: usize = 21;

/// A part of the page with a heading.
#[derive(Debug, Clone)]
pub struct Section {
    /// What links to it say.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What it holds, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A paragraph that must not be overlooked.
    Caution(String),
    /// A heading within the section.
    Heading(String),
    /// Names and what they are.
    Facts(Vec<(String, String)>),
    /// Charts side by side, with their numbers in tables.
    Figure(Vec<Chart>, Vec<Table>),
    /// A table.
    Table(Table),
    /// Statements, one below the other.
    Statements(Vec<Statement>),
}

/// A table; the first cell of a row names it.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The columns.
    pub head: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// What stands below that, smaller.
    pub note: String,
    /// Whether it is a number, set to the right.
    pub numeric: bool,
    /// How much it is coloured, in percent.
    pub shade: Option<u8>,
}

/// A statement of the data.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Where it stands, what is said of it.
    pub head: String,
    /// The statement.
    pub text: String,
    /// What follows it.
    pub notes: Vec<String>,
}

impl Section {
    /// A section.
    pub(super) fn new(id: &'static str, title: &str, blocks: Vec<Block>) -> Self {
        Self {
            id,
            title: title.to_owned(),
            blocks,
        }
    }
}

impl Table {
    /// Whether it is short enough to stand beside its chart; others are folded up.
    pub(super) fn is_short(&self) -> bool {
        self.rows.len() <= MOST_ROWS_OPEN
    }

    /// A table without rows; columns after the first `n_text` are numbers.
    pub(super) fn new(caption: impl Into<String>, n_text: usize, head: &[&str]) -> Self {
        let cell = |(at, text): (usize, &&str)| Cell {
            text: (*text).to_owned(),
            note: String::new(),
            numeric: at >= n_text,
            shade: None,
        };
        Self {
            caption: caption.into(),
            head: head.iter().enumerate().map(cell).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, aligned as the head. What follows a line end in a cell is its note.
    pub(super) fn push(&mut self, cells: Vec<String>) {
        let cell = |(at, text): (usize, String)| {
            let (text, note) = text.split_once('\n').unwrap_or((&text, ""));
            Cell {
                text: text.to_owned(),
                note: note.to_owned(),
                numeric: self.head.get(at).is_some_and(|head| head.numeric),
                shade: None,
            }
        };
        let row = cells.into_iter().enumerate().map(cell).collect();
        self.rows.push(row);
    }
}

/// A paragraph.
pub(super) fn text(words: impl Into<String>) -> Block {
    Block::Text(words.into())
}
