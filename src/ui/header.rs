//! The header: name, state, epoch and pace of the run.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::app::App;
use crate::canvas::number::{abbreviated, count, duration, short};
use crate::canvas::theme::Theme;
use crate::canvas::widgets::{Bar, bar};
use crate::canvas::{Canvas, clipped, inset, text_width};
use crate::telemetry::{
    EtaMode, History, Pace, Playing, Precision, RunFacts, RunState, UntilState,
};

/// Returns the mark and the word of the run's state, with their style.
fn state(theme: &Theme, state: &RunState) -> (String, Style) {
    match state {
        RunState::Running => ("▶ running ".to_owned(), theme.good),
        RunState::Paused => ("‖ paused  ".to_owned(), theme.strong),
        RunState::Finished => ("■ finished".to_owned(), theme.strong),
        RunState::Stopped => ("■ stopped ".to_owned(), theme.problem),
        RunState::Failed(_) => ("✗ failed  ".to_owned(), theme.problem),
        RunState::Loading(load) => {
            (format!("… loading {:>3.0} %", load.fraction.clamp(0.0, 1.0) * 100.0), theme.strong)
        }
    }
}

/// A field of the header: how early it is left out, and its width in cells.
struct HeaderField {
    priority: u8,
    width: u16,
    what: FieldContent,
}

enum FieldContent {
    Text(Vec<(String, Style)>),
    Progress(f64),
}

/// The widest progress bar, and the narrowest. It becomes narrower before a field is left out.
const BAR: (u16, u16) = (20, 8);

/// The words that offer the help, and open it when clicked.
const HELP: &str = "? help";

/// What the header shows.
struct Header {
    fields: Vec<HeaderField>,
    /// Whether the help is offered.
    has_help: bool,
}

/// Returns the fields of a header of `width` cells; the least important that do not fit are left out.
fn header(app: &App, theme: &Theme, width: u16) -> Header {
    let mut fields = fields(app, theme);
    if app.shared.appearance.is_presenting {
        fields.retain(|field| field.priority < 5 && field.priority != 3);
    }
    let room = |fields: &[HeaderField]| fields.iter().map(|f| f.width + 2).sum::<u16>();
    let help = HELP.len() as u16;
    let mut has_help = !app.shared.appearance.is_presenting;
    while room(&fields) + if has_help { help } else { 0 } > width + u16::from(!has_help) * 2 {
        let worst = fields.iter().map(|f| f.priority).max().unwrap_or(0);
        let progress = fields.iter_mut().find(|f| matches!(f.what, FieldContent::Progress(_)));
        if let Some(bar) = progress.filter(|bar| bar.width > BAR.1) {
            bar.width -= 1;
        } else if has_help && worst <= 3 {
            has_help = false;
        } else if fields.len() > 1 {
            let last = fields.iter().rposition(|f| f.priority == worst).unwrap_or(0);
            fields.remove(last);
        } else {
            break;
        }
    }
    Header { fields, has_help }
}

/// Draws the header.
pub(super) fn draw_header(canvas: &mut Canvas<'_>, app: &App, area: Rect) {
    if area.height == 0 {
        return;
    }
    let inner = inset(area, 1);
    let Header { fields, has_help } = header(app, &canvas.theme, inner.width);
    let mut x = inner.x;
    for field in &fields {
        let area = Rect { x, width: field.width.min(inner.right().saturating_sub(x)), ..inner };
        draw_field(canvas, area, &field.what);
        x = x.saturating_add(field.width + 2).min(inner.right());
    }
    if has_help {
        let quiet = canvas.theme.quiet;
        canvas.text_right(inner, HELP, quiet);
    }
    let background = canvas.theme.bar;
    canvas.fill_background(area, background);
}

