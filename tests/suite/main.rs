//! The program from the inside: whole runs, screens, keys and files, in one process.

mod bits;
mod book;
mod claims;
mod classes;
mod contrast;
mod determinism;
mod digits;
mod duel;
mod fixtures;
mod ghosts;
mod idx;
mod keys;
mod picture;
mod reference;
mod resume;
mod scenarios;
mod screens;
mod shown;
mod steps;
mod time;
mod until;
mod watched;
