//! Reads the conditions of `:until` and `--until`: `a=0.5`, `accuracy=95 %`, `cost<0.1`, `no better for 5 epochs`.

use crate::scenario::typed_number::meant_number;
use crate::telemetry::{Bound, Until, UntilGoal};
use crate::text::excerpt;

/// The conditions that an error offers.
const FORMS: &str =
    "a=0.5, accuracy=95%, cost<0.1, epoch=40, step=300 or no better for 5 epochs would do";

/// The most characters that an error shows of a condition.
const SHOWN: usize = 60;

/// The largest count that a number with a fraction part has exactly.
const MOST_COUNT: f64 = 9_007_199_254_740_992.0;

/// The error of a condition that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found \"{found}\"; {expected}")]
pub(crate) struct UntilError {
    /// The text that is wrong.
    found: String,
    /// The remedy.
    expected: String,
}

impl UntilError {
    fn new(found: &str, expected: impl Into<String>) -> Self {
        Self { found: excerpt(found, SHOWN), expected: expected.into() }
    }
}

/// Reads a condition. The name of an arm may stand before it: `quadratic.accuracy=95%`.
///
/// # Errors
/// If the text is no condition; the error names what would do.
pub(crate) fn read_until(text: &str) -> Result<Until, UntilError> {
    let text = text.trim();
    let wrong = || UntilError::new(text, FORMS);
    if let Some((before, after)) = text.split_once("no better for ") {
        let after = after.trim();
        let number = after.strip_suffix("epochs").or_else(|| after.strip_suffix("epoch"));
        let epochs = count(number.unwrap_or(after), "a whole number of epochs from 1")?;
        return of_arm(before, UntilGoal::NoBetter(epochs)).ok_or_else(wrong);
    }
    let at = text.find(['=', '<', '>', '≤', '≥']).ok_or_else(wrong)?;
    let (left, rest) = text.split_at(at);
    let value = rest.trim_start_matches(['=', '<', '>', '≤', '≥']);
    let sign = &rest[..rest.len() - value.len()];
    let left = left.trim();
    let (arm, quantity) = left
        .rsplit_once('.')
        .map_or(("", left), |(_, name)| (&left[..left.len() - name.len()], name));
    let (quantity, value) = (quantity.trim(), value.trim());
    let typed = TypedCondition { quantity, sign, value, text };
    of_arm(arm, goal(&typed)?).ok_or_else(wrong)
}

/// Returns the condition of an arm whose name, with a point after it, stands before the quantity.
fn of_arm(before: &str, goal: UntilGoal) -> Option<Until> {
    let before = before.trim();
    if before.is_empty() {
        return Some(Until { arm: None, goal });
    }
    let arm = before.strip_suffix('.')?.trim();
    (!arm.is_empty() && goal.is_of_arms()).then(|| Until { arm: Some(arm.to_owned()), goal })
}

/// The parts of a condition, as typed.
struct TypedCondition<'a> {
    /// The name of the quantity.
    quantity: &'a str,
    /// The sign of comparison.
    sign: &'a str,
    value: &'a str,
    /// The whole condition, for messages.
    text: &'a str,
}

/// Reads the goal of a condition.
fn goal(typed: &TypedCondition<'_>) -> Result<UntilGoal, UntilError> {
    let TypedCondition { quantity, sign, value, text } = *typed;
    let wrong_sign = |expected: &str| {
        UntilError::new(
            text,
            format!("{expected} would do: a condition is met where it begins to hold"),
        )
    };
    match (quantity, sign) {
        ("a" | "output", "=") => Ok(UntilGoal::Output(number(value)?)),
        ("a" | "output", _) => Err(wrong_sign("a=0.5, from either side,")),
        ("accuracy", "=" | ">=" | "≥") => Ok(UntilGoal::Accuracy(share(value)?, Bound::Reached)),
        ("accuracy", ">") => Ok(UntilGoal::Accuracy(share(value)?, Bound::Passed)),
        ("accuracy", _) => Err(wrong_sign("accuracy=95% or accuracy>95%")),
        ("cost", "=" | "<=" | "≤") => Ok(UntilGoal::Cost(number(value)?, Bound::Reached)),
        ("cost", "<") => Ok(UntilGoal::Cost(number(value)?, Bound::Passed)),
        ("cost", _) => Err(wrong_sign("cost<0.1 or cost=0.1")),
        ("epoch", "=") => Ok(UntilGoal::Epoch(count(value, "the number of an epoch")?)),
        ("step", "=") => Ok(UntilGoal::Step(count(value, "the number of a step")?)),
        ("epoch" | "step", _) => Err(wrong_sign("epoch=40 or step=300")),
        ("no-better", "=") => {
            Ok(UntilGoal::NoBetter(count(value, "a whole number of epochs from 1")?))
        }
        _ => Err(UntilError::new(text, FORMS)),
    }
}

