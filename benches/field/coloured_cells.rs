//! The cells of a screen with a background colour, of which maps consist.

/// Whether each cell of a screen has a background colour, row by row.
#[derive(Clone, PartialEq)]
pub(crate) struct ColouredCells(Vec<bool>);

impl ColouredCells {
    pub(crate) fn of(screen: &vt100::Screen) -> Self {
        let (rows, columns) = screen.size();
        let places =
            (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let is_coloured = |(row, column)| {
            screen.cell(row, column).is_some_and(|cell| cell.bgcolor() != vt100::Color::Default)
        };
        Self(places.map(is_coloured).collect())
    }

    /// Returns whether every cell that is coloured in another screen is so here.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(own, other)| *own || !other)
    }

    /// Returns the number of coloured cells.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().filter(|is_coloured| **is_coloured).count()
    }
}
