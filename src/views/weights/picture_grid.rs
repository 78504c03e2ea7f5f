//! The division of one arm's panel among the sheet of its neurons, the large field of the chosen neuron with
//! the histogram below it, and the film.

use ratatui::layout::Rect;

use crate::views::weights::film::FilmGrid;
use crate::views::weights::sheet::{SheetGrid, field_cells};

/// Cells between the sheet and the large field.
const GAP: u16 = 1;
/// The fewest rows of a histogram with its title.
const HISTOGRAM: u16 = 5;

/// The parts of a panel that are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PictureContent {
    /// The sheet alone.
    Sheet,
    /// The sheet, and the large field and the histogram as far as there is room.
    SheetAndField,
    /// The film, and the sheet above it if there is room.
    Film,
}

/// The areas of a panel's parts; a part without an area is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PictureGrid {
    /// The fields of all neurons.
    pub sheet: Option<Rect>,
    /// The field of the chosen neuron, with its label.
    pub large: Option<Rect>,
    /// The histogram of the arm's weights.
    pub histogram: Option<Rect>,
    /// The film of the chosen neuron.
    pub film: Option<Rect>,
    /// The rows that these parts take.
    pub rows: u16,
}

impl PictureGrid {
    /// Divides an area without a frame.
    pub(super) fn of(
        area: Rect,
        picture: (usize, usize),
        neurons: usize,
        content: PictureContent,
    ) -> Self {
        match content {
            PictureContent::Sheet => Self::of_sheet(area, picture, neurons),
            PictureContent::SheetAndField => Self::of_both(area, picture, neurons),
            PictureContent::Film => Self::of_film(area, picture, neurons),
        }
    }

    fn of_sheet(area: Rect, picture: (usize, usize), neurons: usize) -> Self {
        let rows = SheetGrid::of(area, picture, neurons).rows().min(area.height);
        Self { sheet: Some(area), rows, ..Self::default() }
    }

    /// The large field stands at the right, if the sheet beside it still shows all neurons. Of several sizes it
    /// has the largest that takes no pixels from the fields of the sheet, and less than half of the width.
    fn of_both(area: Rect, picture: (usize, usize), neurons: usize) -> Self {
        let cells = field_cells(picture, 1);
        let column = |pixel: u16| {
            let (width, height) = (cells.0 * pixel, cells.1 * pixel + 1);
            let fits = height <= area.height && width.saturating_mul(2) < area.width;
            fits.then(|| Rect { x: area.right() - width, width, height, ..area })
        };
        let beside = |large: Rect| {
            let sheet = Rect { width: area.width - large.width - GAP, ..area };
            (sheet, SheetGrid::of(sheet, picture, neurons))
        };
        let sizes: Vec<_> = (1..=8).map_while(column).map(|large| (large, beside(large))).collect();
        let Some((_, (_, smallest))) = sizes.first().filter(|(_, (_, grid))| grid.shows_all())
        else {
            return Self::of_sheet(area, picture, neurons);
        };
        let is_as_good =
            |(_, (_, grid)): &&(Rect, (Rect, SheetGrid))| grid.shrink == smallest.shrink;
        let Some((large, (sheet, grid))) = sizes.iter().rev().find(is_as_good) else {
            return Self::of_sheet(area, picture, neurons);
        };
        let rows = grid.rows().max(large.height).min(area.height);
        let left = rows - large.height;
        let histogram = Rect { y: large.bottom(), height: left, ..*large };
        Self {
            sheet: Some(Rect { height: rows, ..*sheet }),
            large: Some(*large),
            histogram: (left >= HISTOGRAM).then_some(histogram),
            film: None,
            rows,
        }
    }

    fn of_film(area: Rect, picture: (usize, usize), neurons: usize) -> Self {
        let rows = FilmGrid::of(area, picture).rows().min(area.height);
        let over = Rect { height: area.height - rows, ..area };
        let sheet = SheetGrid::of(over, picture, neurons);
        let has_sheet = over.height > 0 && sheet.shows_all() && sheet.rows() <= over.height;
        let above = if has_sheet { sheet.rows() } else { 0 };
        Self {
            sheet: has_sheet.then_some(Rect { height: above, ..area }),
            film: Some(Rect { y: area.y + above, height: rows, ..area }),
            rows: above + rows,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{PictureContent, PictureGrid};

    fn grid(width: u16, height: u16, content: PictureContent) -> PictureGrid {
        PictureGrid::of(Rect::new(1, 3, width, height), (28, 28), 30, content)
    }

    #[test]
    fn the_large_field_stands_beside_the_sheet_and_the_histogram_below_it() {
        let small = grid(118, 15, PictureContent::SheetAndField);
        assert_eq!(small.large, Some(Rect::new(91, 3, 28, 15)));
        assert_eq!(small.sheet, Some(Rect::new(1, 3, 89, 15)));
        assert_eq!((small.histogram, small.rows), (None, 15));
        let large = grid(198, 25, PictureContent::SheetAndField);
        assert_eq!(large.histogram, Some(Rect::new(171, 18, 28, 9)));
        assert_eq!((large.sheet.map(|sheet| sheet.height), large.rows), (Some(24), 24));
        let none = grid(78, 6, PictureContent::SheetAndField);
        assert_eq!((none.large, none.sheet), (None, Some(Rect::new(1, 3, 78, 6))));
    }

    #[test]
    fn the_sheet_stands_above_the_film_if_it_shows_all_neurons_there() {
        let film = grid(118, 15, PictureContent::Film);
        assert_eq!((film.sheet, film.film), (None, Some(Rect::new(1, 3, 118, 15))));
        let both = grid(198, 25, PictureContent::Film);
        assert_eq!(both.sheet, Some(Rect::new(1, 3, 198, 10)));
        assert_eq!((both.film, both.rows), (Some(Rect::new(1, 13, 198, 15)), 25));
    }

    #[test]
    fn less_room_than_was_offered_is_divided_alike() {
        for content in [PictureContent::SheetAndField, PictureContent::Film, PictureContent::Sheet]
        {
            for (width, height) in [(118, 15), (118, 34), (198, 25), (78, 6), (78, 17), (300, 80)] {
                let offered = grid(width, height, content);
                assert_eq!(grid(width, offered.rows, content).rows, offered.rows, "{content:?}");
            }
        }
    }

    #[test]
    fn no_area_is_too_small() {
        for content in [PictureContent::SheetAndField, PictureContent::Film, PictureContent::Sheet]
        {
            for size in [(0, 0), (1, 1), (3, 90), (9000, 1)] {
                assert!(grid(size.0, size.1, content).rows <= size.1, "{content:?} at {size:?}");
            }
        }
    }
}
