//! The kernel that trains many neurons side by side for some epochs.

use crate::nn::batched::slots::{NeuronSlots, SLOTS, StepSettings, TargetInterval};
use crate::nn::batched::{NeuronExample, NeuronKind, SingleNeuron};
use crate::nn::cost::OutputLanes;
use crate::nn::descent::LARGEST_WEIGHT;
use crate::nn::exponential::{ExpCoefficients, sigmoids_of_power};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::{Output, Sgd};

/// The number of registers processed together.
const GROUP: usize = 4;

/// The kernel for some epochs of all neurons in the batch.
pub(super) struct EpochKernel<'a> {
    pub(super) neuron: &'a SingleNeuron,
    pub(super) pace: &'a StepSettings,
    pub(super) slots: &'a mut NeuronSlots,
}

impl Kernel<f64> for EpochKernel<'_> {
    type Output = ();

    /// The kind of neuron is a constant, so that the inner loop has no branch on it.
    #[inline(always)]
    fn run<L: Lanes<Number = f64>>(self, proof: L::Proof) {
        match (self.neuron.kind, self.neuron.inputs) {
            (NeuronKind::SIGMOID_QUADRATIC, 1) => {
                self.run_epochs::<L, 1>(proof, NeuronKind::SIGMOID_QUADRATIC);
            }
            (NeuronKind::SIGMOID_QUADRATIC, _) => {
                self.run_epochs::<L, 2>(proof, NeuronKind::SIGMOID_QUADRATIC);
            }
            (NeuronKind::SIGMOID_CROSS_ENTROPY, 1) => {
                self.run_epochs::<L, 1>(proof, NeuronKind::SIGMOID_CROSS_ENTROPY);
            }
            (NeuronKind::SIGMOID_CROSS_ENTROPY, _) => {
                self.run_epochs::<L, 2>(proof, NeuronKind::SIGMOID_CROSS_ENTROPY);
            }
            // A single softmax neuron either starts at its target or never reaches it.
            (NeuronKind { output: Output::Softmax, .. }, _) => {
                self.run_epochs::<L, 2>(proof, NeuronKind::LINEAR);
            }
            (kind, _) => self.run_epochs::<L, 2>(proof, kind),
        }
    }
}

impl EpochKernel<'_> {
    #[inline(always)]
    fn run_epochs<L: Lanes<Number = f64>, const INPUTS: usize>(
        self,
        proof: L::Proof,
        kind: NeuronKind,
    ) {
        let Self { neuron, pace, slots } = self;
        let all = TargetedExamples { examples: &neuron.examples, targets: &pace.targets };
        for first in (0..SLOTS).step_by(GROUP * L::N) {
            if slots.t[first..first + GROUP * L::N].iter().all(|t| *t == f64::INFINITY) {
                continue;
            }
            let mut side = NeuronLanes::<L, INPUTS>::load(proof, slots, first);
            for _ in 0..pace.epochs {
                if pace.batch >= all.examples.len() {
                    let (pull, distance) = side.sweep(proof, kind, all);
                    side.note_arrivals(proof, distance);
                    side.step(proof, pace, &pull);
                } else {
                    let distance = side.distance_to_targets(proof, all);
                    side.note_arrivals(proof, distance);
                    let targets = pace.targets.chunks(pace.batch);
                    for (examples, targets) in all.examples.chunks(pace.batch).zip(targets) {
                        let part = TargetedExamples { examples, targets };
                        let (pull, _) = side.sweep(proof, kind, part);
                        side.step(proof, pace, &pull);
                    }
                }
                side.end_epoch(proof);
            }
            side.store(slots, first);
        }
    }
}

/// Examples, and the interval of each in which the output is close enough to its target.
#[derive(Clone, Copy)]
struct TargetedExamples<'a> {
    examples: &'a [NeuronExample],
    targets: &'a [TargetInterval],
}

/// Some registers of lanes side by side.
type LaneGroup<L> = [L; GROUP];

/// The neurons of a group of registers.
struct NeuronLanes<L, const INPUTS: usize> {
    w: [LaneGroup<L>; INPUTS],
    b: LaneGroup<L>,
    t: LaneGroup<L>,
    arrival: LaneGroup<L>,
    /// The largest |w| and |b| of this epoch.
    reach: LaneGroup<L>,
}

/// Σ x δ for each input and Σ δ, over the examples of a mini-batch.
struct GradientLanes<L, const INPUTS: usize> {
    w: [LaneGroup<L>; INPUTS],
    b: LaneGroup<L>,
    /// m, the number of examples.
    m: usize,
}

impl<L: Lanes<Number = f64>, const INPUTS: usize> NeuronLanes<L, INPUTS> {
    #[inline(always)]
    fn load(proof: L::Proof, slots: &NeuronSlots, first: usize) -> Self {
        let zero = [L::splat(proof, 0.0); GROUP];
        let mut side = Self { w: [zero; INPUTS], b: zero, t: zero, arrival: zero, reach: zero };
        for g in 0..GROUP {
            let at = first + g * L::N;
            for j in 0..INPUTS {
                side.w[j][g] = L::load(proof, &slots.w[j][at..]);
            }
            side.b[g] = L::load(proof, &slots.b[at..]);
            side.t[g] = L::load(proof, &slots.t[at..]);
            side.arrival[g] = L::load(proof, &slots.arrival[at..]);
        }
        side
    }

