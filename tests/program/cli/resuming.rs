//! Checkpoints and resumed runs: whatever ends a run, its parts produce the files of a run that was
//! never interrupted.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};

use rustix::process::Signal;
use serde_json::Value;

use crate::cli::children::{end_of, signal, wait_until};
use crate::cli::full::run_without_room;
use crate::cli::{TestDir, errors};

/// Arms of different depths, regularisation, a smaller last mini-batch, a test set.
const RUN: &str = "run digits --set data.train=105 --set data.test=30 --set training.lambda=1 \
                   --set arm.quadratic.layers=[784,12,10]";

fn start(place: &TestDir, line: &str) -> Child {
    let mut command = place.command(&line.split_whitespace().collect::<Vec<_>>());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the program can be started")
}

/// Returns a summary without times.
fn summary(place: &TestDir, name: &str) -> Value {
    let mut summary = place.json(name);
    let all = summary.as_object_mut().expect("it is an object");
    all.retain(|key, _| !key.ends_with("_seconds"));
    for arm in all["arms"].as_array_mut().expect("there are arms") {
        let arm = arm.as_object_mut().expect("it is an object");
        arm.retain(|key, _| !key.contains("second"));
    }
    summary
}

/// Returns the number of whole epochs in the metrics, or 0.
fn epochs(place: &TestDir, name: &str) -> u64 {
    let text = fs::read_to_string(place.path(name)).unwrap_or_default();
    let last = text.lines().rfind(|line| line.ends_with('}'));
    let last: Option<Value> = last.and_then(|line| serde_json::from_str(line).ok());
    last.and_then(|record| record["epoch"].as_u64()).unwrap_or(0)
}

fn assert_same(place: &TestDir, one: &str, other: &str, files: &[&str]) {
    for file in files {
        let [one, other] = [one, other].map(|part| fs::read(place.path(&format!("{part}{file}"))));
        assert!(one.expect("it is there") == other.expect("it is there"), "{file} differs");
    }
    let [one, other] = [one, other].map(|part| summary(place, &format!("{part}.json")));
    assert_eq!(one, other);
}

#[test]
fn a_run_that_is_killed_repeatedly_ends_with_the_files_of_an_uninterrupted_one() {
    let place = TestDir::new();
    for (precision, ending) in [("f64", "json"), ("f32", "safetensors")] {
        let line = |part: &str| {
            format!(
                "{RUN} --epochs 300 --precision {precision} --metrics {part}.jsonl --summary \
                 {part}.json --save {part}-{{arm}}.{ending}"
            )
        };
        place.succeed(&line("whole"));
        let parts = format!("{} --checkpoint 7 --resume", line("part"));
        for epoch in [20, 90, 200] {
            let mut child = start(&place, &parts);
            let has_ended = |child: &mut Child| child.try_wait().expect("it is a child").is_some();
            assert!(wait_until(|| epochs(&place, "part.jsonl") >= epoch || has_ended(&mut child)));
            signal(&child, Signal::KILL);
            end_of(&mut child);
        }
        place.succeed(&parts);
        let models = ["quadratic", "cross-entropy"].map(|arm| format!("-{arm}.{ending}"));
        assert_same(&place, "whole", "part", &[".jsonl", &models[0], &models[1]]);
        // A finished run is only evaluated and reported again.
        place.succeed(&parts);
        assert_same(&place, "whole", "part", &[".jsonl", &models[0], &models[1]]);
        for name in place.names() {
            fs::remove_file(place.path(&name))
                .or_else(|_| fs::remove_dir_all(place.path(&name)))
                .ok();
        }
    }
}

