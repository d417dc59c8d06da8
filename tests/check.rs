//! `stance check`: what was planted in labelled files is found, and what is clean is left alone.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use support::{Workdir, records, repository, table};

/// Numbers without order (the finaliser of SplitMix64), the same in every run.
fn scattered(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A pronounceable word for each number below 12,500.
fn word(number: u64) -> String {
    let (consonants, vowels) = (b"bdfgklmnpr", b"aeiou");
    let syllable = |n: u64| [consonants[(n % 10) as usize], vowels[(n / 10 % 5) as usize]];
    let parts = [
        syllable(number),
        syllable(number / 50),
        syllable(number / 2500),
    ];
    parts.concat().into_iter().map(char::from).collect()
}

const LABELS: [&str; 3] = ["hostile", "conciliatory", "neutral"];

/// Row `row`: three of its label's 40 words and nine of 2,000 that say nothing. Labels come in no order.
fn statement(row: usize) -> (String, &'static str) {
    let row = row as u64;
    let label = scattered(row) % 3;
    let own = (0..3).map(|n| word(5_000 + 40 * label + scattered(row * 31 + n) % 40));
    let other = (0..9).map(|n| word(scattered(row * 57 + n + 1_000_000) % 2_000));
    let words: Vec<String> = own.chain(other).collect();
    (words.join(" "), LABELS[label as usize])
}

fn rows(range: std::ops::Range<usize>) -> Vec<[String; 2]> {
    range
        .map(|row| (statement(row).0, statement(row).1))
        .map(|(t, l)| [t, l.to_owned()])
        .collect()
}

fn csv(rows: &[[String; 2]]) -> Vec<u8> {
    let header = ["text".to_owned(), "label".to_owned()];
    table(std::iter::once(&header).chain(rows), b',')
}

fn json(dir: &Workdir, args: &[&str]) -> Value {
    let outcome = dir.run(&[&["check", "--json", "-"], args].concat()).ok();
    serde_json::from_slice(&outcome.stdout).unwrap()
}

/// The row numbers of each finding of `kind`.
fn found(report: &Value, kind: &str) -> Vec<Vec<u64>> {
    let findings = report[kind].as_array().unwrap();
    let numbers = |rows: &Value| {
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["row"].as_u64().unwrap())
            .collect()
    };
    findings
        .iter()
        .map(|finding| numbers(&finding["rows"]))
        .collect()
}

#[test]
fn planted_repeats_and_contradictions_are_found_and_nothing_else() {
    let mut planted = rows(0..400);
    for copied in 0..10 {
        planted.push(planted[copied * 7].clone());
    }
    for changed in 0..10 {
        let [text, label] = &planted[100 + changed * 7];
        planted.push([format!("{text} indeed"), label.clone()]);
    }
    for contradicted in 0..10 {
        let [text, label] = &planted[200 + contradicted * 7];
        let other = LABELS.iter().find(|other| *other != label).unwrap();
        planted.push([text.clone(), (*other).to_owned()]);
    }
    let dir = Workdir::with("data.csv", csv(&planted));
    let report = json(&dir, &["data.csv", "--no-label-errors"]);
    let pair = |first: u64, second: u64| vec![first + 1, second + 1];
    let expect = |from: u64, to: u64| {
        (0..10)
            .map(|n| pair(from + 7 * n, to + n))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found(&report, "duplicates"),
        [expect(0, 400), expect(200, 420)].concat()
    );
    assert_eq!(found(&report, "near_duplicates"), expect(100, 410));
    assert_eq!(found(&report, "contradictions"), expect(200, 420));
    assert_eq!(report["leaks"], Value::Array(Vec::new()));
    let first = &report["duplicates"][0]["rows"][1];
    assert_eq!(
        (first["file"].as_str(), first["line"].as_u64()),
        (Some("data.csv"), Some(402))
    );
    assert!(report["label_errors"].is_null());
}

