//! `stance index --report` on invented rows: what stands on the page, that periods without statements are gaps, and that names
//! of the data stay text.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use support::{Workdir, table};

/// A name that must stay text.
const HOSTILE: &str = "<script>alert(1)</script>\"&$x$";

const HEAD: [&str; 9] = [
    "speaker",
    "target",
    "date",
    "article_id",
    "text",
    "prediction",
    "prob_conciliatory",
    "prob_hostile",
    "prob_neutral",
];

/// Statements of three speakers on one target over eight months; in March 2024 the first is silent.
fn scored() -> Vec<Vec<String>> {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    for i in 0..480_usize {
        let (year, month) = (2023 + (i % 8) / 4, [11, 12, 1, 2, 2, 3, 4, 5][i % 8]);
        let year = if month > 10 { 2023 } else { year.max(2024) };
        let speaker = ["Norland", HOSTILE, "Westmark"][i / 8 % 3];
        if speaker == "Norland" && month == 3 {
            continue;
        }
        let (label, probabilities) = match (i * 7 + i / 11) % 5 {
            0 | 1 => ("hostile", ["0.1", "0.8", "0.1"]),
            2 => ("conciliatory", ["0.7", "0.1", "0.2"]),
            _ => ("neutral", ["0.1", "0.2", "0.7"]),
        };
        let mut row: Vec<String> = [speaker, "Sunda & Co"].map(str::to_owned).to_vec();
        row.push(format!("{year}-{month:02}-{:02}", 1 + i / 8 % 28));
        row.push(format!("a{}", i / 2));
        row.push(format!("the envoy spoke of matter {i}"));
        row.push(label.to_owned());
        row.extend(probabilities.map(str::to_owned));
        rows.push(row);
    }
    rows
}

/// Every third row, coded: of the last speaker too few.
fn audit(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut head: Vec<String> = ["sample_row", "stratum", "sampling_prob", "gold"]
        .map(str::to_owned)
        .to_vec();
    head.extend(rows[0][..5].iter().cloned());
    let mut audit = vec![head];
    for (number, row) in rows.iter().enumerate().skip(1) {
        if number % 3 != 0 || (row[0] == "Westmark" && number > 100) {
            continue;
        }
        let gold = if number % 4 == 0 { "neutral" } else { &row[5] };
        let mut coded = [&number.to_string(), "all", "0.25", gold]
            .map(str::to_owned)
            .to_vec();
        coded.extend(row[..5].iter().cloned());
        audit.push(coded);
    }
    audit
}

fn workdir() -> Workdir {
    let rows = scored();
    let dir = Workdir::with("scored.csv", table(&rows, b','));
    dir.write("audit.csv", table(audit(&rows), b','));
    dir
}

/// The page that these options give.
#[track_caller]
fn page(dir: &Workdir, more: &[&str]) -> String {
    let args = ["index", "scored.csv", "--report", "r.html", "--force"];
    dir.run(&[&args[..], more].concat()).ok();
    let page = dir.read_text("r.html");
    let lower = page.to_lowercase();
    for forbidden in [
        "<script",
        "<img",
        "<iframe",
        "javascript:",
        " src=",
        "http://e",
        "https://",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    page
}

/// The drawings of a page, each with its name.
fn drawings(page: &str) -> Vec<(&str, &str)> {
    let drawings = page.split("<svg ").skip(1);
    drawings
        .map(|rest| {
            let drawing = rest.split("</svg>").next().unwrap();
            let name = drawing.split("aria-label=\"").nth(1).unwrap();
            (name.split('"').next().unwrap(), drawing)
        })
        .collect()
}

#[test]
fn each_group_has_a_panel_and_each_cell_a_row() {
    let dir = workdir();
    let options = ["--by", "speaker,target", "--over", "month"];
    let audited = [&options[..], &["--gold", "audit.csv", "--min-audit", "5"]].concat();
    let page = page(&dir, &audited);
    let names: Vec<&str> = drawings(&page).into_iter().map(|(name, _)| name).collect();
    let escaped = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;$x$";
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(
        names
            .iter()
            .any(|name| name.starts_with("Norland, Sunda &amp; Co ("))
    );
    assert!(
        names.iter().any(|name| name.starts_with(escaped)),
        "{names:?}"
    );
    let csv = dir
        .run(&[&["index", "scored.csv"][..], &audited].concat())
        .ok();
    let cells = csv.text().lines().count() - 1;
    assert_eq!(page.matches("<tr><th scope=\"row\">").count(), cells);
    assert!(page.contains("design-based: some statements were drawn"));
    assert!(page.contains("and borrow the correction"));
    assert!(page.contains("circles borrow"));
    assert!(page.contains("<h1>Index of stance: hostile less conciliatory</h1>"));
    assert!(!page.contains("uncorrected: predicted labels"));
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let dir = workdir();
    let options = [
        "--by",
        "speaker",
        "--over",
        "quarter",
        "--gold",
        "audit.csv",
    ];
    let first = page(&dir, &options);
    assert_eq!(
        first,
        page(&dir, &[&options[..], &["--threads", "1"]].concat())
    );
}

#[test]
fn a_period_without_statements_is_a_gap() {
    let dir = workdir();
    let page = page(&dir, &["--by", "speaker", "--over", "month"]);
    let runs = |name: &str| {
        let (_, drawing) = *drawings(&page)
            .iter()
            .find(|(of, _)| of.starts_with(name))
            .unwrap();
        drawing
            .matches("stroke=\"var(--axis)\" stroke-width=\"1.2\"")
            .count()
    };
    // Norland speaks before March and after it, Westmark in all months.
    assert_eq!(runs("Norland"), runs("Westmark") + 1);
    assert!(page.contains("it is missing, not 0"));
    assert!(page.contains("uncorrected: predicted labels were counted as if they were right"));
}

#[test]
fn without_periods_groups_stand_in_one_chart() {
    let dir = workdir();
    let groups = page(
        &dir,
        &["--by", "speaker", "--gold", "audit.csv", "--balance"],
    );
    assert_eq!(drawings(&groups).len(), 1);
    assert!(groups.contains("(h − c)/(h + c)"));
    let all = page(&dir, &["--assume-same-errors=em"]);
    assert_eq!(drawings(&all).len(), 1);
    assert!(all.contains("without intervals, since"));
    assert!(all.contains("errs as on its training data"));
    assert_eq!(all.matches("<small>no interval</small>").count(), 4);
    // More periods than can have whiskers: bands.
    let days_of_all = page(&dir, &["--over", "day"]);
    assert!(days_of_all.contains("a band around the line"));
    // More groups than a page has panels.
    let days = page(&dir, &["--by", "date", "--over", "year"]);
    assert_eq!(drawings(&days).len(), 12);
    assert!(days.contains("with the most statements; the table below has all"));
}

#[test]
fn the_report_replaces_nothing_unasked() {
    let dir = workdir();
    let index = |more: &[&str]| dir.run(&[&["index", "scored.csv"][..], more].concat());
    index(&["--report", "scored.csv", "--force"]).failed(2, &["--report scored.csv would replace"]);
    index(&["--report", "x", "-o", "x"]).failed(2, &["would replace"]);
    index(&["--report", "-"]).failed(2, &["--report needs the name of a file"]);
    dir.write("r.html", "mine");
    index(&["--report", "r.html"]).failed(1, &["r.html exists"]);
    assert_eq!(dir.read_text("r.html"), "mine");
}
