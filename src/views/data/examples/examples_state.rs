//! The state of the page.

use crate::telemetry::{ExampleFilter, ExampleOrder, ExampleSet, ExamplesRequest};
use crate::views::data::examples::column::Column;
use crate::views::direction::{Direction, ListDirection};
use crate::views::shared_state::SharedState;

/// What stands beside the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::views::data) enum SidePanel {
    /// The confusion matrices.
    #[default]
    Confusion,
    /// The recall of each class over time.
    Recall,
}

/// The state of the page of the examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::views) struct ExamplesState {
    /// The set whose examples are listed.
    pub(in crate::views::data) set: ExampleSet,
    /// Their order.
    pub(in crate::views::data) order: ExampleOrder,
    /// The examples that are listed.
    pub(in crate::views::data) filter: ExampleFilter,
    /// The place of the selected example in the list.
    pub(in crate::views::data) selected: usize,
    /// The place of the first example that is shown.
    first: usize,
    /// The number of examples that the screen shows, and how many of them side by side.
    pub(in crate::views::data) shown: usize,
    across: usize,
    /// What stands beside the list.
    pub(in crate::views::data) side: SidePanel,
}

impl ExamplesState {
    /// Adapts the shown part of the list to the room for it.
    pub(in crate::views::data) fn adapt(&mut self, shown: usize, across: usize) {
        (self.shown, self.across) = (shown, across.max(1));
        let line = |place: usize| place / self.across * self.across;
        if self.selected < self.first {
            self.first = line(self.selected);
        }
        if shown > 0 && self.selected >= self.first + shown {
            self.first =
                line(self.selected) + self.across - shown.min(line(self.selected) + self.across);
        }
        self.first = line(self.first);
    }

    /// Adapts the order to the inputs of the run.
    pub(in crate::views::data) fn fit(&mut self, inputs: usize) {
        if matches!(self.order, ExampleOrder::ByInput(column) if column >= inputs) {
            self.order = ExampleOrder::default();
        }
    }

    /// Selects an example no further than the last of the list.
    pub(in crate::views::data) fn select(&mut self, place: usize, listed: usize) {
        self.selected = place.min(listed.saturating_sub(1));
        self.adapt(self.shown, self.across);
    }

    /// Moves the selection by this many examples.
    pub(in crate::views::data) fn step(
        &mut self,
        direction: Direction,
        times: usize,
        listed: usize,
    ) {
        let by = match direction {
            Direction::Left | Direction::Right => times,
            Direction::Up | Direction::Down => times * self.across,
        };
        let place = match direction {
            Direction::Left | Direction::Up => self.selected.saturating_sub(by),
            Direction::Right | Direction::Down => self.selected.saturating_add(by),
        };
        self.select(place, listed);
    }

    /// Scrolls by the examples that the screen shows.
    pub(in crate::views::data) fn page(&mut self, direction: ListDirection, listed: usize) {
        let by = self.shown.max(1);
        let (first, selected) = match direction {
            ListDirection::Previous => {
                (self.first.saturating_sub(by), self.selected.saturating_sub(by))
            }
            ListDirection::Next => (self.first + by, self.selected + by),
        };
        if first < listed {
            self.first = first;
        }
        self.select(selected, listed);
    }

    /// Lists other examples, or in another order, from the first on.
    pub(in crate::views::data) fn restart(&mut self) {
        (self.first, self.selected) = (0, 0);
    }

    /// Chooses the order after this one.
    pub(in crate::views::data) fn next_order(&mut self, shared: &SharedState) {
        let outputs = shared.layer_sizes().last().copied().unwrap_or(1);
        let classes = outputs > 1;
        self.order = match self.order {
            ExampleOrder::WorstFirst => ExampleOrder::AsRead,
            ExampleOrder::AsRead => ExampleOrder::ByTarget,
            ExampleOrder::ByTarget if !classes => ExampleOrder::ByOutput(0),
            ExampleOrder::ByTarget | ExampleOrder::ByInput(_) | ExampleOrder::ByOutput(_) => {
                ExampleOrder::WorstFirst
            }
        };
        self.restart();
    }

    /// Chooses the input before or after as the order.
    pub(in crate::views::data) fn change_column(
        &mut self,
        direction: ListDirection,
        inputs: usize,
    ) {
        let column = match self.order {
            ExampleOrder::ByInput(column) => direction.wrapped(column, inputs),
            _ => match direction {
                ListDirection::Previous => inputs.saturating_sub(1),
                ListDirection::Next => 0,
            },
        };
        self.order = ExampleOrder::ByInput(column);
        self.restart();
    }

