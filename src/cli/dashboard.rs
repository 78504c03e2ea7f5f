//! The dashboard, live: what happens comes in, the state changes, and what has changed is drawn.

mod ending;
mod rhythm;
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

use crate::app::{App, CopyTo, Effect, Glyphs, Message, View};
use crate::cli::clipboard;
use crate::cli::clock;
use crate::cli::colours;
use crate::cli::cut_off::{CutOff, Reminder};
use crate::cli::failure::Refused;
use crate::cli::files;
use crate::cli::options::Options;
use crate::cli::patience::patience;
use crate::cli::saving::Saving;
use crate::cli::terminal::{
    Ending, Input, Keyboard, MOUSE_OFF, MOUSE_ON, Screen, Terminal, Writer, end_after_grace,
    restore_on_panic,
};
use crate::scenario::{Scenario, entries};
use crate::source::Source;
use crate::telemetry::RunState;
use crate::ui;

use ending::last_words;
use rhythm::Rhythm;
use threads::{last_words_of, read_keys, remind, start, start_writer, watch};

/// Frames a second on a terminal of this machine, and at the other end of a network.
const FRAMES_HERE: u32 = 30;
const FRAMES_AFAR: u32 = 10;

/// Bytes a second at the other end of a network, where nothing else was said.
const BANDWIDTH_AFAR: u32 = 15_000;

/// How long the reason why something has failed may take to be said at the end.
const SAYING: Duration = Duration::from_millis(200);

/// What may wait to be heeded; whoever brings more waits, but the run never does.
const WAITING: usize = 256;

/// What signals have left to be seen to.
#[derive(Default)]
struct Signals {
    /// The program has been stopped and goes on.
    is_resumed: AtomicBool,
    /// It was to stop where nobody could let it go on.
    is_unstoppable: AtomicBool,
}

/// What can happen while the dashboard is up.
enum Happening {
    /// Something was typed or done with the mouse.
    Input(Input),
    /// Files have been written, or not.
    Written(Result<String, String>),
    /// A run that was cut off has been found.
    Reminded(Reminder),
    /// A signal ends the program: what is there to be said at the end?
    Asked(SyncSender<String>),
    /// The run has told something, the writer is free again, or a signal has left something to see to.
    Wake,
}

