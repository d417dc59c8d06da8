//! What the page shows, as plain data.

use super::section::{Block, Section};
use super::{
    page_about, page_probabilities, page_rows, page_scores, page_search, page_shift, page_terms,
};
use crate::audit::AuditReport;
use crate::evaluation::EvaluationReport;
use crate::model::ModelCard;
use crate::validation::{
    CoveragePoint, DomainShift, Interval, LabelReliability, PrecisionRecallCurve, ValueScores,
};
use askama::Template;
use serde::Serialize;

/// What the page is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// A model and how it did out of fold on the rows it was trained on.
    #[default]
    Training,
    /// How a model does on labelled rows.
    Evaluation,
}

/// All that the page shows. A part that is `None` or empty has no section.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReportPage {
    /// What the page is about.
    pub kind: Kind,
    /// The model.
    pub model: Option<ModelFacts>,
    /// The rows.
    pub data: DataSummary,
    /// The figures.
    pub scored: Option<Scored>,
    /// The figures for the values of columns.
    pub by_column: Vec<ColumnScores>,
    /// The mix of labels.
    pub mix: Option<LabelMix>,
    /// Whether the rows look like those trained on.
    pub shift: Option<DomainShift>,
    /// How the score grows with the rows.
    pub learning_curve: Option<LearningCurve>,
    /// The settings that were tried.
    pub grid: Option<Grid>,
    /// Terms that speak strongest for each label.
    pub terms: Vec<LabelTerms>,
    /// Wrong predictions with the highest confidence.
    pub mistakes: Vec<MistakeRow>,
    /// Labels that are likely wrong.
    pub label_errors: Vec<LabelErrorRow>,
    /// Whether the model leans on names.
    pub audit: Option<AuditReport>,
}

/// What is known of the model.
#[derive(Debug, Clone, Serialize)]
pub struct ModelFacts {
    /// What it says of itself.
    pub card: ModelCard,
    /// A digest of its file, in hexadecimal.
    pub digest: String,
    /// The size of its file.
    pub n_bytes: u64,
    /// Words and n-grams of words.
    pub n_word_features: u64,
    /// N-grams of characters.
    pub n_char_features: u64,
    /// A paragraph on it for a paper's appendix.
    pub methods: String,
}

/// What the rows are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DataSummary {
    /// How many.
    pub n_rows: u64,
    /// The labels, in the order of the label set.
    pub labels: Vec<String>,
    /// Rows of each.
    pub label_counts: Vec<u64>,
    /// BLAKE3 digest of the rows, in hexadecimal.
    pub digest: String,
    /// Whether rows have weights.
    pub weighted: bool,
    /// How long the statements are.
    pub lengths: Lengths,
}

/// Lengths of statements in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Lengths {
    /// Statements without a word.
    pub n_empty: u64,
    /// The shortest.
    pub shortest: u64,
    /// The median.
    pub median: u64,
    /// What 95 of 100 statements do not pass.
    pub percentile_95: u64,
    /// The longest.
    pub longest: u64,
}

impl Lengths {
    /// Of statements with so many words each.
    pub fn new(mut words: Vec<u64>) -> Self {
        words.sort_unstable();
        let at = |share: usize| words.get((words.len().max(1) - 1) * share / 100).copied();
        Self {
            n_empty: words.partition_point(|&n| n == 0) as u64,
            shortest: at(0).unwrap_or(0),
            median: at(50).unwrap_or(0),
            percentile_95: at(95).unwrap_or(0),
            longest: at(100).unwrap_or(0),
        }
    }
}

/// How good the predictions are.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// How they came about: `5 stratified folds, seed 0`.
    pub how: String,
    /// The figures.
    pub report: EvaluationReport,
    /// The column whose values were drawn whole for the intervals.
    pub group_column: Option<String>,
    /// Precision and recall of each label over thresholds.
    pub precision_recall: Vec<PrecisionRecallCurve>,
    /// Reliability of each label's probability.
    pub reliability: Vec<LabelReliability>,
    /// What abstaining buys.
    pub coverage: Vec<CoveragePoint>,
}

/// The figures for the values of a column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnScores {
    /// Its name.
    pub column: String,
    /// The values with most rows.
    pub values: Vec<NamedScores>,
    /// Values that are not among them.
    pub n_values_left: u64,
    /// Their rows.
    pub n_rows_left: u64,
}

/// The figures for one value.
#[derive(Debug, Clone, Serialize)]
pub struct NamedScores {
    /// The value; `None` for rows without one.
    pub name: Option<String>,
    /// Its figures.
    #[serde(flatten)]
    pub scores: ValueScores,
}

/// The mix of labels in training and in the rows; arrays over labels.
#[derive(Debug, Clone, Serialize)]
pub struct LabelMix {
    /// Rows trained on.
    pub training: Vec<u64>,
    /// Rows by their own label.
    pub gold: Vec<u64>,
    /// Rows by predicted label.
    pub predicted: Vec<u64>,
    /// Mean probability.
    pub mean_probability: Vec<f64>,
}

/// How a score grows with the rows trained on.
#[derive(Debug, Clone, Serialize)]
pub struct LearningCurve {
    /// The score: `macro-F1`.
    pub measure: String,
    /// The points.
    pub points: Vec<LearningPoint>,
    /// What follows from them, in a sentence or two.
    pub conclusion: String,
}

/// The score with so many rows.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LearningPoint {
    /// Rows trained on.
    pub n_rows: u64,
    /// The score.
    pub score: f64,
    /// Its interval.
    pub interval: Interval,
}

