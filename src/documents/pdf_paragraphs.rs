//! Paragraphs: which lines belong together, and what comes between them.

use super::pdf_columns::Line;
use super::{Document, PageStart};
use std::collections::BTreeMap;

/// A line this much farther below than lines of its size usually are begins a paragraph.
const PARAGRAPH_GAP: f64 = 1.25;
/// Where in a line a paragraph may begin, from the column's edge.
const INDENT: std::ops::Range<f64> = 0.7..6.0;

/// Joins lines to paragraphs and notes where pages begin.
pub(super) fn join(lines: &[Line], pages: usize) -> Document {
    let leading = Leading::of(lines);
    let mut document = Document::default();
    let mut starts = (1..).take(pages).peekable();
    let mut before: Option<&Line> = None;
    for line in lines {
        let text = &mut document.text;
        match before {
            None => {}
            Some(b) if !continues(b, line, &leading) => text.push_str("\n\n"),
            Some(b) => match hyphen(&b.text, &line.text) {
                Some(true) => {
                    text.pop();
                }
                Some(false) => {}
                None => text.push(' '),
            },
        }
        let offset = text.len();
        while let Some(number) = starts.next_if(|n| *n <= line.page) {
            document.pages.push(PageStart { offset, number });
        }
        // Soft hyphens matter at a line's end only, where the next line takes them away.
        let inner = line.text.trim_end_matches('\u{AD}');
        text.extend(inner.chars().filter(|&c| c != '\u{AD}'));
        text.push_str(&line.text[inner.len()..]);
        before = Some(line);
    }
    let offset = document.text.len();
    document
        .pages
        .extend(starts.map(|number| PageStart { offset, number }));
    document
}

/// Whether a line ends with a hyphen, and whether the hyphen goes once the next line is joined.
fn hyphen(line: &str, next: &str) -> Option<bool> {
    let mut back = line.chars().rev();
    match back.next()? {
        '\u{AD}' => Some(true),
        '-' | '\u{2010}' => {
            let before = back.next()?;
            let after = next.chars().next()?;
            before
                .is_alphanumeric()
                .then_some(before.is_lowercase() && after.is_lowercase())
        }
        _ => None,
    }
}

/// Whether the second line goes on with the first one's paragraph.
fn continues(a: &Line, b: &Line, leading: &Leading) -> bool {
    let size = a.size.max(b.size);
    // A page without text between them may have been scanned.
    if (a.size - b.size).abs() > 0.15 * size || b.page > a.page + 1 {
        return false;
    }
    let below = a.page == b.page && b.base > a.base;
    if below && b.base - a.base > PARAGRAPH_GAP * leading.at(size) {
        return false;
    }
    if hyphen(&a.text, &b.text).is_some() {
        return true;
    }
    let closing = |c: char| "”“\"’'»«)]›".contains(c) || c.is_numeric();
    let ended = a
        .text
        .trim_end_matches(closing)
        .ends_with(['.', '!', '?', ':', '…']);
    // A line that the next word would have fitted on ends a paragraph.
    let first = b.text.split(' ').next().map_or(0, |w| w.chars().count());
    let letter = (b.right - b.left) / b.text.chars().count().max(1) as f64;
    let room = a.column_right - a.right - (first as f64 + 1.0) * letter;
    let short = room > 0.5 * size;
    if short && (ended || room > 0.4 * (a.column_right - a.column_left)) {
        return false;
    }
    // An indent after an open sentence is the hanging one of a list, or a quotation that is set in.
    !ended || !INDENT.contains(&((b.left - b.column_left) / size))
}

/// How far apart lines of one paragraph usually are, by the height of their type.
struct Leading {
    by_size: BTreeMap<i64, f64>,
    /// In heights of the type.
    usual: f64,
}

impl Leading {
    fn of(lines: &[Line]) -> Self {
        let mut gaps: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        let mut all = Vec::new();
        for pair in lines.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let gap = b.base - a.base;
            if a.page == b.page
                && gap > 0.5 * b.size
                && gap < 4.0 * b.size
                && (a.size - b.size).abs() < 0.5
            {
                gaps.entry(Self::class(b.size)).or_default().push(gap);
                all.push(gap / b.size);
            }
        }
        // The lower quartile: gaps within paragraphs are the smaller ones, even where most paragraphs are short.
        let quartile = |mut gaps: Vec<f64>| {
            gaps.sort_by(f64::total_cmp);
            gaps.get(gaps.len() / 4).copied()
        };
        let enough = gaps.into_iter().filter(|(_, g)| g.len() >= 4);
        Self {
            by_size: enough
                .filter_map(|(class, g)| Some((class, quartile(g)?)))
                .collect(),
            usual: quartile(all).unwrap_or(1.2),
        }
    }

    fn at(&self, size: f64) -> f64 {
        self.by_size
            .get(&Self::class(size))
            .copied()
            .unwrap_or(self.usual * size)
    }

    fn class(size: f64) -> i64 {
        (size * 2.0).round() as i64
    }
}
