//! Writes a scenario as TOML that reads back to the same scenario.
//!
//! A scenario that was read from a text keeps that text, with its comments and order: only the values that
//! differ are replaced. If the result does not read back to the same scenario, or if there is no text, a
//! new page is written.

use std::fmt::Write;

use toml_edit::{ArrayOfTables, DocumentMut, Item, TableLike, Value as EditValue};

use crate::data::{built_in_table, is_array_file};
use crate::scenario::keys::{Getter, KEYS, KeySpec, Section};
use crate::scenario::spec::Scenario;
use crate::scenario::value::Value;

impl Scenario {
    /// Returns the scenario as TOML, with every arm; it reads back to an equal scenario.
    pub fn to_toml(&self) -> String {
        self.edited().unwrap_or_else(|| self.page())
    }

    /// Returns the original text with the changed values replaced, if that reads back to this scenario.
    fn edited(&self) -> Option<String> {
        let read = |text: &str| Self::read(text, &self.name, &[]).ok();
        let before = read(&self.source.text)?;
        if before == *self {
            return Some(self.source.text.to_string());
        }
        let mut page: DocumentMut = self.source.text.parse().ok()?;
        for key in KEYS {
            let old = before.of(key, None);
            let new = self.of(key, old.common.as_ref());
            if old != new {
                replace(&mut page, key, &new)?;
            }
        }
        let text = page.to_string();
        (read(&text)? == *self).then_some(text)
    }

    /// Returns a new page without comments.
    fn page(&self) -> String {
        let written: Vec<_> = KEYS.iter().map(|key| (key, self.of(key, None))).collect();
        let mut page = String::new();
        let entries = |page: &mut String, section: Section| {
            let of_section = written.iter().filter(|(key, _)| key.section == section);
            for (key, value) in of_section.filter_map(|(key, w)| Some((key, w.common.as_ref()?))) {
                entry(page, key.name, value);
            }
        };
        entries(&mut page, Section::Root);
        for section in Section::TABLES {
            heading(&mut page, &format!("[{}]", section.name()));
            entries(&mut page, section);
        }
        for arm in 0..self.arms.len() {
            heading(&mut page, "[[arm]]");
            for (key, value) in
                written.iter().filter_map(|(k, w)| Some((k, w.own.get(arm)?.as_ref()?)))
            {
                entry(&mut page, key.name, value);
            }
        }
        page
    }

    /// Returns the values to write for a key: the common one, and those of single arms. If arms differ in
    /// a required key, the common value is `common`, or by default that of the first arm.
    fn of(&self, key: &KeySpec, common: Option<&Value>) -> WrittenKey {
        let get = match key.get {
            Getter::Scenario(get) => return WrittenKey { common: get(self), own: Vec::new() },
            Getter::Arm(get) => get,
        };
        let values: Vec<Option<Value>> = self.arms.iter().map(get).collect();
        if key.section == Section::Arm {
            return WrittenKey { common: None, own: values };
        }
        let partner = key.partner().and_then(|name| KEYS.iter().find(|key| key.name == name));
        let is_agreed = agree(&values)
            && partner.is_none_or(|partner| match partner.get {
                Getter::Arm(get) => agree(&self.arms.iter().map(get).collect::<Vec<_>>()),
                Getter::Scenario(_) => true,
            });
        let first = values.first().cloned().flatten();
        let common = match key.name {
            _ if is_agreed => first,
            "layers" | "eta" => common.cloned().or(first),
            _ => None,
        };
        let own = values.into_iter().map(|value| value.filter(|v| Some(v) != common.as_ref()));
        WrittenKey { own: own.collect(), common }
    }
}

/// The values to write for a key.
#[derive(PartialEq)]
struct WrittenKey {
    /// The value in the table of its section.
    common: Option<Value>,
    /// The value in the table of each arm; empty for a key that arms do not have.
    own: Vec<Option<Value>>,
}

fn agree(values: &[Option<Value>]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

fn entry(page: &mut String, key: &str, value: &Value) {
    // Writing to a String cannot fail.
    writeln!(page, "{key} = {value}").expect("a String takes every text");
}

fn heading(page: &mut String, heading: &str) {
    writeln!(page, "\n{heading}").expect("a String takes every text");
}

/// Replaces the values of a key on a page.
fn replace(page: &mut DocumentMut, key: &KeySpec, written: &WrittenKey) -> Option<()> {
    if key.section == Section::Root {
        set_value(page.as_table_mut(), key, written.common.as_ref())?;
    } else if key.section != Section::Arm {
        let table = page.get_mut(key.section.name()).and_then(Item::as_table_like_mut)?;
        set_value(table, key, written.common.as_ref())?;
    }
    if key.is_per_arm() {
        let arms = page.get_mut("arm").and_then(Item::as_array_of_tables_mut)?;
        replace_in_arms(arms, key, &written.own)?;
    }
    Some(())
}

fn replace_in_arms(arms: &mut ArrayOfTables, key: &KeySpec, own: &[Option<Value>]) -> Option<()> {
    for (arm, value) in arms.iter_mut().zip(own) {
        set_value(arm, key, value.as_ref())?;
    }
    Some(())
}

/// Sets a value in a table and keeps the blanks and the comment of the old one. Removes the key if `value`
/// is `None`.
fn set_value(table: &mut dyn TableLike, key: &KeySpec, value: Option<&Value>) -> Option<()> {
    let Some(value) = value else {
        table.remove(key.name);
        return Some(());
    };
    let mut new: EditValue = value.to_string().parse().ok()?;
    match table.get_mut(key.name).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            table.insert(key.name, Item::Value(new));
        }
    }
    Some(())
}

