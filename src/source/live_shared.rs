//! State shared by the training thread and its watcher.

use std::sync::atomic::AtomicBool;

use crate::source::mailbox::Mailbox;

/// The state that the training thread and the watcher share.
pub(super) struct LiveShared {
    pub(super) mailbox: Mailbox,
    /// Whether the inbox may hold a message; cheap enough to check between any two steps.
    pub(super) has_messages: AtomicBool,
    /// Whether the watcher has been dropped.
    pub(super) gone: AtomicBool,
}
