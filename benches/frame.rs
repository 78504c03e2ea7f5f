//! How long a frame takes to draw: the issue asks for about 350 µs at 200×60.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark tells and measures"
)]

#[path = "../tests/screens/fixtures.rs"]
mod fixtures;

use std::hint::black_box;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::app::App;
use xentviz::telemetry::{WeightsAsked, WeightsOf};

/// The median time of a frame, reset of the buffer included.
fn median(app: &App, (width, height): (u16, u16)) -> Duration {
    let area = Rect::new(0, 0, width, height);
    let mut cells = Buffer::empty(area);
    let mut times: Vec<Duration> = (0..501)
        .map(|_| {
            let start = Instant::now();
            cells.reset();
            xentviz::ui::draw(black_box(app), area, &mut cells);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let asked = WeightsAsked { of: WeightsOf::Value, cursor: Some((0, 1, 400)) };
    let views = [
        ("duel, one neuron", fixtures::saturated(118)),
        ("duel, MNIST", fixtures::mnist()),
        ("duel, three arms", fixtures::softmax()),
        ("weights, MNIST", fixtures::with_weights(fixtures::mnist(), asked)),
    ];
    println!("{:<20} {:>10} {:>10} {:>10}", "µs a frame", "80×24", "120×40", "200×60");
    for (name, app) in &views {
        let [a, b, c] =
            [(80, 24), (120, 40), (200, 60)].map(|size| median(app, size).as_secs_f64() * 1e6);
        println!("{name:<20} {a:>10.0} {b:>10.0} {c:>10.0}");
    }
}
