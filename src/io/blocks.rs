//! A stream of bytes in, blocks of whole records out, each with the line its first record is on.
//!
//! Blocks are about a mebibyte, so that threads have enough to do and memory stays bounded; only a single record longer
//! than that makes a longer block.

use super::error::Error;
use super::scan::{RecordEnd, RecordScanner};
use super::source::Source;
use super::table::Table;
use std::sync::Arc;

/// The usual size of a block in bytes.
pub const BLOCK_SIZE: usize = 1 << 20;

/// The longest record that is read, in bytes.
pub const MAX_RECORD: usize = 256 << 20;

/// Whole records of one file, ready to be parsed on any thread.
#[derive(Debug)]
pub struct Block {
    pub(super) number: u64,
    pub(super) first_line: u64,
    pub(super) start: usize,
    pub(super) data: Vec<u8>,
    pub(super) table: Arc<Table>,
}

impl Block {
    /// The block's place in the input, over all files, from 0.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The columns of the file it is from.
    pub fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// The records, with their line ends.
    pub fn bytes(&self) -> &[u8] {
        &self.data[self.start..]
    }
}

/// Raw bytes of whole records.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawBlock {
    pub(super) first_line: u64,
    pub(super) data: Vec<u8>,
}

/// Cuts a source into blocks.
pub(super) struct Blocks {
    source: Source,
    rule: RecordEnd,
    /// Read, but belonging to the next block.
    carry: Vec<u8>,
    line: u64,
    ended: bool,
    size: usize,
    limit: usize,
}

impl Blocks {
    /// Reads on after `head`, which was read from `source` before and starts on `line`.
    pub(super) fn new(source: Source, rule: RecordEnd, head: Vec<u8>, line: u64) -> Self {
        Self {
            source,
            rule,
            carry: head,
            line,
            ended: false,
            size: BLOCK_SIZE,
            limit: MAX_RECORD,
        }
    }

