//! The state that all views share: the run, and the selections that hold in every view.

use ratatui::layout::Rect;

use crate::canvas::{Appearance, ChartOptions, ChartScale};
use crate::telemetry::{
    Abilities, Answer, ArmProgress, Channel, EtaMode, History, Pace, Playing, RunState,
};
use crate::views::direction::ListDirection;

/// A weight of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectedWeight {
    /// The layer, from 0.
    pub layer: usize,
    /// Neuron j.
    pub neuron: usize,
    /// Input k; k = inputs means the bias.
    pub input: usize,
}

/// The settings that the user has requested and the run has not confirmed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PendingSettings {
    /// For each arm the requested η.
    pub etas: Vec<Option<f64>>,
    /// The requested mode of η.
    pub mode: Option<EtaMode>,
    /// The requested pace.
    pub pace: Option<Pace>,
}

/// The state that all views share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedState {
    /// The capabilities of the terminal and the display options.
    pub appearance: Appearance,
    /// The state of the run, from the updates received.
    pub history: History,
    /// The chosen arm.
    pub arm: usize,
    /// The weight that the Weights view marks and the Equation view explains.
    pub weight: SelectedWeight,
    /// The settings that are requested and not confirmed.
    pub pending: PendingSettings,
    /// The chart settings.
    pub chart: ChartOptions,
    /// Whether the cursor of the open view has the focus (after `enter`), so that the arrows move
    /// it.
    pub cursor_focused: bool,
    /// The step at which a cursor reads the curves of the charts, while it has the focus.
    pub crosshair: Option<u64>,
    /// The row of the training set that the Equation view explains in place of the next mini-batch.
    pub example: Option<usize>,
    /// Whether a view has asked for the Equation view to be opened.
    pub opens_equation: bool,
    /// The index of the ghost that is chosen in the list of branches, while that is open.
    pub chosen_ghost: Option<usize>,
    /// The last answer received.
    pub answer: Option<Answer>,
    /// The part of the screen that the open view has; empty if there is no room for it.
    pub body: Rect,
}

impl SharedState {
    /// The fraction of C₀ below which the cost is drawn on a logarithmic scale by itself.
    const LOW_COST: f64 = 0.05;

    /// Returns the scale of the cost: the chosen one, or a logarithmic one once the costs of all arms are low.
    pub(crate) fn cost_scale(&self) -> ChartScale {
        let is_low = |arm: &ArmProgress| {
            let cost = arm.series(Channel::FULL_COST).newest().zip(arm.first_cost);
            cost.is_some_and(|(cost, first)| cost < Self::LOW_COST * first)
        };
        let arms = &self.history.arms;
        let is_log = !arms.is_empty() && arms.iter().all(is_low);
        self.chart.scale.unwrap_or(if is_log { ChartScale::Log } else { ChartScale::Linear })
    }

    /// Returns the number of arms of the run; 0 before its facts are known.
    pub fn arms(&self) -> usize {
        self.history.facts.as_ref().map_or(0, |facts| facts.names().count())
    }

    /// Returns the name of an arm.
    pub(crate) fn arm_name(&self, arm: usize) -> Option<&str> {
        self.history.facts.as_ref()?.names().nth(arm)
    }

    /// Returns what the source of the run can do.
    pub(crate) fn abilities(&self) -> Abilities {
        self.history.facts.as_ref().map_or_else(Abilities::default, |facts| facts.abilities)
    }

    /// Returns the requested η of an arm, or else its current η.
    pub(crate) fn eta(&self, arm: usize) -> Option<f64> {
        let pending = self.pending.etas.get(arm).copied().flatten();
        pending.or_else(|| self.history.arms.get(arm).map(|arm| arm.eta))
    }

    /// Returns the requested mode of η, or else the current one.
    pub(crate) fn eta_mode(&self) -> EtaMode {
        self.pending.mode.unwrap_or(self.history.eta_mode)
    }

    /// Returns the mode that `c` requests, or `None` if there is no choice.
    pub(crate) fn next_eta_mode(&self) -> Option<EtaMode> {
        if self.arms() < 2 || !self.abilities().trains {
            return None;
        }
        let has_both = self.history.facts.as_ref().is_some_and(|facts| facts.has_both_costs());
        Some(match self.eta_mode() {
            EtaMode::Own => EtaMode::Equal,
            EtaMode::Equal if has_both => EtaMode::Calibrated,
            EtaMode::Equal | EtaMode::Calibrated => EtaMode::Own,
        })
    }

    /// Returns whether a view is drawn instead of a placeholder.
    pub(crate) fn has_view(&self) -> bool {
        !matches!(self.history.state, RunState::Loading(_) | RunState::Failed(_)) && self.arms() > 0
    }

    /// Returns whether the training examples are others than those that the scenario has.
    pub(crate) fn has_edited_examples(&self) -> bool {
        self.history.facts.as_deref().is_some_and(|facts| facts.edition != 0)
    }

    /// Returns whether a recording plays, so that only time and what is shown can be changed.
    pub(crate) fn is_replaying(&self) -> bool {
        self.history.playing.as_deref().is_some_and(Playing::is_replay)
    }

