//! The scaling of the data that a network was trained on.

/// The scaling of the data that a network was trained on: input k enters as `(x − offsets[k]) / spreads[k]`, and
/// target j as `(y − target_offsets[j]) / target_spreads[j]`.
///
/// A network is of use only to inputs that are scaled by the same numbers, so they belong to its file.
#[derive(Clone, Debug, PartialEq)]
pub struct DataScaling {
    /// The name of the method in scenarios: `standard`, `range`.
    pub method: String,
    /// The number subtracted from each input; finite.
    pub offsets: Vec<f64>,
    /// The number by which each input is divided after that; finite and above 0.
    pub spreads: Vec<f64>,
    /// The names of the inputs; empty if they have none.
    pub inputs: Vec<String>,
    /// The names of the classes in the order of the outputs; empty if the targets are numbers. Of two classes
    /// with one output, the second is that of output 1.
    pub classes: Vec<String>,
    /// The number subtracted from each target; empty if targets are not scaled.
    pub target_offsets: Vec<f64>,
    /// The number by which each target is divided after that; finite and above 0.
    pub target_spreads: Vec<f64>,
}

impl DataScaling {
    /// The most inputs that are scaled, so that a file of little memory holds the numbers of any scaling.
    pub(crate) const MOST_INPUTS: usize = 1_000_000;

    /// Scales rows of as many inputs as there are offsets, one after the other.
    ///
    /// # Panics
    /// If the rows have another length.
    pub(crate) fn apply(&self, rows: &mut [f64]) {
        let width = self.offsets.len();
        assert_eq!(rows.len() % width.max(1), 0, "every row has as many inputs as are scaled");
        for row in rows.chunks_exact_mut(width.max(1)) {
            let scales = self.offsets.iter().zip(&self.spreads);
            for (value, (offset, spread)) in row.iter_mut().zip(scales) {
                *value = (*value - offset) / spread;
            }
        }
    }
}
