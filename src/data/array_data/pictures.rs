//! Pictures of 28×28 bytes with a class each, stored as those of MNIST are: only the pixels that are not 0.

use std::ops::ControlFlow;

use crate::arrays::{ElementOrder, NumberType};
use crate::data::array_data::columns::{SetSizes, TargetNumbers, set_sizes, targets_of, too_many};
use crate::data::array_data::file::{ArrayFile, NamedArray};
use crate::data::array_data::names::ArrayNames;
use crate::data::array_data::roles::{Pair, Roles};
use crate::data::csv::{Csv, Scale, TestSize, classes_in_words};
use crate::data::grey_image::SIDE;
use crate::data::sparse_pixels::SparseImages;
use crate::data::{Data, DataError, Dataset};
use crate::text::counted;

/// The most classes of pictures, whose labels are bytes.
const MOST_CLASSES: usize = 256;

/// The labels of pictures.
pub(super) struct Labels {
    /// The values of the classes, ascending.
    pub(super) values: Vec<f64>,
    train: TargetNumbers,
    test: Option<TargetNumbers>,
}

/// Reads pictures of 28×28 bytes, or returns `None` if the arrays are others or a table of them is wanted.
///
/// # Errors
/// If an array cannot be read, the classes do not suit the network, or the memory does not suffice.
pub(super) fn read_pictures(
    file: &mut ArrayFile,
    roles: &Roles,
    (csv, names): (&Csv, &ArrayNames),
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<Option<Data>, DataError> {
    let is_table = csv.options.scale != Scale::None || !csv.options.drop.is_empty();
    let is_divided = roles.test.is_none() && csv.options.test != TestSize::Count(0);
    if is_table || is_divided || csv.inputs != SIDE * SIDE || !are_pictures(file, roles) {
        return Ok(None);
    }
    let sizes = set_sizes(file, roles, (&csv.options, names))?;
    let Some(labels) = labels(file, roles, sizes)? else { return Ok(None) };
    let Some(values) = class_values(&labels.values, csv.outputs) else { return Ok(None) };
    let classes: Vec<String> = values.iter().map(f64::to_string).collect();
    let rows = match roles.test {
        None => SetSizes { train: csv.options.train.unwrap_or(sizes.train), test: 0 },
        Some(_) => sizes,
    };
    if rows.train > sizes.train {
        let found = format!("the array {}", file.arrays[roles.train.inputs].described());
        return Err(file.wrong(found, format!("{} rows or more", rows.train)));
    }
    let of_train = class_indices(&labels.train.numbers[..rows.train], &values);
    let of_test = labels.test.as_ref().map(|test| class_indices(test, &values));
    let pictures = sparse(file, roles.train.inputs, rows.train, progress)?;
    let train = Dataset::from_pictures(pictures, of_train, classes.len());
    let test = match (roles.test, of_test) {
        (Some(Pair { inputs, .. }), Some(of_test)) if !of_test.is_empty() => {
            let pictures = sparse(file, inputs, of_test.len(), progress)?;
            Some(Dataset::from_pictures(pictures, of_test, classes.len()))
        }
        _ => None,
    };
    let counts = class_counts(&[Some(&train), test.as_ref()], classes.len());
    let target = roles.train.targets.map_or("", |array| file.arrays[array].name.as_str());
    let remarks = roles.remarks(file);
    let found = found(target, (&classes, &counts), (&train, test.as_ref()), remarks);
    Ok(Some(Data {
        train,
        test,
        name: csv.name.rsplit(['/', '\\']).next().unwrap_or(&csv.name).to_owned(),
        target: None,
        scaling: None,
        picture: Some((SIDE, SIDE)),
        pair: None,
        classes,
        inputs: Vec::new(),
        found: Some(found),
    }))
}

/// Returns whether the inputs are pictures of 28×28 bytes.
pub(super) fn are_pictures(file: &ArrayFile, roles: &Roles) -> bool {
    let is_picture = |array: &NamedArray| {
        let is_stored =
            array.header.number == NumberType::U8 && array.header.order == ElementOrder::C;
        let is_sized = matches!(
            array.header.shape[1..],
            [SIDE, SIDE] | [SIDE, SIDE, 1] | [1, SIDE, SIDE] | [PIXELS]
        );
        is_stored && is_sized
    };
    let mut pairs = std::iter::once(roles.train).chain(roles.test);
    pairs.all(|pair| pair.targets.is_some() && is_picture(&file.arrays[pair.inputs]))
}

/// The pixels of a picture.
const PIXELS: usize = SIDE * SIDE;

/// Reads the labels of both sets, or returns `None` if they are not one whole number each.
pub(super) fn labels(
    file: &mut ArrayFile,
    roles: &Roles,
    sizes: SetSizes,
) -> Result<Option<Labels>, DataError> {
    let of = |file: &mut ArrayFile, pair: Pair, rows: usize| {
        pair.targets.map(|array| targets_of(file, array, rows)).transpose()
    };
    // A file of one array is read once, so that it is not tried whether its numbers are labels.
    if file.own_targets.is_some() {
        return Ok(None);
    }
    let Some(train) = of(file, roles.train, sizes.train)? else { return Ok(None) };
    let test = match roles.test {
        Some(pair) => of(file, pair, sizes.test)?,
        None => None,
    };
    let mut values: Vec<f64> = Vec::new();
    for set in std::iter::once(&train).chain(&test) {
        if set.width != 1 {
            return Ok(None);
        }
        for value in set.iter() {
            if value.fract() != 0.0 || values.len() > MOST_CLASSES {
                return Ok(None);
            }
            if let Err(at) = values.binary_search_by(|other| other.total_cmp(value)) {
                values.insert(at, *value);
            }
        }
    }
    let is_few = (2..=MOST_CLASSES).contains(&values.len());
    Ok(is_few.then_some(Labels { values, train, test }))
}

/// Returns the values of the classes, if the network has an output for each. Classes that are numbered from 0 may
/// lack some.
fn class_values(values: &[f64], outputs: usize) -> Option<Vec<f64>> {
    if values.len() == outputs {
        return Some(values.to_vec());
    }
    let is_numbered = values.first()? >= &0.0 && (*values.last()? as usize) < outputs;
    (is_numbered && outputs <= MOST_CLASSES).then(|| (0..outputs).map(|k| k as f64).collect())
}

/// Returns the class of each label.
fn class_indices(labels: &[f64], values: &[f64]) -> Vec<u8> {
    let index = |label: &f64| values.binary_search_by(|other| other.total_cmp(label)).unwrap_or(0);
    labels.iter().map(|label| index(label) as u8).collect()
}

/// Reads the first pictures of an array.
fn sparse(
    file: &mut ArrayFile,
    array: usize,
    rows: usize,
    progress: &mut dyn FnMut(f64) -> ControlFlow<()>,
) -> Result<SparseImages, DataError> {
    let (gauge, name) = (file.gauge(), file.name.clone());
    let mut pictures = SparseImages::new();
    file.read_bytes(array, rows, &mut |piece| {
        if progress(pictures.len() as f64 / rows.max(1) as f64).is_break() {
            return Err(DataError::Cancelled);
        }
        let so_far = pictures.len();
        pictures
            .extend(piece.as_chunks().0, &gauge)
            .map_err(|room| too_many(&name, (so_far, PIXELS), room))
    })?;
    Ok(pictures)
}

/// Returns how many examples there are of each class.
fn class_counts(sets: &[Option<&Dataset>], classes: usize) -> Vec<usize> {
    let mut counts = vec![0; classes];
    for set in sets.iter().flatten() {
        for class in (0..set.len()).filter_map(|row| set.class(row)) {
            counts[class] += 1;
        }
    }
    counts
}

/// Returns in one line what the arrays were taken for.
fn found(
    target: &str,
    (classes, counts): (&[String], &[usize]),
    (train, test): (&Dataset, Option<&Dataset>),
    remarks: Vec<String>,
) -> String {
    let tested = test.map_or(0, Dataset::len);
    let mut parts = vec![
        counted(train.len() + tested, "row"),
        counted(PIXELS, "input"),
        format!("target {target} ({})", classes_in_words(classes, counts)),
    ];
    parts.extend(remarks);
    parts.push("pixels divided by 256".to_owned());
    if tested > 0 {
        parts.push(format!("test: {}", counted(tested, "row")));
    }
    parts.join(", ")
}
