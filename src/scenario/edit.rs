//! The effect of a change of one scenario key on a run under way.

use crate::scenario::draft::find;
use crate::scenario::edited_scenario::{EditedScenario, ScenarioEdit};
use crate::scenario::error::{Location, ScenarioError};
use crate::scenario::keys::{KeySpec, Live};
use crate::scenario::source::Override;
use crate::scenario::spec::Scenario;
use crate::scenario::typed_number::meant_number;

impl Scenario {
    /// Returns the edit that setting `key` to `value` requires, and the edited scenario. Both arguments
    /// are written as on the command line.
    ///
    /// # Errors
    /// If the edited scenario is invalid.
    pub fn edit(&self, key: &str, value: &str) -> Result<(ScenarioEdit, Self), ScenarioError> {
        let (key, value) = (key.trim(), value.trim());
        let shown_as = format!("{key} = {value}");
        if let Some((arm, at)) = self.weight_of(key) {
            let value = value.parse().map_err(|_| {
                let (location, found) =
                    (Location::Typed(shown_as.clone()), format!("found \"{value}\""));
                let expected = meant_number(value).unwrap_or_else(|| "a number".to_owned());
                ScenarioError::new(location, key, found, format!("{expected} would do"))
            })?;
            return Ok((ScenarioEdit::Weight { arm, at, value }, self.clone()));
        }
        let mut over = self.source.overrides.clone();
        Override::new(key, value, shown_as.clone()).add_to(&mut over);
        let altered = self.with_overrides(&over).map_err(|error| {
            // The old scenario was valid, so the new value is the cause.
            ScenarioError { location: Location::Typed(shown_as.clone()), ..error }
        })?;
        let found = find(key);
        let change = match found.map(|(key, _)| key.live) {
            Some(Live::Now(change)) => {
                let name = found.and_then(|(_, arm)| arm);
                let arm = name.and_then(|name| self.arms.iter().position(|arm| arm.name == name));
                change(&EditedScenario { before: self, after: &altered, arm, value })
            }
            _ if altered == *self => ScenarioEdit::Nothing,
            Some(Live::Label) => ScenarioEdit::Label,
            Some(Live::Anew) | None => ScenarioEdit::Restart {
                what: found.map_or(shown_as, |(key, arm)| in_words(key, arm, value)),
            },
        };
        Ok((change, altered))
    }

    /// Returns the scenario with every arm, each of them one neuron, starting from these parameters.
    ///
    /// # Errors
    /// If there are not as many weights as inputs, or a number exceeds the bound of a weight.
    pub fn starting_at(&self, weights: &[f64], bias: f64) -> Result<Self, ScenarioError> {
        let mut over = self.source.overrides.clone();
        for arm in &self.arms {
            for (key, value) in
                [("weights", format!("[[{weights:?}]]")), ("biases", format!("[[{bias:?}]]"))]
            {
                let key = format!("arm.{}.{key}", arm.name);
                Override::new(key, value, "the chosen start").add_to(&mut over);
            }
        }
        self.with_overrides(&over)
    }

    /// Returns the arm and the position of the weight or bias that a key names:
    /// `arm.NAME.weights[l][j][k]`, `arm.NAME.biases[l][j]`, counted from 0 as in a scenario.
    fn weight_of(&self, key: &str) -> Option<(usize, (usize, usize, usize))> {
        let (name, rest) = key.strip_prefix("arm.")?.split_once('.')?;
        let arm = self.arms.iter().position(|arm| arm.name == name)?;
        let (what, places) = rest.strip_suffix(']')?.split_once('[')?;
        let places: Vec<usize> =
            places.split("][").map(str::parse).collect::<Result<_, _>>().ok()?;
        let at = match (what, &places[..]) {
            ("weights", &[l, j, k]) if k < *self.arms[arm].layers.get(l)? => (l, j, k),
            ("biases", &[l, j]) => (l, j, *self.arms[arm].layers.get(l)?),
            _ => return None,
        };
        Some((arm, at))
    }
}

/// The most characters of a value that a label repeats.
const SHORT: usize = 24;

/// Returns a label of the key with its value as typed: `λ = 0.01`, `quadratic: λ = 0.01`, `seed = 7`.
fn in_words(key: &KeySpec, arm: Option<&str>, typed: &str) -> String {
    let letter = if key.name == "lambda" { "λ".to_owned() } else { key.path() };
    let name = arm.map_or(letter.clone(), |arm| format!("{arm}: {letter}"));
    let is_short = typed.chars().count() <= SHORT;
    if is_short { format!("{name} = {typed}") } else { format!("another {name}") }
}

#[cfg(test)]
mod tests {
    use super::ScenarioEdit;
    use crate::scenario::keys::{Getter, KEYS, KeySpec, Live, Section};
    use crate::scenario::{Scenario, find, key_lines};

    fn scenario(name: &str) -> Scenario {
        let built_in = find(name).expect("it is built in");
        Scenario::read(built_in.text, built_in.name, &[]).expect("it reads")
    }

    #[test]
    fn there_are_never_more_overrides_than_keys_however_often_they_are_set() {
        let mut mine = scenario("saturated");
        for n in 1..50 {
            for (key, value) in [("eta", n), ("arm.quadratic.eta", n + 1), ("training.epochs", n)] {
                (_, mine) = mine.edit(key, &value.to_string()).expect("it fits");
            }
            mine = mine.with_next_seed().starting_at(&[f64::from(n)], 0.5).expect("it fits");
        }
        assert_eq!(mine.source.overrides.len(), 3 + 1 + 4);
        assert_eq!((mine.arms[0].eta, mine.arms[1].eta), (50.0, 49.0));
    }

