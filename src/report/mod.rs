//! Everything that is known about a model and its predictions as one HTML page that a person can read, print and send on.
//!
//! In: [`ReportPage`], plain data that the steps before have computed; what was not computed has no section. Out:
//! [`ReportPage::html`], one file without scripts that asks for nothing from elsewhere. There are no figures of the page's
//! own, only their layout: [`section`] is what a page is made of, one file each makes the sections of a kind, [`chart`]
//! draws, `page.html` is the template. Texts are strangers' and may hold anything: the template escapes all, and
//! [`words`] cuts what is long and shows what is invisible.
//!
//! [`IndexPage`] is a page of its own: the index of `stance index`, group by group over time.
//!
//! The same data give the same bytes: there is no time, path or host name on the page.

pub mod chart;
mod gather;
mod gather_rows;
pub mod index;
pub mod page;
mod page_about;
mod page_index;
mod page_index_charts;
mod page_probabilities;
mod page_rows;
mod page_scores;
mod page_search;
mod page_shift;
mod page_terms;
pub mod search;
pub mod section;
pub mod words;

pub use gather_rows::place;
pub use index::IndexPage;
pub use page::{
    ColumnScores, DataSummary, Kind, LabelErrorList, LabelErrorRow, LabelMix, LabelTerms, Lengths,
    MistakeRow, ModelFacts, NamedScores, ReportPage, Scored, SettingFacts, WeighedTerm,
};
pub use search::{Grid, GridCell, LearningCurve, LearningMeasure};
