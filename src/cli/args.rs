//! The command line as typed. Other modules interpret it.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, FromArgMatches, Parser, Subcommand};

use crate::cli::files::expanded;
use crate::cli::flag_values::{
    Bandwidth, ColourChoice, FrameRate, GlyphChoice, OnOff, ShownLanguage, TensorNames, ThemeChoice,
};
use crate::cli::run::Interval;
use crate::scenario::{
    DEFAULT_SCENARIO, Flag, Override, flags, key_lines, keys_of_arms, read_until,
};
use crate::telemetry::{PositionError, TimeTarget, Until};

/// The headings of the flags in the help.
const SCREEN: &str = "Screen";
const FILES: &str = "Files";
const OVERRIDES: &str = "Scenario overrides";

/// The help of `--data`.
const DATA_HELP: &str = "Path of the CSV file, the file of arrays or the MNIST folder [default for MNIST: $XENTVIZ_DATA]";

/// The slowest and the fastest play of a recording: an hour in four days, and in four seconds.
const MIN_SPEED: f64 = 0.01;
const MAX_SPEED: f64 = 1000.0;

/// The text after the flags in `--help`. `tests/program/cli.rs` runs each example.
const EXAMPLES: &str = "\
Examples:
  xentviz                            watch the default scenario, saturated
  xentviz --present --paused         show the default scenario to a room
  xentviz xor --paused --eta 1       watch another with learning rate 1, paused at the start
  xentviz --at 120                   show the default scenario at epoch 120, paused
  xentviz list                       list the built-in scenarios
  xentviz show spiral > mine.toml    copy a scenario to a file, to edit it
  xentviz mine.toml                  watch the edited scenario
  xentviz mine.csv                   read a table and train on it; also arrays, as mine.npz
  xentviz data mine.csv              print what the table is taken for
  xentviz run saturated              train without a screen
  xentviz run and --set arm.quadratic.eta=3 --metrics - | head -n 4
  xentviz run spiral --epochs 3 --metrics spiral.csv --summary spiral.json
  xentviz run digits --epochs 1 --save digits-{arm}.json
  xentviz run digits --epochs 1 --load digits-{arm}.json
  xentviz run digits --epochs 2 --save digits-{arm}.json --checkpoint 1 --resume
  xentviz run mnist --data FOLDER    FOLDER holds the four MNIST files
  xentviz digits --load digits-{arm}.json --paused
  xentviz digits-quadratic.json --data FOLDER      watch a saved network
  xentviz run xor --epochs 1 --save xor-{arm}.safetensors --names torch
  xentviz show xor --as pytorch > xor.py           the same networks in PyTorch
  xentviz resume                     go on with the session that was cut off
  xentviz replay mine.jsonl --speed 10             play a recording ten times as fast
  xentviz --test-colors              show what this terminal can display

You can also set --color, --glyphs, --theme, --fps, --bandwidth and --mouse in the environment
(XENTVIZ_COLOR=256) or in the config file (color = \"256\"). The config file is
$XDG_CONFIG_HOME/xentviz/config.toml, by default ~/.config/xentviz/config.toml. The command line
overrides the environment, and the environment overrides the config file.

Exit status: 0 if the run completes, even if a network diverges; 1 if it fails; 2 if a command
line, scenario, model or output path is refused; 128 + n after signal n, so 130 after SIGINT.";

/// See why a neural network learns slowly, and what cures it
///
/// Trains small networks live in the terminal and races their costs against each other, from the
/// same initial weights, on the same data in the same order.
#[derive(Debug, Parser)]
#[command(name = "xentviz", version, after_help = after_help(), args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<CliCommand>,
    #[command(flatten)]
    pub(super) dashboard: DashboardArgs,
}

/// The subcommands. Without one, the dashboard opens.
#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// List the built-in scenarios, one per line
    List,
    /// Print a scenario, or the one made for a table or a model, as TOML, ready to edit
    Show(ShowArgs),
    /// Print what a table is taken for: its columns, the target and the inputs
    Data {
        /// The path of a table (.csv, .tsv, .txt, packed or not), of arrays (.npz, .npy) or of the folder of
        /// MNIST
        file: String,
        #[command(flatten)]
        changes: ScenarioFlags,
    },
    /// Train without a screen
    Run(Box<RunArgs>),
    /// Go on with the session that was cut off, or with another recording, where it ended
    Resume(Box<ResumeArgs>),
    /// Play a recording as it went; a key that changes the run, or space, takes over
    Replay(Box<ReplayArgs>),
}

