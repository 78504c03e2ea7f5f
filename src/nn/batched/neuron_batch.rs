//! Counts the epochs that a neuron needs from many starts at once.
//!
//! Each lane walks by itself. When one has arrived, the next start takes its place; a look is taken
//! at that after some epochs only, since each lane notes by itself when it arrived.

use crate::math::ln;
use crate::nn::Output;
use crate::nn::batched::epoch_kernel::EpochKernel;
use crate::nn::batched::{NeuronExample, NeuronWeights, SingleNeuron};
use crate::nn::lanes::InLanes;

/// How a neuron walks, and when it has arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingSettings {
    /// η.
    pub eta: f64,
    /// m: how many examples make a mini-batch, in the order in which they stand; the last of an epoch
    /// may be smaller. From n on all of them make one.
    pub batch: usize,
    /// ε: it has arrived when |a − y| ≤ ε for every example, looked at before the first epoch and
    /// after each. At least 0.
    pub tolerance: f64,
    /// The most epochs it walks.
    pub cap: u32,
}

/// The number of neurons trained together: enough to hide the latency of the exponential.
pub(super) const SLOTS: usize = 32;

/// Epochs between two looks at who has arrived: a lane that has stands idle for half of them.
const EPOCHS: usize = 16;

/// So many examples at most are walked over between two looks, if they make more than an epoch: in
/// every lane they take some tenths of a millisecond on the slowest of processors.
const EXAMPLES: usize = 512;

/// Neurons under way from their starts. All have the same to learn.
#[derive(Clone, Debug)]
pub struct NeuronBatch<'a> {
    pub(super) neuron: &'a SingleNeuron,
    pub(super) pace: StepSettings,
    pub(super) slots: NeuronSlots,
    cap: f64,
    /// The number of the neuron in each slot.
    numbers: [Option<usize>; SLOTS],
    walking: usize,
}

/// What walking takes beside the neuron.
#[derive(Clone, Debug)]
pub(super) struct StepSettings {
    pub(super) eta: f64,
    pub(super) batch: usize,
    /// 1 − ηλ/n.
    pub(super) shrink: f64,
    /// How many epochs are walked in a round.
    pub(super) epochs: usize,
    /// For each example, between which z its output is near enough to its target.
    pub(super) targets: Vec<TargetInterval>,
}

/// Between which weighted inputs, both left out, an output is within ε of its target. Since a rises
/// with z this is |a − y| ≤ ε, without an exponential.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetInterval {
    pub(super) above: f64,
    pub(super) below: f64,
}

/// Those who walk, side by side.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NeuronSlots {
    pub(super) w: [[f64; SLOTS]; 2],
    pub(super) b: [f64; SLOTS],
    /// Epochs walked; infinite where nobody walks, or where a weight has run away.
    pub(super) t: [f64; SLOTS],
    /// Epochs walked on arrival; infinite before that.
    pub(super) arrival: [f64; SLOTS],
}

impl<'a> NeuronBatch<'a> {
    /// Returns an empty batch.
    ///
    /// # Panics
    /// If a mini-batch has no examples.
    pub fn new(neuron: &'a SingleNeuron, walk: TrainingSettings) -> Self {
        assert!(walk.batch > 0, "a mini-batch has examples");
        let goal =
            |example: &NeuronExample| TargetInterval::new(neuron.output, example.y, walk.tolerance);
        let nobody = [f64::INFINITY; SLOTS];
        Self {
            pace: StepSettings {
                eta: walk.eta,
                batch: walk.batch,
                shrink: 1.0 - walk.eta * neuron.shrinking,
                epochs: (EXAMPLES / neuron.examples.len()).clamp(1, EPOCHS),
                targets: neuron.examples.iter().map(goal).collect(),
            },
            slots: NeuronSlots {
                w: [[0.0; SLOTS]; 2],
                b: [0.0; SLOTS],
                t: nobody,
                arrival: nobody,
            },
            cap: f64::from(walk.cap),
            numbers: [None; SLOTS],
            walking: 0,
            neuron,
        }
    }

    /// Whether one more can start.
    pub fn has_room(&self) -> bool {
        self.walking < SLOTS
    }

    /// Whether nobody is under way.
    pub fn is_empty(&self) -> bool {
        self.walking == 0
    }

    /// Adds a neuron, identified by `number` in the results.
    ///
    /// # Panics
    /// If there is no room.
    pub fn start(&mut self, number: usize, from: NeuronWeights) {
        let free = self.numbers.iter().position(Option::is_none);
        let slot = free.expect("there is room for one more");
        self.numbers[slot] = Some(number);
        self.walking += 1;
        self.slots.w[0][slot] = from.w[0];
        self.slots.w[1][slot] = from.w[1];
        self.slots.b[slot] = from.b;
        self.slots.t[slot] = 0.0;
        self.slots.arrival[slot] = f64::INFINITY;
    }

    /// Has all walk for some epochs, a fraction of a millisecond with some hundred examples; adds the
    /// number of each whose walk has ended, with the epochs it took, or none if it was still not there
    /// after the most it may walk, or a weight ran away: beyond ±10⁶, or not finite.
    pub fn advance(&mut self, ended: &mut Vec<(usize, Option<u32>)>) {
        f64::in_lanes(EpochKernel {
            neuron: self.neuron,
            pace: &self.pace,
            slots: &mut self.slots,
        });
        for (slot, holder) in self.numbers.iter_mut().enumerate() {
            let Some(number) = *holder else { continue };
            let arrival = self.slots.arrival[slot];
            if arrival < f64::INFINITY || self.slots.t[slot] > self.cap {
                ended.push((number, (arrival <= self.cap).then_some(arrival as u32)));
                *holder = None;
                self.walking -= 1;
                self.slots.t[slot] = f64::INFINITY;
            }
        }
    }
}

impl TargetInterval {
    fn new(output: Output, y: f64, tolerance: f64) -> Self {
        let (least, most) = match output {
            // 1 − (y ∓ ε) is computed by itself: near 1 it would cancel.
            Output::Sigmoid => (
                logit(y - tolerance, (1.0 - y) + tolerance),
                logit(y + tolerance, (1.0 - y) - tolerance),
            ),
            Output::Linear => (y - tolerance, y + tolerance),
            // One softmax neuron by itself gives 1, whatever z is.
            Output::Softmax if (1.0 - y).abs() <= tolerance => (f64::NEG_INFINITY, f64::INFINITY),
            Output::Softmax => (f64::INFINITY, f64::NEG_INFINITY),
        };
        Self { above: least.next_down(), below: most.next_up() }
    }
}

/// The z whose σ(z) is a, from a and 1 − a; infinite where there is none.
fn logit(a: f64, complement: f64) -> f64 {
    if a <= 0.0 {
        f64::NEG_INFINITY
    } else if complement <= 0.0 {
        f64::INFINITY
    } else {
        ln(a / complement)
    }
}
