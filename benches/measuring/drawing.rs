//! Measures how long a frame takes to draw.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::testing::app::App;

/// Returns the median time of a frame, including the reset of the buffer.
pub(crate) fn median(app: &App, (width, height): (u16, u16)) -> Duration {
    let area = Rect::new(0, 0, width, height);
    let mut cells = Buffer::empty(area);
    let mut times: Vec<Duration> = (0..501)
        .map(|_| {
            let start = Instant::now();
            cells.reset();
            xentviz::testing::ui::draw(black_box(app), area, &mut cells);
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
