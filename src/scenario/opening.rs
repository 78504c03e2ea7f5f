//! The keys to set so that opening a scenario by its name begins the same run.
//!
//! A scenario is its text and its overrides, so these are the keys. Settings that were changed in a run before its
//! first step are added to them; changes of later steps are not.

use crate::scenario::draft::find;
use crate::scenario::keys::KeySpec;
use crate::scenario::source::{MNIST_FOLDER, Override};
use crate::scenario::spec::Scenario;
use crate::scenario::value::Value;
use crate::telemetry::Pace;
use crate::text::visible;

/// The keys of the labels of a run, which change nothing else.
const LABELS: [&str; 2] = ["title", "summary"];

/// The settings of a run at its first step, and its labels and pace now.
pub(crate) struct StartSettings<'a> {
    /// η of each arm.
    pub(crate) etas: &'a [f64],
    /// The number of epochs between evaluations.
    pub(crate) evaluate: u64,
    /// The pace.
    pub(crate) pace: Pace,
    /// The scenario that has the labels.
    pub(crate) labels: &'a Scenario,
}

impl Scenario {
    /// Returns the keys to set, with their values, so that opening this scenario by its name begins a run with
    /// these settings; and the number of epochs that it then has.
    ///
    /// # Errors
    /// If no keys do that. The error is the reason.
    pub(crate) fn opening(
        &self,
        start: &StartSettings<'_>,
    ) -> Result<(Vec<(String, String)>, u64), String> {
        let mut over: Vec<Override> =
            self.source.overrides.iter().filter_map(|o| self.typed(o)).collect();
        self.set_labels(&mut over, start.labels);
        self.set_etas(&mut over, start.etas);
        if start.evaluate != self.training.evaluate {
            set(&mut over, "training.evaluate", &Value::Whole(start.evaluate));
        }
        if start.pace != self.training.pace {
            let pace = match start.pace {
                Pace::Epochs(epochs) => Value::Number(epochs),
                Pace::Max => Value::Text("max".to_owned()),
            };
            set(&mut over, "training.pace", &pace);
        }
        if let Some(hidden) = over.iter().find(|o| visible(&o.value) != o.value) {
            return Err(format!(
                "the value of {} has characters that a line cannot have",
                hidden.key
            ));
        }
        let read = Self::read(&self.source.text, &self.name, &over)
            .map_err(|refusal| refusal.to_string())?;
        let etas: Vec<f64> = read.arms.iter().map(|arm| arm.eta).collect();
        if etas != start.etas {
            return Err("its learning rates cannot be set by their keys".to_owned());
        }
        let settings = over.into_iter().map(|o| (o.key.trim().to_owned(), o.value));
        Ok((settings.collect(), read.training.epochs))
    }

    /// Returns an override as it can be typed; `None` for the folder of MNIST that is not used.
    fn typed(&self, over: &Override) -> Option<Override> {
        if over.key.trim() != MNIST_FOLDER {
            return Some(over.clone());
        }
        let is_used = self.data.path() == Some(over.value.as_str());
        is_used.then(|| Override::data_path(&over.value))
    }

    /// Sets the labels that were changed since the start.
    fn set_labels(&self, over: &mut Vec<Override>, now: &Self) {
        let is_changed = |key: &str| match key {
            "title" => now.title != self.title,
            _ => now.summary != self.summary,
        };
        for key in LABELS.into_iter().filter(|key| is_changed(key)) {
            let changed = now.source.overrides.iter().rfind(|o| o.key.trim() == key);
            if let Some(changed) = changed {
                changed.clone().add_to(over);
            }
        }
    }

    /// Sets the learning rates that are others than those of the scenario.
    fn set_etas(&self, over: &mut Vec<Override>, etas: &[f64]) {
        let arms = || self.arms.iter().zip(etas).filter(|(arm, eta)| arm.eta != **eta);
        let is_common = etas.len() > 1 && etas.windows(2).all(|pair| pair[0] == pair[1]);
        if let Some(eta) = etas.first().filter(|_| is_common && arms().next().is_some()) {
            over.retain(|o| key_of(o).is_none_or(|key| key.path() != "training.eta"));
            set(over, "eta", &Value::Number(*eta));
            return;
        }
        for (arm, eta) in arms() {
            set(over, &format!("arm.{}.eta", arm.name), &Value::Number(*eta));
        }
    }
}

