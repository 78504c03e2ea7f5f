//! Frames of a dashboard as a terminal receives them, at once and in parts.

use std::io::ErrorKind;
use std::ops::ControlFlow::Continue;
use std::sync::Arc;

use crossterm::event::KeyCode;

use crate::app::{App, Message};
use crate::canvas::Appearance;
use crate::experiment::{Experiment, load};
use crate::scenario::{Override, Scenario, entries, find};
use crate::telemetry::{ArmProgress, Event, RunStatus};
use crate::terminal::{FrameOutput, Renderer, shown};
use crate::ui;

/// Returns the output of a whole frame.
fn whole(bytes: &mut Vec<u8>) -> FrameOutput<'_> {
    FrameOutput { bytes, most: None }
}

/// Returns the output of a frame of at most `most` bytes.
fn part(bytes: &mut Vec<u8>, most: usize) -> FrameOutput<'_> {
    FrameOutput { bytes, most: Some(most) }
}

/// Returns a dashboard on which a run of two networks on pictures has just started.
fn dashboard() -> App {
    let digits = find("digits").expect("a built-in scenario");
    let few = Override::new("data.train", "20", "a few");
    let scenario = Scenario::read(digits.text, digits.name, &[few]).expect("the scenario is valid");
    let data = load(&scenario, &|_| Err(ErrorKind::NotFound.into()), &mut |_| Continue(()));
    let data = Arc::new(data.expect("digits are generated"));
    let mut run = Experiment::new(&scenario, data).expect("the scenario can be run");
    let arms = (0..2).map(|arm| ArmProgress {
        eta: run.etas()[arm],
        gradient_factors: Some(run.gradient_factors(arm)),
        ..ArmProgress::default()
    });
    let arms = arms.map(Box::new).enumerate();
    let mut events: Vec<Event> =
        arms.map(|(arm, progress)| Event::Progressed(arm, progress)).collect();
    events.insert(0, Event::Began(Arc::new(run.facts())));
    events.push(Event::Stands(RunStatus::default()));
    let mut app = App::new(Appearance::default(), entries());
    app.update(Message::Received(events));
    app
}

#[test]
fn an_unchanged_dashboard_has_no_bytes() {
    let app = dashboard();
    for size in [(80, 24), (200, 60)] {
        let mut screen = Renderer::new(app.shared.appearance.colours, true);
        let mut frame = || {
            let mut bytes = Vec::new();
            screen.frame(size, whole(&mut bytes), |area, cells| ui::draw(&app, area, cells));
            bytes.len()
        };
        assert!(frame() > 1000, "the first frame draws every cell");
        assert_eq!(frame(), 0, "{size:?}");
    }
}

#[test]
fn a_frame_in_parts_ends_as_the_whole_frame_and_starts_with_the_header() {
    let app = dashboard();
    let size = (80, 24);
    let mut renderer = Renderer::new(app.shared.appearance.colours, true);
    let mut at_once = Vec::new();
    assert!(renderer.frame(size, whole(&mut at_once), |area, cells| ui::draw(&app, area, cells)));
    let mut screen = Renderer::new(app.shared.appearance.colours, true);
    let mut frames = Vec::new();
    loop {
        let mut bytes = Vec::new();
        let is_whole =
            screen.frame(size, part(&mut bytes, 300), |area, cells| ui::draw(&app, area, cells));
        frames.push(bytes);
        if is_whole {
            break;
        }
    }
    assert!(frames.len() > 4, "{}", frames.len());
    assert!(frames.iter().skip(1).all(|frame| frame.len() < 300 + 50));
    assert!(shown(&frames[..1], size).contains("xentviz"));
    assert_eq!(shown(&frames, size), shown(&[at_once], size));
    let mut nothing = Vec::new();
    screen.frame(size, part(&mut nothing, 300), |area, cells| ui::draw(&app, area, cells));
    assert!(nothing.is_empty());
}

#[test]
fn another_view_is_not_mixed_with_the_previous_one() {
    let mut app = dashboard();
    let mut screen = Renderer::new(app.shared.appearance.colours, true);
    let mut frames: Vec<Vec<u8>> = Vec::new();
    let mut draw = |screen: &mut Renderer, app: &App| {
        let mut bytes = Vec::new();
        let is_whole = screen.frame((80, 24), part(&mut bytes, 144), |area, cells| {
            ui::draw(app, area, cells);
        });
        frames.push(bytes);
        (is_whole, shown(&frames, (80, 24)))
    };
    while !draw(&mut screen, &app).0 {}
    assert!(draw(&mut screen, &app).1.contains("recall"));
    app.update(Message::Key(KeyCode::Char('2').into()));
    screen.begin_view();
    let (_, first) = draw(&mut screen, &app);
    assert!(first.contains("xentviz") && !first.contains("recall"), "{first}");
    while !draw(&mut screen, &app).0 {}
    app.update(Message::Key(KeyCode::Char('1').into()));
    screen.begin_view();
    while !draw(&mut screen, &app).0 {}
    let last = draw(&mut screen, &app).1;
    assert!(last.contains("recall"), "{last}");
}
