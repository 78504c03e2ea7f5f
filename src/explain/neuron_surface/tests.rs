//! Checks the surface of a neuron point by point, and its layout against the grid.

use super::{NeuronSurface, neuron_surface};
use crate::explain::{Grid, Plane};
use crate::math::{exp, hypot};
use crate::nn::{Cost, CostGradient, NeuronKind, Output, SingleNeuron};

const SIGMOID: NeuronKind = NeuronKind { output: Output::Sigmoid, cost: Cost::Quadratic };

fn with_one_input() -> SingleNeuron {
    SingleNeuron::new(SIGMOID, 0.0, &[2.0, -0.5], &[0.0, 1.0])
}

fn with_two_inputs() -> SingleNeuron {
    SingleNeuron::new(SIGMOID, 0.3, &[0.0, 1.0, 1.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0])
}

fn grid(plane: Plane) -> Grid {
    Grid { plane, across: (-6.0, 6.0), up: (-3.0, 5.0), width: 7, height: 5 }
}

/// Returns each point, with the numbers of the surface there.
fn points(
    grid: Grid,
    neuron_surface: &NeuronSurface,
) -> impl Iterator<Item = (crate::nn::NeuronWeights, f64, f64, [f64; 2])> {
    let numbers =
        neuron_surface.costs.iter().zip(&neuron_surface.speeds).zip(&neuron_surface.downhill);
    numbers.enumerate().map(move |(i, ((cost, speed), downhill))| {
        (grid.weights_at(i % grid.width, i / grid.width), *cost, *speed, *downhill)
    })
}

#[test]
fn each_point_has_the_cost_and_the_speed_of_its_parameters() {
    for (neuron, plane) in
        [(with_one_input(), Plane::WeightAndBias), (with_two_inputs(), Plane::Weights { b: -1.5 })]
    {
        let grid = grid(plane);
        let neuron_surface = neuron_surface(&neuron, &grid);
        assert_eq!(neuron_surface.costs.len(), 35);
        for (weights_at, cost, speed, downhill) in points(grid, &neuron_surface) {
            let mut slope = [CostGradient::default()];
            neuron.cost_gradients(&[weights_at], &mut slope);
            let [CostGradient { cost: height, w: [w1, w2], b }] = slope;
            assert_eq!(cost, height, "{weights_at:?}");
            let want = (w1 * w1 + w2 * w2 + b * b).sqrt();
            assert!(
                (speed - want).abs() <= 1e-15 * want,
                "{speed} is not {want} at {weights_at:?}"
            );
            // Downhill is the direction against the gradient, of length 1.
            let [across, up] = if neuron.inputs() == 1 { [w1, b] } else { [w1, w2] };
            let length = hypot(across, up);
            let along = (downhill[0] * across + downhill[1] * up) / length;
            assert!((along + 1.0).abs() < 1e-14, "{downhill:?} at {weights_at:?}");
        }
    }
}

#[test]
fn the_first_row_is_the_lowest_and_the_outer_points_lie_on_the_edges() {
    let grid = grid(Plane::WeightAndBias);
    let corners = [grid.weights_at(0, 0), grid.weights_at(6, 4)];
    assert_eq!(
        corners.map(|weights_at| (weights_at.w[0], weights_at.b)),
        [(-6.0, -3.0), (6.0, 5.0)]
    );
    let grid = Grid { width: 1, height: 1, plane: Plane::Weights { b: 7.0 }, ..grid };
    let middle = grid.weights_at(0, 0);
    assert_eq!((middle.w, middle.b), ([0.0, 1.0], 7.0));
}

#[test]
fn a_plateau_still_has_a_speed_and_a_downhill_direction() {
    // With z near 500, every slope is about e^−500, whose square is 0.
    let neuron = SingleNeuron::new(SIGMOID, 0.0, &[1.0], &[0.0]);
    let far = Grid { across: (400.0, 400.0), up: (100.0, 100.0), ..grid(Plane::WeightAndBias) };
    let neuron_surface = neuron_surface(&neuron, &far);
    let want = exp(-500.0_f64) * 2.0_f64.sqrt();
    assert!((neuron_surface.speeds[0] / want - 1.0).abs() < 1e-12, "{}", neuron_surface.speeds[0]);
    let diagonal = 0.5_f64.sqrt();
    assert!(neuron_surface.downhill[0].iter().all(|part| (part + diagonal).abs() < 1e-12));
}

#[test]
fn a_level_surface_has_no_downhill_direction() {
    let neuron =
        SingleNeuron::new(NeuronKind { output: Output::Softmax, ..SIGMOID }, 0.0, &[1.0], &[0.0]);
    let neuron_surface = neuron_surface(&neuron, &grid(Plane::WeightAndBias));
    assert!(neuron_surface.costs.iter().all(|cost| *cost == 0.5));
    assert!(neuron_surface.speeds.iter().all(|speed| *speed == 0.0));
    assert!(neuron_surface.downhill.iter().all(|downhill| *downhill == [0.0; 2]));
}

#[test]
fn a_window_without_points_has_a_surface_without_numbers() {
    for (width, height) in [(0, 5), (5, 0), (0, 0)] {
        let none = Grid { width, height, ..grid(Plane::WeightAndBias) };
        assert!(neuron_surface(&with_one_input(), &none).costs.is_empty());
    }
}
