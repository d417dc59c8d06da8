//! The model: checked bytes, and the views that scoring uses.

use super::card::ModelCard;
use super::feature_table::{FeatureNumbers, FeatureTable};
use super::format::{ModelError, begins_like_a_model, decode};
use super::layout::{Layout, ModelBytes, numbers};
use super::scorer::Scorer;
use crate::features::VocabularyView;
use crate::label::LabelSet;
use crate::text::Analyzer;
use ndarray::ArrayView2;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

/// The model in the box, aligned so that it can be used in place.
#[repr(C, align(64))]
struct Aligned<B: ?Sized>(B);
static EMBEDDED: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/statements.stance"));

/// All that scoring needs and nothing else. `Send + Sync`: one model serves any number of threads.
///
/// ```
/// let model = stance::model::StanceModel::embedded();
/// let mut scorer = model.scorer();
/// let scored = scorer.score("We are ready to sit down with them tomorrow.");
/// assert_eq!(model.labels().name(scored.prediction.label()), "conciliatory");
/// ```
#[derive(Debug)]
pub struct StanceModel {
    bytes: ModelBytes,
    layout: Layout,
    card: ModelCard,
    labels: LabelSet,
    analyzer: Analyzer,
    /// Made by [`prepare`](Self::prepare).
    feature_table: OnceLock<FeatureTable>,
}

impl StanceModel {
    /// Opens a model file.
    ///
    /// # Errors
    /// [`ModelError`] if it cannot be read, or fails a check.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let io = |source| ModelError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = File::open(path).map_err(io)?;
        // The start decides whether the rest is worth reading.
        let mut start = Vec::with_capacity(9);
        file.by_ref().take(9).read_to_end(&mut start).map_err(io)?;
        if !begins_like_a_model(&start) {
            let what = if start.is_empty() {
                "it is empty"
            } else {
                "it does not begin like one"
            };
            return Err(ModelError::NotAModel(what.into()));
        }
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            // A pipe: its length is not known beforehand.
            file.read_to_end(&mut start).map_err(io)?;
            return Self::from_bytes(&start);
        }
        let length = usize::try_from(metadata.len())
            .map_err(|_| io(std::io::ErrorKind::FileTooLarge.into()))?;
        let mut bytes = ModelBytes::zeroed(length.max(start.len()));
        bytes.as_mut_slice()[..start.len()].copy_from_slice(&start);
        file.read_exact(&mut bytes.as_mut_slice()[start.len()..])
            .map_err(io)?;
        Self::check(bytes)
    }

    /// Whether `path` begins like a model file. Nothing is read of pipes, which can be read once only.
    ///
    /// # Errors
    /// [`ModelError::Io`] if it cannot be read.
    pub fn is_at(path: &Path) -> Result<bool, ModelError> {
        let io = |source| ModelError::Io {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(io)?;
        if !file.metadata().map_err(io)?.is_file() {
            return Ok(false);
        }
        let mut start = Vec::with_capacity(9);
        file.take(9).read_to_end(&mut start).map_err(io)?;
        Ok(begins_like_a_model(&start))
    }

    /// A model from the bytes of a model file.
    ///
    /// # Errors
    /// [`ModelError`] if they fail a check.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::check(ModelBytes::copy_of(bytes))
    }

    /// The model in the box, trained on `datasets/statements.csv`.
    ///
    /// # Panics
    /// If this build was made with a damaged model.
    pub fn embedded() -> Self {
        Self::check(ModelBytes::Embedded(&EMBEDDED.0)).expect("the model in the box is whole")
    }

    fn check(bytes: ModelBytes) -> Result<Self, ModelError> {
        let (card, labels, analyzer, layout) = decode(bytes.as_slice())?;
        Ok(Self {
            bytes,
            layout,
            card,
            labels,
            analyzer,
            feature_table: OnceLock::new(),
        })
    }

    /// The bytes of the model file.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// A digest of the whole file (BLAKE3), in hexadecimal: tells models apart.
    pub fn digest(&self) -> String {
        blake3::hash(self.as_bytes()).to_hex().to_string()
    }

    /// What the model says of itself.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// The labels.
    pub fn labels(&self) -> &LabelSet {
        &self.labels
    }

    /// What cuts and analyses texts.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// The terms.
    pub fn vocabulary(&self) -> VocabularyView<'_> {
        VocabularyView::from_checked(self.layout.vocabulary(self.as_bytes()))
    }

    /// Training rows that have each feature.
    pub fn document_frequencies(&self) -> &[u32] {
        numbers(self.as_bytes(), self.layout.document_frequencies.clone())
    }

    /// The scale of each feature; see [`weighting`](crate::features::weighting).
    pub fn scales(&self) -> &[f32] {
        numbers(self.as_bytes(), self.layout.scales.clone())
    }

    /// Log-odds per unit of value, `n_features × n_labels`; each row sums to zero up to rounding.
    pub fn weights(&self) -> ArrayView2<'_, f32> {
        let weights = numbers(self.as_bytes(), self.layout.weights.clone());
        ArrayView2::from_shape((self.scales().len(), self.labels.len()), weights)
            .expect("sizes were checked")
    }

    /// Log-odds of a statement without known words, by label.
    pub fn intercepts(&self) -> &[f64] {
        numbers(self.as_bytes(), self.layout.intercepts.clone())
    }

    /// The calibrator: matrix (`n_labels × n_labels`) and intercepts, if there is one.
    pub fn calibration(&self) -> Option<(ArrayView2<'_, f64>, &[f64])> {
        let [matrix, intercepts] = self.layout.calibration.clone()?;
        let k = self.labels.len();
        let matrix = ArrayView2::from_shape((k, k), numbers(self.as_bytes(), matrix))
            .expect("sizes were checked");
        Some((matrix, numbers(self.as_bytes(), intercepts)))
    }

    /// Lays what scoring reads of a feature side by side. Scores stay the same; it pays off from some thousand statements
    /// on. Scorers that were made before do not use it.
    pub fn prepare(&self) {
        self.feature_table
            .get_or_init(|| FeatureTable::new(self.scales(), self.weights()));
    }

    /// Scale and weights of each feature.
    pub(super) fn feature_numbers(&self) -> FeatureNumbers<'_> {
        match self.feature_table.get() {
            Some(table) => table.numbers(),
            None => {
                let weights = numbers(self.as_bytes(), self.layout.weights.clone());
                FeatureNumbers::of_file(self.scales(), weights, self.labels.len())
            }
        }
    }

    /// What scores statements; one for each thread.
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer::new(self)
    }
}
