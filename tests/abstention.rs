//! Probabilities one can act on: how often each is right, what abstaining buys, which rows to leave to people, and whether
//! a file looks like the training data at all.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Workdir, records};

/// 600 statements of two labels. Three in four have a word that settles it; the rest say nothing, and have either label.
fn data() -> String {
    let filler = ["today", "minister", "border", "again", "people", "report"];
    let mut csv = "text,label,who\n".to_owned();
    for row in 0..600usize {
        let label = ["hostile", "peaceful"][row % 2];
        let word = match row % 8 {
            6 | 7 => "perhaps",
            _ => ["attack", "talks"][row % 2],
        };
        let more = |n: usize| filler[(row * n + row / 7) % filler.len()];
        // Told apart by a number, so that no two rows are near-duplicates.
        csv += &format!(
            "{} {word} {} {} n{row} k{} q{},{label},s{}\n",
            more(1),
            more(3),
            more(5),
            row * 7,
            row * 13,
            row % 3
        );
    }
    csv
}

const FAST: [&str; 4] = ["--char-ngrams", "none", "--word-ngrams", "1"];

fn trained(more: &[&str]) -> (Workdir, String) {
    let dir = Workdir::with("data.csv", data());
    let args = [&["train", "data.csv", "-m", "m.stance"], &FAST[..], more].concat();
    let report = dir.run(&args).ok().text().to_owned();
    (dir, report)
}

fn cross_validation(dir: &Workdir) -> Value {
    let out = dir.run(&["inspect", "m.stance", "--json"]).ok();
    let inspected: Value = serde_json::from_str(out.text()).unwrap();
    inspected["card"]["training"]["cross_validation"].clone()
}

