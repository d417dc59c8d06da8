//! Bad input: one clear message with file, line and remedy, exit code 1 (2 for wrong usage), no panic, and nothing
//! under the final name.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use support::{Workdir, records, statements, texts};

/// Twelve labelled rows: enough to train without folds.
const LABELLED: &str = "text,label\n\
    We will strike back,hostile\nThey will pay for this,hostile\n\
    Their planes will burn,hostile\nWe shall crush the gang,hostile\n\
    We offer talks,conciliatory\nWe thank our neighbours,conciliatory\n\
    Let us lift the blockade,conciliatory\nWe accept the truce,conciliatory\n\
    The meeting begins at nine,neutral\nThe report has four parts,neutral\n\
    The minister flew home,neutral\nThe vote is on Friday,neutral\n";

/// Runs the command, which must fail with exit code 1 and one message that holds `parts`, and leave the folder alone.
#[track_caller]
fn refused(dir: &Workdir, args: &[&str], parts: &[&str]) {
    let before = dir.names();
    dir.run(args).failed(1, parts);
    assert_eq!(dir.names(), before, "{args:?}");
}

/// What `predict` says to a file of this name and content.
#[track_caller]
fn predict_refuses(name: &str, content: impl AsRef<[u8]>, parts: &[&str]) {
    let dir = Workdir::with(name, content);
    refused(&dir, &["predict", name, "-o", "out.csv"], parts);
}

/// What `train` and `evaluate` say to a file of this name and content.
#[track_caller]
fn learning_refuses(name: &str, content: impl AsRef<[u8]>, parts: &[&str]) {
    let dir = Workdir::with(name, content);
    refused(&dir, &["train", name, "-m", "m.stance"], parts);
    refused(&dir, &["evaluate", name, "--json", "e.json"], parts);
}

fn small_model(dir: &Workdir) {
    let model = ["-m", "m.stance", "--folds", "0", "-q"];
    dir.write("labelled.csv", LABELLED);
    dir.run(&[&["train", "labelled.csv"][..], &model].concat())
        .ok();
}

#[test]
fn a_missing_file_is_named() {
    let dir = Workdir::new();
    let parts = ["cannot open none.csv", "check the name"];
    for args in [
        &["predict", "none.csv", "-o", "out.csv"][..],
        &["train", "none.csv", "-m", "m.stance"],
        &["evaluate", "none.csv"],
    ] {
        refused(&dir, args, &parts);
    }
    dir.write("there.csv", "text\nWe will talk.\n");
    refused(
        &dir,
        &["predict", "there.csv", "none.csv", "-o", "out.csv"],
        &parts,
    );
    refused(
        &dir,
        &["predict", ".", "-o", "out.csv"],
        &["cannot open .", "directory"],
    );
}

#[test]
fn a_missing_column_is_answered_with_the_columns_and_the_closest() {
    predict_refuses(
        "a.csv",
        "id,Texts,speaker\n1,We will talk.,envoy\n",
        &[
            "a.csv, line 1",
            "no column `text`",
            "did you mean `Texts`?",
            "`id`, `Texts`, `speaker`",
            "--text-column",
        ],
    );
    learning_refuses(
        "a.csv",
        "text,lable\nWe will talk.,neutral\n",
        &[
            "a.csv, line 1",
            "no column `label`",
            "did you mean `lable`?",
            "`text`, `lable`",
            "--label-column",
        ],
    );
    let dir = Workdir::with("a.csv", LABELLED);
    refused(
        &dir,
        &["train", "a.csv", "-m", "m.stance", "--weight-column", "w"],
        &["no column `w`", "`text`, `label`", "--weight-column"],
    );
    predict_refuses(
        "a.jsonl",
        "{\"id\":1,\"body\":\"We will talk.\"}\n",
        &[
            "a.jsonl, line 1",
            "no key `text`",
            "`body`",
            "--text-column",
        ],
    );
}

#[test]
fn a_column_that_occurs_twice_is_refused() {
    predict_refuses(
        "a.csv",
        "text,text\na,b\n",
        &["a.csv, line 1", "`text` occurs 2 times", "rename"],
    );
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    for name in ["a.csv", "a.tsv", "a.jsonl", "a.txt", "a"] {
        let parts = [&format!("{name} is empty")[..], "give a file with"];
        predict_refuses(name, "", &parts);
        learning_refuses(name, "", &parts);
    }
    predict_refuses("a.csv", "\n\r\n\n", &["a.csv is empty"]);
    let dir = Workdir::new();
    refused(&dir, &["predict", "-"], &["standard input is empty"]);
}

