//! The sigmoid, and the speed at which each cost moves a neuron along it.

use crate::nn::{Cost, Output, sigmoid};
use crate::telemetry::Curves;

/// Curves reach from −`REACH` to `REACH`: further than any built-in start.
const REACH: f64 = 16.0;

/// Samples in one unit of z: more than a wide terminal has dots.
const DENSITY: i32 = 16;

/// σ(z), and |∂C/∂z| for the target `y` under the cost and output of each arm.
pub fn curves(arms: &[(Cost, Output)], y: f64) -> Curves {
    let reach = REACH as i32 * DENSITY;
    let z: Vec<f64> = (-reach..=reach).map(|i| f64::from(i) / f64::from(DENSITY)).collect();
    let speed = arms
        .iter()
        .map(|(cost, output)| z.iter().map(|z| cost.of_neuron(*output, *z, y).1.abs()).collect())
        .collect();
    Curves { sigma: z.iter().map(|z| sigmoid(*z)).collect(), speed, z }
}

#[cfg(test)]
mod tests {
    use super::curves;
    use crate::nn::{Cost, Output};

    #[test]
    fn quadratic_is_fastest_at_four_twenty_sevenths_and_cross_entropy_far_out() {
        let arms = [(Cost::Quadratic, Output::Sigmoid), (Cost::CrossEntropy, Output::Sigmoid)];
        let curves = curves(&arms, 0.0);
        let (at, top) = curves.speed[0]
            .iter()
            .enumerate()
            .fold((0, 0.0), |best, (i, speed)| if *speed > best.1 { (i, *speed) } else { best });
        assert!((top - 4.0 / 27.0).abs() < 1e-3);
        assert!((curves.z[at] - 2.0_f64.ln()).abs() < 0.1);
        assert!(curves.speed[1].is_sorted());
        assert!(curves.speed[1].last().is_some_and(|speed| *speed > 0.999));
    }
}
