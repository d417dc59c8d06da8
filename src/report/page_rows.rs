//! Statements that a person should look at.

use super::page::{Kind, ReportPage};
use super::section::{Block, Section, Statement, text};
use super::words::{figure, name, percent, statement};
use crate::evaluation::thousands;

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
        Kind::CrossValidation => {
            "The prediction is out of fold, by a model that had not seen the row."
        }
        Kind::Evaluation if page.model.is_none() => {
            "Wrong predictions with the highest probability. What speaks for them is not known: they are not a model's that \
             this tool can ask."
        }
        Kind::Evaluation => {
            "Reasons are the words that speak strongest for the prediction, in log-odds."
        }
    };
    let shown = page.mistakes.iter().map(|row| {
        let notes = row.reasons.as_deref().map(|reasons| {
            let mut notes = match reasons {
                "" => "No word speaks for the predicted label.".to_owned(),
                reasons => format!(
                    "Speaks for {}: {}.",
                    name(&row.predicted),
                    statement(reasons)
                ),
            };
            if !row.same_now {
                notes.push_str(
                    " The final model, which has learned the row, predicts another label.",
                );
            }
            notes
        });
        Statement {
            head: format!(
                "{}: {}, taken for {} with probability {}",
                name(&row.place),
                name(&row.gold),
                name(&row.predicted),
                figure(row.confidence)
            ),
            text: statement(&row.text),
            notes: notes.into_iter().collect(),
        }
    });
    vec![text(honest), Block::Statements(shown.collect())]
}

fn label_errors(page: &ReportPage) -> Vec<Block> {
    let Some(list) = &page.label_errors else {
        return Vec::new();
    };
    let agreement = format!(
        "The models agree with {} of the labels; the less they agree, the less their doubts are worth.",
        percent(list.agreement)
    );
    if list.n_expected == 0 {
        return vec![text(format!(
            "No label is likely wrong, judged by the rows that out-of-fold models are surest of. {agreement}"
        ))];
    }
    let expected = match list.n_expected {
        1 => "1 label of".to_owned(),
        n => format!("{} labels of", thousands(n)),
    };
    let mut blocks = vec![text(format!(
        "Judged by the rows that out-of-fold models are surest of, about {expected} {} ({}) will be wrong. {agreement}",
        thousands(page.data.n_rows),
        percent(list.n_expected as f64 / page.data.n_rows.max(1) as f64)
    ))];
    let left = list.n_named - list.rows.len() as u64;
    blocks.push(text(match list.rows.len() {
        0 => "So few that chance explains them: no row is named.".to_owned(),
        shown => format!(
            "Rows whose probabilities speak most against their label come first{}. Each is a question to a person, not an \
             answer: unusual but right labels are among them.",
            match left {
                0 => String::new(),
                left => format!(
                    "; {shown} are shown, {} more are not (stance check --flagged lists all)",
                    thousands(left)
                ),
            }
        ),
    }));
    let shown = list.rows.iter().map(|row| Statement {
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
    let shown: Vec<Statement> = shown.collect();
    if !shown.is_empty() {
        blocks.push(Block::Statements(shown));
    }
    blocks
}
