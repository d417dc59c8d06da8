//! The sections of the page of an index: what was counted, the charts, the table.

use super::index::IndexPage;
use super::page_index_charts::charts;
use super::section::{Block, Section, Table, text};
use super::words::{figure, name, signed};
use crate::evaluation::thousands;
use crate::index::cells::Method;
use crate::index::interval::Interval;
use crate::index::rows::SEPARATOR;

/// Cells in the table.
const MOST_CELLS: usize = 5_000;
/// What stands where there is no number.
const NONE: &str = "–";

pub(super) fn title(page: &IndexPage<'_>) -> String {
    let (positive, negative) = sign_names(page);
    format!("Index of stance: {positive} less {negative}")
}

/// Figures at the head of the page: name, value, what belongs to it.
pub(super) fn headline(page: &IndexPage<'_>) -> Vec<(String, String, String)> {
    let named = |name: &str, value: String, note: String| (name.to_owned(), value, note);
    let own = page.n_by(&[Method::Design]);
    vec![
        named(
            "Statements",
            thousands(n_statements(page)),
            format!("in {} rows", thousands(page.n_rows)),
        ),
        named(
            "Audited",
            thousands(n_audited(page)),
            "labelled by hand".to_owned(),
        ),
        named(
            "Cells",
            thousands(page.cells.len() as u64),
            format!("{} by their own audit", thousands(own as u64)),
        ),
    ]
}

pub(super) fn sections(page: &IndexPage<'_>) -> Vec<Section> {
    vec![
        Section::new("index", "The index", charts(page)),
        Section::new("counted", "What was counted, and how", counted(page)),
        Section::new("cells", "All cells", vec![Block::Table(cells(page))]),
    ]
}

/// The names of the labels that count 1 and −1.
fn sign_names(page: &IndexPage<'_>) -> (String, String) {
    let (positive, negative) = page.signs;
    (name(&page.labels[positive]), name(&page.labels[negative]))
}

fn n_statements(page: &IndexPage<'_>) -> u64 {
    page.cells.iter().map(|cell| cell.n as u64).sum()
}

fn n_audited(page: &IndexPage<'_>) -> u64 {
    page.cells.iter().map(|cell| cell.n_audit as u64).sum()
}

/// A group as it is called on the page.
pub(super) fn group_name(page: &IndexPage<'_>, group: &str) -> String {
    match page.by.is_empty() {
        true => "all statements".to_owned(),
        false => {
            let values: Vec<String> = group.split(SEPARATOR).map(name).collect();
            values.join(", ")
        }
    }
}

fn counted(page: &IndexPage<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Facts(facts(page)), text(formula(page))];
    blocks.extend(methods(page));
    let of_one_article = page.cells.iter().filter(|cell| {
        let varies = !matches!(cell.method, Method::Design | Method::Assumed);
        varies && cell.n_articles < 2 && !page.finite
    });
    match of_one_article.count() {
        0 => {}
        few => blocks.push(Block::Caution(format!(
            "{} statements of one article only and no correction of their own. How far another article would differ cannot be told \
             from one: they have no interval.",
            of_cells(page, few, "has", "have")
        ))),
    }
    blocks.extend(
        page.cautions
            .iter()
            .map(|what| Block::Caution(sentence(what))),
    );
    let small = page.cells.iter().filter(|cell| cell.n < page.least_n);
    match small.count() {
        0 => {}
        small => blocks.push(Block::Caution(format!(
            "{} fewer than {} statements. Read them with care, or take longer periods.",
            of_cells(page, small, "has", "have"),
            page.least_n
        ))),
    }
    blocks
}

