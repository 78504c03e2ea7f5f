//! The models that the arms of a run start from, and what a scenario takes from them.
//!
//! Where a scenario is silent, the file of a model decides: its activation functions are taken as if the
//! scenario named them. What the scenario says in so many words is compared with the file, and a contradiction
//! is refused.

use std::borrow::Borrow;
use std::path::Path;
use std::sync::Arc;

use crate::nn::{Activation, DataScaling, Output};
use crate::scenario::error::{KeyPath, Location, ScenarioError};
use crate::scenario::models::check_functions;
use crate::scenario::source::{Override, ScenarioSource};
use crate::scenario::spec::{ArmSpec, DataSpec, Scenario};
use crate::telemetry::ModelState;
use crate::text::visible;

/// A saved model, and the flag and file that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SavedModel {
    /// The model.
    pub(crate) model: ModelState,
    /// The flag or command and the file, for messages: `--load m.json`.
    pub(crate) origin: String,
}

impl Borrow<ModelState> for SavedModel {
    fn borrow(&self) -> &ModelState {
        &self.model
    }
}

/// The models that the arms of a run start from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ModelStart {
    /// The path as it was given; `{arm}` in it stands for the name of an arm.
    pub(crate) path: String,
    /// One model for all arms, or one for each.
    pub(crate) models: Vec<SavedModel>,
    /// Remarks on how the files were understood.
    pub(crate) remarks: Vec<String>,
}

/// A scenario for which models have decided where it was silent.
pub(crate) struct AdoptedScenario {
    /// The scenario.
    pub(crate) scenario: Scenario,
    /// Remarks on what was taken from the models.
    pub(crate) remarks: Vec<String>,
}

/// Whether the functions that an arm does not name are taken from its model.
#[derive(Clone, Copy)]
enum Silence {
    IsFilled,
    Stays,
}

impl ModelStart {
    /// Returns a comment for a scenario that is saved during a run from these models, which it does not hold.
    /// A relative path is resolved in `folder`, if it is given.
    pub(crate) fn comment(&self, folder: Option<&Path>) -> String {
        let is_home = Path::new(&self.path).starts_with("~");
        let path = folder.filter(|_| !is_home).map_or(self.path.clone(), |folder| {
            folder.join(&self.path).to_string_lossy().into_owned()
        });
        format!(
            "# The run began at the weights of {}, which this file does not hold.\n",
            visible(&path)
        )
    }

    /// Returns the scenario with what the models decide where it is silent.
    ///
    /// # Errors
    /// If the models do not fit the arms, or contradict the scenario.
    pub(crate) fn adopted_by(&self, scenario: &Scenario) -> Result<AdoptedScenario, ScenarioError> {
        let mut adopted = self.adopt(scenario)?;
        if let Some(saved) = self.models.iter().find(|saved| saved.model.scaling.is_some()) {
            let data = &adopted.scenario.data;
            let words = match data.scaling() {
                Some(_) => "the inputs are scaled by the numbers of the file".to_owned(),
                None => format!(
                    "its scaling is left out: inputs of kind \"{}\" are not scaled",
                    data.kind()
                ),
            };
            adopted.remarks.push(format!("{}: {words}", saved.origin));
        }
        Ok(adopted)
    }

    fn adopt(&self, scenario: &Scenario) -> Result<AdoptedScenario, ScenarioError> {
        let [one] = &self.models[..] else {
            return scenario.adopting(&self.models.iter().map(Some).collect::<Vec<_>>());
        };
        let base = scenario.before_models()?;
        for arm in &base.arms {
            arm.check_model(&one.model, &one.origin)?;
        }
        // Arms that differ on purpose may start from one model, if it is of one of them as it stands.
        let is_of_one = check_functions(&base.arms, &one.model, &one.origin).is_ok();
        let silence = if is_of_one { Silence::Stays } else { Silence::IsFilled };
        let models = vec![Some(one); base.arms.len()];
        base.taking_from(&models, silence, |arms| check_functions(arms, &one.model, &one.origin))
    }
}

