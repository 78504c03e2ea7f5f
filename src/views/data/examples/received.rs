//! The question that the page asks, and what has been received.

use crate::telemetry::{Answer, ArmScore, ExampleSet, ListedExamples, Question};
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

impl<'a> ViewState<'a, DataView> {
    /// Returns the number of examples in the set that is listed, whether or not they have been received.
    pub(super) fn listed_set_size(self) -> usize {
        let Some(facts) = self.shared.history.facts.as_deref() else { return 0 };
        match self.view.examples.set {
            ExampleSet::Test if facts.test_examples > 0 => facts.test_examples,
            _ => facts.examples,
        }
    }

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
        let score = self.listed().and_then(|listed| listed.arms.get(self.shared.arm));
        score.map(ArmScore::confused_pairs).unwrap_or_default()
    }
}
