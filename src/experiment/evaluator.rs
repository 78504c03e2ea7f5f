//! Has the arms examined without keeping them from training: beside it, on whatever core is free.
//!
//! What comes out does not depend on where it is worked out, nor on when: an examination is of
//! copies of the networks, and what follows from it follows at a fixed step.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Weak};
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
    Away(Errand<R>),
}

impl<R> Place<R> {
    /// Away, and never to come back: what is there while it is taken from where it is.
    fn lost() -> Self {
        let (_, receiver) = sync_channel(1);
        Self::Away(Errand { receiver, wanted: Arc::new(()) })
    }
}

/// An examination that is done elsewhere. Once this is dropped, nobody waits for it any longer.
struct Errand<R> {
    receiver: Receiver<Returned<R>>,
    wanted: Arc<()>,
}

/// What comes back: the examination when it is done, or why it could not be.
type Returned<R> = thread::Result<Box<Exam<R>>>;

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
        let errand = Errand { receiver, wanted: Arc::new(()) };
        let (slices, wanted) = (self.slices, Arc::downgrade(&errand.wanted));
        rayon::spawn(move || go_on(exam, slices, &wanted, &sender));
        self.place = Place::Away(errand);
    }

    /// Gives up what is under way.
    pub(super) fn stop(&mut self, arms: &[Arm<R>]) {
        self.place = Place::Idle(self.take(arms));
    }

    /// The work space, made anew where another core still has it.
    fn take(&mut self, arms: &[Arm<R>]) -> Box<Exam<R>> {
        match std::mem::replace(&mut self.place, Place::lost()) {
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
        match std::mem::replace(&mut self.place, Place::lost()) {
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
        let Place::Away(errand) = &self.place else { return None };
        match errand.receiver.recv_timeout(time) {
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

/// Works on an examination as long as it is wanted. After about a millisecond at a time whatever
/// else there is has its turn. (If it handed over what is left of it as work of its own, the thread
/// would go on with that before it took any from outside, as the arms' is.)
fn go_on<R: Real>(
    mut exam: Box<Exam<R>>,
    slices: usize,
    wanted: &Weak<()>,
    done: &SyncSender<Returned<R>>,
) {
    let is_wanted = || wanted.strong_count() > 0;
    while is_wanted() {
        // A panic here is one of the run, and is raised again where the run is.
        let worked = catch_unwind(AssertUnwindSafe(|| (0..slices).any(|_| exam.slice())));
        let returned = match worked {
            Ok(false) => {
                if is_wanted() {
                    rayon::yield_now();
                }
                continue;
            }
            Ok(true) => Ok(exam),
            Err(panic) => Err(panic),
        };
        // Nobody may be waiting any longer.
        drop(done.send(returned));
        return;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use ndarray::{Array1, Array2};
    use rayon::{ThreadPool, ThreadPoolBuilder};

    use super::*;
    use crate::data::table;
    use crate::nn::{Activation, Cost, Network, Output};

    /// The neurons of a layer, so many that a slice takes some milliseconds.
    const WIDE: usize = 512;

    /// What an examination is of.
    struct Exams {
        data: Arc<Data>,
        arms: Vec<Arm<f32>>,
    }

    impl Exams {
        fn of(examples: usize) -> Self {
            let data = Arc::new(table(&vec![vec![0.5]; examples], &vec![vec![0.0]; examples]));
            let layer = |n, inputs| (Array2::zeros((n, inputs)), Array1::zeros(n));
            let layers = [layer(WIDE, 1), layer(WIDE, WIDE), layer(1, WIDE)];
            let network = Network::new(Activation::Sigmoid, Output::Sigmoid, layers);
            let arm = Arm::new(network, (Cost::Quadratic, 0.0), (&data.train, 1));
            Self { data, arms: vec![arm] }
        }

        /// An examination that has begun in this pool, in turns of a slice.
        fn begin(&self, pool: &ThreadPool) -> Evaluator<f32> {
            let mut evaluator = Evaluator::new(&self.data, &self.arms, (WORTH_HANDING_OVER, 1));
            pool.install(|| evaluator.begin(&self.arms, (0, 0)));
            assert!(evaluator.is_away());
            evaluator
        }
    }

    fn threads(count: usize) -> ThreadPool {
        ThreadPoolBuilder::new().num_threads(count).build().expect("there are threads")
    }

    #[test]
    fn others_have_their_turn_where_every_thread_examines() {
        let pool = threads(2);
        let exams = Exams::of(40 * 128);
        let mut evaluators = [exams.begin(&pool), exams.begin(&pool)];
        let (sender, receiver) = channel();
        pool.spawn(move || sender.send(()).expect("somebody waits for it"));
        receiver.recv().expect("it has its turn");
        assert!(evaluators.iter_mut().all(|evaluator| evaluator.look_out().is_none()));
    }

    #[test]
    fn an_examination_that_is_given_up_ends_at_once() {
        let pool = threads(3);
        let (given_up, other) = (Exams::of(80 * 128), Exams::of(40 * 128));
        let mut beside = other.begin(&pool);
        let mut evaluator = given_up.begin(&pool);
        evaluator.stop(&given_up.arms);
        drop(evaluator);
        while Arc::strong_count(&given_up.data) > 1 {
            thread::yield_now();
        }
        assert_eq!(beside.look_out(), None);
    }
}
