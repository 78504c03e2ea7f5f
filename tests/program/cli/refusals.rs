//! Refusals and failures, with their wording and exit status.

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::{TestDir, errors};

#[test]
fn an_unknown_name_is_refused_with_the_nearest_and_the_list() {
    let place = TestDir::new();
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
fn a_contradictory_command_line_is_refused() {
    let place = TestDir::new();
    let cases = [
        ("--nonsense", "unexpected argument '--nonsense'"),
        ("run", "required arguments were not provided"),
        ("run and --set eta", "KEY=VALUE would do, as in arm.quadratic.eta=3"),
        ("--color mauve", "[possible values: auto, true, 256, 16, never]"),
        ("--theme mauve", "[possible values: auto, dark, light]"),
        ("--fps 0", "1 to 240 or auto would do"),
        (
            "--glyphs mauve",
            "[possible values: auto, braille, block, narrow, ascii, sextant, octant]",
        ),
        ("--ascii --glyphs block", "cannot be used with"),
        ("--at end", "invalid value 'end' for '--at <EPOCH>': an epoch, as 12 or 2.5, or step=300"),
        ("--at 500", "--at 500: the run ends at epoch 300; one up to there would do, or more --ep"),
    ];
    for (line, expected) in cases {
        let refusal = place.refused(line, 2);
        assert!(refusal.contains(expected), "{line}: {refusal}");
    }
}

#[test]
fn an_invalid_value_is_refused_as_it_was_typed() {
    let place = TestDir::new();
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
fn a_refusal_of_a_long_argument_is_short() {
    let place = TestDir::new();
    let long = "x".repeat(64 << 10);
    for args in [
        &["run", "and", "--set", &format!("training.eta={long}")][..],
        &["run", "and", "--checkpoint", &long],
        &["run", "and", "--metrics", &format!("none/{long}")],
        &[&long],
    ] {
        let output = place.command(args).output().expect("the program can be started");
        let errors = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.lines().all(|line| line.chars().count() < 700), "{errors}");
    }
}

#[test]
fn a_file_that_is_no_scenario_is_refused_with_its_place() {
    let place = TestDir::new();
    let refusal = place.refused("run missing.toml", 2);
    assert!(refusal.starts_with("cannot read the scenario missing.toml: No such file"));
    assert!(place.refused("run ./", 2).starts_with("no train-images-idx3-ubyte in ./, neither "));
    place.write("broken.toml", "title = \"x\"\nseed = \n");
    assert!(place.refused("run broken.toml", 2).starts_with("broken.toml:2:8: "));
    let and = place.succeed("show and").replace("epochs ", "epoks  ");
    place.write("misspelt.toml", &and);
    let refusal = place.refused("run misspelt.toml", 2);
    assert!(refusal.starts_with("misspelt.toml:"), "{refusal}");
    assert!(refusal.ends_with("training.epoks: unknown key; did you mean epochs?\n"), "{refusal}");
}

#[test]
fn without_a_terminal_the_dashboard_suggests_the_run_command() {
    let place = TestDir::new();
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
fn a_model_that_cannot_be_used_is_refused_with_its_file_and_part() {
    let place = TestDir::new();
    place.succeed("run xor --epochs 1 --save xor-{arm}.json");
    let refusal = place.refused("run and --load xor-quadratic.json", 2);
    let found = "--load xor-quadratic.json: arm.quadratic: found a model of [2, ";
    assert!(refusal.starts_with(found), "{refusal}");
    assert!(refusal.ends_with("]; one of [2, 1] would do\n"), "{refusal}");
    for arm in ["quadratic", "cross-entropy"] {
        let numbers = r#""weights": [[[2.0, 5e300]]], "biases": [[[0.5]]]"#;
        let text = format!(r#"{{"sizes": [2, 1], {numbers}, "cost": "QuadraticCost"}}"#);
        place.write(&format!("far-{arm}.json"), &text);
    }
    assert_eq!(
        place.refused("run and --load far-{arm}.json", 2),
        "--load far-quadratic.json: arm.quadratic: found the number 5e300 in the model; numbers \
         from −10³⁰ to 10³⁰ would do\n"
    );
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
    assert!(place.refused("run and --load model.pkl", 2).contains(".safetensors, .npz, .pt or"));
}

#[test]
fn places_that_cannot_be_written_to_are_refused_before_anything_is_trained() {
    let place = TestDir::new();
    fs::create_dir(place.path("folder.json")).unwrap();
    let cases = [
        ("--save model.json", "--save model.json: with 2 arms the name must hold {arm}"),
        ("--save {arm}.txt", "--save {arm}.txt: a model's name ends in .json or .safetensors"),
        ("--save none/{arm}.json", "--save none/quadratic.json: cannot be written: No such file"),
        ("--summary none/s.json", "--summary none/s.json: cannot be written: No such file"),
        ("--summary folder.json", "--summary folder.json: cannot be written: "),
        ("--metrics none/m.csv", "--metrics none/m.csv: cannot be written: No such file"),
        ("--summary -", "--summary -: only --metrics goes to standard output"),
        ("--metrics same.json --summary same.json", "--metrics and --summary both say same.json"),
        ("--metrics s.json --summary ./s.json", "--metrics and --summary both say ./s.json"),
        (
            "--save m-{arm}.json --metrics ./m-quadratic.json",
            "--metrics and --save both say m-quadratic.json",
        ),
    ];
    for (flags, expected) in cases {
        let refusal = place.refused(&format!("run and --epochs 1000000000 {flags}"), 2);
        assert!(refusal.starts_with(expected), "{flags}: {refusal}");
    }
    assert_eq!(place.names(), ["folder.json"]);
}

#[test]
fn the_inputs_of_a_run_are_not_overwritten() {
    let place = TestDir::new();
    let and = place.succeed("show and");
    place.write("mine.toml", &and);
    let refusal = place.refused("run mine.toml --metrics ./mine.toml", 2);
    assert_eq!(refusal, "the scenario and --metrics both say ./mine.toml\n");
    assert_eq!(place.read("mine.toml"), and);
    place.write("d.csv", "1,2,0\n");
    let data = "kind = \"csv\"\npath = \"d.csv\"\n[network]";
    let text = format!("[data]\n{data}{}", &and[and.find("[network]").unwrap() + 9..]);
    place.write("csv.toml", &text);
    let refusal = place.refused("run csv.toml --batch 1 --summary ./d.csv", 2);
    assert_eq!(refusal, "data.path and --summary both say ./d.csv\n");
}

#[test]
fn the_files_of_mnist_are_not_overwritten() {
    let place = TestDir::new();
    fs::create_dir(place.path("mnist")).unwrap();
    for (scenario, name, flag) in [
        ("mnist", "train-images-idx3-ubyte.gz", "--metrics"),
        ("mnist", "train-labels-idx1-ubyte", "--summary"),
        ("digits", "t10k-images.idx3-ubyte", "--metrics"),
        ("digits", "t10k-labels.idx1-ubyte.gz", "--summary"),
    ] {
        let file = format!("mnist/{name}");
        place.write(&file, "pictures");
        let line = format!("run {scenario} --data ./mnist {flag} {file}");
        let refusal = place.refused(&line, 2);
        assert_eq!(refusal, format!("MNIST and {flag} both say {file}\n"));
        assert_eq!(place.read(&file), "pictures");
    }
    // A model in the folder is not one of the files, and some copies have a file under two of its
    // names.
    symlink("train-labels-idx1-ubyte", place.path("mnist/train-labels.idx1-ubyte")).unwrap();
    let refusal = place.refused("run digits --data mnist --save mnist/{arm}.json", 1);
    assert!(refusal.contains("train-images-idx3-ubyte.gz"), "{refusal}");
}

#[test]
fn a_scenario_that_is_too_large_is_refused_and_not_cut() {
    let place = TestDir::new();
    let and = place.succeed("show and");
    place.write("large.toml", &format!("{and}\n#{}", " ".repeat(4 << 20)));
    let refusal = place.refused("run large.toml", 2);
    let expected = "large.toml: found more than 4 MiB; a csv file holds more examples, and a model \
                    more weights\n";
    assert_eq!(refusal, expected);
}

#[test]
fn no_text_from_a_file_controls_the_terminal() {
    let place = TestDir::new();
    let and = place.succeed("show and");
    let (_, rest) = and.split_once('\n').unwrap();
    place.write("red.toml", &format!("title = \"\\u001b[31mred\"\n{rest}"));
    let table = place.succeed("run red.toml --epochs 1");
    assert!(table.starts_with("\\u{1b}[31mred: "), "{table}");
    place.write("key.toml", &format!("\"\\u001b[31mred\" = 1\n{and}"));
    let refusal = place.refused("run key.toml", 2);
    assert!(refusal.starts_with("key.toml:1:1: \\u{1b}[31mred: unknown key"), "{refusal}");
}

#[test]
fn data_that_is_missing_or_broken_fails_the_run() {
    let place = TestDir::new();
    let refusal = place.refused("run mnist", 2);
    assert!(refusal.contains("--data FOLDER") && refusal.contains("XENTVIZ_DATA"), "{refusal}");
    fs::create_dir(place.path("empty")).unwrap();
    for line in ["run mnist --data empty", "run dead-digits --data empty"] {
        let refusal = place.refused(line, 1);
        assert!(refusal.contains("train-images-idx3-ubyte in empty"), "{refusal}");
    }
    place.write("table.csv", "1,2,0\n3,x,1\n");
    let csv = place.succeed("show and").replace("kind    = \"table\"", "kind = \"csv\"");
    let without_table =
        csv.lines().filter(|line| !line.starts_with("inputs") && !line.starts_with("targets"));
    place.write("csv.toml", &without_table.collect::<Vec<_>>().join("\n"));
    let refusal = place.refused("run csv.toml --data table.csv --batch 1", 1);
    assert!(refusal.starts_with("table.csv, line 2, column 2"), "{refusal}");
}

#[test]
fn a_run_from_the_environments_folder_is_for_mnist_only() {
    let place = TestDir::new();
    fs::create_dir(place.path("empty")).unwrap();
    let run = |scenario: &str| {
        let args = ["run", scenario, "--epochs", "1", "--set", "data.train=20"];
        let args = [&args[..], &["--set", "data.test=10"]].concat();
        place.command(&args).env("XENTVIZ_DATA", "empty").output().unwrap()
    };
    assert!(errors(&run("mnist")).contains("train-images-idx3-ubyte in empty"));
    assert_eq!(run("digits").status.code(), Some(0));
}

#[test]
fn a_refusal_is_short_however_long_its_quotation_is() {
    let place = TestDir::new();
    let long = "x".repeat(100_000);
    place.write("long.toml", &format!("{long} = {long}"));
    for args in [
        &["run", "and", "--set", &format!("{long}=1")][..],
        &["run", "and", "--set", &format!("eta={long}")],
        &["run", "and", "--eta", &long],
        &["run", &long],
        &["run", &format!("{long}.toml")],
        &["run", "long.toml"],
        &["run", "and", "--save", &long],
        &["run", "and", "--load", &format!("{long}.json")],
        &["show", &long],
        &[&format!("--{long}")],
        &["--fps", &long],
        &["--config", &long],
    ] {
        let output = place.command(args).output().expect("it runs");
        let errors = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(errors.len() < 2000 && errors.starts_with("xentviz: "), "{}", errors.len());
    }
}

#[test]
fn a_large_number_is_shown_in_a_readable_form() {
    let place = TestDir::new();
    let table = place.succeed("show saturated").replace("[[[2.0]]]", "[[[1e300]]]");
    place.write("far.toml", &table);
    let refusal = place.refused("run far.toml", 2);
    assert!(refusal.contains("found 1e300; a number from −10⁶ to 10⁶ would do"), "{refusal}");
}
