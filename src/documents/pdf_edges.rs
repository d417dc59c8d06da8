//! Running heads and feet, told from text by their being the same on many pages.

use super::pdf_layout::Row;
use std::collections::BTreeMap;

/// How many rows from the page's edge a running head or foot may have.
const EDGE_ROWS: usize = 4;
/// How far a running head may wander up or down from page to page, in points.
const EDGE_DRIFT: f64 = 3.0;

/// Leaves out running heads and feet: rows at the edge of the page that stand at the same place of many pages, figures
/// aside, and bare page numbers.
pub(super) fn drop_edges(pages: &mut [Vec<Row>]) {
    let with_text = pages.iter().filter(|p| !p.is_empty()).count();
    let mut seen: BTreeMap<(bool, String), Vec<f64>> = BTreeMap::new();
    for page in pages.iter() {
        for (row, top) in edges(page) {
            seen.entry((top, masked(&row.text())))
                .or_default()
                .push(row.base);
        }
    }
    for bases in seen.values_mut() {
        bases.sort_by(f64::total_cmp);
    }
    let repeated = |row: &Row, top: bool| {
        let times = seen.get(&(top, masked(&row.text()))).map_or(0, |bases| {
            bases.partition_point(|b| *b <= row.base + EDGE_DRIFT)
                - bases.partition_point(|b| *b < row.base - EDGE_DRIFT)
        });
        // Left and right pages may have different heads, and first pages none.
        times >= 2 && times * 5 >= with_text * 2
    };
    for page in pages.iter_mut() {
        for top in [true, false] {
            for nth in 0..EDGE_ROWS {
                let row = if top { page.first() } else { page.last() };
                let Some(row) = row else { break };
                if !(repeated(row, top) || nth == 0 && is_page_number(&row.text())) {
                    break;
                }
                if top {
                    page.remove(0);
                } else {
                    page.pop();
                }
            }
        }
    }
}

/// The rows near the top of the page and those near its foot.
fn edges(page: &[Row]) -> impl Iterator<Item = (&Row, bool)> {
    let top = page.iter().take(EDGE_ROWS).map(|r| (r, true));
    top.chain(page.iter().rev().take(EDGE_ROWS).map(|r| (r, false)))
}

/// The text with every number as one `#`.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_numeric() {
            out.push(c);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

/// `12`, `– 12 –`, `Page 12 of 30`.
fn is_page_number(text: &str) -> bool {
    let mut numbers = 0;
    for part in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty())
    {
        if part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit()) {
            numbers += 1;
        } else if ![
            "page", "p", "of", "seite", "von", "pagina", "página", "de", "sur",
        ]
        .contains(&part.to_lowercase().as_str())
        {
            return false;
        }
    }
    (1..=2).contains(&numbers) && text.chars().count() <= 20
}
