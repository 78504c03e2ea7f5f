//! The kept drawings under the pad, each with what every arm takes it for now.

use ratatui::layout::Rect;

use crate::canvas::widgets::GreyPicture;
use crate::canvas::{Canvas, DrawnPart, clipped, glyphs, row};
use crate::views::data::pad::outputs::Verdict;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The rows of a drawing, at least and at most; it is twice as wide.
const LEAST: u16 = 3;
const MOST: u16 = 7;

/// The most letters of the name of a class under a drawing.
const NAME: usize = 3;

/// The division of an area among the kept drawings.
struct KeptGrid {
    /// Rows of a drawing.
    height: u16,
    /// Cells from one to the next.
    pitch: u16,
    across: u16,
    down: u16,
}

impl KeptGrid {
    /// Returns the largest drawings of which all fit, or the smallest.
    fn of(area: Rect, drawings: usize, label: u16) -> Self {
        let grid = |height: u16| {
            let pitch = (2 * height).max(label) + 1;
            let (across, down) = ((area.width + 1) / pitch, area.height / (height + 1));
            Self { height, pitch, across, down }
        };
        let mut heights = (LEAST..=MOST).rev().map(grid);
        let all = heights.find(|grid| usize::from(grid.across * grid.down) >= drawings);
        all.unwrap_or_else(|| grid(LEAST))
    }

    /// Returns the area of a drawing with its label, by its place among those shown.
    fn place(&self, area: Rect, nth: u16) -> Rect {
        let (column, line) = (nth % self.across.max(1), nth / self.across.max(1));
        let x = area.x + column * self.pitch;
        let y = area.y + line * (self.height + 1);
        Rect { x, y, width: self.pitch - 1, height: self.height + 1 }.intersection(area)
    }
}

/// Returns the kept drawings that have room, with their areas. The chosen one is among them.
fn places(state: ViewState<'_, DataView>, area: Rect) -> (KeptGrid, Vec<(usize, Rect)>) {
    let kept = state.view.pad.kept.len();
    let grid = KeptGrid::of(area, kept, label_width(state));
    let room = usize::from(grid.across * grid.down);
    let first = match state.view.pad.chosen {
        Some(chosen) => (chosen + 1).saturating_sub(room),
        None => kept.saturating_sub(room),
    };
    let shown = (first..kept).take(room).enumerate();
    let places = shown.map(|(nth, kept)| (kept, grid.place(area, nth as u16))).collect();
    (grid, places)
}

/// Returns the cells of a label with the target, if one is known, and the marks of all arms.
fn label_width(state: ViewState<'_, DataView>) -> u16 {
    let facts = state.shared.history.facts.as_deref();
    let names = facts.map_or(&[][..], |facts| &facts.classes).iter();
    let widest = names.map(|name| name.chars().count().min(NAME)).max().unwrap_or(1);
    let is_named = state.view.pad.kept.iter().any(|kept| kept.target.is_some());
    ((state.shared.arms() + usize::from(is_named)) * (widest + 1)) as u16
}

/// Returns the kept drawing under a cell.
pub(in crate::views::data) fn kept_at(
    state: ViewState<'_, DataView>,
    area: Rect,
    at: (u16, u16),
) -> Option<DrawnPart> {
    let (_, places) = places(state, area);
    let under = places.into_iter().find(|(_, place)| place.contains(at.into()));
    under.map(|(kept, _)| DrawnPart::Item(kept))
}

/// Draws the kept drawings.
pub(in crate::views::data) fn draw_kept(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    area: Rect,
) {
    let pad = &state.view.pad;
    let quiet = canvas.theme.quiet;
    if pad.kept.is_empty() {
        if pad.can_keep() {
            canvas.line(row(area, 0)).put_whole("K keeps this drawing", quiet);
        }
        return;
    }
    let (grid, places) = places(state, area);
    for (kept, place) in places {
        let drawing = Rect { width: (2 * grid.height).min(place.width), ..place };
        let drawing = Rect { height: grid.height.min(place.height), ..drawing };
        let points = GreyPicture::points(canvas, drawing);
        let ink = pad.kept[kept].strokes.fitted().ink(points);
        GreyPicture { values: &ink, columns: points.0 }.draw(canvas, drawing, |_, _| false);
        draw_label(canvas, state, kept, row(place, grid.height));
        canvas.note_part(place, DrawnPart::Item(kept));
    }
}

/// Writes what a kept drawing is, if that was said, and what every arm takes it for now: marked as right or wrong then,
/// else in bold if it is not what it took it for when it was kept.
fn draw_label(canvas: &mut Canvas<'_>, state: ViewState<'_, DataView>, kept: usize, row: Rect) {
    let pad = &state.view.pad;
    let is_chosen = pad.chosen == Some(kept);
    let Some(outputs) = state.kept_outputs(kept) else { return };
    let (mut x, then) = (row.x, &pad.kept[kept].answers);
    let target = pad.kept[kept].target;
    if let Some(target) = target.filter(|_| row.height > 0) {
        let name = state.shared.class_name(target);
        let text = canvas.theme.text;
        x = canvas.text((x, row.y), row.width, &format!("{}:", clipped(&name, NAME)), text);
    }
    for (arm, a) in outputs.iter().enumerate() {
        let answer = Verdict::of(a).and_then(Verdict::answer);
        let name = answer.map_or_else(|| "?".to_owned(), |class| state.shared.class_name(class));
        let has_changed = then.get(arm).is_some_and(|then| *then != answer);
        let style = match target {
            _ if is_chosen => canvas.theme.chosen,
            Some(target) if answer == Some(target) => canvas.theme.good,
            Some(_) => canvas.theme.problem,
            None if has_changed => canvas.theme.strong,
            None => canvas.theme.text,
        };
        let left = row.right().saturating_sub(x);
        if row.height == 0 || left < 2 {
            break;
        }
        let of_arm = canvas.theme.arm(arm);
        canvas.put((x, row.y), glyphs::mark(arm), of_arm);
        x = canvas.text((x + 1, row.y), left - 1, &clipped(&name, NAME), style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_as_large_as_all_of_them_fit() {
        let grid = |width, height, drawings| {
            let grid = KeptGrid::of(Rect::new(0, 0, width, height), drawings, 4);
            (grid.height, grid.across, grid.down)
        };
        assert_eq!(grid(28, 5, 2), (4, 3, 1));
        assert_eq!(grid(28, 5, 4), (3, 4, 1));
        assert_eq!(grid(56, 8, 3).0, 7);
        assert_eq!(grid(28, 5, 16).0, LEAST, "the smallest, if not all fit");
        assert_eq!(grid(0, 0, 3).1, 0);
    }
}
