//! The chosen weight of every arm over time, from the start to the moment shown.

use ratatui::layout::Rect;

use crate::canvas::number::{TickSpacing, grown, number, short, ticks};
use crate::canvas::widgets::{Dots, FrameStyle, Panel, Pen, Tone, apart, panel};
use crate::canvas::{Canvas, glyphs, squeezed};
use crate::views::course_epoch::panel_epoch;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;
use crate::views::weights::moment::courses;
use crate::views::weights::state::WeightsView;

/// The fewest rows of the panel: the title, two rows of curves, and the epochs.
pub(super) const LEAST: u16 = 4;

/// The fewest cells of the curves.
const CURVES: u16 = 16;

/// The cells of a value at the end of a curve, and the most of a name there.
const VALUE: usize = 7;
const NAME: usize = 13;

/// The cells between two epochs of the axis.
const EPOCH: u16 = 8;

/// The values of a weight: pairs of a step and a value.
type Course = Vec<(u64, f32)>;

/// The axes: values from `low` to `high`, and steps from 0 to `last`.
#[derive(Clone, Debug, PartialEq)]
struct PathAxes {
    low: f64,
    high: f64,
    last: u64,
    /// The round values that are written, from the lowest.
    ticks: Vec<f64>,
}

impl PathAxes {
    /// Returns the axes of some courses: from one round value to another.
    fn of(courses: &[Course], rows: u16) -> Option<Self> {
        let values = || courses.iter().flatten().map(|(_, value)| f64::from(*value));
        let low = values().fold(f64::INFINITY, f64::min);
        let high = values().fold(f64::NEG_INFINITY, f64::max);
        if !(low.is_finite() && high.is_finite()) {
            return None;
        }
        let last =
            courses.iter().filter_map(|course| course.last()).map(|(step, _)| *step).max()?;
        // A value that has not moved has some room around it.
        let span = if high > low { high - low } else { low.abs().max(1.0) };
        let most = usize::from(rows / 2).clamp(2, 4);
        let step = grown(span / most as f64);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        let high = if high > low { high } else { low + step };
        let count = ((high - low) / step).round() as usize;
        let ticks = ticks(low, high, count.max(1), TickSpacing::Any);
        Some(Self { low, high, last, ticks })
    }

    /// Returns the height of a value, 0 at the bottom and 1 at the top.
    fn height(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// Returns the row of a value in a plot.
    fn row(&self, value: f64, plot: Rect) -> u16 {
        let last = f64::from(plot.height.saturating_sub(1));
        plot.y + ((1.0 - self.height(value)).clamp(0.0, 1.0) * last).round() as u16
    }
}

/// Draws the courses; before the first step the panel says that they begin with it.
pub(in crate::views::weights) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    area: Rect,
) {
    if area.height < LEAST || area.width < CURVES + 12 {
        return;
    }
    let courses = courses(state);
    let axes = PathAxes::of(&courses, area.height - 2);
    let title = [("its value over time", Tone::Strong)];
    let clock = state.shared.history.clock();
    let begun = axes.filter(|axes| axes.last > 0);
    let note = begun.as_ref().map_or_else(String::new, |axes| {
        format!("to {} {}", clock.unit(), panel_epoch(state.shared, axes.last))
    });
    let frame = FrameStyle::Ruled;
    let note = [(note.as_str(), Tone::Quiet)];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let Some(axes) = begun else {
        let words = if courses.is_empty() { "…" } else { "It begins with the first step." };
        let quiet = canvas.theme.quiet;
        canvas.text((inner.x, inner.y), inner.width, words, quiet);
        return;
    };
    let numbers = axes.ticks.iter().map(|tick| canvas.width(&tick_text(*tick, &axes))).max();
    let left = numbers.unwrap_or(0) + 1;
    let texts = end_texts(state.shared, &courses, inner.width.saturating_sub(left + CURVES));
    let right = texts.iter().map(|text| canvas.width(text)).max().unwrap_or(0) + 3;
    let plot = Rect {
        x: inner.x + left,
        y: inner.y,
        width: inner.width.saturating_sub(left + right),
        height: inner.height - 1,
    };
    draw_axes(canvas, state.shared, plot, &axes);
    draw_curves(canvas, plot, &courses, &axes);
    draw_ends(canvas, plot, (&courses, &texts), &axes);
}

/// Returns the text of a tick: with the decimals of the distance between two.
fn tick_text(tick: f64, axes: &PathAxes) -> String {
    let step = axes.ticks.windows(2).map(|two| two[1] - two[0]).next().unwrap_or(1.0);
    // What is left of a sum that should be zero is none of its digits.
    if tick.abs() < step * 1e-6 { "0".to_owned() } else { short((tick / step).round() * step) }
}

/// Returns the name and the value at the end of each curve; without `room`, the value alone.
fn end_texts(shared: &SharedState, courses: &[Course], room: u16) -> Vec<String> {
    let ends = courses.iter().enumerate().map(|(arm, course)| {
        let value = course.last().map(|(_, value)| number(f64::from(*value), VALUE));
        (squeezed(shared.arm_name(arm).unwrap_or_default(), NAME).into_owned(), value)
    });
    let ends: Vec<(String, Option<String>)> = ends.collect();
    let longest = ends.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let has_names = usize::from(room) > longest + VALUE + 4;
    let text = |(name, value): (String, Option<String>)| match value {
        Some(value) if has_names => format!("{name:<longest$} {value:>VALUE$}"),
        Some(value) => format!("{value:>VALUE$}"),
        None => String::new(),
    };
    ends.into_iter().map(text).collect()
}

