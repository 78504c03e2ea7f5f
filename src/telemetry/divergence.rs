//! The divergence of an arm.

/// The divergence of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Divergence {
    /// The step that could not be taken, counted from 1; the arm stays in the state before it.
    pub step: u64,
    /// The learning rate of that step.
    pub eta: f64,
    /// The cause: `a mini-batch costs over 10⁶ times the first`, `the cost is no longer finite`.
    pub reason: String,
}

impl Divergence {
    /// Returns the number of steps that the arm has taken.
    pub fn steps_taken(&self) -> u64 {
        self.step - 1
    }
}
