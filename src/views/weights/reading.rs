//! All readings of the weight under the cursor.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::glyphs::mark;
use crate::canvas::number::{number, padded};
use crate::canvas::ramps::sign_level;
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, below, inset, row};
use crate::telemetry::{WeightQuantity, WeightReading};
use crate::views::course_epoch::panel_epoch;
use crate::views::input_name::input_name;
use crate::views::view_state::ViewState;
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext};
use crate::views::weights::moment::{Readings, readings};
use crate::views::weights::state::WeightsView;

/// Returns the names of the weight's input and of its neuron.
fn from_to(state: ViewState<'_, WeightsView>) -> (String, String) {
    let weight = state.shared.weight;
    let (_, inputs) = state.shared.layer_shape();
    let from = if weight.input >= inputs {
        "the bias".to_owned()
    } else if let Some((_, wide)) = state.shared.field() {
        format!("pixel (row {}, column {})", weight.input / wide + 1, weight.input % wide + 1)
    } else if weight.layer == 0 {
        input_name(state.shared.history.facts.as_deref(), weight.input)
    } else {
        format!("neuron {} of layer {}", weight.input + 1, weight.layer)
    };
    let is_only_output = state.shared.layer_sizes().last() == Some(&1)
        && weight.layer + 2 == state.shared.layer_sizes().len();
    let to = if is_only_output { "output a".to_owned() } else { state.shared.neuron_label() };
    (from, to)
}

/// Returns the readings as text: the connection, and a line for each arm.
pub(super) fn readout(state: ViewState<'_, WeightsView>) -> Vec<String> {
    let Some(facts) = state.shared.history.facts.as_deref() else { return Vec::new() };
    let ((from, to), Readings { of_arms: readings_now, gradient_step }) =
        (from_to(state), readings(state));
    let mut lines = vec![format!("{from} → {to}")];
    let gradient = gradient_step.map(|step| gradient_note(state, Some(step)));
    lines.extend(gradient);
    lines.extend(
        difference(state, &readings_now)
            .map(|(text, value)| format!("{text} {}", number(value, 8))),
    );
    for (arm, of) in facts.arms.iter().enumerate() {
        let values = match reading_of(&readings_now, arm) {
            Ok(read) => {
                let named = COLUMNS.into_iter().zip(numbers(read));
                let named: Vec<String> =
                    named.map(|(name, value)| format!("{name} {}", number(value, 9))).collect();
                named.join(", ")
            }
            Err(why) => why.to_owned(),
        };
        lines.push(format!("{}: {values}", of.name));
    }
    lines
}

/// Returns the reading of an arm, or the reason why there is none.
fn reading_of(
    readings_now: &[Option<WeightReading>],
    arm: usize,
) -> Result<WeightReading, &'static str> {
    match readings_now.get(arm) {
        Some(Some(read)) => Ok(*read),
        Some(None) => Err("has no such weight"),
        None => Err("…"),
    }
}

/// Draws the connection, and a line for each arm, with swatches on the scales of their panels.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panels: &[LayerPanel<'_>],
    area: Rect,
) {
    let WeightsContext { state, facts, .. } = context;
    if area.height == 0 {
        return;
    }
    let arms = facts.arms.len() as u16;
    let hint =
        if state.shared.cursor_focused { "arrows move, esc leaves" } else { "enter: cursor" };
    let area = if area.height > arms + 1 {
        let title = [("one weight", Tone::Strong)];
        let note = [(hint, Tone::Quiet)];
        let frame = FrameStyle::Ruled;
        panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None })
    } else {
        inset(area, 1)
    };
    let Readings { of_arms: readings_now, gradient_step } = readings(state);
    let words = gradient_note(state, gradient_step);
    draw_connection(canvas, (state, &words), &readings_now, row(area, 0));
    let texts = Columns::of(&readings_now);
    let area = below(area, 1);
    let pad = facts.arms.iter().map(|of| canvas.width(&of.name)).max().unwrap_or(0).min(20);
    let left = (pad + 3).min(area.width);
    let has_heads = area.height > arms;
    if has_heads {
        let line = row(area, 0);
        draw_heads(canvas, Rect { x: line.x + left, width: line.width - left, ..line });
    }
    let area = below(area, u16::from(has_heads));
    let is_bias = state.shared.weight.input >= state.shared.layer_shape().1;
    let layout = |arm: usize| {
        let panel = layer_panels.iter().find(|panel| panel.arm == arm);
        let scale =
            panel.map(|panel| if is_bias { panel.scales.biases } else { panel.scales.weights });
        if has_heads {
            ReadingLayout::Columns { swatch: scale.and_then(|scale| swatch(state, scale)) }
        } else {
            ReadingLayout::Labelled
        }
    };
    for (arm, of) in facts.arms.iter().enumerate() {
        let line = row(area, arm as u16);
        if line.height == 0 {
            break;
        }
        let style = canvas.theme.arm(arm).add_modifier(Modifier::BOLD);
        canvas.put((line.x, line.y), mark(arm), style);
        canvas.text((line.x + 2, line.y), pad, &of.name, style);
        let line = Rect { x: line.x + left, width: line.width.saturating_sub(left), ..line };
        let read = reading_of(&readings_now, arm);
        draw_arm(canvas, line, (read, texts), layout(arm));
    }
}

