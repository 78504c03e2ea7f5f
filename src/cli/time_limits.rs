//! Scales the time limits for terminals, disks and threads at the end of the program.
//!
//! The limits stand beside what they are about and are meant for an idle machine. On one that is far
//! busier, `XENTVIZ_PATIENCE` multiplies them all: nothing that is under way is then given up because the
//! machine had other things to do.

use std::sync::OnceLock;
use std::time::Duration;

use crate::cli::environment::{Environment, environment, var};
use crate::cli::error_report::UsageError;

/// The variable, and the most that it may say.
const VARIABLE: &str = "XENTVIZ_PATIENCE";
const MOST: u32 = 1000;

/// The limit as the user has multiplied it.
pub(super) fn patience(limit: Duration) -> Duration {
    static FACTOR: OnceLock<u32> = OnceLock::new();
    // What cannot be read has been refused before anything is waited for.
    limit * *FACTOR.get_or_init(|| factor(&environment).unwrap_or(1))
}

/// Refuses a factor that cannot be.
///
/// # Errors
/// If the variable says something else than a whole number from 1 to [`MOST`].
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
    fn a_factor_is_a_whole_number_and_one_where_nothing_is_said() {
        let text = |value: &'static str| factor(&move |_: &str| Some(OsString::from(value)));
        assert_eq!(factor(&|_| None).expect("it is 1"), 1);
        assert_eq!((text("").expect("it is 1"), text(" 20").expect("it is a number")), (1, 20));
        for value in ["0", "1001", "-1", "1.5", "long"] {
            let refused = text(value).expect_err("it cannot be").to_string();
            let wanted =
                format!("XENTVIZ_PATIENCE={value}: a whole number from 1 to 1000 would do");
            assert_eq!(refused, wanted);
        }
    }
}
