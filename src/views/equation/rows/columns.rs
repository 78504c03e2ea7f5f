//! The columns of the table: their content, their widths, and the symbols that they show.

use crate::canvas::squeezed;
use crate::telemetry::EquationRow;
use crate::views::equation::Symbol;
use crate::views::equation::context::EquationContext;
use crate::views::equation::formula::slope_name;
use crate::views::input_name::subscript;

/// Cells of a row's number.
pub(super) const NUMBER: u16 = 4;

/// Cells of an input.
const WIDTH_OF_X: u16 = 8;

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum EquationColumn {
    /// Input k, counted among those received.
    X(usize),
    Z,
    A,
    Y,
    Error,
    Slope,
    Delta,
    Product,
}

/// Returns whether the target of a row is shown without decimals.
fn has_whole_target(row: &EquationRow) -> bool {
    row.y.is_none_or(|y| y.fract() == 0.0 && y.abs() < 1000.0)
}

impl EquationColumn {
    /// Returns the text at its head.
    pub(super) fn head(self, context: &EquationContext<'_>) -> String {
        let x = context.input_letter();
        match self {
            Self::X(k) => {
                let input = context.arm.first_input + k;
                let name = format!("{x}{}", subscript(input + 1));
                let is_chosen = input == context.arm.input.0;
                let named = format!("{name}={x}ⱼ");
                match context.name_of_input(input).filter(|_| !is_chosen) {
                    Some(heading) => squeezed(heading, usize::from(WIDTH_OF_X) - 1).into_owned(),
                    None if is_chosen && named.chars().count() < 8 => named,
                    None => name,
                }
            }
            Self::Z => "z".to_owned(),
            Self::A if context.is_last() && context.has_sigmoid() => "σ(z)".to_owned(),
            Self::A => "a".to_owned(),
            Self::Y => "y".to_owned(),
            Self::Error if context.is_last() => "a−y".to_owned(),
            Self::Error => "Σwₖⱼδₖ".to_owned(),
            Self::Slope => slope_name(context).to_owned(),
            Self::Delta if context.leaves_slope_out() => "∂C/∂a".to_owned(),
            Self::Delta => "δ".to_owned(),
            Self::Product => {
                let x = if context.is_bias() { "1·".to_owned() } else { format!("{x}ⱼ") };
                let is_error = context.is_last() && !context.has_own_delta();
                if context.leaves_slope_out() {
                    return format!("{x}∂C/∂a");
                }
                if is_error { format!("{x}(a−y)") } else { format!("{x}δ") }
            }
        }
    }

    /// Returns the width that it needs, in cells.
    pub(super) fn width(self, context: &EquationContext<'_>) -> u16 {
        match self {
            // The sum of the bias is under this column, with six decimals.
            Self::Error if !context.has_own_delta() => 10,
            Self::X(_) => WIDTH_OF_X,
            Self::Z | Self::Error => 8,
            Self::Y if context.arm.visible_rows.iter().all(has_whole_target) => 4,
            Self::A | Self::Y | Self::Slope => 7,
            Self::Delta | Self::Product => 10,
        }
    }

    /// Returns the number of the column in a row.
    pub(super) fn of(self, row: &EquationRow) -> Option<f64> {
        match self {
            Self::X(k) => row.x.get(k).copied(),
            Self::Z => Some(row.z),
            Self::A => Some(row.a),
            Self::Y => row.y,
            Self::Error => Some(row.error),
            Self::Slope => row.slope,
            Self::Delta => Some(row.delta),
            Self::Product => Some(row.product),
        }
    }

    /// Returns the symbol that the column shows.
    pub(super) fn symbol(self, context: &EquationContext<'_>) -> Option<Symbol> {
        match self {
            Self::X(k) if context.arm.first_input + k == context.arm.input.0 => Some(Symbol::Input),
            Self::X(_) | Self::Delta => None,
            Self::Z => Some(Symbol::WeightedInput),
            Self::A => Some(Symbol::Output),
            Self::Y => Some(Symbol::Target),
            Self::Error if context.is_last() => None,
            Self::Error => Some(Symbol::Back),
            Self::Slope => Some(Symbol::Slope),
            Self::Product => Some(Symbol::Sum),
        }
    }
}

/// Returns the columns that fit, the chosen input among them.
pub(super) fn columns(context: &EquationContext<'_>, width: u16) -> Vec<EquationColumn> {
    let (has_slope, has_target) = {
        let row = context.arm.visible_rows.first();
        (row.is_some_and(|row| row.slope.is_some()), row.is_some_and(|row| row.y.is_some()))
    };
    let mut right = vec![EquationColumn::Z, EquationColumn::A];
    if has_target {
        right.push(EquationColumn::Y);
    }
    right.push(EquationColumn::Error);
    if has_slope {
        right.push(EquationColumn::Slope);
    }
    if context.has_own_delta() {
        right.push(EquationColumn::Delta);
    }
    right.push(EquationColumn::Product);
    let taken = |columns: &[EquationColumn]| {
        columns.iter().map(|column| column.width(context)).sum::<u16>()
    };
    // If room is scarce, these are left out in this order, before the last input.
    for spare in
        [EquationColumn::Delta, EquationColumn::Z, EquationColumn::Error, EquationColumn::Slope]
    {
        if NUMBER + taken(&right) + EquationColumn::X(0).width(context) > width {
            right.retain(|column| *column != spare);
        }
    }
    let room = width.saturating_sub(NUMBER + taken(&right)) / EquationColumn::X(0).width(context);
    let received = context.arm.w.len();
    let count = usize::from(room).min(received).max(1).min(received);
    // Inputs are paged, so that going from one input to the next moves only the highlight.
    let (j, k) = context.arm.input;
    let first = page(j.min(k - 1), count, k).saturating_sub(context.arm.first_input);
    let first = first.min(received - count);
    (first..first + count).map(EquationColumn::X).chain(right).collect()
}

/// Returns the first of the `many` visible indices that include `at`. The indices are split into
/// pages, of which the last is full.
pub(super) fn page(at: usize, many: usize, of: usize) -> usize {
    (at / many.max(1) * many).min(of.saturating_sub(many))
}
