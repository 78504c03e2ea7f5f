//! The thread that computes explanations: it answers the newest question about the newest state. Neither
//! training nor drawing waits for it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};
use rustix::process::nice;
use rustix::time::{ClockId, clock_gettime};

use crate::explain::{ParameterSnapshot, Snapshot, atlas, equation, surface};
use crate::source::throughput::now;
use crate::telemetry::{Answer, Atlas, Question};

/// How much less than others the threads that explain get of a core on which there is training: a
/// thread of this niceness about 3 %.
const NICENESS: i32 = 15;

/// Between two looks at an answer that is not complete.
const GLANCE: Duration = Duration::from_millis(66);

/// While a run trains, it works about this long before it pauses, because arms wait for each other after
/// every chunk.
const PIECE: Duration = Duration::from_millis(1);

/// What is to be explained.
pub(super) struct ExplainTask {
    /// What was asked.
    pub(super) question: Question,
    /// The run as it stands.
    pub(super) now: Snapshot,
    /// The run one step earlier, where the run was asked for a single one.
    pub(super) before: Option<Arc<Snapshot>>,
    /// The way that larger nets have walked.
    pub(super) frames: Vec<Arc<ParameterSnapshot>>,
    /// Whether the run goes on meanwhile.
    pub(super) is_running: bool,
}

/// The state shared by the explainer and its callers.
pub(super) struct Explainer {
    state: Mutex<ExplainerState>,
    changed: Condvar,
    /// Whether the answer that is being worked on is of no use any more.
    is_stale: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// The current task, the question in work, and the answer.
#[derive(Default)]
struct ExplainerState {
    task: Option<ExplainTask>,
    /// The question that is being answered, and whether the run goes on meanwhile.
    working_on: Option<(Question, bool)>,
    answer: Option<Answer>,
    is_closed: bool,
}

impl Explainer {
    /// Starts the thread; `wake` is called from it whenever there is something to [`Self::take`].
    ///
    /// # Errors
    /// Where the system has no thread to give.
    pub(super) fn start(wake: Arc<dyn Fn() + Send + Sync>) -> io::Result<Arc<Self>> {
        let explainer = Arc::new(Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            is_stale: AtomicBool::new(false),
            wake,
        });
        let theirs = Arc::clone(&explainer);
        thread::Builder::new().name("explainer".into()).spawn(move || theirs.work())?;
        Ok(explainer)
    }

    /// Whether it has nothing to do: while it has, there is no use in handing over every state.
    pub(super) fn is_free(&self) -> bool {
        let state = self.lock();
        state.task.is_none() && state.working_on.is_none()
    }

    /// Submits a task. It replaces a waiting one and cancels one in work about another question or run
    /// state.
    pub(super) fn ask(&self, task: ExplainTask) {
        let mut state = self.lock();
        let about = (task.question, task.is_running);
        let is_other = state.working_on.is_some_and(|working_on| working_on != about);
        self.is_stale.store(is_other, Ordering::Relaxed);
        state.task = Some(task);
        self.changed.notify_one();
    }

    /// Forgets what was asked.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        state.task = None;
        state.answer = None;
        self.is_stale.store(true, Ordering::Relaxed);
        self.changed.notify_one();
    }

    /// The newest answer since the last time.
    pub(super) fn take(&self) -> Option<Answer> {
        self.lock().answer.take()
    }

    /// Ends the thread, without waiting for it.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.is_stale.store(true, Ordering::Relaxed);
        self.changed.notify_one();
    }

    fn work(&self) {
        lower_priority();
        // Beside a run it works on its own thread alone, where it knows how long it has worked.
        let alone = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
        let all = pool();
        while let Some(task) = self.next_task() {
            let idle_ratio = if task.is_running { idle_ratio(&task.question) } else { 0 };
            let duty_cycle = DutyCycle { idle_ratio, last: Mutex::new(on_core()) };
            match if idle_ratio > 0 { &alone } else { &all } {
                Some(pool) => pool.install(|| self.answer(&task, &duty_cycle)),
                None => self.answer(&task, &duty_cycle),
            }
            self.pause(&duty_cycle);
            self.lock().working_on = None;
        }
    }

    /// Answers a question, unless the answer becomes useless meanwhile.
    fn answer(&self, task: &ExplainTask, duty_cycle: &DutyCycle) {
        let ExplainTask { question, now, before, frames, .. } = task;
        match question {
            Question::Equation(request) => {
                if let Some(told) = equation(now, before.as_deref(), request, &self.is_stale) {
                    self.post(Answer::Equation(Arc::new(told)));
                }
            }
            Question::Surface(request) => {
                let report = &mut |told| self.post(Answer::Surface(Arc::new(told)));
                surface(now, frames, request, (&|| self.keep_going(duty_cycle), report));
            }
            Question::Atlas(request) => {
                let mut last: Option<Instant> = None;
                let report = &mut |told: &Atlas| {
                    let is_whole = told.done.0 == told.done.1;
                    if is_whole || last.is_none_or(|last| last.elapsed() >= GLANCE) {
                        last = Some(crate::source::throughput::now());
                        self.post(Answer::Atlas(Arc::new(told.clone())));
                    }
                };
                atlas(now, request, &self.is_stale, report);
            }
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

    /// Whether to go on with an answer, after a rest where it is due.
    fn keep_going(&self, duty_cycle: &DutyCycle) -> bool {
        if duty_cycle.idle_ratio > 0 && duty_cycle.worked() >= PIECE {
            self.pause(duty_cycle);
        }
        !self.is_stale.load(Ordering::Relaxed)
    }

    /// Rests as long as is due, unless what it works on becomes useless.
    fn pause(&self, duty_cycle: &DutyCycle) {
        let (began, time) = (now(), duty_cycle.worked() * duty_cycle.idle_ratio);
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
                state.working_on = Some((task.question, task.is_running));
                self.is_stale.store(false, Ordering::Relaxed);
                return Some(task);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The state is consistent at every moment, so a poisoned lock is safe.
    fn lock(&self) -> MutexGuard<'_, ExplainerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The duty cycle of the thread.
struct DutyCycle {
    /// The ratio of idle to working time.
    idle_ratio: u32,
    /// How long the thread had worked when it last came from a rest.
    last: Mutex<Duration>,
}

impl DutyCycle {
    /// How long the thread has worked since its last rest.
    fn worked(&self) -> Duration {
        on_core().saturating_sub(*self.last.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn start(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = on_core();
    }
}

/// How long this thread has had a core: by the clock, one that gives way mostly waits.
fn on_core() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// While a run goes on, it rests so many times as long as it has worked: even on a core of its own,
/// what it does takes from the memory and the clock of all.
fn idle_ratio(question: &Question) -> u32 {
    match question {
        // It is explained within a millisecond, and so still twenty times a second.
        Question::Equation(_) => 60,
        Question::Surface(_) => 40,
        // It is of the same starts whatever the run does meanwhile.
        Question::Atlas(_) => 0,
    }
}

/// Threads that give way to those that train; none where the system has none to give.
fn pool() -> Option<ThreadPool> {
    let name = |index| format!("explain-{index}");
    ThreadPoolBuilder::new().thread_name(name).start_handler(|_| lower_priority()).build().ok()
}

/// Lowers the priority of this thread.
fn lower_priority() {
    // Elsewhere it would be the whole process that gives way.
    if cfg!(target_os = "linux") {
        // Where that is not allowed, what is explained is so at the cost of the training.
        let _ = nice(NICENESS);
    }
}
