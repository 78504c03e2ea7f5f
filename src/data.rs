//! Data sets and the order in which their examples are seen.
