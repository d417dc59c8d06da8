//! Columns beside the text: speakers and targets whose names are not learned, and values that are.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Workdir, records};

const ACTORS: [&str; 4] = ["Norland", "Suderia", "Ostmark", "Varn"];
const OPTIONS: [&str; 4] = ["--speaker-column", "who", "--target-column", "whom"];

/// Statements in which the speaker's name alone settles the label of most, and verbs the label of all.
fn data() -> String {
    let mut csv = "text,label,who,whom,register\n".to_owned();
    for row in 0..160usize {
        let hostile = row % 2 == 0;
        let verb = [
            ["welcome", "thank", "support", "trust"],
            ["attack", "punish", "fight", "destroy"],
        ][usize::from(hostile)][row / 2 % 4];
        // Norland and Ostmark are hostile nine times in ten.
        let speaker = (row + usize::from(row % 20 > 17)) % 2 + 2 * (row / 8 % 2);
        let target = (speaker + 1 + row % 3) % 4;
        let (who, whom) = (ACTORS[speaker], ACTORS[target]);
        let label = if hostile { "hostile" } else { "friendly" };
        let register = if hostile { "tweet" } else { "UN speech" };
        csv += &format!(
            "In week {row} we of {who} will {verb} {whom}ers q{row} k{},{label},{who},{whom},{register}\n",
            row * 7
        );
    }
    csv
}

fn trained(options: &[&str]) -> Workdir {
    let dir = Workdir::with("data.csv", data());
    let args = [&["train", "data.csv", "-m", "m.stance"], options].concat();
    dir.run(&args).ok();
    dir
}

fn predictions(dir: &Workdir, csv: &str) -> Vec<Vec<String>> {
    dir.write("new.csv", csv);
    let out = dir.run(&["predict", "new.csv", "-m", "m.stance"]).ok();
    records(&out.stdout, b',')
}

#[test]
fn the_name_of_an_actor_is_no_feature_and_changes_nothing() {
    let rows = |who: &str, whom: &str| {
        format!(
            "text,who,whom\nWe of {who} will fight for {whom}.,{who},{whom}\nIn {who} they trust {whom}.,{who},{whom}\n"
        )
    };
    let scores = |dir: &Workdir, who: &str, whom: &str| -> Vec<String> {
        let rows = predictions(dir, &rows(who, whom));
        rows[1..].iter().map(|row| row[3..].join(" ")).collect()
    };
    let plain = trained(&[]);
    assert_ne!(
        scores(&plain, "Norland", "Varn"),
        scores(&plain, "Suderia", "Ostmark"),
        "names count where there is no column"
    );
    let marked = trained(&OPTIONS);
    let norland = scores(&marked, "Norland", "Varn");
    assert_eq!(norland, scores(&marked, "Suderia", "Ostmark"));
    assert_eq!(norland, scores(&marked, "Mara Lind", "Elsewhere"));
    let out = marked
        .run(&["inspect", "m.stance", "--json", "--top", "9999"])
        .ok();
    let inspected = out.text().to_lowercase();
    assert!(inspected.contains("attack ⟦target⟧"));
    let top: Value = serde_json::from_str(out.text()).unwrap();
    assert_eq!(top["card"]["text"]["context"]["speaker_column"], "who");
    for name in ACTORS {
        assert!(!inspected.contains(&name.to_lowercase()), "{name}");
    }
}

#[test]
fn who_does_it_to_whom_can_be_learned() {
    // Every word and name is equally common under both labels; only the direction differs.
    let mut csv = "text,label,who,whom\n".to_owned();
    for row in 0..96usize {
        let (a, b) = (ACTORS[row % 4], ACTORS[(row + 1 + row / 4 % 3) % 4]);
        let n = row * 37 % 97;
        let (text, label) = match row / 48 {
            0 => (format!("It is true that {a} attacked {b} w{n}"), "does"),
            _ => (format!("It is true that {b} attacked {a} w{n}"), "suffers"),
        };
        csv += &format!("{text},{label},{a},{b}\n");
    }
    let accuracy = |options: &[&str]| {
        let dir = Workdir::with("data.csv", &csv);
        let command = [
            "evaluate",
            "--cross-validate",
            "data.csv",
            "--json",
            "r.json",
        ];
        let args = [&command[..], options].concat();
        dir.run(&args).ok();
        let report: Value = serde_json::from_str(&dir.read_text("r.json")).unwrap();
        report["accuracy"].as_f64().unwrap()
    };
    assert!(accuracy(&[]) < 0.75);
    assert_eq!(accuracy(&OPTIONS), 1.0);
}

#[test]
fn the_value_of_a_column_is_a_feature() {
    let dir = trained(&["--feature-column", "register"]);
    let rows = predictions(
        &dir,
        "register,text\ntweet,so be it\nUN speech,so be it\nletter,so be it\n,so be it\n",
    );
    let labels: Vec<&str> = rows[1..].iter().map(|row| row[2].as_str()).collect();
    assert_eq!(labels[..2], ["hostile", "friendly"]);
    assert_eq!(rows[3][2..], rows[4][2..], "a new value says nothing");
    let out = dir.run(&["explain", "-m", "m.stance", "so be it ⟦register: tweet⟧"]);
    assert!(out.ok().text().contains("\n⟦register: tweet⟧ "));
    let inspected = dir.run(&["inspect", "m.stance", "--json"]).ok();
    assert!(
        !inspected.text().contains(" ⟦register"),
        "the value stands next to no word"
    );
}

