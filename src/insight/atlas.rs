//! The atlas: how many epochs one neuron needs from each start of a grid, arm by arm.
//!
//! All cores take starts from one queue, arm after arm and row after row, so that none is without work
//! as long as there is any. No number depends on which of them takes which.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::insight::{Grid, epochs_to_half};
use crate::nn::{OneNeuron, Output, Place, Walk, Walkers};

/// How a number of epochs is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// The neuron has walked them.
    #[default]
    Walked,
    /// By the closed form of [`epochs_to_half`]: right within max(2 epochs, 1 %).
    Foreseen,
}

/// How long one start takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// Epochs until every output is within ε of its target, whole where they were walked; none if
    /// that takes more than the cap, or a weight runs away.
    pub epochs: Option<f64>,
    /// How that is known.
    pub known: Known,
}

impl Cell {
    /// How many times as long as the other this takes; none if one of the two never gets there, or
    /// only the other is there already.
    pub fn ratio_to(self, other: Self) -> Option<f64> {
        match (self.epochs?, other.epochs?) {
            (own, other) if own == other => Some(1.0),
            (own, other) => Some(own / other).filter(|ratio| ratio.is_finite()),
        }
    }
}

/// What an atlas is to show.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The starts.
    pub grid: Grid,
    /// What each arm has to learn, and how it walks.
    pub arms: Vec<(OneNeuron, Walk)>,
}

/// The epochs from each start.
#[derive(Clone, Debug, PartialEq)]
pub struct Atlas {
    /// Of each arm a cell for each start of the grid, row by row.
    pub arms: Vec<Vec<Cell>>,
}

impl Atlas {
    /// How many times as long as arm `other` arm `arm` takes, start by start: see [`Cell::ratio_to`].
    ///
    /// # Panics
    /// If there is no such arm.
    pub fn ratios(&self, arm: usize, other: usize) -> Vec<Option<f64>> {
        let pairs = self.arms[arm].iter().zip(&self.arms[other]);
        pairs.map(|(own, other)| own.ratio_to(*other)).collect()
    }
}

/// A row of an arm that is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// Which arm.
    pub arm: usize,
    /// Which row of the grid.
    pub row: usize,
    /// Its cells, shape (width).
    pub cells: &'a [Cell],
    /// How many cells of all arms are done by now.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

impl Survey {
    /// Makes the atlas on the cores of rayon's pool, telling of each row when it is done, in the order
    /// in which they get done. Who is told should be quick: the cores wait. `None` if `stop` came to
    /// be true before the end; with some hundred examples it is looked at several times a millisecond.
    ///
    /// # Panics
    /// If a neuron has not the inputs that the grid's plane is of.
    pub fn run(&self, stop: &AtomicBool, told: &mut (dyn FnMut(Row<'_>) + Send)) -> Option<Atlas> {
        for (neuron, _) in &self.arms {
            let wanted = self.grid.plane.inputs();
            assert_eq!(neuron.inputs(), wanted, "the plane is one of every neuron's");
        }
        let queues: Vec<_> = self.arms.iter().map(|_| AtomicUsize::new(0)).collect();
        let ledger = Mutex::new(Ledger::new(self, told));
        rayon::scope(|scope| {
            for _ in 0..rayon::current_num_threads() {
                scope.spawn(|_| self.work(stop, &queues, &ledger));
            }
        });
        let ledger = ledger.into_inner().expect("who notes and who is told does not panic");
        (ledger.done == ledger.of).then_some(Atlas { arms: ledger.arms })
    }

    /// Takes starts as long as there are any, arm after arm.
    fn work(&self, stop: &AtomicBool, queues: &[AtomicUsize], ledger: &Mutex<Ledger<'_>>) {
        for (arm, queue) in queues.iter().enumerate() {
            let mut crew = Crew::new(self, arm, queue);
            while !stop.load(Ordering::Relaxed) && crew.advance(stop) {
                if !crew.ended.is_empty() {
                    let mut ledger = ledger.lock().expect("who notes and is told does not panic");
                    ledger.note(arm, crew.ended.drain(..));
                }
                // Training may be waiting for a core.
                rayon::yield_now();
            }
        }
    }
}

/// So many cells are noted at once, that foreseen ones are told of as they come.
const AT_ONCE: usize = 256;

/// What one core has under way of one arm.
struct Crew<'a> {
    grid: &'a Grid,
    neuron: &'a OneNeuron,
    walk: Walk,
    /// The number of the next start that nobody has taken.
    queue: &'a AtomicUsize,
    walkers: Walkers<'a>,
    arrived: Vec<(usize, Option<u32>)>,
    /// Cells that are done and have not been noted yet, by their numbers.
    ended: Vec<(usize, Cell)>,
}

impl<'a> Crew<'a> {
    fn new(survey: &'a Survey, arm: usize, queue: &'a AtomicUsize) -> Self {
        let (neuron, walk) = &survey.arms[arm];
        Self {
            grid: &survey.grid,
            neuron,
            walk: *walk,
            queue,
            walkers: Walkers::new(neuron, *walk),
            arrived: Vec::new(),
            ended: Vec::new(),
        }
    }

