//! Schedules frames and requests for updates. It reads no clock; callers pass the time.
//!
//! On a slow link the output must stay below its rate: bytes that are written but not transmitted
//! yet delay the reply to every key. Updates therefore wait until all parts of the last frame are
//! transmitted. A key is drawn at once if the backlog is short.

use std::time::{Duration, Instant};

/// Updates within this time after a command count as its reply and are drawn at once.
const ANSWER: Duration = Duration::from_millis(250);

/// A key is drawn at once if the link transmits the backlog within this time.
const BACKLOG: Duration = Duration::from_millis(50);

/// The time the scheduler waits for a reply to a command before it draws without it.
const REPLY_LIMIT: Duration = Duration::from_millis(30);

/// The time a frame may take on a slow link; the rest of it follows in later frames.
const SHARE: Duration = Duration::from_millis(150);

/// The time the first frame waits for the run, so that it shows the run and not an empty screen.
const FIRST_FRAME_LIMIT: Duration = Duration::from_millis(15);

/// Draws keys at once, updates at a limited rate, and nothing while nothing happens.
///
/// An update is requested only when it may be drawn, and the next one only after that. If the
/// terminal accepts no frames, or the run is idle, no thread is woken.
pub(super) struct FrameScheduler {
    interval: Duration,
    opens_at: Option<Instant>,
    is_urgent: bool,
    has_news: bool,
    /// Whether the last update taken has not been drawn yet.
    update_undrawn: bool,
    /// The part of the last frame that is still to be written.
    remainder: Option<FrameRemainder>,
    /// The time at which that part was written, if an answer waited for it.
    whole_at: Option<Instant>,
    /// The time at which the last update was drawn, or was due.
    update_drawn_at: Option<Instant>,
    /// The time of the next request for an update.
    request_at: Option<Instant>,
    /// The end of the time in which an update counts as the reply to a command.
    answer_until: Option<Instant>,
    /// The end of the time in which nothing is drawn, so that the reply is in the same frame as the
    /// key.
    holds_until: Option<Instant>,
    /// The bytes per second of the link, if limited.
    bandwidth: Option<f64>,
    /// The time at which the link has transmitted everything written.
    through_at: Option<Instant>,
}

/// The part of a frame that is still to be written.
#[derive(Clone, Copy, Default)]
struct FrameRemainder {
    /// Whether an answer may be waiting for it.
    is_waited_for: bool,
}

impl FrameScheduler {
    /// Returns a scheduler that draws at most `frames_per_second` updates, at least 1, starting at
    /// `now`. `bandwidth` is the bytes per second of the link, if limited.
    pub(super) fn new(frames_per_second: u32, bandwidth: Option<u32>, now: Instant) -> Self {
        Self {
            interval: Duration::from_secs(1) / frames_per_second.max(1),
            opens_at: Some(now + FIRST_FRAME_LIMIT),
            is_urgent: false,
            has_news: false,
            update_undrawn: false,
            remainder: None,
            whole_at: None,
            update_drawn_at: None,
            request_at: None,
            answer_until: None,
            holds_until: None,
            bandwidth: bandwidth.map(|bytes| f64::from(bytes.max(1))),
            through_at: None,
        }
    }

    /// Requests a frame as soon as possible.
    pub(super) fn draw_soon(&mut self) {
        self.is_urgent = true;
    }

    /// Records that a command was sent to the run.
    pub(super) fn command_sent(&mut self, now: Instant) {
        self.answer_until = Some(now + ANSWER);
        // On a slow link one frame is better than two.
        self.holds_until = self.bandwidth.map(|_| now + REPLY_LIMIT);
    }

    /// Records that an update is waiting.
    pub(super) fn update_arrived(&mut self) {
        self.has_news = true;
    }

    /// Returns whether to take the waiting update and draw it.
    pub(super) fn should_take_update(&mut self, now: Instant) -> bool {
        // If updates replaced a frame before it is complete, its last part would never be written.
        let is_whole = self.remainder.is_none();
        let takes = self.has_news && is_whole && self.update_due_at().is_none_or(|due| now >= due);
        let is_answer = self.has_news
            && self.answer_until.is_some_and(|until| now < until)
            && self.passes_at().is_none_or(|at| now >= at);
        if takes || is_answer {
            self.has_news = false;
            self.update_undrawn = true;
            self.is_urgent = true;
            self.holds_until = None;
        }
        takes || is_answer
    }

