//! Text from files on the terminal: it is shown as text, never as a command.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tempfile::TempDir;
use xentviz::testing::app::{App, Message};
use xentviz::testing::canvas::{Appearance, Glyphs};
use xentviz::testing::scenario::find;
use xentviz::testing::telemetry::{Catalogue, LoadProgress, RunState, ScenarioEntry, Update};
use xentviz::testing::text::visible;
use xentviz::testing::ui;

use crate::fixtures;
use crate::memory::beside;

/// A text that clears the screen, colours it, rings, sets the title, and reverses the text after
/// it.
const COMMANDS: &str = "a\u{1b}[2J\u{1b}]0;b\u{7}\u{9b}31m\nc\r\u{202e}\u{2028}\u{200b}\u{7f}";

/// The same for the name of a file.
const NAME: &str = "a\u{1b}[2J\u{9b}31m\nc\u{202e}";

/// The name as displayed.
const SHOWN: &str = "a\\u{1b}[2J\\u{9b}31m\\nc\\u{202e}";

struct TestDir(TempDir);

impl TestDir {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder can be made"))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("a file can be written");
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
        command.args(args).current_dir(self.0.path()).env_remove("XENTVIZ_DATA");
        command.stdin(Stdio::null()).output().expect("the program can be started")
    }

    /// Returns everything printed, which must contain no command.
    fn says(&self, args: &[&str]) -> String {
        let Output { stdout, stderr, .. } = self.run(args);
        let said = [stdout, stderr].concat();
        let said = String::from_utf8(said).expect("the program writes UTF-8");
        for line in said.lines() {
            assert_eq!(visible(line), line, "{args:?}");
        }
        said
    }

    /// Returns the only line printed.
    fn refuses(&self, args: &[&str]) -> String {
        let said = self.says(args);
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    }
}

/// Returns the scenario `and` with this title, spelt with TOML's escapes.
fn and(title: &str) -> String {
    let text = find("and").expect("it is built in").text;
    let (_, rest) = text.split_once('\n').expect("it has lines");
    format!("title = \"{}\"\n{rest}", spelt(title))
}

fn spelt(text: &str) -> String {
    text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<Vec<_>>().concat()
}

#[test]
fn the_title_of_a_scenario_is_shown_as_text_where_it_is_run() {
    let place = TestDir::new();
    place.write("s.toml", &and(COMMANDS));
    let said = place.says(&["run", "s.toml", "--epochs", "1"]);
    assert!(said.starts_with("a\\u{1b}[2J\\u{1b}]0;b\\u{7}\\u{9b}31m\\nc\\r\\u{202e}"), "{said}");
    place.write(NAME, &and(COMMANDS));
    place.says(&["run", &format!("./{NAME}"), "--epochs", "1"]);
}

#[test]
fn what_is_refused_in_a_scenario_is_shown_as_text_on_one_line() {
    let place = TestDir::new();
    let good = and("good");
    let spelt = spelt(COMMANDS);
    for spoilt in [
        format!("\"{spelt}\" = 1\n{good}"),
        good.replacen("kind    = \"table\"", &format!("kind = \"{spelt}\""), 1),
        format!("{good}\n[\"{spelt}\"]\n[\"{spelt}\"]"),
        format!("{good}\n[{COMMANDS}"),
        format!("{good}\n[[arm]]\nname = \"{spelt}\"\n"),
        COMMANDS.to_owned(),
    ] {
        place.write("s.toml", &spoilt);
        for args in [&["run", "s.toml"][..], &["s.toml"]] {
            assert!(place.refuses(args).starts_with("xentviz: s.toml:"));
        }
        place.write(NAME, &spoilt);
        let path = format!("./{NAME}");
        let said = place.refuses(&["run", &path]);
        assert!(said.starts_with(&format!("xentviz: ./{SHOWN}:")), "{said}");
    }
}

