//! Truncated Newton method: each step solves H s = −g roughly by preconditioned conjugate gradients, then searches
//! along s.
//!
//! Lin, Weng & Keerthi, "Trust region Newton method for large-scale logistic regression", JMLR 2008; Hsia, Chiang & Lin,
//! "Preconditioned conjugate gradient methods in truncated Newton frameworks for large-scale linear classification",
//! ACML 2018. As in liblinear's newer solver the step's length is found by a line search on cached rows, and conjugate
//! gradients stop by the quadratic model (Nash & Sofer 1990), not by the residual alone: the residual rule met the
//! gradient's tolerance with the objective still half a percent high. Only where the step would reach the tolerance of
//! the whole search does the residual end them.
//!
//! Hessian products are taken in single precision while the gradient is far from zero: they only shape a step, whose
//! length and outcome are judged in double precision.

mod columns;
mod curvature;
mod merging;
mod objective;
mod parameters;
mod preconditioner;
mod recycling;

use crate::classifier::fit_report::{FitStatus, relative_norm};
use crate::classifier::vector::{add_scaled, advance, dot, scale_add_and_narrow, weighted_square};
use curvature::Curvatures;
pub(crate) use objective::Objective;
use objective::RowState;
pub(crate) use parameters::{classifier_of, parameters_of};
use preconditioner::Preconditioner;
use recycling::Recycling;

/// Conjugate gradients stop when a step improves the quadratic model by less than this share of its mean step.
const MODEL_TOLERANCE: f64 = 0.1;
/// They also stop when the residual is below this share of the gradient that is asked for.
const ENOUGH: f64 = 0.7;
/// Hessian products are in single precision while the gradient is above this share of its start.
const SINGLE_PRECISION: f64 = 1e-5;
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

/// The norm that a gradient is to have: `tolerance` times the first one, and no less than what rounding leaves.
pub(crate) fn target_norm(tolerance: f64, first_norm: f64, total_cost: f64) -> f64 {
    (tolerance * first_norm).max(ZERO_GRADIENT * total_cost)
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
    run(search, first_norm, tolerance, max_iterations)
}

/// The same from `start`, where the norm at W = 0 and intercepts at the log shares is known.
pub(crate) fn descend(
    objective: &Objective,
    start: Vec<f64>,
    first_norm: f64,
    tolerance: f64,
    max_iterations: u32,
) -> Minimum {
    let search = Search::at(objective, start);
    run(search, first_norm, tolerance, max_iterations)
}

fn run(mut search: Search<'_>, first_norm: f64, tolerance: f64, max_iterations: u32) -> Minimum {
    let objective = search.objective;
    let target = target_norm(tolerance, first_norm, objective.total_cost());
    let mut metric = None;
    let (mut iterations, mut stalled, mut smallest) = (0, 0, search.gradient_norm);
    let status = loop {
        if search.gradient_norm <= target {
            break FitStatus::Converged;
        }
        if iterations == max_iterations {
            break FitStatus::IterationLimit;
        }
        let metric = metric.get_or_insert_with(|| Metric::new(objective));
        metric.update(objective, &search.state);
        search.passes += 1;
        let share = search.gradient_norm / first_norm;
        if share > SINGLE_PRECISION {
            search.single_direction(metric, share, target);
        } else {
            search.double_direction(metric, share, target);
        }
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
        relative_gradient_norm: relative_norm(search.gradient_norm, first_norm),
        status,
        gradient_norm: search.gradient_norm,
        objective: objective.value(&search.parameters, search.loss),
        iterations,
        passes: search.passes,
        parameters: search.parameters,
    }
}

/// The shape of the objective around the point reached, as far as it is used.
struct Metric {
    curvatures: Curvatures,
    preconditioner: Preconditioner,
    recycling: Recycling,
}

impl Metric {
    fn new(objective: &Objective) -> Self {
        let curvatures = Curvatures::new(objective);
        Self {
            preconditioner: Preconditioner::new(objective, &curvatures),
            curvatures,
            recycling: Recycling::default(),
        }
    }

    fn update(&mut self, objective: &Objective, state: &RowState) {
        self.curvatures.update(objective, state);
        self.preconditioner.update(objective, &self.curvatures);
        self.recycling.begin();
    }
}

/// The point reached, and buffers that live as long as the search.
struct Search<'a> {
    objective: &'a Objective<'a>,
    /// Of each parameter, in the squared norm of a gradient.
    masses: Vec<f64>,
    parameters: Vec<f64>,
    state: RowState,
    loss: f64,
    gradient: Vec<f64>,
    gradient_norm: f64,
    passes: u32,
    trial: RowState,
    /// One block per row: products in work, then the direction's coordinates.
    rows: Vec<f64>,
    /// The same in single precision.
    narrow_rows: Vec<f32>,
    direction: Vec<f64>,
    conjugate: Conjugate,
}

/// What conjugate gradients work with.
#[derive(Default)]
struct Conjugate {
    residual: Vec<f64>,
    scaled: Vec<f64>,
    direction: Vec<f64>,
    /// The same in single precision.
    narrow: Vec<f32>,
    product: Vec<f64>,
}

