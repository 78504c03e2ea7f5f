//! The program as its user types it: each command, each exit status, each kind of error.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own for a test, in which the program is run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder can be made"))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
        command.args(args).current_dir(self.0.path()).env_remove("XENTVIZ_DATA");
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command line of words without spaces in them.
    fn run(&self, line: &str) -> Output {
        let args: Vec<&str> = line.split_whitespace().collect();
        self.command(&args).output().expect("the program can be started")
    }

    /// The same, which must end well.
    fn succeed(&self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", errors(&output));
        text(&output.stdout)
    }

    /// The same, which must be refused with this status, on one line of standard error.
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

const SCENARIOS: [&str; 14] = [
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
];

#[test]
fn list_tells_every_scenario_on_a_line_of_its_own() {
    let list = Place::new().succeed("list");
    let names: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, SCENARIOS);
    assert!(list.lines().all(|line| line.split_whitespace().count() > 3));
}

#[test]
fn what_show_prints_is_the_scenario_itself() {
    let place = Place::new();
    for name in SCENARIOS.into_iter().filter(|name| *name != "mnist") {
        place.write("shown.toml", &place.succeed(&format!("show {name}")));
        let small = "--epochs 1 --evaluate 0 --metrics -";
        let small = match name {
            "digits" | "dead-digits" | "initialisation" | "softmax" => {
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
fn a_name_that_is_none_is_led_to_the_nearest_and_to_the_list() {
    let place = Place::new();
    for line in ["satruated", "show satruated", "run satruated"] {
        assert_eq!(
            place.refused(line, 2),
            "no scenario is called \"satruated\"; did you mean saturated? `xentviz list` shows \
             all that are built in\n"
        );
    }
    assert_eq!(
        place.refused("run quux", 2),
        "no scenario is called \"quux\"; `xentviz list` shows all that are built in\n"
    );
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused() {
    let place = Place::new();
    let cases = [
        ("--nonsense", "unexpected argument '--nonsense'"),
        ("run", "required arguments were not provided"),
        ("run and --set eta", "KEY=VALUE would do, as in arm.quadratic.eta=3"),
        ("--color mauve", "[possible values: auto, true, 256, 16, never]"),
        ("--theme mauve", "[possible values: dark, light]"),
        ("--fps 0", "0 is not in 1..=240"),
    ];
    for (line, expected) in cases {
        let refusal = place.refused(line, 2);
        assert!(refusal.contains(expected), "{line}: {refusal}");
    }
}

#[test]
fn a_value_that_cannot_be_is_refused_as_it_was_said() {
    let place = Place::new();
    let cases = [
        ("run and --eta fast", "--eta fast: training.eta: found \"fast\"; "),
        ("run and --eta -1", "--eta -1: training.eta: found -1; "),
        ("run and --batch 5", "--batch 5: training.batch: "),
        ("run and --epochs 0", "--epochs 0: training.epochs: found 0; "),
        ("run and --precision f16", "--precision f16: precision: found \"f16\"; "),
        ("run and --set training.etta=1", "--set training.etta=1: training.etta: unknown key; "),
        ("run and --set arm.quadratc.eta=3", "--set arm.quadratc.eta=3: arm.quadratc.eta: "),
        ("run and --set arm.quadratic.lambda=-1", "--set arm.quadratic.lambda=-1: "),
    ];
    for (line, expected) in cases {
        let refusal = place.refused(line, 2);
        assert!(refusal.starts_with(expected), "{line}: {refusal}");
        assert_eq!(refusal.lines().count(), 1, "{line}: {refusal}");
    }
}

#[test]
fn a_file_that_is_no_scenario_is_refused_with_its_place() {
    let place = Place::new();
    let refusal = place.refused("run missing.toml", 2);
    assert!(refusal.starts_with("cannot read the scenario missing.toml: No such file"));
    assert!(place.refused("run ./", 2).starts_with("cannot read the scenario ./: "));
    place.write("broken.toml", "title = \"x\"\nseed = \n");
    assert!(place.refused("run broken.toml", 2).starts_with("broken.toml:2:8: "));
    let and = place.succeed("show and").replace("epochs ", "epoks  ");
    place.write("misspelt.toml", &and);
    let refusal = place.refused("run misspelt.toml", 2);
    assert!(refusal.starts_with("misspelt.toml:"), "{refusal}");
    assert!(refusal.ends_with("training.epoks: unknown key; did you mean epochs?\n"), "{refusal}");
}

#[test]
fn without_a_terminal_the_dashboard_names_the_way_without_one() {
    let place = Place::new();
    for (line, name) in [("", "saturated"), ("xor --paused --mouse --no-sync --ascii", "xor")] {
        assert_eq!(
            place.refused(line, 2),
            format!(
                "standard output is no terminal; `xentviz run {name}` trains without a screen\n"
            )
        );
    }
}

#[test]
fn the_help_and_the_version_are_printed_and_are_no_error() {
    let place = Place::new();
    assert_eq!(place.succeed("--version"), format!("xentviz {}\n", env!("CARGO_PKG_VERSION")));
    for line in ["--help", "-h", "help", "run --help", "show -h", "list -h"] {
        assert!(place.succeed(line).contains("Usage: xentviz"), "{line}");
    }
}

#[test]
fn the_examples_of_the_help_do_what_they_say() {
    let place = Place::new();
    let help = place.succeed("--help");
    let examples: Vec<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with("xentviz") && !line.contains("FOLDER"))
        .map(|line| line.split("   ").next().unwrap_or(line))
        .collect();
    assert!(examples.len() >= 10, "{examples:?}");
    let folder = Path::new(env!("CARGO_BIN_EXE_xentviz")).parent().expect("it is in a folder");
    for example in examples {
        let output = Command::new("sh")
            .args(["-c", example])
            .current_dir(place.0.path())
            .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()))
            .env_remove("XENTVIZ_DATA")
            .output()
            .expect("a shell can be started");
        if ["list", "show", "run"].iter().any(|c| example.starts_with(&format!("xentviz {c}"))) {
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
            "mine.toml",
            "spiral.csv",
            "spiral.json"
        ]
    );
}

#[test]
fn metrics_are_a_line_for_each_arm_and_epoch_and_begin_with_the_start() {
    let place = Place::new();
    let metrics = place.succeed("run saturated --epochs 3 --metrics -");
    let records = records(&metrics);
    let order: Vec<_> = records
        .iter()
        .map(|record| (record["arm"].as_str().unwrap(), record["epoch"].as_u64().unwrap()))
        .collect();
    let expected: Vec<_> =
        (0..4).flat_map(|epoch| [("quadratic", epoch), ("cross-entropy", epoch)]).collect();
    assert_eq!(order, expected);
    // z = 4: a = 1 / (1 + e^−4), y = 0.
    let a: f64 = 0.982_013_790_037_908_4;
    let close = |value: &Value, to: f64| (value.as_f64().unwrap() / to - 1.0).abs() < 1e-14;
    assert!(close(&records[0]["cost"], a * a / 2.0));
    assert!(close(&records[1]["cost"], 4.0 + (-4.0_f64).exp().ln_1p()));
    assert_eq!(records[0]["eta"], 0.15);
    assert_eq!(records[0]["test_cost"], Value::Null);
    assert_eq!(records[0]["accuracy"], 0.0);
    assert_eq!(records[0]["saturation"], serde_json::json!([1.0]));
}

#[test]
fn metrics_as_csv_have_the_same_numbers() {
    let place = Place::new();
    place.succeed("run xor --epochs 2 --metrics m.csv --set data.train=50 --set data.test=20");
    let lines =
        place.succeed("run xor --epochs 2 --metrics - --set data.train=50 --set data.test=20");
    let csv = place.read("m.csv");
    let mut rows = csv.lines();
    let head: Vec<&str> = rows.next().unwrap().split(',').collect();
    assert_eq!(
        head[..9],
        [
            "arm",
            "epoch",
            "step",
            "eta",
            "cost",
            "cost_data",
            "accuracy",
            "test_cost",
            "test_accuracy"
        ]
    );
    let records = records(&lines);
    assert_eq!(rows.clone().count(), records.len());
    for (row, record) in rows.zip(&records) {
        let row: Vec<&str> = row.split(',').collect();
        assert_eq!(row.len(), head.len());
        for (name, cell) in head.iter().zip(&row).skip(1) {
            let value = match name.rsplit_once('_') {
                Some((list @ ("gradient_norm" | "saturation"), layer)) => {
                    &record[list][layer.parse::<usize>().unwrap() - 1]
                }
                _ => &record[name],
            };
            assert_eq!(value.as_f64().unwrap().to_bits(), cell.parse::<f64>().unwrap().to_bits());
        }
    }
}

#[test]
fn standard_output_carries_the_metrics_alone_when_they_are_asked_for_there() {
    let place = Place::new();
    let output = place.run("run and --epochs 2 --metrics -");
    assert_eq!(records(&text(&output.stdout)).len(), 6);
    assert!(errors(&output).contains("cross-entropy"));
    let table = place.succeed("run and --epochs 2");
    assert!(table.contains("quadratic") && table.contains("accuracy"), "{table}");
}

#[test]
fn the_same_run_writes_the_same_bytes() {
    let place = Place::new();
    for part in ["a", "b"] {
        place.succeed(&format!(
            "run circle --epochs 3 --metrics {part}.jsonl --save {part}-{{arm}}.safetensors"
        ));
    }
    for file in ["jsonl", "safetensors"] {
        let name = |part: &str| match file {
            "jsonl" => format!("{part}.jsonl"),
            _ => format!("{part}-quadratic.safetensors"),
        };
        let bytes = |part: &str| fs::read(place.path(&name(part))).unwrap();
        assert_eq!(bytes("a"), bytes("b"), "{file}");
    }
}

#[test]
fn the_summary_tells_how_each_arm_ended() {
    let place = Place::new();
    place.succeed(
        "run digits --epochs 2 --set data.train=300 --set data.test=100 --summary s.json \
         --metrics m.jsonl",
    );
    let summary = place.json("s.json");
    let last = records(&place.read("m.jsonl")).pop().unwrap();
    assert_eq!(summary["scenario"], "digits");
    assert_eq!(summary["threads"], 1);
    assert!(summary["wall_seconds"].as_f64() >= summary["load_seconds"].as_f64());
    let arms = summary["arms"].as_array().unwrap();
    assert_eq!(arms.len(), 2);
    let arm = &arms[1];
    assert_eq!(arm["arm"], "cross-entropy");
    assert_eq!((&arm["epochs"], &arm["steps"]), (&2.into(), &60.into()));
    assert_eq!(arm["examples"], 600);
    for key in ["cost", "cost_data", "accuracy", "test_cost", "test_accuracy"] {
        assert_eq!(arm[key], last[key], "{key}");
    }
    assert!(arm["best_test_accuracy"].as_f64() >= arm["test_accuracy"].as_f64());
    assert!([1, 2].contains(&arm["best_epoch"].as_u64().unwrap()));
    assert_eq!(arm["recall"].as_array().unwrap().len(), 10);
    assert_eq!(arm["diverged_at_step"], Value::Null);
    let seconds = arm["training_seconds"].as_f64().unwrap();
    assert!(seconds > 0.0 && seconds < summary["wall_seconds"].as_f64().unwrap());
    let rate = arm["examples_per_second"].as_f64().unwrap();
    assert!((rate * seconds / 600.0 - 1.0).abs() < 1e-9);
}

#[test]
fn without_a_test_set_the_summary_says_nothing_of_one() {
    let place = Place::new();
    place.succeed("run and --epochs 2 --summary s.json");
    let arm = &place.json("s.json")["arms"][0];
    for key in ["test_cost", "test_accuracy", "best_test_accuracy", "best_epoch", "recall"] {
        assert_eq!(arm[key], Value::Null, "{key}");
    }
    assert!(arm["accuracy"].is_number());
}

#[test]
fn a_run_goes_on_from_the_models_that_it_saved() {
    let place = Place::new();
    for ending in ["json", "safetensors"] {
        place.succeed(&format!("run and --epochs 5 --save {{arm}}.{ending} --metrics first.jsonl"));
        place.succeed(&format!(
            "run and --epochs 1 --load {{arm}}.{ending} --metrics second.jsonl --save {{arm}}.json"
        ));
        let first = records(&place.read("first.jsonl"));
        let second = records(&place.read("second.jsonl"));
        for (end, start) in first[first.len() - 2..].iter().zip(&second) {
            assert_eq!((&end["arm"], &end["cost"]), (&start["arm"], &start["cost"]), "{ending}");
        }
    }
}

#[test]
fn all_arms_start_from_one_file_that_the_books_program_wrote() {
    let place = Place::new();
    place.write(
        "book.json",
        r#"{"sizes": [2, 1], "weights": [[[2.0, -1.0]]], "biases": [[[0.5]]],
            "cost": "CrossEntropyCost"}"#,
    );
    let records = records(&place.succeed("run and --epochs 1 --load book.json --metrics -"));
    // The table of AND that can be checked on paper.
    assert!((records[0]["cost"].as_f64().unwrap() - 0.177_164).abs() < 5e-7);
    assert!((records[1]["cost"].as_f64().unwrap() - 1.057_114).abs() < 5e-7);
}

#[test]
fn a_model_that_cannot_be_used_is_refused_with_its_file_and_part() {
    let place = Place::new();
    place.succeed("run xor --epochs 1 --save xor-{arm}.json");
    let refusal = place.refused("run and --load xor-quadratic.json", 2);
    assert!(refusal.starts_with("--load xor-quadratic.json: its layers are [2, "), "{refusal}");
    assert!(refusal.ends_with("those of the arm quadratic are [2, 1]\n"), "{refusal}");
    place.write("half.json", r#"{"sizes": [2, 1], "weights": [[[2.0]]], "biases": [[[0.5]]],"#);
    assert!(
        place.refused("run and --load half.json", 2).starts_with("--load half.json: is no JSON")
    );
    place.write(
        "row.json",
        r#"{"sizes": [2, 1], "weights": [[[2.0]]], "biases": [[[0.5]]], "cost": "QuadraticCost"}"#,
    );
    assert_eq!(
        place.refused("run and --load row.json", 2),
        "--load row.json: `weights[0][0]` is a list of 1, expected 2 inputs, as `sizes` says\n"
    );
    place.write("x.safetensors", "no tensors");
    let refusal = place.refused("run and --load x.safetensors", 2);
    assert!(refusal.starts_with("--load x.safetensors: is no safetensors file: "), "{refusal}");
    assert!(place.refused("run and --load none.json", 2).contains("No such file"));
    assert!(place.refused("run and --load model.pkl", 2).contains(".json or .safetensors"));
}

#[test]
fn places_that_cannot_be_written_to_are_refused_before_anything_is_trained() {
    let place = Place::new();
    fs::create_dir(place.path("folder.json")).unwrap();
    let cases = [
        ("--save model.json", "--save model.json: with 2 arms the name must hold {arm}"),
        ("--save {arm}.txt", "--save {arm}.txt: a model's name ends in .json or .safetensors"),
        ("--save none/{arm}.json", "--save none/quadratic.json: cannot be written: No such file"),
        ("--summary none/s.json", "--summary none/s.json: cannot be written: No such file"),
        ("--summary folder.json", "--summary folder.json: cannot be written: "),
        ("--metrics none/m.csv", "--metrics none/m.csv: cannot be written: No such file"),
        ("--metrics same.json --summary same.json", "--metrics and --summary both say same.json"),
    ];
    for (flags, expected) in cases {
        let refusal = place.refused(&format!("run and --epochs 1000000000 {flags}"), 2);
        assert!(refusal.starts_with(expected), "{flags}: {refusal}");
    }
    assert_eq!(place.names(), ["folder.json"]);
}

#[test]
fn files_that_are_there_are_replaced_and_nothing_else_is_left_behind() {
    let place = Place::new();
    place.write("s.json", "old");
    for _ in 0..2 {
        place.succeed("run and --epochs 1 --summary s.json --save {arm}.json --metrics m.csv");
    }
    assert_eq!(place.names(), ["cross-entropy.json", "m.csv", "quadratic.json", "s.json"]);
    assert_eq!(place.json("s.json")["scenario"], "and");
}

#[test]
fn data_that_is_missing_or_broken_fails_the_run() {
    let place = Place::new();
    let refusal = place.refused("run mnist", 2);
    assert!(refusal.contains("--data FOLDER") && refusal.contains("XENTVIZ_DATA"), "{refusal}");
    fs::create_dir(place.path("empty")).unwrap();
    for line in ["run mnist --data empty", "run dead-digits --data empty"] {
        let refusal = place.refused(line, 1);
        assert!(refusal.contains("train-images-idx3-ubyte in empty"), "{refusal}");
    }
    place.write("table.csv", "1,2,0\n3,x,1\n");
    let csv = place.succeed("show and").replace("kind    = \"table\"", "kind = \"csv\"");
    let csv: String = csv
        .lines()
        .filter(|line| !line.starts_with("inputs") && !line.starts_with("targets"))
        .map(|line| format!("{line}\n"))
        .collect();
    place.write("csv.toml", &csv);
    let refusal = place.refused("run csv.toml --data table.csv --batch 1", 1);
    assert!(refusal.starts_with("table.csv, line 2, column 2"), "{refusal}");
}

#[test]
fn an_arm_that_diverges_is_told_of_and_is_no_failure() {
    let place = Place::new();
    let table =
        place.succeed("run linear-output --epochs 500 --eta 50 --summary s.json --metrics m.jsonl");
    let summary = place.json("s.json");
    let diverged: Vec<_> = summary["arms"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|arm| arm["diverged_at_step"].is_number())
        .collect();
    assert!(!diverged.is_empty(), "{table}");
    assert!(table.contains("diverged at step"), "{table}");
    assert!(table.contains("with eta 50: "), "{table}");
    for arm in diverged {
        let records = records(&place.read("m.jsonl"));
        let epochs = records.iter().filter(|record| record["arm"] == arm["arm"]);
        let last = epochs.last().unwrap()["step"].as_u64().unwrap();
        assert!(last <= arm["steps"].as_u64().unwrap());
    }
}

/// A run that would take years, with its metrics on a pipe.
fn endless(place: &Place, flags: &[&str]) -> Child {
    let args = ["run", "and", "--epochs", "1000000000000", "--metrics", "-"];
    place
        .command(&[&args, flags].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started")
}

#[test]
fn ctrl_c_ends_a_run_with_what_it_has() {
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let place = Place::new();
        let flags = ["--summary", "s.json", "--save", "{arm}.json"];
        let mut child = endless(&place, &flags);
        let mut metrics = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        metrics.read_line(&mut line).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        metrics.read_to_string(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", errors(&output));
        let last = records(&line).pop().expect("there are whole records only");
        assert_eq!(place.names(), ["cross-entropy.json", "quadratic.json", "s.json"]);
        let arm = &place.json("s.json")["arms"][1];
        assert_eq!(arm["cost"], last["cost"]);
        assert!(arm["epochs"].as_u64() >= last["epoch"].as_u64());
        assert_eq!(place.json("quadratic.json")["xentviz"]["arm"], "quadratic");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_and_is_no_failure() {
    let place = Place::new();
    let mut child = endless(&place, &[]);
    let mut metrics = BufReader::new(child.stdout.take().unwrap());
    metrics.read_line(&mut String::new()).unwrap();
    drop(metrics);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(errors(&output), "");
}

#[test]
fn a_run_from_the_environments_folder_is_for_mnist_only() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    let run = |scenario: &str| {
        let args = ["run", scenario, "--epochs", "1", "--set", "data.train=20"];
        let args = [&args[..], &["--set", "data.test=10"]].concat();
        place.command(&args).env("XENTVIZ_DATA", "empty").output().unwrap()
    };
    assert!(errors(&run("mnist")).contains("train-images-idx3-ubyte in empty"));
    assert_eq!(run("digits").status.code(), Some(0));
}
