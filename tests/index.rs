//! `stance index`: shares and an index of cells, with an audit, without one, and what bad input gets.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use support::{Workdir, records};

/// 400 scored rows of two speakers in two months, two an article. The classifier takes every fourth neutral statement of Lind for a
/// hostile one, and none of Tolk.
fn scored() -> (String, Vec<&'static str>) {
    let mut text =
        "article_id,source,speaker,date,text,prediction,prob_conciliatory,prob_hostile,prob_neutral\n"
            .to_owned();
    let mut gold = Vec::new();
    for row in 0..400 {
        let speaker = if row % 2 == 0 { "Lind" } else { "Tolk" };
        let month = 1 + row / 200;
        let label = match row % 10 {
            0 | 1 => "hostile",
            2 | 3 => "conciliatory",
            _ => "neutral",
        };
        let predicted = match (speaker, label, row % 8) {
            ("Lind", "neutral", 0 | 4) => "hostile",
            _ => label,
        };
        let p = |name: &str| if name == predicted { "0.8" } else { "0.1" };
        text += &format!(
            "a{},Post {},{speaker},2024-0{month}-{:02},statement number {row} of {speaker},{predicted},{},{},{}\n",
            row / 2,
            row % 3,
            1 + row % 28,
            p("conciliatory"),
            p("hostile"),
            p("neutral")
        );
        gold.push(label);
    }
    (text, gold)
}

/// Scored rows, and an audit of `n` of them with the right labels.
fn audited(n: usize, by: &str) -> Workdir {
    let (text, gold) = scored();
    let dir = Workdir::with("scored.csv", text);
    let n = n.to_string();
    dir.run(&[
        "sample",
        "scored.csv",
        "-n",
        &n,
        "--by",
        by,
        "-o",
        "audit.csv",
    ])
    .ok();
    let mut rows = records(&dir.read("audit.csv"), b',');
    for row in &mut rows[1..] {
        row[3] = gold[row[0].parse::<usize>().unwrap() - 1].to_owned();
    }
    let mut table = csv::Writer::from_writer(Vec::new());
    rows.iter().for_each(|row| table.write_record(row).unwrap());
    dir.write("audit.csv", table.into_inner().unwrap());
    dir
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|column| column == name).unwrap();
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

fn figures(rows: &[Vec<String>], name: &str) -> Vec<f64> {
    column(rows, name)
        .iter()
        .map(|x| x.parse().unwrap())
        .collect()
}

#[test]
fn counts_are_marked_as_uncorrected() {
    let dir = Workdir::with("scored.csv", scored().0);
    let out = dir.run(&["index", "scored.csv", "--by", "speaker", "--over", "month"]);
    assert!(out.stderr.contains("without --gold"));
    let rows = records(&out.ok().stdout, b',');
    assert_eq!(rows.len(), 5);
    assert_eq!(column(&rows, "speaker"), ["Lind", "Lind", "Tolk", "Tolk"]);
    assert_eq!(column(&rows, "period")[..2], ["2024-01", "2024-02"]);
    assert!(column(&rows, "method").iter().all(|of| of == "uncorrected"));
    // Of Tolk's 100 in a month 10 are hostile and 10 conciliatory; of Lind's more are taken for hostile.
    let share = figures(&rows, "share_hostile");
    assert!((share[2] - 0.2).abs() < 1e-6 && share[0] > 0.3, "{share:?}");
    assert_eq!(column(&rows, "n_sources")[0], "3");
    assert_eq!(column(&rows, "n_articles")[0], "100");
}

#[test]
fn json_lines_give_the_same_as_csv() {
    let dir = Workdir::with("scored.csv", scored().0);
    let lines = support::json_lines(&records(&dir.read("scored.csv"), b','));
    dir.write("scored.jsonl", lines);
    let run = |file: &str| {
        dir.run(&["index", file, "--by", "speaker", "--over", "month"])
            .ok()
            .stdout
    };
    assert_eq!(run("scored.csv"), run("scored.jsonl"));
    dir.run(&["index", "scored.csv", "--by", "speaker", "-o", "i.jsonl"])
        .ok();
    let first = dir.read_text("i.jsonl").lines().next().unwrap().to_owned();
    let object: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        (object["speaker"].as_str(), object["n"].as_u64()),
        (Some("Lind"), Some(200))
    );
}

