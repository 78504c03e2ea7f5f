//! Those that are compared take turns in short slices, round after round, so that a machine that is
//! now fast and now slow treats all of them alike.
#![allow(dead_code, reason = "each of the benchmarks that share this file uses a part of it")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// How often each has its turn, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) count: usize,
    pub(crate) slice: Duration,
}

impl Rounds {
    /// For rates of single workloads: long enough to be even, short enough to meet the same machine.
    pub(crate) const SHORT: Self = Self { count: 21, slice: Duration::from_millis(50) };
}

/// Where something runs.
#[derive(Clone)]
pub(crate) enum ThreadPlacement {
    /// On every core, as the program does.
    AllCores,
    /// On one thread.
    OneThread(Arc<ThreadPool>),
}

impl ThreadPlacement {
    /// A single thread.
    ///
    /// # Panics
    /// If the system has no thread to give.
    pub(crate) fn one_thread() -> Self {
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        Self::OneThread(Arc::new(pool.expect("there is a thread to be had")))
    }

    /// Does something there.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match self {
            Self::AllCores => work(),
            Self::OneThread(pool) => pool.install(work),
        }
    }
}

/// One of those that take turns.
pub(crate) struct Racer {
    pub(crate) name: String,
    place: ThreadPlacement,
    /// Does a little, which takes at least some microseconds, and says how much that was.
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

    /// The same, its work being done by `around`.
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

    /// How much it did a second.
    pub(crate) fn rate(&self) -> TimeSpread {
        TimeSpread::of(self.rates.clone())
    }

    /// How many times as fast as the other it was, turn by turn.
    pub(crate) fn ratio_to(&self, other: &Self) -> TimeSpread {
        TimeSpread::of(
            self.rates.iter().zip(&other.rates).map(|(own, other)| own / other).collect(),
        )
    }
}

/// Lets all of them take turns; a first turn of each is not counted.
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

/// What was measured several times.
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

    /// The same in another unit.
    pub(crate) fn times(self, factor: f64) -> Self {
        self.map(|measured| factor * measured)
    }

    /// The same, each put through a function that rises or falls throughout.
    pub(crate) fn map(self, put: impl Fn(f64) -> f64) -> Self {
        let (a, b) = (put(self.least), put(self.most));
        Self { median: put(self.median), least: a.min(b), most: a.max(b) }
    }
}
