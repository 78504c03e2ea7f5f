//! A dashboard at the end of a bad line.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::app::{App, Message};
use crate::canvas::Appearance;
use crate::cli::clock;
use crate::scenario::entries;
use crate::terminal::{Input, InputParser, LoneEscape, noise};

#[test]
fn the_input_in_a_million_bytes_of_noise_causes_no_panic() {
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let mut now = clock::now();
    let mut parser = InputParser::new(LoneEscape::Sent, now);
    let mut app = App::new(Appearance::default(), entries());
    let (mut bytes, mut inputs) = (0, 0);
    while bytes < 1_000_000 {
        let noise = noise(&mut chance);
        bytes += noise.len();
        now += Duration::from_millis(30 * chance.random_range(0..3));
        parser.take(&noise, now);
        parser.pause();
        for input in parser.found() {
            inputs += 1;
            match input {
                Input::Key(key) => drop(app.update(Message::Key(key))),
                Input::Paste(text) => drop(app.update(Message::Pasted(text))),
                Input::Mouse(_) => {}
            }
        }
    }
    assert!(inputs > 100_000, "{inputs}");
}