#[test]
fn an_audit_corrects_each_speaker_by_their_own_errors() {
    let dir = audited(160, "speaker");
    let args = [
        "index",
        "scored.csv",
        "--gold",
        "audit.csv",
        "--by",
        "speaker",
    ];
    let rows = records(&dir.run(&args).ok().stdout, b',');
    assert_eq!(column(&rows, "method"), ["design-based", "design-based"]);
    assert_eq!(column(&rows, "n_audit"), ["80", "80"]);
    for (lo, hi) in figures(&rows, "lo_hostile")
        .into_iter()
        .zip(figures(&rows, "hi_hostile"))
    {
        assert!(lo <= 0.2 && 0.2 <= hi && hi - lo < 0.25, "{lo} {hi}");
    }
    let (lo, hi) = (figures(&rows, "lo"), figures(&rows, "hi"));
    assert!(lo[0] <= 0.0 && hi[0] >= 0.0);
    // The same bytes on any number of threads.
    let one = dir.run(&[&args[..], &["--threads", "1"]].concat()).ok();
    assert_eq!(records(&one.stdout, b','), rows);
}

#[test]
fn a_repeat_has_the_label_of_what_it_repeats() {
    // Each statement again on the next day.
    let (text, gold) = scored();
    let (head, rows) = text.split_once('\n').unwrap();
    let again = rows
        .replace("2024-01", "2023-01")
        .replace("2024-02", "2023-02");
    let dir = Workdir::with("scored.csv", format!("{head}\n{rows}{again}"));
    dir.run(&["sample", "scored.csv", "-n", "300", "-o", "audit.csv"])
        .ok();
    let mut rows = records(&dir.read("audit.csv"), b',');
    let mut index = |name: &str, code: &dyn Fn(usize, &[String]) -> bool| {
        for (place, row) in rows.iter_mut().enumerate().skip(1) {
            let label = gold[(row[0].parse::<usize>().unwrap() - 1) % 400];
            row[3] = if code(place, row) { label } else { "" }.to_owned();
        }
        dir.write(name, support::table(&rows, b','));
        dir.run(&["index", "scored.csv", "--gold", name, "--by", "speaker"])
            .ok()
    };
    let all = index("all.csv", &|_, _| true);
    let once = index("once.csv", &|_, row| row[4].is_empty());
    assert_eq!(once.stdout, all.stdout);
    assert!(!once.stderr.contains("not coded yet"), "{}", once.stderr);
    // Of the first half the repeats count too, and what stands behind it is open.
    let half = index("half.csv", &|place, row| place <= 150 && row[4].is_empty());
    let whole_half = index("whole.csv", &|place, _| place <= 150);
    assert_eq!(half.stdout, whole_half.stdout);
    assert!(
        half.stderr
            .contains("150 of 300 sampled statements are not coded yet"),
        "{}",
        half.stderr
    );
    // A row that is gone.
    let mut rows = records(&dir.read("once.csv"), b',');
    let at = rows.iter().rposition(|row| !row[4].is_empty()).unwrap();
    let first = rows[at][4].clone();
    rows.retain(|row| row[0] != first);
    dir.write("gone.csv", support::table(&rows, b','));
    let name = format!("`same_as` names row {first}, which is not in the file");
    dir.run(&["index", "scored.csv", "--gold", "gone.csv"])
        .failed(1, &["gone.csv, line ", &name]);
}

#[test]
fn cells_without_an_audit_borrow_and_say_so() {
    let dir = audited(24, "speaker");
    let args = [
        "index",
        "scored.csv",
        "--gold",
        "audit.csv",
        "--by",
        "speaker",
        "--over",
        "month",
    ];
    let out = dir.run(&[&args[..], &["--min-audit", "11"]].concat());
    assert!(out.stderr.contains("borrow"));
    let rows = records(&out.ok().stdout, b',');
    let methods = column(&rows, "method");
    assert!(
        methods.contains(&"borrowed from its periods".to_owned()),
        "{methods:?}"
    );
    let rows = records(
        &dir.run(&[&args[..], &["--min-audit", "20"]].concat())
            .ok()
            .stdout,
        b',',
    );
    assert!(
        column(&rows, "method")
            .iter()
            .all(|of| of == "borrowed from all cells")
    );
}

