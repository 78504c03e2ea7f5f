//! The format `.npy` of `NumPy`: a header that is a Python dictionary, then the numbers.
//!
//! The format is that of `numpy.lib.format`, versions 1 to 3. The header is read by the few lines below and not
//! by a crate: those parse any Python literal, to any depth, and need a parser generator for it.

use std::io::{self, Read};

use crate::arrays::error::ArrayError;
use crate::arrays::number::{ByteOrder, NumberType};
use crate::file::make_room;

/// The first bytes of a file.
const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The most bytes of a header. Only that of an array of records with many fields is longer.
const MOST_HEADER: usize = 64 << 10;

/// The most dimensions, as in `NumPy`.
const MOST_DIMENSIONS: usize = 64;

/// The bytes of numbers that are read at a time: a multiple of the size of each number.
const PIECE: usize = 64 << 10;

/// The order of the numbers of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ElementOrder {
    /// Row by row: the last index runs fastest.
    C,
    /// Column by column: the first index runs fastest.
    Fortran,
}

/// The header of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NpyHeader {
    /// The type of the numbers.
    pub(crate) number: NumberType,
    /// The order of the bytes of each number.
    pub(crate) bytes: ByteOrder,
    /// The order of the numbers.
    pub(crate) order: ElementOrder,
    /// The sizes of the dimensions; empty for a single number.
    pub(crate) shape: Vec<usize>,
}

impl NpyHeader {
    /// Returns how many numbers the array has, or `None` if that is more than can be counted.
    pub(crate) fn count(&self) -> Option<usize> {
        self.shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size))
    }
}

/// Reads the header of the array of this name; the numbers follow.
///
/// # Errors
/// If it is no array, or one of other things than numbers.
pub(crate) fn read_npy_header(name: &str, reader: &mut dyn Read) -> Result<NpyHeader, ArrayError> {
    let cut = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => ArrayError::array(name, "cut off", "a header"),
        _ => error.into(),
    };
    let mut begin = [0; 8];
    reader.read_exact(&mut begin).map_err(cut)?;
    let Some([major, _]) = begin.strip_prefix(MAGIC) else {
        return Err(ArrayError::array(name, "no array", "an array in the format .npy"));
    };
    let length = if *major == 1 {
        let mut length = [0; 2];
        reader.read_exact(&mut length).map_err(cut)?;
        usize::from(u16::from_le_bytes(length))
    } else {
        let mut length = [0; 4];
        reader.read_exact(&mut length).map_err(cut)?;
        u32::from_le_bytes(length) as usize
    };
    if !(1..=3).contains(major) || length > MOST_HEADER {
        let found = format!("of version {major} with a header of {length} bytes");
        let expected = format!("version 1 to 3 and {MOST_HEADER} bytes at most");
        return Err(ArrayError::array(name, found, expected));
    }
    let mut header = vec![0; length];
    reader.read_exact(&mut header).map_err(cut)?;
    parse_header(name, &String::from_utf8_lossy(&header))
}

/// Reads the numbers of an array, at most `most`, row by row whatever their order in the file.
///
/// # Errors
/// If there are more than `most`, or the file ends early.
pub(crate) fn read_npy_numbers(
    name: &str,
    header: &NpyHeader,
    most: usize,
    reader: &mut dyn Read,
) -> Result<Vec<f64>, ArrayError> {
    let count = header.count().filter(|count| *count <= most).ok_or_else(|| {
        ArrayError::array(name, format!("of {:?} numbers", header.shape), format!("{most} at most"))
    })?;
    let width = header.number.width();
    let mut numbers: Vec<f64> = Vec::new();
    let mut piece = vec![0; PIECE.min(count.saturating_mul(width))];
    while numbers.len() < count {
        let coming = (count - numbers.len()).min(PIECE / width);
        let bytes = &mut piece[..coming * width];
        reader.read_exact(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                ArrayError::array(name, "cut off", format!("{count} numbers"))
            }
            _ => error.into(),
        })?;
        make_room(&mut numbers, coming, Some(count));
        header.number.widen(header.bytes, bytes, &mut numbers);
    }
    match header.order {
        ElementOrder::C => Ok(numbers),
        ElementOrder::Fortran => Ok(by_rows(&numbers, &header.shape)),
    }
}

/// Returns numbers by rows, given column by column.
fn by_rows(numbers: &[f64], shape: &[usize]) -> Vec<f64> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut stride = 1_usize;
    for size in shape {
        strides.push(stride);
        stride = stride.saturating_mul(*size);
    }
    let mut index = vec![0; shape.len()];
    let mut at = 0;
    let mut turned = Vec::with_capacity(numbers.len());
    for _ in 0..numbers.len() {
        turned.push(numbers[at]);
        for dimension in (0..shape.len()).rev() {
            index[dimension] += 1;
            at += strides[dimension];
            if index[dimension] < shape[dimension] {
                break;
            }
            at -= strides[dimension] * shape[dimension];
            index[dimension] = 0;
        }
    }
    turned
}

