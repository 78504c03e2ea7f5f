//! An evaluation at any step.

use std::mem;

use crate::experiment::arm::Arm;
use crate::experiment::eval_pass::EvalOutcome;
use crate::experiment::lockstep::Lockstep;
use crate::nn::Real;
use crate::telemetry::Evaluation;

impl<R: Real> Lockstep<R> {
    /// Evaluates every arm at its current step, in the middle of an epoch and after divergence too.
    pub(in crate::experiment) fn evaluate_now(&mut self) {
        let taken: Vec<u64> = (0..self.arms.len()).map(|arm| self.steps_taken(arm)).collect();
        // An evaluation skips idle arms, so their state is cleared for its duration.
        let suspend = |arm: &mut Arm<R>| {
            let was_evaluated = mem::take(&mut arm.was_evaluated);
            (arm.divergence.take(), mem::take(&mut arm.resumed_at), was_evaluated)
        };
        let suspended: Vec<_> = self.arms.iter_mut().map(suspend).collect();
        let outcomes = self.evaluator.run_now(&self.arms, self.eval_point());
        let arms = self.arms.iter_mut().zip(suspended).zip(taken);
        for (((arm, suspended), step), outcome) in arms.zip(outcomes) {
            match outcome {
                EvalOutcome::Full(evaluation) => {
                    let epoch = self.clock.epoch(step);
                    let evaluation = Evaluation { epoch, step, ..evaluation };
                    if self.clock.is_end_of_epoch(step) {
                        arm.evaluated(evaluation);
                    } else {
                        arm.evaluation = Some(evaluation);
                    }
                }
                EvalOutcome::AccuracyOnly { .. }
                | EvalOutcome::NonFinite
                | EvalOutcome::Skipped => arm.evaluation = None,
            }
            (arm.divergence, arm.resumed_at, arm.was_evaluated) = suspended;
        }
        self.evaluated = Some(self.step);
    }
}
