//! Scored rows of any number, kept as numbers: about 40 bytes each.

use rustc_hash::FxHashMap;

/// A value of a column in few bytes: its number in a list of those that were met, in the order of the rows.
#[derive(Debug, Clone, Default)]
pub struct Names {
    numbers: FxHashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    /// The number of a name, which is new or known.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }

    /// The names by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Some rows that follow each other.
#[derive(Debug, Clone, Default)]
pub struct Chunk {
    /// The cells that were met: by-values and period, with [`SEPARATOR`] between them.
    pub cells: Names,
    /// The sources that were met.
    pub sources: Names,
    /// The models that scored them, by digest.
    pub digests: Names,
    /// Of each row, its cell.
    pub cell: Vec<u32>,
    /// Its source.
    pub source: Vec<u32>,
    /// What its statement is known by within the cell; see [`words_of_day`](super::identity::words_of_day).
    pub key: Vec<u64>,
    /// The article it is from.
    pub article: Vec<u64>,
    /// Its probabilities, by label.
    pub probabilities: Vec<f32>,
    /// The values that were met in the columns that the audit was drawn by.
    pub frames: Names,
    /// Rows with the words of one in the audit.
    pub hits: Vec<Hit>,
}

/// A row with the words of one in the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub row: usize,
    /// What its words are known by; see [`words_key`](super::identity::words_key).
    pub words: u64,
    /// Its values in the columns that the audit was drawn by.
    pub frame: u32,
}

/// Between the values that name a cell.
pub const SEPARATOR: char = '\u{1f}';

/// The cell of rows without a prediction, which are in no other.
pub const NO_CELL: &str = "\u{1e}";
/// Rows from one to the next of which the chunk is noted; chunks have about as many.
const NEAR: usize = 4096;
/// Keys that are held to count them.
const KEYS_AT_ONCE: usize = 1 << 20;

/// All rows, in order.
#[derive(Debug, Clone, Default)]
pub struct ScoredRows {
    chunks: Vec<Chunk>,
    /// Number of the first row of each chunk.
    starts: Vec<usize>,
    /// The chunk of each row whose number [`NEAR`] divides.
    near: Vec<u32>,
    n_rows: usize,
    cells: Names,
    sources: Names,
    digests: Names,
    frames: Names,
    hits: Vec<Hit>,
    n_labels: usize,
}

impl ScoredRows {
    /// No rows yet, of so many labels.
    pub fn new(n_labels: usize) -> Self {
        Self {
            n_labels,
            ..Self::default()
        }
    }

    /// Adds the rows that follow.
    pub fn push(&mut self, mut chunk: Chunk) {
        let numbers = |names: &mut Names, chunk: &Names| -> Vec<u32> {
            let of_chunk = chunk.names().iter();
            of_chunk.map(|name| names.number(name)).collect()
        };
        let cells = numbers(&mut self.cells, &chunk.cells);
        let sources = numbers(&mut self.sources, &chunk.sources);
        numbers(&mut self.digests, &chunk.digests);
        let frames = numbers(&mut self.frames, &chunk.frames);
        let hits = std::mem::take(&mut chunk.hits).into_iter();
        self.hits.extend(hits.map(|hit| Hit {
            row: self.n_rows + hit.row,
            frame: frames[hit.frame as usize],
            ..hit
        }));
        (chunk.cells, chunk.sources) = (Names::default(), Names::default());
        chunk.frames = Names::default();
        chunk
            .cell
            .iter_mut()
            .for_each(|at| *at = cells[*at as usize]);
        chunk
            .source
            .iter_mut()
            .for_each(|at| *at = sources[*at as usize]);
        chunk.cell.shrink_to_fit();
        chunk.source.shrink_to_fit();
        chunk.key.shrink_to_fit();
        chunk.article.shrink_to_fit();
        chunk.probabilities.shrink_to_fit();
        self.starts.push(self.n_rows);
        self.n_rows += chunk.cell.len();
        let n_near = self.n_rows.div_ceil(NEAR);
        self.near.resize(n_near, self.chunks.len() as u32);
        self.chunks.push(chunk);
    }

    /// How many there are.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// How many labels they have probabilities of.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// The names of the cells, by number.
    pub fn cells(&self) -> &[String] {
        self.cells.names()
    }

    /// The sources that were met, by number; one of them may be empty.
    pub fn sources(&self) -> &[String] {
        self.sources.names()
    }