#[test]
fn a_header_alone_teaches_nothing_and_predicts_nothing() {
    learning_refuses(
        "a.csv",
        "text,label\n",
        &["a.csv has no rows", "give a file"],
    );
    predict_refuses("a.csv", "id,text\n", &["a.csv has no rows", "give a file"]);
}

#[test]
fn one_label_alone_cannot_be_learned() {
    let dir = Workdir::with("a.csv", "text,label\nWe will talk.,calm\nWe agree.,calm\n");
    refused(
        &dir,
        &["train", "a.csv", "-m", "m.stance"],
        &["a.csv", "only one label: `calm`", "--label-column"],
    );
    let dir = Workdir::with("a.csv", LABELLED);
    let drop = ["--drop-label", "hostile", "--drop-label", "neutral"];
    refused(
        &dir,
        &[&["train", "a.csv", "-m", "m.stance"][..], &drop].concat(),
        &["only one label: `conciliatory`", "--drop-label"],
    );
}

#[test]
fn a_row_without_a_label_is_named() {
    learning_refuses(
        "a.csv",
        "text,label\nWe will talk.,neutral\nWe agree.,\n",
        &["a.csv, line 3", "no label", "--drop-label"],
    );
    learning_refuses("a.txt", "We will talk.\n", &["a.txt", "no column `label`"]);
}

#[test]
fn a_label_that_the_model_lacks_is_named_with_those_it_knows() {
    let dir = Workdir::with(
        "a.csv",
        "text,label\nWe agree.,neutral\nWe won.,triumphant\n",
    );
    refused(
        &dir,
        &["evaluate", "a.csv", "--json", "e.json"],
        &[
            "a.csv, line 3",
            "label `triumphant` is unknown",
            "conciliatory",
            "--label-map triumphant=…",
            "--drop-label triumphant",
        ],
    );
}

#[test]
fn a_broken_byte_is_named_with_file_line_and_place() {
    let broken = b"id,text\n1,fine\n2,\"quoted\ncaf\xE9\"\n";
    predict_refuses(
        "a.csv",
        broken,
        &[
            "a.csv, line 4",
            "byte 4 of the line (0xE9) is not UTF-8",
            "--encoding windows-1252",
            "--on-error keep",
        ],
    );
    predict_refuses(
        "a.txt",
        b"fine\nfine\n\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0\n",
        &["a.txt, line 3", "byte 1 ", "--encoding windows-1251"],
    );
    learning_refuses(
        "a.csv",
        b"text,label\ncaf\xE9,neutral\n",
        &["a.csv, line 2", "byte 4 ", "0xE9"],
    );
    predict_refuses(
        "a.csv",
        b"text,caf\xE9\nx,y\n",
        &["a.csv, line 1", "byte 9 "],
    );
    // An encoding that was given, and is not the file's: place in the file.
    let dir = Workdir::with("a.csv", b"text\nab\n\x81\n");
    refused(
        &dir,
        &[
            "predict",
            "a.csv",
            "--encoding",
            "shift_jis",
            "-o",
            "out.csv",
        ],
        &[
            "a.csv, line 3",
            "byte 8 of the file",
            "Shift_JIS",
            "--encoding",
        ],
    );
}

#[test]
fn an_unknown_encoding_is_wrong_usage() {
    let dir = Workdir::with("a.csv", "text\nx\n");
    dir.run(&["predict", "a.csv", "--encoding", "klingon"])
        .failed(2, &["unknown encoding `klingon`", "utf-8"]);
}

#[test]
fn an_open_quote_is_named_by_the_line_on_which_it_opened() {
    let parts = ["a.csv, line 3", "never closed", "double it"];
    predict_refuses(
        "a.csv",
        "id,text\n1,fine\n2,\"open\n3,more\n4,more\n",
        &parts,
    );
    learning_refuses(
        "a.csv",
        "text,label\na,neutral\n\"b,neutral\nc,hostile\n",
        &parts,
    );
}

