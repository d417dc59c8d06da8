//! `stance sample` on invented rows: what is drawn, with which probability, and what a coder gets to see.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use support::{Workdir, records, table};

/// 240 statements of two papers over four months, each there twice: the copy has other marks. The column of dates is whole.
fn scored() -> Vec<Vec<String>> {
    let head = [
        "id",
        "source",
        "date",
        "text",
        "prediction",
        "prob_conciliatory",
        "prob_hostile",
        "prob_neutral",
        "uncertain",
        "page",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for i in 0..480 {
        let unit = i / 2;
        // The Post has four of five.
        let source = if unit % 5 == 0 { "Gazette" } else { "Post" };
        let date = format!("2024-{:02}-{:02}", 1 + unit % 4, 1 + unit / 4 % 28);
        let text = match i % 2 {
            0 => format!("We, \"the council\", settle matter {unit}."),
            _ => format!("we the COUNCIL settle matter {unit}!"),
        };
        let hostile = if unit % 4 == 0 { 0.5 } else { 0.02 };
        let [prediction, uncertain] = if hostile > 0.4 {
            ["hostile", "true"]
        } else {
            ["neutral", "false"]
        };
        let row = [
            &format!("r{i}"),
            source,
            &date,
            &text,
            prediction,
            "0",
            &hostile.to_string(),
            &(1.0 - hostile).to_string(),
            uncertain,
            &(i % 9).to_string(),
        ];
        rows.push(row.map(str::to_owned).to_vec());
    }
    rows
}

fn workdir() -> Workdir {
    Workdir::with("scored.csv", table(scored(), b','))
}

/// A sample by column name, and its rows.
struct Drawn {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Drawn {
    fn new(csv: &[u8]) -> Self {
        let mut rows = records(csv, b',');
        let head = rows.remove(0);
        Self { head, rows }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.head.iter().position(|of| of == name).unwrap();
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    fn numbers(&self) -> Vec<usize> {
        let column = self.column("sample_row").into_iter();
        column.map(|row| row.parse().unwrap()).collect()
    }

    fn counts(&self, name: &str) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for value in self.column(name) {
            *counts.entry(value).or_default() += 1;
        }
        counts
    }
}

fn draw(dir: &Workdir, more: &[&str]) -> Drawn {
    let args = [&["sample", "scored.csv"], more].concat();
    Drawn::new(&dir.run(&args).ok().stdout)
}

#[test]
fn a_coder_sees_the_row_and_not_what_the_model_thinks() {
    let (dir, all) = (workdir(), scored());
    let out = dir.run(&["sample", "scored.csv", "-n", "40"]).ok();
    assert!(
        out.stderr
            .contains("480 rows, 240 statements in 1 stratum; drew 40 (seed 0)"),
        "{}",
        out.stderr
    );
    let drawn = Drawn::new(&out.stdout);
    assert_eq!(
        drawn.head,
        [
            "sample_row",
            "stratum",
            "sampling_prob",
            "gold",
            "same_as",
            "text",
            "id",
            "source",
            "date",
            "page"
        ]
    );
    assert_eq!(drawn.rows.len(), 40);
    for (row, number) in drawn.rows.iter().zip(drawn.numbers()) {
        let of = &all[number];
        assert_eq!(row[1..5], ["all", "0.16666666666666666", "", ""]);
        assert_eq!(row[5..], [3, 0, 1, 2, 9].map(|at: usize| of[at].clone()));
        // The first of the two copies.
        assert_eq!(number % 2, 1);
    }
    let rising = drawn.numbers().is_sorted();
    assert!(!rising, "rows stand in random order");
}

#[test]
fn the_same_rows_and_seed_give_the_same_bytes() {
    let dir = workdir();
    let args = ["sample", "scored.csv", "-n", "30", "--by", "source"];
    let one = dir.run(&args).ok().stdout;
    assert_eq!(dir.run(&args).ok().stdout, one);
    dir.run(&[&args[..], &["-o", "a.csv"]].concat()).ok();
    assert_eq!(dir.read("a.csv"), one);
    let other = dir.run(&[&args[..], &["--seed", "1"]].concat()).ok();
    assert_ne!(other.stdout, one);
    // On any machine.
    let first: Vec<usize> = Drawn::new(&one).numbers().into_iter().take(5).collect();
    assert_eq!(first, FIRST);
    // Two files are one after the other.
    let all = scored();
    let (head, rows) = all.split_first().unwrap();
    let part = |rows: &[Vec<String>]| table([std::slice::from_ref(head), rows].concat(), b',');
    dir.write("1.csv", part(&rows[..101]));
    dir.write("2.csv", part(&rows[101..]));
    let args = ["sample", "1.csv", "2.csv", "-n", "30", "--by", "source"];
    assert_eq!(dir.run(&args).ok().stdout, one);
}

/// What 30 of `scored` by source begin with.
const FIRST: [usize; 5] = [309, 19, 123, 351, 129];

#[test]
fn json_lines_give_the_same_sample() {
    let (dir, all) = (workdir(), scored());
    dir.write("scored.jsonl", support::json_lines(&all));
    let more = ["-n", "25", "--over", "month"];
    let of = |file: &str| {
        Drawn::new(
            &dir.run(&[&["sample", file], &more[..]].concat())
                .ok()
                .stdout,
        )
    };
    let (csv, json) = (of("scored.csv"), of("scored.jsonl"));
    for name in [
        "sample_row",
        "stratum",
        "sampling_prob",
        "text",
        "id",
        "page",
    ] {
        assert_eq!(csv.column(name), json.column(name), "{name}");
    }
    assert!(
        !json
            .head
            .iter()
            .any(|name| name.contains("pr") && name != "sampling_prob")
    );
}

#[test]
fn strata_are_values_and_periods_and_probabilities_those_of_their_draws() {
    let dir = workdir();
    let by = ["--by", "source", "--over", "quarter"];
    let drawn = draw(&dir, &[&by[..], &["-n", "60"]].concat());
    let counts = drawn.counts("stratum");
    let expected = [
        ("source=Gazette; period=2024-Q1", 9),
        ("source=Gazette; period=2024-Q2", 3),
        ("source=Post; period=2024-Q1", 36),
        ("source=Post; period=2024-Q2", 12),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
    // Weighed by the inverse, they stand for all statements of the stratum.
    let probabilities = drawn.column("sampling_prob");
    for (name, n) in &counts {
        let of = drawn.column("stratum").into_iter().zip(&probabilities);
        let p: BTreeSet<&str> = of.filter(|(of, _)| of == name).map(|(_, p)| *p).collect();
        assert_eq!(p.len(), 1);
        let p: f64 = p.first().unwrap().parse().unwrap();
        let n_units = *n as f64 / p;
        assert!((n_units - n_units.round()).abs() < 1e-9, "{name}");
    }
    let sum: f64 = (probabilities.iter())
        .map(|p| 1.0 / p.parse::<f64>().unwrap())
        .sum();
    assert!((sum - 240.0).abs() < 1e-9, "{sum}");
}

#[test]
fn allocations_go_by_size_by_stratum_or_by_doubt() {
    let dir = workdir();
    let of = |allocation: &str| {
        let more = ["--over", "month", "-n", "80", "--allocation", allocation];
        let drawn = draw(&dir, &more);
        drawn.counts("stratum").into_values().collect::<Vec<_>>()
    };
    assert_eq!(of("proportional"), [20, 20, 20, 20]);
    assert_eq!(of("equal"), [20, 20, 20, 20]);
    // The variance is 0.25 in January and 0.0196 elsewhere, the deviation 0.5 and 0.14.
    assert_eq!(of("neyman"), [44, 12, 12, 12]);
    let papers = draw(
        &dir,
        &["--by", "source", "-n", "60", "--allocation", "equal"],
    );
    assert_eq!(
        papers.counts("source").into_values().collect::<Vec<_>>(),
        [30, 30]
    );
}

#[test]
fn a_larger_sample_keeps_what_was_coded() {
    let dir = workdir();
    let by = ["sample", "scored.csv", "--by", "source"];
    dir.run(&[&by[..], &["-n", "30", "-o", "first.csv"]].concat())
        .ok();
    // The coder adds a column and codes two of three rows.
    let mut rows = records(&dir.read("first.csv"), b',');
    rows[0].push("notes".to_owned());
    for (i, row) in rows.iter_mut().enumerate().skip(1) {
        if i % 3 > 0 {
            row[3] = "neutral".to_owned();
        }
        row.push(format!("note {i}"));
    }
    dir.write("coded.csv", table(&rows, b','));
    let more = [
        "-n",
        "90",
        "--resume",
        "coded.csv",
        "--overlap",
        "10",
        "--second",
    ];
    let args = [&by[..], &more[..], &["second.csv"]].concat();
    let out = dir.run(&args).ok();
    assert!(
        out.stderr
            .contains("drew 90, of which 30 were drawn before"),
        "{}",
        out.stderr
    );
    let large = Drawn::new(&out.stdout);
    assert_eq!(large.head.last().unwrap(), "notes");
    for (before, after) in rows[1..].iter().zip(&large.rows) {
        assert_eq!((&before[..2], &before[3..]), (&after[..2], &after[3..]));
    }
    assert!(
        large.rows[30..]
            .iter()
            .all(|row| row[3].is_empty() && row[10].is_empty())
    );
    // The same as a sample of 90 from the start, and its probabilities.
    let direct = draw(&dir, &["--by", "source", "-n", "90"]);
    let designs = |of: &Drawn| -> BTreeSet<Vec<String>> {
        of.rows.iter().map(|row| row[..3].to_vec()).collect()
    };
    assert_eq!(designs(&large), designs(&direct));
    assert!(large.column("sampling_prob").contains(&"0.375"));
    // The second coder sees no code of the first.
    let second = Drawn::new(&dir.read("second.csv"));
    assert!(!second.head.contains(&"notes".to_owned()));
    assert!(second.column("gold").iter().all(|gold| gold.is_empty()));
    // A smaller sample than there was stays as it is.
    let same = draw(
        &dir,
        &["--by", "source", "-n", "5", "--resume", "coded.csv"],
    );
    assert_eq!(same.rows, rows[1..]);
}

#[test]
fn an_earlier_sample_of_something_else_is_refused() {
    let dir = workdir();
    let by = ["sample", "scored.csv", "--by", "source", "-n", "40"];
    dir.run(&[&by[..], &["-o", "first.csv"]].concat()).ok();
    let resume = |more: &[&str]| {
        let args = [
            &["sample", "scored.csv", "-n", "50", "--resume", "first.csv"],
            more,
        ]
        .concat();
        dir.run(&args)
    };
    resume(&["--by", "source", "--seed", "3"]).failed(
        1,
        &["first.csv, line ", "is not drawn again", "--seed", "files"],
    );
    resume(&[]).failed(1, &["scored.csv, line ", "is `all`", "--by"]);
    let mut all = scored();
    all[1..].rotate_left(2);
    dir.write("other.csv", table(&all, b','));
    let args = [
        "sample",
        "other.csv",
        "--by",
        "source",
        "--resume",
        "first.csv",
    ];
    dir.run(&args)
        .failed(1, &["other.csv, line ", "the text of row", "same files"]);
    // Files that a coder has broken.
    let mut rows = records(&dir.read("first.csv"), b',');
    rows.push(rows[3].clone());
    dir.write("first.csv", table(&rows, b','));
    resume(&["--by", "source"]).failed(1, &["first.csv, line 42", "stands on line 4 already"]);
    rows[41][0] = "r3".to_owned();
    dir.write("first.csv", table(&rows, b','));
    resume(&["--by", "source"]).failed(1, &["first.csv, line 42", "`r3`", "no row number"]);
    let latin = b"sample_row,stratum,sampling_prob,gold,text\n1,all,1,,caf\xe9\n";
    dir.write("first.csv", latin);
    resume(&[]).failed(
        1,
        &["first.csv, line 2: the file is not UTF-8", "`CSV UTF-8`"],
    );
    dir.write("first.csv", "text,gold\na,\n");
    resume(&[]).failed(
        1,
        &["first.csv, line 1: no column `sample_row`", "stance sample"],
    );
}

#[test]
fn a_second_coder_gets_a_random_part() {
    let dir = workdir();
    let args = ["sample", "scored.csv", "-n", "60", "--by", "source"];
    let more = [
        "-o",
        "audit.csv",
        "--overlap",
        "20",
        "--second",
        "second.csv",
    ];
    dir.run(&[&args[..], &more[..]].concat()).ok();
    let rows = records(&dir.read("audit.csv"), b',');
    assert_eq!(records(&dir.read("second.csv"), b','), rows[..21]);
    // Of each paper its share.
    let second = Drawn::new(&dir.read("second.csv"));
    let posts = second.counts("source")["Post"];
    assert!((15..=18).contains(&posts), "{posts}");
    let all = ["sample", "scored.csv", "-n", "9", "--overlap", "10"];
    dir.run(&[&all[..], &["--second", "s.csv"]].concat())
        .failed(2, &["--overlap 10", "9 statements"]);
    let alone = dir.run(&all);
    assert_eq!(alone.code, Some(2));
    assert!(alone.stderr.contains("--second <FILE>"), "{}", alone.stderr);
    dir.run(&[&all[..], &["--second", "-"]].concat())
        .failed(2, &["standard output"]);
    assert_eq!(dir.names(), ["audit.csv", "scored.csv", "second.csv"]);
}

#[test]
fn another_paper_or_day_makes_another_statement() {
    let dir = Workdir::new();
    let rows = [
        ["source", "date", "text", "prediction"],
        ["Post", "2024-03-05", "We agree.", "neutral"],
        ["Post", "2024-03-05 18:00", "We agree!", "neutral"],
        ["Post", "2024-03-06", "We agree.", "neutral"],
        ["Gazette", "2024-03-05", "We agree.", "neutral"],
        ["Post", "unknown", "We agree.", "neutral"],
    ];
    dir.write("s.csv", table(rows, b','));
    let drawn = |more: &[&str]| {
        let out = dir.run(&[&["sample", "s.csv"], more].concat()).ok();
        assert!(
            out.stderr.contains("all are in the sample"),
            "{}",
            out.stderr
        );
        let mut numbers = Drawn::new(&out.stdout).numbers();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(drawn(&["--by", "source"]), [1, 3, 4, 5]);
    assert_eq!(drawn(&[]), [1, 3, 5]);
    assert_eq!(drawn(&["--date-column", "source"]), [1, 4]);
    dir.run(&["sample", "s.csv", "--over", "month"])
        .failed(1, &["s.csv, line 6: column `date`: `unknown` is no date"]);
}

#[test]
fn names_before_predictions_are_known() {
    let dir = Workdir::with(
        "s.csv",
        "text,m_prediction,m_prob_a,m_prob_b,m_uncertain\nyes,a,0.9,0.1,\nno,b,0.4,0.6,\n",
    );
    let args = ["sample", "s.csv", "--prediction-column", "m_prediction"];
    let out = dir
        .run(&[&args[..], &["--allocation", "neyman"]].concat())
        .ok();
    assert_eq!(Drawn::new(&out.stdout).head.len(), 6);
    assert!(!out.stderr.contains("warning"), "{}", out.stderr);
    let out = dir.run(&args[..2]).ok();
    assert!(
        out.stderr.contains("no column `prediction`"),
        "{}",
        out.stderr
    );
}

#[test]
fn thin_strata_are_named() {
    let dir = workdir();
    let out = dir.run(&["sample", "scored.csv", "-n", "20", "--over", "day"]);
    let out = out.ok().stderr;
    assert!(
        out.contains("warning: 112 of 112 strata have fewer than two"),
        "{out}"
    );
    assert!(out.contains("vary, 92 of them none"), "{out}");
    assert!(out.contains("`period=2024-01-01`"), "{out}");
}

#[test]
fn bad_input_is_told_with_its_place() {
    let dir = workdir();
    let csv = String::from_utf8(table(scored(), b',')).unwrap();
    dir.run_with_input(&["sample", "-"], csv.as_bytes())
        .failed(2, &["- cannot be read twice", "file"]);
    dir.run(&["sample", "scored.csv", "--by", "paper"])
        .failed(1, &["scored.csv, line 1: no column `paper`", "`--by`"]);
    dir.run(&["sample", "scored.csv", "--by", "prediction"])
        .failed(2, &["--by prediction", "would see"]);
    dir.run(&[
        "sample",
        "scored.csv",
        "--over",
        "week",
        "--date-column",
        "day",
    ])
    .failed(
        1,
        &["scored.csv, line 1: no column `day`", "`--date-column`"],
    );
    dir.run(&["sample", "scored.csv", "--over", "decade"])
        .failed(2, &["decade", "quarter"]);
    dir.run(&["sample", "scored.csv", "-n", "0"])
        .failed(2, &["-n"]);
    dir.run(&["sample", "scored.csv", "-o", "scored.csv"])
        .failed(2, &["would replace"]);
    dir.run(&["sample", "scored.csv", "-o", "a.jsonl"])
        .failed(2, &["a.jsonl", "csv or tsv"]);
    let lines: Vec<&str> = csv.lines().collect();
    let with = |from: &str, to: &str| [lines[0], lines[1], &lines[2].replace(from, to)].join("\n");
    dir.write("empty.csv", with("2024-01-01", ""));
    dir.run(&["sample", "empty.csv", "--over", "year"])
        .failed(1, &["empty.csv, line 3: `date` is empty"]);
    dir.write("year.csv", with("2024-01-01", "2024"));
    dir.run(&["sample", "year.csv", "--over", "month"])
        .failed(1, &["year.csv, line 3", "does not tell the month"]);
    dir.write("p.csv", with("hostile,0,0.5", "hostile,0,high"));
    dir.run(&["sample", "p.csv", "--allocation", "neyman"])
        .failed(1, &["p.csv, line 3: `high` in `prob_hostile`"]);
    dir.run(&["sample", "p.csv"]).ok();
    dir.write("none.csv", "text,prediction\nWe agree.,neutral\n");
    dir.run(&["sample", "none.csv", "--allocation", "neyman"])
        .failed(
            1,
            &["none.csv has no probabilities", "--allocation proportional"],
        );
    dir.write("gold.csv", "text,prediction,gold\nWe agree.,neutral,\n");
    dir.run(&["sample", "gold.csv"])
        .failed(1, &["gold.csv already has a column `gold`"]);
    dir.write("head.csv", "text,prediction\n");
    dir.run(&["sample", "head.csv"])
        .failed(1, &["head.csv: there are no rows"]);
    dir.write("ragged.csv", "text,prediction\nWe, we agree.,neutral\n");
    dir.run(&["sample", "ragged.csv"])
        .failed(1, &["ragged.csv, line 2: 3 fields"]);
}

/// Each statement in two papers and again, with an attribution, on the next day.
fn wire() -> String {
    let mut csv = "source,date,speaker,text,prediction,prob_a,prob_b\n".to_owned();
    for i in 0..50 {
        let text = format!("The council shall settle matter number {i} by the end of the year");
        csv += &format!("Post,2024-03-01,Ona,\"{text}.\",a,0.9,0.1\n");
        csv += &format!("Gazette,2024-03-01,Ona,\"{text}!\",a,0.9,0.1\n");
        csv += &format!("Post,2024-03-02,Ona,\"'{text},' she said\",a,0.9,0.1\n");
        csv += &format!("Post,2024-03-02,Ulf,\"{text}.\",a,0.9,0.1\n");
    }
    csv
}

#[test]
fn what_repeats_another_statement_is_to_be_coded_once() {
    let dir = Workdir::with("scored.csv", wire());
    let args = ["sample", "scored.csv", "--by", "source", "-n"];
    let of = |n: &str, more: &[&str]| dir.run(&[&args[..], &[n], more].concat());
    let all = of("200", &["--overlap", "100", "--second", "second.csv"]).ok();
    let told = "100 of them repeat another one of the sample (`same_as`) and need no code; 100 are to be coded";
    assert!(all.stderr.contains(told), "{}", all.stderr);
    let all = Drawn::new(&all.stdout);
    let (numbers, speakers) = (all.numbers(), all.column("speaker"));
    let statement = |row: usize| (row - 1) / 4;
    for (place, same_as) in all.column("same_as").into_iter().enumerate() {
        let first = same_as.parse::<usize>().ok();
        let first = first.map(|row| numbers.iter().position(|&number| number == row).unwrap());
        let is_same = |&of: &usize| {
            statement(numbers[of]) == statement(numbers[place]) && speakers[of] == speakers[place]
        };
        // It is the first one of its kind, in the order of the file.
        assert_eq!(first, (0..place).find(is_same), "{place}");
    }
    // The second coder gets no repeats.
    assert_eq!(records(&dir.read("second.csv"), b',').len(), 101);
    of("200", &["--overlap", "101", "--second", "third.csv"]).failed(
        2,
        &["--overlap 101 is more than the sample's 100 statements to code"],
    );
    // What repeats what stays when the sample grows.
    dir.run(&[&args[..], &["60", "-o", "first.csv"]].concat())
        .ok();
    let large = Drawn::new(&of("120", &["--resume", "first.csv"]).ok().stdout);
    let small = Drawn::new(&dir.read("first.csv"));
    assert!(small.column("same_as").iter().any(|of| !of.is_empty()));
    assert_eq!(large.column("same_as")[..60], small.column("same_as"));
}

#[test]
fn rows_without_a_prediction_are_not_drawn() {
    let text = "text,prediction,prob_a,prob_b\none,a,1,0\ntwo,,,\nthree,b,0,1\n";
    let dir = Workdir::with("s.csv", text);
    let out = dir.run(&["sample", "s.csv", "-n", "3"]).ok();
    assert!(
        out.stderr.contains("1 rows have no prediction"),
        "{}",
        out.stderr
    );
    let mut numbers = Drawn::new(&out.stdout).numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 3]);
}
