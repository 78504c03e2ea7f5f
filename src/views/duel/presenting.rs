//! The view for a room: its main numbers in large digits, and one panel under them.

use std::borrow::Cow;

use ratatui::layout::Rect;

use crate::canvas::glyphs::mark;
use crate::canvas::number::{count, number, percent, short_name};
use crate::canvas::widgets::Tone;
use crate::canvas::{Canvas, below, inset, top};
use crate::telemetry::{ArmProgress, Metric, RunFacts};
use crate::views::duel::arm::ArmContext;
use crate::views::duel::filling::DuelPanel;
use crate::views::duel::numbers::as_of;
use crate::views::duel::state::DuelView;
use crate::views::duel::text;
use crate::views::figures::{Figure, FigureRows, FigureText, FigureWeight};
use crate::views::shared_state::SharedState;
use crate::views::view_state::ViewState;

/// The longest part of a name beside other words.
const SHORT: usize = 8;

/// Returns the panel that fills the view: when presenting, the chart of the metric unless another does.
pub(super) fn filling_panel(state: ViewState<'_, DuelView>) -> Option<DuelPanel> {
    state.view.filling.panel_or(state.shared.appearance, DuelPanel::Metric)
}

/// Draws the figures of a run when presenting, else nothing; returns the area that is left.
pub(super) fn draw_figures(
    canvas: &mut Canvas<'_>,
    shared: &SharedState,
    facts: &RunFacts,
    body: Rect,
) -> Rect {
    if !shared.appearance.is_presenting {
        return body;
    }
    let figures = figures(canvas, shared, facts);
    let area = inset(body, 1);
    // The panel has more than half of the view.
    let most = body.height * 2 / 5;
    if let Some(rows) = FigureRows::in_one_row(canvas, &figures, (area.width, most)) {
        rows.draw(canvas, area);
        return below(body, rows.height());
    }
    let lines = (shared.arms() as u16).min(body.height);
    text::draw(canvas, shared, facts, top(body, lines));
    below(body, lines)
}

/// Returns the figures: the epoch, the metric of each arm, and the slope that holds one up.
///
/// Labels of the same index are as detailed as one another.
fn figures(canvas: &Canvas<'_>, shared: &SharedState, facts: &RunFacts) -> Vec<Figure> {
    let mark_of = |arm: usize| canvas.letter(mark(arm));
    let (epoch, epochs) = (count(shared.history.epoch()), count(shared.history.epochs));
    let of = if shared.history.is_past() {
        let newest = shared.history.clock().epoch(shared.history.newest);
        format!("past epoch of {}", count(newest))
    } else {
        format!("epoch of {epochs}")
    };
    let brief = if shared.history.is_past() { "past epoch" } else { "epoch" };
    let mut out = vec![Figure {
        sign: "",
        labels: vec![of.clone(), of.clone(), of, brief.to_owned()],
        // As wide as the last one, so that its changes move nothing.
        numbers: vec![number_text(epoch, epochs)],
        tone: Tone::Strong,
        weight: FigureWeight::Spare,
    }];
    for context in ArmContext::all(shared, facts) {
        let words = metric_words(shared, facts, context.progress);
        let (value, widest) = metric(facts, context.progress);
        out.push(Figure {
            sign: "",
            labels: words.labels(mark_of(context.index), &context.facts.name),
            numbers: vec![number_text(value, widest)],
            tone: Tone::Arm(context.index),
            weight: FigureWeight::Needed,
        });
    }
    let mut slopes = ArmContext::all(shared, facts);
    out.extend(slopes.find_map(|context| slope(context, mark_of(context.index))));
    out
}

/// The words for a quantity, from the most detailed to the shortest.
struct QuantityWords {
    long: Cow<'static, str>,
    usual: &'static str,
    brief: &'static str,
}

impl QuantityWords {
    /// Returns the labels of an arm's quantity, the longest first.
    fn labels(&self, mark: char, name: &str) -> Vec<String> {
        let Self { long, usual, brief } = self;
        let short = short_name(name, SHORT);
        vec![
            format!("{mark} {name}: {long}"),
            format!("{mark} {name}: {usual}"),
            format!("{mark} {short}: {usual}"),
            format!("{mark} {short}: {brief}"),
            format!("{mark} {brief}"),
            mark.to_string(),
        ]
    }
}

