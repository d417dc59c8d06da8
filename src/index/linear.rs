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

#[cfg(test)]
mod tests {
    use super::*;

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
