//! The keys that work in every view, and the replies of the run.

use std::sync::Arc;

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::testing::app::{
    App, BannerKind, CopyTo, Effect, Hint, Message, Overlay, Target, footer,
};
use xentviz::testing::canvas::{ChartScale, DrawnPart, Glyphs, Smoothing, ThemeName};
use xentviz::testing::nn::Cost;
use xentviz::testing::telemetry::{
    Clock, Command, EtaMode, Notice, Pace, RunFacts, RunState, Setting, TimeTarget, WeightQuantity,
    WeightsRequest,
};
use xentviz::testing::ui;
use xentviz::testing::views::{Symbol, Tab, ViewTarget};

use crate::fixtures;
use crate::keys::{
    apply, arm, both_costs, command, ctrl, duel, empty, first_update, keys, next_update, press,
    press_with, sends, sets_eta,
};

#[test]
fn keys_that_control_the_run_send_commands_and_change_nothing_here() {
    for (key, command) in [
        (' ', Command::Toggle),
        ('s', Command::Step),
        ('.', Command::Step),
        ('S', Command::Epoch),
        ('r', Command::Reset),
        ('R', Command::NewSeed),
    ] {
        let mut app = duel(&[1, 1]);
        let before = app.clone();
        assert_eq!(press(&mut app, KeyCode::Char(key)), sends(command), "{key}");
        assert_eq!(app, before, "{key}");
    }
}

#[test]
fn eta_goes_from_notch_to_notch_and_is_pending_until_the_run_replies() {
    let mut app = duel(&[1, 1]);
    assert_eq!(keys(&mut app, "+"), sets_eta(0, 0.16));
    assert_eq!(keys(&mut app, "="), sets_eta(0, 0.2));
    assert_eq!(keys(&mut app, "-"), sets_eta(0, 0.16));
    assert_eq!(keys(&mut app, "+"), sets_eta(0, 0.2));
    assert_eq!(app.shared.pending.etas, [Some(0.2), None]);
    assert_eq!(app.shared.history.arms[0].eta, 0.15);

    let set = |eta| Notice::Set {
        step: 117,
        setting: Setting::Eta { arm: 0, eta },
        etas: vec![eta, 0.15],
    };
    apply(&mut app, next_update(&[0.16, 0.15], vec![set(0.16)]));
    assert_eq!(
        app.shared.pending.etas,
        [Some(0.2), None],
        "an earlier reply leaves the later value pending"
    );
    apply(&mut app, next_update(&[0.2, 0.15], vec![set(0.2), set(0.16), set(0.2)]));
    assert_eq!(app.shared.pending.etas, [None, None]);
    let banner = app.banner.clone().unwrap();
    assert_eq!(banner.kind, BannerKind::Done);
    assert_eq!(banner.text, "η of quadratic is 0.2 from step 118 (▾ on the charts)");
    assert_eq!(app.shared.history.marks.len(), 4);
}

#[test]
fn a_refusal_and_a_new_run_clear_all_pending_values() {
    for update in [
        next_update(&[0.15, 0.15], vec![Notice::Refused("no".to_owned())]),
        first_update(both_costs(&[1, 1]), None),
    ] {
        let mut app = duel(&[1, 1]);
        keys(&mut app, "+c>");
        assert!(app.shared.pending.etas[0].is_some());
        assert!(app.shared.pending.mode.is_some() && app.shared.pending.pace.is_some());
        apply(&mut app, update);
        assert_eq!(app.shared.pending.etas, [None, None]);
        assert_eq!((app.shared.pending.mode, app.shared.pending.pace), (None, None));
    }
}

