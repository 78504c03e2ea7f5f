//! The atlas: the epochs that each start takes, per arm, and a comparison of two arms.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::canvas::number::{brief, count, grown};
use crate::canvas::ramps::SIGN_LEVELS;
use crate::canvas::sentence::Sentence;
use crate::canvas::widgets::{Bar, Panel, Tone, bar, panel};
use crate::canvas::{Canvas, inset, row};
use crate::math::ln;
use crate::telemetry::{Answer, ArmProgress, Atlas, HalfForecast, RunFacts};
use crate::views::surface::arm_panel::draw_cursor;
use crate::views::surface::axis_labels::draw_axes;
use crate::views::surface::computed_grid::{ComputedGrid, MapPlaces};
use crate::views::surface::layout::{SurfaceLayout, map_area, parts};
use crate::views::surface::map::{HalfBlockMap, MapPoint};
use crate::views::surface::panel_title::marked_name;
use crate::views::surface::scale::{ScaleTexts, SizeScale, scale_bar};
use crate::views::surface::state::SurfaceView;
use crate::views::surface::trajectory::{MapTrajectory, draw_past_trajectories};
use crate::views::view_state::ViewState;

/// Cells across of the progress bar.
const PROGRESS: u16 = 30;

/// Returns the answer if it is the atlas of this run.
fn current_atlas(state: ViewState<'_, SurfaceView>) -> Option<&Atlas> {
    match &state.shared.answer {
        Some(Answer::Atlas(atlas)) if atlas.arms.len() == state.shared.arms() => Some(atlas),
        _ => None,
    }
}

/// Returns the two arms that are compared: the chosen one and the one after it.
fn compared(state: ViewState<'_, SurfaceView>) -> (usize, usize) {
    let other = (state.shared.arm + 1) % state.shared.arms().max(1);
    // In the order of the scenario, so that choosing another arm does not invert the ratio.
    (state.shared.arm.min(other), state.shared.arm.max(other))
}

/// Draws the maps and the text about them.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    state: ViewState<'_, SurfaceView>,
    layout: &SurfaceLayout,
) {
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    for (index, area) in layout.panels.iter().enumerate() {
        let is_ratio = index >= facts.arms.len();
        let (one, other) = compared(state);
        let both = format!("{} : {}", facts.arms[one].name, facts.arms[other].name);
        // The frame and a space at either end of the title take six cells.
        let fits = canvas.width(&both) + 6 <= area.width;
        let compared = if fits { both } else { "how many times".to_owned() };
        let name = facts.arms.get(index).map_or(compared, |arm| marked_name(index, &arm.name));
        let tone = if is_ratio { Tone::Strong } else { Tone::Arm(index) };
        let title = if is_ratio { "" } else { "  epochs needed" };
        let inner = panel(
            canvas,
            *area,
            &Panel {
                frame: layout.frame,
                title: &[(&name, tone), (title, Tone::Strong)],
                note: &[],
                chosen: (state.shared.arm == index && !is_ratio && state.shared.arms() > 1)
                    .then_some(index),
            },
        );
        let parts = parts(state, inner);
        let area = map_area(state, &parts);
        if area.width < 4 || area.height < 2 {
            continue;
        }
        draw_axes(canvas, state, &parts);
        let Some(atlas) = current_atlas(state) else { continue };
        let atlas_map = AtlasMap { state, atlas, area, scale: parts.scale };
        let map = if is_ratio {
            atlas_map.draw_ratio(canvas)
        } else {
            atlas_map.draw_epochs(canvas, index)
        };
        if !is_ratio {
            draw_past_trajectories(canvas, state, index, &map);
            if let Some(trajectory) = MapTrajectory::of_neuron(state, index) {
                trajectory.draw(canvas, &map);
            }
        }
        draw_cursor(canvas, state, &map);
    }
    draw_words(canvas, state, inset(layout.lines, 2));
}

/// A map of the atlas in a panel.
struct AtlasMap<'a> {
    state: ViewState<'a, SurfaceView>,
    atlas: &'a Atlas,
    area: Rect,
    /// The row of the colour scale.
    scale: Rect,
}

