//! The search for settings: what it finds, what it does not learn from, and what it says of itself.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Workdir, records};

const QUICK: [&str; 8] = [
    "train",
    "data.csv",
    "-m",
    "m.stance",
    "--char-ngrams",
    "none",
    "--force",
    "--tune",
];

/// A number of no meaning for a row and a place in it.
fn noise(row: usize, place: usize) -> usize {
    let mut x = (row * 1_000_003 + place * 7_919 + 12_345) as u64;
    for _ in 0..3 {
        x ^= x >> 33;
        x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    }
    (x >> 40) as usize
}

fn csv(rows: impl Iterator<Item = (String, &'static str)>) -> String {
    let lines = rows.map(|(text, label)| format!("{text},{label}\n"));
    std::iter::once("text,label\n".to_owned())
        .chain(lines)
        .collect()
}

fn card(dir: &Workdir) -> Value {
    let out = dir.run(&["inspect", "m.stance", "--json"]).ok();
    let inspected: Value = serde_json::from_str(out.text()).unwrap();
    inspected["card"].clone()
}

/// Which pair of words stands together tells the label; single words say nothing.
fn pairs(n_rows: usize) -> String {
    csv((0..n_rows).map(|row| {
        let (first, second) = [
            ("red", "sun"),
            ("blue", "moon"),
            ("red", "moon"),
            ("blue", "sun"),
        ][row % 4];
        let words: Vec<String> = (0..4)
            .map(|place| format!("w{}", noise(row, place) % 60))
            .collect();
        let text = format!(
            "{} {} {first} {second} {} {}",
            words[0], words[1], words[2], words[3]
        );
        (text, ["hostile", "neutral"][row % 4 / 2])
    }))
}

#[test]
fn a_search_finds_the_features_that_tell_the_labels() {
    let dir = Workdir::with("data.csv", pairs(160));
    let features = [
        "--tune-features",
        "word-ngrams=1",
        "--tune-features",
        "word-ngrams=1-2",
    ];
    let out = dir
        .run(&[&QUICK[..], &features, &["--tune-table", "t.csv"]].concat())
        .ok();
    let card = card(&dir);
    assert_eq!(card["text"]["word_ngrams"], serde_json::json!([1, 2]));
    let tuning = &card["training"]["tuning"];
    assert_eq!(
        (&tuning["cells"], &tuning["tried"]),
        (&Value::from(20), &Value::from(20))
    );
    assert!(tuning["nested"]["mean"].as_f64().unwrap() > 0.9, "{tuning}");
    assert!(
        out.text()
            .contains("Searched 20 cells by 5 folds for macro-f1"),
        "{}",
        out.text()
    );
    let table = records(&dir.read("t.csv"), b',');
    assert_eq!(table.len(), 21);
    let chosen: Vec<_> = table.iter().filter(|row| row[0] == "true").collect();
    assert_eq!(chosen.len(), 1);
    assert_eq!(chosen[0][10], "1-2");
}

#[test]
fn what_stands_in_one_fold_alone_teaches_nothing() {
    // Labels at random. Once the folds are known, each label gets a word of its own in each fold: whoever chooses terms,
    // counts or scales them with the held-out rows in view does better than chance.
    let labels = |row: usize| ["hostile", "neutral", "conciliatory"][noise(row, 99) % 3];
    let text = |row: usize, own: &str| {
        let words: Vec<String> = (0..6)
            .map(|place| format!("w{}", noise(row, place) % 200))
            .collect();
        format!("{} {own}", words.join(" "))
    };
    let n_rows = 600;
    let dir = Workdir::with(
        "data.csv",
        csv((0..n_rows).map(|row| (text(row, "x"), labels(row)))),
    );
    dir.run(&[&QUICK[..7], &["--out-of-fold", "o.csv"]].concat())
        .ok();
    let folds: Vec<String> = records(&dir.read("o.csv"), b',')[1..]
        .iter()
        .map(|row| row[1].clone())
        .collect();
    let own = |row: usize| format!("{}in{}", labels(row), folds[row]);
    dir.write(
        "data.csv",
        csv((0..n_rows).map(|row| (text(row, &own(row)), labels(row)))),
    );
    let more = ["--tune-for", "accuracy", "--out-of-fold", "o.csv"];
    dir.run(&[&QUICK[..], &more].concat()).ok();
    let table = records(&dir.read("o.csv"), b',');
    assert!(
        table[1..]
            .iter()
            .zip(&folds)
            .all(|(row, fold)| row[1] == *fold),
        "other folds"
    );
    let right = table[1..].iter().filter(|row| row[2] == row[3]).count() as f64;
    // Chance is 1/3, and four standard errors are 0.077.
    assert!(
        right / n_rows as f64 <= 1.0 / 3.0 + 0.077,
        "{right} of {n_rows}"
    );
    let nested = card(&dir)["training"]["tuning"]["nested"]["mean"]
        .as_f64()
        .unwrap();
    assert!((nested - right / n_rows as f64).abs() < 0.01, "{nested}");
}

#[test]
fn a_search_gives_the_same_bytes_on_any_number_of_threads() {
    let dir = Workdir::with("data.csv", pairs(80));
    let run = |threads| {
        let more = [
            "--tune-c",
            "1,10",
            "--tune-table",
            "t.csv",
            "--threads",
            threads,
        ];
        let out = dir.run(&[&QUICK[..], &more].concat()).ok();
        (
            out.text().to_owned(),
            dir.read("m.stance"),
            dir.read("t.csv"),
        )
    };
    let first = run("1");
    assert!(run("2") == first && run("7") == first);
}

#[test]
fn the_simplest_cell_within_one_standard_error_is_simpler() {
    let dir = Workdir::with("data.csv", pairs(120));
    let chosen = |rule| {
        dir.run(&[&QUICK[..], &["--tune-rule", rule, "--tune-table", "t.csv"]].concat())
            .ok();
        let table = records(&dir.read("t.csv"), b',');
        let row = table.iter().find(|row| row[0] == "true").unwrap().clone();
        let number = |at: usize| row[at].parse::<f64>().unwrap();
        (number(1), number(2), number(3), number(5))
    };
    let (best, error, features, c) = chosen("best");
    let (simple, _, fewer, lower_c) = chosen("one-standard-error");
    assert!(simple >= best - error - 1e-6, "{simple} {best} {error}");
    assert!((fewer, lower_c) <= (features, c));
}

#[test]
fn time_that_runs_out_ends_the_search_and_is_told() {
    let dir = Workdir::with("data.csv", pairs(80));
    let out = dir.run(&[&QUICK[..], &["--tune-time", "0s"]].concat()).ok();
    let tuning = &card(&dir)["training"]["tuning"];
    assert_eq!(tuning["tried"], 5, "one path of costs");
    assert!(out.text().contains("time ran out before"), "{}", out.text());
}

#[test]
fn settings_that_make_no_search_are_refused_with_a_remedy() {
    let dir = Workdir::with("data.csv", pairs(80));
    let refused = |more: &[&str], part: &str| {
        dir.run(&[&QUICK[..], more].concat()).failed(2, &[part]);
    };
    refused(&["--folds", "0"], "leave out --folds 0");
    refused(&["--tune-c", "0"], "positive numbers");
    refused(&["--tune-features", "ngrams=1"], "no such option");
    refused(
        &["--tune-features", "word-ngrams=none"],
        "leaves no features",
    );
    refused(&["--tune-features", "min-df"], "NAME=VALUE");
    refused(&["--tune-time", "soon"], "60s");
    let alone = dir.run(&[&QUICK[..7], &["--tune-for", "accuracy"]].concat());
    assert_eq!(alone.code, Some(2));
    assert!(alone.stderr.contains("--tune"), "{}", alone.stderr);
}
