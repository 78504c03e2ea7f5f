//! ASCII replacements of all characters on the screens.

use unicode_width::UnicodeWidthChar;

/// The marks of the arms, with their ASCII replacements.
const MARKS: [(char, char); 4] = [('●', 'o'), ('◆', '+'), ('▲', '^'), ('■', '#')];
/// The same for a foreseen point.
const FORESEEN: [(char, char); 4] = [('○', 'O'), ('◇', '*'), ('△', 'A'), ('□', 'H')];

/// Returns the mark of an arm.
pub(crate) fn mark(arm: usize) -> (char, char) {
    MARKS[arm % MARKS.len()]
}

/// Returns the mark of a foreseen point of an arm.
pub(crate) fn foreseen(arm: usize) -> (char, char) {
    FORESEEN[arm % FORESEEN.len()]
}

/// Replaces every character of a text by ASCII.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        match letter {
            letter if letter.is_ascii() => out.push(letter),
            // What stands for a letter stands for its accents, too.
            mark if mark.width() == Some(0) => continue,
            // Adjacent superscripts or subscripts stay together: x₁₂ is x12, 10⁻¹² is 10^-12, wₖⱼ
            // is w_kj.
            letter if raised(letter).is_some() => {
                if raised(before).is_none() {
                    out.push('^');
                }
                out.extend(raised(letter));
            }
            letter if lowered(letter).is_some() => {
                let small = lowered(letter).unwrap_or('?');
                if small.is_ascii_alphabetic() && lowered(before).is_none() {
                    out.push('_');
                }
                out.push(small);
            }
            // In a formula three letters are enough; in a sentence it is spelt out.
            'σ' if !matches!(letters.peek(), Some('′' | '(')) => push_word(&mut out, "sigma"),
            letter => push_word(&mut out, stand_in(letter)),
        }
        before = letter;
    }
    out
}

/// Appends the replacement of a letter; a space separates a word from the letter before it: ηλ is
/// `eta lambda`, xⱼδ is `x_j delta`.
fn push_word(out: &mut String, word: &str) {
    let is_word = word.len() > 1 && word.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if is_word && out.ends_with(|letter: char| letter.is_ascii_alphanumeric()) {
        out.push(' ');
    }
    out.push_str(word);
}

/// Returns the plain character of a superscript.
fn raised(letter: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ";
    let at = RAISED.chars().position(|raised| raised == letter)?;
    "0123456789-T".chars().nth(at)
}

/// Returns the plain character of a subscript.
fn lowered(letter: char) -> Option<char> {
    const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉ⱼₖₓ";
    let at = LOWERED.chars().position(|lowered| lowered == letter)?;
    "0123456789jkx".chars().nth(at)
}

fn stand_in(letter: char) -> &'static str {
    match letter {
        'η' => "eta",
        'λ' => "lambda",
        'σ' => "sig",
        'δ' => "delta",
        '∂' => "d",
        '∇' => "grad ",
        'Σ' => "sum",
        '′' | '’' | '‘' => "'",
        '″' => "''",
        '∞' => "inf",
        '½' => "1/2",
        '¼' => "1/4",
        '·' => "*",
        '÷' | '╱' => "/",
        '−' | '–' | '‐' => "-",
        '—' => "--",
        '…' => "...",
        '→' => "->",
        '←' => "<-",
        '↑' => "up",
        '↓' => "down",
        'ε' => "eps",
        '≈' => "~",
        '≠' => "!=",
        '≥' => ">=",
        '≤' => "<=",
        '±' => "+-",
        '●' | '○' | '◌' | '◦' => "o",
        '•' => ".",
        '◆' | '◇' => "+",
        '▵' | '▾' => "v",
        '▴' => "V",
        '◎' => "&",
        '┼' => "|",
        '▲' | '△' => "^",
        '■' | '□' => "#",
        '▶' | '▷' | '▸' | '›' => ">",
        '‖' => "||",
        'κ' => "kappa",
        '◀' | '‹' => "<",
        '✓' => "ok",
        '√' => "sqrt",
        '×' | '✗' => "x",
        '“' | '”' => "\"",
        _ => "?",
    }
}

