//! The renderer: keeps the displayed and the next frame, and encodes their difference.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;

use crate::canvas::ColourDepth;
use crate::terminal::cell_encoder::CellEncoder;
use crate::terminal::rough_frame::roughen;

/// The start and the end of an update that the terminal shows at once.
const SYNC: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// The bytes that a cell seldom exceeds if its neighbours have other styles.
const LONGEST: usize = 24;

/// The fewest bytes of a cell if its neighbours change too.
const SHORTEST: usize = 4;

/// A new view that takes more frames than this is not mixed with the previous one.
const MANY_FRAMES: usize = 8;

/// The priority of rows that are written before all others.
const FIRST: i64 = i64::MIN;

/// The buffer that receives the bytes of a frame.
pub(crate) struct FrameOutput<'a> {
    /// The bytes are appended here.
    pub(crate) bytes: &'a mut Vec<u8>,
    /// The most bytes to append, as far as single cells allow; `None` for the whole frame.
    pub(crate) most: Option<usize>,
}

/// The progress of a change to another view.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ViewChange {
    /// The view is the same, or at most details of it are missing.
    None,
    /// The next frame is the first of another view.
    Begun,
    /// The rough version of that frame is not complete.
    Rough,
}

/// The two frames of the screen: the displayed one, and the next one.
pub(crate) struct Renderer {
    shown: Buffer,
    next: Buffer,
    encoder: CellEncoder,
    is_synchronised: bool,
    /// Whether the content of the terminal is unknown.
    is_unknown: bool,
    /// Sequences to send with the next frame.
    sequences: Vec<u8>,
    /// The clipboard sequence to send with the next frame.
    copied: Vec<u8>,
    change: ViewChange,
    /// For each row, the number of frames in a row that left a part of it unwritten.
    waited: Vec<i64>,
}

impl Renderer {
    /// Returns a renderer for a screen whose content is unknown.
    pub(crate) fn new(colours: ColourDepth, is_synchronised: bool) -> Self {
        Self {
            shown: Buffer::default(),
            next: Buffer::default(),
            encoder: CellEncoder::new(colours),
            is_synchronised,
            is_unknown: true,
            sequences: Vec::new(),
            copied: Vec::new(),
            change: ViewChange::None,
            waited: Vec::new(),
        }
    }

    /// Marks the displayed frame as unknown, so that the next frame draws every cell.
    pub(crate) fn forget(&mut self) {
        self.is_unknown = true;
    }

    /// Marks the next frame as the first of another view.
    pub(crate) fn begin_view(&mut self) {
        self.change = ViewChange::Begun;
    }

    /// Sends a sequence with the next frame.
    pub(crate) fn queue(&mut self, sequence: &[u8]) {
        self.sequences.extend_from_slice(sequence);
    }

    /// Sends a clipboard sequence with the next frame, in place of one that was not sent yet: the
    /// sequences are long, and only the last one counts.
    pub(crate) fn copy(&mut self, sequence: Vec<u8>) {
        self.copied = sequence;
    }

