//! The question that the page asks.

use crate::telemetry::{FieldNeurons, FieldRequest, Question};
use crate::views::data::plane::layout::layout;
use crate::views::data::plane::plane_state::PlaneState;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

impl ViewState<'_, DataView> {
    /// Returns the points of the fields on the screen.
    pub(in crate::views::data) fn plane_points(self) -> (usize, usize) {
        let layout = layout(self, self.shared.body);
        let maps = layout.panels.iter().map(|panel| panel.map).filter(|map| !map.is_empty());
        let smallest = maps.min_by_key(|map| map.area());
        let points =
            |map: ratatui::layout::Rect| (usize::from(map.width), usize::from(map.height) * 2);
        smallest.map_or((0, 0), points)
    }

    /// Returns the question that the page asks.
    pub(in crate::views::data) fn plane_question(self) -> Option<Question> {
        let PlaneState { axes, points, .. } = self.view.plane;
        let has_room = points.0 >= 2 && points.1 >= 2;
        let at = self.plane_cursor().filter(|_| self.shared.cursor_focused);
        let request = FieldRequest { axes, points, neurons: FieldNeurons::All, at };
        has_room.then_some(Question::Fields(request))
    }
}
