//! The row contract: every row in comes out, in its place, with all its columns, whatever the format.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use support::{Outcome, Workdir, records, statements, table, texts};

/// Statements with all that makes CSV and encodings hard.
const HARD: [&str; 8] = [
    "We are ready to talk.",
    "They said \"never\", and left; we stay.",
    "Two\nlines, and a\ttab",
    "  spaces before and behind  ",
    "Nous négocierons à Genève | demain",
    "Мы готовы к переговорам",
    "",
    "نحن مستعدون للحوار",
];

/// `HARD` with ids, as CSV.
fn hard(delimiter: u8) -> Vec<u8> {
    let header = ["id".to_owned(), "text".to_owned(), "note".to_owned()];
    let rows = HARD.iter().enumerate();
    let rows = rows.map(|(i, text)| [format!("r{i}"), (*text).to_owned(), format!("n{i}")]);
    table([header].into_iter().chain(rows), delimiter)
}

/// Asserts that the scored table `out` is the table `input` with predictions beside it, and returns them.
#[track_caller]
fn beside(input: &[Vec<String>], out: &[Vec<String>]) -> Vec<Vec<String>> {
    assert_eq!(out.len(), input.len());
    let width = input[0].len();
    let added: Vec<&str> = out[0][width..].iter().map(String::as_str).collect();
    let names = [
        "prediction",
        "prob_conciliatory",
        "prob_hostile",
        "prob_neutral",
    ];
    assert_eq!(added, names);
    for (before, after) in input.iter().zip(out) {
        assert_eq!(before[..], after[..width]);
    }
    out[1..].iter().map(|row| row[width..].to_vec()).collect()
}

/// Asserts that printed probabilities sum to one and that the prediction is their argmax.
#[track_caller]
fn consistent(prediction: &[String]) {
    let labels = ["conciliatory", "hostile", "neutral"];
    let millionths: Vec<u32> = prediction[1..]
        .iter()
        .map(|p| {
            let (whole, fraction) = p.split_once('.').unwrap();
            assert_eq!((whole.len(), fraction.len()), (1, 6), "{p}");
            format!("{whole}{fraction}").parse().unwrap()
        })
        .collect();
    assert_eq!(millionths.iter().sum::<u32>(), 1_000_000, "{prediction:?}");
    let most = *millionths.iter().max().unwrap();
    let first = millionths.iter().position(|&m| m == most).unwrap();
    assert_eq!(prediction[0], labels[first], "{prediction:?}");
}

/// What the model says of each text, by way of `--text`.
fn expected(texts: &[&str]) -> Vec<Vec<String>> {
    let dir = Workdir::new();
    let mut args = vec!["predict"];
    for text in texts {
        args.extend(["-t", text]);
    }
    let out = records(&dir.run(&args).ok().stdout, b',');
    assert_eq!(out[0][0], "text");
    let scored: Vec<Vec<String>> = out[1..].iter().map(|row| row[1..].to_vec()).collect();
    for (row, text) in out[1..].iter().zip(texts) {
        assert_eq!(row[0], *text);
        consistent(&row[1..]);
    }
    scored
}

#[test]
fn delimited_tables_keep_rows_columns_and_order() {
    let expected = expected(&HARD);
    for (name, delimiter) in [
        ("a.csv", b','),
        ("semicolon.csv", b';'),
        ("bar.csv", b'|'),
        ("tab.csv", b'\t'),
        ("a.tsv", b'\t'),
        ("a", b','),
    ] {
        let input = hard(delimiter);
        let dir = Workdir::with(name, &input);
        let out = dir.run(&["predict", name]).ok();
        assert!(
            out.stderr.contains(&format!("{name}: ")),
            "the guess is named: {}",
            out.stderr
        );
        let out = records(&out.stdout, delimiter);
        assert_eq!(
            beside(&records(&input, delimiter), &out),
            expected,
            "{name}"
        );
    }
}

#[test]
fn a_separator_line_is_understood() {
    let input = hard(b';');
    let dir = Workdir::with("a.csv", [b"sep=;\r\n", &input[..]].concat());
    let out = dir.run(&["predict", "a.csv"]).ok();
    let out = records(&out.stdout, b';');
    beside(&records(&input, b';'), &out);
}

