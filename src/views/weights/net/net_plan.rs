//! When a network is drawn as itself, where, and what is asked for it.

use ratatui::layout::Rect;

use crate::canvas::{below, top};
use crate::telemetry::{FieldNeurons, FieldRequest, Question, RunFacts, WeightQuantity};
use crate::views::arm_panels::{PANEL, panels};
use crate::views::view_state::ViewState;
use crate::views::weights::layout::within;
use crate::views::weights::net::dumb_bells;
use crate::views::weights::net::names::NetNames;
use crate::views::weights::net::net_layout::NetLayout;
use crate::views::weights::net::net_shape::NetShape;
use crate::views::weights::net::weight_path;
use crate::views::weights::small::are_small;
use crate::views::weights::state::{WeightsPanel, WeightsView, filling_panel};

/// The points of a field, across and up: as many as the largest box has.
const POINTS: (usize, usize) = (48, 48);

/// The rows of the readings of the chosen weight, besides a row for each arm.
const READING: u16 = 1;

/// The fewest rows of the dumb-bells, their title included.
const LEAST_BELLS: u16 = 4;

/// The rows of the readings and of a course that is large enough to be read.
const PATH: u16 = 12;

/// The cells of all readings of the chosen weight.
const READINGS: u16 = 63;

/// The cells of the dumb-bells and the course beside a network that leaves no rows for them.
const SIDE: u16 = 46;

/// The fewest cells of the dumb-bells and the course beside each other.
const BESIDE: u16 = 70;

/// The cells of a name of an input, if there is no room for the longest.
const SHORT_NAME: u16 = 6;

/// The fewest rows of the fields of arms that share the screen with many others.
const LEAST_FIELD: u16 = 3;

/// The places of the networks and of what stands under them.
pub(in crate::views::weights) struct NetPlan {
    /// The arms that are drawn, with the areas of their panels and the places of their parts.
    pub(super) arms: Vec<(usize, Rect, NetLayout)>,
    /// What the strokes of wires mean; empty if that stands in a title.
    pub(super) legend: Rect,
    /// The weights from the start to now.
    pub(super) bells: Rect,
    /// The readings of the chosen weight.
    pub(in crate::views::weights) reading: Rect,
    /// The chosen weight over time.
    pub(super) path: Rect,
}

impl NetPlan {
    /// Returns whether the list of weights is longer than its panel.
    pub(in crate::views::weights) fn can_scroll(&self, state: ViewState<'_, WeightsView>) -> bool {
        let (shown, all) = dumb_bells::visible(state, self.bells.height);
        !self.bells.is_empty() && shown < all
    }
}

/// Returns whether the networks are drawn as such if there is room: no other numbers are chosen.
pub(super) fn wants_net(state: ViewState<'_, WeightsView>) -> bool {
    has_net(state) && !state.view.shows_matrix
}

/// Returns whether the numbers chosen are those that a network shows, and the networks small.
fn has_net(state: ViewState<'_, WeightsView>) -> bool {
    let facts = state.shared.history.facts.as_deref();
    let is_of_weights = state.view.of == WeightQuantity::Value && !state.view.difference;
    is_of_weights && facts.is_some_and(are_small)
}

/// Returns the places of the networks in the body of the view; `None` if something else is drawn, or without room for
/// the chosen arm.
pub(in crate::views::weights) fn net_plan(
    state: ViewState<'_, WeightsView>,
    body: Rect,
) -> Option<NetPlan> {
    if wants_net(state) { fitted(state, body) } else { None }
}

/// Returns whether the network and the matrix can take each other's place in a body.
pub(in crate::views::weights) fn has_both(state: ViewState<'_, WeightsView>, body: Rect) -> bool {
    has_net(state) && (body.is_empty() || fitted(state, body).is_some())
}

/// The rows of a window around the body of the view.
const CHROME: u16 = 5;

/// Returns the least usual size of a window in which the networks are drawn, if the body has no room for them.
pub(in crate::views::weights) fn least_window(
    state: ViewState<'_, WeightsView>,
    body: Rect,
) -> Option<(u16, u16)> {
    const SIZES: [(u16, u16); 6] =
        [(80, 24), (100, 30), (120, 40), (160, 50), (200, 60), (240, 80)];
    if !wants_net(state) || filling_panel(state).is_some() || fitted(state, body).is_some() {
        return None;
    }
    let fits = |&(width, height): &(u16, u16)| {
        let larger = Rect { width, height: height - CHROME, ..body };
        width >= body.width && height >= body.height && fitted(state, larger).is_some()
    };
    SIZES.into_iter().find(fits)
}

