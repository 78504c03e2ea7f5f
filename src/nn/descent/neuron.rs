//! The way of a single sigmoid neuron with one input that learns from one example at a time.
//!
//! A step cannot begin before the one before it is done, so all that counts is how long its output
//! waits: about 45 cycles, most of them for the exponential and one division. What does not have to
//! wait is computed beside it. With t = −z log₂ e and E = 2^t = e^−z, so that a = 1/(1 + E),
//!
//!   w′ = s w − ηx δ,  b′ = b − η δ,  t′ = −(w′ x′ + b′) log₂ e = p + q δ
//!
//! where p = −((s w) x′ + b) log₂ e and q = η (x x′ + 1) log₂ e are known before δ is: one sum lies
//! between δ and the next exponential. For cross-entropy δ = a − y, and the y goes into p too.

use std::ops::Range;

use crate::nn::descent::{Came, Course, Guard, LARGEST_FACTOR, LARGEST_WEIGHT, Readings};
use crate::nn::exponential::{power, twice_artanh};
use crate::nn::lanes::{Kernel, Lanes};
use crate::nn::{Cost, Measure, Network, Output, Real};

/// Readings are made of so many steps at once.
const STEPS: usize = 256;

/// What a step leaves to the next: where the neuron is, and how it came there. The next t is made
/// of these, so they are kept from one walk to the next.
#[derive(Clone, Copy, Debug)]
struct Left<R> {
    /// Weight and bias before the move of the step, but for the part of it that y makes.
    w: R,
    b: R,
    /// What w moves by for each unit of `pull`: −ηx; and b: −η.
    w_by: R,
    b_by: R,
    /// a for cross-entropy, δ for quadratic.
    pull: R,
}

/// A neuron on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neuron<R> {
    left: Option<Left<R>>,
}

impl<R> Default for Neuron<R> {
    fn default() -> Self {
        Self { left: None }
    }
}

impl<R: Real> Neuron<R> {
    /// Whether it is the way for such a network.
    pub(super) fn suits(network: &Network<R>) -> bool {
        network.sizes() == [1, 1] && network.output() == Output::Sigmoid
    }

    pub(super) fn walk(
        &mut self,
        network: &mut Network<R>,
        course: &Course<'_, R>,
        (steps, guard): (Range<usize>, Guard<'_>),
        readings: &mut Readings,
    ) -> Came {
        let Guard::Within { reach } = guard else {
            R::in_lanes(Walk { neuron: self, network, course, steps, readings });
            return Came::Through;
        };
        let sure = sure_steps(*reach, course).min(steps.len());
        let next = steps.start + sure;
        R::in_lanes(Walk { neuron: self, network, course, steps: steps.start..next, readings });
        *reach = network.largest_weight();
        if next < steps.end { Came::ToUnsure(next) } else { Came::Through }
    }
}

/// How many steps can be taken in which no weight grows too large, however they turn out: each moves
/// it by at most η times the largest |δ| and the largest |x|.
fn sure_steps<R: Real>(reach: f64, course: &Course<'_, R>) -> usize {
    let x = course.examples.largest_input().max(1.0);
    let move_ = course.eta * x * (1.0 + course.examples.largest_target());
    let growth = course.shrink.abs();
    if growth > 1.0 || x > LARGEST_FACTOR || reach * x > LARGEST_FACTOR {
        return 0;
    }
    ((LARGEST_WEIGHT - reach) / (1.01 * move_)).max(0.0) as usize
}

/// Many steps in one call.
struct Walk<'a, 'c, R> {
    neuron: &'a mut Neuron<R>,
    network: &'a mut Network<R>,
    course: &'a Course<'c, R>,
    steps: Range<usize>,
    readings: &'a mut Readings,
}

impl<R: Real> Kernel<R> for Walk<'_, '_, R> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes<Number = R>>(self, proof: L::Proof) {
        let Self { neuron, network, course, steps, readings } = self;
        let layer = &mut network.layers_mut()[0];
        let start = Left {
            w: layer.columns()[0],
            b: layer.padded_biases()[0],
            w_by: R::zero(),
            b_by: R::zero(),
            pull: R::zero(),
        };
        let mut left = Placed::<L::One>::new::<R, L>(proof, neuron.left.unwrap_or(start));
        let x = &course.examples.x_column(0)[..steps.end];
        let y = &course.examples.y_column(0)[..steps.end];
        let rates = Rates {
            eta: L::one(proof, R::of(course.eta)),
            shrink: L::one(proof, R::of(course.shrink)),
            cost: course.cost,
        };
        let mut seen = Seen { t: [R::zero(); STEPS], e: [R::zero(); STEPS] };
        let x = x[steps.start..].chunks(STEPS);
        for (x, y) in x.zip(y[steps.start..].chunks(STEPS)) {
            let seen_now = seen.t.iter_mut().zip(&mut seen.e);
            for ((x, y), seen) in x.iter().zip(y).zip(seen_now) {
                step::<R, L>(proof, &mut left, &rates, (*x, *y), seen);
            }
            seen.read::<L>(proof, course, y, readings);
        }
        let (w, b) = left.here();
        let layer = &mut network.layers_mut()[0];
        layer.columns_mut()[0] = w.first();
        layer.padded_biases_mut()[0] = b.first();
        neuron.left = Some(left.taken());
    }
}

