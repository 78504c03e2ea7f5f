//! Which arrays are the inputs and the targets, to train and to test on.

use crate::data::DataError;
use crate::data::array_data::file::{ArrayFile, NamedArray};
use crate::data::array_data::names::ArrayNames;
use crate::data::csv::{ColumnName, TableOptions};
use crate::text::excerpt;

/// The most arrays that a message lists, and the most letters of a name.
const NAMED: usize = 12;
const NAME_SHOWN: usize = 40;

/// Names of inputs and targets to train on, then to test on, in small letters with underscores.
const SPLIT: [[&str; 4]; 8] = [
    ["x_train", "y_train", "x_test", "y_test"],
    ["train_x", "train_y", "test_x", "test_y"],
    ["xtrain", "ytrain", "xtest", "ytest"],
    ["train_images", "train_labels", "test_images", "test_labels"],
    ["training_images", "training_labels", "test_images", "test_labels"],
    ["train_data", "train_labels", "test_data", "test_labels"],
    ["train_data", "train_targets", "test_data", "test_targets"],
    ["arr_0", "arr_1", "arr_2", "arr_3"],
];

/// Names of inputs and targets without a test set.
const WHOLE: [[&str; 2]; 14] = [
    ["x", "y"],
    ["xs", "ys"],
    ["data", "target"],
    ["data", "targets"],
    ["data", "labels"],
    ["data", "label"],
    ["inputs", "targets"],
    ["inputs", "labels"],
    ["input", "target"],
    ["features", "labels"],
    ["features", "targets"],
    ["images", "labels"],
    ["x", "labels"],
    ["arr_0", "arr_1"],
];

/// The arrays of a set, as indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) inputs: usize,
    /// The array of the targets, or `None` if they are columns of the inputs.
    pub(super) targets: Option<usize>,
}

/// The arrays of both sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Roles {
    pub(super) train: Pair,
    pub(super) test: Option<Pair>,
    /// Whether only the shapes show that the arrays are these.
    pub(super) is_guess: bool,
}

impl Roles {
    /// Returns the arrays of a set without a test set, which names or the scenario show.
    fn sure(train: Pair) -> Self {
        Self { train, test: None, is_guess: false }
    }

    /// Returns remarks on the arrays that were taken and left out.
    pub(super) fn remarks(&self, file: &ArrayFile) -> Vec<String> {
        let used = |array: usize| {
            std::iter::once(self.train)
                .chain(self.test)
                .any(|pair| pair.inputs == array || pair.targets == Some(array))
        };
        let unused = (0..file.arrays.len()).filter(|array| !used(*array));
        let unused = unused.map(|array| file.arrays[array].name.as_str());
        let names: Vec<&str> = unused.chain(file.unread.iter().map(|(name, _)| &**name)).collect();
        let mut remarks = Vec::new();
        if self.is_guess {
            let inputs = file.arrays[self.train.inputs].described();
            remarks.push(format!("inputs {inputs}, as its shape shows"));
        }
        if !names.is_empty() {
            let more = if names.len() > NAMED { ", …" } else { "" };
            let names: Vec<String> =
                names.iter().take(NAMED).map(|name| excerpt(name, NAME_SHOWN)).collect();
            remarks.push(format!("left out: {}{more}", names.join(", ")));
        }
        remarks
    }
}

/// Finds the arrays of the examples.
///
/// # Errors
/// If it is not clear which they are, or they do not belong together.
pub(super) fn find_roles(
    file: &ArrayFile,
    names: &ArrayNames,
    options: &TableOptions,
) -> Result<Roles, DataError> {
    let roles = chosen(file, names, options)?;
    for pair in std::iter::once(roles.train).chain(roles.test) {
        check(file, pair)?;
    }
    if let Some(test) = roles.test {
        let (train, test) = (roles.train.inputs, test.inputs);
        if file.row_width(train)? != file.row_width(test)? {
            let both = [train, test].map(|array| file.arrays[array].described());
            return Err(file.wrong(both.join(" beside "), "rows of one size"));
        }
        if let (Some(one), Some(other)) =
            (roles.train.targets, roles.test.and_then(|of| of.targets))
            && file.row_width(one)? != file.row_width(other)?
        {
            let both = [one, other].map(|array| file.arrays[array].described());
            return Err(file.wrong(both.join(" beside "), "targets of one size"));
        }
    }
    Ok(roles)
}

fn chosen(
    file: &ArrayFile,
    names: &ArrayNames,
    options: &TableOptions,
) -> Result<Roles, DataError> {
    if let Some(targets) = file.own_targets {
        let inputs = match &names.inputs {
            Some(name) => named(file, name)?,
            None if targets == 1 => 0,
            None => known(file).map(|roles| roles.train.inputs).ok_or_else(|| unclear(file))?,
        };
        return Ok(Roles::sure(Pair { inputs, targets: Some(targets) }));
    }
    let inputs = names.inputs.as_ref().map(|name| named(file, name)).transpose()?;
    // A word is the name of an array, and a number that of a column.
    let word = options.target.iter().find_map(|target| match target {
        ColumnName::Heading(name) => Some(name),
        ColumnName::Number(_) => None,
    });
    let targets = names.targets.as_ref().or(word).map(|name| named(file, name)).transpose()?;
    let is_column = !options.target.is_empty() && targets.is_none();
    // The targets may be an array that is not read.
    if file.arrays.len() == 1 && (file.unread.is_empty() || is_column) {
        return Ok(Roles::sure(Pair { inputs: 0, targets: None }));
    }
    if let (Some(inputs), true) = (inputs, is_column) {
        return Ok(Roles::sure(Pair { inputs, targets: None }));
    }
    if let (Some(inputs), Some(targets)) = (inputs, targets) {
        let train = Pair { inputs, targets: Some(targets) };
        let test = known(file).map(|roles| roles.test).filter(|_| known_train(file) == Some(train));
        return Ok(Roles { train, test: test.flatten(), is_guess: false });
    }
    let suits = |train: Pair| {
        inputs.is_none_or(|inputs| inputs == train.inputs)
            && targets.is_none_or(|targets| train.targets == Some(targets))
    };
    if let Some(roles) = known(file).filter(|roles| suits(roles.train)) {
        return Ok(roles);
    }
    guessed(file, inputs, targets)
        .map(|train| Roles { train, test: None, is_guess: true })
        .ok_or_else(|| unclear(file))
}

