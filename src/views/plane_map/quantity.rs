//! The values of a field as points of a map, and their scale.

use crate::canvas::number::grown;
use crate::canvas::widgets::{FieldPoint, FieldScale, FieldValues, MapPlace, SIDE_LEVELS};
use crate::telemetry::{Activation, ArmFields, Fields, Output};
use crate::views::shared_state::SharedState;

/// The part of a map that is told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::views) enum MapQuantity {
    /// One neuron, by its layer among those received, and its index.
    Neuron(usize, usize),
    /// The class of the greatest of several outputs.
    Regions,
}

/// Returns the scale of a neuron, the same for every arm: that of its activation function, or one around all its
/// values, and those of the targets if it is an output.
pub(in crate::views) fn neuron_scale(
    shared: &SharedState,
    fields: &Fields,
    at: (usize, usize),
) -> FieldScale {
    let Some(facts) = shared.history.facts.as_deref() else { return FieldScale::SHARE };
    let (layer, neuron) = at;
    let is_bounded = facts.arms.iter().all(|arm| {
        if layer + 2 >= arm.sizes.len() {
            arm.output != Output::Linear
        } else {
            arm.hidden == Activation::Sigmoid
        }
    });
    if is_bounded {
        return FieldScale::SHARE;
    }
    let is_tanh =
        facts.arms.iter().all(|arm| layer + 2 < arm.sizes.len() && arm.hidden == Activation::Tanh);
    if is_tanh {
        return FieldScale { middle: 0.0, reach: 1.0 };
    }
    let is_class = !fields.arms.iter().all(|arm| arm.is_wrong.is_empty());
    let is_output = facts.arms.iter().any(|arm| layer + 2 == arm.sizes.len());
    // All neurons of a hidden layer share a scale, so that it can be named.
    let of_arm = |arm: &ArmFields| -> Vec<(f64, f64)> {
        let ranges = arm.ranges.get(layer).into_iter().flatten().enumerate();
        let meant = ranges.filter(|(nth, _)| !is_output || *nth == neuron);
        meant.map(|(_, (least, greatest))| (f64::from(*least), f64::from(*greatest))).collect()
    };
    let targets = fields.examples.targets.filter(|_| is_output);
    let ranges = fields.arms.iter().flat_map(of_arm).chain(targets);
    let (least, greatest) = ranges.fold((f64::INFINITY, f64::NEG_INFINITY), |all, range| {
        (all.0.min(range.0), all.1.max(range.1))
    });
    let is_relu =
        facts.arms.iter().all(|arm| layer + 2 < arm.sizes.len() && arm.hidden == Activation::Relu);
    if is_relu {
        let half = grown(greatest.max(1e-9)) / 2.0;
        return FieldScale { middle: half, reach: half };
    }
    around(least, greatest, if is_class && is_output { 0.5 } else { 0.0 })
}

/// Returns a scale that holds a range, with a round reach around a middle; if the range lies far on one side of
/// it, around the middle of the range.
fn around(least: f64, greatest: f64, middle: f64) -> FieldScale {
    if !(least.is_finite() && greatest.is_finite()) {
        return FieldScale { middle, reach: 1.0 };
    }
    let (below, above) = (middle - least, greatest - middle);
    let reach = below.max(above);
    let is_aside = below.min(above) < -0.25 * reach;
    if is_aside {
        let middle = f64::midpoint(least, greatest);
        return FieldScale { middle, reach: grown((greatest - middle).max(f64::MIN_POSITIVE)) };
    }
    FieldScale { middle, reach: grown(reach.max(1e-9)) }
}

/// Returns the point of a map at a place.
pub(in crate::views) fn point(
    fields: &Fields,
    arm: &ArmFields,
    quantity: MapQuantity,
    scale: FieldScale,
    place: MapPlace,
) -> FieldPoint {
    let at = |values: &[f32]| FieldValues { values, points: fields.points }.at(place);
    match quantity {
        MapQuantity::Neuron(layer, neuron) => {
            let field = arm.layers.get(layer).and_then(|layer| layer.get(neuron));
            let value = field.and_then(|field| at(field));
            value.map_or(FieldPoint::Unknown, |value| FieldPoint::Level(scale.level(value)))
        }
        MapQuantity::Regions => {
            let outputs = arm.of_outputs().iter().map_while(|field| at(field));
            let (mut top, mut best, mut second) = (0, f64::NEG_INFINITY, f64::NEG_INFINITY);
            let mut count = 0;
            for (class, a) in outputs.enumerate() {
                count += 1;
                if a > best {
                    (top, best, second) = (class, a, best);
                } else {
                    second = second.max(a);
                }
            }
            if count < 2 {
                return FieldPoint::Unknown;
            }
            let strength = match best - second {
                margin if margin >= 0.6 => 2,
                margin if margin >= 0.2 => 1,
                _ => 0,
            };
            FieldPoint::Class((top % 256) as u8, strength)
        }
    }
}

/// Returns a point without its distance from the border.
pub(in crate::views) fn discrete(point: FieldPoint) -> FieldPoint {
    match point {
        FieldPoint::Level(level) => FieldPoint::Level(SIDE_LEVELS[usize::from(level >= 8)]),
        FieldPoint::Class(class, _) => FieldPoint::Class(class, 2),
        point => point,
    }
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_scale_holds_its_values_around_a_middle_that_means_something() {
        let scale = around(-0.3, 2.4, 0.0);
        assert!((scale.middle, scale.reach >= 2.4) == (0.0, true), "{scale:?}");
        // relu: never below 0, and no value is cut at 1.
        let scale = around(0.0, 7.3, 0.0);
        assert!(scale.middle == 0.0 && scale.reach >= 7.3, "{scale:?}");
        // Prices between 100 and 300 have nothing to do with 0.
        let scale = around(100.0, 300.0, 0.0);
        assert!(scale.middle == 200.0 && scale.reach >= 100.0, "{scale:?}");
        assert!(around(f64::INFINITY, f64::NEG_INFINITY, 0.5).reach > 0.0);
        assert!(around(0.0, 0.0, 0.0).reach > 0.0);
    }
}
