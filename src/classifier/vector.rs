//! Sums and updates of long dense vectors, in parallel, with results that do not depend on the number of threads.

use super::chunks::in_order;

/// Numbers per chunk. Sums are taken within chunks and then over chunks in order.
const CHUNK: usize = 8192;

/// a · b.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let tasks = a.chunks(CHUNK).zip(b.chunks(CHUNK)).collect();
    in_order(tasks, |(a, b)| serial_dot(a, b)).iter().sum()
}

/// a · b within one chunk, in four running sums of fixed order.
pub(crate) fn serial_dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    serial_sum(n, |i| a[i] * b[i])
}

/// Σ_i weights_i · a_i².
pub(crate) fn weighted_square(weights: &[f64], a: &[f64]) -> f64 {
    let tasks = weights.chunks(CHUNK).zip(a.chunks(CHUNK)).collect();
    in_order(tasks, |(weights, a)| {
        serial_sum(a.len(), |i| weights[i] * a[i] * a[i])
    })
    .iter()
    .sum()
}

/// a · b for a vector kept in single precision.
pub(crate) fn narrow_dot(a: &[f32], b: &[f64]) -> f64 {
    let tasks = a.chunks(CHUNK).zip(b.chunks(CHUNK)).collect();
    in_order(tasks, |(a, b)| serial_narrow_dot(a, b))
        .iter()
        .sum()
}

/// Each of up to `N` vectors kept in single precision · b, in one pass; 0 for those that are not there.
pub(crate) fn narrow_dots<'v, const N: usize>(
    vectors: impl Iterator<Item = &'v [f32]> + Clone + Send + Sync,
    b: &[f64],
) -> [f64; N] {
    let tasks = b.chunks(CHUNK).enumerate().collect();
    let sums = in_order(tasks, |(chunk, b)| {
        let mut sums = [0.0; N];
        for (sum, vector) in sums.iter_mut().zip(vectors.clone()) {
            *sum = serial_narrow_dot(&vector[chunk * CHUNK..][..b.len()], b);
        }
        sums
    });
    let mut totals = [0.0; N];
    for sums in &sums {
        totals.iter_mut().zip(sums).for_each(|(t, s)| *t += s);
    }
    totals
}

/// y ← y + Σ factor·vector, in one pass.
pub(crate) fn add_combination<'v>(
    y: &mut [f64],
    terms: impl Iterator<Item = (&'v [f32], f64)> + Clone + Send + Sync,
) {
    let tasks = y.chunks_mut(CHUNK).enumerate().collect();
    in_order(tasks, |(chunk, y)| {
        for (vector, factor) in terms.clone() {
            for (y, &x) in y.iter_mut().zip(&vector[chunk * CHUNK..]) {
                *y += factor * f64::from(x);
            }
        }
    });
}

/// The step s ← s + length·direction, which leaves the residual r ← r − length·product; returns Σ_i weights_i r_i².
pub(crate) fn advance(
    (s, direction): (&mut [f64], &[f64]),
    (r, product): (&mut [f64], &[f64]),
    length: f64,
    weights: &[f64],
) -> f64 {
    let tasks = s
        .chunks_mut(CHUNK)
        .zip(direction.chunks(CHUNK))
        .zip(r.chunks_mut(CHUNK).zip(product.chunks(CHUNK)))
        .zip(weights.chunks(CHUNK))
        .collect();
    in_order(tasks, |(((s, direction), (r, product)), weights)| {
        for (s, direction) in s.iter_mut().zip(direction) {
            *s += length * direction;
        }
        for (r, product) in r.iter_mut().zip(product) {
            *r -= length * product;
        }
        serial_sum(r.len(), |i| weights[i] * r[i] * r[i])
    })
    .iter()
    .sum()
}

/// y ← y + factor·x.
pub(crate) fn add_scaled(y: &mut [f64], factor: f64, x: &[f64]) {
    let tasks = y.chunks_mut(CHUNK).zip(x.chunks(CHUNK)).collect();
    in_order(tasks, |(y, x)| {
        for (y, x) in y.iter_mut().zip(x) {
            *y += factor * x;
        }
    });
}

/// y ← x + factor·y, and y once more in single precision.
pub(crate) fn scale_add_and_narrow(y: &mut [f64], factor: f64, x: &[f64], narrow: &mut [f32]) {
    let tasks = y
        .chunks_mut(CHUNK)
        .zip(x.chunks(CHUNK))
        .zip(narrow.chunks_mut(CHUNK))
        .collect();
    in_order(tasks, |((y, x), narrow)| {
        for ((y, x), narrow) in y.iter_mut().zip(x).zip(narrow) {
            *y = x + factor * *y;
            *narrow = *y as f32;
        }
    });
}

fn serial_narrow_dot(a: &[f32], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    serial_sum(n, |i| f64::from(a[i]) * b[i])
}

/// The sum of `n` terms in four running sums of fixed order.
#[inline]
fn serial_sum(n: usize, term: impl Fn(usize) -> f64) -> f64 {
    let mut sums = [0.0; 4];
    let whole = n - n % 4;
    for at in (0..whole).step_by(4) {
        for (s, sum) in sums.iter_mut().enumerate() {
            *sum += term(at + s);
        }
    }
    let tail: f64 = (whole..n).map(term).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sums_are_exact_for_whole_numbers() {
        let a: Vec<f64> = (0..20_001).map(|i| (i % 7) as f64).collect();
        let plain: f64 = a.iter().map(|x| x * x).sum();
        assert_eq!(dot(&a, &a), plain);
        let narrow: Vec<f32> = a.iter().map(|&x| x as f32).collect();
        assert_eq!(narrow_dot(&narrow, &a), plain);
        assert_eq!(weighted_square(&vec![3.0; a.len()], &a), 3.0 * plain);
    }

    #[test]
    fn updates_are_what_their_names_say() {
        let mut y = vec![1.0; 10_000];
        add_scaled(&mut y, 2.0, &vec![3.0; 10_000]);
        assert!(y.iter().all(|&y| y == 7.0));
        let mut narrow = vec![0.0; 10_000];
        scale_add_and_narrow(&mut y, 0.5, &vec![1.0; 10_000], &mut narrow);
        assert!(y.iter().all(|&y| y == 4.5) && narrow.iter().all(|&y| y == 4.5));
        let (halves, twos) = (vec![0.5; 10_000], vec![2.0; 10_000]);
        let both = [&*halves, &*twos];
        add_combination(&mut y, both.into_iter().zip([1.0, -0.25]));
        assert!(y.iter().all(|&y| y == 4.5));
        assert_eq!(narrow_dots(both.into_iter(), &y), [22_500.0, 90_000.0, 0.0]);
        let (mut s, direction, product) = (y.clone(), vec![1.0; 10_000], vec![0.5; 10_000]);
        let square = advance((&mut s, &direction), (&mut y, &product), 3.0, &product);
        assert_eq!((s[9_999], y[9_999], square), (7.5, 3.0, 45_000.0));
    }
}
