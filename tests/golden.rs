//! What the commands print, held against files in `tests/golden`: of a model trained here and now on
//! `tests/golden/corpus.csv`, so that a new model in the box changes none of them.
//!
//! When a change is meant, look at it with
//!
//! ```text
//! STANCE_BLESS=1 cargo test --test golden && git diff tests/golden
//! ```
//!
//! which writes the files anew.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::LazyLock;
use support::{Outcome, Workdir, repository};

/// The folder with the corpus, the statements and the model; and what training said.
static TRAINED: LazyLock<(Workdir, Outcome)> = LazyLock::new(|| {
    let dir = Workdir::new();
    for name in ["corpus.csv", "statements.csv"] {
        let from = repository("tests/golden").join(name);
        dir.write(name, std::fs::read(from).unwrap());
    }
    let outcome = dir
        .run(&["train", "corpus.csv", "-m", "m.stance", "--c", "1"])
        .ok();
    (dir, outcome)
});

/// Compares `found` with the golden file `name`, or writes that file if it is to be blessed.
#[track_caller]
fn is_golden(name: &str, found: &str) {
    let path = repository("tests/golden").join(name);
    if std::env::var_os("STANCE_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, found).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    if golden == found {
        return;
    }
    let (golden_lines, found_lines) = (golden.lines(), found.lines());
    let same = golden_lines
        .zip(found_lines)
        .take_while(|(a, b)| a == b)
        .count();
    panic!(
        "tests/golden/{name} differs from line {} on:\n  golden: {}\n  found:  {}\n\
         if that is meant: STANCE_BLESS=1 cargo test --test golden",
        same + 1,
        golden.lines().nth(same).unwrap_or("(the end)"),
        found.lines().nth(same).unwrap_or("(the end)"),
    );
}

/// Runs the command in the folder of the model; its standard output must be golden.
#[track_caller]
fn prints(name: &str, args: &[&str]) {
    is_golden(name, TRAINED.0.run(args).ok().text());
}

#[track_caller]
fn predicts(name: &str, more: &[&str]) {
    let args = ["predict", "statements.csv", "-m", "m.stance"];
    prints(name, &[&args[..], more].concat());
}

const EXPLAINED: [&str; 2] = [
    "We will strike the airfield, and there is nothing to discuss.",
    "Thank you: the bridge is open, blorft.",
];

/// Every feature is listed in JSON, so few words must do.
const SHORT: [&str; 2] = ["Thank you, blorft.", "We reject it."];

#[test]
fn train_reports_what_it_made() {
    let outcome = &TRAINED.1;
    is_golden("train.txt", outcome.text());
    is_golden("train.stderr.txt", &outcome.stderr);
}

#[test]
fn predict_adds_columns() {
    predicts("predict.csv", &[]);
}

#[test]
fn predict_writes_json_lines() {
    predicts("predict.jsonl", &["--output-format", "jsonl"]);
}

#[test]
fn predict_gives_reasons() {
    predicts("reasons.csv", &["--reasons", "3"]);
}

#[test]
fn predict_marks_the_uncertain() {
    predicts("threshold.csv", &["--threshold", "0.5", "--prefix", "s_"]);
}

#[test]
fn predict_restates_for_another_mix() {
    let prior = "hostile=0.1,conciliatory=0.3,neutral=0.6";
    predicts("prior.csv", &["--prior", prior]);
}

/// The article of the examples, from its text to a scored table and to a sheet.
#[test]
fn articles_are_scored_end_to_end() {
    let article = std::fs::read(repository("examples/article.txt")).unwrap();
    TRAINED.0.write("article.txt", article);
    prints("quotes.csv", &["quotes", "article.txt"]);
    let args = ["predict", "--articles", "article.txt", "-m", "m.stance"];
    prints("articles.csv", &args);
    prints("sheet.txt", &[&args[..], &["--sheet"]].concat());
}

#[test]
fn explain_marks_words_and_adds_up() {
    prints(
        "explain.txt",
        &[
            "explain",
            "-m",
            "m.stance",
            "--top",
            "6",
            EXPLAINED[0],
            EXPLAINED[1],
        ],
    );
}

#[test]
fn explain_writes_json_that_adds_up() {
    let args = ["explain", "-m", "m.stance", "--json", SHORT[0], SHORT[1]];
    prints("explain.jsonl", &args);
    let outcome = TRAINED.0.run(&args).ok();
    for (line, text) in outcome.text().lines().zip(SHORT) {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(object["text"], text);
        for label in ["conciliatory", "hostile", "neutral"] {
            let mut sum = object["intercepts"][label].as_f64().unwrap();
            for contribution in object["contributions"].as_array().unwrap() {
                sum += contribution["raw"][label].as_f64().unwrap();
            }
            // Exact as written; serde_json may lose the last bit in reading.
            let total = object["log_odds"][label].as_f64().unwrap();
            assert!((sum - total).abs() < 1e-14, "{label}: {text}");
            let mut sum = object["calibrated_intercepts"][label].as_f64().unwrap();
            for piece in object["pieces"].as_array().unwrap() {
                sum += piece["calibrated"][label].as_f64().unwrap();
                for span in piece["byte_spans"].as_array().unwrap() {
                    let at = |i: usize| span[i].as_u64().unwrap() as usize;
                    assert!(text.get(at(0)..at(1)).is_some());
                }
            }
            let total = object["calibrated_log_odds"][label].as_f64().unwrap();
            assert!((sum - total).abs() < 1e-9, "{label}: {text}");
        }
    }
}

#[test]
fn evaluate_measures() {
    prints(
        "evaluate.txt",
        &["evaluate", "statements.csv", "-m", "m.stance"],
    );
}

#[test]
fn evaluate_writes_json() {
    prints(
        "evaluate.json",
        &[
            "evaluate",
            "statements.csv",
            "-m",
            "m.stance",
            "--json",
            "-",
        ],
    );
}

#[test]
fn inspect_shows_what_a_model_is_made_of() {
    prints("inspect.txt", &["inspect", "m.stance", "--top", "5"]);
}

#[test]
fn inspect_writes_json() {
    prints(
        "inspect.json",
        &["inspect", "m.stance", "--top", "2", "--json"],
    );
}

#[test]
fn inspect_tells_the_methods_in_a_paragraph() {
    prints("methods.txt", &["inspect", "m.stance", "--methods"]);
}

#[test]
fn completions_are_a_script() {
    prints("completions.bash", &["completions", "bash"]);
}

#[test]
fn man_is_a_page() {
    prints("stance.1", &["man"]);
}
