//! What is run: a scenario, its arms in lock-step, and how good they get.
