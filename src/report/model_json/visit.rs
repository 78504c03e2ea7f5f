//! Streaming JSON visitors. Unknown values are skipped, so that reading takes little more memory than the
//! numbers.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::report::ModelError;
use crate::report::model_json::python_numbers::{NAN, NOT_FINITE};
use crate::text::excerpt;

/// The most characters of a text that a message shows.
const SHOWN: usize = 40;

/// The first error found, since the parser's own errors cannot carry it.
#[derive(Default)]
pub(super) struct FirstError(RefCell<Option<ModelError>>);

impl FirstError {
    /// Stores the error and returns one that ends the parsing.
    pub(super) fn keep<E: Error>(&self, error: ModelError) -> E {
        self.0.borrow_mut().get_or_insert(error);
        E::custom("refused")
    }

    /// Returns the stored error, or else the parser's own.
    pub(super) fn or(&self, error: serde_json::Error) -> ModelError {
        match self.0.take() {
            Some(kept) => kept,
            None if error.is_io() => ModelError::Read(error.into()),
            None => ModelError::Json(error),
        }
    }
}

/// A value of the file. Of lists and objects it holds no elements.
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Number(Number),
    /// A number that is not finite, by its name: `NaN`.
    NotFinite(&'static str),
    Text(String),
    List(usize),
    Object,
}

impl Scalar {
    pub(super) fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.as_u64() } else { None }
    }

    /// Returns a whole number, which may be written as `4.0`.
    pub(super) fn as_whole(&self) -> Option<u64> {
        /// Below it, the fraction of a 64-bit float is exact.
        const EXACT: f64 = (1_u64 << 53) as f64;
        let whole = |number: &f64| number.fract() == 0.0 && (0.0..EXACT).contains(number);
        self.as_u64().or_else(|| self.as_f64().filter(whole).map(|number| number as u64))
    }

    pub(super) fn as_f64(&self) -> Option<f64> {
        let Self::Number(number) = self else { return None };
        number.as_f64().filter(|number| number.is_finite())
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the error for this value in a field of another type.
    pub(super) fn type_error(&self, field: &str, expected: &str) -> ModelError {
        if let Self::NotFinite(name) = self {
            return ModelError::NotFinite(excerpt(field, SHOWN), name);
        }
        let found = match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => format!("the number {value}"),
            Self::NotFinite(name) => (*name).to_owned(),
            Self::Text(value) => format!("the text \"{}\"", excerpt(value, SHOWN)),
            Self::List(length) => format!("a list of {length}"),
            Self::Object => "an object".to_owned(),
        };
        ModelError::field(field, found, expected)
    }
}

/// A visitor of one JSON value.
pub(super) trait Visit<'de>: Sized {
    /// The result of the visit.
    type Made;

    /// Handles a value that is no list and no object, or one whose elements are skipped.
    fn scalar(self, scalar: Scalar) -> Result<Self::Made, ModelError>;

    /// Handles a list. By default, its elements are skipped.
    fn list<A: SeqAccess<'de>>(
        self,
        mut list: A,
        fault: &FirstError,
    ) -> Result<Self::Made, A::Error> {
        let mut length = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            length += 1;
        }
        self.scalar(Scalar::List(length)).map_err(|error| fault.keep(error))
    }

    /// Handles an object. By default, its entries are skipped, and one that stands for a number that is not
    /// finite is that number.
    fn object<A: MapAccess<'de>>(
        self,
        mut object: A,
        fault: &FirstError,
    ) -> Result<Self::Made, A::Error> {
        let mut scalar = Scalar::Object;
        while let Some(key) = object.next_key_seed(KnownKey(NOT_FINITE))? {
            object.next_value::<IgnoredAny>()?;
            scalar = key.map_or(Scalar::Object, Scalar::NotFinite);
        }
        self.scalar(scalar).map_err(|error| fault.keep(error))
    }
}

/// A seed that deserialises the next value with a visitor.
pub(super) struct VisitSeed<'f, W> {
    pub(super) visit: W,
    pub(super) fault: &'f FirstError,
}

impl<W> VisitSeed<'_, W> {
    fn take<'de, E: Error>(self, scalar: Scalar) -> Result<W::Made, E>
    where
        W: Visit<'de>,
    {
        self.visit.scalar(scalar).map_err(|error| self.fault.keep(error))
    }
}

impl<'de, W: Visit<'de>> DeserializeSeed<'de> for VisitSeed<'_, W> {
    type Value = W::Made;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<W::Made, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, W: Visit<'de>> Visitor<'de> for VisitSeed<'_, W> {
    type Value = W::Made;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of a model")
    }

    fn visit_unit<E: Error>(self) -> Result<W::Made, E> {
        self.take(Scalar::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<W::Made, E> {
        self.take(Scalar::Bool(truth))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<W::Made, E> {
        self.take(Scalar::Number(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<W::Made, E> {
        self.take(Scalar::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<W::Made, E> {
        self.take(Number::from_f64(number).map_or(Scalar::NotFinite(NAN), Scalar::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<W::Made, E> {
        self.take(Scalar::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<W::Made, A::Error> {
        self.visit.list(list, self.fault)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<W::Made, A::Error> {
        self.visit.object(object, self.fault)
    }
}

/// Accepts any scalar.
pub(super) struct AnyScalar;

impl Visit<'_> for AnyScalar {
    type Made = Scalar;

    fn scalar(self, scalar: Scalar) -> Result<Scalar, ModelError> {
        Ok(scalar)
    }
}

/// The seed of a key: returns `None` for an unknown one.
pub(super) struct KnownKey(pub(super) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for KnownKey {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for KnownKey {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|known| *known == key))
    }
}
