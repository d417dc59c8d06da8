use super::*;
use crate::classifier::testing::Problem;
use crate::features::sparse::FeatureId;

fn value(objective: &Objective, parameters: &[f64]) -> f64 {
    let mut coordinates = objective.row_buffer();
    objective.coordinates(parameters, &mut coordinates);
    let (_, loss) = objective.state_at(coordinates);
    objective.value(parameters, loss)
}

fn gradient(objective: &Objective, parameters: &[f64]) -> (Vec<f64>, RowState) {
    let mut buffer = objective.row_buffer();
    objective.coordinates(parameters, &mut buffer);
    let (state, _) = objective.state_at(buffer.clone());
    let mut gradient = vec![0.0; parameters.len()];
    objective.gradient(parameters, &state, &mut buffer, &mut gradient);
    (gradient, state)
}

fn with_a_column_twice(matrix: &DesignMatrix) -> DesignMatrix {
    let mut twice = DesignMatrix::new(matrix.n_features() + 1);
    for row in matrix.rows() {
        let own = row.features.iter().copied().zip(row.values.iter().copied());
        let first = own.clone().find(|(feature, _)| feature.0 == 0);
        let again = first.map(|(_, value)| (FeatureId(matrix.n_features() as u32), value));
        twice.push_row(own.chain(again)).unwrap();
    }
    twice
}

#[test]
fn gradient_and_hessian_agree_with_finite_differences() {
    for n_labels in [2, 3, 5] {
        let problem = Problem::new(40, 12, n_labels, 7);
        let costs = (0..40).map(|i| 0.3 + (i % 5) as f64).collect();
        // One column twice, so that there is something to merge.
        let matrix = with_a_column_twice(&problem.matrix);
        let objective = Objective::merged(&matrix, &problem.labels, costs, n_labels);
        assert!(objective.n_columns() < matrix.n_features());
        let wave = |i: usize, a: f64| libm::sin(a * (i + 1) as f64);
        let at: Vec<f64> = (0..objective.n_parameters())
            .map(|i| wave(i, 1.3))
            .collect();
        let direction: Vec<f64> = (0..at.len()).map(|i| wave(i, 0.7)).collect();
        let moved =
            |h: f64| -> Vec<f64> { at.iter().zip(&direction).map(|(a, d)| a + h * d).collect() };

        let (g, state) = gradient(&objective, &at);
        for i in 0..at.len() {
            let h = 1e-5;
            let (mut up, mut down) = (at.clone(), at.clone());
            up[i] += h;
            down[i] -= h;
            let slope = (value(&objective, &up) - value(&objective, &down)) / (2.0 * h);
            assert!(
                (slope - g[i]).abs() < 1e-6,
                "K = {n_labels}: {slope} {}",
                g[i]
            );
        }

        let mut product = vec![0.0; at.len()];
        let mut buffer = objective.row_buffer();
        let mut curvatures = Curvatures::new(&objective);
        curvatures.update(&objective, &state);
        let square = objective.hessian_product(
            (&direction, &direction),
            &state,
            &curvatures,
            &mut buffer,
            &mut product,
        );
        assert!((square - serial_dot(&direction, &product)).abs() < 1e-10);
        let h = 1e-5;
        let (up, down) = (
            gradient(&objective, &moved(h)).0,
            gradient(&objective, &moved(-h)).0,
        );
        for i in 0..at.len() {
            let change = (up[i] - down[i]) / (2.0 * h);
            assert!((change - product[i]).abs() < 1e-6);
        }
    }
}

#[test]
fn a_step_tells_loss_rise_and_slope() {
    let problem = Problem::new(30, 8, 3, 3);
    let objective = Objective::new(&problem.matrix, &problem.labels, vec![2.0; 30], 3);
    let direction: Vec<f64> = (0..60).map(|i| libm::sin(f64::from(i))).collect();
    let (from, loss) = objective.state_at(vec![0.1; 60]);
    let mut to = from.clone();
    let step = objective.step(&from, &direction, 0.5, &mut to);
    assert!((step.loss - loss - step.rise).abs() < 1e-12);
    let ahead = objective.step(&from, &direction, 0.5 + 1e-5, &mut to);
    let behind = objective.step(&from, &direction, 0.5 - 1e-5, &mut to);
    assert!((step.slope - (ahead.rise - behind.rise) / 2e-5).abs() < 1e-7);
}

#[test]
fn the_shares_are_the_optimum_of_the_intercepts() {
    let problem = Problem::new(50, 4, 4, 11);
    let costs = (0..50).map(|i| 0.1 + (i % 3) as f64).collect();
    let objective = Objective::new(&problem.matrix, &problem.labels, costs, 4);
    let (g, _) = gradient(&objective, &objective.parameters_of_shares());
    assert!(g[12..].iter().all(|g| g.abs() < 1e-12));
}
