//! Writes the rest of a frame on a separate thread from a one-frame slot, so that a blocked terminal blocks
//! nothing else and no frames queue up.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::cli::terminal::FrameProgress;

/// Writes what it can of a frame without waiting.
type BeginFrame = dyn Fn(&[u8]) -> FrameProgress;

/// The slot, and the thread behind it.
pub(in crate::cli) struct FrameWriter {
    begin: Box<BeginFrame>,
    shared: Arc<WriterShared>,
}

struct WriterShared {
    slot: Mutex<FrameSlot>,
    filled: Condvar,
}

/// Where the one buffer is: here as `free`, here as `frame`, or out with either thread.
#[derive(Default)]
struct FrameSlot {
    /// The buffer, while there is nothing to be written.
    free: Option<Vec<u8>>,
    /// The buffer with a frame in it, waiting for the thread.
    frame: Option<(Vec<u8>, FrameProgress)>,
    /// Whether the buffer was asked for while it was not free.
    is_awaited: bool,
    /// Whether no frame will come any more.
    is_closed: bool,
}

impl FrameWriter {
    /// Starts the thread. Each frame is handed to `begin` where it is given; what that does not write
    /// of it the thread hands to `finish`, and afterwards calls `wake` if the buffer was asked for
    /// meanwhile.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub(in crate::cli) fn start(
        begin: impl Fn(&[u8]) -> FrameProgress + 'static,
        finish: impl Fn(&[u8], FrameProgress) + Send + 'static,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<Self> {
        let slot = Mutex::new(FrameSlot { free: Some(Vec::new()), ..FrameSlot::default() });
        let shared = Arc::new(WriterShared { slot, filled: Condvar::new() });
        let theirs = Arc::clone(&shared);
        thread::Builder::new().name("writer".to_owned()).spawn(move || {
            while let Some((frame, begun)) = theirs.next() {
                finish(&frame, begun);
                if theirs.free(frame) {
                    wake();
                }
            }
        })?;
        Ok(Self { begin: Box::new(begin), shared })
    }

    /// The buffer for the next frame, empty; none while the last frame is being written, and then
    /// `wake` is called when it is done.
    pub(in crate::cli) fn lend(&self) -> Option<Vec<u8>> {
        let mut slot = self.shared.slot();
        let mut buffer = slot.free.take();
        slot.is_awaited = buffer.is_none();
        if let Some(buffer) = &mut buffer {
            buffer.clear();
        }
        buffer
    }

    /// Takes the buffer back: as a frame, the rest of which is to be written.
    pub(in crate::cli) fn give(&self, frame: Vec<u8>) {
        let begun = (self.begin)(&frame);
        let mut slot = self.shared.slot();
        if begun.written == frame.len() {
            slot.free = Some(frame);
        } else {
            slot.frame = Some((frame, begun));
            self.shared.filled.notify_one();
        }
    }
}

impl Drop for FrameWriter {
    fn drop(&mut self) {
        self.shared.slot().is_closed = true;
        self.shared.filled.notify_one();
    }
}

impl WriterShared {
    /// The next frame; none once there will be no more.
    fn next(&self) -> Option<(Vec<u8>, FrameProgress)> {
        let mut slot = self.slot();
        loop {
            if let Some(frame) = slot.frame.take() {
                return Some(frame);
            }
            if slot.is_closed {
                return None;
            }
            slot = self.filled.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Frees the buffer; whether someone waits for it.
    fn free(&self, frame: Vec<u8>) -> bool {
        let mut slot = self.slot();
        slot.free = Some(frame);
        std::mem::take(&mut slot.is_awaited)
    }

    /// Nothing that holds the slot can panic half-way through a change of it.
    fn slot(&self) -> MutexGuard<'_, FrameSlot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::FrameWriter;
    use crate::cli::terminal::FrameProgress;

    /// A writer whose terminal takes a frame only when told to; says which frames and wakes it saw.
    fn stalled() -> (FrameWriter, Sender<()>, Receiver<Vec<u8>>, Receiver<()>) {
        let (release, released) = channel::<()>();
        let (wrote, written) = channel();
        let (wake, woken) = channel();
        let writer = FrameWriter::start(
            |_| FrameProgress::default(),
            move |frame, _| {
                wrote.send(frame.to_vec()).expect("the test listens");
                released.recv().ok();
            },
            move || wake.send(()).expect("the test listens"),
        );
        (writer.expect("a thread can be started"), release, written, woken)
    }

    fn frame(writer: &FrameWriter, text: &str) -> bool {
        let Some(mut buffer) = writer.lend() else { return false };
        buffer.extend_from_slice(text.as_bytes());
        writer.give(buffer);
        true
    }

    #[test]
    fn a_stalled_terminal_refuses_the_next_frame_and_wakes_when_it_takes_one_again() {
        let (writer, release, written, woken) = stalled();
        assert!(frame(&writer, "one"));
        assert_eq!(written.recv().expect("a frame is written"), b"one");
        assert!(!frame(&writer, "two"));
        assert!(!frame(&writer, "two"));
        release.send(()).expect("the writer waits");
        woken.recv().expect("the writer says that it is free");
        assert!(frame(&writer, "three"));
        assert_eq!(written.recv().expect("a frame is written"), b"three");
    }

    #[test]
    fn what_is_taken_at_once_needs_no_thread_and_of_the_rest_it_knows_where_it_begins() {
        let (wrote, written) = channel();
        let begin = |frame: &[u8]| FrameProgress {
            written: frame.len().min(3),
            ..FrameProgress::default()
        };
        let finish = move |frame: &[u8], begun: FrameProgress| {
            wrote.send(frame[begun.written..].to_vec()).expect("the test listens");
        };
        let writer = FrameWriter::start(begin, finish, || {}).expect("a thread can be started");
        assert!(frame(&writer, "one"));
        assert!(frame(&writer, "six"), "the buffer is free again");
        assert!(frame(&writer, "three"));
        assert_eq!(written.recv().expect("the rest is written"), b"ee");
    }

    #[test]
    fn nobody_is_woken_who_did_not_ask() {
        let (writer, release, written, woken) = stalled();
        assert!(frame(&writer, "one"));
        written.recv().expect("a frame is written");
        release.send(()).expect("the writer waits");
        drop(writer);
        assert!(woken.recv().is_err(), "the thread has ended without a wake");
    }

    #[test]
    fn an_empty_frame_is_not_written() {
        let (writer, _release, written, _woken) = stalled();
        assert!(frame(&writer, ""));
        assert!(frame(&writer, "two"));
        assert_eq!(written.recv().expect("a frame is written"), b"two");
    }
}