fn draw_axes(canvas: &mut Canvas<'_>, shared: &SharedState, plot: Rect, axes: &PathAxes) {
    let (quiet, faint) = (canvas.theme.quiet, canvas.theme.faint);
    let mut taken: Vec<u16> = Vec::new();
    // The ends first: in few rows others would stand over them.
    let ends = axes.ticks.iter().rev().take(1).chain(&axes.ticks);
    for tick in ends {
        let y = axes.row(*tick, plot);
        if taken.contains(&y) {
            continue;
        }
        taken.push(y);
        let text = tick_text(*tick, axes);
        let left = plot.x.saturating_sub(12);
        let width = plot.x.saturating_sub(left + 1);
        let numbers = Rect { x: left, y, width, height: 1 };
        canvas.text_right(numbers, &text, quiet);
        // Zero is a whole line, other ticks are dots.
        let (every, glyph) = if text == "0" { (1, ('╌', '-')) } else { (3, glyphs::GRID) };
        for x in (plot.left()..plot.right()).step_by(every) {
            canvas.put((x, y), glyph, faint);
        }
    }
    let clock = shared.history.clock();
    let last = clock.epochs_done(axes.last as f64);
    let spacing = if last >= 2.0 { TickSpacing::Whole } else { TickSpacing::Any };
    let most = usize::from(plot.width / EPOCH).max(1);
    for epoch in ticks(0.0, last, most, spacing) {
        let text = short(epoch);
        let width = canvas.width(&text);
        let share = if last > 0.0 { epoch / last } else { 0.0 };
        let at = plot.x + (share * f64::from(plot.width.saturating_sub(1))).round() as u16;
        let x = at.saturating_sub(width / 2).max(plot.x).min(plot.right().saturating_sub(width));
        canvas.text((x, plot.bottom()), width, &text, quiet);
    }
    let unit = clock.unit();
    let width = canvas.width(unit);
    canvas.text((plot.right() + 1, plot.bottom()), width, unit, quiet);
}

fn draw_curves(canvas: &mut Canvas<'_>, plot: Rect, courses: &[Course], axes: &PathAxes) {
    let mut dots = Dots::on(canvas, plot.width, plot.height);
    let (columns, rows) = (dots.columns(), dots.rows());
    for (arm, course) in courses.iter().enumerate() {
        let pen = dots.pen(Pen::of_arm(arm, canvas.theme.arm(arm)));
        let at = |(step, value): &(u64, f32)| {
            let x = *step as f64 / axes.last as f64 * (columns.max(1) - 1) as f64;
            let y = Dots::row_of(axes.height(f64::from(*value)), rows);
            (x, y as f64)
        };
        for pair in course.windows(2) {
            draw_piece(&mut dots, at(&pair[0]), at(&pair[1]), pen);
        }
    }
    dots.draw(canvas, plot);
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

/// Draws the mark, the name and the value at the end of each curve, in different rows.
fn draw_ends(
    canvas: &mut Canvas<'_>,
    plot: Rect,
    (courses, texts): (&[Course], &[String]),
    axes: &PathAxes,
) {
    let ends = courses.iter().enumerate();
    let mut ends: Vec<(usize, f64)> =
        ends.filter_map(|(arm, course)| Some((arm, f64::from(course.last()?.1)))).collect();
    ends.sort_by(|one, other| other.1.total_cmp(&one.1));
    let rows: Vec<u16> = ends.iter().map(|(_, value)| axes.row(*value, plot)).collect();
    for (y, (arm, _)) in apart(&rows, plot).into_iter().zip(ends) {
        let style = canvas.theme.arm(arm);
        canvas.put((plot.right() + 1, y), glyphs::mark(arm), style);
        let text = texts.get(arm).map_or("", String::as_str);
        let width = canvas.width(text);
        canvas.text((plot.right() + 3, y), width, text, style);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{PathAxes, tick_text};

    #[test]
    fn the_axis_goes_from_one_round_value_to_another_around_all_that_is_drawn() {
        let courses = [vec![(0, 0.3728), (40, -1.0179)], vec![(0, 0.3728), (40, -1.38)]];
        let axes = PathAxes::of(&courses, 9).expect("values");
        assert_eq!((axes.low, axes.high, axes.last), (-1.5, 0.5, 40));
        let texts: Vec<String> = axes.ticks.iter().map(|tick| tick_text(*tick, &axes)).collect();
        assert_eq!(texts, ["−1.5", "−1", "−0.5", "0", "0.5"]);
        let plot = Rect::new(0, 3, 20, 5);
        assert_eq!([0.5, 0.0, -1.5].map(|value| axes.row(value, plot)), [3, 4, 7]);
    }

    #[test]
    fn a_value_that_has_not_moved_lies_within_the_axis() {
        for value in [0.0, 2.0, -0.003, 1e-20] {
            let axes = PathAxes::of(&[vec![(0, value), (5, value)]], 8).expect("a value");
            assert!(axes.low < axes.high && axes.ticks.len() >= 2, "{value}: {axes:?}");
            assert!((0.0..=1.0).contains(&axes.height(f64::from(value))), "{value}: {axes:?}");
        }
        assert_eq!(PathAxes::of(&[], 8), None);
    }
}
