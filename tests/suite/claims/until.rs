//! Checks the sentences on the condition for which a run has trained.

use xentviz::testing::telemetry::{RunState, UntilGoal, UntilState};

use crate::claims::run::{Run, number, shows, values};

/// Returns whether a sentence is true; `None` if it is not known here.
pub(crate) fn until(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let history = &run.app.shared.history;
    for (pattern, state) in [
        ("The run ended before {} was met.", RunState::Finished),
        ("Every arm ran away before {} was met.", RunState::Stopped),
    ] {
        if let Some(v) = values(pattern, sentence) {
            let UntilState::Missed(until) = &history.until else { return Some(false) };
            return Some(history.state == state && until.to_string() == v[0]);
        }
    }
    let reason = values("Stopped: {}.", sentence)?[0];
    let UntilState::Met(until, _) = &history.until else { return Some(false) };
    let is_idle = matches!(history.state, RunState::Paused | RunState::Finished);
    Some(is_idle && is_true(run, until.goal, reason)?)
}

/// Returns whether the condition holds with the numbers that the reason names.
fn is_true(run: &Run<'_>, goal: UntilGoal, told: &str) -> Option<bool> {
    let reason = told.strip_suffix(", as asked").unwrap_or(told);
    let history = &run.app.shared.history;
    Some(match goal {
        UntilGoal::Output(goal) => {
            let (v, is_there) = match values("a of {} has passed {}: {}", reason) {
                Some(v) => ([v[0], v[2]], shows(v[1], goal)),
                None => (values("a of {} is {}", reason)?.try_into().ok()?, true),
            };
            let factors = run.now(run.arm(v[0])?).gradient_factors.as_ref()?;
            let is_as_asked = shows(v[1], goal) == told.ends_with(", as asked");
            is_there && is_as_asked && shows(v[1], factors.neuron.as_ref()?.a)
        }
        UntilGoal::Accuracy(share, _) => {
            let v = values("accuracy of {} is {}", reason)?;
            let now = run.share(run.arm(v[0])?);
            shows(v[1], 100.0 * now) && now >= share
        }
        UntilGoal::Cost(cost, _) => {
            let v = values("the cost C of {} is {} (not C/C₀)", reason)?;
            let now = run.evaluation(run.arm(v[0])?).cost_data;
            shows(v[1], now) && now <= cost
        }
        UntilGoal::Epoch(epoch) => {
            number(values("epoch {} is done", reason)?[0]) as u64 == epoch
                && history.epoch() == epoch
        }
        UntilGoal::Step(step) => {
            number(values("step {} is done", reason)?[0]) as u64 == step && history.step == step
        }
        UntilGoal::NoBetter(epochs) => {
            let shown = values("no arm has been better for {} epochs", reason)?[0];
            let bests = history.arms.iter().filter_map(|arm| arm.best);
            let best = bests.map(|(_, epoch)| epoch).max()?;
            let since = history.epoch() - best;
            number(shown) as u64 == since && since >= epochs
        }
    })
}
