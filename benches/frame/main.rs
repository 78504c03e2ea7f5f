//! Measures how long a frame takes to draw, and how much training time the updates for the
//! dashboard take: the limits are 350 µs at 200×60, and a thousandth.
//!
//!     cargo bench --bench frame
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

#[path = "../measuring/drawing.rs"]
mod drawing;
#[path = "../../tests/suite/fixtures.rs"]
mod fixtures;
#[path = "../measuring/folding.rs"]
mod folding;
#[path = "../measuring/reader.rs"]
mod reader;
#[path = "../../tests/suite/screens/surface.rs"]
mod surface;
#[path = "../measuring/turns.rs"]
mod turns;
#[path = "../measuring/workloads.rs"]
mod workloads;

mod live;
mod recording;
mod trajectory;
mod updates;

use xentviz::testing::telemetry::{WeightQuantity, WeightsRequest};

use crate::drawing::median;

fn main() {
    draw();
    let mut workloads = workloads::WorkloadCache::open();
    recording::measure(&workloads);
    updates::measure(&mut workloads);
    live::measure(&workloads);
    trajectory::measure(&mut workloads);
}

/// Draws every view at three sizes.
fn draw() {
    let request =
        WeightsRequest { of: WeightQuantity::Value, cursor: Some((0, 1, 400)), past: true };
    let views = [
        ("duel, one neuron", fixtures::saturated(118)),
        ("duel, MNIST", fixtures::mnist()),
        ("duel, three arms", fixtures::softmax()),
        ("equation, AND", fixtures::equation("and", 1, "")),
        ("equation, digits", fixtures::equation("digits", 1, "bbb")),
        ("weights, MNIST", fixtures::with_weights(fixtures::mnist(), request)),
    ];
    println!("{:<20} {:>10} {:>10} {:>10}", "µs a frame", "80×24", "120×40", "200×60");
    for (name, app) in &views {
        let [a, b, c] =
            [(80, 24), (120, 40), (200, 60)].map(|size| median(app, size).as_secs_f64() * 1e6);
        println!("{name:<20} {a:>10.0} {b:>10.0} {c:>10.0}");
    }
    for (name, of) in [
        ("surface, a neuron", ("saturated", 118, "")),
        ("surface, arrows", ("saturated", 118, "vv")),
        ("surface, atlas", ("saturated", 118, "a")),
        ("surface, a plane", ("xor", 600, "")),
    ] {
        let [a, b, c] = [(80, 24), (120, 40), (200, 60)].map(|size| {
            let app = surface::surface(of.0, of.1, of.2, size);
            median(&app, size).as_secs_f64() * 1e6
        });
        println!("{name:<20} {a:>10.0} {b:>10.0} {c:>10.0}");
    }
}
