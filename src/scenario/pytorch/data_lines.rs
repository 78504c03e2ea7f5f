//! The lines of a `PyTorch` program that make its data: the examples themselves, or the files of MNIST.

use std::fmt::Write;

use crate::data::{Data, Dataset};
use crate::scenario::spec::Scenario;

/// The most numbers that a program holds: about 2 MB of text.
const MOST_NUMBERS: usize = 100_000;

/// The classes of MNIST.
const DIGITS: usize = 10;

/// The lines that read the files of MNIST.
const MNIST: &str = include_str!("mnist.py");

/// The accuracy of networks with an output for each class.
const OF_CLASSES: &str = "\
def accuracy(a, y):
    return (a.argmax(1) == y.argmax(1)).double().mean().item()
";

/// The accuracy of networks with one output for two classes.
const OF_TWO: &str = "\
def accuracy(a, y):
    return ((a >= 0.5) == (y >= 0.5)).double().mean().item()
";

/// Targets that are no classes have no accuracy.
const OF_NUMBERS: &str = "\
def accuracy(a, y):
    return None
";

/// Returns the lines that compute the accuracy; without data, the targets are those of MNIST.
pub(super) fn accuracy_lines(data: Option<&Data>) -> &'static str {
    match data.map(|data| &data.train) {
        None => OF_CLASSES,
        Some(train) if train.is_one_hot() => OF_CLASSES,
        Some(train) if train.is_binary() => OF_TWO,
        Some(_) => OF_NUMBERS,
    }
}

/// Returns the lines that make the tensors `X`, `Y`, `X_TEST` and `Y_TEST`.
///
/// # Errors
/// If there are more numbers than a program should hold. The error is what was found.
pub(super) fn data_lines(scenario: &Scenario, data: Option<&Data>) -> Result<String, String> {
    let Some(data) = data else {
        let outputs = scenario.arms.first().and_then(|arm| arm.layers.last()).copied();
        if outputs != Some(DIGITS) {
            let outputs = outputs.unwrap_or_default();
            return Err(format!(
                "found {outputs} classes, and the program reads MNIST's ten digits"
            ));
        }
        let (train, test) = scenario.data.counts();
        let folder = serde_json::Value::from(scenario.data.path().unwrap_or_default());
        let train = train.map_or("None".to_owned(), |train| train.to_string());
        return Ok(MNIST
            .replace("\"FOLDER\"", &folder.to_string())
            .replace("\"TRAIN\"", &train)
            .replace("\"TEST\"", &test.to_string()));
    };
    let sets = [Some(&data.train), data.test.as_ref()];
    let numbers = |set: &&Dataset| set.len().saturating_mul(set.inputs() + set.outputs());
    let count: usize = sets.iter().flatten().map(numbers).sum();
    if count > MOST_NUMBERS {
        return Err(format!("found {count} numbers, and a program holds {MOST_NUMBERS} at most"));
    }
    let mut text = String::from("# The examples, one a line: their inputs, then their targets.\n");
    for (set, name) in sets.into_iter().zip(["", "_TEST"]) {
        write_set(&mut text, set, name);
    }
    Ok(text)
}

fn write_set(text: &mut String, set: Option<&Dataset>, name: &str) {
    let Some(set) = set else {
        // Writing to a `String` never fails.
        let _ = writeln!(text, "X{name}, Y{name} = torch.tensor([]), torch.tensor([])");
        return;
    };
    let (mut x, mut y) = (vec![0.0; set.inputs()], vec![0.0; set.outputs()]);
    let _ = writeln!(text, "EXAMPLES{name} = [");
    for row in 0..set.len() {
        set.write_input(row, &mut x);
        set.write_target(row, &mut y);
        let _ = writeln!(text, "    ({x:?}, {y:?}),");
    }
    let _ = writeln!(text, "]");
    let _ = writeln!(text, "X{name}, Y{name} = map(torch.tensor, zip(*EXAMPLES{name}))");
}
