//! Files of other formats that are given in place of arrays, by their first bytes.

use crate::arrays::error::ArrayError;

/// A format: the bytes that it begins with, its name, and what would do in its place.
type Format = (&'static [u8], &'static str, &'static str);

/// The formats that are recognised.
const FORMATS: [Format; 8] = [
    (
        b"\x80",
        "a pickle alone (of PyTorch before 1.6, or of Python), which is not run",
        "an archive: torch.save(torch.load(FILE), FILE) of a newer PyTorch writes one",
    ),
    (b"\x93NUMPY", "one array (.npy)", "an archive of arrays: numpy.savez(FILE, W1=…, b1=…)"),
    (b"\x89HDF", "an HDF5 file", "arrays: numpy.savez(FILE, *model.get_weights()) in Keras"),
    (b"\x1f\x8b", "packed by gzip", "the file unpacked: gunzip FILE"),
    (b"version https://git-lfs", "a pointer of Git LFS", "the file: git lfs pull fetches it"),
    (b"<", "a web page", "an archive: the download has failed"),
    (b"{", "JSON", "a name that ends in .json"),
    (b"PK\x05\x06", "an empty zip archive", "one with arrays"),
];

/// Returns the error for a file that begins with the bytes of another format.
pub(super) fn other_format(begin: &[u8]) -> Option<ArrayError> {
    let (_, found, expected) = FORMATS.iter().find(|(bytes, ..)| begin.starts_with(bytes))?;
    Some(ArrayError::format(found, *expected))
}

#[cfg(test)]
mod tests {
    use super::other_format;

    #[test]
    fn a_file_of_another_format_is_named() {
        let error = other_format(b"<!DOCTYPE html>").unwrap().to_string();
        assert_eq!(error, "is a web page, expected an archive: the download has failed");
        assert!(other_format(b"PK\x03\x04").is_none() && other_format(b"").is_none());
    }
}
