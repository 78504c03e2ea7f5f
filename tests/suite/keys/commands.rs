//! Typed lines, and the list of scenarios.

use crate::fixtures::Update;
use crossterm::event::KeyCode;
use xentviz::testing::app::{App, BannerKind, CopyTo, Effect, Message, Overlay, PromptKind};
use xentviz::testing::canvas::{Glyphs, ThemeName};
use xentviz::testing::telemetry::{Command, EtaMode, Notice};
use xentviz::testing::views::Tab;

use crate::keys::{
    apply, command, ctrl, duel, empty, keys, next_update, press, prompt, sends, set_key, sets_eta,
};

fn refuse(app: &mut App, reason: &str) {
    apply(app, next_update(&[0.15, 0.15], vec![Notice::Refused(reason.to_owned())]));
}

#[test]
fn commands_with_an_argument_are_sent_as_typed() {
    let mut app = duel(&[1, 1]);
    assert_eq!(command(&mut app, "set training.lambda = 0.1"), set_key("training.lambda", "0.1"));
    assert_eq!(command(&mut app, "set eta 3"), set_key("eta", "3"));
    assert_eq!(command(&mut app, "set a=b=c"), set_key("a", "b=c"));
    assert_eq!(command(&mut app, "pace max"), set_key("training.pace", "max"));
    assert_eq!(command(&mut app, "eta nonsense"), set_key("arm.quadratic.eta", "nonsense"));
    assert_eq!(command(&mut app, "open my file.toml"), sends(Command::Open("my file.toml".into())));
    assert_eq!(command(&mut app, "load m-{arm}.json"), sends(Command::Load("m-{arm}.json".into())));
    let until = Command::Until("accuracy = 95 %".into());
    assert_eq!(command(&mut app, "until accuracy = 95 %"), sends(until));
    let save = |replace| vec![Effect::Save { name: "it".into(), replace }];
    assert_eq!(command(&mut app, "save it"), save(false));
    assert_eq!(command(&mut app, "  :save!   it "), save(true));
    assert_eq!(app.overlay, None);
}

#[test]
fn commands_of_the_keys_do_what_the_keys_do() {
    let mut app = duel(&[4, 3, 2]);
    assert_eq!(command(&mut app, "run/pause"), sends(Command::Toggle));
    assert_eq!(command(&mut app, "step"), sends(Command::Step));
    assert_eq!(command(&mut app, "new-seed"), sends(Command::NewSeed));
    assert_eq!(command(&mut app, "eta-up"), sets_eta(0, 0.16));
    assert_eq!(command(&mut app, "weights").len(), 1);
    assert_eq!(app.tab, Tab::Weights);
    command(&mut app, "cursor");
    assert!(app.shared.cursor_focused);
    command(&mut app, "help");
    assert_eq!(app.overlay, Some(Overlay::Help { scroll: 0 }));
    press(&mut app, KeyCode::Esc);
    command(&mut app, "theme light");
    assert_eq!(app.shared.appearance.theme, ThemeName::Light);
    command(&mut app, "theme");
    assert_eq!(app.shared.appearance.theme, ThemeName::Dark);
    assert_eq!(command(&mut app, "q"), [Effect::Quit], "the only command that begins with q");
}

#[test]
fn an_invalid_line_stays_in_the_prompt_with_the_reason() {
    let mut app = duel(&[1, 1]);
    for (line, reason) in [
        ("sav it", "save"),
        ("rezet", "near it: reset"),
        ("foo", "no command \"foo\"; tab shows them all"),
        ("xyzzyxyzzy", "no command \"xyzzyxyzzy\"; tab shows them all"),
        ("zoom", "near it: zoom-in, zoom-out"),
        ("save", "save needs NAME"),
        ("set", "set needs KEY=VALUE, such as training.eta=0.5"),
        ("set eta", "set needs KEY=VALUE, found \"eta\""),
        ("set =3", "set needs KEY=VALUE, found \"=3\""),
        ("step 3", "step takes nothing after it, found \"3\""),
        ("theme blue", "the themes are dark and light, found \"blue\""),
        ("glyphs runes", "the glyphs are braille, block, narrow and ascii, found \"runes\""),
        ("copy!", "copy! needs FILE"),
        ("share!", "share! needs FILE"),
        ("goto nowhere", "goto needs an epoch, or step=N, found \"nowhere\""),
        ("cursor", "cursor does nothing in this view"),
    ] {
        assert_eq!(command(&mut app, line), [], "{line}");
        assert_eq!(prompt(&app).text, line);
        let error = prompt(&app).error.clone().unwrap();
        assert!(error.contains(reason), "{error}");
        press(&mut app, KeyCode::Esc);
    }
    assert_eq!(command(&mut app, ""), []);
    assert_eq!(app.overlay, None);
}