#[test]
fn if_all_arms_share_one_eta_it_is_pending_for_all_of_them() {
    let mut app = duel(&[1, 1]);
    apply(&mut app, Update { eta_mode: EtaMode::Equal, ..next_update(&[0.15, 0.15], vec![]) });
    assert_eq!(keys(&mut app, "-"), sets_eta(0, 0.125));
    assert_eq!(app.shared.pending.etas, [Some(0.125), Some(0.125)]);
    let setting = Setting::Eta { arm: 0, eta: 0.125 };
    let set = Notice::Set { step: 0, setting, etas: vec![0.125, 0.125] };
    apply(&mut app, Update { eta_mode: EtaMode::Equal, ..next_update(&[0.125, 0.125], vec![set]) });
    assert_eq!(app.shared.pending.etas, [None, None]);
    assert_eq!(
        app.banner.unwrap().text,
        "all arms have one η: 0.125, 0.125 from step 1 (▾ on the charts)"
    );
}

#[test]
fn the_modes_of_eta_cycle_and_the_calibrated_one_needs_both_costs() {
    let mode = |mode, arm| sends(Command::Set(Setting::EtaMode { mode, arm }));
    let mut app = duel(&[1, 1]);
    press(&mut app, KeyCode::Tab);
    assert_eq!(keys(&mut app, "c"), mode(EtaMode::Equal, 1));
    assert_eq!(keys(&mut app, "c"), mode(EtaMode::Calibrated, 1));
    assert_eq!(keys(&mut app, "c"), mode(EtaMode::Own, 1));
    assert_eq!(app.shared.history.eta_mode, EtaMode::Own);

    let two = vec![arm("one", Cost::Quadratic, &[2, 1]), arm("two", Cost::Quadratic, &[2, 1])];
    apply(&mut app, first_update(two, None));
    assert_eq!(app.shared.pending.mode, None);
    assert_eq!(keys(&mut app, "c"), mode(EtaMode::Equal, 1));
    assert_eq!(keys(&mut app, "c"), mode(EtaMode::Own, 1));

    apply(&mut app, first_update(vec![arm("one", Cost::Quadratic, &[2, 1])], None));
    assert_eq!(keys(&mut app, "c"), []);
}

#[test]
fn tab_cycles_through_the_arms() {
    let mut app = duel(&[1, 1]);
    press(&mut app, KeyCode::Tab);
    assert_eq!(app.shared.arm, 1);
    assert_eq!(keys(&mut app, "+"), sets_eta(1, 0.16));
    press(&mut app, KeyCode::Tab);
    assert_eq!(app.shared.arm, 0);
    press_with(&mut app, KeyCode::BackTab, KeyModifiers::SHIFT);
    assert_eq!(app.shared.arm, 1);
    apply(&mut app, first_update(vec![arm("only", Cost::Quadratic, &[1, 1])], None));
    assert_eq!(app.shared.arm, 0);
}

#[test]
fn pace_steps_on_from_the_last_requested_one() {
    let mut app = duel(&[1, 1]);
    let pace = |pace| sends(Command::Pace(pace));
    assert_eq!(keys(&mut app, ">"), pace(Pace::Epochs(50.0)));
    assert_eq!(keys(&mut app, ">"), pace(Pace::Epochs(100.0)));
    assert_eq!(keys(&mut app, "<"), pace(Pace::Epochs(50.0)));
    assert_eq!(app.shared.pending.pace, Some(Pace::Epochs(50.0)));
    apply(&mut app, Update { pace: Pace::Epochs(50.0), ..next_update(&[0.15, 0.15], vec![]) });
    assert_eq!(app.shared.pending.pace, None);
    for _ in 0..20 {
        keys(&mut app, ">");
    }
    assert_eq!(app.shared.pending.pace, Some(Pace::Max));
    assert_eq!(keys(&mut app, ">"), [], "there is nothing beyond");
}

