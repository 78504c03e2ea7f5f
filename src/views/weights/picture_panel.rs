//! The panel of one arm whose inputs are a picture: the sheet of its neurons, with the large field of the
//! chosen one, or the film.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::Canvas;
use crate::canvas::number::short;
use crate::canvas::widgets::{FrameStyle, Histogram, Panel, Tone, histogram, panel};
use crate::views::weights::film::FilmStrip;
use crate::views::weights::large_field::LargeField;
use crate::views::weights::layer_panel::{LayerPanel, WeightsContext, visible_note};
use crate::views::weights::picture_grid::{PictureContent, PictureGrid};
use crate::views::weights::scale_rule::are_own;
use crate::views::weights::sheet::Sheet;
use crate::views::weights::state::filling_panel;

/// Returns the parts that the panels of pictures have: one that fills the view has no large field, which is a
/// panel of its own there.
pub(super) fn content(context: WeightsContext<'_>) -> PictureContent {
    match (context.state.view.shows_film, filling_panel(context.state)) {
        (true, _) => PictureContent::Film,
        (false, Some(_)) => PictureContent::Sheet,
        (false, None) => PictureContent::SheetAndField,
    }
}

/// The parts of a panel, laid out.
pub(super) struct PicturePanel<'s> {
    layer_panel: &'s LayerPanel<'s>,
    sheet: Option<Sheet<'s>>,
    large: Option<LargeField<'s>>,
    film: Option<FilmStrip<'s>>,
    histogram: Option<Rect>,
    /// Whether the scale of its weights and that of its biases are its own.
    has_own: [bool; 2],
}

impl<'s> PicturePanel<'s> {
    /// Lays a panel out in its area without the frame.
    pub(super) fn new(
        context: WeightsContext<'s>,
        layer_panels: &'s [LayerPanel<'s>],
        layer_panel: &'s LayerPanel<'s>,
        inner: Rect,
    ) -> Self {
        let picture = context.state.shared.field().unwrap_or((1, 1));
        let content = content(context);
        // A sheet alone may reach the end of its frame: eight fields of 14 cells fit into 120 columns.
        let spare = u16::from(content == PictureContent::Sheet && inner.width > 0);
        let inner = Rect { width: inner.width.saturating_add(spare), ..inner };
        let mut grid = PictureGrid::of(inner, picture, context.neurons, content);
        if content == PictureContent::SheetAndField && grid.large.is_none() {
            // So may one that has no room for the large field.
            let wider = Rect { width: inner.width.saturating_add(1), ..inner };
            grid = PictureGrid::of(wider, picture, context.neurons, PictureContent::Sheet);
        }
        let large = grid.large.and_then(|area| LargeField::new(context, layer_panel, area));
        let sheet = grid.sheet.map(|area| Sheet::new(context, layer_panel, picture, area));
        let has_pixel = large.is_some() || grid.film.is_some();
        let film =
            grid.film.and_then(|area| FilmStrip::new(context, layer_panels, layer_panel, area));
        Self {
            layer_panel,
            sheet: sheet.map(|sheet| if has_pixel { sheet.without_pixel() } else { sheet }),
            large,
            film,
            histogram: grid.histogram,
            has_own: [
                are_own(layer_panels.iter().map(|panel| panel.scales.weights)),
                are_own(layer_panels.iter().map(|panel| panel.scales.biases)),
            ],
        }
    }

    /// Returns whether the sheet is drawn.
    pub(super) fn has_sheet(&self) -> bool {
        self.sheet.is_some()
    }

    /// Returns the note on the frame: the visible neurons, or the neuron and the scale of the film.
    pub(super) fn note(&self) -> String {
        let neurons = self.layer_panel.layer.rows;
        match (&self.sheet, &self.film) {
            (None, Some(film)) => format!("weights ±{}", short(film.scale)),
            (Some(_), Some(film)) => format!("film: weights ±{}", short(film.scale)),
            (sheet, None) => {
                let visible = sheet.as_ref().map_or((0, 0), Sheet::visible);
                format!("{}{}", self.own_scales(), visible_note(visible, neurons))
            }
        }
    }

    /// Returns the ends of its scales that are not those of the other arms.
    fn own_scales(&self) -> String {
        let scales = self.layer_panel.scales;
        let [weights, biases] = self.has_own;
        let weights = weights.then(|| format!("±{}, ", short(scales.weights)));
        let biases = biases.then(|| format!("b ±{}, ", short(scales.biases)));
        weights.into_iter().chain(biases).collect()
    }

    /// Draws the parts.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        if let Some(sheet) = &self.sheet {
            sheet.draw(canvas);
        }
        if let Some(large) = &self.large {
            large.draw(canvas);
        }
        if let Some(film) = &self.film {
            film.draw(canvas);
        }
        if let Some(area) = self.histogram {
            draw_histogram(canvas, self.layer_panel, area, ("all weights", Tone::Text));
        }
    }

    /// Returns the neuron and the input at a cell.
    pub(super) fn under(&self, at: (u16, u16)) -> Option<(usize, usize)> {
        let large = self.large.as_ref().and_then(|large| large.under(at));
        let film = || self.film.as_ref().and_then(|film| film.under(at));
        large.or_else(film).or_else(|| self.sheet.as_ref().and_then(|sheet| sheet.under(at)))
    }
}

/// Draws the distribution of the weights of a panel, on the scale of its colours.
pub(super) fn draw_histogram(
    canvas: &mut Canvas<'_>,
    layer_panel: &LayerPanel<'_>,
    area: Rect,
    title: (&str, Tone),
) {
    let note = [("√ counts", Tone::Quiet)];
    let frame = FrameStyle::Ruled;
    let title = [title];
    let inner = panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen: None });
    let style = layer_panel.tone().style(canvas).remove_modifier(Modifier::BOLD);
    let scale = layer_panel.scales.weights;
    histogram(canvas, inner, &Histogram { values: &layer_panel.layer.values, scale, style });
}