#[test]
fn typing_on_removes_the_error() {
    let mut app = duel(&[1, 1]);
    command(&mut app, "rezet");
    press(&mut app, KeyCode::Left);
    assert!(prompt(&app).error.is_some());
    press(&mut app, KeyCode::Backspace);
    assert_eq!((prompt(&app).text.as_str(), prompt(&app).error.as_ref()), ("rezt", None));
}

#[test]
fn a_refusal_brings_back_its_prompt() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, "e-1");
    assert_eq!(press(&mut app, KeyCode::Enter), set_key("arm.quadratic.eta", "-1"));
    assert_eq!(app.overlay, None);
    refuse(&mut app, "η is above 0");
    assert_eq!(prompt(&app).text, "-1");
    assert_eq!(prompt(&app).error.as_deref(), Some("η is above 0"));
    assert_eq!(app.banner, None);

    press(&mut app, KeyCode::Enter);
    keys(&mut app, "l");
    refuse(&mut app, "η is above 0");
    assert_eq!(app.overlay, None, "the user has pressed another key");
    assert_eq!(app.banner.unwrap().kind, BannerKind::Failed);
}

#[test]
fn a_refusal_is_shown_in_a_prompt_that_is_open() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, "+:sa");
    refuse(&mut app, "no");
    assert_eq!(prompt(&app).text, "sa");
    assert_eq!(prompt(&app).error.as_deref(), Some("no"));
}

#[test]
fn the_prompt_of_e_is_for_the_chosen_arm_and_offers_its_current_value() {
    let mut app = duel(&[1, 1]);
    press(&mut app, KeyCode::Tab);
    keys(&mut app, "e");
    let kind = PromptKind::Value {
        label: "η of cross-entropy".into(),
        key: "arm.cross-entropy.eta".into(),
    };
    assert_eq!(prompt(&app).kind, kind);
    press(&mut app, KeyCode::Tab);
    assert_eq!(prompt(&app).text, "0.15");
    keys(&mut app, "5");
    assert_eq!(press(&mut app, KeyCode::Enter), set_key("arm.cross-entropy.eta", "0.155"));
    keys(&mut app, "e");
    assert_eq!(press(&mut app, KeyCode::Enter), [], "an empty line requests nothing");
    keys(&mut app, "e5");
    assert_eq!(press(&mut app, KeyCode::Esc), []);
    apply(&mut app, Update { eta_mode: EtaMode::Equal, ..next_update(&[0.15, 0.15], vec![]) });
    keys(&mut app, "e");
    let PromptKind::Value { label, .. } = &prompt(&app).kind else { panic!("no value") };
    assert_eq!(label, "η of all arms");
    let mut empty = empty();
    keys(&mut empty, "e");
    assert_eq!(empty.overlay, None);
}

#[test]
fn tab_cycles_through_the_completions_and_typing_continues_from_there() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, ":ope");
    press(&mut app, KeyCode::Tab);
    assert_eq!(prompt(&app).text, "open ");
    keys(&mut app, "dig");
    let texts: Vec<&str> = prompt(&app).completions.iter().map(|(t, _)| t.as_str()).collect();
    assert_eq!(texts, ["open digits", "open dead-digits"]);
    press(&mut app, KeyCode::BackTab);
    assert_eq!(prompt(&app).text, "open dead-digits");
    press(&mut app, KeyCode::Tab);
    assert_eq!(press(&mut app, KeyCode::Enter), sends(Command::Open("digits".into())));
}

#[test]
fn set_offers_the_keys_of_the_scenario_and_of_its_arms() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, ":set lam");
    let texts: Vec<&str> = prompt(&app).completions.iter().map(|(t, _)| t.as_str()).collect();
    let wanted =
        ["set training.lambda=", "set arm.quadratic.lambda=", "set arm.cross-entropy.lambda="];
    assert_eq!(texts, wanted);
    assert!(prompt(&app).completions.iter().all(|(_, does)| !does.is_empty()));
    keys(&mut app, "=");
    assert!(prompt(&app).completions.is_empty());
}

