//! Overlays: opening, navigating and submitting them.

use crate::app::commands::{ParsedCommand, completions, read};
use crate::app::hints::help_lines;
use crate::app::{App, Effect, Overlay, Picker, Prompt, PromptKind};
use crate::telemetry::{Command, EtaMode};
use crate::views::{EditedWeight, ListDirection};

impl App {
    pub(super) fn open_picker(&mut self) {
        let here = self.shared.history.facts.as_ref().map(|facts| facts.name.as_str());
        let selected =
            self.catalogue.scenarios.iter().position(|entry| Some(entry.name.as_str()) == here);
        let selected = selected.unwrap_or(0);
        self.overlay = Some(Overlay::Picker(Picker { filter: String::new(), selected }));
    }

    pub(super) fn open_command_prompt(&mut self) {
        self.recall.at = None;
        self.overlay = Some(Overlay::Prompt(Prompt::new(PromptKind::Command)));
        self.line_changed();
    }

    /// Opens a prompt for the setting under the cursor: a weight, or else η.
    pub(super) fn open_value_prompt(&mut self) {
        let Some(name) = self.shared.arm_name(self.shared.arm) else { return };
        if self.edited_weight().is_some() {
            let (label, key) = self.shared.weight_label_and_key(name);
            self.open_value(PromptKind::Value { label, key });
            return;
        }
        let whose = if self.shared.eta_mode() == EtaMode::Equal { "all arms" } else { name };
        let kind = PromptKind::Value { label: format!("η of {whose}"), key: self.eta_key() };
        self.open_value(kind);
    }

    /// Returns the current value of the setting that `e` edits.
    fn edited_value(&self) -> Option<f64> {
        match self.edited_weight() {
            Some(EditedWeight { value }) => value,
            None => self.shared.eta(self.shared.arm),
        }
    }

    fn open_value(&mut self, kind: PromptKind) {
        self.overlay = Some(Overlay::Prompt(Prompt::new(kind)));
        self.line_changed();
    }

    /// Closes the open overlay. An unfinished command stays in the history.
    pub(super) fn close(&mut self) {
        if let Some(Overlay::Prompt(Prompt { kind: PromptKind::Command, text, .. })) =
            self.overlay.take()
            && !text.trim().is_empty()
        {
            self.recall.remember(text.trim());
        }
    }

    /// Computes the completions of the line being typed.
    pub(super) fn line_changed(&mut self) {
        let Some(Overlay::Prompt(prompt)) = &self.overlay else { return };
        let found = match prompt.kind {
            PromptKind::Command => completions(self, &prompt.text),
            PromptKind::Value { .. } => self
                .edited_value()
                .map(|value| (value.to_string(), "as it is now".to_owned()))
                .into_iter()
                .filter(|(value, _)| value.starts_with(&prompt.text))
                .collect(),
        };
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.completions = found;
            prompt.chosen = None;
            prompt.error = None;
        }
    }

    pub(super) fn complete(&mut self, direction: ListDirection) {
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.complete(direction);
        }
    }

    /// Returns whether `tab` can complete the line.
    pub(super) fn is_completable(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Prompt(prompt)) if !prompt.completions.is_empty())
    }

    pub(super) fn recall(&mut self, direction: ListDirection) {
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay
            && let Some(text) = self.recall.step(direction, &prompt.text)
        {
            prompt.fill(text);
            self.line_changed();
        }
    }

    /// Scrolls the help or moves the selection of the list by some lines.
    pub(super) fn move_lines(&mut self, by: isize) {
        let last = match &self.overlay {
            Some(Overlay::Help { .. }) => help_lines(self).saturating_sub(1),
            Some(Overlay::Picker(p)) => {
                p.matches(&self.catalogue.scenarios).len().saturating_sub(1)
            }
            Some(Overlay::Branches { .. }) => self.shared.history.ghosts.len().saturating_sub(1),
            Some(Overlay::Prompt(_)) | None => return,
        };
        if let Some(
            Overlay::Help { scroll: at }
            | Overlay::Branches { selected: at }
            | Overlay::Picker(Picker { selected: at, .. }),
        ) = &mut self.overlay
        {
            *at = at.saturating_add_signed(by).min(last);
        }
    }

    /// Returns whether `enter` treats the typed text as a path.
    pub(super) fn picks_a_path(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Picker(picker))
            if !picker.filter.trim().is_empty() && picker.matches(&self.catalogue.scenarios).is_empty())
    }

    /// Submits the typed text or the selected entry.
    pub(super) fn submit(&mut self) -> Vec<Effect> {
        match self.overlay.take() {
            Some(Overlay::Branches { selected }) => self.open_branch(selected),
            Some(Overlay::Picker(picker)) => self.open_picked(picker),
            Some(Overlay::Prompt(prompt)) => self.submit_line(prompt),
            other => {
                self.overlay = other;
                Vec::new()
            }
        }
    }

    fn open_picked(&mut self, picker: Picker) -> Vec<Effect> {
        let found = picker.matches(&self.catalogue.scenarios);
        let name = match found.get(picker.selected).or(found.last()) {
            Some(entry) => entry.name.clone(),
            None if !picker.filter.trim().is_empty() => picker.filter.trim().to_owned(),
            None => {
                self.overlay = Some(Overlay::Picker(picker));
                return Vec::new();
            }
        };
        vec![Effect::Send(Command::Open(name))]
    }

    /// Closes the prompt and runs its command; the prompt stays open if that fails.
    fn submit_line(&mut self, mut prompt: Prompt) -> Vec<Effect> {
        let text = prompt.text.trim().to_owned();
        if text.is_empty() {
            return Vec::new();
        }
        let request = match &prompt.kind {
            PromptKind::Value { key, .. } => {
                let command = Command::SetKey { key: key.clone(), value: text };
                Ok(ParsedCommand::Do(Effect::Send(command)))
            }
            PromptKind::Command => {
                self.recall.remember(&text);
                read(self, &text)
            }
        };
        match request {
            Ok(ParsedCommand::Perform(action)) => self.act_on(action),
            Ok(ParsedCommand::Theme(theme)) => {
                self.shared.appearance.theme = theme;
                Vec::new()
            }
            Ok(ParsedCommand::Glyphs(glyphs)) => {
                self.draw_with(glyphs);
                Vec::new()
            }
            Ok(ParsedCommand::Do(effect)) => {
                self.sent = Some(prompt);
                vec![effect]
            }
            Err(reason) => {
                prompt.error = Some(reason);
                self.overlay = Some(Overlay::Prompt(prompt));
                Vec::new()
            }
        }
    }
}
