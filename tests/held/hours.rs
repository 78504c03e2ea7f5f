//! A run of hours takes no more memory than a run of a second, and reports both of its ends
//! correctly.

use xentviz::testing::math::{exp, ln_1p};
use xentviz::testing::telemetry::{ArmProgress, Channel, Series, Trajectory};

use crate::counting::held_by_all;
use crate::watcher::Watcher;

/// Checks the first and the newest readings of an arm against the formulas.
fn check_both_ends(arm: &ArmProgress, step: u64, cost: fn(f64) -> f64) {
    let buckets = arm.series(Channel::COST).buckets();
    let evaluated = arm.series(Channel::FULL_COST).buckets();
    let (first, last) = (buckets[0], buckets[buckets.len() - 1]);
    assert!(buckets.len() <= Series::CAPACITY && evaluated.len() <= Series::CAPACITY);
    // Each reading is of the state before its step.
    assert_eq!((first.first, last.last), (0, step - 1));
    assert_eq!(buckets.iter().map(|bucket| bucket.count).sum::<u64>(), step, "none is lost");
    // At the start z is 4, and the cost is never as large again.
    let start = cost(1.0 / (1.0 + exp(-4.0_f64)));
    assert!((first.max / start - 1.0).abs() < 1e-12, "{} in place of {start}", first.max);
    let neuron =
        arm.gradient_factors.as_ref().and_then(|gradient_factors| gradient_factors.neuron.clone());
    let now = cost(neuron.expect("it is a neuron").a);
    assert!((last.newest / now - 1.0).abs() < 1e-5, "{} in place of {now}", last.newest);
    assert_eq!((evaluated[0].first, evaluated[0].max), (0, first.max));
    let points = arm.trajectory.points();
    assert!(points.len() as u64 <= Trajectory::CAPACITY);
    assert_eq!((points[0].step, points[0].at), (0, [2.0, 0.0, 2.0]));
    assert_eq!(arm.trajectory.newest().map(|newest| newest.step), Some(step));
}

pub(crate) fn eight_million_steps_use_no_more_memory_than_one_million_and_keep_both_ends() {
    let mut watcher = Watcher::of("saturated");
    let mut bytes = Vec::new();
    // The states to which time can return are thinned by powers of two, so that at eight times as many steps
    // there are as many.
    for steps in [1_000_000, 8_000_000] {
        watcher.watch_to_the_end(steps);
        bytes.push(held_by_all());
        let history = &watcher.app.shared.history;
        check_both_ends(&history.arms[0], history.step, |a| a * a / 2.0);
        check_both_ends(&history.arms[1], history.step, |a| -ln_1p(-a));
    }
    // A leak of one byte per two thousand steps would exceed the bound. A thread allocates some
    // bytes when it first waits, and the queues of a pool of threads vary by a block.
    assert!(bytes[0].abs_diff(bytes[1]) < 4096, "{bytes:?}");
}
