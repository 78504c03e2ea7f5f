//! Validates scenarios across keys.

use crate::data::{Data, Planar};
use crate::nn::{Cost, Output, Precision};
use crate::scenario::error::{KeyError, KeyPath};
use crate::scenario::parsed_arm::ParsedArm;
use crate::scenario::spec::{DataSpec, Scenario};
use crate::scenario::words::either;

/// The pixels of an image of a digit, and the number of digits.
const DIGIT: (usize, usize) = (784, 10);

/// The most weights of an arm, and the most numbers of a mini-batch or of a slice of an evaluation. A run
/// holds several copies of each, about 2 GB in f64.
const MOST_NUMBERS: usize = 50_000_000;

/// The most examples that are evaluated at once.
pub(crate) const EVALUATED_AT_ONCE: usize = 128;

/// The most drawn digits of a set: about 800 MB.
const MOST_DIGITS: usize = 1_000_000;

/// Checks the constraints between the keys of a scenario.
pub(super) fn check(scenario: &Scenario, arms: &[ParsedArm]) -> Result<(), KeyError> {
    for (i, arm) in arms.iter().enumerate() {
        let twin = arms[..i].iter().any(|earlier| earlier.spec.name == arm.spec.name);
        if twin {
            let found = format!("\"{}\" is the name of an earlier arm", arm.spec.name);
            return Err(arm.key_path.key("name").refuse(found, "another name would do"));
        }
        check_layers_match(&arms[0], arm)?;
        check_layers_fit_data(&scenario.data, arm)?;
        check_cost(arm)?;
        check_sizes(arm)?;
        check_targets(&scenario.data, arm)?;
        check_size(scenario, arm)?;
    }
    check_numbers(scenario)?;
    counts(scenario)
}

/// Checks that the outer sizes of an arm are those of the first: all arms train on the same examples.
fn check_layers_match(first: &ParsedArm, arm: &ParsedArm) -> Result<(), KeyError> {
    let (ours, theirs) = (&arm.spec.layers, &first.spec.layers);
    if ours.first() != theirs.first() || ours.last() != theirs.last() {
        let found = format!("found {ours:?} beside {theirs:?} of arm {}", first.spec.name);
        return Err(arm.layers.refuse(found, "the same first and last sizes would do"));
    }
    Ok(())
}

fn check_layers_fit_data(data: &DataSpec, arm: &ParsedArm) -> Result<(), KeyError> {
    let (inputs, outputs): (usize, Vec<usize>) = match data {
        DataSpec::Table { inputs, targets } => {
            (inputs.first().map_or(0, Vec::len), vec![targets.first().map_or(0, Vec::len)])
        }
        DataSpec::Planar { set: Planar::Plane, .. } => (2, vec![1]),
        DataSpec::Planar { .. } => (2, vec![1, 2]),
        // Data of the same form may have other classes.
        DataSpec::Mnist(_) if arm.spec.layers.last() > Some(&1) => {
            (DIGIT.0, arm.spec.layers.last().copied().into_iter().collect())
        }
        DataSpec::Digits(_) | DataSpec::Mnist(_) => (DIGIT.0, vec![DIGIT.1]),
        DataSpec::Csv { .. } | DataSpec::Arrays { .. } => return Ok(()),
    };
    let sizes = &arm.spec.layers;
    let fits = sizes.first() == Some(&inputs) && sizes.last().is_some_and(|l| outputs.contains(l));
    if fits {
        return Ok(());
    }
    let outputs: Vec<String> = outputs.iter().map(usize::to_string).collect();
    let found = format!("found {sizes:?}, which does not fit data of kind \"{}\"", data.kind());
    let expected = format!("{inputs} first and {} last would do", either(&outputs));
    Err(arm.layers.refuse(found, expected))
}

fn check_cost(arm: &ParsedArm) -> Result<(), KeyError> {
    let (cost, output) = (arm.spec.cost, arm.spec.output);
    if cost.suits(output) {
        return Ok(());
    }
    let outputs = Output::ALL.into_iter().filter(|output| cost.suits(*output));
    let costs = advisable().filter(|cost| cost.suits(output));
    let expected_settings: Vec<String> = outputs
        .map(|output| format!("output = \"{}\"", output.name()))
        .chain(costs.map(|cost| format!("cost = \"{}\"", cost.name())))
        .collect();
    let found = format!("found \"{}\" with a {} output", cost.name(), output.name());
    let expected = format!("{} would do", either(&expected_settings));
    Err(arm.key_path.key("cost").refuse(found, expected))
}

/// Returns the costs that an error may advise: those that step by their gradient.
fn advisable() -> impl Iterator<Item = Cost> {
    Cost::ALL.into_iter().filter(|cost| cost.descends_gradient())
}

/// Checks that the cost is defined for networks of this shape: the book's rule for one neuron.
fn check_sizes(arm: &ParsedArm) -> Result<(), KeyError> {
    let (cost, sizes) = (arm.spec.cost, &arm.spec.layers);
    if cost.trains(sizes) {
        return Ok(());
    }
    let found = format!("found \"{}\" with layers {sizes:?}", cost.name());
    let costs = advisable().filter(|cost| cost.suits(arm.spec.output) && cost.trains(sizes));
    let costs = costs.map(|cost| format!("cost = \"{}\"", cost.name()));
    // One neuron would do where the data have one target.
    let one = match sizes[..] {
        [inputs, .., 1] => Some(format!("layers = [{inputs}, 1]")),
        _ => None,
    };
    let expected_settings: Vec<String> = one.into_iter().chain(costs).collect();
    let expected = format!("{} would do", either(&expected_settings));
    Err(arm.key_path.key("cost").refuse(found, expected))
}

