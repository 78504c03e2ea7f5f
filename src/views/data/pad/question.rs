//! The question that the page asks, and the answer to it.

use std::sync::Arc;

use crate::telemetry::{
    Answer, ExampleSet, PictureAnswer, PictureRequest, PictureSource, Question,
};
use crate::views::data::pad::layout::pad_layout;
use crate::views::data::pad::outputs::Verdict;
use crate::views::data::pad::state::PadMap;
use crate::views::data::pad::strokes::Strokes;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

impl<'a> ViewState<'a, DataView> {
    /// Returns the picture that the page is about: the drawing that is shown, or an example.
    pub(super) fn pad_picture(self) -> PictureSource {
        let pad = &self.view.pad;
        let example = || PictureSource::Example(ExampleSet::Test, pad.example);
        pad.shown().map_or_else(example, Strokes::source)
    }

    /// Returns the question that the page asks.
    pub(in crate::views::data) fn pad_question(self) -> Question {
        let others = Arc::clone(&self.view.pad.pictures);
        Question::Picture(PictureRequest { picture: self.pad_picture(), output: None, others })
    }

    /// Returns the answer about the picture that the page is about. While a drawing grows, that may be one about
    /// its beginning: the next answer is some milliseconds away, and the numbers would flicker without it.
    pub(super) fn pad_answer(self) -> Option<&'a PictureAnswer> {
        let Some(Answer::Picture(answer)) = &self.shared.answer else { return None };
        let is_of_run = answer.arms.len() == self.shared.arms();
        let pad = &self.view.pad;
        let grows = pad.chosen.is_none() && pad.strokes.grew_from(&answer.request.picture);
        let is_about_it = grows || answer.request.picture == self.pad_picture();
        Some(&**answer).filter(|_| is_of_run && is_about_it)
    }

    /// Returns the answer about the example that the empty pad shows.
    pub(super) fn pad_example(self) -> Option<&'a PictureAnswer> {
        let answer = self.pad_answer()?;
        matches!(answer.request.picture, PictureSource::Example(..)).then_some(answer)
    }

    /// Returns why the picture as the networks see it is not shown beside the outputs, if it stands elsewhere.
    pub(in crate::views::data) fn without_pad_map(self) -> Option<&'static str> {
        const ON_PAD: &str = "the empty pad shows the example as the networks see it";
        const UNDER_PAD: &str = "the picture as the networks see it stands under the pad";
        if !self.view.pad.has_drawing() {
            return Some(ON_PAD);
        }
        (!pad_layout(self, self.shared.body).seen.is_empty()).then_some(UNDER_PAD)
    }

    /// Returns the map beside the outputs: the picture only where it does not stand elsewhere.
    pub(super) fn pad_map(self) -> PadMap {
        if self.without_pad_map().is_some() { PadMap::Derivatives } else { self.view.pad.map }
    }

    /// Returns the outputs of every arm on a kept drawing.
    pub(super) fn kept_outputs(self, kept: usize) -> Option<&'a [Vec<f64>]> {
        let Some(Answer::Picture(answer)) = &self.shared.answer else { return None };
        let is_about_it = answer.request.others.get(kept) == self.view.pad.pictures.get(kept);
        let outputs = answer.others.get(kept).filter(|_| is_about_it)?;
        Some(&outputs.arms[..]).filter(|arms| arms.len() == self.shared.arms())
    }

    /// Returns the step of the answer about the drawing on the pad, and the class that each arm takes it for; none
    /// if it has not been answered as it is now.
    pub(in crate::views::data) fn pad_answers(self) -> (u64, Vec<Option<usize>>) {
        let answer = self.pad_answer().filter(|a| a.request.picture == self.pad_picture());
        answer.map_or_else(Default::default, |answer| {
            let verdict = |a: &[f64]| Verdict::of(a).and_then(Verdict::answer);
            (answer.step, answer.arms.iter().map(|arm| verdict(&arm.a)).collect())
        })
    }

    /// Returns the cells across and down of the pad on the screen.
    pub(in crate::views::data) fn pad_cells(self) -> (u16, u16) {
        let pad = pad_layout(self, self.shared.body).pad;
        (pad.width, pad.height)
    }

    /// Returns how many examples there are to choose from while the pad is empty.
    pub(in crate::views::data) fn pad_examples(self) -> usize {
        let facts = self.shared.history.facts.as_deref();
        facts.map_or(0, |facts| match facts.test_examples {
            0 => facts.examples,
            test => test,
        })
    }

    /// Returns the name of the set of those examples.
    pub(super) fn pad_set(self) -> &'static str {
        let facts = self.shared.history.facts.as_deref();
        if facts.is_some_and(|facts| facts.test_examples > 0) { "test" } else { "training" }
    }
}
