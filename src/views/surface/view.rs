//! The Surface view as the dashboard sees it.

use ratatui::layout::Rect;

use crate::canvas::Canvas;
use crate::canvas::sentence::Sentence;
use crate::telemetry::{Answer, Command, Event, Question};
use crate::views::binding::{KeyLine, lines};
use crate::views::filling::FillAction;
use crate::views::key::char;
use crate::views::runaway::with_runaways;
use crate::views::shared_state::SharedState;
use crate::views::surface::keys::KEYS;
use crate::views::surface::past_trajectory::{add_past_trajectories, continues};
use crate::views::surface::state::SurfaceView;
use crate::views::surface::{drawing, layout, sentences};
use crate::views::view::{ChartUse, GridPoint, View, ViewTarget, ViewTexts};
use crate::views::view_state::ViewState;

static TEXTS: ViewTexts = ViewTexts {
    name: "Surface",
    key: &[char('4')],
    help: "Surface: how does the cost vary nearby?",
    command: ("surface", "the Surface view"),
    footer: "surface",
};

impl View for SurfaceView {
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
            "Only the readings of this run are known: no network whose cost could be computed.";
        (!shared.abilities().explains).then_some(NO_NETWORK)
    }

    fn panels(&self, shared: &SharedState) -> usize {
        self.maps(shared)
    }

    fn is_filled(&self) -> bool {
        self.filling.is_filled()
    }

    fn fill(&mut self, shared: &mut SharedState, action: FillAction) {
        self.fill_with_map(shared, action);
    }

    fn fit(&mut self, shared: &SharedState) {
        self.points = layout::points(ViewState { view: self, shared }, shared.body);
    }

    fn prepare_for(&mut self, shared: &SharedState, events: &[Event]) {
        let Some(new) = Event::begun(events) else { return };
        if continues(shared, new) {
            add_past_trajectories(&mut self.past_trajectories, shared, events);
        } else {
            self.past_trajectories.clear();
            (self.centre, self.zoom, self.cursor) = ([0.0; 2], 0, [0.0; 2]);
        }
    }

    fn accepts(&self, old: &Answer, new: &Answer) -> bool {
        match (old, new) {
            // Trajectories alone do not replace a map: it would vanish until the next one. A coarse map does
            // not replace a finer one of the same window, unless no finer one follows.
            (Answer::Surface(old), Answer::Surface(new)) if !new.has_map() => !old.has_map(),
            (Answer::Surface(old), Answer::Surface(new)) => {
                old.request != new.request || new.points.0 >= old.points.0 || new.is_last
            }
            _ => true,
        }
    }

    fn question(&self, shared: &SharedState) -> Option<Question> {
        ViewState { view: self, shared }.question()
    }

    fn chart_use(&self) -> ChartUse {
        ChartUse { scale: true, ..ChartUse::default() }
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
        let clicked = ViewState { view: &*self, shared: &*shared }.coordinates(point);
        // The first click chooses a start, and the second begins there.
        if shared.cursor_focused && self.cursor == clicked {
            return ViewState { view: &*self, shared: &*shared }.start_here();
        }
        (self.cursor, shared.cursor_focused) = (clicked, true);
        None
    }

    fn sentences(&self, shared: &SharedState) -> Vec<Sentence> {
        with_runaways(shared, sentences::sentences(ViewState { view: self, shared }))
    }

    fn readout(&self, shared: &SharedState) -> Vec<String> {
        sentences::readout(ViewState { view: self, shared })
    }
}
