//! The backward path: from C at the output to one weight, one step per key press.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::Canvas;
use crate::canvas::number::{count, number};
use crate::telemetry::{BackwardStep, Factor};
use crate::views::equation::context::EquationContext;
use crate::views::equation::lines::line;

/// Returns the number of lines of the panel.
pub(super) fn height(context: &EquationContext<'_>) -> u16 {
    context.arm.backward.steps.len() as u16 + 1
}

/// Draws the steps so far, the newest emphasised; the remaining ones show only their names.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    context: &EquationContext<'_>,
    area: Rect,
    reached: usize,
) {
    let steps = &context.arm.backward.steps;
    let reached = reached.min(steps.len().saturating_sub(1));
    let room = usize::from(area.height);
    let first = if steps.len() <= room { 0 } else { (reached + 1).saturating_sub(room) };
    for (nth, step) in steps.iter().enumerate().skip(first).take(room) {
        let here = line(area, nth - first);
        let (quiet, faint, text, strong) =
            (canvas.theme.quiet, canvas.theme.faint, canvas.theme.text, canvas.theme.strong);
        let number_style = canvas.theme.arm(context.shared.arm).add_modifier(Modifier::BOLD);
        let (left, words) = name_and_meaning(context, step);
        let mut writer = canvas.line(here);
        if nth > reached {
            writer.put(&format!("   {left}"), faint);
            continue;
        }
        let is_newest = nth == reached;
        writer.put(if is_newest { " ▸ " } else { "   " }, strong);
        writer.put(&format!("{left:<12}"), if is_newest { strong } else { text });
        writer.put(
            &format!("= {:>10}", number(step.value, 9)),
            if is_newest { number_style } else { text },
        );
        writer.put("   ", quiet).put(&words, if is_newest { text } else { quiet });
        if is_newest && !step.terms.is_empty() {
            for (k, w, delta) in &step.terms {
                let term = format!("  {}·{} ({})", number(*w, 7), number(*delta, 7), k + 1);
                if !writer.put_whole(&term, quiet) {
                    break;
                }
            }
        }
    }
}

/// Returns the name of a step and its meaning.
fn name_and_meaning(context: &EquationContext<'_>, step: &BackwardStep) -> (String, String) {
    let layers = context.arm.layer.1;
    let place = if layers == 1 && context.arm.neuron.1 == 1 {
        String::new()
    } else {
        format!(" of neuron {}, layer {}", count(step.neuron as u64 + 1), step.layer + 1)
    };
    let (w, x) = (context.weight(), context.input());
    let leaves_out = context.leaves_slope_out();
    match step.what {
        Factor::Cost => {
            let row = count(context.arm.row as u64 + 1);
            let is_one = context.facts.sizes.last() == Some(&1);
            let all = if is_one { "" } else { ", over all outputs" };
            ("C".to_owned(), format!("the cost of row {row}{all}"))
        }
        Factor::CostByActivation => ("∂C/∂a".to_owned(), format!("how C changes with a{place}")),
        Factor::Slope if leaves_out => {
            ("∂a/∂z".to_owned(), format!("the slope{place}, which this rule leaves out"))
        }
        Factor::Delta if leaves_out => {
            ("rule".to_owned(), "∂C/∂a, in place of ∂C/∂z: not the gradient".to_owned())
        }
        Factor::Product if leaves_out => {
            (format!("rule for {w}"), format!("{x}·∂C/∂a: what this row adds to the sum"))
        }
        Factor::Slope => ("∂a/∂z".to_owned(), format!("the slope{place}")),
        Factor::Delta => ("δ = ∂C/∂z".to_owned(), format!("how C changes with z{place}")),
        Factor::Back => {
            let paths = match step.of {
                1 => format!("∂C/∂a{place}: one way back"),
                of => format!("∂C/∂a{place}: {} ways back", count(of as u64)),
            };
            ("Σₖ wₖⱼ δₖ".to_owned(), paths)
        }
        Factor::Input => (format!("∂z/∂{w}"), format!("= {x}: what the weight is multiplied with")),
        Factor::Product => (format!("∂C/∂{w}"), format!("{x}·δ: what this row adds to the sum")),
    }
}
