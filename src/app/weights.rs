//! The state of the Weights view: the numbers it draws, the layer, and the weight under the cursor.

use crate::app::keymap::{Direction, ListDirection};
use crate::app::{App, Symbol, View, WeightsView};
use crate::telemetry::{Answer, WeightQuantity, WeightsRequest};

/// The rows that one key scrolls: few enough that no row is skipped in the smallest window.
const PAGE: usize = 4;

impl App {
    /// Returns the number of layers of the chosen arm, not counting its input.
    pub fn layers(&self) -> usize {
        self.sizes().len().saturating_sub(1)
    }

    pub(super) fn sizes(&self) -> &[usize] {
        let facts = self.history.facts.as_ref();
        facts.and_then(|facts| facts.arms.get(self.arm)).map_or(&[], |arm| &arm.sizes)
    }

    /// Returns the neurons and inputs of the drawn layer; 0 and 0 before the facts are known.
    pub fn layer_shape(&self) -> (usize, usize) {
        let sizes = self.sizes().get(self.weights.layer..).unwrap_or(&[]);
        match sizes {
            [inputs, neurons, ..] => (*neurons, *inputs),
            _ => (0, 0),
        }
    }

    /// Returns the height and width of a neuron's field, if the inputs of the drawn layer are a
    /// picture.
    pub fn field(&self) -> Option<(usize, usize)> {
        let (height, width) = self.history.facts.as_ref()?.picture?;
        let fits = self.weights.layer == 0 && height * width == self.layer_shape().1;
        (fits && width > 0).then_some((height, width))
    }

    /// Returns the label of the neuron under the cursor: its class in a last layer of classes, else
    /// its number.
    pub fn neuron_label(&self) -> String {
        let WeightsView { layer, neuron, .. } = self.weights;
        let classes = self.history.facts.as_ref().map_or(&[][..], |facts| &facts.classes);
        match classes.get(neuron) {
            Some(class) if layer + 1 == self.layers() && classes.len() == self.layer_shape().0 => {
                format!("output {class}")
            }
            _ => format!("neuron {}", neuron + 1),
        }
    }

    /// Returns the numbers that `w` switches to.
    pub(super) fn next_numbers(&self) -> WeightsView {
        let (of, difference) = match self.weights.of {
            _ if self.weights.difference => (WeightQuantity::Value, false),
            WeightQuantity::Value => (WeightQuantity::Gradient, false),
            WeightQuantity::Gradient => (WeightQuantity::Change, false),
            WeightQuantity::Change => (WeightQuantity::Value, self.arms() > 1),
        };
        WeightsView { of, difference, ..self.weights }
    }

    /// Returns whether the cursor is on a weight, which `e` then edits.
    pub(super) fn has_weight_cursor(&self) -> bool {
        let is_on_weight = match self.view {
            View::Duel | View::Surface => false,
            View::Equation => self.equation.symbol == Symbol::Weight,
            View::Weights => true,
        };
        is_on_weight && self.cursor_focused && self.layers() > 0
    }

    /// Returns the label of the weight under the cursor and its scenario key.
    pub(super) fn weight_label_and_key(&self, arm: &str) -> (String, String) {
        let WeightsView { layer: l, neuron: j, input: k, .. } = self.weights;
        if k == self.layer_shape().1 {
            let label = format!("bias of {arm}, {}", self.neuron_label());
            return (label, format!("arm.{arm}.biases[{l}][{j}]"));
        }
        let label = format!("weight of {arm}, {} → {}", k + 1, self.neuron_label());
        (label, format!("arm.{arm}.weights[{l}][{j}][{k}]"))
    }

    /// Returns the current value of the setting that `e` edits.
    pub(super) fn value_now(&self) -> Option<f64> {
        if !self.has_weight_cursor() {
            return self.eta(self.arm);
        }
        if let (View::Equation, Some(Answer::Equation(equation))) = (self.view, &self.answer) {
            return equation.arms.get(self.arm).map(|arm| arm.chosen);
        }
        let picture = self.history.weights.as_ref()?;
        picture.cursor.get(self.arm)?.map(|reading| reading.value)
    }

    /// Returns the weights that the run should send while this view is open.
    pub(super) fn weights_request(&self) -> Option<WeightsRequest> {
        let at = (self.weights.layer, self.weights.neuron, self.weights.input);
        let cursor = (self.layers() > 0).then_some(at);
        (self.view == View::Weights).then_some(WeightsRequest { of: self.weights.of, cursor })
    }

