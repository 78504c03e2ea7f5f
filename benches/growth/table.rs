//! A table of sizes with their time and memory, and the growth of both.

use crate::memory::MemoryUse;
use crate::turns::TimeSpread;

/// The measurements of one size.
pub(crate) struct GrowthLine {
    pub(crate) size: f64,
    pub(crate) seconds: TimeSpread,
    pub(crate) held: MemoryUse,
}

/// The measurements of several sizes, in rising order.
pub(crate) struct GrowthTable<'a> {
    /// The meaning of the sizes.
    pub(crate) title: &'a str,
    /// The unit of work of the seconds.
    pub(crate) per: &'a str,
    pub(crate) lines: Vec<GrowthLine>,
    /// The reason for a growth that is not in proportion.
    pub(crate) note: &'a str,
}

/// One mebibyte, in bytes.
const MEBIBYTE: f64 = 1024.0 * 1024.0;

impl GrowthTable<'_> {
    pub(crate) fn print(&self) {
        println!("\n{}", self.title);
        println!(
            "{:>10} {:>14} {:>24} {:>10} {:>10}",
            "size",
            format!("µs {}", self.per),
            "least .. most",
            "live MiB",
            "peak MiB"
        );
        for GrowthLine { size, seconds, held } in &self.lines {
            let TimeSpread { median, least, most } = seconds.times(1e6);
            let spread = format!("{least:.3} .. {most:.3}");
            let [live, peak] = [held.live, held.most].map(|bytes| bytes / MEBIBYTE);
            println!("{size:>10} {median:>14.3} {spread:>24} {live:>10.2} {peak:>10.2}");
        }
        self.print_slopes("time", |line| line.seconds.median);
        self.print_slopes("live memory", |line| line.held.live);
        self.print_slopes("peak memory", |line| line.held.most);
        println!("{}", self.note);
    }

    /// Prints the power of the size by which a quantity grows: over all sizes, and from each to the
    /// next.
    fn print_slopes(&self, what: &str, of: impl Fn(&GrowthLine) -> f64) {
        let points: Vec<_> =
            self.lines.iter().map(|line| (line.size.ln(), of(line).ln())).collect();
        let steps = points.windows(2).map(|pair| format!("{:.2}", slope(pair)));
        let steps: Vec<String> = steps.collect();
        println!("{what:>12}: slope {:.2}; from size to size {}", slope(&points), steps.join(", "));
    }
}

/// Returns the slope of the line through these points by least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let products = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>();
    products / points.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}