#[test]
fn repeats_count_once_and_sources_can_be_held_constant() {
    let row = |source: &str, date: &str, text: &str| {
        format!("{source},{date},{text},hostile,0.1,0.8,0.1\n")
    };
    let mut text =
        "source,date,text,prediction,prob_conciliatory,prob_hostile,prob_neutral\n".to_owned();
    text += &row("Post", "2024-01-02", "We will answer!");
    text += &row("Globe", "2024-01-02", "we will answer");
    text += &row("Post", "2024-01-03", "We will answer.");
    text += &row("Post", "2024-02-03", "They wait.");
    let dir = Workdir::with("scored.csv", text);
    let run = |more: &[&str]| {
        let args = [&["index", "scored.csv", "--over", "month"], more].concat();
        records(&dir.run(&args).ok().stdout, b',')
    };
    let rows = run(&[]);
    assert_eq!(column(&rows, "n"), ["2", "1"]);
    assert_eq!(column(&rows, "n_reports"), ["3", "1"]);
    assert_eq!(column(&rows, "n_sources"), ["2", "1"]);
    assert_eq!(
        column(&run(&["--constant-sources"]), "n_reports"),
        ["2", "1"]
    );
    let rows = run(&["--balance", "--draws", "3"]);
    assert_eq!(
        figures(&rows, "balance_hostile_minus_conciliatory"),
        [1.0, 1.0]
    );
    assert_eq!(column(&rows, "draw_3").len(), 2);
}

#[test]
fn the_assumption_is_made_only_when_asked() {
    let dir = Workdir::with("scored.csv", scored().0);
    for how in ["counts", "em"] {
        let out = dir.run(&["index", "scored.csv", "--assume-same-errors", how]);
        assert!(out.stderr.contains("assumes that the classifier errs"));
        let rows = records(&out.ok().stdout, b',');
        assert_eq!(column(&rows, "method"), ["assumed"]);
        assert_eq!(column(&rows, "se"), [""]);
        let shares = ["conciliatory", "hostile", "neutral"]
            .map(|label| figures(&rows, &format!("share_{label}"))[0]);
        assert!(
            (shares.iter().sum::<f64>() - 1.0).abs() < 1e-5,
            "{shares:?}"
        );
    }
}

#[test]
fn rows_tell_the_model_that_scored_them() {
    let dir = Workdir::with("t.csv", "text\nWe will strike.\nWe will talk.\n");
    dir.run(&["predict", "t.csv", "--model-digest", "-o", "scored.csv"])
        .ok();
    dir.run(&["index", "scored.csv"]).ok();
    let labels = "text,label\n".to_owned()
        + &"we strike,hostile\nwe talk,conciliatory\nit rains,neutral\n".repeat(10);
    dir.write("labels.csv", labels);
    dir.run(&["train", "labels.csv", "-m", "other.stance", "--folds", "0"])
        .ok();
    dir.run(&["index", "scored.csv", "-m", "other.stance"])
        .failed(1, &["the rows are scored by the model", "other.stance"]);
    dir.run(&[
        "predict",
        "t.csv",
        "-m",
        "other.stance",
        "--model-digest",
        "-o",
        "b.csv",
    ])
    .ok();
    dir.run(&["index", "scored.csv", "b.csv"])
        .failed(1, &["scored by several models"]);
}

/// A file of rows, and an audit of it that is coded by `label` of a row's text.
fn coded(dir: &Workdir, rows: &[[&str; 4]], sample: &[&str], label: fn(&str) -> &'static str) {
    let mut text =
        "speaker,target,source,text,date,prob_conciliatory,prob_hostile,prob_neutral\n".to_owned();
    for [speaker, target, source, words] in rows {
        text += &format!("{speaker},{target},{source},{words},2024-03-01,0.2,0.3,0.5\n");
    }
    dir.write("scored.csv", text);
    let args = [
        &["sample", "scored.csv", "-o", "audit.csv", "--force"],
        sample,
    ]
    .concat();
    dir.run(&args).ok();
    let mut rows = records(&dir.read("audit.csv"), b',');
    let at = rows[0].iter().position(|name| name == "text").unwrap();
    for row in &mut rows[1..] {
        row[3] = label(&row[at]).to_owned();
    }
    dir.write("coded.csv", support::table(&rows, b','));
}