    #[test]
    fn a_number_may_lack_the_digits_on_one_side_of_its_point() {
        let mine = scenario("saturated");
        for (typed, eta) in [(".5", 0.5), ("+.5", 0.5), ("5.", 5.0), (".5e1", 5.0)] {
            let (_, altered) = mine.edit("eta", typed).expect("it is a number");
            assert_eq!(altered.arms[0].eta, eta, "{typed}");
            let again = Scenario::read(&altered.to_toml(), "saturated", &[]);
            assert_eq!(again.as_ref(), Ok(&altered), "{}", altered.to_toml());
        }
        let (_, altered) = mine.edit("network.weights", "[[[-.5]]]").expect("it is a list");
        assert!(altered.to_toml().contains("weights = [[[-0.5]]]"), "{}", altered.to_toml());
        let (change, _) = mine.edit("arm.quadratic.biases[0][0]", "-.5").expect("it is a weight");
        assert!(matches!(change, ScenarioEdit::Weight { value: -0.5, .. }));
        for (key, typed, expected) in [
            ("eta", "1,5", "eta = 1,5: training.eta: found \"1,5\"; 1.5 would do"),
            ("eta", "-.5", "eta = -.5: training.eta: found -0.5; a number above 0 would do"),
            (
                "eta",
                "1,5,5",
                "eta = 1,5,5: training.eta: found \"1,5,5\"; a number above 0 would do",
            ),
            (
                "arm.quadratic.biases[0][0]",
                "1,5",
                "arm.quadratic.biases[0][0] = 1,5: arm.quadratic.biases[0][0]: found \"1,5\"; 1.5 would do",
            ),
        ] {
            assert_eq!(mine.edit(key, typed).expect_err("it is none").to_string(), expected);
        }
        let (_, altered) = mine.edit("title", ".5").expect("it is a title");
        assert_eq!(altered.title, ".5", "text stays as it is");
    }

    /// Returns a scenario that has the key, and a value for the key that differs from its present one.
    fn example(key: &KeySpec) -> (&'static str, &'static str) {
        match (key.section, key.name) {
            (Section::Root, "seed") => ("saturated", "77"),
            (Section::Root, "precision") => ("saturated", "f32"),
            (Section::Root, _) => ("saturated", "other words"),
            (Section::Data, "kind") => ("xor", "circle"),
            (Section::Data, "inputs") => ("and", "[[0, 1], [0, 1], [1, 0], [1, 1]]"),
            (Section::Data, "targets") => ("and", "[[0], [1], [0], [1]]"),
            (Section::Data, "path") => ("digits", "a/folder"),
            (Section::Data, "noise") => ("xor", "0.35"),
            (Section::Data, "target" | "drop") => ("iris", "petal_width"),
            (Section::Data, "header") => ("iris", "true"),
            (Section::Data, "scale") => ("iris", "range"),
            (Section::Data, "missing") => ("iris", "drop"),
            (Section::Data, "shuffle") => ("iris", "false"),
            (Section::Data, _) => ("digits", "77"),
            (_, "layers") => ("xor", "2,7,1"),
            (_, "hidden") => ("xor", "relu"),
            (_, "output") => ("linear-output", "sigmoid"),
            (_, "init") => ("xor", "zero"),
            (_, "weights") => ("saturated", "[[[3]]]"),
            (_, "biases") => ("saturated", "[[3]]"),
            (_, "shuffle") => ("digits", "false"),
            (_, "name") => ("saturated", "another"),
            (_, "cost") => ("saturated", "quadratic"),
            (_, "batch") => ("digits", "7"),
            (_, _) => ("saturated", "7"),
        }
    }

    #[test]
    fn every_key_takes_effect_and_survives_writing_and_reading() {
        for key in KEYS {
            let (name, value) = example(key);
            let mine = scenario(name);
            let arm = mine.arms.last().expect("it has arms").name.clone();
            let is_own = key.section == Section::Arm || key.name == "output";
            let path = if is_own { format!("arm.{arm}.{}", key.name) } else { key.path() };
            let (change, altered) = mine.edit(&path, value).unwrap_or_else(|e| panic!("{e}"));
            let of = |scenario: &Scenario| match key.get {
                Getter::Scenario(get) => vec![get(scenario)],
                Getter::Arm(get) => scenario.arms.iter().map(get).collect(),
            };
            assert_ne!(of(&altered), of(&mine), "{path}");
            match key.live {
                Live::Now(_) => {
                    assert!(!matches!(
                        change,
                        ScenarioEdit::Restart { .. } | ScenarioEdit::Nothing
                    ));
                }
                Live::Label => assert_eq!(change, ScenarioEdit::Label),
                Live::Anew => assert!(matches!(change, ScenarioEdit::Restart { .. }), "{path}"),
            }
            let again = Scenario::read(&altered.to_toml(), name, &[]);
            assert_eq!(again.as_ref(), Ok(&altered), "{path}: {}", altered.to_toml());
        }
    }

    #[test]
    fn the_readme_has_a_row_for_every_key() {
        let readme = include_str!("../../README.md");
        for [name, doc, words] in key_lines() {
            let row = format!("| `{name}` | {doc} | {} |", words.replace('"', "`"));
            assert!(readme.contains(&row), "{row}");
        }
    }
}