fn fitted(state: ViewState<'_, WeightsView>, body: Rect) -> Option<NetPlan> {
    let facts = state.shared.history.facts.as_deref()?;
    let filling = filling_panel(state);
    if filling.is_some_and(|panel| panel != WeightsPanel::Layer) {
        return None;
    }
    let names = NetNames::of(state, facts);
    let longest = |names: &[String]| names.iter().map(|name| name.chars().count()).max();
    let places = NetPlaces {
        state,
        facts,
        is_filled: filling.is_some(),
        names: longest(&names.inputs).unwrap_or(2).min(99) as u16,
        outputs: longest(&names.outputs).unwrap_or(1).min(12) as u16,
    };
    let bells = places.bells(body);
    // All arms with all that stands under them, if there is room; else rather several arms than more of one.
    let lower = [bells, bells.min(PATH), 0];
    let all = lower.into_iter().find_map(|bells| places.of_all(body, bells));
    let pair = || lower.into_iter().find_map(|bells| places.of_pair(body, bells));
    let one = || places.of_one(body, bells).or_else(|| places.of_one_beside(body));
    all.or_else(pair).or_else(one).or_else(|| places.of_one(body, 0))
}

/// The division of the body of the view.
struct NetPlaces<'a> {
    state: ViewState<'a, WeightsView>,
    facts: &'a RunFacts,
    is_filled: bool,
    /// The cells of the longest name of an input and of an output.
    names: u16,
    outputs: u16,
}

