//! The drawing of the view, and its mouse targets.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::canvas::number::short_name;
use crate::canvas::widgets::{FrameStyle, FramedArea, Panel, Tone, panel};
use crate::canvas::{Canvas, below, inset, row, top};
use crate::telemetry::RunFacts;
use crate::views::neuron_plots::{draw_hill, draw_sigmoid};
use crate::views::shared_state::SelectedWeight;
use crate::views::view::ViewTarget;
use crate::views::view_state::ViewState;
use crate::views::weights::chosen_field;
use crate::views::weights::large_field::LargeField;
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext, layer_panels, visible_note};
use crate::views::weights::layout::{WeightsLayout, is_compact, parts, within};
use crate::views::weights::matrix::Matrix;
use crate::views::weights::net::{NetPart, net_plan};
use crate::views::weights::picture_info::ShownPanels;
use crate::views::weights::picture_panel::{PicturePanel, draw_histogram};
use crate::views::weights::state::WeightsView;
use crate::views::weights::{compact, info, net, neuron, picture_info, reading};

/// The form in which a panel is drawn in its area.
enum PanelBody<'s> {
    Picture(PicturePanel<'s>),
    Matrix(Matrix<'s>),
}

fn drawn<'s>(
    context: WeightsContext<'s>,
    layer_panels: &'s [LayerPanel<'s>],
    layer_panel: &'s LayerPanel<'s>,
    inner: Rect,
) -> PanelBody<'s> {
    match context.facts.picture {
        Some((high, wide))
            if context.state.shared.weight.layer == 0
                && high * wide == layer_panel.layer.columns =>
        {
            PanelBody::Picture(PicturePanel::new(context, layer_panels, layer_panel, inner))
        }
        _ => PanelBody::Matrix(Matrix::new(context, layer_panel, inner)),
    }
}

/// Returns the panels that have an area, with that area.
fn with_room<'s, 'a>(
    layer_panels: &'s [LayerPanel<'a>],
    areas: &'s [Rect],
) -> impl Iterator<Item = (&'s LayerPanel<'a>, Rect)> {
    let areas = areas.iter().copied();
    layer_panels.iter().zip(areas).filter(|(_, area)| !area.is_empty())
}

/// Draws the view.
pub(super) fn draw(canvas: &mut Canvas<'_>, state: ViewState<'_, WeightsView>, body: Rect) {
    let Some(facts) = state.shared.history.facts.as_deref() else { return };
    let layer_panels = layer_panels(state, facts);
    if layer_panels.is_empty() {
        let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
        let line = row(inset(body, 2), body.height / 3);
        let what = match &state.shared.history.weights {
            None => "waiting for weights",
            Some(_) if state.view.difference => "these arms have layers of different sizes",
            Some(_) => "no such layer",
        };
        canvas.text((line.x, line.y), line.width, what, if line.width > 0 { text } else { quiet });
        return;
    }
    let context = WeightsContext::of(state, facts, &layer_panels);
    if is_compact(state, body) {
        let line = u16::from(body.height >= 4);
        let shown = ShownPanels { layer_panels: &layer_panels, has_sheet: true, inputs: None };
        draw_info(canvas, context, shown, top(body, line));
        compact::draw(canvas, context, &layer_panels, below(body, line));
        return;
    }
    if let Some(plan) = net_plan(state, body) {
        net::draw(canvas, state, facts, &plan);
        reading::draw(canvas, context, &layer_panels, plan.reading);
        return;
    }
    let parts = parts(state, body, &layer_panels);
    let mut inputs = None;
    for (layer_panel, area) in with_room(&layer_panels, &parts.layers) {
        inputs = inputs.or(draw_layer_panel(canvas, context, &layer_panels, layer_panel, area));
    }
    for (layer_panel, area) in layer_panels.iter().zip(&parts.fields) {
        draw_field(canvas, context, &layer_panels, layer_panel, *area);
    }
    let has_sheet =
        with_room(&layer_panels, &parts.layers).any(|(layer_panel, area)| {
            match drawn(context, &layer_panels, layer_panel, within(area)) {
                PanelBody::Picture(picture) => picture.has_sheet(),
                PanelBody::Matrix(_) => false,
            }
        });
    let shown = ShownPanels { layer_panels: &layer_panels, has_sheet, inputs: inputs.as_ref() };
    draw_info(canvas, context, shown, parts.info);
    reading::draw(canvas, context, &layer_panels, parts.reading);
    net::draw_course(canvas, state, parts.course);
    draw_lower(canvas, context, &layer_panels, &parts);
}

