//! The interval at which a run saves its networks while it trains: `10` epochs, or a time: `30s`,
//! `5m`, `1.5h`.

use std::str::FromStr;
use std::time::Duration;

/// The interval between checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Interval {
    /// A number of epochs, at least 1.
    Epochs(u64),
    /// A time greater than zero.
    Time(Duration),
}

/// The units of time, with their seconds.
const UNITS: [(char, f64); 3] = [('s', 1.0), ('m', 60.0), ('h', 3600.0)];

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || "epochs, as in 10, or a time, as in 30s, 5m or 1.5h, would do".to_owned();
        let unit =
            UNITS.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(*unit)?, seconds)));
        let Some((number, seconds)) = unit else {
            let epochs = text.parse().ok().filter(|epochs| *epochs > 0);
            return epochs.map(Self::Epochs).ok_or_else(refused);
        };
        let is_plain = number.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
        let number: Option<f64> = number.parse().ok().filter(|_| is_plain);
        let time = number.and_then(|n| Duration::try_from_secs_f64(n * seconds).ok());
        time.filter(|time| !time.is_zero()).map(Self::Time).ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Interval;

    #[test]
    fn an_interval_is_a_number_of_epochs_or_a_time() {
        for (text, expected) in [
            ("1", Interval::Epochs(1)),
            ("10", Interval::Epochs(10)),
            ("30s", Interval::Time(Duration::from_secs(30))),
            ("5m", Interval::Time(Duration::from_secs(300))),
            ("1.5h", Interval::Time(Duration::from_secs(5400))),
            ("0.001s", Interval::Time(Duration::from_millis(1))),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in
            ["", "0", "-1", "1.5", "s", "0s", "-1s", "infs", "nans", "1e3s", "5 m", "5d", "m5"]
        {
            let refused = text.parse::<Interval>().expect_err("the text is no interval");
            assert_eq!(refused, "epochs, as in 10, or a time, as in 30s, 5m or 1.5h, would do");
        }
    }
}
