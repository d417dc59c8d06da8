//! How well a classifier does on rows it has not seen.
//!
//! Rows go in with their labels and token ids; out come the folds to hold out, and, from pairs of a gold label and a
//! prediction, the figures that say how good the predictions are:
//!
//! 1. [`near_duplicates`](near_duplicates()) puts rows that say the same into one of the [`Groups`];
//! 2. [`Folds`] shares the groups out, so that no text is learned and judged at once;
//! 3. [`Confusion`], [`ProbabilityLosses`] and [`Reliability`] count, row by row, in memory that does not grow;
//! 4. [`Scores`], [`ScoreIntervals`] and [`PerfectCalibration`] are computed from the counts;
//! 5. [`PairedCounts`] holds two systems on the same rows against each other, [`Ratings`] several coders.
//! 6. [`LabelErrors`] names rows whose labels are likely wrong, [`Tail`] says what more rows would bring.
//!
//! Every random draw has its seed as an argument, and every sum its fixed order: the same rows and seed give the same
//! figures on any number of threads.

pub mod agreement;
pub mod bootstrap;
pub mod by_value;
pub mod confusion;
pub mod coverage_error;
pub mod cross_validation;
pub mod domain_shift;
pub mod folds;
pub mod groups;
pub mod label_errors;
pub mod label_reliability;
pub mod learning_curve;
pub mod losses;
pub mod metrics;
pub mod near_duplicates;
pub mod paired;
pub mod precision_recall;
pub mod reliability;
pub(crate) mod resampling;
pub(crate) mod rounded;
pub mod target_error;
pub mod time_folds;

pub use agreement::{Agreement, Ratings, cohens_kappa};
pub use bootstrap::{Interval, LabelIntervals, ScoreIntervals};
pub use by_value::{ValueScores, ValueShares, scores_by_value, shares_by_value};
pub use confusion::{Confusion, NotSquare};
pub use coverage_error::{CoverageCounts, CoveragePoint, coverage_errors};
pub use cross_validation::{LabelledRows, OutOfFold, prune, pruned};
pub use domain_shift::{DomainShift, DomainShiftError, domain_shift};
pub use folds::{FoldError, Folds};
pub use groups::Groups;
pub use label_errors::{LabelError, LabelErrors};
pub use label_reliability::{LabelReliabilities, LabelReliability};
pub use learning_curve::{Doubt, PowerLaw, Tail};
pub use losses::ProbabilityLosses;
pub use metrics::{Average, LabelScores, Scores};
pub use near_duplicates::near_duplicates;
pub use paired::{
    Difference, Flip, McNemar, McNemarVariant, PairedCounts, ScoreDifferences, mean_difference,
};
pub use precision_recall::{PrecisionRecallCurve, PrecisionRecallPoint};
pub use reliability::{PerfectCalibration, Reliability, ReliabilityBin};
pub use target_error::{PassedThreshold, ThresholdChoice};
