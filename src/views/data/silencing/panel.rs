//! The panel of an arm: its error, and the loss without each neuron as bars.

use ratatui::layout::Rect;

use crate::canvas::number::{count, grown};
use crate::canvas::widgets::{Bar, FrameStyle, Panel, Tone, bar, panel};
use crate::canvas::{Canvas, DrawnPart, row};
use crate::telemetry::{SilencedArm, Silencing};
use crate::views::arm_panels::fitting_name;
use crate::views::course_epoch::epoch_name;
use crate::views::data::silencing::field::draw_field;
use crate::views::data::silencing::layout::{LossGrid, LossParts, SilencingLayout};
use crate::views::data::silencing::losses::{ErrorUnit, Loss, by_loss};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The cells of the number of a neuron, and of the loss.
const NUMBER: u16 = 4;
const LOSS: u16 = 7;

/// A cell of the bar of a gain.
const FILLED: (char, char) = ('█', '=');

/// The line between losses and gains.
const ZERO: (char, char) = ('│', '|');

/// Draws the panel of an arm.
pub(in crate::views::data) fn draw_losses(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    arm: usize,
    (parts, frame): (LossParts, FrameStyle),
) {
    let name = fitting_name(canvas, state.shared, (arm, parts.area.width));
    let answer = state.silencing();
    let of_layer = format!("  layer {}", state.silenced_layer() + 1);
    let (note, tone) = note(state, arm, answer);
    let chosen = (state.shared.arm == arm && state.shared.arms() > 1).then_some(arm);
    let title = [(name.as_str(), Tone::Arm(arm)), (of_layer.as_str(), Tone::Quiet)];
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

/// Returns the places of the neurons that are listed of the chosen arm, if not all of them are.
fn shown_note(state: ViewState<'_, DataView>, layout: &SilencingLayout) -> Option<String> {
    let (answer, parts) = (state.silencing()?, layout.arms.get(state.shared.arm)?);
    let losses = by_loss(answer.arms.get(state.shared.arm)?);
    let (all, grid) = (losses.len(), LossGrid::new(parts.list, losses.len(), most_neurons(answer)));
    let first = first_shown(&losses, state.silenced_neuron(), grid);
    let last = (first + grid.room()).min(all);
    (last - first < all && grid.room() > 0)
        .then(|| format!("{}–{last} of {all} by loss", first + 1))
}

/// Returns the neurons of the arm that has most.
fn most_neurons(answer: &Silencing) -> usize {
    answer.arms.iter().map(|arm| arm.without.len()).max().unwrap_or(0)
}

/// Returns the place of the first neuron that is listed: the first of all, or as far down as shows the chosen one.
fn first_shown(losses: &[Loss], chosen: usize, grid: LossGrid) -> usize {
    let at = losses.iter().position(|loss| loss.neuron == chosen).unwrap_or(0);
    (at + 1).saturating_sub(grid.room())
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

/// Round ends of the bars, beyond the greatest loss and the greatest gain of all arms.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct BarEnds {
    loss: f64,
    gain: f64,
}

impl BarEnds {
    fn of(answer: &Silencing) -> Self {
        let losses = || answer.arms.iter().flat_map(by_loss).map(|loss| loss.loss);
        // Round, so that the line between them seldom moves while the run trains.
        let round = |end: f64| if end > 0.0 { grown(end) } else { 0.0 };
        let (loss, gain) = (losses().fold(0.0, f64::max), losses().map(|l| -l).fold(0.0, f64::max));
        Self { loss: round(loss), gain: round(gain) }
    }

    /// Divides the cells of a bar: those left of the line for gains, and those right of it for losses.
    fn divided(self, cells: u16) -> (u16, u16) {
        let bars = cells.saturating_sub(1);
        let all = self.loss + self.gain;
        let share = if all > 0.0 { self.gain / all } else { 0.0 };
        let most = bars.saturating_sub(u16::from(self.loss > 0.0));
        let gains = ((share * f64::from(bars)).ceil() as u16).min(most);
        (gains, bars - gains)
    }
}

/// A list of neurons of an arm, drawn entry by entry.
struct LossList {
    arm: usize,
    chosen: usize,
    ends: BarEnds,
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
    let grid = LossGrid::new(area, losses.len(), most_neurons(answer));
    let chosen = state.silenced_neuron();
    let list = LossList {
        arm,
        chosen,
        ends: BarEnds::of(answer),
        examples: answer.examples,
        unit: state.error_unit(answer),
    };
    let first = first_shown(&losses, chosen, grid);
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
        let number = Rect { width: NUMBER, height: 1, ..place };
        canvas.text_right(number, &(loss.neuron + 1).to_string(), style);
        let rest = Rect { x: place.x + NUMBER + 1, width: place.width - NUMBER - 1, ..place };
        let words = self.unit.loss(loss.loss, self.examples);
        canvas.text_right(rest, &words, style);
        let track = Rect { width: rest.width.saturating_sub(LOSS + 1), ..rest };
        for line in 0..place.height {
            self.draw_bar(canvas, loss.loss, row(track, line));
        }
        canvas.note_part(place, DrawnPart::Item(loss.neuron));
    }
}

