//! What the page shows, as plain data.

use super::search::{Grid, LearningCurve};
use super::section::{Block, Section};
use super::{
    page_about, page_probabilities, page_rows, page_scores, page_search, page_shift, page_terms,
};
use crate::audit::AuditReport;
use crate::classifier::ValidHyperparameters;
use crate::evaluation::EvaluationReport;
use crate::features::SelectionSettings;
use crate::model::{CalibrationRecord, CrossValidationRecord, ModelCard};
use crate::text::TextSettings;
use crate::validation::{
    CoveragePoint, DomainShift, LabelReliability, PrecisionRecallCurve, ValueScores,
};
use askama::Template;
use serde::Serialize;

/// What the page is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// A model and how it did out of fold on the rows it was trained on.
    #[default]
    Training,
    /// How a model, or anyone, does on labelled rows.
    Evaluation,
    /// How settings of training do out of fold, without a model.
    CrossValidation,
}

/// All that the page shows. A part that is `None` or empty has no section.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReportPage {
    /// What the page is about.
    pub kind: Kind,
    /// The model.
    pub model: Option<ModelFacts>,
    /// The settings, where there is no model.
    pub settings: Option<SettingFacts>,
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
    /// How scores grow with the rows.
    pub learning_curve: Option<LearningCurve>,
    /// The settings that were tried.
    pub grid: Option<Grid>,
    /// Terms that speak strongest for each label.
    pub terms: Vec<LabelTerms>,
    /// Wrong predictions with the highest confidence.
    pub mistakes: Vec<MistakeRow>,
    /// Labels that are likely wrong.
    pub label_errors: Option<LabelErrorList>,
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

/// Settings of training that were cross-validated.
#[derive(Debug, Clone, Serialize)]
pub struct SettingFacts {
    /// How texts become terms.
    pub text: TextSettings,
    /// Which terms are features and how they are weighed.
    pub selection: SelectionSettings,
    /// How classifiers are fitted.
    pub hyperparameters: ValidHyperparameters,
    /// Whether and how probabilities are calibrated.
    pub calibration: CalibrationRecord,
    /// The folds and the figures.
    pub record: CrossValidationRecord,
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
    /// BLAKE3 digest of the rows, in hexadecimal; not without texts.
    pub digest: Option<String>,
    /// Whether rows have weights.
    pub weighted: bool,
    /// How long the statements are, if they are known.
    pub lengths: Option<Lengths>,
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
    /// Rows trained on, if they are known.
    pub training: Option<Vec<u64>>,
    /// Rows by their own label.
    pub gold: Vec<u64>,
    /// Rows by predicted label.
    pub predicted: Vec<u64>,
    /// Mean probability, if there are any.
    pub mean_probability: Option<Vec<f64>>,
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
    /// What speaks for the wrong label in the final model, if there is one.
    pub reasons: Option<String>,
    /// Whether the final model predicts it too.
    pub same_now: bool,
}

/// Labels that are likely wrong.
#[derive(Debug, Clone, Serialize)]
pub struct LabelErrorList {
    /// Errors expected among all rows.
    pub n_expected: u64,
    /// Rows that were named: as many as are expected, less a standard error.
    pub n_named: u64,
    /// The share of rows whose label is the one predicted.
    pub agreement: f64,
    /// The likeliest of the rows that were named.
    pub rows: Vec<LabelErrorRow>,
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

/// A page of these parts.
pub(super) fn rendered(
    title: &str,
    headline: Vec<(String, String, String)>,
    sections: Vec<Section>,
) -> Result<String, std::fmt::Error> {
    let template = PageTemplate {
        title,
        version: env!("CARGO_PKG_VERSION"),
        headline,
        sections,
    };
    template.render().map_err(|_| std::fmt::Error)
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
            Kind::CrossValidation => "Cross-validation report",
        };
        rendered(title, page_scores::headline(self), self.sections())
    }

    /// The cross-validation that the page's figures are of, if there was one.
    pub(super) fn cross_validation(&self) -> Option<&CrossValidationRecord> {
        let of_model = self.model.as_ref().filter(|_| self.kind == Kind::Training);
        let of_model = of_model.and_then(|model| model.card.training.cross_validation.as_ref());
        of_model.or(self.settings.as_ref().map(|settings| &settings.record))
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
    fn likely_errors_are_questions_and_none_is_said_to_be_none() {
        let mut page = ReportPage {
            label_errors: Some(LabelErrorList {
                n_expected: 3,
                n_named: 2,
                agreement: 0.9,
                rows: vec![LabelErrorRow {
                    place: "a.csv, line 7".to_owned(),
                    text: "We </blockquote> will talk.".to_owned(),
                    given: "hostile".to_owned(),
                    suggested: "conciliatory".to_owned(),
                    given_probability: 0.03,
                    suggested_probability: 0.95,
                }],
            }),
            ..ReportPage::default()
        };
        let html = page.html().unwrap();
        assert!(html.contains("a.csv, line 7: labelled hostile, more likely conciliatory"));
        assert!(html.contains("1 are shown, 1 more are not"));
        assert!(!html.contains("We </blockquote>"));
        page.label_errors.as_mut().unwrap().rows.clear();
        assert!(page.html().unwrap().contains("no row is named"));
        page.label_errors.as_mut().unwrap().n_expected = 0;
        assert!(page.html().unwrap().contains("No label is likely wrong"));
    }

    #[test]
    fn a_page_of_nothing_is_a_page() {
        let html = ReportPage::default().html().unwrap();
        assert!(html.starts_with("<!doctype html>"));
        assert!(html.trim_end().ends_with("</html>"));
    }
}
