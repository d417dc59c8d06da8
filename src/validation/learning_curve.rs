//! The tail of a learning curve: how much less error more rows would bring.
//!
//! An error measured at several numbers of training rows n is described by an inverse power law (Cortes, Jackel, Solla,
//! Vapnik and Denker 1994; Figueroa, Zeng-Treitler, Kandula and Ngo 2012):
//!
//! ```text
//! error(n) = a + b · n^(−c)        a ≥ 0, b ≥ 0, 0 < c ≤ 2
//! ```
//!
//! a is the error that remains with any number of rows. For a given c the rest is linear, so a and b follow from weighted
//! least squares in closed form, and c is tried on a fixed grid; nothing can get stuck. Each point weighs by the inverse
//! square of its standard error.
//!
//! Three parameters are much for so few points. The same fit is therefore made for every *replicate* of the curve
//! (bootstrap redraws of the held-out rows), each time without one of the sizes, and what the law says of twice the rows is
//! given with the middle 95 % of theirs.

use super::bootstrap::Interval;
use super::rounded;
use serde::Serialize;

/// The exponents tried: 0.02, 0.04, … 2.
const N_EXPONENTS: usize = 100;
const EXPONENT_STEP: f64 = 0.02;
/// Points that a fit of three parameters needs.
const MIN_POINTS: usize = 4;

/// An inverse power law a + b · n^(−c).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PowerLaw {
    /// The error that no number of rows takes away.
    #[serde(serialize_with = "rounded::six_digits")]
    pub a: f64,
    /// The size of the part that shrinks.
    #[serde(serialize_with = "rounded::six_digits")]
    pub b: f64,
    /// How fast it shrinks.
    #[serde(serialize_with = "rounded::six_digits")]
    pub c: f64,
}

impl PowerLaw {
    /// The law nearest to `errors` at `sizes`, each point weighed by 1/`standard_errors`²; where several are equally
    /// near, the one with the least exponent.
    ///
    /// # Panics
    /// If the three are not equally long, or there is no point.
    pub fn fit(sizes: &[f64], errors: &[f64], standard_errors: &[f64]) -> Self {
        assert!(
            !sizes.is_empty()
                && sizes.len() == errors.len()
                && sizes.len() == standard_errors.len()
        );
        // In units of the largest size, so that n^(−c) is near 1 and the equations are well scaled.
        let unit = sizes.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let least = standard_errors
            .iter()
            .copied()
            .fold(0.0, f64::max)
            .max(1e-6)
            * 1e-3;
        let weights: Vec<f64> = standard_errors
            .iter()
            .map(|e| e.max(least).powi(-2))
            .collect();
        let mut best = (
            f64::INFINITY,
            Self {
                a: 0.0,
                b: 0.0,
                c: 0.0,
            },
        );
        for step in 1..=N_EXPONENTS {
            let c = step as f64 * EXPONENT_STEP;
            let x: Vec<f64> = sizes.iter().map(|n| libm::pow(n / unit, -c)).collect();
            let (a, b) = nonnegative_line(&x, errors, &weights);
            let squares = x.iter().zip(errors).zip(&weights);
            let loss: f64 = squares
                .map(|((x, e), w)| w * (a + b * x - e) * (a + b * x - e))
                .sum();
            // A fall that is only rounding is none.
            if loss < best.0 * (1.0 - 1e-9) {
                best = (
                    loss,
                    Self {
                        a,
                        b: b * libm::pow(unit, c),
                        c,
                    },
                );
            }
        }
        best.1
    }

    /// The error at `n` rows.
    pub fn at(&self, n: f64) -> f64 {
        self.a + self.b * libm::pow(n, -self.c)
    }
}

