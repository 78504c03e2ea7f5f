//! The keys that change how charts are drawn.

use crate::app::keymap::Action;
use crate::app::{App, BannerKind};
use crate::canvas::sentence::listed;
use crate::canvas::{ChartOptions, ChartScale, Smoothing};
use crate::views::{ChartUse, Tab};

impl App {
    /// Changes how charts are drawn, and announces the change if no chart is visible.
    pub(super) fn change_charts(&mut self, action: Action) {
        let scale = self.shared.cost_scale();
        let chart = &mut self.shared.chart;
        match action {
            Action::NextScale => chart.scale = Some(scale.next()),
            Action::NextSmoothing => chart.smoothing = chart.smoothing.next(),
            Action::ZoomIn => chart.zoom = (chart.zoom + 1).min(ChartOptions::MAX_ZOOM),
            Action::ZoomOut => chart.zoom = chart.zoom.saturating_sub(1),
            _ => return,
        }
        if self.view().chart_use() == ChartUse::default() {
            self.announce_charts();
        }
    }

    /// Announces how the charts are drawn.
    fn announce_charts(&mut self) {
        let ChartOptions { smoothing, zoom, .. } = self.shared.chart;
        let scale = match self.shared.cost_scale() {
            ChartScale::Linear => "linear",
            ChartScale::Log => "logarithmic",
        };
        let smoothing = match smoothing {
            Smoothing::None => "",
            Smoothing::Some => ", smoothed",
            Smoothing::Strong => ", smoothed more",
        };
        let zoom = match zoom {
            0 => String::new(),
            zoom => {
                format!(", the newest 1/{} of the run", 1u32 << zoom.min(ChartOptions::MAX_ZOOM))
            }
        };
        let views = Tab::ALL.iter().map(|tab| self.views.get(*tab));
        let drawn = views.filter(|view| view.chart_use().smoothing).map(|view| view.texts().name);
        let drawn = listed(&drawn.collect::<Vec<_>>(), "and");
        let words = format!("the charts of the {drawn} view are {scale}{smoothing}{zoom}");
        self.announce(BannerKind::Done, words);
    }
}
