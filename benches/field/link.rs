//! The Data view over a link that carries few bytes per second. The program limits its output to the link by itself,
//! so its output is read at once, and the time at which the link has carried each piece of it is computed.

use std::time::{Duration, Instant};

use crate::coloured_cells::ColouredCells;
use crate::print;
use crate::pty::{Pty, Setup, quit};
use crate::quantiles::Quantiles;

/// The bytes per second of the link, which the program assumes over SSH.
const RATE: f64 = 15_000.0;

/// The number of times the view is opened, each in a run of its own.
const OPENINGS: usize = 5;

/// The time that a run gets before the view is opened, and after that until its first field is seen.
const WARM_UP: Duration = Duration::from_secs(2);
const OPENING: Duration = Duration::from_secs(4);

/// The length of the measurement of an open view, and of a pause.
const SPAN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_secs(3);

/// A paused run has drawn everything when nothing has been written for this long.
const SILENCE: Duration = Duration::from_millis(1500);

/// A terminal behind the link.
struct SlowTerminal {
    pty: Pty,
    /// The time at which the link has carried everything written so far.
    through_at: Instant,
}

/// What the user sees after a key that opens the view.
struct ViewOpening {
    /// Seconds until the whole field is seen.
    seconds: f64,
    /// The bytes until then.
    bytes: f64,
    /// The cells of the field.
    cells: usize,
}

impl SlowTerminal {
    /// Starts a run that trains.
    fn start(colours: &'static str) -> Self {
        let arguments = ["xor", "--epochs", "1000000", "--color", colours];
        let setup = Setup::with_arguments(&arguments).with("SSH_CONNECTION", "a b");
        Self { pty: setup.start(), through_at: Instant::now() }
    }

    /// Reads for some time. After each piece of output, `see` is called with the time at which the link has carried
    /// it.
    fn read(&mut self, time: Duration, mut see: impl FnMut(&Pty, Instant)) {
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let before = self.pty.bytes.len();
            if self.pty.read_for(left) {
                let bytes = (self.pty.bytes.len() - before) as f64;
                let from = self.through_at.max(Instant::now());
                self.through_at = from + Duration::from_secs_f64(bytes / RATE);
                see(&self.pty, self.through_at);
            }
        }
    }

    /// Opens the view and waits for its first field.
    fn open(&mut self) -> ViewOpening {
        self.read(WARM_UP, |_, _| {});
        let (began, before) = (Instant::now(), self.pty.bytes.len());
        self.pty.type_keys("5");
        let mut seen = Vec::new();
        self.read(OPENING, |pty, at| {
            seen.push((at, pty.bytes.len() - before, ColouredCells::of(pty.screen())));
        });
        let (_, _, field) = seen.last().expect("a key has an effect").clone();
        let is_whole = |cells: &ColouredCells| cells.contains(&field);
        let whole = seen.iter().find(|(_, _, cells)| is_whole(cells));
        let (at, bytes, _) = whole.expect("the last screen has the field");
        ViewOpening {
            seconds: at.saturating_duration_since(began).as_secs_f64(),
            bytes: *bytes as f64,
            cells: field.count(),
        }
    }

    /// Pauses the run; returns the seconds until the finest field is seen.
    fn pause(&mut self) -> f64 {
        let began = Instant::now();
        self.pty.type_keys(" ");
        loop {
            let before = self.through_at;
            self.read(SILENCE, |_, _| {});
            if self.through_at == before {
                return self.through_at.saturating_duration_since(began).as_secs_f64();
            }
        }
    }
}

/// Measures the exclusive or in 24-bit colour and in 256 colours.
pub(crate) fn measure() {
    for (colours, name) in [("true", "24-bit colour"), ("256", "256 colours")] {
        let openings: Vec<ViewOpening> =
            (0..OPENINGS).map(|_| SlowTerminal::start(colours).open()).collect();
        let seconds = Quantiles::of(openings.iter().map(|opening| opening.seconds).collect());
        let bytes = Quantiles::of(openings.iter().map(|opening| opening.bytes).collect());
        let most = format!("at most {:.0} ms", 1e3 * seconds.at(1.0));
        let title = format!("15 kB/s, {name}: from `5` to the first field");
        print(&title, &format!("{:.0} ms", 1e3 * seconds.at(0.5)), &most, "1000 ms");
        let cells = format!("{} coloured cells", openings[0].cells);
        print("… bytes until then", &format!("{:.0}", bytes.at(0.5)), &cells, "");
        measure_open(colours);
    }
}

/// Measures the view while it is open.
fn measure_open(colours: &'static str) {
    let mut terminal = SlowTerminal::start(colours);
    terminal.open();
    let (before, began) = (terminal.pty.bytes.len(), Instant::now());
    terminal.read(SPAN, |_, _| {});
    let bytes = (terminal.pty.bytes.len() - before) as f64;
    let rate = bytes / began.elapsed().as_secs_f64();
    print("… bytes per second while running", &format!("{rate:.0}"), "", "15000");
    let seconds = terminal.pause();
    print("… from `space` to the finest field", &format!("{:.0} ms", 1e3 * seconds), "", "");
    let before = terminal.pty.bytes.len();
    terminal.read(PAUSE, |_, _| {});
    let bytes = terminal.pty.bytes.len() - before;
    print("… bytes in 3 s of a pause", &bytes.to_string(), "", "0");
    quit(terminal.pty);
}
