//! Runs an experiment on its own thread and sends updates.

mod accumulator;
mod branch_memory;
mod checkpointer;
mod checksum;
mod explainer;
mod live;
mod live_shared;
mod loader;
mod log_sender;
mod mailbox;
mod pacer;
mod run;
mod run_course;
mod run_setup;
mod run_until;
mod session_script;
mod step_grid;
mod throughput;
mod timeline;
mod trainer;
mod trainer_message;
mod trajectory_recorder;

#[cfg(test)]
pub(crate) use checkpointer::CheckpointError;
pub use live::Source;
pub use run_setup::{RunModels, RunRecording, RunSetup};
pub(crate) use session_script::{ScriptTiming, SessionScript};
