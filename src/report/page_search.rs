//! What more rows or other settings would bring, as sections.

use super::chart::{Axes, Chart, points};
use super::page::ReportPage;
use super::search::{Grid, LearningCurve, LearningMeasure};
use super::section::{Block, Section, Table, text};
use super::words::{figure, interval, name, signed};
use crate::evaluation::thousands;
use crate::model::{Objective, Rule};

/// The most cells of a search on the page.
const MOST_CELLS: usize = 30;

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(curve) = &page.learning_curve {
        let blocks = learning(curve, page.grid.is_some());
        sections.push(Section::new("learning", "Would more labels help?", blocks));
    }
    if let Some(grid) = &page.grid {
        let blocks = search(grid);
        sections.push(Section::new("grid", "Settings that were tried", blocks));
    }
    sections
}

fn learning(curve: &LearningCurve, searched: bool) -> Vec<Block> {
    let mut head = vec!["rows", "drawn"];
    head.extend(curve.measures.iter().map(|measure| measure.name.as_str()));
    let mut table = Table::new(
        "Scores with so many rows trained on, and 95 % intervals",
        0,
        &head,
    );
    for (at, &n_rows) in curve.n_rows.iter().enumerate() {
        let mut row = vec![thousands(n_rows), format!("{}×", curve.n_draws[at])];
        row.extend(curve.measures.iter().map(|measure| {
            let (value, of) = measure.points[at];
            format!("{}\n{}", figure(value), interval(of))
        }));
        table.push(row);
    }
    let most = curve.n_rows.iter().copied().max().unwrap_or(0);
    let drawn = curve
        .measures
        .iter()
        .filter_map(|of| chart(of, curve, most));
    let mut how = "Each fold's training rows are learned from in growing shares, drawn label by label, the larger holding \
                   the smaller ones; all are judged on the same held-out rows. Small shares are drawn several times."
        .to_owned();
    if searched {
        how.push_str(
            " Settings are those that the search chose from all rows, so the curve may end above the figures at the top.",
        );
    }
    vec![
        text(curve.conclusion.clone()),
        text(how),
        Block::Figure(drawn.collect(), vec![table]),
        Block::Heading("Fitted tails".to_owned()),
        text(
            "An error is described by a + b · rows^(−c): a is what no number of rows takes away. The change is that of the \
             error with twice the rows, as far as rows of the same kind go.",
        ),
        Block::Table(tails(curve)),
    ]
}

fn chart(of: &LearningMeasure, curve: &LearningCurve, most: u64) -> Option<Chart> {
    let intervals = || of.points.iter().map(|(_, interval)| interval);
    let lowest = intervals().map(|i| i.low).fold(f64::INFINITY, f64::min);
    let highest = intervals()
        .map(|i| i.high)
        .fold(f64::NEG_INFINITY, f64::max);
    if most == 0 || !lowest.is_finite() || !highest.is_finite() {
        return None;
    }
    let bottom = (lowest * 10.0).floor() / 10.0;
    let axes = Axes {
        x: "rows trained on",
        y: &of.name,
        // Room for the last mark.
        x_range: (0.0, most as f64 * 1.05),
        y_range: (bottom, ((highest * 10.0).ceil() / 10.0).max(bottom + 0.1)),
    };
    let rows = curve.n_rows.iter().zip(&of.points);
    let marks: Vec<_> = rows
        .map(|(&n, &(value, interval))| (n as f64, (value, Some(interval))))
        .collect();
    let title = format!("Out-of-fold {} over rows trained on", of.name);
    Some(points(&title, &axes, &marks))
}

fn tails(curve: &LearningCurve) -> Table {
    let mut head = vec!["error", "a", "b", "c", "change", "95 % interval"];
    let doubted = curve.measures.iter().any(|of| of.tail.doubt.is_some());
    head.extend(doubted.then_some("note"));
    let mut table = Table::new(
        "Tails of the errors, and what twice the rows would change",
        1,
        &head,
    );
    for note in &mut table.head[6..] {
        note.numeric = false;
    }
    for measure in &curve.measures {
        let (law, gain) = (measure.tail.law, measure.tail.gain_interval);
        let doubt = measure.tail.doubt;
        let mut row = vec![
            measure.error.replace(' ', "\u{a0}"),
            figure(law.a),
            figure(law.b),
            format!("{:.2}", law.c),
            signed(-measure.tail.gain_from_doubling, 3),
            format!("{} to {}", signed(-gain.high, 3), signed(-gain.low, 3)),
        ];
        row.extend(doubted.then(|| {
            doubt.map_or(String::new(), |doubt| {
                format!("not to be relied on: {doubt}")
            })
        }));
        table.push(row);
    }
    table
}

