//! The kernel for a single sigmoid neuron with one input and mini-batches of one example.
//!
//! A step needs the output of the one before, so only the latency from one output to the next counts.
//! Everything that does not depend on that output is computed in parallel. With z in units u that suit
//! the sigmoid,
//!
//!   w′ = s w − ηx δ,  b′ = b − η δ,  u′ = (w′ x′ + b′) · scale = p + q δ
//!
//! where p = ((s w) x′ + b) · scale and q = −η (x x′ + 1) · scale are known before δ is, so that one
//! sum lies between δ and the next sigmoid. For cross-entropy δ = a − y, and the y is part of p.
//!
//! In f32 the sigmoid is a cubic from a table and takes 31 cycles with the sum. In f64 it is an
//! exponential and a division and takes 56 cycles. JAX, compiled, takes 100 cycles in f32 for the same
//! steps.

use std::ops::Range;

use crate::nn::cost::OutputLanes;
use crate::nn::descent::step_plan::{LastStep, Readings, StepMetric, StepOutcome, StepPlan};
use crate::nn::descent::weight_bound::{GuardedSteps, LARGEST_FACTOR, LARGEST_WEIGHT, WeightBound};
use crate::nn::exponential::{sigmoids, sigmoids_of_power};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::update_rule::LaneFactors;
use crate::nn::{Cost, Network, Output, Precision, Real, Sgd, UpdateRule, sigmoid};

/// The number of steps whose readings are computed at once, while the next steps wait for each other.
/// The processor overlaps both as long as this many steps fit into its out-of-order window.
const STEPS: usize = 32;

/// The number of cubics per unit of z in the table for f32.
const UNITS: f64 = 16.0;

/// The last entry of the table: the sigmoid in f32 is 0 below z = −104 and 1 above 104.
const LAST_UNIT: i32 = 104 * 16;

/// The state passed from one step to the next.
#[derive(Clone, Copy, Debug)]
struct StepCarry<R> {
    /// Weight and bias before the step moves them, already shrunk; for cross-entropy with the part of
    /// the move that comes from y.
    w: R,
    b: R,
    /// The move per unit of `signal`: −ηx for w, −η for b.
    w_move: R,
    b_move: R,
    /// a for cross-entropy, δ for quadratic.
    signal: R,
}

/// The kernel of a single neuron.
#[derive(Clone, Debug)]
pub(super) struct Neuron<R> {
    cost: Cost,
    left: Option<StepCarry<R>>,
    /// For f32 the cubics from z = −104 to 104, each by ascending powers of the distance from its
    /// centre in sixteenths.
    cubics: Vec<[R; 4]>,
}

impl<R: Real> Neuron<R> {
    pub(super) fn new(cost: Cost) -> Self {
        let units = -LAST_UNIT..=LAST_UNIT;
        let cubics = match R::PRECISION {
            Precision::F32 => units.map(|unit| cubic(f64::from(unit) / UNITS).map(R::of)).collect(),
            Precision::F64 => Vec::new(),
        };
        Self { cost, left: None, cubics }
    }

    /// Discards the last step, because the network was changed.
    pub(super) fn forget(&mut self) {
        self.left = None;
    }

    /// Returns the last step if the network's weights result from it.
    pub(super) fn last_step(&self) -> Option<LastStep> {
        let StepCarry { w, b, w_move, b_move, signal } = self.left?;
        Some([w, b, w_move, b_move, signal].map(Real::to_f64))
    }

    /// Restores the last step if the network's weights result from it; returns whether they do.
    pub(super) fn resume(&mut self, network: &Network<R>, last: &LastStep) -> bool {
        let [w, b, w_move, b_move, signal] = last.map(R::of);
        let left = StepCarry { w, b, w_move, b_move, signal };
        let layer = &network.layers()[0];
        let there = [layer.columns()[0], layer.padded_biases()[0]];
        let leads_there = R::in_lanes(ParametersAfter(left)) == there && layer.scale() == 1.0;
        if leads_there {
            self.left = Some(left);
        }
        leads_there
    }

    /// Returns whether it is the kernel for such a network: one neuron with one input, one of the costs
    /// whose δ is worked out here, and the update rule that the recurrence is.
    pub(super) fn suits(network: &Network<R>, cost: Cost, rule: UpdateRule) -> bool {
        rule == UpdateRule::Sgd
            && network.sizes() == [1, 1]
            && network.output() == Output::Sigmoid
            && matches!(cost, Cost::Quadratic | Cost::CrossEntropy)
    }

