//! What is told about predictions: reports for people and for machines.

pub mod report;
mod table;

pub use report::{CalibrationReport, Evaluation, EvaluationReport, LabelReport};
