//! The names of files of arrays, and of the arrays in them.

/// The ends of the names of files of arrays.
const ENDINGS: [&str; 2] = [".npz", ".npy"];

/// The arrays that a scenario names, if it does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArrayNames {
    /// The array of the inputs.
    pub inputs: Option<String>,
    /// The array of the targets, or a file that holds it.
    pub targets: Option<String>,
    /// Whether the scenario says how many examples are for the test. Else a test set in the file is taken whole.
    pub has_test_size: bool,
}

/// Returns whether a path is that of a file of arrays.
pub(crate) fn is_array_file(path: &str) -> bool {
    let path = path.to_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}