    /// Returns whether to take an answer now, if there is one.
    pub(super) fn should_take_answer(&mut self, now: Instant) -> bool {
        let is_answer = self.answer_until.is_some_and(|until| now < until);
        if let Some(part) = &mut self.remainder
            && !is_answer
        {
            part.is_waited_for = true;
            return false;
        }
        self.whole_at = None;
        true
    }

    /// Returns whether to draw now.
    pub(super) fn should_draw(&mut self, now: Instant) -> bool {
        let is_wanted = self.is_urgent || self.opens_at.is_some_and(|at| now >= at);
        is_wanted && self.draws_at().is_none_or(|at| now >= at)
    }

    /// Returns the time at which an urgent frame may be drawn.
    fn draws_at(&self) -> Option<Instant> {
        self.passes_at().max(self.holds_until)
    }

    /// Returns the most bytes that a frame may have: those that the link transmits in [`SHARE`].
    pub(super) fn byte_budget(&self) -> Option<usize> {
        self.bandwidth.map(|bandwidth| (bandwidth * SHARE.as_secs_f64()) as usize)
    }

    /// Returns the time at which the backlog is short enough for another frame.
    fn passes_at(&self) -> Option<Instant> {
        self.through_at.and_then(|through| through.checked_sub(BACKLOG))
    }

    /// Records that a frame, or a part of one, of `bytes` bytes was drawn.
    pub(super) fn frame_drawn(&mut self, now: Instant, bytes: usize, is_whole: bool) {
        if let Some(bandwidth) = self.bandwidth {
            let from = self.through_at.map_or(now, |through| through.max(now));
            self.through_at = Some(from + Duration::from_secs_f64(bytes as f64 / bandwidth));
        }
        self.is_urgent = !is_whole;
        if is_whole {
            self.whole_at = self.remainder.take().filter(|part| part.is_waited_for).map(|_| now);
        } else {
            self.remainder.get_or_insert_default();
        }
        self.opens_at = None;
        if std::mem::take(&mut self.update_undrawn) {
            // Counted from the time the update was due, so that updates at an interval of their
            // own, such as the epochs of a paced run, are still drawn as often as allowed.
            let due = self.update_drawn_at.map_or(now, |at| at + self.interval);
            let from = now.checked_sub(self.interval).map_or(now, |least| due.max(least)).min(now);
            self.update_drawn_at = Some(from);
            self.request_at = Some(from + self.interval);
        }
    }

    /// Returns whether to request an update from the run.
    pub(super) fn should_request(&mut self, now: Instant) -> bool {
        let should_request = self.request_at.is_some_and(|at| now >= at);
        if should_request {
            self.request_at = None;
        }
        should_request
    }

    /// Returns the time of the next scheduled work. While the last frame `is_stuck`, the writer wakes the
    /// main loop instead.
    pub(super) fn wake_at(&self, is_stuck: bool) -> Option<Instant> {
        let news_at = self.update_due_at().filter(|_| self.has_news && self.remainder.is_none());
        let urgent_at = self.draws_at().filter(|_| self.is_urgent);
        let draws_at = [self.opens_at, urgent_at].into_iter().flatten().min();
        let draws_at = draws_at.filter(|_| !is_stuck);
        [draws_at, news_at, self.request_at, self.whole_at].into_iter().flatten().min()
    }

