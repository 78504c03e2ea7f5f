//! Ages in words.

use std::time::Duration;

/// Returns an age in words, in its largest unit.
pub(super) fn ago(age: Duration) -> String {
    let (seconds, minutes) = (age.as_secs(), age.as_secs() / 60);
    let (count, unit) = match minutes {
        0 if seconds < 10 => return "just now".to_owned(),
        0 => (seconds, "second"),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ago;

    #[test]
    fn an_age_is_printed_in_its_largest_unit() {
        let of = |seconds| ago(Duration::from_secs(seconds));
        assert_eq!(of(9), "just now");
        assert_eq!(of(40), "40 seconds ago");
        assert_eq!(of(60), "1 minute ago");
        assert_eq!(of(3599), "59 minutes ago");
        assert_eq!(of(2 * 3600), "2 hours ago");
        assert_eq!(of(86_400), "1 day ago");
        assert_eq!(of(40 * 86_400), "40 days ago");
    }
}
