//! A statement as a person sees it: the words that weigh are marked, and nothing restyles the terminal.

use anstyle::{AnsiColor, Style};
use stance::explanation::Explanation;
use std::fmt::Write;
use std::io::IsTerminal;

/// Words that speak for the prediction, and against it.
const FOR: Style = AnsiColor::Green.on_default();
const AGAINST: Style = AnsiColor::Red.on_default();
/// A word is marked from this weight on, and marked strongly from the second on (calibrated log-odds).
const MARKED: f64 = 0.1;
const STRONG: f64 = 0.4;

/// Whether colours will be seen; without them words are marked with signs.
pub fn coloured() -> bool {
    let choice = anstream::AutoStream::choice(&std::io::stdout());
    choice != anstream::ColorChoice::Never && std::io::stdout().is_terminal()
}

/// The text with each word that weighs marked: in colour, or `[+word]` and `[-word]`.
pub fn marked(text: &str, why: &Explanation, coloured: bool) -> String {
    let predicted = why.prediction.label().index();
    // What each byte's word adds; runs of words share theirs out evenly over their occurrences and bytes' words.
    let mut words: Vec<(usize, usize, f64)> = Vec::new();
    for piece in &why.pieces {
        for span in &piece.spans {
            let weight = piece.calibrated[predicted] / piece.spans.len() as f64;
            if span.of(text).split_whitespace().count() == 1 {
                words.push((span.start, span.end, weight));
            }
        }
    }
    words.sort_by_key(|&(start, end, _)| (start, end));
    for piece in &why.pieces {
        for span in &piece.spans {
            let inside: Vec<usize> = (0..words.len())
                .filter(|&i| words[i].0 >= span.start && words[i].1 <= span.end)
                .collect();
            if inside.len() > 1 {
                let share = piece.calibrated[predicted] / (piece.spans.len() * inside.len()) as f64;
                inside.into_iter().for_each(|i| words[i].2 += share);
            }
        }
    }
    let mut out = String::new();
    let mut at = 0;
    for (start, end, weight) in words {
        if start < at || weight.abs() < MARKED {
            continue;
        }
        out.push_str(&printable(&text[at..start]));
        let word = printable(&text[start..end]);
        let style = if weight > 0.0 { FOR } else { AGAINST };
        let style = if weight.abs() >= STRONG {
            style.bold()
        } else {
            style
        };
        let sign = if weight > 0.0 { '+' } else { '-' };
        let written = match coloured {
            true => write!(out, "{style}{word}{style:#}"),
            false => write!(out, "[{sign}{word}]"),
        };
        written.expect("a string takes all");
        at = end;
    }
    out.push_str(&printable(&text[at..]));
    out
}

/// The text with control characters made visible: they could restyle the terminal, or be taken out with the colours.
pub fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}
