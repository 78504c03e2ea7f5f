//! Frames as a terminal receives them, at once and in parts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::{FrameOutput, Renderer};
use crate::canvas::ColourDepth;
use crate::terminal::test_screen::shown;

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

#[test]
fn a_frame_that_changes_nothing_has_no_bytes() {
    let mut screen = Renderer::new(ColourDepth::True, true);
    assert!(!frame(&mut screen, (20, 3), "one").is_empty());
    assert!(frame(&mut screen, (20, 3), "one").is_empty());
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

/// The size of the screen with a map.
const MAP: (u16, u16) = (40, 12);

/// Draws words beside a map of similar colours in half blocks, with marks on it.
fn draw_map(area: Rect, cells: &mut Buffer) {
    for y in 0..area.height {
        cells.set_string(0, y, "words", Style::new());
        for x in 5..area.width {
            let level = |half: u16| Color::Rgb(4 * (x % 16) as u8, 2 * (2 * y + half) as u8, 200);
            let (symbol, style) = match (x + y) % 7 {
                0 => ("○", Style::new().fg(Color::Black).bg(level(0))),
                _ => ("▀", Style::new().fg(level(0)).bg(level(1))),
            };
            cells.set_string(x, y, symbol, style);
        }
    }
}

/// Returns the symbol and the background of each cell of a terminal.
fn cells(terminal: &vt100::Parser) -> Vec<(String, vt100::Color)> {
    let places = (0..MAP.1).flat_map(|row| (0..MAP.0).map(move |column| (row, column)));
    let cells = places.filter_map(|(row, column)| terminal.screen().cell(row, column));
    cells.map(|cell| (cell.contents().to_owned(), cell.bgcolor())).collect()
}

fn terminal() -> vt100::Parser {
    vt100::Parser::new(MAP.1.try_into().unwrap(), MAP.0.try_into().unwrap(), 0)
}

#[test]
fn on_a_slow_link_a_rough_version_of_another_view_comes_before_its_details() {
    let mut exact = Vec::new();
    Renderer::new(ColourDepth::True, false).frame(MAP, whole(&mut exact), draw_map);
    let mut expected = terminal();
    expected.process(&exact);
    let coloured = |terminal: &vt100::Parser| {
        cells(terminal).iter().filter(|cell| cell.1 != vt100::Color::Default).count()
    };
    let mut screen = Renderer::new(ColourDepth::True, false);
    screen.begin_view();
    let (mut shown, mut sent, mut covered_after) = (terminal(), 0, None);
    for _ in 0..1000 {
        let mut bytes = Vec::new();
        let is_whole = screen.frame(MAP, part(&mut bytes, 400), draw_map);
        shown.process(&bytes);
        sent += bytes.len();
        if covered_after.is_none() && coloured(&shown) == coloured(&expected) {
            covered_after = Some(sent);
            assert_eq!(shown.screen().contents().matches("words").count(), 12, "words are exact");
        }
        if is_whole {
            break;
        }
    }
    let covered_after = covered_after.expect("the map is covered");
    assert!(2 * covered_after < exact.len(), "after {covered_after} bytes of {}", exact.len());
    assert!(cells(&shown) == cells(&expected), "every detail has followed");
}

#[test]
fn a_frame_of_the_same_view_is_exact_in_every_part() {
    let mut screen = Renderer::new(ColourDepth::True, false);
    let mut bytes = Vec::new();
    assert!(!screen.frame(MAP, part(&mut bytes, 400), draw_map));
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains('○') && text.contains(['▀', '▄']));
}
