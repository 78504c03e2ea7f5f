//! The panel of an arm: the factors of its gradient, as bars and as a product.

mod context;
mod panel_row;
mod product;
mod rows;
mod text;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::canvas::ChartScale;
use crate::canvas::glyphs::mark;
use crate::canvas::number::{brief, padded, short_name};
use crate::canvas::theme::Theme;
use crate::canvas::widgets::{Bar, FramedArea, Panel, Tone, bar, note_area, panel};
use crate::canvas::{Canvas, row, text_width};
use crate::math::log10;
use crate::telemetry::GradientFactors;
use crate::views::duel::arm::panel_row::{FactorBar, PanelRow, StyledPieces};
use crate::views::duel::arm::rows::{formula, note, rows};
use crate::views::duel::kind::{DuelKind, kind};
use crate::views::duel::recall;

pub(super) use context::ArmContext;
pub(super) use text::text;

/// A share beyond 1 that is still a full bar, so that rounding marks none as too long.
const FULL: f64 = 1e-4;

/// The decades that a logarithmic bar spans, below 1.
const DECADES: f64 = 4.0;

/// The place of the formula of the cost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FormulaPlace {
    /// In the title, if it fits there in the panels of all arms.
    Title,
    /// In a row of its own.
    Row,
}

/// The place of the recall of each class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum RecallPlace {
    /// In the panel of its arm.
    ArmPanel,
    /// In a panel of its own.
    OwnPanel,
}

/// Draws the panel of one arm.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: ArmContext<'_>,
    framed: FramedArea,
    recall: RecallPlace,
) {
    let ArmContext { shared, run, index: arm, facts: of, .. } = context;
    let fits_title = |context: ArmContext<'_>| {
        let name = canvas.width(&context.facts.name) + 2;
        let title = name + 2 + canvas.width(formula(context.facts));
        title <= title_room(context, framed.area)
    };
    let formula_place = if ArmContext::all(shared, run).all(fits_title) {
        FormulaPlace::Title
    } else {
        FormulaPlace::Row
    };
    let inner = draw_frame(canvas, context, framed, formula_place);
    let mut rows = rows(context);
    let widest = run.arms.iter().map(|of| canvas.width(formula(of)) + 6).max().unwrap_or(0);
    if formula_place == FormulaPlace::Title || widest > inner.width {
        rows.retain(|(_, row)| !matches!(row, PanelRow::Formula));
    }
    if recall == RecallPlace::ArmPanel && kind(run) == DuelKind::Classes {
        rows.push((2, PanelRow::Recall));
        rows.push((2, PanelRow::Classes));
    }
    fit(&mut rows, usize::from(inner.height));
    for (index, (_, what)) in rows.iter().enumerate() {
        let line = row(inner, index as u16);
        match what {
            PanelRow::Gap => {}
            PanelRow::Bar(bar) => draw_bar(canvas, line, arm, bar),
            PanelRow::Decades => draw_decades(canvas, line),
            PanelRow::Formula => {
                let indent = if run.single.is_some() { 4 } else { 2 };
                let quiet = canvas.theme.quiet;
                canvas.line(line).gap(indent).put(formula(of), quiet);
            }
            PanelRow::Text(pieces) => draw_pieces(canvas, line, pieces),
            PanelRow::Fit(variants) => draw_fitting(canvas, line, variants),
            PanelRow::Pairs(pairs) => draw_pairs(canvas, line, pairs),
            PanelRow::Recall => recall::draw_line(canvas, shared, line, arm),
            PanelRow::Classes => recall::draw_names(canvas, run, line),
        }
    }
}

/// Removes the least important rows until the rest fits.
fn fit(rows: &mut Vec<(u8, PanelRow)>, height: usize) {
    while rows.len() > height {
        let Some(worst) = rows.iter().map(|(priority, _)| *priority).max() else { return };
        if worst >= 3 {
            // Rows of one priority belong together and are removed together.
            rows.retain(|(priority, _)| *priority != worst);
        } else if let Some(last) = rows.iter().rposition(|(priority, _)| *priority == worst) {
            rows.remove(last);
        }
    }
}

/// Returns the cells that the note leaves for the title.
fn title_room(context: ArmContext<'_>, area: Rect) -> u16 {
    area.width.saturating_sub(note_width(context) + 9)
}

fn note_width(context: ArmContext<'_>) -> u16 {
    width_of(context, &note(context))
}

fn width_of(context: ArmContext<'_>, pieces: &StyledPieces) -> u16 {
    let glyphs = context.shared.appearance.glyphs;
    pieces.iter().map(|(text, _)| text_width(text, glyphs)).sum()
}

/// Returns the note on the frame: of the chosen arm with the keys that change η, if name and formula leave
/// room for them.
fn note_with_keys(context: ArmContext<'_>, area: Rect) -> StyledPieces {
    const KEYS: &str = " −+";
    let glyphs = context.shared.appearance.glyphs;
    let mut note = note(context);
    let title = [&*marked_name(context, area), "  ", formula(context.facts), KEYS];
    let title: u16 = title.iter().map(|text| text_width(text, glyphs)).sum();
    if context.shared.arm == context.index && title <= title_room(context, area) {
        note.push((KEYS.to_owned(), Tone::Quiet));
    }
    note
}

/// Returns the name of the arm on the frame of its panel, with its mark.
fn marked_name(context: ArmContext<'_>, area: Rect) -> String {
    let ArmContext { shared, index: arm, facts: of, .. } = context;
    let (glyph, ascii) = mark(arm);
    let has_colours = Theme::of(shared.appearance).has_colours();
    let chosen = if is_chosen(context) && !has_colours { "▸ " } else { "" };
    let glyphs = shared.appearance.glyphs;
    let width = title_room(context, area).saturating_sub(2 + text_width(chosen, glyphs));
    let name = short_name(&of.name, usize::from(width).max(6));
    format!("{chosen}{} {name}", if glyphs.is_mostly_ascii() { ascii } else { glyph })
}