/// Draws what stands under the panels beside the readings: the tables and plots of a single neuron, or the chosen neuron
/// or the histograms of pictures.
fn draw_lower(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panels: &[LayerPanel<'_>],
    parts: &WeightsLayout,
) {
    let (state, facts) = (context.state, context.facts);
    for (arm, area) in parts.tables.iter().enumerate() {
        neuron::draw(canvas, context, *area, arm);
    }
    if let [sigmoid, hill] = parts.plots[..] {
        draw_sigmoid(
            canvas,
            state.shared,
            facts,
            FramedArea { area: sigmoid, frame: FrameStyle::Ruled },
        );
        draw_hill(canvas, state.shared, facts, FramedArea { area: hill, frame: FrameStyle::Ruled });
    }
    for (layer_panel, area) in with_room(layer_panels, &parts.chosen) {
        chosen_field::draw(canvas, context, layer_panel, area);
    }
    for (layer_panel, area) in with_room(layer_panels, &parts.histograms) {
        draw_histogram(canvas, layer_panel, area, (&layer_panel.name, layer_panel.tone()));
    }
}

/// Draws the line above the panels.
fn draw_info(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    shown: ShownPanels<'_>,
    area: Rect,
) {
    if context.state.shared.field().is_some() {
        picture_info::draw(canvas, context, shown, area);
    } else {
        let window = net::least_window(context.state, context.state.shared.body);
        info::draw(canvas, context, area, (shown.inputs.cloned(), window));
    }
}

/// Draws the field of the neuron under the cursor; without room for it, the fields of all neurons.
fn draw_field(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panels: &[LayerPanel<'_>],
    layer_panel: &LayerPanel<'_>,
    area: Rect,
) {
    let field = LargeField::new(context, layer_panel, within(area)).filter(LargeField::has_room);
    let Some(field) = field else {
        draw_layer_panel(canvas, context, layer_panels, layer_panel, area);
        return;
    };
    let mark = canvas.letter(crate::canvas::glyphs::mark(layer_panel.arm));
    let kind = kind(context.state, context.facts, layer_panel);
    let title = LayerTitle { mark, name: &layer_panel.name, kind: &kind, note: "" };
    let (name, _) = title.fitted(canvas, area.width);
    let title = [(name.as_str(), layer_panel.tone()), (kind.as_str(), Tone::Quiet)];
    let frame = FrameStyle::Ruled;
    panel(canvas, area, &Panel { frame, title: &title, note: &[], chosen: None });
    field.draw(canvas);
}

/// Returns the activation of the neurons of a panel, with its shape if the arms differ in it.
fn kind(
    state: ViewState<'_, WeightsView>,
    facts: &RunFacts,
    layer_panel: &LayerPanel<'_>,
) -> String {
    let Some(arm) = facts.arms.get(layer_panel.arm) else { return String::new() };
    let is_last = state.shared.weight.layer + 2 == arm.sizes.len();
    let name = if is_last { arm.output.name() } else { arm.hidden.name() };
    let shape = state.shared.layer_shape();
    if shape == (layer_panel.layer.rows, layer_panel.layer.columns) {
        format!(" {name}")
    } else {
        format!(" {} → {} {name}", layer_panel.layer.columns, layer_panel.layer.rows)
    }
}

/// Draws a panel; returns the visible inputs, if not all of them are.
fn draw_layer_panel(
    canvas: &mut Canvas<'_>,
    context: WeightsContext<'_>,
    layer_panels: &[LayerPanel<'_>],
    layer_panel: &LayerPanel<'_>,
    area: Rect,
) -> Option<Range<usize>> {
    let state = context.state;
    let drawn = drawn(context, layer_panels, layer_panel, within(area));
    let note = match &drawn {
        PanelBody::Picture(picture) => picture.note(),
        PanelBody::Matrix(matrix) => visible_note(matrix.visible(), layer_panel.layer.rows),
    };
    let mark = canvas.letter(crate::canvas::glyphs::mark(layer_panel.arm));
    let kind = kind(state, context.facts, layer_panel);
    let title = LayerTitle { mark, name: &layer_panel.name, kind: &kind, note: &note };
    let (name, note) = title.fitted(canvas, area.width);
    let title = [(name.as_str(), layer_panel.tone()), (kind.as_str(), Tone::Quiet)];
    let note = [(note, Tone::Quiet)];
    let is_chosen = state.shared.arm == layer_panel.arm
        && state.shared.history.arms.len() > 1
        && !layer_panel.is_difference;
    let frame = FrameStyle::Ruled;
    let chosen = is_chosen.then_some(layer_panel.arm);
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen });
    match &drawn {
        PanelBody::Picture(picture) => {
            picture.draw(canvas);
            None
        }
        PanelBody::Matrix(matrix) => {
            matrix.draw(canvas);
            matrix.visible_inputs()
        }
    }
}

/// The texts on the frame of a panel.
struct LayerTitle<'t> {
    /// The mark of the arm.
    mark: char,
    name: &'t str,
    /// The activation of the neurons.
    kind: &'t str,
    /// The visible neurons.
    note: &'t str,
}

