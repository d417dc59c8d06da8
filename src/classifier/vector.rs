//! Sums and updates of long dense vectors, in parallel, with results that do not depend on the number of threads.

use rayon::prelude::*;

/// Numbers per chunk. Sums are taken within chunks and then over chunks in order.
const CHUNK: usize = 8192;

/// Runs `f` on every task, in parallel if there is more than one; the results keep the tasks' order.
pub(crate) fn in_order<T: Send, R: Send>(
    tasks: Vec<T>,
    f: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    if tasks.len() <= 1 {
        tasks.into_iter().map(f).collect()
    } else {
        tasks.into_par_iter().map(f).collect()
    }
}

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

/// y ← y + factor·x; returns `next` · y, if there is a next.
pub(crate) fn add_narrow_and_dot(
    y: &mut [f64],
    factor: f64,
    x: &[f32],
    next: Option<&[f32]>,
) -> f64 {
    let next = next.unwrap_or(&[]);
    let nexts = next.chunks(CHUNK).chain(std::iter::repeat(&[][..]));
    let tasks = y
        .chunks_mut(CHUNK)
        .zip(x.chunks(CHUNK))
        .zip(nexts)
        .collect();
    in_order(tasks, |((y, x), next)| {
        for (y, &x) in y.iter_mut().zip(x) {
            *y += factor * f64::from(x);
        }
        serial_narrow_dot(next, y)
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
        let dot = add_narrow_and_dot(&mut y, 2.0, &vec![0.25; 10_000], Some(&vec![2.0; 10_000]));
        assert_eq!((dot, y[9_999]), (100_000.0, 5.0));
        assert_eq!(add_narrow_and_dot(&mut y, 0.0, &narrow, None), 0.0);
    }
}
