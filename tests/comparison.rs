//! Anyone's predictions against gold labels, two systems against each other, settings without a model, and the paragraph
//! that says how.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Workdir, records, repository, statements, table};

/// A folder with the labelled quotes of `examples`.
fn with_quotes() -> Workdir {
    let quotes = std::fs::read(repository("examples/quotes.csv")).unwrap();
    Workdir::with("quotes.csv", quotes)
}

fn json(dir: &Workdir, args: &[&str]) -> Value {
    let outcome = dir.run(&[args, &["--json", "-"]].concat()).ok();
    serde_json::from_str(outcome.text()).unwrap()
}

const GOLD: &str = "id,text,label\n1,a,x\n2,b,y\n3,c,x\n4,d,y\n";

#[test]
fn scored_files_get_the_report_of_the_model_that_scored_them() {
    let dir = with_quotes();
    let of_model = dir.run(&["evaluate", "quotes.csv"]).ok();
    for (name, format) in [
        ("scored.csv", "csv"),
        ("scored.jsonl", "jsonl"),
        ("s.tsv.gz", "tsv"),
    ] {
        let predict = [
            "predict",
            "quotes.csv",
            "-o",
            name,
            "--output-format",
            format,
        ];
        dir.run(&predict).ok();
        let others = dir
            .run(&["evaluate", "quotes.csv", "--predictions", name])
            .ok();
        assert_eq!(others.text(), of_model.text());
        assert!(
            others.stderr.contains("rows matched by `id`"),
            "{}",
            others.stderr
        );
    }
    // The scored file carries the gold labels too.
    let own = dir
        .run(&["evaluate", "scored.csv", "--predictions", "scored.csv"])
        .ok();
    assert_eq!(own.text(), of_model.text());
    let own = ["evaluate", "scored.jsonl", "--predictions", "scored.jsonl"];
    assert_eq!(dir.run(&own).ok().text(), of_model.text());
}

#[test]
fn a_prefix_of_predictions_is_one_of_probabilities() {
    let dir = with_quotes();
    let predict = ["predict", "quotes.csv", "-o", "s.csv", "--prefix", "our_"];
    dir.run(&predict).ok();
    let args = ["evaluate", "s.csv", "--predictions", "s.csv"];
    let more = ["--prediction-column", "our_prediction"];
    let found = json(&dir, &[&args[..], &more].concat());
    assert!(found["log_loss"].is_number());
}

#[test]
fn plain_lines_and_fasttext_lines_are_labels_alone() {
    let dir = with_quotes();
    for name in ["labels.txt", "labels.ft"] {
        let format = if name == "labels.txt" {
            "lines"
        } else {
            "fasttext"
        };
        let predict = [
            "predict",
            "quotes.csv",
            "-o",
            name,
            "--output-format",
            format,
        ];
        dir.run(&predict).ok();
        let found = json(&dir, &["evaluate", "quotes.csv", "--predictions", name]);
        let of_model = json(&dir, &["evaluate", "quotes.csv"]);
        assert_eq!(found["accuracy"], of_model["accuracy"], "{name}");
        assert!(found.get("log_loss").is_none());
    }
}

#[test]
fn out_of_fold_predictions_give_the_report_of_training() {
    let dir = Workdir::with("data.csv", statements());
    let train = [
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--folds",
        "3",
        "--char-ngrams",
        "none",
    ];
    let trained = dir
        .run(&[&train[..], &["--out-of-fold", "o.csv"]].concat())
        .ok();
    let begin = trained.text().find("              precision").unwrap();
    let end = trained.text().find("\nmodel written").unwrap();
    let report = &trained.text()[begin..end];
    // The file has gold labels and no texts; with the data it is matched by position.
    for data in ["o.csv", "data.csv"] {
        let found = dir.run(&["evaluate", data, "--predictions", "o.csv"]).ok();
        assert_eq!(found.text(), report);
    }
}

