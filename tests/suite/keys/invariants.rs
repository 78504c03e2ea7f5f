//! Properties that hold for any sequence of keys and updates.

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_oneof, proptest};
use proptest::sample::select;
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Effect, Message, Overlay, Target, footer, help};
use xentviz::testing::nn::Cost;
use xentviz::testing::telemetry::{
    BranchFacts, BranchId, EtaMode, Notice, Pace, Question, RunState, Setting, TimeMove, Window,
};
use xentviz::testing::views::{Tab, ViewTarget};

use crate::keys::{arm, empty, first_update, next_update};

fn code() -> impl Strategy<Value = KeyCode> {
    let named = vec![
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::F(1),
        KeyCode::Null,
    ];
    let bound: Vec<KeyCode> =
        " sS.+=-c<>rRlmzZoe:tM1234?qw()hjklvafLgx".chars().map(KeyCode::Char).collect();
    prop_oneof![
        4 => select(bound),
        4 => select(named),
        1 => proptest::char::range('!', '~').prop_map(KeyCode::Char),
        1 => any::<char>().prop_map(KeyCode::Char),
    ]
}

fn key() -> impl Strategy<Value = Message> {
    let modifiers = prop_oneof![
        6 => Just(KeyModifiers::NONE),
        2 => Just(KeyModifiers::SHIFT),
        1 => Just(KeyModifiers::CONTROL),
        1 => Just(KeyModifiers::ALT),
    ];
    let kinds = vec![KeyEventKind::Press, KeyEventKind::Repeat, KeyEventKind::Release];
    (code(), modifiers, select(kinds)).prop_map(|(code, modifiers, kind)| {
        Message::Key(KeyEvent::new_with_kind(code, modifiers, kind))
    })
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        select(Tab::ALL).prop_map(Target::Tab),
        (0..6_usize).prop_map(|arm| Target::View(ViewTarget::Arm(arm))),
        (0..6_usize).prop_map(|arm| Target::View(ViewTarget::Eta(arm))),
        (0..9_usize, 0..9_usize, 0..4_usize).prop_map(|(neuron, input, layer)| {
            Target::View(ViewTarget::Weight { neuron, input, layer })
        }),
    ]
}

/// Generates a run of one to four arms of any shape, some of them on pictures.
fn beginning() -> impl Strategy<Value = Update> {
    let sizes = vec(1..9_usize, 2..5);
    let pictures = prop_oneof![Just(None), Just(Some((2, 3))), Just(Some((2, 2)))];
    (vec(sizes, 1..5), pictures).prop_map(|(all, picture)| {
        let arms = all
            .iter()
            .enumerate()
            .map(|(i, sizes)| arm(&format!("arm-{i}"), Cost::ALL[i % 2], sizes));
        first_update(arms.collect(), picture)
    })
}

fn notice() -> impl Strategy<Value = Notice> {
    let modes = vec![EtaMode::Own, EtaMode::Equal, EtaMode::Calibrated];
    let setting = prop_oneof![
        (0..5_usize, 1e-3..10.0).prop_map(|(arm, eta)| Setting::Eta { arm, eta }),
        (select(modes), 0..5_usize).prop_map(|(mode, arm)| Setting::EtaMode { mode, arm }),
    ];
    prop_oneof![
        (setting, vec(0.0..10.0, 0..5)).prop_map(|(setting, etas)| Notice::Set {
            step: 7,
            setting,
            etas
        }),
        Just(Notice::Refused("no".to_owned())),
        Just(Notice::Remark("so".to_owned())),
    ]
}

fn state() -> impl Strategy<Value = RunState> {
    select(vec![
        RunState::Loading(xentviz::testing::telemetry::LoadProgress::default()),
        RunState::Paused,
        RunState::Running,
        RunState::Finished,
        RunState::Stopped,
        RunState::Failed("no".to_owned()),
    ])
}