    /// The rows with the words of one in the audit.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// The digests of the models that scored the rows, where a column tells them.
    pub fn digests(&self) -> &[String] {
        self.digests.names()
    }

    /// The chunk of a row and its place there.
    fn place(&self, row: usize) -> (&Chunk, usize) {
        let mut chunk = self.near[row / NEAR] as usize;
        while self
            .starts
            .get(chunk + 1)
            .is_some_and(|&start| start <= row)
        {
            chunk += 1;
        }
        (&self.chunks[chunk], row - self.starts[chunk])
    }

    /// The cell of a row.
    pub fn cell(&self, row: usize) -> u32 {
        let (chunk, at) = self.place(row);
        chunk.cell[at]
    }

    /// The source of a row.
    pub fn source(&self, row: usize) -> u32 {
        let (chunk, at) = self.place(row);
        chunk.source[at]
    }

    /// What the statement of a row is known by.
    pub fn key(&self, row: usize) -> u64 {
        let (chunk, at) = self.place(row);
        chunk.key[at]
    }

    /// The article of a row, and its probabilities.
    pub fn article_and_probabilities(&self, row: usize) -> (u64, &[f32]) {
        let (chunk, at) = self.place(row);
        let probabilities = &chunk.probabilities[at * self.n_labels..][..self.n_labels];
        (chunk.article[at], probabilities)
    }

    /// How many keys there are, but for rows without a prediction.
    pub fn n_keys(&self) -> u64 {
        let without = self.cells().iter().position(|name| name == NO_CELL);
        let n_parts = self.n_rows.div_ceil(KEYS_AT_ONCE).next_power_of_two() as u64;
        let mut keys = Vec::new();
        let of_part = |part: u64| {
            let counted = |(key, cell): (&u64, &u32)| {
                (key % n_parts == part && Some(*cell as usize) != without).then_some(*key)
            };
            keys.clear();
            for chunk in &self.chunks {
                keys.extend(chunk.key.iter().zip(&chunk.cell).filter_map(counted));
            }
            keys.sort_unstable();
            keys.dedup();
            keys.len() as u64
        };
        (0..n_parts).map(of_part).sum()
    }

    /// The rows of each cell, in order: all numbers, and where each cell begins among them.
    pub(super) fn by_cell(&self) -> (Vec<u32>, Vec<usize>) {
        let mut starts = vec![0; self.cells().len() + 1];
        for chunk in &self.chunks {
            for &cell in &chunk.cell {
                starts[cell as usize + 1] += 1;
            }
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let mut next = starts.clone();
        let mut order = vec![0; self.n_rows];
        let mut row = 0;
        for chunk in &self.chunks {
            for &cell in &chunk.cell {
                let place = &mut next[cell as usize];
                order[*place] = row;
                *place += 1;
                row += 1;
            }
        }
        (order, starts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_cells_over_chunks() {
        let chunk = |cells: &[&str]| {
            let mut chunk = Chunk::default();
            for (number, cell) in cells.iter().enumerate() {
                chunk.cell.push(chunk.cells.number(cell));
                chunk.source.push(chunk.sources.number("Post"));
                chunk.key.push(number as u64);
                chunk.article.push(7);
                chunk.probabilities.extend([0.25, 0.75]);
            }
            let frame = chunk.frames.number(cells[1]);
            chunk.hits.push(Hit {
                row: 1,
                words: 9,
                frame,
            });
            chunk
        };
        let mut rows = ScoredRows::new(2);
        rows.push(chunk(&["b", "a"]));
        rows.push(chunk(&["a", "b", NO_CELL]));
        assert_eq!(
            (rows.n_rows(), rows.cells().join("")),
            (5, format!("ba{NO_CELL}"))
        );
        assert_eq!(rows.by_cell(), (vec![0, 3, 1, 2, 4], vec![0, 2, 4, 5]));
        let hit = |row, frame| Hit {
            row,
            words: 9,
            frame,
        };
        assert_eq!(rows.hits(), [hit(1, 0), hit(3, 1)]);
        assert_eq!(rows.key(3), 1);
        assert_eq!(rows.n_keys(), 2);
        assert_eq!(rows.article_and_probabilities(4), (7, &[0.25, 0.75][..]));
        assert_eq!(rows.sources(), ["Post"]);
    }
}