    pub(super) fn take_steps(
        &mut self,
        network: &mut Network<R>,
        plan: &StepPlan<'_, R>,
        span: GuardedSteps<'_>,
        readings: &mut Readings,
    ) -> StepOutcome {
        network.layers_mut()[0].settle();
        let GuardedSteps { steps, guard } = span;
        let WeightBound::Within { weight_bound } = guard else {
            R::in_lanes(NeuronSteps { neuron: self, network, plan, steps, readings });
            return StepOutcome::Done;
        };
        let sure = sure_steps(*weight_bound, plan).min(steps.len());
        let next = steps.start + sure;
        R::in_lanes(NeuronSteps {
            neuron: self,
            network,
            plan,
            steps: steps.start..next,
            readings,
        });
        *weight_bound = network.largest_weight();
        if next < steps.end { StepOutcome::NeedsCheck(next) } else { StepOutcome::Done }
    }
}

/// Returns the Taylor polynomial of σ about z to the third order, by ascending powers of 1/16. Half a
/// unit away the remainder is less than 4e-8 of σ. The coefficients follow from σ′ = σ(1 − σ).
fn cubic(z: f64) -> [f64; 4] {
    let (a, c) = (sigmoid(z), sigmoid(-z));
    let slope = a * c;
    let h = 1.0 / UNITS;
    [a, slope * h, slope * (c - a) / 2.0 * h * h, slope * (1.0 - 6.0 * slope) / 6.0 * h * h * h]
}

/// Returns the number of steps in which no weight can exceed its bound and no cost its limit.
fn sure_steps<R: Real>(weight_bound: f64, plan: &StepPlan<'_, R>) -> usize {
    let x = plan.examples.largest_input().max(1.0);
    let residual = 1.0 + plan.examples.largest_target();
    let largest = x.max(weight_bound * x).max(residual * residual);
    if plan.hyperparameters.shrink().abs() > 1.0 || largest > LARGEST_FACTOR {
        return 0;
    }
    let step = Sgd::step_bound::<R>(&plan.hyperparameters, x * residual, 1);
    // Either cost of a sigmoid neuron is at most |z| + 1 or the squared residual.
    let by_cost = (plan.cost_limit - residual * residual - 1.0) / (2.0 * x);
    ((LARGEST_WEIGHT.min(by_cost) - weight_bound) / (1.01 * step)).max(0.0) as usize
}

/// Many steps, taken in one kernel call.
struct NeuronSteps<'a, 'c, R> {
    neuron: &'a mut Neuron<R>,
    network: &'a mut Network<R>,
    plan: &'a StepPlan<'c, R>,
    steps: Range<usize>,
    readings: &'a mut Readings,
}

impl<R: Real> Kernel<R> for NeuronSteps<'_, '_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { neuron, network, plan, steps, readings } = self;
        let layer = &mut network.layers_mut()[0];
        let start = StepCarry {
            w: layer.columns()[0],
            b: layer.padded_biases()[0],
            w_move: R::zero(),
            b_move: R::zero(),
            signal: R::zero(),
        };
        let mut left = CarryLanes::<L::One>::new::<R, L>(proof, neuron.left.unwrap_or(start));
        let x = &plan.examples.x_column(0)[..steps.end];
        let y = &plan.examples.y_column(0)[..steps.end];
        let factors = Sgd::factors(&plan.hyperparameters, 1);
        let rule = StepRule {
            factors: factors.in_lanes::<R, L::One>(L::only(proof)),
            cost: neuron.cost,
            cubics: &neuron.cubics,
        };
        let mut reader = StepReader { cost: neuron.cost, metric: plan.metric, readings };
        let mut unread = UnreadSteps { u: [R::zero(); STEPS], y: &[] };
        let x = x[steps.start..].chunks(STEPS);
        for (x, y) in x.zip(y[steps.start..].chunks(STEPS)) {
            let mut seen = [R::zero(); STEPS];
            for ((&x, &y), u) in x.iter().zip(y).zip(&mut seen) {
                *u = step::<R, L>(proof, &mut left, &rule, Example { x, y });
            }
            reader.read::<R, L>(proof, &unread);
            unread = UnreadSteps { u: seen, y };
        }
        reader.read::<R, L>(proof, &unread);
        let (w, b) = left.here();
        let layer = &mut network.layers_mut()[0];
        layer.columns_mut()[0] = w.first();
        layer.padded_biases_mut()[0] = b.first();
        neuron.left = Some(left.taken());
    }
}