#[test]
fn a_run_that_is_ended_by_a_signal_continues_where_it_was() {
    for signal_sent in [Signal::TERM, Signal::HUP] {
        let place = TestDir::new();
        let line = |part: &str| {
            format!(
                "{RUN} --epochs 200 --evaluate 3 --metrics {part}.csv --summary {part}.json \
                 --save {part}-{{arm}}.json"
            )
        };
        place.succeed(&line("whole"));
        let mut child = start(&place, &line("part"));
        let lines =
            || fs::read_to_string(place.path("part.csv")).unwrap_or_default().lines().count();
        assert!(wait_until(|| lines() > 20));
        signal(&child, signal_sent);
        end_of(&mut child);
        // The state of a file after a disk failed in the middle of a line.
        let mut csv = place.read("part.csv");
        csv.push_str("quadratic,2");
        place.write("part.csv", &csv);
        let load = "--load part-{arm}.json --resume";
        let output = place.run(&format!("{} {load}", line("part")));
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        let models = ["-quadratic.json", "-cross-entropy.json"];
        assert_same(&place, "whole", "part", &[".csv", models[0], models[1]]);
    }
}

#[test]
fn an_evaluation_at_an_interruption_does_not_count_as_the_best() {
    // Every step ends an epoch, and only the last one is evaluated.
    let place = TestDir::new();
    let line = |part: &str| {
        format!(
            "run and --epochs 2000000 --evaluate 0 --metrics {part}.jsonl --summary {part}.json \
             --save {part}-{{arm}}.json"
        )
    };
    place.succeed(&line("a"));
    let mut child = start(&place, &line("b"));
    let recorded = || fs::read_to_string(place.path("b.jsonl")).is_ok_and(|text| !text.is_empty());
    assert!(wait_until(recorded));
    signal(&child, Signal::TERM);
    end_of(&mut child);
    let steps = place.json("b-quadratic.json")["xentviz"]["steps"].as_u64();
    assert!((1..2_000_000).contains(&steps.expect("it is a number")), "{steps:?}");
    assert!(place.json("b.json")["arms"][0]["accuracy"].is_number());
    let output = place.run(&format!("{} --resume", line("b")));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_same(&place, "a", "b", &[".jsonl", "-quadratic.json", "-cross-entropy.json"]);
}

#[test]
fn checkpoints_change_no_number_and_the_last_is_the_end() {
    let place = TestDir::new();
    let line = |part: &str| {
        format!(
            "{RUN} --epochs 30 --metrics {part}.jsonl --summary {part}.json --save \
             {part}-{{arm}}.safetensors"
        )
    };
    place.succeed(&line("a"));
    let models = ["-quadratic.safetensors", "-cross-entropy.safetensors"];
    for checkpoint in ["1", "10", "0.001s", "1h"] {
        place.succeed(&format!("{} --checkpoint {checkpoint}", line("b")));
        assert_same(&place, "a", "b", &[".jsonl", models[0], models[1]]);
    }
}

