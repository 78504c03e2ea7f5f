//! Conditions until which a run trains, as `:until` and `--until` name them, and how such a run has ended.

use std::fmt;

/// A condition that ends or pauses a run at the first step, or the first evaluation, at which it is met.
#[derive(Clone, Debug, PartialEq)]
pub struct Until {
    /// The name of the arm that has to meet it; `None` if any arm will do.
    pub arm: Option<String>,
    /// The quantity and its value.
    pub goal: UntilGoal,
}

/// The quantity of a condition and its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UntilGoal {
    /// The output of a neuron on its only example reaches this value or passes it, from whichever side.
    Output(f64),
    /// The accuracy of an evaluation (on the test set, if there is one) reaches this fraction.
    Accuracy(f64, Bound),
    /// So many epochs are done.
    Epoch(u64),
    /// So many steps are done.
    Step(u64),
    /// The cost over the training set (data term) falls to this value at an evaluation.
    Cost(f64, Bound),
    /// For so many epochs the best accuracy has not been exceeded or, without classes, no evaluated cost has been
    /// lower than the least one.
    NoBetter(u64),
}

/// Whether the value itself is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is.
    Reached,
    /// It has to be exceeded.
    Passed,
}

impl Bound {
    /// Returns whether a value that rises meets the bound at `goal`.
    pub(crate) fn is_met(self, value: f64, goal: f64) -> bool {
        match self {
            Self::Reached => value >= goal,
            Self::Passed => value > goal,
        }
    }
}

impl UntilGoal {
    /// Returns whether evaluations decide, so that the run waits for each of them.
    pub(crate) fn is_of_evaluations(self) -> bool {
        matches!(self, Self::Accuracy(..) | Self::Cost(..) | Self::NoBetter(_))
    }

    /// Returns whether it can be asked of one arm.
    pub(crate) fn is_of_arms(self) -> bool {
        !matches!(self, Self::Epoch(_) | Self::Step(_))
    }
}

/// Returns the number of percent that reads back to the same fraction.
fn percent(share: f64) -> String {
    let exact = (0..=17).map(|decimals| format!("{:.decimals$}", share * 100.0));
    let reads_back = |text: &String| format!("{text}e-2").parse() == Ok(share);
    exact
        .into_iter()
        .find(reads_back)
        .map_or_else(|| share.to_string(), |percent| format!("{percent}%"))
}

/// Returns a number as people type it: `0.1`, `1e-9`.
fn typed(number: f64) -> String {
    let is_usual = number == 0.0 || (1e-4..1e7).contains(&number.abs());
    if is_usual { number.to_string() } else { format!("{number:e}") }
}

/// Returns a count with its noun.
fn epochs(number: u64) -> String {
    format!("{number} {}", if number == 1 { "epoch" } else { "epochs" })
}

impl fmt::Display for Until {
    /// Writes the condition as it can be typed, in words where there are some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(arm) = &self.arm {
            write!(f, "{arm}.")?;
        }
        match self.goal {
            UntilGoal::Output(a) => write!(f, "a={}", typed(a)),
            UntilGoal::Accuracy(share, Bound::Reached) => write!(f, "accuracy={}", percent(share)),
            UntilGoal::Accuracy(share, Bound::Passed) => write!(f, "accuracy>{}", percent(share)),
            UntilGoal::Epoch(epoch) => write!(f, "epoch={epoch}"),
            UntilGoal::Step(step) => write!(f, "step={step}"),
            UntilGoal::Cost(cost, Bound::Reached) => write!(f, "cost<={}", typed(cost)),
            UntilGoal::Cost(cost, Bound::Passed) => write!(f, "cost<{}", typed(cost)),
            UntilGoal::NoBetter(number) => write!(f, "no better for {}", epochs(number)),
        }
    }
}

/// How a condition has been met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UntilMet {
    /// The arm that has met it, if it is a condition of arms.
    pub arm: Option<usize>,
    /// The output, the fraction, the cost or the number of epochs or steps at which it was met.
    pub value: f64,
}

/// The state of a run with respect to a condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum UntilState {
    /// No condition has been asked for since the run last moved otherwise.
    #[default]
    None,
    /// The run trains until this condition is met.
    Pending(Until),
    /// The run stands where the condition was met.
    Met(Until, UntilMet),
    /// The run has ended before the condition was met.
    Missed(Until),
}
