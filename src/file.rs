//! Input files, opened by the caller, with a count of the bytes read that bounds memory use.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A function that opens a file. Other modules open no files themselves.
pub type Opener = dyn Fn(&Path) -> io::Result<InputFile<'static>> + Send + Sync;

/// A function that returns the bytes of memory still available to the program, or `None` if unknown.
pub(crate) type AvailableMemory = dyn Fn() -> Option<u64> + Send + Sync;

/// The least capacity that is added at once, in items.
const LEAST_ROOM: usize = 64;

/// Capacity for fewer bytes than this is reserved without a check of the available memory. A check opens a
/// dozen files of the system and takes about 0.2 ms; one for every 64 KiB took a tenth of the time in which
/// MNIST is read. As lists grow by a sixteenth, the two lists of pictures can take 12 MiB unchecked, less
/// than [`LEFT_ALONE`].
const UNSEEN: u64 = 512 << 10;

/// The bytes of memory left for the rest of the program: the stacks of its threads, 2 MiB each, its
/// screen and its curves.
const LEFT_ALONE: u64 = 16 << 20;

/// An open input file.
pub struct InputFile<'a> {
    reader: Box<dyn Read + Send + 'a>,
    gauge: ReadProgress,
}

impl<'a> InputFile<'a> {
    /// Wraps a reader and the length of its input, if known.
    pub fn new(reader: impl Read + Send + 'a, length: Option<u64>) -> Self {
        let gauge = ReadProgress { length, ..ReadProgress::default() };
        Self { reader: Box::new(reader), gauge }
    }

    /// Limits the content of the file to the available memory.
    #[must_use]
    pub fn within(mut self, memory: Arc<AvailableMemory>) -> Self {
        self.gauge.memory = Some(memory);
        self
    }

    /// Leaves `bytes` more bytes of memory for other uses than the content.
    #[must_use]
    pub fn sparing(mut self, bytes: u64) -> Self {
        self.gauge.spared = self.gauge.spared.saturating_add(bytes);
        self
    }

    /// Returns a handle to the number of bytes read so far.
    pub fn read_progress(&self) -> ReadProgress {
        self.gauge.clone()
    }
}

impl<'a> From<&'a [u8]> for InputFile<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Some(bytes.len() as u64))
    }
}

impl Read for InputFile<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(bytes)?;
        self.gauge.bytes_read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// The progress of reading a file, and the memory that its content may take.
#[derive(Clone, Default)]
pub struct ReadProgress {
    bytes_read: Arc<AtomicU64>,
    length: Option<u64>,
    memory: Option<Arc<AvailableMemory>>,
    /// Bytes of memory that are left for other uses.
    spared: u64,
}

/// The error that the memory does not suffice for more of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom {
    /// The bytes that the content may still take, if known.
    pub left: Option<u64>,
}

impl ReadProgress {
    /// Returns the number of bytes read.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Returns the most items that the file can hold if each takes `bytes` bytes, or `None` if the
    /// length is unknown or the file has turned out longer.
    pub fn most_items(&self, bytes: usize) -> Option<usize> {
        let length = self.length.filter(|length| *length >= self.bytes_read())?;
        usize::try_from(length).ok()?.checked_div(bytes)
    }

    /// Returns the share that has been read, from 0 to 1; 0 if the length is unknown.
    pub fn share(&self) -> f64 {
        let length = self.length.unwrap_or(0);
        if length == 0 { 0.0 } else { (self.bytes_read() as f64 / length as f64).min(1.0) }
    }

    /// Returns the bytes of memory that the content may still take, if known.
    fn left(&self) -> Option<u64> {
        let available = self.memory.as_ref().and_then(|memory| memory())?;
        Some(available.saturating_sub(self.spared).saturating_sub(LEFT_ALONE))
    }

