//! The words a run and its watchers share: plain data, no behaviour beyond keeping it.
//!
//! What makes a run tells it as [`Digest`]s; what watches one keeps a [`History`] of them and asks
//! for changes with [`Command`]s.

mod command;
mod digest;
mod equation;
mod explain;
mod facts;
mod history;
mod model;
mod series;
mod surface;
mod trail;

pub use command::{Command, EtaMode, PACES, Pace, Setting, WeightsAsked, WeightsOf};
pub use digest::{
    ArmDigest, Curves, Digest, Divergence, Evaluation, Load, Moment, NeuronMoment, Notice, RunState,
};
pub use equation::{
    ArmEquation, Equation, EquationAsked, EquationRow, Factor, LayerCheck, Mean, Nudge, Saturated,
    StepTaken, Walk, WalkStep,
};
pub use explain::{Answer, Question};
pub use facts::{
    ArmFacts, Catalogue, KeyEntry, Labels, Metric, RunFacts, ScenarioEntry, SingleExample,
};
pub use history::{ChangeMark, History};
pub use model::{
    Checkpoint, LayerPicture, ModelState, TrainingState, WeightReading, WeightsPicture,
};
pub use series::{Bucket, Series};
pub use surface::{
    ArmSurface, Atlas, AtlasAsked, Seen, Surface, SurfaceAsked, Terrain, Through, Window,
};
pub use trail::{Stride, Trail, Waypoint, spacing};

// The plain words of `nn` that facts are told in, so that who draws them needs no other room.
pub use crate::nn::{Activation, Cost, Output, Precision};