#[test]
fn a_checkpoint_is_a_complete_model_of_a_running_run() {
    let place = TestDir::new();
    for checkpoint in ["3", "0.01s"] {
        let line =
            format!("{RUN} --epochs 1000000000 --save {{arm}}.json --checkpoint {checkpoint}");
        let mut child = start(&place, &line);
        let step = || {
            let text = fs::read_to_string(place.path("quadratic.json")).ok()?;
            let model: Value =
                serde_json::from_str(&text).expect("the file is complete or missing");
            let training = &model["xentviz"]["training"];
            assert_eq!(training["step"], model["xentviz"]["steps"]);
            training["step"].as_u64()
        };
        let mut seen = std::collections::BTreeSet::new();
        assert!(wait_until(|| {
            seen.extend(step());
            seen.len() == 4
        }));
        signal(&child, Signal::TERM);
        assert_eq!(end_of(&mut child).code(), Some(143));
        assert!(step() >= seen.last().copied(), "the end is the newest");
        fs::remove_file(place.path("quadratic.json")).expect("it is there");
    }
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_reported_once_and_training_continues() {
    let place = TestDir::new();
    let line = "run circle --layers 2,300,1 --epochs 200 --checkpoint 1 --save {arm}.json \
                --summary s.json";
    let output = run_without_room(&place, line);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let errors = errors(&output);
    let expected = "xentviz: the checkpoint could not be written, training goes on: cannot write ";
    assert_eq!(errors.lines().filter(|line| line.starts_with(expected)).count(), 1, "{errors}");
    // At the end all are tried again, and every failure is reported.
    for arm in ["quadratic", "cross-entropy"] {
        let expected = format!("xentviz: cannot write {arm}.json: ");
        assert_eq!(
            errors.lines().filter(|line| line.starts_with(&expected)).count(),
            1,
            "{errors}"
        );
    }
    assert_eq!(place.json("s.json")["arms"][0]["epochs"], 200);
}

#[test]
fn a_run_that_a_full_disk_has_ended_continues_once_there_is_room() {
    let place = TestDir::new();
    let line = |part: &str| {
        format!(
            "run and --epochs 60 --metrics {part}.csv --summary {part}.json --save {part}-{{arm}}.json"
        )
    };
    place.succeed(&line("a"));
    let output = run_without_room(&place, &line("b"));
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(errors(&output).contains("cannot write b.csv: "), "{}", errors(&output));
    assert!(place.read("b.csv").lines().count() > 3);
    let output = place.run(&format!("{} --resume", line("b")));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_same(&place, "a", "b", &[".csv", "-quadratic.json", "-cross-entropy.json"]);
}

#[test]
fn a_network_that_cannot_be_written_does_not_stop_the_others_from_being_written() {
    let place = TestDir::new();
    let line =
        "run circle --set arm.quadratic.layers=[2,300,1] --epochs 1 --save {arm}.safetensors";
    let output = run_without_room(&place, line);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(errors(&output).contains("cannot write quadratic.safetensors: "));
    assert_eq!(place.names(), ["cross-entropy.safetensors"]);
}

#[test]
fn a_run_that_cannot_be_resumed_is_refused_before_anything_is_touched() {
    let place = TestDir::new();
    place.succeed("run and --epochs 3 --save {arm}.json --metrics m.csv");
    place.write(
        "book.json",
        r#"{"sizes": [2, 1], "weights": [[[2, -1]]], "biases": [[[0.5]]],
        "cost": "CrossEntropyCost"}"#,
    );
    place.write("notes.csv", "what I think\nof it\n");
    place.succeed("run circle --epochs 1 --set arm.quadratic.layers=[2,3,3,1] --metrics deep.csv");
    place.succeed("run saturated --epochs 2 --metrics other.csv");
    let run = "run and --epochs 6";
    let files = place.names();
    let before: Vec<_> = files.iter().map(|name| fs::read(place.path(name)).ok()).collect();
    for (flags, expected) in [
        ("--resume", "--resume: --load or --save must say which files to go on from"),
        ("--checkpoint 1", "--checkpoint: --save must say which files to keep up to date"),
        ("--load none-{arm}.json --resume", "--load none-quadratic.json: there is no such file"),
        (
            "--load book.json --resume",
            "--load book.json: 2 arms go on from a file each, as in \
            model-{arm}.json",
        ),
        (
            "--load {arm}.json --resume --seed 9",
            "--load quadratic.json: seed: found 9, but the model \
            is of a run with 1; --seed 1 would do",
        ),
        (
            "--load {arm}.json --resume --metrics notes.csv",
            "--metrics notes.csv: begins with `what I \
            think`, expected the columns `arm,epoch,step,eta,cost,cost_data,accuracy,test_cost,\
            test_accuracy,r2,mean_error,test_r2,test_mean_error,gradient_norm_1,saturation_1,saturated_wrong`; another file would do",
        ),
        ("--load {arm}.json --resume --metrics deep.csv", "--metrics deep.csv: begins with `arm,"),
    ] {
        let refused = place.refused(&format!("{run} {flags}"), 2);
        assert!(refused.lines().any(|line| line.contains(expected)), "{flags}: {refused}");
        let after: Vec<_> = files.iter().map(|name| fs::read(place.path(name)).ok()).collect();
        assert!(before == after, "{flags}");
    }
    let single = "run and --set arm.quadratic.cost=cross-entropy --load book.json --epochs 1";
    place.succeed(single);
}