/// Returns whether a cell of the header is one of the words that offer the help.
pub(super) fn is_help_at(app: &App, area: Rect, at: (u16, u16)) -> bool {
    let inner = inset(area, 1);
    let help = HELP.len() as u16;
    area.height > 0
        && at.1 == inner.y
        && (inner.right().saturating_sub(help)..inner.right()).contains(&at.0)
        && header(app, &Theme::of(app.shared.appearance), inner.width).has_help
}

/// Returns the place on the bar of time that a cell is, in thousandths, if it is on it.
pub(super) fn time_at(app: &App, area: Rect, at: (u16, u16)) -> Option<u16> {
    let inner = inset(area, 1);
    if area.height == 0 || at.1 != inner.y {
        return None;
    }
    let mut x = inner.x;
    for field in header(app, &Theme::of(app.shared.appearance), inner.width).fields {
        let is_bar = matches!(field.what, FieldContent::Progress(_));
        if is_bar && (x..x + field.width).contains(&at.0) {
            let last = u32::from(field.width - 1).max(1);
            return Some((u32::from(at.0 - x) * 1000 / last) as u16);
        }
        x += field.width + 2;
    }
    None
}

fn draw_field(canvas: &mut Canvas<'_>, area: Rect, what: &FieldContent) {
    match what {
        FieldContent::Text(pieces) => {
            let mut line = canvas.line(area);
            for (text, style) in pieces {
                line.put(text, *style);
            }
        }
        FieldContent::Progress(share) => {
            let style = canvas.theme.progress;
            let what = Bar { share: *share, style, trough: canvas.theme.trough };
            bar(canvas, area, &what);
        }
    }
}

fn fields(app: &App, theme: &Theme) -> Vec<HeaderField> {
    let width = |text: &str| text_width(text, app.shared.appearance.glyphs);
    let history = &app.shared.history;
    let field = |priority: u8, pieces: Vec<(String, Style)>| {
        let width = pieces.iter().map(|(text, _)| width(text)).sum();
        HeaderField { priority, width, what: FieldContent::Text(pieces) }
    };
    let mut fields = Vec::with_capacity(10);
    fields.push(field(3, vec![("xentviz".to_owned(), theme.strong)]));
    let (word, style) = match history.state {
        _ if history.playing.is_some() => {
            (history.playing.as_deref().map(playing).unwrap_or_default(), theme.chosen)
        }
        // The trainer rests: what is shown has been.
        RunState::Paused | RunState::Finished | RunState::Stopped if history.is_past() => {
            ("◀ past    ".to_owned(), theme.chosen)
        }
        _ => state(theme, &history.state),
    };
    fields.push(field(0, vec![(word, style.add_modifier(Modifier::BOLD))]));
    let Some(facts) = history.facts.as_deref() else { return fields };
    fields.push(field(4, vec![(clipped(&facts.title, 34).into_owned(), theme.text)]));
    if matches!(history.state, RunState::Failed(_)) {
        return fields;
    }
    fields.push(field(1, epoch(history, theme)));
    let share = history.epochs_done() / history.epochs.max(1) as f64;
    let progress = HeaderField { priority: 6, width: BAR.0, what: FieldContent::Progress(share) };
    fields.extend(Some(progress).filter(|_| history.epochs > 0));
    if facts.abilities.trains {
        let pace_style = if app.shared.pending.pace.is_some() { theme.chosen } else { theme.text };
        fields.push(field(5, vec![(pace(app), pace_style)]));
    }
    let mode = app.shared.eta_mode();
    if mode != EtaMode::Own {
        let word = if mode == EtaMode::Equal { "η equal" } else { "η calibrated" };
        let waiting = if app.shared.pending.mode.is_some() { "…" } else { "" };
        fields.push(field(6, vec![(format!("{word}{waiting}"), theme.text)]));
    }
    if let UntilState::Pending(until) = &history.until {
        let text = format!("until {until}");
        // It says what the run does, and no chart shows it.
        fields.push(field(2, vec![(clipped(&text, 44).into_owned(), theme.chosen)]));
    }
    if let Some(left) = time_left(history, facts) {
        fields.push(field(8, vec![(format!("{} left", duration(left)), theme.quiet)]));
    }
    for (priority, text) in run_pieces(facts) {
        fields.push(field(priority, vec![(text, theme.quiet)]));
    }
    fields
}

