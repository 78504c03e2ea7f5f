//! The Weights view as the dashboard sees it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::sentence::Sentence;
use crate::telemetry::{Answer, Command, Question, WeightsRequest};
use crate::views::binding::{KeyLine, lines};
use crate::views::direction::ListDirection;
use crate::views::filling::FillAction;
use crate::views::key::char;
use crate::views::runaway::with_runaways;
use crate::views::shared_state::SharedState;
use crate::views::view::{EditedWeight, View, ViewTarget, ViewTexts};
use crate::views::view_state::ViewState;
use crate::views::weights::keys::{KEYS, scroll};
use crate::views::weights::sorting::sort_if_due;
use crate::views::weights::state::{WeightsView, panels};
use crate::views::weights::{drawing, net, sentences};

static TEXTS: ViewTexts = ViewTexts {
    name: "Weights",
    key: &[char('3')],
    help: "Weights: what has it learnt?",
    command: ("weights", "the Weights view"),
    footer: "weights",
};

impl View for WeightsView {
    fn texts(&self) -> &'static ViewTexts {
        &TEXTS
    }

    fn keys(&self, shared: &SharedState) -> Vec<KeyLine> {
        lines(KEYS, self, shared)
    }

    fn act(&mut self, line: usize, shared: &mut SharedState) -> Option<Command> {
        self.perform(KEYS.get(line)?.action, shared);
        None
    }

    fn missing(&self, shared: &SharedState) -> Option<&'static str> {
        const NO_NETWORK: &str = "Only the readings of this run are known, not its weights.";
        (!shared.abilities().explains).then_some(NO_NETWORK)
    }

    fn panels(&self, shared: &SharedState) -> usize {
        panels(shared).len()
    }

    fn is_filled(&self) -> bool {
        self.filling.is_filled()
    }

    fn fill(&mut self, shared: &mut SharedState, action: FillAction) {
        self.filling.change(action, panels(shared));
    }

    fn fit(&mut self, shared: &SharedState) {
        self.clamp(shared);
        sort_if_due(self, shared);
    }

    fn accepts(&self, old: &Answer, new: &Answer) -> bool {
        match (old, new) {
            (Answer::Fields(old), Answer::Fields(new)) => new.replaces(old),
            _ => true,
        }
    }

    fn question(&self, shared: &SharedState) -> Option<Question> {
        net::question(ViewState { view: self, shared })
    }

    fn weights_request(&self, shared: &SharedState) -> Option<WeightsRequest> {
        Some(self.request(shared))
    }

    fn edited_weight(&self, shared: &SharedState) -> Option<EditedWeight> {
        let picture = shared.history.weights.as_ref();
        let reading = picture.and_then(|picture| *picture.cursor.get(shared.arm)?);
        let is_on_weight = shared.cursor_focused && shared.layers() > 0;
        is_on_weight.then_some(EditedWeight { value: reading.map(|reading| reading.value) })
    }

    fn handle_click_on_weight(&mut self, shared: &mut SharedState) {
        shared.cursor_focused = true;
    }

    fn scroll(&mut self, direction: ListDirection, shared: &mut SharedState) {
        scroll(self, shared, direction);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, body: Rect) {
        drawing::draw(canvas, ViewState { view: self, shared }, body);
    }

    fn target_at(&self, shared: &SharedState, body: Rect, at: (u16, u16)) -> Option<ViewTarget> {
        drawing::target_at(ViewState { view: self, shared }, body, at)
    }

    fn sentences(&self, shared: &SharedState) -> Vec<Sentence> {
        with_runaways(shared, sentences::sentences(ViewState { view: self, shared }))
    }

    fn readout(&self, shared: &SharedState) -> Vec<String> {
        drawing::readout(ViewState { view: self, shared })
    }
}
