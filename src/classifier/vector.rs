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
    let (fours, rest) = a.as_chunks::<4>();
    let (other_fours, other_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in fours.iter().zip(other_fours) {
        for m in 0..4 {
            sums[m] += a[m] * b[m];
        }
    }
    let tail: f64 = rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

/// y ← x + factor·y.
pub(crate) fn scale_and_add(y: &mut [f64], factor: f64, x: &[f64]) {
    let tasks = y.chunks_mut(CHUNK).zip(x.chunks(CHUNK)).collect();
    in_order(tasks, |(y, x)| {
        for (y, x) in y.iter_mut().zip(x) {
            *y = x + factor * *y;
        }
    });
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sums_are_exact_for_whole_numbers() {
        let a: Vec<f64> = (0..20_001).map(|i| (i % 7) as f64).collect();
        let plain: f64 = a.iter().map(|x| x * x).sum();
        assert_eq!(dot(&a, &a), plain);
    }

    #[test]
    fn updates_are_what_their_names_say() {
        let mut y = vec![1.0; 10_000];
        add_scaled(&mut y, 2.0, &vec![3.0; 10_000]);
        assert!(y.iter().all(|&y| y == 7.0));
        scale_and_add(&mut y, 0.5, &vec![1.0; 10_000]);
        assert!(y.iter().all(|&y| y == 4.5));
    }
}
