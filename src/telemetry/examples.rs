//! Requests for single examples with the outputs of every arm, and the answers.

use std::sync::Arc;

/// The set that an example is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExampleSet {
    /// The test set; the training set if there is no other.
    #[default]
    Test,
    /// The training set.
    Training,
}

/// The order in which examples are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExampleOrder {
    /// Those first whose cost is greatest for the chosen arm.
    #[default]
    WorstFirst,
    /// As in the set.
    AsRead,
    /// By an input, from 0, the least first.
    ByInput(usize),
    /// By the target: by class, or by the first target.
    ByTarget,
    /// By an output of the chosen arm, from 0, the greatest first.
    ByOutput(usize),
}

/// The examples that are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExampleFilter {
    /// All of them.
    #[default]
    All,
    /// Those that the chosen arm takes for another class.
    Mistakes,
    /// Those of a class that the chosen arm takes for a certain class.
    Confused {
        /// The class of the example.
        class: usize,
        /// The class of the greatest output.
        answer: usize,
    },
}

/// A request for some examples, and for the confusion matrices over their set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExamplesRequest {
    /// The set.
    pub set: ExampleSet,
    /// The arm by whose outputs examples are ordered and chosen.
    pub arm: usize,
    /// The order of the list.
    pub order: ExampleOrder,
    /// The examples that are listed.
    pub filter: ExampleFilter,
    /// The place in the list of the first example wanted, from 0.
    pub first: usize,
    /// The most examples wanted.
    pub count: usize,
}

/// Some examples of a set, with the outputs of every arm, and the scores of the arms on the whole set. All numbers
/// are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedExamples {
    /// The request that this answers.
    pub request: ExamplesRequest,
    /// The number of steps done.
    pub step: u64,
    /// Whether the examples are of the test set.
    pub is_test: bool,
    /// The number of examples in the set.
    pub of: usize,
    /// The number of examples in the whole list.
    pub listed: usize,
    /// The examples wanted, in the order of the list.
    pub rows: Vec<ExampleRow>,
    /// What each arm makes of the set.
    pub arms: Vec<ArmScore>,
}

/// One example with the outputs of every arm.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleRow {
    /// Its row in the set, from 0.
    pub row: usize,
    /// Its inputs.
    pub x: Vec<f64>,
    /// Its targets.
    pub y: Vec<f64>,
    /// Its class: the place of the 1 among several targets, or the only target if that is 0 or 1; `None` if the
    /// targets are no classes.
    pub class: Option<usize>,
    /// The outputs and the cost of each arm.
    pub arms: Vec<ExampleOutputs>,
}

/// What one arm makes of one example.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExampleOutputs {
    /// The outputs.
    pub a: Vec<f64>,
    /// C of this example, data term.
    pub cost: f64,
    /// The class of the greatest output, or of the only output by ½; `None` if the targets are no classes.
    pub answer: Option<usize>,
}

/// What one arm makes of a whole set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmScore {
    /// The number of examples of each class taken for each class: `[class * classes + answer]`; empty if the
    /// targets are no classes.
    pub confusion: Vec<u32>,
    /// The number of classes.
    pub classes: usize,
    /// The mean of |a − y| over all outputs and examples.
    pub mean_error: f64,
}

impl ArmScore {
    /// Returns the pairs of a class and another one that some of its examples are taken for, the most frequent first.
    pub(crate) fn confused_pairs(&self) -> Vec<(usize, usize)> {
        let all = (0..self.classes).flat_map(|class| (0..self.classes).map(move |a| (class, a)));
        let mut pairs: Vec<(usize, usize)> =
            all.filter(|(class, a)| class != a && self.count(*class, *a) > 0).collect();
        pairs.sort_by_key(|(class, a)| std::cmp::Reverse(self.count(*class, *a)));
        pairs
    }

    /// Returns the number of examples of a class that are taken for another.
    pub fn count(&self, class: usize, answer: usize) -> u32 {
        let is_there = class < self.classes && answer < self.classes;
        let count = self.confusion.get(class * self.classes + answer);
        count.copied().filter(|_| is_there).unwrap_or(0)
    }

    /// Returns the number of examples that are taken for another class than theirs.
    pub fn mistakes(&self) -> u32 {
        let right: u32 = (0..self.classes).map(|class| self.count(class, class)).sum();
        self.confusion.iter().sum::<u32>() - right
    }
}

/// A picture whose outputs are wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum PictureSource {
    /// A digit drawn by hand, for networks of 28 × 28 pixels: strokes through points, x to the right and y
    /// downwards, of any size and position. It is fitted and centred as the pictures of MNIST are.
    Drawn(Arc<Vec<Vec<[f32; 2]>>>),
    /// An example, by its row in the set.
    Example(ExampleSet, usize),
}

/// A request for the outputs of every arm on one picture, and for what each pixel does to one output.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureRequest {
    /// The picture.
    pub picture: PictureSource,
    /// The output whose derivatives are wanted; `None` for the greatest of each arm.
    pub output: Option<usize>,
    /// Further pictures, of which only the outputs are wanted.
    pub others: Arc<Vec<PictureSource>>,
}

/// The outputs of every arm on one picture. All numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureAnswer {
    /// The request that this answers.
    pub request: PictureRequest,
    /// The number of steps done.
    pub step: u64,
    /// The picture as the networks see it, row by row, from 0 to 1.
    pub x: Vec<f32>,
    /// Its class, if it is an example that has one.
    pub class: Option<usize>,
    /// What each arm makes of it.
    pub arms: Vec<ArmOnPicture>,
    /// The outputs on the further pictures, in their order.
    pub others: Vec<OtherOutputs>,
}

/// The outputs on one of the further pictures of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherOutputs {
    /// The outputs of each arm; empty if there is no such picture.
    pub arms: Vec<Vec<f64>>,
}

/// What one arm makes of one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmOnPicture {
    /// The outputs.
    pub a: Vec<f64>,
    /// The output that the derivatives are of.
    pub output: usize,
    /// ∂a/∂x of that output for each pixel.
    pub derivatives: Vec<f32>,
}

/// A request for what the neurons of a layer are worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SilencingRequest {
    /// The hidden layer, from 0.
    pub layer: usize,
}

/// What becomes of each arm if one neuron after the other is silenced: its activation is 0. All numbers are
/// finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Silencing {
    /// The request that this answers.
    pub request: SilencingRequest,
    /// The number of steps done.
    pub step: u64,
    /// Whether the examples are of the test set.
    pub is_test: bool,
    /// The number of examples over which it is measured.
    pub examples: usize,
    /// What becomes of each arm; empty for an arm that has no such hidden layer.
    pub arms: Vec<SilencedArm>,
}

/// What becomes of one arm. An error is the share of examples that are taken for another class; for numbers it is
/// the mean of |a − y|.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SilencedArm {
    /// The error of the whole network.
    pub error: f64,
    /// The error without each neuron.
    pub without: Vec<f64>,
}
