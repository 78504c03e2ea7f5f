//! One line of text per arm, if there is no room for panels.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::canvas::glyphs::mark;
use crate::canvas::number::{number, short, short_name};
use crate::canvas::{Canvas, inset, row};
use crate::telemetry::{ArmProgress, Metric, RunFacts};
use crate::views::duel::arm::words;
use crate::views::shared_state::SharedState;

/// Draws the lines.
pub(super) fn draw(canvas: &mut Canvas<'_>, shared: &SharedState, facts: &RunFacts, area: Rect) {
    let area = inset(area, u16::from(area.width >= 40));
    for (arm, (of, now)) in facts.arms.iter().zip(&shared.history.arms).enumerate() {
        if arm as u16 >= area.height {
            break;
        }
        let style = canvas.theme.arm(arm);
        let (text, quiet, problem) = (canvas.theme.text, canvas.theme.quiet, canvas.theme.problem);
        let weight = if shared.arm == arm { Modifier::BOLD } else { Modifier::empty() };
        let glyph = canvas.letter(mark(arm));
        let most = usize::from(area.width / 2).max(9);
        let names = facts.arms.iter().map(|a| short_name(&a.name, most).chars().count());
        let (name, pad) = (short_name(&of.name, most), names.max().unwrap_or(0));
        let mut line = canvas.line(row(area, arm as u16));
        line.put(&format!("{glyph} {name:<pad$} "), style.add_modifier(weight));
        if now.diverged.is_some() {
            line.put("stopped", problem);
            continue;
        }
        line.put(&value(facts, now), text);
        line.put_whole(&format!("  η {}", short(now.eta)), quiet);
        if let Some(gradient_factors) = &now.gradient_factors {
            line.put_whole(&format!("  {}", words(gradient_factors)), quiet);
        }
    }
}

/// Returns the newest reading of each channel of each network, one fact per line.
pub(super) fn readings(shared: &SharedState, facts: &RunFacts) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, now) in facts.names().zip(&shared.history.arms) {
        lines.push(name.to_owned());
        for (channel, of) in facts.all_channels() {
            if let Some(value) = now.series(channel).newest() {
                lines.push(format!("  {}  {} {}", of.name, number(value, 7), of.unit));
            }
        }
    }
    lines
}

fn value(facts: &RunFacts, now: &ArmProgress) -> String {
    let gradient_factors = now.gradient_factors.as_ref();
    let (label, value) = match facts.metric {
        Metric::Output => ("a", gradient_factors.and_then(|m| m.neuron.as_ref()).map(|n| n.a)),
        Metric::Error => ("err", gradient_factors.map(|m| m.error * facts.unit())),
        Metric::Accuracy => {
            let evaluation = now.evaluation.as_ref();
            let share = evaluation.and_then(|e| e.test_accuracy.or(e.accuracy));
            return share.map_or_else(|| "–".to_owned(), |s| format!("{:.1}%", s * 100.0));
        }
    };
    value.map_or_else(|| "–".to_owned(), |value| format!("{label} {}", number(value, 5)))
}