#[test]
fn charts_theme_and_mouse_do_not_concern_the_run() {
    let mut app = duel(&[1, 1]);
    assert_eq!(keys(&mut app, "lmzzz"), []);
    assert_eq!(app.shared.chart.scale, Some(ChartScale::Log));
    assert_eq!((app.shared.chart.smoothing, app.shared.chart.zoom), (Smoothing::Some, 3));
    keys(&mut app, "lmmZzzzzzzzzzz");
    assert_eq!(app.shared.chart.scale, Some(ChartScale::Linear));
    assert_eq!((app.shared.chart.smoothing, app.shared.chart.zoom), (Smoothing::None, 8));
    assert_eq!(keys(&mut app, "t"), []);
    assert_eq!(app.shared.appearance.theme, ThemeName::Light);
    assert_eq!(keys(&mut app, "MM"), [Effect::Mouse(true), Effect::Mouse(false)]);
}

#[test]
fn q_and_control_c_quit_and_esc_never_does() {
    let mut app = duel(&[1, 1]);
    assert_eq!(press(&mut app, KeyCode::Esc), []);
    assert_eq!(keys(&mut app, "q"), [Effect::Quit]);
    assert_eq!(ctrl(&mut app, 'c'), [Effect::Quit]);
    assert_eq!(ctrl(&mut app, 'z'), [Effect::Suspend]);
    assert_eq!(ctrl(&mut app, 'l'), [Effect::Redraw]);
    for open in ["?", "o", "e", ":"] {
        keys(&mut app, open);
        assert!(app.overlay.is_some(), "{open}");
        let typed = keys(&mut app, "q");
        assert_eq!(typed == [Effect::Quit], open == "?", "{open}");
        assert_eq!(ctrl(&mut app, 'c'), [Effect::Quit], "{open}");
        assert_eq!(press(&mut app, KeyCode::Esc), []);
        assert_eq!(app.overlay, None, "{open}");
    }
    assert_eq!(command(&mut app, "quit"), [Effect::Quit]);
}

#[test]
fn help_opens_scrolls_within_itself_and_closes() {
    let mut app = duel(&[1, 1]);
    let scroll = |app: &xentviz::testing::app::App| match app.overlay {
        Some(Overlay::Help { scroll }) => Some(scroll),
        _ => None,
    };
    keys(&mut app, "?jjk");
    assert_eq!(scroll(&app), Some(1));
    press(&mut app, KeyCode::PageDown);
    assert_eq!(scroll(&app), Some(11));
    press(&mut app, KeyCode::Up);
    press(&mut app, KeyCode::Down);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(scroll(&app), Some(1));
    (0..500).for_each(|_| drop(press(&mut app, KeyCode::Down)));
    assert!(scroll(&app).unwrap() < 200);
    assert_eq!(keys(&mut app, " +"), [], "the view behind it is unchanged");
    keys(&mut app, "?");
    assert_eq!(scroll(&app), None);
}

#[test]
fn a_key_held_down_repeats_only_movements_and_steps() {
    let mut app = duel(&[1, 1]);
    let mut held = |c, kind| {
        let key = KeyEvent::new_with_kind(KeyCode::Char(c), KeyModifiers::NONE, kind);
        app.update(Message::Key(key)).len()
    };
    for (key, repeats) in [(' ', 0), ('s', 1), ('+', 1), ('>', 1), ('r', 0), ('q', 0), ('M', 0)] {
        assert_eq!(held(key, KeyEventKind::Press), 1, "{key}");
        assert_eq!(held(key, KeyEventKind::Repeat), repeats, "{key}");
        assert_eq!(held(key, KeyEventKind::Release), 0, "{key}");
    }
}

#[test]
fn a_key_that_means_nothing_here_names_the_view_where_it_does() {
    let mut app = duel(&[1, 1]);
    for (key, words) in [
        ('d', "d is a key of Equation and Data"),
        ('w', "w is a key of Weights and Data"),
        ('v', "v is a key of Surface and Data"),
        ('h', "h moves the cursor: enter gives it the keys"),
        ('8', "8 is a key of Data"),
        ('J', "J is no key here: ? lists them all"),
    ] {
        assert_eq!(press(&mut app, KeyCode::Char(key)), []);
        assert_eq!(app.banner.as_ref().map(|banner| banner.text.as_str()), Some(words));
    }
    app.update(Message::NoticeExpired);
    assert_eq!(app.banner, None);
}

