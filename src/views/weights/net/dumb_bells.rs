//! The weights and biases from the start to now, one below the other: the length of a dumb-bell is how far a weight
//! has come.
//!
//! Each arm has a line of its own if there are rows for that. Else the arms share a line, and what stands in the same
//! place is named at its right.

use ratatui::layout::Rect;

use crate::canvas::number::{grown, short};
use crate::canvas::widgets::{FrameStyle, Panel, Tone, panel};
use crate::canvas::{Canvas, below, glyphs, row};
use crate::telemetry::{LayerSnapshot, RunFacts};
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::moment::{layers, start, value};
use crate::views::weights::net::names::{NetNames, weight_names};
use crate::views::weights::state::WeightsView;
use crate::views::weights::weight_list::{listed, parameters};

/// The fewest cells of the scale, and of the panel.
const SCALE: u16 = 20;
const LEAST: u16 = 30;

/// The rows besides the lines: the title and the axis.
pub(super) const HEAD: u16 = 2;

/// The mark of the start, and the line from there.
const START: (char, char) = ('○', 'O');
/// The mark of several in one place, which are named at the right.
const SEVERAL: (char, char) = ('◎', '&');
const LINE: (char, char) = ('─', '-');

/// The scale of the dumb-bells: from −`reach` to `reach` over a row.
#[derive(Clone, Copy)]
struct BellScale {
    reach: f64,
    x: u16,
    width: u16,
}

impl BellScale {
    fn column(self, value: f64) -> u16 {
        let share = f64::midpoint(value / self.reach, 1.0);
        let last = f64::from(self.width.saturating_sub(1));
        self.x + (share.clamp(0.0, 1.0) * last).round() as u16
    }
}

/// A line of the list: a weight, and the arms that are drawn in it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BellLine {
    weight: SelectedWeight,
    arms: Vec<usize>,
}

/// The visible lines.
struct BellLines {
    lines: Vec<BellLine>,
    /// The number of weights before them, of those among them, and of all.
    first: usize,
    shown: usize,
    all: usize,
}

/// Returns the lines that fit into `room` rows: all of them, or those around the chosen weight.
fn lines(list: &[SelectedWeight], chosen: SelectedWeight, arms: usize, room: usize) -> BellLines {
    let has_room = list.len() * arms <= room;
    let each = if has_room { 1 } else { arms.max(1) };
    let fits = if has_room { list.len() } else { room.min(list.len()) };
    let at = list.iter().position(|weight| *weight == chosen).unwrap_or(0);
    let first = (at + 1).saturating_sub(fits).min(list.len().saturating_sub(fits));
    let groups: Vec<Vec<usize>> =
        (0..arms).collect::<Vec<usize>>().chunks(each).map(<[usize]>::to_vec).collect();
    let of_weight = |weight: &SelectedWeight| {
        let weight = *weight;
        groups.clone().into_iter().map(move |arms| BellLine { weight, arms })
    };
    let lines = list.iter().skip(first).take(fits).flat_map(of_weight).collect();
    BellLines { lines, first, shown: fits, all: list.len() }
}

/// Returns the rows that all weights take if each arm has a line of its own.
pub(super) fn wanted_rows(state: ViewState<'_, WeightsView>) -> u16 {
    let list = listed(state.shared.layer_sizes(), state.shared.weight.layer).len();
    let rows = list.saturating_mul(state.shared.arms()).min(999) as u16;
    rows + HEAD
}

/// Returns the weights of the list that are in sight in a panel of `height` rows, and the number of all.
pub(super) fn visible(state: ViewState<'_, WeightsView>, height: u16) -> (usize, usize) {
    let lines = visible_lines(state, height);
    (lines.shown, lines.all)
}

fn visible_lines(state: ViewState<'_, WeightsView>, height: u16) -> BellLines {
    let list = listed(state.shared.layer_sizes(), state.shared.weight.layer);
    let room = usize::from(height.saturating_sub(HEAD));
    lines(&list, state.shared.weight, state.shared.arms(), room)
}

/// Returns the weight whose line is at a cell of the panel.
pub(super) fn under(
    state: ViewState<'_, WeightsView>,
    area: Rect,
    at: (u16, u16),
) -> Option<SelectedWeight> {
    let nth = area.contains(at.into()).then(|| at.1 - area.y)?.checked_sub(HEAD)?;
    visible_lines(state, area.height).lines.get(usize::from(nth)).map(|line| line.weight)
}

