//! The conditions under which keys of the view work.

use crate::telemetry::Channel;
use crate::views::data::pad::MOST_KEPT;
use crate::views::data::page::DataPage;
use crate::views::data::plane::inputs;
use crate::views::data::state::DataView;
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

const FULL: &str = "16 drawings are kept already: x drops the one that is shown";

pub(super) fn is_on(page: DataPage, view: &DataView, shared: &SharedState) -> bool {
    ViewState { view, shared }.page() == Some(page)
}

pub(super) fn is_on_plane(view: &DataView, shared: &SharedState) -> bool {
    is_on(DataPage::Plane, view, shared)
}

pub(super) fn is_on_examples(view: &DataView, shared: &SharedState) -> bool {
    is_on(DataPage::Examples, view, shared)
}

pub(super) fn sorts_by_input(view: &DataView, shared: &SharedState) -> bool {
    is_on_examples(view, shared) && !ViewState { view, shared }.has_pictures() && inputs(shared) > 0
}

pub(super) fn has_recall(view: &DataView, shared: &SharedState) -> bool {
    let facts = shared.history.facts.as_deref();
    let is_kept = facts.is_some_and(|facts| Channel::of_class(0, &facts.channels).is_some());
    is_on_examples(view, shared) && is_kept
}

/// Returns whether `v` has something else to show than the examples and what stands beside them.
pub(super) fn has_other_side(view: &DataView, shared: &SharedState) -> bool {
    let state = ViewState { view, shared };
    let has_matrix = is_on_examples(view, shared) && state.has_classes();
    has_matrix && (has_recall(view, shared) || !state.has_side())
}

pub(super) fn is_on_pad(view: &DataView, shared: &SharedState) -> bool {
    is_on(DataPage::Pad, view, shared)
}

pub(super) fn is_on_neurons(view: &DataView, shared: &SharedState) -> bool {
    is_on(DataPage::Neurons, view, shared)
}

/// Returns whether the open page shows one of several layers.
pub(super) fn has_layers(view: &DataView, shared: &SharedState) -> bool {
    shared.layers() > 1 && (is_on_plane(view, shared) || is_on_neurons(view, shared))
}

pub(super) fn is_full(view: &DataView, shared: &SharedState) -> Option<&'static str> {
    let is_full = view.pad.can_keep() && view.pad.kept_count() >= MOST_KEPT;
    (is_full && is_on_pad(view, shared)).then_some(FULL)
}

pub(super) fn has_test(shared: &SharedState) -> bool {
    shared.history.facts.as_deref().is_some_and(|facts| facts.test_examples > 0)
}

/// Returns whether the examples that are listed are of the test set.
pub(super) fn is_test_listed(view: &DataView, shared: &SharedState) -> bool {
    ViewState { view, shared }.listed().is_some_and(|listed| listed.is_test)
}

/// Returns whether the cursor is on a plane whose examples can be changed.
pub(super) fn edits(view: &DataView, shared: &SharedState) -> bool {
    shared.cursor_focused && ViewState { view, shared }.can_edit()
}

/// Returns whether the cursor can add an example there.
pub(super) fn can_add(view: &DataView, shared: &SharedState) -> bool {
    edits(view, shared) && ViewState { view, shared }.add_refusal().is_none()
}

/// Returns whether new examples, or the kept drawing that is shown, can have this class.
pub(super) fn can_choose(view: &DataView, shared: &SharedState, class: usize) -> bool {
    let state = ViewState { view, shared };
    if is_on_pad(view, shared) {
        return shared.cursor_focused && view.pad.shows_kept() && class < state.classes();
    }
    can_add(view, shared) && class < state.plane_classes()
}

/// Returns whether the cursor is on the plane.
pub(super) fn is_at_plane_cursor(view: &DataView, shared: &SharedState) -> bool {
    shared.cursor_focused && is_on_plane(view, shared)
}

/// Returns why no example can be removed or moved: those of the run can't be changed, or none is at the cursor.
pub(super) fn no_change(view: &DataView, shared: &SharedState) -> Option<&'static str> {
    const NONE: &str = "no training point is at the cursor";
    let state = ViewState { view, shared };
    let has_point = view.plane.held.is_some() || state.example_at_cursor().is_some();
    state.edit_refusal().or((!has_point).then_some(NONE))
}
