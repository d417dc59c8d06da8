//! `stance explain`: a statement with its weighing words marked, and what each adds to each label.

use super::args::ExplainArgs;
use super::failure::Failure;
use super::inputs::{open_model, say_unmarked};
use super::marked::{coloured, marked, printable};
use super::terminal::Terminal;
use serde_json::{Map, Value, json};
use stance::explanation::{Explanation, Piece};
use stance::label::LabelSet;
use stance::model::StanceModel;
use std::fmt::Write;

pub fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<(), Failure> {
    let model = open_model(args.model.as_ref())?;
    say_unmarked(&model, &args.text, terminal);
    let mut scorer = model.scorer();
    let mut out = String::new();
    for (number, text) in args.text.iter().enumerate() {
        let explanation = Explanation::new(&model, &mut scorer, text);
        if args.json {
            let object = as_json(&model, text, &explanation);
            writeln!(out, "{object}").expect("a string takes all");
        } else {
            if number > 0 {
                out.push('\n');
            }
            write_sheet(&mut out, text, &explanation, model.labels(), args.top);
        }
    }
    terminal.result(&out)
}

fn write_sheet(out: &mut String, text: &str, why: &Explanation, labels: &LabelSet, top: usize) {
    let predicted = why.prediction.label();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a string takes all");
    line(format_args!("{}\n", marked(text, why, coloured())));
    let probabilities: Vec<String> = labels
        .ids()
        .map(|id| {
            format!(
                "{} {:.3}",
                labels.name(id),
                why.prediction.probability(id).get()
            )
        })
        .collect();
    line(format_args!(
        "prediction: {}   ({})",
        labels.name(predicted),
        probabilities.join(", ")
    ));
    if why.coverage.unknown > 0 {
        line(format_args!(
            "{} of {} words are unknown to the model",
            why.coverage.unknown, why.coverage.words
        ));
    }
    line(format_args!(
        "\nwhat each word adds to the log-odds: raw | calibrated\n"
    ));
    let mut pieces: Vec<&Piece> = why.pieces.iter().collect();
    pieces.sort_by(|a, b| heaviest(b).total_cmp(&heaviest(a)));
    let shown = &pieces[..pieces.len().min(top)];
    let rest = &pieces[shown.len()..];
    let mut rows: Vec<(String, Vec<f64>, Vec<f64>)> = shown
        .iter()
        .map(|piece| {
            let words = printable(&piece.text)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            (words, piece.raw.clone(), piece.calibrated.clone())
        })
        .collect();
    if !rest.is_empty() {
        let sum = |of: fn(&Piece) -> &[f64]| {
            let mut total = vec![0.0; labels.len()];
            for piece in rest {
                total.iter_mut().zip(of(piece)).for_each(|(t, x)| *t += x);
            }
            total
        };
        rows.push((
            format!("({} more)", rest.len()),
            sum(|p| &p.raw),
            sum(|p| &p.calibrated),
        ));
    }
    let intercepts = (why.intercepts.clone(), why.calibrated_intercepts.clone());
    rows.push(("(intercept)".to_owned(), intercepts.0, intercepts.1));
    let totals = (why.log_odds.clone(), why.calibrated_log_odds.clone());
    rows.push(("= log-odds".to_owned(), totals.0, totals.1));

    let first = rows.iter().map(|row| width(&row.0)).max().unwrap_or(0);
    let columns: Vec<usize> = labels
        .names()
        .iter()
        .map(|name| width(name).max(15))
        .collect();
    let mut header = " ".repeat(first);
    for (name, column) in labels.names().iter().zip(&columns) {
        write!(header, "  {}{name}", " ".repeat(column - width(name))).expect("a string takes all");
    }
    line(format_args!("{header}"));
    for (name, raw, calibrated) in &rows {
        let mut row = format!("{name}{}", " ".repeat(first - width(name)));
        for ((raw, calibrated), column) in raw.iter().zip(calibrated).zip(&columns) {
            let cell = format!("{raw:+.3} |{calibrated:+7.3}");
            write!(row, "  {cell:>column$}").expect("a string takes all");
        }
        line(format_args!("{row}"));
    }
}

fn heaviest(piece: &Piece) -> f64 {
    piece
        .calibrated
        .iter()
        .fold(0.0, |most: f64, x| most.max(x.abs()))
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn as_json(model: &StanceModel, text: &str, why: &Explanation) -> Value {
    let labels = model.labels();
    let by_label = |values: &[f64]| -> Value {
        let pairs = labels
            .names()
            .iter()
            .cloned()
            .zip(values.iter().map(|&v| Value::from(v)));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    let probabilities: Vec<f64> = labels
        .ids()
        .map(|id| why.prediction.probability(id).get())
        .collect();
    let vocabulary = model.vocabulary();
    let contributions: Vec<Value> = why
        .contributions
        .iter()
        .map(|c| {
            json!({
                "term": vocabulary.term(c.feature),
                "block": if vocabulary.is_char_ngram(c.feature) { "characters" } else { "words" },
                "value": c.value,
                "raw": by_label(&c.raw),
            })
        })
        .collect();
    let pieces: Vec<Value> = why
        .pieces
        .iter()
        .map(|piece| {
            let spans: Vec<[usize; 2]> = piece.spans.iter().map(|s| [s.start, s.end]).collect();
            json!({
                "text": piece.text,
                "byte_spans": spans,
                "raw": by_label(&piece.raw),
                "calibrated": by_label(&piece.calibrated),
            })
        })
        .collect();
    json!({
        "text": text,
        "prediction": labels.name(why.prediction.label()),
        "probabilities": by_label(&probabilities),
        "words": why.coverage.words,
        "unknown_words": why.coverage.unknown,
        "intercepts": by_label(&why.intercepts),
        "log_odds": by_label(&why.log_odds),
        "contributions": contributions,
        "calibrated_intercepts": by_label(&why.calibrated_intercepts),
        "calibrated_log_odds": by_label(&why.calibrated_log_odds),
        "pieces": pieces,
    })
}
