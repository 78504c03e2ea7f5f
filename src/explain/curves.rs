//! The sigmoid, and the speed at which each cost moves a neuron along it.

use crate::math::{decade, power_of_ten};
use crate::nn::{Cost, Output, sigmoid};
use crate::telemetry::NeuronCurves;

/// The number of samples on either side of 0: more than a wide terminal has dots.
const SAMPLES: i32 = 240;

/// The values of |z| up to which curves are drawn. They are few, so that a plot seldom changes its scale.
const REACHES: [f64; 8] = [6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 30.0, 50.0];

/// Returns the |z| up to which curves are drawn to show a neuron at `z` with some margin.
pub(crate) fn reach(z: f64) -> f64 {
    let needed = z.abs() * 1.1;
    REACHES.into_iter().find(|reach| *reach >= needed).unwrap_or_else(|| {
        let power = power_of_ten(decade(needed));
        [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|m| m * power)
            .find(|r| *r >= needed)
            .unwrap_or(needed)
    })
}

/// Returns σ(z), and C and |∂C/∂z| for the target `y` with the cost and output of each arm, from −`reach` to
/// `reach`.
pub(crate) fn curves(arms: &[(Cost, Output)], y: f64, reach: f64) -> NeuronCurves {
    let z: Vec<f64> =
        (-SAMPLES..=SAMPLES).map(|i| reach * f64::from(i) / f64::from(SAMPLES)).collect();
    let at_each = |of: fn((f64, f64)) -> f64| -> Vec<Vec<f64>> {
        let curve = |(cost, output): &(Cost, Output)| {
            z.iter().map(|z| of(cost.of_neuron(*output, *z, y))).collect()
        };
        arms.iter().map(curve).collect()
    };
    let (cost, speed) = (at_each(|(cost, _)| cost), at_each(|(_, delta)| delta.abs()));
    NeuronCurves { sigma: z.iter().map(|z| sigmoid(*z)).collect(), speed, cost, z }
}

#[cfg(test)]
mod tests {
    use super::{curves, reach};
    use crate::math::ln;
    use crate::nn::{Cost, Output};

    #[test]
    fn quadratic_is_fastest_at_four_twenty_sevenths_and_cross_entropy_far_out() {
        let arms = [(Cost::Quadratic, Output::Sigmoid), (Cost::CrossEntropy, Output::Sigmoid)];
        let curves = curves(&arms, 0.0, 16.0);
        let (at, top) = curves.speed[0]
            .iter()
            .enumerate()
            .fold((0, 0.0), |best, (i, speed)| if *speed > best.1 { (i, *speed) } else { best });
        assert!((top - 4.0 / 27.0).abs() < 1e-3);
        assert!((curves.z[at] - ln(2.0_f64)).abs() < 0.1);
        assert!(curves.speed[1].is_sorted());
        assert!(curves.speed[1].last().is_some_and(|speed| *speed > 0.999));
    }

    #[test]
    fn the_slope_of_each_cost_is_its_speed_and_only_the_quadratic_one_flattens_out() {
        let arms = [(Cost::Quadratic, Output::Sigmoid), (Cost::CrossEntropy, Output::Sigmoid)];
        let curves = curves(&arms, 0.0, 8.0);
        let step = curves.z[1] - curves.z[0];
        for (cost, speed) in curves.cost.iter().zip(&curves.speed) {
            for i in 1..cost.len() - 1 {
                let slope = (cost[i + 1] - cost[i - 1]) / (2.0 * step);
                assert!((slope - speed[i]).abs() < 1e-3, "{slope} and {}", speed[i]);
            }
        }
        let is_convex = |cost: &[f64]| {
            cost.windows(3).all(|three| three[0] + three[2] - 2.0 * three[1] > -1e-12)
        };
        assert!(!is_convex(&curves.cost[0]) && is_convex(&curves.cost[1]));
    }

    #[test]
    fn a_neuron_is_always_on_its_curves() {
        for z in [0.0, 1.5, -4.0, 5.5, 10.0, -49.0, 51.0, 800.0, 1e6] {
            assert!(reach(z) >= f64::abs(z) * 1.09, "{z}: {}", reach(z));
        }
        assert_eq!(reach(4.0), 6.0);
        assert_eq!(reach(10.0), 12.0);
    }
}
