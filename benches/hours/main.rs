//! A run of hours: what it holds and what a frame takes, from a million steps to a thousand million;
//! and how many frames a second large windows get of four arms, which are to be at least 20.
//!
//!     cargo bench --bench hours
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark tells and measures"
)]

#[path = "../../tests/stalled/counting.rs"]
mod counting;
mod frames;
#[path = "../../tests/terminal/pty.rs"]
#[allow(dead_code, reason = "of what can be done in a terminal little is done here")]
mod pty;
#[path = "../../tests/hours/watcher.rs"]
mod watcher;

use std::hint::black_box;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::app::App;

use crate::counting::held;
use crate::watcher::Watcher;

/// The window of the long run.
const WINDOW: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

fn main() {
    long();
    frames::measure();
}

/// One run, looked at each time it has done ten times as many steps.
fn long() {
    let mut watcher = Watcher::of("saturated");
    let began = Instant::now();
    let mut step = 0;
    println!("{:>14} {:>10} {:>12} {:>9}  points", "steps", "seconds", "bytes held", "a frame");
    for steps in [1_000_000, 10_000_000, 100_000_000, 1_000_000_000] {
        watcher.watch_until(steps);
        let (app, frame) = (&watcher.app, median(&watcher.app).as_secs_f64() * 1e6);
        step = app.history.step;
        let points: usize = app.history.arms.iter().map(|arm| arm.cost.buckets().len()).sum();
        let seconds = began.elapsed().as_secs_f64();
        println!("{step:>14} {seconds:>10.1} {:>12} {frame:>6.0} µs  {points}", held());
    }
    let rate = step as f64 / began.elapsed().as_secs_f64();
    let hours = rate * 12.0 * 3600.0;
    println!(
        "at this rate 12 hours are {hours:.1e} steps, of which a chart keeps 512 to 1024 points"
    );
}

/// The median time of a frame, reset of the buffer included.
fn median(app: &App) -> Duration {
    let mut cells = Buffer::empty(WINDOW);
    let mut times: Vec<Duration> = (0..501)
        .map(|_| {
            let start = Instant::now();
            cells.reset();
            xentviz::ui::draw(black_box(app), WINDOW, &mut cells);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
