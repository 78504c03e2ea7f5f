//! The command line as it was typed; what it means is found out elsewhere.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::cli::choices::{Bandwidth, ColourChoice, Frames, GlyphChoice, Switch, ThemeChoice};
use crate::cli::run::Interval;
use crate::experiment::{DEFAULT_SCENARIO, Override};

/// The headings of the flags in the help.
const SCREEN: &str = "Screen";
const FILES: &str = "Files";

/// The help of `--data`.
const DATA_HELP: &str =
    "Where the data is: a CSV file, or the folder of MNIST's files [else: $XENTVIZ_DATA]";

/// Shown under `--help`; `tests/cli.rs` runs each of them.
const EXAMPLES: &str = "\
Examples:
  xentviz                            the default scenario, saturated
  xentviz xor --paused --eta 1       another one, waiting, with another learning rate
  xentviz list                       what there is to see
  xentviz show spiral > mine.toml    a scenario to change
  xentviz mine.toml                  and to watch
  xentviz run saturated              the same training without a screen
  xentviz run and --set arm.quadratic.eta=3 --metrics - | head -n 4
  xentviz run spiral --epochs 3 --metrics spiral.csv --summary spiral.json
  xentviz run digits --epochs 1 --save digits-{arm}.json
  xentviz run digits --epochs 1 --load digits-{arm}.json
  xentviz run digits --epochs 2 --save digits-{arm}.json --checkpoint 1 --resume
  xentviz run mnist --data FOLDER    FOLDER holds the four files of MNIST
  xentviz --test-colors              what this terminal can show

The options --color, --glyphs, --theme, --fps, --bandwidth and --mouse can be said once and for all:
in the environment, as XENTVIZ_COLOR=256, or in the config file, as color = \"256\". The file is
$XDG_CONFIG_HOME/xentviz/config.toml, else ~/.config/xentviz/config.toml. The command line goes
before the environment, and that before the file.

Exit status: 0, a diverged network included; 1 for a run that failed; 2 for a command line,
scenario, model or place for output that is refused; 128 + n after signal n, so 130 after ctrl-c.";

/// See why a neural network learns slowly, and watch it stop.
///
/// Trains small networks live in the terminal and shows costs racing on the same start, the same
/// data and the same order.
#[derive(Debug, Parser)]
#[command(name = "xentviz", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) dashboard: DashboardArgs,
}

/// What to do in place of opening the dashboard.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the built-in scenarios, a line each
    List,
    /// Print a built-in scenario, ready to be changed
    Show {
        /// The name of a built-in scenario
        name: String,
    },
    /// Train without a screen
    Run(Box<RunArgs>),
}

/// `xentviz [SCENARIO]`.
#[derive(Debug, clap::Args)]
pub(super) struct DashboardArgs {
    /// The name of a built-in scenario, or the path of one
    #[arg(default_value = DEFAULT_SCENARIO, hide_default_value = true)]
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) changes: Changes,
    /// Wait for the first key
    #[arg(long, help_heading = SCREEN)]
    pub(super) paused: bool,
    #[command(flatten)]
    pub(super) screen: ScreenArgs,
    /// Do not mark frames as synchronised updates
    #[arg(long, help_heading = SCREEN)]
    pub(super) no_sync: bool,
}

/// How the screen is to look; each but `--ascii` and `--config` is a setting of the environment and
/// of the config file, too.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = SCREEN)]
pub(super) struct ScreenArgs {
    /// How many colours to use [else: as many as the terminal has]
    #[arg(long, value_name = "WHICH")]
    pub(super) color: Option<ColourChoice>,
    /// Which characters to draw with [else: by the locale]
    #[arg(long, value_name = "WHICH")]
    pub(super) glyphs: Option<GlyphChoice>,
    /// The same as --glyphs ascii
    #[arg(long, conflicts_with = "glyphs")]
    pub(super) ascii: bool,
    /// Light on dark, or dark on light
    #[arg(long, value_name = "WHICH")]
    pub(super) theme: Option<ThemeChoice>,
    /// The most frames a second [else: 30; over SSH 10]
    #[arg(long, value_name = "N")]
    pub(super) fps: Option<Frames>,
    /// The most bytes a second, where the link is slow: 960, 15k, none [over SSH: 15k]
    #[arg(long, value_name = "BYTES")]
    pub(super) bandwidth: Option<Bandwidth>,
    /// Take the mouse from the start, or leave it: on, off
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, hide_possible_values = true, default_missing_value = "on")]
    pub(super) mouse: Option<Switch>,
    /// Another config file, or none
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Print what was found out about the terminal and why, with the colours and characters that
    /// would be used
    #[arg(long)]
    pub(super) test_colors: bool,
}