/// Draws what the weight connects, and how the values of two arms differ.
fn draw_connection(
    canvas: &mut Canvas<'_>,
    (state, note): (ViewState<'_, WeightsView>, &str),
    readings_now: &[Option<WeightReading>],
    line: Rect,
) {
    let (from, to) = from_to(state);
    let (quiet, chosen, strong) = (canvas.theme.quiet, canvas.theme.chosen, canvas.theme.strong);
    let mut writer = canvas.line(line);
    writer.put(&from, chosen).put(" → ", quiet).put(&to, chosen);
    if let Some((text, value)) = difference(state, readings_now) {
        writer.put_whole(&format!("  {text} "), quiet);
        writer.put_whole(&padded(value, 8), strong);
    }
    let left = writer.left();
    if canvas.width(note) + 2 <= left {
        canvas.text_right(line, note, quiet);
    }
}

/// Returns what the gradient is of, and after which step it was computed if the values are of another.
fn gradient_note(state: ViewState<'_, WeightsView>, step: Option<u64>) -> String {
    let of = if state.shared.history.facts.as_deref().is_some_and(|facts| facts.single.is_some()) {
        "its only example"
    } else {
        "the next mini-batch"
    };
    match step {
        Some(step) => {
            let unit = state.shared.history.clock().unit();
            format!("gradient: {of} at {unit} {}", panel_epoch(state.shared, step))
        }
        None => format!("gradient: {of}"),
    }
}

/// Returns the scale that colours the value under the cursor: that of the map, if the map draws
/// values.
fn swatch(state: ViewState<'_, WeightsView>, scale: f64) -> Option<f64> {
    (state.view.of == WeightQuantity::Value && !state.view.difference).then_some(scale)
}

/// Returns the difference under the cursor and its name, if the view draws differences.
fn difference(
    state: ViewState<'_, WeightsView>,
    readings_now: &[Option<WeightReading>],
) -> Option<(&'static str, f64)> {
    let arms = state.shared.arms();
    if !state.view.difference || arms < 2 {
        return None;
    }
    let (one, other) =
        (state.shared.arm.min(arms - 1), (state.shared.arm.min(arms - 1) + 1) % arms);
    let value = |arm: usize| readings_now.get(arm).copied().flatten().map(|read| read.value);
    Some(("difference", value(one)? - value(other)?))
}

/// The heads of the columns of numbers.
const COLUMNS: [&str; 4] = ["value", "gradient", "start", "change"];

/// Returns the numbers in these columns.
fn numbers(read: WeightReading) -> [f64; COLUMNS.len()] {
    [read.value, read.gradient, read.start, read.value - read.start]
}

/// The notation of each column: one for all arms, so that their numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    /// Whether a column is written with exponents.
    has_exponents: [bool; COLUMNS.len()],
}

/// The size under which a number is written with an exponent.
const SMALL: f64 = 1e-3;

impl Columns {
    fn of(readings_now: &[Option<WeightReading>]) -> Self {
        let is_small = |value: f64| value != 0.0 && value.abs() < SMALL;
        let all: Vec<_> = readings_now.iter().flatten().copied().map(numbers).collect();
        let has_exponents =
            std::array::from_fn(|nth| all.iter().any(|numbers| is_small(numbers[nth])));
        Self { has_exponents }
    }

