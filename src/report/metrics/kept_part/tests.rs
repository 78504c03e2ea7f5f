//! Tests of `kept_part`.

use super::{ExpectedMetrics, KeptPart, MetricsError, Recorded, RecordedArm, kept_metrics};
use crate::report::{Metrics, MetricsFormat};
use crate::telemetry::Evaluation;

const ARMS: [&str; 2] = ["quadratic", "cross-entropy"];

/// Returns an arm that has written `records` records; an epoch has ten steps.
fn arm(name: &str, step: u64, is_evaluated: bool, records: u64) -> RecordedArm<'_> {
    RecordedArm { name, step, epoch: step / 10, is_evaluated, records }
}

/// Returns both arms at the same step.
fn both(step: u64, is_evaluated: bool, records: u64) -> [RecordedArm<'static>; 2] {
    ARMS.map(|name| arm(name, step, is_evaluated, records))
}

/// Returns the metrics of both arms; an epoch has ten steps, and one arm has a layer less.
fn written(format: MetricsFormat, epochs: u64) -> String {
    of_epochs(format, &ARMS, 0..=epochs)
}

fn of_epochs(
    format: MetricsFormat,
    arms: &[&str],
    epochs: impl IntoIterator<Item = u64>,
) -> String {
    let mut metrics = Metrics::new(Vec::new(), format, 2).unwrap();
    for epoch in epochs {
        for (arm, layers) in arms.iter().zip([2, 1, 2]) {
            let evaluation = Evaluation {
                epoch,
                step: 10 * epoch,
                cost: 0.1,
                accuracy: Some(0.5),
                gradient_norm: vec![0.2; layers],
                saturation: vec![0.0; layers],
                ..Evaluation::default()
            };
            metrics.record(arm, 0.15, &evaluation).unwrap();
        }
    }
    String::from_utf8(metrics.into_inner()).unwrap()
}

