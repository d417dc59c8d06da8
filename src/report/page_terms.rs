//! What the model looks at, and whether it should.

use super::page::{Kind, LabelTerms, ReportPage};
use super::section::{Block, Section, Table, text};
use super::words::{figure, interval, name, percent, signed};
use crate::audit::AuditReport;
use crate::evaluation::thousands;

/// Shortcuts of a label that are listed.
const MOST_SHORTCUTS: usize = 20;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    vec![
        Section::new("terms", "What speaks for each label", terms(&page.terms)),
        Section::new(
            "audit",
            "Does it read what is said, or who is named?",
            audit(page),
        ),
    ]
}

fn terms(labels: &[LabelTerms]) -> Vec<Block> {
    if labels
        .iter()
        .all(|label| label.words.is_empty() && label.characters.is_empty())
    {
        return Vec::new();
    }
    let mut words = Table::new(
        "Heaviest terms of each label, with what a first occurrence adds to its log-odds",
        3,
        &["label", "words", "pieces of words"],
    );
    for label in labels {
        let listed = |terms: &[super::page::WeighedTerm]| {
            let shown = terms
                .iter()
                .map(|term| format!("{} {}", name(&term.term), signed(term.weight, 2)));
            shown.collect::<Vec<_>>().join(", ")
        };
        words.push(vec![
            name(&label.label),
            listed(&label.words),
            listed(&label.characters),
        ]);
    }
    vec![
        text(
            "Weights of the final model, before a row is brought to unit length. A heavy term that has nothing to do with the \
             label is a reason to look at the data.",
        ),
        Block::Table(words),
    ]
}

fn audit(page: &ReportPage) -> Vec<Block> {
    let Some(audit) = &page.audit else {
        return Vec::new();
    };
    let mut blocks = vec![text(format!(
        "{} of {} rows have one of {} names: words that this corpus writes with a capital away from the start of a sentence. \
         People, places, organisations and media are among them, and so are months and titles; no list from elsewhere is \
         used. A model that reads what is said should change little when names are masked or exchanged for others of their \
         kind (as many words, all capitals for all capitals; mean of {} draws).{}",
        thousands(audit.n_rows_with_names),
        thousands(audit.n_rows),
        thousands(audit.n_names),
        audit.n_draws,
        match (audit.out_of_fold, page.kind) {
            (true, _) => " Predictions are out of fold.",
            (false, Kind::Training) => {
                " The rows are those that the model was trained on, so it moves less than it would on new ones."
            }
            (false, Kind::Evaluation | Kind::CrossValidation) => "",
        }
    ))];
    if let Some(caution) = audit.caution() {
        blocks.push(Block::Caution(format!("{caution}.")));
    }
    if audit.masked.is_some() || audit.swapped.is_some() {
        blocks.push(Block::Table(changes(audit)));
    }
    match audit.heavy.is_empty() {
        true => blocks.push(text(format!(
            "There is no name, number or link among the {} heaviest words of any label.",
            audit.n_terms
        ))),
        false => blocks.push(Block::Table(heavy(audit))),
    }
    blocks
}

/// The labels that have shortcuts among their terms, and which.
fn heavy(audit: &AuditReport) -> Table {
    let mut table = Table::new(
        format!(
            "Names, numbers and links among the {} heaviest words of each label",
            audit.n_terms
        ),
        1,
        &["label", "of them", "which"],
    );
    table.head[2].numeric = false;
    for (k, label) in audit.labels.iter().enumerate() {
        let of_label: Vec<_> = audit.heavy.iter().filter(|term| term.label == k).collect();
        if of_label.is_empty() {
            continue;
        }
        let mut terms: Vec<String> = of_label
            .iter()
            .take(MOST_SHORTCUTS)
            .map(|term| {
                format!(
                    "{} {} ({})",
                    name(&term.term),
                    signed(term.weight, 2),
                    term.kind.name()
                )
            })
            .collect();
        if of_label.len() > terms.len() {
            terms.push(format!("{} more", of_label.len() - terms.len()));
        }
        table.push(vec![
            name(label),
            thousands(of_label.len() as u64),
            terms.join(", "),
        ]);
    }
    table
}

fn changes(audit: &AuditReport) -> Table {
    let mut table = Table::new(
        "What other names change, in the rows that have a name",
        1,
        &[
            "",
            "predictions flip",
            "95 % interval",
            "mean change of probability",
            "macro-F1 before",
            "after",
        ],
    );
    for (what, change) in [
        ("names masked", &audit.masked),
        ("names exchanged", &audit.swapped),
    ] {
        if let Some(change) = change {
            table.push(vec![
                what.to_owned(),
                percent(change.flips),
                interval(change.flips_interval),
                figure(change.mean_change),
                figure(change.macro_f1_before),
                figure(change.macro_f1_after),
            ]);
        }
    }
    table
}