#[test]
fn set_offers_the_values_of_a_key_that_has_few() {
    let offered = |typed: &str| -> Vec<String> {
        let mut app = duel(&[1, 1]);
        keys(&mut app, typed);
        prompt(&app).completions.iter().map(|(text, _)| text.clone()).collect()
    };
    assert_eq!(
        offered(":set training.shuffle="),
        ["set training.shuffle=true", "set training.shuffle=false"]
    );
    let costs = ["quadratic", "cross-entropy", "log-likelihood", "book-rule"];
    assert_eq!(
        offered(":set arm.quadratic.cost="),
        costs.map(|cost| format!("set arm.quadratic.cost={cost}"))
    );
    assert_eq!(offered(":set network.output=soft"), ["set network.output=softmax"]);
    assert_eq!(offered(":set training.eta="), [""; 0]);
}

#[test]
fn an_empty_prompt_offers_every_command() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, ":");
    let offered = &prompt(&app).completions;
    for name in
        ["save ", "save! ", "open ", "set ", "pace ", "eta ", "theme", "glyphs", "copy", "copy! "]
    {
        assert_eq!(offered.iter().filter(|(text, _)| text == name).count(), 1, "{name}");
    }
}

#[test]
fn the_line_can_be_edited_and_earlier_ones_come_back() {
    let mut app = duel(&[1, 1]);
    command(&mut app, "save one");
    command(&mut app, "step");
    keys(&mut app, ":dr");
    press(&mut app, KeyCode::Up);
    assert_eq!(prompt(&app).text, "step");
    press(&mut app, KeyCode::Up);
    press(&mut app, KeyCode::Up);
    assert_eq!(prompt(&app).text, "save one");
    ctrl(&mut app, 'w');
    keys(&mut app, "two");
    assert_eq!(prompt(&app).text, "save two");
    ctrl(&mut app, 'a');
    press(&mut app, KeyCode::Delete);
    press(&mut app, KeyCode::End);
    press(&mut app, KeyCode::Left);
    ctrl(&mut app, 'u');
    assert_eq!((prompt(&app).text.as_str(), prompt(&app).cursor), ("o", 0));
    press(&mut app, KeyCode::Right);
    press(&mut app, KeyCode::Home);
    ctrl(&mut app, 'e');
    assert_eq!(prompt(&app).cursor, 1);
    press(&mut app, KeyCode::Down);
    press(&mut app, KeyCode::Down);
    assert_eq!(prompt(&app).text, "dr", "the unfinished line is not lost");
    press(&mut app, KeyCode::Esc);
    keys(&mut app, ":");
    press(&mut app, KeyCode::Up);
    assert_eq!(prompt(&app).text, "dr", "esc does not discard it either");
}

#[test]
fn a_save_is_written_and_its_result_is_shown() {
    let mut app = duel(&[1, 1]);
    let save = |replace| [Effect::Save { name: "it".into(), replace }];
    assert_eq!(command(&mut app, "save it"), save(false));
    app.update(Message::Written(Err("it.toml is there; :save! replaces it".into())));
    assert_eq!(prompt(&app).text, "save it");
    assert!(prompt(&app).error.as_ref().unwrap().contains("is there"));
    ctrl(&mut app, 'a');
    for _ in 0..4 {
        press(&mut app, KeyCode::Right);
    }
    keys(&mut app, "!");
    assert_eq!(press(&mut app, KeyCode::Enter), save(true));
    app.update(Message::Written(Ok("wrote it.toml".into())));
    let banner = app.banner.unwrap();
    assert_eq!((banner.kind, banner.text.as_str()), (BannerKind::Done, "wrote it.toml"));
}

#[test]
fn the_readout_is_copied_to_the_clipboard_or_to_a_file() {
    let mut app = duel(&[1, 1]);
    assert_eq!(command(&mut app, "copy"), [Effect::Copy(CopyTo::Clipboard)]);
    let file = |replace| [Effect::Copy(CopyTo::File { name: "it.txt".into(), replace })];
    assert_eq!(command(&mut app, "copy it.txt"), file(false));
    app.update(Message::Written(Err("it.txt is there already".into())));
    assert_eq!(prompt(&app).text, "copy it.txt", "the line is back for editing");
    press(&mut app, KeyCode::Esc);
    assert_eq!(command(&mut app, "copy! it.txt"), file(true));
}

