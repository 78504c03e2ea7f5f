//! Changes of the training examples of a run.

use crate::telemetry::Clock;

/// A change of the training examples of a network with two inputs.
///
/// An example is named by its inputs and not by its row, because the rows after one that is removed move up: two
/// changes that a person makes in one moment each mean the example that was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExampleEdit {
    /// A new example.
    Add {
        /// Its inputs.
        at: [f64; 2],
        /// Its class, from 0; with one output 0 or 1.
        class: u32,
    },
    /// An example gets other inputs and keeps its target.
    Move {
        /// The inputs that it has.
        from: [f64; 2],
        /// The inputs that it gets.
        to: [f64; 2],
    },
    /// An example is taken away.
    Remove {
        /// Its inputs.
        at: [f64; 2],
    },
}

impl ExampleEdit {
    /// The most training examples of a run whose examples can be changed. Each change copies them, and a plane shows
    /// all of so many.
    pub const MOST: usize = 1000;
}

/// The numbers of a run that its training examples determine.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleCounts {
    /// n, the number of examples in the training set.
    pub examples: usize,
    /// m, the number of examples in a full mini-batch.
    pub batch: usize,
    /// The number of mini-batches in an epoch, from each change of it on.
    pub clock: Clock,
    /// Identifies the version of the training examples: 0 for those of the scenario, another number after each change.
    pub edition: u64,
}
