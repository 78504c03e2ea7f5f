//! Measures the rate of every workload in both precisions, through the program's own path on one
//! thread, and the share of the processor's peak that this would be if no pixel were dark.

use xentviz::testing::nn::Precision;

use crate::folding::FoldingObserver;
use crate::peak;
use crate::turns::{Racer, Rounds, ThreadPlacement, TimeSpread, race};
use crate::workloads::{WorkloadCache, begin, dense_flops};

/// One thread, to which peers are limited as well.
const THREADS: usize = 1;

/// A workload in one precision.
struct RateRow {
    workload: String,
    precision: Precision,
    /// The floating-point operations per example.
    flops: f64,
}

/// The measurements.
pub(crate) struct Measured {
    rows: Vec<RateRow>,
    /// The racers of the rows, in their order; then the peaks in f32 and in f64.
    racers: Vec<Racer>,
}

/// Measures the named workloads.
pub(crate) fn measure(names: &[String], workloads: &mut WorkloadCache) -> Measured {
    let place = ThreadPlacement::one_thread();
    let (mut rows, mut racers) = (Vec::new(), Vec::new());
    for name in names {
        for precision in [Precision::F32, Precision::F64] {
            let scenario = workloads.scenario(name, &[("precision", precision.name())]);
            let flops = dense_flops(&scenario.arms[0].layers);
            let title = format!("{name} {}", precision.name());
            racers.push(training(title, &place, workloads, &scenario));
            rows.push(RateRow { workload: name.clone(), precision, flops });
        }
    }
    let names = [Precision::F32, Precision::F64].map(|p| format!("peak {}", p.name()));
    for (name, burst) in names.into_iter().zip(peak::bursts()) {
        racers.push(Racer::new(name, &place, burst));
    }
    race(&mut racers, Rounds::SHORT);
    Measured { rows, racers }
}

/// Returns a training through the program's own path; its rate is the examples per second on which
/// every arm is trained.
pub(crate) fn training(
    name: impl Into<String>,
    place: &ThreadPlacement,
    workloads: &mut WorkloadCache,
    scenario: &xentviz::testing::scenario::Scenario,
) -> Racer {
    let mut experiment = workloads.endless(scenario);
    let mut watch = FoldingObserver::new(&experiment);
    place.run(|| begin(&mut experiment, &mut watch));
    let mut dealt = experiment.examples_drawn();
    Racer::new(name, place, move || {
        experiment.advance(u64::MAX, &mut watch);
        let before = std::mem::replace(&mut dealt, experiment.examples_drawn());
        (dealt - before) as f64
    })
}

impl Measured {
    /// Returns each workload's racer with the peak of its precision.
    fn racers(&self) -> impl Iterator<Item = (&RateRow, &Racer, &Racer)> {
        let peaks = &self.racers[self.rows.len()..];
        self.rows.iter().zip(&self.racers).map(move |(row, racer)| {
            (row, racer, &peaks[usize::from(row.precision == Precision::F64)])
        })
    }

    pub(crate) fn print_table(&self) {
        println!(
            "{:<12} {:>11} {:>27} {:>9} {:>14}",
            "", "examples/s", "least .. most", "GFLOP/s", "share of peak"
        );
        for (row, racer, peak) in self.racers() {
            let TimeSpread { median, least, most } = racer.rate();
            let share = racer.ratio_to(peak).median * row.flops * 100.0;
            println!(
                "{:<12} {median:>11.0} {:>27} {:>9.2} {share:>12.1} %",
                racer.name,
                format!("{least:.0} .. {most:.0}"),
                median * row.flops / 1e9,
            );
        }
        for peak in &self.racers[self.rows.len()..] {
            let TimeSpread { median, least, most } = peak.rate().times(1e-9);
            let spread = format!("{least:.1} .. {most:.1}");
            println!("{:<12} {:>11} {spread:>27} {median:>9.2} {:>14}", peak.name, "", "100 %");
        }
        println!("Counted as if no pixel were dark: beyond 100 % is what dark ones save.");
    }

    /// Prints a line of JSON for each workload and precision.
    pub(crate) fn print_json(&self) {
        for (row, racer, _) in self.racers() {
            let line = serde_json::json!({
                "workload": row.workload,
                "peer": "xentviz",
                "precision": row.precision.name(),
                "threads": THREADS,
                "examples_per_second": racer.rate().median,
            });
            println!("{line}");
        }
    }
}