/// The number at the end of a text.
fn number_in(text: &str) -> usize {
    text.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Every second statement is hostile.
fn by_turns(text: &str) -> &'static str {
    ["hostile", "neutral"][number_in(text) % 2]
}

#[test]
fn a_statement_that_can_be_drawn_twice_does_not_count_twice() {
    // Each hostile statement is in two papers, and drawn by paper.
    let texts: Vec<String> = (0..600).map(|i| format!("statement number {i}")).collect();
    let mut rows = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        rows.push(["Lind", "Norland", "Post", text.as_str()]);
        if i % 2 == 0 {
            rows.push(["Lind", "Norland", "Times", text.as_str()]);
        }
    }
    let dir = Workdir::with("x.csv", "");
    let mut mean = 0.0;
    for seed in 0..20 {
        let seed = seed.to_string();
        coded(
            &dir,
            &rows,
            &["-n", "240", "--by", "source", "--seed", &seed],
            by_turns,
        );
        let out = dir.run(&[
            "index",
            "scored.csv",
            "--gold",
            "coded.csv",
            "--by",
            "speaker",
        ]);
        let table = records(&out.ok().stdout, b',');
        mean += figures(&table, "share_hostile")[0] / 20.0;
        assert_eq!(column(&table, "n"), ["600"]);
    }
    // By the rows' own probabilities it would be 0.6.
    assert!((mean - 0.5).abs() < 0.02, "{mean}");
}

#[test]
fn what_is_drawn_once_is_coded_in_each_cell_that_has_it() {
    let texts: Vec<String> = (0..200).map(|i| format!("statement number {i}")).collect();
    let mut rows = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        if i % 2 == 0 {
            rows.push(["Lind", "Norland", "Post", text.as_str()]);
        }
        rows.push(["Lind", "Sudland", "Post", text.as_str()]);
    }
    let dir = Workdir::with("x.csv", "");
    coded(&dir, &rows, &["-n", "200", "--by", "speaker"], by_turns);
    let by = [
        "index",
        "scored.csv",
        "--gold",
        "coded.csv",
        "--by",
        "speaker,target",
    ];
    let table = records(&dir.run(&by).ok().stdout, b',');
    assert_eq!(column(&table, "target"), ["Norland", "Sudland"]);
    assert_eq!(column(&table, "n_audit"), ["100", "200"]);
    assert_eq!(figures(&table, "share_hostile"), [1.0, 0.5]);
    // All was coded: of these statements nothing is unknown.
    let table = records(
        &dir.run(&[&by[..], &["--finite"]].concat()).ok().stdout,
        b',',
    );
    assert_eq!(figures(&table, "lo_hostile"), [1.0, 0.5]);
    assert_eq!(figures(&table, "hi_hostile"), [1.0, 0.5]);
    assert_eq!(figures(&table, "se"), [0.0, 0.0]);
}