#[test]
fn if_nothing_has_been_saved_yet_a_run_starts_from_its_beginning() {
    let place = TestDir::new();
    let line = |part: &str, more: &str| {
        format!(
            "run and --epochs 5 --metrics {part}.csv --summary {part}.json --save \
                 {part}-{{arm}}.json {more}"
        )
    };
    place.succeed(&line("a", ""));
    // The files of a run that was killed before its first checkpoint.
    let whole = place.read("a.csv");
    place.write("b.csv", &whole[..whole.len() / 2]);
    let output = place.run(&line("b", "--resume --checkpoint 2"));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let expected = "xentviz: nothing has been saved yet: the run starts from its beginning";
    assert!(errors(&output).contains(expected), "{}", errors(&output));
    assert_same(&place, "a", "b", &[".csv", "-quadratic.json", "-cross-entropy.json"]);
    // The files of a run that was killed between the files of its first checkpoint.
    fs::remove_file(place.path("b-cross-entropy.json")).expect("it is there");
    let output = place.run(&line("b", "--resume"));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_same(&place, "a", "b", &[".csv", "-quadratic.json", "-cross-entropy.json"]);
}

#[test]
fn on_standard_output_only_the_new_records_are_written() {
    let place = TestDir::new();
    place.succeed("run and --epochs 3 --save {arm}.json");
    let lines = place.succeed("run and --epochs 5 --load {arm}.json --resume --metrics -");
    let epochs: Vec<_> = crate::cli::records(&lines).iter().map(|r| r["epoch"].clone()).collect();
    assert_eq!(epochs, [4, 4, 5, 5]);
    let whole = place.succeed("run and --epochs 5 --metrics -");
    assert!(whole.ends_with(&lines));
}

#[test]
fn a_scenario_of_more_epochs_continues_the_models_of_fewer_and_reports_the_rate_of_its_part() {
    let place = TestDir::new();
    let shown = place.succeed("show and");
    place.write("and.toml", &shown.replace("epochs  = ", "epochs  = 4 # "));
    place.succeed("run and.toml --epochs 3 --save and-{arm}.json");
    let output = place.run("run and.toml --load and-{arm}.json --resume --summary s.json");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let arm = &place.json("s.json")["arms"][0];
    assert_eq!((&arm["epochs"], &arm["examples"]), (&4.into(), &16.into()), "{shown}");
    // One epoch of four examples.
    let [rate, seconds] = ["examples_per_second", "training_seconds"].map(|key| arm[key].as_f64());
    let examples = rate.expect("a number") * seconds.expect("a number");
    assert!((examples - 4.0).abs() < 1e-6, "{arm}");
    assert!(
        errors(&output).contains("resumed after step 3: 3 of 4 epochs are done"),
        "{}",
        errors(&output)
    );
}

#[test]
fn a_run_that_has_more_epochs_than_requested_reports_it() {
    let place = TestDir::new();
    place.succeed("run circle --epochs 2 --save {arm}.json");
    let output = place.run("run circle --epochs 1 --save {arm}.json --resume");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let stderr = errors(&output);
    let steps = place.json("quadratic.json")["xentviz"]["steps"].clone();
    let expected = format!(
        "resumed after step {steps}: the networks stand at epoch 2, and nothing is left to train up to \
         epoch 1"
    );
    assert!(stderr.contains(&expected), "{stderr}");
    assert_eq!(place.json("quadratic.json")["xentviz"]["epochs"], 2);
}

