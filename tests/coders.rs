//! Labels of several coders: what is learned from them, and how far they and the model agree.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use support::{Workdir, records, statements, table};

const LABELS: [&str; 3] = ["conciliatory", "hostile", "neutral"];

/// Id, text and the labels of three coders, empty where one gave none: the first gives the gold labels, the second another
/// label on every seventh statement, the third on every fifth, and none on every third.
fn coded() -> Vec<[String; 5]> {
    let all = records(statements().as_bytes(), b',');
    let column = |name: &str| all[0].iter().position(|c| c == name).unwrap();
    let (id, text, label) = (column("id"), column("text"), column("label"));
    let rows = all.iter().skip(1).enumerate();
    rows.map(|(number, row)| {
        let gold = LABELS.iter().position(|l| *l == row[label]).unwrap();
        let other = |each: usize| LABELS[(gold + usize::from(number % each == 0)) % 3].to_owned();
        let third = if number % 3 == 0 {
            String::new()
        } else {
            other(5)
        };
        let label = LABELS[gold].to_owned();
        [row[id].clone(), row[text].clone(), label, other(7), third]
    })
    .collect()
}

fn wide() -> Vec<u8> {
    let head = ["id", "text", "anna", "ben", "cleo"].map(str::to_owned);
    table(std::iter::once(head).chain(coded()), b',')
}

fn long() -> Vec<u8> {
    let mut rows = vec![["key", "who", "text", "label"].map(str::to_owned)];
    for (coder, name) in ["anna", "ben", "cleo"].into_iter().enumerate() {
        for row in coded() {
            rows.push([
                row[0].clone(),
                name.to_owned(),
                row[1].clone(),
                row[2 + coder].clone(),
            ]);
        }
    }
    table(rows, b',')
}

const SETTINGS: [&str; 6] = ["--char-ngrams", "none", "--folds", "3", "--c", "1"];
const WIDE: [&str; 2] = ["--label-column", "anna,ben,cleo"];

fn train(dir: &Workdir, more: &[&str]) -> String {
    let args = ["train", "data.csv", "-m", "m.stance", "--force"];
    let outcome = dir.run(&[&args[..], &SETTINGS, more].concat()).ok();
    outcome.text().to_owned()
}

fn card(dir: &Workdir) -> Value {
    let out = dir.run(&["inspect", "m.stance", "--json"]).ok();
    serde_json::from_str::<Value>(out.text()).unwrap()["card"].clone()
}

/// How many statements have how many of their labels on the commonest one, and how many labels in all.
fn votes() -> BTreeMap<(usize, usize), u64> {
    let mut votes = BTreeMap::new();
    for row in coded() {
        let labels: Vec<&String> = row[2..].iter().filter(|l| !l.is_empty()).collect();
        let most = labels
            .iter()
            .map(|a| labels.iter().filter(|b| *b == a).count());
        *votes
            .entry((most.max().unwrap(), labels.len()))
            .or_default() += 1;
    }
    votes
}

#[test]
fn coders_side_by_side_and_below_each_other_make_the_same_model() {
    let dir = Workdir::with("data.csv", wide());
    let report = train(&dir, &WIDE);
    let model = dir.read("m.stance");
    dir.write("data.csv", long());
    let below = train(&dir, &["--coder-column", "who", "--id-column", "key"]);
    assert_eq!(dir.read("m.stance"), model);
    assert_eq!(below, report);
}

#[test]
fn rules_of_adjudication_keep_what_they_say() {
    let dir = Workdir::with("data.csv", wide());
    let n_with = |is: &dyn Fn(usize, usize) -> bool| -> u64 {
        let votes = votes();
        votes
            .iter()
            .filter(|((most, all), _)| is(*most, *all))
            .map(|(_, n)| n)
            .sum()
    };
    let agreed = n_with(&|most, all| most == all);
    let decided = n_with(&|most, all| 2 * most > all);
    assert!(agreed < decided && decided < 720);
    for (rule, rows) in [("agree", agreed), ("majority", decided)] {
        let report = train(&dir, &[&WIDE[..], &["--adjudicate", rule]].concat());
        assert_eq!(card(&dir)["training"]["rows"], rows);
        let told = format!(
            "labels by --adjudicate {rule}: {rows} of 720 statements, {} undecided",
            720 - rows
        );
        assert!(report.contains(&told), "no `{told}` in: {report}");
        if rule == "majority" {
            assert_eq!(train(&dir, &WIDE), report, "the default");
        }
    }
}

