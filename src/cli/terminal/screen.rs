//! What the terminal shows, and the bytes that turn it into what it should show.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;

use crate::app::ColourDepth;
use crate::cli::terminal::pen::Pen;
use crate::cli::terminal::stroke::strokes;

/// The beginning and the end of an update that the terminal is to show at once.
const SYNC: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// A cell seldom takes more bytes than this where its neighbours have other styles.
const LONGEST: usize = 24;

/// A cell takes this many bytes or more where its neighbours change, too.
const SHORTEST: usize = 4;

/// What takes more frames than this is not to be mixed with what was there before.
const MANY_FRAMES: usize = 8;

/// The turn of what comes before everything else.
const FIRST: i64 = i64::MIN;

/// Two pictures of the screen: the one it shows, and the one being drawn.
pub(in crate::cli) struct Screen {
    shown: Buffer,
    next: Buffer,
    pen: Pen,
    is_synchronised: bool,
    /// Whether what the terminal shows is not known.
    is_lost: bool,
    /// Sequences that go out with the next frame.
    said: Vec<u8>,
    /// What goes to the clipboard with the next frame.
    copied: Vec<u8>,
    /// Whether the next frame is the first of another view.
    is_another: bool,
    /// How many frames in a row have left something of each row to those after them.
    waited: Vec<i64>,
}

impl Screen {
    /// A screen of which nothing is known yet.
    pub(in crate::cli) fn new(colours: ColourDepth, is_synchronised: bool) -> Self {
        Self {
            shown: Buffer::default(),
            next: Buffer::default(),
            pen: Pen::new(colours),
            is_synchronised,
            is_lost: true,
            said: Vec::new(),
            copied: Vec::new(),
            is_another: false,
            waited: Vec::new(),
        }
    }

    /// From now on nothing is known of what the terminal shows: the next frame draws every cell.
    pub(in crate::cli) fn forget(&mut self) {
        self.is_lost = true;
    }

    /// The next frame is the first of another view.
    pub(in crate::cli) fn turn_over(&mut self) {
        self.is_another = true;
    }

    /// Sends a sequence with the next frame.
    pub(in crate::cli) fn say(&mut self, sequence: &[u8]) {
        self.said.extend_from_slice(sequence);
    }

    /// Sends the sequence that fills the clipboard with the next frame, in place of one that has not
    /// been sent: they are long, and the last is the one that stays.
    pub(in crate::cli) fn copy(&mut self, sequence: Vec<u8>) {
        self.copied = sequence;
    }

