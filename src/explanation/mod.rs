//! Why a statement was scored as it was.
//!
//! The classifier is linear, so nothing is estimated: each feature adds value × weight to each label's log-odds, and an
//! [`Explanation`] lists these products. Added to the intercept in the order given they are the raw log-odds exactly.
//! For people the products are gathered into [`Piece`]s, the words and word pairs of the statement.

#[allow(clippy::module_inception)] // the folder's main type
pub mod explanation;
pub mod heaviest;
pub mod mistakes;
pub mod reasons;
pub mod weight_changes;

pub use explanation::{Contribution, Explanation, Piece};
pub use heaviest::heaviest;
pub use mistakes::{Mistake, confident_mistakes, surest_mistakes};
pub use reasons::{reasons, reasons_for};
pub use weight_changes::{WeightChange, weight_changes};