/// `xentviz resume [FILE]`.
#[derive(Debug, clap::Args)]
pub(super) struct ResumeArgs {
    /// The path of a recording [default: the newest session that was cut off]
    #[arg(value_parser = path())]
    pub(super) file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) show: SessionArgs,
}

/// `xentviz replay FILE`.
#[derive(Debug, clap::Args)]
pub(super) struct ReplayArgs {
    /// The path of a recording
    #[arg(value_parser = path())]
    pub(super) file: PathBuf,
    /// How many times as fast it is played [default: 1]
    #[arg(long, value_name = "N", value_parser = speed)]
    pub(super) speed: Option<f64>,
    #[command(flatten)]
    pub(super) show: SessionArgs,
}

/// Where a session is recorded, and how it is shown.
#[derive(Debug, clap::Args)]
pub(super) struct SessionArgs {
    #[command(flatten)]
    pub(super) record: RecordArgs,
    /// Start presenting: few things, large and in high contrast, for a room; L changes it
    #[arg(long, help_heading = SCREEN)]
    pub(super) present: bool,
    /// Print the command line that shows the last state again when the screen is left
    #[arg(long, help_heading = SCREEN)]
    pub(super) print_share: bool,
    #[command(flatten)]
    pub(super) screen: ScreenArgs,
    /// Do not send frames as synchronised updates (DEC mode 2026)
    #[arg(long, help_heading = SCREEN)]
    pub(super) no_sync: bool,
}

/// Where a session is recorded.
#[derive(Debug, clap::Args)]
pub(super) struct RecordArgs {
    /// Record the session in this new file [default: in the state folder, which keeps the newest ten]
    #[arg(long, value_name = "FILE", help_heading = FILES, value_parser = path())]
    pub(super) record: Option<PathBuf>,
    /// Do not record the session
    #[arg(long, help_heading = FILES, conflicts_with = "record")]
    pub(super) no_record: bool,
}

/// `xentviz show SCENARIO`.
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// The name of a built-in scenario, or the path of a scenario, a table or a model (with --data)
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) changes: ScenarioFlags,
    /// The language: toml, or pytorch for a short program that trains the same networks
    #[arg(
        long = "as",
        value_name = "LANGUAGE",
        default_value = "toml",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(super) language: ShownLanguage,
}

/// `xentviz [SCENARIO]`.
#[derive(Debug, clap::Args)]
pub(super) struct DashboardArgs {
    /// The name of a built-in scenario, or the path of a scenario file, of a table or arrays, or of the
    /// folder of MNIST
    #[arg(default_value = DEFAULT_SCENARIO, hide_default_value = true)]
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) changes: ScenarioFlags,
    /// Start from the weights in this file: one file for all arms, or one per arm if the name
    /// contains {arm}
    #[arg(long, value_name = "FILE", help_heading = FILES)]
    pub(super) load: Option<PathBuf>,
    /// Start paused
    #[arg(long, help_heading = SCREEN)]
    pub(super) paused: bool,
    /// Train to this epoch, or with step=N to this step, and show the run there, paused
    #[arg(long, value_name = "EPOCH", value_parser = position, help_heading = SCREEN)]
    pub(super) at: Option<TimeTarget>,
    #[command(flatten)]
    pub(super) show: SessionArgs,
}

