//! State shared by the training thread and its watcher.

use std::sync::atomic::AtomicBool;

use crate::source::mailbox::Mailbox;

/// What the thread that trains and whoever watches it share.
pub(super) struct LiveShared {
    pub(super) mailbox: Mailbox,
    /// Whether something waits in the channel: one look tells, between any two steps.
    pub(super) has_messages: AtomicBool,
    /// Whether nobody watches any more.
    pub(super) gone: AtomicBool,
}
