//! Estimates the memory of a scenario, so that one that would not fit is refused before it starts.
//!
//! The estimate counts the arrays that grow with the networks and the mini-batch. It is never less than a
//! run needs (`tests/held/estimate.rs` counts the bytes), and at most half as much again.

use crate::experiment::eval_pass::SLICE;
use crate::nn::Precision;
use crate::scenario::{ArmSpec, DataSpec, KeyPath, Location, Scenario, ScenarioError};
use crate::text::bytes_in_words;

/// Copies of a network, in the precision of training, that an arm holds: the network, its start, the copy
/// under evaluation, the gradient computed there, the copy kept while a step is tried, and in the dashboard the
/// state at the start, to which time can return. More states are kept only where memory is left.
const COPIES: u64 = 6;

/// Additional bytes per weight, beside those of training: the start for drawing and the model for saving
/// (f64), two copies for explanations (f64), and in the dashboard eight states of the trajectory and three
/// weight snapshots (f32): the one on the screen, the one that replaces it, and the one being taken.
const BYTES_BESIDE: u64 = 2 * 8 + 2 * 8 + 8 * 4 + 3 * 4;

/// Numbers per neuron and example of a pass: z, a, f′(z), δ.
const NUMBERS_OF_NEURON: u64 = 4;

/// Bytes of a digit, drawn or from MNIST: some 150 lit pixels of three bytes, their offset, the class, and
/// the digit's position in the order of an epoch, twice. If brighter images do not fit, their reader
/// reports it.
const DIGIT: u64 = 480;

/// Whether the data of a scenario still has to be allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataState {
    /// The data has not been loaded yet.
    ToLoad,
    /// The data is already in memory.
    InMemory,
}

/// Checks that a run of this scenario fits in `available` bytes of memory, if known. The number of rows of
/// a CSV file is known only once it is read, so [`load`](crate::experiment::load()) checks that.
///
/// # Errors
/// If it needs more. The message names the needed and the available memory.
pub fn check_memory(
    scenario: &Scenario,
    data: DataState,
    available: Option<u64>,
) -> Result<(), ScenarioError> {
    let networks = of_networks(scenario);
    let data = match data {
        DataState::ToLoad => of_data(scenario),
        DataState::InMemory => 0,
    };
    let needed = networks.saturating_add(data);
    let Some(available) = available.filter(|available| needed > *available) else { return Ok(()) };
    let there_is = format!("{} can be had", bytes_in_words(available));
    let refusal = if data > networks {
        let found = format!("the examples take {} of memory; {there_is}", bytes_in_words(data));
        KeyPath::default().key("data").key("train").refuse(found, "fewer examples would do")
    } else {
        let arms = scenario.arms.len();
        let who = if arms == 1 { "the arm takes".into() } else { format!("{arms} arms take") };
        let found = format!("{who} {} of memory; {there_is}", bytes_in_words(networks));
        let narrower = match scenario.precision {
            Precision::F64 => ", or precision = \"f32\"",
            Precision::F32 => "",
        };
        let expected = format!("smaller layers or fewer arms{narrower} would do");
        KeyPath::default().key("network").key("layers").refuse(found, expected)
    };
    Err(refusal.at(Location::Scenario(scenario.name.clone())))
}

/// Returns the bytes of all arms, with their copies and work space.
pub(super) fn of_networks(scenario: &Scenario) -> u64 {
    let width = match scenario.precision {
        Precision::F32 => 4,
        Precision::F64 => 8,
    };
    let batch = (scenario.training.batch as u64).max(SLICE as u64);
    scenario.arms.iter().map(|arm| of_arm(arm, width, batch)).fold(0, u64::saturating_add)
}

/// Returns the bytes of one arm, whose numbers have `width` bytes, with `batch` examples in a pass.
fn of_arm(arm: &ArmSpec, width: u64, batch: u64) -> u64 {
    let product = |pair: &[usize]| (pair[0] as u64 + 1).saturating_mul(padded(pair[1], width));
    let layers = || arm.layers.windows(2).map(product);
    let weights = layers().fold(0, u64::saturating_add);
    // Each of three passes (training, evaluation, display) holds the later layers transposed.
    let transposed = layers().skip(1).fold(0, u64::saturating_add).saturating_mul(3 * width);
    let neurons = arm.layers[1..].iter().map(|n| padded(*n, width)).fold(0, u64::saturating_add);
    let inputs = arm.layers.first().map_or(0, |n| *n as u64);
    let at_work = neurons.saturating_mul(NUMBERS_OF_NEURON * width);
    let examples = inputs.saturating_mul(width + size_of::<u32>() as u64);
    let of_batch = (at_work.saturating_add(examples)).saturating_mul(3).saturating_mul(batch);
    weights
        .saturating_mul(COPIES * width + BYTES_BESIDE)
        .saturating_add(transposed)
        .saturating_add(of_batch)
}

/// Returns the length of a row of `n` numbers, padded to whole registers and, from 128 numbers, one
/// register more.
fn padded(n: usize, width: u64) -> u64 {
    let register = 64 / width;
    (n as u64).next_multiple_of(register).saturating_add(if n >= 128 { register } else { 0 })
}

/// Returns the bytes of the examples, if their number is known beforehand, else 0.
fn of_data(scenario: &Scenario) -> u64 {
    let (train, test) = scenario.data.counts();
    let count = (train.unwrap_or(0) as u64).saturating_add(test as u64);
    match &scenario.data {
        DataSpec::Planar { .. } => count.saturating_mul(4 * 8),
        DataSpec::Digits(_) | DataSpec::Mnist(_) => count.saturating_mul(DIGIT),
        // A table is no larger than the scenario that holds it.
        DataSpec::Table { .. } | DataSpec::Csv { .. } | DataSpec::Arrays { .. } => 0,
    }
}
