//! Paths in, numbered blocks of rows out: one file after the other, with the same columns.
//!
//! Plain files are all looked at before the first row is read, so that a missing column in the last of them is not
//! found out after an hour's work.

use super::blocks::{BLOCK_SIZE, Block};
use super::error::Error;
use super::format::Format;
use super::opened::{OpenFile, Opened};
use super::source::Source;
use super::table::{Columns, Table};
use encoding_rs::Encoding;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How files are to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The format, or `None` to guess it for each file.
    pub format: Option<Format>,
    /// The encoding where no byte order mark tells it; UTF-8 by default.
    pub encoding: Option<&'static Encoding>,
    /// The columns needed.
    pub columns: Columns,
    /// Refuse files whose format or header differs from the first one's.
    pub same_header: bool,
    /// The size of a block in bytes.
    pub block_size: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            encoding: None,
            columns: Columns::default(),
            same_header: true,
            block_size: BLOCK_SIZE,
        }
    }
}

/// Reads files block by block.
pub struct Reader {
    options: ReadOptions,
    /// The file being read, then those that wait.
    current: Option<OpenFile>,
    waiting: VecDeque<PathBuf>,
    first: Arc<Table>,
    opened: Vec<Opened>,
    next_number: u64,
    raw_done: u64,
    raw_total: Option<u64>,
}

impl Reader {
    /// Opens the first of `paths` (`-` is standard input) and looks at the headers of the others.
    ///
    /// # Errors
    /// Whatever is wrong with opening any of them; see [`Error`].
    ///
    /// # Panics
    /// If `paths` is empty.
    pub fn open<P: AsRef<Path>>(paths: &[P], options: ReadOptions) -> Result<Self, Error> {
        let (first, others) = paths.split_first().expect("at least one path");
        let source = Source::open(first.as_ref(), options.encoding)?;
        let mut raw_total = source.raw_total();
        let mut reader = Self::from_source(source, first.as_ref(), options)?;
        for path in others {
            let path = path.as_ref();
            reader.waiting.push_back(path.to_owned());
            let is_pipe = path == Path::new("-") || (path.exists() && !path.is_file());
            if is_pipe {
                raw_total = None; // it can be opened only once, and has no size
                continue;
            }
            let source = Source::open(path, reader.options.encoding)?;
            raw_total = raw_total.zip(source.raw_total()).map(|(a, b)| a + b);
            let (file, opened) = OpenFile::new(source, path, &reader.options)?;
            reader.check(&file.table)?;
            reader.opened.push(opened);
        }
        reader.raw_total = raw_total;
        Ok(reader)
    }

    /// Reads one open source; `path` is the name its format is guessed from.
    ///
    /// # Errors
    /// Whatever is wrong with its header; see [`Error`].
    pub fn from_source(source: Source, path: &Path, options: ReadOptions) -> Result<Self, Error> {
        let raw_total = source.raw_total();
        let (file, opened) = OpenFile::new(source, path, &options)?;
        Ok(Self {
            options,
            first: Arc::clone(&file.table),
            current: Some(file),
            waiting: VecDeque::new(),
            opened: vec![opened],
            next_number: 0,
            raw_done: 0,
            raw_total,
        })
    }

    /// The columns of the first file.
    pub fn table(&self) -> &Arc<Table> {
        &self.first
    }

    /// What was found on opening the files looked at so far.
    pub fn opened(&self) -> &[Opened] {
        &self.opened
    }

    /// Bytes read so far and, where it is known, in total; packed ones for packed files.
    pub fn progress(&self) -> (u64, Option<u64>) {
        let current = self.current.as_ref().map_or(0, OpenFile::raw_bytes);
        (self.raw_done + current, self.raw_total)
    }

    /// The next block of rows, or `None` behind the last. Blocks may be empty of rows.
    ///
    /// # Errors
    /// Whatever is wrong with reading on; see [`Error`]. Faults of single rows come with the rows.
    pub fn next_block(&mut self) -> Result<Option<Block>, Error> {
        loop {
            if let Some(file) = &mut self.current {
                if let Some((raw, start)) = file.next_raw()? {
                    let number = self.next_number;
                    self.next_number += 1;
                    return Ok(Some(Block {
                        number,
                        first_line: raw.first_line,
                        start,
                        data: raw.data,
                        table: Arc::clone(&file.table),
                    }));
                }
                self.raw_done += file.raw_bytes();
                self.current = None;
            }
            let Some(path) = self.waiting.pop_front() else {
                return Ok(None);
            };
            let source = Source::open(&path, self.options.encoding)?;
            let (file, opened) = OpenFile::new(source, &path, &self.options)?;
            self.check(&file.table)?;
            if !self.opened.contains(&opened) {
                self.opened.push(opened);
            }
            self.current = Some(file);
        }
    }

