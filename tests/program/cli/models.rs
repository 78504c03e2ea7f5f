//! Models of other programs, as people have them. The folder `models` has a file of each kind; those with the
//! same numbers must give the same run.

use std::fs;

use crate::cli::{TestDir, errors};

/// The networks of two layers, [2, 3, 2], under the names that other programs give to tensors.
const NAMED: [(&str, &[u8]); 7] = [
    ("layers.0, layers.1", include_bytes!("models/good.safetensors")),
    ("0, 2", include_bytes!("models/sequential.safetensors")),
    ("fc1, fc2", include_bytes!("models/fc.safetensors")),
    ("layers.0, layers.2", include_bytes!("models/gap.safetensors")),
    ("net.0, net.2", include_bytes!("models/net.safetensors")),
    ("_orig_mod.layers.0", include_bytes!("models/compiled.safetensors")),
    ("module.layers.0", include_bytes!("models/ddp.safetensors")),
];

/// Returns a folder with a scenario for the models.
fn place() -> TestDir {
    let place = TestDir::new();
    place.write("d.csv", include_str!("models/d.csv"));
    place.write("s.toml", include_str!("models/s.toml"));
    place
}

/// Returns the metrics of a run that starts from a model, and what the program said about the model.
fn run_from(place: &TestDir, name: &str, model: &[u8]) -> (String, String) {
    fs::write(place.path(name), model).expect("a file can be written");
    let output = place.run(&format!("run s.toml --load {name} --metrics m.jsonl"));
    assert_eq!(output.status.code(), Some(0), "{name}: {}", errors(&output));
    (place.read("m.jsonl"), errors(&output))
}

#[test]
fn a_model_loads_whatever_program_named_its_layers() {
    let place = place();
    let (good, _) = run_from(&place, "m.safetensors", NAMED[0].1);
    for (names, model) in NAMED {
        let (metrics, said) = run_from(&place, "m.safetensors", model);
        assert_eq!(metrics, good, "{names}");
        assert!(!said.contains("--load"), "{names}: {said}");
    }
}

#[test]
fn notes_of_other_programs_in_the_metadata_are_ignored() {
    let place = place();
    let (good, _) = run_from(&place, "m.safetensors", NAMED[0].1);
    for model in
        [&include_bytes!("models/loss.safetensors")[..], include_bytes!("models/seed.safetensors")]
    {
        let (metrics, said) = run_from(&place, "m.safetensors", model);
        assert_eq!(metrics, good);
        assert!(!said.contains("--load"), "{said}");
    }
}

#[test]
fn tensors_that_are_no_weights_or_biases_are_left_out_and_named() {
    let place = place();
    let (good, _) = run_from(&place, "m.safetensors", NAMED[0].1);
    let extra = include_bytes!("models/extra.safetensors");
    let (metrics, said) = run_from(&place, "m.safetensors", extra);
    assert_eq!(metrics, good);
    let expected = "xentviz: --load m.safetensors: tensors that are no weights or biases were left \
                    out: num_batches_tracked\n";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_diverged_network_is_refused_with_the_place_of_its_number() {
    let place = place();
    for (model, name) in
        [(include_str!("models/nan.json"), "NaN"), (include_str!("models/inf.json"), "-Infinity")]
    {
        place.write("m.json", model);
        let refusal = place.refused("run s.toml --load m.json", 2);
        let expected = format!("weights[0][1][0] is {name}: this network had diverged");
        assert_eq!(refusal, format!("--load m.json: {expected}\n"));
    }
}

#[test]
fn a_model_of_other_functions_is_refused_with_the_keys_that_would_do() {
    let place = TestDir::new();
    place.write("d.csv", include_str!("models/circles.csv"));
    place.write("fits.toml", include_str!("models/fits.toml"));
    place.write("other.toml", include_str!("models/other.toml"));
    place.write("m.json", include_str!("models/tanh.json"));
    let accuracy = |line: &str| {
        let line = format!("run {line} --epochs 1 --eta 1e-12 --summary s.json");
        let output = place.run(&line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", errors(&output));
        place.json("s.json")["arms"][0]["accuracy"].as_f64()
    };
    assert_eq!(accuracy("fits.toml --load m.json"), Some(1.0));
    place.succeed("run fits.toml --epochs 1 --eta 1e-12 --load m.json --save m.safetensors");
    for model in ["m.json", "m.safetensors"] {
        assert_eq!(
            place.refused(&format!("run other.toml --load {model}"), 2),
            format!(
                "--load {model}: arm.a: found output \"sigmoid\", cost \"cross-entropy\", but the \
                 model is of output \"softmax\", cost \"log-likelihood\"; --set arm.a.output=softmax \
                 --set arm.a.cost=log-likelihood would do\n"
            )
        );
    }
    let set = "--set arm.a.output=softmax --set arm.a.cost=log-likelihood";
    assert_eq!(accuracy(&format!("other.toml {set} --load m.json")), Some(1.0));
    // A file of the book names the cost only, and one of PyTorch nothing.
    place.write("book.json", &place.read("m.json").replace("\"xentviz\"", "\"more\""));
    let refusal = place.refused("run other.toml --load book.json", 2);
    let expected =
        "found cost \"cross-entropy\", but the model is of cost \"log-likelihood\"; --set";
    assert!(refusal.contains(expected), "{refusal}");
}

#[test]
fn the_file_decides_where_the_scenario_is_silent_also_when_the_run_is_resumed() {
    let place = TestDir::new();
    place.write("d.csv", include_str!("models/circles.csv"));
    let silent = |line: &&str| !line.starts_with("hidden") && !line.starts_with("output");
    let text: Vec<_> = include_str!("models/fits.toml").lines().filter(silent).collect();
    // Log-likelihood needs a softmax output, so the scenario has to name one.
    place.write(
        "silent.toml",
        &text.join("\n").replace("[training]", "output = \"softmax\"\n[training]"),
    );
    place.write("m.json", include_str!("models/tanh.json"));
    let output = place.run("run silent.toml --load m.json --epochs 1 --eta 1e-12 --summary s.json");
    let said = "--load m.json: hidden \"tanh\" taken from the file: the scenario names none\n";
    assert!(errors(&output).contains(said), "{}", errors(&output));
    assert_eq!(place.json("s.json")["arms"][0]["accuracy"].as_f64(), Some(1.0));
    place.succeed("run silent.toml --load m.json --epochs 4 --save whole.json");
    place.succeed("run silent.toml --load m.json --epochs 2 --save part.json");
    let output = place.run("run silent.toml --epochs 4 --save part.json --resume");
    let said = "--save part.json: hidden \"tanh\" taken from the file: the scenario names none\n";
    assert!(errors(&output).contains(said), "{}", errors(&output));
    assert_eq!(place.read("part.json"), place.read("whole.json"));
}

#[test]
fn arms_that_differ_may_start_from_one_model_if_it_is_of_one_of_them() {
    let place = TestDir::new();
    place.succeed("run and --epochs 1 --save {arm}.json");
    place.succeed("run and --epochs 1 --load quadratic.json");
    place.succeed("run and --epochs 1 --load cross-entropy.json");
    place.succeed("run and --epochs 1 --set network.hidden=tanh --load quadratic.json");
    fs::rename(place.path("quadratic.json"), place.path("x-cross-entropy.json"))
        .expect("it is there");
    fs::rename(place.path("cross-entropy.json"), place.path("x-quadratic.json"))
        .expect("it is there");
    let refusal = place.refused("run and --load x-{arm}.json", 2);
    assert!(refusal.ends_with("; --set arm.quadratic.cost=cross-entropy would do\n"), "{refusal}");
}