/// How the neuron moves.
struct Rates<O> {
    eta: O,
    shrink: O,
    cost: Cost,
}

/// [`Left`] in the form it is computed with.
type Placed<O> = Left<O>;

impl<O: Lanes> Placed<O> {
    #[inline(always)]
    fn new<R: Real, L: Lanes<Number = R, One = O>>(proof: L::Proof, left: Left<R>) -> Self {
        let one = |number| L::one(proof, number);
        Self {
            w: one(left.w),
            b: one(left.b),
            w_by: one(left.w_by),
            b_by: one(left.b_by),
            pull: one(left.pull),
        }
    }

    /// Weight and bias.
    #[inline(always)]
    fn here(&self) -> (O, O) {
        (self.w_by.mul_add(self.pull, self.w), self.b_by.mul_add(self.pull, self.b))
    }

    /// The numbers themselves.
    #[inline(always)]
    fn taken(&self) -> Left<O::Number> {
        Left {
            w: self.w.first(),
            b: self.b.first(),
            w_by: self.w_by.first(),
            b_by: self.b_by.first(),
            pull: self.pull.first(),
        }
    }
}

/// One step: (BP1), (BP3) and (BP4) for one neuron. Writes down t and E of before it.
#[inline(always)]
fn step<R: Real, L: Lanes<Number = R>>(
    proof: L::Proof,
    left: &mut Placed<L::One>,
    rates: &Rates<L::One>,
    (x, y): (R, R),
    (seen_t, seen_e): (&mut R, &mut R),
) {
    let one = L::one(proof, R::one());
    let (x, y) = (L::one(proof, x), L::one(proof, y));
    let log2_e = L::one(proof, -R::LOG2_E);
    // z = w x + b, of which all but one sum is done before `pull` is there.
    let p = log2_e * left.w.mul_add(x, left.b);
    let q = log2_e * left.w_by.mul_add(x, left.b_by);
    let (w, b) = left.here();
    let t = q.mul_add(left.pull, p);
    let n = t.round();
    let f = t - n;
    // Beyond normal powers σ is 0 or 1 in every digit that a weight can notice.
    let n = n.max(L::one(proof, R::EXPONENTS.0)).min(L::one(proof, R::EXPONENTS.1));
    let (mantissa, scale) = (power(L::only(proof), f), n.power_of_two());
    let a = one / mantissa.mul_add(scale, one);
    let e = mantissa * scale;
    (*seen_t, *seen_e) = (t.first(), e.first());
    let eta_x = rates.eta * x;
    (left.w_by, left.b_by) = (-eta_x, -rates.eta);
    if rates.cost == Cost::Quadratic {
        let complement = e * a;
        let residual = (-y).mul_add(complement, (one - y) * a);
        left.pull = residual * (a * complement);
        (left.w, left.b) = (rates.shrink * w, b);
    } else {
        left.pull = a;
        left.w = rates.shrink.mul_add(w, eta_x * y);
        left.b = rates.eta.mul_add(y, b);
    }
}

/// What has been seen of some steps.
struct Seen<R> {
    t: [R; STEPS],
    e: [R; STEPS],
}

impl<R: Real> Seen<R> {
    /// Reads cost and measure of as many steps as there are targets.
    #[inline(always)]
    fn read<L: Lanes<Number = R>>(
        &self,
        proof: L::Proof,
        course: &Course<'_, R>,
        y: &[R],
        readings: &mut Readings,
    ) {
        let splat = |number| L::splat(proof, number);
        let (zero, one) = (splat(R::zero()), splat(R::one()));
        let mut targets = [R::zero(); STEPS];
        targets[..y.len()].copy_from_slice(y);
        let (mut costs, mut measures) = ([R::zero(); STEPS], [R::zero(); STEPS]);
        for at in (0..y.len()).step_by(L::N) {
            let e = L::load(proof, &self.e[at..]);
            let z = L::load(proof, &self.t[at..]) * splat(-R::LN_2.0 - R::LN_2.1);
            let y = L::load(proof, &targets[at..]);
            let a = one / (one + e);
            let residual = (-y).mul_add(e * a, (one - y) * a);
            let cost = if course.cost == Cost::Quadratic {
                splat(R::of(0.5)) * residual * residual
            } else {
                // ln(1 + e^−|z|), E being e^−z: the smaller of E and 1/E, both times as much.
                let more = twice_artanh(proof, e.min(one) / ((one + e) + e.max(one)));
                (-z).max(zero).mul_add(y, (one - y) * z.max(zero)) + more
            };
            cost.store(&mut costs[at..]);
            match course.measure {
                Measure::Nothing => {}
                Measure::Output => a.store(&mut measures[at..]),
                Measure::Error => residual.abs().store(&mut measures[at..]),
            }
        }
        readings.costs.extend(costs[..y.len()].iter().map(|cost| (*cost).to_f64()));
        readings.measures.extend(measures[..y.len()].iter().map(|measure| (*measure).to_f64()));
    }
}
