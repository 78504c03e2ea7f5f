//! Counts the epochs that a neuron needs from many starts at once.
//!
//! Each lane trains by itself. When one arrives, the next start takes its place. Arrivals are checked
//! only after some epochs, since each lane records its own.

use crate::nn::Hyperparameters;
use crate::nn::batched::epoch_kernel::EpochKernel;
use crate::nn::batched::slots::{NeuronSlots, SLOTS, StepSettings, TargetInterval};
use crate::nn::batched::{NeuronExample, NeuronWeights, SingleNeuron};
use crate::nn::lanes::InLanes;

/// The hyperparameters of training by [`Sgd`](crate::nn::Sgd), and the condition for arrival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingSettings {
    /// The learning rate η.
    pub eta: f64,
    /// m, the number of examples in a mini-batch, in the order of the examples; the last mini-batch of
    /// an epoch may be smaller. If m ≥ n, all examples make one mini-batch.
    pub batch: usize,
    /// ε: a neuron has arrived if |a − y| ≤ ε for every example, checked before the first epoch and
    /// after each. At least 0.
    pub tolerance: f64,
    /// The most epochs of training.
    pub cap: u32,
}

/// The most epochs between two checks for arrivals: on average a lane stays idle for half of them after
/// it has arrived.
const EPOCHS: usize = 16;

/// The most examples of a lane between two checks, unless one epoch has more: for every lane they take
/// some tenths of a millisecond on the slowest processors.
const EXAMPLES: usize = 512;

/// Copies of one neuron that train from different starts.
#[derive(Clone, Debug)]
pub(crate) struct NeuronBatch<'a> {
    pub(super) neuron: &'a SingleNeuron,
    pub(super) pace: StepSettings,
    pub(super) slots: NeuronSlots,
    cap: f64,
    /// The number of the neuron in each slot.
    numbers: [Option<usize>; SLOTS],
    in_training: usize,
}

impl<'a> NeuronBatch<'a> {
    /// Returns an empty batch.
    ///
    /// # Panics
    /// If a mini-batch has no examples.
    pub(crate) fn new(neuron: &'a SingleNeuron, settings: TrainingSettings) -> Self {
        assert!(settings.batch > 0, "a mini-batch has examples");
        let goal = |example: &NeuronExample| {
            TargetInterval::new(neuron.kind.output, example.y, settings.tolerance)
        };
        let nobody = [f64::INFINITY; SLOTS];
        Self {
            pace: StepSettings {
                hyperparameters: Hyperparameters { eta: settings.eta, shrinking: neuron.shrinking },
                batch: settings.batch,
                epochs: (EXAMPLES / neuron.examples.len()).clamp(1, EPOCHS),
                targets: neuron.examples.iter().map(goal).collect(),
            },
            slots: NeuronSlots {
                w: [[0.0; SLOTS]; 2],
                b: [0.0; SLOTS],
                t: nobody,
                arrival: nobody,
            },
            cap: f64::from(settings.cap),
            numbers: [None; SLOTS],
            in_training: 0,
            neuron,
        }
    }

    /// Returns whether there is room for another neuron.
    pub(crate) fn has_room(&self) -> bool {
        self.in_training < SLOTS
    }

    /// Returns whether no neuron is in training.
    pub(crate) fn is_empty(&self) -> bool {
        self.in_training == 0
    }

    /// Adds a neuron, identified by `number` in the results.
    ///
    /// # Panics
    /// If there is no room.
    pub(crate) fn start(&mut self, number: usize, from: NeuronWeights) {
        let free = self.numbers.iter().position(Option::is_none);
        let slot = free.expect("there is room for one more");
        self.numbers[slot] = Some(number);
        self.in_training += 1;
        self.slots.w[0][slot] = from.w[0];
        self.slots.w[1][slot] = from.w[1];
        self.slots.b[slot] = from.b;
        self.slots.t[slot] = 0.0;
        self.slots.arrival[slot] = f64::INFINITY;
    }

    /// Trains all neurons for some epochs, a fraction of a millisecond with some hundred examples.
    /// Appends the number of each neuron that has ended, with the epochs that it took, or `None` if it
    /// has not arrived within the cap or a weight has diverged: beyond ±10⁶, or not finite.
    pub(crate) fn advance(&mut self, ended: &mut Vec<(usize, Option<u32>)>) {
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
                self.in_training -= 1;
                self.slots.t[slot] = f64::INFINITY;
            }
        }
    }
}