    fn check(&self, table: &Table) -> Result<(), Error> {
        if self.options.same_header {
            self.first.check_same_header(table)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::row::Rows;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn reader(name: &str, bytes: &[u8], block_size: usize) -> Result<Reader, Error> {
        let source = Source::from_reader(name, Cursor::new(bytes.to_vec()), None)?;
        let options = ReadOptions {
            block_size,
            ..ReadOptions::default()
        };
        Reader::from_source(source, Path::new(name), options)
    }

    fn texts(reader: &mut Reader) -> Result<Vec<String>, Error> {
        let mut told = Vec::new();
        let mut number = 0;
        while let Some(block) = reader.next_block()? {
            assert_eq!(block.number(), number);
            number += 1;
            let mut rows = Rows::new(&block);
            while let Some(row) = rows.next_row() {
                match row.content {
                    Ok(content) => told.push(format!("{}: {}", row.line, content.text)),
                    Err(error) => told.push(error.to_string()),
                }
            }
        }
        Ok(told)
    }

    #[test]
    fn a_file_is_read_alike_in_blocks_of_any_size() {
        let data = b"sep=;\r\nid;text\r\n1;\"a\r\nb\"\r\n2;c\r\n\r\n3;d";
        for size in [1, 2, 3, 7, 1000] {
            let mut reader = reader("t.csv", data, size).unwrap();
            assert_eq!(
                reader.opened()[0].to_string(),
                "t.csv: csv with semicolon (the first line names the delimiter)"
            );
            assert_eq!(texts(&mut reader).unwrap(), ["3: a\r\nb", "5: c", "7: d"]);
            assert_eq!(reader.progress().0, data.len() as u64);
        }
    }

    #[test]
    fn packed_and_encoded_files_are_read_as_their_text() {
        let text = "id\ttext\n1\tschön\n2\tgut\n";
        let utf_16: Vec<u8> = format!("\u{FEFF}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let packed = zstd::encode_all(&utf_16[..], 1).unwrap();
        for bytes in [utf_16, packed] {
            let mut reader = reader("-", &bytes, 100).unwrap();
            assert_eq!(texts(&mut reader).unwrap(), ["2: schön", "3: gut"]);
            assert_eq!(
                reader.opened()[0].to_string(),
                "-: tsv (its header has a column `text`), UTF-16LE"
            );
        }
    }

    #[test]
    fn files_follow_each_other_and_must_agree() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let a = write("a.csv", "id,text\n1,x\n");
        let b = write("b.csv", "id;text\n2;y\n");
        let c = write("c.csv", "text,id\nz,3\n");
        let d = write("d.txt", "z\n");
        let mut both = Reader::open(&[&a, &b], ReadOptions::default()).unwrap();
        assert_eq!(both.opened().len(), 2);
        assert_eq!(both.progress().1, Some(24));
        assert_eq!(texts(&mut both).unwrap(), ["2: x", "2: y"]);
        assert_eq!(both.opened().len(), 2);
        let error = Reader::open(&[&a, &c], ReadOptions::default())
            .err()
            .unwrap();
        assert!(matches!(error, Error::HeadersDiffer { .. }), "{error}");
        let error = Reader::open(&[&a, &d], ReadOptions::default())
            .err()
            .unwrap();
        assert!(matches!(error, Error::MixedFormats { .. }), "{error}");
        let missing = folder.path().join("none.csv");
        let error = Reader::open(&[&a, &missing], ReadOptions::default())
            .err()
            .unwrap();
        assert!(error.to_string().contains("none.csv"), "{error}");
    }

    #[test]
    fn an_empty_file_is_an_error_and_a_header_alone_has_no_rows() {
        for name in ["t.csv", "t.txt", "t.jsonl"] {
            let error = reader(name, b"", 9).err().unwrap();
            assert!(matches!(error, Error::Empty { .. }), "{error}");
        }
        assert!(matches!(
            reader("t.csv", b"\n\n", 9),
            Err(Error::Empty { .. })
        ));
        let mut header = reader("t.csv", b"id,text", 9).unwrap();
        assert_eq!(texts(&mut header).unwrap(), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in proptest::collection::vec(
                prop_oneof![any::<u8>(), proptest::sample::select(&b"\",;\n\r{}:textlab_"[..])], 0..80),
            format in proptest::sample::select(vec!["t.csv", "t.jsonl", "t.txt", "t.ft", "-"]),
            size in 1usize..30,
        ) {
            for head in ["", "text\n", "{\"text\":\"x\"}\n"] {
                let bytes = [head.as_bytes(), &bytes].concat();
                if let Ok(mut reader) = reader(format, &bytes, size) {
                    let _ = texts(&mut reader);
                }
            }
        }
    }
}
