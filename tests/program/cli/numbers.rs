//! Numbers as people type them.

use crate::cli::{TestDir, errors};

/// A scenario with η = .5, which is no number of TOML.
const DOTTED: &str = include_str!("numbers/dot.toml");

fn place() -> TestDir {
    let place = TestDir::new();
    place.write("d.csv", include_str!("models/d.csv"));
    place.write("dot.toml", DOTTED);
    place.write("s.toml", &DOTTED.replace("eta = .5", "eta = 0.5"));
    place
}

#[test]
fn a_point_without_digits_on_one_side_is_accepted_on_the_command_line() {
    let place = place();
    let metrics = |flags: &str| {
        let output = place.run(&format!("run s.toml {flags} --metrics m.jsonl"));
        assert_eq!(output.status.code(), Some(0), "{flags}: {}", errors(&output));
        place.read("m.jsonl")
    };
    let half = metrics("");
    for flags in ["--eta .5", "--eta +.5", "--set training.eta=.5", "--set arm.a.eta=.5e0"] {
        assert_eq!(metrics(flags), half, "{flags}");
    }
    assert_eq!(metrics("--eta 5."), metrics("--eta 5"));
    assert_eq!(metrics("--set training.lambda=.25"), metrics("--set training.lambda=0.25"));
    let weights = "--set network.layers=2-2 --set network.biases=[[.5,-1.]] --set";
    assert_eq!(
        metrics(&format!("{weights} network.weights=[[[.5,-.5],[1.,+.25]]]")),
        metrics(
            "--set network.layers=2-2 --set network.biases=[[0.5,-1]] --set network.weights=[[[0.5,-0.5],[1,0.25]]]"
        )
    );
}

#[test]
fn a_number_that_is_none_of_toml_is_refused_with_the_number_that_would_do() {
    let place = place();
    assert_eq!(place.refused("run dot.toml", 2), "dot.toml:12:7: eta: found .5; 0.5 would do\n");
    for (eta, expected) in [
        ("5.", "s.toml:12:9: eta: found 5.; 5.0 would do\n"),
        ("+.5", "s.toml:12:7: eta: found +.5; +0.5 would do\n"),
        ("1,5", "s.toml:12:8: eta: found 1,5; 1.5 would do\n"),
    ] {
        place.write("s.toml", &DOTTED.replace("eta = .5", &format!("eta = {eta}")));
        assert_eq!(place.refused("run s.toml", 2), expected);
    }
    let place = self::place();
    for flag in ["--eta 1,5", "--set training.eta=1,5"] {
        let refusal = place.refused(&format!("run s.toml {flag}"), 2);
        assert_eq!(refusal, format!("{flag}: training.eta: found \"1,5\"; 1.5 would do\n"));
    }
}
