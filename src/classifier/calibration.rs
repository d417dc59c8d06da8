//! Probabilities that mean what they say: a map from raw to calibrated log-odds, learnt on out-of-fold rows.
//!
//! In: the raw log-odds of every training row from a classifier that has not seen it (its fold was left out). The map
//! p = softmax(A z + b) is a multinomial logistic regression without class weights on these K numbers (matrix scaling;
//! Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017), shrunk towards leaving the
//! log-odds as they are: what is used is λ·[A b] + (1−λ)·[I 0] with λ from 0, 0.1, … 1.
//!
//! λ has the lowest pooled log-loss when each fold is scored by the map of the other folds. The map is kept only if it
//! lowers the log-loss under such cross-fitting, where the λ of a fold, too, is chosen on the other folds.

use ndarray::{Array2, ArrayView2};

use super::calibrator::Calibrator;
use super::chunks::in_order;
use super::matrix_scaling::{Design, Map};
use super::softmax::{log_loss, softmax};
use crate::label::LabelId;

/// λ is one of 0, 1/10, … 10/10.
const LAMBDA_STEPS: usize = 10;

/// The calibration of a classifier, or the reason why there is none.
#[derive(Debug, Clone)]
pub struct Calibration {
    /// The map; `None` where it was left out.
    pub calibrator: Option<Calibrator>,
    /// Why it was kept or left out.
    pub outcome: CalibrationOutcome,
    /// The share of the fitted map against the identity, in [0, 1]; 0 where it was left out.
    pub lambda: f64,
    /// Mean log-loss (natural log, weighted) of the uncalibrated out-of-fold probabilities.
    pub log_loss_before: f64,
    /// The same with cross-fitted calibration, also where that was not lower and so left out; `None` where it could not
    /// be fitted.
    pub log_loss_after: Option<f64>,
    /// Out-of-fold probabilities, `n_rows × K`, as the model would give to unseen rows: cross-fitted, or uncalibrated
    /// where the map was left out.
    pub cross_fitted: Array2<f64>,
    /// The largest relative gradient norm among the fitted maps. Its digits depend on the machine: not for storing.
    pub relative_gradient_norm: Option<f64>,
}

/// What became of a calibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalibrationOutcome {
    /// It lowers the cross-fitted log-loss.
    Kept,
    /// It does not, or λ = 0 is best.
    NotBetter,
    /// Outside this fold a label does not occur.
    LabelOnlyInFold {
        /// The fold.
        fold: u16,
        /// The label's position.
        label: usize,
    },
    /// The fit of a map did not converge.
    NotConverged,
}

/// Why a calibration could not be tried.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CalibrationError {
    /// One label, fold and weight per row is needed.
    #[error("{rows} rows of log-odds, but {found} {what}")]
    Count {
        /// Rows of log-odds.
        rows: usize,
        /// Entries found.
        found: usize,
        /// What they are.
        what: &'static str,
    },
    /// Nothing to fit.
    #[error("calibration needs rows, two labels and two folds at least")]
    TooFew,
    /// A row has a label beyond the log-odds' columns.
    #[error("row {row} has label {label}, there are log-odds for {n_labels}")]
    UnknownLabel {
        /// The row, from 0.
        row: usize,
        /// The label's position.
        label: usize,
        /// The number of columns.
        n_labels: usize,
    },
    /// A row is in a fold beyond the last.
    #[error("row {row} is in fold {fold}, there are {n_folds}")]
    UnknownFold {
        /// The row, from 0.
        row: usize,
        /// Its fold, from 0.
        fold: u16,
        /// The number of folds.
        n_folds: usize,
    },
    /// Log-odds are finite, weights also not negative and not all zero.
    #[error("row {row} has log-odds or a weight that is not a finite number, or a negative weight")]
    NotFinite {
        /// The row, from 0.
        row: usize,
    },
}

impl std::fmt::Display for CalibrationOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kept => f.write_str("it lowers the cross-fitted log-loss"),
            Self::NotBetter => f.write_str("it does not lower the cross-fitted log-loss"),
            Self::LabelOnlyInFold { fold, label } => write!(
                f,
                "label {label} has rows in fold {fold} alone, which leaves none to fit on"
            ),
            Self::NotConverged => f.write_str("its fit did not converge"),
        }
    }
}

