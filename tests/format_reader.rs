//! A stranger reads a model: `format_reader.py`, written after `docs/format.md`, scores as the product does.
//!
//! It needs a Python with the packages `safetensors` and `numpy`: `python3`, or what `STANCE_PYTHON` names. Without
//! them it is left out, which is said on standard error; with `STANCE_PYTHON` set they must be there.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

mod support;

use std::process::{Command, Stdio};
use support::{Workdir, records, repository, statements};

/// The interpreter, if it has the packages.
fn python() -> Option<String> {
    let asked = std::env::var("STANCE_PYTHON").ok();
    let name = asked.clone().unwrap_or_else(|| "python3".to_owned());
    let found = Command::new(&name)
        .args(["-c", "import safetensors, numpy"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_ok_and(|status| status.success()) {
        return Some(name);
    }
    assert!(
        asked.is_none(),
        "STANCE_PYTHON={name} cannot import safetensors and numpy"
    );
    None
}

const TEXTS: [&str; 14] = [
    "We are ready to talk, and to talk again.",
    "They won't get a single day more: the answer will be crushing, CRUSHING.",
    "The ministry's report of 3 May has 1,200.5 pages; part 2 follows.",
    "we we we we we we we we we we thank thank them",
    "a I 7",
    "Zxqv blorft_kk __ 12.30",
    "",
    "The talks, he said, begin on Monday. The talks end on Friday.",
    "Envoys of Port Varn and the East-Norland army's Colonel Tarn met: \"We agree\", said Orsa's chief; I'm told (Mara) waits. We thank X.",
    "NORLAND WILL STRIKE BACK and so",
    "Prime Minister To Talk with The Envoys Again",
    "We thank Them, the envoys of Norland And Suderia said",
    "It's said in L'Isle that O'Brann's men will talk to A.B. and I.",
    "Let us open the crossing so that families can go home.",
];

#[test]
fn a_reader_that_shares_no_code_scores_alike() {
    let Some(python) = python() else {
        eprintln!(
            "left out: no python3 with the packages safetensors and numpy (STANCE_PYTHON names another)"
        );
        return;
    };
    let dir = Workdir::with("data.csv", statements());
    dir.write("stop.txt", "the\nand\n");
    for more in [
        &[][..],
        &[
            "--calibration",
            "none",
            "--word-ngrams",
            "1-3",
            "--char-ngrams",
            "none",
            "--min-df",
            "2",
        ],
        &[
            "--folds",
            "0",
            "--weighting",
            "count",
            "--word-ngrams",
            "2",
            "--char-ngrams",
            "3",
            "--c",
            "0.1",
        ],
        &[
            "--folds",
            "0",
            "--weighting",
            "binary",
            "--stop-words",
            "stop.txt",
            "--max-features",
            "900",
        ],
        &["--word-ngrams", "none", "--label-map", "neutral=hostile"],
        &["--names", "mask", "--folds", "0"],
        &["--names", "mask", "--punctuation", "drop", "--folds", "0"],
    ] {
        let train = [
            "train",
            "data.csv",
            "-m",
            "m.stance",
            "--language",
            "none",
            "--force",
        ];
        dir.run(&[&train[..], more].concat()).ok();
        let mut command = Command::new(&python);
        command.arg("-B").arg(repository("tests/format_reader.py"));
        let output = command
            .arg(dir.path("m.stance"))
            .args(TEXTS)
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{more:?}: {stderr}");
        let theirs = String::from_utf8(output.stdout).unwrap();

        let mut args = vec!["predict", "-m", "m.stance"];
        args.extend(TEXTS.iter().flat_map(|text| ["-t", text]));
        let ours = records(&dir.run(&args).ok().stdout, b',');
        assert_eq!(theirs.lines().count(), TEXTS.len());
        for (theirs, ours) in theirs.lines().zip(&ours[1..]) {
            let theirs: Vec<&str> = theirs.split('\t').collect();
            assert_eq!(theirs.len(), ours.len() - 1);
            assert_eq!(theirs[0], ours[1], "{more:?}: {}", ours[0]);
            for (theirs, ours) in theirs[1..].iter().zip(&ours[2..]) {
                let (theirs, ours): (f64, f64) = (theirs.parse().unwrap(), ours.parse().unwrap());
                assert!(
                    (theirs - ours).abs() <= 1.001e-6,
                    "{more:?}: {theirs} {ours}"
                );
            }
        }
    }
}
