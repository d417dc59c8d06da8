//! Statements that a person should look at.

use super::page::{Kind, ReportPage};
use super::section::{Block, Section, Statement, text};
use super::words::{figure, name, statement};

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    vec![
        Section::new("mistakes", "Most confident mistakes", mistakes(page)),
        Section::new("label-errors", "Likely label errors", label_errors(page)),
    ]
}

fn mistakes(page: &ReportPage) -> Vec<Block> {
    if page.mistakes.is_empty() {
        return Vec::new();
    }
    let honest = match page.kind {
        Kind::Training => {
            "The prediction is out of fold, by a model that had not seen the row; the reasons are those of the final model, \
             which has learned the row with its label: what speaks for the wrong label in spite of that, in log-odds."
        }
        Kind::Evaluation => {
            "Reasons are the words that speak strongest for the prediction, in log-odds."
        }
    };
    let shown = page.mistakes.iter().map(|row| {
        let mut reasons = match row.reasons.as_str() {
            "" => "No word speaks for the predicted label.".to_owned(),
            reasons => format!(
                "Speaks for {}: {}.",
                name(&row.predicted),
                statement(reasons)
            ),
        };
        if !row.same_now {
            reasons
                .push_str(" The final model, which has learned the row, predicts another label.");
        }
        Statement {
            head: format!(
                "{}: {}, taken for {} with probability {}",
                name(&row.place),
                name(&row.gold),
                name(&row.predicted),
                figure(row.confidence)
            ),
            text: statement(&row.text),
            notes: vec![reasons],
        }
    });
    vec![text(honest), Block::Statements(shown.collect())]
}

fn label_errors(page: &ReportPage) -> Vec<Block> {
    if page.label_errors.is_empty() {
        return Vec::new();
    }
    let shown = page.label_errors.iter().map(|row| Statement {
        head: format!(
            "{}: labelled {}, more likely {}",
            name(&row.place),
            name(&row.given),
            name(&row.suggested)
        ),
        text: statement(&row.text),
        notes: vec![format!(
            "Probability out of fold: {} {}, {} {}",
            name(&row.given),
            figure(row.given_probability),
            name(&row.suggested),
            figure(row.suggested_probability)
        )],
    });
    vec![
        text(
            "Rows whose out-of-fold probabilities speak against their label. Each is a question to a person, not an answer: \
             unusual but right labels are among them.",
        ),
        Block::Statements(shown.collect()),
    ]
}