#[test]
fn what_an_audit_does_not_stand_for_is_told() {
    let dir = audited(120, "speaker");
    let index = |gold: &str, files: &[&str]| {
        let args = [&["index"], files, &["--gold", gold, "--by", "speaker"]].concat();
        dir.run(&args).ok().stderr
    };
    let quiet = index("audit.csv", &["scored.csv"]);
    assert!(!quiet.contains("warning"), "{quiet}");
    let rows = records(&dir.read("audit.csv"), b',');
    let with = |name: &str, change: &dyn Fn(usize, &mut Vec<String>) -> bool| {
        let mut rows = rows.clone();
        let mut place = 0;
        rows.retain_mut(|row| {
            place += 1;
            place == 1 || change(place, row)
        });
        dir.write(name, support::table(&rows, b','));
        index(name, &["scored.csv"])
    };
    let told = with("one.csv", &|_, row| {
        if row[1] == "speaker=Tolk" {
            row[3].clear();
        }
        true
    });
    assert!(
        told.contains("1 of 2 strata have no coded row") && told.contains("`speaker=Tolk`"),
        "{told}"
    );
    let told = with("less.csv", &|place, _| place % 7 > 0);
    assert!(
        told.contains("strata have no whole number of statements"),
        "{told}"
    );
    let told = with("odd.csv", &|place, row| {
        if place == 5 {
            row[2] = "1".to_owned();
        }
        true
    });
    assert!(
        told.contains("1 of 2 strata have several probabilities"),
        "{told}"
    );
    let told = with("gaps.csv", &|place, row| {
        if place % 9 == 0 {
            row[3].clear();
        }
        true
    });
    assert!(
        told.contains("13 rows without a label stand above coded ones"),
        "{told}"
    );
    let more = scored()
        .0
        .replace("statement number", "another statement number");
    dir.write("more.csv", more);
    let told = index("audit.csv", &["scored.csv", "more.csv"]);
    assert!(
        told.contains("the sample stands for 400 statements, and the scored rows have 800 or more"),
        "{told}"
    );
}

#[test]
fn a_spreadsheet_may_have_been_at_it() {
    let dir = audited(120, "speaker");
    let by = [
        "index",
        "scored.csv",
        "--by",
        "speaker",
        "--over",
        "month",
        "--gold",
    ];
    let index = |gold: &str| dir.run(&[&by[..], &[gold]].concat());
    let expected = index("audit.csv").ok().stdout;
    let mut rows = records(&dir.read("audit.csv"), b',');
    let date = rows[0].iter().position(|name| name == "date").unwrap();
    for row in &mut rows[1..] {
        // Days first, rows with a decimal, commas for points, labels with a capital.
        let parts: Vec<&str> = row[date].split('-').collect();
        row[date] = format!("{}.{}.{}", parts[2], parts[1], parts[0]);
        row[0] += ".0";
        row[2] = row[2].replace('.', ",");
        row[3] = row[3].replacen('n', "N", 1).replacen('h', "H", 1);
    }
    rows[1..].reverse();
    let width = rows[0].len();
    rows.push(vec![String::new(); width]);
    dir.write("excel.csv", support::table(&rows, b';'));
    assert_eq!(index("excel.csv").ok().stdout, expected);
    // Another text is told, by its line.
    let text = dir
        .read_text("audit.csv")
        .replacen("statement number", "a statement", 1);
    dir.write("other.csv", text);
    index("other.csv").failed(1, &["other.csv, line 2: the text is not that of row"]);
}

#[test]
fn names_of_columns_may_have_blanks_around_them() {
    let dir = Workdir::with(
        "scored.csv",
        scored().0.replacen(",speaker,", ", the speaker ,", 1),
    );
    let by = ["--by", "the speaker"];
    dir.run(
        &[
            &["sample", "scored.csv", "-n", "60", "-o", "audit.csv"],
            &by[..],
        ]
        .concat(),
    )
    .ok();
    let mut rows = records(&dir.read("audit.csv"), b',');
    for row in &mut rows[1..] {
        row[3] = "neutral".to_owned();
    }
    dir.write("coded.csv", support::table(&rows, b','));
    let args = ["index", "scored.csv", "--gold", "coded.csv"];
    let table = records(&dir.run(&[&args[..], &by[..]].concat()).ok().stdout, b',');
    assert_eq!(column(&table, "n_audit"), ["30", "30"]);
}

