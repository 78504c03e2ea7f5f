//! Scales the time limits for terminals, disks and threads at the end of the program.
//!
//! Each limit is defined beside its use and is meant for an idle machine. On a busier one,
//! `XENTVIZ_PATIENCE` multiplies them all, so that pending work is not abandoned only because the
//! machine is busy.

use std::sync::OnceLock;
use std::time::Duration;

use crate::cli::environment::{Environment, environment, var};
use crate::cli::error_report::UsageError;

/// The variable, and its largest value.
const VARIABLE: &str = "XENTVIZ_PATIENCE";
const MOST: u32 = 1000;

/// Returns the limit, multiplied by the user's factor.
pub(super) fn patience(limit: Duration) -> Duration {
    static FACTOR: OnceLock<u32> = OnceLock::new();
    // An invalid value was refused at the start of the program.
    limit * *FACTOR.get_or_init(|| factor(&environment).unwrap_or(1))
}

/// Refuses an invalid factor.
///
/// # Errors
/// Returns an error if the variable is not a whole number from 1 to [`MOST`].
pub(super) fn check() -> Result<(), UsageError> {
    factor(&environment).map(drop)
}

fn factor(environment: &Environment<'_>) -> Result<u32, UsageError> {
    let Some(text) = var(environment, VARIABLE) else { return Ok(1) };
    let factor = text.trim().parse().ok().filter(|factor| (1..=MOST).contains(factor));
    factor.ok_or_else(|| {
        UsageError::new(format!("{VARIABLE}={text}: a whole number from 1 to {MOST} would do"))
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::factor;

    #[test]
    fn a_factor_is_a_whole_number_and_1_by_default() {
        let text = |value: &'static str| factor(&move |_: &str| Some(OsString::from(value)));
        assert_eq!(factor(&|_| None).expect("the default is valid"), 1);
        assert_eq!(
            (text("").expect("the default is valid"), text(" 20").expect("20 is valid")),
            (1, 20)
        );
        for value in ["0", "1001", "-1", "1.5", "long"] {
            let refused = text(value).expect_err("the value is invalid").to_string();
            let wanted =
                format!("XENTVIZ_PATIENCE={value}: a whole number from 1 to 1000 would do");
            assert_eq!(refused, wanted);
        }
    }
}
