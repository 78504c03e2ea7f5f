//! The Data view as the dashboard sees it.

use ratatui::layout::Rect;

use crate::canvas::sentence::Sentence;
use crate::canvas::{Canvas, DrawnPart};
use crate::telemetry::{Answer, Command, Event, Notice, Question, WeightsRequest};
use crate::views::binding::{KeyLine, lines};
use crate::views::data::keys::KEYS;
use crate::views::data::page::DataPage;
use crate::views::data::state::DataView;
use crate::views::data::{drawing, examples, pad, plane, silencing};
use crate::views::direction::ListDirection;
use crate::views::filling::FillAction;
use crate::views::key::char;
use crate::views::runaway::with_runaways;
use crate::views::shared_state::SharedState;
use crate::views::view::{GridPoint, View, ViewTarget, ViewTexts};
use crate::views::view_state::ViewState;

static TEXTS: ViewTexts = ViewTexts {
    name: "Data",
    key: &[char('5')],
    help: "Data: what does it get right and wrong?",
    command: ("data", "the Data view"),
    footer: "data",
};

impl View for DataView {
    fn texts(&self) -> &'static ViewTexts {
        &TEXTS
    }

    fn keys(&self, shared: &SharedState) -> Vec<KeyLine> {
        lines(KEYS, self, shared)
    }

    fn act(&mut self, line: usize, shared: &mut SharedState) -> Option<Command> {
        self.perform(KEYS.get(line)?.action, shared)
    }

    fn missing(&self, shared: &SharedState) -> Option<&'static str> {
        const NO_NETWORK: &str =
            "Only the readings of this run are known: no examples, and no network to answer them.";
        (!shared.abilities().explains).then_some(NO_NETWORK)
    }

    fn panels(&self, shared: &SharedState) -> usize {
        ViewState { view: self, shared }.panels().len()
    }

    fn is_filled(&self) -> bool {
        self.filling.is_filled()
    }

    fn fill(&mut self, shared: &mut SharedState, action: FillAction) {
        let panels = ViewState { view: &*self, shared: &*shared }.panels();
        self.filling.change(action, panels);
    }

    fn fit(&mut self, shared: &SharedState) {
        self.adapt(shared);
    }

    fn accepts(&self, old: &Answer, new: &Answer) -> bool {
        match (old, new) {
            (Answer::Fields(old), Answer::Fields(new)) => new.replaces(old),
            _ => true,
        }
    }

    fn prepare_for(&mut self, shared: &SharedState, events: &[Event]) {
        if let Some(begun) = Event::begun(events) {
            let old = shared.history.facts.as_deref();
            self.pad.forget_answers(old.is_some_and(|old| old.classes == begun.classes));
            self.has_chosen_neuron = false;
        }
        let loses_point = |event: &Event| {
            matches!(event, Event::Began(_) | Event::Moved(_) | Event::Noticed(Notice::Refused(_)))
        };
        if events.iter().any(loses_point) {
            self.plane.let_go();
        }
    }

    fn close(&mut self) {
        self.pad.lift_pen();
        self.plane.let_go();
    }

    fn weights_request(&self, shared: &SharedState) -> Option<WeightsRequest> {
        let state = ViewState { view: self, shared };
        let is_shown = state.page() == Some(DataPage::Neurons);
        is_shown.then(|| state.silencing_weights()).flatten()
    }

    fn question(&self, shared: &SharedState) -> Option<Question> {
        ViewState { view: self, shared }.question()
    }

    fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, body: Rect) {
        drawing::draw(canvas, ViewState { view: self, shared }, body);
    }

    fn target_at(&self, shared: &SharedState, body: Rect, at: (u16, u16)) -> Option<ViewTarget> {
        drawing::target_at(ViewState { view: self, shared }, body, at)
    }

    fn handle_click_on_point(
        &mut self,
        shared: &mut SharedState,
        point: GridPoint,
    ) -> Option<Command> {
        if (ViewState { view: &*self, shared: &*shared }).page() == Some(DataPage::Pad) {
            self.pad.press_at((point.column, point.row));
            return None;
        }
        let at = self.plane.place_of(point);
        self.press_plane(shared, at)
    }

    fn handle_drag(
        &mut self,
        shared: &mut SharedState,
        point: Option<GridPoint>,
    ) -> Option<Command> {
        if (ViewState { view: &*self, shared: &*shared }).page() == Some(DataPage::Pad) {
            self.pad.drag_to(point.map(|point| (point.column, point.row)));
            return None;
        }
        let at = self.plane.place_of(point?);
        self.drag_plane(shared, at)
    }

    fn handle_click_on_part(&mut self, shared: &mut SharedState, part: DrawnPart) {
        self.choose_part(shared, part);
    }

    fn scroll(&mut self, direction: ListDirection, shared: &mut SharedState) {
        if (ViewState { view: &*self, shared: &*shared }).page() != Some(DataPage::Examples) {
            return;
        }
        let listed = ViewState { view: &*self, shared: &*shared }.listed().map_or(0, |l| l.listed);
        self.examples.page(direction, listed);
    }

    fn sentences(&self, shared: &SharedState) -> Vec<Sentence> {
        let state = ViewState { view: self, shared };
        let of_page = match state.page() {
            Some(DataPage::Plane) => plane::sentences(state),
            Some(DataPage::Examples) => examples::sentences(state),
            Some(DataPage::Pad) => pad::pad_sentences(state),
            Some(DataPage::Neurons) => silencing::silencing_sentences(state),
            None => Vec::new(),
        };
        with_runaways(shared, of_page)
    }

    fn readout(&self, shared: &SharedState) -> Vec<String> {
        let state = ViewState { view: self, shared };
        match state.page() {
            Some(DataPage::Plane) => plane::readout(state),
            Some(DataPage::Examples) => examples::readout(state),
            Some(DataPage::Pad) => pad::pad_readout(state),
            Some(DataPage::Neurons) => silencing::silencing_readout(state),
            None => Vec::new(),
        }
    }
}
