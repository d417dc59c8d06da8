//! What can be set about a fit, and the check that only sensible settings reach it.

use linfa::ParamGuard;
use serde::{Deserialize, Serialize};

/// Default cost C: the weight of the rows' losses against the penalty, in scikit-learn's meaning.
pub const DEFAULT_C: f64 = 1.0;
/// The largest cost that leaves room for sums in `f64`.
pub const MAX_C: f64 = 1e100;
/// Default tolerance, relative to the gradient norm at the start.
pub const DEFAULT_TOLERANCE: f64 = 3e-4;
/// Default limit of iterations: epochs and Newton steps.
pub const DEFAULT_MAX_ITERATIONS: u32 = 1000;
/// Default bound on the dense matrix of [`Solver::Linfa`]: 1 GiB.
pub const DEFAULT_MAX_DENSE_BYTES: u64 = 1 << 30;

/// How rows of frequent and of rare labels are weighed against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassWeight {
    /// Every label the same total weight: a row of label k counts n / (K·n_k), where n_k is the (weighted) number of
    /// rows with that label, n their sum and K the number of labels. As scikit-learn's `balanced`.
    Balanced,
    /// Every row the same.
    #[default]
    None,
}

/// The method that minimises the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Solver {
    /// Epochs of dual coordinate ascent, ended by the Newton method where they are slow. From a given start it is the
    /// Newton method alone.
    #[default]
    Dual,
    /// Our sparse truncated Newton method with preconditioned conjugate gradients.
    #[serde(rename = "newton-cg")]
    Newton,
    /// linfa-logistic on a dense copy of the matrix; no class weights, no sample weights.
    Linfa {
        /// Refuse when the dense copy would take more bytes than this.
        max_dense_bytes: u64,
    },
}

/// Unchecked settings of a fit, with a builder's methods; fit them directly (linfa checks them on the way) or
/// [`check`](ParamGuard::check) them first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hyperparameters(ValidHyperparameters);

impl Hyperparameters {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The cost C > 0 of the losses against the penalty; a larger one fits the rows closer.
    pub fn c(mut self, c: f64) -> Self {
        self.0.c = c;
        self
    }

    /// How labels are weighed.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// Stop when the gradient's norm is at most this share, in (0, 1), of its norm at W = 0, b = log label shares.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Stop after this many (outer) iterations, at least 1.
    pub fn max_iterations(mut self, max_iterations: u32) -> Self {
        self.0.max_iterations = max_iterations;
        self
    }

    /// The method of minimising.
    pub fn solver(mut self, solver: Solver) -> Self {
        self.0.solver = solver;
        self
    }
}

/// Settings that were checked: only these can be fitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Hyperparameters", try_from = "Stored")]
pub struct ValidHyperparameters {
    c: f64,
    class_weight: ClassWeight,
    tolerance: f64,
    max_iterations: u32,
    solver: Solver,
}

impl ValidHyperparameters {
    /// The cost C, finite and positive.
    pub fn c(&self) -> f64 {
        self.c
    }

    /// How labels are weighed.
    pub fn class_weight(&self) -> ClassWeight {
        self.class_weight
    }

    /// The relative tolerance, in (0, 1).
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The limit of iterations, at least 1.
    pub fn max_iterations(&self) -> u32 {
        self.max_iterations
    }

    /// The method of minimising.
    pub fn solver(&self) -> Solver {
        self.solver
    }
}

impl Default for ValidHyperparameters {
    fn default() -> Self {
        Self {
            c: DEFAULT_C,
            class_weight: ClassWeight::default(),
            tolerance: DEFAULT_TOLERANCE,
            max_iterations: DEFAULT_MAX_ITERATIONS,
            solver: Solver::default(),
        }
    }
}

/// Settings as they stand in a file: checked before they become [`ValidHyperparameters`].
#[derive(Deserialize)]
struct Stored {
    c: f64,
    class_weight: ClassWeight,
    tolerance: f64,
    max_iterations: u32,
    solver: Solver,
}

impl TryFrom<Stored> for ValidHyperparameters {
    type Error = HyperparameterError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        Hyperparameters::new()
            .c(stored.c)
            .class_weight(stored.class_weight)
            .tolerance(stored.tolerance)
            .max_iterations(stored.max_iterations)
            .solver(stored.solver)
            .check()
    }
}

/// Why settings were refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum HyperparameterError {
    /// C must be a positive number.
    #[error("C must be a positive number up to {MAX_C:e}, not {0}")]
    C(f64),
    /// The tolerance is a share.
    #[error("the tolerance must lie between 0 and 1, not {0}")]
    Tolerance(f64),
    /// There must be one iteration at least.
    #[error("at least one iteration is needed")]
    NoIterations,
}

impl ParamGuard for Hyperparameters {
    type Checked = ValidHyperparameters;
    type Error = HyperparameterError;

    fn check_ref(&self) -> Result<&ValidHyperparameters, HyperparameterError> {
        let settings = &self.0;
        if !(settings.c > 0.0 && settings.c <= MAX_C) {
            return Err(HyperparameterError::C(settings.c));
        }
        if !(settings.tolerance > 0.0 && settings.tolerance < 1.0) {
            return Err(HyperparameterError::Tolerance(settings.tolerance));
        }
        if settings.max_iterations == 0 {
            return Err(HyperparameterError::NoIterations);
        }
        Ok(settings)
    }

    fn check(self) -> Result<ValidHyperparameters, HyperparameterError> {
        self.check_ref()?;
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sensible_settings_pass_the_check() {
        let new = Hyperparameters::new;
        assert_eq!(new().check(), Ok(ValidHyperparameters::default()));
        assert_eq!(new().c(0.0).check(), Err(HyperparameterError::C(0.0)));
        assert!(new().c(f64::NAN).check().is_err());
        assert!(new().c(f64::INFINITY).check().is_err());
        assert!(new().tolerance(0.0).check().is_err());
        assert!(new().tolerance(1.0).check().is_err());
        assert!(new().max_iterations(0).check().is_err());
    }

    #[test]
    fn stored_settings_come_back_checked() {
        let settings = Hyperparameters::new()
            .c(0.1)
            .class_weight(ClassWeight::Balanced)
            .solver(Solver::Linfa {
                max_dense_bytes: 12,
            })
            .check()
            .unwrap();
        let json = serde_json::to_string(&settings).unwrap();
        assert_eq!(
            serde_json::from_str::<ValidHyperparameters>(&json).unwrap(),
            settings
        );
        let broken = json.replace("0.1", "-0.1");
        assert!(serde_json::from_str::<ValidHyperparameters>(&broken).is_err());
    }
}
