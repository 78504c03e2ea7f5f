//! The helper threads of the dashboard. Each sends events, and none waits for a frame.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::cli::dashboard::event::{DashboardEvent, PendingSignals};
use crate::cli::options::Options;
use crate::cli::shutdown::Shutdown;
use crate::cli::shutdown_triggers::{end_on_hang_up, end_on_signals};
use crate::cli::time_limits::patience;
use crate::cli::{clock, environment, memory, recovery, scenario, threads};
use crate::scenario::Scenario;
use crate::source::{RunSetup, Source};
use crate::terminal::{
    FrameProgress, FrameWriter, Input, Keyboard, LoneEscape, ScreenSignals, Terminal,
    TerminalSignal, forward,
};

/// The time a terminating signal waits for the exit summary: longer than a frame takes, and well within the
/// grace period.
const ANSWER: Duration = Duration::from_millis(400);

/// Starts the run. Sends a [`DashboardEvent::Wake`] when an update arrives.
pub(super) fn start(
    scenario: Scenario,
    options: &Options,
    has_news: Arc<AtomicBool>,
    events: SyncSender<DashboardEvent>,
) -> io::Result<Source> {
    let (open, lasting) = (Arc::clone(&options.open), options.overrides.clone());
    let find = move |name: &str| {
        scenario::read(name, lasting.clone(), &*open).map_err(|refused| refused.to_string())
    };
    let beginning = RunSetup {
        scenario,
        paused: options.paused,
        find: Arc::new(find),
        open: Arc::clone(&options.open),
        memory: Arc::new(memory::available),
    };
    let wake = move || {
        has_news.store(true, Ordering::Release);
        // With the channel full, the main thread is awake and sees the flag.
        let _ = events.try_send(DashboardEvent::Wake);
    };
    Source::start(beginning, Box::new(wake))
}

/// Looks for a run of this scenario that was cut off and not reported to the user yet, on a
/// separate thread, since a disk may be slow.
pub(super) fn remind(scenario: &Scenario, events: SyncSender<DashboardEvent>) {
    let name = recovery::name_of_scenario(scenario);
    let look = move || {
        if let Some(reminder) = recovery::remind(&name, &environment::environment, clock::date()) {
            // The dashboard may have been closed meanwhile.
            let _ = events.send(DashboardEvent::RecoverableRun(reminder));
        }
    };
    // If no thread can be started, the next start shows the reminder.
    let _ = thread::Builder::new().name("reminder".to_owned()).spawn(look);
}

/// Returns a function that requests the exit summary from the main thread. It returns an empty string
/// if they do not arrive in time.
pub(super) fn exit_summary_of(events: SyncSender<DashboardEvent>) -> impl Fn() -> String {
    move || {
        let (answer, answered) = sync_channel(1);
        let sent = events.try_send(DashboardEvent::ExitSummaryRequested(answer));
        sent.ok().and_then(|()| answered.recv_timeout(patience(ANSWER)).ok()).unwrap_or_default()
    }
}

/// Starts the threads that handle signals and watch the terminal.
pub(super) fn watch(
    terminal: &Arc<Terminal>,
    ending: &Arc<Shutdown>,
    signalled: Arc<PendingSignals>,
    events: SyncSender<DashboardEvent>,
) -> io::Result<()> {
    end_on_signals(Arc::clone(ending))?;
    watch_screen_signals(Arc::clone(terminal), Arc::clone(ending), move |signal| {
        match signal {
            TerminalSignal::Resized => {}
            TerminalSignal::Resumed => signalled.is_resumed.store(true, Ordering::Release),
            TerminalSignal::CannotSuspend => {
                signalled.is_unstoppable.store(true, Ordering::Release);
            }
        }
        // With the channel full, the main thread is awake and sees the flags and the size.
        let _ = events.try_send(DashboardEvent::Wake);
    })?;
    end_on_hang_up(Arc::clone(terminal), Arc::clone(ending))
}

/// Starts the thread that handles the signals of job control and of the window.
fn watch_screen_signals(
    terminal: Arc<Terminal>,
    ending: Arc<Shutdown>,
    send: impl Fn(TerminalSignal) + Send + 'static,
) -> io::Result<()> {
    let signals = ScreenSignals::watch()?;
    let ends_within = move |time| ending.begins_within(time);
    threads::start_small("signals", move || signals.handle(&terminal, ends_within, send))?;
    Ok(())
}

/// Starts the thread that writes the rest of a frame that the terminal does not accept at once.
pub(super) fn start_writer(
    terminal: Arc<Terminal>,
    ending: Arc<Shutdown>,
    events: SyncSender<DashboardEvent>,
) -> io::Result<FrameWriter> {
    let theirs = Arc::clone(&terminal);
    let begin = move |frame: &[u8]| theirs.begin_frame(frame);
    let finish = move |frame: &[u8], begun: FrameProgress| {
        if terminal.finish_frame(frame, begun).is_err() {
            ending.terminal_gone();
        }
    };
    FrameWriter::start(begin, finish, move || {
        // With the channel full, the main thread is awake and takes the buffer itself.
        let _ = events.try_send(DashboardEvent::Wake);
    })
}

/// Starts the thread that reads keys. A second ctrl-c and a closed keyboard end the program there.
pub(super) fn read_keys(
    keyboard: Keyboard,
    lone_escape: LoneEscape,
    ending: Arc<Shutdown>,
    events: SyncSender<DashboardEvent>,
) -> io::Result<()> {
    let theirs = Arc::clone(&ending);
    let send = move |input: Input| {
        if input.is_ctrl_c() {
            theirs.record_ctrl_c();
        }
        // If the dashboard has closed, the program is about to end.
        let _ = events.send(DashboardEvent::Input(input));
    };
    forward(keyboard, lone_escape, send, move || ending.terminal_gone())
}
