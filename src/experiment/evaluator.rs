//! Evaluates the arms in parallel: on other threads beside the training if a core is free for each arm,
//! otherwise while training pauses.
//!
//! The result does not depend on where or when it is computed: an evaluation works on a copy of the
//! networks and takes effect at a fixed step.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::data::{Data, Dataset};
use crate::experiment::arm::Arm;
use crate::experiment::eval_pass::{EvalOutcome, EvalPass, EvalPoint, slice_len};
use crate::experiment::observer::EvaluationScope;
use crate::experiment::work::{MILLISECOND, of_answer};
use crate::nn::Real;

/// Evaluations below this many multiplications run on the training thread, because sending them to another
/// thread costs more.
const WORTH_HANDING_OVER: usize = 1_000_000;

/// The longest wait for a background evaluation at a time.
const PATIENCE: Duration = Duration::from_millis(5);

/// The state of the evaluations of all arms.
enum EvaluatorState<R> {
    /// No evaluation is running.
    Idle(Vec<EvalPass<R>>),
    /// Evaluations run on the training thread, slice by slice.
    Inline(Vec<EvalPass<R>>),
    /// Evaluations run on other threads.
    Background(PendingPasses<R>),
}

impl<R> EvaluatorState<R> {
    /// Returns a placeholder for the state while the passes are moved out of it.
    fn placeholder() -> Self {
        let (_, receiver) = sync_channel(1);
        Self::Background(PendingPasses { receiver, keep_alive: Arc::new(()), finished: Vec::new() })
    }
}

/// Evaluations on other threads. Dropping this cancels them.
struct PendingPasses<R> {
    receiver: Receiver<FinishedPass<R>>,
    keep_alive: Arc<()>,
    /// The passes that have returned, by arm.
    finished: Vec<Option<EvalPass<R>>>,
}

/// The result of a background pass.
struct FinishedPass<R> {
    /// The index of the arm.
    arm: usize,
    /// The pass, or its panic.
    result: thread::Result<EvalPass<R>>,
}

/// The evaluator of all arms of a run.
pub(super) struct Evaluator<R> {
    data: Arc<Data>,
    state: EvaluatorState<R>,
    /// Multiplications of the evaluations of all arms.
    work: usize,
    /// The slices of one evaluation that take about a millisecond.
    slices: usize,
}

impl<R: Real> Evaluator<R> {
    pub(super) fn new(data: &Arc<Data>, arms: &[Arm<R>]) -> Self {
        let of_arm = |arm: &Arm<R>| of_answer(&arm.network, data);
        let examples = data.train.len() + data.test.as_ref().map_or(0, Dataset::len);
        let dearest = arms.iter().map(of_arm).max().unwrap_or(1);
        Self {
            work: examples.saturating_mul(arms.iter().map(of_arm).sum()),
            slices: (MILLISECOND / (slice_len(data) * dearest).max(1)).max(1),
            data: Arc::clone(data),
            state: EvaluatorState::Idle(passes(data, arms)),
        }
    }

    /// Returns whether evaluations run on the training thread: the next unit of work is part of them.
    pub(super) fn is_inline(&self) -> bool {
        matches!(self.state, EvaluatorState::Inline(_))
    }

    /// Returns whether evaluations run on other threads.
    pub(super) fn is_in_background(&self) -> bool {
        matches!(self.state, EvaluatorState::Background(_))
    }

    /// Begins to evaluate a copy of the arms at this point of the run. Cancels evaluations under way.
    pub(super) fn begin(&mut self, arms: &[Arm<R>], at: EvalPoint, scope: EvaluationScope) {
        let mut passes = self.take(arms);
        for (pass, arm) in passes.iter_mut().zip(arms) {
            pass.begin(arm, at, scope);
        }
        let present = passes.iter().filter(|pass| !pass.is_done()).count();
        let is_core_free = (1..rayon::current_num_threads()).contains(&present);
        self.state = if self.work >= WORTH_HANDING_OVER && is_core_free {
            EvaluatorState::Background(self.send(passes))
        } else {
            EvaluatorState::Inline(passes)
        };
    }

