//! The functions and classes that files of weights name. No other is known, and none is called.

use crate::arrays::NumberType;

/// A function or class of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callable {
    /// A dictionary.
    Dict,
    /// A tensor from a storage.
    Tensor,
    /// A tensor that is trained, from a tensor.
    Parameter,
    /// The type of a storage.
    Storage(NumberType),
    /// A value that checkpoints hold beside tensors, and that is passed over.
    Other,
}

/// The known functions and classes, by module and name.
const KNOWN: &[(&str, &str, Callable)] = &[
    ("collections", "OrderedDict", Callable::Dict),
    ("collections", "defaultdict", Callable::Dict),
    ("torch._utils", "_rebuild_tensor_v2", Callable::Tensor),
    ("torch._utils", "_rebuild_parameter", Callable::Parameter),
    ("torch._utils", "_rebuild_parameter_with_state", Callable::Parameter),
    ("torch", "DoubleStorage", Callable::Storage(NumberType::F64)),
    ("torch", "FloatStorage", Callable::Storage(NumberType::F32)),
    ("torch", "HalfStorage", Callable::Storage(NumberType::F16)),
    ("torch", "BFloat16Storage", Callable::Storage(NumberType::BF16)),
    ("torch", "LongStorage", Callable::Storage(NumberType::I64)),
    ("torch", "IntStorage", Callable::Storage(NumberType::I32)),
    ("torch", "ShortStorage", Callable::Storage(NumberType::I16)),
    ("torch", "CharStorage", Callable::Storage(NumberType::I8)),
    ("torch", "ByteStorage", Callable::Storage(NumberType::U8)),
    ("torch", "BoolStorage", Callable::Storage(NumberType::Bool)),
    ("torch", "Size", Callable::Other),
    ("torch", "device", Callable::Other),
    ("torch.serialization", "_get_layout", Callable::Other),
    ("numpy", "dtype", Callable::Other),
    ("numpy", "ndarray", Callable::Other),
    ("numpy.core.multiarray", "scalar", Callable::Other),
    ("numpy.core.multiarray", "_reconstruct", Callable::Other),
    ("numpy._core.multiarray", "_reconstruct", Callable::Other),
    ("numpy._core.multiarray", "scalar", Callable::Other),
    ("_codecs", "encode", Callable::Other),
    // Python 2 has another name for the module, which is that of pickles of protocol 2.
    ("__builtin__", "set", Callable::Other),
    ("__builtin__", "frozenset", Callable::Other),
    ("builtins", "set", Callable::Other),
    ("builtins", "frozenset", Callable::Other),
    ("pathlib", "Path", Callable::Other),
    ("pathlib", "PosixPath", Callable::Other),
    ("pathlib", "PurePosixPath", Callable::Other),
    ("pathlib", "WindowsPath", Callable::Other),
    ("argparse", "Namespace", Callable::Other),
    ("datetime", "date", Callable::Other),
    ("datetime", "datetime", Callable::Other),
];

/// Returns the function or class of this name, if it is a known one.
pub(super) fn callable(module: &str, name: &str) -> Option<Callable> {
    let known = KNOWN.iter().find(|(of, known, _)| (*of, *known) == (module, name));
    known.map(|(.., callable)| *callable)
}
