//! The solver alone, on the matrix of a user's corpus, for a comparison with other solvers on the same numbers.
//!
//! ```text
//! cargo bench --bench solver -- TRAIN.csv --c 3 --svmlight MATRIX.svm --weights FOLDER
//! ```
//!
//! Builds the TF-IDF matrix of words 1–2 and fits it, each row weighing the same, from 0 to one tolerance after the
//! other. Prints a JSON line for each: the median seconds of the fit alone over three fits, passes over the data and the
//! objective reached. `--svmlight` writes the matrix, labels numbered from 1 in the order of their names. `--weights`
//! writes each fit's weights as 64-bit little-endian numbers, a block of one number a label for each feature and the
//! intercepts' block last.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use linfa::ParamGuard;
use stance::classifier::{Hyperparameters, LinearClassifier, fit};
use stance::features::{DesignMatrix, EncodedCorpus, Selection, SelectionSettings};
use stance::io::{LabelledOptions, read_labelled};
use stance::statement::LabelledCorpus;
use stance::text::{Analyzer, Punctuation, TextSettings};

const TOLERANCES: [&str; 8] = [
    "1e-1", "3e-2", "1e-2", "3e-3", "1e-3", "1e-4", "1e-6", "1e-8",
];
const FITS: usize = 3;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do if standard error is closed.
            let _ = writeln!(io::stderr(), "solver: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = Options::from_args()?;
    let (corpus, _) = read_labelled(&[&options.train], &LabelledOptions::default())?;
    let matrix = matrix(&corpus)?;
    if let Some(path) = &options.svmlight {
        write_svmlight(&matrix, &corpus, path)?;
    }
    for tolerance in TOLERANCES {
        let settings = Hyperparameters::new()
            .c(options.c)
            .tolerance(tolerance.parse()?)
            .check()?;
        let mut seconds = Vec::new();
        let mut last = None;
        for _ in 0..FITS {
            let n_labels = corpus.label_set().names().len();
            let fitted = fit(&matrix, corpus.labels(), None, n_labels, &settings, None)?;
            seconds.push(fitted.1.seconds);
            last = Some(fitted);
        }
        let (classifier, report) = last.ok_or("no fit was made")?;
        if let Some(folder) = &options.weights {
            write_weights(&classifier, &folder.join(format!("{tolerance}.f64")))?;
        }
        seconds.sort_by(f64::total_cmp);
        let line = serde_json::json!({
            "tolerance": tolerance,
            "seconds": seconds[FITS / 2],
            "fastest": seconds[0],
            "slowest": seconds[FITS - 1],
            "passes": report.passes,
            "objective": report.objective,
            "converged": report.converged(),
            "threads": rayon::current_num_threads(),
            "rows": matrix.n_rows(),
            "features": matrix.n_features(),
            "nonzeros": matrix.n_nonzeros(),
        });
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(())
}

/// Words 1–2, sublinear TF-IDF, every term kept.
fn matrix(corpus: &LabelledCorpus) -> Result<DesignMatrix, Box<dyn Error>> {
    let analyzer = Analyzer::new(TextSettings {
        char_ngrams: None,
        punctuation: Punctuation::Drop,
        ..TextSettings::default()
    })?;
    let encoded = EncodedCorpus::new(&analyzer, corpus.len(), |row| corpus.text(row))?;
    let rows: Vec<u32> = (0..u32::try_from(corpus.len())?).collect();
    let settings = SelectionSettings {
        log_count_ratio: 0.0,
        ..SelectionSettings::default()
    };
    let selection = Selection::new(&encoded, corpus.labels(), &rows, settings);
    Ok(selection.design_matrix(&rows))
}

/// Values are written as the 64-bit numbers that the solver computes with, so that another one reads the same.
fn write_svmlight(matrix: &DesignMatrix, corpus: &LabelledCorpus, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for (row, label) in matrix.rows().zip(corpus.labels()) {
        write!(out, "{}", label.index() + 1)?;
        for (feature, value) in row.features.iter().zip(row.values) {
            write!(out, " {}:{}", feature.index() + 1, f64::from(*value))?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn write_weights(classifier: &LinearClassifier, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let (weights, intercepts) = (classifier.weights(), classifier.intercepts());
    for weight in weights.iter().chain(intercepts) {
        out.write_all(&weight.to_le_bytes())?;
    }
    out.flush()
}

struct Options {
    train: PathBuf,
    c: f64,
    svmlight: Option<PathBuf>,
    weights: Option<PathBuf>,
}

impl Options {
    fn from_args() -> Result<Self, Box<dyn Error>> {
        let (mut train, mut c, mut svmlight, mut weights) = (None, 3.0, None, None);
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                // Cargo adds this one.
                "--bench" => {}
                "--c" => c = value()?.parse()?,
                "--svmlight" => svmlight = Some(value()?.into()),
                "--weights" => weights = Some(value()?.into()),
                _ if train.is_none() && !arg.starts_with('-') => train = Some(arg.into()),
                _ => return Err(format!("{arg} is not known").into()),
            }
        }
        Ok(Self {
            train: train.ok_or("a labelled CSV file is needed")?,
            c,
            svmlight,
            weights,
        })
    }
}
