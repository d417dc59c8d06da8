//! One report from pairs of a gold label and a prediction.
//!
//! [`Evaluation`] counts row by row, in memory that depends on the number of labels only; [`EvaluationReport`] holds the
//! figures. As JSON (serde) its fields stand in a fixed order with six digits; as text (`Display`) it is laid out as
//! scikit-learn's `classification_report`, with intervals, losses, calibration and the confusion matrix below.

use super::by_column::ColumnProbabilities;
use super::table::{left_aligned, right_aligned, shown, width};
use crate::label::{LabelId, LabelSet};
use crate::prediction::Prediction;
use crate::predictions::Predictions;
use crate::validation::{
    Average, Confusion, CoverageCounts, CoveragePoint, Groups, Interval, LabelIntervals,
    LabelReliabilities, LabelReliability, LabelScores, PerfectCalibration, ProbabilityLosses,
    Reliability, ReliabilityBin, ScoreIntervals, Scores, rounded,
};
use serde::Serialize;
use std::fmt;

/// Draws for the intervals.
const N_BOOTSTRAP_DRAWS: usize = 1_000;
/// Redraws for what a perfectly calibrated model shows.
const N_CALIBRATION_REDRAWS: usize = 200;
/// More labels than this do not fit beside each other: the commonest errors are listed instead.
const MAX_MATRIX_LABELS: usize = 12;
/// So many of them.
const N_LISTED_ERRORS: usize = 20;

/// Counts over the rows seen so far.
#[derive(Debug, Clone)]
pub struct Evaluation {
    label_set: LabelSet,
    confusion: Confusion,
    losses: ProbabilityLosses,
    reliability: Reliability,
    labels: LabelReliabilities,
    coverage: CoverageCounts,
}

impl Evaluation {
    /// No rows yet; gold labels and predictions will be of `label_set`.
    pub fn new(label_set: LabelSet) -> Self {
        Self {
            confusion: Confusion::new(label_set.len()),
            losses: ProbabilityLosses::new(),
            reliability: Reliability::new(),
            labels: LabelReliabilities::new(label_set.len()),
            coverage: CoverageCounts::new(),
            label_set,
        }
    }

    /// Counts a row.
    ///
    /// # Panics
    /// If `gold` or `prediction` is not of this evaluation's labels.
    pub fn add(&mut self, gold: LabelId, prediction: &Prediction) {
        self.confusion.add(gold, prediction.label());
        self.losses.add_prediction(gold, prediction);
        self.reliability.add_prediction(gold, prediction);
        self.labels.add(gold, prediction);
        self.coverage.add_prediction(gold, prediction);
    }

    /// Counts a row for which there is a predicted label alone. The report then has no figures of probabilities.
    ///
    /// # Panics
    /// If `gold` or `predicted` is not of this evaluation's labels.
    pub fn add_label(&mut self, gold: LabelId, predicted: LabelId) {
        self.confusion.add(gold, predicted);
    }

    /// Counts the rows of `predictions`.
    ///
    /// # Panics
    /// If there is not one gold label for each row, or a label is not of this evaluation's labels.
    pub fn add_all(&mut self, gold: &[LabelId], predictions: &Predictions) {
        assert_eq!(gold.len(), predictions.len(), "one gold label for each row");
        for (row, &gold) in gold.iter().enumerate() {
            match predictions.probabilities() {
                Some(rows) => self.add(gold, &rows[row]),
                None => self.add_label(gold, predictions.label(row)),
            }
        }
    }

    /// The number of rows so far.
    pub fn n_rows(&self) -> u64 {
        self.confusion.n_rows()
    }

    /// The figures; `seed` decides the bootstrap's draws. Without rows all are 0.
    pub fn report(&self, seed: u64) -> EvaluationReport {
        let intervals = ScoreIntervals::bootstrap(&self.confusion, N_BOOTSTRAP_DRAWS, seed);
        self.report_with(intervals, None, seed)
    }

    /// The figures, with intervals that draw whole groups of rows; `rows` has each row's gold and predicted label.
    ///
    /// # Panics
    /// If `rows` and `groups` are not about the same rows, at least one.
    pub fn report_of_groups(
        &self,
        rows: &[(LabelId, LabelId)],
        groups: &Groups,
        seed: u64,
    ) -> EvaluationReport {
        let n_labels = self.label_set.len();
        let intervals =
            ScoreIntervals::bootstrap_groups(rows, groups, n_labels, N_BOOTSTRAP_DRAWS, seed);
        self.report_with(intervals, Some(groups.n_groups() as u64), seed)
    }

