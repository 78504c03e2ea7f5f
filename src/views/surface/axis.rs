//! The two axes of a map: their names and the numbers at their ends.

use crate::math::decade;
use crate::telemetry::{PlaneChoice, SurfaceKind};
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// An axis of a map.
pub(super) struct Axis {
    /// The names of its quantity, the longest first.
    pub(super) names: Vec<String>,
    /// The value at its start and at its end.
    pub(super) ends: (f64, f64),
}

impl Axis {
    /// Formats a value, with the digits that distinguish a hundredth of the axis.
    pub(super) fn number(&self, value: f64) -> String {
        let span = (self.ends.1 - self.ends.0).abs().max(f64::MIN_POSITIVE);
        if value.abs() < span * 1e-6 {
            return "0".to_owned();
        }
        let decimals = (2 - decade(span / 2.0)).clamp(0, 9) as usize;
        let text = format!("{value:.decimals$}");
        let digits = if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.')
        } else {
            &text
        };
        digits.replace('-', "−")
    }

    /// Returns the value in the middle.
    pub(super) fn middle(&self) -> f64 {
        f64::midpoint(self.ends.0, self.ends.1)
    }

    /// Returns the cells of its longest number.
    pub(super) fn width(&self) -> u16 {
        let numbers = [self.ends.0, self.middle(), self.ends.1].map(|value| self.number(value));
        numbers.iter().map(|number| number.chars().count()).max().unwrap_or(0) as u16
    }
}

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

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn numbers_have_the_digits_that_the_axis_needs() {
        let text = |ends: (f64, f64)| {
            let axis = Axis { names: Vec::new(), ends };
            [ends.0, axis.middle(), ends.1].map(|value| axis.number(value)).join(" ")
        };
        assert_eq!(text((-4.0, 4.0)), "−4 0 4");
        assert_eq!(text((-0.5, 1.5)), "−0.5 0.5 1.5");
        assert_eq!(text((1.95, 2.15)), "1.95 2.05 2.15");
        assert_eq!(text((-5000.0, 15_000.0)), "−5000 5000 15000");
        assert_eq!(text((1.9996, 2.0004)), "1.9996 2 2.0004");
    }
}