/// Reads a number as people type it.
fn number(text: &str) -> Result<f64, UntilError> {
    let text = text.trim();
    // A word such as "inf" is a number for the standard library only.
    let is_numeric = text.chars().all(|c| c.is_ascii_digit() || ".+-eE".contains(c));
    match text.parse::<f64>() {
        Ok(number) if is_numeric && number.is_finite() => Ok(number),
        _ => {
            let meant = meant_number(text).unwrap_or_else(|| "a number".to_owned());
            Err(UntilError::new(text, format!("{meant} would do")))
        }
    }
}

/// Reads a count from 1.
fn count(text: &str, wanted: &str) -> Result<u64, UntilError> {
    let number = number(text)?;
    if (1.0..=MOST_COUNT).contains(&number) && number.fract() == 0.0 {
        Ok(number as u64)
    } else {
        Err(UntilError::new(text.trim(), format!("{wanted} would do")))
    }
}

/// Reads a fraction, 0 to 1, or a percentage.
fn share(text: &str) -> Result<f64, UntilError> {
    let Some(percent) = text.strip_suffix('%') else {
        let share = number(text)?;
        if share > 1.0 && share <= 100.0 {
            return Err(UntilError::new(text, format!("{text}% or {} would do", share / 100.0)));
        }
        return (0.0..=1.0)
            .contains(&share)
            .then_some(share)
            .ok_or_else(|| UntilError::new(text, "0 to 1, or 0% to 100%, would do"));
    };
    let whole = number(percent)?;
    // Read as a decimal: 95.7 % is the fraction nearest to 957 of 1,000.
    let share = format!("{}e-2", percent.trim()).parse().unwrap_or(whole / 100.0);
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err(UntilError::new(text, "0% to 100% would do"))
    }
}

#[cfg(test)]
mod tests {
    use super::read_until;
    use crate::telemetry::{Bound, Until, UntilGoal};

