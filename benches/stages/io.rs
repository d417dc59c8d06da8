//! Bytes to rows, and rows with predictions to bytes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput};
use stance::io::{
    Block, BlockWriter, Format, Output, OutputOptions, ReadOptions, Reader, Row, Rows, Scored,
    Source,
};
use stance::label::LabelSet;
use stance::prediction::Prediction;

use crate::texts::{Kind, LABELS, Texts};

const N_WORDS: usize = 180_000;

/// Rows lend from their parsers, one each, and a parser holds 64 KiB: so few rows are written again and again.
const DISTINCT_ROWS: usize = 100;

/// A table in memory to blocks, and each block to rows.
pub fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    for kind in Kind::ALL {
        let texts = Texts::new(kind, N_WORDS);
        let csv: Arc<[u8]> = csv(texts.iter()).into_bytes().into();
        group.throughput(Throughput::ElementsAndBytes {
            elements: texts.len() as u64,
            bytes: csv.len() as u64,
        });
        let size = format!("{} rows, {} kB", texts.len(), csv.len() / 1000);
        group.bench_function(BenchmarkId::new(kind.name(), size), |b| {
            b.iter(|| {
                let (mut rows, mut bytes) = (0, 0);
                let mut reader = reader(black_box(&csv));
                while let Some(block) = next_block(&mut reader) {
                    let mut parser = Rows::new(&block);
                    while let Some(row) = parser.next_row() {
                        rows += 1;
                        bytes += row.content.expect("a good row").text.len() as u64;
                    }
                }
                assert_eq!((rows, bytes), (texts.len(), texts.bytes));
            });
        });
    }
    group.finish();
}

/// Rows that are parsed already, and a prediction beside each.
pub fn write(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("write");
    for (name, format) in [("CSV", Format::CSV), ("JSON lines", Format::Jsonl)] {
        for kind in Kind::SHORT {
            let texts = Texts::new(kind, N_WORDS);
            let blocks: Vec<Block> = texts.iter().take(DISTINCT_ROWS).map(lone_row).collect();
            let mut parsers: Vec<Rows> = blocks.iter().map(Rows::new).collect();
            let rows: Vec<Row> = parsers.iter_mut().filter_map(Rows::next_row).collect();
            let table = blocks[0].table();
            let output = Output::new(table, format, &labels(), OutputOptions::default())
                .expect("no name is taken");
            let rounds = texts.len() / rows.len();
            let distinct: usize = (texts.iter().take(DISTINCT_ROWS))
                .map(|text| bytes_of_row(format, text))
                .sum();
            let expected = rounds * distinct;
            group.throughput(Throughput::ElementsAndBytes {
                elements: (rounds * rows.len()) as u64,
                bytes: expected as u64,
            });
            let size = format!("{} rows, {} kB", rounds * rows.len(), expected / 1000);
            let prediction = Prediction::from_probabilities(&[0.25, 0.25, 0.5]);
            let scored = Scored {
                prediction: &prediction,
                uncertain: false,
                unknown_words: None,
                needs_check: "",
                reasons: "",
            };
            let mut buffer = Vec::new();
            group.bench_function(
                BenchmarkId::new(format!("{name}, {}", kind.name()), size),
                |b| {
                    b.iter(|| {
                        buffer.clear();
                        let mut writer = BlockWriter::new(&output, table, &mut buffer);
                        for _ in 0..rounds {
                            for row in black_box(&rows) {
                                writer.keep(row).expect("a good row");
                                writer.scored(&scored);
                            }
                        }
                        assert_eq!(buffer.len(), expected);
                    });
                },
            );
        }
    }
    group.finish();
}

/// What a row of [`csv`], numbered 0, and its prediction come to.
fn bytes_of_row(format: Format, text: &str) -> usize {
    let quotes = text.matches('"').count();
    let probability = "0.250000";
    let row = match format {
        Format::Jsonl => {
            let keys: String = LABELS.map(|label| format!(r#","prob_{label}":"#)).concat();
            let fixed = r#"{"id":"0","text":"","prediction":"neutral"}"#;
            fixed.len() + keys.len() + LABELS.len() * probability.len()
        }
        _ => r#"0,"",neutral"#.len() + LABELS.len() * (1 + probability.len()),
    };
    // Each quotation mark in the text is doubled or escaped, and the line ends.
    row + text.len() + quotes + 1
}

/// A table of texts; every text is quoted.
fn csv<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut csv = String::from("id,text\n");
    for (row, text) in texts.enumerate() {
        writeln!(csv, "{row},\"{}\"", text.replace('"', "\"\"")).expect("memory takes all");
    }
    csv
}

/// A block that has this text alone.
fn lone_row(text: &str) -> Block {
    let csv = csv([text].into_iter()).into_bytes().into();
    next_block(&mut reader(&csv)).expect("a row")
}

fn next_block(reader: &mut Reader) -> Option<Block> {
    reader.next_block().expect("the table is whole")
}

fn reader(csv: &Arc<[u8]>) -> Reader {
    let options = ReadOptions {
        format: Some(Format::CSV),
        ..ReadOptions::default()
    };
    let bytes = Cursor::new(Arc::clone(csv));
    let source = Source::from_reader("bench.csv", bytes, None).expect("memory can be read");
    Reader::from_source(source, Path::new("bench.csv"), options).expect("it has the column")
}

fn labels() -> LabelSet {
    LabelSet::new(LABELS).expect("three labels")
}
