//! The events that wait for a watcher. Their number is bounded, however long they wait.

use std::mem::{discriminant, take};

use crate::telemetry::{Event, History, Notice, TimeMove};

/// The events that have not been taken yet. Taking them leads to the same history as taking each at once.
///
/// An event merges into one of its kind that waits. A change of the branch, which a person makes, begins anew: the
/// events after it are of another course.
#[derive(Debug, Default)]
pub(crate) struct EventQueue {
    events: Vec<Event>,
    /// The index of the first event of the open course.
    open: usize,
}

impl EventQueue {
    /// The most remarks that wait; older ones are dropped.
    const REMARKS: usize = 64;

    /// Returns whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Returns the number of courses of which events wait.
    pub(crate) fn courses(&self) -> usize {
        let is_change = |event: &&Event| {
            matches!(event, Event::Moved(TimeMove::Forked(_) | TimeMove::Switched(_)))
        };
        self.events.iter().filter(is_change).count()
    }

    /// Takes all events, in the order in which they are to be applied.
    pub(crate) fn take(&mut self) -> Vec<Event> {
        self.open = 0;
        take(&mut self.events)
    }

    /// Adds a group of events, each as [`Self::push`] does.
    pub(crate) fn extend(&mut self, group: Vec<Event>) {
        for event in group {
            self.push(event);
        }
    }

    /// Adds an event, or merges it into one that waits.
    pub(crate) fn push(&mut self, event: Event) {
        match event {
            Event::Began(_) => {
                // What was sent about another run is void but its notices, and the branches that are not to
                // stay as curves.
                self.events
                    .retain(|waiting| matches!(waiting, Event::Noticed(_) | Event::Dropped(_)));
                self.open = self.events.len();
                self.events.push(event);
            }
            Event::Moved(TimeMove::Forked(_) | TimeMove::Switched(_)) => {
                self.events.push(event);
                self.open = self.events.len();
            }
            Event::Moved(TimeMove::Within) => {
                // The weights of another position are none of the new one.
                self.remove_from_course(|waiting| matches!(waiting, Event::Weighed(_)));
                self.replace_or_add(event);
            }
            Event::Dropped(_) => self.events.push(event),
            Event::Progressed(arm, progress) => {
                let merged =
                    self.events[self.open..].iter_mut().find_map(|waiting| match waiting {
                        Event::Progressed(other, before) if *other == arm => Some(before),
                        _ => None,
                    });
                match merged {
                    Some(before) => before.merge(*progress),
                    None => self.events.push(Event::Progressed(arm, progress)),
                }
            }
            Event::Noticed(notice) => {
                // A refusal or another answer is awaited, and there are no more of them than somebody types.
                match &notice {
                    Notice::Remark(_) | Notice::Fact(_) => self.make_room(Self::REMARKS, |of| {
                        matches!(of, Event::Noticed(Notice::Remark(_) | Notice::Fact(_)))
                    }),
                    Notice::Set { .. } => self.make_room(History::MARKS, |of| {
                        matches!(of, Event::Noticed(Notice::Set { .. }))
                    }),
                    Notice::SetAgain { .. } => self.make_room(History::MARKS, |of| {
                        matches!(of, Event::Noticed(Notice::SetAgain { .. }))
                    }),
                    Notice::Refused(_) | Notice::IsMet(..) => {}
                }
                self.events.push(Event::Noticed(notice));
            }
            Event::Stands(_) => {
                // It ends a group, so that it stays behind what it is about.
                self.remove_from_course(|waiting| matches!(waiting, Event::Stands(_)));
                self.events.push(event);
            }
            Event::Relabelled(_)
            | Event::Recounted(_)
            | Event::Reproducible(_)
            | Event::Sampled(_)
            | Event::Weighed(_) => {
                self.replace_or_add(event);
            }
        }
    }

    /// Removes events of the open course.
    fn remove_from_course(&mut self, is_removed: impl Fn(&Event) -> bool) {
        let course = self.events.split_off(self.open);
        self.events.extend(course.into_iter().filter(|waiting| !is_removed(waiting)));
    }

    /// Drops the oldest event of a kind if there are `most` of them.
    fn make_room(&mut self, most: usize, is_of_kind: impl Fn(&Event) -> bool) {
        if self.events.iter().filter(|waiting| is_of_kind(waiting)).count() < most {
            return;
        }
        if let Some(oldest) = self.events.iter().position(is_of_kind) {
            self.events.remove(oldest);
            self.open -= usize::from(oldest < self.open);
        }
    }

