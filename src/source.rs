//! Sources of runs: one that trains an experiment on its own thread, and the interface of all.

mod accumulator;
mod branch_memory;
mod checkpointer;
mod checksum;
mod explainer;
mod interface;
mod live;
mod live_shared;
mod loader;
mod log_sender;
mod mailbox;
mod pacer;
mod run;
mod run_checkpoint;
mod run_course;
mod run_reproduction;
mod run_setup;
mod run_until;
mod session_script;
mod step_grid;
mod throughput;
mod timeline;
mod trainer;
mod trainer_message;
mod trajectory_recorder;
mod weights_past;

pub(crate) use checkpointer::CheckpointError;
pub use checkpointer::Checkpointer;
pub use interface::Source;
pub use live::LiveSource;
pub use run_setup::{RunModels, RunRecording, RunSetup};
pub(crate) use session_script::{ScriptTiming, SessionScript};
