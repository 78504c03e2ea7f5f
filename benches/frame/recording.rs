//! Measures how much training is lost by recording the session.

use xentviz::testing::cli::record_into;

use crate::reader::Reader;
use crate::turns::TimeSpread;
use crate::workloads::{WorkloadCache, with_arms};

/// The number of turns of each of the two runs.
const ROUNDS: usize = 25;

/// Measures the same run in turns, not recorded and recorded. The limit is 1 %.
pub(crate) fn measure(workloads: &WorkloadCache) {
    let folder = tempfile::tempdir().expect("a folder");
    println!("\n{:<44} {:>10} {:>20}", "less training while recorded", "median", "least .. most");
    for (name, epochs) in [("W4", "1000000000"), ("W5", "1000000000000")] {
        let scenario = with_arms(workloads.scenario(name, &[("training.epochs", epochs)]), 2);
        let path = folder.path().join(format!("{name}.jsonl"));
        let recording = record_into(&path).expect("it can be recorded");
        let readers = [Reader::start(&scenario), Reader::start_with(&scenario, recording)];
        for reader in &readers {
            while reader.step() == 0 {}
            reader.toggle();
        }
        let lost = (0..ROUNDS).map(|_| {
            let [bare, recorded] = [&readers[0], &readers[1]].map(|reader| {
                reader.toggle();
                let rate = reader.read();
                reader.toggle();
                rate
            });
            100.0 * (1.0 - recorded / bare)
        });
        let TimeSpread { median, least, most } = TimeSpread::of(lost.collect());
        let spread = format!("{least:.1} .. {most:.1}");
        println!("{name:<44} {median:>+8.2} % {spread:>20}");
    }
}