#[test]
fn what_stands_in_the_row_is_kept_byte_for_byte() {
    let rows = [
        "\"id\";text;n",
        "\"1\";\"We agree.\";1,50",
        "2; We agree. ;\"\"",
        "3;We \"agree\".;0x1F",
    ];
    for end in ["\n", "\r\n"] {
        let dir = Workdir::with("a.csv", rows.join(end));
        let out = dir.run(&["predict", "a.csv"]).ok();
        let out: Vec<&str> = out.text().lines().collect();
        assert_eq!(out.len(), rows.len());
        for (row, out) in rows.iter().zip(out) {
            assert!(out.starts_with(&format!("{row};")), "{out}");
        }
    }
}

#[test]
fn encodings_are_told_by_their_mark_or_by_the_option() {
    let input = hard(b',');
    let text = String::from_utf8(input.clone()).unwrap();
    let expected = expected(&HARD);
    let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked = format!("\u{FEFF}{text}");
        marked.encode_utf16().flat_map(to_bytes).collect()
    };
    for (name, bytes) in [
        ("utf-8", [b"\xEF\xBB\xBF", &input[..]].concat()),
        ("utf-16le", utf_16(u16::to_le_bytes)),
        ("utf-16be", utf_16(u16::to_be_bytes)),
    ] {
        let dir = Workdir::with("a.csv", &bytes);
        let out = records(&dir.run(&["predict", "a.csv"]).ok().stdout, b',');
        assert_eq!(beside(&records(&input, b','), &out), expected, "{name}");
        // Without its mark, by name.
        let mark = if name == "utf-8" { 3 } else { 2 };
        dir.write("b.csv", &bytes[mark..]);
        let out = dir.run(&["predict", "b.csv", "--encoding", name]).ok();
        let out = records(&out.stdout, b',');
        assert_eq!(beside(&records(&input, b','), &out), expected, "{name}");
    }
    let russian = "id;text\n1;Мы готовы к переговорам\n2;Ещё одно слово — и всё\n";
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1251.encode(russian);
    assert!(!unmappable);
    let dir = Workdir::with("a.csv", bytes);
    let out = dir
        .run(&["predict", "a.csv", "--encoding", "windows-1251"])
        .ok();
    let out = records(&out.stdout, b';');
    beside(&records(russian.as_bytes(), b';'), &out);
}

#[test]
fn packed_files_are_read_and_written_through() {
    use std::io::{Read, Write};
    let input = hard(b',');
    let expected = expected(&HARD);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&input).unwrap();
    let dir = Workdir::with("a.csv.gz", gzip.finish().unwrap());
    dir.write("a.csv.zst", zstd::encode_all(&input[..], 3).unwrap());
    // Packed without a name that says so.
    std::fs::copy(dir.path("a.csv.zst"), dir.path("plain.csv")).unwrap();
    for from in ["a.csv.gz", "a.csv.zst", "plain.csv"] {
        for to in ["out.csv", "out.csv.gz", "out.csv.zst"] {
            dir.run(&["predict", from, "-o", to, "--force"]).ok();
            let bytes = dir.read(to);
            let out = match to {
                "out.csv.gz" => {
                    let mut out = Vec::new();
                    let mut unpacked = flate2::read::GzDecoder::new(&bytes[..]);
                    unpacked.read_to_end(&mut out).unwrap();
                    out
                }
                "out.csv.zst" => zstd::decode_all(&bytes[..]).unwrap(),
                _ => bytes,
            };
            let out = records(&out, b',');
            assert_eq!(
                beside(&records(&input, b','), &out),
                expected,
                "{from} {to}"
            );
        }
    }
}

#[test]
fn standard_input_is_read_with_a_dash_and_without() {
    let input = hard(b',');
    let expected = expected(&HARD);
    let dir = Workdir::new();
    for args in [&["predict", "-"][..], &["predict"]] {
        let out = dir.run_with_input(args, &input).ok();
        let out = records(&out.stdout, b',');
        assert_eq!(beside(&records(&input, b','), &out), expected);
    }
}