/// Shows a run of `scenario` until the user has seen enough.
///
/// # Errors
/// When there is no terminal that could show it, or the system has no threads to give.
pub(super) fn run(scenario: Scenario, options: &Options) -> anyhow::Result<ExitCode> {
    let instead = format!("`xentviz run {}` trains without a screen", scenario.name);
    if colours::is_dumb(&colours::environment) {
        bail!(Refused::new(format!("this terminal (TERM=dumb) cannot show a screen; {instead}")));
    }
    let Ok(keyboard) = Keyboard::open() else {
        let found = "there are no keys to be had: standard input is no terminal";
        bail!(Refused::new(format!("{found}; {instead}")));
    };
    let terminal = Terminal::open()
        .with_context(|| format!("standard output is no terminal that can be used; {instead}"))?;
    let is_remote = colours::is_remote(&colours::environment);
    let frames = if is_remote { FRAMES_AFAR } else { FRAMES_HERE };
    let settings = &options.settings;
    let (look, _) = settings.look(&colours::environment);
    let bandwidth = settings.bandwidth(is_remote.then_some(BANDWIDTH_AFAR));
    let mut app = App::new(look, entries());
    // Who asks for more than the locale has knows better.
    let has_ascii = look.glyphs == Glyphs::Ascii;
    app.only_ascii = colours::only_ascii(&colours::environment).filter(|_| has_ascii);
    let setting = Setting {
        app,
        keyboard,
        keeps_escape: is_remote,
        rhythm: Rhythm::new(settings.frames().unwrap_or(frames), bandwidth, clock::now()),
    };
    let (dashboard, happenings) = Dashboard::open(scenario, options, terminal, setting)?;
    let saving = dashboard.saving.clone();
    let state = dashboard.heed(happenings);
    if let Some(reason) = saving.failure() {
        bail!(reason);
    }
    match state {
        RunState::Failed(reason) => bail!(reason),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// What the environment decides about a dashboard.
struct Setting {
    app: App,
    keyboard: Keyboard,
    /// Whether the link may tear the sequences of keys.
    keeps_escape: bool,
    rhythm: Rhythm,
}

/// All that the main thread holds. Dropping it hands the terminal back, says there what the run has
/// come to, and waits for what is being written.
struct Dashboard {
    app: App,
    rhythm: Rhythm,
    screen: Screen,
    /// The view that was drawn last.
    view: View,
    size: (u16, u16),
    terminal: Arc<Terminal>,
    writer: Writer,
    source: Source,
    saving: Saving,
    cut_off: CutOff,
    /// How to go on with an earlier run that was cut off, for the end.
    to_go_on: String,
    has_news: Arc<AtomicBool>,
    signalled: Arc<Signals>,
    happen: SyncSender<Happening>,
}

impl Drop for Dashboard {
    fn drop(&mut self) {
        self.cut_off.release();
        let saving = self.saving.clone();
        let has_failed = matches!(self.app.history.state, RunState::Failed(_));
        end_after_grace(move || {
            saving.wait();
            // The main thread says now what has failed, and ends the program; but where it says it
            // there may be no room.
            thread::park_timeout(patience(SAYING));
            i32::from(has_failed || saving.failure().is_some())
        });
        self.terminal.leave_with(&self.screen.take_copied());
        if let Some(word) = self.terminal.take_word() {
            word.say(&self.last_words());
        }
        self.saving.wait();
    }
}

impl Dashboard {
    /// Starts the run and all threads around it, and takes the terminal.
    fn open(
        scenario: Scenario,
        options: &Options,
        terminal: Terminal,
        setting: Setting,
    ) -> anyhow::Result<(Self, Receiver<Happening>)> {
        // While a signal still ends the program by its default: it may be stopped in the background.
        terminal.wait_for_foreground().context("the terminal cannot be used")?;
        let (happen, happenings) = sync_channel(WAITING);
        let has_news = Arc::new(AtomicBool::new(false));
        let terminal = Arc::new(terminal);
        let (saving, cut_off) = (Saving::default(), CutOff::default());
        let words = last_words_of(happen.clone());
        let kept = (saving.clone(), cut_off.clone());
        let ending = Ending::new(Arc::clone(&terminal), kept, words);
        // Before any thread is there that could panic.
        restore_on_panic(Arc::clone(&ending));
        let Setting { app, keyboard, keeps_escape, rhythm } = setting;
        let signalled = Arc::new(Signals::default());
        watch(&terminal, &ending, Arc::clone(&signalled), happen.clone())?;
        read_keys((keyboard, keeps_escape), Arc::clone(&ending), happen.clone())?;
        let writer = start_writer(Arc::clone(&terminal), ending, happen.clone())?;
        terminal
            .enter()
            .inspect_err(|_| terminal.leave())
            .context("the terminal cannot be used")?;
        remind(&scenario, happen.clone());
        // Last: whatever goes wrong in the run, the terminal is there to be handed back.
        let source = start(scenario, options, Arc::clone(&has_news), happen.clone())
            .inspect_err(|_| terminal.leave())?;
        cut_off.guard(source.checkpointer());
        let mut dashboard = Self {
            screen: Screen::new(app.look.colours, options.sync),
            writer,
            size: terminal.size(),
            view: app.view,
            app,
            rhythm,
            terminal,
            source,
            saving,
            cut_off,
            to_go_on: String::new(),
            has_news,
            signalled,
            happen,
        };
        if options.settings.takes_mouse() {
            dashboard.app.mouse = true;
            dashboard.screen.say(MOUSE_ON);
        }
        Ok((dashboard, happenings))
    }

    /// What the terminal shows when the screen has been left.
    fn last_words(&self) -> String {
        last_words(&self.app.history) + &self.to_go_on
    }

    /// Heeds what happens until the user wants to leave, and hands the terminal back; returns what
    /// the run was doing. Without anything to do, it waits.
    fn heed(mut self, happenings: Receiver<Happening>) -> RunState {
        self.heed_until_left(&happenings);
        // Whoever has more to tell is not to wait for a dashboard that waits for a disk.
        drop(happenings);
        self.app.history.state.clone()
    }

    fn heed_until_left(&mut self, happenings: &Receiver<Happening>) {
        loop {
            let now = clock::now();
            if self.take_stock(now).is_break() {
                return;
            }
            let is_stuck = self.draw().is_none();
            let first = match self.rhythm.wake_at(is_stuck) {
                None => happenings.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => happenings.recv_timeout(at.saturating_duration_since(clock::now())),
            };
            let first = match first {
                Ok(first) => first,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            for happening in std::iter::once(first).chain(happenings.try_iter().take(WAITING)) {
                if self.take_in(happening).is_break() {
                    return;
                }
            }
        }
    }

    /// Does what is due at `now`, whether or not something has happened.
    fn take_stock(&mut self, now: Instant) -> ControlFlow<()> {
        if self.signalled.is_resumed.swap(false, Ordering::Acquire) {
            self.redraw();
            self.screen.say(if self.app.mouse { MOUSE_ON } else { MOUSE_OFF });
        }
        if self.signalled.is_unstoppable.swap(false, Ordering::Acquire) {
            self.press(Message::Unstoppable)?;
        }
        if self.has_news.swap(false, Ordering::Acquire) {
            self.rhythm.hear();
        }
        if self.rhythm.takes_news(now)
            && let Some(told) = self.source.take()
        {
            self.update(Message::Told(told))?;
        }
        if self.rhythm.takes_explanation(now)
            && let Some(answer) = self.source.answer()
        {
            self.rhythm.hurry();
            self.update(Message::Explained(answer))?;
        }
        if self.rhythm.asks(now) {
            self.source.want();
        }
        let size = self.terminal.size();
        if size != self.size {
            self.size = size;
            self.rhythm.hurry();
            self.update(Message::Resized)?;
        }
        let (columns, rows) = self.size;
        let points = ui::map_points(&self.app, ratatui::layout::Rect::new(0, 0, columns, rows));
        if points != self.app.surface.points {
            self.update(Message::Mapped(points))?;
        }
        ControlFlow::Continue(())
    }

    fn take_in(&mut self, happening: Happening) -> ControlFlow<()> {
        match happening {
            Happening::Input(Input::Key(key)) => self.press(Message::Key(key)),
            Happening::Input(Input::Paste(text)) => self.press(Message::Pasted(text)),
            Happening::Input(Input::Mouse(event)) => self.point(event),
            // What has changed is looked at before each frame.
            Happening::Wake => ControlFlow::Continue(()),
            Happening::Written(result) => {
                // It is told here, and need not be told at the end.
                self.saving.forget_failure();
                self.rhythm.hurry();
                self.update(Message::Written(result))
            }
            Happening::Reminded(reminder) => {
                self.to_go_on = reminder.last_words;
                self.press(Message::Written(Ok(reminder.notice)))
            }
            Happening::Asked(answer) => {
                // Who has asked does not wait for long, and is ending the program.
                let _ = answer.try_send(self.last_words());
                ControlFlow::Continue(())
            }
        }
    }

    /// Takes in what is to be seen at once.
    fn press(&mut self, message: Message) -> ControlFlow<()> {
        self.rhythm.hurry();
        self.update(message)
    }

    fn point(&mut self, event: MouseEvent) -> ControlFlow<()> {
        let (columns, rows) = self.size;
        let area = ratatui::layout::Rect::new(0, 0, columns, rows);
        let Some(target) = ui::target_at(&self.app, area, event.column, event.row) else {
            return ControlFlow::Continue(());
        };
        let message = match event.kind {
            MouseEventKind::Down(MouseButton::Left) => Message::Click(target),
            MouseEventKind::ScrollUp => Message::Wheel { target, up: true },
            MouseEventKind::ScrollDown => Message::Wheel { target, up: false },
            _ => return ControlFlow::Continue(()),
        };
        self.rhythm.hurry();
        self.update(message)
    }

    fn update(&mut self, message: Message) -> ControlFlow<()> {
        for effect in self.app.update(message) {
            match effect {
                Effect::Send(command) => {
                    self.rhythm.asked(clock::now());
                    // With so many wishes waiting that this one is lost, the run answers none of
                    // them for now, and what was pending stays so on the screen.
                    let _ = self.source.send(command);
                }
                Effect::Quit => return ControlFlow::Break(()),
                Effect::Suspend => {
                    // The whole job stops, as it would have had the terminal seen the key; it comes
                    // back to us as a signal, and without a shell above as a word.
                    let _ = kill_current_process_group(Signal::TSTP);
                }
                Effect::Redraw => self.redraw(),
                Effect::Mouse(on) => self.screen.say(if on { MOUSE_ON } else { MOUSE_OFF }),
                Effect::Write { name, replace, checkpoint } => {
                    self.write(move || files::save(&name, replace, &checkpoint));
                }
                Effect::Copy(CopyTo::File { name, replace }) => {
                    let text = ui::readout(&self.app);
                    self.write(move || files::copy(&name, replace, &text));
                }
                Effect::Copy(CopyTo::Clipboard) => self.copy()?,
            }
        }
        ControlFlow::Continue(())
    }

    fn redraw(&mut self) {
        self.screen.forget();
        self.rhythm.hurry();
    }

    /// Sends what the open view reads to the clipboard of the terminal.
    fn copy(&mut self) -> ControlFlow<()> {
        let environment = &colours::environment;
        let told = if colours::has_clipboard(environment) {
            let text = ui::readout(&self.app);
            self.screen.copy(clipboard::sequence(&text));
            if colours::var(environment, "TMUX").is_some() {
                clipboard::hand_to_tmux(text);
            }
            Ok("sent to the terminal's clipboard".to_owned())
        } else {
            Err("this terminal has no clipboard; :copy FILE writes it to a file".to_owned())
        };
        self.update(Message::Written(told))
    }

    /// Writes files on a thread of its own: a disk may take its time.
    fn write(&self, work: impl FnOnce() -> Result<String, String> + Send + 'static) {
        let (happen, save) = (self.happen.clone(), self.saving.begin());
        let started = thread::Builder::new().name("save".to_owned()).spawn(move || {
            let result = work();
            save.end(&result);
            // The dashboard may have been closed meanwhile.
            let _ = happen.send(Happening::Written(result));
        });
        if let Err(error) = started {
            let reason = format!("cannot write anything: {error}");
            // Nothing waits for the answer if there is no room for it.
            let _ = self.happen.try_send(Happening::Written(Err(reason)));
        }
    }

    /// Draws what is to be seen at once; nothing if the last frame is still being written: then the
    /// writer wakes us.
    fn draw(&mut self) -> Option<()> {
        if !self.rhythm.draws(clock::now()) {
            return Some(());
        }
        let mut frame = self.writer.lend()?;
        let app = &self.app;
        if std::mem::replace(&mut self.view, app.view) != app.view {
            self.screen.turn_over();
        }
        let into = (&mut frame, self.rhythm.room());
        let is_whole = self.screen.frame(self.size, into, |area, cells| ui::draw(app, area, cells));
        let bytes = frame.len();
        self.writer.give(frame);
        self.rhythm.drew(clock::now(), bytes, is_whole);
        Some(())
    }
}