#[test]
fn rows_that_an_open_quote_would_merge_are_refused() {
    let text = "text,label\n\"We will bomb,hostile\nThey talk,neutral\n\"We talk,conciliatory\n";
    predict_refuses("a.csv", text, &["a.csv, line 2", "closing quote", "double"]);
    learning_refuses("a.csv", text, &["a.csv, line 2", "closing quote", "double"]);
}

#[test]
fn rows_of_which_nothing_is_known_are_counted() {
    let dir = Workdir::with("a.csv", "text\nWe talk.\n§§\n\"\"\n");
    let outcome = dir.run(&["predict", "a.csv"]).ok();
    assert!(
        outcome
            .stderr
            .contains("2 of 3 rows have nothing that the model knows")
    );
}

#[test]
fn a_ragged_row_is_named_with_fields_found_and_expected() {
    let remedy = "look for a delimiter or quote";
    predict_refuses(
        "a.csv",
        "id,text\n1,fine\n2,one, two\n",
        &["a.csv, line 3", "3 fields found, 2 expected", remedy],
    );
    predict_refuses(
        "a.csv",
        "id,text,note\n1,\"two\nlines\",x\n2\n",
        &["a.csv, line 4", "1 field found, 3 expected", remedy],
    );
    learning_refuses(
        "a.csv",
        "text,label\nWe agree,neutral,x\n",
        &["a.csv, line 2", "3 fields found, 2 expected"],
    );
}

#[test]
fn a_broken_json_line_is_named_with_its_column() {
    predict_refuses(
        "a.jsonl",
        "{\"text\":\"fine\"}\n{\"text\":\"cut\n",
        &[
            "a.jsonl, line 2",
            "broken JSON at column",
            "one whole object",
        ],
    );
    predict_refuses(
        "a.jsonl",
        "{\"text\":\"fine\"}\n[1, 2]\n",
        &["a.jsonl, line 2", "not an object"],
    );
    predict_refuses(
        "a.jsonl",
        "{\"text\":7}\n",
        &["a.jsonl, line 1", "`text` is a number, not a string"],
    );
    learning_refuses(
        "a.jsonl",
        "{\"text\":\"fine\",\"label\":\"neutral\"}\n{\"text\":\"a\" \"label\":\"hostile\"}\n",
        &["a.jsonl, line 2", "broken JSON at column"],
    );
}

#[test]
fn a_nul_byte_is_named_with_its_place() {
    predict_refuses(
        "a.csv",
        b"id,text\n1,fine\n2,a\0b\n",
        &["a.csv, line 3", "byte 4 of the line is NUL", "remove it"],
    );
    predict_refuses("a.txt", b"fine\n\0\n", &["a.txt, line 2", "byte 1 "]);
    learning_refuses(
        "a.csv",
        b"text,label\na\0,neutral\n",
        &["a.csv, line 2", "byte 2 of the line is NUL"],
    );
}

#[test]
fn a_file_of_another_kind_is_named_with_the_way_out() {
    predict_refuses(
        "a.csv",
        b"PK\x03\x04\x14\0\x06\0 and so on",
        &["a.csv is", "Excel", "CSV"],
    );
    let mut packed = zstd::encode_all(statements().as_bytes(), 3).unwrap();
    packed.truncate(packed.len() / 2);
    predict_refuses(
        "a.csv.zst",
        &packed,
        &["cannot unpack a.csv.zst", "fetch it again"],
    );
}

#[test]
fn a_huge_field_is_scored_like_any_other() {
    // A row of many words, one word without an end, and a row after them, which must still be in its place.
    let mut content = b"id,text\n1,\"".to_vec();
    let phrase = b"We are ready to talk, they said. ";
    content.extend(phrase.iter().cycle().take(100 << 20));
    content.extend_from_slice(b"\"\n2,");
    content.resize(content.len() + (20 << 20), b'a');
    content.extend_from_slice(b"\n3,We are ready to talk.\n");
    let dir = Workdir::with("a.csv", content);
    let fasttext = ["--output-format", "lines", "-o", "out.txt"];
    dir.run(&[&["predict", "a.csv"][..], &fasttext].concat())
        .ok();
    let labels = dir.read_text("out.txt");
    let labels: Vec<&str> = labels.lines().collect();
    assert_eq!(labels.len(), 3);
    assert_eq!((labels[0], labels[2]), ("conciliatory", "conciliatory"));
}

