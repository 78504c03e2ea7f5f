//! The time from a stroke on the pad until the answer of the networks to it is on the screen. The answer has the
//! picture as the networks see it: unlike their outputs, it changes with the drawing alone, even while they train.

use std::time::{Duration, Instant};

use crate::print;
use crate::pty::{Pty, Setup, dashboard, quit};
use crate::quantiles::Quantiles;

/// Some of them draw over ink, which does not change what the networks see.
const STROKES: usize = 150;

/// The time that a key gets to take effect before the first stroke.
const EFFECT: Duration = Duration::from_millis(400);

/// A stroke without an answer for this long counts as unanswered.
const PATIENCE: Duration = Duration::from_millis(500);

/// The caption of the picture, and the words on an empty pad.
const CAPTION: &str = "as the networks see it";
const EMPTY: &str = "draw: left button";

/// The strokes to the right, and then to the left, before one down.
const ACROSS: usize = 10;

/// A program with the pen down on its pad.
struct OpenPad {
    pty: Pty,
    /// The row and the column of the upper left corner of the picture.
    picture: (u16, u16),
}

/// Measures a paused run, and runs that train with pauses and without.
pub(crate) fn measure() {
    let endless = ["digits", "--epochs", "1000000"];
    let runs = [
        ("paused", vec!["digits", "--paused"]),
        ("running, an epoch a second", endless.to_vec()),
        ("running at full pace", [&endless[..], &["--pace", "max"]].concat()),
    ];
    for (name, arguments) in runs {
        let mut pad = OpenPad::open(&arguments);
        let times: Vec<f64> = (0..STROKES).filter_map(|nth| pad.draw(nth)).collect();
        let answered = times.len();
        let times = Quantiles::of(times);
        let spread = format!("90 %: {:.1}, most: {:.1}", times.at(0.9), times.at(1.0));
        let title = format!("pad, {name}: {answered} of {STROKES} strokes");
        print(&title, &format!("{:.1} ms", times.at(0.5)), &spread, "5 ms");
        quit(pad.pty);
    }
}

impl OpenPad {
    fn open(arguments: &[&str]) -> Self {
        let setup = Setup::with_arguments(arguments).with("COLORTERM", "truecolor");
        let mut pty = dashboard(&setup);
        pty.type_keys("5");
        read_until(&mut pty, Instant::now() + EFFECT);
        // The pages of the view follow each other.
        for _ in 0..4 {
            if !pty.text().contains(EMPTY) {
                pty.type_keys("w");
                read_until(&mut pty, Instant::now() + EFFECT);
            }
        }
        pty.wait_for_text(EMPTY);
        pty.type_keys("\r");
        pty.expect(" ", "pen down");
        // The picture as the networks see it can be chosen once there is another than that on the pad.
        pty.type_keys("l");
        read_until(&mut pty, Instant::now() + EFFECT);
        pty.expect("v", CAPTION);
        read_until(&mut pty, Instant::now() + EFFECT);
        let columns = pty.screen().size().1.get();
        let place = (0..).zip(pty.screen().rows(0, columns)).find_map(|(row, text)| {
            let column = text[..text.find(CAPTION)?].chars().count();
            Some((row + 1, column as u16))
        });
        Self { picture: place.expect("the caption is on the screen"), pty }
    }

    /// Returns the middle of the picture, where the drawing is.
    fn seen(&self) -> Vec<Option<vt100::Cell>> {
        let (top, left) = self.picture;
        let places =
            (top..top + 14).flat_map(|row| (left..left + 28).map(move |column| (row, column)));
        places.map(|(row, column)| self.pty.screen().cell(row, column).cloned()).collect()
    }

    /// Draws one pixel more. Returns the milliseconds until the answer is seen.
    fn draw(&mut self, nth: usize) -> Option<f64> {
        let key = match (nth % (ACROSS + 1), nth / (ACROSS + 1) % 2) {
            (ACROSS, _) => "\x1b[B",
            (_, 0) => "\x1b[C",
            _ => "\x1b[D",
        };
        let (before, began) = (self.seen(), Instant::now());
        self.pty.type_keys(key);
        let mut answered = None;
        while answered.is_none() && began.elapsed() < PATIENCE {
            if self.pty.read_for(PATIENCE) && self.seen() != before {
                answered = Some(began.elapsed().as_secs_f64() * 1e3);
            }
        }
        // Pauses of many lengths, so that the strokes fall on every part of the interval between two frames.
        read_until(
            &mut self.pty,
            Instant::now() + Duration::from_millis(40 + (nth * 7 % 33) as u64),
        );
        answered
    }
}

fn read_until(pty: &mut Pty, until: Instant) {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        pty.read_for(left);
    }
}
