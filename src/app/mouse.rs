//! The mouse: what a click and the wheel change.

use crate::app::keymap::Action;
use crate::app::pending::{notch_above, notch_below};
use crate::app::{App, Effect, Overlay, Target};
use crate::telemetry::{Command, TimeTarget};
use crate::views::{ListDirection, SelectedWeight, ViewTarget};

impl App {
    /// Handles a click of the left button; returns the effects to carry out.
    pub(super) fn click(&mut self, target: Target) -> Vec<Effect> {
        self.drags_point =
            self.overlay.is_none() && matches!(target, Target::View(ViewTarget::Point(_)));
        match target {
            Target::Key(key) => return self.press(&key),
            Target::Entry(index) => {
                let Some(Overlay::Picker(picker)) = &mut self.overlay else { return Vec::new() };
                picker.selected = index;
                return self.submit();
            }
            _ => {}
        }
        if self.overlay.is_some() {
            return Vec::new();
        }
        self.banner = None;
        match target {
            Target::Tab(tab) => self.show(tab),
            Target::Time { thousandth } => {
                let history = &self.shared.history;
                // To whole epochs, as the keys go.
                let epoch = (f64::from(thousandth) / 1000.0 * history.epochs as f64).round();
                let newest = history.clock().epochs_done(history.newest as f64);
                let target =
                    if epoch > newest { TimeTarget::Newest } else { TimeTarget::Epoch(epoch) };
                return vec![Effect::Send(Command::GoTo(target))];
            }
            Target::View(ViewTarget::Arm(arm) | ViewTarget::Eta(arm)) => self.shared.arm = arm,
            Target::View(ViewTarget::Point(point)) => {
                let view = self.views.get_mut(self.tab);
                let command = view.handle_click_on_point(&mut self.shared, point);
                return command.into_iter().map(Effect::Send).collect();
            }
            Target::Key(_) | Target::Entry(_) | Target::Overlay | Target::Body => {}
            Target::View(ViewTarget::Part(part)) => {
                self.views.get_mut(self.tab).handle_click_on_part(&mut self.shared, part);
            }
            Target::View(ViewTarget::Weight { neuron, input, layer }) => {
                self.shared.weight = SelectedWeight { layer, neuron, input };
                self.views.get_mut(self.tab).handle_click_on_weight(&mut self.shared);
            }
        }
        Vec::new()
    }

    /// Handles a drag with the left button; returns the effects to carry out. Along the bar of time it goes to each
    /// place, as a click does.
    pub(super) fn drag(&mut self, target: Option<Target>) -> Vec<Effect> {
        if !self.drags_point {
            let time = target.filter(|target| matches!(target, Target::Time { .. }));
            return time.map_or_else(Vec::new, |time| self.click(time));
        }
        if self.overlay.is_some() {
            return Vec::new();
        }
        let point = match target {
            Some(Target::View(ViewTarget::Point(point))) => Some(point),
            _ => None,
        };
        let command = self.views.get_mut(self.tab).handle_drag(&mut self.shared, point);
        command.into_iter().map(Effect::Send).collect()
    }

    /// Handles a turn of the wheel, away from the user if `up`; returns the effects to carry out.
    pub(super) fn wheel(&mut self, target: Target, up: bool) -> Vec<Effect> {
        if self.overlay.is_some() {
            self.move_lines(if up { -1 } else { 1 });
            return Vec::new();
        }
        match target {
            Target::View(ViewTarget::Eta(arm)) => {
                let step = if up { notch_above } else { notch_below };
                self.request_eta(arm, step).into_iter().map(Effect::Send).collect()
            }
            Target::View(ViewTarget::Weight { .. } | ViewTarget::Part(_)) => {
                let direction = if up { ListDirection::Previous } else { ListDirection::Next };
                self.views.get_mut(self.tab).scroll(direction, &mut self.shared);
                Vec::new()
            }
            // Over a chart, it zooms.
            Target::View(ViewTarget::Arm(_) | ViewTarget::Point(_)) | Target::Body => {
                if self.view().chart_use().zoom {
                    self.change_charts(if up { Action::ZoomIn } else { Action::ZoomOut });
                }
                Vec::new()
            }
            Target::Tab(_)
            | Target::Time { .. }
            | Target::Key(_)
            | Target::Entry(_)
            | Target::Overlay => Vec::new(),
        }
    }
}
