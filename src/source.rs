//! Where digests come from: a run on a thread of its own.