#[test]
fn cross_validation_without_a_model_tells_the_same_and_writes_nothing() {
    let dir = Workdir::with("data.csv", statements());
    let settings = [
        "--folds",
        "3",
        "--seed",
        "4",
        "--char-ngrams",
        "none",
        "--c",
        "3",
    ];
    let train = [
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--out-of-fold",
        "a.csv",
    ];
    let trained = dir.run(&[&train[..], &settings].concat()).ok();
    std::fs::remove_file(dir.path("m.stance")).unwrap();
    let evaluate = [
        "evaluate",
        "--cross-validate",
        "data.csv",
        "--out-of-fold",
        "b.csv",
    ];
    let found = dir.run(&[&evaluate[..], &settings].concat()).ok();
    let from_calibration = |text: &str| text[text.find("calibrated").unwrap()..].to_owned();
    let trained = from_calibration(trained.text());
    let (trained, _) = trained.split_once("\nmodel written").unwrap();
    assert_eq!(from_calibration(found.text()), trained);
    assert!(
        found
            .text()
            .starts_with("720 statements (240 conciliatory, 240 hostile, 240 neutral)\n")
    );
    assert_eq!(dir.read("a.csv"), dir.read("b.csv"));
    assert_eq!(dir.names(), ["a.csv", "b.csv", "data.csv"]);
    let found = json(&dir, &[&evaluate[..3], &settings].concat());
    assert_eq!(found["n_rows"], 720);
}

#[test]
fn settings_that_would_do_nothing_are_refused() {
    let dir = with_quotes();
    for more in [
        &["--c", "3"][..],
        &["--char-ngrams", "none"],
        &["--predictions", "quotes.csv", "--group-column", "speaker"],
        &["--cross-validate", "--audit"],
        &["--prediction-column", "label"],
        &["--cross-validate", "-m", "m.stance"],
        &["--cross-validate", "--folds", "0"],
        &["--cross-validate", "--out-of-fold", "-"],
        &["--id-column", "id"],
        &["--predictions", "quotes.csv", "-m", "m.stance"],
    ] {
        let outcome = dir.run(&[&["evaluate", "quotes.csv"], more].concat());
        assert_eq!(outcome.code, Some(2), "{more:?}: {}", outcome.stderr);
    }
}

#[test]
fn labels_alone_have_no_figures_of_probabilities() {
    let dir = Workdir::with("gold.csv", GOLD);
    dir.write("p.csv", "id,coder\n4,y\n3,y\n2,y\n1,x\n");
    let args = [
        "evaluate",
        "gold.csv",
        "--predictions",
        "p.csv",
        "--prediction-column",
        "coder",
    ];
    let found = json(&dir, &args);
    assert_eq!(found["accuracy"], 0.75);
    assert_eq!(found["confusion"], serde_json::json!([[1, 1], [0, 2]]));
    for figure in ["log_loss", "brier_score", "calibration"] {
        assert!(found.get(figure).is_none(), "{figure}");
    }
    let told = dir.run(&args).ok();
    assert!(told.text().contains("no probabilities, hence no log-loss"));
    // By position the order counts: x, y, y, y against y, y, y, x.
    let by_position = json(&dir, &[&args[..], &["--id-column", "none"]].concat());
    assert_eq!(by_position["accuracy"], 0.25);
}

#[test]
fn the_label_counts_where_it_is_not_the_most_probable_one() {
    let dir = Workdir::with("gold.csv", GOLD);
    let rows = "id,prediction,prob_x,prob_y\n1,y,0.9,0.1\n2,y,0.2,0.8\n3,x,0.99,0.02\n4,y,0,1\n";
    dir.write("p.csv", rows);
    let args = ["evaluate", "gold.csv", "--predictions", "p.csv"];
    let found = json(&dir, &args);
    assert_eq!(found["accuracy"], 0.75);
    let warned = dir.run(&args).ok().stderr;
    assert!(
        warned.contains("in 1 rows the predicted label is not the most probable"),
        "{warned}"
    );
    // Probabilities are those of the file, divided by their sum.
    let losses = [0.9f64, 0.8, 0.99 / 1.01, 1.0].map(|p| -p.ln());
    let mean = losses.iter().sum::<f64>() / 4.0;
    assert!((found["log_loss"].as_f64().unwrap() - mean).abs() < 2e-6);
}

#[test]
fn labels_are_renamed_alike_and_rows_left_out_by_their_place() {
    let dir = Workdir::with("gold.csv", "text,label\na,pos\nb,2\nc,neg\nd,pos\n");
    dir.write(
        "p.csv",
        "prediction,prob_1,prob_0,prob_2\n1,0.5,0.25,0.25\n2,0,0,1\n0,0,1,0\n0,0.2,0.8,0\n",
    );
    let args = [
        "evaluate",
        "gold.csv",
        "--predictions",
        "p.csv",
        "--drop-label",
        "2",
    ];
    let renamed = [&args[..], &["--label-map", "1=pos,0=neg"]].concat();
    let found = json(&dir, &renamed);
    assert_eq!(
        (&found["n_rows"], &found["accuracy"]),
        (&3.into(), &0.666667.into())
    );
    // Probabilities of labels with one new name are added.
    let found = json(
        &dir,
        &[&args[..], &["--label-map", "1=pos,0=neg,2=neg"]].concat(),
    );
    assert_eq!(
        found["log_loss"],
        (-(0.5f64.ln() + 0.2f64.ln()) / 3.0 * 1e6).round() / 1e6
    );
}

