//! How a fit ended: the honest line under every trained model.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a fit stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FitStatus {
    /// The gradient is as small as the tolerance asked for.
    Converged,
    /// The limit of iterations came first.
    IterationLimit,
    /// No step lowered the objective any more, mostly because the tolerance is beyond the precision of the numbers.
    NoProgress,
    /// linfa-logistic stopped before the tolerance was reached; it does not say why.
    StoppedEarly,
}

/// How a fit ended. All of it but the seconds is the same on every machine and stored with the model (with linfa's
/// solver only on one kind of processor).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// Why it stopped.
    pub status: FitStatus,
    /// Euclidean norm of the objective's gradient where it stopped.
    pub gradient_norm: f64,
    /// The same as a share of the norm at W = 0, b = log label shares; this is what the tolerance bounds.
    pub relative_gradient_norm: f64,
    /// The tolerance asked for.
    pub tolerance: f64,
    /// C·Σ weight·loss + ½‖w‖² where it stopped, in natural logs.
    pub objective: f64,
    /// Epochs of coordinate ascent and steps of Newton's method; `None` with linfa, which does not tell.
    pub iterations: Option<u32>,
    /// Reads of all non-zeros, by row or by column; `None` with linfa.
    pub passes: Option<u32>,
    /// Wall-clock time; not stored.
    #[serde(skip)]
    pub seconds: f64,
}

impl FitReport {
    /// Whether the tolerance was reached.
    pub fn converged(&self) -> bool {
        self.status == FitStatus::Converged
    }
}

/// A gradient's norm as a share of the first one's; 0 where there is none.
pub(crate) fn relative_norm(norm: f64, first: f64) -> f64 {
    if norm == 0.0 { 0.0 } else { norm / first }
}

impl fmt::Display for FitReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.status {
            FitStatus::Converged => "converged",
            FitStatus::IterationLimit => "NOT converged, stopped at the limit of iterations",
            FitStatus::NoProgress => "NOT converged, no further progress was possible",
            FitStatus::StoppedEarly => "NOT converged, linfa-logistic stopped early",
        })?;
        write!(
            f,
            ": gradient norm {:.2e}, {:.2e} of the start's (asked for {:.0e}), objective {:.6}",
            self.gradient_norm, self.relative_gradient_norm, self.tolerance, self.objective
        )?;
        if let (Some(iterations), Some(passes)) = (self.iterations, self.passes) {
            write!(f, ", {iterations} iterations, {passes} passes")?;
        }
        if self.seconds > 0.0 {
            write!(f, ", {:.2} s", self.seconds)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> FitReport {
        FitReport {
            status: FitStatus::IterationLimit,
            gradient_norm: 0.5,
            relative_gradient_norm: 0.01,
            tolerance: 1e-4,
            objective: 812.25,
            iterations: Some(5),
            passes: Some(60),
            seconds: 0.25,
        }
    }

    #[test]
    fn the_line_says_that_it_did_not_converge() {
        assert_eq!(
            report().to_string(),
            "NOT converged, stopped at the limit of iterations: gradient norm 5.00e-1, 1.00e-2 of the start's \
             (asked for 1e-4), objective 812.250000, 5 iterations, 60 passes, 0.25 s"
        );
    }

    #[test]
    fn seconds_are_not_stored() {
        let json = serde_json::to_string(&report()).unwrap();
        assert!(!json.contains("seconds"));
        let back: FitReport = serde_json::from_str(&json).unwrap();
        assert_eq!(
            FitReport {
                seconds: 0.25,
                ..back
            },
            report()
        );
    }
}
