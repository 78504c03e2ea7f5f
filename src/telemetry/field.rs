//! Requests for the activations of networks over a plane of two inputs, and the answers.

use std::sync::Arc;

use crate::telemetry::{LayerSnapshot, Window};

/// A request for the outputs of every arm over a plane of two inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FieldRequest {
    /// The inputs across and up, from 0. Every other input is held at its mean over the training set.
    pub axes: (usize, usize),
    /// The number of points across and up of the finest fields; at least 2 each.
    pub points: (usize, usize),
    /// The neurons whose fields are wanted.
    pub neurons: FieldNeurons,
    /// The inputs across and up at which the activations are wanted besides, exactly and not of the nearest point.
    pub at: Option<[f64; 2]>,
}

impl FieldRequest {
    /// Returns whether the other request is for the same fields.
    pub(crate) fn has_fields_of(&self, other: &Self) -> bool {
        Self { at: other.at, ..*self } == *other
    }
}

/// The neurons of a network whose fields are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldNeurons {
    /// Those of the last layer.
    #[default]
    Outputs,
    /// Those of every layer.
    All,
}

/// The activations of the arms over a plane of two inputs, and the examples on it. All numbers are finite.
///
/// A field has a number for each point, row by row, the lowest row first. Point (column, row) is the centre of
/// its part of the window: the window is divided into as many equal parts as there are points.
#[derive(Clone, Debug, PartialEq)]
pub struct Fields {
    /// The request that this answers.
    pub request: FieldRequest,
    /// The number of steps done.
    pub step: u64,
    /// The part of the plane: round numbers around the examples.
    pub window: Window,
    /// The number of points across and up, fewer than requested on a coarse field.
    pub points: (usize, usize),
    /// Whether this is the last refinement for the state of the run at that step.
    pub is_last: bool,
    /// The inputs that are held at their mean over the training set: all but the two of the plane.
    pub held: usize,
    /// The examples on the plane.
    pub examples: Arc<PlaneExamples>,
    /// The fields of each arm.
    pub arms: Vec<ArmFields>,
}

/// The examples that are drawn on a plane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaneExamples {
    /// The examples, those of the training set first: all of them, or a regular sample of each set.
    pub points: Vec<PlaneExample>,
    /// How many of them are of the training set.
    pub training: usize,
    /// How many of these, the last ones, have been added or moved.
    pub edited: usize,
    /// Identifies the version of the training set: 0 as it was loaded, another number after each change.
    pub edition: u64,
    /// The number of examples in the training set and in the test set.
    pub of: (usize, usize),
    /// The least and the greatest target, if the targets are numbers.
    pub targets: Option<(f64, f64)>,
    /// Numeric targets over the plane: at each point that of the nearest example of the training set. Empty for
    /// classes.
    pub target_map: Vec<f32>,
    /// The number of points of `target_map` across and up.
    pub target_points: (usize, usize),
}

/// An example on a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaneExample {
    /// Its row in its set, from 0.
    pub row: usize,
    /// Its inputs across and up.
    pub at: [f64; 2],
    /// Its target.
    pub target: PlaneTarget,
}

/// The target of an example on a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlaneTarget {
    /// A class, from 0; with one output 0 or 1.
    Class(usize),
    /// The number that the first output should be.
    Number(f64),
}

/// The fields of the neurons of one arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmFields {
    /// The fields of the neurons of each layer, the first hidden layer first; only those of the last layer if no
    /// more are requested.
    pub layers: Vec<Vec<Vec<f32>>>,
    /// The least and the greatest value of each of these fields, or the bounds of its activation function.
    pub ranges: Vec<Vec<(f32, f32)>>,
    /// The activations of each of these layers at the requested inputs; empty without such a request.
    pub at: Vec<Vec<f64>>,
    /// The outputs on the examples, shape (examples, outputs).
    pub outputs: Vec<f64>,
    /// Whether the arm takes each example for another class; empty if the targets are no classes.
    pub is_wrong: Vec<bool>,
    /// The weights and biases of each layer at that step, if the fields of all neurons are requested.
    pub weights: Vec<LayerSnapshot>,
    /// The same at the start of the run, if that is recorded.
    pub start: Vec<LayerSnapshot>,
}

impl Fields {
    /// Returns whether these take the place of fields that are on the screen: coarse ones do not replace finer ones,
    /// unless no finer ones follow.
    pub(crate) fn replaces(&self, shown: &Self) -> bool {
        !self.request.has_fields_of(&shown.request)
            || self.points.0 >= shown.points.0
            || self.is_last
    }
}

#[cfg(test)]
impl Fields {
    /// Returns the last fields of a plane of two inputs with these examples, two points across and up.
    pub(crate) fn on_plane(step: u64, examples: PlaneExamples, arms: Vec<ArmFields>) -> Self {
        Self {
            request: FieldRequest { axes: (0, 1), ..FieldRequest::default() },
            step,
            window: Window { across: (-6.0, 6.0), up: (-6.0, 6.0) },
            points: (2, 2),
            is_last: true,
            held: 0,
            examples: Arc::new(examples),
            arms,
        }
    }
}

impl ArmFields {
    /// Returns the fields of the outputs.
    pub fn of_outputs(&self) -> &[Vec<f32>] {
        self.layers.last().map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coarse_fields_do_not_replace_fine_ones_when_only_the_cursor_has_moved() {
        let fields = |points: (usize, usize), at: Option<[f64; 2]>, is_last: bool| {
            let mut fields = Fields::on_plane(3, PlaneExamples::default(), Vec::new());
            (fields.points, fields.request.at, fields.is_last) = (points, at, is_last);
            fields
        };
        let fine = fields((80, 60), Some([1.0, 2.0]), true);
        assert!(!fields((20, 15), Some([1.5, 2.0]), false).replaces(&fine));
        assert!(fields((80, 60), Some([1.5, 2.0]), true).replaces(&fine));
        let mut other = fields((20, 15), Some([1.0, 2.0]), false);
        other.request.axes = (1, 2);
        assert!(other.replaces(&fine), "another plane is shown at once");
    }
}