    /// Draws a frame of this size and appends the bytes that bring it about; none if the terminal
    /// shows it already. Of more than `most` bytes some cells are left to the frames after it; says
    /// whether the frame is whole.
    pub(in crate::cli) fn frame(
        &mut self,
        (columns, rows): (u16, u16),
        (into, most): (&mut Vec<u8>, Option<usize>),
        draw: impl FnOnce(Rect, &mut Buffer),
    ) -> bool {
        let area = Rect::new(0, 0, columns, rows);
        self.next.resize(area);
        self.next.reset();
        draw(area, &mut self.next);
        into.append(&mut self.said);
        into.append(&mut self.copied);
        let start = into.len();
        if self.is_synchronised {
            into.extend_from_slice(SYNC.0);
        }
        let head = into.len();
        self.pen.lift();
        if self.is_lost || self.shown.area != area {
            self.is_lost = false;
            self.shown.resize(area);
            self.shown.reset();
            self.pen.clear(into);
        }
        let is_whole = match most {
            None => {
                let changes = self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y));
                for stroke in strokes(changes, &self.next, self.pen.writes()) {
                    self.pen.write(&stroke, &self.next, into);
                }
                true
            }
            Some(most) => {
                self.wipe_another(into, most);
                let is_whole = self.write_some(into, start + most);
                self.note_who_waits();
                is_whole
            }
        };
        if into.len() == head {
            into.truncate(start);
            return true;
        }
        if self.is_synchronised {
            into.extend_from_slice(SYNC.1);
        }
        if is_whole {
            std::mem::swap(&mut self.shown, &mut self.next);
        }
        is_whole
    }

    /// Writes changed cells until there are so many bytes; says whether those were all. The header and
    /// the two lowest rows come first, since there a key shows; then the rows of which the least has
    /// changed, which is where numbers are and not pictures; but a frame that a row has waited for
    /// counts as a cell less.
    fn write_some(&mut self, into: &mut Vec<u8>, end: usize) -> bool {
        let mut changes: Vec<(u16, u16)> =
            self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y)).collect();
        let turns = self.turns(&changes);
        let turn = |row: u16| turns.get(usize::from(row)).copied().unwrap_or(FIRST);
        changes.sort_by_key(|(x, y)| (turn(*y), *y, *x));
        let mut left = &changes[..];
        while let Some((_, next)) = left.first().copied() {
            let room = end.saturating_sub(into.len());
            // So many rows as are likely to have room.
            let is_first = turn(next) == FIRST;
            let mut count = 0;
            for row in left.chunk_by(|(_, one), (_, other)| one == other) {
                let is_one_with = (turn(row[0].1) == FIRST) == is_first;
                let fits = is_first || (count + row.len()) * LONGEST <= room;
                if count > 0 && !(is_one_with && fits) {
                    break;
                }
                count += row.len();
            }
            let (now, later) = left.split_at(count);
            left = later;
            for stroke in strokes(now.iter().copied(), &self.next, self.pen.writes()) {
                if !is_first && into.len() >= end {
                    return false;
                }
                self.pen.write(&stroke, &self.next, into);
                let (x, y) = stroke.place;
                // What is wider than a cell takes its neighbours with it.
                let wide = self.next[(x, y)].cell_width().max(1);
                for x in x..x.saturating_add(wide).min(self.next.area.width) {
                    self.shown[(x, y)].clone_from(&self.next[(x, y)]);
                }
            }
        }
        true
    }

    /// Wipes the rows in which another view differs from what is there, if its first frame takes many
    /// of so many bytes: until it is whole, the two are not to be mixed.
    fn wipe_another(&mut self, into: &mut Vec<u8>, most: usize) {
        if !std::mem::take(&mut self.is_another) {
            return;
        }
        let changes = self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y));
        let changed = counted(changes, self.next.area.height);
        if changed.iter().sum::<u32>() as usize * SHORTEST <= MANY_FRAMES * most {
            return;
        }
        let (width, rows) = (self.next.area.width, changed.len());
        let is_empty = |y| (0..width).all(|x| self.shown[(x, y)].symbol() == " ");
        let is_wiped = |(y, changes): (u16, &u32)| {
            (*changes > 0 && !is_first(y, rows) && !is_empty(y)).then_some(y)
        };
        let wiped: Vec<u16> = (0..).zip(&changed).filter_map(is_wiped).collect();
        self.pen.wipe(wiped.iter().copied(), into);
        for y in wiped {
            (0..width).for_each(|x| self.shown[(x, y)].reset());
        }
    }

    /// Counts the frame for the rows of which it has left something to those after it.
    fn note_who_waits(&mut self) {
        let left = self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y));
        let left = counted(left, self.next.area.height);
        self.waited.resize(left.len(), 0);
        for (waited, left) in self.waited.iter_mut().zip(left) {
            *waited = if left == 0 { 0 } else { *waited + 1 };
        }
    }

    /// Of each row when it is its turn to be written: the lower, the earlier.
    fn turns(&self, changes: &[(u16, u16)]) -> Vec<i64> {
        let changed = counted(changes.iter().copied(), self.next.area.height);
        let rows = changed.len();
        let waited = changed.iter().zip(self.waited.iter().chain(std::iter::repeat(&0)));
        let turn = |(y, (changed, waited)): (u16, (&u32, &i64))| {
            if is_first(y, rows) { FIRST } else { i64::from(*changed) - waited }
        };
        (0..).zip(waited).map(turn).collect()
    }
}

/// Whether a row comes before all others: the header and the two lowest, where a key shows.
fn is_first(row: u16, rows: usize) -> bool {
    row == 0 || usize::from(row) + 2 >= rows
}