#[test]
fn all_commands_read_the_columns() {
    let dir = trained(&[&OPTIONS[..], &["--out-of-fold", "fold.csv"]].concat());
    let predicted = predictions(&dir, &data());
    let labels = predicted[1..].iter().map(|row| row[5].as_str());
    let expected: Vec<&str> = labels.collect();
    dir.run(&["evaluate", "data.csv", "-m", "m.stance", "--json", "r.json"])
        .ok();
    let report: Value = serde_json::from_str(&dir.read_text("r.json")).unwrap();
    let gold = predicted[1..].iter().map(|row| row[1].as_str());
    let right = gold.zip(&expected).filter(|(a, b)| a == *b).count();
    assert_eq!(
        report["accuracy"].as_f64().unwrap(),
        right as f64 / expected.len() as f64
    );
    let compared = dir.run(&["compare", "m.stance", "new.csv", "data.csv"]);
    assert_ne!(compared.code, Some(0), "no predictions in new.csv");
    let out = dir.run(&["predict", "data.csv", "-m", "m.stance"]).ok();
    dir.write("p.csv", out.stdout);
    let compared = dir.run(&["compare", "m.stance", "p.csv", "data.csv"]).ok();
    assert!(
        compared
            .text()
            .contains("A alone is right on 0 rows, B alone on 0")
    );
}

#[test]
fn a_missing_column_is_an_error_and_an_empty_one_a_warning() {
    let dir = trained(&OPTIONS);
    dir.write("bare.csv", "text\nwe will see\n");
    let out = dir.run(&["predict", "bare.csv", "-m", "m.stance"]);
    out.failed(
        1,
        &[
            "bare.csv, line 1: no column `who`",
            "the model reads who, whom",
        ],
    );
    let out = dir.run_with_input(&["predict", "-", "-m", "m.stance"], b"we will see\n");
    out.failed(1, &["give a CSV or JSON file"]);
    dir.write("empty.jsonl", "{\"text\":\"we will see\"}\n");
    let out = dir.run(&["predict", "empty.jsonl", "-m", "m.stance"]).ok();
    assert!(out.stderr.contains("1 of 1 rows say nothing in `who`"));
    dir.write(
        "none.jsonl",
        "{\"text\":\"we see\",\"label\":\"a\"}\n{\"text\":\"they see\",\"label\":\"b\"}\n",
    );
    let out = dir.run(&[
        "train",
        "none.jsonl",
        "-m",
        "x.stance",
        "--feature-column",
        "register",
    ]);
    out.failed(1, &["no row says anything in `register`"]);
    let twice = [
        "train",
        "data.csv",
        "-m",
        "x.stance",
        "--feature-column",
        "who",
    ];
    let out = dir.run(&[&twice[..], &OPTIONS].concat());
    out.failed(2, &["`who` is named twice"]);
    let out = dir
        .run(&["predict", "-m", "m.stance", "-t", "We wait."])
        .ok();
    assert!(out.stderr.contains("⟦speaker⟧, ⟦target⟧"));
    dir.write("low.csv", data().to_lowercase());
    let out = dir.run(&[&["train", "low.csv", "-m", "low.stance"], &OPTIONS[..]].concat());
    assert!(
        out.ok()
            .stderr
            .contains("no text names its speaker or target")
    );
    let out = dir.run(&[
        "train",
        "data.csv",
        "-m",
        "x.stance",
        "--feature-column",
        "label",
    ]);
    out.failed(2, &["`label` carries the labels"]);
    let none = [
        "train",
        "data.csv",
        "-m",
        "x.stance",
        "--word-ngrams",
        "none",
    ];
    let out = dir.run(&[&none[..], &OPTIONS].concat());
    out.failed(2, &["--word-ngrams none"]);
}

#[test]
fn masked_names_are_one_word_and_are_shown_as_they_are() {
    let dir = trained(&["--names", "mask"]);
    let rows = |who: &str, whom: &str| {
        format!("text\nWe of {who} will fight for {whom}.\nThey trust {whom} of all\n")
    };
    let scores = |csv: &str| -> Vec<String> {
        let rows = predictions(&dir, csv);
        rows[1..].iter().map(|row| row[1..].join(" ")).collect()
    };
    let norland = scores(&rows("Norland", "Suderia"));
    assert_eq!(norland, scores(&rows("Port Elsewhere", "East-Varn")));
    assert_ne!(norland, scores(&rows("norland", "suderia")));
    let out = dir.run(&["explain", "-m", "m.stance", "We fight Port Varn’s men"]);
    let sheet = out.ok().text().to_owned();
    assert!(sheet.contains("fight Port Varn"), "{sheet}");
    let out = dir.run(&["inspect", "m.stance", "--top", "999"]).ok();
    assert!(out.text().contains("names masked"));
    let listed = out.text().to_lowercase();
    for name in ACTORS.map(str::to_lowercase) {
        assert!(!listed.contains(&name), "{name}");
    }
    let german = ["train", "data.csv", "-m", "x.stance", "--names", "mask"];
    let out = dir.run(&[&german[..], &["--language", "german"]].concat());
    out.failed(2, &["--names mask"]);
}
