//! Text from files on the terminal: it is shown as text, never as a command.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tempfile::TempDir;
use xentviz::testing::app::{App, Message};
use xentviz::testing::canvas::{Appearance, Glyphs};
use xentviz::testing::scenario::find;
use xentviz::testing::telemetry::{Catalogue, LoadProgress, RunState, ScenarioEntry};
use xentviz::testing::text::visible;
use xentviz::testing::ui;

use crate::fixtures;

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

    /// Returns everything that the program prints, which must contain no control character.
    fn output_of(&self, args: &[&str]) -> String {
        let Output { stdout, stderr, .. } = self.run(args);
        let output = [stdout, stderr].concat();
        let output = String::from_utf8(output).expect("the program writes UTF-8");
        for line in output.lines() {
            assert_eq!(visible(line), line, "{args:?}");
        }
        output
    }

    /// Returns the only line printed.
    fn refusal_of(&self, args: &[&str]) -> String {
        let output = self.output_of(args);
        assert_eq!(output.lines().count(), 1, "{output}");
        output
    }
}

/// Returns the scenario `and` with this title, written with the escapes of TOML.
fn and(title: &str) -> String {
    let text = find("and").expect("it is built in").text;
    let (_, rest) = text.split_once('\n').expect("it has lines");
    format!("title = \"{}\"\n{rest}", escaped_for_toml(title))
}

fn escaped_for_toml(text: &str) -> String {
    text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<Vec<_>>().concat()
}

#[test]
fn the_title_of_a_scenario_is_shown_as_text_where_it_is_run() {
    let folder = TestDir::new();
    folder.write("s.toml", &and(COMMANDS));
    let output = folder.output_of(&["run", "s.toml", "--epochs", "1"]);
    assert!(
        output.starts_with("a\\u{1b}[2J\\u{1b}]0;b\\u{7}\\u{9b}31m\\nc\\r\\u{202e}"),
        "{output}"
    );
    folder.write(NAME, &and(COMMANDS));
    folder.output_of(&["run", &format!("./{NAME}"), "--epochs", "1"]);
}

#[test]
fn an_error_in_a_scenario_is_shown_as_text_on_one_line() {
    let folder = TestDir::new();
    let good = and("good");
    let escaped = escaped_for_toml(COMMANDS);
    for corrupted in [
        format!("\"{escaped}\" = 1\n{good}"),
        good.replacen("kind    = \"table\"", &format!("kind = \"{escaped}\""), 1),
        format!("{good}\n[\"{escaped}\"]\n[\"{escaped}\"]"),
        format!("{good}\n[{COMMANDS}"),
        format!("{good}\n[[arm]]\nname = \"{escaped}\"\n"),
        COMMANDS.to_owned(),
    ] {
        folder.write("s.toml", &corrupted);
        for args in [&["run", "s.toml"][..], &["s.toml"]] {
            assert!(folder.refusal_of(args).starts_with("xentviz: s.toml:"));
        }
        folder.write(NAME, &corrupted);
        let path = format!("./{NAME}");
        let output = folder.refusal_of(&["run", &path]);
        assert!(output.starts_with(&format!("xentviz: ./{SHOWN}:")), "{output}");
    }
}

#[test]
fn names_of_files_are_shown_as_text() {
    let folder = TestDir::new();
    let path = format!("./{NAME}");
    let csv = find("and").expect("it is built in").text;
    let is_table = |line: &&str| !line.starts_with("inputs") && !line.starts_with("targets");
    let csv = csv.lines().filter(is_table).collect::<Vec<_>>().join("\n");
    folder.write("csv.toml", &csv.replace("kind    = \"table\"", "kind = \"csv\""));
    let run = ["run", "csv.toml", "--epochs", "1", "--batch", "1", "--data", &path];
    assert!(folder.refusal_of(&run).contains(SHOWN));
    for bad in ["1,2,0\n3,x,1\n", "1,2\n", "1,2,\u{1b}[2J\n1,2,\u{1b}[2J\n", ""] {
        folder.write(NAME, bad);
        assert!(folder.refusal_of(&run).starts_with(&format!("xentviz: ./{SHOWN}")));
    }
    folder.write(NAME, "1,2,0\n3,4,1\n");
    assert!(folder.output_of(&run).contains(SHOWN), "the table of the run names the data");
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
        assert!(folder.refusal_of(args).contains("\\u{1b}[2J"), "{args:?}");
    }
    folder.output_of(&["run", "and", "--fps", COMMANDS]);
    folder.output_of(&["--color", COMMANDS]);
    folder.output_of(&[&format!("--{COMMANDS}")]);
    folder.output_of(&["list"]);
}