impl<'t> LayerTitle<'t> {
    /// Fits the name, with its mark, and the note into `width` cells; the activation always stays.
    fn fitted(&self, canvas: &Canvas<'_>, width: u16) -> (String, &'t str) {
        let room = width.saturating_sub(6);
        let takes = |name: &str, note: &str| {
            let note = canvas.width(note);
            canvas.width(name) + canvas.width(self.kind) + note + if note > 0 { 3 } else { 0 }
        };
        let name = format!("{} {}", self.mark, self.name);
        let short = format!("{} {}", self.mark, short_name(self.name, 8));
        if takes(&name, self.note) <= room {
            (name, self.note)
        } else if takes(&short, self.note) <= room {
            (short, self.note)
        } else if takes(&name, "") <= room {
            (name, "")
        } else {
            (short, "")
        }
    }
}

/// Returns the facts on the screen as text: of a picture the order and the scales too, and the weight under the
/// cursor.
pub(super) fn readout(state: ViewState<'_, WeightsView>) -> Vec<String> {
    let mut lines = reading::readout(state);
    if let Some(facts) =
        state.shared.history.facts.as_deref().filter(|_| state.shared.field().is_some())
    {
        let layer_panels = layer_panels(state, facts);
        let context = WeightsContext::of(state, facts, &layer_panels);
        lines.extend(picture_info::readout(context, &layer_panels));
    }
    lines
}

/// Returns whether the matrix of the chosen arm has neurons out of sight.
pub(super) fn hides_neurons(state: ViewState<'_, WeightsView>, body: Rect) -> bool {
    let Some(facts) = state.shared.history.facts.as_deref() else { return false };
    let layer_panels = layer_panels(state, facts);
    if is_compact(state, body) {
        return true;
    }
    let context = WeightsContext::of(state, facts, &layer_panels);
    let parts = parts(state, body, &layer_panels);
    with_room(&layer_panels, &parts.layers).any(|(layer_panel, area)| {
        let matrix = Matrix::new(context, layer_panel, within(area));
        matrix.visible().1 < layer_panel.layer.rows
    })
}

/// Returns the mouse target under a cell.
pub(super) fn target_at(
    state: ViewState<'_, WeightsView>,
    body: Rect,
    at: (u16, u16),
) -> Option<ViewTarget> {
    let facts = state.shared.history.facts.as_deref()?;
    let layer_panels = layer_panels(state, facts);
    if is_compact(state, body) || layer_panels.is_empty() {
        return None;
    }
    if let Some(plan) = net_plan(state, body) {
        return Some(match net::under(state, &plan, facts, at)? {
            NetPart::Weight(SelectedWeight { layer, neuron, input }) => {
                ViewTarget::Weight { neuron, input, layer }
            }
            NetPart::Arm(arm) => ViewTarget::Arm(arm),
        });
    }
    let (parts, context) =
        (parts(state, body, &layer_panels), WeightsContext::of(state, facts, &layer_panels));
    let areas = parts.layers.iter().chain(&parts.fields);
    let found = layer_panels.iter().zip(areas).find(|(_, area)| area.contains(at.into()));
    let (layer_panel, area) = found?;
    let large = LargeField::new(context, layer_panel, within(*area)).filter(LargeField::has_room);
    let under = match large.filter(|_| !parts.fields.is_empty()) {
        Some(field) => field.under(at),
        None => match drawn(context, &layer_panels, layer_panel, within(*area)) {
            PanelBody::Picture(picture) => picture.under(at),
            PanelBody::Matrix(matrix) => matrix.under(at),
        },
    };
    let Some((neuron, input)) = under else { return Some(ViewTarget::Arm(layer_panel.arm)) };
    Some(ViewTarget::Weight { neuron, input, layer: state.shared.weight.layer })
}
