//! Reads a model from JSON.

use std::io::{self, BufReader, Read};
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};

use crate::file::{InputFile, ReadProgress};
use crate::nn::{Activation, Cost, DataScaling, Output, Precision};
use crate::report::ModelError;
use crate::report::model::{MOST_BYTES, MOST_LAYERS, PRECISIONS, named, without_metadata};
use crate::report::model_json::numbers::{LayerNumbers, NestedList};
use crate::report::model_json::python_numbers::PythonNumbers;
use crate::report::model_json::visit::{AnyScalar, FirstError, KnownKey, Scalar, Visit, VisitSeed};
use crate::report::scaling_record::{AS_SCALED, ScalingRecord};
use crate::report::training_state::{AS_WRITTEN, TrainingRecord};
use crate::telemetry::{ModelState, TrainingState};

/// The most bytes of a number or word. The parser buffers them, and more besides, until they end.
const LONGEST_WORD: usize = 64 << 10;

/// Reads a model that the book's own program or xentviz has written.
///
/// Missing keys have the book's defaults, 64 bits among them; activation functions that are not named stay
/// unknown.
///
/// # Errors
/// If the file cannot be read or a part of it is invalid; the error names the part.
pub fn read_model_json(file: InputFile<'_>) -> Result<ModelState, ModelError> {
    let gauge = file.read_progress();
    let mut from = file.take(MOST_BYTES + 1);
    let read = read_book(&mut from, &gauge);
    if from.limit() == 0 { Err(ModelError::TooLarge) } else { read?.model() }
}

fn read_book(from: &mut dyn Read, gauge: &ReadProgress) -> Result<ParsedModel, ModelError> {
    let fault = FirstError::default();
    let from = TokenLimitReader { from, bytes_read: 0, word: 0 };
    let from = BufReader::new(PythonNumbers::new(from));
    let mut parser = serde_json::Deserializer::from_reader(from);
    let book = VisitSeed { visit: ModelFile(gauge), fault: &fault }.deserialize(&mut parser);
    let book = book.and_then(|book| parser.end().map(|()| book));
    book.map_err(|error| fault.or(error))
}

/// A reader that fails on a word that is too long.
struct TokenLimitReader<R> {
    from: R,
    /// The bytes read so far, and those since the last separator.
    bytes_read: u64,
    word: usize,
}

impl<R: Read> Read for TokenLimitReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(bytes)?;
        for byte in &bytes[..length] {
            let ends = matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}') || *byte <= b' ';
            self.word = if ends { 0 } else { self.word + 1 };
            self.bytes_read += 1;
            if self.word > LONGEST_WORD {
                let (most, at) = (LONGEST_WORD >> 10, self.bytes_read - self.word as u64);
                let found = format!("a number or word of more than {most} KiB from byte {at} on");
                return Err(io::Error::new(io::ErrorKind::InvalidData, found));
            }
        }
        Ok(length)
    }
}

/// The parts of a file read so far.
#[derive(Default)]
struct ParsedModel {
    sizes: Option<Vec<usize>>,
    weights: Option<LayerNumbers>,
    biases: Option<LayerNumbers>,
    cost: Option<Scalar>,
    extra: Option<ParsedExtra>,
}

