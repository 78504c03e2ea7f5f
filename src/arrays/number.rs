//! The types of numbers in files, and their values as 64-bit numbers.

/// The type of the numbers of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberType {
    /// A byte that is 0 for false; any other value is true.
    Bool,
    /// Signed integers of 8 to 64 bits.
    I8,
    /// 16 bits.
    I16,
    /// 32 bits.
    I32,
    /// 64 bits. Beyond 2⁵³ the value is rounded.
    I64,
    /// Unsigned integers of 8 to 64 bits.
    U8,
    /// 16 bits.
    U16,
    /// 32 bits.
    U32,
    /// 64 bits. Beyond 2⁵³ the value is rounded.
    U64,
    /// Floats of IEEE 754 of 16 to 64 bits.
    F16,
    /// The upper half of a 32-bit float.
    BF16,
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// The lowest byte first.
    Little,
    /// The highest byte first.
    Big,
}

impl NumberType {
    /// Returns the number of bytes of a number.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Bool | Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 | Self::F16 | Self::BF16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }

    /// Returns whether the numbers are floats.
    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::BF16 | Self::F32 | Self::F64)
    }

    /// Returns the name of the type, as `NumPy` and `PyTorch` write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::I8 => "int8",
            Self::I16 => "int16",
            Self::I32 => "int32",
            Self::I64 => "int64",
            Self::U8 => "uint8",
            Self::U16 => "uint16",
            Self::U32 => "uint32",
            Self::U64 => "uint64",
            Self::F16 => "float16",
            Self::BF16 => "bfloat16",
            Self::F32 => "float32",
            Self::F64 => "float64",
        }
    }

    /// Adds the numbers of these bytes. Bytes after the last whole number are ignored.
    pub(crate) fn widen(self, order: ByteOrder, bytes: &[u8], numbers: &mut Vec<f64>) {
        match self {
            Self::Bool => numbers.extend(bytes.iter().map(|n| f64::from(u8::from(*n != 0)))),
            Self::I8 => numbers.extend(bytes.iter().map(|n| f64::from(n.cast_signed()))),
            Self::U8 => numbers.extend(bytes.iter().copied().map(f64::from)),
            Self::I16 => each(order, bytes, numbers, |n| f64::from(i16::from_le_bytes(n))),
            Self::U16 => each(order, bytes, numbers, |n| f64::from(u16::from_le_bytes(n))),
            Self::I32 => each(order, bytes, numbers, |n| f64::from(i32::from_le_bytes(n))),
            Self::U32 => each(order, bytes, numbers, |n| f64::from(u32::from_le_bytes(n))),
            Self::I64 => each(order, bytes, numbers, |n| i64::from_le_bytes(n) as f64),
            Self::U64 => each(order, bytes, numbers, |n| u64::from_le_bytes(n) as f64),
            Self::F16 => each(order, bytes, numbers, |n| from_half(u16::from_le_bytes(n))),
            Self::BF16 => each(order, bytes, numbers, |n| {
                f64::from(f32::from_bits(u32::from(u16::from_le_bytes(n)) << 16))
            }),
            Self::F32 => each(order, bytes, numbers, |n| f64::from(f32::from_le_bytes(n))),
            Self::F64 => each(order, bytes, numbers, f64::from_le_bytes),
        }
    }
}

/// Adds the numbers of these bytes; `value` takes the bytes of a number, the lowest first.
fn each<const WIDTH: usize>(
    order: ByteOrder,
    bytes: &[u8],
    numbers: &mut Vec<f64>,
    value: impl Fn([u8; WIDTH]) -> f64,
) {
    let (read, _) = bytes.as_chunks::<WIDTH>();
    match order {
        ByteOrder::Little => numbers.extend(read.iter().map(|n| value(*n))),
        ByteOrder::Big => numbers.extend(read.iter().map(|n| {
            let mut turned = *n;
            turned.reverse();
            value(turned)
        })),
    }
}

/// Returns the value of the bits of a 16-bit number of IEEE 754: a sign, 5 bits of exponent, 10 of fraction.
fn from_half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (bits >> 10 & 0x1f, f64::from(bits & 0x3ff));
    let magnitude = match exponent {
        // Subnormal numbers are multiples of 2⁻²⁴.
        0 => fraction * f64::from_bits((1023 - 24) << 52),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => {
            let power = f64::from_bits((1023 - 15 + u64::from(exponent)) << 52);
            (1.0 + fraction / 1024.0) * power
        }
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use super::{ByteOrder, NumberType, from_half};

    #[test]
    fn numbers_of_16_bits_have_the_published_values() {
        // The table of examples in the article "Half-precision floating-point format".
        for (bits, expected) in [
            (0x0000, 0.0),
            (0x0001, 0.000_000_059_604_644_775_390_63),
            (0x03ff, 0.000_060_975_551_605_224_61),
            (0x0400, 0.000_061_035_156_25),
            (0x3555, 0.333_251_953_125),
            (0x3bff, 0.999_511_718_75),
            (0x3c00, 1.0),
            (0x3c01, 1.000_976_562_5),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
            (0xc000, -2.0),
        ] {
            assert_eq!(from_half(bits), expected, "{bits:#x}");
        }
        assert!(from_half(0x8000).is_sign_negative() && from_half(0x7c01).is_nan());
        let mut numbers = Vec::new();
        let bytes = [0x80, 0x3f, 0x49, 0xc0, 0x01, 0x00];
        NumberType::BF16.widen(ByteOrder::Little, &bytes, &mut numbers);
        assert_eq!(numbers, [1.0, -3.140_625, f64::from(f32::from_bits(0x0001_0000))]);
    }

    #[test]
    fn the_highest_byte_may_come_first() {
        for (number, bytes, expected) in [
            (NumberType::I16, &[0xff, 0xfe][..], -2.0),
            (NumberType::U32, &[0, 0, 1, 2], 258.0),
            (NumberType::F32, &[0x3f, 0x80, 0, 0], 1.0),
            (NumberType::I64, &[0xff; 8], -1.0),
        ] {
            let mut numbers = Vec::new();
            number.widen(ByteOrder::Big, bytes, &mut numbers);
            let turned: Vec<u8> = bytes.iter().rev().copied().collect();
            number.widen(ByteOrder::Little, &turned, &mut numbers);
            assert_eq!(numbers, [expected, expected], "{}", number.name());
        }
    }
}
