//! The questions of views and their answers. They never change the run.

use std::sync::Arc;

use crate::telemetry::{Atlas, AtlasRequest, Equation, EquationRequest, Surface, SurfaceRequest};

/// The question of the open view, answered repeatedly until another is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Question {
    /// The terms of the gradient of one weight.
    Equation(EquationRequest),
    /// The cost surface around the networks.
    Surface(SurfaceRequest),
    /// The number of epochs that a neuron needs from each start.
    Atlas(AtlasRequest),
}

/// The answer to a [`Question`] about the run at some step.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The answer to [`Question::Equation`].
    Equation(Arc<Equation>),
    /// The answer to [`Question::Surface`]; finer ones may follow.
    Surface(Arc<Surface>),
    /// The answer to [`Question::Atlas`]; more complete ones may follow.
    Atlas(Arc<Atlas>),
}
