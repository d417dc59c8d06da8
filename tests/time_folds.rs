//! Folds in the order of time: nothing is judged by what came after it.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Outcome, Workdir, records};

const LABELS: [&str; 3] = ["hostile", "neutral", "conciliatory"];

/// A word of letters for a number.
fn word(number: usize) -> String {
    let letter = |n: usize| (b'a' + (n % 26) as u8) as char;
    [number, number / 26, number * 7 + 3, number * 11 + 5]
        .map(letter)
        .iter()
        .collect()
}

/// A row: text, label, date, speaker.
type Row = [String; 4];

/// Fifteen statements a month for two years, latest first. What a label is said with changes every month; a few words stay.
fn drifting() -> Vec<Row> {
    let mut rows = Vec::new();
    for month in (0..24).rev() {
        for number in 0..15 {
            let label = number % 3;
            let of_month = |n: usize| word(1_000 + month * 40 + label * 10 + n);
            let noise = |n: usize| word((month * 17 + number * 29 + n * 13) % 300);
            // One in three has the word that stays.
            let stays = match number / 3 % 3 {
                0 => word(9_000 + label),
                _ => noise(5),
            };
            let text = [
                of_month(number % 4),
                of_month(4 + number % 3),
                stays,
                noise(0),
                noise(1),
                noise(2),
            ];
            let day = 1 + (number * 7 + month) % 28;
            let date = format!("{}-{:02}-{day:02}", 2022 + month / 12, 1 + month % 12);
            let speaker = format!("speaker {}", (month * 15 + number) % 40);
            rows.push([text.join(" "), LABELS[label].to_owned(), date, speaker]);
        }
    }
    rows
}