#[test]
fn soft_rows_weigh_one_in_all_and_figures_count_statements_once() {
    let dir = Workdir::with("data.csv", wide());
    let args = [
        &WIDE[..],
        &["--adjudicate", "soft", "--out-of-fold", "o.csv"],
    ]
    .concat();
    let report = train(&dir, &args);
    let training = card(&dir)["training"].clone();
    let agreed: u64 = votes()
        .iter()
        .filter(|((m, all), _)| m == all)
        .map(|(_, n)| n)
        .sum();
    let decided: u64 = votes()
        .iter()
        .filter(|((m, all), _)| 2 * m > *all)
        .map(|(_, n)| n)
        .sum();
    // Statements with two labels have two rows; none here has three.
    assert_eq!(training["rows"], 720 + (720 - agreed));
    assert_eq!(training["weighted"], true);
    let confusion = training["cross_validation"]["confusion"].clone();
    let counted = confusion
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|r| r.as_array().unwrap());
    assert_eq!(counted.map(|n| n.as_u64().unwrap()).sum::<u64>(), decided);
    let support = format!("{decided}\n   macro avg");
    assert!(report.contains(&support), "no `{support}` in: {report}");
    assert!(
        report.contains(&format!("leave out {} ties", 720 - decided)),
        "{report}"
    );
    // Rows of one statement lie in one fold.
    let mut fold_of: BTreeMap<String, String> = BTreeMap::new();
    let folds = records(&dir.read("o.csv"), b',').split_off(1);
    let texts = coded().into_iter().flat_map(|row| {
        let labels: std::collections::BTreeSet<_> =
            row[2..].iter().filter(|l| !l.is_empty()).collect();
        vec![row[1].clone(); labels.len()]
    });
    let texts: Vec<String> = texts.collect();
    assert_eq!(texts.len(), folds.len());
    for (row, text) in folds.iter().zip(texts) {
        assert_eq!(*fold_of.entry(text).or_insert(row[1].clone()), row[1]);
    }
    let coding = &training["coding"];
    assert_eq!(
        (&coding["coders"], &coding["statements"]),
        (&3.into(), &720.into())
    );
    assert_eq!(coding["undecided"], 720 - decided);
    let methods = dir.run(&["inspect", "m.stance", "--methods"]).ok();
    assert!(methods.text().contains(
        "Its labels are those of 3 coders of 720 statements, with Krippendorff's alpha 0."
    ));
    assert!(
        methods
            .text()
            .contains("learned from with their shares as weights")
    );
    assert!(methods.text().contains("with weights") && methods.text().contains("95% interval"));
}

/// Kappa of two columns by its formula.
fn kappa(rows: &[(String, String)]) -> f64 {
    let n = rows.len() as f64;
    let equal = rows.iter().filter(|(a, b)| a == b).count() as f64 / n;
    let share =
        |of: &dyn Fn(&(String, String)) -> bool| rows.iter().filter(|r| of(r)).count() as f64 / n;
    let chance: f64 = LABELS
        .iter()
        .map(|l| share(&|r| r.0 == *l) * share(&|r| r.1 == *l))
        .sum();
    (equal - chance) / (1.0 - chance)
}

