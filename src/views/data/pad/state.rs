//! The state of the page.

use std::sync::Arc;

use crate::telemetry::PictureSource;
use crate::views::data::pad::strokes::{PadPoint, SIDE, Strokes};
use crate::views::direction::{Direction, ListDirection};

/// The most drawings that are kept: as many as the digits, and some more.
pub(in crate::views::data) const MOST_KEPT: usize = 16;

/// The map that is drawn beside the outputs of an arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::views::data) enum PadMap {
    /// ∂a/∂x of the greatest output.
    #[default]
    Derivatives,
    /// The picture as the networks see it.
    Picture,
}

impl PadMap {
    /// Returns the map that `v` switches to.
    pub(in crate::views::data) fn next(self) -> Self {
        match self {
            Self::Derivatives => Self::Picture,
            Self::Picture => Self::Derivatives,
        }
    }
}

/// A drawing that is kept, with what it was taken for then.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::views) struct KeptDrawing {
    pub(super) strokes: Strokes,
    /// The step at which it was kept.
    pub(super) step: u64,
    /// The class that each arm took it for then; `None` if two outputs were equal.
    pub(super) answers: Vec<Option<usize>>,
    /// What it is, if that was said: its class.
    pub(super) target: Option<usize>,
}

/// The state of the page of the pad.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::views) struct PadState {
    /// The drawing on the pad.
    pub(super) strokes: Strokes,
    /// The pixel of the cursor, from the left and from the top.
    pub(super) cursor: (usize, usize),
    /// Whether the pen of the keys is down, so that moving the cursor draws.
    pub(in crate::views::data) is_pen_down: bool,
    /// The drawings that are kept, the first one first.
    pub(super) kept: Vec<KeptDrawing>,
    /// Their pictures, as the question names them.
    pub(super) pictures: Arc<Vec<PictureSource>>,
    /// The kept drawing that is shown in place of the pad, by its place.
    pub(super) chosen: Option<usize>,
    /// The row of the example that is shown while the pad is empty.
    pub(in crate::views::data) example: usize,
    /// The map beside the outputs.
    pub(in crate::views::data) map: PadMap,
    /// The cells across and down of the pad on the screen.
    pub(super) cells: (u16, u16),
    /// Whether the last drag was off the pad, so that the next one begins a stroke.
    has_left: bool,
}

impl Default for PadState {
    fn default() -> Self {
        Self {
            strokes: Strokes::default(),
            cursor: (SIDE / 2, SIDE / 2),
            is_pen_down: false,
            kept: Vec::new(),
            pictures: Arc::default(),
            chosen: None,
            example: 0,
            map: PadMap::default(),
            cells: (0, 0),
            has_left: false,
        }
    }
}

impl PadState {
    /// Returns the drawing that is shown, if it is not empty: the chosen one of those kept, or that on the pad.
    pub(super) fn shown(&self) -> Option<&Strokes> {
        let kept = self.chosen_drawing().map(|kept| &kept.strokes);
        kept.or(Some(&self.strokes)).filter(|strokes| !strokes.is_blank())
    }

    /// Returns the kept drawing that is shown.
    pub(super) fn chosen_drawing(&self) -> Option<&KeptDrawing> {
        self.kept.get(self.chosen?)
    }

    /// Returns whether there is a drawing on the pad that can be kept.
    pub(in crate::views::data) fn can_keep(&self) -> bool {
        self.chosen.is_none() && !self.strokes.is_blank()
    }

    /// Returns whether nothing is drawn and nothing kept, so that there are only examples to choose from.
    pub(in crate::views::data) fn has_only_examples(&self) -> bool {
        self.strokes.is_blank() && self.kept.is_empty()
    }

    /// Returns whether a kept drawing is shown.
    pub(in crate::views::data) fn shows_kept(&self) -> bool {
        self.chosen.is_some()
    }

    /// Returns whether something is on the pad, or a kept drawing is shown in its place.
    pub(in crate::views::data) fn has_drawing(&self) -> bool {
        self.shown().is_some()
    }

    /// Returns the number of kept drawings.
    pub(in crate::views::data) fn kept_count(&self) -> usize {
        self.kept.len()
    }

    /// Puts the pen down at the cursor, or lifts it.
    pub(in crate::views::data) fn toggle_pen(&mut self) {
        self.is_pen_down = !self.is_pen_down;
        if self.is_pen_down {
            self.begin(centre_of(self.cursor));
        }
    }

    /// Moves the cursor by so many pixels; with the pen down that draws.
    pub(in crate::views::data) fn move_pen(&mut self, direction: Direction, times: usize) {
        let (x, y) = &mut self.cursor;
        let last = SIDE - 1;
        match direction {
            Direction::Left => *x = x.saturating_sub(times),
            Direction::Right => *x = (*x + times).min(last),
            Direction::Up => *y = y.saturating_sub(times),
            Direction::Down => *y = (*y + times).min(last),
        }
        if self.is_pen_down {
            self.strokes.continue_to(centre_of(self.cursor));
        }
    }

