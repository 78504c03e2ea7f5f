//! The examples that a run drew from the data that it had before.

/// The examples that were drawn before the last change of the data.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DrawnBefore {
    /// Their number, counted with repetition.
    pub(super) examples: u64,
    /// The step of the change.
    pub(super) step: u64,
}