/// The characters of a box: horizontal, vertical, then the corners clockwise from the top left.
pub(crate) const BOX: [(char, char); 6] =
    [('─', '-'), ('│', '|'), ('╭', '+'), ('╮', '+'), ('╯', '+'), ('╰', '+')];
/// A line from which another starts to the right.
pub(crate) const JUNCTION: (char, char) = ('├', '+');
/// Two lines that cross.
pub(crate) const CROSSING: (char, char) = ('┼', '+');
/// The vertical line at the newest step.
pub(crate) const NOW: (char, char) = ('┊', ':');
/// A gridline.
pub(crate) const GRID: (char, char) = ('·', '.');
/// A piece of a quiet line.
pub(crate) const DASH: (char, char) = ('╌', '-');
/// A change of η on a chart.
pub(crate) const CHANGE: (char, char) = ('▾', 'v');
/// Eighths of a cell from the left.
pub(crate) const EIGHTHS: [(char, char); 8] = [
    ('▏', ' '),
    ('▎', '-'),
    ('▍', '-'),
    ('▌', '='),
    ('▋', '='),
    ('▊', '='),
    ('▉', '#'),
    ('█', '#'),
];
/// Eighths of a cell from the bottom.
pub(crate) const RISES: [(char, char); 8] = [
    ('▁', '_'),
    ('▂', '_'),
    ('▃', '.'),
    ('▄', '.'),
    ('▅', 'o'),
    ('▆', 'o'),
    ('▇', '#'),
    ('█', '#'),
];
/// The end of a decade on a bar.
pub(crate) const TICK: (char, char) = ('╵', '|');
/// The empty part of a bar, if it cannot be painted.
pub(crate) const TROUGH: (char, char) = ('░', '.');

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use unicode_width::UnicodeWidthChar;

    use super::*;

    /// Collects the source of a folder's files, without comments and tests.
    fn sources(folder: &Path, into: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the source can be listed") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.file_name().is_some_and(|name| name != "tests.rs") {
                let text = fs::read_to_string(&path).expect("a source file can be read");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                into.push(code.lines().map(|l| l.split("//").next().unwrap_or(l)).collect());
            }
        }
    }

    #[test]
    fn every_drawn_character_is_one_column_wide_and_has_an_ascii_replacement() {
        let mut files = Vec::new();
        for room in ["src/canvas", "src/views", "src/app", "src/ui"] {
            sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(room), &mut files);
        }
        let mut seen = 0;
        for text in files {
            for (at, letter) in text.char_indices().filter(|(_, letter)| !letter.is_ascii()) {
                assert_eq!((letter.width(), letter), (Some(1), letter));
                // A character of a pair, or of frames and blocks, brings its replacement with it.
                let rest = &text[at + letter.len_utf8()..];
                let is_paired = rest.starts_with("', '") || ('─'..='▟').contains(&letter);
                assert!(is_paired || plain(&letter.to_string()) != "?", "{letter}");
                seen += 1;
            }
        }
        assert!(seen > 100, "{seen}");
    }

    #[test]
    fn formulae_are_readable_in_ascii() {
        assert_eq!(plain("∂C/∂w = x · (a − y) · σ′(z)"), "dC/dw = x * (a - y) * sig'(z)");
        assert_eq!(plain("½ η → λ"), "1/2 eta -> lambda");
        assert_eq!(plain("each neuron's place on σ"), "each neuron's place on sigma");
        assert_eq!(plain("‖∂C/∂w‖"), "||dC/dw||");
        assert_eq!(plain("Σₖ wₖⱼ δₖ · x₄₀₇²"), "sum_k w_kj delta_k * x407^2");
        assert_eq!(plain("÷ 4, to 1.2·10⁻¹³"), "/ 4, to 1.2*10^-13");
        assert_eq!(plain("ηλ/n, xⱼδ, −η, ½η"), "eta lambda/n, x_j delta, -eta, 1/2 eta");
        assert!(plain("é 漢").is_ascii());
    }
}
