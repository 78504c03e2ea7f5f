//! Measures a run of hours: its memory and the time per frame, from a million steps to a thousand
//! million; and the frames per second that large windows get of four arms, which must be at least
//! 20.
//!
//!     cargo bench --bench hours
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

#[path = "../../tests/memory/counting.rs"]
mod counting;
#[path = "../measuring/drawing.rs"]
mod drawing;
mod frames;
#[path = "../../tests/program/pty.rs"]
#[allow(dead_code, reason = "this benchmark uses few of the terminal helpers")]
mod pty;
#[path = "../../tests/held/watcher.rs"]
mod watcher;

use std::time::Instant;

use xentviz::testing::telemetry::Channel;

use crate::counting::held_by_all;
use crate::drawing::median;
use crate::watcher::Watcher;

/// The window of the long run.
const WINDOW: (u16, u16) = (120, 40);

fn main() {
    long();
    frames::measure();
}

/// Measures one run each time it has done ten times as many steps.
fn long() {
    let mut watcher = Watcher::of("saturated");
    let began = Instant::now();
    let mut step = 0;
    println!("{:>14} {:>10} {:>12} {:>9}  points", "steps", "seconds", "bytes held", "a frame");
    for steps in [1_000_000, 10_000_000, 100_000_000, 1_000_000_000] {
        watcher.watch_to_the_end(steps);
        let (app, frame) = (&watcher.app, median(&watcher.app, WINDOW).as_secs_f64() * 1e6);
        step = app.shared.history.step;
        let costs = app.shared.history.arms.iter().map(|arm| arm.series(Channel::COST));
        let points: usize = costs.map(|costs| costs.buckets().len()).sum();
        let seconds = began.elapsed().as_secs_f64();
        println!("{step:>14} {seconds:>10.1} {:>12} {frame:>6.0} µs  {points}", held_by_all());
    }
    let rate = step as f64 / began.elapsed().as_secs_f64();
    let hours = rate * 12.0 * 3600.0;
    println!(
        "at this rate 12 hours are {hours:.1e} steps, of which a chart keeps 512 to 1024 points"
    );
}
