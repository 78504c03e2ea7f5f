//! The arrangement of panels of one size in an area.

use ratatui::layout::Rect;

use crate::canvas::{below, top};
use crate::views::arm_panels::split;

/// Returns the places of panels of this least size: side by side as far as there is room, the others below. Those
/// without room have no place.
pub(super) fn arranged(area: Rect, panels: usize, (wide, high): (u16, u16)) -> Vec<Rect> {
    if panels == 0 {
        return Vec::new();
    }
    let columns = usize::from(area.width / wide.max(1)).clamp(1, panels);
    let rows = panels.div_ceil(columns).min(usize::from(area.height / high.max(1)).max(1));
    // They stand together, with a line between two.
    let height = (area.height / rows as u16).min(high + 1).max(high.min(area.height));
    let bands = (0..rows).map(|row| top(below(area, row as u16 * height), height));
    bands.flat_map(|band| split(band, columns)).take(panels).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_stand_side_by_side_as_far_as_there_is_room() {
        let places =
            |width, height, panels| arranged(Rect::new(0, 0, width, height), panels, (30, 5));
        assert_eq!(
            places(40, 36, 3).iter().map(|p| (p.x, p.y)).collect::<Vec<_>>(),
            [(0, 0), (0, 6), (0, 12)]
        );
        assert_eq!(places(100, 20, 3).iter().map(|p| p.y).collect::<Vec<_>>(), [0, 0, 0]);
        assert_eq!(places(40, 9, 3).len(), 1, "the others have no room");
        assert_eq!(places(65, 12, 5).len(), 4);
        assert!(places(0, 0, 2).iter().all(|place| place.is_empty()));
    }
}