fn is_chosen(context: ArmContext<'_>) -> bool {
    context.shared.arm == context.index && context.shared.history.arms.len() > 1
}

/// Returns the cells of λ and η on the frame of a panel, if there is room for them.
pub(super) fn eta_area(context: ArmContext<'_>, area: Rect) -> Option<Rect> {
    let name = text_width(&marked_name(context, area), context.shared.appearance.glyphs);
    note_area(area, name, width_of(context, &note_with_keys(context, area)))
}

fn draw_frame(
    canvas: &mut Canvas<'_>,
    context: ArmContext<'_>,
    framed: FramedArea,
    formula_place: FormulaPlace,
) -> Rect {
    let ArmContext { index: arm, facts: of, .. } = context;
    let FramedArea { area, frame } = framed;
    let name = marked_name(context, area);
    let mut title = vec![(name.as_str(), Tone::Arm(arm))];
    let formula = format!("  {}", formula(of));
    if formula_place == FormulaPlace::Title {
        title.push((&formula, Tone::Quiet));
    }
    let note = note_with_keys(context, area);
    let note: Vec<(&str, Tone)> = note.iter().map(|(text, tone)| (text.as_str(), *tone)).collect();
    let chosen = is_chosen(context).then_some(arm);
    panel(canvas, area, &Panel { frame, title: &title, note: &note, chosen })
}

/// Returns the cells of a bar's label and of its value.
fn margins(width: u16) -> (u16, u16) {
    (if width >= 36 { 14 } else { 12 }, 8)
}

fn draw_bar(canvas: &mut Canvas<'_>, line: Rect, arm: usize, factor: &FactorBar) {
    let FactorBar { label, value, scale } = *factor;
    let (before, after) = margins(line.width);
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let has_room = canvas.width(label) < before;
    let label = if has_room { label } else { label.split(' ').next().unwrap_or(label) };
    canvas.text((line.x, line.y), before.min(line.width), label, quiet);
    if line.width < before + after {
        return;
    }
    let share = match scale {
        ChartScale::Log => 1.0 + log10(value) / DECADES,
        ChartScale::Linear => value,
    };
    let style = canvas.theme.arm(arm);
    let what = Bar { share: share.clamp(0.0, 1.0), style, trough: canvas.theme.trough };
    let area = Rect { x: line.x + before, width: line.width - before - after, ..line };
    bar(canvas, area, &what);
    // Values beyond an end of the scale are marked.
    if area.width > 1 && value > 0.0 && share <= 0.0 {
        canvas.put((area.x, area.y), ('◂', '<'), style);
    } else if area.width > 1 && share > 1.0 + FULL {
        canvas.put((area.right(), area.y), ('▸', '>'), style);
    }
    canvas.text_right(line, &padded(value, 7), text);
}

fn draw_decades(canvas: &mut Canvas<'_>, line: Rect) {
    let (before, after) = margins(line.width);
    if line.width < before + after + 6 {
        return;
    }
    let quiet = canvas.theme.quiet;
    let area = Rect { x: line.x + before, width: line.width - before - after, ..line };
    canvas.text((line.x, line.y), before - 1, "log scale", quiet);
    canvas.text((area.x, area.y), area.width - 2, "1e−4", quiet);
    canvas.text_right(area, "1", quiet);
}

fn draw_fitting(canvas: &mut Canvas<'_>, line: Rect, variants: &[StyledPieces]) {
    let width =
        |pieces: &StyledPieces| pieces.iter().map(|(text, _)| canvas.width(text)).sum::<u16>();
    if let Some(pieces) = variants.iter().find(|pieces| width(pieces) <= line.width) {
        draw_pieces(canvas, line, pieces);
    }
}

fn draw_pairs(canvas: &mut Canvas<'_>, line: Rect, pairs: &[(&str, String)]) {
    let (quiet, text) = (canvas.theme.quiet, canvas.theme.text);
    let mut x = line.x;
    for (label, value) in pairs {
        let width = canvas.width(label) + 1 + canvas.width(value.trim_end());
        if x.saturating_add(width) > line.right() {
            return;
        }
        let end = canvas.text((x, line.y), line.width, label, quiet) + 1;
        let end = canvas.text((end, line.y), line.right() - end, value, text);
        x = end + 2;
    }
}

fn draw_pieces(canvas: &mut Canvas<'_>, line: Rect, pieces: &[(String, Tone)]) {
    let styles: Vec<Style> = pieces
        .iter()
        .map(|(_, tone)| {
            let style = tone.style(canvas);
            if *tone == Tone::Problem { style.add_modifier(Modifier::BOLD) } else { style }
        })
        .collect();
    let mut writer = canvas.line(line);
    let mut whole = true;
    for (index, ((text, _), style)) in pieces.iter().zip(styles).enumerate() {
        // The first piece is cut if necessary; a later one that does not fit is left out, with all
        // that follow.
        if index == 0 {
            writer.put(text, style);
        } else {
            whole = whole && writer.put_whole(text.trim_end(), style);
            if whole {
                writer.put(&text[text.trim_end().len()..], style);
            }
        }
    }
}

/// Returns the error and the slope of an arm in a word each, for a line of text.
pub(super) fn words(gradient_factors: &GradientFactors) -> String {
    format!("error {} slope {}", brief(gradient_factors.error), brief(gradient_factors.slope))
}
