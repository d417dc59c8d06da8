//! Dual coordinate ascent: one row's multipliers after the other are set to what is best for them while the rest stay.
//!
//! The objective's dual has a multiplier α_i for each row, of which the weights are the sum W = Σ_i α_i x_iᵀ; at the
//! optimum α_i = cost_i · (e_label(i) − p_i). Every step reads and writes one row. A few passes come close to the optimum
//! where rows are of unit length, however many features there are: what is learned of a row is used for the next one at
//! once, where a Newton step sees all rows before it moves.
//!
//! Shalev-Shwartz & Zhang, "Stochastic dual coordinate ascent methods for regularized loss minimization", JMLR 14, 2013;
//! Yu, Huang & Lin, "Dual coordinate descent methods for logistic regression and maximum entropy models", Machine
//! Learning 85, 2011. The intercepts have no penalty, so the dual has the constraint Σ_i α_i = 0, which is met in the end by
//! the method of multipliers (Hestenes 1969, Powell 1969; see [`Ascent`]).
//!
//! Steps depend on each other, so one thread takes them all, in an order that depends on the number of rows alone.

mod ascent;
mod intercepts;
mod point;
mod row_step;
mod rows;

pub(crate) use ascent::Ascent;
pub(crate) use point::Point;
pub(crate) use rows::Rows;