fn kept(
    text: impl AsRef<[u8]>,
    format: MetricsFormat,
    arms: &[RecordedArm<'_>],
) -> Result<KeptPart, MetricsError> {
    kept_metrics(&mut text.as_ref(), &ExpectedMetrics { format, layers: 2, arms })
}

fn refusal(text: impl AsRef<[u8]>, format: MetricsFormat, arms: &[RecordedArm<'_>]) -> String {
    kept(text, format, arms).unwrap_err().to_string()
}

const FORMATS: [MetricsFormat; 2] = [MetricsFormat::JsonLines, MetricsFormat::Csv];

#[test]
fn records_are_kept_up_to_the_step_at_which_the_run_is_resumed() {
    for format in FORMATS {
        let text = written(format, 5);
        for (step, is_evaluated, epochs) in
            [(30, true, 3), (30, false, 2), (34, false, 3), (1000, false, 5), (0, true, 0)]
        {
            let found = kept(&text, format, &both(step, is_evaluated, epochs + 1)).unwrap();
            let recorded = Recorded { records: epochs + 1, newest: Some(10 * epochs) };
            assert_eq!(found.bytes, written(format, epochs).len() as u64, "{step}");
            assert_eq!(found.arms, [recorded; 2]);
            assert_eq!(found.fault, None);
        }
        let heading = Metrics::new(Vec::new(), format, 2).unwrap().into_inner().len() as u64;
        let nothing = KeptPart { bytes: heading, arms: vec![Recorded::default(); 2], fault: None };
        assert_eq!(kept(&text, format, &both(0, false, 0)).unwrap(), nothing);
    }
}

#[test]
fn with_arms_at_different_steps_all_records_up_to_the_last_step_are_kept() {
    for format in FORMATS {
        let arms = [arm(ARMS[0], 40, true, 5), arm(ARMS[1], 20, true, 3)];
        let found = kept(written(format, 5), format, &arms).unwrap();
        assert_eq!(found.bytes, written(format, 4).len() as u64);
        assert_eq!(found.arms[0], Recorded { records: 5, newest: Some(40) });
        assert_eq!(found.arms[1], Recorded { records: 3, newest: Some(40) });
    }
}

#[test]
fn a_file_that_ends_anywhere_is_kept_up_to_its_last_complete_record() {
    for format in FORMATS {
        let text = written(format, 3);
        for end in 0..=text.len() {
            let whole = text[..end].rfind('\n').map_or(0, |at| at + 1);
            let lines = text[..whole].lines().count() as u64;
            let records = lines.saturating_sub(u64::from(format == MetricsFormat::Csv));
            let arms = [(ARMS[0], records.div_ceil(2)), (ARMS[1], records / 2)];
            let arms = arms.map(|(name, records)| arm(name, 1000, false, records));
            let found = kept(&text[..end], format, &arms).unwrap();
            assert_eq!((found.bytes, found.fault), (whole as u64, None), "{end}");
        }
    }
}

#[test]
fn bytes_that_a_power_cut_leaves_after_the_expected_records_are_dropped() {
    for format in FORMATS {
        let whole = written(format, 3);
        for rest in [&b"\0\0\0\0"[..], b"\0\n", b"\xff\xfe", b"{}\n", b"ab", b",,,\nquadratic,"] {
            for more in [0, 1] {
                let good = written(format, 3 + more);
                let text = [good.as_bytes(), rest].concat();
                let found = kept(&text, format, &both(30, true, 4)).unwrap();
                assert_eq!(found.bytes, whole.len() as u64, "{rest:?}");
                let line = good.lines().count() + 1;
                let fault = found.fault.expect("it is reported");
                assert!(fault.starts_with(&format!("line {line} is `")), "{fault}");
            }
            // An expected record follows those bytes, or is missing.
            let half = whole[..whole.len() - 2].rfind('\n').unwrap() + 1;
            let text = [&whole.as_bytes()[..half], rest, b"\n", &whole.as_bytes()[half..]].concat();
            let error = refusal(text, format, &both(30, true, 4));
            assert!(error.contains("expected a record of metrics"), "{error}");
        }
    }
}

#[test]
fn a_file_that_lacks_records_or_has_other_ones_is_refused() {
    let text = |epochs: &[u64]| of_epochs(MetricsFormat::Csv, &ARMS, epochs.iter().copied());
    let error_of =
        |text: &str, records| refusal(text, MetricsFormat::Csv, &both(70, true, records));
    let holds = |found: u64, expected: u64, ends: &str| {
        format!(
            "holds {found} records of the arm `quadratic` up to epoch 7, where its model stands, \
             expected {expected}; {ends}"
        )
    };
    assert_eq!(error_of(&text(&[0, 1, 2]), 8), holds(3, 8, "they end with epoch 2"));
    assert_eq!(error_of(&text(&[0, 1, 2, 6, 7]), 8), holds(5, 8, "they end with epoch 7"));
    assert_eq!(error_of(&text(&[0, 1, 2]), 0), holds(3, 0, "they end with epoch 2"));
    assert_eq!(error_of(&text(&[]), 8), holds(0, 8, "it has none"));
    // Any evaluated epochs will do, and any first epoch.
    for epochs in [&[0, 7][..], &[0, 5, 6, 7], &[3, 6], &[0, 3, 4, 6, 7, 8, 9]] {
        let records = epochs.iter().filter(|epoch| **epoch <= 7).count() as u64;
        kept(text(epochs), MetricsFormat::Csv, &both(70, true, records)).unwrap();
    }
    // An empty file is new and begins here.
    let new = kept("", MetricsFormat::Csv, &both(70, true, 8)).unwrap();
    assert_eq!((new.bytes, new.arms), (0, vec![Recorded::default(); 2]));
}

#[test]
fn the_records_of_an_arm_that_was_added_later_have_their_own_order() {
    for format in FORMATS {
        let mut text = written(format, 3);
        let later = of_epochs(format, &["third"], 0..=2);
        let heading = Metrics::new(Vec::new(), format, 2).unwrap().into_inner().len();
        text.push_str(&later[heading..]);
        let [one, other] = both(30, true, 4);
        let found = kept(&text, format, &[one, other, arm("third", 10, true, 2)]).unwrap();
        assert_eq!(found.bytes, text.len() as u64);
        assert_eq!(found.arms[2], Recorded { records: 2, newest: Some(20) });
    }
}

#[test]
fn a_file_that_is_not_the_metrics_of_the_run_is_refused_with_the_line() {
    let refused = |format, text: &str| refusal(text, format, &both(1000, true, 2));
    let json = |text: &str| refused(MetricsFormat::JsonLines, text);
    let csv = |text: &str| refused(MetricsFormat::Csv, text);
    let record = "expected a record of metrics";
    assert_eq!(json("notes\n"), format!("line 1 is `notes`, {record}"));
    assert_eq!(json("notes"), format!("line 1 is `notes`, {record}"));
    assert_eq!(json("\n"), format!("line 1 is ``, {record}"));
    // That holds even if no record is expected.
    let none = refusal("notes\n", MetricsFormat::JsonLines, &both(0, false, 0));
    assert_eq!(none, format!("line 1 is `notes`, {record}"));
    let lines = written(MetricsFormat::JsonLines, 1);
    let corrupted = lines.replacen("\"step\": 10", "\"step\": -1", 1);
    assert!(json(&corrupted).starts_with("line 3 is `{\"arm\": \"quadratic\""), "{corrupted}");
    assert!(json(&lines.replacen("\"eta\"", "\"lr\"", 1)).starts_with("line 1 is"));
    assert!(json(&lines.replacen("[0.2, 0.2]", "[0.2, 0.2, 0.2]", 1)).ends_with(record));
    assert_eq!(
        json(&lines.replacen("quadratic", "third", 1)),
        "line 1 is of the arm `third`, expected one of quadratic or cross-entropy"
    );
    assert_eq!(
        json(&format!("{lines}{lines}")),
        "line 5 is of step 0 after one of step 10, expected the records of one run in their order"
    );
    assert!(json(&"x".repeat(1 << 20)).contains("x…`"));
    assert!(csv("a,b\n1,2\n").starts_with("begins with `a,b`, expected the columns `arm,epoch,"));
    assert!(csv("a,b").starts_with("begins with `a,b`, expected the columns"));
    let rows = written(MetricsFormat::Csv, 1);
    assert!(csv(&rows.replacen(",0.15,", ",x,", 1)).starts_with("line 2 is `quadratic,0,0,x,"));
    assert!(csv(&rows.replacen(",0.15,", ",0.15,1,", 1)).ends_with(record));
    assert!(csv(&rows.replacen("_2", "_3", 1)).starts_with("begins with `arm,epoch,"));
}