impl Scenario {
    /// Returns the scenario with what a model of each arm decides where it is silent; `None` for an arm
    /// without a model.
    ///
    /// # Errors
    /// If a model does not fit its arm, or contradicts the scenario.
    pub(crate) fn adopting(
        &self,
        models: &[Option<&SavedModel>],
    ) -> Result<AdoptedScenario, ScenarioError> {
        self.before_models()?.taking_from(models, Silence::IsFilled, |arms| {
            for (arm, saved) in arms.iter().zip(models) {
                let Some(SavedModel { model, origin }) = saved else { continue };
                check_functions(std::slice::from_ref(arm), model, origin)?;
            }
            Ok(())
        })
    }

    /// Takes values from a model of each arm; `check` compares the arms with the models after that.
    fn taking_from(
        self,
        models: &[Option<&SavedModel>],
        silence: Silence,
        check: impl FnOnce(&[ArmSpec]) -> Result<(), ScenarioError>,
    ) -> Result<AdoptedScenario, ScenarioError> {
        let mut adopted = Vec::new();
        let mut arms = self.arms.clone();
        let mut remarks = Vec::new();
        for (arm, saved) in arms.iter_mut().zip(models) {
            let Some(SavedModel { model, origin }) = saved else { continue };
            arm.check_model(model, origin)?;
            let taken = match silence {
                Silence::IsFilled => self.take_functions(arm, model),
                Silence::Stays => Vec::new(),
            };
            remarks.extend(remark(&taken, origin));
            let over =
                |(key, value)| Override::new(format!("arm.{}.{key}", arm.name), value, origin);
            adopted.extend(taken.into_iter().map(over));
        }
        check(&arms)?;
        remarks.dedup();
        let scaling = self.scaling_of(models)?;
        if let Some((scaling, origin)) = &scaling
            && !self.says("data.scale")
        {
            adopted.push(Override::new("data.scale", &scaling.method, origin));
        }
        let scaling = scaling.map(|(scaling, _)| Arc::new(scaling));
        let Some(origin) = adopted.last().map(|last: &Override| last.shown_as.clone()) else {
            let scenario = self.with_scaling(scaling);
            return Ok(AdoptedScenario { scenario, remarks });
        };
        let scenario = self.with_adopted(adopted).map_err(|error| ScenarioError {
            // The scenario was valid before, so what was taken from the file is the cause.
            location: Location::Typed(origin),
            ..error
        })?;
        Ok(AdoptedScenario { scenario: scenario.with_scaling(scaling), remarks })
    }

    /// Sets the functions of an arm on which the scenario is silent to those of a model. Returns the keys
    /// that were changed, with their new values.
    fn take_functions(
        &self,
        arm: &mut ArmSpec,
        model: &ModelState,
    ) -> Vec<(&'static str, &'static str)> {
        let says = |key: &str| {
            self.says(&format!("network.{key}")) || self.says(&format!("arm.{}.{key}", arm.name))
        };
        let (says_hidden, says_output) = (says("hidden"), says("output"));
        let mut taken = Vec::new();
        if let Some(hidden) = model.hidden.filter(|hidden| *hidden != arm.hidden)
            // Without a hidden layer, its activation function does not matter.
            && !says_hidden && arm.layers.len() > 2
        {
            arm.hidden = hidden;
            taken.push(("hidden", Activation::name(hidden)));
        }
        if let Some(output) = model.output.filter(|output| *output != arm.output)
            && !says_output
        {
            arm.output = output;
            taken.push(("output", Output::name(output)));
        }
        taken
    }

