//! Figures as they are written: six digits after the point, more than any of them is good for.

use serde::Serializer;

/// `value` rounded to millionths.
pub(crate) fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// For `#[serde(serialize_with)]`: `value` rounded to millionths.
pub(crate) fn six_digits<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(round(*value))
}

/// The same for each of `values`.
pub(crate) fn all_six_digits<S: Serializer>(
    values: &[f64],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(|&value| round(value)))
}
