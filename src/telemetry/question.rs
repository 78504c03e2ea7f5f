//! The questions of views and their answers. They never change the run.

use std::sync::Arc;

use crate::telemetry::{Atlas, AtlasRequest, Equation, EquationRequest, Surface, SurfaceRequest};

/// The question of the open view, answered repeatedly until another is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Question {
    /// Where the gradient of one weight comes from.
    Equation(EquationRequest),
    /// What the ground looks like that the network walks on.
    Surface(SurfaceRequest),
    /// How long each start of a neuron takes.
    Atlas(AtlasRequest),
}

/// The answer to a [`Question`], about the run as it stood after some step.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// To [`Question::Equation`].
    Equation(Arc<Equation>),
    /// To [`Question::Surface`]; it may get finer.
    Surface(Arc<Surface>),
    /// To [`Question::Atlas`]; it may go on.
    Atlas(Arc<Atlas>),
}