    fn report_with(
        &self,
        intervals: ScoreIntervals,
        n_groups_drawn: Option<u64>,
        seed: u64,
    ) -> EvaluationReport {
        let scores = Scores::new(&self.confusion);
        let labels = self.label_set.names().iter();
        EvaluationReport {
            n_rows: self.n_rows(),
            accuracy: scores.accuracy,
            accuracy_interval: intervals.accuracy,
            macro_average: scores.macro_average,
            macro_f1_interval: intervals.macro_f1,
            weighted_average: scores.weighted_average,
            weighted_f1_interval: intervals.weighted_f1,
            labels: labels
                .zip(scores.per_label.iter().zip(&intervals.per_label))
                .map(|(label, (&scores, &intervals))| LabelReport {
                    label: label.clone(),
                    scores,
                    intervals,
                })
                .collect(),
            n_bootstrap_draws: intervals.n_draws,
            n_groups_drawn,
            // None where labels came alone, even if only for some rows.
            probabilities: (self.losses.n_rows() == self.n_rows())
                .then(|| self.probability_report(seed)),
            by_column: Vec::new(),
            confusion: self.confusion.clone(),
        }
    }

    fn probability_report(&self, seed: u64) -> ProbabilityReport {
        ProbabilityReport {
            log_loss: self.losses.log_loss(),
            brier_score: self.losses.brier_score(),
            calibration: CalibrationReport {
                error: self.reliability.calibration_error(),
                perfectly_calibrated: self
                    .reliability
                    .perfect_calibration(N_CALIBRATION_REDRAWS, seed),
                bins: self.reliability.bins(),
            },
            labels: self
                .labels
                .figures(&self.label_set, N_CALIBRATION_REDRAWS, seed),
            coverage: self.coverage.points(),
        }
    }
}

/// How good the predictions are; figures in [0, 1] but for the log-loss (natural logarithm) and the Brier score (to 2).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// The rows evaluated.
    pub n_rows: u64,
    /// The share of right predictions.
    #[serde(serialize_with = "rounded::six_digits")]
    pub accuracy: f64,
    /// Its 95 % interval.
    pub accuracy_interval: Interval,
    /// Averages with every label alike.
    pub macro_average: Average,
    /// The 95 % interval of their F1.
    pub macro_f1_interval: Interval,
    /// Averages with every label by its gold rows.
    pub weighted_average: Average,
    /// The 95 % interval of their F1.
    pub weighted_f1_interval: Interval,
    /// Each label, in the order of the label set.
    pub labels: Vec<LabelReport>,
    /// Bootstrap draws behind the intervals.
    pub n_bootstrap_draws: usize,
    /// The number of groups that were drawn whole; rows were drawn where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n_groups_drawn: Option<u64>,
    /// What the probabilities are worth, where there are any.
    #[serde(flatten)]
    pub probabilities: Option<ProbabilityReport>,
    /// Mean probability against share of rows for the values of columns; none until put here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_column: Vec<ColumnProbabilities>,
    /// Counts, gold label by gold label.
    pub confusion: Confusion,
}

/// What the probabilities are worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProbabilityReport {
    /// Mean −ln of the gold label's printed probability.
    #[serde(serialize_with = "rounded::six_digits")]
    pub log_loss: f64,
    /// Mean sum of squared distances of the printed probabilities from 1 for the gold label and 0 for the others.
    #[serde(serialize_with = "rounded::six_digits")]
    pub brier_score: f64,
    /// Whether what is said with probability p is right p of the time.
    pub calibration: CalibrationReport,
    /// The same for the probability of each label, whether it is the predicted one or not.
    #[serde(rename = "label_reliability")]
    pub labels: Vec<LabelReliability>,
    /// What is left, and how much of it is wrong, where rows below a threshold are left to people.
    pub coverage: Vec<CoveragePoint>,
}

/// One label's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelReport {
    /// Its name.
    pub label: String,
    /// Precision, recall, F1 and support.
    #[serde(flatten)]
    pub scores: LabelScores,
    /// Their 95 % intervals.
    pub intervals: LabelIntervals,
}

/// Top-label calibration over 15 bins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalibrationReport {
    /// The calibration error.
    #[serde(serialize_with = "rounded::six_digits")]
    pub error: f64,
    /// What it would be if every probability were right.
    pub perfectly_calibrated: PerfectCalibration,
    /// The bins.
    pub bins: Vec<ReliabilityBin>,
}

