//! The program in a real terminal: it draws, handles keys and signals, and restores the terminal
//! however it ends.

#![cfg(unix)]

#[path = "terminal/agreement.rs"]
mod agreement;
#[path = "terminal/bytes.rs"]
mod bytes;
#[path = "terminal/copies.rs"]
mod copies;
#[path = "terminal/ends.rs"]
mod ends;
#[path = "terminal/full.rs"]
mod full;
#[path = "terminal/kept.rs"]
mod kept;
#[path = "terminal/keys.rs"]
mod keys;
#[path = "terminal/looks.rs"]
mod looks;
#[path = "terminal/lost.rs"]
mod lost;
#[path = "terminal/noise.rs"]
mod noise;
#[path = "terminal/pty.rs"]
mod pty;
#[path = "terminal/signals.rs"]
mod signals;
#[path = "terminal/slow.rs"]
mod slow;
#[cfg(target_os = "linux")]
#[path = "terminal/stray.rs"]
mod stray;
