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

/// The same networks as `PyTorch` and `NumPy` save them, by `models/make.py`, with what is said of each.
const SAVED: [(&str, &[u8], &str); 14] = [
    ("sequential.pt", include_bytes!("models/sequential.pt"), ""),
    ("protocol4.pt", include_bytes!("models/protocol4.pt"), ""),
    ("strided.pt", include_bytes!("models/strided.pt"), ""),
    ("flat.pth", include_bytes!("models/flat.pt"), ""),
    ("big.pt", include_bytes!("models/big.pt"), ""),
    (
        "checkpoint.ckpt",
        include_bytes!("models/checkpoint.pt"),
        "its weights are those under \"model_state_dict\"",
    ),
    ("beside.pt", include_bytes!("models/beside.pt"), "its weights are those under \"state_dict\""),
    (
        "beside4.pt",
        include_bytes!("models/beside4.pt"),
        "its weights are those under \"state_dict\"",
    ),
    (
        "parameters.bin",
        include_bytes!("models/parameters.pt"),
        "its tensors have no names and were taken as weights and biases by turns",
    ),
    ("named.npz", include_bytes!("models/named.npz"), ""),
    ("packed.npz", include_bytes!("models/packed.npz"), ""),
    ("fortran-big.npz", include_bytes!("models/fortran-big.npz"), ""),
    (
        "unnamed.npz",
        include_bytes!("models/unnamed.npz"),
        "its arrays have no names and were taken as weights and biases by turns",
    ),
    (
        "turned.npz",
        include_bytes!("models/unnamed.npz"),
        "its matrices are [inputs, neurons], as their sizes show",
    ),
];

#[test]
fn a_model_loads_as_pytorch_and_numpy_save_it() {
    let place = place();
    let (good, _) = run_from(&place, "m.safetensors", NAMED[0].1);
    for (name, model, expected) in SAVED {
        let (metrics, said) = run_from(&place, name, model);
        assert_eq!(metrics, good, "{name}");
        let line = format!("xentviz: --load {name}: {expected}\n");
        let is_said =
            if expected.is_empty() { !said.contains("--load") } else { said.contains(&line) };
        assert!(is_said, "{name}: {said}");
    }
}

#[test]
fn a_file_that_holds_more_than_weights_is_refused_with_what_would_do() {
    let place = place();
    for (name, model, expected) in [
        (
            "evil.pt",
            &include_bytes!("models/evil.pt")[..],
            "it is more than tensors and would call posix.system, which is not done; \
             torch.save(model.state_dict(), FILE) writes the weights alone",
        ),
        (
            "module.pt",
            include_bytes!("models/module.pt"),
            "it is a whole model and would call torch.nn.modules.container.Sequential, which is not \
             done; torch.save(model.state_dict(), FILE) writes the weights alone",
        ),
        (
            "script.pt",
            include_bytes!("models/script.pt"),
            "it is a TorchScript program; torch.save(torch.jit.load(FILE).state_dict(), \"model.pt\") \
             writes its weights",
        ),
        (
            "old.pt",
            include_bytes!("models/old.pt"),
            "is a pickle alone (of PyTorch before 1.6, or of Python), which is not run, expected an \
             archive: torch.save(torch.load(FILE), FILE) of a newer PyTorch writes one",
        ),
        (
            "object.npz",
            include_bytes!("models/object.npz"),
            "`weights` is an array of Python objects (a pickle, which is not run), expected an array \
             of numbers: numpy.stack(ARRAY) makes one of rows of equal length",
        ),
        (
            "page.npz",
            b"<!DOCTYPE html>",
            "is a web page, expected an archive: the download has failed",
        ),
        ("empty.pt", b"", "is no zip archive: it is empty"),
    ] {
        fs::write(place.path(name), model).expect("a file can be written");
        let refusal = place.refused(&format!("run s.toml --load {name}"), 2);
        let said = refusal.strip_prefix(&format!("--load {name}: ")).expect("it names the file");
        let said = said.strip_prefix("holds no weights as PyTorch saves them: ").unwrap_or(said);
        assert_eq!(said, format!("{expected}\n"), "{name}");
    }
    assert!(!place.path("evil").exists(), "nothing in the file is run");
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
                "--load {model}: arm.a: found hidden \"sigmoid\", output \"sigmoid\", cost \
                 \"cross-entropy\", but the model is of hidden \"tanh\", output \"softmax\", cost \
                 \"log-likelihood\"; --set arm.a.hidden=tanh --set arm.a.output=softmax --set \
                 arm.a.cost=log-likelihood would do\n"
            )
        );
    }
    let set = "--set arm.a.hidden=tanh --set arm.a.output=softmax --set arm.a.cost=log-likelihood";
    assert_eq!(accuracy(&format!("other.toml {set} --load m.json")), Some(1.0));
    // A file of the book names the cost only, and one of PyTorch nothing.
    place.write("book.json", &place.read("m.json").replace("\"xentviz\"", "\"more\""));
    let refusal = place.refused("run other.toml --load book.json", 2);
    let expected =
        "found cost \"cross-entropy\", but the model is of cost \"log-likelihood\"; --set";
    assert!(refusal.contains(expected), "{refusal}");
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
