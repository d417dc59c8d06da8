//! How good the predictions are: by label, by threshold, by value of a column.

use super::chart::{Axes, MOST_SERIES, Series, bars, intervals, lines};
use super::page::{ColumnScores, ReportPage, Scored};
use super::section::{Block, Cell, Section, Table, text};
use super::words::{figure, interval, name, percent, rows, signed};
use crate::evaluation::EvaluationReport;
use crate::evaluation::thousands;

/// More labels than this are not drawn, and their matrix is not shown whole.
const MOST_LABELS_DRAWN: usize = 12;
/// Commonest confusions listed instead.
const N_CONFUSIONS: usize = 25;

/// Figures at the head of the page: name, value, what belongs to it.
pub(super) fn headline(page: &ReportPage) -> Vec<(String, String, String)> {
    let Some(Scored { report, .. }) = &page.scored else {
        return Vec::new();
    };
    let named = |name: &str, value: String, note: String| (name.to_owned(), value, note);
    let mut headline = vec![
        named(
            "Macro-F1",
            figure(report.macro_average.f1),
            interval(report.macro_f1_interval),
        ),
        named(
            "Accuracy",
            figure(report.accuracy),
            interval(report.accuracy_interval),
        ),
    ];
    if let Some(of) = &report.probabilities {
        let perfect = of.calibration.perfectly_calibrated;
        let brier = format!("Brier score {}", figure(of.brier_score));
        headline.push(named("Log-loss", figure(of.log_loss), brier));
        headline.push(named(
            "Calibration error",
            figure(of.calibration.error),
            format!("if perfect: up to {}", figure(perfect.percentile_95)),
        ));
    }
    headline
}

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let Some(scored) = &page.scored else {
        return Vec::new();
    };
    let mut scores = by_label(scored);
    scores.extend(split_groups(page));
    scores.extend(random_folds(page));
    let mut sections = vec![
        Section::new("scores", "Scores by label", scores),
        Section::new(
            "confusion",
            "What is taken for what",
            confusion(&scored.report),
        ),
        Section::new(
            "precision-recall",
            "Precision and recall",
            precision_recall(scored),
        ),
    ];
    if !page.by_column.is_empty() {
        let blocks = page
            .by_column
            .iter()
            .flat_map(|c| by_column(c, &scored.report));
        sections.push(Section::new(
            "columns",
            "Scores by column",
            blocks.collect(),
        ));
    }
    sections
}

/// How much better the figures would seem with groups split over folds.
fn split_groups(page: &ReportPage) -> Option<Block> {
    let record = page.cross_validation()?;
    let groups = record.groups.as_ref()?;
    Some(text(format!(
        "All rows with one {} were held out together. With these split over folds macro-F1 would seem {} ({}): the figures \
         above are those to expect for one that the model was not trained on.",
        name(&groups.column),
        figure(groups.split_macro_f1),
        signed(groups.split_macro_f1 - record.macro_f1, 3)
    )))
}

/// What folds in the order of time were, and how much better the figures would seem in random ones.
fn random_folds(page: &ReportPage) -> Option<Block> {
    let record = page.cross_validation()?;
    let time = record.time.as_ref()?;
    let (least, most) = time.least_and_most_learned_from();
    Some(text(format!(
        "Folds follow {}: {} rows from {} to {} were judged by what learned from the {} to {} rows before them. For the same \
         rows in random folds, which learn from more rows and from later ones, macro-F1 would seem {} ({}): the figures above \
         are those to expect for statements that are yet to come.",
        name(&time.column),
        thousands(time.held_out),
        name(&time.first_held_out),
        name(&time.last),
        thousands(least),
        thousands(most),
        figure(time.random_macro_f1),
        signed(time.random_macro_f1 - record.macro_f1, 3)
    )))
}

