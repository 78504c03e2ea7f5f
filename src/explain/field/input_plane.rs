//! A plane of two inputs: its window, the examples on it, and the inputs that are held. They change with the examples
//! alone.

use std::sync::Arc;

use crate::data::Data;
use crate::explain::field::plane_examples::plane_examples;
use crate::explain::field::window::{centre, window};
use crate::telemetry::{PlaneExamples, Window};

/// A plane of two inputs through the means of the others, and the examples of the data on it.
pub struct InputPlane {
    data: Arc<Data>,
    pub(super) axes: (usize, usize),
    pub(super) window: Window,
    /// The mean of each input over the training set, in place of the two of the plane too.
    pub(super) means: Vec<f64>,
    pub(super) outputs: usize,
    pub(super) examples: Arc<PlaneExamples>,
}

impl InputPlane {
    /// Returns the plane of two inputs, counted from 0, or `None` if the data have no such inputs.
    pub fn of(data: &Arc<Data>, axes: (usize, usize)) -> Option<Self> {
        let train = &data.train;
        let (across, up) = axes;
        if across == up || across.max(up) >= train.inputs() {
            return None;
        }
        let window = window(data, axes);
        Some(Self {
            axes,
            window,
            means: means(data),
            outputs: train.outputs(),
            examples: Arc::new(plane_examples(data, axes, window)),
            data: Arc::clone(data),
        })
    }

    /// Returns whether this is the plane of two inputs of these data.
    pub fn is_of(&self, data: &Arc<Data>, axes: (usize, usize)) -> bool {
        self.axes == axes && Arc::ptr_eq(&self.data, data)
    }

    /// Writes the inputs of a point.
    pub(super) fn write(&self, [across, up]: [f64; 2], x: &mut [f64]) {
        x.copy_from_slice(&self.means);
        x[self.axes.0] = across;
        x[self.axes.1] = up;
    }

    /// Returns the centre of a part of the window.
    pub(super) fn centre(&self, part: (usize, usize), points: (usize, usize)) -> [f64; 2] {
        centre(self.window, part, points)
    }
}

/// Returns the mean of each input over the training set. With two inputs, none is held at its mean.
fn means(data: &Data) -> Vec<f64> {
    let train = &data.train;
    let mut means = vec![0.0; train.inputs()];
    if train.inputs() > 2 {
        let mut x = vec![0.0; train.inputs()];
        for row in 0..train.len() {
            train.write_input(row, &mut x);
            means.iter_mut().zip(&x).for_each(|(sum, x)| *sum += x);
        }
        for sum in &mut means {
            *sum /= train.len() as f64;
        }
    }
    means
}
