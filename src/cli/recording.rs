//! Records the sessions of the dashboard, so that one that was cut off can be resumed.
//!
//! A thread of its own (`recorder`) receives the events of the run and writes them into a file (`session_file`): neither
//! the run nor the screen waits for a disk. `sessions` names the files in the state folder, keeps the newest ten,
//! and finds the one that was cut off; `playback` turns a file into what a run carries out again. The threads that may
//! end the program end the recording by a handle (`shared_recording`), which then says what is kept (`outcome`).

mod age;
mod outcome;
mod playback;
mod record_into;
mod recorder;
mod reminder;
mod session_file;
mod sessions;
mod shared_recording;
mod target;

pub(super) use playback::{Playback, newest_cut_off, read_replay, read_resumed};
pub use record_into::record_into;
pub(super) use recorder::{Recorder, RecorderSetup, SessionEnd};
pub(super) use reminder::{Reminder, remind};
pub(super) use shared_recording::SharedRecording;
pub(super) use target::{NotRecorded, RecordTarget, state_target};
