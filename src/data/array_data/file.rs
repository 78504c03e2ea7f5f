//! The arrays of a file by name, with their types and shapes; their numbers are read when they are needed.

use std::io::{self, Read};
use std::path::Path;

use crate::arrays::{
    Archive, ArrayError, ElementOrder, NpyHeader, read_npy_header, read_npy_numbers,
};
use crate::data::array_data::names::ArrayNames;
use crate::data::csv::{ColumnName, TableOptions};
use crate::data::open::Open;
use crate::data::{DataError, MOST_EXAMPLES};
use crate::file::{InputFile, ReadProgress};

/// The largest archive that is read, in bytes. It is held in memory.
const MOST_BYTES: u64 = 4 << 30;

/// The bytes that are read at a time, unless a row has more.
const PIECE: usize = 64 << 10;

/// The most numbers of a row: a network of more inputs is refused anyway.
const WIDEST: usize = 1 << 26;

/// The end of the name of an array in an archive, and of a file with one array.
const NPY: &str = ".npy";

/// An array of the file.
pub(super) struct NamedArray {
    pub(super) name: String,
    pub(super) header: NpyHeader,
    place: Place,
}

/// Where the numbers of an array are.
enum Place {
    /// In the member of this name.
    Member(String),
    /// In a file of its own, read up to its numbers; `None` once they have been read.
    Stream(Option<InputFile<'static>>),
}

/// The arrays that are to be read.
pub(super) struct ArrayFile {
    /// The path of the file, for messages.
    pub(super) name: String,
    pub(super) arrays: Vec<NamedArray>,
    /// The arrays of types that are not read, with the reason.
    pub(super) unread: Vec<(String, String)>,
    /// The index of the array of the targets, if it has a file of its own.
    pub(super) own_targets: Option<usize>,
    archive: Option<Archive>,
    gauge: ReadProgress,
}

impl NamedArray {
    /// Returns the number of examples: the first size.
    pub(super) fn rows(&self) -> usize {
        self.header.shape.first().copied().unwrap_or(0)
    }

    /// Returns how many numbers a row has; at least 1.
    pub(super) fn width(&self) -> Option<usize> {
        let sizes = self.header.shape.iter().skip(1);
        sizes.copied().try_fold(1_usize, usize::checked_mul).filter(|width| *width > 0)
    }

    /// Returns the name with the shape, as `NumPy` prints it.
    pub(super) fn described(&self) -> String {
        let sizes: Vec<String> = self.header.shape.iter().map(usize::to_string).collect();
        let comma = if sizes.len() == 1 { "," } else { "" };
        format!("{} ({}{comma})", self.name, sizes.join(", "))
    }
}

impl ArrayFile {
    /// Opens a file, and that of the targets if they have one, and reads the headers of all arrays.
    pub(super) fn open(
        path: &str,
        names: &ArrayNames,
        options: &TableOptions,
        open: &Open<'_>,
    ) -> Result<Self, DataError> {
        let opened = |path: &str| {
            open(Path::new(path)).map_err(|source| DataError::Read { file: path.into(), source })
        };
        let file = opened(path)?;
        let gauge = file.read_progress();
        let mut all = Self {
            name: path.to_owned(),
            arrays: Vec::new(),
            unread: Vec::new(),
            own_targets: None,
            archive: None,
            gauge,
        };
        if path.to_lowercase().ends_with(NPY) {
            all.add_stream(stem(path), file)?;
        } else {
            all.add_archive(file)?;
        }
        if let Some(targets) = targets_file(names, options) {
            // As the data of a scenario are: first beside it.
            let beside = Path::new(path).with_file_name(targets);
            let file = match opened(&beside.to_string_lossy()) {
                Err(DataError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                    opened(targets)?
                }
                file => file?,
            };
            all.own_targets = Some(all.arrays.len());
            all.add_stream(stem(targets), file)?;
        }
        Ok(all)
    }

    fn add_stream(&mut self, name: &str, mut file: InputFile<'static>) -> Result<(), DataError> {
        let header = read_npy_header(name, &mut file).map_err(|error| self.error(error))?;
        let place = Place::Stream(Some(file));
        self.arrays.push(NamedArray { name: name.to_owned(), header, place });
        Ok(())
    }

    fn add_archive(&mut self, file: InputFile<'static>) -> Result<(), DataError> {
        let mut archive = Archive::read(file, MOST_BYTES).map_err(|error| self.error(error))?;
        for member in archive.names() {
            let Some(name) = member.strip_suffix(NPY).map(str::to_owned) else { continue };
            let mut reader = archive.member(&member).map_err(|error| self.error(error))?;
            match read_npy_header(&name, &mut reader) {
                Ok(header) => {
                    drop(reader);
                    self.arrays.push(NamedArray { name, header, place: Place::Member(member) });
                }
                Err(error @ ArrayError::Array { .. }) => {
                    self.unread.push((name, error.to_string()));
                }
                Err(error) => return Err(self.error(error)),
            }
        }
        self.archive = Some(archive);
        Ok(())
    }

