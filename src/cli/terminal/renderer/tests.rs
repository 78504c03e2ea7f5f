//! Frames as a terminal receives them, at once and in parts.

use std::io::ErrorKind;
use std::ops::ControlFlow::Continue;
use std::sync::Arc;

use crossterm::event::KeyCode;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::{FrameOutput, Renderer};
use crate::app::{App, Message};
use crate::canvas::{Appearance, ColourDepth};
use crate::experiment::{Experiment, load};
use crate::scenario::{Override, Scenario, entries, find};
use crate::telemetry::{ArmProgress, Update};
use crate::ui;

/// Returns the output of a whole frame.
fn whole(bytes: &mut Vec<u8>) -> FrameOutput<'_> {
    FrameOutput { bytes, most: None }
}

/// Returns the output of a frame of at most so many bytes.
fn part(bytes: &mut Vec<u8>, most: usize) -> FrameOutput<'_> {
    FrameOutput { bytes, most: Some(most) }
}

fn frame(screen: &mut Renderer, size: (u16, u16), text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    screen.frame(size, whole(&mut bytes), |area: Rect, cells| {
        for (y, line) in (0..area.height).zip(text.lines()) {
            cells.set_stringn(0, y, line, area.width.into(), Style::new().fg(Color::Green));
        }
    });
    bytes
}

/// Returns the text on a terminal after all of `frames`.
fn shown(frames: &[Vec<u8>], (columns, rows): (u16, u16)) -> String {
    let mut terminal = vt100::Parser::new(
        rows.try_into().expect("a row"),
        columns.try_into().expect("a column"),
        0,
    );
    for frame in frames {
        terminal.process(frame);
    }
    let lines: Vec<String> =
        terminal.screen().contents().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n").trim_end().to_owned()
}

#[test]
fn a_frame_that_changes_nothing_has_no_bytes() {
    let mut screen = Renderer::new(ColourDepth::True, true);
    assert!(!frame(&mut screen, (20, 3), "one").is_empty());
    assert!(frame(&mut screen, (20, 3), "one").is_empty());
}

/// Returns a dashboard on which a run of two networks on pictures has just started.
fn dashboard() -> App {
    let digits = find("digits").expect("a built-in scenario");
    let few = Override::new("data.train", "20", "a few");
    let scenario = Scenario::read(digits.text, digits.name, &[few]).expect("the scenario is valid");
    let data = load(&scenario, &|_| Err(ErrorKind::NotFound.into()), &mut |_| Continue(()));
    let data = Arc::new(data.expect("digits are generated"));
    let mut run = Experiment::new(&scenario, data).expect("the scenario can be run");
    let arms = (0..2).map(|arm| ArmProgress {
        eta: run.etas()[arm],
        gradient_factors: Some(run.gradient_factors(arm)),
        ..ArmProgress::default()
    });
    let arms = arms.collect();
    let begins = Some(Arc::new(run.facts()));
    let mut app = App::new(Appearance::default(), entries());
    app.update(Message::Updated(Box::new(Update { begins, arms, ..Update::default() })));
    app
}

#[test]
fn an_unchanged_dashboard_has_no_bytes() {
    let app = dashboard();
    for size in [(80, 24), (200, 60)] {
        let mut screen = Renderer::new(app.shared.appearance.colours, true);
        let mut frame = || {
            let mut bytes = Vec::new();
            screen.frame(size, whole(&mut bytes), |area, cells| ui::draw(&app, area, cells));
            bytes.len()
        };
        assert!(frame() > 1000, "the first frame draws every cell");
        assert_eq!(frame(), 0, "{size:?}");
    }
}

#[test]
fn a_frame_in_parts_ends_as_the_whole_frame_and_starts_with_the_header() {
    let app = dashboard();
    let size = (80, 24);
    let mut renderer = Renderer::new(app.shared.appearance.colours, true);
    let mut at_once = Vec::new();
    assert!(renderer.frame(size, whole(&mut at_once), |area, cells| ui::draw(&app, area, cells)));
    let mut screen = Renderer::new(app.shared.appearance.colours, true);
    let mut frames = Vec::new();
    loop {
        let mut bytes = Vec::new();
        let is_whole =
            screen.frame(size, part(&mut bytes, 300), |area, cells| ui::draw(&app, area, cells));
        frames.push(bytes);
        if is_whole {
            break;
        }
    }
    assert!(frames.len() > 4, "{}", frames.len());
    assert!(frames.iter().skip(1).all(|frame| frame.len() < 300 + 50));
    assert!(shown(&frames[..1], size).contains("xentviz"));
    assert_eq!(shown(&frames, size), shown(&[at_once], size));
    let mut nothing = Vec::new();
    screen.frame(size, part(&mut nothing, 300), |area, cells| ui::draw(&app, area, cells));
    assert!(nothing.is_empty());
}

