//! The frame of a panel: a rounded box, or a rule with a title if room is scarce.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::glyphs::BOX;
use crate::canvas::{Canvas, inset};

/// The frame of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameStyle {
    /// A box all around.
    Boxed,
    /// A rule above.
    Ruled,
}

impl FrameStyle {
    /// Returns the rows that the frame takes.
    pub(crate) fn rows(self) -> u16 {
        match self {
            Self::Boxed => 2,
            Self::Ruled => 1,
        }
    }
}

/// The area of a panel, with its frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FramedArea {
    /// The area, frame included.
    pub area: Rect,
    /// The style of the frame.
    pub frame: FrameStyle,
}

/// The tone of a piece of text, which decides its style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tone {
    /// Emphasised.
    Strong,
    /// A remark.
    Quiet,
    /// The colour of an arm, bold.
    Arm(usize),
    /// A problem.
    Problem,
    /// Body text.
    Text,
    /// The chosen element.
    Chosen,
}

impl Tone {
    /// Returns the style of this tone.
    pub(crate) fn style(self, canvas: &Canvas<'_>) -> Style {
        let theme = &canvas.theme;
        match self {
            Self::Strong => theme.strong,
            Self::Quiet => theme.quiet,
            Self::Arm(arm) => theme.arm(arm).add_modifier(Modifier::BOLD),
            Self::Problem => theme.problem,
            Self::Text => theme.text,
            Self::Chosen => theme.chosen,
        }
    }
}

/// The texts on a frame.
pub(crate) struct Panel<'t> {
    /// The frame style.
    pub frame: FrameStyle,
    /// The title, piece by piece; pieces that do not fit are left out from the right.
    pub title: &'t [(&'t str, Tone)],
    /// The note at the right of the title, piece by piece; it is left out before the title is.
    pub note: &'t [(&'t str, Tone)],
    /// The arm in whose colour the frame is drawn, if it is the chosen one.
    pub chosen: Option<usize>,
}

/// Draws a frame; returns the area within.
pub(crate) fn panel(canvas: &mut Canvas<'_>, area: Rect, what: &Panel<'_>) -> Rect {
    if area.height == 0 || area.width < 4 {
        return Rect { height: 0, ..area };
    }
    let style = what.chosen.map_or(canvas.theme.faint, |arm| canvas.theme.arm(arm));
    for x in area.left() + 1..area.right() - 1 {
        canvas.put((x, area.y), BOX[0], style);
    }
    let inner = match what.frame {
        FrameStyle::Boxed if area.height >= 3 => {
            draw_box(canvas, area, style);
            Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
        }
        _ => Rect { y: area.y + 1, height: area.height - 1, ..inset(area, 1) },
    };
    draw_title(canvas, title_row(area), what);
    inner
}

fn title_row(area: Rect) -> Rect {
    Rect { height: 1, ..inset(area, 2) }
}

/// Returns the cells of a note of `note` cells on the frame of a panel, if it fits beside a title
/// whose first piece has `first` cells.
pub(crate) fn note_area(area: Rect, first: u16, note: u16) -> Option<Rect> {
    if area.height == 0 || area.width < 4 { None } else { note_cells(title_row(area), first, note) }
}

fn note_cells(row: Rect, first: u16, note: u16) -> Option<Rect> {
    let fits = u32::from(first.min(24)) + u32::from(note) + 5 <= u32::from(row.width);
    (note > 0 && fits).then(|| Rect { x: row.right() - note - 1, width: note, ..row })
}

fn draw_box(canvas: &mut Canvas<'_>, area: Rect, style: Style) {
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.left() + 1..right {
        canvas.put((x, bottom), BOX[0], style);
    }
    for y in area.top() + 1..bottom {
        canvas.put((area.x, y), BOX[1], style);
        canvas.put((right, y), BOX[1], style);
    }
    for (place, glyph) in
        [((area.x, area.y), 2), ((right, area.y), 3), ((right, bottom), 4), ((area.x, bottom), 5)]
    {
        canvas.put(place, BOX[glyph], style);
    }
}

fn draw_title(canvas: &mut Canvas<'_>, row: Rect, what: &Panel<'_>) {
    let width = |canvas: &Canvas<'_>, pieces: &[(&str, Tone)]| {
        pieces.iter().map(|(text, _)| canvas.width(text)).fold(0, u16::saturating_add)
    };
    let first = width(canvas, what.title.get(..1).unwrap_or(&[]));
    let mut free = row;
    if let Some(note) = note_cells(row, first, width(canvas, what.note)) {
        let x = note.x - 1;
        canvas.text((x, row.y), 1, " ", Style::new());
        put_pieces(canvas, note, what.note);
        canvas.text((row.right() - 1, row.y), 1, " ", Style::new());
        free.width = x.saturating_sub(row.x + 1);
    }
    if free.width > 2 && first > 0 {
        let x = canvas.text((free.x, free.y), 1, " ", Style::new());
        let room = Rect { x, width: free.width - 2, ..free };
        let end = put_pieces(canvas, room, what.title);
        canvas.text((end, free.y), 1, " ", Style::new());
    }
}

/// Writes as many whole pieces as fit; the first one is cut if necessary.
fn put_pieces(canvas: &mut Canvas<'_>, row: Rect, pieces: &[(&str, Tone)]) -> u16 {
    let mut x = row.x;
    for (index, (text, tone)) in pieces.iter().enumerate() {
        let left = row.right().saturating_sub(x);
        if index > 0 && canvas.width(text) > left {
            break;
        }
        let is_cut = canvas.width(text) > left;
        x = canvas.text((x, row.y), left, text, tone.style(canvas));
        if is_cut && left > 1 {
            canvas.put((row.right() - 1, row.y), ('…', '~'), tone.style(canvas));
        }
    }
    x
}
