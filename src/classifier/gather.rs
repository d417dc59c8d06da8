//! The inner loops of every pass over the data: a sparse line of the matrix times blocks of a dense vector, and a block
//! added to such blocks.

use crate::features::sparse::FeatureId;
use std::ops::{AddAssign, Mul};

/// Terms that are added up in the vector's own precision before the sum goes to an `f64`: keeps the error of a long line
/// in `f32` at that of a short one.
const RUN: usize = 256;

/// A position of a dense vector's block: a row's number or a feature's id.
pub(crate) trait Position: Copy {
    /// As an index.
    fn position(self) -> usize;
}

impl Position for u32 {
    #[inline]
    fn position(self) -> usize {
        self as usize
    }
}

impl Position for FeatureId {
    #[inline]
    fn position(self) -> usize {
        self.index()
    }
}

/// The precision of a dense vector: `f64`, or `f32` where half the memory traffic is worth seven digits.
pub(crate) trait Real:
    Copy + Default + Send + Sync + AddAssign + Mul<Output = Self> + From<f32> + Into<f64>
{
    /// The nearest number of this precision.
    fn nearest(value: f64) -> Self;
}

impl Real for f64 {
    #[inline]
    fn nearest(value: f64) -> Self {
        value
    }
}

impl Real for f32 {
    #[inline]
    fn nearest(value: f64) -> Self {
        value as f32
    }
}

/// out += Σ_n f(values[n]) · source[positions[n]], where `source` holds blocks of `out.len()` numbers.
///
/// Several running sums shorten the wait for each addition; the order of additions is fixed by the line alone.
#[inline]
pub(crate) fn add_gathered<P: Position, R: Real>(
    positions: &[P],
    values: &[f32],
    source: &[R],
    out: &mut [f64],
    f: impl Fn(R) -> R,
) {
    match out.len() {
        1 => fixed::<P, R, 1, 4>(positions, values, source, out, f),
        2 => fixed::<P, R, 2, 4>(positions, values, source, out, f),
        3 => fixed::<P, R, 3, 2>(positions, values, source, out, f),
        4 => fixed::<P, R, 4, 2>(positions, values, source, out, f),
        6 => fixed::<P, R, 6, 2>(positions, values, source, out, f),
        width => {
            for (&position, &value) in positions.iter().zip(values) {
                let value = f(value.into());
                let start = position.position() * width;
                for (sum, &term) in out.iter_mut().zip(&source[start..start + width]) {
                    *sum += (value * term).into();
                }
            }
        }
    }
}

#[inline]
fn fixed<P: Position, R: Real, const WIDTH: usize, const SUMS: usize>(
    positions: &[P],
    values: &[f32],
    source: &[R],
    out: &mut [f64],
    f: impl Fn(R) -> R,
) {
    let (blocks, _) = source.as_chunks::<WIDTH>();
    let add = |sum: &mut [R; WIDTH], position: P, value: f32| {
        let value = f(value.into());
        let block = &blocks[position.position()];
        for (sum, &term) in sum.iter_mut().zip(block) {
            *sum += value * term;
        }
    };
    // Most columns of text are this short.
    if positions.len() < 2 * SUMS {
        let mut sum = [R::default(); WIDTH];
        for (&position, &value) in positions.iter().zip(values) {
            add(&mut sum, position, value);
        }
        for (out, sum) in out.iter_mut().zip(sum) {
            *out += sum.into();
        }
        return;
    }
    for (positions, values) in positions.chunks(RUN).zip(values.chunks(RUN)) {
        let mut sums = [[R::default(); WIDTH]; SUMS];
        let (groups, rest) = positions.as_chunks::<SUMS>();
        let (value_groups, value_rest) = values.as_chunks::<SUMS>();
        for (positions, values) in groups.iter().zip(value_groups) {
            for s in 0..SUMS {
                add(&mut sums[s], positions[s], values[s]);
            }
        }
        for (s, (&position, &value)) in rest.iter().zip(value_rest).enumerate() {
            add(&mut sums[s], position, value);
        }
        for (m, out) in out.iter_mut().enumerate() {
            let total = sums.iter().map(|sum| sum[m].into()).sum::<f64>();
            *out += total;
        }
    }
}

/// target[positions[n]] += values[n] · block for every n, where `target` holds blocks of `block.len()` numbers.
#[inline]
pub(crate) fn add_scattered<P: Position>(
    positions: &[P],
    values: &[f32],
    block: &[f64],
    target: &mut [f64],
) {
    let width = block.len();
    for (&position, &value) in positions.iter().zip(values) {
        let value = f64::from(value);
        let start = position.position() * width;
        for (target, &x) in target[start..start + width].iter_mut().zip(block) {
            *target += value * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_width<R: Real>() {
        let positions: Vec<u32> = (0..600).map(|n| n * n % 7).collect();
        let values: Vec<f32> = (0..600).map(|n| (n % 11) as f32 - 5.0).collect();
        for width in 1..=11 {
            let source: Vec<f64> = (0..7 * width).map(|i| (i * i % 13) as f64).collect();
            let given: Vec<R> = source.iter().map(|&x| R::nearest(x)).collect();
            let mut out = vec![1.0; width];
            add_gathered(&positions, &values, &given, &mut out, |v| v * v);
            for (m, &sum) in out.iter().enumerate() {
                let term =
                    |(&p, &v): (&u32, &f32)| f64::from(v * v) * source[p as usize * width + m];
                let plain: f64 = positions.iter().zip(&values).map(term).sum();
                assert_eq!(sum, 1.0 + plain, "width {width}");
            }
        }
    }

    #[test]
    fn every_width_and_precision_gives_the_plain_sum() {
        every_width::<f64>();
        every_width::<f32>();
    }

    #[test]
    fn scattering_is_gathering_transposed() {
        let (positions, values) = ([0u32, 2, 3], [1.0f32, -2.0, 0.5]);
        for width in 1..=4 {
            let block: Vec<f64> = (0..width).map(|m| m as f64 + 1.0).collect();
            let mut target = vec![1.0; 4 * width];
            add_scattered(&positions, &values, &block, &mut target);
            for (j, value) in [1.0, 0.0, -2.0, 0.5].into_iter().enumerate() {
                for m in 0..width {
                    assert_eq!(target[j * width + m], 1.0 + value * block[m]);
                }
            }
        }
    }

    #[test]
    fn a_long_line_in_single_precision_is_nearly_exact() {
        let n = 1_000_000;
        let mut sum = [0.0];
        add_gathered(&vec![0u32; n], &vec![0.1; n], &[0.3f32], &mut sum, |v| v);
        let exact = n as f64 * f64::from(0.1f32) * f64::from(0.3f32);
        assert!((sum[0] / exact - 1.0).abs() < 1e-6, "{}", sum[0]);
    }
}