/// The values under `xentviz`: words and numbers by key, the scaling of the data, and the training state.
#[derive(Default)]
struct ParsedExtra {
    scalars: Vec<(&'static str, Scalar)>,
    scaling: Option<ScalingRecord>,
    training: Option<TrainingRecord>,
}

impl ParsedModel {
    fn model(self) -> Result<ModelState, ModelError> {
        let missing = |key: &str| ModelError::Missing(key.to_owned());
        let sizes = self.sizes.ok_or_else(|| missing("sizes"))?;
        let cost = self.cost.ok_or_else(|| missing("cost"))?;
        let cost = cost_of_class(text("cost", &cost)?)?;
        let weights = self.weights.ok_or_else(|| missing("weights"))?;
        let biases = self.biases.ok_or_else(|| missing("biases"))?;
        let layers = sizes.windows(2);
        let mut model = ModelState {
            weights: weights.shaped(layers.clone().map(|pair| (pair[1], pair[0])), "inputs")?,
            biases: biases.shaped(layers.map(|pair| (pair[1], 1)), "number")?,
            cost: Some(cost),
            ..without_metadata()
        };
        model.sizes = sizes;
        if let Some(extra) = self.extra {
            read_extra(&extra.scalars, &mut model)?;
            model.scaling = extra.scaling.map(scaling).transpose()?;
            model.training = extra.training.map(TrainingState::from);
        }
        Ok(model)
    }
}

/// Returns the cost whose class has this name. Some ports write the module of the class too, or what Python
/// shows of a class: `network2.QuadraticCost`, `<class 'network2.QuadraticCost'>`.
fn cost_of_class(name: &str) -> Result<Cost, ModelError> {
    let class = name.trim_end_matches(['\'', '>']).rsplit('.').next().unwrap_or(name);
    let is_named = |cost: &Cost| cost.book_name() == class;
    match Cost::ALL.into_iter().find(is_named) {
        Some(cost) => Ok(cost),
        None => named("cost", name, &Cost::ALL, Cost::book_name),
    }
}

/// The visitor of the whole file, with the progress of reading it.
struct ModelFile<'g>(&'g ReadProgress);

const KEYS: &[&str] = &["sizes", "weights", "biases", "cost", "xentviz"];

impl<'de> Visit<'de> for ModelFile<'_> {
    type Made = ParsedModel;

    fn scalar(self, scalar: Scalar) -> Result<ParsedModel, ModelError> {
        Err(scalar.type_error("file", "an object"))
    }

    fn object<A: MapAccess<'de>>(
        self,
        mut file: A,
        fault: &FirstError,
    ) -> Result<ParsedModel, A::Error> {
        let mut book = ParsedModel::default();
        while let Some(key) = file.next_key_seed(KnownKey(KEYS))? {
            let is_first = match key {
                Some("sizes") => {
                    let sizes = file.next_value_seed(VisitSeed { visit: SizeList, fault })?;
                    book.sizes.replace(sizes).is_none()
                }
                Some("cost") => {
                    let cost = file.next_value_seed(VisitSeed { visit: AnyScalar, fault })?;
                    book.cost.replace(cost).is_none()
                }
                Some("xentviz") => {
                    let extra = file.next_value_seed(VisitSeed { visit: ExtraObject, fault })?;
                    book.extra.replace(extra).is_none()
                }
                Some(name) => {
                    let mut numbers = LayerNumbers::new(name, self.0);
                    let visit = NestedList { numbers: &mut numbers, path: Vec::new() };
                    file.next_value_seed(VisitSeed { visit, fault })?;
                    let of = if name == "weights" { &mut book.weights } else { &mut book.biases };
                    of.replace(numbers).is_none()
                }
                None => file.next_value::<IgnoredAny>().map(|_| true)?,
            };
            if !is_first {
                return Err(fault.keep(duplicate_field(key.unwrap_or_default())));
            }
        }
        Ok(book)
    }
}

fn duplicate_field(field: &str) -> ModelError {
    ModelError::field(field, "there twice", "once")
}

/// The visitor of the layer sizes.
struct SizeList;

impl<'de> Visit<'de> for SizeList {
    type Made = Vec<usize>;

    fn scalar(self, scalar: Scalar) -> Result<Vec<usize>, ModelError> {
        Err(scalar.type_error("sizes", "a list"))
    }

    fn list<A: SeqAccess<'de>>(
        self,
        mut list: A,
        fault: &FirstError,
    ) -> Result<Vec<usize>, A::Error> {
        let mut sizes = Vec::new();
        while let Some(size) = list.next_element_seed(VisitSeed { visit: AnyScalar, fault })? {
            let layer = sizes.len();
            if layer > MOST_LAYERS {
                let expected = format!("at most {}", MOST_LAYERS + 1);
                return Err(fault.keep(ModelError::field("sizes", "a longer list", expected)));
            }
            let whole = size.as_whole().filter(|n| *n > 0).and_then(|n| usize::try_from(n).ok());
            sizes.push(whole.ok_or_else(|| {
                let expected = "a whole number of neurons, at least 1";
                fault.keep(size.type_error(&format!("sizes[{layer}]"), expected))
            })?);
        }
        if sizes.len() < 2 {
            let few = Scalar::List(sizes.len());
            return Err(fault.keep(few.type_error("sizes", "two layers or more")));
        }
        Ok(sizes)
    }
}