/// Returns the words for the metric of an arm.
fn metric_words(shared: &SharedState, facts: &RunFacts, now: &ArmProgress) -> QuantityWords {
    let words =
        |long: &'static str, usual, brief| QuantityWords { long: long.into(), usual, brief };
    // An accuracy is of the newest evaluation, which may be older than the epoch beside it.
    let measured = |long: &str, usual, brief| {
        let epoch = as_of(shared).map(|epoch| format!(", {epoch}")).unwrap_or_default();
        QuantityWords { long: format!("{long}{epoch}").into(), usual, brief }
    };
    let has_test = now.evaluation.as_ref().is_some_and(|of| of.test_accuracy.is_some());
    match facts.metric {
        _ if now.diverged.is_some() => words("stopped", "stopped", "stopped"),
        Metric::Output => words("output a", "output a", "a"),
        Metric::Error => words("error |a − y|", "error |a − y|", "error"),
        Metric::Accuracy if has_test => measured("% right on the test set", "% right", "%"),
        Metric::Accuracy => measured("% right", "% right", "%"),
    }
}

/// Returns the metric of an arm as text, and a text as wide as that becomes.
fn metric(facts: &RunFacts, now: &ArmProgress) -> (String, &'static str) {
    let nothing = || "–".to_owned();
    let gradient = now.gradient_factors.as_ref().filter(|_| now.diverged.is_none());
    match facts.metric {
        Metric::Output => {
            let a = gradient.and_then(|factors| factors.neuron.as_ref()).map(|neuron| neuron.a);
            (a.map_or_else(nothing, hundredths), "0.00")
        }
        Metric::Error => {
            let error = gradient.map(|factors| number(factors.error * facts.unit(), 5));
            (error.unwrap_or_else(nothing), "0.000")
        }
        Metric::Accuracy => {
            let evaluation = now.evaluation.as_ref().filter(|_| now.diverged.is_none());
            let test = evaluation.and_then(|evaluation| evaluation.test_accuracy);
            let examples = if test.is_some() { facts.test_examples } else { facts.examples };
            let share = test.or(evaluation.and_then(|evaluation| evaluation.accuracy));
            let percent = |share| percent(share, examples).trim_end_matches(" %").to_owned();
            (share.map_or_else(nothing, percent), "00.0")
        }
    }
}

/// Returns the figure of the slope that multiplies the error of an arm, if one does.
fn slope(context: ArmContext<'_>, mark: char) -> Option<Figure> {
    let ArmContext { facts, progress, index, .. } = context;
    let factors = progress.gradient_factors.as_ref().filter(|_| progress.diverged.is_none())?;
    if !facts.cost.slope_in_delta(facts.output).is_present() {
        return None;
    }
    let (what, brief) = if factors.neuron.is_some() {
        ("slope σ′(z)", "σ′")
    } else {
        ("passed δ/error", "passed")
    };
    let words = QuantityWords { long: what.into(), usual: what, brief };
    Some(Figure {
        sign: "",
        labels: words.labels(mark, &facts.name),
        numbers: vec![
            number_text(number(factors.slope, 5), "0.000"),
            number_text(hundredths(factors.slope), "0.00"),
        ],
        tone: Tone::Arm(index),
        weight: FigureWeight::Secondary,
    })
}

fn number_text(text: String, widest: impl Into<Cow<'static, str>>) -> FigureText {
    FigureText { text, widest: widest.into() }
}

/// Formats an output or a slope with two decimals, or as many as it takes to distinguish it from 0 and 1.
fn hundredths(a: f64) -> String {
    if a == 0.0 || a == 1.0 || (0.005..0.995).contains(&a) {
        return format!("{a:.2}");
    }
    number(a, 5)
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn an_output_is_written_as_0_or_1_only_if_it_is() {
        for (a, text) in
            [(0.0, "0.00"), (1.0, "1.00"), (0.618, "0.62"), (0.994, "0.99"), (0.005, "0.01")]
        {
            assert_eq!(hundredths(a), text);
        }
        assert_eq!([hundredths(0.0004), hundredths(0.9961)], ["4e−4", "0.996"]);
    }
}
