//! The IDX format as MNIST uses it: a big-endian header, then bytes.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;

use crate::data::count_bytes::count_bytes;
use crate::data::error::MNIST_SITES;
use crate::data::grey_image::SIDE;
use crate::data::sparse_pixels::{BYTES_PER_LIT, BYTES_PER_PICTURE};
use crate::data::{DataError, MOST_EXAMPLES};
use crate::file::{InputFile, ReadProgress};

/// The number of bytes read between two checks for cancellation.
const PIECE: usize = 256 * 1024;

/// Limits for files that unpack to much more than their size: the unpacked bytes may be 24 MiB, or this
/// many times the bytes read. Memory stays below four times the file, or 64 MiB with the test set.
const ALWAYS_ALLOWED: u64 = 24 << 20;
const UNPACKED_TIMES: f64 = 100.0;
const KEPT_TIMES: f64 = 3.5;

/// The content expected in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IdxContent {
    /// Pictures of 28×28 bytes.
    Pictures,
    /// Labels of one byte.
    Labels,
}

impl IdxContent {
    /// Returns the magic number: two zero bytes, 8 for unsigned bytes, the number of dimensions.
    fn magic(self) -> u32 {
        match self {
            Self::Pictures => 0x0803,
            Self::Labels => 0x0801,
        }
    }

    fn header(self) -> usize {
        match self {
            Self::Pictures => 16,
            Self::Labels => 8,
        }
    }

    /// Returns the number of bytes of one item.
    fn size(self) -> usize {
        match self {
            Self::Pictures => SIDE * SIDE,
            Self::Labels => 1,
        }
    }

    /// Returns the number of bytes that these items take in memory.
    fn kept(self, bytes: &[u8]) -> u64 {
        match self {
            Self::Pictures => {
                let pictures = (bytes.len() / self.size()) as u64;
                let sparse_pixels = count_bytes(bytes, |byte| byte != 0) as u64;
                sparse_pixels * BYTES_PER_LIT + pictures * BYTES_PER_PICTURE
            }
            Self::Labels => bytes.len() as u64,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::Labels => "labels",
        }
    }
}

/// A file whose header has been read and checked.
pub(super) struct Idx {
    file: PathBuf,
    reader: Box<dyn Read + Send>,
    /// The progress of reading the (packed) file.
    gauge: ReadProgress,
    items: IdxContent,
    count: u32,
    /// Whether the packed data has ended too early.
    is_cut: bool,
}

impl Idx {
    /// Reads the header of a file, packed by gzip or not.
    pub(super) fn open(
        file: PathBuf,
        reader: InputFile<'static>,
        items: IdxContent,
    ) -> Result<Self, DataError> {
        let gauge = reader.read_progress();
        let mut reader = BufReader::with_capacity(PIECE / 4, reader);
        let is_packed = starts(&mut reader, GZIP).map_err(|source| unreadable(&file, source))?;
        let reader: Box<dyn Read + Send> =
            if is_packed { Box::new(GzipReader::new(reader)) } else { Box::new(reader) };
        let mut idx = Self { file, reader, gauge, items, count: 0, is_cut: false };
        let mut header = [0; 16];
        let header = &mut header[..items.header()];
        let length = idx.fill(header)?;
        let words: Vec<u32> =
            header.as_chunks().0.iter().map(|&bytes| u32::from_be_bytes(bytes)).collect();
        if let Some((found, expected)) = other_format(&header[..length]) {
            return Err(idx.format_error(found, format!("IDX {}; {expected}", items.name())));
        }
        idx.count = idx.check_header(length, &words)?;
        Ok(idx)
    }

