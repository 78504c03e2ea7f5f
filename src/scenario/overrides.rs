//! Overrides of a scenario: flags, `--set KEY=VALUE`, and changes typed during a run.

use toml::{Table, Value};

use crate::scenario::data_kind::DataKind;
use crate::scenario::error::{KeyError, KeyPath, PathSegment};
use crate::scenario::keys::{KEYS, KeySpec};
use crate::scenario::source::{MNIST_FOLDER, Override};
use crate::scenario::typed_number::completed;
use crate::scenario::words::nearest;

impl Override {
    /// Sets the key in a scenario's table and returns the path to the value.
    pub(super) fn apply(&self, root: &mut Table) -> Result<Vec<PathSegment>, KeyError> {
        let key = self.key.trim();
        if key == MNIST_FOLDER {
            return Ok(self.offer_mnist_folder(root));
        }
        let short = KEYS.iter().find(|row| row.short == Some(key));
        if short.is_some_and(KeySpec::is_per_arm) {
            forget_in_arms(root, key);
        }
        let path = short.map_or_else(|| key.to_owned(), KeySpec::path);
        let names: Vec<&str> = path.split('.').collect();
        match names.as_slice() {
            ["arm", name, key] => self.set_in_arm(root, name, key),
            ["arm", ..] => Err(self.bad_key("arm.NAME.KEY, as arm.quadratic.eta, would do")),
            [key] => Ok(self.set(root, &[], key)),
            [table, key] => {
                let inner = root.entry(*table).or_insert_with(|| Value::Table(Table::new()));
                match inner {
                    Value::Table(inner) => Ok(self.set(inner, &[table], key)),
                    _ => Err(self.bad_key("the key of a table would do, as training.eta")),
                }
            }
            _ => Err(self.bad_key("KEY, TABLE.KEY or arm.NAME.KEY would do")),
        }
    }

    fn set(&self, table: &mut Table, above: &[&str], key: &str) -> Vec<PathSegment> {
        // A start that is set replaces the other kind: random numbers given ones, and the reverse.
        for row in KEYS.iter().filter(|row| row.excludes(key)) {
            table.remove(row.name);
        }
        table.insert(key.to_owned(), self.value_of(key));
        above.iter().chain([&key]).map(|name| PathSegment::Key((*name).to_owned())).collect()
    }

    fn set_in_arm(
        &self,
        root: &mut Table,
        name: &str,
        key: &str,
    ) -> Result<Vec<PathSegment>, KeyError> {
        let no_arms = &mut Vec::new();
        let arms = root.get_mut("arm").and_then(Value::as_array_mut).unwrap_or(no_arms);
        let name_of = |arm: &Value| arm.get("name")?.as_str().map(str::to_owned);
        let index = arms.iter().position(|arm| name_of(arm).as_deref() == Some(name));
        if let Some((index, arm)) = index.and_then(|i| Some((i, arms[i].as_table_mut()?))) {
            self.set(arm, &[], key);
            let key_segment = |name: &str| PathSegment::Key(name.to_owned());
            return Ok(vec![key_segment("arm"), PathSegment::Index(index), key_segment(key)]);
        }
        let known: Vec<String> = arms.iter().filter_map(name_of).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let expected = match nearest(name, &known) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("the arms are {}", known.join(", ")),
        };
        Err(self.key_path().refuse(format!("no arm is called \"{name}\""), expected))
    }

    fn offer_mnist_folder(&self, root: &mut Table) -> Vec<PathSegment> {
        if let Some(Value::Table(data)) = root.get_mut("data") {
            let mnist = data.get("kind").and_then(Value::as_str) == Some(DataKind::Mnist.name());
            if mnist && !data.contains_key("path") {
                data.insert("path".to_owned(), Value::String(self.value.clone()));
            }
        }
        vec![PathSegment::Key(MNIST_FOLDER.to_owned())]
    }

    /// Returns the value read as TOML if possible, else as text.
    fn value_of(&self, key: &str) -> Value {
        // This has to come before TOML, in which 1024-10-10 is a date.
        if let Some(sizes) = (key == "layers").then(|| sizes(&self.value)).flatten() {
            return sizes;
        }
        let text = || Value::String(self.value.clone());
        // People type .5 and 5., which are no numbers of TOML.
        let value = toml_value(&self.value).or_else(|| toml_value(&completed(&self.value)));
        let is_text = KEYS.iter().any(|row| row.name == key && row.kind.is_text());
        match value {
            Some(value) if !is_text || value.is_str() => value,
            _ => text(),
        }
    }

    fn key_path(&self) -> KeyPath {
        let segments = vec![PathSegment::Key(self.key.clone())];
        KeyPath { segments, shown: self.key.clone() }
    }

    fn bad_key(&self, expected: &str) -> KeyError {
        self.key_path().refuse("no such key", expected)
    }
}

/// Parses a value of TOML.
fn toml_value(text: &str) -> Option<Value> {
    let read = toml::from_str::<Table>(&format!("v = {text}"));
    read.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("v"))
}

/// Parses `784,30,10` or `784-30-10` as a list.
fn sizes(text: &str) -> Option<Value> {
    let parts = text.split(|c: char| ",- x×".contains(c)).filter(|part| !part.is_empty());
    let sizes: Option<Vec<Value>> = parts.map(|p| p.parse().ok().map(Value::Integer)).collect();
    sizes.filter(|sizes| sizes.len() > 1).map(Value::Array)
}

fn forget_in_arms(root: &mut Table, key: &str) {
    let Some(Value::Array(arms)) = root.get_mut("arm") else { return };
    for arm in arms.iter_mut().filter_map(Value::as_table_mut) {
        arm.remove(key);
    }
}