#[test]
fn names_of_files_are_shown_as_text() {
    let place = TestDir::new();
    let path = format!("./{NAME}");
    let csv = find("and").expect("it is built in").text;
    let is_table = |line: &&str| !line.starts_with("inputs") && !line.starts_with("targets");
    let csv = csv.lines().filter(is_table).collect::<Vec<_>>().join("\n");
    place.write("csv.toml", &csv.replace("kind    = \"table\"", "kind = \"csv\""));
    let run = ["run", "csv.toml", "--epochs", "1", "--batch", "1", "--data", &path];
    assert!(place.refuses(&run).contains(SHOWN));
    for bad in ["1,2,0\n3,x,1\n", "1,2\n", "1,2,\u{1b}[2J\n1,2,\u{1b}[2J\n", ""] {
        place.write(NAME, bad);
        assert!(place.refuses(&run).starts_with(&format!("xentviz: ./{SHOWN}")));
    }
    place.write(NAME, "1,2,0\n3,4,1\n");
    assert!(place.says(&run).contains(SHOWN), "the table of the run names the data");
    for args in [
        &["run", &path][..],
        &["run", "none/\u{1b}[2J"],
        &["run", "mnist", "--data", &path],
        &["run", "and", "--load", &format!("{path}.json")],
        &["run", "and", "--load", &path],
        &["run", "and", "--save", &format!("{path}.json")],
        &["run", "and", "--metrics", &format!("none/{NAME}")],
        &["run", "and", "--summary", &format!("none/{NAME}")],
        &["run", "and", "--eta", COMMANDS],
        &["run", "and", "--set", &format!("{COMMANDS}=1")],
        &["show", NAME],
        &[NAME],
        &["none/\u{1b}[2J"],
    ] {
        assert!(place.refuses(args).contains("\\u{1b}[2J"), "{args:?}");
    }
    place.says(&["run", "and", "--fps", COMMANDS]);
    place.says(&["--color", COMMANDS]);
    place.says(&[&format!("--{COMMANDS}")]);
    place.says(&["list"]);
}

#[test]
fn the_content_of_a_model_is_shown_as_text() {
    let place = TestDir::new();
    let model = |cost: &str, arm: &str, more: &str| {
        let (cost, arm, more) = (escaped(cost), escaped(arm), escaped(more));
        format!(
            "{{\"sizes\": [2, 1], \"weights\": [[[1, 2]]], \"biases\": [[[0]]], \"cost\": \"{cost}\", \
             \"xentviz\": {{\"arm\": \"{arm}\", \"hidden\": \"{more}\"}}, \"{more}\": 1}}"
        )
    };
    let path = format!("{NAME}.json");
    for name in ["m.json", &path] {
        place.write(name, &model(COMMANDS, "a", "sigmoid"));
        assert!(place.refuses(&["run", "and", "--load", name]).contains("`cost` is `a\\u{1b}[2J"));
        place.write(name, &model("QuadraticCost", COMMANDS, COMMANDS));
        assert!(place.refuses(&["run", "and", "--load", name]).contains("xentviz.hidden"));
        place.write(name, &model("QuadraticCost", COMMANDS, "sigmoid"));
        place.says(&["run", "and", "--epochs", "1", "--load", name]);
        place.write(name, COMMANDS);
        assert!(place.refuses(&["run", "and", "--load", name]).contains("is no JSON"));
    }
    let header = "{\"\\u001b[2J\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}";
    let mut tensors = (header.len() as u64).to_le_bytes().to_vec();
    tensors.extend(header.bytes());
    fs::write(place.0.path().join("m.safetensors"), tensors).expect("a file can be written");
    let said = place.refuses(&["run", "and", "--load", "m.safetensors"]);
    assert!(said.contains("`\\u{1b}[2J` is a tensor of its own"), "{said}");
}

/// Returns the text as it may stand in JSON.
fn escaped(text: &str) -> String {
    let json = serde_json::to_string(text).expect("text is JSON");
    json[1..json.len() - 1].to_owned()
}

#[test]
fn files_for_other_programs_hold_the_text_as_it_is() {
    let place = TestDir::new();
    place.write(NAME, &and(COMMANDS));
    let path = format!("./{NAME}");
    place.says(&["run", &path, "--epochs", "1", "--summary", "s.json"]);
    let summary = fs::read_to_string(place.0.path().join("s.json")).expect("it is written");
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("it is JSON");
    assert_eq!(summary["scenario"], path);
}