fn by_label(scored: &Scored) -> Vec<Block> {
    let report = &scored.report;
    let drawn_from = match &scored.group_column {
        Some(column) => format!(
            "{} groups of rows (one for each value of {}, rows without one alone)",
            thousands(report.n_groups_drawn.unwrap_or(0)),
            name(column)
        ),
        None => "rows".to_owned(),
    };
    let mut table = Table::new(
        "Precision, recall and F1 with 95 % intervals",
        1,
        &["label", "precision", "recall", "F1", "rows"],
    );
    for label in &report.labels {
        let (scores, of) = (label.scores, label.intervals);
        let with = |value: f64, of| format!("{}\n{}", figure(value), interval(of));
        table.push(vec![
            name(&label.label),
            with(scores.precision, of.precision),
            with(scores.recall, of.recall),
            with(scores.f1, of.f1),
            thousands(scores.support),
        ]);
    }
    for (what, average, f1) in [
        (
            "macro average",
            report.macro_average,
            report.macro_f1_interval,
        ),
        (
            "weighted average",
            report.weighted_average,
            report.weighted_f1_interval,
        ),
    ] {
        table.push(vec![
            what.to_owned(),
            figure(average.precision),
            figure(average.recall),
            format!("{}\n{}", figure(average.f1), interval(f1)),
            thousands(report.n_rows),
        ]);
    }
    let mut blocks = vec![text(format!(
        "{}: {}. Accuracy {} ({}). Intervals are where 95 of 100 bootstrap draws of {drawn_from} lie ({} draws); they say \
         what a test set of this size leaves open.",
        rows(report.n_rows),
        scored.how,
        figure(report.accuracy),
        interval(report.accuracy_interval),
        thousands(report.n_bootstrap_draws as u64)
    ))];
    if report.labels.len() <= MOST_LABELS_DRAWN {
        let groups: Vec<_> = report
            .labels
            .iter()
            .map(|label| {
                let (scores, of) = (label.scores, label.intervals);
                let bars = vec![
                    (scores.precision, Some(of.precision)),
                    (scores.recall, Some(of.recall)),
                    (scores.f1, Some(of.f1)),
                ];
                (label.label.clone(), bars)
            })
            .collect();
        let chart = bars(
            "Precision, recall and F1 of each label with 95 % intervals",
            &["precision", "recall", "F1"],
            &groups,
        );
        blocks.push(Block::Figure(vec![chart], vec![table]));
    } else {
        blocks.push(Block::Table(table));
    }
    blocks
}

fn confusion(report: &EvaluationReport) -> Vec<Block> {
    let confusion = &report.confusion;
    let names: Vec<String> = report.labels.iter().map(|l| name(&l.label)).collect();
    if names.len() > MOST_LABELS_DRAWN {
        return commonest_confusions(report, &names);
    }
    let mut head = vec!["gold \\ predicted"];
    head.extend(names.iter().map(String::as_str));
    head.push("all");
    let mut table = Table::new(
        "Rows by gold label (down) and predicted label (across)",
        1,
        &head,
    );
    for (gold, label) in names.iter().enumerate() {
        let of_gold = confusion.n_gold(gold);
        let mut cells = vec![label.clone()];
        cells.extend((0..names.len()).map(|k| thousands(confusion.count(gold, k))));
        cells.push(thousands(of_gold));
        table.push(cells);
        let cells: &mut [Cell] = table.rows.last_mut().map_or(&mut [], Vec::as_mut_slice);
        for (predicted, cell) in cells[1..=names.len()].iter_mut().enumerate() {
            let share = confusion.count(gold, predicted) as f64 / of_gold.max(1) as f64;
            cell.shade = Some((share * 100.0).round() as u8);
        }
    }
    vec![
        text(
            "Each row of the matrix is a gold label; the darker a cell, the larger its share of the row. Right predictions stand on the diagonal.",
        ),
        Block::Table(table),
    ]
}

fn commonest_confusions(report: &EvaluationReport, names: &[String]) -> Vec<Block> {
    let confusion = &report.confusion;
    let mut errors: Vec<(u64, usize, usize)> = Vec::new();
    for gold in 0..names.len() {
        let others = (0..names.len()).filter(|&k| k != gold);
        errors.extend(others.map(|k| (confusion.count(gold, k), gold, k)));
    }
    errors.retain(|&(n, ..)| n > 0);
    errors.sort_unstable_by_key(|&(n, gold, predicted)| (u64::MAX - n, gold, predicted));
    let n_kinds = errors.len();
    let mut table = Table::new(
        "The commonest confusions",
        2,
        &[
            "gold label",
            "predicted label",
            "rows",
            "share of the gold label",
        ],
    );
    for &(n, gold, predicted) in errors.iter().take(N_CONFUSIONS) {
        table.push(vec![
            names[gold].clone(),
            names[predicted].clone(),
            thousands(n),
            percent(n as f64 / confusion.n_gold(gold).max(1) as f64),
        ]);
    }
    vec![
        text(format!(
            "{} labels are too many for a matrix; of {} kinds of confusion that occur these are the commonest.",
            names.len(),
            thousands(n_kinds as u64)
        )),
        Block::Table(table),
    ]
}

