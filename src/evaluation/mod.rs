//! What is told about predictions: reports for people and for machines.

pub mod agreement;
pub mod by_column;
pub mod comparison;
pub mod learning_curve;
pub mod report;
pub(crate) mod table;

pub use agreement::{AgreementReport, Pair};
pub use by_column::{ColumnProbabilities, ValueProbabilities};
pub use comparison::{ComparedSystem, Comparison, Direction};
pub use learning_curve::LearningCurveText;
pub use report::{CalibrationReport, Evaluation, EvaluationReport, LabelReport, ProbabilityReport};
pub use table::thousands;
