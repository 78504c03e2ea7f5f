//! The commands of `:`: the named bindings of the key table, and the commands with an argument.

use strsim::levenshtein;

use crate::app::hints::plain;
use crate::app::keymap::{Action, Line, LineAction, is_active, lines};
use crate::app::{App, CopyTo, Effect};
use crate::canvas::{Glyphs, ThemeName};
use crate::telemetry::{Command, Metric};

/// A command with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommandName {
    Save,
    SaveOver,
    Open,
    Load,
    Set,
    Pace,
    GoTo,
    Until,
    Eta,
    Theme,
    Glyphs,
    Copy,
    CopyOver,
    Share,
    ShareOver,
    SavePoints,
    SavePointsOver,
}

/// Each command's name, its argument, and a description.
const VERBS: &[(CommandName, &str, &str, &str)] = &[
    (CommandName::Save, "save", "NAME", "write the scenario as altered and its models"),
    (CommandName::SaveOver, "save!", "NAME", "the same, over files that are there"),
    (CommandName::Open, "open", "NAME", "a built-in scenario, or a path"),
    (
        CommandName::Load,
        "load",
        "FILE",
        "start the arms from a saved model, or {arm} from each its own",
    ),
    (CommandName::Set, "set", "KEY=VALUE", "any key of the scenario"),
    (CommandName::Pace, "pace", "EPOCHS", "epochs shown a second, or max"),
    (CommandName::GoTo, "goto", "EPOCH", "to an epoch in time, or with step=N to a step"),
    (CommandName::Until, "until", "CONDITION", "train until accuracy=95%, epoch=40, …, and pause"),
    (CommandName::Eta, "eta", "VALUE", "learning rate of the chosen arm"),
    (CommandName::Theme, "theme", "dark|light", "the colours"),
    (CommandName::Glyphs, "glyphs", "braille|block|narrow|ascii", "the characters"),
    (CommandName::Copy, "copy", "FILE", "write what the view reads to a file"),
    (CommandName::CopyOver, "copy!", "FILE", "the same, over a file that is there"),
    (CommandName::Share, "share", "[FILE]", "copy the command line that shows this again"),
    (CommandName::ShareOver, "share!", "FILE", "write it over a file that is there"),
    (CommandName::SavePoints, "save-points", "FILE", "the training points of the plane as CSV"),
    (CommandName::SavePointsOver, "save-points!", "FILE", "the same, over a file that is there"),
];

/// The result of parsing a line typed after `:`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ParsedCommand {
    /// An action that a key can also trigger.
    Perform(LineAction),
    /// An effect to carry out immediately.
    Do(Effect),
    /// Another theme.
    Theme(ThemeName),
    /// Other characters to draw with.
    Glyphs(Glyphs),
}

/// A line of a key table that has a name.
struct NamedLine {
    name: &'static str,
    description: &'static str,
    line: Line,
}

fn named_lines(app: &App) -> Vec<NamedLine> {
    let named = lines(app).into_iter().filter_map(|line| {
        let (name, description) = line.keys.command?;
        Some(NamedLine { name, description, line })
    });
    named.collect()
}

/// Returns every name that can come first after `:`, sorted.
fn names(named: &[NamedLine]) -> Vec<&'static str> {
    let verbs = VERBS.iter().map(|(_, name, ..)| *name);
    let lines = named.iter().map(|named| named.name);
    let mut names: Vec<&'static str> = verbs.chain(lines).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Parses a line typed after `:`.
