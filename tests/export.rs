//! Scored quotations in the shape of event data sets.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{Workdir, records};

const SCORED: &str = "\
quote_id,date,speaker,speaker_canonical,target,text,prediction,prob_conciliatory,prob_hostile,prob_neutral
a-1,2024-03-05,Varro,Anna Varro,Ostmark,\"We will strike,\nand soon.\",hostile,0.1,0.8,0.1
a-2,,he,,,Let us talk.,conciliatory,0.7,0.1,0.2
a-3,2024-03-06,,,,The \"round\" opens on Monday.,neutral,0.1,0.1,0.8
a-4,2024-03-06,,,,,,,,
";

fn objects(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn plover_has_a_json_object_for_each_row() {
    let dir = Workdir::with(
        "scored.csv",
        SCORED.replace("a-4,2024-03-06,,,,,", "a-4,,,,,x,"),
    );
    let out = dir.run(&["export", "scored.csv", "--to", "plover"]).ok();
    let expected = [
        json!({
            "id": "a-1", "date": "2024-03-05", "source": "Anna Varro", "target": "Ostmark", "quad_code": 3,
            "text": "We will strike,\nand soon.", "probability": 0.8,
        }),
        json!({
            "id": "a-2", "date": null, "source": "he", "target": null, "quad_code": 1, "text": "Let us talk.",
            "probability": 0.7,
        }),
        json!({
            "id": "a-3", "date": "2024-03-06", "source": null, "target": null, "quad_code": null,
            "text": "The \"round\" opens on Monday.", "probability": 0.8,
        }),
    ];
    assert_eq!(objects(out.text()), expected);
    assert!(
        out.stderr.contains("1 rows have no prediction"),
        "{}",
        out.stderr
    );
}

#[test]
fn gdelt_has_a_line_for_each_row() {
    let dir = Workdir::with("scored.csv", SCORED);
    dir.run(&["export", "scored.csv", "--to", "gdelt", "-o", "out.tsv"])
        .ok();
    let found = records(&dir.read("out.tsv"), b'\t');
    let expected = [
        [
            "GlobalEventID",
            "Day",
            "Actor1Name",
            "Actor2Name",
            "QuadClass",
            "SourceText",
        ],
        [
            "a-1",
            "20240305",
            "Anna Varro",
            "Ostmark",
            "3",
            "We will strike, and soon.",
        ],
        ["a-2", "", "he", "", "1", "Let us talk."],
        [
            "a-3",
            "20240306",
            "",
            "",
            "",
            "The \"round\" opens on Monday.",
        ],
    ];
    assert_eq!(found, expected);
    assert_eq!(dir.read_text("out.tsv").lines().count(), 4);
}

#[test]
fn text_and_prediction_are_enough() {
    let dir = Workdir::with("scored.csv", "text,m_prediction\nx,hostile\n");
    dir.write(
        "scored.jsonl",
        "{\"text\":\"x\",\"m_prediction\":\"neutral\"}\n{\"text\":\"y\",\"m_prediction\":\"hostile\",\"id\":7,\"m_prob_hostile\":0.5}\n",
    );
    let args = |file| {
        [
            "export",
            file,
            "--to",
            "plover",
            "--prediction-column",
            "m_prediction",
        ]
    };
    let row = |id: Value, code: Value, text: &str, p: Value| {
        json!({
            "id": id, "date": null, "source": null, "target": null, "quad_code": code, "text": text,
            "probability": p,
        })
    };
    let none = Value::Null;
    let out = dir.run(&args("scored.csv")).ok();
    let expected = [row(none.clone(), 3.into(), "x", none.clone())];
    assert_eq!(objects(out.text()), expected);
    let out = dir.run(&args("scored.jsonl")).ok();
    let expected = [
        row(none.clone(), none.clone(), "x", none),
        row("7".into(), 3.into(), "y", 0.5.into()),
    ];
    assert_eq!(objects(out.text()), expected);
}

#[test]
fn errors_name_file_line_and_remedy() {
    let dir = Workdir::with("unscored.csv", "text,label\nx,hostile\n");
    dir.write("other.csv", "text,prediction\nx,hostile\ny,angry\n");
    dir.write("coarse.csv", "text,prediction,date\nx,hostile,2024-03\n");
    dir.write("untold.csv", "words,prediction\nx,hostile\n");
    dir.write("empty.jsonl", "{\"text\":\"x\"}\n");
    let fails = |file, scheme, parts: &[&str]| {
        let args = ["export", file, "--to", scheme, "-o", "out"];
        dir.run(&args).failed(1, parts);
        assert!(!dir.path("out").exists());
    };
    fails(
        "unscored.csv",
        "plover",
        &["unscored.csv", "`prediction`", "stance predict"],
    );
    fails(
        "untold.csv",
        "plover",
        &["untold.csv", "`text`", "--text-column"],
    );
    fails(
        "other.csv",
        "gdelt",
        &["other.csv, line 3", "`angry`", "rename it"],
    );
    fails(
        "coarse.csv",
        "gdelt",
        &["coarse.csv, line 2", "does not tell the day"],
    );
    fails(
        "empty.jsonl",
        "plover",
        &["empty.jsonl", "no row has a label in `prediction`"],
    );
}

#[test]
fn standard_input_gives_what_the_file_gives() {
    let dir = Workdir::with("scored.csv", SCORED);
    let args = |file| ["export", file, "--to", "plover"];
    let piped = dir.run_with_input(&args("-"), SCORED.as_bytes()).ok();
    assert_eq!(piped.stdout, dir.run(&args("scored.csv")).ok().stdout);
    // JSON lines too.
    let lines = support::json_lines(&records(SCORED.as_bytes(), b','));
    let of_json = dir.run_with_input(&args("-"), lines.as_bytes());
    assert_eq!(of_json.ok().stdout, piped.stdout);
}
