//! Reader, workers and writer side by side; blocks leave in the order in which they came.

use super::failure::Failure;
use stance::io::{Block, Reader};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the parts of a run were busy, waiting for each other not counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Busy {
    /// The reader.
    pub reading: Duration,
    /// The workers, summed up.
    pub working: Duration,
    /// The writer.
    pub writing: Duration,
}

/// Runs `work` on every block in `n_workers` threads, each with a state of its own, and `write` on the results in order.
///
/// `work` fills a buffer of bytes; buffers go round, and there are only so many, so memory is bounded however slow one
/// block is. The first error in the order of the blocks ends everything and is returned. Otherwise how long each part was
/// busy.
pub fn run<S, R: Send>(
    mut reader: Reader,
    n_workers: usize,
    new_state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &Block, &mut Vec<u8>) -> Result<R, Failure> + Sync,
    mut on_read: impl FnMut(&Reader) + Send,
    mut write: impl FnMut(&[u8], R) -> Result<(), Failure>,
) -> Result<Busy, Failure> {
    type Done<R> = (
        u64,
        Duration,
        std::thread::Result<Result<(Vec<u8>, R), Failure>>,
    );
    let (free_sender, free): (Sender<Vec<u8>>, Receiver<Vec<u8>>) = channel();
    for _ in 0..2 * n_workers + 2 {
        free_sender.send(Vec::new()).expect("the receiver lives");
    }
    let (block_sender, blocks) = channel::<(Block, Vec<u8>)>();
    let blocks = Mutex::new(blocks);
    let (done_sender, done) = channel::<Done<R>>();
    std::thread::scope(|scope| {
        let reader_done = done_sender.clone();
        let reading = scope.spawn(move || {
            let mut number = 0;
            let mut busy = Duration::ZERO;
            // Ends when there is nothing more to read, or nobody to read for.
            while let Ok(buffer) = free.recv() {
                let begin = Instant::now();
                let next = reader.next_block();
                busy += begin.elapsed();
                match next {
                    Ok(Some(block)) => {
                        number = block.number() + 1;
                        on_read(&reader);
                        if block_sender.send((block, buffer)).is_err() {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        let _ = reader_done.send((number, Duration::ZERO, Ok(Err(error.into()))));
                        break;
                    }
                }
            }
            busy
        });
        for _ in 0..n_workers {
            let (blocks, done_sender) = (&blocks, done_sender.clone());
            let (new_state, work) = (&new_state, &work);
            scope.spawn(move || {
                let mut state = new_state();
                loop {
                    let next = blocks.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((block, mut buffer)) = next else { break };
                    buffer.clear();
                    let begin = Instant::now();
                    // A panic is handed on like an error: whoever waits for this block would wait for ever.
                    let result = catch_unwind(AssertUnwindSafe(|| {
                        work(&mut state, &block, &mut buffer).map(|extra| (buffer, extra))
                    }));
                    if done_sender
                        .send((block.number(), begin.elapsed(), result))
                        .is_err()
                    {
                        break;
                    }
                }
            });
        }
        drop(done_sender);
        // Owned here, so that leaving this closure drops them, and with them what reader and workers wait for.
        let (done, free_sender) = (done, free_sender);
        let mut waiting = BTreeMap::new();
        let mut busy = Busy::default();
        let mut next = 0;
        for (number, took, result) in &done {
            busy.working += took;
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                let (buffer, extra) = result.unwrap_or_else(|panic| resume_unwind(panic))?;
                let begin = Instant::now();
                write(&buffer, extra)?;
                busy.writing += begin.elapsed();
                // The reader may have gone already.
                let _ = free_sender.send(buffer);
                next += 1;
            }
        }
        busy.reading = reading.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok(busy)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stance::io::{Format, ReadOptions, Source};
    use std::io::Cursor;
    use std::path::Path;

    fn reader() -> Reader {
        let rows: String = (0..60_000).map(|i| format!("{i}\n")).collect();
        let source = Source::from_reader("t", Cursor::new(rows), None).unwrap();
        let options = ReadOptions {
            format: Some(Format::Lines),
            block_size: 16,
            ..ReadOptions::default()
        };
        Reader::from_source(source, Path::new("t"), options).unwrap()
    }

    #[test]
    fn blocks_leave_in_the_order_in_which_they_came() {
        let mut written = Vec::new();
        run(
            reader(),
            3,
            || (),
            |(), block, out| {
                out.extend_from_slice(block.bytes());
                Ok(())
            },
            |_| {},
            |bytes, ()| {
                written.extend_from_slice(bytes);
                Ok(())
            },
        )
        .unwrap();
        let expected: String = (0..60_000).map(|i| format!("{i}\n")).collect();
        assert_eq!(written, expected.as_bytes());
    }

    #[test]
    #[should_panic(expected = "the first block")]
    fn a_panic_of_a_worker_ends_the_run() {
        let work = |_: &mut (), block: &Block, _: &mut Vec<u8>| {
            assert_ne!(block.number(), 0, "the first block");
            Ok(())
        };
        let _ = run(reader(), 2, || (), work, |_| {}, |_, ()| Ok(()));
    }
}
