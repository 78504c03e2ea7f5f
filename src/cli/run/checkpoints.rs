//! Checkpoints: the files of `--save` are kept up to date while a run trains. A separate thread
//! writes them, so that a slow disk does not stop the training.
//!
//! At most one checkpoint is being written. The next one that is due is taken when that is done, so
//! none queues up. The metrics are synced before the models are written: a run that is resumed from
//! a checkpoint finds every earlier record.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::Context;

use crate::cli::files::Disk;
use crate::cli::run::interval::Interval;
use crate::cli::run::model_files::ModelFiles;
use crate::cli::threads;
use crate::telemetry::ModelState;

/// The checkpoints of a run.
pub(super) struct Checkpoints {
    schedule: Schedule,
    writer: CheckpointWriter,
    /// Whether a failure has been reported. One is enough: the disk may stay full for hours.
    has_reported: bool,
}

impl Checkpoints {
    /// Starts the checkpoints of a run. `metrics` is the file of its records, if it has one.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub(super) fn start(
        schedule: Schedule,
        to: ModelFiles,
        metrics: Option<Arc<File>>,
    ) -> anyhow::Result<Self> {
        Ok(Self { schedule, writer: CheckpointWriter::start(to, metrics)?, has_reported: false })
    }

    /// Returns the epoch at whose end the next checkpoint is due, or `None` if a time decides it.
    pub(super) fn next_epoch(&self) -> Option<u64> {
        self.schedule.next_epoch()
    }

    /// Returns whether a checkpoint is due at this epoch and time, and none is being written.
    pub(super) fn is_due(&self, epoch: u64, now: impl FnOnce() -> Instant) -> bool {
        self.schedule.is_due(epoch, now) && !self.writer.is_busy()
    }

    /// Passes the networks to the thread that writes them.
    pub(super) fn take(&mut self, models: Vec<ModelState>, epoch: u64, now: Instant) {
        self.schedule.note_taken(epoch, now);
        self.writer.write(models);
    }

    /// Returns the first failure to write a checkpoint, once.
    pub(super) fn failure(&mut self) -> Option<String> {
        let failure = self.writer.failures.try_recv().ok().filter(|_| !self.has_reported)?;
        self.has_reported = true;
        Some(format!("the checkpoint could not be written, training goes on: {failure}"))
    }

    /// Waits until the pending checkpoint is written. Returns the first failure, unless
    /// [`Self::failure`] already returned it.
    pub(super) fn finish(mut self) -> Option<String> {
        self.writer.finish();
        self.failure()
    }
}

/// The schedule of the checkpoints.
pub(super) struct Schedule {
    interval: Interval,
    /// The epoch of the last checkpoint, or of the start.
    last_epoch: u64,
    /// The time of the last checkpoint, or of the start.
    last_time: Instant,
}

impl Schedule {
    /// Returns the schedule of a run that starts at this epoch and time.
    pub(super) fn new(interval: Interval, epoch: u64, now: Instant) -> Self {
        Self { interval, last_epoch: epoch, last_time: now }
    }

    /// Returns the next multiple of the interval, so that a resumed run takes its checkpoints at the same
    /// epochs as one that was not interrupted.
    fn next_epoch(&self) -> Option<u64> {
        match self.interval {
            Interval::Epochs(epochs) => {
                (self.last_epoch / epochs).checked_add(1)?.checked_mul(epochs)
            }
            Interval::Time(_) => None,
        }
    }

    fn is_due(&self, epoch: u64, now: impl FnOnce() -> Instant) -> bool {
        match self.interval {
            Interval::Epochs(_) => self.next_epoch().is_some_and(|next| epoch >= next),
            Interval::Time(time) => now().saturating_duration_since(self.last_time) >= time,
        }
    }

    fn note_taken(&mut self, epoch: u64, now: Instant) {
        (self.last_epoch, self.last_time) = (epoch, now);
    }
}

/// The thread that writes checkpoints.
struct CheckpointWriter {
    /// `None` after [`Self::finish`].
    sender: Option<SyncSender<Vec<ModelState>>>,
    is_busy: Arc<AtomicBool>,
    failures: Receiver<String>,
    thread: Option<JoinHandle<()>>,
}

impl CheckpointWriter {
    fn start(to: ModelFiles, metrics: Option<Arc<File>>) -> anyhow::Result<Self> {
        let (sender, receiver) = sync_channel::<Vec<ModelState>>(1);
        let (report, failures) = channel();
        let is_busy = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&is_busy);
        let thread = threads::start_small("checkpoints", move || {
            for models in receiver {
                write(&to, metrics.as_deref(), &models, &report);
                theirs.store(false, Ordering::Release);
            }
        });
        let thread = Some(thread.context("cannot start the thread that writes checkpoints")?);
        Ok(Self { sender: Some(sender), is_busy, failures, thread })
    }

    fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Acquire)
    }

    fn write(&self, models: Vec<ModelState>) {
        self.is_busy.store(true, Ordering::Release);
        if let Some(sender) = &self.sender {
            // The thread has ended only if it panicked, which the panic hook has reported.
            let _ = sender.send(models);
        }
    }

    fn finish(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            // The panic hook has reported a panic, and the networks are written again after this.
            let _ = thread.join();
        }
    }
}

/// Writes one checkpoint. If a network cannot be written, the others still are.
fn write(to: &ModelFiles, metrics: Option<&File>, models: &[ModelState], report: &Sender<String>) {
    // The receiver is dropped only if the run has ended with another error.
    if let Some(Err(error)) = metrics.map(|file| Disk::default().sync_file(file)) {
        let _ = report.send(format!("cannot write the metrics: {error}"));
        return;
    }
    for model in models {
        if let Err(error) = to.write(model) {
            let _ = report.send(format!("{error:#}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Schedule;
    use crate::cli::clock;
    use crate::cli::run::interval::Interval;

    #[test]
    fn checkpoints_are_due_at_multiples_of_the_interval_wherever_a_run_starts() {
        let now = clock::now();
        let mut schedule = Schedule::new(Interval::Epochs(10), 0, now);
        let never = || unreachable!("epochs need no clock");
        assert!(!schedule.is_due(0, never) && !schedule.is_due(9, never));
        assert!(schedule.is_due(10, never) && schedule.is_due(11, never));
        // Taken late, since the previous one was still being written.
        schedule.note_taken(13, now);
        assert!(!schedule.is_due(19, never) && schedule.is_due(20, never));
        assert_eq!(Schedule::new(Interval::Epochs(10), 10, now).next_epoch(), Some(20));
        assert_eq!(Schedule::new(Interval::Epochs(10), 27, now).next_epoch(), Some(30));
        assert_eq!(Schedule::new(Interval::Epochs(u64::MAX), 0, now).next_epoch(), Some(u64::MAX));
    }

    #[test]
    fn a_time_interval_starts_at_the_last_checkpoint() {
        let (begin, minute) = (clock::now(), Duration::from_secs(60));
        let mut schedule = Schedule::new(Interval::Time(minute), 0, begin);
        let is_due = |schedule: &Schedule, after: Duration| schedule.is_due(7, || begin + after);
        assert!(!is_due(&schedule, minute.saturating_sub(Duration::from_millis(1))));
        assert!(is_due(&schedule, minute));
        schedule.note_taken(7, begin + minute * 3);
        assert!(!is_due(&schedule, minute * 3) && is_due(&schedule, minute * 4));
        assert_eq!(schedule.next_epoch(), None);
    }
}
