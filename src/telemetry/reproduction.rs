//! How the state of a run can be made again from the command line.
//!
//! A run that was changed at its start only is made again by one line: the scenario with those settings, trained to
//! the same step. What is changed later, one line cannot say. The thread that trains knows the changes and the watcher
//! the step that it shows, so the first sends a [`Reproduction`], and the second completes it.

use crate::telemetry::{Clock, TimeTarget};

/// The command line that begins a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunCommandLine {
    /// The name or path of the scenario.
    pub scenario: String,
    /// The keys to set, with their values, in this order.
    pub settings: Vec<(String, String)>,
    /// The number of epochs that the run then has.
    pub epochs: u64,
    /// The path of the models that it starts from, if that is not the name of the scenario.
    pub models: Option<String>,
}

/// How the state of a run can be made again from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reproduction {
    /// The command line that begins the run, or the reason why none does.
    pub begin: Result<RunCommandLine, String>,
    /// The first later change that a command line cannot make: the number of steps done before it, and its
    /// description.
    pub later: Option<(u64, String)>,
}

impl Reproduction {
    /// Returns the arguments with which the program shows the run after `step` steps, when it has this number of
    /// epochs.
    ///
    /// # Errors
    /// If one line does not suffice. The error is the reason.
    pub fn arguments(
        &self,
        (step, epochs): (u64, u64),
        clock: &Clock,
    ) -> Result<Vec<String>, String> {
        let begin = self.begin.as_ref().map_err(String::clone)?;
        if let Some((_, change)) = self.later.as_ref().filter(|(before, _)| step >= *before) {
            return Err(change.clone());
        }
        let mut arguments = vec![begin.scenario.clone()];
        let mut add = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        for (key, value) in &begin.settings {
            add("--set", format!("{key}={value}"));
        }
        if epochs != begin.epochs {
            add("--set", format!("training.epochs={epochs}"));
        }
        if let Some(models) = &begin.models {
            add("--load", models.clone());
        }
        add("--at", TimeTarget::words_for(step, clock));
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reproduction, RunCommandLine};
    use crate::telemetry::{Clock, TimeTarget};

    fn changed_at(step: Option<u64>) -> Reproduction {
        let begin = RunCommandLine {
            scenario: "xor".to_owned(),
            settings: vec![("seed".to_owned(), "7".to_owned())],
            epochs: 40,
            models: Some("m.json".to_owned()),
        };
        Reproduction { begin: Ok(begin), later: step.map(|step| (step, "η changed".to_owned())) }
    }

    fn line(of: &Reproduction, at: (u64, u64)) -> Result<String, String> {
        of.arguments(at, &Clock::constant(50)).map(|arguments| arguments.join(" "))
    }

    #[test]
    fn a_step_is_named_by_its_epoch_if_one_ends_there_and_read_again_as_the_same_step() {
        let clock = Clock::constant(50);
        for (step, words) in [(0, "0"), (50, "1"), (51, "step=51"), (2000, "40")] {
            assert_eq!(TimeTarget::words_for(step, &clock), words);
        }
        let clock = Clock::constant(3);
        for step in (0..3000).chain([(1 << 60) - 1, 3 << 58, u64::MAX / 4 * 3]) {
            let read = match TimeTarget::words_for(step, &clock).parse() {
                Ok(TimeTarget::Step(step)) => step,
                Ok(TimeTarget::Epoch(epoch)) => clock.nearest_step(epoch),
                other => panic!("{other:?}"),
            };
            assert_eq!(read, step);
        }
    }

    #[test]
    fn a_line_has_the_settings_the_models_and_the_position() {
        let run = changed_at(None);
        assert_eq!(line(&run, (100, 40)).as_deref(), Ok("xor --set seed=7 --load m.json --at 2"));
        assert_eq!(
            line(&run, (7, 80)).as_deref(),
            Ok("xor --set seed=7 --set training.epochs=80 --load m.json --at step=7")
        );
    }

    #[test]
    fn a_line_ends_before_the_first_change_that_it_cannot_make() {
        let run = changed_at(Some(100));
        assert!(line(&run, (99, 40)).is_ok());
        assert_eq!(line(&run, (100, 40)), Err("η changed".to_owned()));
        let none = Reproduction { begin: Err("no".to_owned()), later: None };
        assert_eq!(line(&none, (0, 40)), Err("no".to_owned()));
    }

    #[test]
    fn a_position_is_an_epoch_or_a_step() {
        let read = |text: &str| text.parse::<TimeTarget>();
        assert_eq!(read("2.5"), Ok(TimeTarget::Epoch(2.5)));
        assert_eq!(read(" step = 300"), Ok(TimeTarget::Step(300)));
        assert_eq!((read("start"), read("end")), (Ok(TimeTarget::Start), Ok(TimeTarget::Newest)));
        for wrong in ["", "-1", "inf", "nan", "step", "step=", "step=-1", "step=1.5", "epoch=3"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