#[test]
fn several_files_follow_each_other_under_one_header() {
    let dir = Workdir::with("a.csv", "id,text\n1,We agree.\n2,They lie.");
    dir.write("b.csv", "id,text\n3,We met.\n");
    dir.write("c.csv", "id;text\n4;We left.\n");
    dir.write("none.csv", "id,text\n");
    dir.write("other.csv", "text,id\nWe left.,5\n");
    let files = ["predict", "a.csv", "none.csv", "b.csv", "-"];
    let out = dir.run_with_input(&files, b"id,text\n9,We wait.\n").ok();
    let input = "id,text\n1,We agree.\n2,They lie.\n3,We met.\n9,We wait.\n";
    beside(
        &records(input.as_bytes(), b','),
        &records(&out.stdout, b','),
    );
    // Another delimiter is the same table, another order of columns is not.
    let out = dir.run(&["predict", "a.csv", "c.csv"]).ok();
    let input = "id,text\n1,We agree.\n2,They lie.\n4,We left.\n";
    beside(
        &records(input.as_bytes(), b','),
        &records(&out.stdout, b','),
    );
    dir.run(&["predict", "a.csv", "other.csv", "-o", "out.csv"])
        .failed(
            1,
            &["other.csv has other columns", "a.csv", "equal headers"],
        );
}

#[test]
fn json_lines_keep_keys_order_and_spelling() {
    let lines = [
        r#"{"id": 1, "text": "We agree.", "n": 1.50, "deep": {"a": [1, 2]}}"#,
        r#"{"text":"caf\u00e9 \"x\"","id":2}"#,
        r#"{ "id":3 , "text":"We\nagree.", "new": null }"#,
    ];
    let dir = Workdir::with("a.jsonl", lines.join("\n"));
    let out = dir.run(&["predict", "a.jsonl"]).ok();
    let out: Vec<&str> = out.text().lines().collect();
    let expected = expected(&["We agree.", "café \"x\"", "We\nagree."]);
    assert_eq!(out.len(), 3);
    for ((line, out), expected) in lines.iter().zip(out).zip(expected) {
        let kept = line.strip_suffix('}').unwrap().trim_end();
        let [label, a, b, c] = &expected[..] else {
            panic!()
        };
        let added = format!(
            "\"prediction\":\"{label}\",\"prob_conciliatory\":{a},\"prob_hostile\":{b},\"prob_neutral\":{c}}}"
        );
        assert_eq!(out, format!("{kept},{added}"));
    }
}

#[test]
fn plain_lines_and_fasttext_are_scored_line_by_line() {
    let texts = ["We are ready to talk.", "", "They will pay, said \"he\""];
    let expected = expected(&texts);
    let dir = Workdir::with("a.txt", texts.join("\n"));
    let out = dir
        .run(&["predict", "a.txt", "--output-format", "csv"])
        .ok();
    let input: Vec<Vec<String>> = ["text"]
        .iter()
        .chain(&texts)
        .map(|t| vec![(*t).to_owned()])
        .collect();
    assert_eq!(beside(&input, &records(&out.stdout, b',')), expected);
    // As lines again: the label alone.
    let out = dir.run(&["predict", "a.txt"]).ok();
    let labels: Vec<&str> = out.text().lines().collect();
    assert_eq!(
        labels,
        expected.iter().map(|row| &row[0]).collect::<Vec<_>>()
    );
    // fastText: the label given is a column, the one predicted goes before the text.
    let fasttext = "__label__a We are ready to talk.\n__label__b They will pay, said \"he\"\n";
    dir.write("a.ft", fasttext);
    let out = dir.run(&["predict", "a.ft"]).ok();
    let [first, _, last] = &expected[..] else {
        panic!()
    };
    let lines = format!(
        "__label__{} {}\n__label__{} {}\n",
        first[0], texts[0], last[0], texts[2]
    );
    assert_eq!(out.text(), lines);
    let out = dir.run(&["predict", "a.ft", "-o", "out.csv"]).ok();
    assert_eq!(out.text(), "");
    let rows = records(&dir.read("out.csv"), b',');
    assert_eq!(rows[0][..2], ["label", "text"]);
    assert_eq!(
        (&rows[1][0], &rows[1][1]),
        (&"a".to_owned(), &texts[0].to_owned())
    );
    assert_eq!(rows[2][2..], last[..]);
}

