//! Classify what officials say as hostile, conciliatory or neutral, or by any other labels: fast, offline, explained,
//! with calibrated probabilities, and the same bytes for the same input.
//!
//! # The pipeline, in order
//!
//! 1. [`io`] reads files and yields rows. A [`statement`] is a text; a labelled one also has a [`label`] and a weight.
//! 2. [`text`] cuts a statement into words, each a byte span in the raw text, and folds, stems and cuts each distinct
//!    word into character n-grams.
//! 3. [`features`] turns words into sparse rows: a frozen vocabulary gives the ids, tf-idf the values.
//! 4. [`classifier`] gives one log-odds for each label, by L2-regularised multinomial logistic regression, and makes
//!    probabilities of them that mean what they say.
//! 5. [`validation`] tells how well it does on rows it has not seen: folds without near-duplicates, scores, intervals,
//!    calibration error.
//! 6. [`model`] holds everything that scoring needs in one inert file. [`model::train`] walks steps 2 to 5 and makes
//!    one; [`model::Scorer`] walks 2 to 4 for a statement and gives a [`prediction`].
//! 7. [`evaluation`] reports on predictions, [`explanation`] says why a statement was scored so.
//! 8. [`check`] tells what may be wrong with labelled data, [`audit`] asks whether the model leans on names, and `report`
//!    (a feature of the crate) puts all figures on one page.
//! 9. [`quotes`] finds who said what in an article.
//! 10. [`index`] goes from scored statements to shares and an index: so far it draws the sample that people code.
//! 11. [`io`] writes predictions beside the rows they belong to.
//!
//! Each module uses only what stands before it; [`io`] knows the nouns ([`statement`], [`label`], [`prediction`]) alone.
//! The terminal is not part of the library: take it with `default-features = false`.
//!
//! # Example
//!
//! ```
//! use stance::explanation::{Explanation, reasons};
//! use stance::model::StanceModel;
//!
//! // The model in the box; `StanceModel::open` takes a file.
//! let model = StanceModel::embedded();
//! // One scorer for each thread.
//! let mut scorer = model.scorer();
//!
//! let text = "We propose to release all prisoners on both sides before the talks begin.";
//! let prediction = scorer.score(text).prediction.clone();
//! assert_eq!(model.labels().name(prediction.label()), "conciliatory");
//! // Probabilities are kept as printed: in millionths that sum to one million.
//! assert_eq!(prediction.millionths().iter().sum::<u32>(), 1_000_000);
//!
//! // The three words that speak strongest for it, such as `propos +0.70; …`.
//! let explanation = Explanation::new(&model, &mut scorer, text);
//! assert_eq!(reasons(&explanation, 3).split("; ").count(), 3);
//! ```
//!
//! Training from rows in memory is shown in `examples/train.rs`.

#![deny(missing_docs)]

pub mod audit;
pub mod check;
pub mod classifier;
pub mod documents;
pub mod evaluation;
pub mod explanation;
pub mod features;
pub mod index;
pub mod io;
pub mod label;
pub mod model;
pub mod prediction;
pub mod predictions;
pub mod quotes;
#[cfg(feature = "report")]
pub mod report;
pub mod statement;
pub mod text;
pub mod validation;