fn parse_header(name: &str, header: &str) -> Result<NpyHeader, ArrayError> {
    let damaged = || ArrayError::array(name, "an array with a damaged header", "that of NumPy");
    let mut literal = Literal(header);
    let (mut kind, mut order, mut shape) = (None, None, None);
    literal.mark('{').ok_or_else(damaged)?;
    while literal.mark('}').is_none() {
        let key = literal.text().ok_or_else(damaged)?;
        literal.mark(':').ok_or_else(damaged)?;
        match key {
            "descr" if literal.mark('[').is_some() => {
                let expected = "one array for each field: numpy.savez(FILE, a=records['a'], …)";
                return Err(ArrayError::array(name, "an array of records", expected));
            }
            "descr" => {
                let found = literal.text().ok_or_else(damaged)?;
                kind = Some(number_type(name, found)?);
            }
            "fortran_order" => order = Some(literal.truth().ok_or_else(damaged)?),
            "shape" => shape = Some(literal.sizes().ok_or_else(damaged)?),
            _ => return Err(damaged()),
        }
        let has_more = literal.mark(',').is_some();
        if !has_more && !literal.0.trim_start().starts_with('}') {
            return Err(damaged());
        }
    }
    let ((number, bytes), is_fortran, shape) = kind
        .zip(order)
        .zip(shape)
        .map(|((kind, order), shape)| (kind, order, shape))
        .ok_or_else(damaged)?;
    let order = if is_fortran { ElementOrder::Fortran } else { ElementOrder::C };
    Ok(NpyHeader { number, bytes, order, shape })
}

/// Returns the type of the numbers that a description such as `<f4` names.
fn number_type(name: &str, found: &str) -> Result<(NumberType, ByteOrder), ArrayError> {
    let (order, kind) = match found.split_at_checked(1) {
        Some(("<" | "|" | "=", kind)) => (ByteOrder::Little, kind),
        Some((">", kind)) => (ByteOrder::Big, kind),
        _ => (ByteOrder::Little, found),
    };
    let number = match kind {
        "b1" => NumberType::Bool,
        "i1" => NumberType::I8,
        "i2" => NumberType::I16,
        "i4" => NumberType::I32,
        "i8" => NumberType::I64,
        "u1" => NumberType::U8,
        "u2" => NumberType::U16,
        "u4" => NumberType::U32,
        "u8" => NumberType::U64,
        "f2" => NumberType::F16,
        "f4" => NumberType::F32,
        "f8" => NumberType::F64,
        _ => return Err(ArrayError::array(name, what_else(kind), remedy(kind))),
    };
    Ok((number, order))
}

/// Names a type that is not read.
fn what_else(kind: &str) -> String {
    match kind.chars().next() {
        Some('O') => "an array of Python objects (a pickle, which is not run)".to_owned(),
        Some('U' | 'S' | 'a') => "an array of text".to_owned(),
        Some('M' | 'm') => "an array of dates".to_owned(),
        Some('c') => "an array of complex numbers".to_owned(),
        _ => format!("an array of type \"{kind}\""),
    }
}

/// Returns what would do in place of a type that is not read.
fn remedy(kind: &str) -> &'static str {
    match kind.chars().next() {
        Some('O') => "an array of numbers: numpy.stack(ARRAY) makes one of rows of equal length",
        Some('U' | 'S' | 'a') => {
            "numbers: numpy.unique(ARRAY, return_inverse=True)[1] numbers the classes"
        }
        _ => "numbers: ARRAY.astype('f8')",
    }
}

/// The part of a Python literal that is still to be read.
struct Literal<'a>(&'a str);