impl AtlasMap<'_> {
    /// Returns the row of the colour scale under the map.
    fn scale_row(&self) -> Rect {
        Rect { x: self.area.x, width: self.area.width, ..self.scale }
    }

    /// Draws the epochs that an arm takes.
    fn draw_epochs(&self, canvas: &mut Canvas<'_>, arm: usize) -> HalfBlockMap {
        let atlas = self.atlas;
        let scale = SizeScale::new(1.0, f64::from(atlas.request.cap), true);
        let map = self.draw_points(canvas, |index| match atlas.arms[arm].get(index) {
            Some(epochs) if *epochs >= 0.0 => MapPoint::Level(scale.level(epochs.max(1.0))),
            Some(epochs) if *epochs == Atlas::NEVER => MapPoint::Never,
            _ => MapPoint::Unknown,
        });
        scale_bar(canvas, self.scale_row(), &scale, &ScaleTexts { name: "epochs", note: "" });
        map
    }

    /// Draws a map whose points are given by their index in the atlas.
    fn draw_points(
        &self,
        canvas: &mut Canvas<'_>,
        point: impl Fn(usize) -> MapPoint,
    ) -> HalfBlockMap {
        let Self { state, atlas, area, .. } = *self;
        let window = state.window();
        let MapPlaces { columns, rows } = ComputedGrid::of_atlas(atlas).nearest(area, window);
        let width = atlas.request.points.0;
        let map = HalfBlockMap::new(area, window, |x, y| {
            columns[x].zip(rows[y]).map_or(MapPoint::Unknown, |(x, y)| point(y * width + x))
        });
        map.draw(canvas);
        map
    }

    /// Draws the ratio of the epochs of the two arms that are compared.
    fn draw_ratio(&self, canvas: &mut Canvas<'_>) -> HalfBlockMap {
        let atlas = self.atlas;
        let (one, other) = compared(self.state);
        let points = atlas.request.points.0 * atlas.request.points.1;
        let most = (0..points)
            .filter_map(|index| ratio(atlas, one, other, index))
            .map(|ratio| ratio.max(1.0 / ratio))
            .fold(1.0, f64::max);
        let most = grown(most.max(2.0));
        let level = |ratio: f64| {
            let half = (SIGN_LEVELS / 2) as f64;
            (half + (ln(ratio) / ln(most) * half).round()).clamp(0.0, 2.0 * half) as u8
        };
        let is_known = |arm: usize, index: usize| {
            atlas.arms.get(arm).and_then(|arm| arm.get(index)).is_some_and(|e| *e != Atlas::OPEN)
        };
        let map = self.draw_points(canvas, |index| match ratio(atlas, one, other, index) {
            Some(ratio) => MapPoint::Sign(level(ratio)),
            None if is_known(one, index) && is_known(other, index) => MapPoint::Never,
            None => MapPoint::Unknown,
        });
        draw_ratio_scale(canvas, self.scale_row(), most);
        map
    }
}

/// Returns the ratio of the epochs that two arms take from a start.
fn ratio(atlas: &Atlas, one: usize, other: usize, index: usize) -> Option<f64> {
    let of = |arm: usize| atlas.arms.get(arm)?.get(index).copied().filter(|e| *e >= 0.0);
    let (one, other) = (f64::from(of(one)?), f64::from(of(other)?));
    if one == other {
        return Some(1.0);
    }
    (one > 0.0 && other > 0.0).then(|| one / other)
}

fn draw_ratio_scale(canvas: &mut Canvas<'_>, row: Rect, most: f64) {
    let quiet = canvas.theme.quiet;
    let most = count(most as u64);
    let (from, to) = (format!("1/{most} "), format!(" ×{most}"));
    let width = canvas.width(&from) + canvas.width(&to) + SIGN_LEVELS as u16;
    if row.height == 0 || width > row.width {
        return;
    }
    let x = canvas.text((row.x + (row.width - width) / 2, row.y), row.width, &from, quiet);
    for level in 0..SIGN_LEVELS {
        let glyph = match level {
            _ if canvas.theme.has_colours() => (' ', ' '),
            0..=6 => ('-', '-'),
            7 => ('1', '1'),
            _ => ('+', '+'),
        };
        let style = if canvas.theme.has_colours() {
            Style::new().bg(canvas.theme.signs[level])
        } else {
            quiet
        };
        canvas.put((x + level as u16, row.y), glyph, style);
    }
    canvas.text((x + SIGN_LEVELS as u16, row.y), row.width, &to, quiet);
}

/// Draws progress, request and method of the atlas.
fn draw_words(canvas: &mut Canvas<'_>, state: ViewState<'_, SurfaceView>, area: Rect) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let first = row(area, area.height.saturating_sub(4).min(1));
    let Some(atlas) = current_atlas(state) else {
        canvas.line(first).put("simulating every start …", quiet);
        return;
    };
    let (done, of) = atlas.done;
    let mut line = canvas.line(first);
    if done < of {
        let share = done as f64 / of.max(1) as f64;
        line.put(&format!("{:>3.0} % of {} starts ", share * 100.0, count(of as u64)), text);
        let at = line.column();
        let place = Rect { x: at, width: PROGRESS.min(first.right().saturating_sub(at)), ..first };
        let (style, trough) = (canvas.theme.progress, canvas.theme.trough);
        bar(canvas, place, &Bar { share, style, trough });
    } else {
        let foreseen = 100.0 * atlas.foreseen as f64 / of.max(1) as f64;
        let how = match atlas.foreseen {
            0 => "all of them simulated".to_owned(),
            n if n == of => "all by the closed form".to_owned(),
            _ => format!("{foreseen:.0} % by the closed form, the others simulated"),
        };
        line.put(&format!("{} starts, {how}", count((of / atlas.arms.len().max(1)) as u64)), text);
    }
    let second = row(area, first.y - area.y + 1);
    let tolerance = if atlas.request.tolerance == 0.5 {
        "½".to_owned()
    } else {
        brief(atlas.request.tolerance)
    };
    let cap = count(u64::from(atlas.request.cap));
    let mut words = format!("epochs until every |a − y| ≤ ε = {tolerance}, at most {cap}");
    words.push_str(", ╱╱ not within these");
    canvas.line(second).put(&words, quiet);
    let third = row(area, first.y - area.y + 2);
    canvas.line(third).put(&etas(state, atlas), quiet);
}

