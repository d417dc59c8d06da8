//! Work cut into chunks whose borders depend on the data alone: the same result on any number of threads.

use std::ops::Range;

use rayon::prelude::*;

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

/// Cuts 0 … `count` into ranges of about `per_range` units of work each, from the data alone: the same on any number
/// of threads.
pub(crate) fn even_ranges(
    count: usize,
    work: impl Fn(usize) -> usize,
    per_range: usize,
) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut sum) = (0, 0);
    for i in 0..count {
        sum += work(i);
        if sum >= per_range {
            ranges.push(start..i + 1);
            (start, sum) = (i + 1, 0);
        }
    }
    if start < count {
        ranges.push(start..count);
    }
    ranges
}

/// Cuts `buffer`, `width` numbers per line, at the borders of `ranges`.
pub(crate) fn split<'a, T>(
    buffer: &'a mut [T],
    ranges: &[Range<usize>],
    width: usize,
) -> Vec<&'a mut [T]> {
    cut(buffer, ranges.iter().map(|range| range.len() * width))
}

/// Cuts pieces of these sizes off the front of `buffer`.
pub(crate) fn cut<T>(mut buffer: &mut [T], sizes: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    let mut parts = Vec::new();
    for size in sizes {
        let (part, rest) = buffer.split_at_mut(size);
        parts.push(part);
        buffer = rest;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_all_lines_once_with_even_work() {
        let ranges = even_ranges(10, |i| i, 12);
        assert_eq!(ranges, [0..6, 6..8, 8..10]);
        assert!(even_ranges(0, |i| i, 12).is_empty());
        assert_eq!(even_ranges(3, |_| 1, 12).len(), 1);
    }
}
