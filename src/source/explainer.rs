//! The thread that computes explanations: it answers the last question about the last snapshot. Neither
//! training nor drawing waits for it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};
use rustix::process::nice;
use rustix::time::{ClockId, clock_gettime};

use crate::explain::{
    AnswerStream, InputPlane, ParameterSnapshot, RefinementDepth, Scores, Snapshot, atlas,
    equation, on_picture, silencing, surface,
};
use crate::source::throughput::now;
use crate::telemetry::{Answer, Atlas, ExamplesRequest, FieldRequest, Fields, Question, Surface};

/// The niceness of the threads that explain. On a core that also trains, it leaves them about 3 % of the
/// time.
const NICENESS: i32 = 15;

/// The shortest time between two parts of an answer.
const ATLAS_INTERVAL: Duration = Duration::from_millis(66);

/// The working time between two pauses while a run trains. It is short because arms wait for each other
/// after every chunk.
const PIECE: Duration = Duration::from_millis(1);

/// A question, with the state of the run that it is about.
pub(super) struct ExplainTask {
    /// The question to answer.
    pub(super) question: Question,
    /// The current state of the run.
    pub(super) now: Snapshot,
    /// The state one step earlier, if a single step was requested.
    pub(super) before: Option<Arc<Snapshot>>,
    /// The past parameters of larger networks.
    pub(super) frames: Vec<Arc<ParameterSnapshot>>,
    /// Whether the run trains meanwhile.
    pub(super) is_running: bool,
    /// Whether this is the first task about this question and run.
    pub(super) is_first: bool,
}

/// The state shared by the explainer and its callers.
pub(super) struct Explainer {
    state: Mutex<ExplainerState>,
    changed: Condvar,
    /// Whether the answer in work is no longer needed.
    is_stale: AtomicBool,
    /// Whether nothing has been answered since the first task about a question.
    awaits_first: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// The current task, the question in work, and the answer.
#[derive(Default)]
struct ExplainerState {
    task: Option<ExplainTask>,
    /// The question in work, and whether the run trains meanwhile.
    working_on: Option<(Question, bool)>,
    answer: Option<Answer>,
    is_closed: bool,
}

impl Explainer {
    /// Starts the thread. It calls `wake` whenever [`Self::take`] has a new answer.
    ///
    /// # Errors
    /// If the system cannot start a thread.
    pub(super) fn start(wake: Arc<dyn Fn() + Send + Sync>) -> io::Result<Arc<Self>> {
        let explainer = Arc::new(Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            is_stale: AtomicBool::new(false),
            awaits_first: AtomicBool::new(false),
            wake,
        });
        let worker = Arc::clone(&explainer);
        thread::Builder::new().name("explainer".into()).spawn(move || worker.work())?;
        Ok(explainer)
    }

    /// Returns whether the thread is idle. While it is busy, further snapshots would only be replaced.
    pub(super) fn is_free(&self) -> bool {
        let state = self.lock();
        state.task.is_none() && state.working_on.is_none()
    }

    /// Submits a task. It replaces a waiting one and cancels one in work about another question, run or run
    /// state.
    pub(super) fn explain(&self, task: ExplainTask) {
        let mut state = self.lock();
        // The first task about a question in a run: one in work is about what was there before.
        let is_other = state.working_on.as_ref().is_some_and(|(question, is_running)| {
            task.is_first || *question != task.question || *is_running != task.is_running
        });
        self.is_stale.store(is_other, Ordering::Relaxed);
        if task.is_first {
            self.awaits_first.store(true, Ordering::Relaxed);
        }
        state.task = Some(task);
        self.changed.notify_one();
    }