    /// Sends the passes to other threads, each as a job of its own.
    fn send(&self, passes: Vec<EvalPass<R>>) -> PendingPasses<R> {
        let (sender, receiver) = sync_channel(passes.len());
        let mut pending =
            PendingPasses { receiver, keep_alive: Arc::new(()), finished: Vec::new() };
        let (slices, keep_alive) = (self.slices, Arc::downgrade(&pending.keep_alive));
        let spawn = |(arm, pass): (usize, EvalPass<R>)| {
            if pass.is_done() {
                return Some(pass);
            }
            let (keep_alive, sender) = (keep_alive.clone(), sender.clone());
            let background = BackgroundPass { arm, pass, slices, keep_alive, sender };
            rayon::spawn(move || background.run());
            None
        };
        pending.finished = passes.into_iter().enumerate().map(spawn).collect();
        pending
    }

    /// Cancels evaluations under way.
    pub(super) fn stop(&mut self, arms: &[Arm<R>]) {
        self.state = EvaluatorState::Idle(self.take(arms));
    }

    /// Takes the passes out of the state, or allocates new ones if other threads still hold them.
    fn take(&mut self, arms: &[Arm<R>]) -> Vec<EvalPass<R>> {
        match std::mem::replace(&mut self.state, EvaluatorState::placeholder()) {
            EvaluatorState::Idle(passes) | EvaluatorState::Inline(passes) => passes,
            EvaluatorState::Background(_) => passes(&self.data, arms),
        }
    }

    /// Evaluates some slices on the training thread. Returns the outcomes once all passes are done.
    pub(super) fn work_on(&mut self) -> Option<Vec<EvalOutcome>> {
        let EvaluatorState::Inline(passes) = &mut self.state else { return None };
        let present = passes.iter().filter(|pass| !pass.is_done()).count();
        let at_once = if self.work < WORTH_HANDING_OVER { 1 } else { rayon::current_num_threads() };
        let slices = (self.slices / present.div_ceil(at_once).max(1)).max(1);
        let left = passes.iter_mut().filter(|pass| !pass.is_done());
        in_parallel(left, at_once, |pass| pass.advance(slices));
        passes.iter().all(EvalPass::is_done).then(|| self.inline_outcomes())
    }

    fn inline_outcomes(&mut self) -> Vec<EvalOutcome> {
        match std::mem::replace(&mut self.state, EvaluatorState::placeholder()) {
            EvaluatorState::Inline(passes) | EvaluatorState::Idle(passes) => {
                let outcomes = passes.iter().map(EvalPass::outcome).collect();
                self.state = EvaluatorState::Idle(passes);
                outcomes
            }
            away @ EvaluatorState::Background(_) => {
                self.state = away;
                Vec::new()
            }
        }
    }

    /// Returns the results of the background passes, if all have finished.
    pub(super) fn poll(&mut self) -> Option<Vec<EvalOutcome>> {
        self.wait(Duration::ZERO)
    }

    /// Waits up to [`PATIENCE`] for background evaluations. Returns the outcomes if all have finished.
    pub(super) fn wait_briefly(&mut self) -> Option<Vec<EvalOutcome>> {
        self.wait(PATIENCE)
    }

    fn wait(&mut self, time: Duration) -> Option<Vec<EvalOutcome>> {
        let EvaluatorState::Background(pending) = &mut self.state else { return None };
        while pending.finished.iter().any(Option::is_none) {
            match pending.receiver.recv_timeout(time) {
                Ok(FinishedPass { arm, result: Ok(pass) }) => pending.finished[arm] = Some(pass),
                Ok(FinishedPass { result: Err(panic), .. }) => resume_unwind(panic),
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("a background pass sends its result or its panic")
                }
            }
        }
        let passes: Vec<EvalPass<R>> = pending.finished.drain(..).flatten().collect();
        let outcomes = passes.iter().map(EvalPass::outcome).collect();
        self.state = EvaluatorState::Idle(passes);
        Some(outcomes)
    }

    /// Evaluates the arms at once and blocks until all outcomes are known.
    pub(super) fn run_now(&mut self, arms: &[Arm<R>], at: EvalPoint) -> Vec<EvalOutcome> {
        let mut passes = self.take(arms);
        for (pass, arm) in passes.iter_mut().zip(arms) {
            pass.begin(arm, at, EvaluationScope::Everything);
        }
        let threads = rayon::current_num_threads();
        in_parallel(passes.iter_mut(), threads, |pass| pass.advance(usize::MAX));
        let outcomes = passes.iter().map(EvalPass::outcome).collect();
        self.state = EvaluatorState::Idle(passes);
        outcomes
    }
}

fn passes<R: Real>(data: &Arc<Data>, arms: &[Arm<R>]) -> Vec<EvalPass<R>> {
    arms.iter().map(|arm| EvalPass::new(data, arm)).collect()
}

