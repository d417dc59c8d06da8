//! What is written for good and bad rows, by input and output format.

use super::*;
use crate::io::row::testing::block;
use crate::io::scan::RecordScanner;
use crate::io::table::record_end;
use crate::io::{Columns, OutputOptions, Rows};
use crate::label::LabelSet;
use proptest::prelude::*;

/// Reads `data`, predicts `b` with 0.75 for every good row, writes in `format`; the header first.
fn written(input: Format, data: &[u8], format: Format, options: OutputOptions) -> String {
    let block = block(input, data, &Columns::default());
    let labels = LabelSet::new(["a", "b"]).unwrap();
    let output = Output::new(block.table(), format, &labels, options).unwrap();
    let mut out = output.header().to_vec();
    let prediction = Prediction::from_probabilities(&[0.25, 0.75]);
    let scored = Scored {
        prediction: &prediction,
        uncertain: true,
        unknown_words: Some(125),
        needs_check: "low confidence",
        reasons: "war, \"now\"",
    };
    let mut writer = BlockWriter::new(&output, block.table(), &mut out);
    let mut rows = Rows::new(&block);
    while let Some(row) = rows.next_row() {
        let result = match &row.content {
            Ok(_) => writer.keep(&row).map(|()| writer.scored(&scored)),
            Err(error) => Err(error.clone()),
        };
        if let Err(error) = result {
            writer.failed(&row, &error);
        }
    }
    String::from_utf8(out).unwrap()
}

fn all() -> OutputOptions {
    OutputOptions {
        prefix: String::new(),
        uncertain: true,
        unknown_words: true,
        needs_check: false,
        reasons: true,
        model_digest: None,
        error: true,
    }
}

fn keep() -> OutputOptions {
    OutputOptions {
        error: true,
        ..OutputOptions::default()
    }
}

const CSV: &[u8] = b"id,text\r\n1,\"we, \"\"they\"\"\nagree\"\r\n\r\n2,no";

#[test]
fn csv_keeps_every_input_byte_but_the_line_ends() {
    assert_eq!(
        written(Format::CSV, CSV, Format::CSV, OutputOptions::default()),
        "id,text,prediction,prob_a,prob_b\n\
         1,\"we, \"\"they\"\"\nagree\",b,0.250000,0.750000\n\
         2,no,b,0.250000,0.750000\n"
    );
    assert_eq!(
        written(Format::CSV, b"text\nx\n", Format::CSV, all()),
        "text,prediction,prob_a,prob_b,uncertain,unknown_words,reasons,error\n\
         x,b,0.250000,0.750000,true,0.125,\"war, \"\"now\"\"\",\n"
    );
}

#[test]
fn csv_becomes_any_other_format() {
    let plain = OutputOptions::default;
    assert_eq!(
        written(Format::CSV, CSV, Format::TSV, plain()),
        "id\ttext\tprediction\tprob_a\tprob_b\n\
         1\t\"we, \"\"they\"\"\nagree\"\tb\t0.250000\t0.750000\n\
         2\tno\tb\t0.250000\t0.750000\n"
    );
    assert_eq!(
        written(Format::CSV, CSV, Format::Jsonl, all()),
        "{\"id\":\"1\",\"text\":\"we, \\\"they\\\"\\nagree\",\"prediction\":\"b\",\"prob_a\":0.250000,\
         \"prob_b\":0.750000,\"uncertain\":true,\"unknown_words\":0.125,\"reasons\":\"war, \\\"now\\\"\",\"error\":null}\n\
         {\"id\":\"2\",\"text\":\"no\",\"prediction\":\"b\",\"prob_a\":0.250000,\
         \"prob_b\":0.750000,\"uncertain\":true,\"unknown_words\":0.125,\"reasons\":\"war, \\\"now\\\"\",\"error\":null}\n"
    );
    assert_eq!(written(Format::CSV, CSV, Format::Lines, plain()), "b\nb\n");
    assert_eq!(
        written(Format::CSV, CSV, Format::FastText, plain()),
        "__label__b we, \"they\" agree\n__label__b no\n"
    );
}

#[test]
fn json_keeps_key_order_and_spelling() {
    let data = b" {\"z\":1.50, \"text\":\"\\u00e9\" } \n";
    assert_eq!(
        written(Format::Jsonl, data, Format::Jsonl, OutputOptions::default()),
        "{\"z\":1.50, \"text\":\"\\u00e9\",\"prediction\":\"b\",\"prob_a\":0.250000,\"prob_b\":0.750000}\n"
    );
}

#[test]
fn json_becomes_csv_by_the_keys_of_the_first_object() {
    let data = b"{\"n\":1.50,\"text\":\"\\u00e9,\",\"q\":[1,{\"a\":2}]}\n\
                 {\"text\":\"x\",\"n\":null}\n{\"text\":\"y\",\"new\":1}\n{\"text\":5}\n{oops\n";
    let told = written(Format::Jsonl, data, Format::CSV, keep());
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "n,text,q,prediction,prob_a,prob_b,error",
            "1.50,\"é,\",\"[1,{\"\"a\"\":2}]\",b,0.250000,0.750000,",
            ",x,,b,0.250000,0.750000,",
        ]
    );
    assert!(
        lines[3].starts_with(",y,,,,,line 3: key `new` is not in"),
        "{}",
        lines[3]
    );
    assert!(
        lines[3].ends_with("; without a column: new: 1"),
        "{}",
        lines[3]
    );
    assert!(
        lines[4].starts_with(",5,,,,,\"line 4: `text` is a number"),
        "{}",
        lines[4]
    );
    assert!(
        lines[5].starts_with(",{oops,,,,,line 5: broken JSON"),
        "{}",
        lines[5]
    );
}

