//! `:until` as it is typed and as the screen tells it.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::testing::app::{App, BannerKind, Message, Overlay};
use xentviz::testing::scenario::{Override, find};
use xentviz::testing::telemetry::{RunState, UntilState};
use xentviz::testing::ui;

use crate::claims::{Watched, check, sentences};

fn watched(name: &str) -> Watched {
    let pace = Override::new("training.pace", "max", "the test");
    Watched::start(find(name).expect("it is built in").text, name, &[pace])
}

fn type_command(run: &mut Watched, command: &str) {
    for typed in format!(":{command}").chars() {
        run.update(Message::Key(KeyEvent::from(KeyCode::Char(typed))));
    }
    run.update(Message::Key(KeyEvent::from(KeyCode::Enter)));
}

/// Types a condition and waits until the run has trained for it. Spaces aside, the condition is written as the
/// run writes it.
fn train_until(run: &mut Watched, condition: &str) {
    type_command(run, &format!("until {condition}"));
    let written = condition.replace(' ', "");
    run.until(condition, |app| {
        let history = &app.shared.history;
        // The state of the condition before this one stays until the command has been received.
        let is_over = match &history.until {
            UntilState::Met(until, _) | UntilState::Missed(until) => {
                until.to_string().replace(' ', "") == written
            }
            UntilState::None | UntilState::Pending(_) => false,
        };
        is_over && history.state != RunState::Running
    });
    // An evaluation of the step may still be under way.
    run.until("the evaluations", |app| {
        let history = &app.shared.history;
        let evaluated = |step: Option<u64>| step == Some(history.step);
        !history.clock().is_end_of_epoch(history.step)
            || history
                .arms
                .iter()
                .all(|arm| evaluated(arm.evaluation.as_ref().map(|evaluation| evaluation.step)))
    });
}

/// Returns the rows of the screen.
fn rows(run: &Watched) -> Vec<String> {
    rows_of(&run.app, (120, 40))
}

fn rows_of(app: &App, (columns, rows): (u16, u16)) -> Vec<String> {
    let area = Rect::new(0, 0, columns, rows);
    let mut cells = Buffer::empty(area);
    ui::draw(app, area, &mut cells);
    let row = |y: u16| (0..area.width).map(|x| cells[(x, y)].symbol()).collect();
    (0..area.height).map(row).collect()
}

#[test]
fn the_headline_says_first_why_the_run_has_stopped() {
    let mut run = watched("xor");
    train_until(&mut run, "accuracy=95 %");
    let headline = &rows(&run)[2];
    let begin = " Stopped: accuracy of cross-entropy is 95.4 %, as asked.";
    assert!(headline.starts_with(begin), "{headline}");
    assert!(rows(&run)[0].contains("‖ paused"), "{}", rows(&run)[0]);
    // It goes as soon as the run does.
    run.epoch();
    assert!(!sentences(&run.app).iter().any(|sentence| sentence.starts_with("Stopped")));
}

#[test]
fn the_header_says_until_when_the_run_trains() {
    let mut run = watched("xor");
    run.update(Message::Key(KeyEvent::from(KeyCode::Char('<'))));
    type_command(&mut run, "set training.pace=0.5");
    type_command(&mut run, "until cost<1e-9");
    run.until("the condition", |app| matches!(app.shared.history.until, UntilState::Pending(_)));
    // As it was typed, on the narrowest screen and in a room too, and while the run is paused.
    let is_said = |run: &Watched| {
        for (is_presenting, size) in [(false, (80, 24)), (false, (120, 40)), (true, (120, 40))] {
            let mut app = run.app.clone();
            app.shared.appearance.is_presenting = is_presenting;
            let header = rows_of(&app, size).remove(0);
            assert!(header.contains("until cost<1e-9"), "{header}");
        }
    };
    is_said(&run);
    run.update(Message::Key(KeyEvent::from(KeyCode::Char(' '))));
    run.until("the pause", |app| app.shared.history.state == RunState::Paused);
    is_said(&run);
    run.update(Message::Key(KeyEvent::from(KeyCode::Char('r'))));
    run.until("another start", |app| app.shared.history.until == UntilState::None);
    assert!(!rows(&run)[0].contains("until"), "{}", rows(&run)[0]);
    assert!(rows(&run)[1].ends_with(":until cost<1e-9 is given up "), "{}", rows(&run)[1]);
}

#[test]
fn a_condition_that_is_met_already_is_answered_with_the_arm_and_its_value() {
    let mut run = watched("saturated");
    type_command(&mut run, "until cost<50");
    run.until("the answer", |app| app.banner.is_some());
    let banner = run.app.banner.clone().expect("an answer");
    assert_eq!(banner.kind, BannerKind::Fact);
    let words = "cost<50 is met already: the cost C of quadratic is ";
    assert!(banner.text.starts_with(words), "{}", banner.text);
    assert!(!rows(&run).concat().contains('✓'));
}

#[test]
fn a_refusal_is_shown_whole_on_a_narrow_screen() {
    let mut run = watched("saturated");
    type_command(&mut run, "until cost>1");
    run.until("the refusal", |app| matches!(app.overlay, Some(Overlay::Prompt(_))));
    let shown = rows_of(&run.app, (80, 24));
    let shown = shown[20..].iter().map(|row| row.trim()).collect::<Vec<_>>().join(" ");
    assert!(shown.contains("a condition is met where it begins to hold"), "{shown}");
}

#[test]
fn every_sentence_on_a_condition_is_true() {
    for (name, conditions) in [
        ("saturated", &["a=0.5", "step=30", "cost<0.1", "epoch=100", "quadratic.a=0.5"][..]),
        ("xor", &["step=30", "cross-entropy.accuracy=70%", "no better for 3 epochs"]),
        ("iris", &["epoch=2", "epoch=5"]),
    ] {
        let mut run = watched(name);
        for condition in conditions {
            train_until(&mut run, condition);
            let first = sentences(&run.app).remove(0);
            assert!(first.starts_with("Stopped: "), "{name}, {condition}: {first}");
            check(&mut run);
        }
        train_until(&mut run, "cost<=0");
        let first = sentences(&run.app).remove(0);
        assert_eq!(first, "The run ended before cost<=0 was met.");
        check(&mut run);
    }
}

#[test]
fn a_condition_that_cannot_be_met_stays_in_the_prompt_with_the_reason() {
    let mut run = watched("xor");
    for (condition, reason) in [
        ("a=0.5", "until: a is the output of one neuron on one example"),
        ("loss<1", "until: found \"loss<1\"; a=0.5, accuracy=95%"),
        ("accuracy=95", "until: found \"95\"; 95% or 0.95 would do"),
        ("epoch=4000", "until: the run ends at step "),
        ("deep.cost<1", "until: found the arm \"deep\"; quadratic or cross-entropy would do"),
    ] {
        type_command(&mut run, &format!("until {condition}"));
        run.until("the refusal", |app| matches!(app.overlay, Some(Overlay::Prompt(_))));
        let Some(Overlay::Prompt(prompt)) = &run.app.overlay else { unreachable!() };
        let error = prompt.error.clone().expect("a reason");
        assert!(error.starts_with(reason), "{error}");
        run.update(Message::Key(KeyEvent::from(KeyCode::Esc)));
    }
}