#[test]
fn a_key_that_has_nothing_to_do_now_is_not_called_unknown() {
    let mut app = empty();
    apply(&mut app, first_update(vec![arm("quadratic", Cost::Quadratic, &[1, 1])], None));
    // There is no other arm to set the same η for.
    assert_eq!(keys(&mut app, "c"), []);
    let words = app.banner.as_ref().map(|banner| banner.text.as_str());
    assert_eq!(words, Some("c has nothing to do here now"));
}

#[test]
fn the_arrows_go_through_time_and_choose_the_arm() {
    let mut app = duel(&[1, 1]);
    let goes = |target| [Effect::Send(Command::GoTo(target))];
    assert_eq!(press(&mut app, KeyCode::Left), goes(TimeTarget::BySteps(-1)));
    assert_eq!(press(&mut app, KeyCode::Right), goes(TimeTarget::BySteps(1)));
    assert_eq!(press(&mut app, KeyCode::Home), goes(TimeTarget::Start));
    assert_eq!(press(&mut app, KeyCode::End), goes(TimeTarget::Newest));
    // Of a larger network, an epoch at a time.
    let mut network = duel(&[1, 1]);
    let facts = network.shared.history.facts.as_ref().expect("it has a run");
    let facts = RunFacts { clock: Clock::constant(5), ..RunFacts::clone(facts) };
    network.shared.history.facts = Some(Arc::new(facts));
    assert_eq!(press(&mut network, KeyCode::Left), goes(TimeTarget::ByEpochs(-1)));
    press(&mut app, KeyCode::Down);
    assert_eq!(app.shared.arm, 1);
    press(&mut app, KeyCode::Up);
    assert_eq!(app.shared.arm, 0);
}

#[test]
fn keys_without_a_meaning_do_nothing() {
    let mut app = duel(&[1, 1]);
    let before = app.clone();
    for code in [KeyCode::F(1), KeyCode::Insert, KeyCode::Char('[')] {
        assert_eq!(press(&mut app, code), []);
    }
    assert_eq!(press_with(&mut app, KeyCode::Char('q'), KeyModifiers::ALT), []);
    assert_eq!(ctrl(&mut app, 's'), []);
    assert_eq!(app, before);
}

#[test]
fn a_banner_stays_until_the_next_key() {
    let mut app = duel(&[1, 1]);
    apply(&mut app, next_update(&[0.15, 0.15], vec![Notice::Refused("not so".to_owned())]));
    assert_eq!(app.banner.as_ref().unwrap().kind, BannerKind::Failed);
    apply(&mut app, next_update(&[0.15, 0.15], vec![]));
    assert_eq!(app.banner.as_ref().unwrap().text, "not so");
    press(&mut app, KeyCode::Esc);
    assert_eq!(app.banner, None);
}

#[test]
fn the_first_hint_of_the_footer_is_what_space_would_do() {
    let mut app = duel(&[1, 1]);
    let mut first = |state| {
        apply(&mut app, Update { state, ..next_update(&[0.15, 0.15], vec![]) });
        let Hint { keys, words, .. } = footer(&app).remove(0);
        format!("{keys} {words}")
    };
    assert_eq!(first(RunState::Paused), "space run");
    assert_eq!(first(RunState::Running), "space pause");
    assert_eq!(first(RunState::Finished), "space run on");
    assert_eq!(first(RunState::Stopped), "+ - η", "a lower η comes before a reset");
    assert_eq!(first(RunState::Failed(String::new())), "o scenario");
}

#[test]
fn the_footer_of_a_duel_begins_with_the_most_important_keys() {
    let hints: Vec<String> =
        footer(&duel(&[1, 1])).iter().map(|hint| format!("{} {}", hint.keys, hint.words)).collect();
    let first = ["space run", "s step", "tab arm", "+ - η", "? help", "q quit", "r reset"];
    assert_eq!(hints[..7], first);
    assert!(hints.contains(&"z Z zoom".to_owned()) && hints.contains(&"c equal η".to_owned()));
}

