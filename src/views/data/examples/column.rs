//! A column of the table of examples.

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The row of the example in its set.
    Row,
    /// An input.
    Input(usize),
    /// The target.
    Target,
    /// The answer of an arm.
    Answer(usize),
    /// The cost of the example for an arm.
    Cost(usize),
}

impl Column {
    /// Returns its index among all columns of a table with these inputs and arms.
    pub(super) fn index(self, inputs: usize, arms: usize) -> usize {
        match self {
            Self::Row => 0,
            Self::Input(input) => 1 + input,
            Self::Target => 1 + inputs,
            Self::Answer(arm) => 2 + inputs + arm,
            Self::Cost(arm) => 2 + inputs + arms + arm,
        }
    }

    /// Returns the column of an index, if there is one.
    pub(super) fn at(index: usize, inputs: usize, arms: usize) -> Option<Self> {
        let inner = (0..inputs).map(Self::Input).chain([Self::Target]);
        let of_arms = (0..arms).map(Self::Answer).chain((0..arms).map(Self::Cost));
        std::iter::once(Self::Row).chain(inner).chain(of_arms).nth(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_again_by_its_index() {
        for index in 0..10 {
            let column = Column::at(index, 3, 2);
            assert_eq!(column.map(|column| column.index(3, 2)), (index < 9).then_some(index));
        }
        assert_eq!(Column::at(4, 3, 2), Some(Column::Target));
        assert_eq!(Column::at(8, 3, 2), Some(Column::Cost(1)));
    }
}
