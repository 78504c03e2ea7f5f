//! Figures: the few numbers of a view for the back row, each under its label.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::Canvas;
use crate::canvas::widgets::{Numeral, NumeralSize, Tone, numeral};

/// Returns the least gap between two figures: more than that between the digits of one.
fn between(size: NumeralSize) -> u16 {
    2 * size.gap() + 1
}

/// How soon a figure is left out if room is scarce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FigureWeight {
    /// First.
    Spare,
    /// Before the numbers that the view is about, but rather than in smaller digits.
    Secondary,
    /// Never.
    Needed,
}

/// A number as text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FigureText {
    /// The text.
    pub text: String,
    /// A text as wide as the number may become, so that its changes move nothing.
    pub widest: Cow<'static, str>,
}

impl FigureText {
    fn width(&self, size: NumeralSize) -> u16 {
        size.width(&self.text).max(size.width(&self.widest))
    }
}

/// A number with its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// The sign of arithmetic before it, or nothing.
    pub sign: &'static str,
    /// The labels above it, the longest first; the first that fits is written.
    pub labels: Vec<String>,
    /// The number, and in fewer digits if those are too wide.
    pub numbers: Vec<FigureText>,
    /// The tone of both.
    pub tone: Tone,
    /// How soon it is left out.
    pub weight: FigureWeight,
}

impl Figure {
    /// Returns the cells of its sign, if any, with the gap after it.
    fn sign_width(&self, size: NumeralSize) -> u16 {
        if self.sign.is_empty() { 0 } else { size.width(self.sign) + 2 * size.gap() }
    }

    fn width(&self, size: NumeralSize) -> u16 {
        let number = self.numbers.first().map_or(0, |number| number.width(size));
        self.sign_width(size) + number
    }

    /// Returns the figure in fewer digits, by the index of that text, or of the last one.
    fn in_digits(&self, which: usize) -> Self {
        let which = which.min(self.numbers.len().saturating_sub(1));
        Self { numbers: self.numbers.get(which).into_iter().cloned().collect(), ..self.clone() }
    }

    /// Returns the label of an index, or the last one.
    fn label(&self, which: usize) -> &str {
        self.labels.get(which).or(self.labels.last()).map_or("", String::as_str)
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, size: NumeralSize) {
        let style = self.tone.style(canvas).add_modifier(Modifier::BOLD);
        let sign = Numeral { text: self.sign, size, style: canvas.theme.strong };
        numeral(canvas, (area.x, area.y + 1), &sign);
        let x = area.x + self.sign_width(size);
        if let Some(FigureText { text, .. }) = self.numbers.first() {
            numeral(canvas, (x, area.y + 1), &Numeral { text, size, style });
        }
    }
}

/// Figures in rows, all of one size.
pub(super) struct FigureRows {
    size: NumeralSize,
    /// The figures of each row.
    rows: Vec<Vec<Figure>>,
}

/// Returns the width of a row of figures.
fn width(figures: &[Figure], size: NumeralSize) -> u16 {
    let gaps = between(size) * figures.len().saturating_sub(1) as u16;
    figures.iter().map(|figure| figure.width(size)).sum::<u16>() + gaps
}

impl FigureRows {
    /// Puts figures into one row of `room` cells and rows. All of them in digits of scale 2 or more are best;
    /// else those that are more than spare; else smaller digits, with as many figures as fit. Returns
    /// nothing if not even the needed ones fit.
    pub(super) fn in_one_row(
        canvas: &Canvas<'_>,
        figures: &[Figure],
        room: (u16, u16),
    ) -> Option<Self> {
        const CHOICES: [(FigureWeight, u16, u16); 5] = [
            (FigureWeight::Spare, 2, NumeralSize::MOST),
            (FigureWeight::Secondary, 2, NumeralSize::MOST),
            (FigureWeight::Spare, 1, 1),
            (FigureWeight::Secondary, 1, 1),
            (FigureWeight::Needed, 1, NumeralSize::MOST),
        ];
        let digits = figures.iter().map(|figure| figure.numbers.len()).max().unwrap_or(0);
        CHOICES.into_iter().find_map(|(least, from, to)| {
            let kept = |which: usize| -> Vec<Figure> {
                let kept = figures.iter().filter(|figure| figure.weight >= least);
                kept.map(|figure| figure.in_digits(which)).collect()
            };
            let of_size = |size: NumeralSize| {
                let fits = |row: &Vec<Figure>| width(row, size) <= room.0;
                let row = (0..digits).map(kept).find(fits)?;
                (size.height() < room.1).then_some(Self { size, rows: vec![row] })
            };
            (from..=to).rev().find_map(|scale| of_size(NumeralSize::new(canvas, scale)))
        })
    }

    /// Puts figures into rows of at most `width` cells, in digits of a scale; nothing if one does not fit.
    pub(super) fn wrapped(
        canvas: &Canvas<'_>,
        figures: &[Figure],
        most: u16,
        scale: u16,
    ) -> Option<Self> {
        let size = NumeralSize::new(canvas, scale);
        let mut rows: Vec<Vec<Figure>> = Vec::new();
        for figure in figures {
            if figure.width(size) > most {
                return None;
            }
            match rows.last_mut() {
                Some(row) if width(row, size) + between(size) + figure.width(size) <= most => {
                    row.push(figure.clone());
                }
                _ => rows.push(vec![figure.clone()]),
            }
        }
        Some(Self { size, rows })
    }

    /// Returns the lines that the figures take: each row has a label, its digits and a gap.
    pub(super) fn height(&self) -> u16 {
        self.rows.len() as u16 * (self.size.height() + 2)
    }

    /// Draws the figures; those of a row that has room to spare stand apart.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        for (nth, row) in self.rows.iter().enumerate() {
            let y = area.y + nth as u16 * (self.size.height() + 2);
            // Terms of one formula stay together.
            let is_formula = row.iter().any(|figure| !figure.sign.is_empty());
            let spare = area.width.saturating_sub(width(row, self.size));
            let apart = if is_formula { 0 } else { spare / row.len().max(1) as u16 };
            let mut x = area.x;
            let mut places = Vec::with_capacity(row.len());
            for figure in row {
                let own = figure.width(self.size);
                let reach = own + apart + between(self.size) - 1;
                let width = reach.min(area.right().saturating_sub(x));
                places.push(Rect { x, y, width, height: self.size.height() + 1 });
                x = x.saturating_add(own + apart + between(self.size));
            }
            self.draw_row(canvas, row, &places);
        }
    }

    /// Draws figures at their places, with labels of the same length.
    fn draw_row(&self, canvas: &mut Canvas<'_>, row: &[Figure], places: &[Rect]) {
        let label_area = |figure: &Figure, place: &Rect| {
            let sign = figure.sign_width(self.size).min(place.width);
            Rect { x: place.x + sign, width: place.width - sign, height: 1, ..*place }
        };
        let fits = |which: usize| {
            row.iter().zip(places).all(|(figure, place)| {
                canvas.width(figure.label(which)) <= label_area(figure, place).width
            })
        };
        let longest = row.iter().map(|figure| figure.labels.len()).max().unwrap_or(0);
        let which = (0..longest).find(|which| fits(*which)).unwrap_or(longest);
        for (figure, place) in row.iter().zip(places) {
            let style = figure.tone.style(canvas).add_modifier(Modifier::BOLD);
            let area = label_area(figure, place);
            canvas.text((area.x, area.y), area.width, figure.label(which), style);
            figure.draw(canvas, *place, self.size);
        }
    }
}