    fn read(text: &str) -> Until {
        read_until(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn refusal(text: &str) -> String {
        read_until(text).expect_err(text).to_string()
    }

    #[test]
    fn each_form_is_read() {
        for (text, goal) in [
            ("a=0.5", UntilGoal::Output(0.5)),
            ("a = .5", UntilGoal::Output(0.5)),
            ("a=-5.", UntilGoal::Output(-5.0)),
            ("accuracy=95 %", UntilGoal::Accuracy(0.95, Bound::Reached)),
            ("accuracy=95%", UntilGoal::Accuracy(0.95, Bound::Reached)),
            ("accuracy>=0.95", UntilGoal::Accuracy(0.95, Bound::Reached)),
            ("accuracy > 95.7 %", UntilGoal::Accuracy(957.0 / 1000.0, Bound::Passed)),
            ("accuracy=.5%", UntilGoal::Accuracy(0.005, Bound::Reached)),
            ("accuracy=5.%", UntilGoal::Accuracy(0.05, Bound::Reached)),
            ("epoch=40", UntilGoal::Epoch(40)),
            ("step=300", UntilGoal::Step(300)),
            ("cost<0.1", UntilGoal::Cost(0.1, Bound::Passed)),
            ("cost<=1e-3", UntilGoal::Cost(0.001, Bound::Reached)),
            ("no better for 5 epochs", UntilGoal::NoBetter(5)),
            ("no better for 1 epoch", UntilGoal::NoBetter(1)),
            ("no better for 12", UntilGoal::NoBetter(12)),
            ("no-better=5", UntilGoal::NoBetter(5)),
        ] {
            assert_eq!(read(text), Until { arm: None, goal }, "{text}");
        }
    }

    #[test]
    fn the_name_of_an_arm_may_come_first() {
        let arm = |name: &str| Some(name.to_owned());
        assert_eq!(read("quadratic.accuracy=95%").arm, arm("quadratic"));
        assert_eq!(read("v1.2.cost<0.1").arm, arm("v1.2"));
        assert_eq!(read("cross-entropy.no better for 5 epochs").arm, arm("cross-entropy"));
        assert_eq!(read("cross-entropy.no-better=5").arm, arm("cross-entropy"));
        // Steps and epochs are those of all arms.
        assert!(refusal("quadratic.epoch=4").starts_with("found \"quadratic.epoch=4\"; a=0.5"));
    }

    #[test]
    fn what_is_written_reads_back() {
        for goal in [
            UntilGoal::Output(0.1 + 0.2),
            UntilGoal::Accuracy(0.957, Bound::Reached),
            UntilGoal::Accuracy(1.0 / 3.0, Bound::Passed),
            UntilGoal::Accuracy(1.0, Bound::Reached),
            UntilGoal::Accuracy(0.0, Bound::Passed),
            UntilGoal::Epoch(40),
            UntilGoal::Step(1 << 50),
            UntilGoal::Cost(1e-300, Bound::Passed),
            UntilGoal::Cost(0.25, Bound::Reached),
            UntilGoal::NoBetter(7),
        ] {
            for arm in [None, Some("x.y".to_owned())] {
                let until = Until { arm: arm.filter(|_| goal.is_of_arms()), goal };
                assert_eq!(read(&until.to_string()), until, "{until}");
            }
        }
        for n in 0..=1000_u32 {
            let goal = UntilGoal::Accuracy(f64::from(n) / 1000.0, Bound::Reached);
            let until = Until { arm: None, goal };
            assert_eq!(read(&until.to_string()), until, "{until}");
            assert!(until.to_string().len() <= "accuracy=99.9%".len(), "{until}");
        }
    }

    #[test]
    fn a_wrong_condition_is_refused_with_what_would_do() {
        let forms = "a=0.5, accuracy=95%, cost<0.1, epoch=40, step=300 or no better for 5 epochs";
        for text in ["", "95%", "loss<0.1", "no better", "a.b", "x no better for 5 epochs", ".a=1"]
        {
            assert_eq!(refusal(text), format!("found \"{text}\"; {forms} would do"));
        }
        for (text, error) in [
            ("a=0,5", "found \"0,5\"; 0.5 would do"),
            ("a=", "found \"\"; a number would do"),
            ("a=inf", "found \"inf\"; a number would do"),
            ("cost<1e999", "found \"1e999\"; a number would do"),
            ("accuracy=95", "found \"95\"; 95% or 0.95 would do"),
            ("accuracy=950", "found \"950\"; 0 to 1, or 0% to 100%, would do"),
            ("accuracy=101 %", "found \"101 %\"; 0% to 100% would do"),
            ("accuracy=95,5 %", "found \"95,5\"; 95.5 would do"),
            ("epoch=1.5", "found \"1.5\"; the number of an epoch would do"),
            ("step=0", "found \"0\"; the number of a step would do"),
            ("no-better=0", "found \"0\"; a whole number of epochs from 1 would do"),
        ] {
            assert_eq!(refusal(text), error, "{text}");
        }
        for text in ["a<0.5", "accuracy<5%", "cost>1", "epoch>4", "step<3"] {
            let refusal = refusal(text);
            assert!(refusal.starts_with(&format!("found \"{text}\"; ")), "{refusal}");
            assert!(refusal.contains("would do: a condition is met where it begins"), "{refusal}");
        }
    }
}
