//! The drawing of the networks and of what stands under them, and the weight under a cell.

use ratatui::layout::Rect;

use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, inset};
use crate::telemetry::RunFacts;
use crate::views::arm_panels::marked_name;
use crate::views::course_epoch::panel_epoch;
use crate::views::input_name::input_name;
use crate::views::plane_map::{judged_set, mark_of_mistakes, marks_of_classes, mistakes};
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::moment::{fields, step};
use crate::views::weights::net::drawn_net::draw_net;
use crate::views::weights::net::net_plan::NetPlan;
use crate::views::weights::net::wire::legend;
use crate::views::weights::net::{dumb_bells, weight_path};
use crate::views::weights::state::WeightsView;

/// Draws the networks, and the dumb-bells and the course under them.
pub(in crate::views::weights) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    facts: &RunFacts,
    plan: &NetPlan,
) {
    for (arm, area, layout) in &plan.arms {
        draw_frame(canvas, state, (*arm, *area), plan);
        draw_net(canvas, (state, facts), *arm, layout);
    }
    if !plan.legend.is_empty() {
        let quiet = canvas.theme.quiet;
        let others = others(plan, facts.arms.len()).map(|words| words.trim_start().to_owned());
        let strokes = legend(canvas);
        let mut pieces: Vec<String> = others.into_iter().chain([strokes]).collect();
        pieces.extend(marks(canvas, state));
        pieces.extend(held(state));
        let mut writer = canvas.line(inset(plan.legend, 1));
        for (nth, piece) in pieces.iter().enumerate() {
            let gap = if nth == 0 { "" } else { "   " };
            writer.put_whole(&format!("{gap}{piece}"), quiet);
        }
    }
    dumb_bells::draw(canvas, state, facts, plan.bells);
    weight_path::draw(canvas, state, plan.path);
}

/// Returns what the marks on the boxes of the outputs mean.
fn marks(canvas: &Canvas<'_>, state: ViewState<'_, WeightsView>) -> Option<String> {
    let fields = fields(state)?;
    let arm = fields.arms.first()?;
    let classes = marks_of_classes(canvas, state.shared, arm, false);
    let all = std::iter::once(classes).chain(mark_of_mistakes(canvas, arm));
    Some(all.collect::<Vec<_>>().join("  "))
}

/// Returns which plane the boxes show, where there are more inputs than two.
fn held(state: ViewState<'_, WeightsView>) -> Option<String> {
    let fields = fields(state).filter(|fields| fields.held > 0)?;
    let facts = state.shared.history.facts.as_deref();
    let (across, up) = fields.request.axes;
    let [across, up] = [across, up].map(|input| input_name(facts, input));
    let others =
        if fields.held == 1 { "the other at its mean" } else { "the others at their means" };
    Some(format!("boxes: {up} over {across}, {others}"))
}

/// Returns which of the arms are drawn, if not all are.
fn others(plan: &NetPlan, arms: usize) -> Option<String> {
    let first = plan.arms.first().map(|(first, ..)| *first + 1)?;
    match plan.arms.len() {
        shown if shown >= arms => None,
        1 => Some(format!("   arm {first} of {arms}: tab shows the next")),
        shown => {
            Some(format!("   arms {first}–{} of {arms}: tab shows the others", first + shown - 1))
        }
    }
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    (arm, area): (usize, Rect),
    plan: &NetPlan,
) {
    let arms = state.shared.arms();
    let title = marked_name(canvas, state.shared, arm);
    let others = others(plan, arms).filter(|_| plan.legend.is_empty()).unwrap_or_default();
    let clock = state.shared.history.clock();
    let received = fields(state).and_then(|fields| Some((fields, fields.arms.get(arm)?)));
    let at =
        step(state).map(|step| format!("{} {}", clock.unit(), panel_epoch(state.shared, step)));
    let wrong = received.and_then(|(fields, arm)| mistakes(fields, arm));
    let set = received.map_or("", |(fields, _)| judged_set(fields));
    let wrong = wrong.map(|(wrong, of)| format!("{wrong} of {of} {set} wrong, "));
    let note = format!("{}{}", wrong.unwrap_or_default(), at.unwrap_or_default());
    let marks = marks(canvas, state).filter(|_| plan.legend.is_empty());
    let marks = marks.map_or_else(String::new, |marks| format!("  {marks}"));
    let strokes = format!("  {}", legend(canvas));
    let strokes = if plan.legend.is_empty() { strokes.as_str() } else { "" };
    let title = [
        (title.as_str(), Tone::Arm(arm)),
        (others.as_str(), Tone::Quiet),
        (strokes, Tone::Quiet),
        (marks.as_str(), Tone::Quiet),
    ];
    let chosen = (state.shared.arm == arm && arms > 1).then_some(arm);
    let note = [(note.as_str(), Tone::Quiet)];
    panel(canvas, area, &Panel { frame: FrameStyle::Ruled, title: &title, note: &note, chosen });
}

/// The part of the networks under a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::views::weights) enum NetPart {
    /// The panel of an arm.
    Arm(usize),
    /// A wire, the bias of a box, or a line of the dumb-bells.
    Weight(SelectedWeight),
}

/// Returns the part under a cell.
pub(in crate::views::weights) fn under(
    state: ViewState<'_, WeightsView>,
    plan: &NetPlan,
    facts: &RunFacts,
    at: (u16, u16),
) -> Option<NetPart> {
    if let Some(weight) = dumb_bells::under(state, plan.bells, at) {
        return Some(NetPart::Weight(weight));
    }
    let (arm, _, layout) = plan.arms.iter().find(|(_, area, _)| area.contains(at.into()))?;
    let is_at = |area: &Rect| area.contains(at.into());
    let wire = layout.wires.iter().find(|wire| is_at(&wire.area) || is_at(&wire.name));
    let of = layout.boxes.iter().find(|of| is_at(&of.label) || is_at(&of.field));
    let bias = of.map(|of| SelectedWeight {
        layer: of.layer,
        neuron: of.neuron,
        input: facts.arms[*arm].sizes[of.layer],
    });
    let weight = wire.map(|wire| wire.weight).or(bias);
    Some(weight.map_or(NetPart::Arm(*arm), NetPart::Weight))
}