#[test]
fn metrics_that_lack_records_from_before_the_models_are_refused_and_a_new_file_begins_there() {
    let place = TestDir::new();
    place.succeed("run and --epochs 7 --save {arm}.json --metrics m.csv");
    let whole = place.read("m.csv");
    let lines: Vec<&str> = whole.lines().collect();
    let without = |range: std::ops::Range<usize>| {
        let mut lines = lines.clone();
        lines.drain(range);
        format!("{}\n", lines.join("\n"))
    };
    let resume = "run and --epochs 9 --load {arm}.json --resume --metrics";
    // Both records of each epoch, after the heading.
    for (text, found, ends) in [
        (without(7..17), 3, "they end with epoch 2"),
        (without(7..11), 6, "they end with epoch 7"),
        (without(1..17), 0, "it has none"),
    ] {
        place.write("m.csv", &text);
        let refused = place.refused(&format!("{resume} m.csv"), 2);
        let expected = format!(
            "--metrics m.csv: holds {found} records of the arm `quadratic` up to epoch 7, where its model \
             stands, expected 8; {ends}; another file, or no --metrics, would do"
        );
        assert!(refused.contains(&expected), "{refused}");
        assert_eq!(place.read("m.csv"), text, "the file is unchanged");
    }
    place.write("empty.csv", "");
    place.succeed("run and --epochs 9 --metrics long.csv");
    let long = place.read("long.csv");
    let (_, new) = long.split_once(&whole).expect("it begins as the shorter one");
    for name in ["empty.csv", "new.csv"] {
        place.succeed(&format!("{resume} {name}"));
        assert_eq!(place.read(name), format!("{}\n{new}", lines[0]));
    }
}

#[test]
fn a_run_that_began_without_metrics_continues_with_those_of_its_later_parts() {
    let place = TestDir::new();
    let run = |epochs: u32, more: &str| {
        place.succeed(&format!("run and --epochs {epochs} --save {{arm}}.json --resume {more}"))
    };
    run(3, "");
    run(5, "--metrics m.jsonl --evaluate 0");
    run(9, "--metrics m.jsonl --evaluate 2");
    run(10, "--metrics m.jsonl");
    let epochs: Vec<_> =
        crate::cli::records(&place.read("m.jsonl")).iter().map(|r| r["epoch"].clone()).collect();
    assert_eq!(epochs, [5, 5, 6, 6, 8, 8, 9, 9, 10, 10]);
    // A part without metrics leaves a gap that no later part can fill.
    run(12, "");
    let refused = place.refused("run and --save {arm}.json --resume --metrics m.jsonl", 2);
    assert!(refused.contains("holds 5 records of the arm `quadratic` up to epoch 12"), "{refused}");
    assert!(refused.contains("expected 0; they end with epoch 10; another file"), "{refused}");
}

#[test]
fn bytes_that_a_power_cut_left_after_the_last_record_are_cut_off_and_reported() {
    let place = TestDir::new();
    for ending in ["csv", "jsonl"] {
        let line = |part: &str, epochs: u32| {
            format!(
                "run and --epochs {epochs} --metrics {part}.{ending} --summary {part}.json --save \
                 {part}-{{arm}}.json"
            )
        };
        place.succeed(&line("whole", 9));
        place.succeed(&line("part", 6));
        let name = format!("part.{ending}");
        let kept = place.read(&name);
        place.write(&name, &format!("{kept}{}", "\0".repeat(5000)));
        let output = place.run(&format!("{} --resume", line("part", 9)));
        let stderr = errors(&output);
        assert_eq!(output.status.code(), Some(0), "{stderr}");
        let bad = kept.lines().count() + 1;
        let cut = format!("xentviz: --metrics {name}: line {bad} is `");
        let cut = stderr.lines().find(|line| line.starts_with(&cut)).expect(&stderr);
        assert!(cut.ends_with("expected a record of metrics; the rest is cut off"), "{cut}");
        let models = ["-quadratic.json", "-cross-entropy.json"];
        assert_same(&place, "whole", "part", &[&format!(".{ending}"), models[0], models[1]]);
        // Before a needed record, they are an error.
        let second = kept.find('\n').expect("it has lines") + 1;
        let spoilt = format!("{}\0\n{}", &kept[..second], &kept[second..]);
        place.write(&name, &spoilt);
        let refused = place.refused(&format!("{} --resume", line("part", 9)), 2);
        assert!(
            refused.contains("expected a record of metrics; another file would do"),
            "{refused}"
        );
        assert_eq!(place.read(&name), spoilt);
    }
}

