//! What is written about a run, over `impl Write`.