/// Fits and judges a calibrator on out-of-fold `log_odds` (`n_rows × K`); `labels`, `weights` and `folds` (0 …
/// `n_folds` − 1) have one entry per row.
///
/// # Errors
/// [`CalibrationError`] if lengths or ranges do not fit, or numbers are not finite. A calibration that is of no use is
/// not an error: see [`CalibrationOutcome`].
pub fn calibrate(
    log_odds: ArrayView2<'_, f64>,
    labels: &[LabelId],
    weights: Option<&[f32]>,
    folds: &[u16],
    n_folds: usize,
) -> Result<Calibration, CalibrationError> {
    check(log_odds, labels, weights, folds, n_folds)?;
    let weights = weights.map_or_else(
        || vec![1.0; labels.len()],
        |weights| weights.iter().map(|&w| f64::from(w)).collect(),
    );
    let log_odds = log_odds.as_standard_layout();
    let rows = Rows {
        log_odds: log_odds.view(),
        labels,
        weights,
        folds,
        n_folds,
    };
    Ok(rows.calibrate())
}

fn check(
    log_odds: ArrayView2<'_, f64>,
    labels: &[LabelId],
    weights: Option<&[f32]>,
    folds: &[u16],
    n_folds: usize,
) -> Result<(), CalibrationError> {
    let (rows, n_labels) = log_odds.dim();
    let counts = [
        (labels.len(), "labels"),
        (folds.len(), "folds"),
        (weights.map_or(rows, <[f32]>::len), "weights"),
    ];
    for (found, what) in counts {
        if found != rows {
            return Err(CalibrationError::Count { rows, found, what });
        }
    }
    if rows == 0 || n_labels < 2 || n_folds < 2 {
        return Err(CalibrationError::TooFew);
    }
    for (row, scores) in log_odds.rows().into_iter().enumerate() {
        let (label, fold) = (labels[row].index(), folds[row]);
        if label >= n_labels {
            return Err(CalibrationError::UnknownLabel {
                row,
                label,
                n_labels,
            });
        }
        if usize::from(fold) >= n_folds {
            return Err(CalibrationError::UnknownFold { row, fold, n_folds });
        }
        let weight = weights.map_or(1.0, |weights| weights[row]);
        if !(weight.is_finite() && weight >= 0.0 && scores.iter().all(|z| z.is_finite())) {
            return Err(CalibrationError::NotFinite { row });
        }
    }
    if weights.is_some_and(|weights| weights.iter().all(|&w| w == 0.0)) {
        return Err(CalibrationError::NotFinite { row: 0 });
    }
    Ok(())
}

/// Checked rows.
struct Rows<'a> {
    /// `n_rows × K`, standard layout.
    log_odds: ArrayView2<'a, f64>,
    labels: &'a [LabelId],
    weights: Vec<f64>,
    folds: &'a [u16],
    n_folds: usize,
}

/// λ of a position on the grid.
fn lambda(step: usize) -> f64 {
    step as f64 / LAMBDA_STEPS as f64
}

