//! What rows say beside text and label, and where they stand.

use rustc_hash::FxHashMap;

/// A further column of labelled rows, such as their speakers: the distinct values, and which of them each row has.
#[derive(Debug, Clone)]
pub struct Column {
    name: String,
    names: Names,
    ids: Vec<Option<u32>>,
}

impl Column {
    pub(super) fn new(name: &str) -> Self {
        Self::empty(name, 0)
    }

    /// A column of which `n_rows` rows say nothing.
    pub(super) fn empty(name: &str, n_rows: usize) -> Self {
        Self {
            name: name.to_owned(),
            names: Names::default(),
            ids: vec![None; n_rows],
        }
    }

    pub(super) fn push(&mut self, value: &str) {
        let id = (!value.is_empty()).then(|| self.names.id(value));
        self.ids.push(id);
    }

    pub(super) fn append(&mut self, next: &Self) {
        let ids = self.names.ids_of(&next.names);
        let known = |id: &Option<u32>| id.map(|id| ids[id as usize]);
        self.ids.extend(next.ids.iter().map(known));
    }

    /// Lets rows up to `n_rows` say nothing.
    pub(super) fn resize(&mut self, n_rows: usize) {
        self.ids.resize(n_rows, None);
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The distinct values, by first occurrence.
    pub fn values(&self) -> &[String] {
        &self.names.names
    }

    /// Of each row the number of its value, `None` for a row that does not say.
    pub fn ids(&self) -> &[Option<u32>] {
        &self.ids
    }

    /// The value of row `row`, if it has one.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn value(&self, row: usize) -> Option<&str> {
        self.ids[row].map(|id| self.names.names[id as usize].as_str())
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// The line on which the row starts, from 1.
    pub line: u64,
}

/// Where each row stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// Each file with the number of its first row.
    files: Vec<(usize, String)>,
    lines: Vec<u64>,
}

impl Places {
    pub(super) fn of_file(file: &str) -> Self {
        Self {
            files: vec![(0, file.to_owned())],
            lines: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, line: u64) {
        self.lines.push(line);
    }

    pub(super) fn append(&mut self, next: Self) {
        let offset = self.lines.len();
        for (start, file) in next.files {
            if self.files.last().is_none_or(|(_, last)| *last != file) {
                self.files.push((offset + start, file));
            }
        }
        self.lines.extend(next.lines);
    }

    pub(super) fn of(&self, row: usize) -> Place<'_> {
        let after = self.files.partition_point(|&(start, _)| start <= row);
        Place {
            file: after
                .checked_sub(1)
                .map_or("", |at| self.files[at].1.as_str()),
            line: self.lines[row],
        }
    }
}

/// Names numbered by first occurrence.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) names: Vec<String>,
    ids: FxHashMap<String, u32>,
}

impl Names {
    pub(super) fn id(&mut self, name: &str) -> u32 {
        match self.ids.get(name) {
            Some(&id) => id,
            None => {
                let id = self.names.len() as u32;
                self.names.push(name.to_owned());
                self.ids.insert(name.to_owned(), id);
                id
            }
        }
    }

    /// The number here of each of `others`' names.
    pub(super) fn ids_of(&mut self, others: &Self) -> Vec<u32> {
        others.names.iter().map(|name| self.id(name)).collect()
    }
}