/// The appearance of the screen. Each option but `--ascii`, `--config` and `--test-colors` can also be set
/// in the environment and in the config file.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = SCREEN)]
pub(super) struct ScreenArgs {
    /// Number of colours [default: what the terminal supports]
    #[arg(long, value_name = "WHICH")]
    pub(super) color: Option<ColourChoice>,
    /// Characters to draw with [default: chosen by locale and terminal]
    #[arg(long, value_name = "WHICH")]
    pub(super) glyphs: Option<GlyphChoice>,
    /// Same as --glyphs ascii
    #[arg(long, conflicts_with = "glyphs")]
    pub(super) ascii: bool,
    /// Colour theme [default: chosen by $COLORFGBG, else dark]
    #[arg(long, value_name = "WHICH")]
    pub(super) theme: Option<ThemeChoice>,
    /// Maximum frames per second [default: 30, or 10 over SSH]
    #[arg(long, value_name = "N")]
    pub(super) fps: Option<FrameRate>,
    /// Maximum bytes per second, for slow links: 960, 15k, none [default: none, or 15k over SSH]
    #[arg(long, value_name = "BYTES")]
    pub(super) bandwidth: Option<Bandwidth>,
    /// Whether to capture the mouse from the start: on, off [default: off]
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, hide_possible_values = true, default_missing_value = "on")]
    pub(super) mouse: Option<OnOff>,
    /// Read this config file instead of the default one; "none" reads no file
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(super) config: Option<PathBuf>,
    /// Print the detected terminal settings and their reasons, with a sample of the colours and
    /// characters, and exit
    #[arg(long)]
    pub(super) test_colors: bool,
}

/// `xentviz run SCENARIO`.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    /// The name of a built-in scenario, or the path of a scenario file, of a table or arrays, or of the
    /// folder of MNIST
    pub(super) scenario: String,
    #[command(flatten)]
    pub(super) changes: ScenarioFlags,
    /// Write one record per arm and evaluated epoch: CSV if the name ends in .csv, otherwise JSON
    /// Lines; - writes to standard output
    #[arg(long, value_name = "FILE", help_heading = FILES, value_parser = path())]
    pub(super) metrics: Option<PathBuf>,
    /// Write the final results of each arm as JSON
    #[arg(long, value_name = "FILE", help_heading = FILES, value_parser = path())]
    pub(super) summary: Option<PathBuf>,
    /// Write the trained networks as .json or .safetensors; {arm} in the name stands for the name
    /// of the arm
    #[arg(long, value_name = "FILE", help_heading = FILES, value_parser = path())]
    pub(super) save: Option<PathBuf>,
    /// Names of the tensors of --save: own (layers.0.weight), or torch (0.weight, 2.weight), which
    /// nn.Sequential takes
    #[arg(long, value_name = "WHICH", requires = "save", hide_possible_values = true, help_heading = FILES)]
    pub(super) names: Option<TensorNames>,
    /// Save a checkpoint to the files of --save at this interval, in epochs or in time: 10, 30s, 5m,
    /// 1.5h
    #[arg(long, value_name = "EPOCHS|TIME", help_heading = FILES)]
    pub(super) checkpoint: Option<Interval>,
    /// Start from the weights in this file (.json, .safetensors, .npz, .pt or .pth): one file for all
    /// arms, or one per arm if the name contains {arm}
    #[arg(long, value_name = "FILE", help_heading = FILES, value_parser = path())]
    pub(super) load: Option<PathBuf>,
    /// Resume from the files of --load as if the run had not been interrupted. Without --load,
    /// resume from those files of --save that exist. A --metrics file is continued
    #[arg(long, help_heading = FILES)]
    pub(super) resume: bool,
    /// End the run once a condition is met: a=0.5, accuracy=95%, cost<0.1, epoch=40, step=300, "no better for
    /// 5 epochs"; of any arm, or of one: quadratic.a=0.5
    #[arg(long, value_name = "CONDITION", value_parser = read_until)]
    pub(super) until: Option<Until>,
}

/// Returns the parser of a path, in which `~` stands for the home folder: a shell leaves it within quotes.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().map(|path| expanded(&path).into_owned())
}

