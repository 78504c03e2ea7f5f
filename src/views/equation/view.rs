//! The Equation view as the dashboard sees it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::DrawnPart;
use crate::canvas::sentence::Sentence;
use crate::telemetry::{Answer, Command, Event, Question, RunFacts};
use crate::views::binding::{KeyLine, lines};
use crate::views::direction::ListDirection;
use crate::views::equation::keys::KEYS;
use crate::views::equation::state::{EquationView, FilledPanel, Symbol};
use crate::views::equation::{drawing, readout, sentences};
use crate::views::filling::FillAction;
use crate::views::key::char;
use crate::views::runaway::with_runaways;
use crate::views::shared_state::SharedState;
use crate::views::view::{EditedWeight, View, ViewTarget, ViewTexts};
use crate::views::view_state::ViewState;

static TEXTS: ViewTexts = ViewTexts {
    name: "Equation",
    key: &[char('2')],
    help: "Equation: what are w_j, x_j, σ(z)?",
    command: ("equation", "the Equation view"),
    footer: "equation",
};

impl View for EquationView {
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
        const NO_NETWORK: &str =
            "Only the readings of this run are known: no weights and examples to compute with.";
        (!shared.abilities().explains).then_some(NO_NETWORK)
    }

    fn panels(&self, _: &SharedState) -> usize {
        FilledPanel::ALL.len()
    }

    fn is_filled(&self) -> bool {
        self.filling.is_filled()
    }

    fn fill(&mut self, _: &mut SharedState, action: FillAction) {
        self.filling.change(action, &FilledPanel::ALL);
        // What a key has opened is what someone wants to see large.
        if action == FillAction::Toggle {
            self.fill_with_opened();
        }
    }

    fn fit(&mut self, shared: &SharedState) {
        self.clamp(shared);
    }

    fn open(&mut self, shared: &mut SharedState) {
        self.select_most_telling(shared);
    }

    fn close(&mut self) {
        self.whole_layer = false;
    }

    fn prepare_for(&mut self, shared: &SharedState, events: &[Event]) {
        let old = shared.history.facts.as_deref();
        let is_other = |new: &RunFacts| old.is_some_and(|old| old.name != new.name);
        if Event::begun(events).is_some_and(|new| is_other(new)) {
            self.was_open = false;
        }
    }

    fn receive_answer(&mut self, shared: &mut SharedState) {
        self.select_worst_row(shared);
    }

    fn question(&self, shared: &SharedState) -> Option<Question> {
        (shared.layers() > 0).then(|| Question::Equation(self.request(shared)))
    }

    fn edited_weight(&self, shared: &SharedState) -> Option<EditedWeight> {
        let value = match &shared.answer {
            Some(Answer::Equation(equation)) => equation.arms.get(shared.arm).map(|arm| arm.chosen),
            _ => None,
        };
        let is_on_weight =
            self.symbol == Symbol::Weight && shared.cursor_focused && shared.layers() > 0;
        is_on_weight.then_some(EditedWeight { value })
    }

    fn draw(&self, canvas: &mut Canvas<'_>, shared: &SharedState, body: Rect) {
        drawing::draw(canvas, ViewState { view: self, shared }, body);
    }

    fn target_at(&self, shared: &SharedState, body: Rect, at: (u16, u16)) -> Option<ViewTarget> {
        let state = ViewState { view: self, shared };
        let draw = |canvas: &mut Canvas<'_>| drawing::draw(canvas, state, body);
        Canvas::part_at(shared.appearance, body, at, draw).map(ViewTarget::Part)
    }

    fn handle_click_on_part(&mut self, shared: &mut SharedState, part: DrawnPart) {
        match part {
            DrawnPart::Row(row) => self.select_row(row),
            DrawnPart::Item(symbol) => self.select_symbol(shared, symbol),
            DrawnPart::Head(_) => {}
        }
        self.clamp(shared);
    }

    fn scroll(&mut self, direction: ListDirection, shared: &mut SharedState) {
        self.move_row(if direction == ListDirection::Next { 1 } else { -1 });
        self.clamp(shared);
    }

    fn sentences(&self, shared: &SharedState) -> Vec<Sentence> {
        with_runaways(shared, sentences::sentences(ViewState { view: self, shared }))
    }

    fn readout(&self, shared: &SharedState) -> Vec<String> {
        readout::readout(ViewState { view: self, shared })
    }
}