fn etas(state: ViewState<'_, SurfaceView>, atlas: &Atlas) -> String {
    let Some(facts) = state.shared.history.facts.as_deref() else { return String::new() };
    let of = |(arm, eta): (&crate::telemetry::ArmFacts, &f64)| {
        format!("η of {} {}", arm.name, brief(*eta))
    };
    let etas: Vec<String> = facts.arms.iter().zip(&atlas.request.etas).map(of).collect();
    let bias = match state.neuron_inputs() {
        Some(2) => format!(", every start has b = {}", brief(atlas.request.bias)),
        _ => String::new(),
    };
    format!("{}{bias}", etas.join(", "))
}

/// Returns a sentence on the epochs from the run's own start, or from the start of the map that is nearest
/// to the cursor.
pub(super) fn sentence(state: ViewState<'_, SurfaceView>) -> Option<Sentence> {
    let facts = state.shared.history.facts.as_deref()?;
    let start = state.projected(state.shared.history.arms.first()?.trajectory.points().first()?.at);
    if !state.shared.cursor_focused
        && let Some(epochs) = epochs_from_own_start(state)
    {
        let [across, up] = start.map(brief);
        let epochs: Vec<ShownEpochs> = epochs.into_iter().map(ShownEpochs::Known).collect();
        return Some(listed(facts, &format!("From the start ({across}, {up})"), &epochs));
    }
    let atlas = current_atlas(state)?;
    if atlas.request.window != state.window() || atlas.request.points != state.view.points {
        return None;
    }
    let place = if state.shared.cursor_focused { state.view.cursor } else { start };
    let (index, at) = state.nearest_point(place)?;
    let shown = |arm: usize| {
        let epochs = *atlas.arms.get(arm)?.get(index)?;
        Some(match epochs {
            e if e >= 0.0 => ShownEpochs::Known(f64::from(e).round() as u64),
            e if e == Atlas::NEVER => ShownEpochs::MoreThan(u64::from(atlas.request.cap)),
            _ => ShownEpochs::UnderWay,
        })
    };
    let epochs: Vec<ShownEpochs> = (0..facts.arms.len()).map(shown).collect::<Option<_>>()?;
    let [across, up] = at.map(brief);
    Some(listed(facts, &format!("From ({across}, {up})"), &epochs))
}

/// The epochs that an arm needs, as a sentence names them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShownEpochs {
    Known(u64),
    MoreThan(u64),
    UnderWay,
}

/// Returns the epochs that each arm needs from the start of the run, if they are known exactly and no η has
/// been changed since.
fn epochs_from_own_start(state: ViewState<'_, SurfaceView>) -> Option<Vec<u64>> {
    let history = &state.shared.history;
    let of = |arm: &ArmProgress| match arm.foreseen {
        _ if arm.reached_half.is_some() => arm.reached_half,
        Some(HalfForecast::At(epoch)) => Some(epoch),
        _ => None,
    };
    history.marks.is_empty().then(|| history.arms.iter().map(of).collect())?
}

fn listed(facts: &RunFacts, from: &str, epochs: &[ShownEpochs]) -> Sentence {
    let mut out = vec![(format!("{from}: "), Tone::Text)];
    for (arm, (of, shown)) in facts.arms.iter().zip(epochs).enumerate() {
        let noun = match shown {
            ShownEpochs::Known(1) if arm == 0 => " epoch",
            _ if arm == 0 => " epochs",
            _ => "",
        };
        let takes = match shown {
            ShownEpochs::Known(epochs) => format!(" {}{noun}", count(*epochs)),
            ShownEpochs::MoreThan(cap) => format!(" more than {}{noun}", count(*cap)),
            ShownEpochs::UnderWay => " under way".to_owned(),
        };
        let end = if arm + 1 == facts.arms.len() { "" } else { ", " };
        out.push((of.name.clone(), Tone::Arm(arm)));
        out.push((format!("{takes}{end}"), Tone::Text));
    }
    let end = match epochs {
        [ShownEpochs::Known(one), ShownEpochs::Known(other)] if *one.min(other) > 0 => {
            let ratio = *one.max(other) as f64 / *one.min(other) as f64;
            format!(": {} times as long.", brief(ratio))
        }
        _ => ".".to_owned(),
    };
    out.push((end, Tone::Text));
    out
}
