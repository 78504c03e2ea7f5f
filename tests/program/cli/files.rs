//! The files that a run writes and reads.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::thread;

use portable_pty::{PtySize, native_pty_system};
use rustix::fs::{FlockOperation, flock};
use serde_json::Value;
use xentviz::testing::math::{exp, ln_1p};

use crate::cli::{TestDir, errors, records};

#[test]
fn metrics_are_a_line_for_each_arm_and_epoch_and_begin_with_the_start() {
    let place = TestDir::new();
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
    assert!(close(&records[1]["cost"], 4.0 + ln_1p(exp(-4.0_f64))));
    assert_eq!(records[0]["eta"], 0.15);
    assert_eq!(records[0]["test_cost"], Value::Null);
    assert_eq!(records[0]["accuracy"], 0.0);
    // It is saturated and wrong: a = .982 where 0 is wanted.
    assert_eq!(records[0]["saturation"], serde_json::json!([1.0]));
    assert_eq!(records[0]["saturated_wrong"], 1.0);
}

#[test]
fn metrics_as_csv_have_the_same_numbers() {
    let place = TestDir::new();
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
            let Some(value) = value.as_f64() else {
                // A run with classes has no R².
                assert_eq!((value, *cell), (&Value::Null, ""), "{name}");
                continue;
            };
            assert_eq!(value.to_bits(), cell.parse::<f64>().unwrap().to_bits());
        }
    }
}

#[test]
fn the_same_run_writes_the_same_bytes() {
    let place = TestDir::new();
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
fn the_summary_reports_how_each_arm_ended() {
    let place = TestDir::new();
    place.succeed(
        "run digits --epochs 2 --set data.train=300 --set data.test=100 --summary s.json \
         --metrics m.jsonl",
    );
    let summary = place.json("s.json");
    let last = records(&place.read("m.jsonl")).pop().unwrap();
    assert_eq!(summary["scenario"], "digits");
    // One thread for each arm, if there are as many cores.
    assert!((1..=2).contains(&summary["threads"].as_u64().unwrap()), "{summary}");
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
fn a_run_ends_the_same_with_and_without_metrics() {
    let place = TestDir::new();
    let run =
        "run digits --epochs 4 --set data.train=300 --set data.test=100 --set training.lambda=1";
    let [with, without] = [" --metrics m.jsonl", ""].map(|metrics| {
        place.succeed(&format!("{run}{metrics} --summary s.json"));
        let summary = place.json("s.json");
        let arms = summary["arms"].as_array().unwrap().clone();
        arms.into_iter().map(|mut arm| {
            arm.as_object_mut().unwrap().retain(|key, _| !key.contains("second"));
            arm
        })
    });
    assert!(with.eq(without));
}

#[test]
fn without_a_test_set_the_summary_has_no_fields_of_one() {
    let place = TestDir::new();
    place.succeed("run and --epochs 2 --summary s.json");
    let arm = &place.json("s.json")["arms"][0];
    for key in ["test_cost", "test_accuracy", "best_test_accuracy", "best_epoch", "recall"] {
        assert_eq!(arm[key], Value::Null, "{key}");
    }
    assert!(arm["accuracy"].is_number());
}

#[test]
fn a_run_continues_from_the_models_that_it_saved() {
    let place = TestDir::new();
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
    let place = TestDir::new();
    place.write(
        "book.json",
        r#"{"sizes": [2, 1], "weights": [[[2.0, -1.0]]], "biases": [[[0.5]]],
            "cost": "CrossEntropyCost"}"#,
    );
    let records = records(&place.succeed("run and --epochs 1 --load book.json --metrics -"));
    // From the table of AND that can be checked on paper.
    assert!((records[0]["cost"].as_f64().unwrap() - 0.177_164).abs() < 5e-7);
    assert!((records[1]["cost"].as_f64().unwrap() - 1.057_114).abs() < 5e-7);
}

#[test]
fn existing_files_are_replaced_and_nothing_else_is_left_behind() {
    let place = TestDir::new();
    place.write("s.json", "old");
    for _ in 0..2 {
        place.succeed("run and --epochs 1 --summary s.json --save {arm}.json --metrics m.csv");
    }
    assert_eq!(place.names(), ["cross-entropy.json", "m.csv", "quadratic.json", "s.json"]);
    assert_eq!(place.json("s.json")["scenario"], "and");
}

#[test]
fn a_name_need_not_be_utf_8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = TestDir::new();
    let name = |arm: &str| [b"mod\xe8le-", arm.as_bytes(), b".json"].concat();
    for flags in [&["--save"][..], &["--load"], &["--resume", "--load"], &["--resume", "--save"]] {
        let mut command = place.command(&[&["run", "and", "--epochs", "2"], flags].concat());
        let output = command.arg(OsStr::from_bytes(&name("{arm}"))).output();
        let output = output.expect("the program can be started");
        assert_eq!(output.status.code(), Some(0), "{flags:?}: {}", errors(&output));
    }
    for arm in ["quadratic", "cross-entropy"] {
        assert!(place.0.path().join(OsStr::from_bytes(&name(arm))).exists(), "{arm}");
    }
    assert_eq!(place.names().len(), 2);
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    let place = TestDir::new();
    for (name, mode) in
        [("s.json", 0o600), ("quadratic.json", 0o640), ("cross-entropy.json", 0o666)]
    {
        place.write(name, "old");
        fs::set_permissions(place.path(name), Permissions::from_mode(mode)).expect("a mode");
        place.succeed("run and --epochs 1 --summary s.json --save {arm}.json");
        let about = fs::metadata(place.path(name)).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o777, mode, "{name}");
        assert_ne!(place.read(name), "old");
    }
}