#[test]
fn the_key_of_linked_rates_stays_in_the_footer_and_the_notice_says_where_the_ratio_comes_from() {
    let mut app = duel(&[1, 1]);
    let place = |app: &App, words: &str| {
        let hints = footer(app);
        hints.iter().position(|hint| hint.keys == "c" && hint.words == words)
    };
    assert!(place(&app, "equal η").is_some_and(|place| place > 8));
    keys(&mut app, "c");
    // Behind the keys that every screen has room for.
    assert_eq!(place(&app, "calibrated η"), Some(4));
    keys(&mut app, "c");
    let etas = vec![0.15, 0.15 * 0.2111];
    let setting = Setting::EtaMode { mode: EtaMode::Calibrated, arm: 0 };
    let set = Notice::Set { step: 0, setting, etas: etas.clone() };
    let (eta_mode, state) = (EtaMode::Calibrated, RunState::Paused);
    apply(&mut app, Update { state, eta_mode, ..next_update(&etas, vec![set]) });
    assert_eq!(place(&app, "own η"), Some(4));
    assert_eq!(
        app.banner.unwrap().text,
        "η calibrated, 0.2111 of quadratic’s: 0.15, 0.03166 from step 1"
    );
}

#[test]
fn the_mouse_chooses_views_arms_and_weights_and_turns_eta() {
    let mut app = duel(&[4, 3, 2]);
    app.update(Message::Click(Target::View(ViewTarget::Arm(1))));
    assert_eq!(app.shared.arm, 1);
    app.update(Message::Click(Target::View(ViewTarget::Eta(0))));
    assert_eq!(app.shared.arm, 0);
    app.update(Message::Click(Target::View(ViewTarget::Arm(7))));
    assert_eq!(app.shared.arm, 1);
    assert_eq!(
        app.update(Message::Wheel { target: Target::View(ViewTarget::Eta(0)), up: true }),
        sets_eta(0, 0.16)
    );
    assert_eq!(
        app.update(Message::Wheel { target: Target::View(ViewTarget::Eta(1)), up: false }),
        sets_eta(1, 0.125)
    );
    assert_eq!(
        app.update(Message::Wheel { target: Target::View(ViewTarget::Eta(2)), up: false }),
        []
    );
    app.update(Message::Click(Target::Tab(Tab::Weights)));
    assert_eq!(app.tab, Tab::Weights);
    let weight = Target::View(ViewTarget::Weight { neuron: 1, input: 2, layer: 1 });
    let request = WeightsRequest { of: WeightQuantity::Value, cursor: Some((1, 1, 2)), past: true };
    assert_eq!(app.update(Message::Click(weight)), sends(Command::ShowWeights(Some(request))));
    assert!(app.shared.cursor_focused);
    keys(&mut app, "?");
    assert_eq!(app.update(Message::Click(Target::Tab(Tab::Duel))), []);
    assert_eq!(app.tab, Tab::Weights, "the tabs behind the help cannot be clicked");
}

#[test]
fn the_mouse_chooses_rows_and_symbols_of_the_equation_and_the_wheel_moves_along_the_rows() {
    let mut app = fixtures::equation("and", 0, "");
    let part = |part| Target::View(ViewTarget::Part(part));
    app.update(Message::Click(part(DrawnPart::Row(3))));
    assert_eq!(app.views.equation.row, 3);
    app.update(Message::Click(part(DrawnPart::Row(70))));
    assert_eq!(app.views.equation.row, 3, "the last of four rows");
    app.update(Message::Wheel { target: part(DrawnPart::Row(0)), up: true });
    assert_eq!(app.views.equation.row, 2);
    app.update(Message::Click(part(DrawnPart::Item(2))));
    assert_eq!(app.views.equation.symbol, Symbol::Sum);
    assert!(app.shared.cursor_focused);
    app.update(Message::Click(part(DrawnPart::Item(99))));
    assert_eq!(app.views.equation.symbol, Symbol::Sum);
}