#[test]
#[ignore = "writes 300 MB"]
fn a_record_beyond_all_bounds_is_named_by_its_line() {
    let mut content = b"id,text\n1,fine\n2,\"".to_vec();
    content.resize(content.len() + (300 << 20), b'a');
    predict_refuses(
        "a.csv",
        content,
        &["a.csv, line 3", "longer than", "a quote that is not closed"],
    );
}

/// Asserts that every command that takes a model refuses `m.stance` with `parts`.
#[track_caller]
fn model_refused(dir: &Workdir, parts: &[&str]) {
    for args in [
        &[
            "predict",
            "-t",
            "We agree.",
            "-m",
            "m.stance",
            "-o",
            "out.csv",
        ][..],
        &["explain", "We agree.", "-m", "m.stance"],
        &["inspect", "m.stance"],
        &["evaluate", "labelled.csv", "-m", "m.stance"],
    ] {
        refused(dir, args, parts);
    }
}

#[test]
fn a_damaged_model_is_refused_by_every_command() {
    let dir = Workdir::new();
    small_model(&dir);
    let whole = dir.read("m.stance");
    let remedy = "copy or train it again";
    for length in [whole.len() - 1, whole.len() / 2] {
        dir.write("m.stance", &whole[..length]);
        model_refused(&dir, &["m.stance: the model is damaged", remedy]);
    }
    for place in [whole.len() / 2, whole.len() - 5] {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        dir.write("m.stance", flipped);
        model_refused(&dir, &["m.stance: the model is damaged", remedy]);
    }
}

#[test]
fn a_newer_model_asks_for_a_newer_tool() {
    let dir = Workdir::new();
    small_model(&dir);
    let mut model = dir.read("m.stance");
    let key = br#"\"format_version\":1"#;
    let at = model.windows(key.len()).position(|w| w == key).unwrap();
    model[at + key.len() - 1] = b'9';
    dir.write("m.stance", model);
    model_refused(
        &dir,
        &["m.stance", "format version 9", "install a newer stance"],
    );
}

#[test]
fn what_is_no_model_is_said_to_be_none() {
    let dir = Workdir::with("labelled.csv", LABELLED);
    for content in [
        &b""[..],
        b"\0",
        LABELLED.as_bytes(),
        b"\x07\0\0\0\0\0\0\0{\"a\":1}",
    ] {
        dir.write("m.stance", content);
        model_refused(&dir, &["m.stance: not a stance model", "stance train"]);
    }
    std::fs::remove_file(dir.path("m.stance")).unwrap();
    model_refused(&dir, &["cannot read the model m.stance"]);
}

#[test]
fn an_existing_output_is_kept_unless_force_is_given() {
    let dir = Workdir::new();
    small_model(&dir);
    let parts = |name: &str| [format!("{name} exists"), "--force".to_owned()];
    let predict = ["predict", "-t", "We agree.", "-o", "out.csv"];
    let train = ["train", "labelled.csv", "--folds", "2", "-m", "new.stance"];
    let train_to = ["train", "labelled.csv", "--folds", "2", "-m", "out.csv"];
    let out_of_fold = [&train[..], &["--out-of-fold", "out.csv"]].concat();
    let evaluate = ["evaluate", "labelled.csv", "--json", "out.csv"];
    for args in [&predict[..], &train_to, &out_of_fold, &evaluate] {
        dir.write("out.csv", "mine");
        let parts = parts("out.csv");
        refused(&dir, args, &[&parts[0], &parts[1]]);
        assert!(dir.read("out.csv") == b"mine", "{args:?}");
        let forced: Vec<&str> = args.iter().copied().chain(["--force"]).collect();
        dir.run(&forced).ok();
        assert!(dir.read("out.csv") != b"mine", "{args:?}");
    }
}

