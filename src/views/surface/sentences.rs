//! The text under the maps.

use ratatui::layout::Rect;

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::{Piece, Sentence};
use crate::canvas::widgets::Tone;
use crate::canvas::{Canvas, row};
use crate::math::exp;
use crate::telemetry::{
    ArmFacts, ArmSurface, Output, PlaneChoice, RunFacts, SingleExample, SlopeInDelta, Surface,
    SurfaceKind, Trajectory,
};
use crate::views::slow::is_slow;
use crate::views::surface::SurfaceLayer;
use crate::views::surface::state::SurfaceView;
use crate::views::surface::trajectory::{DOT, EPOCH, START, epochs_between_marks};
use crate::views::view_state::ViewState;

/// The place of a neuron with one example on its surface, judged by its own error and slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PointKind {
    /// Wrong, and its slope is small: C is high, yet flat.
    Plateau,
    /// The error pushes in proportion to its size.
    SlopeByError,
    /// Neither wrong nor right enough for another name.
    Slope,
    /// Nearly right.
    Valley,
}

/// The error below which a neuron counts as nearly right.
const NEARLY_RIGHT: f64 = 0.1;

/// Returns the point of the surface that is nearest to a position.
fn nearest(surface: &Surface, at: [f64; 2]) -> Option<usize> {
    let window = surface.request.window;
    if !window.holds(at) {
        return None;
    }
    let (wide, high) = window.spans();
    let (width, height) = surface.points;
    let x = ((at[0] - window.across.0) / wide * (width - 1) as f64).round() as usize;
    let y = ((at[1] - window.up.0) / high * (height - 1) as f64).round() as usize;
    (x < width && y < height).then_some(y * width + x)
}

/// Returns the place of an arm with these parameters, if it is a neuron with one example.
fn kind(facts: &RunFacts, of: &ArmFacts, at: [f64; 3]) -> Option<PointKind> {
    let SingleExample { x, y } = facts.single.as_ref()?;
    let z = x.iter().zip(at).map(|(x, w)| x * w).sum::<f64>() + at[2];
    let (a, slope) = match of.output {
        Output::Sigmoid => {
            let a = 1.0 / (1.0 + exp(-z));
            (a, a * (1.0 - a))
        }
        Output::Linear => (z, 1.0),
        Output::Softmax => return None,
    };
    let error = (a - y).abs();
    Some(match of.cost.slope_in_delta(of.output) {
        _ if error < NEARLY_RIGHT => PointKind::Valley,
        // The surface is that of the cost, however the arm steps on it.
        SlopeInDelta::Cancelled | SlopeInDelta::Absent | SlopeInDelta::LeftOut => {
            PointKind::SlopeByError
        }
        _ if is_slow(error, slope) => PointKind::Plateau,
        _ => PointKind::Slope,
    })
}

/// Draws the start of each arm and its step lengths, then a legend of the marks.
pub(super) fn draw_lines(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, area: Rect) {
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
        draw_line(canvas, remark(state, arm), lengths, rest);
    }
    if is_tall {
        let quiet = canvas.theme.quiet;
        let line = row(area, area.height - 2);
        canvas.text((line.x, line.y), line.width, &legend(state), quiet);
    }
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
        for (pieces, width) in lengths.chunks(2).zip(widths) {
            if width <= line.left() {
                for (words, tone) in pieces {
                    line.put(words, if *tone == Tone::Strong { strong } else { quiet });
                }
            }
        }
    }
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

fn draw_line(canvas: &mut Canvas<'_>, remark: ArmRemark, lengths: Sentence, area: Rect) {
    let (quiet, text, strong) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.strong);
    let width: u16 = lengths.iter().map(|(words, _)| canvas.width(words)).sum();
    let fits = |canvas: &Canvas<'_>, words: &str| canvas.width(words) + width + 2 <= area.width;
    let remark = [remark.long, remark.brief].into_iter().find(|words| fits(canvas, words));
    let mut line = canvas.line(area);
    if let Some(remark) = remark.filter(|remark| !remark.is_empty()) {
        line.put(&remark, text).gap(2);
    }
    for (words, tone) in lengths {
        line.put(&words, if tone == Tone::Strong { strong } else { quiet });
    }
}

