//! Reads how much memory the states may take to which time can return: `XENTVIZ_TIME_MEMORY`, in MiB.

use crate::cli::environment::{Environment, environment, var};
use crate::cli::error_report::UsageError;

const VARIABLE: &str = "XENTVIZ_TIME_MEMORY";

/// Returns the bytes that the user allows, if the variable is set.
pub(super) fn time_memory() -> Option<u64> {
    // An invalid value was refused at the start of the program.
    bytes(&environment).ok().flatten()
}

/// Refuses an invalid value.
///
/// # Errors
/// Returns an error if the variable is not a whole number.
pub(super) fn check() -> Result<(), UsageError> {
    bytes(&environment).map(drop)
}

fn bytes(environment: &Environment<'_>) -> Result<Option<u64>, UsageError> {
    let Some(text) = var(environment, VARIABLE) else { return Ok(None) };
    let number: Option<u32> = text.trim().parse().ok();
    let number = number.ok_or_else(|| {
        UsageError::new(format!("{VARIABLE}={text}: a whole number of MiB would do"))
    })?;
    Ok(Some(u64::from(number) << 20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_of_mebibytes_is_read_and_anything_else_refused() {
        let of = |value: Option<&'static str>| {
            bytes(&move |name: &str| (name == VARIABLE).then(|| value.map(Into::into)).flatten())
        };
        assert_eq!(of(None).unwrap(), None);
        assert_eq!(of(Some("64")).unwrap(), Some(64 << 20));
        assert_eq!(of(Some("0")).unwrap(), Some(0));
        for wrong in ["-1", "64M", "many"] {
            let refusal = of(Some(wrong)).unwrap_err().to_string();
            assert!(refusal.starts_with(&format!("XENTVIZ_TIME_MEMORY={wrong}: ")), "{refusal}");
        }
    }
}
