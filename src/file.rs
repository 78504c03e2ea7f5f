//! Files as they are read here: opened elsewhere, and how much there is of them, so that what is
//! kept of a file can be held against its size.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Opens a file; the inner rooms open none themselves.
pub type Opener = dyn Fn(&Path) -> io::Result<Opened<'static>> + Send + Sync;

/// The least room that is made at once, in items.
const LEAST_ROOM: usize = 64;

/// A file that is open.
pub struct Opened<'a> {
    reader: Box<dyn Read + Send + 'a>,
    gauge: Gauge,
}

impl<'a> Opened<'a> {
    /// What is read here, and how many bytes there are to be, where that is known.
    pub fn new(reader: impl Read + Send + 'a, length: Option<u64>) -> Self {
        Self { reader: Box::new(reader), gauge: Gauge { taken: Arc::default(), length } }
    }

    /// Tells how far it has been read, whoever reads it by then.
    pub fn gauge(&self) -> Gauge {
        self.gauge.clone()
    }
}

impl<'a> From<&'a [u8]> for Opened<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::new(bytes, Some(bytes.len() as u64))
    }
}

impl Read for Opened<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(bytes)?;
        self.gauge.taken.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

/// How far a file has been read.
#[derive(Clone, Debug)]
pub struct Gauge {
    taken: Arc<AtomicU64>,
    length: Option<u64>,
}

impl Gauge {
    /// How many bytes have been read.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// The most items that there can be in it if each takes so many bytes, where that is known. It
    /// is not known any more of a file that has turned out longer.
    pub fn most_items(&self, bytes: usize) -> Option<usize> {
        let length = self.length.filter(|length| *length >= self.taken())?;
        usize::try_from(length).ok()?.checked_div(bytes)
    }

    /// Which share of it has been read, from 0 to 1; 0 where that is not known.
    pub fn share(&self) -> f64 {
        let length = self.length.unwrap_or(0);
        if length == 0 { 0.0 } else { (self.taken() as f64 / length as f64).min(1.0) }
    }
}

/// Makes room for so many items more, and for a sixteenth of those that are there, yet not for more
/// than there can be in all: doubling would take more memory than a file has bytes four times over.
pub fn make_room<T>(items: &mut Vec<T>, more: usize, most: Option<usize>) {
    if items.capacity() - items.len() < more {
        let to_come = most.map_or(usize::MAX, |most| most.saturating_sub(items.len()));
        let spare = (items.len() / 16).max(LEAST_ROOM).min(to_come);
        items.reserve_exact(more.max(spare));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_tells_how_far_a_file_has_been_read() {
        let mut file = Opened::from(&b"0123456789"[..]);
        let gauge = file.gauge();
        assert_eq!((gauge.taken(), gauge.share(), gauge.most_items(3)), (0, 0.0, Some(3)));
        file.read_exact(&mut [0; 5]).unwrap();
        assert_eq!((gauge.taken(), gauge.share(), gauge.most_items(0)), (5, 0.5, None));
    }

    #[test]
    fn a_file_of_unknown_or_wrong_length_is_read_as_well() {
        for (length, share) in [(None, 0.0), (Some(0), 0.0), (Some(2), 1.0)] {
            let mut file = Opened::new(&b"01234"[..], length);
            let gauge = file.gauge();
            assert_eq!(file.read(&mut [0; 9]).unwrap(), 5);
            assert_eq!((gauge.share(), gauge.most_items(5)), (share, None));
        }
    }

    #[test]
    fn room_is_made_for_no_more_than_there_can_be() {
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
