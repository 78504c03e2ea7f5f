//! The sentences of the view about the numbers, and its text for the clipboard.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::Sentence;
use crate::canvas::widgets::Tone;
use crate::telemetry::{ArmFacts, ArmSurface, Surface, Trajectory};
use crate::views::surface::SurfaceLayer;
use crate::views::surface::panel_title::old_epoch;
use crate::views::surface::remark::{lengths, remarks, sample};
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// Returns the point of the surface that is nearest to a position, if it has a map there.
fn nearest(surface: &Surface, at: [f64; 2]) -> Option<usize> {
    let window = surface.request.window;
    if !surface.has_map() || !window.holds(at) {
        return None;
    }
    let (wide, high) = window.spans();
    let (width, height) = surface.points;
    let x = ((at[0] - window.across.0) / wide * (width - 1) as f64).round() as usize;
    let y = ((at[1] - window.up.0) / high * (height - 1) as f64).round() as usize;
    (x < width && y < height).then_some(y * width + x)
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
        let remark = remarks(state, arm).into_iter().next().unwrap_or_default();
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
        let facts =
            measured.chain(remarks(state, arm).into_iter().take(1)).chain([lengths.join(" ")]);
        let facts = facts.filter(|line| !line.is_empty());
        lines.push(of.name.clone());
        lines.extend(facts.map(|line| format!("  {line}")));
    }
    lines
}

/// Returns a sentence on the cost that larger networks have left, as of the step of the map and over its
/// examples.
fn descent(state: ViewState<'_, SurfaceView>) -> Option<Sentence> {
    let surface = state.surface().filter(|_| state.neuron_inputs().is_none())?;
    let facts = state.shared.history.facts.as_deref()?;
    let over = match sample(facts, surface) {
        words if words.is_empty() => String::new(),
        words => format!(",{words},"),
    };
    let words = match old_epoch(state) {
        None => format!("Of its cost at the start{over} each has left: "),
        Some(epoch) => {
            let epoch = count(epoch);
            format!("At epoch {epoch}{over} each had left of its cost at the start: ")
        }
    };
    let mut out = vec![(words, Tone::Text)];
    for (arm, (of, arm_surface)) in facts.arms.iter().zip(&surface.arms).enumerate() {
        let (first, last) = arm_surface.ends?.costs?;
        let share = 100.0 * last / first;
        if !share.is_finite() {
            return None;
        }
        let share = if share < 9.95 { brief(share) } else { format!("{share:.0}") };
        out.push((of.name.clone(), Tone::Arm(arm)));
        let end = if arm + 1 == surface.arms.len() { "." } else { ", " };
        out.push((format!(" {share} %{end}"), Tone::Text));
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
