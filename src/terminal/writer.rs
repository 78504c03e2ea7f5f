//! Writes the rest of a frame on a separate thread from a one-frame slot, so that a blocked
//! terminal blocks nothing else and no frames queue up.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The progress of a frame.
#[derive(Clone, Copy, Default)]
pub(crate) struct FrameProgress {
    /// The number of times the terminal had been set up when the frame was begun, or `None` if the
    /// frame is dropped.
    pub(super) times: Option<u64>,
    /// The bytes of the frame written so far.
    pub(super) written: usize,
}

/// Writes as much of a frame as possible without waiting.
type BeginFrame = dyn Fn(&[u8]) -> FrameProgress;

/// The slot, and the thread that empties it.
pub(crate) struct FrameWriter {
    begin: Box<BeginFrame>,
    shared: Arc<WriterShared>,
}

struct WriterShared {
    slot: Mutex<FrameSlot>,
    filled: Condvar,
}

/// The state of the only buffer: it is in `free`, in `frame`, or in use by one of the two threads.
#[derive(Default)]
struct FrameSlot {
    /// The buffer, while there is nothing to write.
    free: Option<Vec<u8>>,
    /// The buffer with a frame, waiting for the thread.
    frame: Option<(Vec<u8>, FrameProgress)>,
    /// Whether the buffer was requested while it was not free.
    is_awaited: bool,
    /// Whether no more frames will follow.
    is_closed: bool,
}

impl FrameWriter {
    /// Starts the thread. [`Self::start_write`] passes each frame to `begin` on the caller's thread. If
    /// `begin` does not write all of it, the thread passes it to `finish`, and then calls `wake` if
    /// the buffer was requested meanwhile.
    ///
    /// # Errors
    /// Returns an error if the thread cannot be started.
    pub(crate) fn start(
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

    /// Returns the empty buffer for the next frame. Returns `None` while the last frame is being
    /// written; then `wake` is called when it is done.
    pub(crate) fn take_buffer(&self) -> Option<Vec<u8>> {
        let mut slot = self.shared.slot();
        let mut buffer = slot.free.take();
        slot.is_awaited = buffer.is_none();
        if let Some(buffer) = &mut buffer {
            buffer.clear();
        }
        buffer
    }

    /// Takes the buffer back with a frame, and starts to write it.
    pub(crate) fn start_write(&self, frame: Vec<u8>) {
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
    /// Waits for the next frame. Returns `None` once no more will follow.
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

    /// Frees the buffer, and returns whether it was requested meanwhile.
    fn free(&self, frame: Vec<u8>) -> bool {
        let mut slot = self.slot();
        slot.free = Some(frame);
        std::mem::take(&mut slot.is_awaited)
    }

    /// Locks the slot. No thread can panic in the middle of a change to it.
    fn slot(&self) -> MutexGuard<'_, FrameSlot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::{FrameProgress, FrameWriter};

    /// Returns a writer whose terminal accepts a frame only after a message, with channels for that
    /// message, the written frames and the wakes.
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
        let Some(mut buffer) = writer.take_buffer() else { return false };
        buffer.extend_from_slice(text.as_bytes());
        writer.start_write(buffer);
        true
    }

    #[test]
    fn a_stalled_terminal_refuses_the_next_frame_and_wakes_when_it_accepts_one_again() {
        let (writer, release, written, woken) = stalled();
        assert!(frame(&writer, "one"));
        assert_eq!(written.recv().expect("a frame is written"), b"one");
        assert!(!frame(&writer, "two"));
        assert!(!frame(&writer, "two"));
        release.send(()).expect("the writer waits");
        woken.recv().expect("the writer wakes the test");
        assert!(frame(&writer, "three"));
        assert_eq!(written.recv().expect("a frame is written"), b"three");
    }

    #[test]
    fn a_frame_accepted_at_once_needs_no_thread_and_the_rest_of_another_is_finished() {
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
    fn no_wake_without_a_request() {
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
