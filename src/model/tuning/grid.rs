//! The settings that a search goes through.

use super::super::trainer::TrainingSettings;
use crate::classifier::{ClassWeight, FitError, Hyperparameters, ValidHyperparameters};
use crate::features::SelectionSettings;
use crate::text::{NgramRange, TextSettings};
use linfa::ParamGuard;

/// How texts become features, in one cell of a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureSettings {
    /// How texts become terms.
    pub text: TextSettings,
    /// Which terms are features and how they are weighed.
    pub selection: SelectionSettings,
}

/// All combinations of feature settings, class weights and costs C.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Feature settings, those to try first in front.
    pub features: Vec<FeatureSettings>,
    /// How labels are weighed.
    pub class_weights: Vec<ClassWeight>,
    /// Costs C.
    pub c: Vec<f64>,
}

/// Costs C that are tried by default.
pub const DEFAULT_TUNED_C: [f64; 5] = [0.3, 1.0, 3.0, 10.0, 30.0];

impl Grid {
    /// The default grid around `settings`: its features with other powers of the log-count ratio, other n-grams of words
    /// and characters, and without rare terms; [`DEFAULT_TUNED_C`]; labels weighed alike and not.
    pub fn around(settings: &TrainingSettings) -> Self {
        let base = FeatureSettings {
            text: settings.text.clone(),
            selection: settings.selection,
        };
        let mut features = vec![base.clone()];
        let mut add = |change: &dyn Fn(&mut FeatureSettings)| {
            let mut other = base.clone();
            change(&mut other);
            let has_terms = other.text.word_ngrams.is_some() || other.text.char_ngrams.is_some();
            if has_terms && !features.contains(&other) {
                features.push(other);
            }
        };
        let range = |min, max| NgramRange::new(min, max).ok();
        for power in [0.0, 0.5, 1.0] {
            add(&|other| other.selection.log_count_ratio = power);
        }
        if base.text.char_ngrams.is_some() {
            add(&|other| other.text.char_ngrams = range(3, 6));
            add(&|other| other.text.char_ngrams = None);
        }
        if base.text.word_ngrams.is_some() {
            add(&|other| other.text.word_ngrams = range(1, 1));
            add(&|other| other.text.word_ngrams = range(1, 3));
        }
        add(&|other| other.selection.min_df = base.selection.min_df.max(2));
        Self {
            features,
            class_weights: vec![ClassWeight::Balanced, ClassWeight::None],
            c: DEFAULT_TUNED_C.to_vec(),
        }
    }

    /// The number of cells.
    pub fn n_cells(&self) -> usize {
        self.features.len() * self.class_weights.len() * self.c.len()
    }

    /// The cells of one feature setting and one class weight, by rising C.
    pub(super) fn path(
        &self,
        class_weight: ClassWeight,
        base: &ValidHyperparameters,
    ) -> Result<Vec<ValidHyperparameters>, FitError> {
        let mut values = self.c.clone();
        values.sort_by(f64::total_cmp);
        let cell = |&c: &f64| {
            Hyperparameters::new()
                .c(c)
                .class_weight(class_weight)
                .tolerance(base.tolerance())
                .max_iterations(base.max_iterations())
                .solver(base.solver())
                .check()
                .map_err(FitError::from)
        };
        values.iter().map(cell).collect()
    }
}
