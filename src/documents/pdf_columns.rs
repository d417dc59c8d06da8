//! Columns: the order in which a page's rows are read.
//!
//! A gutter is white space that no word of several rows after another crosses, with enough text on either side. From the
//! top of the page down, rows go on line by line until a band of rows has a gutter; its left side is read before its right
//! one, and each side is looked through for gutters of its own.

use super::pdf_layout::{Row, rows};
use std::collections::BTreeMap;

/// The least white space between two columns.
const GUTTER: f64 = 0.9;
/// The least width of a column: list marks and line numbers are narrower.
const COLUMN: f64 = 6.0;
/// The most rows of a page in which columns are looked for; tables of figures have more.
const COLUMN_ROWS: usize = 400;
/// Columns within columns are not looked for below this depth.
const COLUMN_DEPTH: usize = 6;

/// A line of a column.
#[derive(Debug)]
pub(super) struct Line {
    pub text: String,
    pub left: f64,
    pub right: f64,
    pub base: f64,
    pub size: f64,
    pub page: u32,
    /// Where most lines of the column begin.
    pub column_left: f64,
    /// Where full lines of the column end.
    pub column_right: f64,
}

/// Appends the rows' lines in the order they are read.
pub(super) fn read_columns(
    mut page_rows: Vec<Row>,
    page: u32,
    depth: usize,
    lines: &mut Vec<Line>,
) {
    let search = depth < COLUMN_DEPTH && page_rows.len() <= COLUMN_ROWS;
    let mut flow = Vec::new();
    while !page_rows.is_empty() {
        match search.then(|| band(&page_rows)).flatten() {
            Some((end, gutter)) => {
                column(std::mem::take(&mut flow), page, lines);
                let rest = page_rows.split_off(end);
                let words = page_rows.into_iter().flat_map(|r| r.words);
                let (left, right): (Vec<_>, Vec<_>) = words.partition(|w| w.left < gutter);
                for side in [left, right] {
                    read_columns(rows(side), page, depth + 1, lines);
                }
                page_rows = rest;
            }
            None => {
                let next = next_band(&page_rows, search);
                let rest = page_rows.split_off(next);
                flow.append(&mut page_rows);
                page_rows = rest;
            }
        }
    }
    column(flow, page, lines);
}

/// How many rows are above the first that begins a band of columns, at least one.
fn next_band(rows: &[Row], search: bool) -> usize {
    (1..rows.len())
        .find(|&at| search && band(&rows[at..]).is_some())
        .unwrap_or(rows.len())
}

/// The longest band of rows from the first on that a gutter parts: how many rows, and where the right side begins.
fn band(rows: &[Row]) -> Option<(usize, f64)> {
    let farthest = rows
        .iter()
        .map(Row::right)
        .fold(f64::NEG_INFINITY, f64::max);
    let nearest = rows.iter().map(Row::left).fold(f64::INFINITY, f64::min);
    let mut free = vec![(f64::NEG_INFINITY, f64::INFINITY)];
    let mut free_after = Vec::new();
    for row in rows {
        free = meet(&free, row);
        free.retain(|&(from, to)| from < farthest && to > nearest);
        if free.is_empty() {
            break;
        }
        free_after.push(free.clone());
    }
    free_after.iter().enumerate().rev().find_map(|(at, free)| {
        let gutter = free.iter().find(|g| parts(&rows[..=at], **g))?;
        Some((at + 1, gutter.1))
    })
}

/// What of the free intervals stays free in a row, as far as it is wide enough for a gutter.
fn meet(free: &[(f64, f64)], row: &Row) -> Vec<(f64, f64)> {
    let mut gaps = Vec::new();
    let mut end = f64::NEG_INFINITY;
    for word in &row.words {
        if word.left > end {
            gaps.push((end, word.left));
        }
        end = end.max(word.right);
    }
    gaps.push((end, f64::INFINITY));
    let mut out = Vec::new();
    for &(from, to) in free {
        for &(a, b) in &gaps {
            let (low, high) = (from.max(a), to.min(b));
            if high - low >= GUTTER * row.size {
                out.push((low, high));
            }
        }
    }
    out
}

/// Whether rows have columns on both sides of a gutter: enough lines on each, and wide ones.
fn parts(rows: &[Row], (from, to): (f64, f64)) -> bool {
    if !from.is_finite() || !to.is_finite() {
        return false;
    }
    let mut left = (0, f64::INFINITY, f64::NEG_INFINITY);
    let mut right = left;
    let mut size = f64::INFINITY;
    for row in rows {
        size = size.min(row.size);
        let (mut on_left, mut on_right) = (false, false);
        for word in &row.words {
            let (side, on) = if word.left < to {
                (&mut left, &mut on_left)
            } else {
                (&mut right, &mut on_right)
            };
            *on = true;
            side.1 = side.1.min(word.left);
            side.2 = side.2.max(word.right);
        }
        left.0 += usize::from(on_left);
        right.0 += usize::from(on_right);
    }
    let least = if to - from >= 1.5 * size { 2 } else { 3 };
    [left, right]
        .iter()
        .all(|s| s.0 >= least && s.2 - s.1 >= COLUMN * size)
}

/// Appends one column's lines.
fn column(rows: Vec<Row>, page: u32, lines: &mut Vec<Line>) {
    if rows.is_empty() {
        return;
    }
    let mut starts: BTreeMap<i64, usize> = BTreeMap::new();
    let mut ends: Vec<f64> = rows.iter().map(Row::right).collect();
    for row in &rows {
        *starts.entry(row.left().round() as i64).or_default() += 1;
    }
    // The first of the most frequent ones, so the leftmost.
    let usual = starts.iter().rev().max_by_key(|(_, n)| **n);
    let column_left = usual.map_or(0.0, |(left, _)| *left as f64);
    ends.sort_by(f64::total_cmp);
    // One line that sticks out must not make all others look short.
    let column_right = ends[(ends.len() - 1) * 9 / 10];
    lines.extend(rows.into_iter().map(|row| Line {
        text: row.text(),
        left: row.left(),
        right: row.right(),
        base: row.base,
        size: row.size,
        page,
        column_left,
        column_right,
    }));
}