/// Calls `work` on each item, in parallel if there is more than one thread. The calling thread takes part.
fn in_parallel<'a, T: Send + 'a>(
    mut each: impl Iterator<Item = &'a mut T>,
    threads: usize,
    work: impl Fn(&mut T) + Sync,
) {
    if threads < 2 {
        each.for_each(work);
        return;
    }
    let (here, work) = (each.next(), &work);
    rayon::in_place_scope(|scope| {
        for one in each {
            scope.spawn(move |_| work(one));
        }
        // The other items are under way on other threads; this thread works on the first one.
        if let Some(one) = here {
            work(one);
        }
    });
}

/// The evaluation of an arm as a job on another thread.
struct BackgroundPass<R> {
    /// The index of the arm.
    arm: usize,
    pass: EvalPass<R>,
    /// The slices that take about a millisecond.
    slices: usize,
    /// Refers to [`PendingPasses`], whose end cancels the job.
    keep_alive: Weak<()>,
    sender: SyncSender<FinishedPass<R>>,
}

impl<R: Real> BackgroundPass<R> {
    /// Advances the evaluation while [`PendingPasses`] lives. After about a millisecond at a time, other
    /// work has its turn. (If a pass spawned its remaining slices as a new job, the thread would run that
    /// job before those from outside the pool, such as the steps of the arms.)
    fn run(mut self) {
        while self.is_wanted() {
            // A panic here is passed on to the training thread.
            let advanced = catch_unwind(AssertUnwindSafe(|| self.pass.advance(self.slices)));
            let result = match advanced {
                Ok(()) if !self.pass.is_done() => {
                    if self.is_wanted() {
                        rayon::yield_now();
                    }
                    continue;
                }
                Ok(()) => Ok(self.pass),
                Err(panic) => Err(panic),
            };
            // The receiver may have been dropped.
            drop(self.sender.send(FinishedPass { arm: self.arm, result }));
            return;
        }
    }

