//! The Duel view as the dashboard sees it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::sentence::Sentence;
use crate::telemetry::Command;
use crate::views::binding::KeyLine;
use crate::views::duel::{drawing, sentences};
use crate::views::key::char;
use crate::views::shared_state::SharedState;
use crate::views::view::{ChartUse, View, ViewTarget, ViewTexts};

/// The Duel view, which has no state and no keys of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DuelView;

static TEXTS: ViewTexts = ViewTexts {
    name: "Duel",
    key: &[char('1')],
    help: "Duel: who learns, who stalls, why?",
    command: ("duel", "the Duel view"),
    footer: "duel",
};

impl View for DuelView {
    fn texts(&self) -> &'static ViewTexts {
        &TEXTS
    }

    fn keys(&self, _: &SharedState) -> Vec<KeyLine> {
        Vec::new()
    }

    fn act(&mut self, _: usize, _: &mut SharedState) -> Option<Command> {
        None
    }

    fn chart_use(&self) -> ChartUse {
        ChartUse { scale: true, smoothing: true, zoom: true }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, body: Rect) {
        drawing::draw(canvas, shared, body);
    }

    fn target_at(&self, shared: &SharedState, body: Rect, at: (u16, u16)) -> Option<ViewTarget> {
        drawing::target_at(shared, body, at)
    }

    fn sentences(&self, shared: &SharedState) -> Vec<Sentence> {
        sentences::sentences(shared)
    }

    fn readout(&self, shared: &SharedState) -> Vec<String> {
        drawing::readout(shared)
    }
}
