//! What more rows or other settings would bring.

use super::chart::{Axes, points};
use super::page::{Grid, LearningCurve, ReportPage};
use super::section::{Block, Section, Table, text};
use super::words::{count, figure, interval, name};

/// The most cells of a grid on the page.
const MOST_CELLS: usize = 100;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(curve) = &page.learning_curve {
        sections.push(Section::new(
            "learning",
            "Would more labels help?",
            learning(curve),
        ));
    }
    if let Some(grid) = &page.grid {
        sections.push(Section::new(
            "grid",
            "Settings that were tried",
            cells(grid),
        ));
    }
    sections
}

fn learning(curve: &LearningCurve) -> Vec<Block> {
    let measure = name(&curve.measure);
    let mut table = Table::new(
        format!("{measure} with so many rows trained on"),
        0,
        &["rows", measure.as_str(), "95 % interval"],
    );
    for point in &curve.points {
        table.push(vec![
            count(point.n_rows),
            figure(point.score),
            interval(point.interval),
        ]);
    }
    let lowest = curve
        .points
        .iter()
        .map(|p| p.interval.low)
        .fold(f64::INFINITY, f64::min);
    let highest = curve
        .points
        .iter()
        .map(|p| p.interval.high)
        .fold(f64::NEG_INFINITY, f64::max);
    let mut blocks = vec![text(curve.conclusion.clone())];
    let most = curve.points.iter().map(|p| p.n_rows).max();
    if let Some(most) = most.filter(|_| lowest.is_finite() && highest.is_finite()) {
        let axes = Axes {
            x: "rows trained on",
            y: &measure,
            x_range: (0.0, most as f64),
            y_range: (
                (lowest * 10.0).floor() / 10.0,
                (highest * 10.0).ceil() / 10.0,
            ),
        };
        let marks: Vec<_> = curve
            .points
            .iter()
            .map(|p| (p.n_rows as f64, (p.score, Some(p.interval))))
            .collect();
        let chart = points(&format!("{measure} over rows trained on"), &axes, &marks);
        blocks.push(Block::Figure(vec![chart], vec![table]));
    }
    blocks
}

fn cells(grid: &Grid) -> Vec<Block> {
    let measure = name(&grid.measure);
    let mut head: Vec<&str> = grid.settings.iter().map(String::as_str).collect();
    let n_settings = head.len();
    head.extend([measure.as_str(), "standard error", "taken"]);
    let mut table = Table::new("Cells of the search, best first", n_settings, &head);
    let mut order: Vec<usize> = (0..grid.cells.len()).collect();
    order.sort_by(|&a, &b| {
        grid.cells[b]
            .score
            .total_cmp(&grid.cells[a].score)
            .then(a.cmp(&b))
    });
    let shown = |at: &usize| *at < MOST_CELLS;
    for (_, &cell) in order
        .iter()
        .enumerate()
        .filter(|(at, cell)| shown(at) || grid.cells[**cell].chosen)
    {
        let cell = &grid.cells[cell];
        let mut row: Vec<String> = cell.values.iter().map(|value| name(value)).collect();
        row.resize(n_settings, String::new());
        row.push(figure(cell.score));
        row.push(cell.standard_error.map_or(String::new(), figure));
        row.push(if cell.chosen { "yes" } else { "" }.to_owned());
        table.push(row);
    }
    let mut blocks = vec![text(grid.note.clone())];
    if grid.cells.len() > MOST_CELLS {
        blocks.push(text(format!(
            "The best {MOST_CELLS} of {} cells are shown.",
            count(grid.cells.len() as u64)
        )));
    }
    blocks.push(Block::Table(table));
    blocks
}