#[test]
fn the_command_line_is_shared_to_the_clipboard_or_to_a_file() {
    let mut app = duel(&[1, 1]);
    assert_eq!(command(&mut app, "share"), [Effect::Share(CopyTo::Clipboard)]);
    let file = |replace| [Effect::Share(CopyTo::File { name: "it.txt".into(), replace })];
    assert_eq!(command(&mut app, "share it.txt"), file(false));
    app.update(Message::Written(Err("it.txt is there already".into())));
    assert_eq!(prompt(&app).text, "share it.txt", "the line is back for editing");
    press(&mut app, KeyCode::Esc);
    assert_eq!(command(&mut app, "share! it.txt"), file(true));
    keys(&mut app, ":sha");
    let offered = prompt(&app).completions.clone();
    let texts: Vec<&str> = offered.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts[..2], ["share ", "share! "]);
    assert_eq!(offered[0].1, "[FILE]: copy the command line that shows this again");
}

#[test]
fn characters_are_chosen_by_name() {
    let mut app = duel(&[1, 1]);
    command(&mut app, "glyphs narrow");
    assert_eq!(app.shared.appearance.glyphs, Glyphs::Narrow);
    command(&mut app, "glyphs");
    assert_eq!(app.shared.appearance.glyphs, Glyphs::Ascii);
    keys(&mut app, ":glyphs b");
    let texts: Vec<&str> = prompt(&app).completions.iter().map(|(t, _)| t.as_str()).collect();
    assert_eq!(texts[..2], ["glyphs braille", "glyphs block"]);
}

#[test]
fn a_scenario_is_chosen_by_arrows_or_by_typing_and_a_text_without_a_match_is_a_path() {
    let open = |name: &str| sends(Command::Open(name.to_owned()));
    let mut app = duel(&[1, 1]);
    keys(&mut app, "o");
    press(&mut app, KeyCode::Down);
    ctrl(&mut app, 'n');
    press(&mut app, KeyCode::Down);
    ctrl(&mut app, 'p');
    assert_eq!(press(&mut app, KeyCode::Enter), open("digits"));
    assert_eq!(app.overlay, None);

    keys(&mut app, "onever");
    assert_eq!(press(&mut app, KeyCode::Enter), open("dead-digits"));
    keys(&mut app, "oDIG");
    assert_eq!(
        press(&mut app, KeyCode::Enter),
        open("digits"),
        "names that begin with the typed text come first"
    );
    keys(&mut app, "odead x");
    ctrl(&mut app, 'w');
    assert_eq!(press(&mut app, KeyCode::Enter), open("dead-digits"));
    keys(&mut app, "o./mine.toml");
    assert_eq!(press(&mut app, KeyCode::Enter), open("./mine.toml"));
    keys(&mut app, "ox");
    press(&mut app, KeyCode::Backspace);
    press(&mut app, KeyCode::PageDown);
    assert_eq!(press(&mut app, KeyCode::Enter), open("dead-digits"));
    keys(&mut app, "o");
    press(&mut app, KeyCode::PageDown);
    press(&mut app, KeyCode::PageUp);
    assert_eq!(press(&mut app, KeyCode::Enter), open("saturated"));
}

#[test]
fn an_empty_list_opens_nothing() {
    let mut app = App::default();
    keys(&mut app, "o");
    assert_eq!(press(&mut app, KeyCode::Enter), []);
    assert!(matches!(app.overlay, Some(Overlay::Picker(_))));
}

#[test]
fn names_that_start_with_the_typed_text_come_before_names_that_contain_it() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, ":se");
    let Some(Overlay::Prompt(prompt)) = &app.overlay else { panic!("a prompt is open") };
    let place = |name: &str| prompt.completions.iter().position(|(text, _)| text.trim() == name);
    assert_eq!(place("set"), Some(0));
    assert!(place("save") < place("run/pause"), "{:?}", prompt.completions);
}

#[test]
fn a_refusal_that_names_its_key_twice_is_shown_with_it_once() {
    let mut app = duel(&[1, 1]);
    keys(&mut app, "e12x");
    press(&mut app, KeyCode::Enter);
    let reason = "arm.a.eta = 12x: arm.a.eta: found \"12x\"; a number above 0 would do";
    apply(&mut app, next_update(&[0.15, 0.15], vec![Notice::Refused(reason.to_owned())]));
    let Some(Overlay::Prompt(prompt)) = &app.overlay else { panic!("the prompt is back") };
    let expected = "arm.a.eta: found \"12x\"; a number above 0 would do";
    assert_eq!(prompt.error.as_deref(), Some(expected));
}
