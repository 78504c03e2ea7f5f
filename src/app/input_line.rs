//! A line being typed: its text, its cursor, its completions.

use crate::app::keymap::Edit;
use crate::app::{CommandHistory, Prompt, PromptKind};
use crate::views::ListDirection;

/// The most bytes of a typed line: more than the longest path on Linux.
pub(super) const LONGEST: usize = 4096;

impl Prompt {
    /// Returns an empty line.
    pub(super) fn new(kind: PromptKind) -> Self {
        Self {
            kind,
            text: String::new(),
            cursor: 0,
            completions: Vec::new(),
            chosen: None,
            error: None,
        }
    }

    /// Replaces the typed text.
    pub(super) fn fill(&mut self, text: String) {
        self.cursor = text.chars().count();
        self.text = text;
    }

    /// Inserts a character at the cursor, if there is room for it.
    pub(super) fn type_char(&mut self, typed: char) {
        if self.text.len() >= LONGEST {
            return;
        }
        let at = byte(&self.text, self.cursor);
        self.text.insert(at, typed);
        self.cursor += 1;
    }

    /// Applies an edit and returns whether the text has changed.
    pub(super) fn edit(&mut self, edit: Edit) -> bool {
        let length = self.text.chars().count();
        let before = self.text.len();
        let (from, to) = match edit {
            Edit::Left => return self.move_to(self.cursor.saturating_sub(1)),
            Edit::Right => return self.move_to((self.cursor + 1).min(length)),
            Edit::Home => return self.move_to(0),
            Edit::End => return self.move_to(length),
            Edit::Backspace => (self.cursor.saturating_sub(1), self.cursor),
            Edit::Delete => (self.cursor, (self.cursor + 1).min(length)),
            Edit::DropWord => (start_of_word(&self.text, self.cursor), self.cursor),
            Edit::DropLine => (0, self.cursor),
        };
        self.text.replace_range(byte(&self.text, from)..byte(&self.text, to), "");
        self.cursor = from;
        self.text.len() != before
    }

    fn move_to(&mut self, cursor: usize) -> bool {
        self.cursor = cursor;
        false
    }

    /// Replaces the typed text with the next or previous completion.
    pub(super) fn complete(&mut self, direction: ListDirection) {
        let Some(last) = self.completions.len().checked_sub(1) else { return };
        let chosen = match (direction, self.chosen) {
            (ListDirection::Next, None) => 0,
            (ListDirection::Next, Some(chosen)) if chosen >= last => 0,
            (ListDirection::Next, Some(chosen)) => chosen + 1,
            (ListDirection::Previous, None | Some(0)) => last,
            (ListDirection::Previous, Some(chosen)) => chosen - 1,
        };
        if let Some((text, _)) = self.completions.get(chosen) {
            self.fill(text.clone());
            self.chosen = Some(chosen);
            self.error = None;
        }
    }
}

impl CommandHistory {
    /// Adds a command to the history.
    pub(super) fn remember(&mut self, text: &str) {
        self.past.retain(|past| past != text);
        self.past.push(text.to_owned());
        let over = self.past.len().saturating_sub(Self::MOST);
        self.past.drain(..over);
        self.at = None;
    }

    /// Returns the text to show in the prompt in place of `now`, if any.
    pub(super) fn step(&mut self, direction: ListDirection, now: &str) -> Option<String> {
        if self.at.is_none() {
            now.clone_into(&mut self.draft);
        }
        let at = match (direction, self.at) {
            (ListDirection::Previous, None) => self.past.len().checked_sub(1)?,
            (ListDirection::Previous, Some(at)) => at.checked_sub(1)?,
            (ListDirection::Next, at) => at? + 1,
        };
        self.at = (at < self.past.len()).then_some(at);
        Some(self.past.get(at).unwrap_or(&self.draft).clone())
    }
}

