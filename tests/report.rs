//! `--report` and `--audit`: what stands on the page, that it is one file, and that nothing in the data gets out of hand.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write;
use support::{Workdir, statements};

/// What a page must never hold: scripts, and anything that is fetched or followed elsewhere.
fn is_self_contained(page: &str) {
    let lower = page.to_lowercase();
    for forbidden in [
        "<script",
        "<iframe",
        "<object",
        "<embed",
        "<img",
        "<link rel=\"stylesheet",
        "@import",
        "url(http",
        "javascript:",
        " src=",
        "onerror=\"",
        "onload=",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    // The only address is the name of SVG's elements.
    let addresses = lower.matches("://").count();
    assert_eq!(
        addresses,
        lower.matches("http://www.w3.org/2000/svg").count()
    );
    // A link goes to a place on the page.
    let links = page.matches(" href=\"").count();
    assert_eq!(
        links,
        page.matches(" href=\"#").count() + page.matches(" href=\"data:,\"").count()
    );
}

/// The ids of the page's sections.
fn sections(page: &str) -> Vec<&str> {
    let starts = page.split("<section id=\"").skip(1);
    starts.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// Four words that differ from statement to statement, so that no two are near-duplicates.
fn filler(i: usize) -> String {
    const WORDS: [&str; 24] = [
        "river", "market", "winter", "window", "garden", "basket", "ladder", "candle", "meadow",
        "saddle", "kettle", "pebble", "timber", "orchard", "lantern", "anchor", "barrel", "copper",
        "thread", "feather", "hammer", "mirror", "needle", "pillow",
    ];
    let mut state = i as u64 + 1;
    let mut word = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    [word(), word(), word(), word(), word()].join(" ")
}

/// Invented statements with a speaker and a year.
fn spoken(n: usize) -> String {
    let names = ["Norland", "Westmark", "Orla Tamm", "Sunda", "Ilmar Vey"];
    let mut data = "text,label,speaker,year\n".to_owned();
    for i in 0..n {
        let (label, verb) = [
            ("hostile", "will strike the depots of"),
            ("conciliatory", "will open talks with"),
            ("neutral", "confirmed a meeting with"),
        ][i % 3];
        let (who, whom) = (names[i % 5], names[(i / 5 + 1) % 5]);
        let more = filler(i);
        writeln!(
            data,
            "the envoy of {who} {verb} {whom} {more},{label},s{},{}",
            i % 8,
            2020 + i % 4
        )
        .unwrap();
    }
    data
}

#[test]
fn a_training_report_has_a_section_for_each_thing_that_is_known() {
    let dir = Workdir::with("data.csv", spoken(120));
    let outcome = dir.run(&[
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--report",
        "report.html",
        "--by",
        "speaker,year",
        "--group-column",
        "speaker",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("report.html");
    is_self_contained(&page);
    assert_eq!(
        sections(&page),
        [
            "scores",
            "confusion",
            "precision-recall",
            "columns",
            "reliability",
            "coverage",
            "terms",
            "audit",
            "data",
            "model"
        ],
        "no mistakes here, and nothing that was not computed"
    );
    assert!(page.contains("8 groups of rows"));
    assert!(page.contains("All rows with one speaker were held out together"));
    assert!(page.contains("Scores by year"));
    assert!(page.contains("<th scope=\"row\"><bdi>2020</bdi></th>"));
    // Each drawing has a name, each table a caption.
    let n_drawings = page.matches("<svg ").count();
    assert!(n_drawings >= 8, "{n_drawings}");
    assert_eq!(
        n_drawings,
        page.matches("role=\"img\" aria-label=\"").count()
    );
    assert_eq!(
        page.matches("<table>").count(),
        page.matches("<caption>").count()
    );
    // The figures on the page are those of the report in words.
    let told = String::from_utf8(outcome.stdout).unwrap();
    let accuracy = told
        .lines()
        .find(|line| line.trim().starts_with("accuracy"))
        .unwrap();
    let accuracy = accuracy.split_whitespace().nth(1).unwrap();
    assert!(
        page.contains(&format!("<dd class=\"value\">{accuracy}</dd>")),
        "{accuracy}"
    );
    assert!(told.contains("bootstrap of 8 groups of rows"));
}

#[test]
fn a_target_error_has_its_threshold_on_the_page() {
    let dir = Workdir::with("data.csv", spoken(300));
    let page = |target: &str| {
        let args = [
            "train", "data.csv", "-m", "m.stance", "--report", "r.html", "--force",
        ];
        let target = ["--target-error", target];
        dir.run(&[&args[..], &target[..]].concat()).ok();
        dir.read_text("r.html")
    };
    let found = page("15%");
    is_self_contained(&found);
    assert!(found.contains("Threshold for a target error"));
    assert!(found.contains("With 95 % confidence at most 15 % of the rows"));
    let out = dir.run(&["inspect", "m.stance", "--json"]).ok();
    let card: serde_json::Value = serde_json::from_str(out.text()).unwrap();
    let record = &card["card"]["training"]["cross_validation"]["target_error"]["found"];
    let bound = record["upper_bound"].as_f64().unwrap() * 100.0;
    assert!(
        found.contains(&format!("{bound:.1} %")),
        "{bound} is on the page"
    );
    let none = page("0.5%");
    assert!(none.contains("No threshold keeps the share of errors at 0.5 % with 95 % confidence"));
    let args = ["train", "data.csv", "-m", "m.stance", "--report", "r.html"];
    dir.run(&[&args[..], &["--force"]].concat()).ok();
    assert!(!dir.read_text("r.html").contains("target error"));
}

#[test]
fn an_evaluation_report_compares_the_rows_with_those_trained_on() {
    let dir = Workdir::with("train.csv", spoken(90));
    dir.write(
        "new.csv",
        "text,label\nthe harbour crane fell at noon,neutral\nharbour crews will talk,conciliatory\n\
         harbour guns will strike the quay,hostile\nthe harbour and the quay are calm,neutral\n\
         a harbour pilot spoke of the tide,neutral\nships left the harbour again,neutral\n",
    );
    let outcome = dir.run(&["train", "train.csv", "-m", "m.stance"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let run = |more: &[&str]| {
        let mut args = vec![
            "evaluate", "new.csv", "-m", "m.stance", "--report", "r.html", "--force",
        ];
        args.extend(more);
        let outcome = dir.run(&args);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        dir.read_text("r.html")
    };
    let page = run(&["--training", "train.csv"]);
    is_self_contained(&page);
    assert!(
        page.contains("They are easily told apart"),
        "by their words"
    );
    assert!(page.contains("<bdi>harbour</bdi>"));
    assert!(page.contains("Share of each label"));
    assert!(!run(&[]).contains("Can they be told apart?"));
    let outcome = dir.run(&[
        "evaluate",
        "train.csv",
        "-m",
        "m.stance",
        "--group-column",
        "speaker",
    ]);
    let told = String::from_utf8(outcome.stdout).unwrap();
    assert!(
        told.contains("95 % intervals (bootstrap of 8 groups of rows, 1000 draws)"),
        "{told}"
    );
}

#[test]
fn the_same_rows_give_the_same_page_on_any_number_of_threads() {
    let dir = Workdir::with("data.csv", statements());
    let mut told = Vec::new();
    for (threads, page) in [("1", "one.html"), ("3", "three.html")] {
        let outcome = dir.run(&[
            "train",
            "data.csv",
            "-m",
            "m.stance",
            "--force",
            "--report",
            page,
            "--by",
            "topic",
            "--tune",
            "--tune-c",
            "1,10",
            "--tune-features",
            "char-ngrams=none",
            "--learning-curve",
            "--label-errors",
            "--threads",
            threads,
        ]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        told = outcome.stdout;
    }
    let page = dir.read_text("one.html");
    is_self_contained(&page);
    assert_eq!(
        sections(&page),
        [
            "scores",
            "confusion",
            "precision-recall",
            "columns",
            "reliability",
            "coverage",
            "learning",
            "grid",
            "terms",
            "audit",
            "mistakes",
            "label-errors",
            "data",
            "model"
        ]
    );
    // The page says what the report in words says.
    let told = String::from_utf8(told).unwrap();
    let advice = told
        .lines()
        .find(|line| line.starts_with("More labels of the same kind"))
        .unwrap();
    assert!(page.contains(advice), "{advice}");
    let chosen = told.lines().find(|line| line.starts_with("  * ")).unwrap();
    let figure = chosen.split_whitespace().nth(1).unwrap();
    assert!(page.contains(figure), "{chosen}");
    assert!(page.contains("Each of 4 combinations of settings"));
    assert!(page.contains("each fold by the settings that the other folds choose"));
    assert!(page.contains("<th scope=\"col\"><bdi>class weight</bdi></th>"));
    assert!(
        !page.contains("<th scope=\"col\"><bdi>weighting</bdi></th>"),
        "the same in all cells"
    );
    assert!(page.contains("data.csv, line ") && page.contains("more likely"));
    assert!(page == dir.read_text("three.html"), "the pages differ");
    let folder = dir.path("").display().to_string();
    assert!(
        !page.contains(folder.trim_end_matches('/')),
        "a path of the machine"
    );
    // Mistakes say honestly whose reasons these are.
    assert!(page.contains("the reasons are those of the final model"));
}

#[test]
fn settings_have_a_page_without_a_model() {
    let dir = Workdir::with("data.csv", spoken(120));
    let outcome = dir.run(&[
        "evaluate",
        "data.csv",
        "--cross-validate",
        "--report",
        "r.html",
        "--by",
        "year",
        "--group-column",
        "speaker",
        "--c",
        "3",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("r.html");
    is_self_contained(&page);
    assert_eq!(
        sections(&page),
        [
            "scores",
            "confusion",
            "precision-recall",
            "columns",
            "reliability",
            "coverage",
            "shift",
            "data",
            "settings"
        ]
    );
    assert!(page.contains("Cross-validation report"));
    assert!(page.contains("All rows with one speaker were held out together"));
    assert!(page.contains("Scores by year") && page.contains("C 3, class weight balanced"));
    assert!(
        !page.contains("final model"),
        "there is none to give reasons"
    );
}

#[test]
fn anyones_predictions_have_a_page_with_what_they_allow() {
    let dir = Workdir::with(
        "data.csv",
        "id,text,label,source\na,They will strike.,hostile,x\nb,They will talk.,conciliatory,x\n\
         c,They met.,neutral,y\nd,They struck again.,hostile,y\n",
    );
    let run = |data: &str, predictions: &str, more: &[&str]| {
        let mut args = vec![
            "evaluate",
            data,
            "--predictions",
            predictions,
            "--report",
            "r.html",
            "--force",
        ];
        args.extend(more);
        dir.run(&args)
    };
    // Labels alone.
    dir.write(
        "labels.csv",
        "id,prediction\na,hostile\nb,neutral\nc,neutral\nd,hostile\n",
    );
    let outcome = run("data.csv", "labels.csv", &["--by", "source"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("r.html");
    is_self_contained(&page);
    let without = ["scores", "confusion", "columns", "shift", "data"];
    assert_eq!(sections(&page), without);
    assert!(page.contains("without probabilities"));
    assert!(page.contains("The mix of labels") && !page.contains("mean probability"));
    // With probabilities there are their figures, and the mistakes, but nobody's reasons. One label no row has.
    dir.write(
        "shares.csv",
        "id,prediction,prob_conciliatory,prob_hostile,prob_neutral,prob_unclear\na,hostile,0.1,0.8,0.1,0\n\
         b,hostile,0.2,0.7,0,0.1\nc,neutral,0.1,0.1,0.8,0\nd,hostile,0.2,0.6,0.1,0.1\n",
    );
    let outcome = run("data.csv", "shares.csv", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("r.html");
    is_self_contained(&page);
    let with = [
        "scores",
        "confusion",
        "precision-recall",
        "reliability",
        "coverage",
        "shift",
        "mistakes",
        "data",
    ];
    assert_eq!(sections(&page), with);
    assert!(
        page.contains("data.csv, line 3: conciliatory, taken for hostile with probability 0.700")
    );
    assert!(!page.contains("Speaks for") && page.contains("<bdi>unclear</bdi>"));
    // Rows without texts have no mistakes to read.
    dir.write(
        "bare.csv",
        "id,label\na,hostile\nb,conciliatory\nc,neutral\nd,hostile\n",
    );
    let outcome = run("bare.csv", "shares.csv", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("r.html");
    assert!(!sections(&page).contains(&"mistakes") && !page.contains("Length in words"));
    let outcome = run("data.csv", "labels.csv", &["--by", "sauce"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("no column `sauce`"),
        "{}",
        outcome.stderr
    );
    let outcome = run("data.csv", "labels.csv", &["--audit"]);
    assert_eq!(outcome.code, Some(2), "an audit is of a model");
}

#[test]
fn nothing_in_the_data_becomes_part_of_the_page() {
    let mut data = "text,label,\"</style><script>x</script>\",empty\n".to_owned();
    for i in 0..60 {
        let label = ["<script>alert(1)</script>", "\"a\" & 'b'", "\u{202e}$x$"][i % 3];
        let verb = ["strike", "talk", "confirm"][i % 3];
        let text = match i {
            6 => format!("</blockquote><img src=x onerror=alert(1)><!-- {verb}"),
            7 => "a very long statement ".repeat(50_000) + verb,
            8 => "\u{202e}\u{2066}turned\u{200b} around".to_owned(),
            9 => String::new(),
            i => format!("they {verb} {} {}", i * 7 % 13, i * 5 % 11),
        };
        writeln!(
            data,
            "\"{text}\",\"{}\",<b>{}</b>,",
            label.replace('"', "\"\""),
            i % 2
        )
        .unwrap();
    }
    let dir = Workdir::with("data.csv", &data);
    let outcome = dir.run(&[
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--report",
        "r.html",
        "--by",
        "</style><script>x</script>,empty",
        "--folds",
        "3",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("r.html");
    is_self_contained(&page.replace("&lt;img src=x onerror=", ""));
    assert!(
        page.len() < 400_000,
        "long statements are cut: {}",
        page.len()
    );
    assert!(!page.contains('\u{202e}') && !page.contains('\u{200b}'));
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(
        page.matches("<blockquote").count(),
        page.matches("</blockquote>").count()
    );
    assert!(page.contains("(none)"), "rows without a value");
}

#[test]
fn a_hundred_labels_and_labels_of_one_row_have_a_page() {
    let mut data = "text,label\n".to_owned();
    for i in 0..300 {
        writeln!(
            data,
            "word{} beside word{},label {}",
            i % 100,
            i * 31 % 97,
            i % 100
        )
        .unwrap();
    }
    data += "a single one,alone\n";
    let dir = Workdir::with("data.csv", &data);
    let outcome = dir.run(&[
        "train", "data.csv", "-m", "m.stance", "--report", "r.html", "--folds", "0",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        sections(&dir.read_text("r.html")),
        ["terms", "audit", "data", "model"]
    );
    let outcome = dir.run(&[
        "evaluate", "data.csv", "-m", "m.stance", "--report", "e.html",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let page = dir.read_text("e.html");
    is_self_contained(&page);
    assert!(page.contains("are too many for a matrix") || page.contains("kinds of confusion"));
    assert!(page.len() < 1_000_000, "{}", page.len());
}

#[test]
fn an_audit_finds_a_model_that_learned_names() {
    // The label follows from who is named and from nothing else.
    let mut data = "text,label\n".to_owned();
    for i in 0..160 {
        let (name, label) = [("Norland", "hostile"), ("Westmark", "neutral")][i % 2];
        writeln!(data, "we heard of {name} and {},{label}", filler(i)).unwrap();
    }
    let dir = Workdir::with("data.csv", &data);
    let outcome = dir.run(&["train", "data.csv", "-m", "m.stance", "--audit"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let told = String::from_utf8(outcome.stdout).unwrap();
    assert!(
        told.contains("Shortcut audit (out of fold; 160 of 160 rows have one of 2 names)"),
        "{told}"
    );
    let line = |name: &str| -> Vec<f64> {
        let line = told.lines().find(|line| line.starts_with(name)).unwrap();
        let figures = line[name.len()..].split_whitespace();
        figures.filter_map(|figure| figure.parse().ok()).collect()
    };
    // Exchanged for the other one, nearly every prediction flips.
    assert!(line("names exchanged")[0] > 0.95, "{told}");
    assert!(told.contains("norland"), "{told}");
    assert!(
        !String::from_utf8(dir.run(&["evaluate", "data.csv", "-m", "m.stance"]).stdout)
            .unwrap()
            .contains("audit")
    );
}

#[test]
fn a_page_keeps_apart_from_other_files_and_is_not_replaced_without_force() {
    let dir = Workdir::with("data.csv", spoken(60));
    let run = |args: &[&str]| dir.run(args);
    let outcome = run(&[
        "train", "data.csv", "-m", "m.stance", "--report", "data.csv", "--force",
    ]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    let outcome = run(&["train", "data.csv", "-m", "m.stance", "--report", "-"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    let outcome = run(&["train", "data.csv", "-m", "m.stance", "--label-errors"]);
    assert_eq!(outcome.code, Some(2), "--label-errors needs --report");
    let outcome = run(&[
        "train",
        "data.csv",
        "-m",
        "m.stance",
        "--report",
        "r.html",
        "--label-errors",
        "--folds",
        "0",
    ]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    let outcome = run(&[
        "train", "data.csv", "-m", "m.stance", "--report", "r.html", "--by", "yaer",
    ]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("yaer"), "{}", outcome.stderr);
    assert_eq!(dir.names(), ["data.csv"], "nothing half written stays");
    dir.write("r.html", "mine");
    let outcome = run(&["train", "data.csv", "-m", "m.stance", "--report", "r.html"]);
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert_eq!(dir.read_text("r.html"), "mine");
}
