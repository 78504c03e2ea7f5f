//! The main loop of the dashboard: it receives events, updates the state and draws the changes.

mod copied_text;
mod event;
mod exit_summary;
mod frame_scheduler;
mod notice_timer;
mod point_table;
mod save;
#[cfg(test)]
mod tests;
mod threads;

use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use rustix::process::{Signal, kill_current_process_group};

use crate::app::{App, Banner, CopyTo, Effect, Message};
use crate::canvas::{Appearance, Glyphs};
use crate::cli::clock;
use crate::cli::environment;
use crate::cli::error_report::UsageError;
use crate::cli::files;
use crate::cli::options::Options;
use crate::cli::recording::{SessionEnd, SharedRecording};
use crate::cli::save_tracker::SaveTracker;
use crate::cli::share::Sharing;
use crate::cli::shutdown::{Shutdown, end_after_grace};
use crate::cli::shutdown_triggers::end_on_panic;
use crate::cli::time_limits::patience;
use crate::scenario::{Scenario, entries};
use crate::source::Source;
use crate::telemetry::RunState;
use crate::terminal::{
    FrameOutput, FrameWriter, Input, Keyboard, LoneEscape, MOUSE_OFF, MOUSE_ON, Renderer, Terminal,
};
use crate::text::visible_lines;
use crate::ui;
use crate::views::Tab;

use copied_text::CopiedText;
use event::{DashboardEvent, PendingSignals};
use exit_summary::exit_summary;
use frame_scheduler::FrameScheduler;
use notice_timer::NoticeTimer;
use point_table::point_table;
use save::save;
use threads::{exit_summary_of, read_keys, remind, start, start_writer, watch};

/// What precedes the confirmation of `:save` if the training examples have been changed, which no scenario has.
const WITHOUT_POINTS: &str = "no changed points in the scenario (:save-points FILE keeps them): ";

/// The default frames per second on a local terminal, and over a network.
const LOCAL_FRAMES: u32 = 30;
const REMOTE_FRAMES: u32 = 10;

/// The default bytes per second over a network.
const REMOTE_BANDWIDTH: u32 = 15_000;

/// The time limit for printing the reason of a failure at the end.
const PRINT_LIMIT: Duration = Duration::from_millis(200);

/// The capacity of the event channel. Other senders block when it is full; the run never does.
const EVENT_CAPACITY: usize = 256;