/// Checks that the cost has a minimum for the targets: cross-entropy from 0 to 1, log-likelihood for
/// classes. The targets of a file are not known yet.
fn check_targets(data: &DataSpec, arm: &ParsedArm) -> Result<(), KeyError> {
    let cost = arm.spec.cost;
    let unfit = match data {
        DataSpec::Table { targets, .. } => targets
            .iter()
            .position(|row| !cost.accepts(row))
            .map(|i| format!("row {i} of data.targets is {:?}", targets[i])),
        DataSpec::Planar { set: Planar::Plane, .. } => (!cost.accepts(&[-1.0]))
            .then(|| "the targets of \"plane\" go below 0 and above 1".to_owned()),
        _ => (arm.spec.layers.last() == Some(&1) && !cost.accepts(&[1.0]))
            .then(|| "the last layer has one neuron".to_owned()),
    };
    unfit.map_or(Ok(()), |found| {
        let found = format!("found \"{}\", but {found}", cost.name());
        Err(arm.key_path.key("cost").refuse(found, cost.texts().targets))
    })
}

fn check_size(scenario: &Scenario, arm: &ParsedArm) -> Result<(), KeyError> {
    let sizes = &arm.spec.layers;
    let weights = sizes.windows(2).try_fold(0_usize, |sum, pair| {
        pair[0].checked_mul(pair[1]).and_then(|product| sum.checked_add(product))
    });
    if weights.is_none_or(|weights| weights > MOST_NUMBERS) {
        let found = format!("found {sizes:?}, which is more than {MOST_NUMBERS} weights");
        return Err(arm.layers.refuse(found, "smaller layers would do"));
    }
    let evaluated = sizes[1..].iter().fold(0_usize, |sum, n| sum.saturating_add(*n));
    if evaluated > MOST_NUMBERS / EVALUATED_AT_ONCE {
        let found = format!(
            "found {sizes:?}, which is more than {} neurons",
            MOST_NUMBERS / EVALUATED_AT_ONCE
        );
        return Err(arm.layers.refuse(found, "smaller layers would do"));
    }
    let neurons: usize = sizes.iter().fold(0, |sum, n| sum.saturating_add(*n));
    if scenario.training.batch.saturating_mul(neurons) > MOST_NUMBERS {
        let found = format!(
            "found {}, too many to keep at once for {neurons} neurons",
            scenario.training.batch
        );
        let expected = format!("at most {} would do", MOST_NUMBERS / neurons);
        return Err(top("training").key("batch").refuse(found, expected));
    }
    Ok(())
}

/// Checks the number of drawn digits, and that the training set holds a mini-batch.
fn counts(scenario: &Scenario) -> Result<(), KeyError> {
    let (train, test) = scenario.data.counts();
    let kept = match &scenario.data {
        DataSpec::Digits(p) if p.path.is_none() => Some(MOST_DIGITS),
        _ => None,
    };
    for (key, count) in [("train", train), ("test", Some(test))] {
        if let (Some(count), Some(most)) = (count, kept)
            && count > most
        {
            let found = format!("found {count}");
            return Err(top("data").key(key).refuse(found, format!("at most {most} would do")));
        }
    }
    train.map_or(Ok(()), |train| batch_fits(scenario.training.batch, train))
}

/// Checks that the numbers of a table are finite in the precision of training.
fn check_numbers(scenario: &Scenario) -> Result<(), KeyError> {
    let DataSpec::Table { inputs, targets } = &scenario.data else { return Ok(()) };
    let most = scenario.precision.largest();
    for (key, rows) in [("inputs", inputs), ("targets", targets)] {
        for (i, row) in rows.iter().enumerate() {
            if let Some(k) = row.iter().position(|number| number.abs() > most) {
                let name = scenario.precision.name();
                let found = format!("found {:?} with precision = \"{name}\"", row[k]);
                return Err(top("data").key(key).index(i).index(k).refuse(found, SMALLER));
            }
        }
    }
    Ok(())
}

/// Checks that the examples that have been read are finite in the precision of training.
pub(crate) fn data_fits(precision: Precision, data: &Data) -> Result<(), KeyError> {
    let sets = [("example", Some(&data.train)), ("test example", data.test.as_ref())];
    for (one, set) in sets.into_iter().filter_map(|(one, set)| Some((one, set?))) {
        if let Some((row, number)) = set.first_beyond(precision.largest()) {
            let (name, row) = (precision.name(), row + 1);
            let found =
                format!("found \"{name}\", but {one} {row} of {} holds {number:?}", data.name);
            return Err(top("precision").refuse(found, SMALLER));
        }
    }
    Ok(())
}

/// The expected value if a number is too large for f32.
const SMALLER: &str = "numbers up to 3.4e38 would do, or precision = \"f64\"";

/// Checks that a mini-batch is no larger than the training set.
pub(crate) fn batch_fits(batch: usize, examples: usize) -> Result<(), KeyError> {
    if batch <= examples {
        return Ok(());
    }
    let found = format!("found {batch} with {examples} examples to train on");
    Err(top("training").key("batch").refuse(found, format!("1 to {examples} would do")))
}

fn top(table: &str) -> KeyPath {
    KeyPath::default().key(table)
}
