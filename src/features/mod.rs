//! Tokens in, sparse rows out.
//!
//! Training analyses a corpus once ([`EncodedCorpus`]), chooses terms on some of its rows ([`Selection`]) and makes a
//! [`DesignMatrix`] of them. Scoring walks the same road backwards in time: a frozen [`vocabulary`] gives the ids
//! ([`Vectorizer`]). Both weigh a row's counts by the same function ([`weighting`]).
//!
//! Terms come in two blocks, words (stems and n-grams of stems) and characters (n-grams inside words). Feature ids
//! number stems first, then n-grams of stems by rising n, then character n-grams; each kind by falling document frequency,
//! so that what is common lies side by side in memory, and equals by bytes (n-grams by the ids they are made of).

mod counts;
pub mod encoded_corpus;
mod interner;
pub mod log_count_ratio;
pub mod lookup;
mod ngram_levels;
pub mod selection;
pub mod sparse;
pub mod vectorizer;
pub mod vocabulary;
pub mod weighting;
mod word_cache;

pub use encoded_corpus::EncodedCorpus;
pub use selection::{DEFAULT_LOG_COUNT_RATIO, Selection, SelectionSettings};
pub use sparse::{DesignMatrix, FeatureId, SparseRow};
pub use vectorizer::Vectorizer;
pub use vocabulary::{Vocabulary, VocabularyView};
pub use weighting::Weighting;
