//! The drawing kit: a canvas over the cells of the screen, colours, characters, numbers as text, and
//! the widgets that the views are made of. It knows no view and no state of the dashboard.

mod ansi16;
mod appearance;
mod cells;
mod chart_options;
pub(crate) mod glyphs;
pub(crate) mod number;
pub(crate) mod ramps;
pub(crate) mod sentence;
pub(crate) mod text_flow;
pub(crate) mod theme;
pub(crate) mod widgets;

pub use ansi16::place_in_sixteen;
pub use appearance::{Appearance, ColourDepth, Glyphs, ThemeName};
pub use cells::DrawnPart;
pub(crate) use cells::{
    Canvas, below, clipped, displayable, inset, row, squeezed, text_width, top,
};
pub use chart_options::{ChartOptions, ChartScale, Smoothing};