impl<'a> Search<'a> {
    fn at(objective: &'a Objective<'a>, parameters: Vec<f64>) -> Self {
        let mut rows = objective.row_buffer();
        objective.coordinates(&parameters, &mut rows);
        let (state, loss) = objective.state_at(rows.clone());
        let mut search = Self {
            objective,
            masses: objective.masses_of_parameters(),
            trial: state.clone(),
            state,
            loss,
            gradient: vec![0.0; parameters.len()],
            gradient_norm: 0.0,
            passes: 1,
            narrow_rows: Vec::new(),
            rows,
            direction: vec![0.0; parameters.len()],
            conjugate: Conjugate::default(),
            parameters,
        };
        search.update_gradient();
        search
    }

    fn update_gradient(&mut self) {
        self.objective.gradient(
            &self.parameters,
            &self.state,
            &mut self.rows,
            &mut self.gradient,
        );
        self.gradient_norm = weighted_square(&self.masses, &self.gradient).sqrt();
        self.passes += 1;
    }

    /// [`find_direction`](Self::find_direction) with Hessian products in single precision.
    fn single_direction(&mut self, metric: &mut Metric, share: f64, target: f64) {
        let objective = self.objective;
        let mut rows = std::mem::take(&mut self.narrow_rows);
        rows.resize(self.rows.len(), 0.0);
        self.find_direction(metric, share, target, |metric, state, conjugate| {
            objective.hessian_product(
                (&conjugate.direction, &conjugate.narrow),
                state,
                &metric.curvatures,
                &mut rows,
                &mut conjugate.product,
            )
        });
        self.narrow_rows = rows;
    }

    /// [`find_direction`](Self::find_direction) with Hessian products in double precision.
    fn double_direction(&mut self, metric: &mut Metric, share: f64, target: f64) {
        let objective = self.objective;
        let mut rows = std::mem::take(&mut self.rows);
        self.find_direction(metric, share, target, |metric, state, conjugate| {
            objective.hessian_product(
                (&conjugate.direction, &conjugate.direction),
                state,
                &metric.curvatures,
                &mut rows,
                &mut conjugate.product,
            )
        });
        self.rows = rows;
    }

    /// Minimises the quadratic model ½ sᵀHs + gᵀs roughly: s becomes `direction`. The gradient is `share` of its start,
    /// and its norm is to become `target`. `multiply` sets the product H · direction and returns its dot product with
    /// the direction.
    fn find_direction(
        &mut self,
        metric: &mut Metric,
        share: f64,
        target: f64,
        mut multiply: impl FnMut(&Metric, &RowState, &mut Conjugate) -> f64,
    ) {
        // Closer to the optimum the model is better and worth solving closer: superlinear at the end.
        let tolerance = MODEL_TOLERANCE.min(share.min(1.0).sqrt());
        self.direction.fill(0.0);
        let n_parameters = self.parameters.len();
        let mut cg = std::mem::take(&mut self.conjugate);
        cg.residual.clear();
        cg.residual.extend(self.gradient.iter().map(|g| -g));
        for buffer in [&mut cg.scaled, &mut cg.direction, &mut cg.product] {
            buffer.resize(n_parameters, 0.0);
        }
        cg.direction.fill(0.0);
        cg.narrow.resize(n_parameters, 0.0);
        let precondition = |metric: &Metric, cg: &mut Conjugate| {
            let Metric {
                recycling,
                preconditioner,
                ..
            } = metric;
            recycling.solve(preconditioner, &cg.residual, &mut cg.scaled)
        };
        let mut square = precondition(metric, &mut cg);
        scale_add_and_narrow(&mut cg.direction, 0.0, &cg.scaled, &mut cg.narrow);
        let mut model = 0.0;
        for step in 1..=n_parameters.max(5) {
            let curvature = multiply(metric, &self.state, &mut cg);
            self.passes += 2;
            if !(curvature > 0.0 && square > 0.0) {
                break;
            }
            metric.recycling.offer(&cg.narrow, &cg.product);
            let length = square / curvature;
            let residual_square = advance(
                (&mut self.direction, &cg.direction),
                (&mut cg.residual, &cg.product),
                length,
                &self.masses,
            );
            // With residual r = −g − Hs the model at s is −½ (sᵀr − sᵀg); conjugacy makes the change −½ length·square.
            let change = -0.5 * length * square;
            model += change;
            if step as f64 * change >= tolerance * model
                || residual_square.sqrt() <= ENOUGH * target
            {
                break;
            }
            let next = precondition(metric, &mut cg);
            scale_add_and_narrow(&mut cg.direction, next / square, &cg.scaled, &mut cg.narrow);
            square = next;
        }
        self.conjugate = cg;
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
        let cross = objective.penalty_product(&self.parameters, &self.direction);
        let square = objective.penalty_product(&self.direction, &self.direction);
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
    use super::*;
    use crate::classifier::testing::Problem;

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