#[test]
fn predictions_that_cannot_be_used_are_refused_with_file_line_and_remedy() {
    let dir = Workdir::with("gold.csv", GOLD);
    let cases: [(&str, &[&str]); 14] = [
        (
            "id,prediction\n1,x\n2,y\n3,z\n4,y\n",
            &[
                "p.csv, line 4: label `z` is unknown",
                "x, y",
                "--label-map z=",
            ],
        ),
        (
            "id,prediction\n1,x\n2,y\n4,y\n",
            &["gold.csv, line 4: p.csv has no row with `3` in `id`"],
        ),
        (
            "id,prediction\n1,x\n2,y\n2,y\n3,x\n",
            &[
                "p.csv, line 4: `2` in `id` stands on line 3",
                "--id-column none",
            ],
        ),
        (
            "id,prediction\n1,x\n,y\n",
            &["p.csv, line 3: `id` is empty", "--id-column none"],
        ),
        (
            "prediction\nx\ny\nx\n",
            &["p.csv has 3 rows and gold.csv has 4", "--id-column"],
        ),
        (
            "id,prediction\n1,x\n2,\n",
            &["p.csv, line 3: the row has no prediction"],
        ),
        (
            "id,prediction,prob_x,prob_y\n1,x,0.6,0.6\n",
            &["p.csv, line 2: the probabilities sum to 1.2000"],
        ),
        (
            "id,prediction,prob_x,prob_y\n1,x,NaN,0.6\n",
            &["p.csv, line 2: `NaN` in `prob_x` is not a probability"],
        ),
        (
            "id,prediction,prob_x,prob_y\n1,x,1.5,-0.5\n",
            &["p.csv, line 2: `1.5` in `prob_x`"],
        ),
        (
            "id,prediction,prob_x,prob_y\n1,x,,1\n",
            &["p.csv, line 2: `` in `prob_x`", "remove all columns"],
        ),
        (
            "id,prediction,prob_x\n1,x,1\n2,x,1\n3,x,1\n4,x,1\n",
            &["none for the label `y`", "`prob_y`"],
        ),
        (
            "id,predicted\n1,x\n",
            &[
                "no column `prediction`, did you mean `predicted`?",
                "--prediction-column",
            ],
        ),
        ("id,prediction\n", &["p.csv has no rows"]),
        ("", &["p.csv is empty"]),
    ];
    for (predictions, parts) in cases {
        dir.write("p.csv", predictions);
        let outcome = dir.run(&["evaluate", "gold.csv", "--predictions", "p.csv"]);
        outcome.failed(1, parts);
    }
    dir.write("p.csv", "id,prediction\n1,x\n2,y\n3,x\n4,y\n");
    let args = [
        "evaluate",
        "gold.csv",
        "--predictions",
        "p.csv",
        "--id-column",
        "key",
    ];
    dir.run(&args)
        .failed(1, &["p.csv has no column `key`", "--id-column none"]);
    dir.write("gold.csv", "id,text,label\n1,a,x\n1,b,y\n");
    let args = ["evaluate", "gold.csv", "--predictions", "p.csv"];
    dir.run(&args)
        .failed(1, &["gold.csv, line 3: `1` in `id` stands on line 2"]);
    let both = ["evaluate", "-", "--predictions", "-"];
    dir.run(&both)
        .failed(2, &["only one file can be standard input"]);
    dir.write("p.jsonl", "{\"id\":1,\"label\":\"x\"}\n");
    let args = ["evaluate", "gold.csv", "--predictions", "p.jsonl"];
    dir.run(&args)
        .failed(1, &["p.jsonl, line 1: the row has no prediction"]);
}

