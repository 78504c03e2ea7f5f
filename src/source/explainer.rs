//! The thread that explains: it answers the newest question about the newest state of the run, and
//! neither the training nor the screen waits for it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::insight::{Still, equation};
use crate::telemetry::{Answer, Question};

/// What is to be explained.
pub(super) struct Task {
    /// What was asked.
    pub(super) question: Question,
    /// The run as it stands.
    pub(super) now: Still,
    /// The run one step earlier, where the run was asked for a single one.
    pub(super) before: Option<Arc<Still>>,
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
        while let Some(task) = self.next_task() {
            let answer = answer(&task, &self.is_stale);
            let mut desk = self.lock();
            desk.working_on = None;
            if let Some(answer) = answer {
                desk.answer = Some(answer);
                drop(desk);
                (self.wake)();
            }
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

/// Answers a question; nothing where the answer has become useless meanwhile.
fn answer(task: &Task, is_stale: &AtomicBool) -> Option<Answer> {
    let Task { question, now, before } = task;
    match question {
        Question::Equation(asked) => {
            let equation = equation(now, before.as_deref(), asked, is_stale)?;
            Some(Answer::Equation(Arc::new(equation)))
        }
    }
}