    /// Goes on for a fraction of a millisecond; returns whether there was anything to do.
    fn advance(&mut self, stop: &AtomicBool) -> bool {
        while self.walkers.has_room() && self.ended.len() < AT_ONCE {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let number = self.queue.fetch_add(1, Ordering::Relaxed);
            if number >= self.grid.len() {
                break;
            }
            let start = self.grid.place(number % self.grid.width, number / self.grid.width);
            match self.foreseen(start) {
                Some(epochs) => {
                    let epochs = Some(epochs).filter(|epochs| *epochs <= f64::from(self.walk.cap));
                    self.ended.push((number, Cell { epochs, known: Known::Foreseen }));
                }
                None => self.walkers.start(number, start),
            }
        }
        if self.walkers.is_empty() {
            return !self.ended.is_empty();
        }
        self.walkers.advance(&mut self.arrived);
        let walked = self.arrived.drain(..).map(|(number, epochs)| {
            (number, Cell { epochs: epochs.map(f64::from), known: Known::Walked })
        });
        self.ended.extend(walked);
        true
    }

    /// The epochs by the closed form, where it holds.
    fn foreseen(&self, start: Place) -> Option<f64> {
        let neuron = self.neuron;
        let is_of_its_kind = neuron.output() == Output::Sigmoid
            && neuron.examples() == 1
            && neuron.shrinking() == 0.0
            && self.walk.tolerance == 0.5;
        if !is_of_its_kind {
            return None;
        }
        let (x, y) = neuron.example(0);
        let z = start.w[0] * x[0] + start.w[1] * x[1] + start.b;
        epochs_to_half(neuron.cost(), z, y, self.walk.eta, &x)
    }
}

/// What is done, and who is told of it.
struct Ledger<'a> {
    width: usize,
    arms: Vec<Vec<Cell>>,
    /// How many cells of each row of each arm are still to be done.
    open: Vec<Vec<usize>>,
    done: usize,
    of: usize,
    told: &'a mut (dyn FnMut(Row<'_>) + Send),
}

impl<'a> Ledger<'a> {
    fn new(survey: &Survey, told: &'a mut (dyn FnMut(Row<'_>) + Send)) -> Self {
        let Survey { grid, arms } = survey;
        Self {
            width: grid.width,
            arms: vec![vec![Cell::default(); grid.len()]; arms.len()],
            open: vec![vec![grid.width; grid.height]; arms.len()],
            done: 0,
            of: grid.len() * arms.len(),
            told,
        }
    }

    fn note(&mut self, arm: usize, ended: impl Iterator<Item = (usize, Cell)>) {
        for (number, cell) in ended {
            self.arms[arm][number] = cell;
            self.done += 1;
            let row = number / self.width;
            self.open[arm][row] -= 1;
            if self.open[arm][row] == 0 {
                let cells = &self.arms[arm][row * self.width..][..self.width];
                (self.told)(Row { arm, row, cells, done: self.done, of: self.of });
            }
        }
    }
}

#[cfg(test)]
mod tests;