#[test]
fn the_wheel_zooms_a_chart_and_does_nothing_where_there_is_none() {
    let mut app = duel(&[4, 3, 2]);
    app.update(Message::Wheel { target: Target::Body, up: true });
    assert_eq!(app.shared.chart.zoom, 1);
    app.update(Message::Wheel { target: Target::Body, up: false });
    assert_eq!(app.shared.chart.zoom, 0);
    app.update(Message::Click(Target::Tab(Tab::Equation)));
    app.update(Message::Wheel { target: Target::Body, up: true });
    assert_eq!(app.shared.chart.zoom, 0);
}

#[test]
fn a_click_opens_the_scenario_under_the_mouse() {
    let mut app = fixtures::saturated(118);
    keys(&mut app, "o");
    let area = Rect::new(0, 0, 80, 24);
    let name = app.catalogue.scenarios[1].name.clone();
    let mut cells = Buffer::empty(area);
    ui::draw(&app, area, &mut cells);
    let row = (0..24).find(|y| {
        let line: String = (0..80).map(|x| cells[(x, *y)].symbol().to_owned()).collect();
        line.contains(&format!("  {name} "))
    });
    let target = ui::target_at(&app, area, 10, row.expect("the second scenario is drawn"));
    assert_eq!(target, Some(Target::Entry(1)));
    assert_eq!(app.update(Message::Click(Target::Entry(1))), sends(Command::Open(name)));
}

#[test]
fn before_the_first_update_no_key_selects_or_changes_an_arm() {
    for c in (' '..='~').chain(['η']) {
        let mut app = empty();
        keys(&mut app, &format!("{c}{c}1{c}3{c}"));
        assert!(app.shared.pending.etas.is_empty() && app.shared.arm == 0, "{c}");
        footer(&app);
    }
}

#[test]
fn a_key_without_a_visible_effect_announces_it() {
    let mut app = duel(&[4, 3, 2]);
    keys(&mut app, "l");
    assert_eq!(app.banner, None, "the change is visible on the charts");
    keys(&mut app, "3m");
    let text = app.banner.clone().unwrap().text;
    assert_eq!(text, "the charts of the Duel view are logarithmic, smoothed");
    keys(&mut app, "M");
    assert!(app.banner.clone().unwrap().text.contains("wheel"));
    keys(&mut app, "M");
    assert!(app.banner.clone().unwrap().text.contains("terminal"));
}

#[test]
fn a_scenario_that_failed_offers_only_what_can_be_done() {
    let mut app = duel(&[4, 3, 2]);
    app.shared.history.state = RunState::Failed("no file".to_owned());
    for view in ["1", "3"] {
        keys(&mut app, view);
        let hints: Vec<String> = footer(&app).into_iter().map(|hint| hint.words).collect();
        let offered = ["scenario", "help", "quit", "command", "light", "glyphs"];
        assert_eq!(hints, offered, "{view}");
    }
}

#[test]
fn a_capital_g_cycles_through_the_glyph_sets_and_names_them() {
    let mut app = duel(&[1, 1]);
    for (glyphs, words) in [
        (Glyphs::Block, "glyphs: quarter blocks"),
        (Glyphs::Narrow, "glyphs: Braille and ASCII"),
        (Glyphs::Ascii, "glyphs: ASCII"),
        (Glyphs::Braille, "glyphs: Braille curves and frames"),
    ] {
        assert_eq!(keys(&mut app, "G"), []);
        assert_eq!(app.shared.appearance.glyphs, glyphs);
        let banner = app.banner.clone().unwrap();
        assert_eq!((banner.kind, banner.text.as_str()), (BannerKind::Done, words));
    }
}

