//! What training leaves for the model file, once corpus and fit are let go of.

use super::card::ModelCard;
use super::format::{ModelArrays, ModelError, encode};
use super::model::StanceModel;
use crate::classifier::{Calibrator, LinearClassifier};
use crate::features::Selection;
use crate::features::vocabulary::Vocabulary;

/// Terms, scales and weights.
#[derive(Debug)]
pub(super) struct Frozen {
    vocabulary: Vocabulary,
    document_frequencies: Vec<u32>,
    scales: Vec<f32>,
    weights: Vec<f32>,
    intercepts: Vec<f64>,
}

impl Frozen {
    /// Keeps of a selection, whose terms `vocabulary` has, and of the classifier what a model needs.
    pub(super) fn new(
        vocabulary: Vocabulary,
        selection: Selection<'_>,
        classifier: LinearClassifier,
    ) -> Self {
        let (document_frequencies, scales) = selection.into_numbers();
        // Adding zero makes −0 into 0.
        let narrow = |&weight: &f64| weight as f32 + 0.0;
        Self {
            vocabulary,
            document_frequencies,
            scales,
            weights: classifier.weights().iter().map(narrow).collect(),
            intercepts: classifier.intercepts().to_vec(),
        }
    }

    /// The model, through the bytes of its file and all checks.
    pub(super) fn model(
        self,
        card: &ModelCard,
        calibrator: Option<&Calibrator>,
    ) -> Result<StanceModel, ModelError> {
        let calibration: Option<(Vec<f64>, Vec<f64>)> = calibrator.map(|calibrator| {
            let matrix = calibrator.matrix().iter().copied().collect();
            (matrix, calibrator.intercepts().to_vec())
        });
        let arrays = ModelArrays {
            vocabulary: self.vocabulary.parts(),
            document_frequencies: &self.document_frequencies,
            scales: &self.scales,
            weights: &self.weights,
            intercepts: &self.intercepts,
            calibration: calibration
                .as_ref()
                .map(|(m, b)| (m.as_slice(), b.as_slice())),
        };
        let bytes = encode(card, arrays);
        drop(self);
        StanceModel::from_bytes(&bytes)
    }
}
