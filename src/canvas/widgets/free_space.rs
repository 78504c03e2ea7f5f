//! The cells of a plot that neither curves, marks nor words occupy.

use ratatui::layout::Rect;

use crate::canvas::widgets::Dots;

/// The occupied cells of a plot: those under its curves, and the areas of its marks and words.
pub(super) struct FreeSpace<'d> {
    plot: Rect,
    dots: &'d Dots,
    taken: Vec<Rect>,
}

impl<'d> FreeSpace<'d> {
    /// Creates the space that the curves, drawn as `dots`, leave of a plot.
    pub(super) fn new(plot: Rect, dots: &'d Dots) -> Self {
        Self { plot, dots, taken: Vec::new() }
    }

    /// Returns the area of the plot.
    pub(super) fn plot(&self) -> Rect {
        self.plot
    }

    /// Occupies an area.
    pub(super) fn take(&mut self, area: Rect) {
        self.taken.push(area);
    }

    /// Returns whether a mark or word lies on a cell.
    pub(super) fn is_taken(&self, x: u16, y: u16) -> bool {
        self.taken.iter().any(|other| other.contains((x, y).into()))
    }

    /// Returns whether an area lies within the plot and covers nothing.
    pub(super) fn is_free(&self, area: Rect) -> bool {
        area.x >= self.plot.x
            && area.right() <= self.plot.right()
            && area.y >= self.plot.y
            && area.bottom() <= self.plot.bottom()
            && self.dots.is_block_free(
                area.x - self.plot.x,
                area.y - self.plot.y,
                area.width,
                area.height,
            )
            && self.taken.iter().all(|other| !other.intersects(area))
    }
}
