//! Checkpoints, and runs that go on from them: whatever ends a run, its parts make the files of one that
//! was never ended.

use std::fs;
use std::process::{Child, Stdio};

use rustix::process::Signal;
use serde_json::Value;

use crate::children::{comes_to_be, end_of, signal};
use crate::full::run_without_room;
use crate::{Place, errors};

/// Arms of different depths, shrunk weights, a last mini-batch that is smaller, a test set.
const RUN: &str = "run digits --set data.train=105 --set data.test=30 --set training.lambda=1 \
                   --set arm.quadratic.layers=[784,12,10]";

fn start(place: &Place, line: &str) -> Child {
    let mut command = place.command(&line.split_whitespace().collect::<Vec<_>>());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the program can be started")
}

/// A summary without times.
fn summary(place: &Place, name: &str) -> Value {
    let mut summary = place.json(name);
    let all = summary.as_object_mut().expect("it is an object");
    all.retain(|key, _| !key.ends_with("_seconds"));
    for arm in all["arms"].as_array_mut().expect("there are arms") {
        let arm = arm.as_object_mut().expect("it is an object");
        arm.retain(|key, _| !key.contains("second"));
    }
    summary
}

/// How many whole epochs the metrics tell of, or 0.
fn epochs(place: &Place, name: &str) -> u64 {
    let text = fs::read_to_string(place.path(name)).unwrap_or_default();
    let last = text.lines().rfind(|line| line.ends_with('}'));
    let last: Option<Value> = last.and_then(|line| serde_json::from_str(line).ok());
    last.and_then(|record| record["epoch"].as_u64()).unwrap_or(0)
}

fn assert_same(place: &Place, one: &str, other: &str, files: &[&str]) {
    for file in files {
        let [one, other] = [one, other].map(|part| fs::read(place.path(&format!("{part}{file}"))));
        assert!(one.expect("it is there") == other.expect("it is there"), "{file} differs");
    }
    let [one, other] = [one, other].map(|part| summary(place, &format!("{part}.json")));
    assert_eq!(one, other);
}