#[test]
fn another_view_is_not_mixed_with_the_previous_one() {
    let mut app = dashboard();
    let mut screen = Renderer::new(app.shared.appearance.colours, true);
    let mut frames: Vec<Vec<u8>> = Vec::new();
    let mut draw = |screen: &mut Renderer, app: &App| {
        let mut bytes = Vec::new();
        let is_whole = screen.frame((80, 24), part(&mut bytes, 144), |area, cells| {
            ui::draw(app, area, cells);
        });
        frames.push(bytes);
        (is_whole, shown(&frames, (80, 24)))
    };
    while !draw(&mut screen, &app).0 {}
    assert!(draw(&mut screen, &app).1.contains("recall"));
    app.update(Message::Key(KeyCode::Char('2').into()));
    screen.begin_view();
    let (_, first) = draw(&mut screen, &app);
    assert!(first.contains("xentviz") && !first.contains("recall"), "{first}");
    while !draw(&mut screen, &app).0 {}
    app.update(Message::Key(KeyCode::Char('1').into()));
    screen.begin_view();
    while !draw(&mut screen, &app).0 {}
    let last = draw(&mut screen, &app).1;
    assert!(last.contains("recall"), "{last}");
}

#[test]
fn every_row_is_updated_while_others_keep_changing() {
    let mut screen = Renderer::new(ColourDepth::True, true);
    let mut frames = Vec::new();
    for step in 0..200 {
        let mut bytes = Vec::new();
        screen.frame((20, 12), part(&mut bytes, 60), |area, cells| {
            for y in 0..area.height {
                let text = if y % 2 == 0 { "ab".repeat(step / 100 + 8) } else { step.to_string() };
                let text = if step / 100 == 0 { text } else { text.to_uppercase() };
                cells.set_stringn(0, y, text, 20, Style::new());
            }
        });
        frames.push(bytes);
    }
    let shown = shown(&frames, (20, 12));
    let pictures: Vec<&str> = shown.lines().step_by(2).collect();
    assert_eq!(pictures, vec!["AB".repeat(9); 6]);
    assert!(shown.lines().nth(3) > Some("150"), "numbers are updated too");
}

#[test]
fn a_frame_has_only_the_bytes_of_the_changes() {
    let mut screen = Renderer::new(ColourDepth::True, true);
    frame(&mut screen, (20, 3), "step 1");
    let change = frame(&mut screen, (20, 3), "step 2");
    assert_eq!(String::from_utf8_lossy(&change), "\x1b[?2026h\x1b[1;6H2\x1b[?2026l");
}

#[test]
fn the_terminal_shows_what_was_drawn() {
    let mut screen = Renderer::new(ColourDepth::Indexed, true);
    let texts = ["ab\ncd", "a\nコンcd", "xコy\nd", "", "ηδ→\n\n▀▄"];
    let mut frames = Vec::new();
    for text in texts {
        frames.push(frame(&mut screen, (12, 3), text));
        assert_eq!(shown(&frames, (12, 3)), text, "{text}");
    }
}

#[test]
fn a_new_size_or_an_unknown_screen_is_drawn_whole() {
    let mut screen = Renderer::new(ColourDepth::True, false);
    frame(&mut screen, (20, 3), "one");
    let smaller = frame(&mut screen, (10, 2), "one");
    assert_eq!(String::from_utf8_lossy(&smaller), "\x1b[m\x1b[2J\x1b[1H\x1b[32mone");
    screen.forget();
    assert_eq!(frame(&mut screen, (10, 2), "one"), smaller);
}

#[test]
fn only_the_last_copied_text_is_sent_once_with_the_frame() {
    let mut screen = Renderer::new(ColourDepth::True, false);
    frame(&mut screen, (20, 3), "one");
    screen.copy(b"\x1b]52;c;b25l\x07".to_vec());
    screen.copy(b"\x1b]52;c;dHdv\x07".to_vec());
    let sent = frame(&mut screen, (20, 3), "two");
    assert_eq!(String::from_utf8_lossy(&sent), "\x1b]52;c;dHdv\x07\x1b[1Htwo");
    assert!(frame(&mut screen, (20, 3), "two").is_empty());
}

#[test]
fn a_queued_sequence_is_sent_once_even_without_changes() {
    let mut screen = Renderer::new(ColourDepth::True, true);
    frame(&mut screen, (20, 3), "one");
    screen.queue(b"\x1b[?1002h");
    assert_eq!(frame(&mut screen, (20, 3), "one"), b"\x1b[?1002h");
    assert!(frame(&mut screen, (20, 3), "one").is_empty());
}