#[test]
fn the_content_of_a_model_is_shown_as_text() {
    let folder = TestDir::new();
    let model = |cost: &str, arm: &str, more: &str| {
        let (cost, arm, more) =
            (escaped_for_json(cost), escaped_for_json(arm), escaped_for_json(more));
        format!(
            "{{\"sizes\": [2, 1], \"weights\": [[[1, 2]]], \"biases\": [[[0]]], \"cost\": \"{cost}\", \
             \"xentviz\": {{\"arm\": \"{arm}\", \"hidden\": \"{more}\"}}, \"{more}\": 1}}"
        )
    };
    let path = format!("{NAME}.json");
    for name in ["m.json", &path] {
        folder.write(name, &model(COMMANDS, "a", "sigmoid"));
        assert!(
            folder.refusal_of(&["run", "and", "--load", name]).contains("`cost` is `a\\u{1b}[2J")
        );
        folder.write(name, &model("QuadraticCost", COMMANDS, COMMANDS));
        assert!(folder.refusal_of(&["run", "and", "--load", name]).contains("xentviz.hidden"));
        folder.write(name, &model("QuadraticCost", COMMANDS, "sigmoid"));
        folder.output_of(&["run", "and", "--epochs", "1", "--load", name]);
        folder.write(name, COMMANDS);
        assert!(folder.refusal_of(&["run", "and", "--load", name]).contains("is no JSON"));
    }
    let header = "{\"\\u001b[2J\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}";
    let mut tensors = (header.len() as u64).to_le_bytes().to_vec();
    tensors.extend(header.bytes());
    fs::write(folder.0.path().join("m.safetensors"), tensors).expect("a file can be written");
    let output = folder.refusal_of(&["run", "and", "--load", "m.safetensors"]);
    assert!(output.contains("`\\u{1b}[2J` is a tensor of its own"), "{output}");
}

/// Returns the text with the escapes of JSON.
fn escaped_for_json(text: &str) -> String {
    let json = serde_json::to_string(text).expect("text is JSON");
    json[1..json.len() - 1].to_owned()
}

#[test]
fn files_for_other_programs_hold_the_text_as_it_is() {
    let folder = TestDir::new();
    folder.write(NAME, &and(COMMANDS));
    let path = format!("./{NAME}");
    folder.output_of(&["run", &path, "--epochs", "1", "--summary", "s.json"]);
    let summary = fs::read_to_string(folder.0.path().join("s.json")).expect("it is written");
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("it is JSON");
    assert_eq!(summary["scenario"], path);
}

/// Draws a dashboard in every glyph set, and returns all its text.
fn drawn(mut app: App) -> String {
    let mut output = String::new();
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
                output.push_str(symbol);
            }
        }
        for line in ui::readout(&app).lines() {
            assert_eq!(visible(line), line, "the copied text");
            output.push_str(line);
        }
    }
    output
}

/// Returns a run with this text in all its names.
fn update_with_commands() -> Update {
    let mut update = fixtures::mnist_update();
    let mut facts = (**update.begins.as_ref().expect("a run begins")).clone();
    for text in [&mut facts.name, &mut facts.title, &mut facts.summary, &mut facts.data] {
        COMMANDS.clone_into(text);
    }
    facts.classes = vec![COMMANDS.to_owned(); facts.classes.len()];
    for arm in &mut facts.arms {
        COMMANDS.clone_into(&mut arm.name);
        COMMANDS.clone_into(&mut arm.start);
    }
    update.begins = Some(Arc::new(facts));
    update
}

fn with_update(update: Update) -> App {
    let text = || COMMANDS.to_owned();
    let entry = ScenarioEntry { name: text(), title: text(), summary: text() };
    let mut app = App::new(
        Appearance::default(),
        Catalogue { scenarios: vec![entry.clone(), entry], keys: Vec::new() },
    );
    app.update(Message::Received(update.events()));
    app
}

fn press(app: &mut App, keys: &str) {
    for key in keys.chars() {
        let code = if key == '\t' { KeyCode::Tab } else { KeyCode::Char(key) };
        app.update(Message::Key(KeyEvent::from(code)));
    }
}

#[test]
fn no_text_from_a_run_controls_the_terminal() {
    for keys in ["", "1", "2", "3", "4", "?", "o", "oa", ":", ":set \t", ":open \t", ":set \u{9b}="]
    {
        let mut app = with_update(update_with_commands());
        press(&mut app, keys);
        let output = drawn(app);
        assert!(output.contains("\\u{1b}[2J"), "the title is shown with {keys}");
    }
    for state in [
        RunState::Loading(LoadProgress { what: COMMANDS.to_owned(), fraction: 0.5 }),
        RunState::Failed(COMMANDS.to_owned()),
    ] {
        drawn(with_update(Update { state: state.clone(), ..update_with_commands() }));
        assert!(drawn(with_update(Update { state, ..Update::default() })).contains("\\u{1b}[2J"));
    }
}

#[test]
fn no_result_of_a_save_controls_the_terminal() {
    for result in [Ok(COMMANDS.to_owned()), Err(COMMANDS.to_owned())] {
        let mut app = with_update(update_with_commands());
        app.update(Message::Written(result));
        assert!(drawn(app).contains("\\u{1b}[2J"));
    }
}

#[test]
fn a_title_without_end_is_cut() {
    let long = "x".repeat(100_000);
    let mut update = update_with_commands();
    let mut facts = (**update.begins.as_ref().expect("a run begins")).clone();
    for text in [&mut facts.name, &mut facts.title, &mut facts.summary, &mut facts.data] {
        long.clone_into(text);
    }
    for arm in &mut facts.arms {
        long.clone_into(&mut arm.name);
    }
    facts.classes = vec![long; facts.classes.len()];
    update.begins = Some(Arc::new(facts));
    for keys in ["1", "2", "3", "4"] {
        let mut app = with_update(update.clone());
        press(&mut app, keys);
        drawn(app);
    }
}
