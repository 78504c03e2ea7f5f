//! xentviz trains small neural networks and shows, live in a terminal, why one learns slowly.
//!
//! Each top-level module is a room; `tests/layers.rs` defines which room may import which.

pub mod app;
pub mod cli;
pub mod data;
pub mod experiment;
pub mod explain;
pub mod file;
pub mod math;
pub mod nn;
pub mod report;
pub mod scenario;
pub mod source;
pub mod telemetry;
pub mod text;
pub mod ui;
