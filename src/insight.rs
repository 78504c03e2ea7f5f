//! What explains a run: pure functions of numbers it has told.
