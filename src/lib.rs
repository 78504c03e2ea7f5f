//! xentviz trains small neural networks and shows, live in a terminal, why one learns slowly.
//!
//! The rooms of the house, from the ground up; `tests/layers.rs` holds who may import whom.

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
