//! From an article to its quotations: what was said or reported, by whom, about whom.
//!
//! [`spans`](marks::spans) pairs quotation marks; [`quotations`] decides which pairs are somebody's words, looks for a
//! [reporting clause](reporting) around each, adds what is [reported without marks](indirect), and says [who is who](people) and
//! [whom it is about](target). All offsets are bytes of the article. Nothing is looked up outside of the text and the word
//! lists of its [`Language`]; `docs/quotes.md` has the rules and what they are worth.

pub mod aliases;
pub mod class;
pub mod clauses;
pub mod find;
pub mod grammar;
pub mod indirect;
pub mod language;
pub mod marks;
pub mod names;
pub mod noun_phrases;
pub mod people;
pub mod phrases;
pub mod place;
pub mod pronouns;
pub mod quotation;
pub mod reporting;
pub mod row;
pub mod target;
pub mod tokens;
pub mod verb_last;

pub use aliases::Aliases;
pub use find::quotations;
pub use language::Language;
pub use quotation::{Kind, Quotation, Resolution, Resolved};
pub use row::{COLUMNS, QuotationRow, rows};