impl NetPlaces<'_> {
    /// Returns the rows of the dumb-bells: up to two fifths of a tall screen.
    fn bells(&self, body: Rect) -> u16 {
        let wanted = dumb_bells::wanted_rows(self.state);
        if self.is_filled { 0 } else { wanted.max(PATH).min(2 * body.height / 5) }
    }

    fn reading(&self) -> u16 {
        if self.is_filled { 0 } else { READING + self.facts.arms.len() as u16 }
    }

    fn upper(&self, body: Rect, bells: u16) -> Rect {
        top(body, body.height.saturating_sub(bells.max(self.reading())))
    }

    fn layout(&self, arm: usize, area: Rect) -> Option<(usize, Rect, NetLayout)> {
        let shape = |names: u16| NetShape {
            sizes: &self.facts.arms[arm].sizes,
            names,
            outputs: self.outputs,
            has_curve: self.facts.single.is_some(),
            chosen: self.state.shared.weight,
        };
        // Rather short names than no network.
        let names = (self.names.min(SHORT_NAME)..=self.names).rev();
        let of = |names: u16| NetLayout::of(within(area), &shape(names));
        Some((arm, area, names.into_iter().find_map(of)?))
    }

    fn layouts(&self, areas: Vec<Rect>, first: usize) -> Option<Vec<(usize, Rect, NetLayout)>> {
        let areas = areas.into_iter().enumerate();
        areas.map(|(nth, area)| self.layout(first + nth, area)).collect()
    }

    /// Returns the places of all arms: side by side, else in two columns, else one above the other. Of more than two
    /// arms the fields must be large enough to be read.
    fn of_all(&self, body: Rect, bells: u16) -> Option<NetPlan> {
        let arms = self.facts.arms.len();
        if self.is_filled && arms > 1 {
            return None;
        }
        let is_large = |layouts: &Vec<(usize, Rect, NetLayout)>| {
            arms <= 2 || layouts.iter().all(|(_, _, net)| net.least_field() >= LEAST_FIELD)
        };
        let (upper, legend) = with_legend(self.upper(body, bells));
        let beside = (upper.width / arms.max(1) as u16 >= PANEL).then(|| panels(upper, arms));
        let all = |areas: Vec<Rect>| self.layouts(areas, 0).filter(is_large);
        let drawn = beside
            .and_then(all)
            .or_else(|| all(in_columns(upper, arms, 2)))
            .or_else(|| all(in_columns(upper, arms, 1)))?;
        Some(self.plan(drawn, (body, bells), legend))
    }

    /// Returns the places of the chosen arm and of its neighbour, of more than two arms.
    fn of_pair(&self, body: Rect, bells: u16) -> Option<NetPlan> {
        let arms = self.facts.arms.len();
        if self.is_filled || arms <= 2 {
            return None;
        }
        let first = (self.state.shared.arm / 2 * 2).min(arms - 2);
        let (upper, legend) = with_legend(self.upper(body, bells));
        let drawn = self.layouts(panels(upper, 2), first)?;
        Some(self.plan(drawn, (body, bells), legend))
    }

    /// Returns the places of the chosen arm alone.
    fn of_one(&self, body: Rect, bells: u16) -> Option<NetPlan> {
        let (upper, legend) = with_legend(self.upper(body, bells));
        let arm = self.state.shared.arm;
        let with_legend = self.layout(arm, upper).map(|one| (one, legend));
        let without = || Some((self.layout(arm, self.upper(body, bells))?, Rect::ZERO));
        let (one, legend) = with_legend.or_else(without)?;
        Some(self.plan(vec![one], (body, bells), legend))
    }

    /// Returns the places of the chosen arm, and of all else at its right.
    fn of_one_beside(&self, body: Rect) -> Option<NetPlan> {
        if self.is_filled || body.width < 2 * SIDE {
            return None;
        }
        let left = Rect { width: body.width - SIDE, ..body };
        let arm = self.state.shared.arm;
        let (upper, legend) = with_legend(left);
        let with_legend = self.layout(arm, upper).map(|one| (one, legend));
        let (one, legend) = with_legend.or_else(|| Some((self.layout(arm, left)?, Rect::ZERO)))?;
        let side = Rect { x: left.right(), width: SIDE, ..body };
        let bells = top(side, (side.height / 2).max(LEAST_BELLS));
        let rest = below(side, bells.height);
        let reading = top(rest, self.reading());
        let path = below(rest, reading.height);
        Some(NetPlan { arms: vec![one], legend, bells, reading, path })
    }

    fn plan(
        &self,
        arms: Vec<(usize, Rect, NetLayout)>,
        (body, bells): (Rect, u16),
        legend: Rect,
    ) -> NetPlan {
        let under = below(body, self.upper(body, bells).height);
        let has_bells = bells >= LEAST_BELLS && body.width >= 100;
        let half = if has_bells { under.width.saturating_sub(READINGS) } else { 0 };
        let half = half.min(under.width / 2);
        let left = Rect { width: half, ..under };
        let right = Rect { x: under.x + half, width: under.width - half, ..under };
        let reading = top(right, self.reading());
        let rest = below(right, reading.height);
        let (bells, path) =
            if has_bells { (left, rest) } else { self.bells_and_path(rest, body.width) };
        let path = if path.height >= weight_path::LEAST { path } else { Rect::ZERO };
        NetPlan { arms, legend, bells, reading, path }
    }

    /// Divides what is left below the readings on a narrow screen: few weights stand beside the course.
    fn bells_and_path(&self, rest: Rect, width: u16) -> (Rect, Rect) {
        let (_, all) = dumb_bells::visible(self.state, rest.height);
        let fits = all + usize::from(dumb_bells::HEAD) <= usize::from(rest.height);
        if self.is_filled || !fits || width < BESIDE {
            return (Rect::ZERO, rest);
        }
        let left = Rect { width: rest.width / 2, ..rest };
        (left, Rect { x: left.right(), width: rest.width - left.width, ..rest })
    }
}

/// Splits the last row off an area for the legend.
fn with_legend(area: Rect) -> (Rect, Rect) {
    let rest = top(area, area.height.saturating_sub(1));
    (rest, below(area, rest.height))
}

/// Divides an area among panels in this many columns.
fn in_columns(area: Rect, count: usize, columns: u16) -> Vec<Rect> {
    let rows = (count as u16).div_ceil(columns).max(1);
    let (width, height) = (area.width / columns, area.height / rows);
    let place = |nth: u16| {
        let (x, y) = (area.x + nth % columns * width, area.y + nth / columns * height);
        Rect { x, y, width, height }
    };
    (0..count as u16).map(place).collect()
}

/// Returns the question that the drawing asks: the fields of every neuron, if there are two inputs or more.
pub(in crate::views::weights) fn question(state: ViewState<'_, WeightsView>) -> Option<Question> {
    let facts = state.shared.history.facts.as_deref().filter(|_| wants_net(state))?;
    let has_plane = facts.single.is_none() && facts.arms.iter().all(|arm| arm.sizes[0] >= 2);
    let request =
        FieldRequest { axes: (0, 1), points: POINTS, neurons: FieldNeurons::All, at: None };
    (has_plane && net_plan(state, state.shared.body).is_some()).then_some(Question::Fields(request))
}