    /// Reserves capacity as [`make_room`] does, if there is memory for it beside `beside` bytes, which
    /// the content needs in other places.
    ///
    /// # Errors
    /// If there is no memory for it; `items` is unchanged then.
    pub fn make_room<T>(
        &self,
        items: &mut Vec<T>,
        (more, most): (usize, Option<usize>),
        beside: u64,
    ) -> Result<(), NoRoom> {
        let Some(more) = room_for(items, more, most) else { return Ok(()) };
        let bytes = (more as u64).saturating_mul(size_of::<T>() as u64);
        let left = || self.left().map(|left| left.saturating_sub(beside));
        if bytes >= UNSEEN
            && let Some(left) = left()
            && left < bytes
        {
            return Err(NoRoom { left: Some(left) });
        }
        items.try_reserve_exact(more).map_err(|_| NoRoom { left: left() })
    }
}

/// Reserves capacity for `more` items, or for a sixteenth of the present ones (at least 64) if that is
/// more, but then for no more than `most` in all. Doubling could take four times the size of the file.
pub(crate) fn make_room<T>(items: &mut Vec<T>, more: usize, most: Option<usize>) {
    if let Some(more) = room_for(items, more, most) {
        items.reserve_exact(more);
    }
}

/// Returns the number of items to reserve capacity for, or `None` if there is room.
fn room_for<T>(items: &Vec<T>, more: usize, most: Option<usize>) -> Option<usize> {
    if items.capacity() - items.len() >= more {
        return None;
    }
    let to_come = most.map_or(usize::MAX, |most| most.saturating_sub(items.len()));
    let spare = (items.len() / 16).max(LEAST_ROOM).min(to_come);
    Some(more.max(spare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_of_reading_a_file_is_counted() {
        let mut file = InputFile::from(&b"0123456789"[..]);
        let gauge = file.read_progress();
        assert_eq!((gauge.bytes_read(), gauge.share(), gauge.most_items(3)), (0, 0.0, Some(3)));
        file.read_exact(&mut [0; 5]).unwrap();
        assert_eq!((gauge.bytes_read(), gauge.share(), gauge.most_items(0)), (5, 0.5, None));
    }

    #[test]
    fn a_file_of_unknown_or_wrong_length_is_read_as_well() {
        for (length, share) in [(None, 0.0), (Some(0), 0.0), (Some(2), 1.0)] {
            let mut file = InputFile::new(&b"01234"[..], length);
            let gauge = file.read_progress();
            assert_eq!(file.read(&mut [0; 9]).unwrap(), 5);
            assert_eq!((gauge.share(), gauge.most_items(5)), (share, None));
        }
    }

    #[test]
    fn room_that_leaves_too_little_for_the_rest_of_the_program_is_refused() {
        let within = |available| {
            let memory = Arc::new(move || available);
            InputFile::from(&b""[..]).within(memory).sparing(1 << 20).read_progress()
        };
        let enough = LEFT_ALONE + (1 << 20) + 3000 + 800_000;
        for (available, left) in [
            (None, None),
            (Some(enough), None),
            (Some(enough - 1), Some(799_999)),
            (Some(0), Some(0)),
        ] {
            let mut items: Vec<u64> = Vec::new();
            let made = within(available).make_room(&mut items, (100_000, None), 3000);
            assert_eq!(made.err(), left.map(|left| NoRoom { left: Some(left) }));
            assert_eq!(items.capacity(), if left.is_some() { 0 } else { 100_000 });
        }
        let mut few: Vec<u8> = Vec::new();
        within(Some(0)).make_room(&mut few, (1000, None), 0).unwrap();
    }

    #[test]
    fn room_that_the_system_does_not_grant_is_an_error() {
        let mut items = vec![1_u64];
        let made = ReadProgress::default().make_room(&mut items, (usize::MAX / 16, None), 0);
        assert_eq!((made, items), (Err(NoRoom { left: None }), vec![1]));
    }

    #[test]
    fn room_is_made_for_no_more_items_than_there_can_be() {
        let mut items: Vec<u8> = Vec::new();
        for expected in [3, 5, 64 + 5] {
            make_room(&mut items, 1, (expected < 10).then_some(expected));
            assert_eq!(items.capacity(), expected);
            items.resize(expected, 0);
        }
        items.resize(3200, 0);
        items.shrink_to_fit();
        make_room(&mut items, 1, None);
        assert_eq!(items.capacity(), 3400);
        make_room(&mut items, 1, None);
        assert_eq!(items.capacity(), 3400, "there is room");
    }
}
