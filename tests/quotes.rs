//! `stance quotes`: quotations with speakers and offsets that give them back.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Workdir, records, repository};

fn article() -> String {
    std::fs::read_to_string(repository("examples/article.txt")).unwrap()
}

#[test]
fn an_article_gives_its_quotations_with_speakers_and_offsets() {
    let text = article();
    let dir = Workdir::with("article.txt", &text);
    let out = dir.run(&["quotes", "article.txt"]).ok();
    let rows = records(&out.stdout, b',');
    let column = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    let characters: Vec<char> = text.chars().collect();
    let told: Vec<(&str, &str, &str)> = rows[1..]
        .iter()
        .map(|row| {
            let number = |name: &str| row[column(name)].parse::<usize>().unwrap();
            let quote = &row[column("text")];
            let by_characters: String = characters[number("start")..number("end")].iter().collect();
            assert_eq!(&by_characters, quote);
            assert_eq!(&text[number("byte_start")..number("byte_end")], quote);
            let speaker = &row[column("speaker")];
            let by_characters: String = characters[number("speaker_start")..number("speaker_end")]
                .iter()
                .collect();
            assert_eq!(&by_characters, speaker);
            (
                quote.as_str(),
                speaker.as_str(),
                row[column("resolved")].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "that it would keep its gunboats in the strait, hours before envoys of the two countries were due to meet for a third day",
                "The government of Norland",
                "stated"
            ),
            (
                "We will answer every shot with ten,",
                "Defence Minister Oskar Brandel",
                "stated"
            ),
            (
                "Nobody should doubt it.",
                "Defence Minister Oskar Brandel",
                "inferred"
            ),
            (
                "the remarks “the bluster of a tired man”",
                "Suderia’s foreign minister",
                "stated"
            ),
            (
                "her delegation would stay",
                "Suderia’s foreign minister",
                "stated"
            ),
            (
                "If they pull back their boats tonight, ours will be in port by morning,",
                "she",
                "inferred"
            ),
            (
                "that the ferry would leave at noon",
                "The harbour master of Port Halle",
                "stated"
            ),
            (
                "no vessel has been turned back since Friday.",
                "the shipping board",
                "stated"
            ),
            ("We have buried enough fishermen,", "Mara Quill", "stated"),
            (
                "My mother remembers the last war. She remembers the smoke over this very pier.",
                "she",
                "inferred"
            ),
            (
                "I will not let my children remember another,",
                "she",
                "inferred"
            ),
            (
                "The third round of talks opens at nine in the old customs house",
                "a spokeswoman for the mediators",
                "stated"
            ),
        ]
    );
}

#[test]
fn pronouns_and_descriptions_have_the_name_of_whom_they_stand_for() {
    let dir = Workdir::with("article.txt", article());
    let out = dir
        .run(&["quotes", "article.txt", "--output-format", "jsonl"])
        .ok();
    let rows: Vec<Value> = String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |text: &str| {
        rows.iter()
            .find(|row| row["text"].as_str().unwrap().starts_with(text))
            .unwrap()
    };
    let row = of("If they pull back");
    assert_eq!(row["speaker"], "she");
    assert_eq!(row["speaker_canonical"], "Irena Tolk");
    let row = of("the remarks");
    assert_eq!(row["speaker_canonical"], "Irena Tolk");
    assert_eq!(row["speaker_role"], "Suderia’s foreign minister");
    let row = of("I will not let");
    assert_eq!(row["speaker_canonical"], "Mara Quill");
    assert_eq!(
        row["context"],
        "“I will not let my children remember another,” she added."
    );
    let row = of("We will answer");
    assert_eq!(row["speaker_canonical"], "Oskar Brandel");
    assert_eq!(row["speaker_role"], "Defence Minister");
}

#[test]
fn quotations_can_be_scored_at_once() {
    let dir = Workdir::with("article.txt", article());
    let quotes = dir.run(&["quotes", "article.txt"]).ok();
    let scored = dir.run_with_input(&["predict", "-"], &quotes.stdout).ok();
    let (before, after) = (records(&quotes.stdout, b','), records(&scored.stdout, b','));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before[..], after[..before.len()]);
    }
}