    #[inline(always)]
    fn store(self, slots: &mut NeuronSlots, first: usize) {
        for g in 0..GROUP {
            let at = first + g * L::N;
            for j in 0..INPUTS {
                self.w[j][g].store(&mut slots.w[j][at..]);
            }
            self.b[g].store(&mut slots.b[at..]);
            self.t[g].store(&mut slots.t[at..]);
            self.arrival[g].store(&mut slots.arrival[at..]);
        }
    }

    /// Returns z = w·x + b.
    #[inline(always)]
    fn z(&self, proof: L::Proof, g: usize, example: &NeuronExample) -> L {
        let mut z = self.b[g];
        for j in 0..INPUTS {
            z = self.w[j][g].mul_add(L::splat(proof, example.x[j]), z);
        }
        z
    }

    /// Sums up the gradients over some examples, and returns them with the distance to their targets.
    #[inline(always)]
    fn sweep(
        &self,
        proof: L::Proof,
        kind: NeuronKind,
        of: TargetedExamples<'_>,
    ) -> (GradientLanes<L, INPUTS>, LaneGroup<L>) {
        let zero = [L::splat(proof, 0.0); GROUP];
        let mut pull = GradientLanes { w: [zero; INPUTS], b: zero, m: of.examples.len() };
        let mut distance = [L::splat(proof, f64::NEG_INFINITY); GROUP];
        for (example, goal) in of.examples.iter().zip(of.targets) {
            for (g, distance) in distance.iter_mut().enumerate() {
                let z = self.z(proof, g, example);
                *distance = distance.max(goal.distance(proof, z));
                let delta = delta(proof, kind, z, example.y);
                for j in 0..INPUTS {
                    let x = L::splat(proof, example.x[j]);
                    pull.w[j][g] = x.mul_add(delta, pull.w[j][g]);
                }
                pull.b[g] = pull.b[g] + delta;
            }
        }
        (pull, distance)
    }

    /// Returns the distance of each neuron to the targets of some examples: negative if it meets all of
    /// them.
    #[inline(always)]
    fn distance_to_targets(&self, proof: L::Proof, of: TargetedExamples<'_>) -> LaneGroup<L> {
        let mut distance = [L::splat(proof, f64::NEG_INFINITY); GROUP];
        for (example, goal) in of.examples.iter().zip(of.targets) {
            for (g, distance) in distance.iter_mut().enumerate() {
                let z = self.z(proof, g, example);
                *distance = distance.max(goal.distance(proof, z));
            }
        }
        distance
    }

    /// Records the neurons that have reached their targets. NaN never does.
    #[inline(always)]
    fn note_arrivals(&mut self, proof: L::Proof, distance: LaneGroup<L>) {
        let never = L::splat(proof, f64::INFINITY);
        for (g, distance) in distance.iter().enumerate() {
            let now = distance.where_negative(self.t[g], never);
            self.arrival[g] = self.arrival[g].min(now);
        }
    }

    /// Takes a step of [`Sgd`] by (BP3) and (BP4): ∂C/∂w = x δ, ∂C/∂b = δ.
    #[inline(always)]
    fn step(&mut self, proof: L::Proof, pace: &StepSettings, pull: &GradientLanes<L, INPUTS>) {
        let factors = Sgd::factors(&pace.hyperparameters, pull.m).in_lanes::<f64, L>(proof);
        for g in 0..GROUP {
            for j in 0..INPUTS {
                self.w[j][g] = factors.moved(self.w[j][g], factors.move_by(pull.w[j][g]));
                self.reach[g] = self.reach[g].max(self.w[j][g].abs());
            }
            self.b[g] = factors.bias(self.b[g], pull.b[g]);
            self.reach[g] = self.reach[g].max(self.b[g].abs());
        }
    }

    /// Counts the epoch, or sets the count to infinity if a weight has exceeded the bound. (A weight
    /// that is NaN stays NaN and never arrives; it is detected here once the bias is NaN, too.)
    #[inline(always)]
    fn end_epoch(&mut self, proof: L::Proof) {
        let (zero, one) = (L::splat(proof, 0.0), L::splat(proof, 1.0));
        let never = L::splat(proof, f64::INFINITY);
        let too_far = L::splat(proof, LARGEST_WEIGHT.next_up());
        for g in 0..GROUP {
            self.t[g] = (self.reach[g] - too_far).where_negative(self.t[g] + one, never);
            self.reach[g] = zero;
        }
    }
}

impl TargetInterval {
    /// Returns the distance of z to the interval: negative inside it.
    #[inline(always)]
    fn distance<L: Lanes<Number = f64>>(&self, proof: L::Proof, z: L) -> L {
        (L::splat(proof, self.above) - z).max(z - L::splat(proof, self.below))
    }
}

/// Returns δ = ∂C/∂z by (BP1).
#[inline(always)]
fn delta<L: Lanes<Number = f64>>(proof: L::Proof, kind: NeuronKind, z: L, y: f64) -> L {
    let (a, complement) = match kind.output {
        Output::Sigmoid => sigmoids_of_power(proof, z * L::splat(proof, -f64::LOG2_E)),
        Output::Linear | Output::Softmax => (z, z),
    };
    let last = OutputLanes { z, a, complement, y: L::splat(proof, y) };
    // The compiler removes the computation of the cost, which is not used here.
    kind.cost.of_lanes(proof, kind.output, &last).1
}