    /// Goes to the previous or next layer.
    pub(super) fn change_layer(&mut self, direction: ListDirection) {
        self.weights.layer = match direction {
            ListDirection::Previous => self.weights.layer.saturating_sub(1),
            ListDirection::Next => self.weights.layer + 1,
        };
        self.weights.scroll = 0;
        if self.weights.input > self.layer_shape().1 {
            self.weights.input = 0;
        }
        self.clamp_to_run();
        self.centre_cursor();
    }

    /// Puts the cursor into the middle of a field, because its corner shows nothing of interest.
    pub(super) fn centre_cursor(&mut self) {
        if let Some((height, width)) = self.field() {
            self.weights.input = height / 2 * width + width / 2;
        }
    }

    /// Returns whether a layer has so many neurons that some may be out of sight.
    pub(super) fn can_scroll(&self) -> bool {
        self.layer_shape().0 >= PAGE
    }

    /// Scrolls by [`PAGE`] fields or rows; the cursor moves to the first visible one.
    pub(super) fn scroll(&mut self, direction: ListDirection) {
        self.weights.scroll = match direction {
            ListDirection::Previous => self.weights.scroll.saturating_sub(PAGE),
            ListDirection::Next => self.weights.scroll.saturating_add(PAGE),
        };
        self.clamp_to_run();
        self.weights.neuron = self.weights.scroll;
    }

    /// Moves the cursor to a weight, clamped to the layer.
    pub(super) fn point_at(&mut self, layer: usize, neuron: usize, input: usize) {
        self.weights = WeightsView { layer, neuron, input, ..self.weights };
        self.clamp_to_run();
    }

    /// Moves the cursor by one weight.
    ///
    /// In a matrix a row is a neuron and the bias follows the last input. In a field the cursor
    /// moves pixel by pixel: from a side to the neighbouring field, from the bottom to the bias.
    pub(super) fn move_cursor(&mut self, direction: Direction) {
        let (neurons, inputs) = self.layer_shape();
        let WeightsView { neuron: j, input: k, .. } = self.weights;
        let before = j.saturating_sub(1);
        let after = (j + 1).min(neurons.saturating_sub(1));
        let (j, k) = match (self.field(), direction) {
            (None, Direction::Left) => (j, k.saturating_sub(1)),
            (None, Direction::Right) => (j, (k + 1).min(inputs)),
            (None, Direction::Up) => (before, k),
            (None, Direction::Down) => (after, k),
            (Some((_, width)), Direction::Up) if k >= inputs => (j, inputs - width.div_ceil(2)),
            (Some(_), Direction::Left) if k >= inputs => (before, k),
            (Some(_), Direction::Right) if k >= inputs => (after, k),
            (Some((_, width)), Direction::Left) if k % width == 0 && j > 0 => {
                (before, k + width - 1)
            }
            (Some((_, width)), Direction::Left) if k % width == 0 => (j, k),
            (Some(_), Direction::Left) => (j, k - 1),
            (Some((_, width)), Direction::Right) if k % width + 1 == width && after > j => {
                (after, k + 1 - width)
            }
            (Some((_, width)), Direction::Right) if k % width + 1 == width => (j, k),
            (Some(_), Direction::Right) => (j, k + 1),
            (Some((_, width)), Direction::Up) if k >= width => (j, k - width),
            (Some(_), Direction::Up) => (j, k),
            (Some((_, width)), Direction::Down) => (j, (k + width).min(inputs)),
        };
        self.weights.neuron = j;
        self.weights.input = k;
        self.weights.scroll = self.weights.scroll.min(j);
        self.clamp_to_run();
    }

    /// Clamps every selection to the arms, layers and neurons of the run.
    pub(super) fn clamp_to_run(&mut self) {
        self.arm = self.arm.min(self.arms().saturating_sub(1));
        self.weights.layer = self.weights.layer.min(self.layers().saturating_sub(1));
        let (neurons, inputs) = self.layer_shape();
        let last = neurons.saturating_sub(1);
        self.weights.neuron = self.weights.neuron.min(last);
        self.weights.input = self.weights.input.min(inputs);
        self.weights.scroll = self.weights.scroll.min(last);
        self.weights.difference &= self.arms() > 1;
        self.cursor_focused &= self.layers() > 0;
        self.clamp_equation_to_run();
    }
}
