//! A view's own state beside the state that all views share.

use crate::views::shared_state::SharedState;

/// The state that a view reads: its own, and the one that all views share.
#[derive(Debug)]
pub(crate) struct ViewState<'a, V> {
    /// The view's own state.
    pub view: &'a V,
    /// The state that all views share.
    pub shared: &'a SharedState,
}

impl<V> Clone for ViewState<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for ViewState<'_, V> {}