/// A remark on an arm, in a long and a short form; both are empty if there is nothing to remark.
#[derive(Default)]
struct ArmRemark {
    long: String,
    brief: String,
}

/// Returns the remark on the start and the position of an arm.
fn remark(state: ViewState<'_, SurfaceView>, arm: usize) -> ArmRemark {
    let nothing = ArmRemark::default();
    let Some(surface) = state.surface() else { return nothing };
    let (Some(arm_surface), Some(progress)) =
        (surface.arms.get(arm), state.shared.history.arms.get(arm))
    else {
        return nothing;
    };
    if let SurfaceKind::Plane { .. } = surface.kind {
        return remark_on_plane(arm_surface);
    }
    let trajectory = &progress.trajectory;
    let (Some(first), Some(newest)) = (trajectory.points().first(), trajectory.newest()) else {
        return nothing;
    };
    let [across, up] = state.projected(first.at).map(brief);
    let at = format!("({across}, {up})");
    let facts = state.shared.history.facts.as_deref();
    let kind_at = |at| facts.and_then(|facts| kind(facts, facts.arms.get(arm)?, at));
    let Some(began) = kind_at(first.at) else {
        return ArmRemark { long: format!("the start is {at}."), brief: at };
    };
    let (long, short) = match began {
        PointKind::Plateau => {
            (format!("the start {at} lies on a plateau: wrong, yet flat"), "plateau")
        }
        PointKind::SlopeByError => {
            (format!("the start {at} lies on a slope: the more wrong, the steeper"), "slope")
        }
        PointKind::Slope => (format!("the start {at} lies on a slope"), "slope"),
        PointKind::Valley => (format!("the start {at} lies in the valley"), "valley"),
    };
    let now = kind_at(newest.at).filter(|now| *now != began);
    let (goes_on, arrow) = match now {
        Some(PointKind::Plateau) => ("; now it is on a plateau", " → plateau"),
        Some(PointKind::Slope | PointKind::SlopeByError) => ("; now it is on a slope", " → slope"),
        Some(PointKind::Valley) => ("; now it is in the valley", " → valley"),
        None => ("", ""),
    };
    ArmRemark { long: format!("{long}{goes_on}."), brief: format!("{short}{arrow}") }
}

fn remark_on_plane(arm_surface: &ArmSurface) -> ArmRemark {
    let (Some(first), Some(last)) = (arm_surface.trajectory.first(), arm_surface.trajectory.last())
    else {
        return ArmRemark::default();
    };
    let distance =
        arm_surface.trajectory.iter().map(|projected| projected.distance).fold(0.0, f64::max);
    let brief_form = format!("C {} → {}", brief(first.cost), brief(last.cost));
    let long = format!(
        "C goes from {} to {}; the trajectory is up to {} off this plane.",
        brief(first.cost),
        brief(last.cost),
        brief(distance)
    );
    ArmRemark { long, brief: brief_form }
}

/// Returns the step lengths of an arm, in pieces; numbers are emphasised.
fn lengths(state: ViewState<'_, SurfaceView>, arm: usize) -> Sentence {
    let Some(trajectory) = state.shared.history.arms.get(arm).map(|progress| &progress.trajectory)
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    if let Some(stride) = trajectory.stride() {
        let words = match stride.steps {
            1 => "last step ".to_owned(),
            steps => format!("mean of the last {} steps ", count(steps)),
        };
        out.push((words, Tone::Quiet));
        out.push((format!("{:<7}", brief(stride.of_a_step())), Tone::Strong));
    }
    if let Some(first) = trajectory.first_step_length() {
        out.push((" first ".to_owned(), Tone::Quiet));
        out.push((format!("{:<6}", brief(first)), Tone::Strong));
    }
    out
}

