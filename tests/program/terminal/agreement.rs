//! The numbers on the screen at the end of a run, beside those that a headless run writes.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::pty::{Setup, dashboard};

/// What `xentviz run` writes about a run.
struct Written {
    /// A record for each arm and evaluated epoch, in this order.
    metrics: Vec<Value>,
    summary: Value,
}

impl Written {
    fn of(arguments: &[&str], folder: &Path) -> Self {
        let path = |name| folder.join(name).to_str().expect("a path in UTF-8").to_owned();
        let (metrics, summary) = (path("metrics.jsonl"), path("summary.json"));
        let output = Command::new(env!("CARGO_BIN_EXE_xentviz"))
            .arg("run")
            .args(arguments)
            .args(["--metrics", &metrics, "--summary", &summary])
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let read = |path: &str| fs::read_to_string(path).expect("it has been written");
        let records = read(&metrics);
        Self {
            metrics: records.lines().map(|l| serde_json::from_str(l).expect("a record")).collect(),
            summary: serde_json::from_str(&read(&summary)).expect("a summary"),
        }
    }

    fn arms(&self) -> &[Value] {
        self.summary["arms"].as_array().expect("arms")
    }

    /// Returns a number of the first or the last record of each arm.
    fn recorded(&self, key: &str, is_first: bool) -> Vec<f64> {
        let count = self.arms().len();
        let from = if is_first { 0 } else { self.metrics.len() - count };
        let number = |record: &Value| record[key].as_f64().expect(key);
        self.metrics[from..from + count].iter().map(number).collect()
    }

    fn summarised(&self, key: &str) -> Vec<f64> {
        self.arms().iter().map(|arm| arm[key].as_f64().expect(key)).collect()
    }
}

/// Returns the screen of the dashboard at the end of the same run, in a window that shows every
/// panel. The evaluation of the last epoch, whose cost is `cost`, may arrive after the end.
fn finished(arguments: &[&str], cost: &[f64]) -> String {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--pace", "max"]).collect();
    let mut pty = dashboard(&Setup::with_arguments(&arguments).sized(200, 60));
    pty.wait_for("the end of the run", |screen| {
        let text = screen.contents();
        let is_evaluated = || {
            let shown = shown(&text, "cost C");
            shown.len() == cost.len()
                && shown.iter().zip(cost).all(|(shown, cost)| is_rounded(shown, *cost))
        };
        text.contains("■ finished") && is_evaluated()
    });
    pty.text()
}

/// Returns the numbers after a label in the table of numbers, without their units; none if there is
/// no such label.
fn shown(screen: &str, label: &str) -> Vec<String> {
    let is_row = |line: &&str| line.contains(&format!("│ {label} "));
    let line = screen.lines().rev().find(is_row).and_then(|line| line.rsplit_once(label));
    let Some((_, row)) = line else { return Vec::new() };
    let words = row.split_whitespace().filter(|word| !matches!(*word, "%" | "│"));
    words.map(|word| word.replace(',', "")).collect()
}

/// Returns whether a number is shown rounded to its last digit.
fn is_rounded(shown: &str, exact: f64) -> bool {
    let number: f64 = shown.parse().unwrap_or(f64::NAN);
    let decimals = shown.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half = 0.5 / 10_u64.pow(decimals as u32) as f64;
    (number - exact).abs() <= half * (1.0 + 1e-6)
}

fn assert_rounded(shown: &str, exact: f64, what: &str) {
    assert!(is_rounded(shown, exact), "{what}: {shown} in place of {exact}");
}

fn assert_row(screen: &str, label: &str, exact: &[f64]) {
    let shown = shown(screen, label);
    assert_eq!(shown.len(), exact.len(), "{label}: {shown:?} in\n{screen}");
    for (shown, exact) in shown.iter().zip(exact) {
        assert_rounded(shown, *exact, label);
    }
}

fn percent(shares: Vec<f64>) -> Vec<f64> {
    shares.into_iter().map(|share| share * 100.0).collect()
}

/// Returns the height of each bar of the recall as a share of the axis, arm by arm within a class.
fn bars(screen: &str) -> Vec<f64> {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let lines: Vec<Vec<char>> = screen.lines().map(|line| line.chars().collect()).collect();
    let starts_with = |line: &Vec<char>, label: &str| {
        line.iter().skip(1).collect::<String>().trim_start().starts_with(label)
    };
    let top = lines.iter().position(|line| starts_with(line, "100 ▁")).expect("the axis");
    let names = (top..lines.len()).find(|y| starts_with(&lines[*y], "0    1 ")).expect("classes");
    let columns = (0..10).flat_map(|class| {
        let digit = char::from_digit(class, 10).expect("a digit");
        let name = lines[names].iter().position(|c| *c == digit).expect("a class");
        // The bars of two arms, of two cells each, are centred over the name.
        [name - 1, name + 1]
    });
    let height = |x: usize| -> usize {
        // The line of 100 % lies on the lower edge of the row above the bars.
        let cells = (top + 1..names).rev().map(|y| lines[y][x]);
        let eighths =
            cells.map(|cell| EIGHTHS.iter().position(|eighth| *eighth == cell).unwrap_or(0));
        let mut is_below = true;
        eighths.take_while(|eighths| std::mem::replace(&mut is_below, *eighths == 8)).sum()
    };
    columns.map(|x| height(x) as f64 / (8 * (names - top - 1)) as f64).collect()
}

