//! Where digests come from: a run on a thread of its own.

mod fold;
mod live;
mod mailbox;
mod pacer;
mod rate;
mod run;
mod trainer;

pub use live::{Beginning, Find, Open, Source};