fn search(grid: &Grid) -> Vec<Block> {
    let record = &grid.record;
    let measure = match record.objective {
        Objective::MacroF1 => "macro-F1",
        Objective::LogLoss => "log-loss",
        Objective::Accuracy => "accuracy",
    };
    let rule = match record.rule {
        Rule::Evidence => format!(
            "the cell that gains most {measure} over the settings given, after one standard error of the gain is taken off,"
        ),
        Rule::Best => format!("the cell with the best {measure}"),
        Rule::OneStandardError => format!(
            "the simplest cell within one standard error of the best {measure} (fewest features, then lowest C)"
        ),
    };
    let mut how = format!(
        "Each of {} combinations of settings was judged by {} folds, and {rule} was taken: {} ± {}.",
        thousands(record.tried),
        grid.n_folds,
        figure(record.mean),
        figure(record.standard_error)
    );
    if record.tried < record.cells {
        how.push_str(&format!(
            " Time ran out before {} more.",
            thousands(record.cells - record.tried)
        ));
    }
    if grid.n_unconverged > 0 {
        how.push_str(&format!(
            " {} fits of the search did not converge.",
            thousands(grid.n_unconverged)
        ));
    }
    let mut blocks = vec![text(how)];
    blocks.push(match &record.nested {
        Some(nested) => text(format!(
            "The best of many looks better than it is. The search run inside each fold, which its figure has not seen, gives \
             {} ± {} ({} in {} folds): the figures on this page are of that.",
            figure(nested.mean),
            figure(nested.standard_error),
            match nested.distinct_choices {
                1 => "the same choice".to_owned(),
                choices => format!("{} different choices", thousands(choices)),
            },
            grid.n_folds
        )),
        None => Block::Caution(format!(
            "The search itself was not judged: the figures on this page are those of the best of {} combinations and flatter \
             it.",
            thousands(record.tried)
        )),
    });
    if grid.cells.len() > MOST_CELLS {
        blocks.push(text(format!(
            "The best {MOST_CELLS} are shown; {} more are not.",
            thousands((grid.cells.len() - MOST_CELLS) as u64)
        )));
    }
    blocks.push(Block::Table(cells(grid, measure)));
    blocks
}

/// The best cells, and the one that was taken wherever it stands.
fn cells(grid: &Grid, measure: &str) -> Table {
    let mut head = vec!["place", measure, "standard error", "features"];
    head.extend(grid.settings.iter().map(String::as_str));
    let mut table = Table::new(
        "Combinations of settings, best first; settings in which none differ stand in the model card",
        1,
        &head,
    );
    for column in &mut table.head[4..] {
        column.numeric = false;
    }
    for (at, cell) in grid.cells.iter().enumerate() {
        if at >= MOST_CELLS && !cell.chosen {
            continue;
        }
        let mut row = vec![
            format!(
                "{}{}",
                at + 1,
                if cell.chosen { ",\u{a0}taken" } else { "" }
            ),
            format!("{:.4}", cell.score),
            format!("{:.4}", cell.standard_error),
            thousands(cell.n_features),
        ];
        row.extend(cell.values.iter().map(|value| name(value)));
        table.push(row);
        if cell.chosen {
            for of_row in table.rows.last_mut().into_iter().flatten() {
                of_row.shade = Some(20);
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NestedRecord, TuningRecord};
    use crate::report::search::GridCell;
    use crate::validation::{Interval, PowerLaw, Tail};

    fn measure(name: &str) -> LearningMeasure {
        let interval = Interval {
            low: 0.55,
            high: 0.72,
        };
        LearningMeasure {
            name: name.to_owned(),
            error: format!("1 − {name}"),
            points: vec![(0.6, interval); 3],
            tail: Tail {
                law: PowerLaw {
                    a: 0.1,
                    b: 1.0,
                    c: 0.5,
                },
                at_all: 0.2,
                gain_from_doubling: 0.03,
                gain_interval: Interval {
                    low: 0.01,
                    high: 0.04,
                },
                doubt: None,
            },
        }
    }

    fn grid(n_cells: usize, chosen: usize, nested: Option<NestedRecord>) -> Grid {
        let cell = |at: usize| GridCell {
            values: vec![format!("<c{at}>")],
            score: 0.9 - at as f64 * 0.01,
            standard_error: 0.01,
            n_features: 1_000,
            chosen: at == chosen,
        };
        Grid {
            record: TuningRecord {
                objective: Objective::MacroF1,
                rule: Rule::Best,
                cells: n_cells as u64,
                tried: n_cells as u64,
                mean: 0.9,
                standard_error: 0.01,
                nested,
            },
            n_folds: 5,
            n_unconverged: 0,
            settings: vec!["C".to_owned()],
            cells: (0..n_cells).map(cell).collect(),
        }
    }

    fn page_with(grid: Grid) -> String {
        let page = ReportPage {
            grid: Some(grid),
            ..ReportPage::default()
        };
        page.html().unwrap()
    }

    #[test]
    fn a_curve_has_a_chart_for_each_score_and_what_twice_the_rows_change() {
        let page = ReportPage {
            learning_curve: Some(LearningCurve {
                n_rows: vec![100, 200, 1_000],
                n_draws: vec![5, 2, 1],
                measures: vec![measure("macro-F1"), measure("accuracy")],
                conclusion: "More labels would help little.".to_owned(),
            }),
            ..ReportPage::default()
        };
        let html = page.html().unwrap();
        assert!(html.contains("More labels would help little."));
        assert_eq!(html.matches("<svg ").count(), 2);
        // Less error is a minus.
        assert!(html.contains("−0.030") && html.contains("−0.040 to −0.010"));
        assert!(html.contains("1,000"));
    }

    #[test]
    fn the_best_cells_are_shown_and_the_one_taken_wherever_it_stands() {
        let html = page_with(grid(40, 36, None));
        assert!(html.contains("The best 30 are shown; 10 more are not."));
        let shown = |at: usize| html.contains(&format!("&#60;c{at}&#62;"));
        assert!(shown(0) && shown(29) && !shown(30) && !shown(35) && shown(36) && !shown(37));
        assert!(html.contains("37,\u{a0}taken"));
        assert!(html.contains("flatter"));
        let html = page_with(grid(3, 0, None));
        assert!(!html.contains("more are not") && html.contains("1,\u{a0}taken"));
    }

    #[test]
    fn a_nested_search_is_told_with_its_own_figure() {
        let nested = NestedRecord {
            mean: 0.871,
            standard_error: 0.012,
            distinct_choices: 3,
        };
        let html = page_with(grid(3, 0, Some(nested)));
        assert!(html.contains("0.871 ± 0.012 (3 different choices in 5 folds)"));
        assert!(!html.contains("flatter"));
    }
}