/// Draws the dumb-bells.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    facts: &RunFacts,
    area: Rect,
) {
    if area.height <= HEAD || area.width < LEAST {
        return;
    }
    let starts: Vec<_> = (0..facts.arms.len()).map(|arm| start(state, arm)).collect();
    let now: Vec<_> = (0..facts.arms.len()).map(|arm| layers(state, arm)).collect();
    if now.iter().all(|layers| layers.is_empty()) {
        return;
    }
    let shown = visible_lines(state, area.height);
    let has_start = starts.iter().any(|start| !start.is_empty());
    let inner = draw_frame(canvas, state, area, (&shown, has_start));
    let weights: Vec<SelectedWeight> = shown.lines.iter().map(|line| line.weight).collect();
    let most = (inner.width / 3).min(inner.width.saturating_sub(SCALE));
    let names = weight_names(&NetNames::of(state, facts), &weights, usize::from(most));
    let longest = names.iter().map(|name| canvas.width(name)).max().unwrap_or(0);
    let arms = shown.lines.iter().map(|line| line.arms.len()).max().unwrap_or(1);
    let beside = beside_cells(arms);
    let numbers = starts.iter().chain(&now).flat_map(|layers| layers.iter());
    let numbers = numbers.flat_map(|layer| layer.values.iter().chain(&layer.biases));
    let reach = grown(f64::from(numbers.fold(1e-6_f32, |most, w| most.max(w.abs()))));
    let scale = BellScale {
        reach,
        x: inner.x + longest + 1,
        width: inner.width.saturating_sub(longest + 1 + beside),
    };
    draw_axis(canvas, scale, row(inner, 0));
    let mut before = None;
    for (nth, (line, name)) in shown.lines.iter().zip(&names).enumerate() {
        let y = row(below(inner, 1), nth as u16).y;
        let is_chosen = line.weight == state.shared.weight;
        let style = if is_chosen { canvas.theme.chosen } else { canvas.theme.quiet };
        if before != Some(line.weight) {
            canvas.text((inner.x, y), longest, name, style);
        }
        before = Some(line.weight);
        let ends: Vec<BellEnds> = line
            .arms
            .iter()
            .map(|arm| ends(*arm, &starts[*arm], &now[*arm], line.weight))
            .collect();
        draw_line(canvas, &ends, scale, y);
    }
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, WeightsView>,
    area: Rect,
    (shown, has_start): (&BellLines, bool),
) -> Rect {
    let (start, several) = (canvas.letter(START), canvas.letter(SEVERAL));
    let title = if has_start { format!("start {start} to now") } else { "now".to_owned() };
    let sizes = state.shared.layer_sizes();
    let is_whole = listed(sizes, state.shared.weight.layer).len() == parameters(sizes);
    let layer =
        if is_whole { String::new() } else { format!("layer {}: ", state.shared.weight.layer + 1) };
    let note = if shown.shown == shown.all {
        format!("{layer}all {}", shown.all)
    } else {
        format!("{layer}{}–{} of {}", shown.first + 1, shown.first + shown.shown, shown.all)
    };
    let several = format!("  {several} see right");
    let has_several = has_start || shown.lines.iter().any(|line| line.arms.len() > 1);
    let several = if has_several { several.as_str() } else { "" };
    let title = [(title.as_str(), Tone::Strong), (several, Tone::Quiet)];
    let note = [(note.as_str(), Tone::Quiet)];
    let frame = FrameStyle::Ruled;
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None })
}

/// The ends of the dumb-bell of an arm.
#[derive(Clone, Copy)]
struct BellEnds {
    arm: usize,
    start: Option<f64>,
    now: Option<f64>,
}

fn ends(
    arm: usize,
    start: &[LayerSnapshot],
    now: &[LayerSnapshot],
    weight: SelectedWeight,
) -> BellEnds {
    BellEnds { arm, start: value(start, weight), now: value(now, weight) }
}

/// The cells beside a line for those that stand in one place: two or more of the arms and their start.
fn beside_cells(arms: usize) -> u16 {
    let marks = arms.min(8) as u16 + 1;
    // Groups of two with gaps between them, and one gap before all.
    marks + marks / 2
}

fn draw_axis(canvas: &mut Canvas<'_>, scale: BellScale, line: Rect) {
    let quiet = canvas.theme.quiet;
    let end = short(scale.reach);
    canvas.text((scale.x, line.y), scale.width, &format!("−{end}"), quiet);
    canvas.put((scale.column(0.0), line.y), ('0', '0'), quiet);
    canvas.text_right(Rect { x: scale.x, width: scale.width, ..line }, &end, quiet);
}

