//! Measures pairs that take turns: the gains and the costs of the program's design.

use xentviz::testing::nn::{Instructions, Precision, with_instructions};
use xentviz::testing::scenario::Scenario;

use crate::bare::Bare;
use crate::naive::Naive;
use crate::peak;
use crate::rates::training;
use crate::turns::{Racer, Rounds, ThreadPlacement, TimeSpread, race};
use crate::workloads::{WorkloadCache, with_arms};

/// The form in which the ratio of two contestants is reported.
#[derive(Clone, Copy)]
pub(crate) enum RatioNote {
    /// How many times as fast the first is, and the least value wanted.
    Faster { target: Option<f64> },
    /// By how many per cent a step of the first takes longer, and the most allowed.
    Dearer { limit: Option<f64> },
}

/// The number of bursts that take about a millisecond, so that waiting for the other cores takes
/// next to nothing.
const BURSTS: usize = 32;

/// Measures the pairs of these workloads.
pub(crate) fn measure(names: &[String], workloads: &mut WorkloadCache) {
    println!("\n{:<60} {:>9} {:>20} {:>9}", "turn by turn", "median", "least .. most", "aim");
    let one = ThreadPlacement::one_thread();
    let is_asked = |name: &&str| names.iter().any(|asked| asked == name);
    for name in ["W1", "W6"].iter().filter(|name| is_asked(name)) {
        let scenario = workloads.scenario(name, &[]);
        let mut naive = Naive::new(&scenario, workloads.data(&scenario));
        let theirs = Racer::new("", &one, move || naive.step());
        let ours = training("", &one, workloads, &scenario);
        let note = RatioNote::Faster { target: None };
        pair(&format!("{name}: xentviz, to dense products by ndarray"), note, [ours, theirs]);
    }
    for (name, limit) in [("W1", 5.0), ("W4", f64::NAN), ("W5", 8.0), ("W5-MANY", f64::NAN)] {
        if is_asked(&name) {
            let scenario = workloads.scenario(name, &[]);
            let mut bare = Bare::new(&scenario, workloads.data(&scenario));
            let theirs = Racer::new("", &one, move || bare.epoch());
            let ours = training("", &one, workloads, &scenario);
            let note = RatioNote::Dearer { limit: Some(limit).filter(|limit| limit.is_finite()) };
            pair(&format!("{name}: an experiment, to its arithmetic alone"), note, [ours, theirs]);
        }
    }
    if is_asked(&"W1") {
        let racers = ["5", "0"].map(|lambda| {
            let scenario = workloads.scenario("W1", &[("training.lambda", lambda)]);
            training("", &one, workloads, &scenario)
        });
        pair("W1: λ = 5, to λ = 0", RatioNote::Dearer { limit: None }, racers);
    }
    for name in names {
        instructions(name, workloads);
    }
    free_cores();
    for name in ["W1", "W4", "W5"].iter().filter(|name| is_asked(name)) {
        let scenario = with_arms(workloads.scenario(name, &[]), 2);
        two_arms(name, workloads, &scenario);
    }
}

/// Measures how much more all cores together can multiply than one. The ratio is less than the
/// number of cores if something else runs on one, and then the results for several cores do not
/// hold.
pub(crate) fn free_cores() {
    let cores = rayon::current_num_threads();
    let [burst, _] = peak::bursts();
    let bursts = move || (0..BURSTS).map(|_| burst()).sum::<f64>();
    let all = Racer::new("", &ThreadPlacement::AllCores, move || {
        rayon::broadcast(|_| bursts()).iter().sum()
    });
    let one = Racer::new("", &ThreadPlacement::one_thread(), bursts);
    pair(
        &format!("peak f32: {cores} cores, to one"),
        RatioNote::Faster { target: None },
        [all, one],
    );
}

/// Measures two arms side by side against the same two in turn.
fn two_arms(name: &str, workloads: &mut WorkloadCache, scenario: &Scenario) {
    let racers = [ThreadPlacement::AllCores, ThreadPlacement::one_thread()]
        .map(|place| training("", &place, workloads, scenario));
    let cores = rayon::current_num_threads();
    let title = format!("{name}: two arms on {cores} cores, to two arms on one");
    pair(&title, RatioNote::Faster { target: Some(1.3) }, racers);
}

/// Lets two contestants take turns and prints the result.
fn pair(title: &str, note: RatioNote, mut racers: [Racer; 2]) {
    race(&mut racers, Rounds::SHORT);
    print_ratio(title, note, racers[0].ratio_to(&racers[1]));
}

/// Prints the relative speed of two contestants.
pub(crate) fn print_ratio(title: &str, note: RatioNote, ratio: TimeSpread) {
    let shown = match note {
        RatioNote::Faster { .. } => ratio,
        RatioNote::Dearer { .. } => ratio.map(|ratio| (1.0 / ratio - 1.0) * 100.0),
    };
    let TimeSpread { median, least, most } = shown;
    let (median, aim) = match note {
        RatioNote::Faster { target } => (format!("×{median:.2}"), target.map(|t| format!("×{t}"))),
        RatioNote::Dearer { limit } => (format!("{median:+.1} %"), limit.map(|l| format!("{l} %"))),
    };
    let spread = format!("{least:.2} .. {most:.2}");
    println!("{title:<60} {median:>9} {spread:>20} {:>9}", aim.unwrap_or_default());
}

/// Measures the instructions that every processor of this kind has against the best of this one.
fn instructions(name: &str, workloads: &mut WorkloadCache) {
    let Some(best) = Instructions::of_this_processor().next() else { return };
    for precision in [Precision::F32, Precision::F64].map(Precision::name) {
        let scenario = workloads.scenario(name, &[("precision", precision)]);
        let racers = [Instructions::Any, best].map(|most| {
            let racer = training("", &ThreadPlacement::one_thread(), workloads, &scenario);
            racer.within(move |work| with_instructions(most, work))
        });
        let title = format!("{name} {precision}: with any processor's instructions, to {best:?}");
        pair(&title, RatioNote::Faster { target: None }, racers);
    }
}
