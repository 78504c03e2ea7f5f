//! Presses every line of the key table in a state in which it works, and looks for an effect.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::keymap::{binding, lines};
use crate::app::{App, Message};
use crate::canvas::Appearance;
use crate::telemetry::{
    Activation, Answer, ArmFacts, ArmFields, ArmProgress, BranchFacts, BranchId, Catalogue,
    ChannelFacts, Clock, Cost, Event, Fields, History, KeyEntry, Output, PlaneExample,
    PlaneExamples, PlaneTarget, Playing, RunFacts, RunState, RunStatus, ScenarioEntry, Setting,
    SingleExample, TimeMove,
};
use crate::views::{Key, Tab};

/// Returns a dashboard of a run whose arms have layers of these sizes.
fn app(sizes: &[usize], state: RunState) -> App {
    let arm = |name: &str, cost| ArmFacts {
        name: name.to_owned(),
        cost,
        sizes: sizes.to_vec(),
        hidden: Activation::Sigmoid,
        output: Output::Sigmoid,
        lambda: 0.0,
        start: "given".to_owned(),
    };
    let entry = |name: &str| ScenarioEntry {
        name: name.to_owned(),
        title: name.to_owned(),
        summary: name.to_owned(),
    };
    let key = KeyEntry {
        name: "seed".to_owned(),
        is_of_arm: false,
        about: "seed".to_owned(),
        values: vec![],
    };
    let names = ["saturated", "xor", "digits"].iter().cycle().take(40);
    let catalogue =
        Catalogue { scenarios: names.map(|name| entry(name)).collect(), keys: vec![key] };
    let single = (sizes == [1, 1]).then(|| SingleExample { x: vec![1.0], y: 0.0 });
    let mut app = App::new(Appearance::default(), catalogue);
    let has_classes = |_: &usize| sizes[0] == 784 || sizes[0] == 4;
    let classes: Vec<String> =
        (0..*sizes.last().unwrap_or(&0)).filter(has_classes).map(|k| k.to_string()).collect();
    let facts = RunFacts {
        name: "xor".to_owned(),
        examples: 50,
        batch: 50,
        single,
        picture: (sizes[0] == 784).then_some((28, 28)),
        channels: ChannelFacts::of_training(sizes.len() - 1, &classes),
        classes,
        test_examples: 20,
        clock: Clock::constant(1),
        arms: vec![arm("one", Cost::Quadratic), arm("other", Cost::CrossEntropy)],
        ..RunFacts::default()
    };
    let progress = ArmProgress { eta: 0.15, ..ArmProgress::default() };
    app.update(Message::Received(vec![
        Event::Began(Arc::new(facts)),
        Event::Progressed(0, Box::new(progress.clone())),
        Event::Progressed(1, Box::new(progress)),
        Event::Stands(RunStatus { state, step: 20, epochs: 300, ..RunStatus::default() }),
    ]));
    app
}

fn press(app: &App, codes: &[KeyCode]) -> App {
    let mut app = app.clone();
    for code in codes {
        app.update(Message::Key(KeyEvent::new(*code, KeyModifiers::NONE)));
    }
    app
}

fn typed(text: &str) -> Vec<KeyCode> {
    text.chars().map(KeyCode::Char).collect()
}

/// Returns a history that has gone back twice and changed something there, and then back once more.
fn with_branches(bare: &History) -> History {
    let mut history = bare.clone();
    let stand = |history: &mut History, step, newest| {
        let status = RunStatus { step, newest, epochs: bare.epochs, ..RunStatus::default() };
        history.apply(Event::Stands(status));
    };
    stand(&mut history, 50, 50);
    for id in 1..3 {
        let fork = BranchFacts {
            id: BranchId(id),
            parent: BranchId(id - 1),
            step: 10,
            setting: Setting::Eta { arm: 0, eta: 1.0 },
            etas_before: vec![0.5],
            etas: vec![1.0],
        };
        history.apply(Event::Moved(TimeMove::Forked(fork)));
        stand(&mut history, 10, 10);
        stand(&mut history, 40, 40);
    }
    history.apply(Event::Moved(TimeMove::Within));
    stand(&mut history, 20, 40);
    history
}