#[test]
fn an_arm_that_is_added_to_a_run_catches_up_however_often_it_is_resumed() {
    let place = TestDir::new();
    let shown = place.succeed("show and");
    place.write("and.toml", &shown);
    let line = |epochs: u32| {
        format!("run and.toml --epochs {epochs} --save {{arm}}.json --metrics m.jsonl --resume")
    };
    place.succeed(&line(4));
    let added = format!("{shown}\n[[arm]]\nname = \"third\"\ncost = \"quadratic\"\neta = 0.5\n");
    place.write("and.toml", &added);
    for epochs in [5, 6, 7] {
        place.succeed(&line(epochs));
    }
    place.succeed("run and.toml --epochs 7 --metrics whole.jsonl --save whole-{arm}.json");
    let sorted = |name: &str| {
        let text = place.read(name);
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    // A run that is resumed past its end has a record at each of its ends, as every epoch has.
    assert_eq!(sorted("m.jsonl"), sorted("whole.jsonl"));
    assert_eq!(place.read("third.json"), place.read("whole-third.json"));
}

/// A network whose evaluation takes far longer than an epoch: with two cores, training has moved on
/// when its record is written.
const EVALUATED_FOR_LONG: &str = r#"
    data = { kind = "circle", train = 40, test = 60000 }
    network = { layers = [2, 8, 1] }
    training = { epochs = 24, batch = 10, eta = 0.1 }
    arm = [{ name = "one", cost = "cross-entropy" }]
"#;

#[test]
fn a_record_that_does_not_fit_while_training_has_moved_on_is_written_when_the_run_is_resumed() {
    let place = TestDir::new();
    place.write("long.toml", EVALUATED_FOR_LONG);
    let line = |part: &str| {
        format!(
            "run long.toml --metrics {part}.jsonl --summary {part}.json --save {part}-{{arm}}.json"
        )
    };
    place.succeed(&line("whole"));
    let output = run_without_room(&place, &line("part"));
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let stderr = errors(&output);
    let saved = place.json("part-one.json")["xentviz"]["epochs"].clone();
    let expected = format!(
        "xentviz: the networks are saved as of epoch {saved}, which has no whole record: cannot write \
         part.jsonl: "
    );
    assert!(stderr.contains(&expected), "{stderr}");
    let output = place.run(&format!("{} --resume", line("part")));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_same(&place, "whole", "part", &[".jsonl", "-one.json"]);
}

#[test]
fn a_run_that_an_earlier_version_kept_is_resumed_from_its_files() {
    let place = TestDir::new();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings/cut-off");
    for entry in fs::read_dir(kept).expect("it is there") {
        let entry = entry.expect("it can be read");
        fs::copy(entry.path(), place.0.path().join(entry.file_name())).expect("it is copied");
    }
    place.succeed("show saturated.toml");
    let output = place.run(
        "run saturated.toml --load saturated-{arm}.safetensors --resume --save end-{arm}.json",
    );
    assert!(errors(&output).contains("resumed after step 122"), "{}", errors(&output));
    place.succeed("run saturated.toml --save whole-{arm}.json");
    for arm in ["quadratic", "cross-entropy"] {
        assert_eq!(
            place.read(&format!("end-{arm}.json")),
            place.read(&format!("whole-{arm}.json"))
        );
    }
}
