//! Ctrl-C and termination: the unfinished output goes, and the process ends at once.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The unfinished file of the output being written. A signal has no other way to learn of it.
static PARTIAL: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Starts listening. Without a handler the process would end as well, but leave the unfinished file behind.
pub fn install() {
    let _ = ctrlc::set_handler(|| {
        let partial = PARTIAL
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(path) = &*partial {
            let _ = std::fs::remove_file(path);
        }
        // The lock is held until the end, so that nothing is renamed meanwhile.
        #[allow(clippy::exit)] // a signal handler cannot return to main
        std::process::exit(130);
    });
}

/// Names the unfinished file, or that there is none.
pub fn set_partial(path: Option<&Path>) {
    *PARTIAL
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner) = path.map(Path::to_owned);
}
