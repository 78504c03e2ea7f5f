//! When a network is drawn as itself, where, and what is asked for it.

use ratatui::layout::Rect;

use crate::canvas::{below, top};
use crate::telemetry::{
    Answer, FieldNeurons, FieldRequest, Fields, LayerSnapshot, Question, RunFacts, WeightQuantity,
};
use crate::views::arm_panels::panels;
use crate::views::input_name::input_name;
use crate::views::view_state::ViewState;
use crate::views::weights::layout::within;
use crate::views::weights::net::net_layout::NetLayout;
use crate::views::weights::small::are_small;
use crate::views::weights::state::{WeightsPanel, WeightsView, filling_panel};

/// The points of a field, across and up: as many as the largest box has.
const POINTS: (usize, usize) = (48, 48);

/// The rows of the readings of the chosen weight, besides a row for each arm.
const READING: u16 = 1;

/// The fewest rows of the dumb-bells and of the way, their titles included.
const LEAST_BELLS: u16 = 4;
const LEAST_PATH: u16 = 4;

/// The rows of the readings and of a way that is large enough to be read.
const PATH: u16 = 11;

/// The cells of all readings of the chosen weight.
const READINGS: u16 = 63;

/// The cells of a name of an input, if there is no room for the longest.
const SHORT_NAME: u16 = 6;

/// The places of the networks and of what stands under them.
pub(in crate::views::weights) struct NetPlan {
    /// The arms that are drawn, with the areas of their panels and the places of their parts.
    pub(super) arms: Vec<(usize, Rect, NetLayout)>,
    /// Whether another arm has no room.
    pub(super) hides_arms: bool,
    /// Every weight of the layer from the start to now.
    pub(super) bells: Rect,
    /// The readings of the chosen weight.
    pub(in crate::views::weights) reading: Rect,
    /// The chosen weight over time.
    pub(super) path: Rect,
}

/// Returns whether the networks are drawn as such if there is room: no other numbers are chosen.
pub(super) fn wants_net(state: ViewState<'_, WeightsView>) -> bool {
    let facts = state.shared.history.facts.as_deref();
    let is_of_weights = state.view.of == WeightQuantity::Value && !state.view.difference;
    is_of_weights && !state.view.shows_matrix && facts.is_some_and(are_small)
}

/// Returns the places of the networks in the body of the view; `None` if something else is drawn, or without room for
/// the chosen arm.
pub(in crate::views::weights) fn net_plan(
    state: ViewState<'_, WeightsView>,
    body: Rect,
) -> Option<NetPlan> {
    let facts = state.shared.history.facts.as_deref().filter(|_| wants_net(state))?;
    let filling = filling_panel(state);
    if filling.is_some_and(|panel| panel != WeightsPanel::Layer) {
        return None;
    }
    let places = NetPlaces { state, facts, is_filled: filling.is_some() };
    let bells = places.bells(body);
    // Both arms with all that stands under them, if there is room; else rather both arms than more of one.
    places
        .of_all(body, bells)
        .or_else(|| places.of_all(body, 0))
        .or_else(|| places.of_one(body, bells))
        .or_else(|| places.of_one(body, 0))
}

/// The division of the body of the view.
struct NetPlaces<'a> {
    state: ViewState<'a, WeightsView>,
    facts: &'a RunFacts,
    is_filled: bool,
}

