//! Models of other programs, as people have them. The folder `models` has a file of each kind; those with the
//! same numbers must give the same run.

use std::fs;

use crate::cli::mnist::write_files;
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

#[test]
fn new_rows_are_scaled_by_the_numbers_of_the_model() {
    let place = TestDir::new();
    let rows = |count: usize| {
        let row = |i: usize| format!("{}.5,{},{}\n", 100 * i, (7 * i) % 11, usize::from(i > 5));
        format!("width,height,label\n{}", (0..count).map(row).collect::<String>())
    };
    place.write("all.csv", &rows(12));
    place.succeed("run all.csv --set data.scale=standard --epochs 30 --save m-{arm}.json");
    let model = place.json("m-quadratic.json");
    let scaling = &model["xentviz"]["scaling"];
    // The mean and the deviation of 0.5, 100.5, … 1100.5: 550.5 and 100·√(143/12).
    let number = |list: &str| scaling[list][0].as_f64().expect("a number");
    assert_eq!((scaling["method"].as_str(), number("offsets")), (Some("standard"), 550.5));
    assert!((number("spreads") - 345.205_252_953_466_3).abs() < 1e-9, "{scaling}");
    assert_eq!(scaling["inputs"][1], "height");
    assert_eq!(scaling["classes"][1], "1");
    // The last row alone, and beside the others: the same outputs, so the same cost.
    let cost = |line: &str| {
        let line = format!("run {line} --epochs 1 --eta 1e-300 --batch 1 --metrics m.jsonl");
        let output = place.run(&line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", errors(&output));
        let said = "the inputs are scaled by the numbers of the file\n";
        assert!(errors(&output).contains(said), "{}", errors(&output));
        crate::cli::records(&place.read("m.jsonl"))[0]["cost"].as_f64().expect("a cost")
    };
    place.write("s.toml", &place.succeed("show m-quadratic.json --data all.csv"));
    let all = rows(12);
    let lines: Vec<_> = all.lines().collect();
    let mut costs = Vec::new();
    for line in &lines[1..] {
        place.write("one.csv", &format!("{}\n{line}\n", lines[0]));
        costs.push(cost("s.toml --data one.csv --load m-quadratic.json"));
    }
    let mean = costs.iter().sum::<f64>() / 12.0;
    assert!((cost("s.toml --load m-quadratic.json") - mean).abs() < 1e-12, "{mean}");
    place
        .succeed("run s.toml --load m-quadratic.json --save m.safetensors --epochs 1 --eta 1e-300");
    assert!((cost("s.toml --load m.safetensors") - mean).abs() < 1e-12, "{mean}");
    // What says otherwise is refused.
    let refusal = place.refused("run s.toml --load m.safetensors --set data.scale=none", 2);
    let expected = "--load m.safetensors: data.scale: found \"none\", but the inputs of the model were \
                    scaled by \"standard\"; --set data.scale=standard would do\n";
    assert_eq!(refusal, expected);
    place.write("other.csv", &rows(12).replace("width,height", "height,width"));
    let output = place.run("run s.toml --load m.safetensors --data other.csv");
    let refusal = errors(&output);
    assert_eq!(output.status.code(), Some(1), "{refusal}");
    let words = ["other.csv", "\"height\" as input 1", "\"width\", as in the model"];
    assert!(words.iter().all(|words| refusal.contains(words)), "{refusal}");
}

#[test]
fn a_resumed_run_on_a_scaled_table_ends_as_one_that_was_not_interrupted() {
    let place = TestDir::new();
    let changes = "--set data.scale=range --set data.test=30";
    place.succeed(&format!("run iris {changes} --epochs 6 --save whole-{{arm}}.safetensors"));
    place.succeed(&format!("run iris {changes} --epochs 2 --save part-{{arm}}.safetensors"));
    place.succeed(&format!(
        "run iris {changes} --epochs 6 --save part-{{arm}}.safetensors --resume"
    ));
    let read = |name: &str| fs::read(place.path(name)).expect("a model");
    assert_eq!(read("part-quadratic.safetensors"), read("whole-quadratic.safetensors"));
    // A model of other data has no place in the run.
    place.succeed("run iris --epochs 1 --set data.scale=none --save plain.{arm}.safetensors");
    fs::copy(place.path("plain.quadratic.safetensors"), place.path("whole-quadratic.safetensors"))
        .expect("it is there");
    let refusal = place.refused("run iris --load whole-{arm}.safetensors", 2);
    assert!(refusal.contains("data.scale: found another scaling of the data than in"), "{refusal}");
}

#[test]
fn a_scenario_is_made_for_a_model_and_its_data() {
    let place = TestDir::new();
    place.write("d.csv", include_str!("models/circles.csv"));
    place.write("m.json", include_str!("models/tanh.json"));
    let shown = place.succeed("show m.json --data d.csv");
    for line in [
        "layers  = [2, 4, 2]",
        "hidden  = \"tanh\"  # as the model says",
        "output  = \"softmax\"  # as the model says",
        "cost = \"log-likelihood\"  # as the model says",
        "path    = \"d.csv\"",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    place.succeed(
        "run m.json --data d.csv --epochs 1 --eta 1e-300 --set data.test=0 --summary s.json",
    );
    assert_eq!(place.json("s.json")["arms"][0]["accuracy"].as_f64(), Some(1.0));
    place.write("made.toml", &shown);
    place.succeed("run made.toml --load m.json --epochs 3 --metrics one.jsonl");
    place.succeed("run m.json --data d.csv --epochs 3 --metrics other.jsonl");
    assert_eq!(place.read("one.jsonl"), place.read("other.jsonl"));
    // A file that names nothing.
    fs::write(place.path("pt.safetensors"), NAMED[1].1).expect("a file");
    let output = place.run("run pt.safetensors --data d.csv --epochs 1 --set network.hidden=relu");
    let said = "pt.safetensors: assumed: output \"sigmoid\", cost \"cross-entropy\", where the file names none";
    assert!(errors(&output).contains(said), "{}", errors(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_model_and_data_that_do_not_fit_are_refused_with_both_shapes() {
    let place = TestDir::new();
    place.write("m.json", include_str!("models/tanh.json"));
    place.write("wide.csv", "a,b,c,label\n1,2.5,0,x\n4,2,1.5,y\n3,1,2,x\n");
    place.write(
        "many.csv",
        "a,b,label\n1,2.5,x\n4,2,y\n3,1,z\n1,2,x\n2,2,y\n2,1,z\n1,1,x\n1,3,y\n1,4,z\n",
    );
    write_files(&place.path("pictures"), 3, 2);
    for (line, expected) in [
        ("run m.json", "m.json is a model, not a scenario; --data FILE names the table"),
        (
            "show m.json --data wide.csv",
            "m.json is a model of 2 inputs and 2 outputs, but wide.csv gives 3 inputs (a, b, c);",
        ),
        (
            "m.json --data many.csv",
            "m.json is a model of 2 inputs and 2 outputs, but the target of many.csv is 3 classes;",
        ),
        (
            "run m.json --data pictures",
            "m.json is a model of 2 inputs and 2 outputs, but the pictures in pictures have 784 pixels",
        ),
        ("run m.json --data wide.csv --save s.json --resume", "m.json is a model of 2 inputs"),
    ] {
        let refusal = place.refused(line, 2);
        assert!(refusal.starts_with(expected), "{line}: {refusal}");
    }
}

#[test]
fn tensors_have_the_names_that_were_asked_for() {
    let place = TestDir::new();
    place.succeed("run xor --epochs 1 --save own-{arm}.safetensors");
    place.succeed("run xor --epochs 1 --names torch --save torch-{arm}.safetensors");
    let read = |name: &str| fs::read(place.path(name)).expect("a model");
    let file = read("torch-quadratic.safetensors");
    let length = u64::from_le_bytes(file[..8].try_into().expect("eight bytes")) as usize;
    let header: serde_json::Value = serde_json::from_slice(&file[8..8 + length]).expect("JSON");
    let shape = |name: &str| header[name]["shape"].to_string();
    assert_eq!(
        ["0.weight", "0.bias", "2.weight", "2.bias"].map(shape),
        ["[4,2]", "[4]", "[1,4]", "[1]"]
    );
    assert_eq!(header.as_object().map(serde_json::Map::len), Some(5), "{header}");
    // Both are the same network, and the run can go on from either.
    for names in ["own", "torch"] {
        let load = format!("run xor --epochs 3 --load {names}-{{arm}}.safetensors --resume");
        place.succeed(&format!(
            "{load} --save {names}-end.{{arm}}.safetensors --metrics {names}.jsonl"
        ));
    }
    assert_eq!(read("own-end.quadratic.safetensors"), read("torch-end.quadratic.safetensors"));
    let refusal = place.refused("run xor --names torch --save m-{arm}.json", 2);
    let why = "its numbers have no names; a .safetensors file would do";
    assert_eq!(refusal, format!("--names: --save m-{{arm}}.json: {why}\n"));
}

/// The costs of `xor` without shuffling by `PyTorch` 2.15 in f64, from the same start: the program of
/// `show --as pytorch`, as `benches/peers/as_pytorch.py` runs it.
const BY_PYTORCH: &str = include_str!("models/xor-pytorch.jsonl");

#[test]
fn a_run_has_the_costs_that_pytorch_finds_for_its_program() {
    let place = TestDir::new();
    let changes = "--set training.shuffle=false --epochs 3 --set training.lambda=5";
    place.succeed(&format!("run xor {changes} --metrics m.jsonl"));
    let (ours, theirs) =
        (crate::cli::records(&place.read("m.jsonl")), crate::cli::records(BY_PYTORCH));
    assert_eq!((ours.len(), theirs.len()), (8, 8));
    for record in &ours {
        let is_it = |other: &&serde_json::Value| {
            ["arm", "epoch"].iter().all(|key| other[key] == record[key])
        };
        let other = theirs.iter().find(is_it).expect("it has the same epochs");
        for key in ["cost", "cost_data", "accuracy", "test_cost", "test_accuracy"] {
            let [one, two] = [record, other].map(|record| record[key].as_f64().expect("a number"));
            assert!((one - two).abs() <= 1e-13 * one.abs(), "{key}: {one} and {two}");
        }
    }
}

#[test]
fn a_scenario_is_shown_as_a_program_for_pytorch_with_its_data() {
    let place = TestDir::new();
    let program = place.succeed("show and --as pytorch --set training.lambda=0.5");
    for line in [
        "SEED, EPOCHS, BATCH, EVALUATE, SHUFFLE = 1, 600, 4, 1, False",
        "torch.set_default_dtype(torch.float64)",
        "    ([1.0, 1.0], [1.0]),",
        "    return ((a >= 0.5) == (y >= 0.5)).double().mean().item()",
    ] {
        assert!(program.lines().any(|shown| shown == line), "{line}: {program}");
    }
    let arms: Vec<_> = program.lines().filter(|line| line.starts_with("    Arm(")).collect();
    assert_eq!(arms.len(), 2, "{program}");
    assert!(arms[1].contains("cross_entropy") && arms[1].ends_with("lam=0.5),"), "{program}");
    assert!(!program.contains("# ARMS") && !program.contains("# DATA"), "{program}");
    let pictures = place.succeed("show mnist --data /a/folder --as pytorch --set data.train=100");
    assert!(
        pictures.contains("Path(\"/a/folder\")") && pictures.contains("pictures(\"train\", 100)")
    );
    let refusal = place.refused("show digits --as pytorch", 2);
    assert!(refusal.contains("a program holds 100000 at most"), "{refusal}");
    let refusal = place.refused("show book-animation --as pytorch", 2);
    assert!(refusal.contains("arm.book-rule.cost: found \"book-rule\""), "{refusal}");
    // With changes, the scenario itself is shown changed.
    let shown = place.succeed("show and --eta 0.25");
    assert!(shown.contains("eta     = 0.25") && shown.starts_with("title"), "{shown}");
}

#[test]
fn a_model_of_few_pictures_finds_them_again() {
    let place = TestDir::new();
    write_files(&place.path("pictures"), 12, 10);
    place.succeed("run pictures --epochs 1 --save m-{arm}.json");
    let said = place.succeed("run m-quadratic.json --data pictures --epochs 1");
    assert!(said.contains("12 examples and 10 for the test"), "{said}");
}