/// Returns the legend of the marks on the maps.
fn legend(state: ViewState<'_, SurfaceView>) -> String {
    let surface_kind = state.surface().map(|surface| surface.kind);
    let mut out = if let Some(SurfaceKind::Plane { through, examples, .. }) = surface_kind {
        let through = match through {
            PlaneChoice::Ends => "plane through the common start and both ends",
            PlaneChoice::Directions => "plane along the two main directions of the trajectory",
        };
        let examples = count(examples as u64);
        format!("{through}, C over {examples} examples, small dots: off the plane")
    } else {
        let every = match epochs_between_marks(state) as u64 {
            1 => "epoch".to_owned(),
            epochs => format!("{} epochs", count(epochs)),
        };
        let [start, dot, epoch] = [START, DOT, EPOCH].map(|(sign, letter)| {
            if state.shared.appearance.glyphs.is_mostly_ascii() { letter } else { sign }
        });
        format!("{start} start, each {dot} a step or more, {epoch} every {every}")
    };
    if let Some(surface) =
        state.surface().filter(|surface| surface.step != state.shared.history.step)
        && state.neuron_inputs().is_none()
    {
        let epoch = surface.step / state.shared.history.steps_per_epoch();
        out.push_str(", as of epoch ");
        out.push_str(&count(epoch));
    }
    if !state.view.past_trajectories.is_empty() {
        out.push_str(", dotted: earlier trajectories");
    }
    out
}

/// Returns the sentences about the numbers, the most important first; as many as fit are shown.
pub(super) fn sentences(state: ViewState<'_, SurfaceView>) -> Vec<Sentence> {
    let mut out = Vec::new();
    if state.shows_atlas() {
        out.extend(crate::views::surface::atlas::sentence(state));
        return out;
    }
    out.extend(at_cursor(state));
    out.extend(comparison(state));
    out.extend(descent(state));
    if out.is_empty() {
        out.extend(starts(state));
    }
    out
}

/// Returns the remark on each arm as a sentence.
fn starts(state: ViewState<'_, SurfaceView>) -> Vec<Sentence> {
    let Some(facts) = state.shared.history.facts.as_deref() else { return Vec::new() };
    let of = |(arm, of): (usize, &ArmFacts)| {
        let remark = remark(state, arm).long;
        let name = (of.name.clone(), Tone::Arm(arm));
        (!remark.is_empty()).then(|| vec![name, (format!(": {remark}"), Tone::Text)])
    };
    facts.arms.iter().enumerate().filter_map(of).collect()
}

/// Returns the position of the cursor, the height and steepness of each arm's surface there, and
/// the course of the arm, one fact per line. The sentence of the atlas already contains all its
/// facts.
pub(super) fn readout(state: ViewState<'_, SurfaceView>) -> Vec<String> {
    let Some(facts) = state.shared.history.facts.as_deref().filter(|_| !state.shows_atlas()) else {
        return Vec::new();
    };
    let cursor = under_cursor(state);
    let mut lines: Vec<String> = cursor.map(|_| at(state)).into_iter().collect();
    for (arm, of) in facts.arms.iter().enumerate() {
        let arm_surface = cursor.and_then(|(surface, index)| Some((surface.arms.get(arm)?, index)));
        let measured = arm_surface.into_iter().flat_map(|(arm_surface, index)| {
            let both = [SurfaceLayer::Cost, SurfaceLayer::Speed].into_iter();
            both.filter_map(move |layer| measured(arm_surface, index, layer))
        });
        // On the screen they are padded.
        let lengths: Vec<String> =
            lengths(state, arm).iter().map(|(words, _)| words.trim().to_owned()).collect();
        let facts = measured.chain([remark(state, arm).long, lengths.join(" ")]);
        let facts = facts.filter(|line| !line.is_empty());
        lines.push(of.name.clone());
        lines.extend(facts.map(|line| format!("  {line}")));
    }
    lines
}

