//! The model card, the settings and the rows.

use super::page::{Kind, ModelFacts, ReportPage, SettingFacts};
use super::section::{Block, Section, Table, text};
use super::words::{figure, interval, name, paragraph, percent};
use crate::classifier::{ClassWeight, ValidHyperparameters};
use crate::evaluation::thousands;
use crate::features::SelectionSettings;
use crate::model::{CalibrationRecord, CrossValidationRecord, TuningRecord};
use crate::text::{NameHandling, NgramRange, Punctuation, TextSettings};
use crate::validation::coverage_error::wilson;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let data_title = match page.kind {
        Kind::Training => "Data trained on",
        Kind::Evaluation => "Data scored",
        Kind::CrossValidation => "Data",
    };
    let mut sections = vec![Section::new("data", data_title, data(page))];
    if let Some(model) = &page.model {
        sections.push(Section::new(
            "model",
            "Model card and settings",
            card(model),
        ));
    }
    if let Some(of) = &page.settings {
        sections.push(Section::new("settings", "Settings", settings(of)));
    }
    sections
}

fn data(page: &ReportPage) -> Vec<Block> {
    let data = &page.data;
    if data.n_rows == 0 {
        return Vec::new();
    }
    let mut facts = vec![fact("Rows", thousands(data.n_rows))];
    if data.weighted {
        let words = "rows have weights; figures count rows";
        facts.push(fact("Weights", words.to_owned()));
    }
    if let Some(lengths) = &data.lengths {
        let words = format!(
            "median {}, 95 % up to {}, longest {}",
            thousands(lengths.median),
            thousands(lengths.percentile_95),
            thousands(lengths.longest)
        );
        facts.push(fact("Length in words", words));
        if lengths.n_empty > 0 {
            facts.push(fact("Without a word", thousands(lengths.n_empty)));
        }
    }
    facts.extend(
        (data.digest.iter()).map(|digest| fact("Digest of the rows (BLAKE3)", digest.clone())),
    );
    let mut table = Table::new(
        "Rows of each label",
        1,
        &["label", "rows", "share", "95 % interval"],
    );
    for (label, &rows) in data.labels.iter().zip(&data.label_counts) {
        table.push(vec![
            name(label),
            thousands(rows),
            percent(rows as f64 / data.n_rows as f64),
            interval(wilson(rows, data.n_rows)),
        ]);
    }
    vec![Block::Facts(facts), Block::Table(table)]
}

fn card(model: &ModelFacts) -> Vec<Block> {
    let card = &model.card;
    let training = &card.training;
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
                thousands(training.rows),
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
            format!("{} kB", thousands(model.n_bytes.div_ceil(1000))),
        ),
        fact(
            "Text",
            format!(
                "{} (stemmer {}), Unicode {}",
                text_settings(&card.text),
                card.stemmer,
                card.unicode_version
            ),
        ),
        fact(
            "Features",
            format!(
                "{} words and n-grams of words, {} n-grams of characters; {}",
                thousands(model.n_word_features),
                thousands(model.n_char_features),
                selection(&card.selection)
            ),
        ),
        fact("Classifier", classifier(&card.hyperparameters)),
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
    if let Some(record) = &training.tuning {
        facts.push(fact("Search for settings", tuning(record)));
    }
    if let Some(record) = &training.cross_validation {
        facts.extend(cross_validation("Out of fold, in training", record));
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

/// The settings of a cross-validation.
fn settings(of: &SettingFacts) -> Vec<Block> {
    let mut facts = vec![
        fact("Text", text_settings(&of.text)),
        fact("Features", selection(&of.selection)),
        fact("Classifier", classifier(&of.hyperparameters)),
        fact("Calibration", calibration(&of.calibration)),
    ];
    facts.extend(cross_validation("Out of fold", &of.record));
    vec![
        text("What stance train with these settings would report; no model was written."),
        Block::Facts(facts),
    ]
}

fn text_settings(text: &TextSettings) -> String {
    let range =
        |range: Option<NgramRange>| range.map_or("none".to_owned(), |range| range.to_string());
    let names = match text.names {
        NameHandling::Keep => "",
        NameHandling::Mask => ", names masked",
    };
    let columns: Vec<&str> = text.context.columns().map(String::as_str).collect();
    let columns = match columns.as_slice() {
        [] => String::new(),
        columns => format!(", columns {}", columns.join(", ")),
    };
    format!(
        "language {}, word n-grams {}, character n-grams {}, {} stop words, punctuation {}{names}{columns}",
        text.language,
        range(text.word_ngrams),
        range(text.char_ngrams),
        text.stop_words.len(),
        match text.punctuation {
            Punctuation::Keep => "kept",
            Punctuation::Drop => "dropped",
        }
    )
}

fn selection(selection: &SelectionSettings) -> String {
    let mut words = format!(
        "{}, least document frequency {}",
        selection.weighting, selection.min_df
    );
    if let Some(most) = selection.max_features {
        words.push_str(&format!(", at most {} a block", thousands(most as u64)));
    }
    if selection.log_count_ratio != 0.0 {
        let power = selection.log_count_ratio;
        words.push_str(&format!(", log-count ratio to the power of {power}"));
    }
    if selection.prune != 0.0 {
        words.push_str(&format!(", pruned below {}", selection.prune));
    }
    words
}

fn classifier(settings: &ValidHyperparameters) -> String {
    let class_weight = match settings.class_weight() {
        ClassWeight::Balanced => "balanced",
        ClassWeight::None => "none",
    };
    format!(
        "L2-regularised multinomial logistic regression, C {}, class weight {class_weight}, tolerance {}",
        settings.c(),
        settings.tolerance()
    )
}

fn cross_validation(what: &str, record: &CrossValidationRecord) -> Vec<(String, String)> {
    let figures = format!(
        "{} folds ({}): accuracy {}, macro-F1 {}, log-loss {}, calibration error {}",
        record.folds,
        record.deal(),
        figure(record.accuracy),
        figure(record.macro_f1),
        figure(record.log_loss),
        figure(record.calibration_error)
    );
    let mut facts = vec![fact(what, figures)];
    facts.extend(record.groups.as_ref().map(|groups| {
        let words = format!(
            "{} of {}; with groups split over folds macro-F1 would seem {}",
            thousands(groups.groups),
            name(&groups.column),
            figure(groups.split_macro_f1)
        );
        fact("Groups kept on one side", words)
    }));
    facts.extend(record.time.as_ref().map(|time| {
        let words = format!(
            "by {}, {} to {}, judged from {} on; in random folds macro-F1 would seem {}",
            name(&time.column),
            name(&time.first),
            name(&time.last),
            name(&time.first_held_out),
            figure(time.random_macro_f1)
        );
        fact("Folds in the order of time", words)
    }));
    facts
}

fn tuning(record: &TuningRecord) -> String {
    let (mean, error) = (figure(record.mean), figure(record.standard_error));
    let nested = record.nested.as_ref().map_or(
        "; the search itself was not judged, so figures out of fold flatter".to_owned(),
        |nested| {
            let (mean, error) = (figure(nested.mean), figure(nested.standard_error));
            format!("; run inside each fold {mean} ± {error}")
        },
    );
    format!(
        "{} of {} combinations tried for {}, {mean} ± {error}{nested}",
        thousands(record.tried),
        thousands(record.cells),
        record.objective
    )
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
