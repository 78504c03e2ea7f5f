//! The cross-hair of the Duel view: what it reads, where it is marked, and where there is none.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use xentviz::testing::telemetry::{Command, TimeTarget};

use crate::claims::sentences;
use crate::ghosts::{banner, lines, press, screen, trained};

/// Returns a number as the screen shows it with up to five characters.
fn shown(value: f64) -> String {
    format!("{value:.3}")
}

#[test]
fn the_cross_hair_reads_at_the_newest_step_what_the_ends_of_the_curves_are_labelled_with() {
    let mut run = trained(140);
    press(&mut run, "\n");
    let arms = &run.app.shared.history.arms;
    let values: Vec<(String, String)> = arms
        .iter()
        .map(|arm| {
            let factors = arm.gradient_factors.as_ref().expect("factors");
            let a = factors.neuron.as_ref().expect("a neuron").a;
            (shown(factors.cost / arm.first_cost.expect("C₀")), shown(a))
        })
        .collect();
    let [(cost, a), (other_cost, other_a)] = &values[..] else { panic!("two arms") };
    let expected = format!(
        "Epoch 140: quadratic C/C₀ {cost}, a {a}; cross-entropy C/C₀ {other_cost}, a {other_a}."
    );
    assert_eq!(sentences(&run.app).join(" "), expected);
    let lines = lines(&screen(&mut run, (200, 60)));
    for value in [cost, a] {
        assert!(lines.iter().filter(|line| line.contains(value.as_str())).count() >= 2, "{value}");
    }
    // The same from a position in the past.
    press(&mut run, "\u{1b}");
    assert!(run.source.send(Command::GoTo(TimeTarget::Step(50))));
    run.until("the past", |app| app.shared.history.step == 50);
    press(&mut run, "\n>");
    assert_eq!(sentences(&run.app).join(" "), expected);
}

#[test]
fn the_cross_hair_marks_the_curves_that_it_reads() {
    let mut run = trained(140);
    press(&mut run, "\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<");
    let marked = |cells: &Buffer, mark: &str| {
        let bold = |cell: &&Cell| cell.symbol() == mark && cell.modifier.contains(Modifier::BOLD);
        cells.content.iter().filter(bold).count()
    };
    let with = screen(&mut run, (120, 40));
    press(&mut run, "\u{1b}");
    let without = screen(&mut run, (120, 40));
    for mark in ["●", "◆"] {
        let (with, without) = (marked(&with, mark), marked(&without, mark));
        assert_eq!(with, without + 2, "{mark} on either chart");
    }
}

#[test]
fn a_panel_without_time_has_no_cross_hair_and_says_so() {
    let mut run = trained(20);
    press(&mut run, "f\n");
    assert_eq!(banner(&run), "this panel has no axis of time");
    assert_eq!(run.app.shared.crosshair, None);
    press(&mut run, "f\n");
    assert!(run.app.shared.crosshair.is_some());
    press(&mut run, "f");
    assert_eq!((run.app.shared.crosshair, run.app.shared.cursor_focused), (None, false));
}

#[test]
fn presenting_the_footer_names_the_key_that_ends_the_cross_hair() {
    let mut run = trained(20);
    press(&mut run, "L\n");
    let lines = lines(&screen(&mut run, (80, 24)));
    assert!(lines[23].contains("esc leave"), "{}", lines[23]);
}