/// Forty rows of two labels; `a` is wrong on every fourth, `b` on every tenth.
fn two_systems() -> Workdir {
    let rows = |wrong_each: Option<usize>| -> Vec<[String; 4]> {
        (0..40)
            .map(|row| {
                let gold = row % 2;
                let wrong = wrong_each.is_some_and(|n| row % n == 0);
                let label = ["con", "pro"][gold ^ usize::from(wrong)];
                let p = if wrong_each == Some(10) { 0.9 } else { 0.7 };
                let pro = if label == "pro" { p } else { 1.0 - p };
                [
                    row.to_string(),
                    label.to_owned(),
                    format!("{:.2}", 1.0 - pro),
                    format!("{pro:.2}"),
                ]
            })
            .collect()
    };
    let head = ["id", "prediction", "prob_con", "prob_pro"].map(str::to_owned);
    let file = |wrong_each| table([vec![head.clone()], rows(Some(wrong_each))].concat(), b',');
    let dir = Workdir::new();
    dir.write("a.csv", file(4));
    dir.write("b.csv", file(10));
    let gold = rows(None)
        .into_iter()
        .map(|[id, label, ..]| [format!("statement {id}"), label, id]);
    let head = ["text", "label", "id"].map(str::to_owned);
    dir.write("gold.csv", table(std::iter::once(head).chain(gold), b','));
    dir
}

#[test]
fn two_systems_stand_side_by_side_with_their_flips() {
    let dir = two_systems();
    let args = ["compare", "a.csv", "b.csv", "gold.csv", "--flips", "f.csv"];
    let found = json(&dir, &args);
    assert_eq!(found["systems"][0]["accuracy"], 0.75);
    assert_eq!(found["systems"][1]["accuracy"], 0.9);
    assert_eq!(found["accuracy_difference"]["value"], 0.15);
    // a is wrong on 0, 4, … 36, b on 0, 10, 20, 30: both on 0 and 20.
    assert_eq!(found["mc_nemar"]["only_first"], 2);
    assert_eq!(found["mc_nemar"]["only_second"], 8);
    // 2·P(X ≤ 2), ten draws: 2·56/1024.
    assert_eq!(found["mc_nemar"]["p_value"], 0.109375);
    assert_eq!(found["mc_nemar"]["variant"], "exact");
    assert_eq!(found["n_flips"], 10);
    let losses = |right: f64, p: f64| -(right * p.ln() + (40.0 - right) * (1.0 - p).ln()) / 40.0;
    let difference = losses(36.0, 0.9) - losses(30.0, 0.7);
    let written = found["log_loss_difference"]["value"].as_f64().unwrap();
    assert!((written - difference).abs() < 1e-6);
    let flips = records(&dir.read("f.csv"), b',');
    assert_eq!(flips.len(), 11);
    assert_eq!(
        flips[0],
        [
            "file",
            "line",
            "id",
            "text",
            "label",
            "a",
            "b",
            "probability_a",
            "probability_b",
            "right"
        ]
    );
    let first = [
        "gold.csv",
        "6",
        "4",
        "statement 4",
        "con",
        "pro",
        "con",
        "0.700000",
        "0.900000",
        "b",
    ];
    assert_eq!(flips[1], first);
    let told = dir
        .run(&["compare", "a.csv", "b.csv", "gold.csv", "--rows", "1"])
        .ok();
    for part in [
        "id 4: gold con, A pro 0.700, B con 0.900",
        "statement 4",
        "9 more rows flip",
        "pro → con         8             8             0",
        "b.csv (B) were compared on the same 40 labelled statements",
        "exact binomial",
        "p = 0.1094",
    ] {
        assert!(
            told.text().contains(part),
            "no `{part}` in: {}",
            told.text()
        );
    }
}

#[test]
fn a_comparison_is_the_same_on_any_number_of_threads_and_turns_with_its_sides() {
    let dir = two_systems();
    let run = |a: &str, b: &str, more: &[&str]| {
        let args = [&["compare", a, b, "gold.csv", "--json", "-"], more].concat();
        dir.run(&args).ok().stdout
    };
    let one = run("a.csv", "b.csv", &["--threads", "1"]);
    assert_eq!(one, run("a.csv", "b.csv", &["--threads", "3"]));
    assert_ne!(one, run("a.csv", "b.csv", &["--seed", "1"]));
    let turned: Value = serde_json::from_slice(&run("b.csv", "a.csv", &[])).unwrap();
    assert_eq!(
        turned["macro_f1_difference"]["value"]
            .as_f64()
            .unwrap()
            .signum(),
        -1.0
    );
    assert_eq!(turned["mc_nemar"]["p_value"], 0.109375);
}