#[test]
fn planted_leaks_are_found_between_files_and_only_into_the_test_file_where_one_is_named() {
    let (first, second, mut test) = (rows(0..200), rows(200..400), rows(400..500));
    for copied in 0..8 {
        test.push(first[copied * 5].clone());
        test.push([
            format!("{} indeed", second[copied * 5][0]),
            second[copied * 5][1].clone(),
        ]);
    }
    let dir = Workdir::with("a.csv", csv(&first));
    dir.write("b.csv", csv(&[second, vec![first[199].clone()]].concat()));
    dir.write("test.csv", csv(&test));
    let leaks = |args: &[&str]| {
        let report = json(&dir, &[args, &["--no-label-errors"]].concat());
        let equal = report["leaks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|leak| leak["equal"] == true)
            .count();
        (equal, report["leaks"].as_array().unwrap().len())
    };
    assert_eq!(leaks(&["a.csv", "b.csv", "--test", "test.csv"]), (8, 16));
    assert_eq!(leaks(&["a.csv", "b.csv", "test.csv"]), (9, 17));
    let text = dir
        .run(&[
            "check",
            "a.csv",
            "b.csv",
            "--test",
            "test.csv",
            "--no-label-errors",
        ])
        .ok();
    let said = "8 texts in training and test data, 8 nearly so";
    assert!(text.text().contains(said), "{}", text.text());
}

/// 900 rows of which every twentieth has another label, and the numbers of these.
fn flipped() -> (Vec<u8>, BTreeSet<u64>) {
    let mut flipped = rows(0..900);
    let mut numbers = BTreeSet::new();
    for row in (7..900).step_by(20) {
        let at = LABELS
            .iter()
            .position(|label| *label == flipped[row][1])
            .unwrap();
        flipped[row][1] = LABELS[(at + 1 + row / 20 % 2) % 3].to_owned();
        numbers.insert(row as u64 + 1);
    }
    (csv(&flipped), numbers)
}

#[test]
fn flipped_labels_are_found_with_the_label_they_had() {
    let (data, wrong) = flipped();
    let dir = Workdir::with("data.csv", data);
    let report = json(
        &dir,
        &[
            "data.csv",
            "--flagged",
            "flagged.csv",
            "--out-of-fold",
            "oof.csv",
        ],
    );
    let errors = &report["label_errors"];
    let suspects = errors["suspects"].as_array().unwrap();
    let right: Vec<&Value> = suspects
        .iter()
        .filter(|s| wrong.contains(&s["row"].as_u64().unwrap()))
        .collect();
    assert!(
        right.len() * 10 >= suspects.len() * 9,
        "{} of {}",
        right.len(),
        suspects.len()
    );
    // Rather too few than right labels doubted: 900 rows leave the number of errors uncertain.
    assert!(
        right.len() * 10 >= wrong.len() * 3,
        "{} of {}",
        right.len(),
        wrong.len()
    );
    // Two standard errors of a rate of 0.05 counted in 225 sure rows.
    let noise = errors["noise_rate"].as_f64().unwrap();
    assert!((0.02..0.08).contains(&noise), "{noise}");
    for suspect in &right {
        let row = suspect["row"].as_u64().unwrap() as usize - 1;
        assert_eq!(suspect["suggested"], statement(row).1);
    }
    let flagged = records(&dir.read("flagged.csv"), b',');
    assert_eq!(
        flagged[0].join(","),
        "file,line,row,text,label,suggested_label,probability,reason"
    );
    let likely_wrong = flagged
        .iter()
        .filter(|record| record[7] == "likely label error");
    assert_eq!(likely_wrong.count(), suspects.len());
    let probabilities = records(&dir.read("oof.csv"), b',');
    assert_eq!(
        (probabilities.len(), probabilities[0].join(",").as_str()),
        (901, "row,label,prob_conciliatory,prob_hostile,prob_neutral")
    );
}

#[test]
fn clean_labels_are_left_alone_on_any_number_of_threads() {
    let dir = Workdir::with("data.csv", csv(&rows(0..900)));
    let on = |threads: &str| {
        dir.run(&["check", "data.csv", "--json", "-", "--threads", threads])
            .ok()
            .stdout
    };
    assert_eq!(on("1"), on("4"));
    let report: Value = serde_json::from_slice(&on("2")).unwrap();
    assert!(report["label_errors"]["suspects"].as_array().unwrap().len() <= 2);
}

#[test]
fn strict_ends_with_one_where_something_is_found_and_zero_where_nothing_is() {
    let clean = rows(0..120);
    let dir = Workdir::with("clean.csv", csv(&clean));
    dir.write(
        "twice.csv",
        csv(&[clean.clone(), clean[..1].to_vec()].concat()),
    );
    let strict = ["--strict", "--no-label-errors"];
    let outcome = dir
        .run(&[&["check", "clean.csv"], &strict[..]].concat())
        .ok();
    assert!(
        outcome.text().contains("duplicates       none found"),
        "{}",
        outcome.text()
    );
    let outcome = dir.run(&[&["check", "twice.csv"], &strict[..]].concat());
    assert_eq!(outcome.code, Some(1));
    assert!(
        outcome
            .text()
            .contains("1 text more than once, 1 row too many"),
        "{}",
        outcome.text()
    );
    assert!(
        outcome
            .stderr
            .contains("1 thing was found, and --strict allows nothing"),
        "{}",
        outcome.stderr
    );
    assert!(
        dir.run(&["check", "twice.csv", "--no-label-errors"])
            .ok()
            .text()
            .contains("1 text")
    );
}

#[test]
fn speakers_make_statements_and_identifiers_are_told() {
    let mut lines = vec!["id,who,text,label".to_owned()];
    for row in 0..200 {
        let (text, label) = statement(row);
        lines.push(format!("{}-{row},minister,{text},{label}", &label[..3]));
    }
    lines.push("neu-900,envoy,we will talk to them,neutral".to_owned());
    lines.push("hos-901,minister,we will talk to them,hostile".to_owned());
    let dir = Workdir::with("data.csv", lines.join("\n"));
    let report = json(&dir, &["data.csv", "--no-label-errors"]);
    assert_eq!(found(&report, "contradictions"), [[201, 202]]);
    let columns = report["columns"].as_array().unwrap();
    assert_eq!(
        (&columns[0]["column"], &columns[0]["view"]),
        (&"id".into(), &"prefix".into())
    );
    let report = json(
        &dir,
        &["data.csv", "--no-label-errors", "--speaker-column", "who"],
    );
    assert_eq!(report["contradictions"], Value::Array(Vec::new()));
}

#[test]
fn the_corpus_in_the_box_is_clean() {
    let dir = Workdir::new();
    for name in ["statements.csv", "statements-test.csv"] {
        let bytes = std::fs::read(repository(&format!("datasets/{name}"))).unwrap();
        dir.write(name, bytes);
    }
    let report = json(
        &dir,
        &[
            "statements.csv",
            "--test",
            "statements-test.csv",
            "--no-label-errors",
        ],
    );
    for kind in [
        "duplicates",
        "near_duplicates",
        "contradictions",
        "leaks",
        "short_texts",
    ] {
        assert_eq!(report[kind], Value::Array(Vec::new()), "{kind}");
    }
    assert_eq!(report["languages"]["foreign"], Value::Array(Vec::new()));
    // What coders note of a statement goes with its label; where it is from must not.
    let telling: Vec<&str> = report["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["column"].as_str().unwrap())
        .collect();
    for column in telling {
        let noted = ["act", "speaker_role", "target_role", "relation"];
        assert!(noted.contains(&column), "{column}");
    }
    let n_rows = |name: &str| records(&dir.read(name), b',').len() as u64 - 1;
    assert_eq!(
        report["rows"].as_u64().unwrap(),
        n_rows("statements.csv") + n_rows("statements-test.csv")
    );
}

#[test]
fn a_label_too_rare_to_judge_is_told_and_the_rest_stands() {
    let mut few = rows(0..60);
    few.push([
        "we have nothing to add to this".to_owned(),
        "unclear".to_owned(),
    ]);
    few.push(["No.".to_owned(), "Neutral".to_owned()]);
    few.push(["".to_owned(), "Neutral".to_owned()]);
    let dir = Workdir::with("data.csv", csv(&few));
    let text = dir.run(&["check", "data.csv"]).ok();
    let text = text.text();
    assert!(text.contains("RARE: Neutral, unclear"), "{text}");
    assert!(text.contains("ALIKE: `Neutral`, `neutral`"), "{text}");
    assert!(
        text.contains("2 rows with fewer than 3 words, 1 of them with none"),
        "{text}"
    );
    assert!(
        text.contains("label errors     not looked for: label `unclear` has 1 rows"),
        "{text}"
    );
}

#[test]
fn slips_are_refused_with_a_remedy() {
    let dir = Workdir::with("data.csv", csv(&rows(0..60)));
    dir.write("taken.json", "");
    let told = |code, args: &[&str], parts: &[&str]| {
        dir.run(&[&["check", "data.csv"], args].concat())
            .failed(code, parts);
    };
    told(1, &["--speaker-column", "who"], &["no column `who`"]);
    told(1, &["--group-column", "who"], &["no column `who`"]);
    told(
        2,
        &["--test", "data.csv"],
        &["data.csv is given as data and as --test"],
    );
    told(
        2,
        &["--json", "-", "--flagged", "-"],
        &["cannot share standard output"],
    );
    told(
        2,
        &["--json", "data.csv"],
        &["--json data.csv would replace"],
    );
    told(1, &["--json", "taken.json"], &["taken.json", "--force"]);
    told(
        2,
        &["--word-ngrams", "none", "--char-ngrams", "none"],
        &["leaves no features"],
    );
    assert_eq!(
        dir.run(&[
            "check",
            "data.csv",
            "--no-label-errors",
            "--out-of-fold",
            "x.csv"
        ])
        .code,
        Some(2)
    );
    assert_eq!(
        dir.run(&["check", "data.csv", "--folds", "1"]).code,
        Some(2)
    );
}
