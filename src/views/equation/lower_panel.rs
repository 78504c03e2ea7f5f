//! The panels under the rows: the matrix product, the derivation and the backward path.

use crate::canvas::widgets::{FramedArea, Panel, Tone, panel};
use crate::canvas::{Canvas, inset};
use crate::views::equation::context::EquationContext;
use crate::views::equation::state::EquationPanel;
use crate::views::equation::{backward, derivation, product};

/// Draws one of the panels with its frame.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    framed: FramedArea,
    which: EquationPanel,
) {
    let FramedArea { area, frame } = framed;
    let (title, note) = match which {
        EquationPanel::Product => {
            (["all weights of the neuron", ": one matrix product"], "each map on its own scale")
        }
        EquationPanel::Derivation => {
            let is_chosen = context.view.panel == EquationPanel::Derivation;
            (
                ["the derivation", ", with the numbers of this row"],
                match (is_chosen, context.view.filling.is_filled()) {
                    (true, false) => "f: where it comes from, d closes",
                    (true, true) => "d closes",
                    (false, _) => "d",
                },
            )
        }
        // It fills the view without having been opened by its key.
        EquationPanel::Backward(_) if !matches!(context.view.panel, EquationPanel::Backward(_)) => {
            (["backward", ", from C to this weight"], "b: step by step")
        }
        EquationPanel::Backward(step) if step + 1 >= context.arm.backward.steps.len() => {
            (["backward", ", from C to this weight"], "b closes")
        }
        EquationPanel::Backward(_) => (["backward", ", from C to this weight"], "b: next step"),
    };
    // The second piece of a title is left out first.
    let what = Panel {
        frame,
        title: &title.map(|piece| (piece, Tone::Strong)),
        note: &[(note, Tone::Quiet)],
        chosen: None,
    };
    let inner = inset(panel(canvas, area, &what), 1);
    match which {
        EquationPanel::Product => product::draw(canvas, context, inner),
        EquationPanel::Derivation => derivation::draw(canvas, context, inner),
        EquationPanel::Backward(step) => backward::draw(canvas, context, inner, step),
    }
}