#[test]
fn the_report_has_each_labels_reliability_and_what_abstaining_buys() {
    let dir = Workdir::with("data.csv", data());
    let args = [
        &[
            "evaluate",
            "--cross-validate",
            "data.csv",
            "--json",
            "r.json",
            "--by",
            "who",
        ],
        &FAST[..],
    ]
    .concat();
    let text = dir.run(&args).ok().text().to_owned();
    for part in [
        "probability of",
        "perfect: mean",
        "threshold  rows kept",
        "by `who`",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    let report: Value = serde_json::from_str(&dir.read_text("r.json")).unwrap();
    let label = &report["label_reliability"][1];
    assert_eq!(label["label"], "peaceful");
    assert!((label["share"].as_f64().unwrap() - 0.5).abs() < 1e-9);
    assert!(
        label["perfectly_calibrated"]["percentile_95"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    let coverage = report["coverage"].as_array().unwrap();
    assert_eq!(coverage.len(), 6);
    assert_eq!(coverage[0]["coverage"], 1.0);
    // A quarter of the rows says nothing; at .8 they are gone, and with them the errors.
    assert!(coverage[0]["error"].as_f64().unwrap() > 0.05);
    assert!(coverage[3]["error"].as_f64().unwrap() < 0.02);
    let who = &report["by_column"][0];
    assert_eq!(who["values"].as_array().unwrap().len(), 3);
    let sum = |key: &str| -> f64 {
        let of = who["values"][0][key].as_array().unwrap();
        of.iter().map(|x| x.as_f64().unwrap()).sum()
    };
    assert!((sum("mean_probabilities") - 1.0).abs() < 1e-5);
    assert!((sum("shares") - 1.0).abs() < 1e-5);
}

#[test]
fn the_threshold_for_a_share_of_errors_is_stored_and_used() {
    let (dir, report) = trained(&["--target-error", "5%"]);
    assert!(report.contains("target error: at most 5 %"), "{report}");
    let record = cross_validation(&dir)["target_error"].clone();
    assert_eq!(record["target"], 0.05);
    let found = &record["found"];
    let number = |key: &str| found[key].as_f64().unwrap();
    assert!(number("upper_bound") <= 0.05 && number("error") <= number("upper_bound"));
    assert!(
        number("coverage") > 0.5 && number("coverage") < 0.9,
        "{found}"
    );
    let by_default = dir
        .run(&["predict", "data.csv", "-m", "m.stance", "-o", "a.csv"])
        .ok();
    assert!(by_default.stderr.contains("threshold for 5% of errors"));
    let threshold = format!("{}", number("threshold"));
    dir.run(&[
        "predict",
        "data.csv",
        "-m",
        "m.stance",
        "-o",
        "b.csv",
        "--threshold",
        &threshold,
    ])
    .ok();
    assert_eq!(dir.read("a.csv"), dir.read("b.csv"));
    dir.run(&[
        "predict",
        "data.csv",
        "-m",
        "m.stance",
        "-o",
        "c.csv",
        "--target-error",
        "0.05",
    ])
    .ok();
    assert_eq!(dir.read("a.csv"), dir.read("c.csv"));
    let rows = records(&dir.read("a.csv"), b',');
    assert!(rows[0].contains(&"uncertain".to_owned()));
}

#[test]
fn a_share_that_the_model_has_no_threshold_for_is_refused_with_a_remedy() {
    let (dir, _) = trained(&[]);
    let asked = [
        "predict",
        "data.csv",
        "-m",
        "m.stance",
        "--target-error",
        "5%",
    ];
    let out = dir.run(&asked);
    assert_eq!(out.code, Some(2));
    assert!(
        out.stderr.contains("train with --target-error 5%"),
        "{}",
        out.stderr
    );
    for wrong in ["5", "0", "110%", "-1%", "much"] {
        let out = dir.run(&[
            "predict",
            "data.csv",
            "-m",
            "m.stance",
            "--target-error",
            wrong,
        ]);
        assert_eq!(out.code, Some(2), "{wrong}");
    }
}

#[test]
fn it_is_said_where_no_threshold_will_do() {
    // One label or the other, by nothing that can be seen.
    let mut csv = "text,label\n".to_owned();
    for row in 0..300 {
        let label = ["hostile", "peaceful"][(row * 7919 + row / 3) % 2];
        csv += &format!("word n{row} k{} q{},{label}\n", row * 7, row * 13);
    }
    let dir = Workdir::with("data.csv", csv);
    let args = [
        &[
            "train",
            "data.csv",
            "-m",
            "m.stance",
            "--target-error",
            "1%",
        ],
        &FAST[..],
    ];
    let report = dir.run(&args.concat()).ok().text().to_owned();
    assert!(report.contains("no threshold keeps it at 1 %"), "{report}");
    assert_eq!(cross_validation(&dir)["target_error"]["found"], Value::Null);
    let plain = dir.run(&["predict", "data.csv", "-m", "m.stance"]).ok();
    assert!(!plain.text().lines().next().unwrap().contains("uncertain"));
}

#[test]
fn unknown_words_are_a_share_of_words_and_marks_are_none() {
    let (dir, _) = trained(&[]);
    dir.write(
        "new.csv",
        "text\n\"attack, attack! zebra zebra\"\n...\nminister talks zebra\n",
    );
    let args = ["predict", "new.csv", "-m", "m.stance", "--unknown-words"];
    let rows = records(dir.run(&args).ok().text().as_bytes(), b',');
    let at = rows[0]
        .iter()
        .position(|name| name == "unknown_words")
        .unwrap();
    let shares: Vec<&str> = rows[1..].iter().map(|row| row[at].as_str()).collect();
    assert_eq!(shares, ["0.500", "", "0.333"]);
    let json = dir
        .run(&[&args[..], &["--output-format", "jsonl"]].concat())
        .ok();
    let lines: Vec<Value> = (json.text().lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["unknown_words"], 0.5);
    assert_eq!(lines[1]["unknown_words"], Value::Null);
}

#[test]
fn a_file_unlike_the_training_data_is_warned_of_and_a_few_rows_are_not() {
    // Each row has three words of its own in eight: what training saw of unknown words is stored.
    let (dir, _) = trained(&[]);
    let seen = cross_validation(&dir)["unknown_words"].as_f64().unwrap();
    assert!((0.3..0.5).contains(&seen), "{seen}");
    let foreign = |n: usize| "text\n".to_owned() + &"das ist eine andere sprache\n".repeat(n);
    dir.write("many.csv", foreign(2_000));
    dir.write("few.csv", foreign(19));
    let warned = |file: &str, threads: &str| {
        let args = ["predict", file, "-m", "m.stance", "--threads", threads];
        let out = dir.run(&args).ok();
        let warning = out.stderr.lines().find(|line| line.contains("look unlike"));
        warning.map(str::to_owned)
    };
    let warning = warned("many.csv", "1").expect("a warning");
    assert!(
        warning.contains("100 % of their words are unknown"),
        "{warning}"
    );
    assert_eq!(warned("many.csv", "3").as_deref(), Some(warning.as_str()));
    assert_eq!(warned("few.csv", "1"), None);
    assert_eq!(warned("data.csv", "1"), None);
}

#[test]
fn predictions_of_others_are_told_by_column_like_those_of_a_model() {
    let (dir, _) = trained(&[]);
    let predicted = dir.run(&["predict", "data.csv", "-m", "m.stance"]).ok();
    dir.write("p.csv", predicted.stdout);
    let by_column = |of: &str, file: &str| -> Value {
        let args = [
            "evaluate", "data.csv", of, file, "--by", "who", "--json", "r.json",
        ];
        let out = dir.run(&[&args[..], &["--force"]].concat()).ok();
        assert!(out.text().contains("by `who`"), "{}", out.text());
        let report: Value = serde_json::from_str(&dir.read_text("r.json")).unwrap();
        report["by_column"].clone()
    };
    let of_model = by_column("-m", "m.stance");
    assert_eq!(of_model[0]["values"].as_array().unwrap().len(), 3);
    assert_eq!(by_column("--predictions", "p.csv"), of_model);
    let args = ["evaluate", "data.csv", "--predictions", "p.csv"];
    let out = dir.run(&[&args[..], &["--by", "whom"]].concat());
    out.failed(1, &["no column `whom`", "who"]);
}
