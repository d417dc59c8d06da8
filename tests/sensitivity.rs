//! How far an index depends on decisions of coding, counted by hand here.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Workdir, records};

/// Two sides, six rows; Cleo coded four of them.
const CODED: &str = "\
text,side,date,act,anna,ben,cleo
t1,north,2024-01-03,threat,hostile,hostile,hostile
t2,north,2024-02-03,demand,hostile,neutral,neutral
t3,north,2024-05-03,offer,conciliatory,conciliatory,
t4,north,2024-05-04,demand,unsure,hostile,conciliatory
t5,south,2024-01-05,offer,conciliatory,hostile,
t6,south,2024-01-06,report,neutral,neutral,neutral
";
const BROAD: &str =
    "act,label\nthreat,hostile\ndemand,hostile\noffer,conciliatory\nreport,neutral\n";
const STRICT: &str = "act,label\nthreat,hostile\ndemand,\noffer,conciliatory\nreport,neutral\n";
const CODERS: [&str; 4] = [
    "sensitivity",
    "coded.csv",
    "--label-column",
    "anna,ben,cleo",
];

fn coded() -> Workdir {
    let dir = Workdir::with("coded.csv", CODED);
    dir.write("broad.csv", BROAD);
    dir.write("strict.csv", STRICT);
    dir
}

/// Lines of the output, header first.
fn lines(dir: &Workdir, more: &[&str]) -> Vec<String> {
    let out = dir.run(&[&CODERS[..], more].concat()).ok();
    out.text().lines().map(str::to_owned).collect()
}

#[test]
fn each_coder_the_majority_and_the_agreed_are_variants() {
    let expected = [
        "side,variant,n,index,lo,hi",
        "north,coder=anna,4,0.25,,",
        "north,coder=ben,4,0.25,,",
        // t1 hostile, t2 neutral, t4 conciliatory.
        "north,coder=cleo,3,0.0,,",
        // t4 is a tie.
        "north,majority,3,0.0,,",
        // t1 and t3.
        "north,disagreed=out,2,0.0,,",
        "north,range,,,0.0,0.25",
        "south,coder=anna,2,-0.5,,",
        "south,coder=ben,2,0.5,,",
        "south,coder=cleo,1,0.0,,",
        // t5 is a tie.
        "south,majority,1,0.0,,",
        "south,disagreed=out,1,0.0,,",
        "south,range,,,-0.5,0.5",
    ];
    assert_eq!(lines(&coded(), &["--by", "side"]), expected);
}

#[test]
fn unclear_labels_are_once_in_and_once_out() {
    let dir = coded();
    let args = ["sensitivity", "coded.csv", "--label-column", "anna"];
    let out = dir.run(&[&args[..], &["--unclear", "unsure"]].concat());
    let expected = "\
variant,n,index,lo,hi
coder=anna,6,0.0,,
unclear=in,6,0.0,,
unclear=out,5,0.0,,
range,,,0.0,0.0
";
    assert_eq!(out.ok().text(), expected);
    let more = ["--unclear", "unsure", "--by", "side", "--over", "quarter"];
    let out = dir.run(&[&args[..], &more].concat()).ok();
    let rows = records(&out.stdout, b',');
    let of = |variant: &str| -> Vec<String> {
        let found = rows.iter().filter(|row| row[2] == variant);
        found
            .map(|row| format!("{} {} {} {}", row[0], row[1], row[3], row[4]))
            .collect()
    };
    assert_eq!(
        of("unclear=in"),
        [
            "north 2024-Q1 2 1.0",
            "north 2024-Q2 2 -0.5",
            "south 2024-Q1 2 -0.5"
        ]
    );
    assert_eq!(of("unclear=out")[1], "north 2024-Q2 1 -1.0");
}

#[test]
fn each_map_of_acts_is_a_variant() {
    let dir = coded();
    let maps = ["--map", "broad.csv", "--map", "strict.csv"];
    let found = lines(&dir, &maps);
    let mapped: Vec<&String> = found.iter().filter(|l| l.starts_with("map=")).collect();
    // Of six rows three are hostile and two conciliatory; without the demands one is hostile.
    assert_eq!(mapped, ["map=broad,6,0.166667,,", "map=strict,4,-0.25,,"]);
    assert_eq!(found.last().unwrap(), "range,,,-0.25,0.333333");
}