/// How many cells are to change in each of so many rows.
fn counted(changes: impl Iterator<Item = (u16, u16)>, rows: u16) -> Vec<u32> {
    let mut changed = vec![0; rows.into()];
    for (_, y) in changes {
        if let Some(changed) = changed.get_mut(usize::from(y)) {
            *changed += 1;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::ops::ControlFlow::Continue;
    use std::sync::Arc;

    use crossterm::event::KeyCode;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    use super::Screen;
    use crate::app::{App, ColourDepth, Look, Message};
    use crate::experiment::{Experiment, Override, Scenario, entries, find, load};
    use crate::telemetry::{ArmDigest, Digest};
    use crate::ui;

    fn frame(screen: &mut Screen, size: (u16, u16), text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        screen.frame(size, (&mut bytes, None), |area: Rect, cells| {
            for (y, line) in (0..area.height).zip(text.lines()) {
                cells.set_stringn(0, y, line, area.width.into(), Style::new().fg(Color::Green));
            }
        });
        bytes
    }

    /// What a terminal shows after all of `frames`.
    fn shown(frames: &[Vec<u8>], (columns, rows): (u16, u16)) -> String {
        let mut terminal = vt100::Parser::new(
            rows.try_into().expect("a row"),
            columns.try_into().expect("a column"),
            0,
        );
        for frame in frames {
            terminal.process(frame);
        }
        let lines: Vec<String> =
            terminal.screen().contents().lines().map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n").trim_end().to_owned()
    }

    #[test]
    fn a_frame_that_changes_nothing_has_no_bytes() {
        let mut screen = Screen::new(ColourDepth::True, true);
        assert!(!frame(&mut screen, (20, 3), "one").is_empty());
        assert!(frame(&mut screen, (20, 3), "one").is_empty());
    }

    /// A dashboard on which a run of two networks on pictures has just begun.
    fn dashboard() -> App {
        let digits = find("digits").expect("a built-in scenario");
        let said = Override::new("data.train", "20", "a few");
        let scenario = Scenario::read(digits.text, digits.name, &[said]).expect("it reads");
        let data = load(&scenario, &|_| Err(ErrorKind::NotFound.into()), &mut |_| Continue(()));
        let data = Arc::new(data.expect("digits are drawn"));
        let mut run = Experiment::new(&scenario, data).expect("it can be run");
        let arms = (0..2).map(|arm| ArmDigest {
            eta: run.etas()[arm],
            moment: Some(run.moment(arm)),
            ..ArmDigest::default()
        });
        let arms = arms.collect();
        let begins = Some(Arc::new(run.facts()));
        let mut app = App::new(Look::default(), entries());
        app.update(Message::Told(Box::new(Digest { begins, arms, ..Digest::default() })));
        app
    }

    #[test]
    fn a_dashboard_on_which_nothing_has_changed_has_no_bytes() {
        let app = dashboard();
        for size in [(80, 24), (200, 60)] {
            let mut screen = Screen::new(app.look.colours, true);
            let mut frame = || {
                let mut bytes = Vec::new();
                screen.frame(size, (&mut bytes, None), |area, cells| ui::draw(&app, area, cells));
                bytes.len()
            };
            assert!(frame() > 1000, "the first frame draws every cell");
            assert_eq!(frame(), 0, "{size:?}");
        }
    }

    #[test]
    fn a_frame_in_parts_ends_as_the_frame_at_once_and_begins_with_the_header() {
        let app = dashboard();
        let size = (80, 24);
        let mut whole = Screen::new(app.look.colours, true);
        let mut at_once = Vec::new();
        assert!(whole.frame(size, (&mut at_once, None), |area, cells| ui::draw(&app, area, cells)));
        let mut screen = Screen::new(app.look.colours, true);
        let mut frames = Vec::new();
        loop {
            let mut bytes = Vec::new();
            let is_whole = screen
                .frame(size, (&mut bytes, Some(300)), |area, cells| ui::draw(&app, area, cells));
            frames.push(bytes);
            if is_whole {
                break;
            }
        }
        assert!(frames.len() > 4, "{}", frames.len());
        assert!(frames.iter().skip(1).all(|frame| frame.len() < 300 + 50));
        assert!(shown(&frames[..1], size).contains("xentviz"));
        assert_eq!(shown(&frames, size), shown(&[at_once], size));
        let mut nothing = Vec::new();
        screen.frame(size, (&mut nothing, Some(300)), |area, cells| ui::draw(&app, area, cells));
        assert!(nothing.is_empty());
    }

    #[test]
    fn another_view_is_not_mixed_with_the_one_before_it() {
        let mut app = dashboard();
        let mut screen = Screen::new(app.look.colours, true);
        let mut frames: Vec<Vec<u8>> = Vec::new();
        let mut part = |screen: &mut Screen, app: &App| {
            let mut bytes = Vec::new();
            let is_whole = screen.frame((80, 24), (&mut bytes, Some(144)), |area, cells| {
                ui::draw(app, area, cells);
            });
            frames.push(bytes);
            (is_whole, shown(&frames, (80, 24)))
        };
        while !part(&mut screen, &app).0 {}
        assert!(part(&mut screen, &app).1.contains("recall"));
        app.update(Message::Key(KeyCode::Char('2').into()));
        screen.turn_over();
        let (_, first) = part(&mut screen, &app);
        assert!(first.contains("xentviz") && !first.contains("recall"), "{first}");
        while !part(&mut screen, &app).0 {}
        app.update(Message::Key(KeyCode::Char('1').into()));
        screen.turn_over();
        while !part(&mut screen, &app).0 {}
        let last = part(&mut screen, &app).1;
        assert!(last.contains("recall"), "{last}");
    }

    #[test]
    fn no_row_is_left_behind_while_others_go_on_changing() {
        let mut screen = Screen::new(ColourDepth::True, true);
        let mut frames = Vec::new();
        for step in 0..200 {
            let mut bytes = Vec::new();
            screen.frame((20, 12), (&mut bytes, Some(60)), |area, cells| {
                for y in 0..area.height {
                    let text =
                        if y % 2 == 0 { "ab".repeat(step / 100 + 8) } else { step.to_string() };
                    let text = if step / 100 == 0 { text } else { text.to_uppercase() };
                    cells.set_stringn(0, y, text, 20, Style::new());
                }
            });
            frames.push(bytes);
        }
        let shown = shown(&frames, (20, 12));
        let pictures: Vec<&str> = shown.lines().step_by(2).collect();
        assert_eq!(pictures, vec!["AB".repeat(9); 6]);
        assert!(shown.lines().nth(3) > Some("150"), "numbers go on, too");
    }

    #[test]
    fn a_frame_has_the_bytes_of_what_has_changed() {
        let mut screen = Screen::new(ColourDepth::True, true);
        frame(&mut screen, (20, 3), "step 1");
        let change = frame(&mut screen, (20, 3), "step 2");
        assert_eq!(String::from_utf8_lossy(&change), "\x1b[?2026h\x1b[1;6H2\x1b[?2026l");
    }

    #[test]
    fn what_is_written_is_what_was_drawn() {
        let mut screen = Screen::new(ColourDepth::Indexed, true);
        let texts = ["ab\ncd", "a\nコンcd", "xコy\nd", "", "ηδ→\n\n▀▄"];
        let mut frames = Vec::new();
        for text in texts {
            frames.push(frame(&mut screen, (12, 3), text));
            assert_eq!(shown(&frames, (12, 3)), text, "{text}");
        }
    }

    #[test]
    fn another_size_or_a_lost_screen_is_drawn_whole() {
        let mut screen = Screen::new(ColourDepth::True, false);
        frame(&mut screen, (20, 3), "one");
        let smaller = frame(&mut screen, (10, 2), "one");
        assert_eq!(String::from_utf8_lossy(&smaller), "\x1b[m\x1b[2J\x1b[1H\x1b[32mone");
        screen.forget();
        assert_eq!(frame(&mut screen, (10, 2), "one"), smaller);
    }

    #[test]
    fn what_is_copied_last_goes_out_once_and_with_the_frame() {
        let mut screen = Screen::new(ColourDepth::True, false);
        frame(&mut screen, (20, 3), "one");
        screen.copy(b"\x1b]52;c;b25l\x07".to_vec());
        screen.copy(b"\x1b]52;c;dHdv\x07".to_vec());
        let sent = frame(&mut screen, (20, 3), "two");
        assert_eq!(String::from_utf8_lossy(&sent), "\x1b]52;c;dHdv\x07\x1b[1Htwo");
        assert!(frame(&mut screen, (20, 3), "two").is_empty());
    }

    #[test]
    fn what_is_said_goes_out_once_even_if_nothing_has_changed() {
        let mut screen = Screen::new(ColourDepth::True, true);
        frame(&mut screen, (20, 3), "one");
        screen.say(b"\x1b[?1002h");
        assert_eq!(frame(&mut screen, (20, 3), "one"), b"\x1b[?1002h");
        assert!(frame(&mut screen, (20, 3), "one").is_empty());
    }
}