/// The parts of a step that are the same for every example.
struct StepRule<'a, R, O> {
    factors: LaneFactors<O>,
    cost: Cost,
    cubics: &'a [[R; 4]],
}

/// An example: its input and its target.
#[derive(Clone, Copy)]
struct Example<R> {
    x: R,
    y: R,
}

/// A [`StepCarry`] in the form that the arithmetic uses.
type CarryLanes<O> = StepCarry<O>;

impl<O: Lanes> CarryLanes<O> {
    #[inline(always)]
    fn new<R: Real, L: Lanes<Number = R, One = O>>(proof: L::Proof, left: StepCarry<R>) -> Self {
        let one = |number| L::one(proof, number);
        Self {
            w: one(left.w),
            b: one(left.b),
            w_move: one(left.w_move),
            b_move: one(left.b_move),
            signal: one(left.signal),
        }
    }

    /// Returns weight and bias after the step.
    #[inline(always)]
    fn here(&self) -> (O, O) {
        (self.w_move.mul_add(self.signal, self.w), self.b_move.mul_add(self.signal, self.b))
    }

    /// Converts back to plain numbers.
    #[inline(always)]
    fn taken(&self) -> StepCarry<O::Number> {
        StepCarry {
            w: self.w.first(),
            b: self.b.first(),
            w_move: self.w_move.first(),
            b_move: self.b_move.first(),
            signal: self.signal.first(),
        }
    }
}

/// The kernel that computes weight and bias after a step, with the same rounding as the next step.
struct ParametersAfter<R>(StepCarry<R>);

impl<R: Real> Kernel<R> for ParametersAfter<R> {
    type Output = [R; 2];

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) -> [R; 2] {
        let (w, b) = CarryLanes::<L::One>::new::<R, L>(proof, self.0).here();
        [w.first(), b.first()]
    }
}

/// Takes one step: (BP1), (BP3) and (BP4) for one neuron. Returns z before the step, times [`scale`].
#[inline(always)]
fn step<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    left: &mut CarryLanes<L::One>,
    rule: &StepRule<'_, R, L::One>,
    example: Example<R>,
) -> R {
    let one = L::one(proof, R::one());
    let (x, y) = (L::one(proof, example.x), L::one(proof, example.y));
    let scale = L::one(proof, scale());
    // z = w x + b; all but one sum is computed before `signal` is known.
    let p = scale * left.w.mul_add(x, left.b);
    let q = scale * left.w_move.mul_add(x, left.b_move);
    let (w, b) = left.here();
    let u = q.mul_add(left.signal, p);
    let (a, complement) = match R::PRECISION {
        Precision::F32 => from_table::<R, L>(proof, rule.cubics, u),
        Precision::F64 => sigmoids_of_power::<R, L::One>(L::only(proof), u),
    };
    let factors = &rule.factors;
    (left.w_move, left.b_move) = (factors.move_by(x), factors.move_by(one));
    if rule.cost == Cost::Quadratic {
        let residual = (-y).mul_add(complement, (one - y) * a);
        left.signal = residual * (a * complement);
        (left.w, left.b) = (factors.shrunk(w), b);
    } else {
        left.signal = a;
        left.w = factors.moved(w, left.w_move * -y);
        left.b = factors.bias(b, -y);
    }
    u.first()
}

/// Returns the factor from z to u: 16 for the table, else −log₂ e, so that 2^u = e^−z.
#[inline(always)]
fn scale<R: Real>() -> R {
    match R::PRECISION {
        Precision::F32 => R::of(UNITS),
        Precision::F64 => -R::LOG2_E,
    }
}

/// Returns σ(z) and σ(−z) from the table.
#[inline(always)]
fn from_table<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    cubics: &[[R; 4]],
    u: L::One,
) -> (L::One, L::One) {
    let one = |number| L::one(proof, number);
    // This sum rounds and leaves the whole unit in the lowest bits; nothing is faster.
    let shifted = u + one(R::WHOLE);
    let f = u - (shifted - one(R::WHOLE));
    let unit = shifted.first().whole_in_lowest_bits();
    let cubic_of = |unit: i32| cubics.get(LAST_UNIT.wrapping_add(unit) as u32 as usize);
    let (Some(cubic), Some(mirrored)) = (cubic_of(unit), cubic_of(unit.wrapping_neg())) else {
        if u.first().is_nan() {
            return (u, u);
        }
        let (zero, one) = (one(R::zero()), one(R::one()));
        return if u.first() < R::zero() { (zero, one) } else { (one, zero) };
    };
    let at = |cubic: &[R; 4], f: L::One| {
        let [c0, c1, c2, c3] = cubic.map(one);
        c3.mul_add(f, c2).mul_add(f * f, c1.mul_add(f, c0))
    };
    (at(cubic, f), at(mirrored, -f))
}

