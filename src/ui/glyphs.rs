//! What every character of the screens becomes where only ASCII can be shown.

/// The marks of the arms, with what stands for them in ASCII.
const MARKS: [(char, char); 4] = [('●', 'o'), ('◆', '+'), ('▲', '^'), ('■', '#')];
/// The same for something foreseen.
const FORESEEN: [(char, char); 4] = [('○', 'O'), ('◇', '*'), ('△', 'A'), ('□', 'H')];

/// The mark of an arm.
pub(crate) fn mark(arm: usize) -> (char, char) {
    MARKS[arm % MARKS.len()]
}

/// The mark of what is foreseen for an arm.
pub(crate) fn foreseen(arm: usize) -> (char, char) {
    FORESEEN[arm % FORESEEN.len()]
}

/// A text in ASCII alone.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        match letter {
            letter if letter.is_ascii() => out.push(letter),
            // Small letters and figures hang together: x₁₂ is x12, 10⁻¹² is 10^-12, wₖⱼ is w_kj.
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
            // In a formula a letter is enough; in a sentence it is not.
            'σ' if !matches!(letters.peek(), Some('′' | '(')) => out.push_str("sigma"),
            letter => out.push_str(stand_in(letter)),
        }
        before = letter;
    }
    out
}

/// What stands above the line.
fn raised(letter: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ";
    let at = RAISED.chars().position(|raised| raised == letter)?;
    "0123456789-T".chars().nth(at)
}

/// What stands below the line.
fn lowered(letter: char) -> Option<char> {
    const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉ⱼₖ";
    let at = LOWERED.chars().position(|lowered| lowered == letter)?;
    "0123456789jk".chars().nth(at)
}

fn stand_in(letter: char) -> &'static str {
    match letter {
        'η' => "eta",
        'λ' => "lambda",
        'σ' => "s",
        'δ' => "delta",
        '∂' => "d",
        '∇' => "grad ",
        'Σ' => "sum",
        '′' | '’' | '‘' => "'",
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
        '≥' => ">=",
        '≤' => "<=",
        '±' => "+-",
        '●' | '○' | '•' => "o",
        '◆' | '◇' | '┼' => "+",
        '▲' | '△' => "^",
        '■' | '□' => "#",
        '▶' | '▸' | '›' => ">",
        '‖' => "||",
        '▾' => "v",
        'κ' => "kappa",
        '‹' => "<",
        '✓' => "ok",
        '×' | '✗' => "x",
        '“' | '”' => "\"",
        _ => "?",
    }
}

/// A box's characters: horizontal, vertical, then the corners from the top left clockwise.
pub(crate) const BOX: [(char, char); 6] =
    [('─', '-'), ('│', '|'), ('╭', '+'), ('╮', '+'), ('╯', '+'), ('╰', '+')];
/// The vertical line at the newest step.
pub(crate) const NOW: (char, char) = ('┊', ':');
/// A gridline.
pub(crate) const GRID: (char, char) = ('·', '.');
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
/// The untouched part of a bar where it cannot be painted.
pub(crate) const TROUGH: (char, char) = ('░', '.');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulae_are_readable_in_ascii() {
        assert_eq!(plain("∂C/∂w = x · (a − y) · σ′(z)"), "dC/dw = x * (a - y) * s'(z)");
        assert_eq!(plain("½ η → λ"), "1/2 eta -> lambda");
        assert_eq!(plain("each neuron's place on σ"), "each neuron's place on sigma");
        assert_eq!(plain("‖∂C/∂w‖"), "||dC/dw||");
        assert_eq!(plain("Σₖ wₖⱼ δₖ · x₄₀₇²"), "sum_k w_kj delta_k * x407^2");
        assert_eq!(plain("÷ 4, to 1.2·10⁻¹³"), "/ 4, to 1.2*10^-13");
        assert!(plain("é 漢").is_ascii());
    }
}
