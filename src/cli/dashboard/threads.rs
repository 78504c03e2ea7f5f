//! The threads around the dashboard: each tells it what happens, and none waits for it to draw.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use crate::cli::dashboard::{Happening, Signals};
use crate::cli::options::Options;
use crate::cli::patience::patience;
use crate::cli::terminal::{
    Begun, Ending, Keyboard, Signalled, Terminal, Writer, end_on_signals, exit_when_gone, forward,
    heed_signals,
};
use crate::cli::{clock, colours, cut_off, memory, scenario};
use crate::scenario::Scenario;
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
        memory: Arc::new(memory::available),
    };
    let wake = move || {
        has_news.store(true, Ordering::Release);
        // With the channel full, the main thread is awake and sees the flag.
        let _ = happen.try_send(Happening::Wake);
    };
    Source::start(beginning, Box::new(wake))
}

/// Looks whether a run of this scenario was cut off of which the user has not been told, on a thread of its
/// own: a disk may take its time.
pub(super) fn remind(scenario: &Scenario, happen: SyncSender<Happening>) {
    let name = cut_off::name_of_scenario(scenario);
    let look = move || {
        if let Some(reminder) = cut_off::remind(&name, &colours::environment, clock::date()) {
            // The dashboard may have been closed meanwhile.
            let _ = happen.send(Happening::Reminded(reminder));
        }
    };
    // Without a thread to be had, the user is told the next time.
    let _ = thread::Builder::new().name("reminder".to_owned()).spawn(look);
}

/// What the main thread has to say at the end: nothing if it hears nothing more, or not in time.
pub(super) fn last_words_of(happen: SyncSender<Happening>) -> impl Fn() -> String {
    move || {
        let (answer, answered) = sync_channel(1);
        let asked = happen.try_send(Happening::Asked(answer));
        asked.ok().and_then(|()| answered.recv_timeout(patience(ANSWER)).ok()).unwrap_or_default()
    }
}

/// Starts the threads that look after the terminal.
pub(super) fn watch(
    terminal: &Arc<Terminal>,
    ending: &Arc<Ending>,
    signalled: Arc<Signals>,
    happen: SyncSender<Happening>,
) -> io::Result<()> {
    end_on_signals(Arc::clone(ending))?;
    heed_signals(Arc::clone(terminal), Arc::clone(ending), move |signal| {
        match signal {
            Signalled::Resized => {}
            Signalled::Resumed => signalled.is_resumed.store(true, Ordering::Release),
            Signalled::Unstoppable => signalled.is_unstoppable.store(true, Ordering::Release),
        }
        // With the channel full, the main thread is awake and sees the flags and the size.
        let _ = happen.try_send(Happening::Wake);
    })?;
    exit_when_gone(Arc::clone(terminal), Arc::clone(ending))
}

/// Starts the thread that writes what the terminal does not take at once.
pub(super) fn start_writer(
    terminal: Arc<Terminal>,
    ending: Arc<Ending>,
    happen: SyncSender<Happening>,
) -> io::Result<Writer> {
    let theirs = Arc::clone(&terminal);
    let begin = move |frame: &[u8]| theirs.begin_frame(frame);
    let finish = move |frame: &[u8], begun: Begun| {
        if terminal.finish_frame(frame, begun).is_err() {
            ending.gone();
        }
    };
    Writer::start(begin, finish, move || {
        // With the channel full, the main thread is awake and asks for the buffer itself.
        let _ = happen.try_send(Happening::Wake);
    })
}

/// Starts the thread that reads keys.
pub(super) fn read_keys(
    (keyboard, keeps_escape): (Keyboard, bool),
    ending: Arc<Ending>,
    happen: SyncSender<Happening>,
) -> io::Result<()> {
    forward(keyboard, keeps_escape, ending, move |input| {
        // After the dashboard nobody listens, and the program is about to end.
        let _ = happen.send(Happening::Input(input));
    })
}
