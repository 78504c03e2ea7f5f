//! The values of a field as points of a map, and their scale.

use crate::canvas::number::grown;
use crate::canvas::widgets::{FieldPoint, FieldScale, FieldValues, MapPlace, SIDE_LEVELS};
use crate::math::{decade, power_of_ten};
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
/// values, and those of the targets if it is an output. Its ends are round in the unit of the target.
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
    // An arm that has run away would leave the others a single level.
    let stands = |arm: &usize| shared.history.arms.get(*arm).is_none_or(|a| a.diverged.is_none());
    let targets = fields.examples.targets.filter(|_| is_output);
    let all = 0..fields.arms.len();
    let standing: Vec<usize> = all.clone().filter(stands).collect();
    let meant = if standing.is_empty() && targets.is_none() { all.collect() } else { standing };
    // All neurons of a hidden layer share a scale, so that it can be named.
    let of_arm = |arm: usize| -> Vec<(f64, f64)> {
        let ranges = fields.arms[arm].ranges.get(layer).into_iter().flatten().enumerate();
        let meant = ranges.filter(|(nth, _)| !is_output || *nth == neuron);
        meant.map(|(_, (least, greatest))| (f64::from(*least), f64::from(*greatest))).collect()
    };
    let ranges = meant.into_iter().flat_map(of_arm).chain(targets);
    let (least, greatest) = ranges.fold((f64::INFINITY, f64::NEG_INFINITY), |all, range| {
        (all.0.min(range.0), all.1.max(range.1))
    });
    let is_relu =
        facts.arms.iter().all(|arm| layer + 2 < arm.sizes.len() && arm.hidden == Activation::Relu);
    if is_relu {
        let half = reach_for(greatest.max(1e-9)) / 2.0;
        return FieldScale { middle: half, reach: half };
    }
    if !is_output {
        return around(least, greatest, 0.0, is_aside((least, greatest), 0.0));
    }
    let value = |y: f64| facts.target_value(y);
    let middle = if is_class { 0.5 } else { 0.0 };
    let ends = (value(least), value(greatest));
    // The targets stay as they are, so that the scale does not change from one kind to the other.
    let aside = match targets {
        Some((least, greatest)) => value(least) >= middle || value(greatest) <= middle,
        None => is_aside(ends, middle),
    };
    let scale = around(ends.0, ends.1, middle, aside);
    FieldScale { middle: facts.target_number(scale.middle), reach: scale.reach / facts.unit() }
}

/// Returns whether a range lies on one side of a middle, with a margin: one that ends near it is not.
fn is_aside((least, greatest): (f64, f64), middle: f64) -> bool {
    let (below, above) = (middle - least, greatest - middle);
    below.min(above) < -0.25 * below.max(above)
}

/// Returns a scale that holds a range, with a round reach around a middle; if the range lies aside, with round ends
/// around the range.
fn around(least: f64, greatest: f64, middle: f64, is_aside: bool) -> FieldScale {
    if !(least.is_finite() && greatest.is_finite()) {
        return FieldScale { middle, reach: 1.0 };
    }
    let (below, above) = (middle - least, greatest - middle);
    if is_aside && least < greatest {
        let step = grown((greatest - least) / 10.0);
        let ends = ((least / step).floor() * step, (greatest / step).ceil() * step);
        return FieldScale {
            middle: f64::midpoint(ends.0, ends.1),
            reach: (ends.1 - ends.0) / 2.0,
        };
    }
    FieldScale { middle, reach: reach_for(below.max(above).max(1e-9)) }
}

/// Returns the least of 1, 1.5, 2, 3, 4, 5, 7 × 10ⁿ that is at least `value`.
fn reach_for(value: f64) -> f64 {
    let power = power_of_ten(decade(value));
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0].into_iter();
    let reach = steps.map(|step| step * power).find(|reach| *reach >= value * (1.0 - 1e-9));
    reach.unwrap_or(10.0 * power)
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
    use super::{FieldScale, around, is_aside, reach_for};

    #[test]
    fn a_scale_holds_its_values_around_a_middle_that_means_something() {
        let around = |least, greatest, middle| {
            around(least, greatest, middle, is_aside((least, greatest), middle))
        };
        let scale = around(-0.3, 2.4, 0.0);
        assert!((scale.middle, scale.reach >= 2.4) == (0.0, true), "{scale:?}");
        // relu: never below 0, and no value is cut at 1.
        let scale = around(0.0, 7.3, 0.0);
        assert!(scale.middle == 0.0 && scale.reach >= 7.3, "{scale:?}");
        // Prices between 100 and 300 have nothing to do with 0.
        assert_eq!(around(100.0, 300.0, 0.0), FieldScale { middle: 200.0, reach: 100.0 });
        assert_eq!(around(-8100.0, -3720.0, 0.0), FieldScale { middle: -6000.0, reach: 2500.0 });
        assert!(around(f64::INFINITY, f64::NEG_INFINITY, 0.5).reach > 0.0);
        assert!(around(0.0, 0.0, 0.0).reach > 0.0);
        assert!(around(7.0, 7.0, 0.0).reach >= 7.0);
        // Just above the middle as just below it.
        assert_eq!(around(0.001, 5.0, 0.0), around(-0.001, 5.0, 0.0));
        assert_eq!([0.9, 1.2, 1.5, 6.0, 71.0].map(reach_for), [1.0, 1.5, 1.5, 7.0, 100.0]);
    }

    #[test]
    fn targets_on_one_side_make_a_scale_of_that_side_even_if_an_answer_lies_on_the_other() {
        assert_eq!(around(0.4, 39.0, 0.0, true), FieldScale { middle: 20.0, reach: 20.0 });
        assert_eq!(around(-3.0, 39.0, 0.0, true), FieldScale { middle: 17.5, reach: 22.5 });
    }
}
