//! Whether probabilities mean what they say, and what abstaining buys.

use super::chart::{Axes, Chart, MOST_SERIES, Series, lines, reliability};
use super::page::{ReportPage, Scored};
use super::section::{Block, Section, Table, text};
use super::words::{figure, interval, name, percent, rows};
use crate::evaluation::thousands;
use crate::model::TargetErrorRecord;
use crate::validation::{LabelReliability, ReliabilityBin};

pub(super) fn sections(page: &ReportPage) -> Vec<Section> {
    let Some(scored) = &page.scored else {
        return Vec::new();
    };
    let target = page.cross_validation();
    let target = target.and_then(|record| record.target_error.as_ref());
    let mut doubtful = coverage(scored);
    doubtful.extend(target.into_iter().flat_map(target_error));
    vec![
        Section::new(
            "reliability",
            "Do probabilities mean what they say?",
            calibrated(scored),
        ),
        Section::new("coverage", "Leaving doubtful rows to people", doubtful),
    ]
}

fn calibrated(scored: &Scored) -> Vec<Block> {
    let Some(probabilities) = &scored.report.probabilities else {
        return Vec::new();
    };
    let calibration = &probabilities.calibration;
    let perfect = calibration.perfectly_calibrated;
    let verdict = if calibration.error <= perfect.percentile_95 {
        "so the figure gives no reason to doubt the probabilities"
    } else {
        "so probabilities are further off than chance explains"
    };
    let mut errors = Table::new(
        "Calibration error, and what a perfectly calibrated model shows with as many rows",
        1,
        &[
            "probability of",
            "error",
            "perfect: mean",
            "perfect: 95 % below",
            "mean probability",
            "share of rows",
        ],
    );
    let correct = scored.report.accuracy;
    let n_rows: u64 = calibration.bins.iter().map(|bin| bin.n_rows).sum();
    let confidence = calibration
        .bins
        .iter()
        .map(|b| b.mean_confidence * b.n_rows as f64)
        .sum::<f64>();
    errors.push(vec![
        "the predicted label".to_owned(),
        figure(calibration.error),
        figure(perfect.mean),
        figure(perfect.percentile_95),
        figure(confidence / n_rows.max(1) as f64),
        figure(correct),
    ]);
    for label in &scored.reliability {
        errors.push(vec![
            name(&label.label),
            figure(label.error),
            figure(label.perfectly_calibrated.mean),
            figure(label.perfectly_calibrated.percentile_95),
            figure(label.mean_probability),
            figure(label.share),
        ]);
    }
    let mut charts = vec![chart(
        "Probability of the predicted label",
        &calibration.bins,
    )];
    let drawn = commonest(&scored.reliability);
    charts.extend(drawn.iter().map(|label| {
        chart(
            &format!("Probability of {}", name(&label.label)),
            &label.bins,
        )
    }));
    let mut bins = Table::new(
        "Bins of the charts: rows, mean probability, and how often it came true",
        2,
        &[
            "probability of",
            "between",
            "rows",
            "mean probability",
            "came true",
        ],
    );
    let with_names = std::iter::once(("the predicted label".to_owned(), &calibration.bins))
        .chain(drawn.iter().map(|label| (name(&label.label), &label.bins)));
    for (what, of) in with_names {
        for bin in of.iter().filter(|bin| bin.n_rows > 0) {
            bins.push(vec![
                what.clone(),
                format!("{:.2}–{:.2}", bin.above, bin.up_to),
                thousands(bin.n_rows),
                figure(bin.mean_confidence),
                figure(bin.accuracy),
            ]);
        }
    }
    vec![
        text(format!(
            "Of the rows that are given a probability of 0.8, eight in ten should have that label: points on the dashed \
             line are right, points below it boast. The calibration error of the predicted label is {}; a perfectly \
             calibrated model would show {} on average and at most {} in 95 of 100 test sets of this size, {verdict}.",
            figure(calibration.error),
            figure(perfect.mean),
            figure(perfect.percentile_95)
        )),
        Block::Table(errors),
        Block::Figure(charts, vec![bins]),
    ]
}

/// The labels with most rows, in their order.
fn commonest(labels: &[LabelReliability]) -> Vec<&LabelReliability> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|&a, &b| labels[b].share.total_cmp(&labels[a].share).then(a.cmp(&b)));
    order.truncate(MOST_SERIES - 1);
    order.sort_unstable();
    order.into_iter().map(|k| &labels[k]).collect()
}

fn chart(title: &str, bins: &[ReliabilityBin]) -> Chart {
    let points: Vec<(f64, f64, u64)> = bins
        .iter()
        .filter(|bin| bin.n_rows > 0)
        .map(|bin| (bin.mean_confidence, bin.accuracy, bin.n_rows))
        .collect();
    reliability(title, &points)
}

fn coverage(scored: &Scored) -> Vec<Block> {
    let points: Vec<_> = scored
        .coverage
        .iter()
        .filter(|point| point.n_kept > 0)
        .collect();
    if points.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(
        "Rows kept and their errors at each threshold",
        0,
        &[
            "threshold",
            "rows kept",
            "coverage",
            "wrong",
            "error",
            "95 % interval",
        ],
    );
    for point in &points {
        table.push(vec![
            format!("{:.2}", point.threshold),
            thousands(point.n_kept),
            percent(point.coverage),
            thousands(point.n_wrong),
            percent(point.error),
            interval(point.interval),
        ]);
    }
    let top = points.iter().map(|p| p.error).fold(0.0, f64::max);
    let top = ((top * 10.0).ceil() / 10.0).max(0.1);
    let axes = Axes {
        x: "share of rows kept",
        y: "share of them wrong",
        x_range: (0.0, 1.0),
        y_range: (0.0, top),
    };
    let line = Series {
        name: String::new(),
        points: points.iter().map(|p| (p.coverage, p.error)).collect(),
    };
    let chart = lines("Errors over the share of rows kept", &axes, &[line]);
    vec![
        text(
            "Rows whose highest probability is below the threshold (predict --threshold) are left to people; the error is \
             that of the rows that stay.",
        ),
        Block::Figure(vec![chart], vec![table]),
    ]
}

/// The threshold for a share of errors that was asked for.
fn target_error(record: &TargetErrorRecord) -> Vec<Block> {
    // Small targets keep their digits.
    let target = format!("{} %", (record.target * 1e6).round() / 1e4);
    let Some(found) = &record.found else {
        return vec![
            Block::Heading("Threshold for a target error".to_owned()),
            Block::Caution(format!(
                "No threshold keeps the share of errors at {target} with 95 % confidence. It takes at least {} above a \
                 threshold: give more rows or a higher target.",
                rows(record.least_rows)
            )),
        ];
    };
    let mut table = Table::new(
        "The threshold found out of fold, and what it leaves",
        0,
        &[
            "target",
            "threshold",
            "coverage",
            "error",
            "95 % upper bound",
        ],
    );
    table.push(vec![
        target.clone(),
        format!("{:.2}", found.threshold),
        percent(found.coverage),
        percent(found.error),
        percent(found.upper_bound),
    ]);
    vec![
        Block::Heading("Threshold for a target error".to_owned()),
        text(format!(
            "With 95 % confidence at most {target} of the rows from this threshold up are wrong. Thresholds were tested from \
             the top; the last one that passed was taken."
        )),
        Block::Table(table),
    ]
}
