//! The contestants of a comparison take turns in short slices, round after round, so that a machine
//! of varying speed treats all of them alike.
#![allow(dead_code, reason = "each of the benchmarks that share this file uses a part of it")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The number of turns of each contestant, and their length.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) count: usize,
    pub(crate) slice: Duration,
}

impl Rounds {
    /// The rounds for rates of single workloads: long enough to be even, short enough that the
    /// machine does not change.
    pub(crate) const SHORT: Self = Self { count: 21, slice: Duration::from_millis(50) };
}

/// The threads on which work runs.
#[derive(Clone)]
pub(crate) enum ThreadPlacement {
    /// On every core, as the program does.
    AllCores,
    /// On one thread.
    OneThread(Arc<ThreadPool>),
}

impl ThreadPlacement {
    /// Returns a placement on a single thread.
    ///
    /// # Panics
    /// If the system cannot start a thread.
    pub(crate) fn one_thread() -> Self {
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        Self::OneThread(Arc::new(pool.expect("a thread can be started")))
    }

    /// Runs some work there.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self {
            Self::AllCores => work(),
            Self::OneThread(pool) => pool.install(work),
        }
    }
}

/// A contestant of a comparison.
pub(crate) struct Racer {
    pub(crate) name: String,
    place: ThreadPlacement,
    /// Does a small piece of work, which takes at least some microseconds, and returns its amount.
    work: Box<dyn FnMut() -> f64 + Send>,
    rates: Vec<f64>,
}

impl Racer {
    pub(crate) fn new(
        name: impl Into<String>,
        place: &ThreadPlacement,
        work: impl FnMut() -> f64 + Send + 'static,
    ) -> Self {
        Self { name: name.into(), place: place.clone(), work: Box::new(work), rates: Vec::new() }
    }

    /// Returns the same contestant with its work wrapped by `around`.
    pub(crate) fn within(
        mut self,
        mut around: impl FnMut(&mut dyn FnMut() -> f64) -> f64 + Send + 'static,
    ) -> Self {
        let mut work = self.work;
        self.work = Box::new(move || around(&mut work));
        self
    }

    fn turn(&mut self, slice: Duration) {
        let work = &mut self.work;
        let rate = self.place.run(|| {
            let began = Instant::now();
            let mut done = 0.0;
            while began.elapsed() < slice {
                done += work();
            }
            done / began.elapsed().as_secs_f64()
        });
        self.rates.push(rate);
    }

    /// Returns its work per second.
    pub(crate) fn rate(&self) -> TimeSpread {
        TimeSpread::of(self.rates.clone())
    }

    /// Returns its speed relative to the other, turn by turn.
    pub(crate) fn ratio_to(&self, other: &Self) -> TimeSpread {
        TimeSpread::of(
            self.rates.iter().zip(&other.rates).map(|(own, other)| own / other).collect(),
        )
    }
}

/// Lets all contestants take turns; the first turn of each is a warm-up.
pub(crate) fn race(racers: &mut [Racer], rounds: Rounds) {
    for racer in &mut *racers {
        racer.turn(rounds.slice);
        racer.rates.clear();
    }
    for _ in 0..rounds.count {
        for racer in &mut *racers {
            racer.turn(rounds.slice);
        }
    }
}

/// The spread of several measurements.
#[derive(Clone, Copy)]
pub(crate) struct TimeSpread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl TimeSpread {
    /// # Panics
    /// If nothing was measured.
    pub(crate) fn of(mut measured: Vec<f64>) -> Self {
        measured.sort_by(f64::total_cmp);
        let last = measured.len() - 1;
        Self { median: measured[last / 2], least: measured[0], most: measured[last] }
    }

    /// Converts the spread to another unit.
    pub(crate) fn times(self, factor: f64) -> Self {
        self.map(|measured| factor * measured)
    }

    /// Applies a monotonic function to the spread.
    pub(crate) fn map(self, put: impl Fn(f64) -> f64) -> Self {
        let (a, b) = (put(self.least), put(self.most));
        Self { median: put(self.median), least: a.min(b), most: a.max(b) }
    }
}
