//! Writes a scenario as TOML that reads back to the same scenario.

use std::fmt::{Display, Write};

use crate::nn::{Activation, Init, Output, Precision};
use crate::scenario::spec::{ArmSpec, DataSpec, GivenLayers, Pictures, Scenario, Start};
use crate::telemetry::Pace;

impl Scenario {
    /// The scenario as TOML, every arm as it is; it reads back to an equal one.
    pub fn to_toml(&self) -> String {
        let mut page = Page::default();
        page.entry("title", text(&self.title));
        page.entry("summary", text(&self.summary));
        page.entry("seed", self.seed);
        if self.precision != Precision::default() {
            page.entry("precision", text(self.precision.name()));
        }
        page.data(&self.data);
        let common = Common::of(&self.arms);
        page.network(&common);
        page.training(self, &common);
        for arm in &self.arms {
            page.arm(arm, &common);
        }
        page.0
    }
}

/// What `[network]` and `[training]` say for all arms.
struct Common<'a> {
    layers: &'a [usize],
    eta: f64,
    hidden: Activation,
    output: Output,
    start: Start,
    lambda: f64,
}

impl<'a> Common<'a> {
    /// What the arms agree in, and the first arm's layers and η, which must be said.
    fn of(arms: &'a [ArmSpec]) -> Self {
        Self {
            layers: arms.first().map_or(&[], |arm| &arm.layers),
            eta: arms.first().map_or(0.0, |arm| arm.eta),
            hidden: agreed(arms, |arm| &arm.hidden).copied().unwrap_or_default(),
            output: agreed(arms, |arm| &arm.output).copied().unwrap_or_default(),
            start: agreed(arms, |arm| &arm.start)
                .filter(|_| agreed(arms, |arm| &arm.layers).is_some())
                .cloned()
                .unwrap_or(Start::Drawn(Init::Scaled)),
            lambda: agreed(arms, |arm| &arm.lambda).copied().unwrap_or(0.0),
        }
    }
}

/// The value that all arms have, if there is one.
fn agreed<T: PartialEq>(arms: &[ArmSpec], of: impl Fn(&ArmSpec) -> &T) -> Option<&T> {
    let first = of(arms.first()?);
    arms.iter().all(|arm| of(arm) == first).then_some(first)
}

/// A TOML text under way.
#[derive(Default)]
struct Page(String);

impl Page {
    fn entry(&mut self, key: &str, value: impl Display) {
        // Writing to a String cannot fail.
        writeln!(self.0, "{key} = {value}").expect("a String takes every text");
    }

    fn heading(&mut self, heading: &str) {
        writeln!(self.0, "\n{heading}").expect("a String takes every text");
    }

    fn data(&mut self, data: &DataSpec) {
        self.heading("[data]");
        self.entry("kind", text(data.kind()));
        match data {
            DataSpec::Table { inputs, targets } => {
                self.entry("inputs", rows(inputs));
                self.entry("targets", rows(targets));
            }
            DataSpec::Planar { train, test, noise, .. } => {
                self.entry("train", train);
                self.entry("test", test);
                self.entry("noise", number(*noise));
            }
            DataSpec::Digits(pictures) | DataSpec::Mnist(pictures) => self.pictures(pictures),
            DataSpec::Csv { path, train, test } => {
                self.entry("path", text(path));
                self.optional("train", *train);
                self.entry("test", test);
            }
        }
    }

    fn pictures(&mut self, pictures: &Pictures) {
        self.optional("path", pictures.path.as_deref().map(text));
        self.optional("train", pictures.train);
        self.optional("test", pictures.test);
    }

    fn optional(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.entry(key, value);
        }
    }

    fn network(&mut self, common: &Common<'_>) {
        self.heading("[network]");
        self.entry("layers", format_args!("{:?}", common.layers));
        if common.hidden != Activation::default() {
            self.entry("hidden", text(common.hidden.name()));
        }
        if common.output != Output::default() {
            self.entry("output", text(common.output.name()));
        }
        if common.start != Start::Drawn(Init::Scaled) {
            self.start(&common.start);
        }
    }

    fn start(&mut self, start: &Start) {
        match start {
            Start::Drawn(init) => self.entry("init", text(init.name())),
            Start::Given(layers) => {
                self.entry("weights", weights(layers));
                let biases = layers.iter().map(|(_, biases)| list(biases.iter()));
                self.entry("biases", format_args!("[{}]", join(biases)));
            }
        }
    }

    fn training(&mut self, scenario: &Scenario, common: &Common<'_>) {
        let training = &scenario.training;
        self.heading("[training]");
        self.entry("epochs", training.epochs);
        self.entry("batch", training.batch);
        self.entry("eta", number(common.eta));
        if !training.shuffle {
            self.entry("shuffle", false);
        }
        if common.lambda != 0.0 {
            self.entry("lambda", number(common.lambda));
        }
        match training.pace {
            Pace::Epochs(pace) => self.entry("pace", number(pace)),
            Pace::Max => self.entry("pace", text("max")),
        }
        self.entry("evaluate", training.evaluate);
    }

    fn arm(&mut self, arm: &ArmSpec, common: &Common<'_>) {
        self.heading("[[arm]]");
        self.entry("name", text(&arm.name));
        self.entry("cost", text(arm.cost.name()));
        if arm.layers != common.layers {
            self.entry("layers", format_args!("{:?}", arm.layers));
        }
        if arm.hidden != common.hidden {
            self.entry("hidden", text(arm.hidden.name()));
        }
        if arm.output != common.output {
            self.entry("output", text(arm.output.name()));
        }
        if arm.start != common.start {
            self.start(&arm.start);
        }
        if arm.eta != common.eta {
            self.entry("eta", number(arm.eta));
        }
        if arm.lambda != common.lambda {
            self.entry("lambda", number(arm.lambda));
        }
    }
}

/// Text in quotes, escaped as TOML has it.
fn text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The shortest digits that read back to the same float; whole numbers without a fraction.
fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 && number.is_sign_positive() {
        format!("{number}")
    } else {
        format!("{number:?}")
    }
}

fn list<'n>(numbers: impl Iterator<Item = &'n f64>) -> String {
    format!("[{}]", join(numbers.map(|n| format!("{n:?}"))))
}

fn rows(rows: &[Vec<f64>]) -> String {
    format!("[{}]", join(rows.iter().map(|row| list(row.iter()))))
}

fn weights(layers: &GivenLayers) -> String {
    let layer = |(weights, _): &(ndarray::Array2<f64>, _)| {
        format!("[{}]", join(weights.outer_iter().map(|row| list(row.iter()))))
    };
    format!("[{}]", join(layers.iter().map(layer)))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
