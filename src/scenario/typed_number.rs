//! Numbers as people type them, which TOML does not accept: `.5`, `5.`, `+.5`, and `1,5` for `1.5`.

/// Characters of numbers as they are typed, comma included.
const CHARACTERS: &str = "0123456789.,+-eE_";

/// Returns the text with a digit on both sides of each decimal point: `[.5, 5.]` becomes `[0.5, 5.0]`.
/// Everything that is no number stays as it is.
pub(super) fn completed(text: &str) -> String {
    let is_outside = |c: char| c == ',' || !CHARACTERS.contains(c);
    let mut whole = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(begin) = rest.find(|c| !is_outside(c)) {
        let (before, number) = rest.split_at(begin);
        let (number, after) = number.split_at(number.find(is_outside).unwrap_or(number.len()));
        whole.push_str(before);
        let is_alone =
            !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        match with_digits(number).filter(|_| is_alone) {
            Some(number) => whole.push_str(&number),
            None => whole.push_str(number),
        }
        rest = after;
    }
    whole.push_str(rest);
    whole
}

/// Returns the number that is meant by a text that TOML does not accept: `0.5` for `.5`, `1.5` for `1,5`.
pub(super) fn meant_number(text: &str) -> Option<String> {
    let text = text.trim();
    let pointed = text.replacen(',', ".", 1);
    let is_number = |text: &str| toml::from_str::<toml::Table>(&format!("v = {text}")).is_ok();
    let numeric = |text: &str| text.chars().all(|c| c != ',' && CHARACTERS.contains(c));
    let whole = with_digits(&pointed).unwrap_or(pointed);
    (whole != text && numeric(&whole) && is_number(&whole)).then_some(whole)
}

/// Returns the number in `text` around the byte at `offset`, and the number that is meant by it.
pub(super) fn meant_at(text: &str, offset: usize) -> Option<(&str, String)> {
    let is_outside = |c: char| !CHARACTERS.contains(c);
    let (before, after) = text.split_at_checked(offset)?;
    let begin = before
        .rfind(is_outside)
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let end = offset + after.find(is_outside).unwrap_or(after.len());
    let around = &text[begin..end];
    // In a list, a comma separates two numbers.
    let is_value = text[..begin].trim_end().ends_with('=');
    if is_value {
        return meant_number(around).map(|meant| (around, meant));
    }
    let mut numbers = around.split(',').filter(|number| !number.is_empty());
    numbers.find_map(|number| Some((number, meant_number(number)?)))
}

/// Returns a number whose decimal point lacks digits on one side, with a 0 there.
fn with_digits(number: &str) -> Option<String> {
    let unsigned = number.strip_prefix(['+', '-']).unwrap_or(number);
    let sign = &number[..number.len() - unsigned.len()];
    let (mantissa, exponent) =
        unsigned.split_at(unsigned.find(['e', 'E']).unwrap_or(unsigned.len()));
    let (whole, fraction) = mantissa.split_once('.')?;
    let is_whole = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    match (whole, fraction) {
        ("", "") => None,
        ("", fraction) if is_whole(fraction) => Some(format!("{sign}0.{fraction}{exponent}")),
        (whole, "") if is_whole(whole) => Some(format!("{sign}{whole}.0{exponent}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{completed, meant_at, meant_number};

    #[test]
    fn a_point_gets_digits_on_both_sides() {
        for (typed, whole) in [
            (".5", "0.5"),
            ("5.", "5.0"),
            ("+.5", "+0.5"),
            ("-.5", "-0.5"),
            (".5e-3", "0.5e-3"),
            ("5.E3", "5.0E3"),
            ("[[.5,-1.], [ .25 ]]", "[[0.5,-1.0], [ 0.25 ]]"),
            ("0.5", "0.5"),
            (".", "."),
            ("..5", "..5"),
            ("a.5", "a.5"),
            (".5x", ".5x"),
            ("1.2.", "1.2."),
            ("relu", "relu"),
            ("é.5", "é.5"),
            ("", ""),
        ] {
            assert_eq!(completed(typed), whole, "{typed}");
        }
    }

    #[test]
    fn the_number_that_is_meant_is_found() {
        for (typed, meant) in [
            (".5", Some("0.5")),
            ("1,5", Some("1.5")),
            ("-,5", Some("-0.5")),
            ("1,5e-3", Some("1.5e-3")),
            ("1,5,6", None),
            ("0.5", None),
            ("x", None),
            ("1.000,5", None),
            ("", None),
            (",", None),
        ] {
            assert_eq!(meant_number(typed).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn the_number_around_a_place_is_found() {
        for (text, at, found) in [
            ("eta = .5", 6, Some((".5", "0.5"))),
            ("eta = 1,5 # é", 7, Some(("1,5", "1.5"))),
            ("w = [1,.5]", 7, Some((".5", "0.5"))),
            ("w = [1,5]", 6, None),
            ("eta = 5.\n", 8, Some(("5.", "5.0"))),
            ("eta = é", 6, None),
            ("é", 1, None),
            ("", 0, None),
            ("", 9, None),
        ] {
            let meant = meant_at(text, at);
            assert_eq!(
                meant.as_ref().map(|(here, meant)| (*here, meant.as_str())),
                found,
                "{text}"
            );
        }
    }
}