/// Returns the state of a recording that plays: its speed, and how far it has come, in a fixed width.
fn playing(playing: &Playing) -> String {
    let of = minutes(playing.of);
    let at = format!("{:>width$}", minutes(playing.at), width = of.len());
    let mark = if playing.is_held { '‖' } else { '▷' };
    match playing.speed {
        None => format!("▷ resuming {at}/{of}"),
        Some(1.0) => format!("{mark} replay {at}/{of}"),
        Some(speed) => format!("{mark} replay ×{speed} {at}/{of}"),
    }
}

/// Returns a time of a recording: `0:03`, `12:40`, `1:02:03`.
fn minutes(seconds: f64) -> String {
    let whole = seconds as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours == 0 {
        format!("{minutes}:{seconds:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// Returns the number of epochs done at a step, with a decimal within an epoch, where it is never the next epoch.
fn epochs_done(history: &History, step: u64) -> String {
    let done = history.clock().epochs_done(step as f64);
    if history.clock().is_end_of_epoch(step) {
        count(done as u64)
    } else {
        let tenths = (done * 10.0).floor() as u64;
        format!("{}.{}", count(tenths / 10), tenths % 10)
    }
}

/// Returns the position in the past and the newest one: in steps if they are of the same tenth of an epoch.
fn past(history: &History, theme: &Theme) -> Vec<(String, Style)> {
    let unit = history.clock().unit();
    let epochs = [history.step, history.newest].map(|step| epochs_done(history, step));
    let (unit, [at, of]) = if epochs[0] == epochs[1] {
        ("step", [history.step, history.newest].map(count))
    } else {
        (unit, epochs)
    };
    vec![
        (format!("{unit} "), theme.quiet),
        (format!("{at:>width$}", width = of.len()), theme.chosen),
        (format!(" of {of}"), theme.quiet),
    ]
}

/// Returns the epoch of the position that is shown: of all epochs, or in the past of those that have been reached.
fn epoch(history: &History, theme: &Theme) -> Vec<(String, Style)> {
    if history.is_past() {
        return past(history, theme);
    }
    let (of, style) = (count(history.epochs), theme.strong);
    let unit = format!("{} ", history.clock().unit());
    if history.epochs == 0 {
        // Nobody knows when it ends.
        return vec![(unit, theme.quiet), (count(history.epoch()), style)];
    }
    let epoch = format!("{:>width$}", count(history.epoch()), width = of.len());
    vec![(unit, theme.quiet), (epoch, style), (format!("/{of}"), theme.quiet)]
}

/// Returns what the run is made of, each with its priority, from left to right.
fn run_pieces(facts: &RunFacts) -> Vec<(u8, String)> {
    if !facts.abilities.trains {
        return vec![(7, clipped(&facts.data, 24).into_owned())];
    }
    let mut pieces = vec![(7, seed(facts))];
    if let Some(lambda) = common_lambda(facts) {
        pieces.push((8, format!("λ {}", short(lambda))));
    }
    if facts.precision != Precision::default() {
        pieces.push((9, format!("in {}", facts.precision.name())));
    }
    let noun = if facts.examples == 1 { "example" } else { "examples" };
    pieces.push((7, format!("{} {noun}", count(facts.examples as u64))));
    if let Some(path) = &facts.model {
        let name = path.rsplit('/').next().unwrap_or(path);
        pieces.push((8, format!("from {}", clipped(name, 24))));
    }
    // A table is given in full in the scenario, and a title may already name the data.
    if facts.data != "table" && facts.data != facts.title {
        pieces.push((8, clipped(&facts.data, 24).into_owned()));
    }
    pieces
}

/// Returns the λ that all arms have, unless it is 0.
fn common_lambda(facts: &RunFacts) -> Option<f64> {
    let first = facts.arms.first()?.lambda;
    (first > 0.0 && facts.arms.iter().all(|arm| arm.lambda == first)).then_some(first)
}

/// Returns the time that the rest of a run takes at its present pace; `None` while it is idle.
fn time_left(history: &History, facts: &RunFacts) -> Option<Duration> {
    let rate = history.rate.filter(|_| history.state == RunState::Running)?;
    let measured = rate / facts.examples as f64;
    // A measurement close to the pace is noise, and a number that jumps.
    let per_second = match history.pace {
        Pace::Epochs(pace) if (measured / pace - 1.0).abs() < 0.1 => pace,
        _ => measured,
    };
    let left = history.epochs as f64 - history.epochs_done();
    Duration::try_from_secs_f64(left / per_second).ok()
}

fn seed(facts: &RunFacts) -> String {
    format!("seed {}", facts.seed)
}

/// Returns the text of the header, one fact per line, with the number of steps taken.
pub(super) fn readout(app: &App) -> Vec<String> {
    let history = &app.shared.history;
    let Some(facts) = history.facts.as_deref() else { return Vec::new() };
    if !facts.abilities.trains {
        return vec![
            format!("{}: {}", facts.name, facts.title),
            format!("step {}", count(history.step)),
        ];
    }
    vec![
        format!("scenario {}: {}", facts.name, facts.title),
        seed(facts),
        format!("step {}", count(history.step)),
        format!("epoch {}/{}", count(history.epoch()), count(history.epochs)),
    ]
}

/// Returns the pace in a field of fixed width; at full speed the measured rate.
fn pace(app: &App) -> String {
    let pace = app.shared.pending.pace.unwrap_or(app.shared.history.pace);
    let waiting = if app.shared.pending.pace.is_some() { "…" } else { "" };
    let text = match (pace, app.shared.history.rate) {
        (Pace::Max, Some(rate)) if app.shared.pending.pace.is_none() => {
            format!("max pace, {:>5} examples/s", abbreviated(rate))
        }
        (Pace::Epochs(1.0), _) => format!("1 epoch/s{waiting}"),
        _ => format!("{pace}{waiting}"),
    };
    let width = if pace == Pace::Max { 26 } else { 13 };
    format!("{text:<width$}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{epoch, playing};
    use crate::canvas::Appearance;
    use crate::canvas::theme::Theme;
    use crate::telemetry::{Clock, Event, History, Playing, RunFacts, RunStatus};

    #[test]
    fn a_recording_is_not_taken_for_live_training_and_its_time_keeps_its_width() {
        let at = |at, speed, is_held| {
            playing(&Playing { at, of: 754.0, speed, is_held, ..Playing::default() })
        };
        assert_eq!(at(3.9, Some(4.0), false), "▷ replay ×4  0:03/12:34");
        assert_eq!(at(754.0, Some(4.0), true), "‖ replay ×4 12:34/12:34");
        assert_eq!(at(60.0, Some(1.0), false), "▷ replay  1:00/12:34");
        assert_eq!(at(60.0, None, false), "▷ resuming  1:00/12:34");
    }

    #[test]
    fn a_position_in_the_past_is_never_told_as_the_newest_one() {
        let told = |step, newest| -> String {
            let mut history = History::default();
            let facts = RunFacts { clock: Clock::constant(5), ..RunFacts::default() };
            history.apply(Event::Began(Arc::new(facts)));
            let status = RunStatus { step, newest, epochs: 30, ..RunStatus::default() };
            history.apply(Event::Stands(status));
            let theme = Theme::of(Appearance::default());
            epoch(&history, &theme).into_iter().map(|(text, _)| text).collect()
        };
        assert_eq!(told(45, 47), "epoch   9 of 9.4");
        assert_eq!(told(46, 50), "epoch 9.2 of 10");
        assert_eq!(told(5, 50), "epoch  1 of 10");
        assert_eq!(told(47, 47), "epoch  9/30");
    }
}
