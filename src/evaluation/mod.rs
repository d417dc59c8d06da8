//! What is told about predictions: reports for people and for machines.

pub mod agreement;
pub mod comparison;
pub mod report;
mod table;

pub use agreement::{AgreementReport, Pair};
pub use comparison::{ComparedSystem, Comparison, Direction};
pub use report::{CalibrationReport, Evaluation, EvaluationReport, LabelReport, ProbabilityReport};