/// Draws a dashboard in every glyph set, and returns all its text.
fn drawn(mut app: App) -> String {
    let mut said = String::new();
    for glyphs in [Glyphs::Braille, Glyphs::Ascii] {
        app.shared.appearance = Appearance { glyphs, ..app.shared.appearance };
        for (width, height) in [(40, 10), (80, 24), (240, 70)] {
            let area = Rect::new(0, 0, width, height);
            let mut cells = Buffer::empty(area);
            ui::draw(&app, area, &mut cells);
            for cell in &cells.content {
                let symbol = cell.symbol();
                assert_eq!(visible(symbol), symbol, "a cell of {width}×{height}");
                assert!(glyphs == Glyphs::Braille || symbol.is_ascii(), "{symbol}");
                said.push_str(symbol);
            }
        }
        for line in ui::readout(&app).lines() {
            assert_eq!(visible(line), line, "what is copied");
            said.push_str(line);
        }
    }
    said
}

/// Returns a run with this text in all its names.
fn commanding() -> Update {
    let mut digest = fixtures::mnist_digest();
    let mut facts = (**digest.begins.as_ref().expect("a run begins")).clone();
    for text in [&mut facts.name, &mut facts.title, &mut facts.summary, &mut facts.data] {
        COMMANDS.clone_into(text);
    }
    facts.classes = vec![COMMANDS.to_owned(); facts.classes.len()];
    for arm in &mut facts.arms {
        COMMANDS.clone_into(&mut arm.name);
        COMMANDS.clone_into(&mut arm.start);
    }
    digest.begins = Some(Arc::new(facts));
    digest
}

fn told(digest: Update) -> App {
    let text = || COMMANDS.to_owned();
    let entry = ScenarioEntry { name: text(), title: text(), summary: text() };
    let mut app = App::new(
        Appearance::default(),
        Catalogue { scenarios: vec![entry.clone(), entry], keys: Vec::new() },
    );
    app.update(Message::Updated(Box::new(digest)));
    app
}

fn press(app: &mut App, keys: &str) {
    for key in keys.chars() {
        let code = if key == '\t' { KeyCode::Tab } else { KeyCode::Char(key) };
        app.update(Message::Key(KeyEvent::from(code)));
    }
}

#[test]
fn nothing_that_a_run_sends_commands_the_terminal() {
    for keys in ["", "1", "2", "3", "4", "?", "o", "oa", ":", ":set \t", ":open \t", ":set \u{9b}="]
    {
        let mut app = told(commanding());
        press(&mut app, keys);
        let said = drawn(app);
        assert!(said.contains("\\u{1b}[2J"), "the title is shown with {keys}");
    }
    for state in [
        RunState::Loading(LoadProgress { what: COMMANDS.to_owned(), fraction: 0.5 }),
        RunState::Failed(COMMANDS.to_owned()),
    ] {
        drawn(told(Update { state: state.clone(), ..commanding() }));
        assert!(drawn(told(Update { state, ..Update::default() })).contains("\\u{1b}[2J"));
    }
}

#[test]
fn no_answer_to_a_command_commands_the_terminal() {
    for answer in [Ok(COMMANDS.to_owned()), Err(COMMANDS.to_owned())] {
        let mut app = told(commanding());
        app.update(Message::Written(answer));
        assert!(drawn(app).contains("\\u{1b}[2J"));
    }
}

#[test]
fn a_title_without_end_is_cut() {
    let _large = beside();
    let long = "x".repeat(100_000);
    let mut digest = commanding();
    let mut facts = (**digest.begins.as_ref().expect("a run begins")).clone();
    for text in [&mut facts.name, &mut facts.title, &mut facts.summary, &mut facts.data] {
        long.clone_into(text);
    }
    for arm in &mut facts.arms {
        long.clone_into(&mut arm.name);
    }
    facts.classes = vec![long; facts.classes.len()];
    digest.begins = Some(Arc::new(facts));
    for keys in ["1", "2", "3", "4"] {
        let mut app = told(digest.clone());
        press(&mut app, keys);
        drawn(app);
    }
}
