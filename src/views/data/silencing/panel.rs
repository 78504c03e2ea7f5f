//! The panel of an arm: its error, and the loss without each neuron as bars.

use ratatui::layout::Rect;

use crate::canvas::number::count;
use crate::canvas::widgets::{Bar, FrameStyle, Panel, Tone, bar, panel};
use crate::canvas::{Canvas, DrawnPart};
use crate::telemetry::{SilencedArm, Silencing};
use crate::views::arm_panels::marked_name;
use crate::views::course_epoch::epoch_name;
use crate::views::data::silencing::field::draw_field;
use crate::views::data::silencing::layout::{LossGrid, LossParts, SilencingLayout};
use crate::views::data::silencing::losses::{ErrorUnit, Loss, by_loss};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The cells of the number of a neuron, and of the loss.
const NUMBER: u16 = 4;
const LOSS: u16 = 7;

/// Draws the panel of an arm.
pub(in crate::views::data) fn draw_losses(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    arm: usize,
    (parts, frame): (LossParts, FrameStyle),
) {
    let title = marked_name(canvas, state.shared, arm);
    let layer = format!("  layer {}", state.silenced_layer() + 1);
    let answer = state.silencing();
    let (note, tone) = note(state, arm, answer);
    let chosen = (state.shared.arm == arm && state.shared.arms() > 1).then_some(arm);
    let title = [(title.as_str(), Tone::Arm(arm)), (layer.as_str(), Tone::Quiet)];
    panel(canvas, parts.area, &Panel { frame, title: &title, note: &[(&note, tone)], chosen });
    let Some((answer, of_arm)) = answer.and_then(|answer| Some((answer, answer.arms.get(arm)?)))
    else {
        let quiet = canvas.theme.quiet;
        canvas
            .line(Rect { height: parts.list.height.min(1), ..parts.list })
            .put("computing …", quiet);
        return;
    };
    if of_arm.without.is_empty() {
        let quiet = canvas.theme.quiet;
        let words = "it has no such hidden layer";
        canvas.line(Rect { height: parts.list.height.min(1), ..parts.list }).put(words, quiet);
        return;
    }
    draw_list(canvas, state, (arm, of_arm), (answer, parts.list));
    draw_field(canvas, state, arm, parts.field);
}

/// Returns the error of an arm with all its neurons, or that it has diverged.
fn note(state: ViewState<'_, DataView>, arm: usize, answer: Option<&Silencing>) -> (String, Tone) {
    let progress = state.shared.history.arms.get(arm);
    if let Some(divergence) = progress.and_then(|arm| arm.diverged.as_ref()) {
        return (format!("diverged at step {}", count(divergence.step)), Tone::Problem);
    }
    let error = answer.and_then(|answer| {
        let of_arm = answer.arms.get(arm).filter(|arm| !arm.without.is_empty())?;
        Some(state.error_unit(answer).error(of_arm.error, answer.examples))
    });
    (error.unwrap_or_default(), Tone::Quiet)
}

/// Returns the greatest loss or gain of all arms, which is a full bar.
fn full_bar(answer: &Silencing) -> f64 {
    let losses = answer.arms.iter().flat_map(by_loss);
    losses.map(|loss| loss.loss.abs()).fold(0.0, f64::max)
}

/// A list of neurons of an arm, drawn entry by entry.
struct LossList {
    arm: usize,
    chosen: usize,
    full: f64,
    examples: usize,
    unit: ErrorUnit,
}

fn draw_list(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (arm, of_arm): (usize, &SilencedArm),
    (answer, area): (&Silencing, Rect),
) {
    let losses = by_loss(of_arm);
    let grid = LossGrid::new(area, losses.len());
    let chosen = state.silenced_neuron();
    let list = LossList {
        arm,
        chosen,
        full: full_bar(answer),
        examples: answer.examples,
        unit: state.error_unit(answer),
    };
    let at = losses.iter().position(|loss| loss.neuron == chosen).unwrap_or(0);
    let first = (at + 1).saturating_sub(grid.room());
    for (nth, loss) in losses[first..].iter().take(grid.room()).enumerate() {
        list.draw_entry(canvas, *loss, grid.place(area, nth));
    }
}

impl LossList {
    fn draw_entry(&self, canvas: &mut Canvas<'_>, loss: Loss, place: Rect) {
        if place.width < NUMBER + 1 {
            return;
        }
        let is_chosen = loss.neuron == self.chosen;
        let style = if is_chosen { canvas.theme.chosen } else { canvas.theme.text };
        let number = Rect { width: NUMBER, ..place };
        canvas.text_right(number, &(loss.neuron + 1).to_string(), style);
        let rest = Rect { x: place.x + NUMBER + 1, width: place.width - NUMBER - 1, ..place };
        let words = self.unit.loss(loss.loss, self.examples);
        canvas.text_right(rest, &words, style);
        let track = Rect { width: rest.width.saturating_sub(LOSS + 1), ..rest };
        let share = if self.full > 0.0 { loss.loss.abs() / self.full } else { 0.0 };
        // Gains and losses differ in colour.
        let of_bar = if loss.loss < 0.0 { canvas.theme.quiet } else { canvas.theme.arm(self.arm) };
        let trough = canvas.theme.trough;
        bar(canvas, track, &Bar { share, style: of_bar, trough });
        canvas.note_part(place, DrawnPart::Item(loss.neuron));
    }
}

/// Draws the line under the panels: what the bars are, over which examples, and when.
pub(in crate::views::data) fn draw_silencing_lines(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    layout: &SilencingLayout,
) {
    let Some(answer) = state.silencing().filter(|_| layout.lines.height > 0) else { return };
    let unit = state.error_unit(answer);
    let what = match unit {
        ErrorUnit::Share => "points of accuracy lost without a neuron",
        ErrorUnit::Distance(_) => "rise of mean |a − y| without a neuron",
    };
    let full = unit.loss(full_bar(answer), answer.examples);
    let set = if answer.is_test { "test" } else { "training" };
    let clock = state.shared.history.clock();
    let pieces = [
        what.to_owned(),
        format!("full bar {}", full.trim_start_matches('+')),
        format!("{} {}", clock.unit(), epoch_name(state.shared, answer.step)),
        format!("{} {set} examples", count(answer.examples as u64)),
    ];
    let quiet = canvas.theme.quiet;
    let mut line = canvas.line(layout.lines);
    for (nth, piece) in pieces.iter().enumerate() {
        let text = if nth == 0 { piece.clone() } else { format!("   {piece}") };
        if !line.put_whole(&text, quiet) {
            break;
        }
    }
}
