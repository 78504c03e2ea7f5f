//! The Duel view as the dashboard sees it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::sentence::Sentence;
use crate::telemetry::{Command, Event};
use crate::views::binding::{KeyLine, lines};
use crate::views::duel::keys::KEYS;
use crate::views::duel::state::DuelView;
use crate::views::duel::{drawing, filling, sentences};
use crate::views::filling::FillAction;
use crate::views::key::char;
use crate::views::shared_state::SharedState;
use crate::views::view::{ChartUse, View, ViewTarget, ViewTexts};
use crate::views::view_state::ViewState;

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

    fn keys(&self, shared: &SharedState) -> Vec<KeyLine> {
        lines(KEYS, self, shared)
    }

    fn act(&mut self, line: usize, shared: &mut SharedState) -> Option<Command> {
        self.perform(KEYS.get(line)?.action, shared)
    }

    fn panels(&self, shared: &SharedState) -> usize {
        filling::panels_of(shared).len()
    }

    fn is_filled(&self) -> bool {
        self.filling.is_filled()
    }

    fn fill(&mut self, shared: &mut SharedState, action: FillAction) {
        self.filling.change(action, &filling::panels_of(shared));
        shared.cursor_focused &= self.has_time();
        shared.crosshair = shared.crosshair.filter(|_| shared.cursor_focused);
    }

    fn prepare_for(&mut self, _: &SharedState, events: &[Event]) {
        if Event::begun(events).is_some() {
            self.keep_panel_of(events);
        }
    }

    fn chart_use(&self) -> ChartUse {
        ChartUse { scale: true, smoothing: true, zoom: true }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, body: Rect) {
        drawing::draw(canvas, ViewState { view: self, shared }, body);
    }

    fn target_at(&self, shared: &SharedState, body: Rect, at: (u16, u16)) -> Option<ViewTarget> {
        drawing::target_at(ViewState { view: self, shared }, body, at)
    }

    fn sentences(&self, shared: &SharedState) -> Vec<Sentence> {
        sentences::sentences(shared)
    }

    fn readout(&self, shared: &SharedState) -> Vec<String> {
        drawing::readout(shared)
    }
}
