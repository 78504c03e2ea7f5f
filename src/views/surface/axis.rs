//! The two axes of a map: their names and the numbers at their ends.

use crate::telemetry::{PlaneChoice, SurfaceKind};
use crate::views::map_axis::Axis;
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// Both axes of a map.
pub(super) struct Axes {
    pub(super) across: Axis,
    pub(super) up: Axis,
}

/// Returns the axes of the maps; a larger network has none until its plane is known.
pub(super) fn axes(state: ViewState<'_, SurfaceView>) -> Option<Axes> {
    let window = state.window();
    let named = |name: &str, ends: (f64, f64)| Axis { names: vec![name.to_owned()], ends };
    match state.neuron_inputs() {
        Some(1) => {
            Some(Axes { across: named("w →", window.across), up: named("b ↑", window.up) })
        }
        Some(_) => Some(Axes {
            across: named("w₁ →", window.across),
            up: named("w₂ ↑", window.up),
        }),
        None => {
            let SurfaceKind::Plane { through, unit, middle, .. } = state.surface()?.kind else {
                return None;
            };
            let value = |at: f64, axis: usize| (at + middle[axis]) * unit;
            let ends = |(from, to): (f64, f64), axis: usize| (value(from, axis), value(to, axis));
            let arm = state.shared.arm_name(0)?;
            let names = match through {
                PlaneChoice::Ends => {
                    vec![format!("{arm}: from start to end →"), format!("to {arm}’s end →")]
                }
                PlaneChoice::Directions => {
                    vec![
                        "main direction of the trajectory →".to_owned(),
                        "main direction →".to_owned(),
                    ]
                }
            };
            let up = Axis { names: Vec::new(), ends: ends(window.up, 1) };
            Some(Axes { across: Axis { names, ends: ends(window.across, 0) }, up })
        }
    }
}
