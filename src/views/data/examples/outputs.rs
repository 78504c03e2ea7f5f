//! The outputs of an arm on one example, as bars with the verdict.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::number::number;
use crate::canvas::widgets::{Tone, rises};
use crate::canvas::{Canvas, below, glyphs, row, top};
use crate::telemetry::{ExampleOutputs, ExampleRow};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// The most outputs that are drawn as bars.
const BARS: usize = 12;

/// Returns the cells of the outputs beside a picture.
pub(super) fn outputs_width(state: ViewState<'_, DataView>) -> u16 {
    (2 * state.classes().min(BARS) as u16).max(16)
}

/// Draws what every arm makes of an example, one below the other.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    example: &ExampleRow,
    area: Rect,
) {
    let arms = example.arms.len().max(1) as u16;
    let each = area.height / arms;
    for (arm, outputs) in example.arms.iter().enumerate() {
        let place = top(below(area, arm as u16 * each), each);
        if place.height == 0 {
            break;
        }
        draw_verdict(canvas, state, (arm, outputs), example, row(place, 0));
        draw_bars(canvas, (arm, outputs), example, below(place, 1));
    }
    draw_names(canvas, state, example, below(area, each * arms));
}

/// Draws the names of the classes under their bars, if there is a row for them and each is one letter.
fn draw_names(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    example: &ExampleRow,
    area: Rect,
) {
    let names: Vec<String> =
        (0..state.classes()).map(|class| state.shared.class_name(class)).collect();
    let line = row(area, 0);
    if line.height == 0 || names.len() < 3 || names.iter().any(|name| canvas.width(name) != 1) {
        return;
    }
    let (quiet, strong) = (canvas.theme.quiet, canvas.theme.strong);
    for (class, name) in names.iter().take(BARS).enumerate() {
        let x = line.x + 2 * class as u16;
        if x < line.right() {
            let style = if example.class == Some(class) { strong } else { quiet };
            canvas.text((x, line.y), 1, name, style);
        }
    }
}

/// Draws the answer of an arm, marked if it is wrong.
fn draw_verdict(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, DataView>,
    (arm, outputs): (usize, &ExampleOutputs),
    example: &ExampleRow,
    line: Rect,
) {
    let tone = Tone::Arm(arm).style(canvas);
    let mark = canvas.letter(glyphs::mark(arm));
    let (problem, good, quiet) = (canvas.theme.problem, canvas.theme.good, canvas.theme.quiet);
    let mut writer = canvas.line(line);
    writer.put(&format!("{mark} "), tone);
    let Some(answer) = outputs.answer else {
        let a = outputs.a.first().copied().unwrap_or_default();
        writer.put_whole(&format!("a {}", number(a, 7)), tone);
        return;
    };
    let is_right = Some(answer) == example.class;
    let (sign, style) = if is_right { ("✓ ", good) } else { ("✗ ", problem) };
    writer.put(sign, style);
    let name = state.shared.class_name(answer);
    writer.put(&name, style.add_modifier(Modifier::BOLD));
    let a = outputs.a.get(answer).or(outputs.a.first()).copied().unwrap_or_default();
    writer.put_whole(&format!("  {}", number(a, 6)), quiet);
}

/// Draws the outputs as bars from 0 to 1, with that of the class of the example marked below.
fn draw_bars(
    canvas: &mut Canvas<'_>,
    (arm, outputs): (usize, &ExampleOutputs),
    example: &ExampleRow,
    area: Rect,
) {
    if area.height == 0 || outputs.a.len() < 2 {
        return;
    }
    let (style, faint) = (canvas.theme.arm(arm), canvas.theme.faint);
    let strong = canvas.theme.strong;
    for (output, a) in outputs.a.iter().take(BARS).enumerate() {
        let x = area.x + 2 * output as u16;
        if x >= area.right() {
            break;
        }
        let is_target = example.class == Some(output);
        let bar = Rect { x, width: 1, ..area };
        let style = if is_target { strong } else { style };
        for y in bar.top()..bar.bottom() {
            canvas.put((x, y), ('·', '.'), faint);
        }
        rises(canvas, bar, *a, style);
    }
}