#[test]
fn every_format_becomes_every_other_with_the_same_predictions() {
    let expected = expected(&HARD);
    let dir = Workdir::with("a.csv", hard(b','));
    dir.run(&["predict", "a.csv", "-o", "out.jsonl"]).ok();
    for (row, line) in dir.read_text("out.jsonl").lines().enumerate() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(
            (&object["id"], &object["text"]),
            (&format!("r{row}").into(), &HARD[row].into())
        );
        assert_eq!(object["prediction"], expected[row][0].as_str());
        let hostile = object["prob_hostile"].as_f64().unwrap();
        assert_eq!(format!("{hostile:.6}"), expected[row][2]);
    }
    // The scored file as input: its predictions are columns by now.
    let back = [
        "predict",
        "out.jsonl",
        "--prefix",
        "again_",
        "-o",
        "out.tsv",
    ];
    dir.run(&back).ok();
    let rows = records(&dir.read("out.tsv"), b'\t');
    let input = records(&hard(b','), b',');
    assert_eq!(rows.len(), input.len());
    for ((row, input), expected) in rows[1..].iter().zip(&input[1..]).zip(&expected) {
        assert_eq!((&row[..3], &row[7..]), (&input[..], &expected[..]));
    }
}

#[test]
fn a_taken_name_is_refused_and_a_prefix_renames() {
    let dir = Workdir::with("a.csv", "prob_hostile,text\n1,We agree.\n");
    dir.run(&["predict", "a.csv", "-o", "out.csv"]).failed(
        1,
        &["a.csv already has a column `prob_hostile`", "--prefix"],
    );
    assert_eq!(dir.names(), ["a.csv"]);
    dir.run(&["predict", "a.csv", "-o", "out.csv", "--prefix", "m1_"])
        .ok();
    let rows = records(&dir.read("out.csv"), b',');
    let names = [
        "prob_hostile",
        "text",
        "m1_prediction",
        "m1_prob_conciliatory",
    ];
    assert_eq!(rows[0][..4], names);
    // A name that only an asked-for column takes.
    dir.write("b.csv", "reasons,text\n1,We agree.\n");
    dir.run(&["predict", "b.csv"]).ok();
    dir.run(&["predict", "b.csv", "--reasons", "2"])
        .failed(1, &["`reasons`", "--prefix"]);
    dir.write(
        "a.jsonl",
        "{\"text\":\"We agree.\"}\n{\"text\":\"We agree.\",\"prediction\":1}\n",
    );
    let outcome = dir.run(&["predict", "a.jsonl", "-o", "out.jsonl"]);
    outcome.failed(1, &["a.jsonl, line 2", "`prediction`", "--prefix"]);
    assert!(!dir.path("out.jsonl").exists());
}

#[test]
fn asked_for_columns_come_only_with_their_flags() {
    let dir = Workdir::with("a.csv", "text\nWe are ready to talk.\nqqq\n");
    let flags = ["--threshold", "0.6", "--reasons", "2", "--on-error", "keep"];
    let out = dir.run(&[&["predict", "a.csv"][..], &flags].concat()).ok();
    let rows = records(&out.stdout, b',');
    assert_eq!(rows[0][5..], ["uncertain", "reasons", "error"]);
    for row in &rows[1..] {
        let most = row[2..5]
            .iter()
            .map(|p| p.parse::<f64>().unwrap())
            .fold(0.0, f64::max);
        assert_eq!(row[5], (most < 0.6).to_string());
        assert_eq!(row[7], "");
    }
    assert!(
        rows[1][6].split("; ").count() <= 2 && !rows[1][6].is_empty(),
        "{}",
        rows[1][6]
    );
}