    /// Other sizes than the usual ones.
    pub(super) fn with_sizes(mut self, size: usize, limit: usize) -> Self {
        self.size = size.max(1);
        self.limit = limit.max(1);
        self
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The next block, or `None` at the end.
    pub(super) fn next_block(&mut self) -> Result<Option<RawBlock>, Error> {
        let mut data = std::mem::take(&mut self.carry);
        let mut scanner = RecordScanner::new(self.rule);
        let mut wanted = self.size;
        loop {
            fill(&mut self.source, &mut data, wanted, &mut self.ended)?;
            scanner.scan(&data, self.ended);
            if let Some(position) = scanner.stray_text() {
                return Err(Error::TextAfterQuote {
                    file: Arc::clone(self.source.name()),
                    line: self.line + self.rule.line_ends(&data[..position]),
                });
            }
            if self.ended {
                if let Some(position) = scanner.open_quote() {
                    return Err(Error::OpenQuote {
                        file: Arc::clone(self.source.name()),
                        line: self.line + self.rule.line_ends(&data[..position]),
                    });
                }
                break;
            }
            if scanner.last_end() > 0 {
                self.carry.reserve(self.size + 1);
                self.carry.extend_from_slice(&data[scanner.last_end()..]);
                data.truncate(scanner.last_end());
                break;
            }
            if data.len() >= self.limit {
                let blank = data.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
                return Err(Error::RecordTooLong {
                    file: Arc::clone(self.source.name()),
                    line: self.line + self.rule.line_ends(&data[..blank.count()]),
                    limit: self.limit,
                });
            }
            wanted = (data.len() + self.size).min(self.limit.max(self.size));
        }
        if data.is_empty() {
            return Ok(None);
        }
        let first_line = self.line;
        self.line += self.rule.line_ends(&data);
        Ok(Some(RawBlock { first_line, data }))
    }
}

/// Reads until `data` has `wanted` bytes or the source ends.
pub(super) fn fill(
    source: &mut Source,
    data: &mut Vec<u8>,
    wanted: usize,
    ended: &mut bool,
) -> Result<(), Error> {
    let mut filled = data.len();
    if filled < wanted {
        data.resize(wanted, 0);
    }
    while filled < wanted && !*ended {
        let n = source.read(&mut data[filled..wanted])?;
        filled += n;
        *ended = n == 0;
    }
    data.truncate(filled);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use csv::{ByteRecord, ReaderBuilder};
    use proptest::prelude::*;
    use std::io::Cursor;

    fn blocks(bytes: &[u8], rule: RecordEnd, size: usize, limit: usize) -> Blocks {
        let source = Source::from_reader("t.csv", Cursor::new(bytes.to_vec()), None).unwrap();
        Blocks::new(source, rule, Vec::new(), 1).with_sizes(size, limit)
    }

    fn all(mut blocks: Blocks) -> Result<Vec<RawBlock>, Error> {
        std::iter::from_fn(|| blocks.next_block().transpose()).collect()
    }

    fn csv_records(bytes: &[u8], delimiter: u8) -> Vec<ByteRecord> {
        ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            // A leading blank line keeps the reader from taking a byte order mark off.
            .from_reader(std::io::Read::chain(&b"\n"[..], bytes))
            .into_byte_records()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn blocks_hold_whole_records_and_know_their_line() {
        let text = b"a,\"1\n2\"\r\nb,3\n\nc,4\rd,5";
        let rule = RecordEnd::Csv { delimiter: b',' };
        let blocks = all(blocks(text, rule, 6, 100)).unwrap();
        let seen: Vec<(u64, &[u8])> = blocks.iter().map(|b| (b.first_line, &b.data[..])).collect();
        assert_eq!(
            seen,
            [
                (1, &b"a,\"1\n2\"\r\n"[..]),
                (3, b"b,3\n\n"),
                (5, b"c,4\r"),
                (6, b"d,5")
            ]
        );
    }

    #[test]
    fn a_quote_open_at_the_end_is_reported_where_it_opened() {
        let rule = RecordEnd::Csv { delimiter: b',' };
        for size in [1, 5, 1000] {
            match all(blocks(b"a,b\nc,d\r\n1,\"x\n\ny\n", rule, size, 1000)).unwrap_err() {
                Error::OpenQuote { line, .. } => assert_eq!(line, 3),
                other => panic!("{other}"),
            }
        }
    }

    #[test]
    fn a_record_beyond_the_limit_is_reported_with_its_line() {
        let rule = RecordEnd::Csv { delimiter: b',' };
        let text = b"a,b\n\n1,\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"\n";
        match all(blocks(text, rule, 4, 16)).unwrap_err() {
            Error::RecordTooLong { line, limit, .. } => assert_eq!((line, limit), (3, 16)),
            other => panic!("{other}"),
        }
        assert!(all(blocks(text, rule, 4, 100)).is_ok());
    }

    fn csv_like() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => Just(vec![b'"']),
            3 => Just(vec![b',']),
            2 => Just(vec![b'\n']),
            2 => Just(vec![b'\r']),
            1 => Just(b"\r\n".to_vec()),
            1 => Just(vec![0xEF, 0xBB, 0xBF]),
            3 => Just(vec![b'a']),
            1 => any::<u8>().prop_map(|b| vec![b]),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn csv_blocks_hold_the_records_of_the_whole(bytes in csv_like(), size in 1usize..20) {
            let mut bytes = bytes;
            bytes.insert(0, b'a'); // neither packed nor marked
            let rule = RecordEnd::Csv { delimiter: b',' };
            match all(blocks(&bytes, rule, size, 1 << 20)) {
                Ok(blocks) => {
                    let joined: Vec<u8> = blocks.iter().flat_map(|b| b.data.clone()).collect();
                    prop_assert_eq!(&joined, &bytes);
                    let records: Vec<ByteRecord> =
                        blocks.iter().flat_map(|b| csv_records(&b.data, b',')).collect();
                    prop_assert_eq!(records, csv_records(&bytes, b','));
                    let mut line = 1;
                    for block in &blocks {
                        prop_assert_eq!(block.first_line, line);
                        line += rule.line_ends(&block.data);
                    }
                    prop_assert_eq!(line, 1 + rule.line_ends(&bytes));
                }
                Err(Error::OpenQuote { .. }) => {
                    // Closing the quote adds no record, so it was open indeed.
                    let mut closed = bytes.clone();
                    closed.push(b'"');
                    let closed = all(blocks(&closed, rule, size, 1 << 20));
                    let is_closed = matches!(closed, Ok(_) | Err(Error::TextAfterQuote { .. }));
                    prop_assert!(is_closed);
                }
                Err(Error::TextAfterQuote { .. }) => {
                    let mut scanner = RecordScanner::new(rule);
                    scanner.scan(&bytes, true);
                    prop_assert!(scanner.stray_text().is_some());
                }
                Err(other) => prop_assert!(false, "{}", other),
            }
        }

        #[test]
        fn line_blocks_hold_whole_lines(text in "[a\n]{0,50}", size in 1usize..20) {
            let blocks = all(blocks(text.as_bytes(), RecordEnd::LineFeed, size, 1 << 20)).unwrap();
            let joined: Vec<u8> = blocks.iter().flat_map(|b| b.data.clone()).collect();
            prop_assert_eq!(joined, text.as_bytes());
            for block in blocks.iter().rev().skip(1) {
                prop_assert!(block.data.ends_with(b"\n"));
            }
        }
    }
}
