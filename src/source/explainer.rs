//! The thread that explains: it answers the newest question about the newest state of the run, and
//! neither the training nor the screen waits for it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};
use rustix::process::nice;

use crate::insight::{Frame, Still, atlas, equation, surface};
use crate::source::rate::now;
use crate::telemetry::{Answer, Atlas, Question};

/// How much less than others the threads that explain get of a core on which there is training: a
/// thread of this niceness about 3 %.
const NICENESS: i32 = 15;

/// Between two looks at an answer that is not complete.
const GLANCE: Duration = Duration::from_millis(66);

/// What is to be explained.
pub(super) struct Task {
    /// What was asked.
    pub(super) question: Question,
    /// The run as it stands.
    pub(super) now: Still,
    /// The run one step earlier, where the run was asked for a single one.
    pub(super) before: Option<Arc<Still>>,
    /// The way that larger nets have walked.
    pub(super) frames: Vec<Arc<Frame>>,
    /// Whether the run goes on meanwhile.
    pub(super) is_running: bool,
}

/// What the explainer and its customers share.
pub(super) struct Explainer {
    desk: Mutex<Desk>,
    bell: Condvar,
    /// Whether the answer that is being worked on is of no use any more.
    is_stale: AtomicBool,
    wake: Arc<dyn Fn() + Send + Sync>,
}

/// What lies on its desk.
#[derive(Default)]
struct Desk {
    task: Option<Task>,
    /// The question that is being answered.
    working_on: Option<Question>,
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
            desk: Mutex::default(),
            bell: Condvar::new(),
            is_stale: AtomicBool::new(false),
            wake,
        });
        let theirs = Arc::clone(&explainer);
        thread::Builder::new().name("explainer".into()).spawn(move || theirs.work())?;
        Ok(explainer)
    }

    /// Whether it has nothing to do: while it has, there is no use in handing over every state.
    pub(super) fn is_free(&self) -> bool {
        let desk = self.lock();
        desk.task.is_none() && desk.working_on.is_none()
    }

    /// Hands over a task; one that waits gives way, and so does one under way about another question.
    pub(super) fn ask(&self, task: Task) {
        let mut desk = self.lock();
        let is_other = desk.working_on.is_some_and(|question| question != task.question);
        self.is_stale.store(is_other, Ordering::Relaxed);
        desk.task = Some(task);
        self.bell.notify_one();
    }

    /// Forgets what was asked.
    pub(super) fn forget(&self) {
        let mut desk = self.lock();
        desk.task = None;
        desk.answer = None;
        self.is_stale.store(true, Ordering::Relaxed);
        self.bell.notify_one();
    }

    /// The newest answer since the last time.
    pub(super) fn take(&self) -> Option<Answer> {
        self.lock().answer.take()
    }

    /// Ends the thread, without waiting for it.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.is_stale.store(true, Ordering::Relaxed);
        self.bell.notify_one();
    }

    fn work(&self) {
        let pool = pool();
        while let Some(task) = self.next_task() {
            let began = now();
            match &pool {
                Some(pool) => pool.install(|| self.answer(&task)),
                None => self.answer(&task),
            }
            if task.is_running {
                let rest = began.elapsed() * rests(&task.question);
                self.rest(task.question, now(), rest);
            }
            self.lock().working_on = None;
        }
    }

    /// Answers a question, unless the answer becomes useless meanwhile.
    fn answer(&self, task: &Task) {
        let Task { question, now, before, frames, .. } = task;
        match question {
            Question::Equation(asked) => {
                if let Some(told) = equation(now, before.as_deref(), asked, &self.is_stale) {
                    self.post(Answer::Equation(Arc::new(told)));
                }
            }
            Question::Surface(asked) => {
                let tell = &mut |told| self.post(Answer::Surface(Arc::new(told)));
                surface(now, frames, asked, (&self.is_stale, tell));
            }
            Question::Atlas(asked) => {
                let mut last: Option<Instant> = None;
                let tell = &mut |told: &Atlas| {
                    let is_whole = told.done.0 == told.done.1;
                    if is_whole || last.is_none_or(|last| last.elapsed() >= GLANCE) {
                        last = Some(crate::source::rate::now());
                        self.post(Answer::Atlas(Arc::new(told.clone())));
                    }
                };
                atlas(now, asked, &self.is_stale, tell);
            }
        }
    }

    /// Puts down an answer, unless it has become useless.
    fn post(&self, answer: Answer) {
        if self.is_stale.load(Ordering::Relaxed) {
            return;
        }
        self.lock().answer = Some(answer);
        (self.wake)();
    }

    /// Rests before it answers the same question once more; another, or one about a run that has
    /// come to stand, does not have to wait.
    fn rest(&self, question: Question, from: Instant, time: Duration) {
        let mut desk = self.lock();
        let is_urgent = |task: &Task| task.question != question || !task.is_running;
        while !desk.is_closed && !desk.task.as_ref().is_some_and(is_urgent) {
            let left = time.saturating_sub(from.elapsed());
            if left.is_zero() || self.is_stale.load(Ordering::Relaxed) {
                return;
            }
            let waited = self.bell.wait_timeout(desk, left);
            desk = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn next_task(&self) -> Option<Task> {
        let mut desk = self.lock();
        loop {
            if desk.is_closed {
                return None;
            }
            if let Some(task) = desk.task.take() {
                desk.working_on = Some(task.question);
                self.is_stale.store(false, Ordering::Relaxed);
                return Some(task);
            }
            desk = self.bell.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What lies on the desk is whole at every moment, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While a run goes on, it rests so many times as long as it has worked before it looks at the same
/// thing again: even on a core of its own, what it does takes from the memory and the clock of all.
fn rests(question: &Question) -> u32 {
    match question {
        // It is explained within a millisecond, and so still twenty times a second.
        Question::Equation(_) => 60,
        Question::Surface(_) => 24,
        // It is of the same starts whatever the run does meanwhile.
        Question::Atlas(_) => 0,
    }
}

/// Threads that give way to those that train; none where the system has none to give.
fn pool() -> Option<ThreadPool> {
    let give_way = |_| {
        // Elsewhere it would be the whole process that gives way.
        if cfg!(target_os = "linux") {
            // Where that is not allowed, what is explained is so at the cost of the training.
            let _ = nice(NICENESS);
        }
    };
    let name = |index| format!("explain-{index}");
    ThreadPoolBuilder::new().thread_name(name).start_handler(give_way).build().ok()
}