#[test]
fn bad_rows_keep_their_place_and_fields() {
    let data = b"id,text\n1\n2,a,b,\"c,d\"\n3,caf\xE9\n4,ok\n";
    let told = written(Format::CSV, data, Format::CSV, keep());
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[1].starts_with("1,,,,,\"line 2: 1 field found, 2 expected;"));
    assert!(lines[2].starts_with("2,a,,,,\"line 3: 4 fields found, 2 expected;"));
    assert!(
        lines[2].ends_with("without a column: b | c,d\""),
        "{}",
        lines[2]
    );
    assert!(lines[3].starts_with("3,caf\u{FFFD},,,,\"line 4: byte 6 of the line (0xE9)"));
    assert!(lines[3].contains("U+FFFD"));
    assert_eq!(lines[4], "4,ok,b,0.250000,0.750000,");
    let told = written(Format::CSV, data, Format::Jsonl, keep());
    let line = told.lines().next().unwrap();
    let object: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(object["id"], "1");
    assert!(object["prediction"].is_null());
    assert!(object["error"].as_str().unwrap().starts_with("line 2"));
}

#[test]
fn bad_json_lines_are_kept_raw_and_objects_without_text_whole() {
    let data = b"{\"text\":\"x\"}\n{\"text\":\xFF}\n{\"t\":1}\n{}\n{\"text\":\"x\",\"prob_a\":1}\n";
    let told = written(Format::Jsonl, data, Format::Jsonl, keep());
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[1].starts_with("{\"raw\":\"{\\\"text\\\":\u{FFFD}}\",\"prediction\":null,"));
    assert!(lines[2].starts_with("{\"t\":1,\"prediction\":null,\"prob_a\":null,"));
    assert!(
        lines[3].starts_with("{\"prediction\":null,"),
        "{}",
        lines[3]
    );
    assert!(lines[4].starts_with("{\"raw\":"), "{}", lines[4]);
    assert!(lines[4].contains("already has `prob_a`"), "{}", lines[4]);
    for line in lines {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
}

#[test]
fn lines_and_fasttext_become_tables() {
    let plain = OutputOptions::default;
    assert_eq!(
        written(Format::Lines, b"a, b\n\nc", Format::CSV, plain()),
        "text,prediction,prob_a,prob_b\n\"a, b\",b,0.250000,0.750000\n,b,0.250000,0.750000\nc,b,0.250000,0.750000\n"
    );
    assert_eq!(
        written(
            Format::FastText,
            b"__label__q a b\nc\n",
            Format::CSV,
            plain()
        ),
        "label,text,prediction,prob_a,prob_b\nq,a b,b,0.250000,0.750000\n,c,b,0.250000,0.750000\n"
    );
    assert_eq!(
        written(Format::Lines, b"a\xFF\nb\n", Format::Lines, plain()),
        "\nb\n"
    );
    assert_eq!(
        written(Format::Lines, b"a\n", Format::Jsonl, plain()),
        "{\"text\":\"a\",\"prediction\":\"b\",\"prob_a\":0.250000,\"prob_b\":0.750000}\n"
    );
}

#[test]
fn decimals_have_six_digits() {
    for millionths in [0, 1, 10, 912_345, 999_999, 1_000_000] {
        let expected = format!("{:.6}", f64::from(millionths) / 1e6);
        assert_eq!(decimal(millionths), expected.as_bytes());
    }
}

proptest! {
    #[test]
    fn what_is_written_as_csv_is_read_back(
        rows in proptest::collection::vec(("[a,\"\n\r; é]{0,6}", "[a,\"\n\r; é]{1,6}"), 1..6),
        delimiter in proptest::sample::select(&b",;\t"[..]),
        out_delimiter in proptest::sample::select(&b",;\t"[..]),
    ) {
        let mut data = csv_record(delimiter, &["id", "text"]);
        for (id, text) in &rows {
            data.extend(csv_record(delimiter, &[id, text]));
        }
        let format = Format::Csv { delimiter: out_delimiter };
        let told = written(Format::Csv { delimiter }, &data, format, keep());
        let mut reader =
            csv::ReaderBuilder::new().delimiter(out_delimiter).from_reader(told.as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), rows.len());
        for (record, (id, text)) in records.iter().zip(&rows) {
            let expected = [id.as_str(), text, "b", "0.250000", "0.750000", ""];
            prop_assert_eq!(record.iter().collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn any_bytes_give_one_row_out_for_each_row_in(
        data in proptest::collection::vec(
            prop_oneof![any::<u8>(), proptest::sample::select(&b"\",\n\r{}:textlab_"[..])], 0..60),
        input in proptest::sample::select(&[Format::CSV, Format::Jsonl, Format::Lines, Format::FastText][..]),
        output in proptest::sample::select(&[Format::CSV, Format::Jsonl, Format::Lines, Format::FastText][..]),
    ) {
        let head: &[u8] = match input { Format::CSV => b"text\n", _ => b"" };
        let data = [head, &data].concat();
        // A file that ends inside quotes is refused as a whole before it gets here.
        let mut scanner = RecordScanner::new(record_end(input));
        scanner.scan(&data, true);
        prop_assume!(scanner.open_quote().is_none() && scanner.stray_text().is_none());
        let count = {
            let block = block(input, &data, &Columns::default());
            let mut rows = Rows::new(&block);
            std::iter::from_fn(|| rows.next_row().map(|_| ())).count()
        };
        let told = written(input, &data, output, OutputOptions { prefix: "p_".into(), ..keep() });
        let rows_out = match output {
            Format::CSV => csv::Reader::from_reader(told.as_bytes()).records().map(Result::unwrap).count(),
            _ => told.lines().count(),
        };
        prop_assert_eq!(rows_out, count);
    }
}