/// What a message says, as a sentence.
fn sentence(what: &str) -> String {
    let mut letters = what.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn facts(page: &IndexPage<'_>) -> Vec<(String, String)> {
    let fact = |name: &str, what: String| (name.to_owned(), what);
    let joined = |names: &[String]| {
        names
            .iter()
            .map(|of| name(of))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let n_counted: u64 = page.cells.iter().map(|cell| cell.n_reports as u64).sum();
    let mut facts = vec![
        fact("Scored files", thousands(page.n_files as u64)),
        fact("Rows", thousands(page.n_rows)),
    ];
    if page.n_failed > 0 {
        let left = format!("{} (left out)", thousands(page.n_failed));
        facts.push(fact("Rows without a prediction", left));
    }
    if page.constant_sources {
        let words = format!(
            "that have rows in every period: {} rows",
            thousands(n_counted)
        );
        facts.push(fact("Only sources", words));
    }
    let statements = format!(
        "{}; the same words of the same group and day count once",
        thousands(n_statements(page))
    );
    facts.extend([
        fact("Statements", statements),
        fact("Audited statements", thousands(n_audited(page))),
        fact("Labels", joined(page.labels)),
    ]);
    if !page.by.is_empty() {
        facts.push(fact("A group for each", joined(page.by)));
    }
    if let Some(over) = page.over {
        facts.push(fact("A period for each", over.to_string()));
    }
    facts.push(fact("Cells", thousands(page.cells.len() as u64)));
    facts
}

fn formula(page: &IndexPage<'_>) -> String {
    let (positive, negative) = sign_names(page);
    match page.balance {
        true => format!(
            "The index is (h − c)/(h + c), where h is the share of statements that are {positive} and c the share of those \
             that are {negative}. Other statements do not count. It is 1 where all that are either are {positive}, −1 where \
             all are {negative}."
        ),
        false => format!(
            "The index is the share of statements that are {positive} less the share of those that are {negative}. It is 1 \
             where all are {positive}, −1 where all are {negative}, and 0 where there are as many of either."
        ),
    }
}

/// How shares were found, in plain words; what must not be overlooked as a caution.
fn methods(page: &IndexPage<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let own = page.n_by(&[Method::Design]);
    if own > 0 {
        blocks.push(text(format!(
            "{} design-based: some statements were drawn with known probabilities and labelled by hand. A share is the mean \
             prediction for all statements of the cell and, added to that, the mean error that its audited statements show. \
             Nothing is assumed of the classifier: where it errs, intervals are wider and no less true. {}",
            of_cells(page, own, "is", "are"),
            match page.finite {
                true => "Intervals are about these statements alone: of those that were audited nothing is unknown.",
                false =>
                    "Intervals are about statements of their kind, of which there might have been others; statements of one article \
                     are no independent evidence, and intervals reckon with that.",
            }
        )));
    }
    let borrowed = page.n_by(&[Method::BorrowedFromGroup, Method::BorrowedFromAll]);
    if borrowed > 0 {
        blocks.push(Block::Caution(format!(
            "{} too few audited statements of their own (fewer than {}, or of one article only) and borrow the correction: {} \
             from the other periods of the group, {} from all cells. That holds only as far as the classifier errs here as it does \
             there; their intervals reckon with how much those cells differ from each other.",
            of_cells(page, borrowed, "has", "have"),
            page.least_audit,
            thousands(page.n_by(&[Method::BorrowedFromGroup]) as u64),
            thousands(page.n_by(&[Method::BorrowedFromAll]) as u64),
        )));
    }
    let uncorrected = page.n_by(&[Method::Uncorrected]);
    if uncorrected > 0 {
        blocks.push(Block::Caution(format!(
            "{} uncorrected: predicted labels were counted as if they were right. Such counts are biased, also where there \
             are many statements, and their intervals do not know of it. Draw an audit with `stance sample`.",
            of_cells(page, uncorrected, "is", "are")
        )));
    }
    let assumed = page.n_by(&[Method::Assumed]);
    if assumed > 0 {
        blocks.push(Block::Caution(format!(
            "{} assumed: the correction takes it that the classifier errs as on its training data, in every cell. Nobody has \
             looked whether it does, so there are no intervals. Draw an audit with `stance sample` to know.",
            of_cells(page, assumed, "is", "are")
        )));
    }
    blocks
}

/// `3 of 8 cells are`.
fn of_cells(page: &IndexPage<'_>, n: usize, one: &str, many: &str) -> String {
    let verb = if n == 1 { one } else { many };
    let of = if page.cells.len() == 1 {
        "cell"
    } else {
        "cells"
    };
    format!(
        "{} of {} {of} {verb}",
        thousands(n as u64),
        thousands(page.cells.len() as u64)
    )
}

fn cells(page: &IndexPage<'_>) -> Table {
    let mut head: Vec<String> = page.by.iter().map(|of| name(of)).collect();
    if head.is_empty() {
        head.push("group".to_owned());
    }
    let n_groups = head.len();
    head.extend(page.over.map(|over| over.to_string()));
    head.push("method".to_owned());
    let n_text = head.len();
    head.extend(["n", "audited"].map(str::to_owned));
    head.extend(page.labels.iter().map(|label| name(label)));
    head.push(if page.balance { "balance" } else { "index" }.to_owned());
    let all = page.cells.len();
    let caption = match all > MOST_CELLS {
        true => format!(
            "The first {} of {} cells, with shares and 95 % intervals; --output writes all",
            thousands(MOST_CELLS as u64),
            thousands(all as u64)
        ),
        false => "Statements, shares and index of each cell, with 95 % intervals".to_owned(),
    };
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut table = Table::new(caption, n_text, &head);
    // Set like a number: the name of a period stays on one line.
    table.head[n_groups].numeric = page.over.is_some();
    for cell in page.cells.iter().take(MOST_CELLS) {
        let (group, period) = page.parts(cell);
        let mut row: Vec<String> = match page.by.is_empty() {
            true => vec![group_name(page, group)],
            false => group.splitn(n_groups, SEPARATOR).map(name).collect(),
        };
        row.resize(n_groups, String::new());
        row.extend(period.map(name));
        row.push(cell.method.name().to_owned());
        row.extend([cell.n, cell.n_audit].map(|n| thousands(n as u64)));
        row.extend(cell.shares.iter().map(|&of| with_interval(of, figure)));
        row.push(with_interval(cell.index, with_sign));
        table.push(row);
    }
    table
}

/// A value, and its interval below it.
fn with_interval(of: Interval, number: impl Fn(f64) -> String) -> String {
    if !of.value.is_finite() {
        return NONE.to_owned();
    }
    match has_interval(&of) {
        true => format!(
            "{}\n{} to {}",
            number(of.value),
            number(of.lo),
            number(of.hi)
        ),
        false => format!("{}\nno interval", number(of.value)),
    }
}

/// Whether anybody knows how far the value lies off.
pub(super) fn has_interval(of: &Interval) -> bool {
    of.se.is_finite() && of.lo.is_finite() && of.hi.is_finite()
}

/// Three digits, and a sign but for 0.
fn with_sign(value: f64) -> String {
    let rounded = (value * 1e3).round() / 1e3;
    match rounded == 0.0 {
        true => figure(0.0),
        false => signed(rounded, 3),
    }
}
