//! From sparse rows to log-odds to probabilities: L2-regularised multinomial logistic regression.
//!
//! In: a [`DesignMatrix`](crate::features::sparse::DesignMatrix) and a label per row. Out: a [`LinearClassifier`]
//! (one log-odds per label), a [`FitReport`] that says how the fit ended, and a [`Calibrator`] that turns log-odds of
//! rows the classifier has not seen into probabilities.
//!
//! The classifier is a linfa estimator: [`Hyperparameters`] are checked by `ParamGuard`, `Fit` takes linfa's dataset
//! over sparse records, [`LinearClassifier`] is a `PredictInplace`. The work is done by our own dual coordinate ascent and
//! sparse truncated Newton method; linfa-logistic is the dense second opinion ([`Solver::Linfa`]) and the calibrator's
//! first guess.
//!
//! Everything that our own solver computes is the same bit for bit on any number of threads and on any machine: sums
//! are taken in chunks whose borders depend on the data alone, and `exp` and `log` come from the `libm` crate.

mod basis;
mod calibration;
mod calibrator;
mod chunks;
mod dual;
mod fit;
mod fit_error;
mod fit_report;
mod gather;
mod hybrid;
mod hyperparameters;
mod linear;
mod linfa_backend;
mod matrix_scaling;
mod newton;
mod softmax;
mod vector;

#[cfg(test)]
mod testing;

pub use calibration::{Calibration, CalibrationError, CalibrationOutcome, calibrate};
pub use calibrator::{Calibrator, CalibratorError};
pub use fit::fit;
pub use fit_error::FitError;
pub use fit_report::{FitReport, FitStatus};
pub use hyperparameters::{
    ClassWeight, DEFAULT_C, DEFAULT_MAX_DENSE_BYTES, DEFAULT_MAX_ITERATIONS, DEFAULT_TOLERANCE,
    HyperparameterError, Hyperparameters, Solver, ValidHyperparameters,
};
pub use linear::{LinearClassifier, LinearError};
pub use softmax::{log_loss, softmax};