    /// Replaces the event of the same kind in the open course, or adds this one.
    fn replace_or_add(&mut self, event: Event) {
        let kind = discriminant(&event);
        let mut course = self.events[self.open..].iter_mut();
        match course.find(|waiting| discriminant(*waiting) == kind) {
            Some(waiting) => *waiting = event,
            None => self.events.push(event),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::EventQueue;
    use crate::telemetry::{
        ArmProgress, BranchFacts, BranchId, Channel, ChannelReadings, Event, History, Notice,
        RunFacts, RunState, RunStatus, Setting, TimeMove,
    };

    /// Returns the events of a step.
    fn step(step: u64) -> Vec<Event> {
        let mut readings = ChannelReadings::default();
        readings.push(Channel::COST, step, 1.0 / (step + 1) as f64);
        let arm = ArmProgress { readings, eta: step as f64, ..ArmProgress::default() };
        let status = RunStatus { state: RunState::Running, step, ..RunStatus::default() };
        vec![
            Event::Progressed(0, Box::new(arm)),
            Event::Noticed(Notice::Remark(step.to_string())),
            Event::Stands(status),
        ]
    }

    fn set(step: u64) -> Event {
        let (setting, etas) = (Setting::Eta { arm: 0, eta: step as f64 }, vec![step as f64]);
        Event::Noticed(Notice::Set { step, setting, etas })
    }

    fn forked(step: u64) -> Event {
        Event::Moved(TimeMove::Forked(BranchFacts {
            id: BranchId(1),
            parent: BranchId(0),
            step,
            setting: Setting::Epochs(1),
            etas_before: Vec::new(),
            etas: Vec::new(),
        }))
    }

    fn moved(step: u64, newest: u64) -> Vec<Event> {
        let arm = ArmProgress { eta: 0.5, ..ArmProgress::default() };
        let status = RunStatus { step, newest, ..RunStatus::default() };
        let progressed = Event::Progressed(0, Box::new(arm));
        vec![Event::Moved(TimeMove::Within), progressed, Event::Stands(status)]
    }

    fn applied(events: impl IntoIterator<Item = Event>) -> (History, Vec<Notice>) {
        let mut history = History::default();
        let notices = events.into_iter().filter_map(|event| history.apply(event)).collect();
        (history, notices)
    }

    fn queued(events: impl IntoIterator<Item = Event>) -> EventQueue {
        let mut queue = EventQueue::default();
        events.into_iter().for_each(|event| queue.push(event));
        queue
    }

    #[test]
    fn events_that_have_waited_lead_to_the_same_history_as_events_taken_at_once() {
        let began = Event::Began(Arc::new(RunFacts::default()));
        let mut events = vec![began];
        events.extend((0..20).flat_map(step));
        events.push(set(20));
        events.extend((20..30).flat_map(step));
        events.extend(moved(12, 29));
        events.extend(moved(5, 29));
        events.push(forked(5));
        events.push(set(5));
        events.extend((5..9).flat_map(step));
        events.extend(moved(7, 9));
        let (one_by_one, notices) = applied(events.clone());
        let mut queue = queued(events.clone());
        assert_eq!(applied(queue.take()), (one_by_one.clone(), notices));
        assert!(queue.is_empty());
        // Whenever it is taken, the history is the same.
        for at in 1..events.len() {
            let mut queue = queued(events[..at].to_vec());
            let mut taken = queue.take();
            events[at..].iter().for_each(|event| queue.push(event.clone()));
            taken.extend(queue.take());
            assert_eq!(applied(taken).0, one_by_one, "taken before event {at}");
        }
    }

    #[test]
    fn a_new_run_voids_what_was_sent_about_another_but_its_notices() {
        let mut queue = queued(step(7));
        queue.push(Event::Began(Arc::default()));
        queue.extend(step(0));
        let (history, notices) = applied(queue.take());
        assert_eq!(history.arms[0].series(Channel::COST).buckets().len(), 1);
        assert_eq!((history.step, notices.len()), (0, 2));
    }

    #[test]
    fn events_do_not_pile_up_and_no_refusal_and_no_mark_of_a_chart_is_dropped() {
        let refusal = Event::Noticed(Notice::Refused("no".to_owned()));
        let mut queue = queued([refusal.clone()]);
        for at in 0..1000 {
            queue.extend(step(at));
            queue.push(set(at));
        }
        let events = queue.take();
        assert_eq!(events[0], refusal);
        assert_eq!(events.len(), 1 + EventQueue::REMARKS + History::MARKS + 2);
        assert_eq!(applied(events).0.marks.len(), History::MARKS);
    }
}