/// The visitor of the object that only xentviz writes.
struct ExtraObject;

const OUR_KEYS: &[&str] = &[
    "arm",
    "hidden",
    "output",
    "precision",
    "eta",
    "lambda",
    "seed",
    "steps",
    "epochs",
    SCALING,
    TRAINING,
];

/// The key of the scaling of the data.
const SCALING: &str = "scaling";

/// The key of the training state.
const TRAINING: &str = "training";

impl<'de> Visit<'de> for ExtraObject {
    type Made = ParsedExtra;

    fn scalar(self, scalar: Scalar) -> Result<ParsedExtra, ModelError> {
        Err(scalar.type_error("xentviz", "an object"))
    }

    fn object<A: MapAccess<'de>>(
        self,
        mut object: A,
        fault: &FirstError,
    ) -> Result<ParsedExtra, A::Error> {
        let mut extra = ParsedExtra::default();
        while let Some(key) = object.next_key_seed(KnownKey(OUR_KEYS))? {
            let Some(key) = key else {
                object.next_value::<IgnoredAny>()?;
                continue;
            };
            let is_known = extra.scalars.iter().any(|(known, _)| *known == key);
            let is_read = match key {
                SCALING => extra.scaling.is_some(),
                TRAINING => extra.training.is_some(),
                _ => is_known,
            };
            if is_read {
                return Err(fault.keep(duplicate_field(&format!("xentviz.{key}"))));
            }
            if key == TRAINING {
                let seed = RecordSeed::new((TRAINING, AS_WRITTEN), fault);
                extra.training = Some(object.next_value_seed(seed)?);
            } else if key == SCALING {
                let seed = RecordSeed::new((SCALING, AS_SCALED), fault);
                extra.scaling = Some(object.next_value_seed(seed)?);
            } else {
                extra
                    .scalars
                    .push((key, object.next_value_seed(VisitSeed { visit: AnyScalar, fault })?));
            }
        }
        Ok(extra)
    }
}

/// The seed that parses a record of xentviz: its key, and its content for errors.
struct RecordSeed<'f, T> {
    key: &'static str,
    expected: &'static str,
    fault: &'f FirstError,
    record: PhantomData<T>,
}

impl<'f, T> RecordSeed<'f, T> {
    fn new((key, expected): (&'static str, &'static str), fault: &'f FirstError) -> Self {
        Self { key, expected, fault, record: PhantomData }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for RecordSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::deserialize(from).map_err(|error| {
            let field = format!("xentviz.{}", self.key);
            self.fault.keep(ModelError::field(field, error.to_string(), self.expected))
        })
    }
}

fn scaling(record: ScalingRecord) -> Result<DataScaling, ModelError> {
    let wrong = |found: String| ModelError::field(format!("xentviz.{SCALING}"), found, AS_SCALED);
    record.scaling().map_err(wrong)
}

fn read_extra(extra: &[(&'static str, Scalar)], model: &mut ModelState) -> Result<(), ModelError> {
    for (key, value) in extra {
        let field = format!("xentviz.{key}");
        let whole = || value.as_u64().ok_or_else(|| value.type_error(&field, "a whole number"));
        let real = || value.as_f64().ok_or_else(|| value.type_error(&field, "a number"));
        let word = || text(&field, value);
        match *key {
            "arm" => word()?.clone_into(&mut model.arm),
            "hidden" => {
                model.hidden = Some(named(&field, word()?, &Activation::ALL, Activation::name)?);
            }
            "output" => model.output = Some(named(&field, word()?, &Output::ALL, Output::name)?),
            "precision" => {
                model.precision = named(&field, word()?, &PRECISIONS, Precision::name)?;
            }
            "eta" => model.eta = real()?,
            "lambda" => model.lambda = real()?,
            "seed" => model.seed = whole()?,
            "steps" => model.steps = whole()?,
            _ => model.epochs = whole()?,
        }
    }
    Ok(())
}

fn text<'a>(field: &str, value: &'a Scalar) -> Result<&'a str, ModelError> {
    value.as_str().ok_or_else(|| value.type_error(field, "text"))
}
