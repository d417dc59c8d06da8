//! `stance train --learning-curve`: the curve, its tail, and what it says.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use support::{Workdir, statements};

#[test]
fn the_curve_rises_and_the_model_is_the_same() {
    let dir = Workdir::with("data.csv", statements());
    let train = ["train", "data.csv", "--char-ngrams", "none", "-m"];
    dir.run(&[&train[..], &["plain.stance"]].concat()).ok();
    let with = |threads: &str| {
        let more = [
            "m.stance",
            "--force",
            "--learning-curve",
            "--threads",
            threads,
        ];
        dir.run(&[&train[..], &more].concat()).ok()
    };
    let outcome = with("1");
    assert_eq!(outcome.stdout, with("4").stdout);
    assert_eq!(dir.read("m.stance"), dir.read("plain.stance"));
    let report = outcome.text();
    let table = report.split("Learning curve").nth(1).unwrap();
    let points: Vec<(f64, f64)> = table
        .lines()
        .filter(|line| line.contains("×  "))
        .map(|line| {
            let mut words = line.split_whitespace();
            let rows = words.next().unwrap().parse().unwrap();
            (rows, words.nth(1).unwrap().parse().unwrap())
        })
        .collect();
    assert_eq!(points.len(), 7);
    assert_eq!(points[6].0, 576.0);
    // With all rows the score is that of the cross-validation.
    let macro_average = report
        .lines()
        .find(|line| line.contains("macro avg  "))
        .unwrap();
    let macro_f1 = macro_average.split_whitespace().nth(4).unwrap();
    assert_eq!(format!("{:.3}", points[6].1), macro_f1);
    assert!(points[0].1 + 0.1 < points[6].1, "{points:?}");
    assert!(report.contains("error = a + b · rows^(−c)"));
    assert!(
        report.contains("More labels of the same kind would help: 1,152 rows instead of 576"),
        "{table}"
    );
}

#[test]
fn a_curve_without_folds_is_refused() {
    let dir = Workdir::with("data.csv", statements());
    let args = [
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--learning-curve",
        "--folds",
        "0",
    ];
    dir.run(&args).failed(2, &["--learning-curve needs folds"]);
}