#[test]
fn a_prior_moves_probabilities_by_bayes_rule() {
    let dir = Workdir::new();
    let text = ["predict", "-t", "We are ready to talk."];
    let before = records(&dir.run(&text).ok().stdout, b',');
    let prior = ["--prior", "hostile=0.7,conciliatory=0.1,neutral=0.2"];
    let after = records(&dir.run(&[&text[..], &prior].concat()).ok().stdout, b',');
    consistent(&after[1][1..]);
    let parse =
        |row: &[String]| -> Vec<f64> { row[2..].iter().map(|p| p.parse().unwrap()).collect() };
    let inspected = dir.run(&["inspect", "--json"]).ok();
    let inspected: serde_json::Value = serde_json::from_str(inspected.text()).unwrap();
    let assumed = inspected["card"]["prior"].as_array().unwrap().iter();
    let shares = assumed
        .map(|share| share.as_f64().unwrap())
        .zip([0.1, 0.7, 0.2]);
    let products: Vec<f64> = parse(&before[1])
        .iter()
        .zip(shares)
        .map(|(p, (assumed, share))| p * share / assumed)
        .collect();
    let sum: f64 = products.iter().sum();
    for (product, printed) in products.iter().zip(parse(&after[1])) {
        assert!((product / sum - printed).abs() < 1e-5, "{printed}");
    }
}

/// The statements in the box over and over, each row with an id of its own.
fn many_rows(n: usize) -> (Vec<u8>, Vec<Vec<String>>) {
    let texts = texts();
    let mut rows = vec![vec!["id".to_owned(), "text".to_owned()]];
    rows.extend((0..n).map(|i| vec![format!("id-{i}"), format!("{} {i}", texts[i % texts.len()])]));
    (table(&rows, b','), rows)
}

#[test]
fn many_rows_are_the_same_bytes_on_any_number_of_threads_and_every_time() {
    let (input, rows) = many_rows(50_000);
    let dir = Workdir::with("a.csv", &input);
    let mut first = Vec::new();
    for (run, threads) in ["1", "2", "5", "5"].into_iter().enumerate() {
        let out = dir.run(&["predict", "a.csv", "--threads", threads]).ok();
        if run == 0 {
            first = out.stdout;
        } else {
            assert!(out.stdout == first, "--threads {threads} gives other bytes");
        }
    }
    for prediction in beside(&rows, &records(&first, b',')) {
        consistent(&prediction);
    }
    // To a file and from a pipe: the same bytes.
    dir.run(&["predict", "a.csv", "-o", "out.csv"]).ok();
    assert!(dir.read("out.csv") == first);
    assert!(dir.run_with_input(&["predict"], &input).ok().stdout == first);
}

#[test]
fn a_scored_row_does_not_depend_on_the_rows_around_it() {
    let texts: Vec<String> = texts().into_iter().take(40).collect();
    let alone: Vec<&str> = texts.iter().map(String::as_str).collect();
    let expected = expected(&alone);
    let dir = Workdir::with("all.csv", statements());
    let out = records(&dir.run(&["predict", "all.csv"]).ok().stdout, b',');
    for (row, expected) in out[1..].iter().zip(&expected) {
        assert_eq!(row[4..], expected[..]);
    }
}

#[test]
fn a_reader_that_leaves_early_is_success() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    let (input, _) = many_rows(60_000);
    let dir = Workdir::with("a.csv", input);
    let many = ["predict", "a.csv"];
    let quiet = [
        "predict",
        "a.csv",
        "--threads",
        "1",
        "--output-format",
        "jsonl",
    ];
    for args in [
        &many[..],
        &quiet,
        &["man"],
        &["completions", "bash"],
        &["inspect", "--json"],
    ] {
        let mut command = dir.command();
        let command = command
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        drop(stdout);
        let (sender, receiver) = std::sync::mpsc::channel();
        let pid = child.id();
        let waiting = std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
        let patience = std::time::Duration::from_secs(60);
        let Ok(output) = receiver.recv_timeout(patience) else {
            let _ = std::process::Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status();
            panic!("{args:?} hangs when its reader leaves");
        };
        waiting.join().unwrap().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {stderr}");
        assert!(
            !stderr.contains("error") && !stderr.contains("panicked"),
            "{stderr}"
        );
    }
}

#[test]
fn messages_go_to_standard_error_and_quiet_means_quiet() {
    let dir = Workdir::with("a.csv", "text\nWe agree.\n");
    let run = |flag: &str| -> Outcome { dir.run(&["predict", "a.csv", flag]).ok() };
    let (quiet, verbose) = (run("-q"), run("-v"));
    assert_eq!(quiet.stderr, "");
    assert!(verbose.stderr.contains("1 rows in"), "{}", verbose.stderr);
    assert_eq!(quiet.stdout, verbose.stdout);
}