#[test]
fn predicted_labels_alone_are_scores_too() {
    let dir = audited(120, "speaker");
    let keep = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        rows.into_iter().map(|row| row[..6].to_vec()).collect()
    };
    let rows = records(&dir.read("scored.csv"), b',');
    dir.write("labels.csv", support::table(keep(rows), b','));
    let run = |file: &str, more: &[&str]| {
        let args = [&["index", file, "--by", "speaker", "--over", "month"], more].concat();
        dir.run(&args).ok()
    };
    assert_eq!(run("labels.csv", &[]).stdout, run("scored.csv", &[]).stdout);
    let table = records(&run("labels.csv", &["--gold", "audit.csv"]).stdout, b',');
    assert!(
        column(&table, "method")
            .iter()
            .all(|of| of == "design-based")
    );
    // Where both are there and differ, that is told.
    let mut text = dir.read_text("scored.csv");
    text = text.replacen(",neutral,", ",hostle,", 2);
    dir.write("both.csv", text);
    let told = run("both.csv", &[]).stderr;
    assert!(
        told.contains("2 rows (the first: both.csv, line 7) have another label in `prediction`"),
        "{told}"
    );
}

#[test]
fn standard_input_gives_what_the_file_gives() {
    let dir = audited(120, "speaker");
    let args = |file| ["index", file, "--gold", "audit.csv", "--by", "speaker"];
    let piped = dir.run_with_input(&args("-"), &dir.read("scored.csv")).ok();
    assert_eq!(piped.stdout, dir.run(&args("scored.csv")).ok().stdout);
}

#[test]
fn cells_that_borrow_a_correction_share_its_draws() {
    let dir = audited(40, "speaker");
    let draws = |more: &[&str]| -> Vec<Vec<f64>> {
        let args = [
            "index",
            "scored.csv",
            "--gold",
            "audit.csv",
            "--by",
            "source",
            "--draws",
            "4000",
        ];
        let table = records(&dir.run(&[&args[..], more].concat()).ok().stdout, b',');
        let first = table[0].iter().position(|name| name == "draw_1").unwrap();
        let rows = table[1..].iter();
        rows.map(|row| row[first..].iter().map(|x| x.parse().unwrap()).collect())
            .collect()
    };
    let correlation = |draws: &[Vec<f64>]| {
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let (a, b) = (&draws[0], &draws[1]);
        let (mean_a, mean_b) = (mean(a), mean(b));
        let of = |x: &[f64], m: f64, y: &[f64], n: f64| -> f64 {
            x.iter().zip(y).map(|(x, y)| (x - m) * (y - n)).sum()
        };
        let variances = of(a, mean_a, a, mean_a) * of(b, mean_b, b, mean_b);
        of(a, mean_a, b, mean_b) / variances.sqrt()
    };
    let own = correlation(&draws(&[]));
    let borrowed = correlation(&draws(&["--min-audit", "30"]));
    assert!(own.abs() < 0.1 && borrowed > 0.25, "{own} {borrowed}");
}

#[test]
fn of_these_statements_alone_a_cell_that_was_coded_is_known() {
    // Eight statements a cell, below --min-audit, all of one article.
    let texts: Vec<String> = (0..48).map(|i| format!("statement number {i}")).collect();
    let speakers = ["Lind", "Tolk", "Varro", "Brandel", "Quill", "Ona"];
    let rows: Vec<[&str; 4]> = (texts.iter().enumerate())
        .map(|(i, text)| [speakers[i / 8], "Norland", "Post", text.as_str()])
        .collect();
    let label = |text: &str| {
        let number = number_in(text);
        if number % 8 < number / 8 {
            "hostile"
        } else {
            "neutral"
        }
    };
    let dir = Workdir::with("x.csv", "");
    coded(&dir, &rows, &["-n", "48"], label);
    let by = [
        "index",
        "scored.csv",
        "--gold",
        "coded.csv",
        "--by",
        "speaker",
    ];
    let table = records(
        &dir.run(&[&by[..], &["--finite"]].concat()).ok().stdout,
        b',',
    );
    assert!(
        column(&table, "method")
            .iter()
            .all(|of| of == "design-based")
    );
    let expected = [0.375, 0.0, 0.625, 0.5, 0.125, 0.25];
    for name in ["share_hostile", "lo_hostile", "hi_hostile"] {
        assert_eq!(figures(&table, name), expected, "{name}");
    }
    // In general they borrow, and say so.
    let table = records(&dir.run(&by).ok().stdout, b',');
    assert!(
        column(&table, "method")
            .iter()
            .all(|of| of == "borrowed from all cells")
    );
    // Of some that are not coded, what their own errors may lie off counts.
    let mut text = dir.read_text("scored.csv");
    for i in 0..40 {
        let speaker = speakers[i % 6];
        text += &format!("{speaker},Norland,Post,another statement {i},2024-03-01,0.2,0.3,0.5\n");
    }
    dir.write("scored.csv", text);
    let table = records(
        &dir.run(&[&by[..], &["--finite"]].concat()).ok().stdout,
        b',',
    );
    let (lo, hi) = (figures(&table, "lo_hostile"), figures(&table, "hi_hostile"));
    assert!(lo.iter().zip(hi).all(|(lo, hi)| hi - lo > 0.2), "{lo:?}");
}

