//! The question that the page asks, and what has been received.

use crate::telemetry::{Answer, ListedExamples, Question};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

impl<'a> ViewState<'a, DataView> {
    /// Returns the examples received, if they are of this page.
    pub(in crate::views::data) fn listed(self) -> Option<&'a ListedExamples> {
        match &self.shared.answer {
            Some(Answer::Examples(listed)) if listed.arms.len() == self.shared.arms() => {
                Some(&**listed)
            }
            _ => None,
        }
    }

    /// Returns the question that the page asks.
    pub(in crate::views::data) fn examples_question(self) -> Question {
        Question::Examples(self.view.examples.request(self.shared))
    }

    /// Returns the pairs of class and answer that the chosen arm confuses, the most frequent first.
    pub(in crate::views::data) fn confused_pairs(self) -> Vec<(usize, usize)> {
        let Some(score) = self.listed().and_then(|listed| listed.arms.get(self.shared.arm)) else {
            return Vec::new();
        };
        let all = (0..score.classes).flat_map(|c| (0..score.classes).map(move |a| (c, a)));
        let mut pairs: Vec<(usize, usize)> = all
            .filter(|(class, answer)| class != answer && score.count(*class, *answer) > 0)
            .collect();
        pairs.sort_by_key(|(class, answer)| std::cmp::Reverse(score.count(*class, *answer)));
        pairs
    }

    /// Returns the name of a class; with one output they are 0 and 1.
    pub(in crate::views::data) fn class_name(self, class: usize) -> String {
        let facts = self.shared.history.facts.as_deref();
        let named = facts.and_then(|facts| facts.classes.get(class));
        named.map_or_else(|| class.to_string(), String::clone)
    }
}