    fn check_header(&self, length: usize, words: &[u32]) -> Result<u32, DataError> {
        let (items, magic) = (self.items.name(), self.items.magic());
        if length == 0 && !self.is_cut {
            return Err(self.format_error("an empty file", format!("IDX {items}")));
        }
        if let [found, ..] = *words
            && length >= 4
            && found != magic
        {
            let types = [
                (0x09, "signed bytes"),
                (0x0b, "16-bit numbers"),
                (0x0c, "32-bit numbers"),
                (0x0d, "32-bit floats"),
                (0x0e, "64-bit floats"),
            ];
            let numbers = types.iter().find(|(number, _)| found >> 8 == *number);
            let numbers = numbers.map_or(String::new(), |(_, name)| format!(", that of {name}"));
            return Err(self.format_error(
                format!("magic number {found:#010x}{numbers}"),
                format!("{magic:#010x}, that of {items}"),
            ));
        }
        if length < self.items.header() && self.is_cut {
            return Err(self.cut_off());
        }
        if length < self.items.header() {
            let expected = format!("a header of {}", self.items.header());
            return Err(self.format_error(format!("a file of {length} bytes"), expected));
        }
        if let [_, _, rows, columns] = *words
            && (rows as usize, columns as usize) != (SIDE, SIDE)
        {
            let found = format!("pictures of {columns}×{rows} pixels");
            return Err(self.format_error(found, format!("{SIDE}×{SIDE}")));
        }
        match *words {
            [_, 0, ..] => Err(self.format_error(format!("0 {items}"), "1 or more")),
            [_, count, ..] if count as usize <= MOST_EXAMPLES => Ok(count),
            [_, count, ..] => {
                Err(self
                    .format_error(format!("{count} {items}"), format!("{MOST_EXAMPLES} at most")))
            }
            _ => Err(self.format_error("no count", format!("a header of {}", self.items.header()))),
        }
    }

    /// Returns the number of items according to the header.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Returns the path of the file, for messages.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the progress of reading, with the memory that the content may take.
    pub(super) fn gauge(&self) -> &ReadProgress {
        &self.gauge
    }

    /// Returns an error about this file.
    pub(super) fn format_error(
        &self,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> DataError {
        DataError::Idx { file: self.file.clone(), found: found.into(), expected: expected.into() }
    }

    /// Reads the file and passes on the first `keep` items in pieces of whole items. `take` may swap the
    /// piece for another buffer. `watch` receives the fraction done and can cancel.
    ///
    /// Memory is allocated only for items that have been read.
    pub(super) fn read(
        mut self,
        keep: usize,
        watch: &mut dyn FnMut(f64) -> ControlFlow<()>,
        take: &mut dyn FnMut(&mut Vec<u8>) -> ControlFlow<()>,
    ) -> Result<(), DataError> {
        let size = self.items.size();
        let total = u64::from(self.count) * size as u64;
        let keep = total.min((keep as u64).saturating_mul(size as u64));
        let most = (PIECE / size * size) as u64;
        let mut piece = Vec::new();
        let (mut done, mut kept) = (0, 0);
        while done < total {
            if watch(done as f64 / total as f64).is_break() {
                return Err(DataError::Cancelled);
            }
            let is_kept = done < keep;
            let left = if is_kept { keep - done } else { total - done };
            piece.resize(most.min(left) as usize, 0);
            let length = self.fill(&mut piece)?;
            done += length as u64;
            if length < piece.len() {
                return Err(self.truncated(done));
            }
            kept += if is_kept { self.items.kept(&piece) } else { 0 };
            self.check_worth(done, kept)?;
            if is_kept && take(&mut piece).is_break() {
                return Err(DataError::Cancelled);
            }
        }
        if self.fill(&mut [0])? > 0 {
            let found = format!("more bytes after its {} {}", self.count, self.items.name());
            return Err(self.format_error(found, "the end of the file"));
        }
        if self.is_cut {
            return Err(self.cut_off());
        }
        Ok(())
    }

    /// Refuses a packed file that is much smaller than what it unpacks to.
    fn check_worth(&self, done: u64, kept: u64) -> Result<(), DataError> {
        let bytes_read = self.gauge.bytes_read();
        let is_harmless = |bytes: u64, times: f64| {
            bytes <= ALWAYS_ALLOWED || bytes as f64 <= bytes_read as f64 * times
        };
        if is_harmless(done, UNPACKED_TIMES) && is_harmless(kept, KEPT_TIMES) {
            return Ok(());
        }
        let found = format!("a packed file of which {bytes_read} bytes unpack to {done}");
        let expected = format!("{} that pack less well, or the file unpacked", self.items.name());
        Err(self.format_error(found, expected))
    }

    fn cut_off(&self) -> DataError {
        self.format_error("a packed file that is cut off", "its end")
    }

    /// Converts an error of reading or unpacking.
    fn unpack_error(&self, error: io::Error) -> DataError {
        match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => self.format_error(
                error.to_string(),
                format!("IDX {}, packed or not", self.items.name()),
            ),
            _ => unreadable(&self.file, error),
        }
    }

