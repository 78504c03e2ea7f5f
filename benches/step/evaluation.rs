//! Measures what evaluating after every epoch costs the training of W1, on all cores as the program
//! does it.

use std::time::{Duration, Instant};

use xentviz::testing::experiment::Experiment;

use crate::folding::FoldingObserver;
use crate::ratios::{RatioNote, free_cores, print_ratio};
use crate::turns::TimeSpread;
use crate::workloads::{WorkloadCache, begin, with_arms};

/// The number of epochs between two readings of the clock. All evaluations but the last start
/// within them.
const EPOCHS: u64 = 20;

/// The number of turns of each.
const ROUNDS: usize = 7;

/// An experiment at the end of an epoch.
struct Runner {
    experiment: Experiment,
    watch: FoldingObserver,
}

impl Runner {
    fn new(workloads: &mut WorkloadCache, arms: usize, evaluate: &str) -> Self {
        // The program's own digits provide fewer test examples, in the same proportion.
        let test = if workloads.has_mnist() { "10000" } else { "2000" };
        let keys = [("data.test", test), ("training.evaluate", evaluate)];
        let scenario = with_arms(workloads.scenario("W1", &keys), arms);
        let mut experiment = workloads.endless(&scenario);
        let mut watch = FoldingObserver::new(&experiment);
        begin(&mut experiment, &mut watch);
        let mut runner = Self { experiment, watch };
        runner.run(1);
        runner
    }

    /// Runs `epochs` epochs and returns the time taken; no evaluation is running afterwards.
    fn run(&mut self, epochs: u64) -> Duration {
        let experiment = &mut self.experiment;
        let end = experiment.clock().end_of_epoch(experiment.epoch() + epochs);
        let began = Instant::now();
        while experiment.step() < end {
            experiment.advance(u64::MAX, &mut self.watch);
        }
        let took = began.elapsed();
        while experiment.awaits_evaluation() {
            experiment.complete_evaluation();
        }
        took
    }

    /// Returns the time of an evaluation on one core.
    fn evaluate(&mut self) -> Duration {
        let began = Instant::now();
        self.experiment.evaluate_now();
        began.elapsed()
    }
}

/// Measures the evaluation if W1 is among the names.
pub(crate) fn measure(names: &[String], workloads: &mut WorkloadCache) {
    if !names.iter().any(|name| name == "W1") {
        return;
    }
    free_cores();
    for (arms, note) in
        [(1, RatioNote::Dearer { limit: Some(5.0) }), (2, RatioNote::Dearer { limit: None })]
    {
        let mut runners = ["1", "0"].map(|evaluate| Runner::new(workloads, arms, evaluate));
        let [mut ratios, mut epochs, mut evaluations] = [vec![], vec![], vec![]];
        for _ in 0..ROUNDS {
            let [with, without] = runners.each_mut().map(|runner| runner.run(EPOCHS).as_secs_f64());
            ratios.push(without / with);
            epochs.push(without / EPOCHS as f64 * 1e3);
            evaluations.push(runners[1].evaluate().as_secs_f64() * 1e3);
        }
        let which = if arms == 1 { "one arm" } else { "two arms" };
        let title = format!("W1: {which}, evaluated every epoch, to not evaluated");
        print_ratio(&title, note, TimeSpread::of(ratios));
        let [epoch, evaluation] = [epochs, evaluations].map(|times| TimeSpread::of(times).median);
        println!("    an epoch takes {epoch:.1} ms, an evaluation on one core {evaluation:.1} ms");
    }
}
