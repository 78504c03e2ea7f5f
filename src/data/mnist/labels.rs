//! The labels of pictures, as bytes.

use std::ops::ControlFlow;
use std::path::Path;

use crate::data::DataError;
use crate::data::idx::Idx;
use crate::file::NoRoom;

/// Reads all labels of a file.
pub(super) fn read_labels(
    file: Idx,
    watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Vec<u8>, DataError> {
    let (gauge, name) = (file.gauge().clone(), file.file().display().to_string());
    let (mut classes, mut full) = (Vec::new(), None);
    let most = Some(file.count() as usize);
    let is_read = file.read(usize::MAX, &mut |_| watch(0.0), &mut |piece| match gauge.make_room(
        &mut classes,
        (piece.len(), most),
        0,
    ) {
        Ok(()) => {
            classes.append(piece);
            ControlFlow::Continue(())
        }
        Err(no_room) => {
            full = Some(no_room);
            ControlFlow::Break(())
        }
    });
    let count = classes.len();
    match full {
        Some(NoRoom { left }) => {
            Err(DataError::Memory { name, of: "labels", count, bytes: count as u64, left })
        }
        None => is_read.map(|()| classes),
    }
}

/// Returns the label of the first class: 0, or 1 for the letters of EMNIST, which are numbered from 1 on.
pub(super) fn first_class(labels: &[u8], classes: usize) -> u8 {
    let largest = labels.iter().max().map_or(0, |label| usize::from(*label));
    u8::from(!labels.contains(&0) && largest == classes)
}

/// Numbers the classes from 0 on.
///
/// # Errors
/// If a label is beyond the last class.
pub(super) fn number_classes(
    file: &Path,
    labels: &mut [u8],
    (first, classes): (u8, usize),
) -> Result<(), DataError> {
    let last = usize::from(first) + classes - 1;
    if let Some(at) = labels.iter().position(|&label| usize::from(label) > last) {
        let largest = labels.iter().max().map_or(0, |label| usize::from(*label));
        let needed = largest + usize::from(labels.contains(&0));
        let more = match needed {
            // The sets of EMNIST with letters have 26 to 62 classes; fewer are a damaged label.
            26..=62 => format!("; the last of network.layers as {needed} would do"),
            _ => String::new(),
        };
        return Err(DataError::Idx {
            file: file.to_owned(),
            found: format!("label {} as number {}", labels[at], at + 1),
            expected: format!("{first} to {last}{more}"),
        });
    }
    for label in labels {
        *label -= first;
    }
    Ok(())
}

/// Returns the names of classes that are numbered from `first` on.
pub(super) fn class_names(first: u8, classes: usize) -> Vec<String> {
    (usize::from(first)..).take(classes).map(|class| class.to_string()).collect()
}