/// Returns the text of a scenario with the path of its data replaced by what `place` returns for it, and that of
/// a file of targets which is not beside them. A text without such a path, or one of a built-in table, stays.
pub(crate) fn with_data_path(text: &str, place: impl Fn(&str) -> Option<String>) -> String {
    let mut document: DocumentMut = match text.parse() {
        Ok(document) => document,
        Err(_) => return text.to_owned(),
    };
    let mut is_changed = false;
    for key in ["path", "targets", "target"] {
        let item = document.get_mut("data").and_then(|data| data.get_mut(key));
        let Some(item) = item else { continue };
        let Some(path) = item.as_str().map(str::to_owned) else { continue };
        let is_file = if key == "path" {
            built_in_table(&path).is_none()
        } else {
            is_array_file(&path) && path.contains('/')
        };
        if let Some(placed) = place(&path).filter(|_| is_file) {
            *item = toml_edit::value(placed);
            is_changed = true;
        }
    }
    if is_changed { document.to_string() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Scenario;
    use crate::scenario::{ArmSpec, DataSpec, Override, catalogue, find};

    const COMMENTED: &str = "\
# Mine.
title = \"a neuron\" # so it is called
[data]
kind = \"table\"
inputs = [[1.0]]
targets = [[0.0]]

[network]
layers = [1, 1]

[training]
eta    = 0.15   # not too fast
epochs = 10
batch  = 1

# The slow one.
[[arm]]
name = \"quadratic\"
cost = \"quadratic\"

[[arm]]
name = \"cross-entropy\"
cost = \"cross-entropy\"
";

    fn read(text: &str) -> Scenario {
        Scenario::read(text, "mine", &[]).expect("it can be read")
    }

    #[test]
    fn the_path_of_a_file_is_resolved_and_that_of_a_built_in_table_stays() {
        let resolved = |changes: &[Override]| {
            let iris = find("iris").expect("it is built in");
            let scenario = Scenario::read(iris.text, "iris", changes).expect("it can be read");
            let written = scenario.with_data_in(Path::new("/a/folder")).to_toml();
            Scenario::read(&written, "iris", &[]).expect("it can be read").data
        };
        let path = |data: &DataSpec| data.path().map(str::to_owned);
        let own = Override::new("data.path", "mine.csv", "a test");
        assert_eq!(path(&resolved(&[own])).as_deref(), Some("/a/folder/mine.csv"));
        let DataSpec::Csv { path: built_in, .. } = resolved(&[]) else { panic!("it is a table") };
        assert_eq!((built_in.as_str(), path(&resolved(&[]))), ("built-in/iris.csv", None));
    }

    #[test]
    fn unchanged_keys_keep_their_text_and_comments() {
        assert_eq!(read(COMMENTED).to_toml(), COMMENTED);
        let change = |edit: fn(&mut Scenario)| {
            let mut scenario = read(COMMENTED);
            edit(&mut scenario);
            let written = scenario.to_toml();
            assert_eq!(read(&written), scenario, "{written}");
            written
        };
        let all = change(|s| s.arms.iter_mut().for_each(|arm| arm.eta = 0.5));
        assert_eq!(all, COMMENTED.replace("0.15 ", "0.5 "));
        let one = change(|s| s.arms[1].eta = 0.5);
        assert_eq!(one, format!("{COMMENTED}eta = 0.5\n"));
        let first = change(|s| s.arms[0].eta = 0.5);
        let cost = "cost = \"quadratic\"\n";
        assert_eq!(first, COMMENTED.replace(cost, &format!("{cost}eta = 0.5\n")));
        let seeded = change(|s| s.seed = 7);
        let named = "called\n";
        assert_eq!(seeded, COMMENTED.replace(named, &format!("{named}seed = 7\n")));
    }

    #[test]
    fn every_built_in_scenario_reads_back_from_a_new_page() {
        for built_in in catalogue() {
            let scenario = Scenario::read(built_in.text, built_in.name, &[]).expect("it reads");
            let page = scenario.page();
            let again = Scenario::read(&page, built_in.name, &[]);
            assert_eq!(again, Ok(scenario), "{page}");
        }
    }

    #[test]
    fn arms_that_differ_in_their_start_read_back() {
        let mut scenario = read(find("initialisation").expect("it is built in").text);
        let swapped: Vec<ArmSpec> = scenario.arms.iter().rev().cloned().collect();
        scenario.arms = swapped;
        assert_eq!(read(&scenario.to_toml()), scenario);
        assert_eq!(read(&scenario.page()), scenario);
    }
}