/// `xentviz run SCENARIO`.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    /// The name of a built-in scenario, or the path of one
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) changes: Changes,
    /// Write a record for each arm and evaluated epoch: CSV if the name ends in .csv, else JSON
    /// Lines; - is standard output
    #[arg(long, value_name = "FILE", help_heading = FILES)]
    pub(super) metrics: Option<PathBuf>,
    /// Write how the arms ended, as JSON
    #[arg(long, value_name = "FILE", help_heading = FILES)]
    pub(super) summary: Option<PathBuf>,
    /// Write the trained networks, as .json or .safetensors; {arm} in the name stands for the arm
    #[arg(long, value_name = "FILE", help_heading = FILES)]
    pub(super) save: Option<PathBuf>,
    /// Keep the files of --save up to date while it trains, after so many epochs or such a time: 10,
    /// 30s, 5m, 1.5h
    #[arg(long, value_name = "EPOCHS|TIME", help_heading = FILES)]
    pub(super) checkpoint: Option<Interval>,
    /// Start from such a file: all arms from the same, or each from its own where the name holds
    /// {arm}
    #[arg(long, value_name = "FILE", help_heading = FILES)]
    pub(super) load: Option<PathBuf>,
    /// Go on from the files of --load as if the run had not been interrupted; without --load from
    /// those of --save, as far as there are any. Metrics that are in a file go on there
    #[arg(long, help_heading = FILES)]
    pub(super) resume: bool,
}

/// What is said over the scenario's file; applies to every arm.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Over the scenario")]
pub(super) struct Changes {
    /// The learning rate
    #[arg(long, allow_negative_numbers = true)]
    eta: Option<String>,
    /// How many epochs to train
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    epochs: Option<String>,
    /// Examples in a mini-batch
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    batch: Option<String>,
    /// The sizes of the layers, input first: 784,30,10
    #[arg(long, value_name = "SIZES")]
    layers: Option<String>,
    /// The seed of all chance
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<String>,
    /// Epochs shown a second, or max
    #[arg(long, allow_negative_numbers = true)]
    pace: Option<String>,
    /// Epochs between evaluations; 0 for the start and the end only
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    evaluate: Option<String>,
    /// The arithmetic of training: f32 or f64
    #[arg(long)]
    precision: Option<String>,
    #[arg(long, value_name = "PATH", help = DATA_HELP)]
    data: Option<String>,
    /// Set one key of the scenario, as in arm.quadratic.eta=3; can be said again
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
}

impl Changes {
    /// The changes in the order in which they apply: a key by its own name comes last.
    pub(super) fn overrides(&self) -> Vec<Override> {
        let flags = [
            ("eta", &self.eta),
            ("epochs", &self.epochs),
            ("batch", &self.batch),
            ("layers", &self.layers),
            ("seed", &self.seed),
            ("pace", &self.pace),
            ("evaluate", &self.evaluate),
            ("precision", &self.precision),
            ("data", &self.data),
        ];
        let flags = flags.into_iter().filter_map(|(key, value)| {
            let value = value.as_ref()?;
            Some(Override::new(key, value, format!("--{key} {value}")))
        });
        let keys = self
            .set
            .iter()
            .map(|(key, value)| Override::new(key, value, format!("--set {key}={value}")));
        flags.chain(keys).collect()
    }
}

fn key_and_value(said: &str) -> Result<(String, String), String> {
    match said.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("KEY=VALUE would do, as in arm.quadratic.eta=3".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Args, Command};
    use crate::cli::choices::ThemeChoice;
    use crate::experiment::MNIST_FOLDER;

    fn args(line: &str) -> Args {
        Args::try_parse_from(line.split_whitespace()).unwrap()
    }

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Args::command().debug_assert();
    }

    #[test]
    fn without_arguments_the_default_scenario_is_watched() {
        let args = args("xentviz");
        assert!(args.command.is_none());
        assert_eq!(args.dashboard.scenario, "saturated");
        assert!(!args.dashboard.paused);
    }

    #[test]
    fn a_scenario_named_like_a_subcommand_is_the_subcommand() {
        assert!(matches!(args("xentviz list").command, Some(Command::List)));
        assert_eq!(args("xentviz ./list").dashboard.scenario, "./list");
    }

    #[test]
    fn a_key_by_its_own_name_is_set_after_the_flags() {
        let args = args("xentviz and --set arm.quadratic.eta=3 --eta 1 --theme light");
        let said: Vec<_> =
            args.dashboard.changes.overrides().into_iter().map(|change| change.said).collect();
        assert_eq!(said, ["--eta 1", "--set arm.quadratic.eta=3"]);
        assert_eq!(args.dashboard.screen.theme, Some(ThemeChoice::Light));
    }

    #[test]
    fn the_help_names_the_environment_variable_that_is_read() {
        assert!(super::DATA_HELP.contains(&format!("${MNIST_FOLDER}]")));
    }

    #[test]
    fn a_change_without_a_value_is_refused() {
        let refused = Args::try_parse_from(["xentviz", "--set", "eta"]).unwrap_err();
        assert!(refused.to_string().contains("KEY=VALUE would do"));
    }
}
