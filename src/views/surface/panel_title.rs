//! The title of a panel: the arm, the quantity on its map, and the conditions under which it holds.

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::number::{count, short};
use crate::telemetry::{RunFacts, SurfaceKind};
use crate::views::surface::SurfaceLayer;
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// Cells of a frame, of its corners, and of the spaces around title and note.
const FRAME: u16 = 9;

/// The panel of an arm, with its cells across.
pub(super) struct PanelPlace {
    pub(super) arm: usize,
    pub(super) width: u16,
}

/// Returns the name of an arm after its mark.
pub(super) fn marked_name(arm: usize, name: &str) -> String {
    format!("{} {name}", mark(arm).0)
}

/// The words on the frame of a panel after the name of its arm.
pub(super) struct PanelWords {
    /// The quantity of the map, or nothing.
    pub(super) title: String,
    /// The conditions under which the map holds, or nothing.
    pub(super) note: String,
}

/// Returns the quantity of the map and its conditions, in the longest form that fits beside the longest name
/// of an arm, so that the panels of a row are alike. A map that is old or from few examples is marked
/// as such rather than named by its quantity, which is also beside its colours.
pub(super) fn words(
    canvas: &Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    place: &PanelPlace,
) -> PanelWords {
    let Some(facts) = state.shared.history.facts.as_deref() else {
        return PanelWords { title: String::new(), note: String::new() };
    };
    let (forms, is_needed) = match state.neuron_inputs() {
        Some(inputs) => (of_neuron(state, facts, place.arm, inputs), false),
        None => of_plane(state, facts),
    };
    let names = facts.arms.iter().map(|arm| canvas.width(&arm.name) + 2);
    let name = names.max().unwrap_or(0).min(24);
    let fits = |form: &str, title: &str| {
        canvas.width(form) + name + canvas.width(title) + FRAME <= place.width
    };
    let title = titles(state).into_iter().find(|title| fits("", title)).unwrap_or_default();
    if let Some(note) = forms.iter().find(|form| fits(form.as_str(), &title)) {
        return PanelWords { note: note.clone(), title };
    }
    match forms.iter().find(|form| is_needed && fits(form.as_str(), "")) {
        Some(note) => PanelWords { note: note.clone(), title: String::new() },
        None => PanelWords { note: String::new(), title },
    }
}

/// Returns the forms of the quantity of the map, the longest first.
fn titles(state: ViewState<'_, SurfaceView>) -> [String; 2] {
    let of = match state.neuron_inputs() {
        Some(1) => "(w, b)",
        Some(_) => "(w₁, w₂)",
        None => " on a plane",
    };
    match state.view.layer {
        SurfaceLayer::Cost => [format!("  C{of}"), "  C".to_owned()],
        SurfaceLayer::Speed => [format!("  speed{of}"), "  speed".to_owned()],
        SurfaceLayer::Downhill => [format!("  C{of}, downhill"), "  downhill".to_owned()],
    }
}

/// Returns the examples of a neuron, and its bias if that is not on an axis.
fn of_neuron(
    state: ViewState<'_, SurfaceView>,
    facts: &RunFacts,
    arm: usize,
    inputs: usize,
) -> Vec<String> {
    let examples = match &facts.single {
        Some(single) => {
            let x: Vec<String> = single.x.iter().map(|x| short(*x)).collect();
            match &x[..] {
                [x] => format!("x = {x}, y = {}", short(single.y)),
                x => format!("x = ({}), y = {}", x.join(", "), short(single.y)),
            }
        }
        None => format!("{} examples", count(facts.examples as u64)),
    };
    let newest = state.shared.history.arms.get(arm).and_then(|arm| arm.trajectory.newest());
    match newest.filter(|_| inputs == 2) {
        Some(newest) => {
            let bias = format!("b = {:.2}", newest.at[2]).replace('-', "−");
            vec![format!("{bias}, {examples}"), bias]
        }
        None => vec![examples],
    }
}

/// Returns the epoch of a map that is older than the run, and the examples that it is computed from, and
/// whether one of these is not as usual.
fn of_plane(state: ViewState<'_, SurfaceView>, facts: &RunFacts) -> (Vec<String>, bool) {
    let kind = state.surface().map(|surface| surface.kind);
    let Some(SurfaceKind::Plane { examples, .. }) = kind else { return (Vec::new(), false) };
    let (used, all) = (count(examples as u64), count(facts.examples as u64));
    let is_sample = examples < facts.examples;
    let from = match examples {
        0 => Vec::new(),
        _ if is_sample => {
            vec![format!("from {used} of {all} examples"), format!("{used} of {all} examples")]
        }
        _ => vec![format!("{all} examples")],
    };
    let Some(epoch) = old_epoch(state) else { return (from, is_sample) };
    let as_of = format!("as of epoch {}", count(epoch));
    let mut forms: Vec<String> = from.iter().map(|from| format!("{as_of}, {from}")).collect();
    forms.push(as_of);
    (forms, true)
}

/// Returns the epoch of the map on the screen, if the run has gone on since. The map of a single neuron does
/// not depend on the run, or is of its newest bias.
pub(super) fn old_epoch(state: ViewState<'_, SurfaceView>) -> Option<u64> {
    let surface = state.surface().filter(|_| state.neuron_inputs().is_none())?;
    let history = &state.shared.history;
    (surface.step != history.step).then(|| history.clock().epoch(surface.step))
}
