//! Reports progress: a bar on a terminal, plain lines otherwise.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::canvas::number::duration;
use crate::cli::clock::now;
use crate::cli::run::bar_line::BarLine;
use crate::cli::run::numbers::thousands;
use crate::cli::run::output_stream::{OutputStream, WaitPolicy};
use crate::cli::run::outputs::Outputs;
use crate::cli::run::run_clock;
use crate::text::visible;

/// The minimum interval between plain lines.
const LINE_INTERVAL: Duration = Duration::from_secs(3);

/// The redraws of the bar per second.
const REDRAWS: u8 = 10;

/// The number of parts into which loading is divided on the bar.
const LOADING_PARTS: u64 = 1000;

/// Reports progress on standard error.
pub(super) enum Progress {
    Bar(ProgressBar),
    Lines(PlainProgress),
}

/// The state of plain lines.
pub(super) struct PlainProgress {
    to: OutputStream,
    /// The start of the training, once it has begun.
    start: Option<TrainingStart>,
    last: Instant,
}

/// The start of the training.
#[derive(Clone, Copy)]
struct TrainingStart {
    /// The examples drawn before it.
    examples: u64,
    /// The time, on the clock that excludes stops of the program.
    time: Instant,
}

/// The position of the training.
pub(super) struct TrainingPosition {
    /// The whole epochs done.
    pub(super) epoch: u64,
    /// The epochs to do.
    pub(super) epochs: u64,
    /// The examples drawn so far.
    pub(super) examples: u64,
    /// The examples drawn by the end of the training.
    pub(super) total: u64,
}

impl Progress {
    /// Returns a bar, or plain lines if standard error shows no bar or the metrics would mix with
    /// it.
    pub(super) fn new(outputs: &Outputs, patience: &WaitPolicy) -> Self {
        let mixed = outputs.has_metrics_on_stdout() && io::stdout().is_terminal();
        // `indicatif` knows which terminals cannot show a bar.
        let is_hidden = ProgressDrawTarget::stderr().is_hidden();
        if !mixed
            && !is_hidden
            && let Ok(line) = BarLine::open()
        {
            let target = ProgressDrawTarget::term_like_with_hz(Box::new(line), REDRAWS);
            let bar = ProgressBar::with_draw_target(Some(LOADING_PARTS), target);
            bar.set_style(style("{msg} [{wide_bar}] {percent:>3} %"));
            return Self::Bar(bar);
        }
        Self::Lines(PlainProgress { to: OutputStream::error(patience), start: None, last: now() })
    }

    /// Reports the fraction, 0 to 1, of the data that was read or generated.
    pub(super) fn loading(&mut self, what: &str, fraction: f64) {
        match self {
            Self::Bar(bar) => {
                bar.set_message(visible(what).into_owned());
                bar.set_position((fraction * LOADING_PARTS as f64) as u64);
            }
            Self::Lines(lines) => {
                lines.write_line(|| format!("{}, {:.0} %", visible(what), fraction * 100.0));
            }
        }
    }

    /// Prints a message that is not progress.
    pub(super) fn print(&mut self, text: &str) {
        let line = format!("xentviz: {}", visible(text));
        match self {
            Self::Bar(bar) => bar.println(line),
            // A message that cannot be printed is no reason to end a run.
            Self::Lines(lines) => drop(lines.to.write_if_room(&format!("{line}\n"))),
        }
    }

    /// Starts the report of the training.
    pub(super) fn begin(&mut self, position: &TrainingPosition) {
        let start = TrainingStart { examples: position.examples, time: run_clock::now() };
        match self {
            Self::Bar(bar) => {
                bar.set_style(training_style(start));
                bar.reset();
                bar.set_length(position.total);
            }
            Self::Lines(lines) => lines.start = Some(start),
        }
        self.training(position);
    }

