//! The layout of the Duel view at every size.

use ratatui::layout::Rect;

use crate::canvas::widgets::FrameStyle;
use crate::canvas::{below, top};
use crate::telemetry::RunFacts;
use crate::views::arm_panels::{PANEL, panels, split};
use crate::views::duel::kind::{DuelKind, kind};

/// The areas of the view.
#[derive(Debug, PartialEq)]
pub(super) struct DuelLayout {
    /// The frame style of the panels.
    pub frame: FrameStyle,
    /// The charts: cost, then metric; or the metric alone.
    pub charts: Vec<Rect>,
    /// One panel per arm.
    pub panels: Vec<Rect>,
    /// The panels that explain the difference.
    pub explain: Vec<Rect>,
    /// Lines of text, if panels do not fit.
    pub lines: Rect,
}

fn nothing(body: Rect) -> Rect {
    Rect { height: 0, ..body }
}

/// Returns the layout of `body`.
pub(super) fn layout(facts: &RunFacts, arms: usize, body: Rect) -> DuelLayout {
    if body.height >= 30 && body.width >= 60 {
        three_bands(facts, arms, body)
    } else if body.height >= 14 && body.width >= 60 {
        two_bands(arms, body)
    } else {
        one_pane(arms, body)
    }
}

fn three_bands(facts: &RunFacts, arms: usize, body: Rect) -> DuelLayout {
    let frame = if body.width >= 96 { FrameStyle::Boxed } else { FrameStyle::Ruled };
    let is_stacked = usize::from(body.width / PANEL) < arms;
    let middle = match (frame, is_stacked) {
        (FrameStyle::Boxed, false) => 11 + u16::from(body.height >= 50),
        (FrameStyle::Ruled, false) => 10,
        (_, true) => 14,
    };
    let rest = body.height - middle;
    // The explaining panels need no more than 16 rows; the charts take the rest.
    let first = (rest * 14 / 25).max(rest.saturating_sub(16));
    let bottom = below(body, first + middle);
    let has_three = body.width >= 150 && kind(facts) != DuelKind::Other;
    let count = if has_three { 3 } else { 2 };
    DuelLayout {
        frame,
        charts: charts(top(body, first)),
        panels: panels(top(below(body, first), middle), arms),
        explain: split(bottom, count),
        lines: nothing(body),
    }
}

/// Returns the areas of cost and metric. Where there is room, the metric is the larger: it shows the result.
fn charts(area: Rect) -> Vec<Rect> {
    let cost = match area.width {
        // Under it stand three panels.
        150.. => area.width / 3,
        110..150 => area.width * 2 / 5,
        _ => return split(area, 2),
    };
    let metric = Rect { x: area.x + cost, width: area.width - cost, ..area };
    vec![Rect { width: cost, ..area }, metric]
}

fn two_bands(arms: usize, body: Rect) -> DuelLayout {
    let is_stacked = usize::from(body.width / PANEL) < arms;
    let lower = match body.height {
        height @ 17.. => 9 + u16::from(is_stacked) + (height - 17) / 4,
        // Shallow windows still show the bars and the product.
        height => height / 2,
    };
    let upper = body.height - lower;
    DuelLayout {
        frame: FrameStyle::Ruled,
        charts: charts(top(body, upper)),
        panels: panels(below(body, upper), arms),
        explain: Vec::new(),
        lines: nothing(body),
    }
}

fn one_pane(arms: usize, body: Rect) -> DuelLayout {
    let lines = (arms as u16).min(body.height);
    let has_chart = body.width >= 30 && body.height >= lines + 4;
    let chart = if has_chart { body.height - lines } else { 0 };
    let mut charts = Vec::new();
    if has_chart {
        charts = split(top(body, chart), if body.width >= 76 { 2 } else { 1 });
    }
    DuelLayout {
        frame: FrameStyle::Ruled,
        charts,
        panels: Vec::new(),
        explain: Vec::new(),
        lines: below(body, chart),
    }
}