    /// Returns the clipboard sequence that was not sent yet, when the screen is left.
    pub(crate) fn take_copied(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.copied)
    }

    /// Draws a frame of this size and appends the bytes that display it, or none if nothing has
    /// changed. If the frame takes more bytes than the output may receive, some cells are left to
    /// later frames. Returns whether the frame is complete.
    pub(crate) fn frame(
        &mut self,
        (columns, rows): (u16, u16),
        output: FrameOutput<'_>,
        draw: impl FnOnce(Rect, &mut Buffer),
    ) -> bool {
        let FrameOutput { bytes: into, most } = output;
        let area = Rect::new(0, 0, columns, rows);
        self.next.resize(area);
        self.next.reset();
        draw(area, &mut self.next);
        into.append(&mut self.sequences);
        into.append(&mut self.copied);
        let start = into.len();
        if self.is_synchronised {
            into.extend_from_slice(SYNC.0);
        }
        let head = into.len();
        self.encoder.forget_position();
        if self.is_unknown || self.shown.area != area {
            self.is_unknown = false;
            self.shown.resize(area);
            self.shown.reset();
            self.encoder.clear(into);
        }
        let is_whole = match most {
            None => {
                let changes = self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y));
                for write in self.encoder.cell_writes(changes, &self.next) {
                    self.encoder.write(&write, &self.next, into);
                }
                true
            }
            Some(most) => {
                if self.change == ViewChange::Begun {
                    self.begin_another(into, most);
                }
                let is_whole =
                    self.write_rough(into, start + most) && self.write_some(into, start + most);
                self.count_deferred_rows(is_whole);
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

    /// Writes changed cells until `into` has `end` bytes. Returns whether all were written. The
    /// header and the two lowest rows are first, since they show the effect of a key. Then follow
    /// the rows with the fewest changes, which contain numbers and not pictures; each frame that a
    /// row has waited counts as one change less.
    fn write_some(&mut self, into: &mut Vec<u8>, end: usize) -> bool {
        let mut changes: Vec<(u16, u16)> =
            self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y)).collect();
        let turns = self.turns(&changes);
        let turn = |row: u16| turns.get(usize::from(row)).copied().unwrap_or(FIRST);
        changes.sort_by_key(|(x, y)| (turn(*y), *y, *x));
        let mut left = &changes[..];
        while let Some((_, next)) = left.first().copied() {
            let room = end.saturating_sub(into.len());
            // Takes as many rows as are likely to fit.
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
            for write in self.encoder.cell_writes(now.iter().copied(), &self.next) {
                if !is_first && into.len() >= end {
                    return false;
                }
                self.encoder.write(&write, &self.next, into);
                let (x, y) = write.place;
                // A wide character also covers its neighbours.
                let wide = self.next[(x, y)].cell_width().max(1);
                for x in x..x.saturating_add(wide).min(self.next.area.width) {
                    self.shown[(x, y)].clone_from(&self.next[(x, y)]);
                }
            }
        }
        true
    }

    /// Writes the rough version of the first frame of another view, as [`Self::write_some`] does. Returns whether it
    /// is complete, or none is due.
    fn write_rough(&mut self, into: &mut Vec<u8>, end: usize) -> bool {
        if self.change != ViewChange::Rough {
            return true;
        }
        let exact = self.next.clone();
        roughen(&mut self.next, &self.shown);
        let is_whole = self.write_some(into, end);
        self.next = exact;
        if is_whole {
            self.change = ViewChange::None;
        }
        is_whole
    }

    /// Prepares for the first frame of another view. If it takes several frames of `most` bytes, a rough version
    /// comes first. If it takes many, the rows in which it differs from the displayed view are cleared, so that the
    /// two are not mixed until it is complete.
    fn begin_another(&mut self, into: &mut Vec<u8>, most: usize) {
        let changes = self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y));
        let changed = counted(changes, self.next.area.height);
        let least = changed.iter().sum::<u32>() as usize * SHORTEST;
        self.change = if least > most { ViewChange::Rough } else { ViewChange::None };
        if least <= MANY_FRAMES * most {
            return;
        }
        let (width, rows) = (self.next.area.width, changed.len());
        let is_empty = |y| (0..width).all(|x| self.shown[(x, y)].symbol() == " ");
        let is_wiped = |(y, changes): (u16, &u32)| {
            (*changes > 0 && !is_first(y, rows) && !is_empty(y)).then_some(y)
        };
        let wiped: Vec<u16> = (0..).zip(&changed).filter_map(is_wiped).collect();
        self.encoder.wipe(wiped.iter().copied(), into);
        for y in wiped {
            (0..width).for_each(|x| self.shown[(x, y)].reset());
        }
    }

    /// Counts this frame for the rows that it left unwritten in part.
    fn count_deferred_rows(&mut self, is_whole: bool) {
        if is_whole {
            self.waited.clear();
            return;
        }
        let left = self.shown.diff_iter(&self.next).map(|(x, y, _)| (x, y));
        let left = counted(left, self.next.area.height);
        self.waited.resize(left.len(), 0);
        for (waited, left) in self.waited.iter_mut().zip(left) {
            *waited = if left == 0 { 0 } else { *waited + 1 };
        }
    }

    /// Returns the priority of each row: lower ones are written earlier.
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

/// Returns whether a row is written before all others: the header and the two lowest, which show
/// the effect of a key.
fn is_first(row: u16, rows: usize) -> bool {
    row == 0 || usize::from(row) + 2 >= rows
}

/// Returns the number of changed cells in each of `rows` rows.
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
mod tests;
