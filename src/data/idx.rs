//! The IDX format, as MNIST uses it.
