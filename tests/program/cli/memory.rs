//! Data that needs more memory than available is refused in one line that names a remedy.

use std::process::{Command, Output};

use crate::cli::{TestDir, errors};

/// The address space in KiB: more than the program takes and less than the data does.
const LIMIT: &str = "ulimit -c 0; ulimit -v 130000";

/// Creates a CSV file that needs twice the limit but is read quickly: 30 inputs and a target.
fn place_with_rows() -> TestDir {
    let place = TestDir::new();
    place.write("rows.csv", &("1,".repeat(30) + "1\n").repeat(700_000));
    place.write(
        "rows.toml",
        r#"
            data = { kind = "csv", path = "rows.csv" }
            network = { layers = [30, 1] }
            training = { epochs = 1, batch = 10, eta = 1 }
            arm = [{ name = "a", cost = "quadratic" }]
        "#,
    );
    place
}

fn run_within(place: &TestDir, line: &str) -> Output {
    let program = env!("CARGO_BIN_EXE_xentviz");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{LIMIT}; {line}").replace("{}", program)]);
    // Each thread takes address space for its stack.
    command.current_dir(place.0.path()).env_remove("XENTVIZ_DATA").env("RAYON_NUM_THREADS", "1");
    command.output().expect("a shell can be started")
}

/// Runs a line that must fail with this status, on one line of standard error.
fn refused(place: &TestDir, line: &str, status: i32) -> String {
    let output = run_within(place, line);
    let errors = errors(&output);
    assert_eq!(output.status.code(), Some(status), "{line}: {errors}");
    errors.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn rows_that_do_not_fit_are_refused_from_a_file_and_from_a_pipe() {
    let place = place_with_rows();
    for (line, name) in [
        ("{} run rows.toml", "rows.csv"),
        ("cat rows.csv | {} run rows.toml --set data.path=/dev/stdin", "/dev/stdin"),
    ] {
        let refusal = refused(&place, line, 1);
        assert!(refusal.starts_with(&format!("xentviz: {name}: its first ")), "{refusal}");
        assert!(refusal.contains("MiB more can be had beside the networks; "), "{refusal}");
        assert!(refusal.ends_with("fewer rows would do: data.train, data.test"), "{refusal}");
    }
}

#[test]
fn fewer_rows_fit_as_the_refusal_suggests() {
    let place = place_with_rows();
    let line = "{} run rows.toml --set data.train=5000 --set data.test=500";
    let output = run_within(&place, line);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}

#[test]
fn pictures_that_do_not_fit_are_refused_before_a_file_is_opened() {
    let place = TestDir::new();
    let line = "{} run mnist --data . --set data.train=10000000";
    let refusal = refused(&place, line, 2);
    let begin = "xentviz: mnist: data.train: the examples take 4.5 GiB of memory; ";
    assert!(refusal.starts_with(begin), "{refusal}");
    assert!(refusal.ends_with(" can be had; fewer examples would do"), "{refusal}");
}

#[test]
fn pictures_that_are_brighter_than_digits_are_refused_as_they_are_read() {
    let place = TestDir::new();
    let header = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect();
    let count = 60_000;
    let mut pictures: Vec<u8> = header(&[0x803, count, 28, 28]);
    pictures.resize(16 + count as usize * 784, 255);
    let mut labels: Vec<u8> = header(&[0x801, count]);
    labels.resize(8 + count as usize, 1);
    std::fs::write(place.path("train-images-idx3-ubyte"), pictures).expect("it can be written");
    std::fs::write(place.path("train-labels-idx1-ubyte"), labels).expect("it can be written");
    let flags = "--set data.train=60000 --set data.test=0";
    let refusal = refused(&place, &format!("{{}} run mnist --data . {flags}"), 1);
    assert!(refusal.starts_with("xentviz: ./train-images-idx3-ubyte: its first "), "{refusal}");
    assert!(refusal.ends_with("fewer pictures would do: data.train, data.test"), "{refusal}");
}
