//! Classes read from a CSV file train exactly like the same targets written out.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use xentviz::testing::experiment::{Advance, Experiment, load};
use xentviz::testing::file::InputFile;
use xentviz::testing::scenario::Scenario;

const ROWS: usize = 30;

/// Returns the parameters of the network at the end of a run on these data, and the readings
/// before.
fn trained(data: &str, layers: &[usize], file: &str) -> Vec<f32> {
    let text = format!(
        "seed = 3\nprecision = \"f64\"\ndata = {{ {data} }}\n\
         network = {{ layers = {layers:?}, output = \"softmax\" }}\n\
         training = {{ epochs = 3, batch = 4, eta = 0.5 }}\n\
         arm = [{{ name = \"a\", cost = \"log-likelihood\" }}]\n"
    );
    let scenario = Scenario::read(&text, "a test", &[]).expect("a scenario");
    let file = file.to_owned();
    let open = move |_: &Path| Ok(InputFile::new(std::io::Cursor::new(file.clone()), None));
    let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
    let mut experiment = Experiment::new(&scenario, Arc::new(data)).expect("an experiment");
    while !matches!(experiment.advance(u64::MAX, &mut ()), Advance::Finished) {
        assert_eq!(experiment.divergence(0), None);
    }
    let mut numbers = Vec::new();
    experiment.flatten(0, &mut numbers);
    numbers
}

fn compare(layers: &[usize], classes: usize) {
    let x = |row: usize| (row * 7 % 11) as f64 / 8.0;
    let class = |row: usize| row * 13 % classes;
    let lines: Vec<String> = (0..ROWS).map(|row| format!("{},{}", x(row), class(row))).collect();
    let inputs: Vec<_> = (0..ROWS).map(|row| vec![x(row)]).collect();
    let hot = |row| (0..classes).map(|k| u8::from(k == class(row))).collect::<Vec<_>>();
    let targets: Vec<_> = (0..ROWS).map(hot).collect();
    let table = format!("kind = \"table\", inputs = {inputs:?}, targets = {targets:?}");
    let of_file = trained("kind = \"csv\", path = \"a.csv\"", layers, &lines.join("\n"));
    assert_eq!(of_file, trained(&table, layers, ""));
    assert!(of_file.iter().any(|number| *number != 0.0));
}

#[test]
fn classes_train_a_small_network_to_the_same_bits() {
    compare(&[1, 3, 4], 4);
}

#[test]
fn classes_train_a_wide_network_to_the_same_bits() {
    compare(&[1, 200, 300], 300);
}