/// Generates moves in time, also to branches that are not there.
fn moved() -> impl Strategy<Value = Option<TimeMove>> {
    let facts = (0..4_u32, 1..4_u32, 0..30_u64).prop_map(|(parent, later, step)| BranchFacts {
        id: BranchId(parent + later),
        parent: BranchId(parent),
        step,
        setting: Setting::Eta { arm: 0, eta: 1.0 },
        etas_before: vec![0.5],
        etas: vec![1.0],
    });
    prop_oneof![
        4 => Just(None),
        2 => Just(Some(TimeMove::Within)),
        2 => facts.prop_map(|facts| Some(TimeMove::Forked(facts))),
        1 => (0..6_u32).prop_map(|id| Some(TimeMove::Switched(BranchId(id)))),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let update = (vec(1e-3..10.0, 0..5), vec(notice(), 0..3), state(), any::<bool>());
    let update = (update, moved(), 0..30_u64, 0..30_u64);
    let update = update.prop_map(|((etas, notices, state, at_max), moved, step, newest)| {
        let pace = if at_max { Pace::Max } else { Pace::Epochs(30.0) };
        let update = next_update(&etas, notices);
        Message::Received(Update { moved, state, step, newest, pace, ..update }.events())
    });
    prop_oneof![
        30 => key(),
        2 => beginning().prop_map(|update| Message::Received(update.events())),
        4 => update,
        1 => ".{0,20}".prop_map(Message::Pasted),
        2 => target().prop_map(Message::Click),
        2 => proptest::option::of(target()).prop_map(Message::Drag),
        2 => (target(), any::<bool>()).prop_map(|(target, up)| Message::Wheel { target, up }),
        1 => Just(Message::CannotSuspend),
        1 => (0..200_u16, 0..70_u16)
            .prop_map(|(width, height)| Message::Resized(Rect::new(0, 2, width, height))),
        1 => Just(Message::Written(Err("no".to_owned()))),
        1 => Just(Message::Written(Ok("yes".to_owned()))),
    ]
}

fn check_invariants(app: &App) -> Result<(), String> {
    let weights = &app.views.weights;
    let (neurons, inputs) = app.shared.layer_shape();
    let invariants = [
        ("the arm exists", app.shared.arm < app.shared.arms().max(1)),
        ("the layer exists", app.shared.weight.layer < app.shared.layers().max(1)),
        ("the neuron exists", app.shared.weight.neuron < neurons.max(1)),
        ("the input exists or is the bias", app.shared.weight.input <= inputs),
        ("the first visible neuron exists", weights.scroll < neurons.max(1)),
        ("a difference needs two arms", !weights.difference || app.shared.arms() > 1),
        ("there is one pending value per arm", app.shared.pending.etas.len() == app.shared.arms()),
        ("the ghosts are bounded", app.shared.history.ghosts.len() <= 8),
        ("a cross-hair has the keys", {
            app.shared.crosshair.is_none() || (app.shared.cursor_focused && app.tab == Tab::Duel)
        }),
        ("the zoom is bounded", app.shared.chart.zoom <= 8),
        ("weights are requested while they are on screen", {
            // The page of the neurons shows the weights of one of them.
            app.tab == Tab::Data || app.request.is_some() == (app.tab == Tab::Weights)
        }),
        ("the surface is bounded", {
            let surface = &app.views.surface;
            let is_wide = |window: &Window| window.spans().0 > 0.0 && window.spans().1 > 0.0;
            let window = match &app.question {
                Some(Question::Surface(request)) => Some(request.window),
                Some(Question::Atlas(request)) => Some(request.window),
                _ => None,
            };
            (-4..=12).contains(&surface.zoom)
                && surface.past_trajectories.len() <= 24
                && window.as_ref().is_none_or(is_wide)
                && surface.cursor.iter().chain(&surface.centre).all(|at| at.abs() <= 1e7)
        }),
        (
            "the cursor is in the line",
            match &app.overlay {
                Some(Overlay::Prompt(prompt)) => prompt.cursor <= prompt.text.chars().count(),
                Some(Overlay::Picker(picker)) => {
                    picker.selected < picker.matches(&app.catalogue.scenarios).len().max(1)
                }
                Some(Overlay::Branches { selected }) => {
                    *selected < app.shared.history.ghosts.len().max(1)
                }
                _ => true,
            },
        ),
    ];
    invariants
        .into_iter()
        .find(|(_, holds)| !holds)
        .map_or(Ok(()), |(name, _)| Err(name.to_owned()))
}

/// Returns whether this key may end the program: `q`, ctrl-c, or `enter` after a command to quit.
fn may_quit(app: &App, message: &Message) -> bool {
    let Message::Key(key) = message else { return false };
    match key.code {
        KeyCode::Char('q') => {
            matches!(app.overlay, None | Some(Overlay::Help { .. } | Overlay::Branches { .. }))
        }
        KeyCode::Char('c' | 'C') => key.modifiers.contains(KeyModifiers::CONTROL),
        KeyCode::Enter => matches!(&app.overlay, Some(Overlay::Prompt(prompt))
            if "quit".starts_with(prompt.text.trim().trim_start_matches(':').trim())),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_keys_and_updates_breaks_an_invariant(messages in vec(message(), 0..120)) {
        let mut app = empty();
        for message in messages {
            let may_quit = may_quit(&app, &message);
            let effects = app.update(message.clone());
            prop_assert!(!effects.contains(&Effect::Quit) || may_quit, "{message:?}");
            let checked = check_invariants(&app);
            prop_assert!(checked.is_ok(), "{checked:?} after {message:?}");
            prop_assert!(!footer(&app).is_empty());
            prop_assert!(!help(&app).is_empty());
        }
    }
}
