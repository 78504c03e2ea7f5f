//! The program as its user types it: each command, each exit status, each kind of error.

mod arrays;
mod children;
mod ends;
mod files;
mod full;
mod known_tables;
#[cfg(target_os = "linux")]
mod memory;
mod metrics_lock;
mod mnist;
mod models;
mod numbers;
mod paths;
mod pipes;
mod refusals;
mod resuming;
mod settings;
mod tables;
mod until;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder in which a test runs the program.
struct TestDir(TempDir);

impl TestDir {
    fn new() -> Self {
        children::restore_default_signals();
        Self(TempDir::new().expect("a temporary folder can be made"))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
        command.args(args).current_dir(self.0.path()).env_remove("XENTVIZ_DATA");
        // The environment of the user must not change the tests.
        for name in ["COLOR", "GLYPHS", "THEME", "FPS", "BANDWIDTH", "MOUSE"] {
            command.env_remove(format!("XENTVIZ_{name}"));
        }
        command.env("XDG_CONFIG_HOME", self.path("config"));
        command.env("XDG_STATE_HOME", self.path("state"));
        // The program's time limits are meant for an idle machine.
        command.env("XENTVIZ_PATIENCE", "4");
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command line whose words contain no spaces.
    fn run(&self, line: &str) -> Output {
        let args: Vec<&str> = line.split_whitespace().collect();
        self.command(&args).output().expect("the program can be started")
    }

    /// Runs a command line that must succeed; returns its standard output.
    fn succeed(&self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", errors(&output));
        text(&output.stdout)
    }

    /// Runs a command line that must be refused with this status, on one line of standard error.
    fn refused(&self, line: &str, status: i32) -> String {
        let output = self.run(line);
        let errors = errors(&output);
        assert_eq!(output.status.code(), Some(status), "{line}: {errors}");
        assert_eq!(text(&output.stdout), "", "{line}");
        assert_eq!(errors.lines().filter(|line| line.starts_with("xentviz: ")).count(), 1);
        errors.strip_prefix("xentviz: ").expect("the program names itself first").to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file can be written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder can be listed");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("an entry can be read").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

fn errors(output: &Output) -> String {
    text(&output.stderr)
}

fn records(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

const SCENARIOS: [&str; 17] = [
    "saturated",
    "mild",
    "hopeless",
    "book-animation",
    "and",
    "xor",
    "circle",
    "spiral",
    "digits",
    "mnist",
    "dead-digits",
    "initialisation",
    "softmax",
    "linear-output",
    "overfitting",
    "ten-percent",
    "iris",
];

#[test]
fn list_prints_every_scenario_on_a_line_of_its_own() {
    let list = TestDir::new().succeed("list");
    let names: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, SCENARIOS);
    assert!(list.lines().all(|line| line.split_whitespace().count() > 3));
}

#[test]
fn show_prints_the_scenario_itself() {
    let place = TestDir::new();
    for name in SCENARIOS.into_iter().filter(|name| *name != "mnist") {
        place.write("shown.toml", &place.succeed(&format!("show {name}")));
        let small = "--epochs 1 --evaluate 0 --metrics -";
        let small = match name {
            "digits" | "dead-digits" | "initialisation" | "softmax" | "overfitting"
            | "ten-percent" => {
                format!("{small} --set data.train=200 --set data.test=100")
            }
            _ => small.to_owned(),
        };
        let shown = place.succeed(&format!("run shown.toml {small}"));
        assert_eq!(shown, place.succeed(&format!("run {name} {small}")), "{name}");
        assert!(!shown.is_empty(), "{name}");
    }
}

#[test]
fn the_help_and_the_version_are_printed_and_are_no_error() {
    let place = TestDir::new();
    assert_eq!(place.succeed("--version"), format!("xentviz {}\n", env!("CARGO_PKG_VERSION")));
    for line in ["--help", "-h", "help", "run --help", "show -h", "list -h"] {
        assert!(place.succeed(line).contains("Usage: xentviz"), "{line}");
    }
}

#[test]
fn the_examples_of_the_help_run_as_described() {
    let place = TestDir::new();
    let help = place.succeed("--help");
    let examples: Vec<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with("xentviz") && !line.contains("FOLDER"))
        .map(|line| line.split("   ").next().unwrap_or(line))
        .collect();
    assert!(examples.len() >= 10, "{examples:?}");
    place.write("mine.csv", "x1,x2,y\n0.5,1.5,0\n1.5,2.5,1\n2.5,0.5,0\n3.5,3.5,1\n");
    let folder = Path::new(env!("CARGO_BIN_EXE_xentviz")).parent().expect("it is in a folder");
    for example in examples {
        let output = Command::new("sh")
            .args(["-c", example])
            .current_dir(place.0.path())
            .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()))
            .env_remove("XENTVIZ_DATA")
            .output()
            .expect("a shell can be started");
        if ["list", "show", "data", "run", "--test"]
            .iter()
            .any(|c| example.starts_with(&format!("xentviz {c}")))
        {
            assert_eq!(output.status.code(), Some(0), "{example}: {}", errors(&output));
        } else {
            assert_eq!(output.status.code(), Some(2), "{example}");
            assert!(errors(&output).contains("no terminal"), "{example}: {}", errors(&output));
        }
    }
    assert_eq!(
        place.names(),
        [
            "digits-cross-entropy.json",
            "digits-quadratic.json",
            "mine.csv",
            "mine.toml",
            "spiral.csv",
            "spiral.json",
            "xor-cross-entropy.safetensors",
            "xor-quadratic.safetensors",
            "xor.py"
        ]
    );
}
