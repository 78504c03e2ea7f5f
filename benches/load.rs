//! How long the data of a run takes to be made: ten thousand digits, in under half a second.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark tells and measures"
)]

use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use xentviz::data::{Data, DataError, Split, Stream, chance, digits};

/// The median time of making data.
fn median(make: impl Fn() -> Result<Data, DataError>) -> Duration {
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let start = Instant::now();
            black_box(make().expect("it is not called off"));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let split = Split { train: 10_000, test: 0 };
    let time =
        median(|| digits(split, &mut chance(1, Stream::Data), &mut |_| ControlFlow::Continue(())));
    println!("10,000 digits   {time:>10.2?}   (to be under 500 ms)");
}