#[test]
fn what_nobody_knows_is_empty() {
    let dir = Workdir::with("scored.csv", scored().0);
    for more in [&["--assume-same-errors", "em"][..], &["--finite"]] {
        let args = ["index", "scored.csv", "--by", "speaker", "--draws", "2"];
        let table = records(&dir.run(&[&args[..], more].concat()).ok().stdout, b',');
        for name in ["n_eff", "se", "lo", "hi", "draw_1", "draw_2"] {
            assert_eq!(column(&table, name), ["", ""], "{more:?} {name}");
        }
    }
}

#[test]
fn one_audited_period_does_not_tell_how_periods_differ() {
    let (text, gold) = scored();
    let (january, february) = text.split_at(text.find("a100,").unwrap());
    let head = text.lines().next().unwrap();
    let dir = Workdir::with("january.csv", january);
    dir.write("february.csv", format!("{head}\n{february}"));
    dir.run(&["sample", "january.csv", "-n", "60", "-o", "audit.csv"])
        .ok();
    let mut rows = records(&dir.read("audit.csv"), b',');
    for row in &mut rows[1..] {
        row[3] = gold[row[0].parse::<usize>().unwrap() - 1].to_owned();
    }
    dir.write("coded.csv", support::table(&rows, b','));
    let files = [
        "index",
        "january.csv",
        "february.csv",
        "--gold",
        "coded.csv",
        "--over",
        "month",
    ];
    let out = dir.run(&files).ok();
    assert!(
        out.stderr
            .contains("1 of 2 cells borrow from a single audited cell"),
        "{}",
        out.stderr
    );
    let table = records(&out.stdout, b',');
    assert_eq!(
        column(&table, "method"),
        ["design-based", "borrowed from its periods"]
    );
    assert_eq!(column(&table, "lo")[1], "");
    assert!(column(&table, "share_hostile")[1].starts_with("0."));
}

#[test]
fn rows_without_a_score_lend_nothing() {
    let dir = audited(120, "speaker");
    let by = [
        "index",
        "scored.csv",
        "--gold",
        "audit.csv",
        "--by",
        "speaker",
        "--min-audit",
        "100",
    ];
    let all = records(&dir.run(&by).ok().stdout, b',');
    // Of half of the rows the probabilities are gone.
    let mut rows = records(&dir.read("scored.csv"), b',');
    for row in rows.iter_mut().skip(1).step_by(2) {
        row[6..9].fill(String::new());
    }
    dir.write("scored.csv", support::table(&rows, b','));
    let out = dir.run(&by).ok();
    assert!(
        out.stderr.contains("200 rows have no prediction"),
        "{}",
        out.stderr
    );
    let half = records(&out.stdout, b',');
    assert_eq!(column(&half, "speaker"), ["Tolk"]);
    // Tolk's predictions are right: nothing is left to correct.
    let share = figures(&half, "share_hostile")[0];
    assert!((share - 0.2).abs() < 0.02, "{share} {all:?}");
}

#[test]
fn labels_that_are_never_predicted_can_be_coded() {
    let dir = audited(120, "speaker");
    let mut rows = records(&dir.read("scored.csv"), b',');
    for row in &mut rows {
        row.truncate(6);
    }
    dir.write("labels.csv", support::table(&rows, b','));
    let text = dir
        .read_text("audit.csv")
        .replacen(",neutral,", ",mixed,", 3);
    dir.write("mixed.csv", text);
    let out = dir.run(&[
        "index",
        "labels.csv",
        "--gold",
        "mixed.csv",
        "--by",
        "speaker",
    ]);
    let table = records(&out.ok().stdout, b',');
    assert!(
        figures(&table, "share_mixed")
            .iter()
            .any(|&share| share > 0.0)
    );
}

