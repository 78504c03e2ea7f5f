//! Computes the atlas: the number of epochs that a neuron needs from each start of a grid, for each arm.
//!
//! All threads take starts from one queue, so that no thread is idle while work is left. The result does
//! not depend on their order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::explain::{Grid, epochs_to_half, kappa};
use crate::nn::{NeuronBatch, NeuronWeights, Output, SingleNeuron, TrainingSettings};

/// The origin of a number of epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellOrigin {
    /// A simulation, step by step.
    #[default]
    Simulated,
    /// The closed form of [`epochs_to_half`], which is right within max(2 epochs, 1 %).
    ClosedForm,
}

/// The number of epochs that one start needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AtlasCell {
    /// The epochs until every output is within ε of its target, a whole number if simulated; `None` if
    /// that takes more epochs than the cap, or if the arm diverges.
    pub epochs: Option<f64>,
    /// The origin of the number.
    pub known: CellOrigin,
}

/// The starts and arms of an atlas to compute.
#[derive(Clone, Debug)]
pub struct AtlasSweep {
    /// The grid of starts.
    pub grid: Grid,
    /// The learning problem of each arm, and the settings of its training.
    pub arms: Vec<(SingleNeuron, TrainingSettings)>,
}

/// The finished cells of an atlas.
#[derive(Clone, Debug, PartialEq)]
pub struct AtlasCells {
    /// The cells of each arm, one for each start of the grid, row by row.
    pub arms: Vec<Vec<AtlasCell>>,
}

/// A finished row of one arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtlasRow<'a> {
    /// The index of the arm.
    pub arm: usize,
    /// The row of the grid.
    pub row: usize,
    /// The cells, shape (width).
    pub cells: &'a [AtlasCell],
    /// The number of finished cells of all arms so far.
    pub done: usize,
    /// The number of cells of all arms.
    pub total: usize,
}

impl AtlasSweep {
    /// Computes the atlas on rayon's pool and passes each finished row to `report`, which should be quick.
    /// Returns `None` if `stop` is set before the end; it is checked several times per millisecond.
    ///
    /// # Panics
    /// If a neuron does not have the number of inputs of the grid's plane.
    pub fn run(
        &self,
        stop: &AtomicBool,
        report: &mut (dyn FnMut(AtlasRow<'_>) + Send),
    ) -> Option<AtlasCells> {
        for (neuron, _) in &self.arms {
            let inputs = self.grid.plane.inputs();
            assert_eq!(neuron.inputs(), inputs, "every neuron has the inputs of the plane");
        }
        let queues: Vec<_> = self.arms.iter().map(|_| AtomicUsize::new(0)).collect();
        let collector = Mutex::new(SweepCollector::new(self, report));
        rayon::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                scope.spawn(|_| self.work(stop, &queues, &collector));
            }
        });
        let collector = collector.into_inner().expect("recording cells does not panic");
        (collector.done == collector.total).then_some(AtlasCells { arms: collector.arms })
    }

    /// Computes cells, arm after arm, until no start is left.
    fn work(
        &self,
        stop: &AtomicBool,
        queues: &[AtomicUsize],
        collector: &Mutex<SweepCollector<'_>>,
    ) {
        for (arm, queue) in queues.iter().enumerate() {
            let mut crew = SweepWorker::new(self, arm, queue);
            while !stop.load(Ordering::Relaxed) && crew.advance(stop) {
                if !crew.ended.is_empty() {
                    let mut collector = collector.lock().expect("recording cells does not panic");
                    collector.record(arm, crew.ended.drain(..));
                }
                // Training may be waiting for a core.
                rayon::yield_now();
            }
        }
    }
}

/// The most finished cells that a thread holds, so that those of the closed form are reported early.
const AT_ONCE: usize = 256;