/// Returns the byte at which a character begins, or the length of the text.
fn byte(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

/// Returns the start of the word that ends before a character; blanks after the word belong to it.
pub(super) fn start_of_word(text: &str, character: usize) -> usize {
    let before: Vec<char> = text.chars().take(character).collect();
    let word = before.iter().rposition(|c| !c.is_whitespace()).map_or(0, |last| last + 1);
    before[..word].iter().rposition(|c| c.is_whitespace()).map_or(0, |blank| blank + 1)
}

#[cfg(test)]
mod tests {
    use super::start_of_word;
    use crate::app::keymap::Edit;
    use crate::app::{CommandHistory, Prompt, PromptKind};
    use crate::views::ListDirection;

    fn line(text: &str, cursor: usize) -> Prompt {
        let mut prompt = Prompt::new(PromptKind::Command);
        prompt.fill(text.to_owned());
        prompt.cursor = cursor;
        prompt
    }

    fn after(text: &str, cursor: usize, edit: Edit) -> (String, usize, bool) {
        let mut prompt = line(text, cursor);
        let changed = prompt.edit(edit);
        (prompt.text, prompt.cursor, changed)
    }

    fn edited(text: &str, cursor: usize, changed: bool) -> (String, usize, bool) {
        (text.to_owned(), cursor, changed)
    }

    #[test]
    fn characters_of_several_bytes_are_one_each() {
        let mut prompt = line("ηλ", 1);
        prompt.type_char('∂');
        assert_eq!((prompt.text.as_str(), prompt.cursor), ("η∂λ", 2));
        assert_eq!(after("η∂λ", 2, Edit::Backspace), edited("ηλ", 1, true));
        assert_eq!(after("η∂λ", 1, Edit::Delete), edited("ηλ", 1, true));
    }

    #[test]
    fn a_line_has_a_greatest_length() {
        let mut prompt = line(&"a".repeat(super::LONGEST - 1), 0);
        prompt.type_char('b');
        prompt.type_char('c');
        assert_eq!((prompt.text.len(), prompt.cursor), (super::LONGEST, 1));
    }

    #[test]
    fn nothing_moves_past_an_end_and_nothing_is_deleted_there() {
        assert_eq!(after("ab", 0, Edit::Left), edited("ab", 0, false));
        assert_eq!(after("ab", 2, Edit::Right), edited("ab", 2, false));
        assert_eq!(after("ab", 0, Edit::Backspace), edited("ab", 0, false));
        assert_eq!(after("ab", 2, Edit::Delete), edited("ab", 2, false));
        assert_eq!(after("ab", 1, Edit::Home), edited("ab", 0, false));
        assert_eq!(after("ab", 1, Edit::End), edited("ab", 2, false));
        assert_eq!(after("", 0, Edit::DropWord), edited("", 0, false));
    }

    #[test]
    fn a_word_goes_with_the_blanks_after_it_and_a_line_up_to_the_cursor() {
        assert_eq!(after("set eta = 3  ", 13, Edit::DropWord), edited("set eta = ", 10, true));
        assert_eq!(after("save it", 7, Edit::DropWord), edited("save ", 5, true));
        assert_eq!(after("save it", 5, Edit::DropLine), edited("it", 0, true));
        assert_eq!(start_of_word("   ", 3), 0);
    }

    #[test]
    fn completions_cycle_in_both_directions() {
        let mut prompt = line("", 0);
        prompt.completions = ["a", "b", "c"].map(|t| (t.to_owned(), String::new())).to_vec();
        let mut recalled = String::new();
        for direction in [
            ListDirection::Next,
            ListDirection::Next,
            ListDirection::Next,
            ListDirection::Next,
            ListDirection::Previous,
            ListDirection::Previous,
        ] {
            prompt.complete(direction);
            recalled += &prompt.text;
        }
        assert_eq!(recalled, "abcaca"[..4].to_owned() + "cb");
    }

    #[test]
    fn the_draft_comes_back_after_the_recalled_commands() {
        let mut recall = CommandHistory::default();
        assert_eq!(recall.step(ListDirection::Previous, "now"), None);
        for past in ["one", "two", "one"] {
            recall.remember(past);
        }
        assert_eq!(recall.past, ["two", "one"]);
        assert_eq!(recall.step(ListDirection::Previous, "now").as_deref(), Some("one"));
        assert_eq!(recall.step(ListDirection::Previous, "one").as_deref(), Some("two"));
        assert_eq!(recall.step(ListDirection::Previous, "two"), None);
        assert_eq!(recall.step(ListDirection::Next, "two").as_deref(), Some("one"));
        assert_eq!(recall.step(ListDirection::Next, "one").as_deref(), Some("now"));
        assert_eq!(recall.step(ListDirection::Next, "now"), None);
    }

    #[test]
    fn the_history_keeps_a_limited_number_of_commands() {
        let mut recall = CommandHistory::default();
        for n in 0..1000 {
            recall.remember(&n.to_string());
        }
        assert_eq!(recall.past.len(), CommandHistory::MOST);
        assert_eq!(recall.past.last().map(String::as_str), Some("999"));
    }
}
