//! Computes how long a wrong neuron takes to reach a = ½: by its own steps where these are few, else in
//! closed form.
//!
//! In the limit of small steps, z follows dz/dt = −κ δ(z) with κ = η (Σx² + 1), for a target of 0. So the
//! time between two values of z is the difference of F(z) = ∫ dz/δ(z), divided by κ. For a target of 1,
//! everything holds with −z in place of z.

use crate::math::exp;
use crate::nn::{Cost, Output};
use crate::telemetry::{ArmFacts, SingleExample};

/// The largest κ for which steps are short enough for the limit.
const LONGEST_STEP: f64 = 0.3;

/// The least z for the formula; nearer to a = ½ it is off by more than an epoch or two.
const LEAST_Z: f64 = 1.5;

/// The most steps that a forecast takes: some milliseconds of work.
const MOST_STEPS: u64 = 200_000;

/// The parameters of a neuron with one example, as far as its output depends on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NeuronStart {
    /// w·x.
    pub(crate) product: f64,
    /// b.
    pub(crate) b: f64,
}

/// The outcome of a forecast, in steps from now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StepsToHalf {
    /// The neuron is within ½ of its target after this step, the first one.
    Exactly(u64),
    /// About so many steps, by the closed form.
    About(f64),
    /// More than so many steps.
    MoreThan(u64),
}

/// Returns when a neuron with one example first has |a − y| ≤ ½, if it learns with this η. Returns `None`
/// for a target other than 0 and 1, for a neuron that is within ½ already, and for one that diverges.
pub(crate) fn steps_to_half(
    arm: &ArmFacts,
    example: &SingleExample,
    eta: f64,
    start: NeuronStart,
) -> Option<StepsToHalf> {
    let SingleExample { x, y } = example;
    let (square, y) = (x.iter().map(|x| x * x).sum::<f64>(), *y);
    let shrink = 1.0 - eta * arm.lambda;
    let NeuronStart { mut product, mut b } = start;
    let is_there = |z: f64| (activation(arm.output, z) - y).abs() <= 0.5;
    if !(y == 0.0 || y == 1.0) || is_there(product + b) {
        return None;
    }
    for step in 1..=MOST_STEPS {
        let delta = arm.cost.of_neuron(arm.output, product + b, y).1;
        product = shrink * product - eta * delta * square;
        b -= eta * delta;
        if !(product + b).is_finite() {
            return None;
        }
        if is_there(product + b) {
            return Some(StepsToHalf::Exactly(step));
        }
    }
    let is_of_its_kind = arm.output == Output::Sigmoid && arm.lambda == 0.0;
    let z = Some(start.product + start.b).filter(|_| is_of_its_kind);
    let about = z.and_then(|z| epochs_to_half(arm.cost, z, y, kappa(eta, x)));
    Some(about.map_or(StepsToHalf::MoreThan(MOST_STEPS), StepsToHalf::About))
}

fn activation(output: Output, z: f64) -> f64 {
    match output {
        Output::Sigmoid => crate::nn::sigmoid(z),
        Output::Linear => z,
        // A layer of one softmax neuron.
        Output::Softmax => 1.0,
    }
}

/// Returns κ = η (Σx² + 1), which scales the change of z in a step: −κ ∂C/∂z.
pub(crate) fn kappa(eta: f64, x: &[f64]) -> f64 {
    eta * (x.iter().map(|x| x * x).sum::<f64>() + 1.0)
}

/// Returns the number of epochs that one sigmoid neuron with one example needs from `z` to a = ½. Returns
/// `None` if the closed form does not apply: κ > 0.3, a start that is not badly wrong, or a
/// target other than 0 and 1. The number is right within max(2 epochs, 1 %) for λ = 0.
pub(crate) fn epochs_to_half(cost: Cost, z: f64, y: f64, kappa: f64) -> Option<f64> {
    let wrong_by = match y {
        0.0 => z,
        1.0 => -z,
        _ => return None,
    };
    if !(kappa > 0.0 && kappa <= LONGEST_STEP && wrong_by >= LEAST_Z) {
        return None;
    }
    let epochs = (time(cost, wrong_by)? - time(cost, 0.0)?) / kappa;
    epochs.is_finite().then_some(epochs)
}

