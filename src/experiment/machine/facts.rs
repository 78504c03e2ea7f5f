//! What a run says of itself.

use crate::data::{Data, Dataset};
use crate::experiment::machine::{AnyPrecision, Experiment};
use crate::scenario::ArmSpec;
use crate::telemetry::{
    Abilities, ArmFacts, ChannelFacts, ExampleCounts, InputUnit, RunFacts, SingleExample,
    TargetFacts,
};

impl Experiment {
    /// Returns the facts of the run that do not change.
    pub fn facts(&self) -> RunFacts {
        let (scenario, data) = (&self.scenario, &self.data);
        let metric = either!(&self.arms, arms => arms.metric);
        let is_single = either!(&self.arms, arms => arms.is_single());
        let of_arm = |arm: &ArmSpec| arm.layers.len().saturating_sub(1);
        let layers = scenario.arms.iter().map(of_arm).max().unwrap_or(0);
        RunFacts {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            seed: scenario.seed,
            precision: scenario.precision,
            data: data.name.clone(),
            examples: data.train.len(),
            test_examples: data.test.as_ref().map_or(0, Dataset::len),
            batch: either!(&self.arms, arms => arms.batch()),
            edition: data.train.edition(),
            picture: data.picture,
            target: data.target.as_ref().map(|target| TargetFacts {
                name: target.name.clone(),
                from: target.from,
                by: target.by,
            }),
            found: data.found.clone(),
            model: None,
            inputs: data.inputs.clone(),
            input_units: input_units(data),
            classes: data.classes.clone(),
            pair: data.pair.clone(),
            metric,
            single: is_single.then(|| single_example(&data.train)),
            clock: (**self.clock()).clone(),
            channels: ChannelFacts::of_training(layers, &data.classes),
            arms: scenario.arms.iter().map(|arm| self.facts_of(arm)).collect(),
            watched: Vec::new(),
            abilities: Abilities { trains: true, explains: true },
        }
    }

    fn facts_of(&self, arm: &ArmSpec) -> ArmFacts {
        let start = if self.starts_from_models { "given" } else { arm.start.name() };
        ArmFacts {
            name: arm.name.clone(),
            cost: arm.cost,
            sizes: arm.layers.clone(),
            hidden: arm.hidden,
            output: arm.output,
            lambda: arm.lambda,
            start: start.to_owned(),
        }
    }

    /// Returns what the training examples determine at the present step.
    pub fn example_counts(&self) -> ExampleCounts {
        ExampleCounts {
            examples: self.data.train.len(),
            batch: either!(&self.arms, arms => arms.batch()),
            clock: (**self.clock()).clone(),
            edition: self.data.train.edition(),
        }
    }
}

/// Returns the only example of a dataset of one.
fn single_example(train: &Dataset) -> SingleExample {
    let (mut x, mut y) = (vec![0.0; train.inputs()], vec![0.0; train.outputs()]);
    train.write_input(0, &mut x);
    train.write_target(0, &mut y);
    SingleExample { x, y: y[0] }
}

/// Returns what the numbers of each scaled input stand for.
fn input_units(data: &Data) -> Vec<InputUnit> {
    let Some(scaling) = &data.scaling else { return Vec::new() };
    let units = scaling.offsets.iter().zip(&scaling.spreads);
    units.map(|(from, by)| InputUnit { from: *from, by: *by }).collect()
}