    /// Returns the progress of reading the file, with the memory that the content may take.
    pub(super) fn gauge(&self) -> ReadProgress {
        self.gauge.clone()
    }

    /// Returns an error about this file.
    pub(super) fn wrong(&self, found: impl Into<String>, expected: impl Into<String>) -> DataError {
        DataError::Csv { name: self.name.clone(), found: found.into(), expected: expected.into() }
    }

    pub(super) fn error(&self, error: ArrayError) -> DataError {
        match error {
            ArrayError::Read(source) => DataError::Read { file: (&self.name).into(), source },
            other => DataError::Arrays { name: self.name.clone(), why: other.to_string() },
        }
    }

    /// Reads the bytes of the first rows of an array, in pieces of whole rows.
    pub(super) fn read_bytes(
        &mut self,
        array: usize,
        rows: usize,
        take: &mut dyn FnMut(&[u8]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let NamedArray { header, .. } = &self.arrays[array];
        let width = self.row_width(array)?.saturating_mul(header.number.width());
        let mut left = rows.min(self.arrays[array].rows());
        let at_once = (PIECE / width).max(1);
        let mut piece = Vec::new();
        let name = self.arrays[array].name.clone();
        let file = self.name.clone();
        let mut reader = self.reader(array)?;
        while left > 0 {
            let coming = left.min(at_once);
            read_exactly(&mut *reader, &mut piece, coming * width).map_err(
                |source| match source.kind() {
                    io::ErrorKind::UnexpectedEof => DataError::Csv {
                        name: file.clone(),
                        found: format!("the end of {name} with {left} rows to come"),
                        expected: "all of them".to_owned(),
                    },
                    _ => DataError::Read { file: (&file).into(), source },
                },
            )?;
            take(&piece)?;
            left -= coming;
        }
        Ok(())
    }

    /// Reads the numbers of the first rows of an array, in pieces of whole rows.
    pub(super) fn read_rows(
        &mut self,
        array: usize,
        rows: usize,
        take: &mut dyn FnMut(&[f64]) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let NamedArray { name, header, .. } = &self.arrays[array];
        if header.order == ElementOrder::Fortran && header.shape.len() > 1 {
            let (name, header) = (name.clone(), header.clone());
            let width = self.row_width(array)?;
            let most = width.saturating_mul(MOST_EXAMPLES);
            let numbers = read_npy_numbers(&name, &header, most, &mut *self.reader(array)?);
            let numbers = numbers.map_err(|error| self.error(error))?;
            return take(&numbers[..rows.saturating_mul(width).min(numbers.len())]);
        }
        let (number, bytes) = (header.number, header.bytes);
        let mut numbers = Vec::new();
        self.read_bytes(array, rows, &mut |piece| {
            numbers.clear();
            number.widen(bytes, piece, &mut numbers);
            take(&numbers)
        })
    }

    /// Returns how many numbers a row of an array has.
    pub(super) fn row_width(&self, array: usize) -> Result<usize, DataError> {
        let array = &self.arrays[array];
        array.width().filter(|width| *width <= WIDEST).ok_or_else(|| {
            let expected = format!("rows of 1 to {WIDEST} numbers");
            self.wrong(format!("the array {}", array.described()), expected)
        })
    }

    /// Returns the reader of the numbers of an array.
    fn reader(&mut self, array: usize) -> Result<Box<dyn Read + '_>, DataError> {
        let of_file = |error, name: &str| match error {
            ArrayError::Read(source) => DataError::Read { file: name.into(), source },
            other => DataError::Arrays { name: name.to_owned(), why: other.to_string() },
        };
        let NamedArray { name, place, .. } = &mut self.arrays[array];
        match (place, &mut self.archive) {
            (Place::Member(member), Some(archive)) => {
                let mut reader =
                    archive.member(member).map_err(|error| of_file(error, &self.name))?;
                read_npy_header(name, &mut reader).map_err(|error| of_file(error, &self.name))?;
                Ok(Box::new(reader))
            }
            (Place::Stream(file), _) => {
                Ok(Box::new(file.take().expect("a file of one array is read once")))
            }
            (Place::Member(_), None) => unreachable!("a member is in an archive"),
        }
    }
}

/// Returns the name of a file without its folder and ending.
fn stem(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.get(..file.len().saturating_sub(NPY.len())).unwrap_or(file)
}

/// Returns the file of the targets, if a file is named in place of an array or a column.
fn targets_file<'a>(names: &'a ArrayNames, options: &'a TableOptions) -> Option<&'a str> {
    let named = names.targets.as_deref();
    let target = options.target.iter().find_map(|target| match target {
        ColumnName::Heading(name) => Some(name.as_str()),
        ColumnName::Number(_) => None,
    });
    named.or(target).filter(|name| name.to_lowercase().ends_with(NPY))
}

/// Reads this many bytes. Memory grows with the bytes read, so that a claim costs nothing.
fn read_exactly(reader: &mut dyn Read, piece: &mut Vec<u8>, length: usize) -> io::Result<()> {
    piece.clear();
    reader.take(length as u64).read_to_end(piece)?;
    if piece.len() < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}
