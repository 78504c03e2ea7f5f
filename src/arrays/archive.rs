//! Zip archives, held in memory. A `.npz` file is one, and so is a `.pt` file.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::arrays::error::ArrayError;
use crate::arrays::other_format::other_format;
use crate::file::InputFile;

/// The bytes read at a time.
const PIECE: usize = 64 << 10;

/// The most members. Each takes some hundred bytes of memory, and 46 bytes of the file.
const MOST_MEMBERS: usize = 10_000;

/// The bytes with which the entry of each member in the directory begins.
const ENTRY: &[u8] = b"PK\x01\x02";

/// The members may unpack to this many bytes together, or to this many times the size of the archive. Deflated
/// zeros shrink a thousand times, and pictures ten times.
const ALWAYS_ALLOWED: u64 = 24 << 20;
const UNPACKED_TIMES: u64 = 100;

/// A zip archive.
pub(crate) struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    length: u64,
    /// The bytes that may still be unpacked.
    left: u64,
}

/// The content of a member.
pub(crate) struct Member<'a> {
    reader: Box<dyn Read + 'a>,
    left: &'a mut u64,
    /// The length of the content, as the directory gives it.
    pub(crate) length: u64,
}

impl Archive {
    /// Reads an archive of at most `most` bytes.
    ///
    /// # Errors
    /// If the file cannot be read, does not fit in memory, or is no archive.
    pub(crate) fn read(mut file: InputFile<'_>, most: u64) -> Result<Self, ArrayError> {
        let gauge = file.read_progress();
        let expected = gauge.most_items(1);
        if expected.is_some_and(|length| length as u64 > most) {
            return Err(ArrayError::TooLarge(most));
        }
        let mut bytes: Vec<u8> = Vec::new();
        let mut piece = vec![0; PIECE];
        loop {
            let length = match file.read(&mut piece) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if (bytes.len() + length) as u64 > most {
                return Err(ArrayError::TooLarge(most));
            }
            gauge
                .make_room(&mut bytes, (length, expected), 0)
                .map_err(|_| ArrayError::TooLarge(bytes.len() as u64))?;
            bytes.extend_from_slice(&piece[..length]);
        }
        Self::of(bytes)
    }

    fn of(bytes: Vec<u8>) -> Result<Self, ArrayError> {
        if bytes.is_empty() {
            return Err(ArrayError::zip(&"it is empty"));
        }
        if let Some(error) = other_format(&bytes) {
            return Err(error);
        }
        if bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY).count() > MOST_MEMBERS {
            return Err(ArrayError::zip(&format!("it has more than {MOST_MEMBERS} members")));
        }
        let length = bytes.len() as u64;
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| ArrayError::zip(&error))?;
        let left = ALWAYS_ALLOWED.max(length.saturating_mul(UNPACKED_TIMES));
        Ok(Self { zip, length, left })
    }

    /// Returns the length of the archive in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Returns the names of the members, in the order of the directory.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }

    /// Opens the member of this name.
    ///
    /// # Errors
    /// If there is none, or it is encrypted or packed by another method than deflate.
    pub(crate) fn member(&mut self, name: &str) -> Result<Member<'_>, ArrayError> {
        let damaged = |error: &dyn std::fmt::Display| {
            ArrayError::array(
                name,
                format!("a member that cannot be read ({error})"),
                "its content",
            )
        };
        let file = self.zip.by_name(name).map_err(|error| damaged(&error))?;
        let length = file.size();
        Ok(Member { reader: Box::new(file), left: &mut self.left, length })
    }
}

impl Read for Member<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(bytes)?;
        let over = || {
            let found = format!("it unpacks to more than {UNPACKED_TIMES} times its size");
            io::Error::new(io::ErrorKind::InvalidData, found)
        };
        *self.left = self.left.checked_sub(length as u64).ok_or_else(over)?;
        Ok(length)
    }
}