/// Overrides of scenario keys: a flag for each key that has a short name, and `--set`. They apply
/// to every arm, except `--set` on a key of one arm.
#[derive(Debug, Default)]
pub(super) struct ScenarioFlags {
    /// The flags that were given, in the order of the table of keys.
    flags: Vec<(&'static str, String)>,
    set: Vec<(String, String)>,
}

impl ScenarioFlags {
    /// Returns the overrides in the order in which they apply: those of `--set` come last.
    pub(super) fn overrides(&self) -> Vec<Override> {
        let flags = self
            .flags
            .iter()
            .map(|(key, value)| Override::new(*key, value, format!("--{key} {value}")));
        let keys = self
            .set
            .iter()
            .map(|(key, value)| Override::new(key, value, format!("--set {key}={value}")));
        flags.chain(keys).collect()
    }
}

impl FromArgMatches for ScenarioFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |flag: Flag| Some((flag.name, matches.get_one::<String>(flag.name)?.clone()));
        let set = matches.get_many::<(String, String)>("set").into_iter().flatten().cloned();
        Ok(Self { flags: flags().filter_map(value).collect(), set: set.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for ScenarioFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        let flag = |flag: Flag| {
            let help = if flag.name == "data" { DATA_HELP.to_owned() } else { sentence(&flag.doc) };
            Arg::new(flag.name)
                .long(flag.name)
                .help(help)
                .value_name(flag.value)
                .help_heading(OVERRIDES)
                .allow_negative_numbers(true)
        };
        let set = Arg::new("set")
            .long("set")
            .value_name("KEY=VALUE")
            .value_parser(key_and_value)
            .action(ArgAction::Append)
            .help("Set any key of the scenario, for example arm.quadratic.eta=3; repeatable")
            .help_heading(OVERRIDES);
        command.args(flags().map(flag)).arg(set)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// Returns a line of help with its first letter in upper case.
fn sentence(doc: &str) -> String {
    let mut letters = doc.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the text after the flags: the keys of a scenario, then examples.
fn after_help() -> String {
    let lines = key_lines();
    let widest = lines.iter().map(|[name, ..]| name.chars().count()).max().unwrap_or(0);
    let line = |[name, doc, _]: &[String; 3]| format!("  {name:widest$}  {doc}\n");
    let keys: String = lines.iter().map(line).collect();
    let of_arms = keys_of_arms().join(", ");
    format!(
        "Keys of a scenario, for --set and :set:\n{keys}\n\
         An arm can have its own {of_arms}: arm.quadratic.eta=3.\n\n{EXAMPLES}"
    )
}

/// Reads a speed of play.
fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (MIN_SPEED..=MAX_SPEED).contains(speed));
    speed.ok_or_else(|| format!("a number from {MIN_SPEED} to {MAX_SPEED} would do"))
}

/// Reads a position that a run can be trained to from its start.
fn position(text: &str) -> Result<TimeTarget, PositionError> {
    match text.parse()? {
        target @ (TimeTarget::Start | TimeTarget::Step(_) | TimeTarget::Epoch(_)) => Ok(target),
        _ => Err(PositionError),
    }
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("KEY=VALUE would do, as in arm.quadratic.eta=3".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Args, CliCommand};
    use crate::cli::flag_values::ThemeChoice;
    use crate::scenario::MNIST_FOLDER;

    fn args(line: &str) -> Args {
        Args::try_parse_from(line.split_whitespace()).unwrap()
    }

    #[test]
    fn the_command_line_has_no_contradictions() {
        Args::command().debug_assert();
    }

    #[test]
    fn without_arguments_the_dashboard_opens_the_default_scenario() {
        let args = args("xentviz");
        assert!(args.command.is_none());
        assert_eq!(args.dashboard.scenario, "saturated");
        assert!(!args.dashboard.paused && !args.dashboard.show.present);
    }

    #[test]
    fn a_run_can_be_presented_from_its_paused_start() {
        let args = args("xentviz xor --present --paused");
        assert!(args.dashboard.paused && args.dashboard.show.present);
    }

    #[test]
    fn a_scenario_named_like_a_subcommand_is_the_subcommand() {
        assert!(matches!(args("xentviz list").command, Some(CliCommand::List)));
        assert_eq!(args("xentviz ./list").dashboard.scenario, "./list");
    }

    #[test]
    fn a_key_given_with_set_applies_after_the_flags() {
        let args = args("xentviz and --set arm.quadratic.eta=3 --eta 1 --theme light");
        let overrides: Vec<_> =
            args.dashboard.changes.overrides().into_iter().map(|change| change.shown_as).collect();
        assert_eq!(overrides, ["--eta 1", "--set arm.quadratic.eta=3"]);
        assert_eq!(args.dashboard.show.screen.theme, Some(ThemeChoice::Light));
    }

    #[test]
    fn the_help_names_the_environment_variable_of_the_mnist_folder() {
        assert!(super::DATA_HELP.contains(&format!("${MNIST_FOLDER}]")));
    }

    #[test]
    fn a_change_without_a_value_is_refused() {
        let refused = Args::try_parse_from(["xentviz", "--set", "eta"]).unwrap_err();
        assert!(refused.to_string().contains("KEY=VALUE would do"));
    }
}
