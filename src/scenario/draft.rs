//! The written values of a scenario, each with its key path: the table of keys applied to TOML.

use toml::{Table, Value as Toml};

use crate::data::ColumnName;
use crate::scenario::error::{KeyError, KeyPath};
use crate::scenario::keys::{KEYS, KeySpec, Section, keys_in};
use crate::scenario::value::{NAME, NumberRows, Value};
use crate::scenario::words::{nearest, wrong};
use crate::text::counted;

/// The most arms that a screen can distinguish.
const MOST_ARMS: usize = 4;

/// A scenario as written: the values of each table, before they are checked against each other.
pub(super) struct Draft {
    pub(super) root: WrittenValues,
    pub(super) data: WrittenValues,
    pub(super) network: WrittenValues,
    pub(super) training: WrittenValues,
    pub(super) arms: Vec<WrittenValues>,
}

/// The written values of one table.
pub(super) struct WrittenValues {
    pub(super) key_path: KeyPath,
    entries: Vec<(&'static str, Value)>,
}

impl Draft {
    /// Reads every table.
    ///
    /// # Errors
    /// If a table is missing, or holds an unknown key or a value of another kind.
    pub(super) fn read(root: &Table) -> Result<Self, KeyError> {
        let top = KeyPath::default();
        let tables = Section::TABLES.into_iter().chain([Section::Arm]).map(Section::name);
        let known = keys_in(Section::Root).map(|key| key.name).chain(tables);
        only(root, &top, &known.collect::<Vec<_>>())?;
        Ok(Self {
            root: WrittenValues::read(root, top, Section::Root)?,
            data: Self::table(root, Section::Data)?,
            network: Self::table(root, Section::Network)?,
            training: Self::table(root, Section::Training)?,
            arms: Self::arms(root)?,
        })
    }

    fn table(root: &Table, section: Section) -> Result<WrittenValues, KeyError> {
        let name = section.name();
        let key_path = KeyPath::default().key(name);
        match root.get(name) {
            Some(Toml::Table(table)) => WrittenValues::read_all(table, key_path, section),
            Some(value) => Err(wrong(&key_path, value, "a table")),
            None => Err(key_path.refuse("missing", format!("a table [{name}] is required"))),
        }
    }

    fn arms(root: &Table) -> Result<Vec<WrittenValues>, KeyError> {
        const WANTED: &str = "tables headed [[arm]]";
        let key_path = KeyPath::default().key("arm");
        let list = match root.get("arm") {
            None => &[][..],
            Some(Toml::Array(list)) => list,
            Some(value) => return Err(wrong(&key_path, value, WANTED)),
        };
        if !(1..=MOST_ARMS).contains(&list.len()) {
            let found = format!("found {}", counted(list.len(), "arm"));
            return Err(key_path.refuse(found, "1 to 4 tables headed [[arm]] would do"));
        }
        let arms = list.iter().enumerate().map(|(i, value)| match value {
            Toml::Table(table) => Self::arm(table, key_path.index(i)),
            other => Err(wrong(&key_path.index(i), other, WANTED)),
        });
        arms.collect()
    }

    /// Reads an arm. From here on, errors refer to it by its name.
    fn arm(table: &Table, key_path: KeyPath) -> Result<WrittenValues, KeyError> {
        let at = key_path.key("name");
        let required = || at.refuse("missing", format!("it is required: {NAME} would do"));
        let name = table.get("name").ok_or_else(required)?;
        let key = keys_in(Section::Arm).find(|key| key.name == "name");
        let name = key.map(|key| key.kind.read(name, &at)).transpose()?;
        let Some(Value::Text(name)) = name else { return Err(required()) };
        WrittenValues::read_all(table, key_path.called(format!("arm.{name}")), Section::Arm)
    }
}

impl WrittenValues {
    /// Reads a table that holds the keys of a section and nothing else.
    fn read_all(table: &Table, key_path: KeyPath, section: Section) -> Result<Self, KeyError> {
        let known: Vec<&str> = keys_in(section).map(|key| key.name).collect();
        only(table, &key_path, &known)?;
        Self::read(table, key_path, section)
    }

    /// Reads the keys of a section, one by one.
    fn read(table: &Table, key_path: KeyPath, section: Section) -> Result<Self, KeyError> {
        let mut entries = Vec::new();
        for key in keys_in(section) {
            if let Some(value) = table.get(key.name) {
                entries.push((key.name, key.kind.read(value, &key_path.key(key.name))?));
            }
        }
        let written = Self { key_path, entries };
        written.check_companions(section)?;
        Ok(written)
    }