    /// Discards the task and the answer.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        state.task = None;
        state.answer = None;
        self.is_stale.store(true, Ordering::Relaxed);
        self.changed.notify_one();
    }

    /// Returns the newest answer, if it has not been taken yet.
    pub(super) fn take(&self) -> Option<Answer> {
        self.lock().answer.take()
    }

    /// Ends the thread without waiting for it.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.is_stale.store(true, Ordering::Relaxed);
        self.changed.notify_one();
    }

    fn work(&self) {
        // This thread keeps its priority, so that a first answer need not wait for the training threads.
        let quick = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
        // Beside a run, all work is done on one thread, whose working time `on_core` measures.
        let alone = pool_of_low_priority(1);
        let all = pool_of_low_priority(0);
        let mut known = KnownParts::default();
        while let Some(task) = self.next_task() {
            let effort = self.effort(&task);
            let (pool, idle_ratio) = match effort {
                Effort::Quick => (&quick, 0),
                Effort::Whole => (&all, 0),
                Effort::BesideTraining => match idle_ratio(&task.question) {
                    0 => (&all, 0),
                    idle_ratio => (&alone, idle_ratio),
                },
            };
            let mut answer = || {
                let duty_cycle = DutyCycle { idle_ratio, last: Mutex::new(on_core()) };
                self.answer(&task, effort, &duty_cycle, &mut known);
                self.pause(&duty_cycle);
            };
            match pool {
                Some(pool) => pool.install(answer),
                None => answer(),
            }
            self.lock().working_on = None;
        }
    }

    /// Returns the effort for a task.
    fn effort(&self, task: &ExplainTask) -> Effort {
        let is_awaited = !matches!(task.question, Question::Equation(_) | Question::Atlas(_));
        if !task.is_running {
            Effort::Whole
        } else if is_awaited && self.awaits_first.load(Ordering::Relaxed) {
            Effort::Quick
        } else {
            Effort::BesideTraining
        }
    }

    /// Answers a question, unless the answer becomes stale meanwhile.
    fn answer(
        &self,
        task: &ExplainTask,
        effort: Effort,
        duty_cycle: &DutyCycle,
        known: &mut KnownParts,
    ) {
        let ExplainTask { question, now, before, frames, .. } = task;
        let keep_going = &|| self.keep_going(duty_cycle);
        let depth = match effort {
            Effort::Quick => RefinementDepth::Coarsest,
            Effort::BesideTraining => RefinementDepth::BesideTraining,
            Effort::Whole => RefinementDepth::Finest,
        };
        match question {
            Question::Equation(request) => {
                if let Some(equation) = equation(now, before.as_deref(), request, &self.is_stale) {
                    self.post(Answer::Equation(Arc::new(equation)));
                }
            }
            Question::Surface(request) => {
                let report = &mut |surface: Surface| self.post_surface(surface);
                surface(now, frames, request, AnswerStream { keep_going, depth, report });
            }
            Question::Atlas(request) => {
                let mut last: Option<Instant> = None;
                let report = &mut |atlas: &Atlas| {
                    let is_whole = atlas.done.0 == atlas.done.1;
                    if is_whole || last.is_none_or(|last| last.elapsed() >= ATLAS_INTERVAL) {
                        last = Some(crate::source::throughput::now());
                        self.post(Answer::Atlas(Arc::new(atlas.clone())));
                    }
                };
                atlas(now, request, &self.is_stale, report);
            }
            Question::Fields(request) => {
                let report =
                    &mut |fields: Fields| self.post_first(Answer::Fields(Arc::new(fields)));
                if let Some(plane) = known.plane(now, request) {
                    plane.fields(now, frames, request, AnswerStream { keep_going, depth, report });
                }
            }
            Question::Examples(request) => {
                if let Some(scores) = known.scores(now, request, keep_going) {
                    self.post_first(Answer::Examples(Arc::new(scores.list(request))));
                }
            }
            Question::Picture(request) => {
                if let Some(answer) = on_picture(now, request) {
                    self.post_first(Answer::Picture(Arc::new(answer)));
                }
            }
            Question::Silencing(request) => {
                if let Some(answer) = silencing(now, *request, keep_going) {
                    self.post_first(Answer::Silencing(Arc::new(answer)));
                }
            }
        }
    }

    /// Stores an answer after which no other one to the same question is awaited.
    fn post_first(&self, answer: Answer) {
        self.post(answer);
        self.note_first();
    }

    /// Stores a surface. One with a map is the first that is awaited.
    fn post_surface(&self, surface: Surface) {
        let has_map = surface.has_map();
        self.post(Answer::Surface(Arc::new(surface)));
        if has_map {
            self.note_first();
        }
    }

    fn note_first(&self) {
        if !self.is_stale.load(Ordering::Relaxed) {
            self.awaits_first.store(false, Ordering::Relaxed);
        }
    }

    /// Stores an answer, unless it has become stale.
    fn post(&self, answer: Answer) {
        if self.is_stale.load(Ordering::Relaxed) {
            return;
        }
        self.lock().answer = Some(answer);
        (self.wake)();
    }

    /// Pauses if due, and returns whether the answer is still needed.
    fn keep_going(&self, duty_cycle: &DutyCycle) -> bool {
        if duty_cycle.idle_ratio > 0 && duty_cycle.cpu_time() >= PIECE {
            self.pause(duty_cycle);
        }
        !self.is_stale.load(Ordering::Relaxed)
    }

    /// Pauses for the due time, or until the answer becomes stale.
    fn pause(&self, duty_cycle: &DutyCycle) {
        let (began, time) = (now(), duty_cycle.cpu_time() * duty_cycle.idle_ratio);
        let mut state = self.lock();
        loop {
            let left = time.saturating_sub(began.elapsed());
            if left.is_zero() || self.is_stale.load(Ordering::Relaxed) {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        duty_cycle.start();
    }

    fn next_task(&self) -> Option<ExplainTask> {
        let mut state = self.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(task) = state.task.take() {
                state.working_on = Some((task.question.clone(), task.is_running));
                self.is_stale.store(false, Ordering::Relaxed);
                return Some(task);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Locks the state. It is consistent at every moment, so a poisoned lock is safe.
    fn lock(&self) -> MutexGuard<'_, ExplainerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The parts of past answers from which the next ones are computed.
#[derive(Default)]
struct KnownParts {
    /// The outputs and costs of the arms on a whole set, from which any part of it is listed.
    scores: Option<Scores>,
    /// The plane of the last fields.
    plane: Option<InputPlane>,
}

impl KnownParts {
    /// Returns the scores of a set at this step: those known, or new ones. Returns `None` once they are stale.
    fn scores(
        &mut self,
        now: &Snapshot,
        request: &ExamplesRequest,
        keep_going: &(dyn Fn() -> bool + Sync),
    ) -> Option<&Scores> {
        if self.scores.as_ref().is_none_or(|scores| !scores.are_of(now, request.set)) {
            self.scores = Some(Scores::of(now, request.set, keep_going)?);
        }
        self.scores.as_ref()
    }

    /// Returns the requested plane, or `None` if the data have no such inputs. It is computed
    /// once for its data.
    fn plane(&mut self, now: &Snapshot, request: &FieldRequest) -> Option<&InputPlane> {
        if self.plane.as_ref().is_none_or(|plane| !plane.is_of(&now.data, request.axes)) {
            self.plane = InputPlane::of(&now.data, request.axes);
        }
        self.plane.as_ref()
    }
}

/// The effort for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    /// The first answer beside a run that trains: some 20 ms of work at the usual priority, without a pause,
    /// because someone has just opened the view and waits.
    Quick,
    /// Work of low priority with pauses, beside a run that trains.
    BesideTraining,
    /// All cores, because nothing trains.
    Whole,
}

/// The duty cycle of the thread.
struct DutyCycle {
    /// The ratio of idle to working time.
    idle_ratio: u32,
    /// The thread's CPU time at the end of its last pause.
    last: Mutex<Duration>,
}

impl DutyCycle {
    /// Returns the thread's CPU time since its last pause.
    fn cpu_time(&self) -> Duration {
        on_core().saturating_sub(*self.last.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn start(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = on_core();
    }
}

/// Returns the CPU time of this thread. By the wall clock, a thread of low priority mostly waits.
fn on_core() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Returns the ratio of idle to working time while a run trains. Even on a core of its own, explaining
/// takes memory bandwidth and clock speed from training.
fn idle_ratio(question: &Question) -> u32 {
    match question {
        // An answer takes less than a millisecond, so it still arrives about twenty times a second.
        Question::Equation(_) => 60,
        // A map beside training takes some 50 ms, so a new one comes about every second.
        // Coarse fields take less than a millisecond, a whole set some 50 ms.
        Question::Surface(_)
        | Question::Fields(_)
        | Question::Examples(_)
        | Question::Picture(_)
        | Question::Silencing(_) => 20,
        // Its starts do not depend on the run, so it is computed once.
        Question::Atlas(_) => 0,
    }
}

/// Returns a pool of so many threads of low priority, 0 for one per core, or `None` if the system cannot start
/// them.
fn pool_of_low_priority(threads: usize) -> Option<ThreadPool> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(move |index| format!("explain-{threads}-{index}"))
        .start_handler(|_| lower_priority())
        .build()
        .ok()
}

/// Lowers the priority of this thread.
fn lower_priority() {
    // On other systems, niceness applies to the whole process.
    if cfg!(target_os = "linux") {
        // If the system refuses, explaining slows training down.
        let _ = nice(NICENESS);
    }
}