    fn truncated(&self, done: u64) -> DataError {
        let (items, count) = (self.items.name(), self.count);
        let whole = done / self.items.size() as u64;
        self.format_error(format!("the end of the file after {whole} {items}"), count.to_string())
    }

    /// Reads until `bytes` is full or the file ends, and returns the number of bytes read.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<usize, DataError> {
        let mut length = 0;
        while length < bytes.len() {
            match self.reader.read(&mut bytes[length..]) {
                Ok(0) => break,
                Ok(n) => length += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.is_cut = true;
                    break;
                }
                Err(error) => return Err(self.unpack_error(error)),
            }
        }
        Ok(length)
    }
}

/// Returns the name of another format that begins with these bytes, and advice, if a file of MNIST is often
/// replaced by one.
fn other_format(begin: &[u8]) -> Option<(&'static str, String)> {
    let text = begin.trim_ascii_start();
    if text.first() == Some(&b'<') {
        let advice = format!("the download has failed; the file can be had from {MNIST_SITES}");
        return Some(("a web page", advice));
    }
    if begin.starts_with(b"PK\x03\x04") {
        return Some(("a zip archive", "unzip would unpack the file in it".to_owned()));
    }
    if begin.starts_with(b"version ") {
        return Some(("a pointer of Git LFS", "git lfs pull would fetch the file".to_owned()));
    }
    None
}

fn unreadable(file: &Path, source: io::Error) -> DataError {
    DataError::Read { file: file.to_owned(), source }
}

/// The first byte of gzip data; an IDX file begins with 0. File names are not relied on.
const GZIP: u8 = 0x1f;

/// Returns whether there is more to read and it begins with this byte.
fn starts(reader: &mut impl BufRead, byte: u8) -> io::Result<bool> {
    Ok(reader.fill_buf()?.first() == Some(&byte))
}

/// A reader that unpacks gzip members one after the other and rejects any other bytes after them but zeros.
pub(super) struct GzipReader<R>(Option<GzDecoder<R>>);

impl<R: BufRead> GzipReader<R> {
    pub(super) fn new(reader: R) -> Self {
        Self(Some(GzDecoder::new(reader)))
    }

    /// Continues with the next gzip member; returns whether there is one.
    fn next_member(&mut self) -> io::Result<bool> {
        let Some(part) = self.0.take() else { return Ok(false) };
        let mut reader = part.into_inner();
        if starts(&mut reader, GZIP)? {
            self.0 = Some(GzDecoder::new(reader));
            return Ok(true);
        }
        if is_padding(&mut reader)? {
            return Ok(false);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "unpacked bytes after its packed part"))
    }
}

/// The most zeros after a packed part: tapes and disks fill up their last block.
const MOST_PADDING: usize = 1 << 20;

/// Returns whether nothing is left to read, or only some zeros.
fn is_padding(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut zeros = 0;
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(true);
        }
        if bytes.iter().any(|byte| *byte != 0) || zeros > MOST_PADDING {
            return Ok(false);
        }
        let length = bytes.len();
        zeros += length;
        reader.consume(length);
    }
}

impl<R: BufRead> Read for GzipReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while let Some(part) = &mut self.0 {
            let length = part.read(bytes).map_err(gzip_error)?;
            if length > 0 || bytes.is_empty() || !self.next_member()? {
                return Ok(length);
            }
        }
        Ok(0)
    }
}

/// Rewrites an error of the decompressor for the user.
fn gzip_error(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            io::Error::new(error.kind(), format!("a packed file that is spoilt ({error})"))
        }
        _ => error,
    }
}
