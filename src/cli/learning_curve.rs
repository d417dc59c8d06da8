//! The learning curve that `stance train --learning-curve` adds, with its progress.

use super::failure::Failure;
use super::progress::Progress;
use stance::model::learning_curve::N_CURVE_DRAWS;
use stance::model::{LearningCurve, Stage, TrainingSettings, learning_curve};
use stance::statement::LabelledCorpus;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn measured(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    progress: &Progress,
) -> Result<LearningCurve, Failure> {
    let fits = N_CURVE_DRAWS * settings.folds;
    let fits_done = AtomicUsize::new(0);
    progress.stage("learning curve");
    let curve = learning_curve(corpus, settings, &|stage| {
        if stage == Stage::FoldDone {
            let done = fits_done.fetch_add(1, Ordering::Relaxed) + 1;
            progress.stage(&format!("learning curve, {done} of {fits} fits done"));
        }
    })?;
    Ok(curve)
}