/// Returns the error that it is not clear which arrays are meant.
fn unclear(file: &ArrayFile) -> DataError {
    if let Some((_, why)) = file.unread.first() {
        return DataError::Arrays { name: file.name.clone(), why: why.clone() };
    }
    let mut listed: Vec<String> =
        file.arrays.iter().take(NAMED).map(NamedArray::described).collect();
    if file.arrays.len() > NAMED {
        listed.push(format!("… and {} more", file.arrays.len() - NAMED));
    }
    if listed.is_empty() {
        listed.push("none".to_owned());
    }
    let found = format!("the arrays {}", listed.join(", "));
    let expected =
        "inputs and targets that are sure; --set data.inputs=NAME --target NAME would do";
    file.wrong(found, expected)
}

/// Returns the array of this name.
fn named(file: &ArrayFile, name: &str) -> Result<usize, DataError> {
    let exact = file.arrays.iter().position(|array| array.name == name);
    let found = exact
        .or_else(|| file.arrays.iter().position(|array| array.name.eq_ignore_ascii_case(name)));
    found.ok_or_else(|| {
        if let Some((_, why)) = file.unread.iter().find(|(unread, _)| unread == name) {
            return DataError::Arrays { name: file.name.clone(), why: why.clone() };
        }
        let listed: Vec<String> =
            file.arrays.iter().take(NAMED).map(NamedArray::described).collect();
        let found = format!("no array \"{}\"", excerpt(name, NAME_SHOWN));
        file.wrong(found, format!("one of {}", listed.join(", ")))
    })
}

/// Returns the arrays with names that are usual for examples.
fn known(file: &ArrayFile) -> Option<Roles> {
    let normalised: Vec<String> = file
        .arrays
        .iter()
        .map(|array| array.name.to_lowercase().replace(['-', ' ', '.', '/'], "_"))
        .collect();
    let place = |name: &str| normalised.iter().position(|known| known == name);
    let pair = |inputs: &str, targets: &str| {
        Some(Pair { inputs: place(inputs)?, targets: Some(place(targets)?) })
    };
    // Arrays without names are these only if there are no others, and in this order.
    let fits = |names: &[&str]| names[0] != "arr_0" || names.len() == file.arrays.len();
    let split = SPLIT.iter().filter(|names| fits(&names[..])).find_map(|[x, y, test_x, test_y]| {
        Some(Roles { train: pair(x, y)?, test: pair(test_x, test_y), is_guess: false })
    });
    let whole = WHOLE.iter().filter(|names| fits(&names[..])).find_map(|[x, y]| pair(x, y));
    split.or(whole.map(Roles::sure))
}

fn known_train(file: &ArrayFile) -> Option<Pair> {
    known(file).map(|roles| roles.train)
}

/// Returns the two arrays that alone can be inputs and targets: of as many rows, and the inputs of more numbers.
fn guessed(file: &ArrayFile, inputs: Option<usize>, targets: Option<usize>) -> Option<Pair> {
    let dimensions = |array: usize| file.arrays[array].header.shape.len();
    let all = 0..file.arrays.len();
    let mut pairs = Vec::new();
    for x in all.clone().filter(|x| inputs.is_none_or(|inputs| inputs == *x)) {
        for y in all.clone().filter(|y| targets.is_none_or(|targets| targets == *y)) {
            let is_larger =
                file.arrays[x].width() > file.arrays[y].width() || dimensions(x) > dimensions(y);
            let fits = x != y && file.arrays[x].rows() == file.arrays[y].rows();
            if fits && is_larger && file.arrays[x].rows() > 1 {
                pairs.push(Pair { inputs: x, targets: Some(y) });
            }
        }
    }
    if let [pair] = pairs[..] { Some(pair) } else { None }
}

/// Checks that there is a target for each row of inputs, and a row.
fn check(file: &ArrayFile, pair: Pair) -> Result<(), DataError> {
    let inputs = &file.arrays[pair.inputs];
    if inputs.rows() == 0 {
        return Err(file.wrong(format!("the array {}", inputs.described()), "1 row or more"));
    }
    if pair.targets == Some(pair.inputs) {
        let found = format!("{} as inputs and as targets", inputs.described());
        return Err(file.wrong(found, "an array for each"));
    }
    let Some(targets) = pair.targets.map(|targets| &file.arrays[targets]) else { return Ok(()) };
    if inputs.rows() != targets.rows() {
        let found = format!("the targets {}", targets.described());
        let expected = format!("{} rows, as {} has", inputs.rows(), inputs.described());
        return Err(file.wrong(found, expected));
    }
    Ok(())
}
