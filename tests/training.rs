//! Training: the same bytes every time, and every setting does what it says.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Outcome, Workdir, records, repository, statements, table};

/// Trains on `data.csv` into `m.stance`.
#[track_caller]
fn train(dir: &Workdir, more: &[&str]) -> Outcome {
    let args = ["train", "data.csv", "-m", "m.stance", "--force"];
    dir.run(&[&args[..], more].concat()).ok()
}

/// What `inspect` says of `m.stance`.
fn inspect(dir: &Workdir) -> Value {
    let args = ["inspect", "m.stance", "--json", "--top", "3"];
    serde_json::from_str(dir.run(&args).ok().text()).unwrap()
}

/// The scored rows of `data.csv` by `m.stance`, without header.
fn scored(dir: &Workdir) -> Vec<Vec<String>> {
    let out = dir.run(&["predict", "data.csv", "-m", "m.stance"]).ok();
    records(&out.stdout, b',').split_off(1)
}

fn in_the_box() -> Workdir {
    Workdir::with("data.csv", statements())
}

/// Some statements of the box: every n-th row.
fn some(n: usize) -> Workdir {
    let rows = records(statements().as_bytes(), b',');
    let kept = rows.iter().enumerate().filter(|(i, _)| i % n == 0);
    Workdir::with("data.csv", table(kept.map(|(_, row)| row), b','))
}

