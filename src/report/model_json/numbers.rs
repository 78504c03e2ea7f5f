//! Parses the weights or biases of a model file: three-level lists of numbers.

use serde::de::SeqAccess;

use crate::file::{ReadProgress, make_room};
use crate::report::ModelError;
use crate::report::model::MOST_LAYERS;
use crate::report::model_json::visit::{AnyScalar, FirstError, Scalar, Visit, VisitSeed};

/// The key of the biases.
pub(super) const BIASES: &str = "biases";

/// The numbers of all layers, and their shapes. They are checked against `sizes` at the end, because
/// `sizes` may follow.
pub(super) struct LayerNumbers {
    /// The key of the numbers: `weights` or `biases`.
    name: &'static str,
    layers: Vec<ParsedLayer>,
    /// The number of numbers in the layers before the last.
    before: usize,
    /// The progress of reading the file.
    gauge: ReadProgress,
}

#[derive(Default)]
struct ParsedLayer {
    numbers: Vec<f64>,
    rows: usize,
    /// The length of the first row.
    width: usize,
    /// The first row of another length, and that length.
    uneven: Option<(usize, usize)>,
}

impl LayerNumbers {
    pub(super) fn new(name: &'static str, gauge: &ReadProgress) -> Self {
        Self { name, layers: Vec::new(), before: 0, gauge: gauge.clone() }
    }

    /// Returns the numbers of each layer, if their shapes are those expected: `shapes` yields rows and
    /// width.
    pub(super) fn shaped(
        self,
        shapes: impl ExactSizeIterator<Item = (usize, usize)>,
        of: &str,
    ) -> Result<Vec<Vec<f64>>, ModelError> {
        let name = self.name;
        let check = |field: &str, found: usize, wanted: usize, of: &str| {
            let expected = || format!("{wanted} {of}, as `sizes` says");
            let is_right = found == wanted;
            is_right.then_some(()).ok_or_else(|| Scalar::List(found).type_error(field, &expected()))
        };
        check(name, self.layers.len(), shapes.len(), "layers")?;
        let layers = self.layers.into_iter().zip(shapes).enumerate();
        let numbers = layers.map(|(l, (layer, (rows, width)))| {
            // The biases of a layer may be one row in place of one column.
            if width == 1 && layer.rows == 1 && layer.width == rows {
                return Ok(layer.numbers);
            }
            check(&format!("{name}[{l}]"), layer.rows, rows, "neurons")?;
            check(&format!("{name}[{l}][0]"), layer.width, width, of)?;
            if let Some((j, length)) = layer.uneven {
                check(&format!("{name}[{l}][{j}]"), length, width, of)?;
            }
            Ok(layer.numbers)
        });
        numbers.collect()
    }

    /// Returns the most numbers that the last layer can have, if known. Each takes a digit and a comma.
    fn most(&self) -> Option<usize> {
        let most = self.gauge.most_items(2);
        most.map(|most| most.saturating_sub(self.before))
    }

    fn field(&self, path: &[usize]) -> String {
        path.iter().fold(self.name.to_owned(), |field, at| format!("{field}[{at}]"))
    }
}

impl ParsedLayer {
    fn end_row(&mut self, length: usize) {
        if self.rows == 0 {
            self.width = length;
        } else if self.width != length && self.uneven.is_none() {
            self.uneven = Some((self.rows, length));
        }
        self.rows += 1;
    }
}

/// A list at some depth. Its path is empty for all layers, `[l]` for one layer, `[l, j]` for a row.
pub(super) struct NestedList<'n> {
    pub(super) numbers: &'n mut LayerNumbers,
    pub(super) path: Vec<usize>,
}

impl<'de> Visit<'de> for NestedList<'_> {
    type Made = ();

    fn scalar(self, scalar: Scalar) -> Result<(), ModelError> {
        // The biases of a layer may be a list of numbers, without a list around each.
        if self.numbers.name == BIASES
            && self.path.len() == 2
            && let Some(number) = scalar.as_f64()
        {
            let most = self.numbers.most();
            let Some(layer) = self.numbers.layers.last_mut() else { return Ok(()) };
            make_room(&mut layer.numbers, 1, most);
            layer.numbers.push(number);
            layer.end_row(1);
            return Ok(());
        }
        Err(scalar.type_error(&self.numbers.field(&self.path), "a list"))
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A, fault: &FirstError) -> Result<(), A::Error> {
        match self.path[..] {
            [] => self.layers(list, fault),
            [l] => self.rows(l, list, fault),
            _ => {
                let most = self.numbers.most();
                let Some(layer) = self.numbers.layers.last_mut() else { return Ok(()) };
                let mut length = 0;
                while let Some(scalar) =
                    list.next_element_seed(VisitSeed { visit: AnyScalar, fault })?
                {
                    let Some(number) = scalar.as_f64() else {
                        let field = format!("{}[{length}]", self.numbers.field(&self.path));
                        return Err(fault.keep(scalar.type_error(&field, "a number")));
                    };
                    make_room(&mut layer.numbers, 1, most);
                    layer.numbers.push(number);
                    length += 1;
                }
                layer.end_row(length);
                Ok(())
            }
        }
    }
}

impl NestedList<'_> {
    fn layers<'de, A: SeqAccess<'de>>(
        self,
        mut list: A,
        fault: &FirstError,
    ) -> Result<(), A::Error> {
        for l in 0.. {
            if l > MOST_LAYERS {
                let expected = format!("at most {MOST_LAYERS}");
                let error = ModelError::field(self.numbers.name, "a longer list", expected);
                return Err(fault.keep(error));
            }
            let visit = NestedList { numbers: self.numbers, path: vec![l] };
            if list.next_element_seed(VisitSeed { visit, fault })?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn rows<'de, A: SeqAccess<'de>>(
        self,
        l: usize,
        mut list: A,
        fault: &FirstError,
    ) -> Result<(), A::Error> {
        if let Some(layer) = self.numbers.layers.last_mut() {
            layer.numbers.shrink_to_fit();
            self.numbers.before += layer.numbers.len();
        }
        self.numbers.layers.push(ParsedLayer::default());
        for j in 0.. {
            let visit = NestedList { numbers: self.numbers, path: vec![l, j] };
            if list.next_element_seed(VisitSeed { visit, fault })?.is_none() {
                break;
            }
        }
        Ok(())
    }
}
