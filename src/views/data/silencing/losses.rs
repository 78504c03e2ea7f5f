//! The loss without each neuron, as numbers and as text.

use crate::canvas::number::{number, percent};
use crate::telemetry::SilencedArm;

/// What an error is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ErrorUnit {
    /// The share of examples that are taken for another class.
    Share,
    /// The mean of |a − y|, times the unit of the target.
    Distance(f64),
}

/// The loss without a neuron.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Loss {
    /// The neuron, from 0.
    pub(super) neuron: usize,
    /// By how much the error is greater without it; negative if the network is better off.
    pub(super) loss: f64,
}

/// Returns the losses of an arm, the greatest first; equal ones in the order of the neurons.
pub(super) fn by_loss(arm: &SilencedArm) -> Vec<Loss> {
    let loss = |(neuron, without): (usize, &f64)| Loss { neuron, loss: without - arm.error };
    let mut losses: Vec<Loss> = arm.without.iter().enumerate().map(loss).collect();
    losses.sort_by(|one, other| other.loss.total_cmp(&one.loss));
    losses
}

impl ErrorUnit {
    /// Returns an error as text.
    pub(super) fn error(self, error: f64, examples: usize) -> String {
        match self {
            Self::Share => format!("{} wrong", percent(error, examples)),
            Self::Distance(unit) => format!("mean |a − y| {}", number(error * unit, 6)),
        }
    }

    /// Returns a loss as text with its sign: in points of a hundred, or as a distance.
    pub(super) fn loss(self, loss: f64, examples: usize) -> String {
        let sign = if loss < 0.0 { "−" } else { "+" };
        match self {
            _ if loss == 0.0 => "0".to_owned(),
            Self::Share => format!("{sign}{}", points(loss.abs(), examples)),
            Self::Distance(unit) => format!("{sign}{}", number((loss * unit).abs(), 6)),
        }
    }
}

/// Returns a difference of shares in points of a hundred, with the decimals that tell one example from the next.
pub(super) fn points(share: f64, examples: usize) -> String {
    percent(share, examples).replace(" %", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neurons_are_listed_by_what_is_lost_without_them() {
        let arm = SilencedArm { error: 0.25, without: vec![0.25, 0.5, 0.125, 0.5, 0.25] };
        let losses = by_loss(&arm);
        let neurons: Vec<usize> = losses.iter().map(|loss| loss.neuron).collect();
        assert_eq!(neurons, [1, 3, 0, 4, 2]);
        assert_eq!((losses[0].loss, losses[4].loss), (0.25, -0.125));
    }

    #[test]
    fn losses_tell_one_example_from_the_next_and_have_a_sign() {
        let unit = ErrorUnit::Share;
        assert_eq!(unit.loss(0.123, 1000), "+12.3");
        assert_eq!(unit.loss(-0.001, 1000), "−0.1");
        assert_eq!(unit.loss(0.0, 1000), "0");
        assert_eq!(unit.loss(0.0005, 2000), "+0.05");
        assert_eq!(ErrorUnit::Distance(2.0).loss(-0.25, 9), "−0.5000");
        assert_eq!(unit.error(0.042, 1000), "4.2 % wrong");
    }
}
