//! Flows coloured sentences over the rows of an area.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::Canvas;
use crate::canvas::sentence::Sentence;
use crate::canvas::widgets::Tone;

/// The position of the next word.
#[derive(Clone, Copy)]
pub(crate) struct TextFlow {
    area: Rect,
    x: u16,
    y: u16,
    /// Whether all words are bold.
    is_bold: bool,
}

/// An unbreakable unit: a word, and the space after it if there is one.
type StyledWord<'t> = Vec<(&'t str, Style)>;

impl TextFlow {
    /// Starts at the beginning of an area that is not empty.
    pub(crate) fn new(area: Rect) -> Self {
        Self { area, x: area.x, y: area.y, is_bold: false }
    }

    /// Writes all that follows in bold.
    pub(crate) fn in_bold(self) -> Self {
        Self { is_bold: true, ..self }
    }

    /// Writes sentences: the first in any case, and each of the others that fits.
    pub(crate) fn write_all(&mut self, canvas: &mut Canvas<'_>, sentences: &[Sentence]) {
        for (index, sentence) in sentences.iter().enumerate() {
            let style = |tone: &Tone| {
                let style = tone.style(canvas).remove_modifier(Modifier::BOLD);
                if self.is_bold { style.add_modifier(Modifier::BOLD) } else { style }
            };
            let pieces: Vec<_> =
                sentence.iter().map(|(text, tone)| (&**text, style(tone))).collect();
            if index == 0 || self.has_room(canvas, &pieces) {
                self.write(canvas, &pieces);
            }
        }
    }

    /// Returns whether all of a sentence fits.
    pub(crate) fn has_room(mut self, canvas: &Canvas<'_>, pieces: &[(&str, Style)]) -> bool {
        words(pieces).iter().all(|word| {
            let fits = self.find_place(canvas, word);
            self.x = self.x.saturating_add(width(canvas, word, true));
            fits
        })
    }

    /// Writes a sentence and leaves a gap; a sentence that does not fit is cut off with an
    /// ellipsis.
    pub(crate) fn write(&mut self, canvas: &mut Canvas<'_>, pieces: &[(&str, Style)]) {
        let right = self.area.right();
        for word in words(pieces) {
            let fits = self.find_place(canvas, &word);
            for (text, style) in word {
                let left = right.saturating_sub(self.x);
                self.x = canvas.text((self.x, self.y), left, text, style);
            }
            if !fits {
                if self.area.width > 3 {
                    let quiet = canvas.theme.quiet;
                    canvas.put((right - 1, self.y), ('…', '~'), quiet);
                }
                break;
            }
        }
        self.x = self.x.saturating_add(1).min(right);
    }

    /// Moves to the start of a word, here or in the next row; returns whether the word fits there.
    fn find_place(&mut self, canvas: &Canvas<'_>, word: &StyledWord<'_>) -> bool {
        let fits = |x: u16| x.saturating_add(width(canvas, word, false)) <= self.area.right();
        if !fits(self.x) && self.x > self.area.x && self.y + 1 < self.area.bottom() {
            (self.x, self.y) = (self.area.x, self.y + 1);
        }
        fits(self.x)
    }
}

/// Returns the cells of a word, with or without the space after it.
fn width(canvas: &Canvas<'_>, word: &StyledWord<'_>, with_space: bool) -> u16 {
    let whole = word.iter().fold(0_u16, |sum, (text, _)| sum.saturating_add(canvas.width(text)));
    let has_space = word.last().is_some_and(|(text, _)| text.ends_with(' '));
    if has_space && !with_space { whole.saturating_sub(1) } else { whole }
}

/// The units that stay with their number.
const UNITS: [&str; 9] =
    ["%", "epoch", "epochs", "step", "steps", "s", "ms", "epochs/s", "examples/s"];

/// Returns whether a part is a unit after a number, so that a row does not begin with it.
fn is_unit_after(number: &StyledWord<'_>, word: &str) -> bool {
    let number = number.iter().rev().map(|(part, _)| part.trim_end()).find(|part| !part.is_empty());
    let ends_in_number = number.is_some_and(|part| part.ends_with(|c: char| c.is_ascii_digit()));
    let unit = word.trim_end().trim_end_matches(['.', ',', ';', ':', ')']);
    ends_in_number && UNITS.contains(&unit)
}

/// Breaks pieces after their spaces, and neither where one piece ends within a word nor before a unit.
fn words<'t>(pieces: &[(&'t str, Style)]) -> Vec<StyledWord<'t>> {
    let mut words: Vec<StyledWord<'t>> = Vec::new();
    let mut is_open = false;
    for (text, style) in pieces {
        for part in text.split_inclusive(' ') {
            match words.last_mut().filter(|word| is_open || is_unit_after(word, part)) {
                Some(word) => word.push((part, *style)),
                None => words.push(vec![(part, *style)]),
            }
            is_open = !part.ends_with(' ');
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::TextFlow;
    use crate::canvas::Appearance;
    use crate::canvas::Canvas;
    use crate::canvas::widgets::Tone;

    /// Returns the text in an area after writing these sentences, each in pieces.
    fn written(width: u16, height: u16, sentences: &[&[&str]]) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut cells = Buffer::empty(area);
        let mut canvas = Canvas::new(&mut cells, Appearance::default());
        let piece = |text: &&str| ((*text).to_owned(), Tone::Text);
        let sentences: Vec<_> =
            sentences.iter().map(|pieces| pieces.iter().map(piece).collect()).collect();
        TextFlow::new(area).write_all(&mut canvas, &sentences);
        let row = |y| -> String { (0..width).map(|x| cells[(x, y)].symbol()).collect() };
        (0..height).map(|y| row(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn sentences_are_broken_between_words_and_never_within_one_of_two_colours() {
        assert_eq!(written(20, 1, &[&["one ", "two."], &["three."]]), ["one two. three."]);
        assert_eq!(written(9, 2, &[&["one two", "’s three."]]), ["one two’s", "three."]);
        assert_eq!(written(8, 2, &[&["one two", "’s."]]), ["one", "two’s."]);
        assert_eq!(written(8, 2, &[&["one."], &["two three."]]), ["one. two", "three."]);
    }

    #[test]
    fn a_row_never_begins_with_the_unit_of_a_number() {
        assert_eq!(written(12, 2, &[&["it is 95.65 %."]]), ["it is", "95.65 %."]);
        assert_eq!(written(12, 2, &[&["not for 12", " epochs, no."]]), ["not for", "12 epochs, …"]);
        assert_eq!(written(12, 2, &[&["it takes the % sign"]]), ["it takes the", "% sign"]);
    }

    #[test]
    fn the_first_sentence_is_cut_if_necessary_and_a_later_one_left_out() {
        assert_eq!(written(9, 1, &[&["one two three."]]), ["one two …"]);
        assert_eq!(written(9, 2, &[&["unbreakable."]]), ["unbreaka…", ""]);
        assert_eq!(written(9, 1, &[&["one."], &["two three."], &["4."]]), ["one. 4."]);
    }
}