/// Checks the norms and the saturated shares of each layer, and the ratios of the norms.
fn check_layers(written: &Written, screen: &str) {
    let last = &written.metrics[written.metrics.len() - written.arms().len()..];
    for (layer, head) in ["784→30", "30→10"].into_iter().enumerate() {
        let at = screen.lines().position(|line| line.contains(&format!("│ {head} ")));
        let rows = screen.lines().skip(at.expect("the layer is drawn"));
        for (record, row) in last.iter().zip(rows) {
            let panel = row.split('│').nth(3).expect("the second panel");
            let words: Vec<&str> = panel.split_whitespace().collect();
            let number = |key: &str| record[key][layer].as_f64().expect(key);
            let (norm, shown) = match words[..] {
                [.., norm, all, "%", "hidden"] if layer == 0 => (norm, vec![(all, 1.0, 0.0)]),
                [.., norm, right, "%", "right", wrong, "%", "wrong"] => {
                    (norm, vec![(right, 1.0, -1.0), (wrong, 0.0, 1.0)])
                }
                _ => panic!("{row}"),
            };
            assert_rounded(norm, number("gradient_norm"), "‖∂C/∂w‖");
            let first = last[0]["gradient_norm"][layer].as_f64().expect("a norm");
            let ratio = words.iter().find_map(|word| word.strip_prefix('×'));
            assert_eq!(ratio.is_some(), record["arm"] != last[0]["arm"], "{row}");
            if let Some(ratio) = ratio {
                assert_rounded(ratio, number("gradient_norm") / first, "times the first arm’s");
            }
            let wrong = record["saturated_wrong"].as_f64().expect("a share");
            for (share, of_all, of_wrong) in shown {
                let want = 100.0 * (number("saturation") * of_all + wrong * of_wrong);
                match share {
                    "<1" => assert!(want > 0.0 && want < 0.5, "{want}"),
                    ">99" => assert!((99.5..100.0).contains(&want), "{want}"),
                    share => assert_rounded(share, want, "saturated"),
                }
            }
        }
    }
}

#[test]
fn the_numbers_of_a_classifier_are_those_of_its_metrics_and_its_summary() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["digits", "--epochs", "3", "--set", "training.lambda=5"];
    let written = Written::of(&arguments, folder.path());
    let screen = finished(&arguments, &written.summarised("cost_data"));

    assert_row(&screen, "accuracy, test", &percent(written.summarised("test_accuracy")));
    assert_row(&screen, "best, test", &percent(written.summarised("best_test_accuracy")));
    assert_row(&screen, "accuracy, train", &percent(written.summarised("accuracy")));
    assert_row(&screen, "best, at epoch", &written.summarised("best_epoch"));
    let wrong = written.recorded("saturated_wrong", false);
    assert_row(&screen, "saturated wrong", &percent(wrong));
    assert_row(&screen, "cost C", &written.summarised("cost_data"));
    assert_row(&screen, "C, test", &written.summarised("test_cost"));
    // The unit of the first chart, which has no term of λ.
    assert_row(&screen, "C at the start", &written.recorded("cost_data", true));
    let (cost, data) = (written.summarised("cost"), written.summarised("cost_data"));
    assert!(cost.iter().zip(&data).all(|(cost, data)| cost > data), "λ adds to the cost");
    let added: Vec<f64> = cost.iter().zip(&data).map(|(cost, data)| cost - data).collect();
    assert_row(&screen, "its L2 term", &added);

    // The same numbers in other places: the panel of each arm, and the sentence.
    let best = written.summarised("best_test_accuracy");
    for (accuracy, best) in written.summarised("test_accuracy").into_iter().zip(best) {
        let (accuracy, best) = (accuracy * 100.0, best * 100.0);
        let words = format!("accuracy, test  {accuracy:>5.2} %  best {best:.2} % at epoch ");
        assert!(screen.contains(&words), "{words} is not in\n{screen}");
    }

    let bars = bars(&screen);
    for (arm, of) in written.arms().iter().enumerate() {
        for (class, recall) in of["recall"].as_array().expect("recall").iter().enumerate() {
            let (bar, recall) = (bars[2 * class + arm], recall.as_f64().expect("a share"));
            assert!(
                (bar - recall).abs() <= 0.006,
                "class {class} of arm {arm}: {bar} for {recall}"
            );
        }
    }
    check_layers(&written, &screen);
}

#[test]
fn the_numbers_of_a_neuron_are_those_of_its_metrics() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["saturated", "--epochs", "40"];
    let written = Written::of(&arguments, folder.path());
    let screen = finished(&arguments, &written.summarised("cost"));
    assert_row(&screen, "cost C", &written.summarised("cost"));
    assert_row(&screen, "C at the start", &written.recorded("cost", true));
    assert_eq!(written.recorded("cost", false), written.summarised("cost"));
}