#[test]
fn the_model_in_the_box_is_reproduced_byte_for_byte() {
    let dir = Workdir::new();
    let data = repository("datasets/statements.csv");
    let mut command = dir.command();
    let how = std::fs::read_to_string(repository("models/README.md")).unwrap();
    let (_, settings) = how.split_once("-m models/statements.stance ").unwrap();
    let settings = settings.lines().next().unwrap().split(' ');
    command
        .arg("train")
        .arg(data)
        .args(["-m", "m.stance"])
        .args(settings);
    Outcome::of(command, b"").ok();
    let committed = std::fs::read(repository("models/statements.stance")).unwrap();
    assert!(
        dir.read("m.stance") == committed,
        "models/statements.stance is not what the command of models/README.md writes; train it again"
    );
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    let dir = in_the_box();
    let report = train(&dir, &["--out-of-fold", "o.csv", "--threads", "1"]);
    let (model, out_of_fold) = (dir.read("m.stance"), dir.read("o.csv"));
    for threads in ["1", "2", "3", "8"] {
        let again = train(&dir, &["--out-of-fold", "o.csv", "--threads", threads]);
        assert!(dir.read("m.stance") == model, "--threads {threads}");
        assert!(dir.read("o.csv") == out_of_fold, "--threads {threads}");
        assert_eq!(again.text(), report.text());
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_same_input_gives_the_same_bytes_on_a_plainer_processor() {
    // Of our own solver; linfa-logistic sums and takes exponentials as the processor does best.
    let dir = in_the_box();
    for more in [&[][..], &["--weighting", "count", "--c", "0.1"]] {
        train(&dir, more);
        let model = dir.read("m.stance");
        let mut command = dir.command();
        command.env("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-AVX2");
        let args = ["train", "data.csv", "-m", "plain.stance", "--force"];
        command.args(args).args(more);
        Outcome::of(command, b"").ok();
        assert!(dir.read("plain.stance") == model, "{more:?}");
    }
}

#[test]
fn the_same_rows_give_the_same_bytes_from_any_format() {
    let dir = some(3);
    train(&dir, &["-q"]);
    let model = dir.read("m.stance");
    let rows = records(&dir.read("data.csv"), b',');
    let json =
        |row: &Vec<String>| format!("{}\n", serde_json::json!({"label": row[2], "text": row[1]}));
    dir.write("data.jsonl", rows[1..].iter().map(json).collect::<String>());
    let fasttext = |row: &Vec<String>| format!("__label__{} {}\n", row[2], row[1]);
    dir.write(
        "data.ft",
        rows[1..].iter().map(fasttext).collect::<String>(),
    );
    let half = rows.len() / 2;
    dir.write("a.tsv", table(&rows[..half], b'\t'));
    dir.write("b.csv", table(rows[..1].iter().chain(&rows[half..]), b';'));
    let b = zstd::encode_all(&dir.read("b.csv")[..], 1).unwrap();
    dir.write("b.csv.zst", b);
    for data in [
        &["data.jsonl"][..],
        &["data.ft"],
        &["a.tsv", "b.csv"],
        &["a.tsv", "b.csv.zst"],
    ] {
        let args = ["-m", "other.stance", "--force"];
        dir.run(&[&["train"][..], data, &args].concat()).ok();
        assert!(dir.read("other.stance") == model, "{data:?}");
    }
}

#[test]
fn the_report_on_the_model_says_what_it_is_worth() {
    let dir = in_the_box();
    let outcome = train(&dir, &[]);
    for part in [
        "720 statements (240 conciliatory, 240 hostile, 240 neutral)",
        "fit converged",
        "Out of fold (5 folds, stratified, seed 0;",
        "macro avg",
        "calibration error",
        "model written to m.stance",
    ] {
        assert!(
            outcome.text().contains(part),
            "no `{part}` in {}",
            outcome.text()
        );
    }
    let card = &inspect(&dir)["card"];
    let record = &card["training"]["cross_validation"];
    let confusion: Vec<Vec<u64>> = serde_json::from_value(record["confusion"].clone()).unwrap();
    assert_eq!(confusion.iter().flatten().sum::<u64>(), 720);
    let right: u64 = (0..3).map(|k| confusion[k][k]).sum();
    let accuracy = record["accuracy"].as_f64().unwrap();
    assert!((right as f64 / 720.0 - accuracy).abs() < 1e-6);
    assert!(accuracy > 0.6 && accuracy < 0.95, "{accuracy}");
    // Trained rows are known by heart, which out-of-fold figures do not show.
    let right = scored(&dir).iter().filter(|row| row[2] == row[4]).count();
    assert!(right > 700, "{right}");
}

#[test]
fn the_out_of_fold_file_has_each_row_once() {
    let dir = in_the_box();
    train(&dir, &["--folds", "4", "--out-of-fold", "o.csv"]);
    let data = records(&dir.read("data.csv"), b',');
    let rows = records(&dir.read("o.csv"), b',');
    let names = ["row", "fold", "label", "prediction"];
    assert_eq!(rows[0][..4], names);
    assert_eq!(rows.len(), data.len());
    let mut sizes = [0; 4];
    let mut right = 0;
    for (number, (row, given)) in rows.iter().zip(&data).enumerate().skip(1) {
        assert_eq!((&row[0], &row[2]), (&number.to_string(), &given[2]));
        sizes[row[1].parse::<usize>().unwrap()] += 1;
        right += u64::from(row[2] == row[3]);
        let p: Vec<f64> = row[4..].iter().map(|p| p.parse().unwrap()).collect();
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let most = rows[0][4..]
            .iter()
            .position(|name| *name == format!("prob_{}", row[3]));
        assert!(p.iter().all(|other| *other <= p[most.unwrap()]), "{row:?}");
    }
    assert_eq!(sizes, [180; 4]);
    let accuracy = &inspect(&dir)["card"]["training"]["cross_validation"]["accuracy"];
    assert!((right as f64 / 720.0 - accuracy.as_f64().unwrap()).abs() < 1e-6);
    train(&dir, &["--out-of-fold", "o.tsv"]);
    assert_eq!(records(&dir.read("o.tsv"), b'\t').len(), 721);
}

#[test]
fn folds_differ_by_seed_and_contiguous_ones_are_runs() {
    let dir = some(4);
    let folds = |more: &[&str]| -> Vec<String> {
        let args = [&["--out-of-fold", "o.csv"][..], more].concat();
        train(&dir, &args);
        let rows = records(&dir.read("o.csv"), b',');
        rows.into_iter().skip(1).map(|row| row[1].clone()).collect()
    };
    assert_ne!(folds(&["--seed", "1"]), folds(&["--seed", "2"]));
    let runs = folds(&["--fold-order", "contiguous"]);
    assert!(runs.is_sorted(), "{runs:?}");
    assert_eq!(runs.last().unwrap(), "4");
}

#[test]
fn without_folds_there_is_neither_figure_nor_calibration() {
    let dir = some(4);
    let outcome = train(&dir, &["--folds", "0"]);
    let said = "neither cross-validated nor calibrated (--folds 0)";
    assert!(outcome.text().contains(said), "{}", outcome.text());
    let card = &inspect(&dir)["card"];
    assert!(card["training"]["cross_validation"].is_null());
    assert_eq!(card["calibration"]["status"], "left-out");
}

#[test]
fn calibration_none_leaves_probabilities_as_they_are() {
    let dir = in_the_box();
    train(&dir, &["--calibration", "none"]);
    let card = &inspect(&dir)["card"];
    assert_eq!(card["calibration"]["status"], "left-out");
    assert!(card["training"]["cross_validation"]["log_loss"].is_number());
    let none = scored(&dir);
    train(&dir, &["--folds", "0"]);
    assert_eq!(scored(&dir), none, "the classifier is the same");
    train(&dir, &[]);
    assert_eq!(inspect(&dir)["card"]["calibration"]["status"], "fitted");
    assert_ne!(scored(&dir), none);
}

#[test]
fn labels_are_renamed_and_left_out_with_a_count() {
    let dir = in_the_box();
    let more = [
        "--folds",
        "0",
        "--label-map",
        "hostile=against,conciliatory=for",
        "--label-map",
        "angry=against",
        "--drop-label",
        "neutral",
        "--drop-label",
        "unclear",
    ];
    let outcome = train(&dir, &more);
    for part in [
        "left out 240 rows with neutral",
        "warning: --drop-label unclear: no row has this label",
        "warning: --label-map angry=…: no row has this label",
    ] {
        assert!(
            outcome.stderr.contains(part),
            "no `{part}` in {}",
            outcome.stderr
        );
    }
    let card = &inspect(&dir)["card"];
    assert_eq!(card["labels"], serde_json::json!(["against", "for"]));
    assert_eq!(
        card["training"]["label_counts"],
        serde_json::json!([240, 240])
    );
    // The same at evaluation, where the labels must be those of the model.
    let evaluate = ["evaluate", "data.csv", "-m", "m.stance", "--json", "-"];
    let outcome = dir.run(&[&evaluate[..], &more[2..]].concat()).ok();
    let figures: Value = serde_json::from_str(outcome.text()).unwrap();
    assert!(figures.to_string().contains("against"));
}

#[test]
fn models_of_two_five_and_many_labels_are_trained_alike() {
    let rows = records(statements().as_bytes(), b',');
    let mut topics: Vec<&String> = rows[1..].iter().map(|row| &row[3]).collect();
    topics.sort();
    topics.dedup();
    for n_labels in [2, 5, topics.len()] {
        let kept = rows
            .iter()
            .enumerate()
            .filter(|(i, row)| *i == 0 || topics[..n_labels].contains(&&row[3]));
        let kept: Vec<_> = kept.map(|(_, row)| row).collect();
        let n_rows = kept.len() - 1;
        let dir = Workdir::with("data.csv", table(kept, b','));
        let topics = [
            "--label-column",
            "topic",
            "--char-ngrams",
            "none",
            "--c",
            "100",
        ];
        let folds = if n_labels > 5 { "0" } else { "3" };
        train(&dir, &[&topics[..], &["--folds", folds]].concat());
        let card = &inspect(&dir)["card"];
        assert_eq!(card["labels"].as_array().unwrap().len(), n_labels);
        let scored = scored(&dir);
        assert_eq!(scored.len(), n_rows);
        for row in &scored {
            let millionths: Vec<u32> = row[5..]
                .iter()
                .map(|p| p.replace('.', "").parse().unwrap())
                .collect();
            assert_eq!(millionths.len(), n_labels);
            assert_eq!(millionths.iter().sum::<u32>(), 1_000_000);
        }
        let right = scored.iter().filter(|row| row[3] == row[4]).count();
        assert!(right * 10 > scored.len() * 9, "{right} of {}", scored.len());
    }
}

#[test]
fn a_weight_counts_as_so_many_rows() {
    let rows = |weight: &str| {
        format!(
            "text,label,w\nthe envoys met,for,{weight}\nthe envoys met,against,1\n\
             we accept,for,1\nwe refuse,against,1\n"
        )
    };
    let more = [
        "--folds",
        "0",
        "--weight-column",
        "w",
        "--class-weight",
        "none",
    ];
    let dir = Workdir::with("data.csv", rows("9"));
    let probability_for = |more: &[&str]| -> f64 {
        train(&dir, more);
        let scored = scored(&dir);
        assert_eq!(scored[0][4..], scored[1][4..], "the same text");
        scored[0].last().unwrap().parse().unwrap() // that of `for`
    };
    let heavy = probability_for(&more);
    assert!(heavy > 0.8, "{heavy}");
    assert_eq!(inspect(&dir)["card"]["training"]["weighted"], true);
    dir.write("data.csv", rows("1"));
    let even = probability_for(&more);
    assert!((even - 0.5).abs() < 0.01, "{even}");
    let unweighted = probability_for(&["--folds", "0", "--class-weight", "none"]);
    assert!((even - unweighted).abs() < 1e-6);
    assert_eq!(inspect(&dir)["card"]["training"]["weighted"], false);
    for bad in ["0", "-1", "many", "", "inf", "NaN"] {
        dir.write("data.csv", rows(bad));
        let args = ["train", "data.csv", "-m", "new.stance"];
        let parts = ["data.csv, line 2", "`w`", "not a positive number"];
        dir.run(&[&args[..], &more].concat()).failed(1, &parts);
    }
}

#[test]
fn class_weights_make_rare_labels_count() {
    let rows = records(statements().as_bytes(), b',');
    let mut hostile = 0;
    let kept = rows.iter().filter(|row| {
        hostile += u32::from(row[2] == "hostile");
        row[2] != "hostile" || hostile <= 24
    });
    let kept: Vec<_> = kept.collect();
    let dir = Workdir::with("data.csv", table(kept, b','));
    // Mild, so that rows are not known by heart.
    let mild = ["--folds", "0", "--c", "0.05", "--class-weight"];
    let hostile = |weight: &str| -> usize {
        train(&dir, &[&mild[..], &[weight]].concat());
        scored(&dir)
            .iter()
            .filter(|row| row[4] == "hostile")
            .count()
    };
    let (balanced, none) = (hostile("balanced"), hostile("none"));
    assert!(balanced > none, "{balanced} {none}");
}

const SMALL: [&str; 6] = [
    "--class-weight",
    "none",
    "--char-ngrams",
    "none",
    "--min-df",
    "3",
];

#[test]
fn linfa_finds_the_same_classifier() {
    let dir = some(2);
    let with = |solver: &str| {
        let exact = ["--folds", "0", "--tolerance", "1e-7", "--solver", solver];
        let outcome = train(&dir, &[&SMALL[..], &exact].concat());
        (outcome, scored(&dir))
    };
    let ((_, newton), (_, linfa)) = (with("newton"), with("linfa"));
    for (a, b) in newton.iter().zip(&linfa) {
        for (a, b) in a[5..].iter().zip(&b[5..]) {
            let (a, b): (f64, f64) = (a.parse().unwrap(), b.parse().unwrap());
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }
}

#[test]
fn linfa_is_refused_with_both_numbers_where_it_would_not_fit() {
    let dir = some(2);
    let refused = |more: &[&str], parts: &[&str]| {
        let args = ["train", "data.csv", "-m", "m.stance", "--solver", "linfa"];
        dir.run(&[&args[..], more].concat()).failed(1, parts);
        assert_eq!(dir.names(), ["data.csv"]);
    };
    let bound = [&SMALL[..], &["--max-dense-bytes", "100000"]].concat();
    refused(
        &bound,
        &[
            "dense matrix",
            " bytes, the bound is 100000",
            "sparse solver",
        ],
    );
    refused(
        &SMALL[2..],
        &["knows neither class weights nor row weights"],
    );
}

#[test]
fn a_fit_that_did_not_converge_is_said_and_kept_in_the_model() {
    let dir = some(2);
    let outcome = train(&dir, &["--max-iterations", "1"]);
    assert!(
        outcome.stderr.contains("warning: the fit"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("5 folds' fits did not converge"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.text().contains("did NOT converge"),
        "{}",
        outcome.text()
    );
    let training = inspect(&dir)["card"]["training"].clone();
    assert_ne!(training["fit"]["status"], "converged");
    assert_eq!(training["cross_validation"]["unconverged_folds"], 5);
    // Also with -q: it must not be overlooked.
    assert!(
        train(&dir, &["--max-iterations", "1", "-q"])
            .stderr
            .contains("warning")
    );
}

#[test]
fn settings_are_kept_in_the_model_and_used() {
    let dir = some(2);
    dir.write("stop.txt", "the\nof\n");
    train(
        &dir,
        &[
            "--folds",
            "0",
            "--stop-words",
            "stop.txt",
            "--max-features",
            "300",
            "--weighting",
            "binary",
        ],
    );
    let found = inspect(&dir);
    assert_eq!(found["features"], 600);
    assert_eq!(
        found["card"]["text"]["stop_words"],
        serde_json::json!(["of", "the"])
    );
    assert_eq!(found["card"]["selection"]["weighting"], "binary");
    train(
        &dir,
        &[
            "--folds",
            "0",
            "--word-ngrams",
            "2-3",
            "--char-ngrams",
            "none",
            "--weighting",
            "count",
        ],
    );
    let found = inspect(&dir);
    assert_eq!(
        found["card"]["text"]["word_ngrams"],
        serde_json::json!([2, 3])
    );
    let terms = found["heaviest"]["hostile"]["words"].as_array().unwrap();
    for term in terms {
        let n_words = term["term"].as_str().unwrap().split(' ').count();
        assert!((2..=3).contains(&n_words), "{term}");
    }
    assert_eq!(
        found["heaviest"]["hostile"]["characters"],
        serde_json::json!([])
    );
    train(
        &dir,
        &[
            "--folds",
            "0",
            "--word-ngrams",
            "none",
            "--min-df",
            "4",
            "--language",
            "none",
        ],
    );
    let found = inspect(&dir);
    assert_eq!(found["heaviest"]["hostile"]["words"], serde_json::json!([]));
    for term in found["heaviest"]["hostile"]["characters"]
        .as_array()
        .unwrap()
    {
        assert!(term["document_frequency"].as_u64().unwrap() >= 4, "{term}");
    }
}

#[test]
fn prune_0_changes_nothing_byte_for_byte() {
    let dir = some(3);
    let report = train(&dir, &["--out-of-fold", "o.csv"]);
    let (model, out_of_fold) = (dir.read("m.stance"), dir.read("o.csv"));
    for nothing in ["0", "-0.0"] {
        let more = ["--out-of-fold", "o.csv", "--prune", nothing];
        assert_eq!(train(&dir, &more).text(), report.text());
        assert!(dir.read("m.stance") == model, "--prune {nothing}");
        assert!(dir.read("o.csv") == out_of_fold, "--prune {nothing}");
    }
    assert!(inspect(&dir)["card"]["selection"].get("prune").is_none());
}

#[test]
fn a_pruned_model_is_smaller_and_says_so_and_is_the_same_on_any_number_of_threads() {
    let dir = some(2);
    train(&dir, &["--out-of-fold", "o.csv"]);
    let whole = inspect(&dir);
    let (features, bytes) = (&whole["features"], dir.read("m.stance").len());
    let out_of_fold = dir.read("o.csv");
    let prune = ["--prune", "1", "--out-of-fold", "o.csv", "--threads"];
    let report = train(&dir, &[&prune[..], &["1"]].concat());
    let model = dir.read("m.stance");
    assert!(model.len() < bytes / 2, "{} of {bytes}", model.len());
    // Figures and calibration are those of pruned models.
    assert!(dir.read("o.csv") != out_of_fold);
    let pruned = inspect(&dir);
    assert_eq!(pruned["card"]["selection"]["prune"], 1.0);
    assert_eq!(pruned["heaviest"], whole["heaviest"]);
    let (before, kept) = (
        features.as_u64().unwrap(),
        pruned["features"].as_u64().unwrap(),
    );
    let said = report.text().replace(',', "");
    let expected = format!("{before} features {kept} of them kept");
    assert!(said.contains(&expected), "{expected}: {said}");
    let sheet = dir.run(&["inspect", "m.stance", "--top", "0"]).ok();
    assert!(sheet.text().contains("pruned below 1"), "{}", sheet.text());
    for threads in ["2", "3", "8"] {
        let again = train(&dir, &[&prune[..], &[threads]].concat());
        assert!(dir.read("m.stance") == model, "--threads {threads}");
        assert_eq!(again.text(), report.text());
    }
}

/// A few own statements in several languages: refusal and agreement by turns, the same words in other forms.
const LANGUAGES: [(&str, [&str; 8]); 9] = [
    (
        "arabic",
        [
            "نرفض هذه التهديدات",
            "نقبل الهدنة",
            "رفضت الحكومة العرض",
            "قبل الوفد الدعوة",
            "لن نقبل التهديد",
            "نرحب بالحوار",
            "سنرد على الهجوم",
            "وافقوا على الحوار",
        ],
    ),
    (
        "french",
        [
            "Nous rejetons ces menaces",
            "Nous acceptons la trêve",
            "Le ministre a rejeté l’offre",
            "La délégation accepte le dialogue",
            "Leurs menaces seront punies",
            "Le dialogue reprendra demain",
            "Nous répondrons à l’attaque",
            "Ils acceptaient nos propositions",
        ],
    ),
    (
        "german",
        [
            "Wir lehnen diese Drohungen ab",
            "Wir nehmen die Waffenruhe an",
            "Die Drohung bleibt nicht ohne Antwort",
            "Die Gespräche beginnen morgen",
            "Der Angriff wird vergolten",
            "Das Gespräch war freundlich",
            "Wir vergelten jeden Angriff",
            "Wir danken für die Gespräche",
        ],
    ),
    (
        "greek",
        [
            "Απορρίπτουμε τις απειλές",
            "Δεχόμαστε την εκεχειρία",
            "Η απειλή θα απαντηθεί",
            "Οι συνομιλίες αρχίζουν αύριο",
            "Η επίθεση θα τιμωρηθεί",
            "Η συνομιλία ήταν φιλική",
            "Θα απαντήσουμε στις επιθέσεις",
            "Ευχαριστούμε για τις συνομιλίες",
        ],
    ),
    (
        "russian",
        [
            "Мы отвергаем эти угрозы",
            "Мы принимаем перемирие",
            "Министр отверг предложение",
            "Делегация приняла приглашение",
            "Угроза не останется без ответа",
            "Ещё есть время для переговоров",
            "Мы ответим на нападение",
            "Переговоры начнутся завтра",
        ],
    ),
    (
        "spanish",
        [
            "Rechazamos estas amenazas",
            "Aceptamos la tregua",
            "El ministro rechazó la oferta",
            "La delegación acepta el diálogo",
            "Sus amenazas serán castigadas",
            "El diálogo seguirá mañana",
            "Responderemos al ataque",
            "Aceptaron nuestras propuestas",
        ],
    ),
    (
        "turkish",
        [
            "Bu tehditleri reddediyoruz",
            "Ateşkesi kabul ediyoruz",
            "Tehdit cevapsız kalmayacak",
            "Görüşmeler yarın başlıyor",
            "SALDIRININ HESABI SORULACAK",
            "Görüşme dostça geçti",
            "Saldırılara karşılık vereceğiz",
            "Öneriyi kabul ettiler",
        ],
    ),
    (
        "tamil",
        [
            "மிரட்டலை ஏற்க மாட்டோம்",
            "போர்நிறுத்தத்தை ஏற்கிறோம்",
            "தாக்குதலுக்கு பதிலடி தருவோம்",
            "பேச்சுவார்த்தை நாளை தொடங்கும்",
            "மிரட்டல்கள் பலிக்காது",
            "பேச்சுவார்த்தைகளை வரவேற்கிறோம்",
            "தாக்குதல்கள் தொடரும்",
            "அழைப்பை ஏற்றனர்",
        ],
    ),
    (
        "finnish",
        [
            "Torjumme nämä uhkaukset",
            "Hyväksymme aselevon",
            "Uhkaus ei jää vastauksetta",
            "Neuvottelut alkavat huomenna",
            "Hyökkäys kostetaan",
            "Neuvottelu oli ystävällinen",
            "Vastaamme hyökkäyksiin",
            "He hyväksyivät kutsun",
        ],
    ),
];

#[test]
fn other_languages_train_and_score_in_their_own_words() {
    for (language, texts) in LANGUAGES {
        let mut data = String::from("text,label\n");
        for (i, text) in texts.iter().enumerate() {
            data.push_str(&format!("{text},{}\n", ["against", "for"][i % 2]));
        }
        let dir = Workdir::with("data.csv", data);
        let words = [
            "--folds",
            "2",
            "--char-ngrams",
            "none",
            "--word-ngrams",
            "1",
            "--language",
        ];
        train(&dir, &[&words[..], &["none"]].concat());
        let unstemmed = inspect(&dir)["features"].as_u64().unwrap();
        train(&dir, &[&words[..], &[language]].concat());
        let found = inspect(&dir);
        let stemmed = found["features"].as_u64().unwrap();
        assert!(
            stemmed < unstemmed,
            "{language}: forms of a word share a stem: {stemmed} {unstemmed}"
        );
        assert_eq!(found["card"]["text"]["language"], language);
        let stemmer = found["card"]["stemmer"].as_str().unwrap();
        let engine = if language == "greek" {
            "frostem"
        } else {
            "rust-stemmers"
        };
        assert!(stemmer.starts_with(engine), "{stemmer}");
        train(&dir, &["--folds", "0", "--language", language]);
        for row in scored(&dir) {
            assert_eq!(row[1], row[2], "{language}: {}", row[0]);
        }
    }
}

#[test]
fn every_stemmer_takes_text_of_any_script() {
    let mut data = String::from("text,label\n");
    for (_, texts) in LANGUAGES {
        data.push_str(&format!(
            "{} İÇİN ΑΥΤΌΣ,a\n{},b\n",
            texts.join(" "),
            texts[0].to_uppercase()
        ));
    }
    let dir = Workdir::with("data.csv", data);
    for language in
        "none arabic danish dutch english finnish french german greek hungarian italian norwegian \
                     portuguese romanian russian spanish swedish tamil turkish"
            .split_whitespace()
    {
        train(&dir, &["--folds", "2", "--language", language, "-q"]);
        assert_eq!(scored(&dir).len(), 2 * LANGUAGES.len());
    }
}