    fn is_wanted(&self) -> bool {
        self.keep_alive.strong_count() > 0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread::ThreadId;

    use ndarray::{Array1, Array2};
    use rayon::{ThreadPool, ThreadPoolBuilder};

    use super::*;
    use crate::data::table;
    use crate::experiment::arm::ArmTraining;
    use crate::nn::{Activation, Cost, Network, Output};

    /// The neurons of a layer, sized so that a slice takes some milliseconds.
    const WIDE: usize = 512;

    /// Data and arms to evaluate.
    struct EvalPasses {
        data: Arc<Data>,
        arms: Vec<Arm<f32>>,
    }

    impl EvalPasses {
        fn of(examples: usize) -> Self {
            Self::of_arms(1, examples)
        }

        fn of_arms(count: usize, examples: usize) -> Self {
            let data = Arc::new(table(&vec![vec![0.5]; examples], &vec![vec![0.0]; examples]));
            let layer = |n, inputs| (Array2::zeros((n, inputs)), Array1::zeros(n));
            let layers = [layer(WIDE, 1), layer(WIDE, WIDE), layer(1, WIDE)];
            let network = Network::new(Activation::Sigmoid, Output::Sigmoid, layers);
            let training = ArmTraining { shrinking: 0.0, batch: 1, cost_scale: 1.0 };
            let arm = || Arm::new(network.clone(), Cost::Quadratic, &training);
            Self { arms: (0..count).map(|_| arm()).collect(), data }
        }

        /// Begins evaluations in a pool, on data large enough for several threads.
        fn begin_all(&self, pool: &ThreadPool) -> Evaluator<f32> {
            let mut evaluator = Evaluator::new(&self.data, &self.arms);
            (evaluator.work, evaluator.slices) = (WORTH_HANDING_OVER, 2);
            pool.install(|| {
                evaluator.begin(
                    &self.arms,
                    EvalPoint { step: 1, epoch: 1 },
                    EvaluationScope::Everything,
                );
            });
            evaluator
        }

        /// Begins an evaluation in this pool, one slice at a time.
        fn begin(&self, pool: &ThreadPool) -> Evaluator<f32> {
            let mut evaluator = Evaluator::new(&self.data, &self.arms);
            (evaluator.work, evaluator.slices) = (WORTH_HANDING_OVER, 1);
            pool.install(|| {
                evaluator.begin(&self.arms, EvalPoint::default(), EvaluationScope::Everything);
            });
            assert!(evaluator.is_in_background());
            evaluator
        }
    }

    fn threads(count: usize) -> ThreadPool {
        ThreadPoolBuilder::new().num_threads(count).build().expect("there are threads")
    }

    #[test]
    fn arms_are_evaluated_on_the_training_thread_unless_a_core_is_free_for_each() {
        let mut passes = EvalPasses::of_arms(2, 128);
        assert!(passes.begin_all(&threads(2)).is_inline());
        assert!(passes.begin_all(&threads(3)).is_in_background());
        passes.arms[0].diverge(0, 0.5, "a test");
        assert!(passes.begin_all(&threads(2)).is_in_background());
        passes.arms[1].diverge(0, 0.5, "a test");
        let mut none = passes.begin_all(&threads(1));
        assert_eq!(none.work_on(), Some(vec![EvalOutcome::Skipped, EvalOutcome::Skipped]));
    }

    #[test]
    fn each_evaluation_has_its_own_thread_if_there_are_several() {
        let mut ran: [Option<ThreadId>; 3] = [None; 3];
        // This thread is not in the pool, so it runs none of the jobs that it sends there.
        in_parallel(ran.iter_mut(), 2, |ran| *ran = Some(thread::current().id()));
        let here = Some(thread::current().id());
        assert!(ran[0] == here && ran[1..].iter().all(|ran| ran.is_some() && *ran != here));
        in_parallel(ran.iter_mut(), 1, |ran| *ran = Some(thread::current().id()));
        assert_eq!(ran, [here; 3]);
    }

    #[test]
    fn evaluations_on_the_training_thread_advance_slice_by_slice() {
        // Two threads do two slices of each arm at a time; one thread does one slice of each.
        for (count, pieces) in [(2, 5), (1, 10)] {
            let (pool, passes) = (threads(count), EvalPasses::of_arms(2, 10 * 128));
            let mut evaluator = passes.begin_all(&pool);
            for _ in 1..pieces {
                assert_eq!(pool.install(|| evaluator.work_on()), None);
            }
            let outcomes = pool.install(|| evaluator.work_on()).expect("all slices are done");
            assert!(
                matches!(&outcomes[..], [EvalOutcome::Full(_), EvalOutcome::Full(_)]),
                "{outcomes:?}"
            );
        }
    }

    #[test]
    fn background_evaluations_return_in_the_order_of_the_arms() {
        let (pool, mut passes) = (threads(3), EvalPasses::of_arms(3, 2 * 128));
        passes.arms[1].diverge(0, 0.5, "a test");
        passes.arms[2].cost = Cost::CrossEntropy;
        let mut evaluator = passes.begin_all(&pool);
        assert!(evaluator.is_in_background());
        let outcomes = std::iter::from_fn(|| Some(evaluator.wait_briefly())).flatten().next();
        let outcomes = outcomes.expect("all passes have returned");
        let costs = outcomes.iter().map(|outcome| match outcome {
            EvalOutcome::Full(evaluation) => Some(evaluation.cost),
            _ => None,
        });
        // Every output is 1/2 and every target 0.
        let near = |cost: Option<f64>, at: f64| cost.is_some_and(|cost| (cost - at).abs() < 1e-6);
        let costs: Vec<_> = costs.collect();
        assert!(near(costs[0], 0.125) && near(costs[2], std::f64::consts::LN_2), "{costs:?}");
        assert_eq!(outcomes[1], EvalOutcome::Skipped);
        assert_eq!(passes.begin_all(&pool).take(&passes.arms).len(), 3);
    }

    #[test]
    fn other_jobs_have_their_turn_while_every_thread_evaluates() {
        let pool = threads(2);
        let passes = EvalPasses::of(40 * 128);
        let mut evaluators = [passes.begin(&pool), passes.begin(&pool)];
        let (sender, receiver) = channel();
        pool.spawn(move || sender.send(()).expect("the test waits for it"));
        receiver.recv().expect("the job has its turn");
        assert!(evaluators.iter_mut().all(|evaluator| evaluator.poll().is_none()));
    }

    #[test]
    fn a_cancelled_evaluation_ends_at_once() {
        let pool = threads(3);
        let (given_up, other) = (EvalPasses::of(80 * 128), EvalPasses::of(40 * 128));
        let mut beside = other.begin(&pool);
        let mut evaluator = given_up.begin(&pool);
        evaluator.stop(&given_up.arms);
        drop(evaluator);
        while Arc::strong_count(&given_up.data) > 1 {
            thread::yield_now();
        }
        assert_eq!(beside.poll(), None);
    }
}
