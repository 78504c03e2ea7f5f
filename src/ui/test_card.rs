//! A test card of all colours and characters, to check which of them a terminal displays well.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::canvas::Canvas;
use crate::canvas::glyphs::{BOX, CHANGE, EIGHTHS, GRID, NOW, RISES, TROUGH, foreseen, mark};
use crate::canvas::theme::Theme;
use crate::canvas::widgets::{Dots, Pen, dash_sample, scale_bar};
use crate::canvas::{Appearance, ColourDepth, place_in_sixteen};
use crate::math::sin;
use crate::views::levels;

/// The least width of a card in cells.
const WIDTH: u16 = 80;

/// The column at which the content of a line begins.
const INDENT: u16 = 12;

/// The rows after the given lines.
const ROWS: u16 = 19;

/// The letters and signs of the formulas.
const SIGNS_OF_FORMULAE: &str = "η λ σ′(z) δ ∂C/∂w Σₖ wₖⱼ C₀ x² 10⁻³ ½ · × ÷ − ± ≤ ≈ →";

/// Draws a card: `lines` (a word and its text), then the colours and the characters of `appearance`;
/// `drawn` is the number of colours that drawing may use.
pub fn card(appearance: Appearance, drawn: ColourDepth, lines: &[(String, String)]) -> Buffer {
    let longest = lines.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
    let longest = u16::try_from(longest).unwrap_or(u16::MAX - INDENT);
    let given = u16::try_from(lines.len()).unwrap_or(u16::MAX - ROWS);
    let area = Rect::new(0, 0, WIDTH.max(INDENT + longest), given + ROWS);
    let mut cells = Buffer::empty(area);
    let mut canvas = Canvas::new(&mut cells, Appearance { colours: drawn, ..appearance });
    for (y, (word, text)) in (0..).zip(lines) {
        labelled(&mut canvas, y, word);
        let style = canvas.theme.text;
        canvas.text((INDENT, y), area.width, text, style);
    }
    draw_arms(&mut canvas, given + 1, &Theme::of(appearance));
    draw_roles(&mut canvas, given + 6);
    draw_ramps(&mut canvas, given + 8);
    draw_curves(&mut canvas, given + 11);
    draw_characters(&mut canvas, given + 15);
    if let Some(background) = canvas.theme.background {
        canvas.fill_background(area, background);
    }
    cells
}

fn labelled(canvas: &mut Canvas<'_>, y: u16, word: &str) {
    let style = canvas.theme.quiet;
    canvas.text((0, y), INDENT, word, style);
}

/// Draws the marks of a race of four arms, with the names of their colours.
fn draw_arms(canvas: &mut Canvas<'_>, y: u16, named: &Theme) {
    for arm in 0..named.arms.len() {
        let (row, style) = (y + arm as u16, canvas.theme.arm(arm));
        labelled(canvas, row, &format!("arm {}", arm + 1));
        canvas.put((INDENT, row), mark(arm), style);
        let sample = dash_sample(arm);
        let sample = if canvas.is_ascii() { sample.1 } else { sample.0 };
        canvas.text((INDENT + 1, row), 2, sample, style);
        canvas.put((INDENT + 4, row), foreseen(arm), style);
        let block = if canvas.is_ascii() { "######" } else { "██████" };
        canvas.text((INDENT + 6, row), 6, block, style);
        canvas.text((INDENT + 14, row), 20, "learns 0.9820", style);
        let (quiet, name) = (canvas.theme.quiet, name(named.arm(arm).fg));
        canvas.text((INDENT + 30, row), 30, &name, quiet);
    }
}

/// Returns the name of a colour.
fn name(colour: Option<Color>) -> String {
    match colour {
        None | Some(Color::Reset) => "the terminal's own colour".to_owned(),
        Some(Color::Rgb(r, g, b)) => format!("#{r:02x}{g:02x}{b:02x}"),
        Some(Color::Indexed(index)) => format!("colour {index} of 256"),
        Some(named) => {
            const NAMES: [&str; 8] =
                ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
            let place = usize::from(place_in_sixteen(named).unwrap_or(0));
            let bright = if place < NAMES.len() { "" } else { "bright " };
            format!("colour {place} of 16, {bright}{}", NAMES[place % NAMES.len()])
        }
    }
}

fn draw_roles(canvas: &mut Canvas<'_>, y: u16) {
    labelled(canvas, y, "words");
    let theme = &canvas.theme;
    let roles = [
        ("text", theme.text),
        ("strong", theme.strong),
        ("quiet", theme.quiet),
        ("good", theme.good),
        ("problem", theme.problem),
        ("chosen", theme.chosen),
        (" open ", theme.selected),
        (" header ", theme.bar),
        ("line", theme.faint),
    ];
    let mut x = INDENT;
    for (word, style) in roles {
        x = canvas.text((x, y), WIDTH, word, style) + 2;
    }
}