impl NetPlaces<'_> {
    /// Returns the rows of the dumb-bells: up to two fifths of a tall screen, for the weights of a layer.
    fn bells(&self, body: Rect) -> u16 {
        let wanted = self.state.shared.layer_weights() + 2;
        if self.is_filled { 0 } else { wanted.max(PATH).min(2 * body.height / 5) }
    }

    fn reading(&self) -> u16 {
        if self.is_filled { 0 } else { READING + self.facts.arms.len() as u16 }
    }

    fn upper(&self, body: Rect, bells: u16) -> Rect {
        top(body, body.height.saturating_sub(bells.max(self.reading())))
    }

    fn layout(&self, arm: usize, area: Rect) -> Option<(usize, Rect, NetLayout)> {
        let sizes = &self.facts.arms[arm].sizes;
        let names = (0..sizes[0]).map(|input| input_name(Some(self.facts), input).chars().count());
        let longest = names.max().unwrap_or(2) as u16;
        // Rather short names than no network.
        let of = |names: u16| NetLayout::of(within(area), sizes, names, self.state.shared.weight);
        let names = (longest.min(SHORT_NAME)..=longest).rev();
        Some((arm, area, names.into_iter().find_map(of)?))
    }

    /// Returns the places of all arms: side by side, else one above the other.
    fn of_all(&self, body: Rect, bells: u16) -> Option<NetPlan> {
        let arms = self.facts.arms.len();
        if self.is_filled && arms > 1 {
            return None;
        }
        let upper = self.upper(body, bells);
        let all = |areas: Vec<Rect>| -> Option<Vec<_>> {
            areas.into_iter().enumerate().map(|(arm, area)| self.layout(arm, area)).collect()
        };
        let height = upper.height / arms.max(1) as u16;
        let area = |arm: usize| Rect { y: upper.y + arm as u16 * height, height, ..upper };
        let drawn = all(panels(upper, arms)).or_else(|| all((0..arms).map(area).collect()))?;
        Some(self.plan(drawn, body, bells))
    }

    /// Returns the places of the chosen arm alone.
    fn of_one(&self, body: Rect, bells: u16) -> Option<NetPlan> {
        let one = self.layout(self.state.shared.arm, self.upper(body, bells))?;
        Some(self.plan(vec![one], body, bells))
    }

    fn plan(&self, arms: Vec<(usize, Rect, NetLayout)>, body: Rect, bells: u16) -> NetPlan {
        let under = below(body, self.upper(body, bells).height);
        let has_bells = bells >= LEAST_BELLS && body.width >= 100;
        let half = if has_bells { under.width.saturating_sub(READINGS) } else { 0 };
        let half = half.min(under.width / 2);
        let left = Rect { width: half, ..under };
        let right = Rect { x: under.x + half, width: under.width - half, ..under };
        let reading = top(right, self.reading());
        let path = below(right, reading.height);
        NetPlan {
            hides_arms: arms.len() < self.facts.arms.len(),
            arms,
            bells: if has_bells { left } else { Rect::ZERO },
            reading,
            path: if path.height >= LEAST_PATH { path } else { Rect::ZERO },
        }
    }
}

/// Returns the question that the drawing asks: the fields of every neuron, if there are two inputs or more.
pub(in crate::views::weights) fn question(state: ViewState<'_, WeightsView>) -> Option<Question> {
    let facts = state.shared.history.facts.as_deref().filter(|_| wants_net(state))?;
    let has_plane = facts.arms.iter().all(|arm| arm.sizes[0] >= 2);
    let request =
        FieldRequest { axes: (0, 1), points: POINTS, neurons: FieldNeurons::All, at: None };
    (has_plane && net_plan(state, state.shared.body).is_some()).then_some(Question::Fields(request))
}

/// Returns the fields received.
pub(super) fn fields(state: ViewState<'_, WeightsView>) -> Option<&Fields> {
    match &state.shared.answer {
        Some(Answer::Fields(fields)) if fields.arms.len() == state.shared.arms() => Some(fields),
        _ => None,
    }
}

/// Returns the layers of an arm: those of the fields, so that all that is drawn is of one step, else those of the
/// newest weights.
pub(super) fn layers(state: ViewState<'_, WeightsView>, arm: usize) -> &[LayerSnapshot] {
    let of_fields = fields(state).and_then(|fields| fields.arms.get(arm)).map(|arm| &arm.weights);
    let newest = state.shared.history.weights.as_deref().and_then(|weights| weights.arms.get(arm));
    of_fields.filter(|layers| !layers.is_empty()).or(newest).map_or(&[], Vec::as_slice)
}
