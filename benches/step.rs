//! How many examples a second one thread trains on.
fn main() {}
