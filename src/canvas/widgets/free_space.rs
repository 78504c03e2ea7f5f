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

    /// Occupies the nearest cell of a row without a mark or word, first from `x` on, else before
    /// it; returns its column. Without such a cell, `x` itself.
    pub(super) fn take_cell(&mut self, x: u16, y: u16) -> u16 {
        let is_taken = |x: &u16| self.taken.iter().any(|other| other.contains((*x, y).into()));
        let after = (x..self.plot.right()).find(|x| !is_taken(x));
        let before = || (self.plot.x..x).rev().find(|x| !is_taken(x));
        let x = after.or_else(before).unwrap_or(x);
        self.take(Rect { x, y, width: 1, height: 1 });
        x
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
