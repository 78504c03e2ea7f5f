//! The threads around the dashboard: each tells it what happens, and none waits for it to draw.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use crate::cli::dashboard::Happening;
use crate::cli::options::Options;
use crate::cli::saving::Saving;
use crate::cli::scenario;
use crate::cli::terminal::{
    Keyboard, Terminal, Writer, exit_when_gone, forward, gone, heed_signals,
};
use crate::experiment::Scenario;
use crate::source::{Beginning, Source};

/// So long a signal that ends the program waits for what there is to be said: longer than a frame
/// takes to draw, and well within the grace that the program has.
const ANSWER: Duration = Duration::from_millis(400);

/// Starts the run; what it tells rings at `happen`.
pub(super) fn start(
    scenario: Scenario,
    options: &Options,
    has_news: Arc<AtomicBool>,
    happen: SyncSender<Happening>,
) -> io::Result<Source> {
    let (open, lasting) = (Arc::clone(&options.open), options.overrides.clone());
    let find = move |name: &str| {
        scenario::read(name, lasting.clone(), &*open).map_err(|refused| refused.to_string())
    };
    let beginning = Beginning {
        scenario,
        paused: options.paused,
        find: Arc::new(find),
        open: Arc::clone(&options.open),
    };
    let wake = move || {
        has_news.store(true, Ordering::Release);
        // With the channel full, the main thread is awake and sees the flag.
        let _ = happen.try_send(Happening::Wake);
    };
    Source::start(beginning, Box::new(wake))
}

/// Starts the threads that look after the terminal.
pub(super) fn watch(
    terminal: &Arc<Terminal>,
    saving: &Saving,
    happen: &SyncSender<Happening>,
) -> io::Result<()> {
    // After the dashboard nobody listens, and the program is about to end.
    let (signals, ends) = (happen.clone(), happen.clone());
    let tell = move |signal| {
        let _ = signals.send(Happening::Signal(signal));
    };
    // A main thread that hears nothing more, or not in time, has nothing to say.
    let last_words = move || {
        let (answer, answered) = sync_channel(1);
        let asked = ends.try_send(Happening::Asked(answer));
        asked.ok().and_then(|()| answered.recv_timeout(ANSWER).ok()).unwrap_or_default()
    };
    heed_signals(Arc::clone(terminal), saving.clone(), (tell, last_words))?;
    exit_when_gone(Arc::clone(terminal), saving.clone())
}

/// Starts the thread that writes frames.
pub(super) fn start_writer(
    terminal: Arc<Terminal>,
    saving: Saving,
    happen: SyncSender<Happening>,
) -> io::Result<Writer> {
    let write = move |frame: &[u8]| {
        if terminal.write_frame(frame).is_err() {
            gone(&saving);
        }
    };
    Writer::start(write, move || {
        // With the channel full, the main thread is awake and asks for the buffer itself.
        let _ = happen.try_send(Happening::Wake);
    })
}

/// Starts the thread that reads keys.
pub(super) fn read_keys(
    (keyboard, keeps_escape): (Keyboard, bool),
    saving: Saving,
    happen: SyncSender<Happening>,
) -> io::Result<()> {
    forward(keyboard, keeps_escape, saving, move |input| {
        // After the dashboard nobody listens, and the program is about to end.
        let _ = happen.send(Happening::Input(input));
    })
}