#[test]
fn a_second_coder_is_held_against_the_first() {
    let dir = audited(120, "speaker");
    let first = records(&dir.read("audit.csv"), b',');
    let second = |name: &str, n_other: usize, text: &str| {
        let mut rows = first[..51].to_vec();
        for (at, row) in rows.iter_mut().enumerate().skip(1) {
            if at <= n_other {
                row[3] = if row[3] == "neutral" {
                    "hostile"
                } else {
                    "neutral"
                }
                .to_owned();
            }
            row[5] = row[5].replace("statement", text);
        }
        dir.write(name, support::table(&rows, b','));
        dir.run(&[
            "index",
            "scored.csv",
            "--gold",
            "audit.csv",
            "--second",
            name,
        ])
    };
    let all = second("same.csv", 0, "statement").ok().stderr;
    assert!(
        all.contains(
            "of 50 statements that both coded, 100.0 % have one label; Krippendorff's alpha 1.000"
        ),
        "{all}"
    );
    let less = second("less.csv", 10, "statement").ok().stderr;
    assert!(
        less.contains("80.0 % have one label; Krippendorff's alpha 0."),
        "{less}"
    );
    second("wrong.csv", 0, "phrase").failed(1, &["wrong.csv, line 2: row", "is not in audit.csv"]);
}

#[test]
fn a_table_has_no_two_columns_of_one_name() {
    let text = scored().0.replacen("speaker", "method", 1);
    let dir = Workdir::with("scored.csv", text);
    dir.run(&["index", "scored.csv", "--by", "method"])
        .failed(2, &["the table would have two columns `method`"]);
    dir.run(&["index", "scored.csv", "--by", "source,source"])
        .failed(2, &["two columns `source`"]);
    dir.run(&[
        "index",
        "scored.csv",
        "--positive",
        "hostile",
        "--negative",
        "hostile",
    ])
    .failed(2, &["are both `hostile`"]);
    dir.run(&["index", "scored.csv", "-o", "i.xlsx"])
        .failed(2, &["i.xlsx", "csv"]);
}

#[test]
fn bad_input_is_told() {
    let dir = audited(40, "speaker");
    let gold =
        |more: &[&str]| dir.run(&[&["index", "scored.csv", "--gold", "audit.csv"], more].concat());
    gold(&[]).ok();
    let (header, rest) = scored()
        .0
        .split_once('\n')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let later = rest.split_once('\n').unwrap().1;
    dir.write("later.csv", format!("{header}\n{later}"));
    dir.run(&["index", "later.csv", "--gold", "audit.csv"])
        .failed(1, &["audit.csv, line", "in the same order"]);
    let audit = dir.read_text("audit.csv");
    dir.write("audit.csv", audit.replacen(",neutral,", ",calm,", 1));
    gold(&["--by", "speaker"]).failed(1, &["audit.csv, line", "`calm` is no label"]);
    dir.run(&["index", "scored.csv", "--by", "speakr"])
        .failed(1, &["scored.csv, line 1: no column `speakr`"]);
    dir.run(&["index", "scored.csv", "--positive", "angry"])
        .failed(2, &["no label `angry`", "hostile"]);
    dir.write("plain.csv", "text,label\nwe,x\n");
    dir.run(&["index", "plain.csv"]).failed(
        1,
        &[
            "plain.csv has neither columns `prob_<label>` nor `prediction`",
            "--prediction-column",
        ],
    );
    let wrong = scored().0.replacen(",0.8,", ",1.8,", 1);
    dir.write("wrong.csv", wrong);
    dir.run(&["index", "wrong.csv"])
        .failed(1, &["wrong.csv, line", "is not a probability"]);
    dir.write("undated.csv", scored().0.replacen("2024-01-01", "", 1));
    dir.run(&["index", "undated.csv", "--over", "month"])
        .failed(1, &["undated.csv, line 2: the date is empty"]);
}