impl fmt::Display for EvaluationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.labels.iter().map(|l| shown(&l.label)).collect();
        self.write_scores(f, &names)?;
        self.write_intervals(f, &names)?;
        match &self.probabilities {
            Some(report) => report.write(f, &names)?,
            None => writeln!(
                f,
                "\nno probabilities, hence no log-loss, Brier score or calibration error"
            )?,
        }
        if names.len() <= MAX_MATRIX_LABELS {
            self.write_confusion(f, &names)?;
        } else {
            self.write_commonest_errors(f, &names)?;
        }
        self.by_column.iter().try_for_each(|column| column.fmt(f))
    }
}

impl EvaluationReport {
    /// The lines of scikit-learn's report, with three digits.
    fn write_scores(&self, f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
        let columns = name_columns(names, "weighted avg");
        let figures = |f: &mut fmt::Formatter<'_>, name: &str, of: Average, rows: u64| {
            let name = right_aligned(name, columns);
            let (p, r, f1) = (of.precision, of.recall, of.f1);
            writeln!(f, "{name}  {p:>9.3} {r:>9.3} {f1:>9.3} {rows:>9}")
        };
        let head = ["precision", "recall", "f1-score", "support"];
        write!(f, "{:columns$} ", "")?;
        head.iter().try_for_each(|h| write!(f, " {h:>9}"))?;
        f.write_str("\n\n")?;
        for (name, LabelReport { scores, .. }) in names.iter().zip(&self.labels) {
            let average = Average {
                precision: scores.precision,
                recall: scores.recall,
                f1: scores.f1,
            };
            figures(f, name, average, scores.support)?;
        }
        let (accuracy, n_rows) = (self.accuracy, self.n_rows);
        let name = right_aligned("accuracy", columns);
        writeln!(f, "\n{name}  {:>19} {accuracy:>9.3} {n_rows:>9}", "")?;
        figures(f, "macro avg", self.macro_average, n_rows)?;
        figures(f, "weighted avg", self.weighted_average, n_rows)
    }

    fn write_intervals(&self, f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
        let columns = name_columns(names, "weighted avg f1-score");
        let draws = self.n_bootstrap_draws;
        let of = self
            .n_groups_drawn
            .map_or("rows".to_owned(), |n| format!("{n} groups of rows"));
        writeln!(f, "\n95 % intervals (bootstrap of {of}, {draws} draws)")?;
        let interval = |i: Interval| format!("{:.3}–{:.3}", i.low, i.high);
        for (name, value) in [
            ("accuracy", self.accuracy_interval),
            ("macro avg f1-score", self.macro_f1_interval),
            ("weighted avg f1-score", self.weighted_f1_interval),
        ] {
            writeln!(f, "{}  {}", right_aligned(name, columns), interval(value))?;
        }
        let head = ["precision", "recall", "f1-score"];
        write!(f, "\n{:columns$} ", "")?;
        head.iter().try_for_each(|h| write!(f, " {h:>11}"))?;
        writeln!(f)?;
        for (name, label) in names.iter().zip(&self.labels) {
            write!(f, "{} ", right_aligned(name, columns))?;
            let LabelIntervals {
                precision,
                recall,
                f1,
            } = label.intervals;
            for value in [precision, recall, f1] {
                write!(f, " {}", interval(value))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_confusion(&self, f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
        let title = "gold \\ predicted";
        let columns = name_columns(names, title);
        let n_digits = self.confusion.counts().iter().map(|c| c.to_string().len());
        let cell = name_columns(names, "").max(n_digits.max().unwrap_or(0)) + 2;
        write!(f, "\n{}", left_aligned(title, columns))?;
        for name in names {
            f.write_str(&right_aligned(name, cell))?;
        }
        writeln!(f)?;
        for (gold, name) in names.iter().enumerate() {
            f.write_str(&right_aligned(name, columns))?;
            for predicted in 0..names.len() {
                write!(f, "{:>cell$}", self.confusion.count(gold, predicted))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_commonest_errors(&self, f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
        let mut errors: Vec<(u64, usize, usize)> = Vec::new();
        for gold in 0..names.len() {
            let others = (0..names.len()).filter(|&predicted| predicted != gold);
            errors.extend(others.map(|p| (self.confusion.count(gold, p), gold, p)));
        }
        errors.retain(|&(count, ..)| count > 0);
        errors
            .sort_unstable_by_key(|&(count, gold, predicted)| (u64::MAX - count, gold, predicted));
        let n_kinds = errors.len();
        errors.truncate(N_LISTED_ERRORS);
        writeln!(
            f,
            "\ncommonest errors ({} of {n_kinds} kinds)",
            errors.len()
        )?;
        for (count, gold, predicted) in errors {
            writeln!(
                f,
                "{count:>9}  {} taken for {}",
                names[gold], names[predicted]
            )?;
        }
        Ok(())
    }
}

impl ProbabilityReport {
    fn write(&self, f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
        let CalibrationReport {
            error,
            perfectly_calibrated:
                PerfectCalibration {
                    mean,
                    percentile_95,
                    ..
                },
            bins,
        } = &self.calibration;
        writeln!(f, "\nlog-loss           {:.4}", self.log_loss)?;
        writeln!(f, "Brier score        {:.4}", self.brier_score)?;
        writeln!(f, "calibration error  {error:.4} ({} bins)", bins.len())?;
        writeln!(
            f,
            "                   a perfectly calibrated model at this size: mean {mean:.4}, 95th percentile \
             {percentile_95:.4}"
        )?;
        self.write_labels(f, names)?;
        self.write_coverage(f)
    }

    fn write_labels(&self, f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
        let title = "probability of";
        let columns = name_columns(names, title);
        write!(f, "\n{} ", right_aligned(title, columns))?;
        let head = [
            "calib. error",
            "perfect: mean",
            "95th pct.",
            "mean prob.",
            "share",
        ];
        head.iter().try_for_each(|h| write!(f, " {h:>13}"))?;
        writeln!(f)?;
        for (name, label) in names.iter().zip(&self.labels) {
            write!(f, "{} ", right_aligned(name, columns))?;
            let perfect = label.perfectly_calibrated;
            for figure in [
                label.error,
                perfect.mean,
                perfect.percentile_95,
                label.mean_probability,
                label.share,
            ] {
                write!(f, " {figure:>13.4}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_coverage(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nthreshold  rows kept   share   error  95 % interval")?;
        for point in &self.coverage {
            let CoveragePoint {
                threshold,
                n_kept,
                coverage,
                error,
                interval,
                ..
            } = point;
            write!(f, "{threshold:>9.2} {n_kept:>10} {coverage:>7.3} ")?;
            match n_kept {
                0 => writeln!(f, "      –")?,
                _ => writeln!(
                    f,
                    "{error:>7.3}    {:.3}–{:.3}",
                    interval.low, interval.high
                )?,
            }
        }
        Ok(())
    }
}

/// The columns of the widest of `names` and `least`.
fn name_columns(names: &[String], least: &str) -> usize {
    names
        .iter()
        .map(|name| width(name))
        .fold(width(least), usize::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [&str; 3] = ["conciliatory", "hostile", "neutral"];

    /// 200 rows, each predicted with probability 0.8 (and 0.1 for the two others).
    fn example(labels: [&str; 3]) -> EvaluationReport {
        let set = LabelSet::new(labels).unwrap();
        let mut evaluation = Evaluation::new(set.clone());
        let counts = [[50, 5, 10], [3, 40, 7], [12, 8, 65]];
        for (gold, predicted) in set.ids().flat_map(|g| set.ids().map(move |p| (g, p))) {
            let mut probabilities = [0.1; 3];
            probabilities[predicted.index()] = 0.8;
            let prediction = Prediction::from_probabilities(&probabilities);
            for _ in 0..counts[gold.index()][predicted.index()] {
                evaluation.add(gold, &prediction);
            }
        }
        evaluation.report(0)
    }

    /// `classification_report(..., digits=3)` of scikit-learn 1.9.1 on the same rows.
    #[test]
    fn text_opens_as_scikit_learns_report() {
        let expected = "              precision    recall  f1-score   support

conciliatory      0.769     0.769     0.769        65
     hostile      0.755     0.800     0.777        50
     neutral      0.793     0.765     0.778        85

    accuracy                          0.775       200
   macro avg      0.772     0.778     0.775       200
weighted avg      0.776     0.775     0.775       200
";
        let text = example(LABELS).to_string();
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn text_ends_with_the_confusion_matrix() {
        let expected = "
gold \\ predicted  conciliatory       hostile       neutral
    conciliatory            50             5            10
         hostile             3            40             7
         neutral            12             8            65
";
        let text = example(LABELS).to_string();
        assert!(text.ends_with(expected), "{text}");
    }

    #[test]
    fn calibration_stands_beside_the_perfectly_calibrated_figure() {
        let report = example(LABELS);
        // 155 of 200 right where 0.8 was said.
        let probabilities = report.probabilities.as_ref().unwrap();
        assert!((probabilities.calibration.error - 0.025).abs() < 1e-12);
        // |B(200, 0.8)/200 − 0.8| has mean √(2/π)·√(0.8·0.2/200) = 0.0226, 95th percentile 1.96·0.0283 = 0.0554.
        let perfect = probabilities.calibration.perfectly_calibrated;
        assert!((perfect.mean - 0.0226).abs() < 0.004);
        assert!((perfect.percentile_95 - 0.0554).abs() < 0.012);
        let text = report.to_string();
        assert!(
            text.contains("calibration error  0.0250 (15 bins)"),
            "{text}"
        );
        // 155 rows at −ln 0.8, 45 at −ln 0.1; squares 0.06 and 0.01 + 0.81 + 0.64.
        let log_loss = -(155.0 * 0.8f64.ln() + 45.0 * 0.1f64.ln()) / 200.0;
        assert!((probabilities.log_loss - log_loss).abs() < 1e-12);
        assert!((probabilities.brier_score - (155.0 * 0.06 + 45.0 * 1.46) / 200.0).abs() < 1e-12);
    }

    #[test]
    fn wide_labels_keep_the_columns_aligned() {
        let text = example(["敌对", "враждебный тон", "neutral"]).to_string();
        let lines: Vec<&str> = text.lines().collect();
        let rows = lines.iter().rev().take(4);
        let widths: Vec<usize> = rows.map(|line| width(line)).collect();
        assert!(widths.iter().all(|w| *w == widths[0]), "{text}");
        assert_eq!(width(lines[0]), width(lines[2]));
    }

    #[test]
    fn json_has_a_fixed_order_and_six_digits() {
        let json = serde_json::to_string(&example(LABELS)).unwrap();
        assert_eq!(json, serde_json::to_string(&example(LABELS)).unwrap());
        assert!(
            json.starts_with(r#"{"n_rows":200,"accuracy":0.775,"accuracy_interval":{"low":0."#)
        );
        assert!(json.contains(
            r#"{"label":"hostile","precision":0.754717,"recall":0.8,"f1":0.776699,"support":50,"intervals":{"#
        ));
        assert!(json.ends_with(r#""confusion":[[50,5,10],[3,40,7],[12,8,65]]}"#));
    }

    #[test]
    fn many_labels_are_told_by_their_commonest_errors() {
        let set = LabelSet::new((10..40).map(|i| format!("l{i}"))).unwrap();
        let mut evaluation = Evaluation::new(set.clone());
        let mut probabilities = [0.0; 30];
        probabilities[1] = 1.0;
        let prediction = Prediction::from_probabilities(&probabilities);
        set.ids().for_each(|gold| evaluation.add(gold, &prediction));
        evaluation.add(LabelId::new(5), &prediction);
        let text = evaluation.report(0).to_string();
        assert!(text.contains(
            "commonest errors (20 of 29 kinds)\n        2  l15 taken for l11\n        1  l10"
        ));
    }

    #[test]
    fn labels_alone_have_scores_and_no_figures_of_probabilities() {
        let mut evaluation = Evaluation::new(LabelSet::new(LABELS).unwrap());
        let gold = [0, 1, 2, 2].map(LabelId::new);
        let predicted = Predictions::Labels([0, 1, 2, 1].map(LabelId::new).to_vec());
        evaluation.add_all(&gold, &predicted);
        let report = evaluation.report(0);
        assert_eq!(report.accuracy, 0.75);
        let text = report.to_string();
        assert!(
            text.contains("no probabilities, hence no log-loss"),
            "{text}"
        );
        let json = serde_json::to_string(&report).unwrap();
        for figure in ["log_loss", "brier_score", "calibration"] {
            assert!(!json.contains(figure), "{json}");
        }
    }

    #[test]
    fn a_report_of_no_rows_is_all_zeros() {
        let report = Evaluation::new(LabelSet::new(LABELS).unwrap()).report(0);
        let log_loss = report.probabilities.as_ref().unwrap().log_loss;
        assert_eq!((report.n_rows, report.accuracy, log_loss), (0, 0.0, 0.0));
        assert!(!report.to_string().contains("NaN"));
    }
}