/// The a ≥ 0 and b ≥ 0 with the least Σ w (a + b·x − y)².
fn nonnegative_line(x: &[f64], y: &[f64], weights: &[f64]) -> (f64, f64) {
    let sum =
        |term: &dyn Fn(usize) -> f64| -> f64 { (0..x.len()).map(|i| weights[i] * term(i)).sum() };
    let (w, wx, wy) = (sum(&|_| 1.0), sum(&|i| x[i]), sum(&|i| y[i]));
    let (wxx, wxy) = (sum(&|i| x[i] * x[i]), sum(&|i| x[i] * y[i]));
    let determinant = w * wxx - wx * wx;
    if determinant > 1e-12 * w * wxx {
        let (a, b) = (
            (wxx * wy - wx * wxy) / determinant,
            (w * wxy - wx * wy) / determinant,
        );
        if a >= 0.0 && b >= 0.0 {
            return (a, b);
        }
        if a < 0.0 {
            return (0.0, (wxy / wxx).max(0.0));
        }
    }
    ((wy / w).max(0.0), 0.0)
}

/// Why a tail should not be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Too few sizes.
    #[error("there are too few sizes for three parameters")]
    FewPoints,
    /// The error did not fall with the rows, as far as can be seen.
    #[error("the error does not fall measurably from the smallest size to the largest")]
    Flat,
    /// What it says of twice the rows is not known to within the error that is left to gain.
    #[error("redraws of the rows disagree on what twice the rows would bring")]
    Uncertain,
    /// The points lie further from the law than their standard errors allow.
    #[error("the points do not lie on a power law")]
    PoorFit,
}

/// A fitted tail and what it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tail {
    /// The law.
    pub law: PowerLaw,
    /// The error that it gives at the largest size.
    #[serde(serialize_with = "rounded::six_digits")]
    pub at_all: f64,
    /// How much less the error would be at twice the largest size.
    #[serde(serialize_with = "rounded::six_digits")]
    pub gain_from_doubling: f64,
    /// Where 95 % of the replicates put that gain.
    pub gain_interval: Interval,
    /// Why not to believe it, if there is a reason.
    pub doubt: Option<Doubt>,
}

impl Tail {
    /// Fits `errors` at the rising `sizes`; `replicates` are redraws of the whole curve.
    ///
    /// # Panics
    /// If a replicate has not one error for each size, or there is no size or no replicate.
    pub fn new(sizes: &[f64], errors: &[f64], replicates: &[Vec<f64>]) -> Self {
        let deviations: Vec<f64> = (0..sizes.len())
            .map(|at| deviation(replicates.iter().map(|curve| curve[at])))
            .collect();
        let law = PowerLaw::fit(sizes, errors, &deviations);
        let last = sizes[sizes.len() - 1];
        let gain = |law: &PowerLaw| law.at(last) - law.at(2.0 * last);
        // Each replicate leaves out one of the sizes in turn, so that a law which hangs on one of them shows.
        let gains = replicates.iter().enumerate().map(|(turn, curve)| {
            let left_out = turn % sizes.len();
            let keep = |at: &usize| sizes.len() <= MIN_POINTS || *at != left_out;
            let kept = |values: &[f64]| -> Vec<f64> {
                (0..sizes.len()).filter(keep).map(|at| values[at]).collect()
            };
            gain(&PowerLaw::fit(
                &kept(sizes),
                &kept(curve),
                &kept(&deviations),
            ))
        });
        let gain_interval = Interval::of(gains);
        let fall = |curve: &[f64]| curve[0] - curve[curve.len() - 1];
        let falls = Interval::of(replicates.iter().map(|curve| fall(curve)));
        let distance = |at: usize| {
            let off = errors[at] - law.at(sizes[at]);
            if deviations[at] > 0.0 {
                (off / deviations[at]).abs()
            } else {
                0.0
            }
        };
        let furthest = (0..sizes.len()).map(distance).fold(0.0, f64::max);
        let doubt = if sizes.len() < MIN_POINTS {
            Some(Doubt::FewPoints)
        } else if falls.low <= 0.0 {
            Some(Doubt::Flat)
        } else if furthest > 3.0 {
            Some(Doubt::PoorFit)
        } else if gain_interval.high - gain_interval.low > 0.5 * errors[errors.len() - 1] {
            Some(Doubt::Uncertain)
        } else {
            None
        };
        Self {
            at_all: law.at(last),
            gain_from_doubling: gain(&law),
            gain_interval,
            law,
            doubt,
        }
    }
}

