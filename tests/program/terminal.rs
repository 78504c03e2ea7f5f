//! The program in a real terminal: it draws, handles keys and signals, and restores the terminal
//! however it ends.

mod agreement;
mod bytes;
mod copies;
mod cut_off;
mod ends;
mod full;
mod keys;
mod killed;
mod looks;
mod lost;
mod models;
mod noise;
mod points;
mod recorded;
mod sessions;
mod sharing;
mod signals;
mod slow;
#[cfg(target_os = "linux")]
mod stray;
mod tables;
