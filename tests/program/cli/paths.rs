//! Where files are looked for: beside a scenario, in the current folder, in the home folder.

use std::fs;

use crate::cli::{TestDir, errors, text};

/// A scenario whose data are a table of its own.
const SCENARIO: &str = "[data]\nkind = \"csv\"\npath = \"d.csv\"\n[network]\nlayers = [2, 1]\n\
    [training]\nepochs = 1\nbatch = 2\neta = 0.5\n[[arm]]\nname = \"a\"\ncost = \"cross-entropy\"\n";

const ROWS: &str = "1,2,0\n2,1,1\n0,2,0\n3,1,1\n";

/// Returns a folder with a scenario and its table in `sub`.
fn place() -> TestDir {
    let place = TestDir::new();
    for folder in ["sub", "other"] {
        fs::create_dir(place.path(folder)).expect("a folder can be made");
    }
    place.write("sub/s.toml", SCENARIO);
    place.write("sub/d.csv", ROWS);
    place
}

#[test]
fn the_data_of_a_scenario_are_found_beside_it_from_any_folder() {
    let place = place();
    assert!(place.succeed("run sub/s.toml").contains("s: d.csv, 4 examples"));
    let mut there = place.command(&["run", "../sub/s.toml"]);
    let output = there.current_dir(place.path("other")).output().expect("it starts");
    assert!(text(&output.stdout).contains("s: d.csv, 4 examples"), "{}", errors(&output));
    // What stands beside the scenario comes before what stands here.
    place.write("d.csv", "1,2,0\n2,1,1\n");
    assert!(place.succeed("run sub/s.toml").contains("4 examples"));
    // Typed paths are those of the current folder.
    let typed = place.succeed("run sub/s.toml --data d.csv");
    assert!(typed.contains("d.csv, 2 examples"), "{typed}");
    fs::remove_file(place.path("sub/d.csv")).expect("it is there");
    assert!(place.succeed("run sub/s.toml").contains(": d.csv, 2 examples"));
    fs::remove_file(place.path("d.csv")).expect("it is there");
    assert_eq!(
        place.refused("run sub/s.toml", 2),
        "sub/s.toml: data.path: there is no d.csv in sub, the scenario's folder, or in the current one\n"
    );
}

#[test]
fn a_tilde_stands_for_the_home_folder_wherever_a_path_is_written() {
    let place = place();
    let home = |args: &[&str]| {
        let output =
            place.command(args).env("HOME", place.path("sub")).output().expect("it starts");
        assert!(output.status.success(), "{args:?}: {}", errors(&output));
        text(&output.stdout)
    };
    assert!(home(&["run", "~/s.toml", "--save", "~/m.json"]).contains("4 examples"));
    assert!(home(&["run", "~/s.toml", "--load", "~/m.json"]).contains("4 examples"));
    assert!(home(&["data", "~/d.csv"]).contains("4 rows"));
    let set = ["run", "sub/s.toml", "--set", "data.path=~/d.csv"];
    assert!(home(&set).contains("d.csv, 4 examples"));
    place.write("own.toml", &SCENARIO.replace("d.csv", "~/d.csv"));
    assert!(home(&["run", "own.toml"]).contains("d.csv, 4 examples"));
    assert!(place.path("sub/m.json").exists());
}

#[test]
fn a_linear_fit_of_prices_reaches_its_solution() {
    let place = TestDir::new();
    let rows = (0..=10).map(|i| format!("0.{i:02},{}\n", 200_000 + 30_000 * i));
    let table = format!("share,price\n{}", rows.collect::<Vec<_>>().concat());
    place.write("d.csv", &table);
    let linear = SCENARIO.replace("[2, 1]", "[1, 1]\noutput = \"linear\"");
    let exact =
        linear.replace("cross-entropy", "quadratic").replace("epochs = 1", "epochs = 20000");
    place.write("s.toml", &exact.replace("eta = 0.5", "eta = 0.9"));
    let said = place.succeed("run s.toml --save m.json");
    assert!(!said.contains("diverged"), "{said}");
    // The table is price = 3·10⁶ share + 2·10⁵.
    let model = place.json("m.json");
    let near = |value: &serde_json::Value, to: f64| {
        (value.as_f64().expect("a number") / to - 1.0).abs() < 1e-6
    };
    assert!(near(&model["weights"][0][0][0], 3e6), "{}", model["weights"]);
    assert!(near(&model["biases"][0][0][0], 2e5), "{}", model["biases"]);
}

#[test]
fn a_tilde_does_not_hide_that_a_run_would_write_over_what_it_reads() {
    let place = place();
    let home = |args: &[&str]| {
        place.command(args).env("HOME", place.path("sub")).output().expect("it starts")
    };
    place.write("own.toml", &SCENARIO.replace("d.csv", "~/d.csv"));
    let data = place.path("sub/d.csv").display().to_string();
    for (scenario, expected) in [
        ("own.toml", "data.path and --metrics both say"),
        ("~/s.toml", "data.path and --metrics both say"),
    ] {
        let output = home(&["run", scenario, "--metrics", &data]);
        assert!(errors(&output).contains(expected), "{scenario}: {}", errors(&output));
    }
    assert_eq!(place.read("sub/d.csv"), ROWS);
    assert!(text(&home(&["show", "~/s.toml"]).stdout).contains("kind = \"csv\""));
}
