//! The model card, the settings and the rows.

use super::page::{Kind, ModelFacts, ReportPage};
use super::section::{Block, Section, Table, text};
use super::words::{count, figure, interval, name, paragraph, percent};
use crate::classifier::ClassWeight;
use crate::model::CalibrationRecord;
use crate::text::Punctuation;
use crate::validation::coverage_error::wilson;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let data_title = match page.kind {
        Kind::Training => "Data trained on",
        Kind::Evaluation => "Data scored",
    };
    let mut sections = vec![Section::new("data", data_title, data(page))];
    if let Some(model) = &page.model {
        sections.push(Section::new(
            "model",
            "Model card and settings",
            card(model),
        ));
    }
    sections
}

fn data(page: &ReportPage) -> Vec<Block> {
    let data = &page.data;
    if data.n_rows == 0 {
        return Vec::new();
    }
    let lengths = &data.lengths;
    let mut facts = vec![
        fact("Rows", count(data.n_rows)),
        fact(
            "Length in words",
            format!(
                "median {}, 95 % up to {}, longest {}",
                count(lengths.median),
                count(lengths.percentile_95),
                count(lengths.longest)
            ),
        ),
        fact("Digest of the rows (BLAKE3)", data.digest.clone()),
    ];
    if lengths.n_empty > 0 {
        facts.insert(2, fact("Without a word", count(lengths.n_empty)));
    }
    if data.weighted {
        facts.insert(
            1,
            fact(
                "Weights",
                "rows have weights; figures count rows".to_owned(),
            ),
        );
    }
    let mut table = Table::new(
        "Rows of each label",
        1,
        &["label", "rows", "share", "95 % interval"],
    );
    for (label, &rows) in data.labels.iter().zip(&data.label_counts) {
        table.push(vec![
            name(label),
            count(rows),
            percent(rows as f64 / data.n_rows as f64),
            interval(wilson(rows, data.n_rows)),
        ]);
    }
    vec![Block::Facts(facts), Block::Table(table)]
}

fn card(model: &ModelFacts) -> Vec<Block> {
    let card = &model.card;
    let training = &card.training;
    let range = |range: Option<crate::text::NgramRange>| {
        range.map_or("none".to_owned(), |range| range.to_string())
    };
    let settings = &card.hyperparameters;
    let class_weight = match settings.class_weight() {
        ClassWeight::Balanced => "balanced",
        ClassWeight::None => "none",
    };
    let mut facts = vec![
        fact(
            "Written by",
            format!(
                "stance {}, format {}",
                card.tool_version, card.format_version
            ),
        ),
        fact(
            "Trained on",
            format!(
                "{} rows{}",
                count(training.rows),
                if training.weighted {
                    " with weights"
                } else {
                    ""
                }
            ),
        ),
        fact("Digest of its rows", training.data_digest.clone()),
        fact("Digest of the model file", model.digest.clone()),
        fact(
            "Size",
            format!("{} kB", count(model.n_bytes.div_ceil(1000))),
        ),
        fact(
            "Text",
            format!(
                "language {} (stemmer {}), word n-grams {}, character n-grams {}, {} stop words, punctuation {}, Unicode {}",
                card.text.language,
                card.stemmer,
                range(card.text.word_ngrams),
                range(card.text.char_ngrams),
                card.text.stop_words.len(),
                match card.text.punctuation {
                    Punctuation::Keep => "kept",
                    Punctuation::Drop => "dropped",
                },
                card.unicode_version
            ),
        ),
        fact(
            "Features",
            format!(
                "{} words and n-grams of words, {} n-grams of characters; {}, least document frequency {}{}{}{}",
                count(model.n_word_features),
                count(model.n_char_features),
                card.selection.weighting,
                card.selection.min_df,
                card.selection
                    .max_features
                    .map_or(String::new(), |n| format!(
                        ", at most {} a block",
                        count(n as u64)
                    )),
                match card.selection.log_count_ratio {
                    0.0 => String::new(),
                    power => format!(", log-count ratio to the power of {power}"),
                },
                match card.selection.prune {
                    0.0 => String::new(),
                    least => format!(", pruned below {least}"),
                }
            ),
        ),
        fact(
            "Classifier",
            format!(
                "L2-regularised multinomial logistic regression, C {}, class weight {class_weight}, tolerance {}",
                settings.c(),
                settings.tolerance()
            ),
        ),
        fact("Fit", training.fit.to_string()),
        fact("Calibration", calibration(&card.calibration)),
    ];
    let shares: Vec<String> = card
        .labels
        .iter()
        .zip(&card.prior)
        .map(|(label, share)| format!("{} {}", name(label), figure(*share)))
        .collect();
    facts.push(fact("Assumed mix of labels", shares.join(", ")));
    if let Some(record) = &training.cross_validation {
        facts.push(fact(
            "Out of fold, in training",
            format!(
                "{} folds ({}): accuracy {}, macro-F1 {}, log-loss {}, calibration error {}",
                record.folds,
                record.deal(),
                figure(record.accuracy),
                figure(record.macro_f1),
                figure(record.log_loss),
                figure(record.calibration_error)
            ),
        ));
        if let Some(groups) = &record.groups {
            facts.push(fact(
                "Groups kept on one side",
                format!(
                    "{} of {}; with groups split over folds macro-F1 would seem {}",
                    count(groups.groups),
                    name(&groups.column),
                    figure(groups.split_macro_f1)
                ),
            ));
        }
    }
    vec![
        text(
            "What the model says of itself. The same rows, settings and version give the same file, byte for byte.",
        ),
        Block::Facts(facts),
        Block::Heading("For a paper's appendix".to_owned()),
        text(paragraph(&model.methods)),
    ]
}

fn calibration(record: &CalibrationRecord) -> String {
    match record {
        CalibrationRecord::LeftOut { reason } => format!("none: {reason}"),
        CalibrationRecord::Fitted {
            lambda,
            log_loss_before,
            log_loss_after,
            figures,
        } => format!(
            "affine, λ {lambda}; log-loss {log_loss_before:.4} before, {log_loss_after:.4} after, cross-fitted{}",
            figures.map_or(String::new(), |figures| format!("; {figures}"))
        ),
    }
}

fn fact(name: &str, what: String) -> (String, String) {
    (name.to_owned(), what)
}
