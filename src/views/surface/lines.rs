//! The lines under the maps: a remark on each arm, the lengths of its steps, and the legend.

use ratatui::layout::Rect;

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Piece, Sentence};
use crate::canvas::widgets::Tone;
use crate::canvas::{Canvas, row};
use crate::telemetry::ArmProgress;
use crate::views::surface::legend::legend;
use crate::views::surface::remark::{lengths, remarks};
use crate::views::surface::scale::SizeScale;
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// Draws the start of each arm and its step lengths, then a legend of the marks.
pub(super) fn draw_lines(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    scales: &[SizeScale],
    area: Rect,
) {
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    let names = facts.arms.iter().map(|arm| canvas.width(&arm.name)).max().unwrap_or(0).min(20);
    let is_tall = usize::from(area.height) > state.shared.arms() + 2;
    let all = if is_tall { row(area, area.height - 3) } else { row(area, area.height) };
    let has_all = is_tall && draw_all_lengths(canvas, state, all);
    for (arm, of) in facts.arms.iter().enumerate() {
        let line = row(area, u16::from(is_tall) + arm as u16);
        if line.height == 0 {
            return;
        }
        let style = Tone::Arm(arm).style(canvas);
        canvas.text((line.x, line.y), names, &of.name, style);
        let width = line.width.saturating_sub(names + 2);
        let rest = Rect { x: line.x + names + 2, width, ..line };
        let lengths = if has_all { Vec::new() } else { lengths(state, arm) };
        draw_line(canvas, &remarks(state, arm), lengths, rest);
    }
    let below = if is_tall { area.height - 2 } else { facts.arms.len() as u16 };
    let words = legend(canvas, state, scales, area.width);
    let quiet = canvas.theme.quiet;
    canvas.line(row(area, below)).put(&words, quiet);
}

/// Draws the position of each arm and its step lengths in two rows or one, if there is no room for
/// maps.
pub(super) fn draw_places(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, area: Rect) {
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    let (quiet, text, strong) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.strong);
    let rows = if 2 * facts.arms.len() <= usize::from(area.height) { 2 } else { 1 };
    for (arm, (of, now)) in facts.arms.iter().zip(&state.shared.history.arms).enumerate() {
        let style = Tone::Arm(arm).style(canvas);
        let lengths = lengths(state, arm);
        let width = |pieces: &[Piece]| pieces.iter().map(|(w, _)| canvas.width(w)).sum::<u16>();
        let widths: Vec<u16> = lengths.chunks(2).map(width).collect();
        let mut line = canvas.line(row(area, rows * arm as u16));
        line.put(&of.name, style);
        let newest = now.trajectory.newest().filter(|_| state.neuron_inputs().is_some());
        let place = newest.map(|newest| state.projected(newest.at));
        if let Some([across, up]) = place {
            let at = format!("  at ({}, {})", brief(across), brief(up));
            line.put_whole(&at, text);
        }
        if rows == 2 {
            line = canvas.line(row(area, rows * arm as u16 + 1));
        }
        line.gap(2);
        if let Some(words) = course(now).filter(|_| state.neuron_inputs().is_none()) {
            line.put_whole(&words, text);
        }
        for (pieces, width) in lengths.chunks(2).zip(widths) {
            if width <= line.left() {
                for (words, tone) in pieces {
                    line.put(words, if *tone == Tone::Strong { strong } else { quiet });
                }
            }
        }
    }
}

/// Returns words on the cost of a larger network, for a screen that is too small for its map.
fn course(progress: &ArmProgress) -> Option<String> {
    let (first, evaluation) = progress.first_cost.zip(progress.evaluation.as_ref())?;
    let (first, now) = (brief(first), brief(evaluation.cost_data));
    let epoch = count(evaluation.epoch);
    Some(format!("C {first} at the start, {now} at epoch {epoch}"))
}

/// Draws the step lengths of all arms in one row, if they fit.
fn draw_all_lengths(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, row: Rect) -> bool {
    let Some(facts) = state.shared.history.facts.as_deref() else { return false };
    let mut pieces: Vec<(String, Tone)> = Vec::new();
    for (arm, of) in facts.arms.iter().enumerate() {
        let lengths = lengths(state, arm);
        if lengths.is_empty() {
            return false;
        }
        pieces.push((format!("{}  ", of.name), Tone::Arm(arm)));
        pieces.extend(lengths);
        pieces.push(("    ".to_owned(), Tone::Text));
    }
    let width: u16 = pieces.iter().map(|(words, _)| canvas.width(words)).sum();
    let fits = width <= row.width + 4;
    let styles: Vec<_> = pieces.iter().map(|(_, tone)| tone.style(canvas)).collect();
    let mut line = canvas.line(row);
    for ((words, _), style) in pieces.iter().zip(styles).filter(|_| fits) {
        line.put(words, style);
    }
    fits
}

/// Draws the longest form of a remark that leaves room for the step lengths, then these.
fn draw_line(canvas: &mut Canvas<'_>, remarks: &[String], lengths: Sentence, area: Rect) {
    let (quiet, text, strong) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.strong);
    let width: u16 = lengths.iter().map(|(words, _)| canvas.width(words)).sum();
    let gap = if lengths.is_empty() { 0 } else { 2 };
    let remark = remarks.iter().find(|words| canvas.width(words) + gap + width <= area.width);
    let mut line = canvas.line(area);
    if let Some(remark) = remark {
        line.put(remark, text).gap(gap);
    }
    for (words, tone) in lengths {
        line.put(&words, if tone == Tone::Strong { strong } else { quiet });
    }
}