/// A mark on a line: of the start, or of an arm now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BellMark {
    Start,
    Arm(usize),
}

/// Returns the marks of a line by their columns, from the left; equal starts count once.
fn marks(ends: &[BellEnds], scale: BellScale) -> Vec<(u16, Vec<BellMark>)> {
    let mut columns: Vec<(u16, Vec<BellMark>)> = Vec::new();
    let starts = ends.iter().map(|of| (of.start, BellMark::Start));
    let now = ends.iter().map(|of| (of.now, BellMark::Arm(of.arm)));
    for (value, mark) in starts.chain(now) {
        let Some(column) = value.map(|value| scale.column(value)) else { continue };
        match columns.iter_mut().find(|(at, _)| *at == column) {
            Some((_, marks)) if marks.contains(&mark) => {}
            Some((_, marks)) => marks.push(mark),
            None => columns.push((column, vec![mark])),
        }
    }
    columns.sort_by_key(|(column, _)| *column);
    columns
}

fn draw_line(canvas: &mut Canvas<'_>, ends: &[BellEnds], scale: BellScale, y: u16) {
    let zero = scale.column(0.0);
    canvas.put((zero, y), glyphs::NOW, canvas.theme.faint);
    for of in ends {
        let Some((start, now)) = of.start.zip(of.now) else { continue };
        let (start, now) = (scale.column(start), scale.column(now));
        for x in start.min(now)..=start.max(now) {
            if canvas.is_blank((x, y)) || x == zero {
                let shade = canvas.theme.shade(of.arm);
                canvas.put((x, y), LINE, shade);
            }
        }
    }
    let mut beside = scale.x + scale.width + 1;
    for (column, marks) in marks(ends, scale) {
        if let [mark] = marks[..] {
            put_mark(canvas, (column, y), mark);
            continue;
        }
        let strong = canvas.theme.strong;
        canvas.put((column, y), SEVERAL, strong);
        for mark in marks {
            put_mark(canvas, (beside, y), mark);
            beside += 1;
        }
        beside += 1;
    }
}

fn put_mark(canvas: &mut Canvas<'_>, at: (u16, u16), mark: BellMark) {
    let (glyph, style) = match mark {
        BellMark::Start => (START, canvas.theme.quiet),
        BellMark::Arm(arm) => (glyphs::mark(arm), canvas.theme.arm(arm)),
    };
    canvas.put(at, glyph, style);
}

#[cfg(test)]
mod tests {
    use super::{BellEnds, BellMark, BellScale, lines, marks};
    use crate::views::weights::weight_list::listed;

    const SCALE: BellScale = BellScale { reach: 5.0, x: 10, width: 41 };

    #[test]
    fn both_ends_and_the_middle_of_the_scale_have_columns() {
        assert_eq!([-5.0, 0.0, 5.0, 9.0].map(|value| SCALE.column(value)), [10, 30, 50, 50]);
    }

    #[test]
    fn each_arm_has_a_line_of_its_own_where_there_are_rows_and_else_the_choice_stays_in_sight() {
        let list = listed(&[2, 4, 1], 0);
        let apart = lines(&list, list[0], 2, 34);
        assert_eq!((apart.lines.len(), apart.shown, apart.all), (34, 17, 17));
        assert_eq!(apart.lines[1].arms, [1]);
        let shared = lines(&list, list[16], 2, 11);
        assert_eq!((shared.lines.len(), shared.first, shared.shown), (11, 6, 11));
        assert!(shared.lines.iter().all(|line| line.arms == [0, 1]));
        assert_eq!(shared.lines[10].weight, list[16]);
        assert_eq!(lines(&list, list[0], 2, 0).lines, []);
    }

    #[test]
    fn what_stands_in_one_place_is_all_named() {
        let end = |arm, start, now| BellEnds { arm, start: Some(start), now: Some(now) };
        let marks = marks(&[end(0, 1.0, 2.0), end(1, 1.0, 2.01), end(2, 1.0, 1.0)], SCALE);
        let start = vec![BellMark::Start, BellMark::Arm(2)];
        let now = vec![BellMark::Arm(0), BellMark::Arm(1)];
        assert_eq!(marks, [(34, start), (38, now)]);
    }
}
