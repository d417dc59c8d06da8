//! Groups of rows: who said it is not learned and held out at once.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use support::{Workdir, records};

/// Twelve speakers with six statements each. A speaker has two words that nobody else says, and always the same label;
/// the other words say nothing.
fn speakers() -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for speaker in 0..12 {
        for statement in 0..6 {
            let filler = |n: usize| (b'a' + (n % 26) as u8) as char;
            let word = |n: usize| [filler(n), filler(n * 3 + 1), filler(n * 7 + 2)];
            let own = |n: usize| String::from_iter([word(n), word(n + 5)].concat());
            let other = |n: usize| String::from_iter(word(n));
            let text = format!(
                "{} {} {} {} {}",
                own(speaker),
                own(speaker + 100),
                other(speaker * 5 + statement * 11),
                other(speaker * 3 + statement * 7 + 1),
                other(speaker + statement * 5 + 2),
            );
            let label = ["hostile", "neutral", "conciliatory"][speaker % 3];
            rows.push([text, label.to_owned(), format!("speaker {speaker}")]);
        }
    }
    rows
}

fn csv() -> String {
    let rows = speakers().into_iter().map(|row| row.join(","));
    ["text,label,who".to_owned()]
        .into_iter()
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
}

fn cross_validation(dir: &Workdir) -> Value {
    let out = dir.run(&["inspect", "m.stance", "--json"]).ok();
    let inspected: Value = serde_json::from_str(out.text()).unwrap();
    inspected["card"]["training"]["cross_validation"].clone()
}

const TRAIN: [&str; 6] = [
    "train",
    "data.csv",
    "-m",
    "m.stance",
    "--char-ngrams",
    "none",
];

#[test]
fn no_group_is_on_both_sides_and_the_report_says_what_that_costs() {
    let dir = Workdir::with("data.csv", csv());
    let more = ["--group-column", "who", "--out-of-fold", "o.csv"];
    let report = dir.run(&[&TRAIN[..], &more].concat()).ok();
    let folds = records(&dir.read("o.csv"), b',').split_off(1);
    let mut fold_of: BTreeMap<String, String> = BTreeMap::new();
    for (record, [_, _, who]) in folds.iter().zip(speakers()) {
        let fold = fold_of.entry(who).or_insert(record[1].clone());
        assert_eq!(*fold, record[1]);
    }
    let record = cross_validation(&dir);
    let groups = &record["groups"];
    assert_eq!(groups["column"], "who");
    assert_eq!(
        (&groups["groups"], &groups["rows_without"]),
        (&12.into(), &0.into())
    );
    // A speaker who was trained on is recognised, another one is not.
    let (grouped, split) = (&record["macro_f1"], &groups["split_macro_f1"]);
    assert!(split.as_f64().unwrap() > 0.9, "{record}");
    assert!(grouped.as_f64().unwrap() < 0.6, "{record}");
    let report = report.text();
    assert!(
        report.contains("and 12 groups of `who` kept on one side"),
        "{report}"
    );
    assert!(
        report.contains("With groups split over folds: accuracy"),
        "{report}"
    );
}

#[test]
fn without_a_group_column_nothing_changes() {
    let dir = Workdir::with("data.csv", csv());
    let report = dir.run(&TRAIN).ok();
    assert!(cross_validation(&dir).get("groups").is_none());
    assert!(!report.text().contains("groups"));
}

#[test]
fn json_rows_may_name_no_group_and_name_it_by_number() {
    let lines: Vec<String> = speakers()
        .iter()
        .enumerate()
        .map(|(row, [text, label, who])| {
            let who = who.trim_start_matches("speaker ");
            let group = match row % 6 {
                0 => String::new(),
                1 => ",\"who\":null".to_owned(),
                _ => format!(",\"who\":{who}"),
            };
            format!("{{\"text\":\"{text}\",\"label\":\"{label}\"{group}}}")
        })
        .collect();
    let dir = Workdir::with("data.csv", lines.join("\n"));
    let report = dir
        .run(&[&TRAIN[..], &["--format", "jsonl", "--group-column", "who"]].concat())
        .ok();
    let groups = cross_validation(&dir)["groups"].clone();
    assert_eq!(
        (&groups["groups"], &groups["rows_without"]),
        (&12.into(), &24.into())
    );
    assert!(report.text().contains("24 rows name none and stand alone"));
}

#[test]
fn groups_that_cannot_be_read_or_dealt_are_refused_with_a_remedy() {
    let dir = Workdir::with("data.csv", csv());
    let told = |more: &[&str]| {
        let outcome = dir.run(&[&TRAIN[..], more].concat());
        assert_ne!(outcome.code, Some(0));
        outcome.stderr
    };
    let missing = told(&["--group-column", "whom"]);
    assert!(
        missing.contains("no column `whom`, did you mean `who`?"),
        "{missing}"
    );
    assert!(missing.contains("--group-column"), "{missing}");
    let unused = told(&["--group-column", "who", "--folds", "0"]);
    assert!(unused.contains("leave out --folds 0"), "{unused}");
    let few = told(&["--group-column", "label"]);
    assert!(few.contains("one value of --group-column"), "{few}");
    dir.write("data.csv", "__label__a x\n__label__b y\n");
    let lines = told(&["--group-column", "who"]);
    assert!(lines.contains("give a CSV or JSON file"), "{lines}");
}