fn csv(rows: &[Row]) -> String {
    let lines = rows.iter().map(|row| row.join(","));
    let head = ["text,label,said,who".to_owned()];
    head.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

const TRAIN: [&str; 6] = [
    "train",
    "data.csv",
    "-m",
    "m.stance",
    "--char-ngrams",
    "none",
];

fn train(dir: &Workdir, more: &[&str]) -> Outcome {
    dir.run(&[&TRAIN[..], more].concat())
}

fn cross_validation(dir: &Workdir) -> Value {
    let out = dir.run(&["inspect", "m.stance", "--json"]).ok();
    let inspected: Value = serde_json::from_str(out.text()).unwrap();
    inspected["card"]["training"]["cross_validation"].clone()
}

fn number(of: &Value) -> f64 {
    of.as_f64().unwrap()
}

#[test]
fn where_words_drift_the_future_is_harder_than_random_rows_and_the_report_says_by_how_much() {
    let dir = Workdir::with("data.csv", csv(&drifting()));
    let report = train(&dir, &["--time-column", "said"]).ok();
    let record = cross_validation(&dir);
    let time = &record["time"];
    let (future, random) = (
        number(&record["macro_f1"]),
        number(&time["random_macro_f1"]),
    );
    assert!(future + 0.15 < random, "{record}");
    assert!(
        number(&record["log_loss"]) > number(&time["random_log_loss"]),
        "{record}"
    );
    for part in [
        "Out of fold (5 folds, in the order of `said`;",
        "300 rows from 2022-05-05 to 2023-12-24 were judged by what learned from the 60 to 300 before them (since 2022-01-01)",
        "The same rows in random folds, which learn from more rows and from later ones: accuracy",
        "those to expect for statements that are yet to come",
    ] {
        assert!(report.text().contains(part), "{part}\n{}", report.text());
    }
    let methods = dir.run(&["inspect", "m.stance", "--methods"]).ok();
    assert!(
        methods.text().contains("forward chaining"),
        "{}",
        methods.text()
    );
}

#[test]
fn every_figure_is_about_the_judged_rows() {
    let dir = Workdir::with("data.csv", csv(&drifting()));
    let args = [
        "--time-column",
        "said",
        "--out-of-fold",
        "o.csv",
        "--report",
        "r.html",
        "--audit",
    ];
    train(&dir, &args).ok();
    let record = cross_validation(&dir);
    let counted: u64 = record["confusion"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row.as_array().unwrap())
        .map(|n| n.as_u64().unwrap())
        .sum();
    let out = records(&dir.read("o.csv"), b',').split_off(1);
    let judged: Vec<_> = out.iter().filter(|row| !row[1].is_empty()).collect();
    assert_eq!((counted, judged.len(), out.len()), (300, 300, 360));
    let right = judged.iter().filter(|row| row[2] == row[3]).count();
    assert!((number(&record["accuracy"]) - right as f64 / 300.0).abs() < 1e-6);
    assert!(dir.read_text("r.html").contains("300 rows from 2022-05-05"));
}

#[test]
fn no_fold_learns_from_what_is_not_earlier_and_rows_that_are_not_judged_are_marked() {
    let rows = drifting();
    let dir = Workdir::with("data.csv", csv(&rows));
    train(&dir, &["--time-column", "said", "--out-of-fold", "o.csv"]).ok();
    let out = records(&dir.read("o.csv"), b',').split_off(1);
    // By date: fold after fold, and first the rows without one, of which nothing is predicted.
    let mut by_date: Vec<(&str, i32)> = Vec::new();
    for (row, record) in rows.iter().zip(&out) {
        let fold = record[1].parse().unwrap_or(-1);
        assert_eq!(record[3..].iter().all(|field| field.is_empty()), fold == -1);
        assert_eq!(record[2], row[1]);
        by_date.push((&row[2], fold));
    }
    by_date.sort_unstable();
    assert!(by_date.windows(2).all(|pair| pair[0].1 <= pair[1].1));
    assert!(
        by_date
            .windows(2)
            .all(|pair| pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1)
    );
    let size = |fold| by_date.iter().filter(|(_, f)| *f == fold).count();
    assert_eq!((-1..5).map(size).sum::<usize>(), 360);
    assert!((-1..5).all(|fold| (55..=65).contains(&size(fold))));
}

#[test]
fn what_later_rows_say_changes_nothing_that_is_said_of_earlier_ones() {
    let rows = drifting();
    let mut other = rows.clone();
    // The latest fold's labels and words are turned round.
    for row in &mut other {
        if row[2].as_str() >= "2023-09" {
            row[0] = row[0].split(' ').rev().collect::<Vec<_>>().join(" again ");
            let at = LABELS.iter().position(|label| *label == row[1]).unwrap();
            row[1] = LABELS[(at + 1) % 3].to_owned();
        }
    }
    let predictions = |rows: &[Row]| {
        let dir = Workdir::with("data.csv", csv(rows));
        // A calibrator sees all folds but the judged one.
        let args = [
            "--time-column",
            "said",
            "--out-of-fold",
            "o.csv",
            "--calibration",
            "none",
        ];
        train(&dir, &args).ok();
        let mut out = records(&dir.read("o.csv"), b',').split_off(1);
        out.retain(|record| matches!(record[1].as_str(), "0" | "1" | "2" | "3"));
        out
    };
    let (before, after) = (predictions(&rows), predictions(&other));
    assert_eq!(before.len(), 240);
    assert_eq!(before, after);
}

#[test]
fn earlier_rows_of_a_judged_speaker_and_repeats_are_not_learned_from() {
    let mut rows = drifting();
    let late = rows[3].clone();
    let early = rows.last_mut().unwrap();
    early[0] = late[0].clone();
    early[1] = late[1].clone();
    let dir = Workdir::with("data.csv", csv(&rows));
    let report = train(&dir, &["--time-column", "said"]).ok();
    let record = cross_validation(&dir);
    assert_eq!(
        record["time"]["left_out"].as_array().unwrap()[..],
        [0, 0, 0, 0, 1].map(Value::from)
    );
    assert_eq!(record["time"]["learned_from"][4], 299);
    assert!(
        report.text().contains("up to 1 earlier rows were left out"),
        "{}",
        report.text()
    );
    // Four speakers go on speaking, all others speak in one month only.
    for row in &mut rows {
        let month = &row[2][..7];
        row[3] = format!(
            "{} {}",
            row[3],
            if row[3].ends_with('7') { "" } else { month }
        );
    }
    dir.write("data.csv", csv(&rows));
    train(
        &dir,
        &["--time-column", "said", "--group-column", "who", "--force"],
    )
    .ok();
    let record = cross_validation(&dir);
    let left_out: u64 = record["time"]["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert!(left_out > 30, "{record}");
    assert!(record["groups"]["split_macro_f1"].is_number(), "{record}");
}

#[test]
fn evaluate_measures_the_same_without_a_model_and_threads_change_nothing() {
    let dir = Workdir::with("data.csv", csv(&drifting()));
    let trained = train(&dir, &["--time-column", "said", "--threads", "1"]).ok();
    let first = dir.read("m.stance");
    train(
        &dir,
        &["--time-column", "said", "--threads", "3", "--force"],
    )
    .ok();
    assert_eq!(dir.read("m.stance"), first);
    let evaluate = [
        "evaluate",
        "data.csv",
        "--cross-validate",
        "--char-ngrams",
        "none",
        "--time-column",
        "said",
    ];
    let evaluated = dir.run(&evaluate).ok();
    let figures = evaluated.text().split_once("Out of fold").unwrap().1;
    assert!(trained.text().contains(figures.trim_end()), "{figures}");
}

#[test]
fn dates_of_any_iso_spelling_are_read_and_equal_ones_stay_together() {
    let mut rows = drifting();
    for (number, row) in rows.iter_mut().enumerate() {
        let month = row[2][..7].to_owned();
        row[2] = match number % 3 {
            0 => month,
            1 => format!("{month}-01T00:00:00Z"),
            _ => format!("{month}-01 02:00+02:00"),
        };
    }
    let dir = Workdir::with("data.csv", csv(&rows));
    train(
        &dir,
        &[
            "--time-column",
            "said",
            "--out-of-fold",
            "o.csv",
            "--folds",
            "3",
        ],
    )
    .ok();
    let out = records(&dir.read("o.csv"), b',').split_off(1);
    for month in out.chunks(15) {
        assert!(month.iter().all(|record| record[1] == month[0][1]));
    }
    assert_eq!(out[0][1], "2");
    assert_eq!(out[359][1], "");
}

#[test]
fn a_model_without_the_order_of_time_is_as_before() {
    let dir = Workdir::with("data.csv", csv(&drifting()));
    let report = train(&dir, &[]).ok();
    assert!(cross_validation(&dir).get("time").is_none());
    assert!(!report.text().contains("order of"));
}

#[test]
fn dates_that_cannot_be_read_are_refused_with_file_line_and_remedy() {
    let told = |date: &str| {
        let mut rows = drifting();
        rows[4][2] = date.to_owned();
        let dir = Workdir::with("data.csv", csv(&rows));
        let outcome = train(&dir, &["--time-column", "said"]);
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(!dir.names().contains(&"m.stance".to_owned()));
        outcome.stderr
    };
    for (date, reason) in [
        ("", "no date: add one, or take the row out"),
        (
            "3 May 2023",
            "`3 May 2023` is no date: write 2024, 2024-06, 2024-06-19",
        ),
        ("2023-02-30", "`2023-02-30` is no date"),
    ] {
        let error = told(date);
        assert!(
            error.contains("data.csv, line 6: column `said`:"),
            "{error}"
        );
        assert!(error.contains(reason), "{error}");
        assert!(error.contains("--time-column"), "{error}");
    }
}

#[test]
fn folds_that_time_does_not_allow_are_refused_with_a_remedy() {
    let dir = Workdir::with("data.csv", csv(&drifting()));
    let told = |more: &[&str], code: i32| {
        let outcome = train(&dir, more);
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        outcome.stderr
    };
    let missing = told(&["--time-column", "sad"], 1);
    assert!(
        missing.contains("no column `sad`, did you mean `said`?"),
        "{missing}"
    );
    assert!(missing.contains("--time-column"), "{missing}");
    for other in ["--tune", "--learning-curve", "--label-errors"] {
        let error = told(&["--time-column", "said", other], 2);
        assert!(
            error.contains(other) && error.contains("--time-column"),
            "{error}"
        );
    }
    let order = told(&["--time-column", "said", "--fold-order", "contiguous"], 2);
    assert!(order.contains("--fold-order"), "{order}");
    let none = told(&["--time-column", "said", "--folds", "0"], 2);
    assert!(none.contains("leave out --folds 0"), "{none}");
    let check = dir.run(&["check", "data.csv", "--time-column", "said"]);
    assert_eq!(check.code, Some(2));
    let of_model = dir.run(&["evaluate", "data.csv", "--time-column", "said"]);
    assert_eq!(of_model.code, Some(2));
    assert!(
        of_model.stderr.contains("--cross-validate"),
        "{}",
        of_model.stderr
    );
    let few: Vec<Row> = drifting()
        .into_iter()
        .map(|[text, label, date, who]| [text, label, date[..4].to_owned(), who])
        .collect();
    dir.write("data.csv", csv(&few));
    let years = told(&["--time-column", "said"], 1);
    assert!(
        years.contains("need 6 dates at least") && years.contains("use fewer folds"),
        "{years}"
    );
    // The first months know no conciliatory word.
    let mut rows = drifting();
    rows.retain(|row| row[1] != "conciliatory" || row[2].as_str() >= "2023-06");
    dir.write("data.csv", csv(&rows));
    let untaught = told(&["--time-column", "said"], 1);
    assert!(untaught.contains("--drop-label conciliatory"), "{untaught}");
}