#[test]
fn articles_in_rows_give_the_same_as_files() {
    let text = article();
    let dir = Workdir::with("article.txt", &text);
    let line = serde_json::json!({"article_id": "article", "text": text}).to_string();
    dir.write("a.jsonl", line + "\n");
    let table = support::table([["article_id", "text"], ["article", text.as_str()]], b',');
    dir.write("a.csv", table);
    let of_file = dir.run(&["quotes", "article.txt"]).ok().stdout;
    for name in ["a.jsonl", "a.csv"] {
        assert_eq!(dir.run(&["quotes", name]).ok().stdout, of_file, "{name}");
    }
    std::fs::create_dir_all(dir.path("folder/below")).unwrap();
    dir.write("folder/article.txt", &text);
    dir.write("folder/.hidden", "“no”");
    assert_eq!(dir.run(&["quotes", "folder"]).ok().stdout, of_file);
    dir.run(&["quotes", "folder/below"])
        .failed(1, &["the folder has no files"]);
    dir.run(&["quotes", "a.csv", "-o", "q.jsonl"]).ok();
    let lines: Vec<Value> = dir
        .read_text("q.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), records(&of_file, b',').len() - 1);
    assert_eq!(lines[1]["speaker"], "Defence Minister Oskar Brandel");
    assert_eq!(lines[0]["quote_id"], "article-q1");
}

#[test]
fn a_web_page_gives_the_same_quotations_as_its_text() {
    let text = article();
    let paragraphs: Vec<String> = text
        .trim()
        .split("\n\n")
        .map(|of| format!("<p>{of}</p>"))
        .collect();
    let menu = "<nav><a href=\"/\">Home</a> <a href=\"/w\">“Weather”</a></nav>";
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"></head><body>{menu}<article>{}</article></body></html>",
        paragraphs.join("\n")
    );
    let dir = Workdir::with("article.txt", &text);
    dir.write("page.html", page);
    let rows_of = |file: &str| {
        let out = dir.run(&["quotes", file]).ok();
        let rows = records(&out.stdout, b',');
        let column = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
        let (text, speaker) = (column("text"), column("speaker_canonical"));
        let rows = rows[1..].iter();
        rows.map(|row| (row[text].clone(), row[speaker].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows_of("page.html"), rows_of("article.txt"));
}

#[test]
fn what_is_no_text_is_refused_and_an_article_without_quotations_gives_a_header() {
    let dir = Workdir::with("a.pdf", "%PDF-1.4");
    dir.run(&["quotes", "a.pdf"])
        .failed(1, &["a.pdf: the PDF file cannot be read"]);
    dir.write("a.rtf", "{\\rtf1}");
    dir.run(&["quotes", "a.rtf"])
        .failed(1, &["a.rtf: rtf files are not read"]);
    dir.write("b.txt", b"caf\xe9");
    dir.run(&["quotes", "b.txt"])
        .failed(1, &["b.txt: byte 4 is not UTF-8", "--encoding"]);
    let latin = dir
        .run(&["quotes", "b.txt", "--encoding", "windows-1252"])
        .ok();
    assert_eq!(records(&latin.stdout, b',').len(), 1);
    dir.run(&["quotes", "missing.txt"])
        .failed(1, &["missing.txt"]);
    dir.write("t.csv", "id,text\n1,we\n");
    dir.run(&["quotes", "t.csv"])
        .failed(1, &["t.csv, line 1: no column `article_id`"]);
    // No end of a mark, and a line of five megabytes.
    let long = format!("“{}", "we wait, said he. ".repeat(300_000));
    dir.write("long.txt", long);
    let out = dir.run(&["quotes", "long.txt"]).ok();
    assert_eq!(records(&out.stdout, b',').len(), 2);
}

#[test]
fn articles_are_scored_as_their_quotations_are() {
    let dir = Workdir::with("article.txt", article());
    let quotes = dir.run(&["quotes", "article.txt"]).ok();
    let piped = dir.run_with_input(&["predict", "-"], &quotes.stdout).ok();
    let both = dir.run(&["predict", "--articles", "article.txt"]).ok();
    let (piped, both) = (records(&piped.stdout, b','), records(&both.stdout, b','));
    assert_eq!(piped.len(), both.len());
    let last = both[0].len() - 1;
    assert_eq!(both[0][last], "needs_check");
    let resolved = both[0].iter().position(|name| name == "resolved").unwrap();
    for (piped, both) in piped.iter().zip(&both) {
        assert_eq!(piped[..], both[..last]);
    }
    for row in &both[1..] {
        assert_eq!(
            row[last].contains("speaker inferred"),
            row[resolved] == "inferred"
        );
    }
    let sure = dir
        .run(&["predict", "--articles", "article.txt", "--threshold", "0"])
        .ok();
    let low = |rows: &[Vec<String>]| rows.iter().any(|row| row[row.len() - 1].contains("low"));
    assert!(low(&both) && !low(&records(&sure.stdout, b',')));
    dir.run(&["predict", "--articles", "article.txt", "-o", "s.jsonl"])
        .ok();
    let line = dir.read_text("s.jsonl");
    let row: Value = serde_json::from_str(line.lines().nth(2).unwrap()).unwrap();
    assert_eq!(row["start"], 326);
    assert!(row["needs_check"].as_str().unwrap().contains("inferred"));
}

#[test]
fn articles_without_quotations_are_no_error() {
    let dir = Workdir::with("a.txt", "It rained.");
    let out = dir.run(&["predict", "--articles", "a.txt"]).ok();
    assert_eq!(records(&out.stdout, b',').len(), 1);
    assert!(out.stderr.contains("no quotations"));
    dir.run(&["predict", "--articles", "a.txt", "-o", "s.jsonl"])
        .ok();
    assert_eq!(dir.read_text("s.jsonl"), "");
    let sheet = dir.run(&["predict", "--articles", "a.txt", "--sheet"]).ok();
    assert_eq!(
        String::from_utf8(sheet.stdout).unwrap(),
        "a (no quotations)\n\n"
    );
    dir.run(&["predict", "--articles", "missing.txt"])
        .failed(1, &["error: cannot open missing.txt"]);
    dir.run(&["predict", "a.txt", "--sheet"])
        .failed(2, &["required arguments"]);
}

#[test]
fn speakers_go_by_the_names_of_the_aliases() {
    let dir = Workdir::with("article.txt", article());
    dir.write("people.csv", "name,alias\nI. Tolk,irena  tolk\n");
    let out = dir
        .run(&["quotes", "article.txt", "--aliases", "people.csv"])
        .ok();
    let rows = records(&out.stdout, b',');
    let canonical = rows[0]
        .iter()
        .position(|name| name == "speaker_canonical")
        .unwrap();
    let n = |name: &str| rows.iter().filter(|row| row[canonical] == name).count();
    assert_eq!((n("I. Tolk"), n("Irena Tolk")), (3, 0));
    dir.write("two.csv", "name,alias\nTolk,minister\nBrandel,Minister\n");
    dir.run(&["quotes", "article.txt", "--aliases", "two.csv"])
        .failed(1, &["two.csv, line 3", "stands for `Tolk`"]);
    dir.write("none.csv", "name,alias\n,minister\n");
    dir.run(&["quotes", "article.txt", "--aliases", "none.csv"])
        .failed(1, &["none.csv, line 2", "no name"]);
}

#[test]
fn verbs_can_be_added() {
    let dir = Workdir::with(
        "a.txt",
        "Mara Lind tooted that the ferry had left the old pier.",
    );
    let rows = |args: &[&str]| records(&dir.run(args).ok().stdout, b',').len() - 1;
    assert_eq!(rows(&["quotes", "a.txt"]), 0);
    dir.write("verbs.txt", "# of our harbour\ntooted tooting\n");
    assert_eq!(rows(&["quotes", "a.txt", "--verbs", "verbs.txt"]), 1);
    dir.write("wrong.txt", "[verb]\ntooted\n");
    dir.run(&["quotes", "a.txt", "--verbs", "wrong.txt"])
        .failed(1, &["wrong.txt: line 1: lists have no section [verb]"]);
}

#[test]
fn targets_have_the_names_that_speakers_have() {
    let text = "Foreign Minister Irena Tolk accused the shipping board on Monday. \
                “We have nothing against Irena Tolk,” Oskar Brandel said. \
                Brandel accused Tolk’s of lying. Tolk warned the shipping board: “We shall see.” \
                Lind warned Brandel: “Do not come here again.”";
    let dir = Workdir::with("a.txt", text);
    dir.write(
        "people.csv",
        "alias,name\nshipping board,Board of Shipping\nOskar Brandel,O. Brandel\n",
    );
    let named = |more: &[&str]| -> Vec<[String; 2]> {
        let args = [&["quotes", "a.txt", "--output-format", "jsonl"], more].concat();
        let out = dir.run(&args).ok();
        let rows = out
            .text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        rows.map(|row: Value| {
            ["target", "target_canonical"].map(|key| row[key].as_str().unwrap_or("").to_owned())
        })
        .collect()
    };
    let all = named(&[]);
    let of = |target: &str| {
        all.iter()
            .find(|of| of[0] == target)
            .map(|of| of[1].as_str())
    };
    assert_eq!(of("Brandel"), Some("Oskar Brandel"), "{all:?}");
    assert_eq!(of("the shipping board"), Some("shipping board"), "{all:?}");
    let aliased = named(&["--aliases", "people.csv"]);
    let of = |target: &str| {
        aliased
            .iter()
            .find(|of| of[0] == target)
            .map(|of| of[1].as_str())
    };
    assert_eq!(of("Brandel"), Some("O. Brandel"), "{aliased:?}");
    assert_eq!(
        of("the shipping board"),
        Some("Board of Shipping"),
        "{aliased:?}"
    );
}