#[test]
fn a_run_that_is_killed_again_and_again_leaves_the_files_of_a_whole_one() {
    let place = Place::new();
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
            assert!(comes_to_be(|| epochs(&place, "part.jsonl") >= epoch || has_ended(&mut child)));
            signal(&child, Signal::KILL);
            end_of(&mut child);
        }
        place.succeed(&parts);
        let models = ["quadratic", "cross-entropy"].map(|arm| format!("-{arm}.{ending}"));
        assert_same(&place, "whole", "part", &[".jsonl", &models[0], &models[1]]);
        // What has come to its end is evaluated and told, and nothing else.
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
fn a_run_that_is_ended_by_a_signal_goes_on_where_it_was() {
    for signal_sent in [Signal::TERM, Signal::HUP] {
        let place = Place::new();
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
        assert!(comes_to_be(|| lines() > 20));
        signal(&child, signal_sent);
        end_of(&mut child);
        // As a disk may leave it that has gone in the middle of a line.
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
fn an_evaluation_at_an_interruption_is_no_achievement_of_the_run() {
    // Every step is the end of an epoch, and none but the last is to be evaluated.
    let place = Place::new();
    let line = |part: &str| {
        format!(
            "run and --epochs 2000000 --evaluate 0 --metrics {part}.jsonl --summary {part}.json \
             --save {part}-{{arm}}.json"
        )
    };
    place.succeed(&line("a"));
    let mut child = start(&place, &line("b"));
    let recorded = || fs::read_to_string(place.path("b.jsonl")).is_ok_and(|text| !text.is_empty());
    assert!(comes_to_be(recorded));
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
    let place = Place::new();
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
fn a_checkpoint_is_a_whole_model_of_a_run_under_way() {
    let place = Place::new();
    for checkpoint in ["3", "0.01s"] {
        let line =
            format!("{RUN} --epochs 1000000000 --save {{arm}}.json --checkpoint {checkpoint}");
        let mut child = start(&place, &line);
        let step = || {
            let text = fs::read_to_string(place.path("quadratic.json")).ok()?;
            let model: Value =
                serde_json::from_str(&text).expect("it is there whole or not at all");
            let training = &model["xentviz"]["training"];
            assert_eq!(training["step"], model["xentviz"]["steps"]);
            training["step"].as_u64()
        };
        let mut seen = std::collections::BTreeSet::new();
        assert!(comes_to_be(|| {
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
fn a_checkpoint_that_cannot_be_written_is_told_once_and_training_goes_on() {
    let place = Place::new();
    let line = "run circle --layers 2,300,1 --epochs 200 --checkpoint 1 --save {arm}.json \
                --summary s.json";
    let output = run_without_room(&place, line);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let errors = errors(&output);
    let told = "xentviz: the checkpoint could not be written, training goes on: cannot write ";
    assert_eq!(errors.lines().filter(|line| line.starts_with(told)).count(), 1, "{errors}");
    // At the end all are tried, and all are told of.
    for arm in ["quadratic", "cross-entropy"] {
        let told = format!("xentviz: cannot write {arm}.json: ");
        assert_eq!(errors.lines().filter(|line| line.starts_with(&told)).count(), 1, "{errors}");
    }
    assert_eq!(place.json("s.json")["arms"][0]["epochs"], 200);
}

#[test]
fn a_run_that_a_full_disk_has_ended_goes_on_where_there_is_room() {
    let place = Place::new();
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
fn a_network_that_cannot_be_written_does_not_keep_the_others_from_it() {
    let place = Place::new();
    let line =
        "run circle --set arm.quadratic.layers=[2,300,1] --epochs 1 --save {arm}.safetensors";
    let output = run_without_room(&place, line);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert!(errors(&output).contains("cannot write quadratic.safetensors: "));
    assert_eq!(place.names(), ["cross-entropy.safetensors"]);
}

#[test]
fn what_cannot_be_resumed_is_refused_before_anything_is_touched() {
    let place = Place::new();
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
            test_accuracy,gradient_norm_1,saturation_1`; another file would do",
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
fn where_nothing_has_been_saved_yet_a_run_starts_from_its_beginning() {
    let place = Place::new();
    let line = |part: &str, more: &str| {
        format!(
            "run and --epochs 5 --metrics {part}.csv --summary {part}.json --save \
                 {part}-{{arm}}.json {more}"
        )
    };
    place.succeed(&line("a", ""));
    // As a run leaves it that was killed before its first checkpoint.
    let whole = place.read("a.csv");
    place.write("b.csv", &whole[..whole.len() / 2]);
    let output = place.run(&line("b", "--resume --checkpoint 2"));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let told = "xentviz: nothing has been saved yet: the run starts from its beginning";
    assert!(errors(&output).contains(told), "{}", errors(&output));
    assert_same(&place, "a", "b", &[".csv", "-quadratic.json", "-cross-entropy.json"]);
    // And one that was killed between the files of its first checkpoint.
    fs::remove_file(place.path("b-cross-entropy.json")).expect("it is there");
    let output = place.run(&line("b", "--resume"));
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_same(&place, "a", "b", &[".csv", "-quadratic.json", "-cross-entropy.json"]);
}

#[test]
fn on_standard_output_only_the_new_records_are_written() {
    let place = Place::new();
    place.succeed("run and --epochs 3 --save {arm}.json");
    let lines = place.succeed("run and --epochs 5 --load {arm}.json --resume --metrics -");
    let epochs: Vec<_> = crate::records(&lines).iter().map(|r| r["epoch"].clone()).collect();
    assert_eq!(epochs, [4, 4, 5, 5]);
    let whole = place.succeed("run and --epochs 5 --metrics -");
    assert!(whole.ends_with(&lines));
}

#[test]
fn a_scenario_that_the_dashboard_has_kept_goes_on_for_its_epochs() {
    // It writes JSON models beside the scenario.
    let place = Place::new();
    let shown = place.succeed("show and");
    place.write("and.toml", &shown.replace("epochs  = ", "epochs  = 4 # "));
    place.succeed("run and.toml --epochs 3 --save and-{arm}.json");
    let output = place.run("run and.toml --load and-{arm}.json --resume --summary s.json");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let arm = &place.json("s.json")["arms"][0];
    assert_eq!((&arm["epochs"], &arm["examples"]), (&4.into(), &16.into()), "{shown}");
    // The rate is that of this part: one epoch of four examples.
    let [rate, seconds] = ["examples_per_second", "training_seconds"].map(|key| arm[key].as_f64());
    let examples = rate.expect("a number") * seconds.expect("a number");
    assert!((examples - 4.0).abs() < 1e-6, "{arm}");
    assert!(
        errors(&output).contains("resumed after step 3: 3 of 4 epochs are done"),
        "{}",
        errors(&output)
    );
}
