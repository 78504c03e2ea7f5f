//! The question that the page asks, and the answer to it.

use crate::telemetry::{
    Answer, ArmFacts, Metric, Question, RunFacts, Silencing, SilencingRequest, WeightQuantity,
    WeightsRequest,
};
use crate::views::data::silencing::losses::{ErrorUnit, by_loss};
use crate::views::data::state::DataView;
use crate::views::direction::ListDirection;
use crate::views::view_state::ViewState;

impl<'a> ViewState<'a, DataView> {
    /// Returns the hidden layer whose neurons are silenced: the selected one, or the last of the arm that has most.
    pub(in crate::views::data) fn silenced_layer(self) -> usize {
        let facts = self.shared.history.facts.as_deref();
        let hidden = |arm: &ArmFacts| arm.sizes.len().saturating_sub(2);
        let most = facts.and_then(|facts| facts.arms.iter().map(hidden).max()).unwrap_or(0);
        self.shared.weight.layer.min(most.saturating_sub(1))
    }

    /// Returns the question that the page asks.
    pub(in crate::views::data) fn silencing_question(self) -> Question {
        Question::Silencing(SilencingRequest { layer: self.silenced_layer() })
    }

    /// Returns the weights that the page shows: those from the pixels to the chosen neuron.
    pub(in crate::views::data) fn silencing_weights(self) -> Option<WeightsRequest> {
        let request = WeightsRequest { of: WeightQuantity::Value, ..WeightsRequest::default() };
        (self.silenced_layer() == 0 && self.shared.field().is_some()).then_some(request)
    }

    /// Returns the answer, if it is about the layer that is shown.
    pub(super) fn silencing(self) -> Option<&'a Silencing> {
        let Some(Answer::Silencing(answer)) = &self.shared.answer else { return None };
        let is_of_run = answer.arms.len() == self.shared.arms();
        let is_about_it = answer.request.layer == self.silenced_layer();
        Some(&**answer).filter(|_| is_of_run && is_about_it)
    }

    /// Returns the chosen neuron of the layer that is shown: until one is chosen, the first in the list of the chosen
    /// arm.
    pub(super) fn silenced_neuron(self) -> usize {
        let list = || self.silencing()?.arms.get(self.shared.arm).map(by_loss);
        let first = || list()?.first().map(|loss| loss.neuron);
        let begins = (!self.view.has_chosen_neuron).then(first).flatten();
        begins.unwrap_or(self.shared.weight.neuron)
    }

    /// Returns the neuron before or after the chosen one in the list of the chosen arm, which is sorted by the loss.
    pub(in crate::views::data) fn neuron_along(self, direction: ListDirection) -> Option<usize> {
        let arm = self.silencing()?.arms.get(self.shared.arm)?;
        let losses = by_loss(arm);
        let at = losses.iter().position(|loss| loss.neuron == self.silenced_neuron());
        let next = at.map_or(0, |at| direction.wrapped(at, losses.len()));
        losses.get(next).map(|loss| loss.neuron)
    }

    /// Returns what the errors of an answer are.
    pub(super) fn error_unit(self, answer: &Silencing) -> ErrorUnit {
        let facts = self.shared.history.facts.as_deref();
        match facts.map(|facts| facts.metric) {
            Some(Metric::Accuracy) => ErrorUnit::Share,
            // A single example is right or wrong if its target is 0 or 1, else it is off by some distance.
            Some(Metric::Output) if is_right_or_wrong(answer) => ErrorUnit::Share,
            _ => ErrorUnit::Distance(facts.map_or(1.0, RunFacts::unit)),
        }
    }
}

fn is_right_or_wrong(answer: &Silencing) -> bool {
    let errors = answer.arms.iter().flat_map(|arm| arm.without.iter().chain([&arm.error]));
    errors.into_iter().all(|error| *error == 0.0 || *error == 1.0)
}