/// Settings that were tried.
#[derive(Debug, Clone, Serialize)]
pub struct Grid {
    /// The score that decided.
    pub measure: String,
    /// How the search went, in a sentence or two.
    pub note: String,
    /// The names of the settings.
    pub settings: Vec<String>,
    /// The cells.
    pub cells: Vec<GridCell>,
}

/// One combination of settings.
#[derive(Debug, Clone, Serialize)]
pub struct GridCell {
    /// The value of each setting.
    pub values: Vec<String>,
    /// Its score.
    pub score: f64,
    /// The score's standard error, where it is known.
    pub standard_error: Option<f64>,
    /// Whether it was taken.
    pub chosen: bool,
}

/// Terms that speak for a label.
#[derive(Debug, Clone, Serialize)]
pub struct LabelTerms {
    /// The label.
    pub label: String,
    /// Words and n-grams of words.
    pub words: Vec<WeighedTerm>,
    /// N-grams of characters.
    pub characters: Vec<WeighedTerm>,
}

/// A term and what an occurrence of it adds to its label's log-odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeighedTerm {
    /// The term.
    pub term: String,
    /// Weight times scale.
    pub weight: f64,
}

/// A wrong prediction.
#[derive(Debug, Clone, Serialize)]
pub struct MistakeRow {
    /// Where the row stands, as [`place`](super::place) says it.
    pub place: String,
    /// The statement.
    pub text: String,
    /// Its label.
    pub gold: String,
    /// The predicted one.
    pub predicted: String,
    /// The predicted label's probability.
    pub confidence: f64,
    /// What speaks for the wrong label in the final model.
    pub reasons: String,
    /// Whether the final model predicts it too.
    pub same_now: bool,
}

/// A label that is likely wrong.
#[derive(Debug, Clone, Serialize)]
pub struct LabelErrorRow {
    /// Where the row stands, as [`place`](super::place) says it.
    pub place: String,
    /// The statement.
    pub text: String,
    /// Its label.
    pub given: String,
    /// The likelier one.
    pub suggested: String,
    /// The given label's probability, out of fold.
    pub given_probability: f64,
    /// The suggested label's.
    pub suggested_probability: f64,
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageTemplate<'a> {
    title: &'a str,
    version: &'static str,
    headline: Vec<(String, String, String)>,
    sections: Vec<Section>,
}

impl ReportPage {
    /// The page. The same data give the same bytes.
    ///
    /// # Errors
    /// [`std::fmt::Error`] never in practice: a string takes all.
    pub fn html(&self) -> Result<String, std::fmt::Error> {
        let title = match self.kind {
            Kind::Training => "Training report",
            Kind::Evaluation => "Evaluation report",
        };
        let template = PageTemplate {
            title,
            version: env!("CARGO_PKG_VERSION"),
            headline: page_scores::headline(self),
            sections: self.sections(),
        };
        template.render().map_err(|_| std::fmt::Error)
    }

    /// What is on the page, in order.
    pub fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        sections.extend(page_scores::sections(self));
        sections.extend(page_probabilities::sections(self));
        sections.extend(page_shift::sections(self));
        sections.extend(page_search::sections(self));
        sections.extend(page_terms::sections(self));
        sections.extend(page_rows::sections(self));
        sections.extend(page_about::sections(self));
        sections.retain(|section| !section.blocks.is_empty());
        sections
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_in_the_middle_and_at_the_ends() {
        let lengths = Lengths::new((0..=100).rev().collect());
        let expected = Lengths {
            n_empty: 1,
            shortest: 0,
            median: 50,
            percentile_95: 95,
            longest: 100,
        };
        assert_eq!(lengths, expected);
        assert_eq!(Lengths::new(Vec::new()), Lengths::default());
    }

    #[test]
    fn what_others_compute_has_its_section() {
        let interval = Interval {
            low: 0.55,
            high: 0.72,
        };
        let point = |n_rows| LearningPoint {
            n_rows,
            score: 0.6,
            interval,
        };
        let cell = |c: &str, score, chosen| GridCell {
            values: vec![c.to_owned()],
            score,
            standard_error: Some(0.01),
            chosen,
        };
        let page = ReportPage {
            learning_curve: Some(LearningCurve {
                measure: "macro-F1".to_owned(),
                points: vec![point(100), point(200), point(1_000)],
                conclusion: "More labels would help little.".to_owned(),
            }),
            grid: Some(Grid {
                measure: "macro-F1".to_owned(),
                note: "Two cells were tried.".to_owned(),
                settings: vec!["C".to_owned()],
                cells: vec![cell("1", 0.61, false), cell("<10>", 0.64, true)],
            }),
            label_errors: vec![LabelErrorRow {
                place: "a.csv, line 7".to_owned(),
                text: "We </blockquote> will talk.".to_owned(),
                given: "hostile".to_owned(),
                suggested: "conciliatory".to_owned(),
                given_probability: 0.03,
                suggested_probability: 0.95,
            }],
            ..ReportPage::default()
        };
        let ids: Vec<&str> = page.sections().iter().map(|section| section.id).collect();
        assert_eq!(ids, ["learning", "grid", "label-errors"]);
        let html = page.html().unwrap();
        assert!(html.contains("More labels would help little."));
        assert_eq!(html.matches("<svg ").count(), 1);
        let best = html.find("&#60;10&#62;").unwrap();
        assert!(
            best < html.find(">1</bdi>").unwrap(),
            "the best cell stands first"
        );
        assert!(html.contains("a.csv, line 7: labelled hostile, more likely conciliatory"));
        assert!(!html.contains("We </blockquote>"));
    }

    #[test]
    fn a_page_of_nothing_is_a_page() {
        let html = ReportPage::default().html().unwrap();
        assert!(html.starts_with("<!doctype html>"));
        assert!(html.trim_end().ends_with("</html>"));
    }
}
