//! Learning rates and pace that the user has requested and the run has not confirmed yet.

use crate::app::App;
use crate::math::decade;
use crate::telemetry::{Command, EtaMode, Notice, Pace, Setting};
use crate::views::{edited_example, epoch_name};

/// The notches of a decade: about ten equal ratios, as resistors are graded.
const NOTCHES: [&str; 10] = ["1", "1.25", "1.6", "2", "2.5", "3.15", "4", "5", "6.3", "8"];

/// The relative difference below which two values count as the same notch; it covers rounding only.
const SAME: f64 = 1e-9;

/// Returns the notches of the decades around a value, in order; it is empty if the value cannot be
/// a learning rate.
fn notches_near(eta: f64) -> impl DoubleEndedIterator<Item = f64> {
    let decade = if eta.is_finite() && eta > 0.0 { Some(decade(eta)) } else { None };
    decade
        .into_iter()
        .flat_map(|decade| decade - 1..=decade + 1)
        .flat_map(|decade| NOTCHES.iter().map(move |notch| format!("{notch}e{decade}")))
        // Parsed rather than multiplied, so that 3.15 × 10⁻² is exactly the number written as
        // 0.0315.
        .collect::<Vec<String>>()
        .into_iter()
        .filter_map(|text| text.parse().ok())
        .filter(|notch: &f64| notch.is_normal())
}

/// Returns the next notch above a learning rate, or `None` if there is none.
pub(super) fn notch_above(eta: f64) -> Option<f64> {
    notches_near(eta).find(|notch| *notch > eta * (1.0 + SAME))
}

/// Returns the next notch below a learning rate, or `None` if there is none.
pub(super) fn notch_below(eta: f64) -> Option<f64> {
    notches_near(eta).rev().find(|notch| *notch < eta * (1.0 - SAME))
}

/// Formats a learning rate in at most four significant digits.
fn short(eta: f64) -> String {
    format!("{eta:.3e}").parse::<f64>().map_or_else(|_| eta.to_string(), |eta| eta.to_string())
}

impl App {
    /// Requests a new η for one arm, computed by `step` from the last requested value.
    pub(super) fn request_eta(
        &mut self,
        arm: usize,
        step: fn(f64) -> Option<f64>,
    ) -> Option<Command> {
        let eta = step(self.shared.eta(arm).filter(|_| arm < self.shared.arms())?)?;
        let moves_all = self.shared.eta_mode() == EtaMode::Equal;
        for (i, pending) in self.shared.pending.etas.iter_mut().enumerate() {
            if moves_all || i == arm {
                *pending = Some(eta);
            }
        }
        Some(Command::Set(Setting::Eta { arm, eta }))
    }

    /// Requests the next mode of η.
    pub(super) fn request_next_eta_mode(&mut self) -> Option<Command> {
        let mode = self.shared.next_eta_mode()?;
        self.shared.pending.mode = Some(mode);
        Some(Command::Set(Setting::EtaMode { mode, arm: self.shared.arm }))
    }

    /// Requests another pace, computed by `step` from the last requested one.
    pub(super) fn request_pace(&mut self, step: fn(Pace) -> Pace) -> Option<Command> {
        let now = self.shared.pending.pace.unwrap_or(self.shared.history.pace);
        let pace = step(now);
        (pace != now).then(|| {
            self.shared.pending.pace = Some(pace);
            Command::Pace(pace)
        })
    }

    /// Clears all pending requests, because a run has started or a request was refused.
    pub(super) fn drop_pending(&mut self) {
        self.shared.pending.etas = vec![None; self.shared.arms()];
        self.shared.pending.mode = None;
        self.shared.pending.pace = None;
    }

    /// Clears the request that this setting confirms. Later requests stay pending.
    pub(super) fn clear_answered(&mut self, setting: &Setting) {
        match *setting {
            Setting::Eta { eta, .. } => {
                for pending in self.shared.pending.etas.iter_mut().filter(|p| **p == Some(eta)) {
                    *pending = None;
                }
            }
            Setting::Weight { .. }
            | Setting::Epochs(_)
            | Setting::Evaluate(_)
            | Setting::Examples(_) => {}
            Setting::EtaMode { mode, .. } => {
                self.shared.pending.mode =
                    self.shared.pending.mode.filter(|pending| *pending != mode);
            }
        }
    }

    /// Returns the label of a changed setting for the banner. A change that began the open branch says so, with the
    /// epoch that the list of branches has.
    pub(super) fn setting_label(&self, notice: &Notice) -> Option<String> {
        let Notice::Set { step, setting, etas } = notice else { return None };
        let what = self.changed_setting(setting, etas)?;
        let history = &self.shared.history;
        let open = history.branches.iter().find(|branch| branch.id == history.branch);
        if let Some(branch) = open.filter(|branch| branch.step == *step) {
            let epoch = epoch_name(&self.shared, branch.step);
            return Some(format!("a branch begins at epoch {epoch}: {what}"));
        }
        // The reason of a calibration takes the room of the mark.
        let has_room = !what.starts_with("η calibrated");
        let mark = if has_room { " (▾ on the charts)" } else { "" };
        Some(match setting {
            Setting::Epochs(_) | Setting::Evaluate(_) => what,
            _ => format!("{what} from step {}{mark}", step + 1),
        })
    }

