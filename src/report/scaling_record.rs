//! The scaling of data in model files: one JSON object in both formats.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::nn::DataScaling;

/// The expected content, for errors.
pub(super) const AS_SCALED: &str = "the scaling of data that xentviz writes";

/// The scaling of data with the field names of the file.
#[derive(Deserialize, Serialize)]
pub(super) struct ScalingRecord {
    method: String,
    offsets: BoundedList<f64>,
    spreads: BoundedList<f64>,
    inputs: BoundedList<String>,
    classes: BoundedList<String>,
    #[serde(default)]
    target_offsets: BoundedList<f64>,
    #[serde(default)]
    target_spreads: BoundedList<f64>,
}

/// A list that is not read beyond [`DataScaling::MOST_INPUTS`] items.
#[derive(Serialize)]
#[serde(transparent)]
struct BoundedList<T>(Vec<T>);

impl<T> Default for BoundedList<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl From<&DataScaling> for ScalingRecord {
    fn from(scaling: &DataScaling) -> Self {
        Self {
            method: scaling.method.clone(),
            offsets: BoundedList(scaling.offsets.clone()),
            spreads: BoundedList(scaling.spreads.clone()),
            inputs: BoundedList(scaling.inputs.clone()),
            classes: BoundedList(scaling.classes.clone()),
            target_offsets: BoundedList(scaling.target_offsets.clone()),
            target_spreads: BoundedList(scaling.target_spreads.clone()),
        }
    }
}

impl ScalingRecord {
    /// Returns the scaling.
    ///
    /// # Errors
    /// If there is not one usable pair of numbers for each input. The error is what was found.
    pub(super) fn scaling(self) -> Result<DataScaling, String> {
        let (offsets, spreads, inputs) = (self.offsets.0, self.spreads.0, self.inputs.0);
        if offsets.len() != spreads.len() {
            return Err(format!("{} offsets and {} spreads", offsets.len(), spreads.len()));
        }
        if !inputs.is_empty() && inputs.len() != offsets.len() {
            return Err(format!("{} offsets and {} inputs", offsets.len(), inputs.len()));
        }
        let (target_offsets, target_spreads) = (self.target_offsets.0, self.target_spreads.0);
        if target_offsets.len() != target_spreads.len() {
            let (offsets, spreads) = (target_offsets.len(), target_spreads.len());
            return Err(format!("{offsets} offsets and {spreads} spreads of targets"));
        }
        let mut all = spreads.iter().chain(&target_spreads);
        if let Some(spread) = all.find(|spread| **spread <= 0.0 || !spread.is_finite()) {
            return Err(format!("the spread {spread}"));
        }
        Ok(DataScaling {
            method: self.method,
            offsets,
            spreads,
            inputs,
            classes: self.classes.0,
            target_offsets,
            target_spreads,
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for BoundedList<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(ListVisitor(PhantomData)).map(Self)
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            if items.len() == DataScaling::MOST_INPUTS {
                let most = DataScaling::MOST_INPUTS;
                return Err(A::Error::custom(format!("more than {most} inputs")));
            }
            items.push(item);
        }
        Ok(items)
    }
}