    /// Sorts by the column whose head was chosen, as the keys do; that of an arm chooses the arm.
    pub(in crate::views::data) fn sort_by_head(&mut self, index: usize, shared: &mut SharedState) {
        let sizes = shared.layer_sizes();
        let (inputs, outputs) = (sizes.first().copied(), sizes.last().copied());
        let column = Column::at(index, inputs.unwrap_or(0), shared.arms());
        match column {
            Some(Column::Answer(arm) | Column::Cost(arm)) => shared.arm = arm,
            Some(Column::Row | Column::Input(_) | Column::Target) => {}
            None => return,
        }
        self.order = match column {
            Some(Column::Row) => ExampleOrder::AsRead,
            Some(Column::Input(input)) => ExampleOrder::ByInput(input),
            Some(Column::Target) => ExampleOrder::ByTarget,
            Some(Column::Answer(_)) if outputs == Some(1) => ExampleOrder::ByOutput(0),
            Some(Column::Cost(_)) => ExampleOrder::WorstFirst,
            // The answers of several classes have no order of their own.
            Some(Column::Answer(_)) | None => self.order,
        };
        self.restart();
    }

    /// Switches between all examples and the mistakes of the chosen arm.
    pub(in crate::views::data) fn next_filter(&mut self) {
        self.filter = match self.filter {
            ExampleFilter::All => ExampleFilter::Mistakes,
            ExampleFilter::Mistakes | ExampleFilter::Confused { .. } => ExampleFilter::All,
        };
        self.restart();
    }

    /// Lists those examples of a class that are taken for another.
    pub(in crate::views::data) fn list_confused(&mut self, class: usize, answer: usize) {
        self.filter = ExampleFilter::Confused { class, answer };
        self.restart();
    }

    /// Lists the pair of classes before or after, by how often they are confused.
    pub(in crate::views::data) fn change_pair(
        &mut self,
        direction: ListDirection,
        pairs: &[(usize, usize)],
    ) {
        if pairs.is_empty() {
            return;
        }
        let at = match self.filter {
            ExampleFilter::Confused { class, answer } => {
                pairs.iter().position(|pair| *pair == (class, answer))
            }
            _ => None,
        };
        let next = match (at, direction) {
            (Some(at), direction) => direction.wrapped(at, pairs.len()),
            (None, ListDirection::Next) => 0,
            (None, ListDirection::Previous) => pairs.len() - 1,
        };
        self.list_confused(pairs[next].0, pairs[next].1);
    }

    /// Returns the request for what is shown.
    pub(in crate::views::data) fn request(&self, shared: &SharedState) -> ExamplesRequest {
        let Self { set, order, filter, first, shown, .. } = *self;
        ExamplesRequest { set, arm: shared.arm, order, filter, first, count: shown }
    }
}

#[cfg(test)]
mod tests {
    use super::ExamplesState;
    use crate::views::direction::{Direction, ListDirection};

    #[test]
    fn the_selected_example_is_always_among_those_shown() {
        let mut state = ExamplesState::default();
        state.adapt(6, 2);
        for (direction, times) in [
            (Direction::Down, 1),
            (Direction::Down, 10),
            (Direction::Right, 1),
            (Direction::Up, 3),
            (Direction::Left, 100),
            (Direction::Down, 100),
        ] {
            state.step(direction, times, 31);
            let seen = state.first..state.first + state.shown;
            assert!(seen.contains(&state.selected), "{state:?}");
            assert_eq!(state.first % 2, 0, "lines stay whole: {state:?}");
        }
        assert_eq!(state.selected, 30);
        state.page(ListDirection::Previous, 31);
        assert_eq!(state.selected, 24);
        state.page(ListDirection::Next, 31);
        assert_eq!(state.selected, 30);
        state.step(Direction::Right, 1, 0);
        assert_eq!(state.selected, 0, "an empty list has nothing to select");
    }

    #[test]
    fn pairs_of_classes_are_walked_through_from_the_most_frequent() {
        let pairs = [(4, 9), (7, 1)];
        let mut state = ExamplesState::default();
        let mut walked = Vec::new();
        for _ in 0..3 {
            state.change_pair(ListDirection::Next, &pairs);
            walked.push(state.filter);
        }
        assert_eq!(walked[0], walked[2]);
        assert_ne!(walked[0], walked[1]);
        state.change_pair(ListDirection::Next, &[]);
        assert_eq!(state.filter, walked[0], "nothing is confused: nothing changes");
    }
}
