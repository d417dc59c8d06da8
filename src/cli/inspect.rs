//! `stance inspect`: what a model is made of.

use super::args::InspectArgs;
use super::failure::Failure;
use super::inputs::{open_model, thousands};
use super::terminal::Terminal;
use serde_json::{Map, Value, json};
use stance::classifier::ClassWeight;
use stance::explanation::heaviest;
use stance::features::FeatureId;
use stance::model::{CalibrationRecord, StanceModel, methods};
use stance::text::{Context, NameHandling, Punctuation};
use std::fmt::Write;

pub fn run(args: &InspectArgs, terminal: &Terminal) -> Result<(), Failure> {
    let model = open_model(args.model.as_ref())?;
    if args.methods {
        return terminal.result(&(methods(&model) + "\n"));
    }
    if args.json {
        let json = serde_json::to_string_pretty(&as_json(&model, args.top));
        return terminal.result(&(json.expect("a card is plain data") + "\n"));
    }
    let name = args
        .model
        .as_ref()
        .map_or("the model in the box".to_owned(), |path| {
            path.display().to_string()
        });
    terminal.result(&sheet(&model, &name, args.top))
}

fn sheet(model: &StanceModel, name: &str, top: usize) -> String {
    let card = model.card();
    let training = &card.training;
    let vocabulary = model.vocabulary();
    let mut out = String::new();
    let mut line = |what: &str, text: String| {
        writeln!(out, "{what:<13}{text}").expect("a string takes all");
    };
    line(
        "model",
        format!(
            "{name} ({} kB)",
            thousands((model.as_bytes().len() as u64).div_ceil(1000))
        ),
    );
    line("digest", model.digest());
    line(
        "written by",
        format!(
            "stance {}, format {}",
            card.tool_version, card.format_version
        ),
    );
    let counts: Vec<String> = card
        .labels
        .iter()
        .zip(&training.label_counts)
        .map(|(label, &rows)| format!("{label} {}", thousands(rows)))
        .collect();
    line("labels", counts.join(", "));
    line(
        "trained on",
        format!(
            "{} rows{}, digest {}",
            thousands(training.rows),
            if training.weighted {
                " with weights"
            } else {
                ""
            },
            training.data_digest
        ),
    );
    let range = |range: Option<stance::text::NgramRange>| {
        range.map_or("none".to_owned(), |range| range.to_string())
    };
    line(
        "text",
        format!(
            "language {} (stemmer {}), word n-grams {}, character n-grams {}, {} stop words, punctuation {}{}, Unicode {}",
            card.text.language,
            card.stemmer,
            range(card.text.word_ngrams),
            range(card.text.char_ngrams),
            card.text.stop_words.len(),
            match card.text.punctuation {
                Punctuation::Keep => "kept",
                Punctuation::Drop => "dropped",
            },
            match card.text.names {
                NameHandling::Keep => "",
                NameHandling::Mask => ", names masked",
            },
            card.unicode_version
        ),
    );
    let Context {
        speaker_column,
        target_column,
        feature_columns,
    } = &card.text.context;
    let column = |what: &str, name: &String| format!("{what} in `{name}`");
    let mut beside: Vec<String> = Vec::new();
    beside.extend(speaker_column.iter().map(|name| column("speaker", name)));
    beside.extend(target_column.iter().map(|name| column("target", name)));
    beside.extend(feature_columns.iter().map(|name| column("value", name)));
    if !beside.is_empty() {
        line("columns", beside.join(", "));
    }
    let n_words = vocabulary.n_words();
    line(
        "features",
        format!(
            "{} words and n-grams of words, {} n-grams of characters; {}, min-df {}{}{}{}",
            thousands(n_words as u64),
            thousands((vocabulary.len() - n_words) as u64),
            card.selection.weighting,
            card.selection.min_df,
            card.selection
                .max_features
                .map_or(String::new(), |n| format!(", at most {n} a block")),
            match card.selection.log_count_ratio {
                0.0 => String::new(),
                power => format!(", log-count ratio to the power of {power}"),
            },
            match card.selection.prune {
                0.0 => String::new(),
                least => format!(", pruned below {least}"),
            }
        ),
    );
    let settings = &card.hyperparameters;
    line(
        "classifier",
        format!(
            "L2 logistic regression, C {}, class weight {}, tolerance {}",
            settings.c(),
            match settings.class_weight() {
                ClassWeight::Balanced => "balanced",
                ClassWeight::None => "none",
            },
            settings.tolerance()
        ),
    );
    line("fit", training.fit.to_string());
    line(
        "calibration",
        match &card.calibration {
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
        },
    );
    let shares: Vec<String> = card
        .labels
        .iter()
        .zip(&card.prior)
        .map(|(l, p)| format!("{l} {p:.3}"))
        .collect();
    line("assumed mix", shares.join(", "));
    if let Some(record) = &training.cross_validation {
        line(
            "out of fold",
            format!(
                "{} folds ({}): accuracy {:.3}, macro-F1 {:.3}, log-loss {:.3}, calibration error {:.3}{}",
                record.folds,
                record.deal(),
                record.accuracy,
                record.macro_f1,
                record.log_loss,
                record.calibration_error,
                match record.unconverged_folds {
                    0 => String::new(),
                    n => format!("; {n} folds did NOT converge"),
                }
            ),
        );
        if let Some(target) = &record.target_error {
            line("target error", target.to_string());
        }
    }
    for label in model.labels().ids().filter(|_| top > 0) {
        let terms = |block: &[(FeatureId, f64)]| {
            let terms: Vec<String> = block
                .iter()
                .map(|&(feature, weight)| format!("{} {weight:+.2}", vocabulary.term(feature)))
                .collect();
            terms.join(", ")
        };
        let [words, chars] = heaviest(model, label, top);
        writeln!(out, "\nheaviest for {}", model.labels().name(label)).expect("a string takes all");
        for (name, block) in [("words", words), ("characters", chars)] {
            if !block.is_empty() {
                writeln!(out, "  {name}: {}", terms(&block)).expect("a string takes all");
            }
        }
    }
    out
}

fn as_json(model: &StanceModel, top: usize) -> Value {
    let vocabulary = model.vocabulary();
    let terms = |block: Vec<(FeatureId, f64)>| -> Vec<Value> {
        let term = |(feature, weight): (FeatureId, f64)| {
            json!({
                "term": vocabulary.term(feature),
                "weight": weight,
                "document_frequency": model.document_frequencies()[feature.index()],
            })
        };
        block.into_iter().map(term).collect()
    };
    let heaviest: Map<String, Value> = model
        .labels()
        .ids()
        .map(|label| {
            let [words, chars] = heaviest(model, label, top);
            let blocks = json!({ "words": terms(words), "characters": terms(chars) });
            (model.labels().name(label).to_owned(), blocks)
        })
        .collect();
    json!({
        "digest": model.digest(),
        "bytes": model.as_bytes().len(),
        "features": vocabulary.len(),
        "card": serde_json::to_value(model.card()).expect("a card is plain data"),
        "heaviest": heaviest,
    })
}
