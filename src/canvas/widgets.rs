//! The building blocks of the views: each is drawn straight into the buffer, at any size.

mod bar;
mod chart;
mod columns;
mod dots;
mod field_key;
mod field_map;
mod free_space;
mod grey_picture;
mod heatmap;
mod histogram;
mod numeral;
mod panel;
mod plot;

pub(crate) use bar::{Bar, bar, bar_ticks, rises, rises_hatched};
pub(crate) use chart::{Annotation, Chart, Curve, CurveLabel, CurveStyle, apart};
pub(crate) use columns::{ChartTip, StepWindow};
pub(crate) use dots::{Dots, Pen, dash_sample};
pub(crate) use field_key::{field_bar, side_bar};
pub(crate) use field_map::{
    FieldMap, FieldPoint, FieldScale, FieldValues, MapPlace, SIDE_LEVELS, class_letter,
};
pub(crate) use grey_picture::{GreyPicture, resampled};
pub(crate) use heatmap::{Heatmap, ValueGrid, scale_bar, sign_bar};
pub(crate) use histogram::{Histogram, histogram};
pub(crate) use numeral::{Numeral, NumeralSize, numeral};
pub(crate) use panel::{FrameStyle, FramedArea, Panel, Tone, note_area, panel};
pub(crate) use plot::{Plot, PlotMark, Tangent};