#[test]
fn an_output_folder_that_is_not_there_is_named() {
    let dir = Workdir::with("labelled.csv", LABELLED);
    let parts = ["cannot create no/such/out", "make its folder first"];
    refused(
        &dir,
        &["predict", "labelled.csv", "-o", "no/such/out"],
        &parts,
    );
    refused(
        &dir,
        &["train", "labelled.csv", "-m", "no/such/out"],
        &parts,
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_to_be_full() {
    use std::fs::OpenOptions;
    use std::process::Stdio;
    let dir = Workdir::with("labelled.csv", LABELLED);
    let parts = ["no space left while writing /dev/full", "make room"];
    refused(
        &dir,
        &["predict", "labelled.csv", "-o", "/dev/full"],
        &parts,
    );
    let train = ["train", "labelled.csv", "--folds", "0", "-m", "/dev/full"];
    refused(&dir, &train, &parts);
    // Standard output on a full disk, also with more behind it than fits into all buffers.
    let rows: Vec<String> = texts().iter().cycle().take(60_000).cloned().collect();
    dir.write("many.txt", rows.join("\n"));
    for args in [
        &["predict", "labelled.csv"][..],
        &["predict", "many.txt"],
        &["explain", "We agree."],
        &["inspect"],
        &["evaluate", "labelled.csv"],
        &["man"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = dir.command();
        let output = command
            .args(args)
            .stdin(Stdio::null())
            .stdout(full)
            .stderr(Stdio::piped());
        let output = output.spawn().unwrap().wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {stderr}");
        assert!(stderr.contains("standard output"), "{args:?}: {stderr}");
        assert!(!stderr.contains("panicked"), "{args:?}: {stderr}");
    }
}

/// Starts the command, feeds it `input` without ending it, waits for its unfinished files and sends `signal`. Returns
/// the exit code.
#[cfg(unix)]
fn interrupted(
    dir: &Workdir,
    args: &[&str],
    input: &[u8],
    n_partial: usize,
    signal: &str,
) -> Option<i32> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let before = dir.names().len();
    let mut command = dir.command();
    let command = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    let start = Instant::now();
    while dir.names().len() < before + n_partial {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{:?}",
            dir.names()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    // The handler learns of a file just after it is made.
    std::thread::sleep(Duration::from_millis(100));
    let pid = child.id().to_string();
    let kill = Command::new("kill").args([signal, &pid]).status().unwrap();
    assert!(kill.success());
    let status = child.wait().unwrap();
    drop(stdin);
    status.code()
}

#[cfg(unix)]
#[test]
fn an_interrupted_prediction_leaves_nothing_behind() {
    // More than one block, so that rows have been written, but no end.
    let rows: Vec<String> = texts().iter().cycle().take(15_000).cloned().collect();
    let rows = rows.join("\n");
    assert!(rows.len() > 3 << 19);
    for signal in ["-INT", "-TERM"] {
        let dir = Workdir::new();
        let args = ["predict", "-", "--format", "lines", "-o", "out.csv"];
        let code = interrupted(&dir, &args, rows.as_bytes(), 1, signal);
        assert_eq!(code, Some(130));
        assert_eq!(dir.names(), Vec::<String>::new());
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_training_or_evaluation_leaves_nothing_behind() {
    for (args, n_partial) in [
        (&["train", "-", "-m", "m.stance"][..], 1),
        (
            &["train", "-", "-m", "m.stance", "--out-of-fold", "o.csv"],
            2,
        ),
        (&["evaluate", "-", "--json", "e.json"], 1),
    ] {
        let dir = Workdir::new();
        let code = interrupted(&dir, args, LABELLED.as_bytes(), n_partial, "-INT");
        assert_eq!(code, Some(130));
        assert_eq!(dir.names(), Vec::<String>::new(), "{args:?}");
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let dir = Workdir::with("labelled.csv", LABELLED);
    for (args, part) in [
        (
            &["predict", "labelled.csv", "--format", "xlsx"][..],
            "unknown format",
        ),
        (
            &["predict", "labelled.csv", "--threshold", "2"],
            "between 0 and 1",
        ),
        (&["predict", "labelled.csv", "--threads", "0"], "--threads"),
        (
            &["predict", "labelled.csv", "--prior", "hostile=1"],
            "share is needed",
        ),
        (
            &["predict", "labelled.csv", "--prior", "hostile"],
            "NAME=VALUE",
        ),
        (&["train", "labelled.csv"], "--model"),
        (&["train", "labelled.csv", "-m", "m", "--c=-1"], "-1"),
        (&["train", "labelled.csv", "-m", "m", "--c", "0"], "C"),
        (
            &["train", "labelled.csv", "-m", "m", "--prune", "-0.1"],
            "0 or more",
        ),
        (
            &["train", "labelled.csv", "-m", "m", "--prune", "inf"],
            "a finite number of log-odds",
        ),
        (
            &["train", "labelled.csv", "-m", "m", "--prune", "NaN"],
            "a finite number of log-odds",
        ),
        (
            &["train", "labelled.csv", "-m", "m", "--prune", "much"],
            "not a number such as 0.1",
        ),
        (
            &["train", "labelled.csv", "-m", "m", "--language", "latin"],
            "no stemmer",
        ),
        (
            &["train", "labelled.csv", "-m", "m", "--word-ngrams", "2-1"],
            "range",
        ),
        (
            &[
                "train",
                "labelled.csv",
                "-m",
                "m",
                "--folds",
                "0",
                "--out-of-fold",
                "o",
            ],
            "--folds 0",
        ),
        (
            &["train", "labelled.csv", "-m", "m", "--folds", "1"],
            "--folds 1",
        ),
        (
            &[
                "train",
                "labelled.csv",
                "-m",
                "m",
                "--word-ngrams",
                "none",
                "--char-ngrams",
                "none",
            ],
            "no features",
        ),
        (
            &["train", "labelled.csv", "-m", "-"],
            "needs the name of a file",
        ),
        (
            &["train", "labelled.csv", "-m", "x", "--out-of-fold", "./x"],
            "would replace another file",
        ),
        (
            &["train", "labelled.csv", "-m", "labelled.csv", "--force"],
            "would replace another file",
        ),
        (
            &["predict", "labelled.csv", "-o", "./labelled.csv", "--force"],
            "would replace another file",
        ),
        (
            &[
                "evaluate",
                "labelled.csv",
                "--json",
                "labelled.csv",
                "--force",
            ],
            "would replace another file",
        ),
        (&["explain"], "TEXT"),
        (&["sing"], "sing"),
    ] {
        let outcome = dir.run(args);
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains(part),
            "{args:?}: {}",
            outcome.stderr
        );
        assert_eq!(outcome.text(), "");
        assert_eq!(dir.names(), ["labelled.csv"], "{args:?}");
    }
}

#[test]
fn settings_that_the_rows_do_not_allow_are_refused_in_words() {
    let dir = Workdir::with("labelled.csv", LABELLED);
    let refused_with = |more: &[&str], parts: &[&str]| {
        let args = [&["train", "labelled.csv", "-m", "m.stance"][..], more].concat();
        refused(&dir, &args, parts);
    };
    refused_with(
        &["--min-df", "50", "--folds", "0"],
        &["no term occurs in 50 rows", "--min-df"],
    );
    for more in [&["--prune", "99"][..], &["--prune", "99", "--folds", "0"]] {
        refused_with(more, &["no features", "adds 99 to", "lower --prune"]);
    }
    refused_with(&["--folds", "13"], &["13", "12"]);
    refused_with(
        &["--stop-words", "none.txt"],
        &["none.txt", "give none, english or a file"],
    );
}

#[test]
fn with_keep_a_bad_row_keeps_its_place_and_says_why() {
    let content = b"id,text\n1,We are ready to talk.\n2,one, two\n3,caf\xE9\n4,a\0b\n5,\"We will\ncrush them.\"\n6\n";
    let dir = Workdir::with("a.csv", content);
    let outcome = dir
        .run(&["predict", "a.csv", "-o", "out.csv", "--on-error", "keep"])
        .ok();
    assert!(
        outcome.stderr.contains(
            "warning: 4 of 6 rows could not be scored; the first: a.csv, line 3: 3 fields found"
        ),
        "{}",
        outcome.stderr
    );
    let rows = records(&dir.read("out.csv"), b',');
    assert_eq!(rows[0][2], "prediction");
    assert_eq!(rows[0].last().unwrap(), "error");
    let ids: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5", "6"]);
    for (row, reason) in rows[1..].iter().zip([
        "",
        "line 3: 3 fields found, 2 expected",
        "line 4: byte 6 of the line (0xE9) is not UTF-8",
        "line 5: byte 4 of the line is NUL",
        "",
        "line 8: 1 field found, 2 expected",
    ]) {
        assert_eq!(row.len(), rows[0].len());
        let error = row.last().unwrap();
        assert!(
            error.starts_with(reason) && error.is_empty() == reason.is_empty(),
            "{row:?}"
        );
        let scored = &row[2..row.len() - 1];
        assert!(
            scored
                .iter()
                .all(|field| field.is_empty() != reason.is_empty()),
            "{row:?}"
        );
    }
    // What has no column is not lost, and readable rows are scored as without the flag.
    assert_eq!(rows[2][1], "one");
    assert!(rows[2].last().unwrap().ends_with("without a column:  two"));
    let alone = dir.run(&["predict", "-t", "We are ready to talk."]).ok();
    let alone = records(&alone.stdout, b',');
    assert_eq!(alone[1][1..], rows[1][2..rows[1].len() - 1]);
}

#[test]
fn with_keep_bad_lines_of_json_stay_in_their_place() {
    let content = b"{\"id\":1,\"text\":\"We agree.\"}\n{\"id\":2,\n{\"id\":3}\n{\"id\":4,\"text\":null}\n{\"id\":5,\"text\":\"We agree.\"}\n";
    let dir = Workdir::with("a.jsonl", content);
    let outcome = dir.run(&["predict", "a.jsonl", "--on-error", "keep"]).ok();
    assert!(outcome.stderr.contains("3 of 5 rows"), "{}", outcome.stderr);
    let rows: Vec<serde_json::Value> = outcome
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0]["error"], serde_json::Value::Null);
    assert_eq!(rows[0]["prediction"], rows[4]["prediction"]);
    assert_eq!(rows[1]["raw"], "{\"id\":2,");
    assert_eq!((&rows[2]["id"], &rows[3]["id"]), (&3.into(), &4.into()));
    for (row, reason) in rows[1..4]
        .iter()
        .zip(["broken JSON", "no key `text`", "`text` is null"])
    {
        assert!(row["error"].as_str().unwrap().contains(reason), "{row}");
        assert!(
            row["prediction"].is_null() && row["prob_hostile"].is_null(),
            "{row}"
        );
    }
}

#[test]
fn with_keep_lines_and_fasttext_keep_their_number() {
    let content = b"We agree.\nbad \xFF byte\nWe agree.\n";
    let dir = Workdir::with("a.txt", content);
    let lines = dir.run(&[
        "predict",
        "a.txt",
        "--on-error",
        "keep",
        "--output-format",
        "lines",
    ]);
    let lines = lines.ok();
    let labels: Vec<&str> = lines.text().lines().collect();
    assert_eq!(labels.len(), 3);
    assert!(labels[1].is_empty() && labels[0] == labels[2] && !labels[0].is_empty());
    let csv = [
        "predict",
        "a.txt",
        "--on-error",
        "keep",
        "--output-format",
        "csv",
    ];
    let rows = records(&dir.run(&csv).ok().stdout, b',');
    assert_eq!(rows[2][0], "bad \u{FFFD} byte");
    assert!(rows[2].last().unwrap().contains("0xFF"));
}

#[test]
fn faults_beyond_single_rows_end_the_work_even_with_keep() {
    let dir = Workdir::with("a.csv", "id,text\n1,fine\n2,\"open\n");
    refused(
        &dir,
        &["predict", "a.csv", "-o", "out.csv", "--on-error", "keep"],
        &["a.csv, line 3", "never closed"],
    );
}

#[test]
fn the_first_bad_row_is_the_one_that_is_named_on_any_number_of_threads() {
    let mut content = String::from("id,text\n");
    for (id, text) in texts().iter().cycle().take(20_000).enumerate() {
        let text = text.replace('"', "'");
        let more = if id % 5_000 == 4_999 { ",more" } else { "" };
        content.push_str(&format!("{id},\"{text}\"{more}\n"));
    }
    let dir = Workdir::with("a.csv", content);
    for threads in ["1", "4"] {
        let args = ["predict", "a.csv", "-o", "out.csv", "--threads", threads];
        refused(
            &dir,
            &args,
            &["a.csv, line 5001", "3 fields found, 2 expected"],
        );
    }
}
