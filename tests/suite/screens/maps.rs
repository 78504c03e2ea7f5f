//! What is drawn on the maps of the Surface view, and when.

use ratatui::style::Color;

use crate::screens::{SIZES, drawn, found, surface, text};

#[test]
fn a_line_has_the_colour_of_its_arm_and_a_label_one_ground() {
    let arms = [Color::Rgb(0xf0, 0xa6, 0x3c), Color::Rgb(0x4c, 0xc3, 0xf0)];
    let mut labels = 0;
    for (name, steps) in [("saturated", 118), ("and", 200), ("xor", 600), ("mild", 60)] {
        for size in SIZES {
            let cells = drawn(&surface::surface(name, steps, "", size), size);
            let is_dots = |at: (u16, u16)| {
                cells[at].symbol().chars().all(|c| ('\u{2800}'..='\u{28ff}').contains(&c))
            };
            let all = (5..size.1 - 6).flat_map(|y| (0..size.0).map(move |x| (x, y)));
            for at in all.filter(|at| is_dots(*at)) {
                let arm = usize::from(at.0 >= size.0 / 2);
                assert_eq!(
                    (cells[at].fg, cells[at].bg),
                    (arms[arm], Color::Black),
                    "{name} {at:?}"
                );
            }
            let marks: Vec<_> =
                found(&cells, "┼").into_iter().filter(|at| at.1 < size.1 - 6).collect();
            for (index, at) in marks.iter().enumerate() {
                let others = marks[..index]
                    .iter()
                    .filter(|other| (other.0 >= size.0 / 2) == (at.0 >= size.0 / 2));
                for other in others {
                    let apart = at.0.abs_diff(other.0).max(2 * at.1.abs_diff(other.1));
                    assert!(apart >= 6, "{name} {size:?}: {at:?} {other:?}");
                }
            }
            let digits = (6..size.1 - 7).flat_map(|y| (9..size.0).map(move |x| (x, y)));
            let is_digit = |at: &(u16, u16)| {
                let symbol = cells[*at].symbol();
                cells[*at].bg == Color::Black && symbol.chars().all(|c| c.is_ascii_digit())
            };
            for at in digits.filter(is_digit) {
                assert_eq!(cells[at].fg, Color::White, "{name} {size:?} {at:?}");
                labels += 1;
            }
        }
    }
    assert!(labels > 20, "{labels}");
}

#[test]
fn the_trajectory_of_a_network_is_drawn_before_its_map() {
    for size in SIZES {
        let screen =
            |answers: usize| text(&drawn(&surface::early("xor", 600, answers, size), size));
        let nothing = screen(0);
        let waiting = nothing.lines().find(|line| line.contains("computing")).expect("it says so");
        assert!(!waiting.contains(|letter: char| letter.is_ascii_digit()), "{waiting:?}");
        let trajectory = screen(1);
        let line = |screen: &str| {
            let is_dots = |c: &char| ('\u{2801}'..='\u{28ff}').contains(c);
            screen.chars().filter(is_dots).count()
        };
        assert!(line(&trajectory) > 10, "{trajectory}");
        assert!(!trajectory.contains('▀') && trajectory.contains("computing the map"));
        let coarse = screen(2);
        assert!(coarse.contains("of 500 examples") && coarse.contains('▀'), "{coarse}");
        assert_eq!(line(&coarse), line(&trajectory), "the line stays where it is");
        let whole = screen(usize::MAX);
        assert!(!whole.contains("of 500 examples") && !whole.contains("computing"), "{whole}");
    }
}

#[test]
fn a_map_that_is_older_than_the_run_says_of_which_epoch_it_is() {
    for size in SIZES {
        let mut app = surface::surface("xor", 600, "", size);
        assert!(!text(&drawn(&app, size)).contains("as of epoch"));
        app.shared.history.step += 100;
        let screen = text(&drawn(&app, size));
        // 50 mini-batches of 10 make an epoch of 500 examples.
        assert_eq!(screen.matches("as of epoch 12").count(), 2, "{screen}");
        assert!(screen.contains("At epoch 12 each had left"), "{screen}");
    }
}

#[test]
fn the_limits_of_a_map_are_the_same_at_every_size() {
    for size in [(60, 16), (80, 24), (120, 40), (200, 60)] {
        let screen = text(&drawn(&surface::surface("saturated", 118, "", size), size));
        let across = screen.lines().rev().find(|line| line.contains("w →")).expect("an axis");
        let numbers: Vec<&str> =
            across.split([' ', '│', 'w', '→']).filter(|part| !part.is_empty()).collect();
        assert_eq!(numbers, ["−4", "0", "4", "−4", "0", "4"], "{size:?}");
        assert!(screen.contains("b ↑"), "{size:?}");
    }
}

#[test]
fn arms_on_different_scales_say_so_once() {
    let screen = text(&drawn(&surface::surface("saturated", 118, "", (80, 24)), (80, 24)));
    assert_eq!(screen.matches("on its own scale").count(), 1, "{screen}");
}