#[test]
fn models_are_compared_with_each_other_and_with_predictions() {
    let dir = with_quotes();
    dir.write("data.csv", statements());
    for (name, c) in [("a.stance", "10"), ("b.stance", "0.1")] {
        let train = [
            "train",
            "data.csv",
            "-m",
            name,
            "--folds",
            "0",
            "--char-ngrams",
            "none",
        ];
        dir.run(&[&train[..], &["--c", c]].concat()).ok();
    }
    let args = [
        "compare",
        "a.stance",
        "b.stance",
        "quotes.csv",
        "--top",
        "5",
    ];
    let found = json(&dir, &args);
    let changes = found["weight_changes"].as_array().unwrap();
    assert_eq!(changes.len(), 5);
    let size = |change: &Value| {
        (change["second"].as_f64().unwrap() - change["first"].as_f64().unwrap()).abs()
    };
    assert!(changes.is_sorted_by(|a, b| size(a) >= size(b)));
    let told = dir.run(&args).ok();
    assert!(told.text().contains("terms whose weights differ most"));
    assert!(
        told.text()
            .contains("(stance inspect --methods describes it)")
    );
    // A model against what it wrote itself.
    let predict = [
        "predict",
        "quotes.csv",
        "-m",
        "a.stance",
        "-o",
        "scored.csv",
    ];
    dir.run(&predict).ok();
    let same = json(&dir, &["compare", "a.stance", "scored.csv", "quotes.csv"]);
    assert_eq!(
        (&same["n_flips"], &same["log_loss_difference"]["value"]),
        (&0.into(), &0.0.into())
    );
    // Rows that it was trained on are no test.
    for args in [
        &["compare", "a.stance", "b.stance", "data.csv"][..],
        &["evaluate", "data.csv", "-m", "a.stance"],
    ] {
        let warned = dir.run(args).ok().stderr;
        assert!(
            warned.contains("a.stance was trained on these very rows"),
            "{warned}"
        );
    }
    dir.write("other.csv", "text,label\na,hostile\nb,friendly\n");
    let unknown = dir.run(&["compare", "a.stance", "b.stance", "other.csv"]);
    unknown.failed(
        1,
        &[
            "label `friendly` is unknown to the model a.stance",
            "--label-map friendly=",
        ],
    );
}

#[test]
fn systems_that_cannot_be_opened_are_named() {
    let dir = with_quotes();
    let missing = dir.run(&["compare", "none.csv", "quotes.csv", "quotes.csv"]);
    missing.failed(1, &["cannot open none.csv", "check the name"]);
    let model = std::fs::read(repository("models/statements.stance")).unwrap();
    dir.write("cut.stance", &model[..5_000]);
    let cut = dir.run(&["compare", "cut.stance", "quotes.csv", "quotes.csv"]);
    cut.failed(1, &["cut.stance: the model is damaged"]);
    let twice = dir.run(&["compare", "-", "-", "quotes.csv"]);
    twice.failed(2, &["only one file can be standard input"]);
}

#[test]
fn outputs_replace_no_input() {
    let dir = two_systems();
    let args = [
        "compare", "a.csv", "b.csv", "gold.csv", "--flips", "a.csv", "--force",
    ];
    dir.run(&args)
        .failed(2, &["--flips a.csv would replace another file"]);
    let args = [
        "evaluate",
        "gold.csv",
        "--predictions",
        "a.csv",
        "--json",
        "a.csv",
        "--force",
    ];
    dir.run(&args)
        .failed(2, &["--json a.csv would replace another file"]);
}

#[test]
fn a_model_says_how_it_was_made() {
    let dir = Workdir::with("data.csv", statements());
    let train = [
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--char-ngrams",
        "none",
        "--min-df",
        "2",
    ];
    dir.run(&[&train[..], &["--folds", "3", "--calibration", "none"]].concat())
        .ok();
    let told = dir.run(&["inspect", "m.stance", "--methods"]).ok();
    assert_eq!(told.text().lines().count(), 1);
    for part in [
        "trained on 720 labelled statements (240 conciliatory, 240 hostile, 240 neutral",
        "word n-grams of length 1-2, weighted by tf-idf",
        "at least 2 statements",
        "3-fold cross-validation (stratified, seed 0)",
        "(95% interval 0.",
        "Probabilities were not calibrated (it was not asked for).",
    ] {
        assert!(
            told.text().contains(part),
            "no `{part}` in: {}",
            told.text()
        );
    }
}