    /// Returns the time at which the next update may be drawn: an interval after the last one, and
    /// not before the backlog is short.
    fn update_due_at(&self) -> Option<Instant> {
        let at = self.update_drawn_at.map(|at| at + self.interval)?;
        Some(self.passes_at().map_or(at, |passes| passes.max(at)))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::FrameScheduler;
    use crate::cli::clock;

    const MS: Duration = Duration::from_millis(1);

    /// Returns a scheduler of 25 frames per second, and the time at which it drew its first update.
    fn running() -> (FrameScheduler, Instant) {
        let now = clock::now();
        let mut frame_scheduler = FrameScheduler::new(25, None, now);
        frame_scheduler.update_arrived();
        assert!(frame_scheduler.should_take_update(now));
        assert!(frame_scheduler.should_draw(now));
        frame_scheduler.frame_drawn(now, 400, true);
        (frame_scheduler, now)
    }

    #[test]
    fn the_first_frame_waits_at_most_20_ms_for_the_run() {
        let now = clock::now();
        let mut frame_scheduler = FrameScheduler::new(25, None, now);
        assert!(!frame_scheduler.should_draw(now));
        let opens = frame_scheduler.wake_at(false).expect("the first frame is scheduled");
        assert!(opens - now <= 20 * MS);
        assert!(frame_scheduler.should_draw(opens));
        frame_scheduler.frame_drawn(opens, 400, true);
        assert_eq!(frame_scheduler.wake_at(false), None);
    }

    #[test]
    fn a_key_is_drawn_at_once_and_an_update_when_it_is_due() {
        let (mut frame_scheduler, start) = running();
        frame_scheduler.update_arrived();
        assert!(!frame_scheduler.should_take_update(start + 10 * MS));
        assert!(!frame_scheduler.should_draw(start + 10 * MS));
        frame_scheduler.draw_soon();
        assert!(frame_scheduler.should_draw(start + 10 * MS));
        frame_scheduler.frame_drawn(start + 10 * MS, 400, true);
        assert!(!frame_scheduler.should_draw(start + 11 * MS));
        assert_eq!(frame_scheduler.wake_at(false), Some(start + 40 * MS));
        assert!(frame_scheduler.should_take_update(start + 40 * MS));
        assert!(frame_scheduler.should_draw(start + 40 * MS));
    }

    #[test]
    fn an_update_is_requested_once_when_the_next_frame_is_due() {
        let (mut frame_scheduler, start) = running();
        assert!(!frame_scheduler.should_request(start + 39 * MS));
        assert_eq!(frame_scheduler.wake_at(false), Some(start + 40 * MS));
        assert!(frame_scheduler.should_request(start + 40 * MS));
        assert!(!frame_scheduler.should_request(start + 41 * MS));
        assert_eq!(frame_scheduler.wake_at(false), None, "an idle run wakes no thread");
    }

    #[test]
    fn the_reply_to_a_command_is_drawn_at_once() {
        let (mut frame_scheduler, start) = running();
        frame_scheduler.command_sent(start + 5 * MS);
        frame_scheduler.update_arrived();
        assert!(frame_scheduler.should_take_update(start + 6 * MS));
        assert!(frame_scheduler.should_draw(start + 6 * MS));
    }

    #[test]
    fn no_update_is_requested_while_the_last_one_is_not_drawn() {
        let (mut frame_scheduler, start) = running();
        assert!(frame_scheduler.should_request(start + 40 * MS));
        frame_scheduler.update_arrived();
        assert!(frame_scheduler.should_take_update(start + 41 * MS));
        assert_eq!(
            frame_scheduler.wake_at(false),
            None,
            "the writer wakes the loop when it is free"
        );
        assert!(!frame_scheduler.should_request(start + 500 * MS));
        frame_scheduler.frame_drawn(start + 500 * MS, 400, true);
        assert!(frame_scheduler.should_request(start + 540 * MS));
    }

    /// Returns a scheduler for a link of 1,000 bytes/s to which a frame of 400 bytes was just
    /// written.
    fn slow() -> (FrameScheduler, Instant) {
        let now = clock::now();
        let mut frame_scheduler = FrameScheduler::new(25, Some(1000), now);
        frame_scheduler.update_arrived();
        assert!(frame_scheduler.should_take_update(now) && frame_scheduler.should_draw(now));
        frame_scheduler.frame_drawn(now, 400, true);
        (frame_scheduler, now)
    }

    #[test]
    fn on_a_slow_link_an_update_waits_until_the_backlog_is_short() {
        let (mut frame_scheduler, start) = slow();
        frame_scheduler.update_arrived();
        assert!(!frame_scheduler.should_take_update(start + 349 * MS));
        assert_eq!(frame_scheduler.wake_at(false), Some(start + 40 * MS), "to request an update");
        assert!(frame_scheduler.should_request(start + 40 * MS));
        assert_eq!(frame_scheduler.wake_at(false), Some(start + 350 * MS));
        assert!(frame_scheduler.should_take_update(start + 350 * MS));
        assert_eq!(frame_scheduler.byte_budget(), Some(150));
    }

    #[test]
    fn on_a_slow_link_a_key_waits_only_for_the_backlog() {
        let (mut frame_scheduler, start) = slow();
        frame_scheduler.draw_soon();
        assert!(!frame_scheduler.should_draw(start + 10 * MS));
        let passes = frame_scheduler.wake_at(false).expect("a frame is scheduled");
        assert!(frame_scheduler.should_request(passes));
        let passes = frame_scheduler.wake_at(false).expect("a frame is scheduled");
        assert_eq!(passes, start + 350 * MS);
        assert!(frame_scheduler.should_draw(passes));
        // 30 bytes, added to the backlog.
        frame_scheduler.frame_drawn(passes, 30, true);
        frame_scheduler.command_sent(passes);
        frame_scheduler.update_arrived();
        assert!(!frame_scheduler.should_take_update(start + 379 * MS));
        assert!(frame_scheduler.should_take_update(start + 380 * MS));
    }

    #[test]
    fn no_more_is_written_than_the_link_transmits() {
        let (mut frame_scheduler, start) = slow();
        let mut written = 400;
        for ms in 1..10_000 {
            let now = start + ms * MS;
            frame_scheduler.should_request(now);
            frame_scheduler.update_arrived();
            if frame_scheduler.should_take_update(now) && frame_scheduler.should_draw(now) {
                frame_scheduler.frame_drawn(now, 350, true);
                written += 350;
            }
        }
        assert!((9_500..=10_400).contains(&written), "{written}");
    }

    #[test]
    fn a_terminal_that_accepts_no_frame_wakes_no_thread() {
        for (mut frame_scheduler, start) in [slow(), running()] {
            let later = start + 1000 * MS;
            frame_scheduler.draw_soon();
            frame_scheduler.command_sent(later);
            assert!(frame_scheduler.should_request(later));
            frame_scheduler.update_arrived();
            assert!(frame_scheduler.should_take_update(later));
            assert_eq!(frame_scheduler.wake_at(true), None);
            frame_scheduler.update_arrived();
            assert!(frame_scheduler.should_take_update(later + MS));
            assert_eq!(frame_scheduler.wake_at(true), None);
        }
    }

    #[test]
    fn on_a_slow_link_a_frame_is_completed_before_an_update_is_taken() {
        let (mut frame_scheduler, start) = slow();
        let (key, later) = (start + 500 * MS, start + 1000 * MS);
        frame_scheduler.draw_soon();
        assert!(frame_scheduler.should_draw(key));
        frame_scheduler.frame_drawn(key, 150, false);
        frame_scheduler.update_arrived();
        assert!(
            !frame_scheduler.should_take_update(later)
                && !frame_scheduler.should_take_answer(later)
        );
        assert!(frame_scheduler.should_draw(later), "the next part of the frame");
        frame_scheduler.frame_drawn(later, 150, true);
        assert!(frame_scheduler.should_request(later));
        assert_eq!(frame_scheduler.wake_at(false), Some(later), "for the answer that waited");
        assert!(frame_scheduler.should_take_answer(later));
        let due = frame_scheduler.wake_at(false).expect("the update waits for the last part");
        assert!(due > later && frame_scheduler.should_take_update(due));
        // An update that may be the reply to a key does not wait.
        frame_scheduler.frame_drawn(due, 150, false);
        frame_scheduler.command_sent(due);
        frame_scheduler.update_arrived();
        assert!(
            frame_scheduler.should_take_answer(due + 200 * MS)
                && frame_scheduler.should_take_update(due + 200 * MS)
        );
    }

    #[test]
    fn on_a_slow_link_a_key_and_its_reply_share_a_frame() {
        let (mut frame_scheduler, start) = slow();
        let key = start + 500 * MS;
        frame_scheduler.draw_soon();
        frame_scheduler.command_sent(key);
        assert!(!frame_scheduler.should_draw(key));
        frame_scheduler.update_arrived();
        assert!(frame_scheduler.should_take_update(key + MS));
        assert!(frame_scheduler.should_draw(key + MS));
        frame_scheduler.frame_drawn(key + MS, 100, true);
        // A run that does not reply delays the frame by no more than this.
        let key = key + 500 * MS;
        frame_scheduler.draw_soon();
        frame_scheduler.command_sent(key);
        assert!(!frame_scheduler.should_draw(key + 29 * MS));
        assert!(frame_scheduler.should_draw(key + 30 * MS));
    }
}
