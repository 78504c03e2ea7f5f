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
