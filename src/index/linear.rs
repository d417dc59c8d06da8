//! Small systems of linear equations.

/// The least pivot, beside the largest value of the matrix.
const LEAST_PIVOT: f64 = 1e-9;

/// Solves `n` equations in `n` unknowns by elimination with the largest pivot; each row has its coefficients and behind them one
/// or more right sides. Gives the unknowns for each right side, by rows of unknowns; none where the equations tell too little.
pub(super) fn solved(mut system: Vec<Vec<f64>>, n: usize) -> Option<Vec<Vec<f64>>> {
    let coefficients = system.iter().flat_map(|row| &row[..n]);
    let largest = coefficients.fold(0.0, |most: f64, value| most.max(value.abs()));
    for column in 0..n {
        let pivot = (column..n)
            .max_by(|&a, &b| system[a][column].abs().total_cmp(&system[b][column].abs()))?;
        if system[pivot][column].abs() <= LEAST_PIVOT * largest {
            return None;
        }
        system.swap(column, pivot);
        let row = system[column].clone();
        for (at, other) in system.iter_mut().enumerate() {
            if at != column {
                let factor = other[column] / row[column];
                for (value, &of_row) in other.iter_mut().zip(&row).skip(column) {
                    *value -= factor * of_row;
                }
            }
        }
    }
    let unknown = |(at, row): (usize, &Vec<f64>)| row[n..].iter().map(|v| v / row[at]).collect();
    Some(system.iter().enumerate().map(unknown).collect())
}

/// Solves `n` equations whose coefficients are a covariance matrix, by elimination with the largest variance that is left. Unknowns that others tell
/// already are 0. Gives the unknowns for each right side, by rows of unknowns, and how many are not left out.
pub(super) fn solved_as_far_as_told(mut system: Vec<Vec<f64>>, n: usize) -> (Vec<Vec<f64>>, usize) {
    let largest = (0..n).fold(0.0, |most: f64, at| most.max(system[at][at]));
    let mut left: Vec<usize> = (0..n).collect();
    let mut taken = Vec::new();
    while let Some(place) = (0..left.len())
        .max_by(|&a, &b| system[left[a]][left[a]].total_cmp(&system[left[b]][left[b]]))
        .filter(|&place| system[left[place]][left[place]] > LEAST_PIVOT * largest)
    {
        let pivot = left.swap_remove(place);
        taken.push(pivot);
        let row = system[pivot].clone();
        for (at, other) in system.iter_mut().enumerate() {
            if at != pivot {
                let factor = other[pivot] / row[pivot];
                let values = other.iter_mut().zip(&row);
                values.for_each(|(value, of_row)| *value -= factor * of_row);
            }
        }
    }
    let unknown = |at: usize| -> Vec<f64> {
        let row = &system[at];
        let is_taken = taken.contains(&at);
        let values = row[n..].iter();
        values
            .map(|value| if is_taken { value / row[at] } else { 0.0 })
            .collect()
    };
    ((0..n).map(unknown).collect(), taken.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_tell_already_is_left_out() {
        // The second is twice the first, the third nothing.
        let system = vec![
            vec![1.0, 2.0, 0.0, 3.0],
            vec![2.0, 4.0, 0.0, 6.0],
            vec![0.0, 0.0, 0.0, 0.0],
        ];
        let (found, n) = solved_as_far_as_told(system, 3);
        assert_eq!((found, n), (vec![vec![0.0], vec![1.5], vec![0.0]], 1));
        let system = vec![vec![2.0, 1.0, 3.0], vec![1.0, 2.0, 3.0]];
        assert_eq!(
            solved_as_far_as_told(system, 2),
            (vec![vec![1.0], vec![1.0]], 2)
        );
    }

    #[test]
    fn unknowns_solve_their_equations() {
        let system = vec![vec![0.0, 2.0, 4.0, 2.0], vec![3.0, 1.0, 5.0, 1.0]];
        let found = solved(system, 2).expect("has a solution");
        assert_eq!(found, [[1.0, 0.0], [2.0, 1.0]]);
        assert_eq!(
            solved(vec![vec![1.0, 2.0, 0.0], vec![2.0, 4.0, 0.0]], 2),
            None
        );
    }
}
