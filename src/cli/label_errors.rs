//! The likely label errors that `stance train --report --label-errors` adds, with their progress.

use super::failure::Failure;
use super::progress::Progress;
use stance::model::{Stage, TrainingSettings, n_suspect_label_folds, suspect_labels};
use stance::statement::LabelledCorpus;
use stance::validation::LabelErrors;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn found(
    corpus: &LabelledCorpus,
    settings: &TrainingSettings,
    progress: &Progress,
) -> Result<LabelErrors, Failure> {
    let fits = n_suspect_label_folds(corpus.len(), settings);
    let fits_done = AtomicUsize::new(0);
    progress.stage("looking for wrong labels");
    let (errors, _) = suspect_labels(corpus, settings, &|stage| {
        if stage == Stage::FoldDone {
            let done = fits_done.fetch_add(1, Ordering::Relaxed) + 1;
            progress.stage(&format!(
                "looking for wrong labels, {done} of {fits} fits done"
            ));
        }
    })?;
    Ok(errors)
}
