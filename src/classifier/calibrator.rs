//! The map from raw log-odds to calibrated ones.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use super::softmax::softmax;

/// p = softmax(M z + b) for raw log-odds z of K labels.
///
/// Every entry is a number that `f32` holds exactly: rounding hides the last bits, which depend on the machine that
/// fitted it, and a file may store either width.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrator {
    /// K × K, row by row; the row is the calibrated label.
    matrix: Array2<f64>,
    /// K, in log-odds.
    intercepts: Array1<f64>,
}

/// Why a map was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalibratorError {
    /// The matrix is not K × K, or there are not K intercepts.
    #[error("a calibrator's matrix of {rows} × {columns} with {intercepts} intercepts")]
    Shape {
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
        /// Number of intercepts.
        intercepts: usize,
    },
    /// An entry is infinite or not a number, or too large for `f32`.
    #[error("an entry of the calibrator is not finite")]
    NotFinite,
}

impl Calibrator {
    /// A calibrator with `matrix` (K × K) and `intercepts` (K), whose entries are rounded to `f32`.
    ///
    /// # Errors
    /// [`CalibratorError`] if the shapes do not fit, or an entry is not finite.
    pub fn new(matrix: Array2<f64>, intercepts: Array1<f64>) -> Result<Self, CalibratorError> {
        let k = intercepts.len();
        if matrix.dim() != (k, k) {
            return Err(CalibratorError::Shape {
                rows: matrix.nrows(),
                columns: matrix.ncols(),
                intercepts: k,
            });
        }
        // Adding zero makes −0 into 0.
        let round = |value: &f64| f64::from(*value as f32) + 0.0;
        let calibrator = Self {
            matrix: matrix.as_standard_layout().map(round),
            intercepts: intercepts.map(round),
        };
        let mut entries = calibrator.matrix.iter().chain(&calibrator.intercepts);
        if !entries.all(|entry| entry.is_finite()) {
            return Err(CalibratorError::NotFinite);
        }
        Ok(calibrator)
    }

    /// K × K; the row is the calibrated label, the column the raw log-odds it is made from.
    pub fn matrix(&self) -> ArrayView2<'_, f64> {
        self.matrix.view()
    }

    /// K, in log-odds.
    pub fn intercepts(&self) -> ArrayView1<'_, f64> {
        self.intercepts.view()
    }

    /// The number of labels.
    pub fn n_labels(&self) -> usize {
        self.intercepts.len()
    }

    /// out = M · raw + b: calibrated log-odds.
    ///
    /// # Panics
    /// If `raw` or `out` has not one place per label.
    pub fn log_odds(&self, raw: &[f64], out: &mut [f64]) {
        assert_eq!(
            (raw.len(), out.len()),
            (self.n_labels(), self.n_labels()),
            "one place per label"
        );
        let lines = self.matrix.rows().into_iter().zip(&self.intercepts);
        for (out, (line, intercept)) in out.iter_mut().zip(lines) {
            *out = *intercept;
            for (factor, raw) in line.iter().zip(raw) {
                *out += factor * raw;
            }
        }
    }

    /// out = softmax(M · raw + b): calibrated probabilities.
    ///
    /// # Panics
    /// If `raw` or `out` has not one place per label.
    pub fn probabilities(&self, raw: &[f64], out: &mut [f64]) {
        self.log_odds(raw, out);
        softmax(out);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn the_map_is_applied_as_written() {
        let calibrator =
            Calibrator::new(array![[0.5, 0.0], [0.25, 1.0]], array![1.0, -1.0]).unwrap();
        let mut out = [0.0; 2];
        calibrator.log_odds(&[2.0, -2.0], &mut out);
        assert_eq!(out, [2.0, -2.5]);
        calibrator.probabilities(&[2.0, -2.0], &mut out);
        assert!((out[0] / out[1] - 4.5f64.exp()).abs() < 1e-10);
    }

    #[test]
    fn entries_are_rounded_and_checked() {
        let calibrator =
            Calibrator::new(array![[0.1, -0.0], [0.0, 1.0]], array![0.0, 0.0]).unwrap();
        assert_eq!(calibrator.matrix()[(0, 0)], f64::from(0.1f32));
        assert!(calibrator.matrix()[(0, 1)].is_sign_positive());
        assert!(Calibrator::new(array![[1e39, 0.0], [0.0, 1.0]], array![0.0, 0.0]).is_err());
        assert!(Calibrator::new(array![[1.0, 0.0]], array![0.0]).is_err());
    }
}
