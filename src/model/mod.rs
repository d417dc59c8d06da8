//! Everything needed to score, as one inert file.
//!
//! [`train`] turns a labelled corpus into a [`StanceModel`]; a model is always the bytes of a model file that passed
//! every check of [`format`](mod@format), whether they come from a file, from training, or from the binary itself. A [`Scorer`]
//! turns statements into predictions.

pub mod card;
pub mod familiarity;
mod feature_table;
pub mod format;
mod frozen;
mod layout;
pub mod learning_curve;
pub mod methods;
#[allow(clippy::module_inception)] // the folder's main type
pub mod model;
mod out_of_fold;
pub mod prior;
pub mod scorer;
mod suspect_labels;
mod time_order;
mod trainer;
mod tuning;

pub use card::{
    CalibrationFigures, CalibrationRecord, CrossValidationRecord, GroupRecord, ModelCard,
    NestedRecord, TargetErrorFound, TargetErrorRecord, TimeRecord, TrainingRecord, TuningRecord,
};
pub use familiarity::{Familiarity, Unlike};
pub use format::ModelError;
pub use learning_curve::{LearningCurve, learning_curve};
pub use methods::methods;
pub use model::StanceModel;
pub use out_of_fold::{CrossValidated, OutOfFoldPredictions, cross_validate};
pub use prior::{Prior, PriorError};
pub use scorer::{Scored, Scorer};
pub use suspect_labels::{n_suspect_label_folds, suspect_labels};
pub use trainer::{FoldOrder, Stage, Trained, TrainingError, TrainingSettings, train, train_tuned};
pub use tuning::{
    CellScore, DEFAULT_TUNED_C, FeatureSettings, Grid, Objective, Rule, Tuned, TuningSettings, tune,
};