#[test]
fn the_model_stands_beside_the_coders() {
    let dir = Workdir::with("data.csv", wide());
    let report = train(&dir, &WIDE);
    for part in [
        "3 coders, 720 statements, 720 labelled by two or more",
        "Krippendorff's alpha 0.",
        "anna – ben",
        "cleo – model",
        "mean kappa of two coders",
    ] {
        assert!(report.contains(part), "no `{part}` in: {report}");
    }
    let args = ["evaluate", "data.csv", "-m", "m.stance", "--json", "-"];
    let found = dir.run(&[&args[..], &WIDE].concat()).ok();
    let found: Value = serde_json::from_str(found.text()).unwrap();
    let coders = &found["coders"];
    let both: Vec<(String, String)> = coded()
        .into_iter()
        .map(|row| (row[2].clone(), row[3].clone()))
        .collect();
    let pair = &coders["pairs"][0]["kappa"];
    assert!((pair["value"].as_f64().unwrap() - kappa(&both)).abs() < 1e-6);
    assert_eq!(pair["n_units"], 720);
    assert_eq!(coders["pairs"][1]["kappa"]["n_units"], 480);
    assert_eq!(coders["model"].as_array().unwrap().len(), 3);
    // It was trained on these statements, and its labels are those of the gold coder nearly everywhere.
    assert!(coders["model"][0]["kappa"]["value"].as_f64().unwrap() > 0.9);
    // The model labels also what coders left undecided.
    assert_eq!(coders["model"][0]["kappa"]["n_units"], 720);
    let args = ["evaluate", "--cross-validate", "data.csv", "--json", "-"];
    let validated = dir.run(&[&args[..], &SETTINGS, &WIDE].concat()).ok();
    let validated: Value = serde_json::from_str(validated.text()).unwrap();
    assert_eq!(validated["coders"]["alpha"], coders["alpha"]);
    assert!(validated["coders"]["model"][0]["kappa"]["n_units"].as_u64() < Some(720));
}

#[test]
fn labels_are_renamed_and_dropped_for_every_coder() {
    let dir = Workdir::with("data.csv", wide());
    let more = ["--drop-label", "neutral", "--label-map", "hostile=cold"];
    train(&dir, &[&WIDE[..], &more].concat());
    assert_eq!(
        card(&dir)["labels"],
        serde_json::json!(["cold", "conciliatory"])
    );
}

#[test]
fn coders_that_cannot_be_read_are_refused_with_a_remedy() {
    let dir = Workdir::with(
        "data.csv",
        "id,who,text,label\n1,a,t,x\n1,b,t,y\n2,a,u,y\n1,a,t,x\n",
    );
    let train = |more: &[&str]| {
        let args = ["train", "data.csv", "-m", "m.stance"];
        dir.run(&[&args[..], more].concat())
    };
    let long = ["--coder-column", "who"];
    train(&long).failed(
        1,
        &[
            "data.csv: coder `a` labelled the statement of line 2 twice",
            "remove all but one",
        ],
    );
    dir.write("data.csv", "id,who,text,label\n1,a,t,x\n1,b,s,y\n");
    train(&long).failed(
        1,
        &["data.csv, line 3: statement `1` has another text than on line 2"],
    );
    dir.write("data.csv", "id,who,text,label\n1,a,t,x\n1,,t,y\n");
    train(&long).failed(1, &["data.csv, line 3: `who` is empty", "--coder-column"]);
    dir.write("data.csv", "id,text,a,b\n1,t,x,y\n2,u,y,x\n");
    let wide = ["--label-column", "a,b"];
    train(&wide).failed(
        1,
        &[
            "coders give no statement one label (2 were coded)",
            "--adjudicate soft",
        ],
    );
    train(&["--label-column", "a,c"]).failed(
        1,
        &["no column `c`", "the coders' columns with `--label-column`"],
    );
    train(&["--coder-column", "whom"]).failed(1, &["no column `whom`", "`--coder-column`"]);
    train(&["--label-column", "a,a"]).failed(2, &["names a coder twice"]);
    train(&["--label-column", "a", "--adjudicate", "soft"])
        .failed(2, &["--adjudicate needs several coders"]);
    train(&["--label-column", "a,b", "--coder-column", "id"]).failed(2, &["either --coder-column"]);
    let evaluate = [
        "evaluate",
        "data.csv",
        "--label-column",
        "a,b",
        "--predictions",
        "data.csv",
    ];
    dir.run(&evaluate).failed(2, &["against one label a row"]);
    let evaluate = ["evaluate", "data.csv", "--label-column", "a,b"];
    dir.run(&evaluate)
        .failed(1, &["data.csv, line 2: label `x` is unknown to the model"]);
}
