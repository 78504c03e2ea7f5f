//! A file of pictures and that of their labels.

use std::mem;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use crate::data::idx::Idx;
use crate::data::mnist::labels::{first_class, number_classes, read_labels};
use crate::data::mnist::names::PairFiles;
use crate::data::sparse_pixels::SparseImages;
use crate::data::{DataError, Dataset};
use crate::file::NoRoom;

/// The number of unpacked pieces of a file that may wait for conversion to sparse images.
const QUEUED_PIECES: usize = 2;

/// A file of pictures and that of their labels, opened.
pub(super) struct OpenPair {
    pub(super) pictures: Idx,
    pub(super) labels: Idx,
    /// What the pictures are for, in messages.
    pub(super) purpose: &'static str,
    pub(super) files: PairFiles,
}

/// Pictures with their labels.
pub(super) struct LabelledPictures {
    pub(super) set: Dataset,
    /// The label of the first class.
    pub(super) first_class: u8,
    /// The file of the labels.
    pub(super) labels: PathBuf,
}

impl OpenPair {
    /// Returns the place and the names of the files.
    pub(super) fn files(&self) -> PairFiles {
        self.files.clone()
    }

    /// Reads the first `wanted` pictures and labels, of this many classes.
    pub(super) fn read(
        self,
        (wanted, classes): (usize, usize),
        watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
    ) -> Result<LabelledPictures, DataError> {
        let Self { pictures, labels, purpose, .. } = self;
        if labels.count() != pictures.count() {
            let one_each = pictures.file().display();
            let expected = format!("{}, one for each picture of {one_each}", pictures.count());
            return Err(labels.format_error(format!("{} labels", labels.count()), expected));
        }
        if (pictures.count() as usize) < wanted {
            let key = if purpose.ends_with("test on") { "data.test" } else { "data.train" };
            let count = pictures.count();
            let expected =
                format!("{wanted} or more {purpose}; --set {key}={count} takes all of them");
            return Err(pictures.format_error(format!("{count} pictures"), expected));
        }
        let file = labels.file().to_owned();
        let mut labels = read_labels(labels, watch)?;
        let first_class = first_class(&labels, classes);
        number_classes(&file, &mut labels, (first_class, classes))?;
        labels.truncate(wanted);
        labels.shrink_to_fit();
        let pictures = listed(pictures, wanted, watch)?;
        let set = Dataset::from_pictures(pictures, labels, classes);
        Ok(LabelledPictures { set, first_class, labels: file })
    }
}

/// Reads the first `wanted` pictures. A second thread converts them to sparse images, so that unpacking
/// does not wait.
fn listed(
    file: Idx,
    wanted: usize,
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<SparseImages, DataError> {
    let (gauge, name) = (file.gauge().clone(), file.file().display().to_string());
    thread::scope(|scope| {
        // Created inside the scope, so that a panic closes the channels before the thread is joined.
        let (unpacked, pieces) = sync_channel::<Vec<u8>>(QUEUED_PIECES);
        let (done_with, spare) = channel();
        let lists = scope.spawn(move || {
            let mut pictures = SparseImages::new();
            for piece in pieces {
                if let Err(NoRoom { left }) = pictures.extend(piece.as_chunks().0, &gauge) {
                    let (count, bytes) = (pictures.len(), pictures.bytes());
                    return Err(DataError::Memory { name, of: "pictures", count, bytes, left });
                }
                // The buffers of the last pieces are not reused.
                done_with.send(piece).ok();
            }
            Ok(pictures)
        });
        let is_read = file.read(wanted, watch, &mut |piece| {
            let space = spare.try_recv().unwrap_or_default();
            // Sending fails if the thread has ended early; joining it returns the reason.
            let is_taken = unpacked.send(mem::replace(piece, space)).is_ok();
            if is_taken { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        drop(unpacked);
        let pictures = lists.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        is_read.map(|()| pictures)
    })
}
