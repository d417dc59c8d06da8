//! Ctrl-C and termination: the unfinished outputs go, and the process ends at once.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The unfinished files of the outputs being written. A signal has no other way to learn of them.
static PARTIAL: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Starts listening. Without a handler the process would end as well, but leave the unfinished file behind.
pub fn install() {
    let _ = ctrlc::set_handler(|| {
        let partial = PARTIAL
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for path in &*partial {
            let _ = std::fs::remove_file(path);
        }
        // The lock is held until the end, so that nothing is renamed meanwhile.
        #[allow(clippy::exit)] // a signal handler cannot return to main
        std::process::exit(130);
    });
}

/// Names an unfinished file, if there is one. Once it is renamed, nothing has that name and nothing is removed.
pub fn watch(path: Option<&Path>) {
    PARTIAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .extend(path.map(Path::to_owned));
}
