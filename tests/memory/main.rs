//! The memory that the program uses, counted by the allocator of this executable.

mod allocations;
mod counting;
mod hostile;
