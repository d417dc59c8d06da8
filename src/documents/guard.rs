//! A fence around foreign code that reads bytes from anywhere: its panics and endless loops become errors.

use super::{DocumentError, Kind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// Enough for the deepest nesting that the readers allow; a caller's own thread may have far less.
const STACK: usize = 64 << 20;

/// What the work unwinds with once it gives up.
pub(super) struct Stopped;

/// What `work` returns. It runs on a thread of its own, is given `60 s + 1 s per MB of input`, and finds its argument set
/// once that time is over; a thread that does not look ends only with the program.
///
/// # Errors
///
/// The work's own, and [`DocumentError::Broken`] after a panic, [`DocumentError::TooMuchWork`] after the time limit.
pub(super) fn guarded<T: Send + 'static>(
    kind: Kind,
    bytes: usize,
    work: impl FnOnce(&AtomicBool) -> Result<T, DocumentError> + Send + 'static,
) -> Result<T, DocumentError> {
    let broken = |reason: &str| DocumentError::Broken {
        kind,
        reason: reason.to_owned(),
    };
    let limit = Duration::from_secs(60 + (bytes >> 20) as u64);
    let over = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&over);
    let (send, receive) = sync_channel(1);
    thread::Builder::new()
        .name("document".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            // Nobody waits any more after the time limit, so a failed send is no loss.
            let _ = send.send(catch_unwind(AssertUnwindSafe(|| work(&seen))));
        })
        .map_err(|e| broken(&format!("no thread could be started ({e})")))?;
    match receive.recv_timeout(limit) {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(payload)) if payload.is::<Stopped>() => Err(DocumentError::TooMuchWork {
            kind,
            reason: "it holds more than any text would".to_owned(),
        }),
        Ok(Err(_)) => Err(broken(
            "its structure is damaged in a way that stopped the reader",
        )),
        Err(RecvTimeoutError::Disconnected) => Err(broken("the reader ended early")),
        Err(RecvTimeoutError::Timeout) => {
            over.store(true, Ordering::Relaxed);
            Err(DocumentError::TooMuchWork {
                kind,
                reason: format!("it was not done after {} seconds", limit.as_secs()),
            })
        }
    }
}