/// Returns the key that an override sets, for all arms or for one.
fn key_of(over: &Override) -> Option<&'static KeySpec> {
    find(over.key.trim()).map(|(key, _)| key)
}

/// Sets a key. It replaces an earlier value, under whichever of its names.
fn set(over: &mut Vec<Override>, key: &str, value: &Value) {
    let place = |key: &str| find(key).map(|(spec, arm)| (spec.path(), arm.map(str::to_owned)));
    over.retain(|earlier| place(earlier.key.trim()) != place(key));
    let value = match value {
        Value::Text(word) => word.clone(),
        value => value.to_string(),
    };
    let shown_as = format!("{key} = {value}");
    Override::new(key, value, shown_as).add_to(over);
}

#[cfg(test)]
mod tests {
    use super::StartSettings;
    use crate::scenario::{Override, Scenario, find};
    use crate::telemetry::Pace;

    fn read(name: &str, over: &[(&str, &str)]) -> Scenario {
        let over: Vec<_> =
            over.iter().map(|(key, value)| Override::new(*key, *value, "")).collect();
        Scenario::read(find(name).expect("it is built in").text, name, &over).expect("it reads")
    }

    fn as_opened(scenario: &Scenario) -> StartSettings<'_> {
        StartSettings {
            etas: &[0.15, 0.15],
            evaluate: scenario.training.evaluate,
            pace: scenario.training.pace,
            labels: scenario,
        }
    }

    fn written(scenario: &Scenario, start: &StartSettings<'_>) -> Vec<String> {
        let (settings, _) = scenario.opening(start).expect("there is a line");
        settings.into_iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    #[test]
    fn a_scenario_as_opened_needs_what_was_set_and_nothing_else() {
        let plain = read("saturated", &[]);
        assert_eq!(written(&plain, &as_opened(&plain)), [""; 0]);
        let set = read("saturated", &[("seed", "7"), ("arm.quadratic.lambda", "0.1")]);
        assert_eq!(written(&set, &as_opened(&set)), ["seed=7", "arm.quadratic.lambda=0.1"]);
        let next = set.with_next_seed();
        assert_eq!(written(&next, &as_opened(&next)), ["arm.quadratic.lambda=0.1", "seed=8"]);
    }

    #[test]
    fn settings_of_the_first_step_replace_those_that_were_typed() {
        let typed = read("saturated", &[("eta", "0.15"), ("pace", "3"), ("evaluate", "9")]);
        let pace = Pace::Max;
        let one = StartSettings { etas: &[0.3, 0.15], pace, ..as_opened(&typed) };
        assert_eq!(
            written(&typed, &one),
            ["eta=0.15", "evaluate=9", "arm.quadratic.eta=0.3", "training.pace=max"]
        );
        let all = StartSettings { etas: &[1e-7, 1e-7], evaluate: 2, ..as_opened(&typed) };
        assert_eq!(written(&typed, &all), ["pace=3", "eta=1e-7", "training.evaluate=2"]);
        let (_, now) = typed.edit("title", "mine").expect("it is a title");
        let named = StartSettings { labels: &now, ..as_opened(&typed) };
        assert_eq!(written(&typed, &named), ["eta=0.15", "pace=3", "evaluate=9", "title=mine"]);
    }

    #[test]
    fn the_folder_of_mnist_in_the_environment_is_named_where_it_is_used() {
        let folder = Override::mnist_folder("/pictures");
        let open = |name: &str| {
            let text = find(name).expect("it is built in").text;
            Scenario::read(text, name, std::slice::from_ref(&folder)).expect("it reads")
        };
        let (mnist, digits) = (open("mnist"), open("saturated"));
        let etas: Vec<f64> = mnist.arms.iter().map(|arm| arm.eta).collect();
        let start = StartSettings { etas: &etas, ..as_opened(&mnist) };
        assert_eq!(written(&mnist, &start), ["data.path=\"/pictures\""]);
        assert_eq!(written(&digits, &as_opened(&digits)), [""; 0]);
    }

    #[test]
    fn a_value_that_is_no_line_is_refused() {
        let typed = read("saturated", &[("title", "two\nlines")]);
        let refused = typed.opening(&as_opened(&typed)).expect_err("it is none");
        assert_eq!(refused, "the value of title has characters that a line cannot have");
    }
}