    /// Returns the new value of a setting, in words.
    fn changed_setting(&self, setting: &Setting, etas: &[f64]) -> Option<String> {
        let name = |arm: usize| self.shared.arm_name(arm).unwrap_or("the arm");
        let facts = self.shared.history.facts.as_ref();
        let is_tie = matches!(setting, Setting::EtaMode { .. })
            && facts.is_some_and(|facts| facts.compares_with_cross_entropy());
        Some(match *setting {
            Setting::Eta { arm, .. } if self.shared.history.eta_mode == EtaMode::Own => {
                format!("η of {} is {}", name(arm), short(*etas.get(arm)?))
            }
            Setting::Weight { arm, value, .. } => {
                format!("that weight of {} is {}", name(arm), short(value))
            }
            Setting::Eta { .. } | Setting::EtaMode { .. } => {
                let each: Vec<String> = etas.iter().map(|eta| short(*eta)).collect();
                let how = match self.shared.history.eta_mode {
                    EtaMode::Own => "each arm has its own η",
                    EtaMode::Equal => "all arms have one η",
                    // With its reason, in as many cells as a small screen has.
                    EtaMode::Calibrated if is_tie => "η calibrated, 0.2111 of quadratic’s",
                    EtaMode::Calibrated => "η is calibrated",
                };
                format!("{how}: {}", each.join(", "))
            }
            Setting::Epochs(epochs) => format!("the run has {epochs} epochs"),
            Setting::Evaluate(0) => "evaluated at the start and at the end only".to_owned(),
            Setting::Evaluate(epochs) => format!("evaluated every {}", counted_epochs(epochs)),
            Setting::Examples(edit) => edited_example(&self.shared, &edit),
        })
    }
}

/// Returns `epoch` for one and `2 epochs` for more.
fn counted_epochs(epochs: u64) -> String {
    if epochs == 1 { "epoch".to_owned() } else { format!("{epochs} epochs") }
}

#[cfg(test)]
mod tests {
    use super::{notch_above, notch_below, short};

    /// The notches from 0.01 to 2.5, written out by hand.
    const LADDER: [f64; 25] = [
        0.01, 0.0125, 0.016, 0.02, 0.025, 0.0315, 0.04, 0.05, 0.063, 0.08, 0.1, 0.125, 0.16, 0.2,
        0.25, 0.315, 0.4, 0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5,
    ];

    #[test]
    fn stepping_up_follows_the_written_ladder_and_stepping_down_returns_on_it() {
        for pair in LADDER.windows(2) {
            assert_eq!(notch_above(pair[0]), Some(pair[1]));
            assert_eq!(notch_below(pair[1]), Some(pair[0]));
        }
    }

    #[test]
    fn a_value_between_two_notches_steps_to_the_next_on_each_side() {
        assert_eq!(notch_above(0.15), Some(0.16));
        assert_eq!(notch_below(0.15), Some(0.125));
        assert_eq!(notch_above(9.0), Some(10.0));
        assert_eq!(notch_below(9.0), Some(8.0));
        assert_eq!(notch_below(1.1), Some(1.0));
    }

    #[test]
    fn a_rounded_notch_counts_as_the_same_notch() {
        assert_eq!(notch_above(0.1 + 0.2 - 0.05), Some(0.315));
        assert_eq!(notch_above(0.999_999_999_999), Some(1.25));
        assert_eq!(notch_below(1.000_000_000_001), Some(0.8));
    }

    #[test]
    fn an_invalid_learning_rate_has_no_notch_and_the_extreme_numbers_have_none_beyond() {
        for eta in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE] {
            assert_eq!(notch_below(eta), None, "{eta}");
        }
        assert_eq!(notch_above(0.0), None);
        assert_eq!(notch_above(f64::MAX), None);
    }

    #[test]
    fn ten_notches_make_a_decade_from_anywhere() {
        for start in [1e-9, 0.004, 3.0, 7.7, 1e6] {
            let mut eta = notch_above(start).unwrap();
            let first = eta;
            for _ in 0..10 {
                eta = notch_above(eta).unwrap();
            }
            assert!((eta / first - 10.0).abs() < 1e-12, "{start}: {first} to {eta}");
        }
    }

    #[test]
    fn a_learning_rate_is_shown_in_four_digits() {
        assert_eq!(short(0.15), "0.15");
        assert_eq!(short(3.0 * 0.2111), "0.6333");
        assert_eq!(short(3.0), "3");
    }
}