/// Returns F(z) = ∫ dz / δ(z) for the target 0.
fn time(cost: Cost, z: f64) -> Option<f64> {
    if cost == Cost::Quadratic {
        Some(exp(z) + 3.0 * z - 3.0 * exp(-z) - 0.5 * exp(-2.0 * z))
    } else if cost == Cost::CrossEntropy {
        Some(z - exp(-z))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{epochs_to_half, kappa};
    use crate::math::exp;
    use crate::nn::Cost;

    /// Returns the epochs of a real descent, with the formulas of a neuron written out here.
    fn run(cost: Cost, z: f64, eta: f64) -> u32 {
        let (mut z, mut epochs) = (z, 0);
        while z > 0.0 {
            let a = 1.0 / (1.0 + exp(-z));
            let delta = if cost == Cost::Quadratic { a * a * (1.0 - a) } else { a };
            z -= eta * 2.0 * delta;
            epochs += 1;
        }
        epochs
    }

    #[test]
    fn the_figures_computed_beforehand_are_met() {
        for (z, quadratic, cross_entropy) in
            [(1.5, 36.0, 7.6), (4.0, 230.1, 16.6), (6.0, 1413.0, 23.3), (8.0, 10_025.0, 30.0)]
        {
            let q = epochs_to_half(Cost::Quadratic, z, 0.0, kappa(0.15, &[1.0])).unwrap();
            let x = epochs_to_half(Cost::CrossEntropy, z, 0.0, kappa(0.15, &[1.0])).unwrap();
            assert!((q - quadratic).abs() < 0.5, "{q} for {quadratic}");
            assert!((x - cross_entropy).abs() < 0.05, "{x} for {cross_entropy}");
        }
    }

    #[test]
    fn a_real_descent_takes_as_long_as_predicted() {
        for cost in [Cost::Quadratic, Cost::CrossEntropy] {
            for z in [1.5, 2.0, 3.3, 5.0, 7.0] {
                for eta in [0.01, 0.05, 0.15] {
                    let foreseen = epochs_to_half(cost, z, 0.0, kappa(eta, &[1.0])).unwrap();
                    let real = f64::from(run(cost, z, eta));
                    let allowed = (0.01 * real).max(2.0);
                    assert!(
                        (foreseen - real).abs() <= allowed,
                        "{cost:?} {z} {eta}: {foreseen}, {real}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_target_of_one_is_the_mirror_image_of_a_target_of_zero() {
        let zero = epochs_to_half(Cost::Quadratic, 4.0, 0.0, kappa(0.1, &[1.0]));
        assert_eq!(zero, epochs_to_half(Cost::Quadratic, -4.0, 1.0, kappa(0.1, &[1.0])));
        assert!(zero.is_some());
    }

    #[test]
    fn nothing_is_predicted_where_the_closed_form_does_not_apply() {
        assert_eq!(epochs_to_half(Cost::Quadratic, 4.0, 0.0, kappa(0.2, &[1.0])), None);
        assert_eq!(epochs_to_half(Cost::Quadratic, 1.0, 0.0, kappa(0.1, &[1.0])), None);
        assert_eq!(epochs_to_half(Cost::Quadratic, 4.0, 0.5, kappa(0.1, &[1.0])), None);
        assert_eq!(epochs_to_half(Cost::Quadratic, 900.0, 0.0, kappa(0.1, &[1.0])), None);
        assert_eq!(epochs_to_half(Cost::LogLikelihood, 4.0, 0.0, kappa(0.1, &[1.0])), None);
    }
}