#[test]
fn if_only_ascii_can_be_shown_a_capital_g_explains_why_and_changes_nothing() {
    let mut app = duel(&[1, 1]);
    app.shared.appearance.glyphs = Glyphs::Ascii;
    app.only_ascii = Some("LANG=C is not UTF-8".to_owned());
    let appearance = app.shared.appearance;
    keys(&mut app, "G");
    let banner = app.banner.clone().unwrap();
    assert_eq!(banner.kind, BannerKind::Failed);
    assert_eq!(banner.text, "only ASCII can be shown: LANG=C is not UTF-8");
    command(&mut app, "glyphs block");
    assert_eq!(
        (app.shared.appearance, app.banner.clone().unwrap().kind),
        (appearance, BannerKind::Failed)
    );
    command(&mut app, "glyphs ascii");
    assert_eq!((app.shared.appearance, app.banner.unwrap().kind), (appearance, BannerKind::Done));
}

#[test]
fn y_requests_a_copy_and_its_result_is_shown() {
    let mut app = duel(&[1, 1]);
    assert_eq!(keys(&mut app, "y"), [Effect::Copy(CopyTo::Clipboard)]);
    app.update(Message::Written(Err("this terminal has no clipboard".to_owned())));
    let banner = app.banner.clone().unwrap();
    assert_eq!(
        (banner.kind, banner.text.as_str()),
        (BannerKind::Failed, "this terminal has no clipboard")
    );
    assert_eq!(keys(&mut empty(), "y"), [], "there is nothing yet");
}

#[test]
fn ctrl_z_suspends_and_a_failure_is_shown_until_the_next_key() {
    let mut app = duel(&[1, 1]);
    assert_eq!(ctrl(&mut app, 'z'), [Effect::Suspend]);
    assert_eq!(app.banner, None);
    assert_eq!(app.update(Message::CannotSuspend), []);
    let banner = app.banner.as_ref().expect("the failure is shown");
    assert_eq!(banner.kind, BannerKind::Failed);
    assert_eq!(banner.text, "nothing to suspend to: no shell above");
    keys(&mut app, "l");
    assert_eq!(app.banner, None);
}

#[test]
fn the_mouse_presses_the_keys_that_the_screen_shows_and_scrolls_the_help() {
    let mut app = duel(&[1, 1]);
    let area = Rect::new(0, 0, 120, 40);
    let target = |app: &App, x, y| ui::target_at(app, area, x, y);
    let space = target(&app, 1, 39).expect("the first key of the footer");
    assert_eq!(app.update(Message::Click(space)), sends(Command::Toggle));
    // `space run` and then `s step`: the words of a key act like its name.
    assert_eq!(app.update(Message::Click(target(&app, 14, 39).unwrap())), sends(Command::Step));
    let help = target(&app, 116, 0).expect("the help in the header");
    app.update(Message::Click(help));
    assert_eq!(app.overlay, Some(Overlay::Help { scroll: 0 }));
    let over = target(&app, 60, 20).expect("the help");
    app.update(Message::Wheel { target: over, up: false });
    assert_eq!(app.overlay, Some(Overlay::Help { scroll: 1 }));
}

#[test]
fn one_panel_fills_the_view_and_esc_shows_all_of_them() {
    let app = || fixtures::saturated(118);
    let screen = |app: &App| {
        let area = Rect::new(0, 0, 80, 24);
        let mut cells = Buffer::empty(area);
        ui::draw(app, area, &mut cells);
        cells.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
    };
    let mut filled = app();
    assert!(!screen(&filled).contains("speed |∂C/∂z| at each z"));
    keys(&mut filled, "f");
    assert!(screen(&filled).contains("speed |∂C/∂z| at each z"));
    assert!(!screen(&filled).contains("output a"));
    press(&mut filled, KeyCode::Right);
    assert!(screen(&filled).contains("each neuron on σ(z)"));
    press(&mut filled, KeyCode::Left);
    press(&mut filled, KeyCode::Left);
    assert!(screen(&filled).contains("the numbers"), "before the first is the last");
    for close in [KeyCode::Esc, KeyCode::Char('f')] {
        let mut again = filled.clone();
        press(&mut again, close);
        assert_eq!(screen(&again), screen(&app()));
    }
}
