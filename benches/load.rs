//! Measures how long the data of a run takes to make or read: ten thousand digits, in under half a
//! second; MNIST, in under a quarter of a second.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints and measures"
)]

use std::fs::File;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use xentviz::testing::data::{
    Data, DataError, MNIST_TEST, MNIST_TRAIN, RngStream, SplitSizes, digits, read_mnist, rng,
};
use xentviz::testing::file::InputFile;

/// The number of measurements of each.
const TIMES: usize = 11;

/// The size of the pictures in the two files together, unpacked, in millions of bytes.
const MNIST_MEGABYTES: f64 = 70_000.0 * 784.0 / 1e6;

/// Returns the least and the median time of making data.
fn measured(make: impl Fn() -> Result<Data, DataError>) -> [Duration; 2] {
    let mut times: Vec<Duration> = (0..TIMES)
        .map(|_| {
            let start = Instant::now();
            black_box(make().expect("it is not cancelled"));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    [times[0], times[times.len() / 2]]
}

fn on(_: f64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn made() {
    let split = SplitSizes { train: 10_000, test: 0 };
    let [least, median] = measured(|| digits(split, &mut rng(1, RngStream::Data), &mut on));
    println!("10,000 digits {median:>10.2?}, at least {least:.2?}   (to be under 500 ms)");
}

/// Reads the real files, if they are available.
fn read() {
    let shared = std::env::var_os("XENTVIZ_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("mnist");
    if !folder.is_dir() {
        println!("MNIST         not measured: there is none in {}", folder.display());
        return;
    }
    let open = |path: &Path| Ok(InputFile::new(File::open(path)?, None));
    let split = SplitSizes { train: MNIST_TRAIN, test: MNIST_TEST };
    let [least, median] = measured(|| read_mnist(&folder, &open, (split, 10), &mut on));
    println!("MNIST         {median:>10.2?}, at least {least:.2?}   (to be under 250 ms)");
    let rate = MNIST_MEGABYTES / median.as_secs_f64();
    println!("              {rate:>6.0} MB of pixels a second");
}

fn main() {
    made();
    read();
}