/// Returns the plane of two inputs with the cursor on an example, in a run of ten classes.
fn on_example() -> App {
    let mut app = App { tab: Tab::Data, ..app(&[2, 3, 10], RunState::Paused) };
    let fields = vec![vec![0.5; 4]; 10];
    let arm = ArmFields { layers: vec![fields], is_wrong: vec![false], ..ArmFields::default() };
    let example = PlaneExample { row: 0, at: [0.0, 0.0], target: PlaneTarget::Class(3) };
    let examples = PlaneExamples {
        points: vec![example],
        training: 1,
        of: (1, 0),
        ..PlaneExamples::default()
    };
    let fields = Fields::on_plane(20, examples, vec![arm.clone(), arm]);
    app.shared.answer = Some(Answer::Fields(Arc::new(fields)));
    press(&app, &[KeyCode::Enter])
}

/// Returns dashboards in which, together, every line of the table can have an effect.
fn states() -> Vec<App> {
    let mut states = vec![on_example(), press(&on_example(), &typed("0"))];
    for sizes in [&[1, 1][..], &[2, 40, 40, 2], &[4, 8, 3], &[784, 30, 10]] {
        let bare = app(sizes, RunState::Paused);
        for tab in Tab::ALL {
            let open = App { tab: *tab, ..bare.clone() };
            let cursor = press(&open, &[KeyCode::Enter]);
            let moved = [KeyCode::Right, KeyCode::Down, KeyCode::Right, KeyCode::Down];
            let moved = press(&cursor, &moved);
            let elsewhere = press(&moved, &typed("););};"));
            let opened = press(&open, &typed("daf"));
            states.extend([open, cursor, moved, elsewhere, opened]);
        }
        // The second page of data.
        states.push(press(&App { tab: Tab::Data, ..bare.clone() }, &typed("w")));
        // The pad, with a drawing, and with two that are kept.
        let pad = press(&App { tab: Tab::Data, ..bare.clone() }, &typed("w"));
        let stroke = [KeyCode::Enter, KeyCode::Char(' '), KeyCode::Down, KeyCode::Char('K')];
        let drawn = press(&pad, &stroke[..3]);
        let kept = press(&press(&pad, &stroke), &[KeyCode::Esc]);
        let kept = press(&kept, &stroke);
        states.extend([pad, drawn, kept]);
        // The list of branches, with two of them.
        let mut branched = bare.clone();
        branched.shared.history = with_branches(&bare.shared.history);
        let branches = press(&branched, &typed("g"));
        let second = press(&branches, &[KeyCode::Up]);
        states.extend([branched, branches, second]);
        let mut playing = bare.clone();
        playing.shared.history.playing =
            Some(Box::new(Playing { speed: Some(1.0), ..Playing::default() }));
        states.push(playing);
        // Lines of commands, with one remembered and the cursor in the middle.
        let used = press(&press(&bare, &typed(":theme light")), &[KeyCode::Enter]);
        for text in [":", ":s", ":save abc def"] {
            let line = press(&used, &typed(text));
            let middle = press(&line, &[KeyCode::Left, KeyCode::Left]);
            let recalled = press(&line, &[KeyCode::Up]);
            states.extend([line, middle, recalled]);
        }
        let picker = press(&bare, &typed("o"));
        let filtered = press(&picker, &typed("i"));
        let further = press(&picker, &[KeyCode::PageDown, KeyCode::Down]);
        let edited = press(&filtered, &[KeyCode::Left]);
        let help = press(&bare, &typed("?"));
        let scrolled = press(&help, &[KeyCode::PageDown, KeyCode::Down]);
        states.extend([picker, filtered, further, edited, help, scrolled]);
    }
    states
}

/// Returns whether a key of the line with this index has an effect in a state: on the dashboard or
/// outside.
fn acts(state: &App, index: usize, key: Key) -> bool {
    let lines = lines(state);
    let bound = binding(state, &lines, key);
    if !bound.is_some_and(|found| std::ptr::eq(found, &raw const lines[index])) {
        return false;
    }
    let mut app = state.clone();
    let effects = app.update(Message::Key(KeyEvent::new(key.code, key.modifiers)));
    !effects.is_empty() || app != *state
}

#[test]
fn every_key_of_every_line_of_the_tables_has_an_effect_somewhere() {
    let states = states();
    let mut idle = Vec::new();
    for (index, line) in lines(&App::default()).iter().enumerate() {
        for key in line.keys.keys {
            if !states.iter().any(|state| acts(state, index, *key)) {
                idle.push(format!("{key:?} in {:?}: {}", line.keys.scope, line.keys.help));
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}
