//! The chosen weight of every arm over time.

use ratatui::layout::Rect;

use crate::canvas::number::number;
use crate::canvas::widgets::{Dots, FrameStyle, Panel, Pen, Tone, panel};
use crate::canvas::{Canvas, glyphs};
use crate::views::course_epoch::panel_epoch;
use crate::views::view_state::ViewState;
use crate::views::weights::net::past::paths;
use crate::views::weights::state::WeightsView;

/// The cells of the numbers beside the curves.
const NUMBERS: u16 = 7;

/// Draws the values, once they are known.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, WeightsView>, area: Rect) {
    let paths = paths(state);
    if area.height < 4 || area.width < NUMBERS + 10 {
        return;
    }
    let title = [("its value over time", Tone::Strong)];
    let last = paths.iter().filter_map(|path| path.last()).map(|(step, _)| *step).max();
    let Some(last) = last.filter(|last| *last > 0) else { return };
    let clock = state.shared.history.clock();
    let note = format!("to {} {}", clock.unit(), panel_epoch(state.shared, last));
    let frame = FrameStyle::Ruled;
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let values = || paths.iter().flatten().map(|(_, value)| f64::from(*value));
    let (least, most) = values()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| {
            (least.min(value), most.max(value))
        });
    let (least, most) = if most > least { (least, most) } else { (least - 0.5, most + 0.5) };
    let plot = Rect { x: inner.x + NUMBERS, width: inner.width - NUMBERS - 2, ..inner };
    let quiet = canvas.theme.quiet;
    let numbers = Rect { width: NUMBERS - 1, height: 1, ..inner };
    canvas.text_right(numbers, &number(most, 6), quiet);
    canvas.text_right(Rect { y: inner.bottom() - 1, ..numbers }, &number(least, 6), quiet);
    let mut dots = Dots::on(canvas, plot.width, plot.height);
    let (columns, rows) = (dots.columns(), dots.rows());
    for (arm, path) in paths.iter().enumerate() {
        let pen = dots.pen(Pen::of_arm(arm, canvas.theme.arm(arm)));
        let at = |(step, value): &(u64, f32)| {
            let x = *step as f64 / last as f64 * (columns.max(1) - 1) as f64;
            let y = (most - f64::from(*value)) / (most - least) * (rows.max(1) - 1) as f64;
            (x, y)
        };
        for pair in path.windows(2) {
            draw_piece(&mut dots, at(&pair[0]), at(&pair[1]), pen);
        }
    }
    dots.draw(canvas, plot);
    for (arm, path) in paths.iter().enumerate() {
        let Some((_, value)) = path.last() else { continue };
        let share = (most - f64::from(*value)) / (most - least);
        let y = plot.y + (share * f64::from(plot.height - 1)).round() as u16;
        let style = canvas.theme.arm(arm);
        canvas.put((plot.right(), y), glyphs::mark(arm), style);
    }
}

/// Draws a straight piece of a curve.
fn draw_piece(dots: &mut Dots, from: (f64, f64), to: (f64, f64), pen: u8) {
    let length = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0);
    for i in 0..=length as u32 {
        let share = f64::from(i) / length;
        let at = |from: f64, to: f64| (from + (to - from) * share).round() as usize;
        dots.set(at(from.0, to.0), at(from.1, to.1), pen);
    }
}
