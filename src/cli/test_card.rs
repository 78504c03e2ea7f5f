//! Implements `xentviz --test-colors`: prints what was detected about the terminal, why, and samples.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::canvas::{Appearance, ColourDepth};
use crate::cli::args::ScreenArgs;
use crate::cli::environment::{DETECTION_VARIABLES, Environment, is_dumb, var};
use crate::cli::flag_values::{ColourChoice, GlyphChoice, ThemeChoice};
use crate::cli::settings::{KEYS, Settings, config, variable};
use crate::terminal::CellEncoder;
use crate::text::visible;
use crate::ui;

/// Advice for what the samples may reveal.
const ADVICE: [(&str, &str); 5] = [
    ("if", "colours are wrong or missing: --color 256, 16 or never"),
    ("", "words are hard to read: --theme light, or dark"),
    ("", "curves are boxes or question marks: --glyphs block, else ascii"),
    ("", "columns are out of line: --glyphs narrow, else ascii"),
    ("", "it is right: color = \"256\" and so on in the config file make it last"),
];

/// Writes the card to standard output, which need not be a terminal.
pub(super) fn print(
    args: &ScreenArgs,
    settings: &Settings,
    environment: &Environment<'_>,
) -> anyhow::Result<()> {
    let (look, why) = settings.appearance(environment);
    let is_terminal = io::stdout().is_terminal();
    let is_forced = var(environment, "CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let is_styled = if is_terminal {
        !is_dumb(environment)
    } else {
        look.colours != ColourDepth::None && (settings.has_chosen_colours() || is_forced)
    };
    let drawn = if is_styled { look.colours } else { ColourDepth::None };
    let mut lines = explained(look, why);
    lines.extend(sources(args, environment));
    if !is_styled && look.colours != ColourDepth::None {
        let which = word(|choice: ColourChoice| choice.chosen() == Some(look.colours));
        let so = format!("no terminal here, so no colours below; --color {which} writes them");
        lines.push(("note".to_owned(), so));
    }
    let mut cells = ui::card(look, drawn, &lines);
    if !is_styled {
        for cell in &mut cells.content {
            cell.modifier = ratatui::style::Modifier::empty();
        }
    }
    let mut bytes = Vec::new();
    CellEncoder::new(drawn).write_lines(&cells, &mut bytes);
    for (word, text) in ADVICE {
        writeln!(bytes, "{word:<12}{text}")?;
    }
    let mut out = io::stdout().lock();
    out.write_all(&bytes)?;
    Ok(out.flush()?)
}

/// Returns the word for the detected choice.
fn word<T: ValueEnum>(is_it: impl Fn(T) -> bool) -> String {
    let found = T::value_variants().iter().find(|choice| is_it((*choice).clone()));
    let value = found.and_then(ValueEnum::to_possible_value);
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// Returns the lines on the appearance, with the reason for each part.
fn explained(look: Appearance, [colours, glyphs, theme]: [String; 3]) -> Vec<(String, String)> {
    let line = |about: &str, what: String, why: String| {
        (about.to_owned(), visible(&format!("{what:<8}  by {why}")).into_owned())
    };
    vec![
        line("colours", word(|c: ColourChoice| c.chosen() == Some(look.colours)), colours),
        line("glyphs", word(|c: GlyphChoice| c.chosen() == Some(look.glyphs)), glyphs),
        line("theme", word(|c: ThemeChoice| c.chosen() == Some(look.theme)), theme),
    ]
}

/// Lists the inputs of the detection: the variables that are set, and the config file.
fn sources(args: &ScreenArgs, environment: &Environment<'_>) -> Vec<(String, String)> {
    const FITS: usize = 66;
    let names = DETECTION_VARIABLES.map(str::to_owned).into_iter().chain(KEYS.map(variable));
    let (set, unset): (Vec<String>, Vec<String>) =
        names.partition(|name| var(environment, name).is_some());
    let set = set.iter().map(|name| {
        let value = var(environment, name).unwrap_or_default();
        visible(&format!("{name}={value}")).into_owned()
    });
    let mut lines = wrapped("set", set, FITS);
    lines.extend(wrapped("not set", unset.into_iter(), FITS));
    let file = match config::config_path(args.config.as_deref(), environment) {
        None => "none".to_owned(),
        Some(path) => format!("{}{}", path.display(), presence(&path)),
    };
    lines.push(("config file".to_owned(), visible(&file).into_owned()));
    lines
}

fn presence(path: &Path) -> &'static str {
    if path.exists() { "" } else { " (not there)" }
}

/// Wraps words into lines of about `fits` characters; the first line gets `word` as its heading.
fn wrapped(word: &str, words: impl Iterator<Item = String>, fits: usize) -> Vec<(String, String)> {
    let mut lines: Vec<String> = Vec::new();
    for next in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + next.chars().count() <= fits => {
                line.push(' ');
                line.push_str(&next);
            }
            _ => lines.push(next),
        }
    }
    let head = |at: usize| if at == 0 { word.to_owned() } else { String::new() };
    lines.into_iter().enumerate().map(|(at, line)| (head(at), line)).collect()
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn words_are_wrapped_and_the_first_line_has_a_heading() {
        let words = ["ab", "cd", "efghijkl", "m"].map(str::to_owned);
        let lines = wrapped("set", words.into_iter(), 5);
        let line = |head: &str, text: &str| (head.to_owned(), text.to_owned());
        assert_eq!(lines, [line("set", "ab cd"), line("", "efghijkl"), line("", "m")]);
    }
}