    /// Returns the scaling that models give to the inputs of the data, or `None` if they say nothing of it.
    ///
    /// # Errors
    /// If the models differ in it, or the scenario names another.
    fn scaling_of(
        &self,
        models: &[Option<&SavedModel>],
    ) -> Result<Option<(DataScaling, String)>, ScenarioError> {
        let mut saved = models.iter().copied().flatten();
        let Some(first) = saved.next() else { return Ok(None) };
        let refused = |found: String, expected: &str| {
            let refusal = KeyPath::default().key("data").key("scale").refuse(found, expected);
            Err(refusal.at(Location::Typed(first.origin.clone())))
        };
        if let Some(other) = saved.find(|other| other.model.scaling != first.model.scaling) {
            let found = format!("found another scaling of the data than in {}", other.origin);
            return refused(found, "models of one run would do: its arms share their data");
        }
        let Some(scaling) = &first.model.scaling else { return Ok(None) };
        let inputs = first.model.sizes.first().copied().unwrap_or_default();
        if scaling.offsets.len() != inputs {
            let found =
                format!("found a model of {inputs} inputs that scales {}", scaling.offsets.len());
            return refused(found, "as many as the sizes say would do");
        }
        let Some(options) = self.data.table_options() else { return Ok(None) };
        let (is, was) = (options.scale.name(), scaling.method.as_str());
        if self.says("data.scale") && is != was {
            let found =
                format!("found \"{is}\", but the inputs of the model were scaled by \"{was}\"");
            return refused(found, &format!("--set data.scale={was} would do"));
        }
        Ok(Some((scaling.clone(), first.origin.clone())))
    }

    /// Returns whether the text or an override sets this key: `network.hidden`, `arm.quadratic.output`.
    pub(super) fn says(&self, key: &str) -> bool {
        self.source.said.contains(key)
    }

    /// Returns the scenario before it took anything from models.
    fn before_models(&self) -> Result<Self, ScenarioError> {
        if self.source.adopted.is_empty() && self.data.scaling().is_none() {
            return Ok(self.clone());
        }
        Self::read(&self.source.text, &self.name, &self.source.overrides)
    }

    /// Returns the scenario with other overrides. Values that were taken from models stay, unless the
    /// overrides set them.
    pub(super) fn with_overrides(&self, overrides: &[Override]) -> Result<Self, ScenarioError> {
        let read = Self::read(&self.source.text, &self.name, overrides)?;
        let is_silent = |over: &&Override| {
            let key = over.key.rsplit('.').next().unwrap_or_default();
            !read.says(&over.key) && !read.says(&format!("network.{key}"))
        };
        let adopted: Vec<_> = self.source.adopted.iter().filter(is_silent).cloned().collect();
        let read = if adopted.is_empty() { read } else { read.with_adopted(adopted)? };
        let has_scale = |scaling: &Arc<DataScaling>| {
            read.data.table_options().is_some_and(|options| options.scale.name() == scaling.method)
        };
        let scaling = self.data.scaling().filter(|scaling| has_scale(scaling)).cloned();
        Ok(read.with_scaling(scaling))
    }

    /// Returns the scenario with the scaling of a model for the inputs of a table.
    fn with_scaling(mut self, scaling: Option<Arc<DataScaling>>) -> Self {
        if let DataSpec::Csv { options, .. } | DataSpec::Arrays { options, .. } = &mut self.data {
            options.scaling = scaling;
        }
        self
    }

    /// Returns the scenario with values that are taken from models.
    fn with_adopted(self, adopted: Vec<Override>) -> Result<Self, ScenarioError> {
        let all: Vec<Override> = self.source.overrides.iter().chain(&adopted).cloned().collect();
        let read = Self::read(&self.source.text, &self.name, &all)?;
        Ok(Self { source: ScenarioSource { adopted, ..self.source }, ..read })
    }
}

/// Returns the remark on values that were taken from a file, if there are any.
fn remark(taken: &[(&str, &str)], origin: &str) -> Option<String> {
    let values: Vec<_> = taken.iter().map(|(key, value)| format!("{key} \"{value}\"")).collect();
    (!values.is_empty()).then(|| {
        format!("{origin}: {} taken from the file: the scenario names none", values.join(", "))
    })
}
