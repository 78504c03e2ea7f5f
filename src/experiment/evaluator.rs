//! Has the arms examined without keeping them from training: beside it, on whatever core is free.
//!
//! What comes out does not depend on where it is worked out, nor on when: an examination is of
//! copies of the networks, and what follows from it follows at a fixed step.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::data::Data;
use crate::experiment::arm::Arm;
use crate::experiment::exam::{Exam, Mark};
use crate::nn::Real;

/// An examination that takes fewer multiplications than this is done in its place: handing it over
/// would take longer.
const WORTH_HANDING_OVER: usize = 4_000_000;

/// How long to wait for an examination at a time.
const PATIENCE: Duration = Duration::from_millis(5);

/// Where the examination is.
enum Place<R> {
    /// Nowhere: there is none.
    Idle(Box<Exam<R>>),
    /// In its place, under way.
    Here(Box<Exam<R>>),
    /// On another core.
    Away(Receiver<thread::Result<Box<Exam<R>>>>),
}

/// Has arms examined.
pub(super) struct Evaluator<R> {
    data: Arc<Data>,
    place: Place<R>,
    /// Multiplications of a whole examination, and slices in about a millisecond.
    work: usize,
    slices: usize,
}

impl<R: Real> Evaluator<R> {
    /// `work` is the multiplications of one example, `a_while` those of about a millisecond.
    pub(super) fn new(data: &Arc<Data>, arms: &[Arm<R>], (work, a_while): (usize, usize)) -> Self {
        let exam = Exam::new(data, arms);
        let examples = data.train.len() + data.test.as_ref().map_or(0, crate::data::DataSet::len);
        Self {
            work: examples.saturating_mul(work),
            slices: (a_while / (exam.slice_len() * work).max(1)).max(1),
            data: Arc::clone(data),
            place: Place::Idle(Box::new(exam)),
        }
    }

    /// Whether an examination is under way in its place: the next unit of work is part of it.
    pub(super) fn is_here(&self) -> bool {
        matches!(self.place, Place::Here(_))
    }

    /// Whether an examination is under way on another core.
    pub(super) fn is_away(&self) -> bool {
        matches!(self.place, Place::Away(_))
    }

    /// Begins an examination of the arms as they are, after so many steps and epochs. One that is
    /// under way is given up.
    pub(super) fn begin(&mut self, arms: &[Arm<R>], at: (u64, u64)) {
        let mut exam = self.take(arms);
        exam.begin(arms, at);
        if self.work < WORTH_HANDING_OVER || rayon::current_num_threads() < 2 {
            self.place = Place::Here(exam);
            return;
        }
        let (sender, receiver) = sync_channel(1);
        let slices = self.slices;
        rayon::spawn(move || go_on(exam, slices, sender));
        self.place = Place::Away(receiver);
    }

    /// Gives up what is under way.
    pub(super) fn stop(&mut self, arms: &[Arm<R>]) {
        self.place = Place::Idle(self.take(arms));
    }

    /// The work space, made anew where another core still has it.
    fn take(&mut self, arms: &[Arm<R>]) -> Box<Exam<R>> {
        // What is dropped here tells the other core that nobody waits for it any longer.
        let (_, nowhere) = sync_channel(1);
        match std::mem::replace(&mut self.place, Place::Away(nowhere)) {
            Place::Idle(exam) | Place::Here(exam) => exam,
            Place::Away(_) => Box::new(Exam::new(&self.data, arms)),
        }
    }

    /// Does some slices of an examination in its place; what it says once it is done.
    pub(super) fn work_on(&mut self) -> Option<Vec<Mark>> {
        let Place::Here(exam) = &mut self.place else { return None };
        let is_done = (0..self.slices).any(|_| exam.slice());
        is_done.then(|| self.marks_of_here())
    }

    fn marks_of_here(&mut self) -> Vec<Mark> {
        let (_, nowhere) = sync_channel(1);
        match std::mem::replace(&mut self.place, Place::Away(nowhere)) {
            Place::Here(exam) | Place::Idle(exam) => {
                let marks = exam.marks();
                self.place = Place::Idle(exam);
                marks
            }
            away @ Place::Away(_) => {
                self.place = away;
                Vec::new()
            }
        }
    }

    /// What an examination on another core says, if it has come back.
    pub(super) fn look_out(&mut self) -> Option<Vec<Mark>> {
        self.wait(Duration::ZERO)
    }

    /// Waits a little for an examination on another core; what it says, if it has come back.
    pub(super) fn wait_a_little(&mut self) -> Option<Vec<Mark>> {
        self.wait(PATIENCE)
    }

    fn wait(&mut self, time: Duration) -> Option<Vec<Mark>> {
        let Place::Away(receiver) = &self.place else { return None };
        match receiver.recv_timeout(time) {
            Ok(Ok(exam)) => {
                let marks = exam.marks();
                self.place = Place::Idle(exam);
                Some(marks)
            }
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                unreachable!("an examination ends with what it says, or with why it could not")
            }
        }
    }

    /// Examines the arms here and now.
    pub(super) fn examine(&mut self, arms: &[Arm<R>], at: (u64, u64)) -> Vec<Mark> {
        let mut exam = self.take(arms);
        exam.begin(arms, at);
        while !exam.slice() {}
        let marks = exam.marks();
        self.place = Place::Idle(exam);
        marks
    }
}

/// Works on an examination for about a millisecond, then lets whatever else there is have its turn.
fn go_on<R: Real>(
    mut exam: Box<Exam<R>>,
    slices: usize,
    done: SyncSender<thread::Result<Box<Exam<R>>>>,
) {
    // A panic here is one of the run, and is raised again where the run is.
    let worked = catch_unwind(AssertUnwindSafe(|| (0..slices).any(|_| exam.slice())));
    match worked {
        Ok(false) => rayon::spawn(move || go_on(exam, slices, done)),
        // Nobody may be waiting any longer.
        Ok(true) => drop(done.send(Ok(exam))),
        Err(panic) => drop(done.send(Err(panic))),
    }
}
