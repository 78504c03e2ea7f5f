//! The text of the footer and of the help, derived from the key table.

use crate::app::keymap::{Action, Binding, KEYMAP, Key, KeyScope, active_scopes, binding};
use crate::app::{App, View};
use crate::canvas::Glyphs;

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
    /// The effect of the keys.
    pub words: String,
    /// Whether the hint stays however narrow the screen is.
    pub stays: bool,
}

/// The sections of the help: a title, and the scopes whose keys it lists.
const SECTIONS: &[(&str, &[KeyScope])] = &[
    ("everywhere", &[KeyScope::Everywhere, KeyScope::Always]),
    ("in Equation", &[KeyScope::In(View::Equation)]),
    ("in Equation, while the cursor has the arrows", &[KeyScope::Cursor(View::Equation)]),
    ("in Weights", &[KeyScope::In(View::Weights)]),
    ("in Weights, while the cursor has the arrows", &[KeyScope::Cursor(View::Weights)]),
    ("in Surface", &[KeyScope::In(View::Surface)]),
    ("in Surface, while the cursor has the arrows", &[KeyScope::Cursor(View::Surface)]),
    ("in this help", &[KeyScope::Help]),
    ("in the list of scenarios", &[KeyScope::Picker]),
    ("in a line being typed", &[KeyScope::Prompt]),
];

/// Returns the keys that work at the moment with their effects, the most important first.
pub fn footer(app: &App) -> Vec<Hint> {
    let mut found: Vec<((u8, &'static str), Vec<&'static Binding>)> = Vec::new();
    for scope in active_scopes(app) {
        for line in KEYMAP.iter().filter(|line| line.scope == scope && works(app, line)) {
            let Some(words) = (line.footer)(app) else { continue };
            match found.iter_mut().find(|(meaning, _)| *meaning == words) {
                Some((_, lines)) => lines.push(line),
                None => found.push((words, vec![line])),
            }
        }
    }
    found.sort_by_key(|((rank, _), _)| *rank);
    let glyphs = app.look.glyphs;
    let hints = found.into_iter().map(|((_, words), lines)| {
        let keys = lines.iter().filter_map(|line| line.keys.first().copied());
        let stays = lines.iter().any(|line| line.stays);
        Hint { keys: names(keys, glyphs), words: plain(words, glyphs), stays }
    });
    hints.collect()
}

/// Returns whether a line of the table is the active binding of its first key.
fn works(app: &App, line: &'static Binding) -> bool {
    let meant = line.keys.first().and_then(|key| binding(app, *key));
    meant.is_some_and(|meant| std::ptr::eq(meant, line))
}

/// Returns the key that opens a view, for its tab.
pub(crate) fn view_key(view: View) -> String {
    let line = KEYMAP.iter().find(|line| line.action == Action::Show(view));
    let key = line.and_then(|line| line.keys.first());
    key.map(|key| key.name(Glyphs::Braille)).unwrap_or_default()
}

/// Returns every key, grouped by where it works, as the help shows them.
pub fn help(app: &App) -> Vec<HelpSection> {
    let glyphs = app.look.glyphs;
    let section = |(title, active_scopes): &(&str, &[KeyScope])| HelpSection {
        title: (*title).to_owned(),
        rows: active_scopes.iter().flat_map(|scope| rows(*scope, glyphs)).collect(),
    };
    // The keys of the open view come first.
    let is_here = |active_scopes: &[KeyScope]| {
        active_scopes.iter().any(
            |scope| matches!(scope, KeyScope::In(view) | KeyScope::Cursor(view) if *view == app.view),
        )
    };
    let (here, rest): (Vec<_>, Vec<_>) =
        SECTIONS.iter().partition(|(_, active_scopes)| is_here(active_scopes));
    here.into_iter().chain(rest).map(section).collect()
}

/// Returns an upper bound on the lines of the help, including headings and the gaps between
/// sections.
pub(super) fn help_lines(app: &App) -> usize {
    help(app).iter().map(|section| section.rows.len() + 2).sum()
}

/// Returns the keys of one scope with their descriptions; consecutive lines with the same
/// description become one.
fn rows(scope: KeyScope, glyphs: Glyphs) -> Vec<(String, String)> {
    let lines: Vec<&Binding> = KEYMAP.iter().filter(|line| line.scope == scope).collect();
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
    if glyphs.is_spelt() {
        words.replace('η', "eta").replace('σ', "sigma").replace('…', "...").replace('▾', "v")
    } else {
        words.to_owned()
    }
}