    /// Reports the position of the training.
    pub(super) fn training(&mut self, position: &TrainingPosition) {
        match self {
            Self::Bar(bar) => {
                bar.set_message(epochs(position));
                bar.set_position(position.examples);
            }
            Self::Lines(lines) => {
                let unknown = TrainingStart { examples: 0, time: lines.last };
                let start = lines.start.unwrap_or(unknown);
                let spent = run_clock::now().saturating_duration_since(start.time);
                lines.write_line(|| line(position, start.examples, spent));
            }
        }
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl PlainProgress {
    fn write_line(&mut self, line: impl FnOnce() -> String) {
        if self.last.elapsed() >= LINE_INTERVAL {
            self.last = now();
            // Progress that cannot be printed is no reason to end a run.
            let _ = self.to.write_if_room(&format!("{}\n", line()));
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

/// Returns the style of the bar. Its forecast uses the run's clock, since the bar's own clock would
/// count a stop.
fn training_style(start: TrainingStart) -> ProgressStyle {
    let forecast = move |state: &ProgressState, to: &mut dyn std::fmt::Write| {
        let done = state.pos().saturating_sub(start.examples);
        let left = state.len().unwrap_or_default().saturating_sub(state.pos());
        if let Some(forecast) = forecast(done, left, run_clock::now() - start.time) {
            // If the forecast cannot be formatted, the line is drawn without it.
            let _ = to.write_str(&forecast);
        }
    };
    style("{msg} [{wide_bar}] {percent:>3} %  {forecast}").with_key("forecast", forecast)
}

/// Returns the rate of the examples and the time left, from the examples done and left and the time
/// spent. Returns `None` before the first example.
fn forecast(done: u64, left: u64, spent: Duration) -> Option<String> {
    if done == 0 || spent.is_zero() {
        return None;
    }
    let rate = done as f64 / spent.as_secs_f64();
    let left = Duration::try_from_secs_f64(left as f64 / rate).unwrap_or(Duration::MAX);
    Some(format!("{} examples/s, {} left", thousands(rate), duration(left)))
}

fn epochs(position: &TrainingPosition) -> String {
    let current = (position.epoch + 1).min(position.epochs);
    format!("epoch {current} of {}", position.epochs)
}

/// Returns a plain line; `before` is the number of examples at the start of the training.
fn line(position: &TrainingPosition, before: u64, spent: Duration) -> String {
    let TrainingPosition { examples, total, .. } = *position;
    let share = examples as f64 / total.max(1) as f64;
    let mut line = format!("{}, {:.0} %", epochs(position), share * 100.0);
    let (done, left) = (examples.saturating_sub(before), total.saturating_sub(examples));
    if let Some(forecast) = forecast(done, left, spent) {
        // Writing to a string cannot fail.
        let _ = write!(line, ", {forecast}");
    }
    line
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{TrainingPosition, forecast, line};

    #[test]
    fn a_line_shows_the_epoch_the_rate_and_the_time_left() {
        let position = TrainingPosition { epoch: 2, epochs: 10, examples: 12_500, total: 50_000 };
        assert_eq!(
            line(&position, 0, Duration::from_secs(25)),
            "epoch 3 of 10, 25 %, 500 examples/s, 1:15 left"
        );
        // Resumed after 10,000 examples.
        assert_eq!(
            line(&position, 10_000, Duration::from_secs(5)),
            "epoch 3 of 10, 25 %, 500 examples/s, 1:15 left"
        );
    }

    #[test]
    fn the_time_left_is_printed_however_long_it_is() {
        let forecast = |done, left, spent| forecast(done, left, Duration::from_secs(spent));
        assert_eq!(forecast(30, 0, 10).as_deref(), Some("3 examples/s, 0:00 left"));
        assert!(forecast(1, u64::MAX, 1000).is_some_and(|text| text.ends_with(" left")));
        assert_eq!(forecast(5, 20, 0), None);
    }

    #[test]
    fn there_is_no_forecast_before_the_first_step() {
        let position = TrainingPosition { epoch: 0, epochs: 10, examples: 0, total: 50_000 };
        assert_eq!(line(&position, 0, Duration::ZERO), "epoch 1 of 10, 0 %");
    }
}