impl LossList {
    /// Draws a loss to the right of the line of 0, and a gain to the left of it, on one scale.
    fn draw_bar(&self, canvas: &mut Canvas<'_>, loss: f64, track: Rect) {
        if track.width < 3 {
            return;
        }
        let (gains, losses) = self.ends.divided(track.width);
        let (quiet, trough) = (canvas.theme.quiet, canvas.theme.trough);
        let right = Rect { x: track.x + gains + 1, width: losses, ..track };
        let share = |of: f64| if of > 0.0 { loss.abs() / of } else { 0.0 };
        let lost = if loss > 0.0 { share(self.ends.loss) } else { 0.0 };
        bar(canvas, right, &Bar { share: lost, style: canvas.theme.arm(self.arm), trough });
        let left = Rect { width: gains, ..track };
        bar(canvas, left, &Bar { share: 0.0, style: quiet, trough });
        let gained = if loss < 0.0 { share(self.ends.gain) } else { 0.0 };
        let cells = (gained * f64::from(gains)).round() as u16;
        for x in 0..cells.max(u16::from(gained > 0.0)).min(gains) {
            canvas.put((left.right() - 1 - x, track.y), FILLED, quiet);
        }
        canvas.put((left.right(), track.y), ZERO, quiet);
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
    let ends = BarEnds::of(answer);
    let longest = |of: f64| unit.loss(of, answer.examples).trim_start_matches('+').to_owned();
    let sides = match ends {
        BarEnds { gain: 0.0, loss } => format!("full bar {}", longest(loss)),
        BarEnds { gain, loss } => {
            format!(
                "right of the line lost, up to {}, left gained, up to {}",
                longest(loss),
                longest(gain)
            )
        }
    };
    let set = if answer.is_test { "test" } else { "training" };
    let clock = state.shared.history.clock();
    let mut pieces = vec![
        what.to_owned(),
        sides,
        format!("{} {}", clock.unit(), epoch_name(state.shared, answer.step)),
        format!("{} {set} examples", count(answer.examples as u64)),
    ];
    pieces.splice(1..1, shown_note(state, layout));
    let quiet = canvas.theme.quiet;
    let mut line = canvas.line(layout.lines);
    for (nth, piece) in pieces.iter().enumerate() {
        let text = if nth == 0 { piece.clone() } else { format!("   {piece}") };
        if !line.put_whole(&text, quiet) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_and_losses_have_one_scale_on_both_sides_of_a_line() {
        let cells = |loss, gain, cells| BarEnds { loss, gain }.divided(cells);
        assert_eq!(cells(0.3, 0.1, 41), (10, 30));
        assert_eq!(cells(0.3, 0.0, 41), (0, 40));
        assert_eq!(cells(0.0, 0.2, 41), (40, 0));
        assert_eq!(cells(0.001, 0.3, 21), (19, 1), "each side that has something has a cell");
        assert_eq!(cells(0.0, 0.0, 41), (0, 40));
        assert_eq!(cells(0.3, 0.1, 0), (0, 0));
    }

    #[test]
    fn the_list_begins_at_the_greatest_loss_and_goes_as_far_as_the_chosen_neuron() {
        let losses: Vec<Loss> = (0..9).map(|neuron| Loss { neuron, loss: 0.0 }).collect();
        let grid = LossGrid { columns: 1, rows: 4, thick: 1 };
        assert_eq!(first_shown(&losses, 3, grid), 0);
        assert_eq!(first_shown(&losses, 8, grid), 5);
        assert_eq!(first_shown(&losses, 99, grid), 0);
    }
}
