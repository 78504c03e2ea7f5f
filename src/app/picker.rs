//! The list of scenarios: typing filters it, `enter` opens the selected one.

use crate::app::Picker;
use crate::app::input_line::{LONGEST, start_of_word};
use crate::app::keymap::Edit;
use crate::telemetry::ScenarioEntry;

impl Picker {
    /// Returns the scenarios that match the filter, best first; `selected` is an index into these.
    ///
    /// Each word of the filter must occur in the name, the title or the summary.
    pub fn matches<'a>(&self, catalogue: &'a [ScenarioEntry]) -> Vec<&'a ScenarioEntry> {
        let filter = self.filter.to_lowercase();
        let mut found: Vec<&ScenarioEntry> = catalogue
            .iter()
            .filter(|entry| {
                let text = format!("{} {} {}", entry.name, entry.title, entry.summary);
                let text = text.to_lowercase();
                filter.split_whitespace().all(|word| text.contains(word))
            })
            .collect();
        found.sort_by_key(|entry| !entry.name.to_lowercase().starts_with(filter.trim()));
        found
    }

    /// Adds a character to the filter, if there is room for it.
    pub(super) fn type_char(&mut self, typed: char) {
        if self.filter.len() >= LONGEST {
            return;
        }
        self.filter.push(typed);
        self.selected = 0;
    }

    /// Deletes from the filter, which has no cursor.
    pub(super) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Backspace => {
                self.filter.pop();
            }
            Edit::DropWord => {
                let keep = start_of_word(&self.filter, self.filter.chars().count());
                self.filter = self.filter.chars().take(keep).collect();
            }
            Edit::DropLine => self.filter.clear(),
            Edit::Left | Edit::Right | Edit::Home | Edit::End | Edit::Delete => return,
        }
        self.selected = 0;
    }
}