impl<'a> Literal<'a> {
    /// Skips blanks and this mark, if it comes next.
    fn mark(&mut self, mark: char) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(mark)?;
        Some(())
    }

    /// Skips a text in quotes and returns it. A name or type has no escaped letters.
    fn text(&mut self) -> Option<&'a str> {
        let quote = ['\'', '"'].into_iter().find(|quote| self.mark(*quote).is_some())?;
        let (text, rest) = self.0.split_once(quote)?;
        self.0 = rest;
        Some(text)
    }

    fn truth(&mut self) -> Option<bool> {
        self.0 = self.0.trim_start();
        let (word, truth) =
            [("True", true), ("False", false)].into_iter().find(|(w, _)| self.0.starts_with(w))?;
        self.0 = &self.0[word.len()..];
        Some(truth)
    }

    /// Skips a tuple of sizes and returns them.
    fn sizes(&mut self) -> Option<Vec<usize>> {
        self.mark('(')?;
        let (inside, rest) = self.0.split_once(')')?;
        self.0 = rest;
        // Python 2 wrote `3L`.
        let size = |text: &str| text.trim().trim_end_matches('L').parse().ok();
        let parts = inside.split(',').filter(|part| !part.trim().is_empty());
        let sizes: Vec<usize> = parts.map(size).collect::<Option<_>>()?;
        (sizes.len() <= MOST_DIMENSIONS).then_some(sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the numbers of a file and its shape.
    fn read(file: &[u8]) -> Result<(Vec<usize>, Vec<f64>), ArrayError> {
        let mut rest = file;
        let header = read_npy_header("a", &mut rest)?;
        let numbers = read_npy_numbers("a", &header, 1000, &mut rest)?;
        Ok((header.shape, numbers))
    }

    fn file(header: &str, numbers: &[u8]) -> Vec<u8> {
        let mut file = b"\x93NUMPY\x01\0".to_vec();
        file.extend((header.len() as u16).to_le_bytes());
        file.extend(header.bytes());
        file.extend(numbers);
        file
    }

    #[test]
    fn the_arrays_of_numpy_are_read_in_every_type_and_order() {
        // Written by NumPy 2.4.6: tests/arrays/make.py.
        for (name, bytes) in [
            ("f2", &include_bytes!("../../tests/arrays/f2.npy")[..]),
            ("f4", include_bytes!("../../tests/arrays/f4.npy")),
            ("f8", include_bytes!("../../tests/arrays/f8.npy")),
            ("big", include_bytes!("../../tests/arrays/big.npy")),
            ("fortran", include_bytes!("../../tests/arrays/fortran.npy")),
            ("i1", include_bytes!("../../tests/arrays/i1.npy")),
            ("i8", include_bytes!("../../tests/arrays/i8.npy")),
            ("big i4", include_bytes!("../../tests/arrays/big-i4.npy")),
        ] {
            let (shape, numbers) = read(bytes).unwrap();
            assert_eq!(shape, [2, 3], "{name}");
            assert_eq!(numbers, [0.0, -1.0, 2.0, 3.0, -4.0, 5.0], "{name}");
        }
        let (shape, numbers) = read(include_bytes!("../../tests/arrays/cube.npy")).unwrap();
        assert_eq!((shape, numbers), (vec![2, 2, 3], (0..12).map(f64::from).collect()));
        let (shape, numbers) = read(include_bytes!("../../tests/arrays/bool.npy")).unwrap();
        assert_eq!((shape, numbers), (vec![3], vec![1.0, 0.0, 1.0]));
    }

    #[test]
    fn what_is_no_array_of_numbers_is_named_with_a_remedy() {
        let error = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert_eq!(
            error(include_bytes!("../../tests/arrays/object.npy")),
            "`a` is an array of Python objects (a pickle, which is not run), expected an array of \
             numbers: numpy.stack(ARRAY) makes one of rows of equal length"
        );
        let records = error(include_bytes!("../../tests/arrays/records.npy"));
        assert!(records.starts_with("`a` is an array of records, expected one array"), "{records}");
        let text = error(include_bytes!("../../tests/arrays/text.npy"));
        assert!(text.starts_with("`a` is an array of text, expected numbers: "), "{text}");
        assert!(error(b"\x93NUMPY\x09\0\0\0\0\0").contains("of version 9"));
        assert!(error(b"garbage, more").contains("is no array, expected"));
        assert!(error(b"\x93NUM").contains("is cut off, expected a header"));
    }

    #[test]
    fn a_damaged_header_is_refused() {
        let good = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }";
        assert_eq!(read(&file(good, &1.5_f64.to_le_bytes())).unwrap().1, [1.5]);
        for bad in [
            "",
            "{",
            "{}",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': '<f8' 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': ((((1,",
        ] {
            let refusal = read(&file(bad, &[0; 8])).unwrap_err().to_string();
            assert_eq!(
                refusal, "`a` is an array with a damaged header, expected that of NumPy",
                "{bad}"
            );
        }
        let large = "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}";
        let refusal = read(&file(large, &[])).unwrap_err().to_string();
        assert!(refusal.ends_with("expected 1000 at most"), "{refusal}");
        let refusal = read(&file(good, &[0; 7])).unwrap_err().to_string();
        assert_eq!(refusal, "`a` is cut off, expected 1 numbers");
    }
}
