//! The points at which the cross-hair crosses the curves.

use ratatui::style::Modifier;

use crate::canvas::Canvas;
use crate::canvas::glyphs::mark;
use crate::canvas::widgets::Annotation;
use crate::views::duel::charts::channels::DuelChart;
use crate::views::duel::charts::curve_reading::{CurveReading, arm_reading, ghost_reading};
use crate::views::ghosts::{drawn_ghosts, letter, marked_arms};
use crate::views::shared_state::SharedState;

/// Returns a mark for each curve at the cross-hair, with the value that the headline reads there.
pub(super) fn crossings(
    canvas: &Canvas<'_>,
    shared: &SharedState,
    chart: DuelChart,
) -> Vec<Annotation> {
    let Some(step) = shared.crosshair else { return Vec::new() };
    let crossing = |reading: Option<CurveReading>, arm: usize, mark: (char, char)| {
        let reading = reading.filter(|reading| reading.as_of.is_none())?;
        let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
        Some(Annotation::mark(step as f64, reading.value, mark, style))
    };
    let arms = 0..shared.history.arms.len();
    let mut marks: Vec<Annotation> = arms
        .filter_map(|arm| crossing(arm_reading(shared, (chart, arm), step), arm, mark(arm)))
        .collect();
    for ghost in drawn_ghosts(shared).into_iter().map(|index| &shared.history.ghosts[index]) {
        for arm in marked_arms(shared, ghost) {
            let reading = ghost_reading(shared, ghost, (chart, arm), step);
            let letter = letter(ghost);
            marks.extend(crossing(reading, arm, (letter, letter)));
        }
    }
    marks
}