impl Rows<'_> {
    fn n_labels(&self) -> usize {
        self.log_odds.ncols()
    }

    fn scores(&self, row: usize) -> &[f64] {
        let k = self.n_labels();
        &self.log_odds.as_slice().expect("standard layout")[row * k..(row + 1) * k]
    }

    fn of_fold(&self, fold: u16) -> impl Iterator<Item = usize> {
        (0..self.labels.len()).filter(move |&row| self.folds[row] == fold)
    }

    fn weights_outside(&self, fold: u16) -> Vec<f64> {
        let weights = self.weights.iter().zip(self.folds);
        weights
            .map(|(&weight, &f)| if f == fold { 0.0 } else { weight })
            .collect()
    }

    fn calibrate(&self) -> Calibration {
        let total: f64 = self.weights.iter().sum();
        let loss =
            |row: usize| self.weights[row] * log_loss(self.scores(row), self.labels[row].index());
        let before = (0..self.labels.len()).map(loss).sum::<f64>() / total;
        let left_out = |outcome, after, norm| Calibration {
            calibrator: None,
            outcome,
            lambda: 0.0,
            log_loss_before: before,
            log_loss_after: after,
            cross_fitted: self.uncalibrated(),
            relative_gradient_norm: norm,
        };
        let folds: Vec<u16> = (0..self.n_folds as u16).collect();
        for &fold in &folds {
            let mut outside = vec![0.0; self.n_labels()];
            for (label, weight) in self.labels.iter().zip(self.weights_outside(fold)) {
                outside[label.index()] += weight;
            }
            if let Some(label) = outside.iter().position(|&weight| weight == 0.0) {
                let outcome = CalibrationOutcome::LabelOnlyInFold { fold, label };
                return left_out(outcome, None, None);
            }
        }

        let design = Design::new(self.log_odds);
        let start = design
            .linfa(self.labels)
            .unwrap_or_else(|| design.identity());
        let Some((map, start)) = design.fit(self.labels, self.weights.clone(), &start) else {
            return left_out(CalibrationOutcome::NotConverged, None, None);
        };
        let fitted = in_order(folds.clone(), |fold| {
            let map = design
                .fit(self.labels, self.weights_outside(fold), &start)?
                .0;
            let losses = self.losses_by_lambda(fold, &map)?;
            Some((map, losses))
        });
        let Some(fitted) = fitted.into_iter().collect::<Option<Vec<_>>>() else {
            return left_out(CalibrationOutcome::NotConverged, None, None);
        };

        // The λ with the lowest pooled loss over all folds but one, or over all; the smallest among equals.
        let best_without = |left: Option<usize>| {
            let pooled = |step: usize| -> f64 {
                let folds = fitted.iter().enumerate().filter(|(f, _)| Some(*f) != left);
                folds.map(|(_, (_, losses))| losses[step]).sum()
            };
            (0..=LAMBDA_STEPS).fold(0, |best, step| {
                if pooled(step) < pooled(best) {
                    step
                } else {
                    best
                }
            })
        };
        let own_steps: Vec<usize> = (0..self.n_folds).map(|f| best_without(Some(f))).collect();
        let after = own_steps
            .iter()
            .zip(&fitted)
            .map(|(&step, (_, losses))| losses[step]);
        let after = after.sum::<f64>() / total;
        let norms = fitted.iter().map(|(map, _)| map.relative_gradient_norm);
        let norm = norms.fold(map.relative_gradient_norm, f64::max);

        let step = best_without(None);
        let calibrator = map.blended(lambda(step));
        if !(step > 0 && after < before && calibrator.is_some()) {
            return left_out(CalibrationOutcome::NotBetter, Some(after), Some(norm));
        }
        let mut cross_fitted = Array2::zeros(self.log_odds.dim());
        for (fold, (own, (map, _))) in folds.iter().zip(own_steps.iter().zip(&fitted)) {
            let Some(calibrator) = map.blended(lambda(*own)) else {
                return left_out(CalibrationOutcome::NotConverged, None, None);
            };
            for row in self.of_fold(*fold) {
                let mut line = cross_fitted.row_mut(row);
                let out = line.as_slice_mut().expect("standard layout");
                calibrator.probabilities(self.scores(row), out);
            }
        }
        Calibration {
            calibrator,
            outcome: CalibrationOutcome::Kept,
            lambda: lambda(step),
            log_loss_before: before,
            log_loss_after: Some(after),
            cross_fitted,
            relative_gradient_norm: Some(norm),
        }
    }

    fn uncalibrated(&self) -> Array2<f64> {
        let mut probabilities = self.log_odds.to_owned();
        for mut line in probabilities.rows_mut() {
            softmax(line.as_slice_mut().expect("standard layout"));
        }
        probabilities
    }

    /// The summed, weighted log-loss of a fold's rows under `map`, for every λ of the grid.
    fn losses_by_lambda(&self, fold: u16, map: &Map) -> Option<Vec<f64>> {
        let mut calibrated = vec![0.0; self.n_labels()];
        (0..=LAMBDA_STEPS)
            .map(|step| {
                let calibrator = map.blended(lambda(step))?;
                let mut sum = 0.0;
                for row in self.of_fold(fold) {
                    calibrator.log_odds(self.scores(row), &mut calibrated);
                    sum += self.weights[row] * log_loss(&calibrated, self.labels[row].index());
                }
                Some(sum)
            })
            .collect()
    }
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
