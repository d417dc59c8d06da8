//! Truncated Newton method: each step solves H s = −g roughly by preconditioned conjugate gradients, then searches
//! along s.
//!
//! Lin, Weng & Keerthi, "Trust region Newton method for large-scale logistic regression", JMLR 2008; Hsia, Chiang & Lin,
//! "Preconditioned conjugate gradient methods in truncated Newton frameworks for large-scale linear classification",
//! ACML 2018. As in liblinear's newer solver the step's length is found by a line search on cached rows, and conjugate
//! gradients stop by the quadratic model (Nash & Sofer 1990), not by the residual: the residual rule met the gradient's
//! tolerance with the objective still half a percent high.

use super::fit_report::FitStatus;
use super::objective::{Objective, RowState};
use super::preconditioner::Preconditioner;
use super::vector::{add_scaled, dot, scale_and_add};

/// Conjugate gradients stop when a step improves the quadratic model by less than this share of its mean step.
const MODEL_TOLERANCE: f64 = 0.1;
/// A step is long enough when f falls by this share of what the slope promised.
const SUFFICIENT: f64 = 0.01;
/// Halvings of a step before the search gives up.
const MAX_HALVINGS: u32 = 40;
/// A rise of f below this share of f is rounding: the slope decides then (Hager & Zhang 2005).
const ROUNDING: f64 = 1e-12;
/// Steps in a row within rounding that leave the gradient as it was.
const MAX_STALLED: u32 = 3;
/// The gradient counts as zero below this share of the total cost.
const ZERO_GRADIENT: f64 = 64.0 * f64::EPSILON;

/// Where and how the search ended.
#[derive(Debug, Clone)]
pub(crate) struct Minimum {
    pub(crate) parameters: Vec<f64>,
    pub(crate) status: FitStatus,
    pub(crate) gradient_norm: f64,
    /// Relative to the gradient at W = 0 and intercepts at the log shares.
    pub(crate) relative_gradient_norm: f64,
    pub(crate) objective: f64,
    pub(crate) iterations: u32,
    /// Reads of all non-zeros, by row or by column.
    pub(crate) passes: u32,
}

/// Minimises `objective` from `start`, or else from W = 0 and intercepts at the log shares, until the gradient's norm is
/// at most `tolerance` times its norm at that latter point.
pub(crate) fn minimise(
    objective: &Objective,
    start: Option<Vec<f64>>,
    tolerance: f64,
    max_iterations: u32,
) -> Minimum {
    let mut search = Search::at(objective, objective.parameters_of_shares());
    let first_norm = search.gradient_norm;
    if let Some(start) = start {
        let passes = search.passes;
        search = Search::at(objective, start);
        search.passes += passes;
    }
    let target = (tolerance * first_norm).max(ZERO_GRADIENT * objective.total_cost());
    let mut preconditioner = None;
    let (mut iterations, mut stalled, mut smallest) = (0, 0, search.gradient_norm);
    let status = loop {
        if search.gradient_norm <= target {
            break FitStatus::Converged;
        }
        if iterations == max_iterations {
            break FitStatus::IterationLimit;
        }
        let preconditioner =
            preconditioner.get_or_insert_with(|| Preconditioner::new(objective, search.n_rows()));
        preconditioner.update(objective, &search.state);
        search.passes += 1;
        // Closer to the optimum the model is better and worth solving closer: superlinear at the end.
        let share = (search.gradient_norm / first_norm).min(1.0).sqrt();
        search.direction(preconditioner, MODEL_TOLERANCE.min(share));
        let Some(within_rounding) = search.step() else {
            break FitStatus::NoProgress;
        };
        iterations += 1;
        let falling = search.gradient_norm < 0.5 * smallest;
        smallest = smallest.min(search.gradient_norm);
        stalled = if within_rounding && !falling {
            stalled + 1
        } else {
            0
        };
        if stalled == MAX_STALLED && search.gradient_norm > target {
            break FitStatus::NoProgress;
        }
    };
    Minimum {
        relative_gradient_norm: if search.gradient_norm == 0.0 {
            0.0
        } else {
            search.gradient_norm / first_norm
        },
        status,
        gradient_norm: search.gradient_norm,
        objective: objective.value(&search.parameters, search.loss),
        iterations,
        passes: search.passes,
        parameters: search.parameters,
    }
}

/// The point reached, and buffers that live as long as the search.
struct Search<'a> {
    objective: &'a Objective<'a>,
    parameters: Vec<f64>,
    state: RowState,
    loss: f64,
    gradient: Vec<f64>,
    gradient_norm: f64,
    passes: u32,
    trial: RowState,
    /// One block per row: products in work, then the direction's coordinates.
    rows: Vec<f64>,
    direction: Vec<f64>,
    residual: Vec<f64>,
    scaled: Vec<f64>,
    conjugate: Vec<f64>,
    product: Vec<f64>,
}

impl<'a> Search<'a> {
    fn at(objective: &'a Objective<'a>, parameters: Vec<f64>) -> Self {
        let mut rows = objective.row_buffer();
        objective.coordinates(&parameters, &mut rows);
        let (state, loss) = objective.state_at(rows.clone());
        let zeros = || vec![0.0; parameters.len()];
        let mut search = Self {
            objective,
            trial: state.clone(),
            state,
            loss,
            gradient: zeros(),
            gradient_norm: 0.0,
            passes: 1,
            rows,
            direction: zeros(),
            residual: zeros(),
            scaled: zeros(),
            conjugate: zeros(),
            product: zeros(),
            parameters,
        };
        search.update_gradient();
        search
    }

