//! Does the model read what is said, or who is named? A shortcut audit.
//!
//! In: a corpus, and predictions for texts that are changed here. Out: an [`AuditReport`], by [`audit()`].
//!
//! 1. [`Names`] learns from the corpus itself which words are names: no list of people or countries is used.
//! 2. [`Altered`] makes the same statements with every name masked, and with names exchanged for others of their kind.
//! 3. Whoever asks scores them: [`predict_out_of_fold`] by classifiers that have not seen the row, or any scorer.
//! 4. [`heavy_shortcuts`] looks for names, numbers and links among a model's heaviest terms.
//! 5. [`AuditReport`] says how many predictions flip, how far probabilities move, and what the score is then.

pub mod altered;
pub mod heavy;
pub mod names;
pub mod out_of_fold;
pub mod report;
pub mod run;

pub use altered::{Altered, MASK};
pub use heavy::{HeavyShortcut, ShortcutKind, heavy_shortcuts};
pub use names::Names;
pub use out_of_fold::predict_out_of_fold;
pub use report::{AuditReport, Change};
pub use run::audit;