/// Steps that have been taken and not been read yet.
struct UnreadSteps<'a, R> {
    /// z before each step, times [`scale`].
    u: [R; STEPS],
    /// The target of each step.
    y: &'a [R],
}

/// Computes the readings of steps.
struct StepReader<'a> {
    cost: Cost,
    metric: StepMetric,
    readings: &'a mut Readings,
}

impl StepReader<'_> {
    /// Computes cost and metric of some steps, and appends them to the readings.
    #[inline(always)]
    fn read<R: Real, L: Lanes<Number = R>>(&mut self, proof: L::Proof, of: &UnreadSteps<'_, R>) {
        let y = of.y;
        let mut targets = [R::zero(); STEPS];
        targets[..y.len()].copy_from_slice(y);
        let (mut costs, mut metrics) = ([R::zero(); STEPS], [R::zero(); STEPS]);
        let unit = L::splat(proof, R::one() / scale::<R>());
        for at in (0..y.len()).step_by(L::N) {
            let z = L::load(proof, &of.u[at..]) * unit;
            let (above, below) = sigmoids(proof, z);
            let a = z.where_negative(below, above);
            let complement = z.where_negative(above, below);
            let last = OutputLanes { z, a, complement, y: L::load(proof, &targets[at..]) };
            self.cost.of_lanes(proof, Output::Sigmoid, &last).0.store(&mut costs[at..]);
            match self.metric {
                StepMetric::Nothing => {}
                StepMetric::Output => a.store(&mut metrics[at..]),
                StepMetric::Error => {
                    last.residual(proof, Output::Sigmoid).abs().store(&mut metrics[at..]);
                }
            }
        }
        let to_f64 = |number: &R| (*number).to_f64();
        self.readings.costs.extend(costs[..y.len()].iter().map(to_f64));
        self.readings.metrics.extend(metrics[..y.len()].iter().map(to_f64));
    }
}

#[cfg(test)]
mod tests {
    use super::{Neuron, UNITS, from_table};
    use crate::nn::lanes::{InLanes, Kernel, Lanes};
    use crate::nn::{Cost, Instructions, sigmoid, with_instructions};

    /// The kernel that computes σ(z) and σ(−z) from the table.
    struct TableSigmoids<'a>(&'a [f32]);

    impl Kernel<f32> for TableSigmoids<'_> {
        type Output = Vec<(f32, f32)>;

        #[inline(always)]
        fn run<L: Lanes<Number = f32>>(self, proof: L::Proof) -> Self::Output {
            let cubics = Neuron::<f32>::new(Cost::Quadratic).cubics;
            let one = |z: &f32| {
                let u = L::one(proof, *z * UNITS as f32);
                let (a, complement) = from_table::<f32, L>(proof, &cubics, u);
                (a.first(), complement.first())
            };
            self.0.iter().map(one).collect()
        }
    }

    #[test]
    fn the_table_gives_the_sigmoid_to_the_last_places_of_f32() {
        let inside = (-17_400..=17_400_i32).map(|n| (f64::from(n) * 0.006) as f32);
        let z: Vec<f32> = inside.chain([-1e30, -200.0, 0.0, 200.0, 1e30]).collect();
        for instructions in Instructions::of_this_processor() {
            let found = with_instructions(instructions, || f32::in_lanes(TableSigmoids(&z)));
            for (z, (a, complement)) in z.iter().zip(found) {
                let z = f64::from(*z);
                for (got, want) in [(a, sigmoid(z)), (complement, sigmoid(-z))] {
                    // Below the smallest normal number the unit in the last place stays the same.
                    let unit = want.max(f64::from(f32::MIN_POSITIVE)) * f64::from(f32::EPSILON);
                    let off = (f64::from(got) - want).abs();
                    assert!(off <= 2.0 * unit, "{got} is not {want} at {z}");
                }
            }
        }
    }

    #[test]
    fn the_table_returns_nan_for_nan() {
        let z = [f32::NAN, -f32::NAN];
        for instructions in Instructions::of_this_processor() {
            let found = with_instructions(instructions, || f32::in_lanes(TableSigmoids(&z)));
            assert!(found.iter().all(|(a, complement)| a.is_nan() && complement.is_nan()));
        }
    }
}
