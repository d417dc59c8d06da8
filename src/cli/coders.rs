//! Labelled rows of one coder or of several.

use super::args::{CoderArgs, LabelArgs};
use super::failure::Failure;
use super::inputs::thousands;
use stance::evaluation::AgreementReport;
use stance::io::{Coding, LabelledOptions, LabelledSummary, Others, read_coded, read_labelled};
use stance::label::LabelId;
use stance::model::OutOfFoldPredictions;
use stance::prediction::Prediction;
use stance::statement::{Adjudication, CodedCorpus, CodingRecord, LabelledCorpus};
use stance::text::TextSettings;
use std::path::PathBuf;

/// Rows with one label each and, if that is made of several coders', where it comes from.
pub struct Labelled {
    pub corpus: LabelledCorpus,
    pub summary: LabelledSummary,
    pub coders: Option<Coders>,
}

/// What several coders said, and what was made of it.
pub struct Coders {
    pub coded: CodedCorpus,
    statement_of_row: Vec<usize>,
    /// In words.
    told: String,
}

/// That each column beside the text says something in some row: JSON lines need not have a key that is asked for.
fn has_values(corpus: &LabelledCorpus, text: &TextSettings) -> Result<(), Failure> {
    let says_nothing = |name: &&String| {
        let column = corpus.column(name);
        column.is_none_or(|column| column.ids().iter().all(Option::is_none))
    };
    match text.context.columns().find(says_nothing) {
        None => Ok(()),
        Some(name) => Err(Failure::failed(format!(
            "no row says anything in `{name}`, which is to be read beside the text; give rows that do, or another column"
        ))),
    }
}

/// Reads `paths`, and writes into the texts what their columns add by the settings `text`.
pub fn read(
    paths: &[PathBuf],
    options: &LabelledOptions,
    label: &LabelArgs,
    coders: &CoderArgs,
    id_column: Option<&str>,
    text: &TextSettings,
) -> Result<Labelled, Failure> {
    let mut labels = label.label_column.split(',').map(str::trim);
    if let Some(name) = labels.find(|&name| text.context.columns().any(|column| column == name)) {
        return Err(Failure::usage(format!(
            "the column `{name}` carries the labels; it cannot be learned from"
        )));
    }
    let mut options = options.clone();
    if let Others::Named(names) = &mut options.read.columns.others {
        names.extend(text.context.columns().cloned());
    }
    let Some(coding) = coding(label, coders, id_column)? else {
        let (corpus, summary) = read_labelled(paths, &options)?;
        has_values(&corpus, text)?;
        return Ok(Labelled {
            corpus: text.in_context(corpus),
            summary,
            coders: None,
        });
    };
    if let Coding::Wide(_) = coding {
        options.read.columns.label = None;
    }
    let (mut coded, summary) = read_coded(paths, &options, &coding)?;
    text.in_coded_context(&mut coded);
    let adjudicated = coded.adjudicate(coders.adjudicate.unwrap_or(Adjudication::Majority));
    if adjudicated.corpus.is_empty() {
        return Err(Failure::failed(format!(
            "coders give no statement one label ({} were coded); try --adjudicate soft, or check the columns of labels",
            thousands((coded.statements().len() as u64) - adjudicated.n_uncoded)
        )));
    }
    let (by, undecided) = (adjudicated.by, adjudicated.n_undecided);
    let mut told = format!("labels by --adjudicate {by}: ");
    told += &match by {
        Adjudication::Soft => format!(
            "{} rows of {} statements; figures count each statement once, by its majority, and leave out {} ties",
            thousands(adjudicated.corpus.len() as u64),
            thousands(coded.statements().len() as u64 - adjudicated.n_uncoded),
            thousands(undecided)
        ),
        _ => format!(
            "{} of {} statements, {} undecided left out",
            thousands(adjudicated.corpus.len() as u64),
            thousands(coded.statements().len() as u64),
            thousands(undecided)
        ),
    };
    let n_coded = coded.statements().len() as u64 - adjudicated.n_uncoded;
    let mut corpus = adjudicated.corpus;
    corpus.set_coding(CodingRecord {
        coders: coded.coders().len() as u64,
        statements: n_coded,
        adjudication: by.to_string(),
        undecided,
        alpha: AgreementReport::new(&coded, None, 0).alpha_rounded(),
    });
    if adjudicated.n_uncoded > 0 {
        told += &format!(", {} without a label", thousands(adjudicated.n_uncoded));
    }
    Ok(Labelled {
        corpus,
        summary,
        coders: Some(Coders {
            coded,
            statement_of_row: adjudicated.statement_of_row,
            told,
        }),
    })
}

/// Where the labels of several coders stand, if there are several.
pub fn coding(
    label: &LabelArgs,
    coders: &CoderArgs,
    id_column: Option<&str>,
) -> Result<Option<Coding>, Failure> {
    let columns: Vec<String> = label
        .label_column
        .split(',')
        .map(|name| name.trim().to_owned())
        .collect();
    let coding = match (&coders.coder_column, &columns[..]) {
        (None, [_]) => None,
        (None, _) => Some(Coding::Wide(columns.clone())),
        (Some(coder), [_]) => Some(Coding::Long {
            coder: coder.clone(),
            id: id_column.unwrap_or("id").to_owned(),
        }),
        (Some(_), _) => {
            return Err(Failure::usage(
                "give either --coder-column, with one label column, or a label column for each coder",
            ));
        }
    };
    let mut sorted = columns;
    sorted.sort();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Failure::usage("--label-column names a coder twice"));
    }
    if coding.is_none() && coders.adjudicate.is_some() {
        return Err(Failure::usage(
            "--adjudicate needs several coders: --label-column A,B,… or --coder-column",
        ));
    }
    Ok(coding)
}

impl Coders {
    /// The agreement of the coders, and of a model that labelled each row out of fold.
    pub fn out_of_fold(&self, predictions: &OutOfFoldPredictions, seed: u64) -> AgreementReport {
        let mut of_model: Vec<Option<LabelId>> = vec![None; self.coded.statements().len()];
        let predictions = predictions.predictions();
        for (&statement, prediction) in self.statement_of_row.iter().zip(&predictions) {
            of_model[statement] = prediction.as_ref().map(Prediction::label);
        }
        AgreementReport::new(&self.coded, Some(&of_model), seed)
    }

    /// The report as it is told.
    pub fn tell(&self, report: &AgreementReport) -> String {
        format!("\n{report}\n{}\n", self.told)
    }
}