    /// Returns a number of a column in `width` cells.
    fn text(self, nth: usize, value: f64, width: usize) -> String {
        let has_exponents = self.has_exponents.get(nth) == Some(&true);
        if has_exponents && value.is_finite() && value != 0.0 {
            let text = format!("{value:.2e}").replace('-', "−");
            return format!("{text:>width$}");
        }
        padded(value, width)
    }
}

/// Cells of a column, and of the colour swatch before the first.
const COLUMN: u16 = 10;
const SWATCH: u16 = 3;

fn draw_heads(canvas: &mut Canvas<'_>, line: Rect) {
    let quiet = canvas.theme.quiet;
    let line = inset_left(line, SWATCH);
    for (nth, head) in COLUMNS.into_iter().enumerate() {
        let x = line.x + nth as u16 * COLUMN;
        if x + COLUMN <= line.right() {
            canvas.text_right(Rect { x, width: COLUMN - 1, ..line }, head, quiet);
        }
    }
}

fn inset_left(line: Rect, cells: u16) -> Rect {
    let cells = cells.min(line.width);
    Rect { x: line.x + cells, width: line.width - cells, ..line }
}

/// The arrangement of the numbers of an arm.
#[derive(Clone, Copy)]
enum ReadingLayout {
    /// In columns under their heads.
    Columns {
        /// The scale of the colour swatch before the first, if there is one.
        swatch: Option<f64>,
    },
    /// Each after its label.
    Labelled,
}

/// Draws the numbers of one arm, or the reason why there are none.
fn draw_arm(
    canvas: &mut Canvas<'_>,
    line: Rect,
    (read, texts): (Result<WeightReading, &str>, Columns),
    layout: ReadingLayout,
) {
    let (strong, quiet, text) = (canvas.theme.strong, canvas.theme.quiet, canvas.theme.text);
    let read = match read {
        Ok(read) => read,
        Err(why) => {
            canvas.text((line.x, line.y), line.width, why, quiet);
            return;
        }
    };
    let numbers = numbers(read);
    if let ReadingLayout::Columns { swatch } = layout {
        if let Some(scale) = swatch.filter(|_| canvas.theme.has_colours() && !canvas.is_ascii()) {
            let colour = canvas.theme.signs[sign_level(read.value, scale)];
            canvas.text((line.x, line.y), 2.min(line.width), "  ", Style::new().bg(colour));
        }
        let line = inset_left(line, SWATCH);
        for (nth, value) in numbers.into_iter().enumerate() {
            let x = line.x + nth as u16 * COLUMN;
            if x + COLUMN <= line.right() {
                let cell = Rect { x, width: COLUMN - 1, ..line };
                let style = if nth == 0 { strong } else { text };
                canvas.text_right(cell, &texts.text(nth, value, 9), style);
            }
        }
        return;
    }
    let mut writer = canvas.line(line);
    writer.put(&texts.text(0, read.value, 8), strong);
    for (nth, (label, value)) in COLUMNS.into_iter().zip(numbers).enumerate().skip(1) {
        let words = format!("  {label} ");
        if usize::from(writer.left()) < words.len() + 8 {
            break;
        }
        writer.put(&words, quiet).put(&texts.text(nth, value, 8), text);
    }
}

#[cfg(test)]
mod tests {
    use super::Columns;
    use crate::telemetry::WeightReading;

    #[test]
    fn the_numbers_of_a_column_have_one_notation() {
        let reading = |gradient| Some(WeightReading { value: 1.0, gradient, start: 0.5 });
        let mixed = Columns::of(&[reading(-0.0011), None, reading(-0.000_195)]);
        assert_eq!(mixed.text(1, -0.0011, 9), " −1.10e−3");
        assert_eq!(mixed.text(1, -0.000_195, 9), " −1.95e−4");
        assert_eq!(
            (mixed.text(1, 0.0, 9), mixed.text(0, 1.0, 9)),
            ("        0".to_owned(), "   1.0000".to_owned())
        );
        let plain = Columns::of(&[reading(-0.0011), reading(0.0)]);
        assert_eq!(plain.text(1, -0.0011, 9), "  −0.0011");
    }
}