fn draw_ramps(canvas: &mut Canvas<'_>, y: u16) {
    labelled(canvas, y, "signs");
    scale_bar(canvas, Rect::new(INDENT, y, WIDTH - INDENT, 1), 1.0);
    labelled(canvas, y + 1, "sizes");
    let quiet = canvas.theme.quiet;
    canvas.text((INDENT + 1, y + 1), 2, "0", quiet);
    levels(canvas, (INDENT + 3, y + 1), 2);
    canvas.text((INDENT + 36, y + 1), 2, "1", quiet);
}

/// Draws two waves that cross, in the strokes of the first two arms.
fn draw_curves(canvas: &mut Canvas<'_>, y: u16) {
    labelled(canvas, y, "curves");
    let area = Rect::new(INDENT, y, 48, 3);
    let mut dots = Dots::new(area.width, area.height, canvas.glyphs);
    let (columns, rows) = (dots.columns(), dots.rows());
    for arm in 0..2 {
        let pen = dots.pen(Pen::of_arm(arm, canvas.theme.arm(arm)));
        for x in 0..columns {
            let turn = std::f64::consts::TAU * (x as f64 / columns as f64 + arm as f64 / 4.0);
            if dots.is_down(pen, x as u32) {
                dots.set(x, Dots::row_of(0.5 + 0.5 * sin(turn), rows), pen);
            }
        }
    }
    dots.draw(canvas, area);
}

fn draw_characters(canvas: &mut Canvas<'_>, y: u16) {
    labelled(canvas, y, "frames");
    let (faint, text) = (canvas.theme.faint, canvas.theme.text);
    let [across, up, from, to, back, home] = BOX;
    let frame = [from, across, across, to, up, home, across, across, back, NOW, GRID, CHANGE];
    draw_each(canvas, (INDENT, y), &frame, faint);
    labelled(canvas, y + 1, "bars");
    draw_each(canvas, (INDENT, y + 1), &EIGHTHS, text);
    draw_each(canvas, (INDENT + 10, y + 1), &RISES, text);
    draw_each(canvas, (INDENT + 20, y + 1), &[TROUGH; 4], faint);
    labelled(canvas, y + 2, "formulae");
    canvas.text((INDENT, y + 2), WIDTH, SIGNS_OF_FORMULAE, text);
}

fn draw_each(canvas: &mut Canvas<'_>, (x, y): (u16, u16), glyphs: &[(char, char)], style: Style) {
    for (nth, glyph) in (0..).zip(glyphs) {
        canvas.put((x + nth, y), *glyph, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::{Glyphs, ThemeName};

    fn text(cells: &Buffer) -> Vec<String> {
        let line = |y: u16| (0..cells.area.width).map(|x| cells[(x, y)].symbol()).collect();
        (0..cells.area.height).map(|y: u16| -> String { line(y) }).collect()
    }

    #[test]
    fn a_card_has_the_ramps_and_names_the_colours_of_the_arms() {
        let cases = [
            (ColourDepth::True, "#f0a63c"),
            (ColourDepth::Indexed, "colour 215 of 256"),
            (ColourDepth::Sixteen, "colour 11 of 16, bright yellow"),
            (ColourDepth::None, "the terminal's own colour"),
        ];
        for (colours, expected) in cases {
            let appearance = Appearance { colours, ..Appearance::default() };
            let cells = card(appearance, colours, &[("word".to_owned(), "long ".repeat(30))]);
            let lines = text(&cells);
            assert!(lines[0].starts_with("word        long long"), "{lines:?}");
            assert!(lines[2].contains(expected), "{lines:?}");
            let has_background = |y: u16| (0..80).any(|x| cells[(x, y)].bg != Color::Reset);
            assert_eq!(
                has_background(9) && has_background(10),
                colours != ColourDepth::None,
                "ramps"
            );
        }
    }

    #[test]
    fn a_card_drawn_without_colours_still_names_them() {
        let cells = card(Appearance::default(), ColourDepth::None, &[]);
        assert!(cells.content().iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
        assert!(text(&cells)[1].contains("#f0a63c"));
    }

    #[test]
    fn a_card_in_ascii_is_ascii_and_a_light_one_has_its_background_everywhere() {
        let appearance =
            Appearance { glyphs: Glyphs::Ascii, theme: ThemeName::Light, ..Appearance::default() };
        let cells = card(appearance, appearance.colours, &[]);
        assert!(cells.content().iter().all(|cell| cell.symbol().is_ascii()));
        assert!(cells.content().iter().all(|cell| cell.bg != Color::Reset));
    }
}