/// The standard deviation of `values`; 0 of fewer than two.
fn deviation(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    if values.len() < 2 {
        0.0
    } else {
        (squares / (n - 1.0)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZES: [f64; 7] = [100.0, 200.0, 300.0, 400.0, 600.0, 800.0, 1000.0];

    fn errors(law: PowerLaw) -> Vec<f64> {
        SIZES.iter().map(|&n| law.at(n)).collect()
    }

    /// Replicates that lie `off` above and below.
    fn replicates(errors: &[f64], off: f64) -> Vec<Vec<f64>> {
        (0..40)
            .map(|r| {
                let side = |at: usize| if (r >> (at % 4)) % 2 == 0 { off } else { -off };
                errors
                    .iter()
                    .enumerate()
                    .map(|(at, e)| e + side(at))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn a_law_on_the_grid_is_found_again() {
        let law = PowerLaw {
            a: 0.12,
            b: 1.7,
            c: 0.5,
        };
        let found = PowerLaw::fit(&SIZES, &errors(law), &[0.01; 7]);
        assert!(
            (found.a - law.a).abs() < 1e-6
                && (found.b - law.b).abs() < 1e-4
                && (found.c - law.c).abs() < 1e-9
        );
        let tail = Tail::new(&SIZES, &errors(law), &replicates(&errors(law), 0.002));
        assert_eq!(tail.doubt, None);
        let gain = law.at(1000.0) - law.at(2000.0);
        assert!((tail.gain_from_doubling - gain).abs() < 1e-6);
        assert!(tail.gain_interval.low < gain && gain < tail.gain_interval.high);
    }

    #[test]
    fn errors_that_do_not_fall_are_flat_and_promise_nothing() {
        let level = [0.3; 7];
        let tail = Tail::new(&SIZES, &level, &replicates(&level, 0.01));
        assert_eq!(tail.doubt, Some(Doubt::Flat));
        assert!(tail.gain_from_doubling.abs() < 1e-9);
        let rising: Vec<f64> = (0..7).map(|at| 0.2 + 0.01 * f64::from(at)).collect();
        let law = PowerLaw::fit(&SIZES, &rising, &[0.01; 7]);
        assert_eq!(law.b, 0.0);
    }

    #[test]
    fn doubts_are_told() {
        let law = PowerLaw {
            a: 0.12,
            b: 1.7,
            c: 0.5,
        };
        let few = Tail::new(
            &SIZES[..3],
            &errors(law)[..3],
            &replicates(&errors(law)[..3], 0.001),
        );
        assert_eq!(few.doubt, Some(Doubt::FewPoints));
        let mut stepped = errors(law);
        stepped[3] += 0.05;
        let tail = Tail::new(&SIZES, &stepped, &replicates(&stepped, 0.002));
        assert_eq!(tail.doubt, Some(Doubt::PoorFit));
    }

    proptest! {
        #[test]
        fn no_grid_point_fits_better(values in proptest::collection::vec(0.0f64..1.0, 7)) {
            let weights = [0.01; 7];
            let found = PowerLaw::fit(&SIZES, &values, &weights);
            prop_assert!(found.a >= 0.0 && found.b >= 0.0);
            let loss = |law: &PowerLaw| -> f64 {
                SIZES.iter().zip(&values).map(|(&n, v)| (law.at(n) - v).powi(2)).sum()
            };
            // Moving a or b alone makes nothing better.
            for (a, b) in [(1e-4, 0.0), (-1e-4, 0.0), (0.0, 1e-4), (0.0, -1e-4)] {
                let b = found.b + b * found.b.max(1e-3);
                let other = PowerLaw { a: (found.a + a).max(0.0), b: b.max(0.0), c: found.c };
                prop_assert!(loss(&found) <= loss(&other) + 1e-9);
            }
        }
    }
}
