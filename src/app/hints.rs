//! The text of the footer and of the help, derived from the key tables.

use crate::app::App;
use crate::app::keymap::{Line, LineAction, active_lines, binding, lines};
use crate::canvas::{Glyphs, displayable};
use crate::views::{Key, KeyLine, KeyScope, Tab};

/// A heading of the help and the keys under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelpSection {
    /// Where these keys work: `everywhere`, `in Weights`.
    pub title: String,
    /// The keys, each with its description.
    pub rows: Vec<(String, String)>,
}

/// A hint in the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The names of the keys.
    pub keys: String,
    /// The keys, in the order of their names.
    pub(crate) bound: Vec<Key>,
    /// The effect of the keys.
    pub words: String,
    /// Whether the hint stays however narrow the screen is.
    pub stays: bool,
    /// Whether the keys open a view, which the row of tabs shows too.
    pub opens_view: bool,
}

/// Returns the keys that work at the moment with their effects, the most important first.
pub fn footer(app: &App) -> Vec<Hint> {
    let lines = lines(app);
    let mut found: Vec<((u8, &'static str), Vec<&Line>)> = Vec::new();
    for line in active_lines(app, &lines) {
        let is_bound = is_bound(app, &lines, line) && !is_refused(app, line);
        let Some(words) = line.keys.footer.filter(|_| is_bound) else { continue };
        match found.iter_mut().find(|(meaning, _)| *meaning == words) {
            Some((_, lines)) => lines.push(line),
            None => found.push((words, vec![line])),
        }
    }
    found.sort_by_key(|((rank, _), _)| *rank);
    let glyphs = app.shared.appearance.glyphs;
    let hints = found.into_iter().map(|((_, words), lines)| {
        let keys = lines.iter().filter_map(|line| line.keys.keys.first().copied());
        let stays = lines.iter().any(|line| line.keys.stays);
        let opens_view = lines.iter().all(|line| matches!(line.does, LineAction::Show(_)));
        let bound: Vec<Key> = keys.collect();
        let keys = names(bound.iter().copied(), glyphs);
        Hint { keys, bound, words: plain(words, glyphs), stays, opens_view }
    });
    hints.collect()
}

/// Returns whether a line is the active binding of its first key.
fn is_bound(app: &App, lines: &[Line], line: &Line) -> bool {
    let bound = line.keys.keys.first().and_then(|key| binding(app, lines, *key));
    bound.is_some_and(|bound| std::ptr::eq(bound, line))
}

/// Returns whether a line would change the run while a recording plays.
fn is_refused(app: &App, line: &Line) -> bool {
    let changes_run = matches!(line.does, LineAction::App(action) if action.changes_run());
    changes_run && app.shared.is_replaying()
}

/// Returns the name on a tab, with the key that opens it.
pub(crate) fn tab_name(app: &App, tab: Tab) -> String {
    let texts = app.views.get(tab).texts();
    let key = texts.key.first().map(|key| key.name(Glyphs::Braille)).unwrap_or_default();
    format!("{key} {}", texts.name)
}

/// Returns every key, grouped by where it works, as the help shows them. The keys of the open view
/// come first.
pub fn help(app: &App) -> Vec<HelpSection> {
    let lines = lines(app);
    let section = |title: String, is_in: &dyn Fn(&Line) -> bool| HelpSection {
        title,
        rows: rows(lines.iter().filter(|line| is_in(line)), app.shared.appearance.glyphs),
    };
    let of_view = |tab: Tab| {
        let name = app.views.get(tab).texts().name;
        let is_in = move |line: &Line, scope| {
            matches!(line.does, LineAction::View(of, _) if of == tab) && line.keys.scope == scope
        };
        let titles = [
            (format!("in {name}"), KeyScope::View),
            (format!("in {name}, while the cursor has the arrows"), KeyScope::Cursor),
        ];
        titles.map(|(title, scope)| section(title, &|line| is_in(line, scope)))
    };
    let in_scopes = |title: &str, scopes: &[KeyScope]| {
        section(title.to_owned(), &|line| scopes.contains(&line.keys.scope))
    };
    let others = Tab::ALL.iter().filter(|tab| **tab != app.tab);
    let mut sections: Vec<HelpSection> = of_view(app.tab).into();
    sections.push(in_scopes("everywhere", &[KeyScope::Everywhere, KeyScope::Always]));
    sections.push(written(SIGNS_TITLE, &SIGNS, app.shared.appearance.glyphs));
    let replay = written(REPLAY_TITLE, &REPLAY, app.shared.appearance.glyphs);
    let at = if app.shared.is_replaying() { 0 } else { sections.len() };
    sections.insert(at, replay);
    sections.extend(others.flat_map(|tab| of_view(*tab)));
    sections.push(in_scopes("in this help", &[KeyScope::Help]));
    sections.push(in_scopes("in the list of branches", &[KeyScope::Branches]));
    sections.push(in_scopes("in the list of scenarios", &[KeyScope::Picker]));
    sections.push(in_scopes("in a line being typed", &[KeyScope::Prompt]));
    sections.retain(|section| !section.rows.is_empty());
    sections
}

/// The marks and words on the screens, with their meaning.
const SIGNS: [(&str, &str); 27] = [
    ("arm", "a network and its cost; all see the same data"),
    ("● ◆ ▲ ■", "the arms: at the ends of curves and on maps"),
    ("○ ◇ △ □", "when an arm will pass a = ½"),
    ("╌ ─ ━", "a wire: |w| below 0.5, below 2, from 2 on"),
    ("○─●", "w from start to now; ◎ several, named right"),
    ("violet, green", "below and above 0, or ½ for outputs"),
    ("○ ● ✗", "on the plane: target 0, target 1, a mistake"),
    ("▵ ▴", "the same of the training set, beside a test set"),
    ("light line", "on the plane: the border between the answers"),
    ("½", "the epoch after which |a − y| is at most ½"),
    ("▾", "η was changed here"),
    ("┊", "now"),
    ("a b c", "ghosts, other courses of the run: g lists them"),
    ("faint curve", "mean cost of the mini-batches"),
    ("dotted curve", "cost over the test set; ↓ its least"),
    ("×2.8 ●", "2.8 times as large as that of ●"),
    ("η", "learning rate: a step is η times the gradient"),
    ("book-rule", "an arm that steps by ∂C/∂a, not by the gradient"),
    ("calibrated η", "0.2111 of quadratic's: both as fast from z = 1.5"),
    ("z, a", "weighted input w·x + b; output a = σ(z)"),
    ("σ(z)", "1/(1 + e^−z), the sigmoid; its slope is σ′"),
    ("δ", "∂C/∂z, by how much the cost pushes a neuron"),
    ("C₀", "cost at the start"),
    ("saturated", "its slope is under a tenth of the greatest"),
    ("right, wrong", "of an output: |a − y| under ½, or not"),
    ("seed", "number that all random numbers follow from"),
    ("red", "a small slope that holds a neuron up; a failure"),
];

/// The keys while a recording plays, which do otherwise than in a live run.
const REPLAY: [(&str, &str); 5] = [
    ("space", "hold / play on"),
    ("← → home", "hold, and look at what has been played"),
    ("end", "play on from where it stood"),
    ("T", "take over: live from here, the rest is left"),
    ("+ s r o …", "refused: what changes the run needs T first"),
];

/// The title of the section on recordings.
pub(super) const REPLAY_TITLE: &str = "while a recording plays (xentviz replay)";

/// Returns a section that is written out.
fn written(title: &str, rows: &[(&str, &str)], glyphs: Glyphs) -> HelpSection {
    let row = |(sign, words): &(&str, &str)| {
        let [sign, words] = [sign, words].map(|text| displayable(text, glyphs).into_owned());
        (sign, words)
    };
    HelpSection { title: title.to_owned(), rows: rows.iter().map(row).collect() }
}

/// The title of the section on the marks and words.
pub(super) const SIGNS_TITLE: &str = "marks and words";

/// Returns an upper bound on the lines of the help, including headings and the gaps between
/// sections.
pub(super) fn help_lines(app: &App) -> usize {
    help(app).iter().map(|section| section.rows.len() + 2).sum()
}

/// Returns the keys of some lines with their descriptions; consecutive lines with the same
/// description become one, and lines that stand in for others are left out.
fn rows<'l>(lines: impl Iterator<Item = &'l Line>, glyphs: Glyphs) -> Vec<(String, String)> {
    let lines: Vec<&KeyLine> =
        lines.map(|line| &line.keys).filter(|keys| keys.stands_in_for.is_none()).collect();
    lines
        .chunk_by(|one, next| one.help == next.help)
        .map(|same| {
            let longest = same.iter().map(|line| line.keys.len()).max().unwrap_or(0);
            let even = same.iter().all(|line| line.keys.len() == longest);
            let keys: Vec<Key> = if even {
                let nth = |n| same.iter().filter_map(move |line| line.keys.get(n).copied());
                (0..longest).flat_map(nth).collect()
            } else {
                same.iter().flat_map(|line| line.keys.iter().copied()).collect()
            };
            let meaning = same.first().map_or("", |line| line.help);
            (names(keys.into_iter(), glyphs), plain(meaning, glyphs))
        })
        .collect()
}

fn names(keys: impl Iterator<Item = Key>, glyphs: Glyphs) -> String {
    keys.map(|key| key.name(glyphs)).collect::<Vec<_>>().join(" ")
}

/// Replaces the characters in the words of the table that the glyph set cannot show.
pub(super) fn plain(words: &str, glyphs: Glyphs) -> String {
    if glyphs.is_mostly_ascii() {
        words.replace('η', "eta").replace('σ', "sigma").replace('…', "...").replace('▾', "v")
    } else {
        words.to_owned()
    }
}