    /// Returns whether a recording plays that is held.
    pub(crate) fn is_replay_held(&self) -> bool {
        self.is_replaying() && self.history.playing.as_ref().is_some_and(|playing| playing.is_held)
    }

    /// Returns whether there is a run that can be trained.
    pub(crate) fn has_run(&self) -> bool {
        let state = &self.history.state;
        matches!(state, RunState::Paused | RunState::Running | RunState::Finished)
            && self.arms() > 0
            && self.abilities().trains
    }

    /// Returns the number of layers of the chosen arm, not counting its input.
    pub fn layers(&self) -> usize {
        self.layer_sizes().len().saturating_sub(1)
    }

    /// Returns the sizes of the layers of the chosen arm, the input first.
    pub(crate) fn layer_sizes(&self) -> &[usize] {
        let facts = self.history.facts.as_ref();
        facts.and_then(|facts| facts.arms.get(self.arm)).map_or(&[], |arm| &arm.sizes)
    }

    /// Returns the neurons and inputs of the selected layer; 0 and 0 before the facts are known.
    pub fn layer_shape(&self) -> (usize, usize) {
        let sizes = self.layer_sizes().get(self.weight.layer..).unwrap_or(&[]);
        match sizes {
            [inputs, neurons, ..] => (*neurons, *inputs),
            _ => (0, 0),
        }
    }

    /// Returns the name of the class of an output, if the outputs have classes.
    pub(crate) fn class_of_output(&self, output: usize) -> Option<String> {
        let classes = &self.history.facts.as_deref()?.classes;
        let has_one_each = self.layer_sizes().last() == Some(&classes.len());
        classes.get(output).filter(|_| has_one_each).cloned()
    }

    /// Returns the height and width of a neuron's field, if the inputs of the selected layer are a
    /// picture.
    pub fn field(&self) -> Option<(usize, usize)> {
        let (height, width) = self.history.facts.as_ref()?.picture?;
        let fits = self.weight.layer == 0 && height * width == self.layer_shape().1;
        (fits && width > 0).then_some((height, width))
    }

    /// Returns the label of the selected neuron: its class in a last layer of classes, else its
    /// number.
    pub fn neuron_label(&self) -> String {
        let SelectedWeight { layer, neuron, .. } = self.weight;
        let classes = self.history.facts.as_ref().map_or(&[][..], |facts| &facts.classes);
        match classes.get(neuron) {
            Some(class) if layer + 1 == self.layers() && classes.len() == self.layer_shape().0 => {
                format!("output {class}")
            }
            _ => format!("neuron {}", neuron + 1),
        }
    }

    /// Returns the name of an input of the selected layer, if it is a column with a heading.
    pub(crate) fn input_name(&self, input: usize) -> Option<&str> {
        let names = &self.history.facts.as_deref()?.inputs;
        names.get(input).filter(|_| self.weight.layer == 0).map(String::as_str)
    }

    /// Returns the name of a class; without names it is its number.
    pub(crate) fn class_name(&self, class: usize) -> String {
        let facts = self.history.facts.as_deref();
        facts.map_or_else(|| class.to_string(), |facts| facts.class_name(class))
    }

    /// Returns the label of the selected weight and its scenario key.
    pub(crate) fn weight_label_and_key(&self, arm: &str) -> (String, String) {
        let SelectedWeight { layer: l, neuron: j, input: k } = self.weight;
        if k == self.layer_shape().1 {
            let label = format!("bias of {arm}, {}", self.neuron_label());
            return (label, format!("arm.{arm}.biases[{l}][{j}]"));
        }
        let from = self.input_name(k).map_or_else(|| (k + 1).to_string(), str::to_owned);
        let label = format!("weight of {arm}, {from} → {}", self.neuron_label());
        (label, format!("arm.{arm}.weights[{l}][{j}][{k}]"))
    }

    /// Selects a weight in the previous or next layer.
    pub(crate) fn change_layer(&mut self, direction: ListDirection) {
        self.weight.layer = match direction {
            ListDirection::Previous => self.weight.layer.saturating_sub(1),
            ListDirection::Next => self.weight.layer + 1,
        };
        if self.weight.input > self.layer_shape().1 {
            self.weight.input = 0;
        }
        self.fit();
        self.select_field_centre();
    }

    /// Selects the weight in the middle of a field, because its corner shows nothing of interest.
    pub(crate) fn select_field_centre(&mut self) {
        if let Some((height, width)) = self.field() {
            self.weight.input = height / 2 * width + width / 2;
        }
    }

    /// Clamps every selection to the arms, layers and neurons of the run.
    pub(crate) fn fit(&mut self) {
        self.arm = self.arm.min(self.arms().saturating_sub(1));
        self.weight.layer = self.weight.layer.min(self.layers().saturating_sub(1));
        let (neurons, inputs) = self.layer_shape();
        self.weight.neuron = self.weight.neuron.min(neurons.saturating_sub(1));
        self.weight.input = self.weight.input.min(inputs);
        self.cursor_focused &= self.layers() > 0;
        self.crosshair = self.crosshair.filter(|_| self.cursor_focused);
    }
}
