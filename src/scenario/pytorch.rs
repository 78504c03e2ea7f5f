//! Writes a scenario as a short program for `PyTorch`, which trains the same networks on the same data.
//!
//! The rule of each step is the same, so from the same start and in the same order the numbers agree up to
//! rounding. The random numbers are not: `PyTorch` has other generators.

mod data_lines;

use std::fmt::Write;

use ndarray::Array2;

use crate::data::Data;
use crate::nn::{Activation, Cost, Init, Output, Precision};
use crate::scenario::error::{KeyPath, Location, ScenarioError};
use crate::scenario::pytorch::data_lines::{accuracy_lines, data_lines};
use crate::scenario::spec::{ArmSpec, DataSpec, InitialState, Scenario};
use crate::text::visible;

/// The parts of the program that are the same for every scenario.
const TRAINING: &str = include_str!("pytorch/training.py");

/// Returns a program for `PyTorch` that trains the networks of a scenario. `data` is the data of the scenario,
/// or `None` if the program reads the files of MNIST itself.
///
/// # Errors
/// If an arm steps by what is no gradient, or the data are too large for a program.
pub(crate) fn pytorch(scenario: &Scenario, data: Option<&Data>) -> Result<String, ScenarioError> {
    let refused = |key: KeyPath, (found, expected): (String, &str)| {
        key.refuse(found, expected).at(Location::Scenario(scenario.name.clone()))
    };
    if let Some(arm) = scenario.arms.iter().find(|arm| !arm.cost.descends_gradient()) {
        let found = format!("found \"{}\", which steps by what is no gradient", arm.cost.name());
        let key = KeyPath::default().key("arm").key(&arm.name).key("cost");
        return Err(refused(key, (found, "another cost would do, or an arm less")));
    }
    let fewer = match scenario.data {
        DataSpec::Digits(_) => "--set data.kind=mnist --data FOLDER, or fewer examples, would do",
        _ => "fewer examples would do",
    };
    let lines = data_lines(scenario, data)
        .map_err(|why| refused(KeyPath::default().key("data"), (why, fewer)))?;
    let accuracy = accuracy_lines(data);
    let text = TRAINING
        .replace("# TITLE\n", &heading(scenario))
        .replace("# SETTINGS\n", &settings(scenario))
        .replace("# ACCURACY\n", accuracy)
        .replace("# ARMS\n", &scenario.arms.iter().map(arm_lines).collect::<String>())
        .replace("# DATA\n", &lines);
    Ok(text)
}

/// Returns the comment at the top.
fn heading(scenario: &Scenario) -> String {
    let (title, name) = (visible(&scenario.title), visible(&scenario.name));
    let order = if scenario.training.shuffle {
        "the start that is drawn here and the order of the examples differ, and\n\
         # costs agree about as well as those of two seeds. With --set training.shuffle=false and a\n\
         # start of xentviz they agree up to rounding."
    } else {
        "the start that is drawn here differs. From a start of xentviz, the costs agree\n\
         # up to rounding."
    };
    format!(
        "# {title}: the scenario {name} of xentviz as a program for PyTorch.\n#\n\
         #   python THIS.py                              trains every arm; a line of JSON an epoch\n\
         #   python THIS.py 'start-{{arm}}.safetensors'    begins at weights that xentviz saved with\n\
         #   xentviz run {name} --epochs 1 --eta 1e-300 --names torch --save 'start-{{arm}}.safetensors'\n\
         #   and the changes that this program was made with, if there were any.\n#\n\
         # The random numbers of PyTorch are not those of xentviz: {order}\n"
    )
}

fn settings(scenario: &Scenario) -> String {
    let dtype = match scenario.precision {
        Precision::F32 => "float32",
        Precision::F64 => "float64",
    };
    let training = &scenario.training;
    let shuffle = if training.shuffle { "True" } else { "False" };
    format!(
        "SEED, EPOCHS, BATCH, EVALUATE, SHUFFLE = {}, {}, {}, {}, {shuffle}\n\
         torch.set_default_dtype(torch.{dtype})\n",
        scenario.seed, training.epochs, training.batch, training.evaluate
    )
}

/// Returns the lines of an arm in the list of arms.
fn arm_lines(arm: &ArmSpec) -> String {
    let hidden = match arm.hidden {
        Activation::Sigmoid => "nn.Sigmoid",
        Activation::Tanh => "nn.Tanh",
        Activation::Relu => "nn.ReLU",
        Activation::Linear => "nn.Identity",
    };
    let output = match arm.output {
        Output::Sigmoid => "torch.sigmoid",
        Output::Softmax => "softmax",
        Output::Linear => "identity",
    };
    let cost = match arm.cost {
        Cost::CrossEntropy => "cross_entropy",
        Cost::LogLikelihood => "log_likelihood",
        _ => "quadratic",
    };
    let init = match &arm.start {
        InitialState::Random(Init::Scaled) => "scaled".to_owned(),
        InitialState::Random(Init::Large) => "large".to_owned(),
        InitialState::Random(Init::Xavier) => "xavier".to_owned(),
        InitialState::Random(Init::Zero) => "zero".to_owned(),
        InitialState::Given(layers) => {
            let layer = |(w, b): &(Array2<f64>, _)| format!("({}, {b:?})", rows(w));
            let layers: Vec<String> =
                layers.iter().map(|(w, b)| layer(&(w.clone(), b.to_vec()))).collect();
            format!("given([{}])", layers.join(", "))
        }
    };
    let (name, sizes, eta, lambda) = (&arm.name, &arm.layers, arm.eta, arm.lambda);
    format!(
        "    Arm(\"{name}\", {sizes:?}, {hidden}, {output}, {cost}, {init}, eta={eta:?}, lam={lambda:?}),\n"
    )
}

/// Returns a matrix as lists of Python, row by row.
fn rows(matrix: &Array2<f64>) -> String {
    let mut text = String::from("[");
    for row in matrix.rows() {
        let row: Vec<f64> = row.to_vec();
        // Writing to a `String` never fails.
        let _ = write!(text, "{row:?}, ");
    }
    text + "]"
}