    /// Begins a stroke on the pad, which is shown again if a kept drawing was.
    fn begin(&mut self, at: PadPoint) {
        self.chosen = None;
        self.strokes.begin(at);
    }

    /// Begins a stroke at a cell of the pad on the screen, counted from its lower left corner.
    pub(in crate::views::data) fn press_at(&mut self, cell: (usize, usize)) {
        let at = self.point_of(cell);
        self.cursor = pixel_of(at);
        self.has_left = false;
        self.begin(at);
    }

    /// Continues the stroke to a cell of the pad, or notes that the mouse has left the pad.
    pub(in crate::views::data) fn drag_to(&mut self, cell: Option<(usize, usize)>) {
        let Some(at) = cell.map(|cell| self.point_of(cell)) else {
            self.has_left = true;
            return;
        };
        self.cursor = pixel_of(at);
        if std::mem::take(&mut self.has_left) || self.chosen.is_some() {
            self.begin(at);
        } else {
            self.strokes.continue_to(at);
        }
    }

    fn point_of(&self, (column, row): (usize, usize)) -> PadPoint {
        let share = |at: usize, of: u16| (at as f32 + 0.5) / f32::from(of.max(1));
        let (across, up) = (share(column, self.cells.0), share(row, self.cells.1));
        [across.min(1.0), (1.0 - up).max(0.0)]
    }

    /// Adapts the state to the pad on the screen and to the number of examples.
    pub(in crate::views::data) fn fit(&mut self, cells: (u16, u16), examples: usize) {
        self.cells = cells;
        self.example = self.example.min(examples.saturating_sub(1));
    }

    /// Clears the pad, or leaves the kept drawing that is shown for it.
    pub(in crate::views::data) fn clear(&mut self) {
        if self.chosen.take().is_none() {
            self.strokes = Strokes::default();
        }
        self.is_pen_down = false;
    }

    /// Lifts the pen.
    pub(in crate::views::data) fn lift_pen(&mut self) {
        self.is_pen_down = false;
    }

    /// Keeps the drawing on the pad with what it is taken for at a step, and empties the pad. The kept drawing is
    /// shown until something else is drawn.
    pub(in crate::views::data) fn keep(&mut self, step: u64, answers: Vec<Option<usize>>) {
        if !self.can_keep() || self.kept.len() >= MOST_KEPT {
            return;
        }
        let strokes = std::mem::take(&mut self.strokes);
        self.kept.push(KeptDrawing { strokes, step, answers, target: None });
        self.chosen = Some(self.kept.len() - 1);
        self.is_pen_down = false;
        self.name_pictures();
    }

    /// Says what the kept drawing is that is shown; once more takes that back.
    pub(in crate::views::data) fn name_kept(&mut self, class: usize) {
        if let Some(kept) = self.chosen.and_then(|chosen| self.kept.get_mut(chosen)) {
            kept.target = Some(class).filter(|_| kept.target != Some(class));
        }
    }

    /// Drops the kept drawing that is shown.
    pub(in crate::views::data) fn drop_kept(&mut self) {
        if let Some(chosen) = self.chosen.filter(|chosen| *chosen < self.kept.len()) {
            self.kept.remove(chosen);
            self.chosen = self.kept.len().checked_sub(1).map(|last| chosen.min(last));
            self.name_pictures();
        }
    }

    /// Shows a kept drawing.
    pub(in crate::views::data) fn choose(&mut self, kept: usize) {
        if kept < self.kept.len() {
            self.chosen = Some(kept);
            self.is_pen_down = false;
        }
    }

    /// Goes to the kept drawing before or after; between the last and the first lies the pad. While nothing is
    /// drawn and nothing kept, goes to the example before or after.
    pub(in crate::views::data) fn choose_along(
        &mut self,
        direction: ListDirection,
        examples: usize,
    ) {
        if self.has_only_examples() {
            self.example = direction.wrapped(self.example, examples);
            return;
        }
        let at = self.chosen.map_or(0, |chosen| chosen + 1);
        self.chosen = direction.wrapped(at, self.kept.len() + 1).checked_sub(1);
        self.is_pen_down = false;
    }

    /// Forgets what another run answered when drawings were kept, and what they are if its classes were others.
    pub(in crate::views::data) fn forget_answers(&mut self, has_same_classes: bool) {
        for kept in &mut self.kept {
            kept.answers.clear();
            kept.target = kept.target.filter(|_| has_same_classes);
        }
        self.example = 0;
    }

    fn name_pictures(&mut self) {
        self.pictures = Arc::new(self.kept.iter().map(|kept| kept.strokes.source()).collect());
    }
}

/// Returns the centre of a pixel.
fn centre_of((x, y): (usize, usize)) -> PadPoint {
    [x, y].map(|at| (at as f32 + 0.5) / SIDE as f32)
}

/// Returns the pixel of a point.
fn pixel_of(at: PadPoint) -> (usize, usize) {
    let pixel = |share: f32| ((share * SIDE as f32) as usize).min(SIDE - 1);
    (pixel(at[0]), pixel(at[1]))
}

#[cfg(test)]
mod tests;
