//! Measures how much training a live run loses to a reader: the same run, turn by turn, with and
//! without requests.

use xentviz::testing::telemetry::{
    Command, EquationRequest, Event, Question, WeightQuantity, WeightsRequest,
};

use crate::reader::{Reader, RequestRate};
use crate::turns::TimeSpread;
use crate::workloads::{WorkloadCache, with_arms};

/// The number of turns of each request rate.
const ROUNDS: usize = 15;

/// Measures W1 with one arm and with two, also in the views that request more data.
pub(crate) fn measure(workloads: &WorkloadCache) {
    println!("\n{:<44} {:>20} {:>10}", "less training while read", "least .. most", "a group");
    let keys = [("training.epochs", "1000000")];
    for (name, arms) in [("one arm", 1), ("two arms", 2)] {
        let reader = Reader::start(&with_arms(workloads.scenario("W1", &keys), arms));
        // The examples have been read and the start has been evaluated once a step is done.
        while reader.step() == 0 {}
        compare(&reader, &format!("W1, {name}, Duel"));
        let request =
            WeightsRequest { of: WeightQuantity::Value, cursor: Some((0, 1, 400)), past: true };
        reader.send(Command::ShowWeights(Some(request)));
        let has_weights = |event: &Event| matches!(event, Event::Weighed(_));
        while !reader.take_events().iter().any(has_weights) {}
        compare(&reader, &format!("W1, {name}, Weights"));
        reader.send(Command::ShowWeights(None));
        let request = EquationRequest { input: 400, ..EquationRequest::default() };
        reader.send(Command::Explain(Some(Question::Equation(request))));
        while reader.answer().is_none() {
            reader.take_events();
        }
        compare(&reader, &format!("W1, {name}, Equation"));
    }
}

fn compare(reader: &Reader, title: &str) {
    let rates = [RequestRate::Rate(30.0), RequestRate::Rate(60.0), RequestRate::Always];
    let mut lost: [Vec<f64>; 3] = Default::default();
    let mut cost: Vec<f64> = Vec::new();
    let mut often = 0.0;
    for _ in 0..ROUNDS {
        let idle = reader.turn(RequestRate::Never).rate;
        for (rate, lost) in rates.into_iter().zip(&mut lost) {
            let turn = reader.turn(rate);
            let share = 1.0 - turn.rate / idle;
            lost.push(100.0 * share);
            if matches!(rate, RequestRate::Always) {
                cost.push(share / turn.groups * 1e6);
                often = turn.groups;
            }
        }
    }
    let names = ["30/s".to_owned(), "60/s".to_owned(), format!("{often:.0}/s")];
    for (i, (lost, name)) in lost.into_iter().zip(names).enumerate() {
        let TimeSpread { median, least, most } = TimeSpread::of(lost);
        let each = if i == 2 {
            format!("{:.1} µs", TimeSpread::of(cost.clone()).median)
        } else {
            String::new()
        };
        let spread = format!("{least:.1} .. {most:.1}");
        println!("{title:<22} {name:>8} {median:>+10.2} % {spread:>20} {each:>10}");
    }
}
