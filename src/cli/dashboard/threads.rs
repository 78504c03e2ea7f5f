//! The helper threads of the dashboard. Each sends events, and none waits for a frame.

use std::env;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::cli::dashboard::event::{DashboardEvent, PendingSignals};
use crate::cli::files::Disk;
use crate::cli::options::{FirstState, Options};
use crate::cli::recording::{NotRecorded, Recorder, RecorderSetup};
use crate::cli::shutdown::Shutdown;
use crate::cli::shutdown_triggers::{end_on_hang_up, end_on_signals};
use crate::cli::time_limits::patience;
use crate::cli::time_memory::time_memory;
use crate::cli::{clock, environment, memory, models, recording, scenario, threads};
use crate::scenario::Scenario;
use crate::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use crate::telemetry::{Command, RunLog};
use crate::terminal::{
    FrameProgress, FrameWriter, Input, Keyboard, LoneEscape, ScreenSignals, Terminal,
    TerminalSignal, forward,
};

/// The time a terminating signal waits for the exit summary: longer than a frame takes, and well within the
/// grace period.
const ANSWER: Duration = Duration::from_millis(400);

/// The interval between two attempts to request them while the event channel is full.
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// The command of the dashboard that loads models, for messages.
const LOAD_COMMAND: &str = ":load";

/// Starts the run, and the recorder of the session. Sends a [`DashboardEvent::Wake`] when an update arrives.
pub(super) fn start(
    scenario: Scenario,
    options: &Options,
    has_news: Arc<AtomicBool>,
    events: SyncSender<DashboardEvent>,
) -> io::Result<(Box<dyn Source>, Result<Recorder, NotRecorded>)> {
    let recorder = start_recorder(options, events.clone());
    let (open, lasting) = (Arc::clone(&options.open), options.overrides.clone());
    let find = move |name: &str| {
        scenario::read(name, lasting.clone(), &*open).map_err(|refused| refused.to_string())
    };
    let theirs = Arc::clone(&options.open);
    let read_models = move |path: &str, scenario: &Scenario| {
        let arms = scenario.arms.iter().map(|arm| arm.name.as_str());
        let read = models::read_models(Path::new(path), arms, (LOAD_COMMAND, &*theirs));
        read.map_err(|refused| refused.to_string())
    };
    let beginning = RunSetup {
        scenario,
        paused: options.first != FirstState::Running,
        find: Arc::new(find),
        open: Arc::clone(&options.open),
        memory: Arc::new(memory::available),
        time_memory: time_memory(),
        models: RunModels { start: options.start.clone(), read: Arc::new(read_models) },
        recording: RunRecording {
            log: recorder.clone().ok().map(|recorder| Arc::new(recorder) as Arc<dyn RunLog>),
            script: options.recording.script.clone(),
            folder: env::current_dir().ok(),
        },
    };
    let wake = move || {
        has_news.store(true, Ordering::Release);
        // With the channel full, the main thread is awake and sees the flag.
        let _ = events.try_send(DashboardEvent::Wake);
    };
    let source = LiveSource::start(beginning, Box::new(wake))?;
    if let FirstState::PausedAt(at) = options.first {
        // The queue is empty, so there is room.
        source.send(Command::TrainTo(at));
    }
    Ok((Box::new(source), recorder))
}

/// Starts the recorder of the session, which knows what is lost if it is not recorded.
fn start_recorder(
    options: &Options,
    events: SyncSender<DashboardEvent>,
) -> Result<Recorder, NotRecorded> {
    let recording = &options.recording;
    let report = move |reason| {
        // Whoever ends the program must not wait for a dashboard that has crashed.
        let _ = events.try_send(DashboardEvent::NotRecorded(reason));
    };
    let setup = RecorderSetup {
        target: recording.target.clone(),
        disk: Disk::default(),
        resumes: recording.resumes.clone(),
        is_playing: recording.script.is_some(),
        report: Box::new(report),
    };
    // Without a thread there is no recording; the run is more important.
    Recorder::start(setup).map_err(|_| NotRecorded::NoThread)
}

/// Looks whether the last session was cut off, on a separate thread, since a disk may be slow.
pub(super) fn remind(events: SyncSender<DashboardEvent>) {
    let look = move || {
        if let Some(reminder) = recording::remind(&environment::environment, clock::date()) {
            // The dashboard may have been closed meanwhile.
            let _ = events.send(DashboardEvent::CutOffBefore(reminder));
        }
    };
    // If no thread can be started, the next start shows the reminder.
    let _ = thread::Builder::new().name("reminder".to_owned()).spawn(look);
}

/// Returns a function that requests the exit summary from the main thread. It returns an empty string
/// if it does not arrive in time.
pub(super) fn exit_summary_of(events: SyncSender<DashboardEvent>) -> impl Fn() -> String {
    move || {
        let until = clock::now() + patience(ANSWER);
        let (answer, answered) = sync_channel(1);
        let is_sent =
            send_unless_over(&events, DashboardEvent::ExitSummaryRequested(answer), || {
                thread::park_timeout(RETRY_INTERVAL);
                clock::now() >= until
            });
        let left = until.saturating_duration_since(clock::now());
        is_sent.then(|| answered.recv_timeout(left).ok()).flatten().unwrap_or_default()
    }
}

/// Sends an event; while the channel is full, waits by `wait_is_over` and tries again until that
/// returns true. A crashed main thread never empties the channel, so that a plain `send` could
/// block for ever. Returns whether the event was sent.
fn send_unless_over<E>(
    events: &SyncSender<E>,
    mut event: E,
    mut wait_is_over: impl FnMut() -> bool,
) -> bool {
    loop {
        match events.try_send(event) {
            Ok(()) => return true,
            Err(TrySendError::Full(unsent)) if !wait_is_over() => event = unsent,
            Err(_) => return false,
        }
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::send_unless_over;

    #[test]
    fn an_event_for_which_the_channel_has_no_room_yet_is_sent_once_it_has() {
        let (events, receiver) = sync_channel(1);
        events.send("a key").expect("there is room");
        let mut waits = 0;
        let receive_at_the_third = || {
            waits += 1;
            assert!(waits < 3 || receiver.recv() == Ok("a key"));
            false
        };
        assert!(send_unless_over(&events, "a summary", receive_at_the_third));
        assert_eq!((waits, receiver.recv()), (3, Ok("a summary")));
    }

    #[test]
    fn an_event_is_given_up_if_the_time_is_over_or_nothing_receives_it() {
        let (events, receiver) = sync_channel(1);
        events.send("a key").expect("there is room");
        assert!(!send_unless_over(&events, "a summary", || true));
        drop(receiver);
        assert!(!send_unless_over(&events, "a summary", || unreachable!("it is closed")));
    }
}