///
/// # Errors
/// Returns a message for the prompt that names the valid values.
pub(super) fn read(app: &App, text: &str) -> Result<ParsedCommand, String> {
    let text = text.trim().trim_start_matches(':').trim_start();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let named = named_lines(app);
    let name = resolve(word, &names(&named))?;
    let rest = rest.trim();
    let verb = VERBS.iter().find(|(_, verb, ..)| *verb == name);
    let line = named.iter().find(|named| named.name == name);
    match (verb, line) {
        (_, Some(named)) if rest.is_empty() => parse_named(app, named),
        (Some((CommandName::Share, ..)), _) if rest.is_empty() => {
            Ok(ParsedCommand::Do(Effect::Share(CopyTo::Clipboard)))
        }
        (Some((verb, name, takes, _)), _) if rest.is_empty() => {
            let example = if *verb == CommandName::Set { ", such as training.eta=0.5" } else { "" };
            Err(format!("{name} needs {takes}{example}"))
        }
        (Some((verb, ..)), _) => carry_out(app, *verb, rest),
        (None, _) => Err(format!("{name} takes nothing after it, found \"{rest}\"")),
    }
}

/// Returns the command with this name, or the only one that starts with it.
fn resolve(word: &str, names: &[&'static str]) -> Result<&'static str, String> {
    if let Some(name) = names.iter().find(|name| **name == word) {
        return Ok(name);
    }
    let begun: Vec<&'static str> =
        names.iter().copied().filter(|name| name.starts_with(word)).collect();
    if let [name] = begun[..] {
        return Ok(name);
    }
    let mut near: Vec<(usize, &str)> =
        names.iter().map(|name| (levenshtein(word, name), *name)).collect();
    near.sort_unstable();
    // Half of a short word would match almost any other word.
    let allowed = (word.chars().count() / 2).min(3);
    let offered: Vec<&str> = match begun.len() {
        0 => {
            near.iter().filter(|(far, _)| *far <= allowed).map(|(_, name)| *name).take(3).collect()
        }
        _ => begun.into_iter().take(6).collect(),
    };
    Err(match &offered[..] {
        [] => format!("no command \"{word}\"; tab shows them all"),
        offered => format!("no command \"{word}\"; near it: {}", offered.join(", ")),
    })
}

fn parse_named(app: &App, named: &NamedLine) -> Result<ParsedCommand, String> {
    let NamedLine { name, line, .. } = named;
    let is_here = is_active(app, line);
    if is_here && line.keys.works {
        Ok(ParsedCommand::Perform(stand_in(app, named).does))
    } else {
        if let Some(reason) = line.keys.refusal.filter(|_| is_here) {
            return Err(format!("{name}: {reason}"));
        }
        let scope = if is_here { "now" } else { "in this view" };
        Err(format!("{name} does nothing {scope}"))
    }
}

/// Returns the line of the open view that stands in for a named line, or else that line itself.
fn stand_in(app: &App, named: &NamedLine) -> Line {
    let stands_in =
        |other: &Line| other.keys.stands_in_for == Some(named.name) && is_active(app, other);
    lines(app).into_iter().find(stands_in).unwrap_or(named.line)
}

fn carry_out(app: &App, verb: CommandName, rest: &str) -> Result<ParsedCommand, String> {
    let send = |command| Ok(ParsedCommand::Do(Effect::Send(command)));
    let set = |key: &str, value: &str| {
        send(Command::SetKey { key: key.to_owned(), value: value.to_owned() })
    };
    let save = |replace| Ok(ParsedCommand::Do(Effect::Save { name: rest.to_owned(), replace }));
    let to_file = |replace| CopyTo::File { name: rest.to_owned(), replace };
    let copy = |replace| Ok(ParsedCommand::Do(Effect::Copy(to_file(replace))));
    let points =
        |replace| Ok(ParsedCommand::Do(Effect::SavePoints { name: rest.to_owned(), replace }));
    let share = |replace| Ok(ParsedCommand::Do(Effect::Share(to_file(replace))));
    match verb {
        CommandName::Save => save(false),
        CommandName::SaveOver => save(true),
        CommandName::Open => send(Command::Open(rest.to_owned())),
        CommandName::Load => send(Command::Load(rest.to_owned())),
        CommandName::Pace => set("training.pace", rest),
        CommandName::GoTo => {
            let wrong = |_| format!("goto needs an epoch, or step=N, found \"{rest}\"");
            send(Command::GoTo(rest.parse().map_err(wrong)?))
        }
        CommandName::Until => send(Command::Until(rest.to_owned())),
        CommandName::Eta => set(&app.eta_key(), rest),
        CommandName::Set => {
            match rest.split_once('=').or_else(|| rest.split_once(char::is_whitespace)) {
                Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
                    set(key.trim(), value.trim())
                }
                _ => Err(format!("set needs KEY=VALUE, found \"{rest}\"")),
            }
        }
        CommandName::Theme => match rest {
            "dark" => Ok(ParsedCommand::Theme(ThemeName::Dark)),
            "light" => Ok(ParsedCommand::Theme(ThemeName::Light)),
            _ => Err(format!("the themes are dark and light, found \"{rest}\"")),
        },
        CommandName::Glyphs => {
            let glyphs =
                Glyphs::ALL.into_iter().find(|glyphs| glyphs.name_and_description().0 == rest);
            let names = "the glyphs are braille, block, narrow and ascii";
            glyphs.map(ParsedCommand::Glyphs).ok_or_else(|| format!("{names}, found \"{rest}\""))
        }
        CommandName::Copy => copy(false),
        CommandName::CopyOver => copy(true),
        CommandName::Share => share(false),
        CommandName::ShareOver => share(true),
        CommandName::SavePoints => points(false),
        CommandName::SavePointsOver => points(true),
    }
}

/// Returns the possible completions of a line after `:`, best first, each with a short description.
pub(super) fn completions(app: &App, text: &str) -> Vec<(String, String)> {
    let text = text.trim_start().trim_start_matches(':');
    let Some((word, rest)) = text.split_once(char::is_whitespace) else {
        return ranked(commands(app), text);
    };
    let rest = rest.trim_start();
    let verb = VERBS.iter().find(|(_, name, ..)| *name == word).map(|(verb, ..)| *verb);
    let offered: Vec<(String, String)> = match verb {
        Some(CommandName::Open) => {
            let titled = |e: &crate::telemetry::ScenarioEntry| (e.name.clone(), e.title.clone());
            app.catalogue.scenarios.iter().map(titled).collect()
        }
        Some(CommandName::Set) if rest.contains('=') => values(app, rest),
        Some(CommandName::Set) => keys(app),
        Some(CommandName::GoTo) => vec![
            ("start".to_owned(), "epoch 0".to_owned()),
            ("newest".to_owned(), "the newest step".to_owned()),
        ],
        Some(CommandName::Until) => conditions(app),
        Some(CommandName::Pace) => vec![("max".to_owned(), "no brake".to_owned())],
        Some(CommandName::Theme) => vec![
            ("dark".to_owned(), "light on dark".to_owned()),
            ("light".to_owned(), "dark on light".to_owned()),
        ],
        Some(CommandName::Glyphs) => {
            let sets = Glyphs::ALL.map(Glyphs::name_and_description);
            sets.map(|(name, description)| (name.to_owned(), description.to_owned())).to_vec()
        }
        _ => Vec::new(),
    };
    let found = ranked(offered, rest).into_iter();
    found
        .map(|(end, does)| (format!("{word} {end}"), plain(&does, app.shared.appearance.glyphs)))
        .collect()
}

/// Returns examples of the conditions that the run can meet.
fn conditions(app: &App) -> Vec<(String, String)> {
    let facts = app.shared.history.facts.as_deref();
    let is_neuron = facts.is_some_and(|facts| facts.single.is_some());
    let has_classes = facts.is_some_and(|facts| facts.metric == Metric::Accuracy);
    let all = [
        (is_neuron, "a=0.5", "the output of any arm reaches it"),
        (has_classes, "accuracy=95%", "at an evaluation, of any arm"),
        (true, "cost<0.1", "C itself, not C/C₀, at an evaluation, of any arm"),
        (true, "epoch=40", "when epoch 40 is done"),
        (true, "step=300", "when step 300 is done"),
        (true, "no better for 5 epochs", "the best of no arm has improved"),
    ];
    let possible = all.into_iter().filter(|(is_possible, ..)| *is_possible);
    possible.map(|(_, condition, does)| (condition.to_owned(), does.to_owned())).collect()
}

/// Returns all commands; those of another view come last.
fn commands(app: &App) -> Vec<(String, String)> {
    let verbs =
        VERBS.iter().map(|(_, name, takes, does)| (format!("{name} "), format!("{takes}: {does}")));
    let named = named_lines(app);
    // One that only a recording has is not offered to a live run.
    let takes_over = |line: &Line| line.does == LineAction::App(Action::TakeOver);
    let lines = |here: bool| {
        let lines = named.iter().filter(move |named| {
            let is_offered = named.line.keys.works || !takes_over(&named.line);
            is_active(app, &named.line) == here && is_offered
        });
        lines.map(|named| (named.name.to_owned(), named.description.to_owned()))
    };
    // Commands that also work without an argument are listed there.
    let verbs = verbs.filter(|(name, _)| named.iter().all(|named| named.name != name.trim_end()));
    let all = verbs.chain(lines(true)).chain(lines(false));
    all.map(|(name, does)| (name, plain(&does, app.shared.appearance.glyphs))).collect()
}

/// Returns the keys of the scenario with their descriptions; the keys of each arm come last.
fn keys(app: &App) -> Vec<(String, String)> {
    let keys = || app.catalogue.keys.iter();
    let own = keys().filter(|key| !key.is_of_arm);
    let own = own.map(|key| (format!("{}=", key.name), key.about.clone()));
    let facts = app.shared.history.facts.as_ref();
    let arms = facts.map_or(&[][..], |facts| &facts.arms);
    let of_arms = arms.iter().flat_map(|arm| {
        let of_arm = keys().filter(|key| key.is_of_arm);
        of_arm.map(|key| (format!("arm.{}.{}=", arm.name, key.name), key.about.clone()))
    });
    own.chain(of_arms).collect()
}

/// Returns the values that a key can have, if they can be listed.
fn values(app: &App, typed: &str) -> Vec<(String, String)> {
    let Some((path, _)) = typed.split_once('=') else { return Vec::new() };
    let name = path.trim();
    let (name, is_of_arm) = match name.strip_prefix("arm.").and_then(|rest| rest.rsplit_once('.')) {
        Some((_, name)) => (name, true),
        None => (name, false),
    };
    let key = app.catalogue.keys.iter().find(|k| k.name == name && k.is_of_arm == is_of_arm);
    let values = key.map_or(&[][..], |key| &key.values);
    values.iter().map(|value| (format!("{path}={value}"), String::new())).collect()
}

/// Ranks how well a name matches the typed text; 0 is best, and `None` means no match.
fn rank(name: &str, typed: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let is_in_order = || {
        let mut letters = name.chars();
        typed.chars().all(|c| letters.any(|letter| letter == c))
    };
    let begins = |part: &str| part.starts_with(typed);
    if begins(&name) {
        Some(0)
    } else if name.split(['-', '/', '.', '_']).any(begins) {
        Some(1)
    } else if name.chars().next() == typed.chars().next() && is_in_order() {
        Some(2)
    } else if name.contains(typed) {
        Some(3)
    } else {
        is_in_order().then_some(4)
    }
}

/// Returns the entries that match the typed text, best first.
fn ranked(offered: Vec<(String, String)>, typed: &str) -> Vec<(String, String)> {
    let typed = typed.to_lowercase();
    let mut found: Vec<(u8, (String, String))> =
        offered.into_iter().filter_map(|one| Some((rank(&one.0, &typed)?, one))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, one)| one).collect()
}

impl App {
    /// Returns the scenario key of the chosen arm's learning rate.
    pub(super) fn eta_key(&self) -> String {
        self.shared
            .arm_name(self.shared.arm)
            .map_or("eta".to_owned(), |name| format!("arm.{name}.eta"))
    }

    /// Returns whether a command is being typed.
    pub(super) fn is_commanding(&self) -> bool {
        use crate::app::{Overlay, PromptKind};
        matches!(&self.overlay, Some(Overlay::Prompt(p)) if p.kind == PromptKind::Command)
    }
}