/// Shows a run of `scenario` until the user quits.
///
/// # Errors
/// Returns an error if no terminal can show the run, or if a thread cannot be started.
pub(super) fn run(scenario: Scenario, options: &Options) -> anyhow::Result<ExitCode> {
    let instead = format!("`xentviz run {}` trains without a screen", scenario.name);
    if environment::is_dumb(&environment::environment) {
        bail!(UsageError::new(format!(
            "this terminal (TERM=dumb) cannot show a screen; {instead}"
        )));
    }
    let Ok(keyboard) = Keyboard::open() else {
        let found = "there are no keys to be had: standard input is no terminal";
        bail!(UsageError::new(format!("{found}; {instead}")));
    };
    let terminal = Terminal::open(patience, visible_lines)
        .with_context(|| format!("standard output is no terminal that can be used; {instead}"))?;
    let is_remote = environment::is_remote(&environment::environment);
    let frames = if is_remote { REMOTE_FRAMES } else { LOCAL_FRAMES };
    let settings = &options.settings;
    let (look, _) = settings.appearance(&environment::environment);
    let bandwidth = settings.bandwidth(is_remote.then_some(REMOTE_BANDWIDTH));
    let look = Appearance { is_presenting: options.present, ..look };
    let mut app = App::new(look, entries());
    // An explicit request for more than the locale supports overrides the detection.
    let has_ascii = look.glyphs == Glyphs::Ascii;
    app.only_ascii = environment::only_ascii(&environment::environment).filter(|_| has_ascii);
    let setup = ScreenSetup {
        app,
        keyboard,
        lone_escape: if is_remote { LoneEscape::HeldBack } else { LoneEscape::Sent },
        frame_scheduler: FrameScheduler::new(
            settings.frames().unwrap_or(frames),
            bandwidth,
            clock::now(),
        ),
    };
    let (dashboard, receiver) = Dashboard::open(scenario, options, terminal, setup)?;
    let save_tracker = dashboard.save_tracker.clone();
    let state = dashboard.run_loop(receiver);
    if let Some(reason) = save_tracker.failure() {
        bail!(reason);
    }
    match state {
        RunState::Failed(reason) => bail!(reason),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The parts of a dashboard that depend on the environment.
struct ScreenSetup {
    app: App,
    keyboard: Keyboard,
    lone_escape: LoneEscape,
    frame_scheduler: FrameScheduler,
}

/// The state of the main thread. Dropping it restores the terminal, prints the result of the run, and waits
/// for pending writes.
struct Dashboard {
    app: App,
    frame_scheduler: FrameScheduler,
    screen: Renderer,
    /// The tab of the view in the last frame.
    tab: Tab,
    notice: NoticeTimer,
    size: (u16, u16),
    terminal: Arc<Terminal>,
    writer: FrameWriter,
    source: Box<dyn Source>,
    save_tracker: SaveTracker,
    recording: SharedRecording,
    /// What the line that shows the present state again depends on.
    sharing: Sharing,
    /// How to resume an earlier session that was cut off; printed at the end.
    resume_hint: String,
    has_news: Arc<AtomicBool>,
    signalled: Arc<PendingSignals>,
    events: SyncSender<DashboardEvent>,
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        self.recording.leave();
        let save_tracker = self.save_tracker.clone();
        let has_failed = matches!(self.app.shared.history.state, RunState::Failed(_));
        end_after_grace(move || {
            save_tracker.wait();
            // The main thread prints the failure now and exits, though standard error may be blocked.
            thread::park_timeout(patience(PRINT_LIMIT));
            i32::from(has_failed || save_tracker.failure().is_some())
        });
        self.terminal.leave_with(&self.screen.take_copied());
        if let Some(word) = self.terminal.claim_final_message() {
            word.print(&self.exit_summary());
        }
        self.recording.request_end(SessionEnd::Quit);
        self.recording.wait();
        self.save_tracker.wait();
    }
}

impl Dashboard {
    /// Starts the run and all threads around it, and sets up the terminal.
    fn open(
        scenario: Scenario,
        options: &Options,
        terminal: Terminal,
        setup: ScreenSetup,
    ) -> anyhow::Result<(Self, Receiver<DashboardEvent>)> {
        // Must run while a signal still ends the program by default: the program may be stopped
        // here, in the background.
        terminal.wait_for_foreground().context("the terminal cannot be used")?;
        let (events, receiver) = sync_channel(EVENT_CAPACITY);
        let has_news = Arc::new(AtomicBool::new(false));
        let terminal = Arc::new(terminal);
        let (save_tracker, recording) = (SaveTracker::default(), SharedRecording::default());
        let words = exit_summary_of(events.clone());
        let ending =
            Shutdown::new(Arc::clone(&terminal), save_tracker.clone(), recording.clone(), words);
        // Must be installed before any thread exists that could panic.
        end_on_panic(Arc::clone(&ending));
        let ScreenSetup { app, keyboard, lone_escape, frame_scheduler } = setup;
        let signalled = Arc::new(PendingSignals::default());
        watch(&terminal, &ending, Arc::clone(&signalled), events.clone())?;
        read_keys(keyboard, lone_escape, Arc::clone(&ending), events.clone())?;
        let writer = start_writer(Arc::clone(&terminal), ending, events.clone())?;
        terminal
            .enter()
            .inspect_err(|_| terminal.leave())
            .context("the terminal cannot be used")?;
        if options.recording.script.is_none() {
            remind(events.clone());
        }
        // Started last: if the run fails, the terminal can already be restored.
        let (source, recorder) = start(scenario, options, Arc::clone(&has_news), events.clone())
            .inspect_err(|_| terminal.leave())?;
        let sharing = Sharing::of(options, recorder.as_ref().ok());
        recording.begin(recorder);
        let mut dashboard = Self {
            screen: Renderer::new(app.shared.appearance.colours, options.sync),
            writer,
            size: terminal.size(),
            tab: app.tab,
            notice: NoticeTimer::default(),
            app,
            frame_scheduler,
            terminal,
            source,
            save_tracker,
            recording,
            sharing,
            resume_hint: String::new(),
            has_news,
            signalled,
            events,
        };
        if options.settings.captures_mouse() {
            dashboard.app.mouse = true;
            dashboard.screen.queue(MOUSE_ON);
        }
        Ok((dashboard, receiver))
    }

    /// Returns the text to print after the screen is left.
    fn exit_summary(&self) -> String {
        let shared = &self.app.shared;
        exit_summary(&shared.history) + &self.sharing.last_words(shared) + &self.resume_hint
    }

    /// Handles events until the user quits, then restores the terminal. Returns the last state of the run.
    /// Blocks while there is nothing to do.
    fn run_loop(mut self, receiver: Receiver<DashboardEvent>) -> RunState {
        self.process_until_quit(&receiver);
        // Senders must not wait for a dashboard that is waiting for a disk.
        drop(receiver);
        self.app.shared.history.state.clone()
    }

    fn process_until_quit(&mut self, receiver: &Receiver<DashboardEvent>) {
        loop {
            let now = clock::now();
            if self.tick(now).is_break() {
                return;
            }
            let is_stuck = self.draw().is_none();
            let wake_at = self.frame_scheduler.wake_at(is_stuck);
            let first = match [wake_at, self.notice.wake_at()].into_iter().flatten().min() {
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => receiver.recv_timeout(at.saturating_duration_since(clock::now())),
            };
            let first = match first {
                Ok(first) => first,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            for event in std::iter::once(first).chain(receiver.try_iter().take(EVENT_CAPACITY)) {
                if self.handle_event(event).is_break() {
                    return;
                }
            }
        }
    }

    /// Performs the work that is due at `now`, whether or not an event has arrived.
    fn tick(&mut self, now: Instant) -> ControlFlow<()> {
        if self.signalled.is_resumed.swap(false, Ordering::Acquire) {
            self.redraw();
            self.screen.queue(if self.app.mouse { MOUSE_ON } else { MOUSE_OFF });
        }
        if self.signalled.is_unstoppable.swap(false, Ordering::Acquire) {
            self.update_and_draw_soon(Message::CannotSuspend)?;
        }
        if self.has_news.swap(false, Ordering::Acquire) {
            self.frame_scheduler.update_arrived();
        }
        if self.frame_scheduler.should_take_update(now) {
            let events = self.source.take();
            if !events.is_empty() {
                self.update(Message::Received(events))?;
            }
        }
        if self.frame_scheduler.should_take_answer(now)
            && let Some(answer) = self.source.answer()
        {
            self.frame_scheduler.draw_soon();
            self.update(Message::Explained(answer))?;
        }
        if self.frame_scheduler.should_request(now) {
            self.source.request_events();
        }
        let duration = self.app.banner.as_ref().and_then(Banner::duration);
        if self.notice.has_expired(now, self.app.notices, duration) {
            self.update_and_draw_soon(Message::NoticeExpired)?;
        }
        let size = self.terminal.size();
        let body = ui::body(ratatui::layout::Rect::new(0, 0, size.0, size.1));
        if size != self.size || body != self.app.shared.body {
            self.size = size;
            self.frame_scheduler.draw_soon();
            self.update(Message::Resized(body))?;
        }
        ControlFlow::Continue(())
    }

    fn handle_event(&mut self, event: DashboardEvent) -> ControlFlow<()> {
        match event {
            DashboardEvent::Input(Input::Key(key)) => self.update_and_draw_soon(Message::Key(key)),
            DashboardEvent::Input(Input::Paste(text)) => {
                self.update_and_draw_soon(Message::Pasted(text))
            }
            DashboardEvent::Input(Input::Mouse(event)) => self.point(event),
            // The flags are checked before each frame.
            DashboardEvent::Wake => ControlFlow::Continue(()),
            DashboardEvent::Written(result) => {
                // The reminder is shown here, so it is not repeated at the end.
                self.save_tracker.forget_failure();
                self.frame_scheduler.draw_soon();
                self.update(Message::Written(result))
            }
            DashboardEvent::NotRecorded(reason) => {
                self.update_and_draw_soon(Message::Written(Err(reason)))
            }
            DashboardEvent::CutOffBefore(reminder) => {
                self.resume_hint = reminder.exit_summary;
                self.update_and_draw_soon(Message::Reminded(reminder.notice))
            }
            DashboardEvent::ExitSummaryRequested(answer) => {
                // The requesting thread waits only briefly, because it is ending the program.
                let _ = answer.try_send(self.exit_summary());
                ControlFlow::Continue(())
            }
        }
    }

    /// Applies a message and requests a frame.
    fn update_and_draw_soon(&mut self, message: Message) -> ControlFlow<()> {
        self.frame_scheduler.draw_soon();
        self.update(message)
    }

    fn point(&mut self, event: MouseEvent) -> ControlFlow<()> {
        let (columns, rows) = self.size;
        let area = ratatui::layout::Rect::new(0, 0, columns, rows);
        let target = ui::target_at(&self.app, area, event.column, event.row);
        let message = match (event.kind, target) {
            (MouseEventKind::Down(MouseButton::Left), Some(target)) => Message::Click(target),
            (MouseEventKind::Drag(MouseButton::Left), target) => Message::Drag(target),
            (MouseEventKind::ScrollUp, Some(target)) => Message::Wheel { target, up: true },
            (MouseEventKind::ScrollDown, Some(target)) => Message::Wheel { target, up: false },
            _ => return ControlFlow::Continue(()),
        };
        self.frame_scheduler.draw_soon();
        self.update(message)
    }

    fn update(&mut self, message: Message) -> ControlFlow<()> {
        for effect in self.app.update(message) {
            match effect {
                Effect::Send(command) => {
                    self.frame_scheduler.command_sent(clock::now());
                    // If the command queue is full, the run is not responding, and pending values stay
                    // pending on the screen.
                    let _ = self.source.send(command);
                }
                Effect::Quit => return ControlFlow::Break(()),
                Effect::Suspend => {
                    // The whole process group stops, as if the terminal had seen the key. It returns as a
                    // signal, or as an event if no shell can resume it.
                    let _ = kill_current_process_group(Signal::TSTP);
                }
                Effect::Redraw => self.redraw(),
                Effect::Mouse(on) => self.screen.queue(if on { MOUSE_ON } else { MOUSE_OFF }),
                Effect::Save { name, replace } => {
                    let checkpointer = self.source.checkpointer();
                    let is_edited = self.app.shared.has_edited_examples();
                    self.write(move || {
                        let saved = save(checkpointer, &name, replace)?;
                        Ok(if is_edited { WITHOUT_POINTS.to_owned() + &saved } else { saved })
                    });
                }
                Effect::SavePoints { name, replace } => match point_table(&self.app.shared) {
                    Ok(table) => {
                        let command = "save-points";
                        self.write(move || files::copy((command, &name), replace, &table));
                    }
                    Err(reason) => self.update(Message::Written(Err(reason)))?,
                },
                Effect::Copy(to) => self.copy(CopiedText::of_view(&self.app), to)?,
                Effect::Share(to) => match self.sharing.share(&self.app.shared) {
                    Ok(line) => self.copy(CopiedText::of_line(line), to)?,
                    Err(reason) => self.update(Message::Written(Err(reason)))?,
                },
            }
        }
        ControlFlow::Continue(())
    }

    fn redraw(&mut self) {
        self.screen.forget();
        self.frame_scheduler.draw_soon();
    }

    /// Copies a text to a file, or to the clipboard of the terminal.
    fn copy(&mut self, copied: CopiedText, to: CopyTo) -> ControlFlow<()> {
        if let CopyTo::File { name, replace } = to {
            self.write(move || copied.write(&name, replace));
            return ControlFlow::Continue(());
        }
        let sent = copied.send(|bytes| self.screen.copy(bytes));
        self.update(Message::Written(sent))
    }

    /// Writes files on a separate thread, since a disk may be slow.
    fn write(&self, work: impl FnOnce() -> Result<String, String> + Send + 'static) {
        let (events, save) = (self.events.clone(), self.save_tracker.begin());
        let started = thread::Builder::new().name("save".to_owned()).spawn(move || {
            let result = work();
            save.end(&result);
            // The dashboard may have been closed meanwhile.
            let _ = events.send(DashboardEvent::Written(result));
        });
        if let Err(error) = started {
            let reason = format!("cannot write anything: {error}");
            // If the channel is full, the failure is not shown; nothing waits for this event.
            let _ = self.events.try_send(DashboardEvent::Written(Err(reason)));
        }
    }

    /// Draws if a frame is due. Returns `None` if the last frame is still being written; the writer
    /// then wakes the main loop.
    fn draw(&mut self) -> Option<()> {
        if !self.frame_scheduler.should_draw(clock::now()) {
            return Some(());
        }
        let mut frame = self.writer.take_buffer()?;
        let app = &self.app;
        if std::mem::replace(&mut self.tab, app.tab) != app.tab {
            self.screen.begin_view();
        }
        let output = FrameOutput { bytes: &mut frame, most: self.frame_scheduler.byte_budget() };
        let is_whole =
            self.screen.frame(self.size, output, |area, cells| ui::draw(app, area, cells));
        let bytes = frame.len();
        self.writer.start_write(frame);
        self.frame_scheduler.frame_drawn(clock::now(), bytes, is_whole);
        Some(())
    }
}
