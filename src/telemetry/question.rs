//! The questions of views and their answers. They never change the run.

use std::sync::Arc;

use crate::telemetry::{
    Atlas, AtlasRequest, Equation, EquationRequest, ExamplesRequest, FieldRequest, Fields,
    ListedExamples, PictureAnswer, PictureRequest, Silencing, SilencingRequest, Surface,
    SurfaceRequest,
};

/// The question of the open view, answered repeatedly until another is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The terms of the gradient of one weight.
    Equation(EquationRequest),
    /// The cost surface around the networks.
    Surface(SurfaceRequest),
    /// The number of epochs that a neuron needs from each start.
    Atlas(AtlasRequest),
    /// What the neurons answer over a plane of two inputs.
    Fields(FieldRequest),
    /// The outputs on single examples.
    Examples(ExamplesRequest),
    /// The outputs on one picture.
    Picture(PictureRequest),
    /// What becomes of the networks without one neuron or another.
    Silencing(SilencingRequest),
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
    /// The answer to [`Question::Fields`]; finer ones may follow.
    Fields(Arc<Fields>),
    /// The answer to [`Question::Examples`].
    Examples(Arc<ListedExamples>),
    /// The answer to [`Question::Picture`].
    Picture(Arc<PictureAnswer>),
    /// The answer to [`Question::Silencing`].
    Silencing(Arc<Silencing>),
}