#[test]
fn a_file_that_is_write_protected_is_refused_before_anything_is_done() {
    let place = TestDir::new();
    place.write("kept.json", "old");
    fs::set_permissions(place.path("kept.json"), Permissions::from_mode(0o444)).expect("a mode");
    symlink("kept.json", place.path("link-quadratic.json")).expect("a link");
    for flags in ["--summary kept.json", "--save link-{arm}.json"] {
        let refusal = place.refused(&format!("run and --epochs 1 {flags}"), 2);
        assert!(refusal.ends_with(": it is write-protected (mode 444)\n"), "{refusal}");
    }
    assert_eq!(place.read("kept.json"), "old");
    assert_eq!(place.names(), ["kept.json", "link-quadratic.json"]);
}

#[test]
fn leftovers_of_a_killed_program_are_removed_by_the_next_save_and_files_in_use_stay() {
    let place = TestDir::new();
    let (left, used) = (".xentviz-0123456789abcdef.part", ".xentviz-fedcba9876543210.part");
    place.write(left, "half");
    place.write(used, "half");
    place.write(".xentviz-mine", "mine");
    symlink(".xentviz-mine", place.path(".xentviz-00000000deadbeef.part")).expect("a link");
    let file = File::open(place.path(used)).expect("it is there");
    flock(&file, FlockOperation::LockExclusive).expect("it can be locked");
    place.succeed("run and --epochs 1 --summary s.json");
    let link = ".xentviz-00000000deadbeef.part";
    assert_eq!(place.names(), [link, used, ".xentviz-mine", "s.json"]);
    drop(file);
    place.succeed("run and --epochs 1 --save {arm}.json");
    assert!(!place.path(used).exists() && place.path(".xentviz-mine").exists());
}

#[test]
fn a_model_without_end_or_content_is_refused() {
    let place = TestDir::new();
    symlink("/dev/zero", place.path("zero.safetensors")).expect("a link");
    let sparse = File::create(place.path("sparse.safetensors")).expect("a file");
    sparse.set_len(800 << 20).expect("a length");
    for name in ["zero", "sparse"] {
        let refusal = place.refused(&format!("run and --load {name}.safetensors"), 2);
        assert!(refusal.contains("is no safetensors file: "), "{refusal}");
    }
}

#[test]
fn a_scenario_its_data_and_a_model_may_come_from_pipes() {
    let place = TestDir::new();
    for name in ["scenario.toml", "points.csv", "model.json"] {
        let made = Command::new("mkfifo").arg(place.path(name)).status();
        assert!(made.expect("a pipe can be made").success());
    }
    let scenario = "[data]\nkind = \"csv\"\npath = \"points.csv\"\n[network]\nlayers = [2, 1]\n\
        [training]\nepochs = 1\nbatch = 1\neta = 1\n[[arm]]\nname = \"one\"\ncost = \"quadratic\"\n";
    let model = r#"{"sizes": [2, 1], "weights": [[[2, -1]]], "biases": [[[0.5]]],
        "cost": "QuadraticCost"}"#;
    let contents =
        [("scenario.toml", scenario), ("points.csv", "0,0,1\n1,1,0\n"), ("model.json", model)];
    thread::scope(|scope| {
        for (name, text) in contents {
            let path = place.path(name);
            scope.spawn(move || fs::write(path, text).expect("the program reads it"));
        }
        place.succeed("run scenario.toml --load model.json --summary s.json");
    });
    assert_eq!(place.json("s.json")["arms"][0]["arm"], "one");
}

#[test]
fn a_terminal_is_no_file_of_data() {
    let place = TestDir::new();
    let terminal = native_pty_system().openpty(PtySize::default()).expect("a terminal");
    let name = terminal.master.tty_name().expect("it has a name");
    let name = name.to_str().expect("it is text");
    let csv = place.succeed("show and").replace("\"table\"", "\"csv\"");
    let rows = |line: &&str| !line.starts_with("inputs") && !line.starts_with("targets");
    place.write("csv.toml", &csv.lines().filter(rows).collect::<Vec<_>>().join("\n"));
    for line in [format!("run csv.toml --batch 1 --data {name}"), format!("run {name}")] {
        let output = place.run(&line);
        let errors = crate::cli::errors(&output);
        assert!(!output.status.success() && errors.contains("it is a terminal; "), "{errors}");
    }
}