    /// Refuses keys that exclude each other, and a key whose partner is missing.
    fn check_companions(&self, section: Section) -> Result<(), KeyError> {
        for key in keys_in(section).filter(|key| self.has(key.name)) {
            let is_excluded =
                KEYS.iter().any(|other| key.excludes(other.name) && self.has(other.name));
            if is_excluded && key.name == "init" {
                let found = "there are given weights and biases besides";
                return Err(self.refuse(key.name, found, "one of both would do").of_key());
            }
            if let Some(partner) = key.partner().filter(|partner| !self.has(partner)) {
                let given = format!("{} are given, so they must be too", key.name);
                return Err(self.missing(partner, &given));
            }
        }
        Ok(())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _)| *known == name)
    }

    /// Returns the error for the value of a key.
    pub(super) fn refuse(&self, name: &str, found: &str, expected: &str) -> KeyError {
        self.key_path.key(name).refuse(found, expected)
    }

    /// Returns the error for a missing key.
    pub(super) fn missing(&self, name: &str, expected: &str) -> KeyError {
        self.key_path.key(name).refuse("missing", expected)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.entries.iter().position(|(known, _)| *known == name)?;
        Some(self.entries.swap_remove(at).1)
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.take(name).and_then(|value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    /// Returns whether the value of a key is a text.
    pub(super) fn is_text(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, value)| *known == name && matches!(value, Value::Text(_)))
    }

    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        self.take(name).and_then(|value| match value {
            Value::Truth(boolean) => Some(boolean),
            _ => None,
        })
    }

    /// Returns the names of columns; none if there is no such key.
    pub(super) fn columns(&mut self, name: &str) -> Vec<ColumnName> {
        match self.take(name) {
            Some(Value::Columns(columns)) => columns,
            _ => Vec::new(),
        }
    }

    pub(super) fn whole(&mut self, name: &str) -> Option<u64> {
        self.take(name).and_then(|value| match value {
            Value::Whole(number) => Some(number),
            _ => None,
        })
    }

    /// Returns a number of examples.
    pub(super) fn examples(&mut self, name: &str) -> Option<usize> {
        self.whole(name).map(|number| number as usize)
    }

    /// Returns a number, or `None` if the value is a word.
    pub(super) fn number(&mut self, name: &str) -> Option<f64> {
        self.take(name).and_then(|value| match value {
            Value::Number(number) => Some(number),
            _ => None,
        })
    }

    /// Returns the item of `all` that a word names.
    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &str,
        all: impl IntoIterator<Item = T>,
        name_of: fn(T) -> &'static str,
    ) -> Option<T> {
        match self.take(name)? {
            Value::Word(word) => all.into_iter().find(|choice| name_of(*choice) == word),
            _ => None,
        }
    }

    pub(super) fn sizes(&mut self, name: &str) -> Option<Vec<usize>> {
        self.take(name).and_then(|value| match value {
            Value::Sizes(sizes) => Some(sizes),
            _ => None,
        })
    }

    pub(super) fn rows(&mut self, name: &str) -> Option<NumberRows> {
        self.take(name).and_then(|value| match value {
            Value::Rows(rows) => Some(rows),
            _ => None,
        })
    }

    pub(super) fn layers(&mut self, name: &str) -> Option<Vec<NumberRows>> {
        self.take(name).and_then(|value| match value {
            Value::Layers(layers) => Some(layers),
            _ => None,
        })
    }
}

/// Refuses the first key of a table that is not among `known`.
fn only(table: &Table, key_path: &KeyPath, known: &[&str]) -> Result<(), KeyError> {
    let unknown = table.keys().find(|key| !known.contains(&key.as_str()));
    unknown.map_or(Ok(()), |key| {
        let expected = match nearest(key, known) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("the keys here are {}", known.join(", ")),
        };
        Err(key_path.key(key).refuse("unknown key", expected).of_key())
    })
}

/// Returns the key of this path or short name, and the arm that the path names, if any: `training.eta`,
/// `eta`, `arm.quadratic.eta`.
pub(super) fn find(path: &str) -> Option<(&'static KeySpec, Option<&str>)> {
    if let Some((arm, name)) = path.strip_prefix("arm.").and_then(|rest| rest.rsplit_once('.')) {
        return keys_in(Section::Arm).find(|key| key.name == name).map(|key| (key, Some(arm)));
    }
    let is_it = |key: &&KeySpec| key.short == Some(path) || key.path() == path;
    KEYS.iter().filter(|key| key.section != Section::Arm).find(is_it).map(|key| (key, None))
}
