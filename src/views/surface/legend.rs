//! The legend: the marks on the maps, and what their axes and colours mean.

use crate::canvas::Canvas;
use crate::canvas::text_width;
use crate::telemetry::{PlaneChoice, SurfaceKind};
use crate::views::surface::SurfaceLayer;
use crate::views::surface::scale::SizeScale;
use crate::views::surface::state::SurfaceView;
use crate::views::surface::trajectory::{EPOCH, START};
use crate::views::view_state::ViewState;

/// Returns as many whole pieces of the legend as fit, the most important first.
pub(super) fn legend(
    canvas: &Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    scales: &[SizeScale],
    width: u16,
) -> String {
    let mut out = String::new();
    for piece in pieces(state, scales) {
        let longer = if out.is_empty() { piece } else { format!("{out}; {piece}") };
        if text_width(&longer, canvas.glyphs) > width {
            break;
        }
        out = longer;
    }
    out
}

fn pieces(state: ViewState<'_, SurfaceView>, scales: &[SizeScale]) -> Vec<String> {
    let mut out = Vec::new();
    if scales.windows(2).any(|two| two[0] != two[1]) {
        out.push("each colour bar on its own scale".to_owned());
    }
    if state.view.layer == SurfaceLayer::Downhill {
        out.push("arrows: direction only".to_owned());
    }
    let [start, epoch] = [START, EPOCH].map(|(sign, letter)| {
        if state.shared.appearance.glyphs.is_mostly_ascii() { letter } else { sign }
    });
    out.push(format!("{start} start, {epoch} epochs"));
    if !state.view.past_trajectories.is_empty() {
        out.push("dotted: earlier trajectories".to_owned());
    }
    let plane = state.surface().map(|surface| surface.kind);
    if let Some(SurfaceKind::Plane { through, .. }) = plane {
        let name = |arm: usize| state.shared.arm_name(arm).unwrap_or_default();
        out.push(match through {
            PlaneChoice::Ends => format!("up: towards {}’s end", name(1)),
            PlaneChoice::Directions => "up: the second direction".to_owned(),
        });
        out.push("lengths in the space of all weights and biases".to_owned());
    }
    out
}