    fn n_rows(&self) -> usize {
        self.rows.len() / self.objective.basis().width()
    }

    fn update_gradient(&mut self) {
        self.objective.gradient(
            &self.parameters,
            &self.state,
            &mut self.rows,
            &mut self.gradient,
        );
        self.gradient_norm = dot(&self.gradient, &self.gradient).sqrt();
        self.passes += 1;
    }

    /// Minimises the quadratic model ½ sᵀHs + gᵀs roughly: s becomes `direction`.
    fn direction(&mut self, preconditioner: &Preconditioner, tolerance: f64) {
        self.direction.fill(0.0);
        for (residual, gradient) in self.residual.iter_mut().zip(&self.gradient) {
            *residual = -gradient;
        }
        let mut square = preconditioner.solve(&self.residual, &mut self.scaled);
        self.conjugate.copy_from_slice(&self.scaled);
        let mut model = 0.0;
        for step in 1..=self.parameters.len().max(5) {
            let curvature = self.objective.hessian_product(
                &self.conjugate,
                &self.state,
                &mut self.rows,
                &mut self.product,
            );
            self.passes += 2;
            if !(curvature > 0.0 && square > 0.0) {
                break;
            }
            let length = square / curvature;
            add_scaled(&mut self.direction, length, &self.conjugate);
            add_scaled(&mut self.residual, -length, &self.product);
            // With residual r = −g − Hs the model at s is −½ (sᵀr − sᵀg); conjugacy makes the change −½ length·square.
            let change = -0.5 * length * square;
            model += change;
            if step as f64 * change >= tolerance * model {
                break;
            }
            let next = preconditioner.solve(&self.residual, &mut self.scaled);
            scale_and_add(&mut self.conjugate, next / square, &self.scaled);
            square = next;
        }
    }

    /// Moves along `direction` by 1 or a half, a quarter, … until f falls enough. `None`: it never did. Otherwise
    /// whether the change was within rounding.
    fn step(&mut self) -> Option<bool> {
        let objective = self.objective;
        let slope = dot(&self.gradient, &self.direction);
        if slope >= 0.0 || slope.is_nan() {
            return None;
        }
        objective.coordinates(&self.direction, &mut self.rows);
        self.passes += 1;
        let weights = objective.penalised(&self.parameters);
        let along = objective.penalised(&self.direction);
        let (cross, square) = (dot(weights, along), dot(along, along));
        let rounding = ROUNDING * objective.value(&self.parameters, self.loss);
        let mut length = 1.0;
        for _ in 0..=MAX_HALVINGS {
            let step = objective.step(&self.state, &self.rows, length, &mut self.trial);
            let rise = step.rise + length * cross + 0.5 * length * length * square;
            let slope_there = step.slope + cross + length * square;
            let within_rounding = rise.abs() <= rounding;
            let flatter = slope_there.abs() <= (1.0 - 2.0 * SUFFICIENT) * -slope;
            if rise <= SUFFICIENT * length * slope || (within_rounding && flatter) {
                add_scaled(&mut self.parameters, length, &self.direction);
                std::mem::swap(&mut self.state, &mut self.trial);
                self.loss = step.loss;
                self.update_gradient();
                return Some(within_rounding);
            }
            length *= 0.5;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Problem;
    use super::*;

    #[test]
    fn the_optimum_is_found_to_machine_precision_from_anywhere() {
        for n_labels in [2, 3, 5] {
            let problem = Problem::new(120, 20, n_labels, 1);
            let objective =
                Objective::new(&problem.matrix, &problem.labels, vec![5.0; 120], n_labels);
            let cold = minimise(&objective, None, 1e-12, 100);
            assert_eq!(cold.status, FitStatus::Converged);
            let far = (0..objective.n_parameters()).map(|i| 3.0 * libm::sin(i as f64));
            let warm = minimise(&objective, Some(far.collect()), 1e-12, 100);
            assert_eq!(warm.status, FitStatus::Converged);
            for (a, b) in cold.parameters.iter().zip(&warm.parameters) {
                assert!((a - b).abs() < 1e-9);
            }
            let again = minimise(&objective, Some(cold.parameters), 1e-11, 100);
            assert_eq!(again.iterations, 0);
        }
    }

    #[test]
    fn an_unreachable_tolerance_ends_with_no_progress_at_the_optimum() {
        let problem = Problem::new(80, 10, 3, 2);
        let objective = Objective::new(&problem.matrix, &problem.labels, vec![1.0; 80], 3);
        let mut minimum = minimise(&objective, None, 1e-300, 1000);
        // Rounding may happen to give a gradient within the floor; otherwise the search says that it got no further.
        if minimum.status == FitStatus::Converged {
            minimum.status = FitStatus::NoProgress;
        }
        assert_eq!(minimum.status, FitStatus::NoProgress);
        assert!(minimum.relative_gradient_norm < 1e-12);
        assert!(minimum.iterations < 50);
    }

    #[test]
    fn separable_rows_with_a_large_cost_converge() {
        let problem = Problem::new(30, 60, 3, 4);
        let objective = Objective::new(&problem.matrix, &problem.labels, vec![1e6; 30], 3);
        let minimum = minimise(&objective, None, 1e-8, 1000);
        assert_eq!(minimum.status, FitStatus::Converged);
        assert!(minimum.parameters.iter().all(|p| p.is_finite()));
    }
}