/// The work of one thread on one arm.
struct SweepWorker<'a> {
    grid: &'a Grid,
    neuron: &'a SingleNeuron,
    settings: TrainingSettings,
    /// The index of the next start that no thread has taken.
    queue: &'a AtomicUsize,
    neurons: NeuronBatch<'a>,
    arrived: Vec<(usize, Option<u32>)>,
    /// Finished cells that have not been recorded yet, with their indices.
    ended: Vec<(usize, AtlasCell)>,
}

impl<'a> SweepWorker<'a> {
    fn new(sweep: &'a AtlasSweep, arm: usize, queue: &'a AtomicUsize) -> Self {
        let (neuron, settings) = &sweep.arms[arm];
        Self {
            grid: &sweep.grid,
            neuron,
            settings: *settings,
            queue,
            neurons: NeuronBatch::new(neuron, *settings),
            arrived: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Works for a fraction of a millisecond. Returns `false` if nothing was left to do.
    fn advance(&mut self, stop: &AtomicBool) -> bool {
        while self.neurons.has_room() && self.ended.len() < AT_ONCE {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let number = self.queue.fetch_add(1, Ordering::Relaxed);
            if number >= self.grid.len() {
                break;
            }
            let start = self.grid.weights_at(number % self.grid.width, number / self.grid.width);
            match self.closed_form(start) {
                Some(epochs) => {
                    let epochs =
                        Some(epochs).filter(|epochs| *epochs <= f64::from(self.settings.cap));
                    self.ended.push((number, AtlasCell { epochs, known: CellOrigin::ClosedForm }));
                }
                None => self.neurons.start(number, start),
            }
        }
        if self.neurons.is_empty() {
            return !self.ended.is_empty();
        }
        self.neurons.advance(&mut self.arrived);
        let simulated = self.arrived.drain(..).map(|(number, epochs)| {
            (number, AtlasCell { epochs: epochs.map(f64::from), known: CellOrigin::Simulated })
        });
        self.ended.extend(simulated);
        true
    }

    /// Returns the epochs by the closed form, if it applies.
    fn closed_form(&self, start: NeuronWeights) -> Option<f64> {
        let neuron = self.neuron;
        let is_of_its_kind = neuron.output() == Output::Sigmoid
            && neuron.examples() == 1
            && neuron.shrinking() == 0.0
            && self.settings.tolerance == 0.5;
        if !is_of_its_kind {
            return None;
        }
        let (x, y) = neuron.example(0);
        let z = start.w[0] * x[0] + start.w[1] * x[1] + start.b;
        epochs_to_half(neuron.cost(), z, y, kappa(self.settings.eta, &x))
    }
}

/// The finished cells, and the callback for finished rows.
struct SweepCollector<'a> {
    width: usize,
    arms: Vec<Vec<AtlasCell>>,
    /// The number of unfinished cells in each row of each arm.
    open: Vec<Vec<usize>>,
    done: usize,
    total: usize,
    report: &'a mut (dyn FnMut(AtlasRow<'_>) + Send),
}

impl<'a> SweepCollector<'a> {
    fn new(sweep: &AtlasSweep, report: &'a mut (dyn FnMut(AtlasRow<'_>) + Send)) -> Self {
        let AtlasSweep { grid, arms } = sweep;
        Self {
            width: grid.width,
            arms: vec![vec![AtlasCell::default(); grid.len()]; arms.len()],
            open: vec![vec![grid.width; grid.height]; arms.len()],
            done: 0,
            total: grid.len() * arms.len(),
            report,
        }
    }

    fn record(&mut self, arm: usize, ended: impl Iterator<Item = (usize, AtlasCell)>) {
        for (number, cell) in ended {
            self.arms[arm][number] = cell;
            self.done += 1;
            let row = number / self.width;
            self.open[arm][row] -= 1;
            if self.open[arm][row] == 0 {
                let cells = &self.arms[arm][row * self.width..][..self.width];
                (self.report)(AtlasRow { arm, row, cells, done: self.done, total: self.total });
            }
        }
    }
}

#[cfg(test)]
mod tests;
