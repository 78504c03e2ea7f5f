//! The summary that stays on the terminal after the dashboard has closed.

use std::io::{self, Write};

use crate::cli::run::{ArmRow, write_arms};
use crate::telemetry::{
    ArmFacts, ArmProgress, Divergence, Evaluation, History, RunFacts, RunState,
};
use crate::text::visible;

/// Returns a line about the run and the table of its arms, or an empty string if the run has taken
/// no step.
pub(super) fn exit_summary(history: &History) -> String {
    let is_told = |facts: &&RunFacts| facts.abilities.trains && history.newest > 0;
    let Some(facts) = history.facts.as_deref().filter(is_told) else { return String::new() };
    let mut words = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_words(&mut words, facts, history);
    String::from_utf8(words).unwrap_or_default()
}

fn write_words(to: &mut dyn Write, facts: &RunFacts, history: &History) -> io::Result<()> {
    let state = match history.state {
        RunState::Finished => "finished",
        RunState::Stopped => "every arm diverged",
        RunState::Loading(_) | RunState::Paused | RunState::Running | RunState::Failed(_) => {
            "not finished"
        }
    };
    let counted = |number: u64, what: &str| {
        let s = if number == 1 { "" } else { "s" };
        format!("{number} {what}{s}")
    };
    let steps = counted(history.newest, "step");
    let newest = history.clock().epoch(history.newest);
    let epochs = format!("{newest} of {}", counted(history.epochs, "epoch"));
    let name = visible(&facts.name);
    let seed = facts.seed;
    if history.is_past() {
        let unit = history.clock().unit();
        let at = [history.step, history.newest].map(|step| history.clock().epoch(step));
        let [shown, newest] = match at {
            [shown, newest] if shown == newest => {
                [history.step, history.newest].map(|step| format!("step {step}"))
            }
            at => at.map(|at| format!("{unit} {at}")),
        };
        writeln!(to, "{name}: seed {seed}, shown at {shown}; the run is at {newest}")?;
    } else {
        writeln!(to, "{name}: seed {seed}, {steps}, {epochs}, {state}")?;
    }
    let arms = facts.arms.iter().zip(&history.arms);
    let lines: Vec<ArmRow> = arms.map(|(facts, progress)| line(history, facts, progress)).collect();
    write_arms(to, facts, &lines)
}

/// Returns the row of an arm, with the numbers of its last evaluation.
fn line(history: &History, facts: &ArmFacts, progress: &ArmProgress) -> ArmRow {
    let steps = progress.diverged.as_ref().map_or(history.step, Divergence::steps_taken);
    let epochs = history.clock().epoch(steps);
    let evaluation = progress.evaluation.as_ref();
    let fit = evaluation.and_then(Evaluation::judged_fit);
    ArmRow {
        arm: facts.name.clone(),
        epochs,
        evaluated_epoch: evaluation
            .map(|evaluation| evaluation.epoch)
            .filter(|epoch| *epoch != epochs),
        cost: evaluation.map(|evaluation| evaluation.cost),
        accuracy: evaluation.and_then(|of| of.test_accuracy.or(of.accuracy)),
        r2: fit.and_then(|fit| fit.r2),
        mean_error: fit.map(|fit| fit.mean_error),
        best: progress.best,
        time: None,
        examples_per_second: None,
        diverged: progress.diverged.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::exit_summary;
    use crate::telemetry::{
        Activation, ArmFacts, ArmProgress, Clock, Cost, Divergence, Evaluation, History, Output,
        RunFacts, RunState,
    };

    fn arm(name: &str) -> ArmFacts {
        ArmFacts {
            name: name.to_owned(),
            cost: Cost::Quadratic,
            sizes: vec![2, 1],
            hidden: Activation::Sigmoid,
            output: Output::Sigmoid,
            lambda: 0.0,
            start: "scaled".to_owned(),
        }
    }

    fn evaluated(epoch: u64, accuracy: f64) -> ArmProgress {
        let evaluation =
            Evaluation { epoch, cost: 0.25, accuracy: Some(accuracy), ..Evaluation::default() };
        ArmProgress {
            evaluation: Some(evaluation),
            best: Some((accuracy, 2)),
            ..ArmProgress::default()
        }
    }

    fn history(step: u64, arms: Vec<ArmProgress>) -> History {
        let facts = RunFacts {
            name: "and".to_owned(),
            seed: 7,
            clock: Clock::constant(4),
            arms: vec![arm("one"), arm("other")],
            ..RunFacts::default()
        };
        let facts = Some(Arc::new(facts));
        History { facts, step, newest: step, epochs: 10, arms, ..History::default() }
    }

    #[test]
    fn the_summary_shows_the_run_and_the_last_evaluation_of_each_arm() {
        let mut history = history(14, vec![evaluated(3, 0.5), evaluated(3, 0.75)]);
        let expected = "and: seed 7, 14 steps, 3 of 10 epochs, not finished\n\
            arm    epochs     cost  accuracy  best (epoch)\n\
            one         3  0.25000   50.00 %   50.00 % (2)\n\
            other       3  0.25000   75.00 %   75.00 % (2)\n";
        assert_eq!(exit_summary(&history), expected);
        history.state = RunState::Finished;
        assert!(exit_summary(&history).contains("3 of 10 epochs, finished\n"));
    }

    #[test]
    fn an_earlier_evaluation_and_a_diverged_arm_are_marked() {
        let why = Divergence { step: 6, eta: 50.0, reason: "a weight beyond 10⁶".to_owned() };
        let diverged = ArmProgress { diverged: Some(why), ..evaluated(1, 0.5) };
        let words = exit_summary(&history(14, vec![diverged, evaluated(2, 0.75)]));
        let lines: Vec<&str> = words.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "arm    epochs  as of     cost  accuracy  best (epoch)",
                "one         1      1  0.25000   50.00 %   50.00 % (2)",
                "other       3      2  0.25000   75.00 %   75.00 % (2)",
                "one diverged at step 6 with eta 50: a weight beyond 10⁶",
            ]
        );
    }

    #[test]
    fn the_summary_in_the_past_says_what_is_shown_and_how_far_the_run_is() {
        let past = |step| History { newest: 38, ..history(step, vec![evaluated(3, 0.5)]) };
        let words = |step| exit_summary(&past(step)).lines().next().unwrap_or("").to_owned();
        assert_eq!(words(14), "and: seed 7, shown at epoch 3; the run is at epoch 9");
        assert_eq!(words(0), "and: seed 7, shown at epoch 0; the run is at epoch 9");
        assert_eq!(words(37), "and: seed 7, shown at step 37; the run is at step 38");
    }

    #[test]
    fn the_summary_of_a_run_without_a_step_is_empty() {
        assert_eq!(exit_summary(&History::default()), "");
        assert_eq!(exit_summary(&history(0, vec![evaluated(0, 0.5)])), "");
    }
}
