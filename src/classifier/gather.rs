//! The two inner loops of every pass over the data: a sparse line of the matrix times blocks of a dense vector.

use crate::features::sparse::FeatureId;

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

/// out += Σ_n f(values[n]) · source[positions[n]], where `source` holds blocks of `out.len()` numbers.
///
/// Two running sums, of the even and of the odd terms, halve the wait for each addition; the order of additions is
/// fixed by the line alone.
#[inline]
pub(crate) fn add_gathered<P: Position>(
    positions: &[P],
    values: &[f32],
    source: &[f64],
    out: &mut [f64],
    f: impl Fn(f64) -> f64,
) {
    match out.len() {
        1 => fixed::<P, 1>(positions, values, source, out, f),
        2 => fixed::<P, 2>(positions, values, source, out, f),
        3 => fixed::<P, 3>(positions, values, source, out, f),
        4 => fixed::<P, 4>(positions, values, source, out, f),
        6 => fixed::<P, 6>(positions, values, source, out, f),
        width => {
            for (&position, &value) in positions.iter().zip(values) {
                let value = f(f64::from(value));
                let start = position.position() * width;
                for (sum, term) in out.iter_mut().zip(&source[start..start + width]) {
                    *sum += value * term;
                }
            }
        }
    }
}

#[inline]
fn fixed<P: Position, const WIDTH: usize>(
    positions: &[P],
    values: &[f32],
    source: &[f64],
    out: &mut [f64],
    f: impl Fn(f64) -> f64,
) {
    let (blocks, _) = source.as_chunks::<WIDTH>();
    let mut even = [0.0; WIDTH];
    let mut odd = [0.0; WIDTH];
    let add = |sum: &mut [f64; WIDTH], position: P, value: f32| {
        let value = f(f64::from(value));
        let block = &blocks[position.position()];
        for (sum, term) in sum.iter_mut().zip(block) {
            *sum += value * term;
        }
    };
    let (pairs, last) = positions.as_chunks::<2>();
    let (value_pairs, last_value) = values.as_chunks::<2>();
    for (&[p, q], &[v, w]) in pairs.iter().zip(value_pairs) {
        add(&mut even, p, v);
        add(&mut odd, q, w);
    }
    if let (&[p], &[v]) = (last, last_value) {
        add(&mut even, p, v);
    }
    for (out, (even, odd)) in out.iter_mut().zip(even.iter().zip(&odd)) {
        *out += even + odd;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_gives_the_plain_sum() {
        let positions = [0u32, 2, 3, 5, 6];
        let values = [1.0f32, -2.0, 0.5, 4.0, 3.0];
        for width in 1..=11 {
            let source: Vec<f64> = (0..7 * width).map(|i| (i * i % 13) as f64).collect();
            let mut out = vec![1.0; width];
            add_gathered(&positions, &values, &source, &mut out, |v| v * v);
            for (m, &sum) in out.iter().enumerate() {
                let term =
                    |(&p, &v): (&u32, &f32)| f64::from(v * v) * source[p as usize * width + m];
                let plain: f64 = positions.iter().zip(&values).map(term).sum();
                assert_eq!(sum, 1.0 + plain, "width {width}");
            }
        }
    }
}
