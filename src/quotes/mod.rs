//! From an article to its quotations: what was said between marks, and by whom.
//!
//! [`spans`](marks::spans) pairs quotation marks, [`quotations`] decides which pairs are somebody's words and looks for a
//! [reporting clause](reporting) around each. All offsets are bytes of the article. Nothing is looked up outside of the
//! text; `docs/quotes.md` has the rules and what they are worth.

pub mod find;
pub mod marks;
pub mod reporting;
pub mod tokens;

pub use find::{Kind, Quotation, Resolved, quotations};