/// Returns a sentence on the cost that larger networks have left, from the costs drawn.
fn descent(state: ViewState<'_, SurfaceView>) -> Option<Sentence> {
    let surface = state.surface().filter(|_| state.neuron_inputs().is_none())?;
    let facts = state.shared.history.facts.as_deref()?;
    let mut out = vec![("Of its cost at the start each has left: ".to_owned(), Tone::Text)];
    for (arm, (of, arm_surface)) in facts.arms.iter().zip(&surface.arms).enumerate() {
        let (first, last) = (arm_surface.trajectory.first()?, arm_surface.trajectory.last()?);
        let share = 100.0 * last.cost / first.cost;
        if !share.is_finite() {
            return None;
        }
        out.push((of.name.clone(), Tone::Arm(arm)));
        let end = if arm + 1 == surface.arms.len() { "." } else { ", " };
        out.push((format!(" {share:.0} %{end}"), Tone::Text));
    }
    Some(out)
}

/// Returns a sentence on the surface under the cursor.
fn at_cursor(state: ViewState<'_, SurfaceView>) -> Option<Sentence> {
    let (surface, index) = under_cursor(state)?;
    let mut out = vec![(format!("{}: ", at(state)), Tone::Text)];
    for (arm, of) in state.shared.history.facts.as_deref()?.arms.iter().enumerate() {
        let measured = measured(surface.arms.get(arm)?, index, state.view.layer)?;
        out.push((of.name.clone(), Tone::Arm(arm)));
        let end = if arm + 1 == surface.arms.len() { "." } else { ", " };
        out.push((format!(" {measured}{end}"), Tone::Text));
    }
    Some(out)
}

/// Returns the surface and its point under the cursor, while the cursor has the focus.
fn under_cursor(state: ViewState<'_, SurfaceView>) -> Option<(&Surface, usize)> {
    let surface = state.surface().filter(|_| state.shared.cursor_focused)?;
    Some((surface, nearest(surface, state.view.cursor)?))
}

/// Returns the position of the cursor in words.
fn at(state: ViewState<'_, SurfaceView>) -> String {
    let [across, up] = state.view.cursor;
    format!("At the cursor ({}, {})", brief(across), brief(up))
}

/// Returns the height of the surface at a point, or its steepness, depending on the layer.
fn measured(arm_surface: &ArmSurface, index: usize, layer: SurfaceLayer) -> Option<String> {
    let (name, values) = match layer {
        SurfaceLayer::Speed => ("‖∇C‖", &arm_surface.speeds),
        SurfaceLayer::Cost | SurfaceLayer::Downhill => ("C", &arm_surface.costs),
    };
    Some(format!("{name} ≈ {}", brief(f64::from(*values.get(index)?))))
}

/// Returns a sentence that compares the steps of two arms.
fn comparison(state: ViewState<'_, SurfaceView>) -> Option<Sentence> {
    let facts = state.shared.history.facts.as_deref()?;
    let (one, other) = (state.shared.arm, (state.shared.arm + 1) % state.shared.arms().max(1));
    if one == other {
        return None;
    }
    let trajectory =
        |arm: usize| state.shared.history.arms.get(arm).map(|progress| &progress.trajectory);
    let ratio = |of: fn(&Trajectory) -> Option<f64>| {
        let (a, b) = (of(trajectory(one)?)?, of(trajectory(other)?)?);
        (a > 0.0 && b > 0.0).then_some((a, b))
    };
    let (first_a, first_b) = ratio(Trajectory::first_step_length)?;
    let (long, small, (a, b)) = if first_a >= first_b {
        (one, other, (first_a, first_b))
    } else {
        (other, one, (first_b, first_a))
    };
    let name = |arm: usize| (facts.arms[arm].name.clone(), Tone::Arm(arm));
    let mut out = vec![
        name(long),
        ("’s steps: ".to_owned(), Tone::Text),
        (format!("{} × ", brief(a / b)), Tone::Text),
        name(small),
        ("’s at the start".to_owned(), Tone::Text),
    ];
    if let Some((now_a, now_b)) =
        ratio(|trajectory| trajectory.stride().map(|stride| stride.of_a_step()))
    {
        let now = if long == one { now_a / now_b } else { now_b / now_a };
        out.push((format!(", {} × now", brief(now)), Tone::Text));
    }
    out.push((".".to_owned(), Tone::Text));
    Some(out)
}
