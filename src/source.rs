//! Where digests come from: a run on a thread of its own.

mod beginning;
mod checkpointer;
mod explainer;
mod fold;
mod footprints;
mod live;
mod loader;
mod mailbox;
mod pacer;
mod rate;
mod run;
mod shared;
mod trainer;

pub use beginning::{Beginning, Find};
pub use checkpointer::{Checkpointer, NoCheckpoint};
pub use live::Source;