fn precision_recall(scored: &Scored) -> Vec<Block> {
    let labels = &scored.report.labels;
    let curves: Vec<(usize, &_)> = scored.precision_recall.iter().enumerate().collect();
    if curves.iter().all(|(_, curve)| curve.points.is_empty()) {
        return Vec::new();
    }
    let mut commonest = curves.clone();
    commonest.sort_by_key(|(k, curve)| (u64::MAX - curve.n_positive, *k));
    commonest.truncate(MOST_SERIES);
    commonest.sort_by_key(|(k, _)| *k);
    let series: Vec<Series> = commonest
        .iter()
        .map(|(k, curve)| Series {
            name: labels[*k].label.clone(),
            points: curve
                .thinned(100)
                .iter()
                .map(|p| (p.recall, p.precision))
                .collect(),
        })
        .collect();
    let axes = Axes {
        x: "recall",
        y: "precision",
        x_range: (0.0, 1.0),
        y_range: (0.0, 1.0),
    };
    let chart = lines(
        "Precision over recall, one label against all others",
        &axes,
        &series,
    );
    let mut average = Table::new(
        "Average precision of each label (the area under its curve)",
        1,
        &["label", "average precision", "by chance", "rows"],
    );
    for (k, curve) in &curves {
        average.push(vec![
            name(&labels[*k].label),
            figure(curve.average_precision),
            figure(curve.n_positive as f64 / curve.n_rows.max(1) as f64),
            thousands(curve.n_positive),
        ]);
    }
    let mut points = Table::new(
        "Precision and threshold where a recall is first reached",
        1,
        &["label", "recall", "precision", "threshold"],
    );
    for (k, curve) in &commonest {
        for point in curve.thinned(10) {
            points.push(vec![
                name(&labels[*k].label),
                figure(point.recall),
                figure(point.precision),
                figure(point.threshold),
            ]);
        }
    }
    let mut blocks = vec![text(
        "A row counts as the label where the label's probability is at least a threshold. Going down with the threshold \
         finds more of the label's rows (recall) and takes in more of others (precision falls).",
    )];
    if curves.len() > series.len() {
        blocks.push(text(format!(
            "Drawn are the {} labels with most rows of {}.",
            series.len(),
            curves.len()
        )));
    }
    blocks.push(Block::Figure(vec![chart], vec![average, points]));
    blocks
}

fn by_column(column: &ColumnScores, all: &EvaluationReport) -> Vec<Block> {
    let column_name = name(&column.column);
    let value_name = |value: &Option<String>| value.as_deref().map_or("(none)".to_owned(), name);
    let mut table = Table::new(
        format!("Scores by {column_name}"),
        1,
        &[
            column_name.as_str(),
            "rows",
            "accuracy",
            "macro-F1",
            "95 % interval",
        ],
    );
    let mut drawn = Vec::new();
    for value in &column.values {
        let scores = &value.scores;
        let shown = value_name(&value.name);
        table.push(vec![
            shown.clone(),
            thousands(scores.n_rows),
            figure(scores.accuracy),
            figure(scores.macro_f1),
            interval(scores.macro_f1_interval),
        ]);
        drawn.push((shown, scores.macro_f1, scores.macro_f1_interval));
    }
    let chart = intervals(
        &format!("Macro-F1 by {column_name} with 95 % intervals"),
        "macro-F1",
        &drawn,
        Some(all.macro_average.f1),
    );
    let mut note = format!(
        "The dashed line is the macro-F1 of all rows ({}). A value's macro-F1 is the mean over the labels that occur among \
         its rows, so values with other labels are not strictly comparable.",
        figure(all.macro_average.f1)
    );
    if column.n_values_left > 0 {
        note.push_str(&format!(
            " Shown are the commonest values; {} more with {} are not.",
            thousands(column.n_values_left),
            rows(column.n_rows_left)
        ));
    }
    vec![
        Block::Heading(format!("By {column_name}")),
        text(note),
        Block::Figure(vec![chart], vec![table]),
    ]
}