#[test]
fn json_lines_say_the_same() {
    let dir = coded();
    let rows: Vec<String> = records(CODED.as_bytes(), b',')[1..]
        .iter()
        .map(|row| {
            serde_json::json!({
                "text": row[0], "side": row[1], "act": row[3], "anna": row[4], "ben": row[5], "cleo": row[6],
            })
            .to_string()
        })
        .collect();
    dir.write("coded.jsonl", rows.join("\n"));
    let more = ["--by", "side", "--map", "broad.csv", "-o", "out.jsonl"];
    let mut args = CODERS;
    args[1] = "coded.jsonl";
    dir.run(&[&args[..], &more].concat()).ok();
    let csv = lines(&dir, &more[..4]);
    let written = dir.read_text("out.jsonl");
    let objects: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let header: Vec<&str> = csv[0].split(',').collect();
    for (line, object) in csv[1..].iter().zip(&objects) {
        for (column, value) in header.iter().zip(line.split(',')) {
            match &object[column] {
                Value::Null => assert_eq!(value, ""),
                Value::String(text) => assert_eq!(value, text),
                number => assert_eq!(value, number.to_string()),
            }
        }
    }
    assert_eq!(objects.len(), csv.len() - 1);
}

#[test]
fn a_cell_that_a_variant_leaves_out_has_no_index() {
    let dir = coded();
    let found = lines(&dir, &["--by", "act", "--map", "strict.csv"]);
    assert!(found.contains(&"offer,coder=cleo,0,,,".to_owned()));
    assert!(found.contains(&"demand,map=strict,0,,,".to_owned()));
    assert!(
        found.contains(&"demand,range,,,-0.5,0.5".to_owned()),
        "{found:?}"
    );
}

#[test]
fn errors_name_file_line_and_remedy() {
    let dir = coded();
    dir.write("small.csv", "act,label\nthreat,hostile\ndemand,hostile\n");
    dir.write("twice.csv", "act,label\nthreat,hostile\nthreat,neutral\n");
    dir.write("other.csv", "deed,label\nthreat,hostile\n");
    dir.write("sub.txt", "x");
    let fails = |code, more: &[&str], parts: &[&str]| {
        dir.run(&[&CODERS[..], more].concat()).failed(code, parts);
    };
    let missing = ["coded.csv, line 4", "`offer` is not in small.csv", "add it"];
    fails(1, &["--map", "small.csv"], &missing);
    let twice = ["twice.csv, line 3", "already on line 2", "leave one out"];
    fails(1, &["--map", "twice.csv"], &twice);
    let other = ["other.csv", "`act`", "a map has the columns"];
    fails(1, &["--map", "other.csv"], &other);
    let same = ["--map", "broad.csv", "--map", "./broad.csv"];
    fails(2, &same, &["called `broad`", "rename one"]);
    let unknown = ["--positive", "angry"];
    fails(1, &unknown, &["coded.csv", "`angry`", "--positive"]);
    fails(1, &["--by", "sid"], &["coded.csv", "`sid`"]);
    let signed = ["--unclear", "hostile"];
    fails(2, &signed, &["`hostile` counts in the index"]);
    fails(2, &["--negative", "hostile"], &["the same label"]);
    let args = ["sensitivity", "coded.csv", "--label-column", "anna,anna"];
    dir.run(&args).failed(2, &["a coder twice"]);
    dir.write("undated.csv", CODED.replace("2024-02-03", ""));
    let args = ["sensitivity", "undated.csv", "--label-column", "anna"];
    let over = [&args[..], &["--over", "year"]].concat();
    let parts = ["undated.csv, line 3", "the date is empty", "fill it in"];
    dir.run(&over).failed(1, &parts);
}

#[test]
fn labels_that_no_coder_gave_are_told() {
    let dir = coded();
    dir.write(
        "slip.csv",
        BROAD.replace("demand,hostile", "demand,hostlie"),
    );
    let more = ["--map", "slip.csv", "--unclear", "unshure"];
    let out = dir.run(&[&CODERS[..], &more].concat()).ok();
    let said = "slip.csv, line 3: no row has the label `hostlie`; it counts as neither";
    assert!(out.stderr.contains(said), "{}", out.stderr);
    let said = "--unclear unshure: no row has this label";
    assert!(out.stderr.contains(said), "{}", out.stderr);
}

#[test]
fn slips_that_change_an_index_are_told() {
    let dir = coded();
    let capital = CODED.replacen("threat,hostile", "threat,Hostile", 1);
    dir.write("capital.csv", capital);
    let of = |args: &[&str]| dir.run(&[&["sensitivity"], args].concat());
    let told = of(&["capital.csv", "--label-column", "anna"]).ok().stderr;
    assert!(
        told.contains("`Hostile` counts as neither, for it is not written like `hostile`"),
        "{told}"
    );
    dir.write("sampled.csv", CODED.replacen("act,", "sampling_prob,", 1));
    let told = of(&["sampled.csv", "--label-column", "anna"]).ok().stderr;
    assert!(
        told.contains("sampled.csv is a sample (`sampling_prob`)"),
        "{told}"
    );
    dir.write("n.csv", CODED.replacen("side", "n", 1));
    of(&["n.csv", "--label-column", "anna", "--by", "n"]).failed(2, &["two columns `n`"]);
    of(&["coded.csv"]).failed(1, &["no column `label`", "`--label-column`"]);
}
