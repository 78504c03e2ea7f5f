//! All weights of the neuron at once: the same sums as one matrix product, drawn as heatmaps.

use ratatui::layout::Rect;

use crate::ui::canvas::Canvas;
use crate::ui::equation::{Shown, formula, line};
use crate::ui::number::{count, grown};
use crate::ui::widgets::Heatmap;

/// Lines of text beside or under the maps.
const WORDS: u16 = 5;

/// The lines that the product takes.
pub(super) fn height(shown: &Shown<'_>) -> u16 {
    let k = shown.arm.w.len().min(24) as u16;
    let m = shown.arm.told.len().min(24) as u16;
    (k.max(m).div_ceil(2) + 3).max(WORDS + 1)
}

/// Draws it, as much as fits: Xᵀ · (σ(z) − y) / m = ∂C/∂w.
pub(super) fn draw(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect) {
    if area.height < 4 {
        draw_words(canvas, shown, area);
        return;
    }
    let (k, m) = (shown.arm.w.len(), shown.arm.told.len());
    let high = area.height.saturating_sub(3);
    // A number is a square of two cells where there is room, else one half of a cell.
    let (rows, across) = (usize::from(high) * 2, usize::from(area.width / 2));
    let shown_k = k.min(rows);
    let shown_m = m.min(across).min(rows);
    let wide = if shown_m * 2 + 44 <= usize::from(area.width) { 2 } else { 1 };
    let chosen = shown.arm.input.0.saturating_sub(shown.arm.first_input);
    let row = shown.arm.row.saturating_sub(shown.arm.first_row);
    let from_k = chosen.min(k - 1).saturating_sub(shown_k / 2).min(k - shown_k);
    let from_m = row.saturating_sub(shown_m / 2).min(m - shown_m);
    let inputs = from_k..from_k + shown_k;
    let examples = &shown.arm.told[from_m..from_m + shown_m];
    let x: Vec<f32> =
        inputs.clone().flat_map(|k| examples.iter().map(move |row| row.x[k] as f32)).collect();
    let deltas: Vec<f32> = examples.iter().map(|row| row.delta as f32).collect();
    let gradient: Vec<f32> = shown.arm.gradient[inputs.clone()].iter().map(|g| *g as f32).collect();
    let top = area.y + 1;
    let (quiet, text, pink) = (canvas.theme.quiet, canvas.theme.text, canvas.theme.chosen);
    let matrix = Rect {
        x: area.x + 3,
        y: top,
        width: shown_m as u16 * wide,
        height: (shown_k as u16).div_ceil(2),
    };
    map(canvas, &x, shown_m, matrix, wide);
    // The chosen row and column.
    if inputs.contains(&chosen) {
        let y = matrix.y + ((chosen - from_k) / 2) as u16;
        canvas.put((matrix.x - 2, y), ('▸', '>'), pink);
    }
    canvas.put((matrix.x + (row - from_m) as u16 * wide, matrix.y - 1), ('▾', 'v'), pink);
    let size =
        |rows: usize, columns: usize| format!("{}×{}", count(rows as u64), count(columns as u64));
    let (all_k, all_m) = (shown.arm.input.1, shown.equation.rows);
    let x_name = if shown.arm.layer.0 == 0 { "Xᵀ" } else { "Aᵀ" };
    let under = |canvas: &mut Canvas<'_>, x: u16, y: u16, words: &str| {
        canvas.text((x, y), area.right().saturating_sub(x), words, quiet);
    };
    let foot = (matrix.bottom()).max(top + (shown_m as u16).div_ceil(2));
    under(canvas, matrix.x, matrix.bottom(), &format!("{x_name} k×m = {}", size(all_k, all_m)));
    let mut at = matrix.right().max(matrix.x + 18) + 1;
    canvas.text((at, top), 1, "·", text);
    at += 3;
    let column = Rect { x: at, y: top, width: 2, height: (shown_m as u16).div_ceil(2) };
    map(canvas, &deltas, 1, column, 2);
    canvas.put((column.x - 1, column.y + ((row - from_m) / 2) as u16), ('▸', '>'), pink);
    let error = if shown.is_last() && !shown.has_own_delta() { "σ(z)−y" } else { "δ" };
    under(canvas, column.x, column.bottom().max(top + 1), &format!("{error} m×1"));
    at += 13;
    let m_letter = formula::average(shown).trim_start_matches("1/");
    at = canvas.text((at, top), 8, &format!("/ {m_letter}   ="), text) + 3;
    let result = Rect { x: at, y: top, width: 2, height: (shown_k as u16).div_ceil(2) };
    map(canvas, &gradient, 1, result, 2);
    if inputs.contains(&chosen) {
        canvas.put((result.x - 1, result.y + ((chosen - from_k) / 2) as u16), ('▸', '>'), pink);
    }
    under(canvas, result.x, result.bottom().max(top + 1), "∂C/∂w k×1");
    let beside = Rect { x: at + 14, width: area.right().saturating_sub(at + 14), ..area };
    let words = if beside.width >= 36 {
        beside
    } else {
        let y = foot + 1;
        Rect { y, height: area.bottom().saturating_sub(y), ..area }
    };
    draw_words(canvas, shown, words);
}

fn map(canvas: &mut Canvas<'_>, values: &[f32], columns: usize, area: Rect, wide: u16) {
    let most = values.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
    let scale = grown(f64::from(most).max(1e-12));
    Heatmap { values, columns, scale, wide, high: 1, from: (0, 0) }.draw(canvas, area, None);
}

fn draw_words(canvas: &mut Canvas<'_>, shown: &Shown<'_>, area: Rect) {
    let (text, quiet) = (canvas.theme.text, canvas.theme.quiet);
    let m = formula::average(shown).trim_start_matches("1/");
    let (matrix, delta) = if shown.arm.layer.0 == 0 { ("X", "δ") } else { ("A", "δ") };
    let error = if shown.is_last() && !shown.has_own_delta() { "(σ(z)−y)" } else { delta };
    let lines = [
        (format!("{matrix} has a row per example, a column per input."), text),
        (format!("z = {matrix}·w + b is {m}×1: a number per example."), text),
        (format!("∂C/∂w = {matrix}ᵀ·{error}/{m} is k×1: its entry j"), text),
        ("is the sum in the table.".to_owned(), text),
        (
            if shown.arm.layer.1 == 1 {
                "In a deeper net the last hidden layer’s a replaces x.".to_owned()
            } else if shown.arm.layer.0 == 0 {
                "In the layers after, a of the layer before replaces x.".to_owned()
            } else {
                "Here a of the layer before has taken the place of x.".to_owned()
            },
            quiet,
        ),
    ];
    for (nth, (words, style)) in lines.into_iter().enumerate() {
        let here = line(area, nth);
        if here.height > 0 {
            canvas.text((here.x, here.y), here.width, &words, style);
        }
    }
}
