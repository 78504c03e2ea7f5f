//! Whole screens: their text, their colours, and that none of them panics.

mod data;
mod equation;
mod maps;
mod pad;
mod plane;
mod presenting;
mod readout;
mod surface;
mod widths;

use std::sync::LazyLock;

use crate::fixtures::Update;
use crossterm::event::{KeyCode, KeyEvent};
use proptest::prelude::{ProptestConfig, any, proptest};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use xentviz::testing::app::{App, Message, Target};
use xentviz::testing::canvas::{ColourDepth, DrawnPart, Glyphs, ThemeName};
use xentviz::testing::telemetry::{
    Channel, Clock, HalfForecast, LoadProgress, Notice, RunState, WeightQuantity, WeightsRequest,
};
use xentviz::testing::ui;
use xentviz::testing::views::{Tab, ViewTarget};

use crate::fixtures;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn drawn(app: &App, (width, height): (u16, u16)) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut cells = Buffer::empty(area);
    ui::draw(app, area, &mut cells);
    cells
}

fn text(cells: &Buffer) -> String {
    rows(cells, |_| true)
}

/// Returns the text of a screen without its tabs and its footer, which name every view.
fn panels(cells: &Buffer) -> String {
    let body = ui::body(cells.area);
    let tabs = (body.y == 2).then_some(1);
    rows(cells, |y| Some(y) != tabs && y + 1 < cells.area.bottom())
}

fn rows(cells: &Buffer, is_kept: impl Fn(u16) -> bool) -> String {
    let mut out = String::new();
    for y in (cells.area.top()..cells.area.bottom()).filter(|y| is_kept(*y)) {
        let line: String =
            (cells.area.left()..cells.area.right()).map(|x| cells[(x, y)].symbol()).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn snapshot(name: &str, text: &str) {
    insta::assert_snapshot!(name, text);
}

/// Takes snapshots of the panels at every size.
fn snapshots(name: &str, app: &App) {
    for (width, height) in SIZES {
        let cells = drawn(app, (width, height));
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), panels(&cells));
    }
}

/// Takes snapshots of the whole screen at every size: once for each view, so that a reviewer can
/// read them all.
fn whole_screens(view: &str, of: impl Fn((u16, u16)) -> App) {
    for (width, height) in SIZES {
        let cells = drawn(&of((width, height)), (width, height));
        insta::assert_snapshot!(format!("screen-{view}-{width}x{height}"), text(&cells));
    }
}

fn typed(mut app: App, keys: &str) -> App {
    for key in keys.chars() {
        app.update(Message::Key(KeyEvent::from(KeyCode::Char(key))));
    }
    app
}

fn request(of: WeightQuantity, cursor: (usize, usize, usize)) -> WeightsRequest {
    WeightsRequest { of, cursor: Some(cursor), past: true }
}

/// Returns all cells at which these words start.
fn found(cells: &Buffer, words: &str) -> Vec<(u16, u16)> {
    let wanted: Vec<char> = words.chars().collect();
    let letter = |x: u16, y: u16| cells[(x, y)].symbol().chars().next();
    let mut out = Vec::new();
    for y in 0..cells.area.height {
        for x in 0..(cells.area.width + 1).saturating_sub(wanted.len() as u16) {
            if wanted.iter().enumerate().all(|(i, c)| letter(x + i as u16, y) == Some(*c)) {
                out.push((x, y));
            }
        }
    }
    out
}

const AMBER: Color = Color::Rgb(0xf0, 0xa6, 0x3c);
const CYAN: Color = Color::Rgb(0x4c, 0xc3, 0xf0);
const PINK: Color = Color::Rgb(0xff, 0x8a, 0xc6);
const RED: Color = Color::Rgb(0xf2, 0x64, 0x64);

#[test]
fn a_saturated_neuron_is_drawn_at_every_size() {
    whole_screens("duel", |_| fixtures::saturated(118));
}

#[test]
fn before_the_first_step_the_screen_shows_a_prediction() {
    snapshots("saturated-start", &fixtures::saturated(0));
}

#[test]
fn a_deep_network_on_points_of_the_plane_shows_its_layers() {
    snapshots("xor", &fixtures::xor());
}

#[test]
fn the_recall_of_each_class_is_shown() {
    snapshots("mnist", &fixtures::mnist());
}

#[test]
fn digits_that_are_never_found_are_marked_at_every_size() {
    let app = fixtures::dead_digits();
    snapshots("dead-digits", &app);
    for size in SIZES {
        assert!(found(&drawn(&app, size), "✗").len() >= 3, "{size:?}");
    }
}

#[test]
fn three_arms_are_drawn_side_by_side() {
    snapshots("softmax", &fixtures::softmax());
}

#[test]
fn four_arms_fit_and_one_that_diverged_is_marked() {
    snapshots("four", &fixtures::four());
}

#[test]
fn a_network_with_pictures_as_input_shows_a_field_for_each_neuron() {
    let app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    whole_screens("weights", |_| app.clone());
}

/// Returns the fields of pictures after these keys, without the cursor, which has the keys of the view.
fn pictures(keys: &str) -> App {
    let mut app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    app.shared.cursor_focused = false;
    typed(app, keys)
}

#[test]
fn the_film_shows_a_neuron_from_the_start_to_now() {
    let app = pictures("V");
    snapshots("weights-film", &app);
    let film = &app.shared.history.weights.as_ref().expect("weights").film;
    let screen = text(&drawn(&app, (240, 70)));
    for frame in &film[1..film.len() - 1] {
        let epochs = app.shared.history.clock().epochs_done(frame.step as f64);
        let label = format!("epoch {epochs} ");
        assert_eq!(screen.matches(&label).count(), 2, "{label}, once for each arm:\n{screen}");
    }
}

#[test]
fn the_sheet_stands_in_the_order_of_the_chosen_arm_for_every_arm_and_says_so() {
    let order = |screen: &str| -> Vec<String> {
        let lines = screen.lines().filter(|line| line.contains(" b "));
        let words = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let numbers = words.windows(2).filter(|two| two[1] == "b").map(|two| two[0].to_owned());
            numbers.collect::<Vec<_>>()
        };
        lines.flat_map(words).collect()
    };
    for (keys, said) in [
        ("W", "sorted by |w| of quadratic"),
        ("WW", "sorted by b of quadratic"),
        ("WWW", "sorted by |w − start| of quadratic"),
        ("WWWW", "in the layer’s order"),
    ] {
        // Wide enough for the large field, whose label is the last of the first row of each arm.
        let app = pictures(keys);
        let screen = text(&drawn(&app, (200, 60)));
        assert!(screen.contains(said), "{said}:\n{screen}");
        let snapshot = app.shared.history.weights.as_ref().expect("weights");
        let layer = &snapshot.arms[0][0];
        let norm = |j: usize| layer.of_neuron(j).map(|w| w * w).sum::<f32>();
        let number = |j: usize| match keys.len() {
            1 => norm(j),
            2 => layer.biases[j],
            3 => snapshot.changes[0][j],
            _ => -(j as f32),
        };
        let shown = order(&screen).into_iter().filter_map(|name| name.parse::<usize>().ok());
        let shown: Vec<usize> = shown.map(|number| number - 1).collect();
        let first: Vec<usize> = shown[..10].to_vec();
        assert!(first.windows(2).all(|two| number(two[0]) >= number(two[1])), "{keys}: {first:?}");
        let all = (0..layer.rows).map(number).fold(f32::MIN, f32::max);
        assert_eq!(number(first[0]), all, "{keys}");
        let of_other = shown.len() / 2;
        assert_eq!(first, shown[of_other..of_other + 10], "{keys}: the same places for each arm");
    }
}

#[test]
fn an_order_that_was_made_earlier_says_when_and_stays_while_the_run_trains() {
    let mut app = pictures("W");
    let neurons = |app: &App| {
        let screen = text(&drawn(app, (200, 60)));
        screen.lines().nth(5).expect("the labels").split(" b ").map(str::len).collect::<Vec<_>>()
    };
    let before = neurons(&app);
    let mut later = (**app.shared.history.weights.as_ref().expect("weights")).clone();
    // The last neuron becomes the largest.
    let layer = &mut later.arms[0][0];
    let last = layer.rows - 1;
    layer.values.iter_mut().skip(last).step_by(last + 1).for_each(|w| *w = 0.9);
    later.step += 1;
    app.shared.history.state = RunState::Running;
    app.update(Message::Resized(Rect::new(0, 2, 200, 58)));
    app.shared.history.weights = Some(std::sync::Arc::new(later));
    app.update(Message::Resized(Rect::new(0, 2, 200, 58)));
    assert_eq!(neurons(&app), before);
    assert!(text(&drawn(&app, (200, 60))).contains("sorted by |w| of quadratic at epoch "));
    app.shared.history.state = RunState::Paused;
    app.update(Message::Resized(Rect::new(0, 2, 200, 58)));
    let screen = text(&drawn(&app, (200, 60)));
    assert!(!screen.contains("at epoch "), "sorted anew when the run rests:\n{screen}");
    let first = screen.lines().nth(5).expect("the labels").split_whitespace().next();
    assert_eq!(first, Some("30"), "{screen}");
}

#[test]
fn three_arms_of_pictures_show_the_chosen_neuron_below_their_sheets() {
    let app =
        fixtures::with_weights(fixtures::softmax(), request(WeightQuantity::Value, (0, 1, 400)));
    let cells = drawn(&app, (120, 40));
    for mark in ["●", "◆", "▲"] {
        assert_eq!(found(&cells, &format!("{mark} 2  b ")).len(), 1, "{}", panels(&cells));
    }
    snapshot("weights-three-arms-120x40", &panels(&cells));
}

#[test]
fn arms_whose_weights_are_far_apart_have_scales_of_their_own_and_the_screen_says_so() {
    let mut app = pictures("");
    let of = |app: &App, factor: f32| {
        let mut weights = (**app.shared.history.weights.as_ref().expect("weights")).clone();
        weights.arms[1] = weights.arms[0].clone();
        weights.arms[1][0].values.iter_mut().for_each(|w| *w *= factor);
        std::sync::Arc::new(weights)
    };
    let common = of(&app, 2.0);
    let own = of(&app, 4.0);
    app.shared.history.weights = Some(common);
    assert!(!text(&drawn(&app, (120, 40))).contains("own scales"), "exactly a factor of two");
    app.shared.history.weights = Some(own);
    for size in SIZES {
        let screen = text(&drawn(&app, size));
        let at = |words: &str| screen.find(words).unwrap_or(usize::MAX);
        assert!(at("own scales") < at("±1, ") && at("±1, ") < at("±5, "), "{screen}");
        assert!(at("±5, ") < usize::MAX, "{screen}");
    }
    snapshot("weights-own-scales-120x40", &panels(&drawn(&app, (120, 40))));
    let readout = ui::readout(&app);
    assert!(readout.contains("quadratic: scale of the weights ±1,"), "{readout}");
    assert!(readout.contains("cross-entropy: scale of the weights ±5,"), "{readout}");
}

#[test]
fn a_layer_without_pictures_as_input_is_a_matrix() {
    let app = fixtures::with_weights(fixtures::xor(), request(WeightQuantity::Gradient, (1, 3, 2)));
    snapshots("weights-matrix", &app);
}

/// Takes snapshots of the Surface view at every size.
fn surface_snapshots(name: &str, of: (&str, u64, &str)) {
    for size in SIZES {
        let app = surface::surface(of.0, of.1, of.2, size);
        let name = format!("surface-{name}-{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, panels(&drawn(&app, size)));
    }
}

#[test]
fn the_surface_of_a_neuron_shows_its_trajectory() {
    whole_screens("surface", |size| surface::surface("saturated", 118, "", size));
}

#[test]
fn the_atlas_shows_how_long_each_start_takes_and_how_the_arms_compare() {
    surface_snapshots("atlas", ("saturated", 118, "a\nkkhh"));
}

#[test]
fn the_surface_of_a_larger_network_is_a_plane_through_its_trajectory() {
    surface_snapshots("xor", ("xor", 600, ""));
}

#[test]
fn without_colours_the_surface_is_drawn_with_letters() {
    for (name, keys) in [("plain", ""), ("plain-arrows", "vv\n"), ("plain-atlas", "a")] {
        let mut app = surface::surface("and", 40, keys, (80, 24));
        app.shared.appearance.colours = ColourDepth::None;
        app.shared.appearance.glyphs = Glyphs::Ascii;
        let cells = drawn(&app, (80, 24));
        let screen = text(&cells);
        assert!(screen.is_ascii(), "{screen}");
        assert!(cells.content().iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
        insta::assert_snapshot!(format!("surface-{name}-80x24"), panels(&cells));
    }
}

#[test]
fn before_the_first_step_there_is_a_surface_but_no_trajectory() {
    let app = surface::surface("saturated", 0, "", (80, 24));
    let cells = drawn(&app, (80, 24));
    let screen = text(&cells);
    let starts = found(&cells, "○");
    let legend = screen.lines().position(|line| line.contains("○ start"));
    assert_eq!(
        starts.iter().map(|at| usize::from(at.1)).collect::<Vec<_>>(),
        [legend.expect("there is a legend")],
        "the mark of the neuron covers that of the start"
    );
    assert!(screen.contains("plateau") && screen.contains('▀'), "{screen}");
    let net = surface::surface("xor", 0, "", (80, 24));
    assert!(text(&drawn(&net, (80, 24))).contains("press space"), "no plane without a trajectory");
}

#[test]
fn a_map_has_sixteen_levels_and_readable_marks() {
    let app = surface::surface("saturated", 118, "", (120, 40));
    let cells = drawn(&app, (120, 40));
    let start = found(&cells, "○").into_iter().find(|at| at.1 < 33).expect("on the map");
    assert_eq!((cells[start].fg, cells[start].bg), (Color::White, Color::Black));
    let newest = found(&cells, "◆").into_iter().find(|at| (5..33).contains(&at.1)).expect("on it");
    assert_eq!((cells[newest].fg, cells[newest].bg), (Color::Black, Color::Rgb(0x4c, 0xc3, 0xf0)));
    for colours in [ColourDepth::True, ColourDepth::Indexed, ColourDepth::Sixteen] {
        let mut app = app.clone();
        app.shared.appearance.colours = colours;
        let cells = drawn(&app, (120, 40));
        let map = (9..29).flat_map(|y| (9..55).map(move |x| (x, y)));
        let seen: std::collections::HashSet<Color> = map.map(|at| cells[at].bg).collect();
        assert!(seen.len() >= 4 && seen.len() <= 32, "{colours:?}: {}", seen.len());
    }
}

#[test]
fn a_surface_of_another_window_is_drawn_in_part_and_a_missing_one_is_announced() {
    let mut app = surface::surface("saturated", 118, "", (120, 40));
    app.update(Message::Key(KeyEvent::from(KeyCode::Char('Z'))));
    let cells = drawn(&app, (120, 40));
    assert!(found(&cells, "▀").len() > 50, "the part that is known is drawn");
    app.shared.answer = None;
    assert!(text(&drawn(&app, (120, 40))).contains("computing the map"));
}

#[test]
fn overlays_are_drawn_over_the_view() {
    snapshots("help", &typed(fixtures::saturated(118), "?"));
    snapshots("picker", &typed(fixtures::saturated(118), "o"));
    snapshots("prompt", &typed(fixtures::saturated(118), ":s"));
    snapshots("value", &typed(fixtures::saturated(118), "e0.2"));
}

#[test]
fn a_completion_is_described_whole_or_by_its_first_part() {
    let described = |width| {
        let screen = text(&drawn(&typed(fixtures::saturated(118), ":set hid"), (width, 24)));
        let line = screen.lines().find(|line| line.contains("network.hidden=")).expect("offered");
        line.split_once("hidden=").expect("a key").1.trim_start_matches([' ', '▸']).to_owned()
    };
    let doc = "activation function of the hidden layers";
    assert_eq!(described(120), format!("{doc}; sigmoid, tanh, relu or linear"));
    assert_eq!(described(80), doc);
    assert!(described(60).ends_with('…') && doc.starts_with(described(60).trim_end_matches('…')));
}

#[test]
fn the_cursor_of_the_prompt_is_drawn_after_wide_characters() {
    for (keys, column) in [(":save abc", 10), (":save 漢漢漢x", 14), (":save 漢", 9)] {
        let cells = drawn(&typed(fixtures::saturated(118), keys), (60, 20));
        let is_reversed = |x: &u16| cells[(*x, 18)].modifier.contains(Modifier::REVERSED);
        let reversed: Vec<u16> = (0..60).filter(is_reversed).collect();
        assert_eq!(reversed, [column], "{keys}");
        assert!(text(&cells).replace(' ', "").contains(&keys.replace(' ', "")), "{keys}");
    }
}

#[test]
fn without_a_run_the_screen_shows_the_reason() {
    let mut app = fixtures::mnist();
    let load = LoadProgress { what: "MNIST: training images".to_owned(), fraction: 0.42 };
    app.shared.history.state = RunState::Loading(load);
    insta::assert_snapshot!("loading-80x24", panels(&drawn(&app, (80, 24))));
    app.shared.history.state =
        RunState::Failed("no MNIST files in data/mnist: say where with --data".into());
    insta::assert_snapshot!("failed-80x24", panels(&drawn(&app, (80, 24))));
    insta::assert_snapshot!("nothing-yet-80x24", panels(&drawn(&App::default(), (80, 24))));
}

#[test]
fn small_windows_show_a_summary_and_smaller_ones_that_they_are_too_small() {
    let app = fixtures::saturated(118);
    for size in [(60, 16), (40, 10), (20, 5)] {
        let name = format!("small-{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, panels(&drawn(&app, size)));
    }
    let views = [
        ("equation", fixtures::equation("and", 14, "")),
        (
            "weights",
            fixtures::with_weights(fixtures::xor(), request(WeightQuantity::Value, (1, 3, 2))),
        ),
        ("surface", surface::surface("saturated", 40, "", (40, 10))),
    ];
    for (name, app) in views {
        insta::assert_snapshot!(format!("small-{name}-40x10"), panels(&drawn(&app, (40, 10))));
    }
    let four = typed(fixtures::four(), "4");
    let screen = text(&drawn(&four, (40, 10)));
    let facts = four.shared.history.facts.expect("a run");
    assert_eq!(facts.arms.len(), 4);
    for arm in &facts.arms {
        assert!(screen.contains(&arm.name), "{} is not in\n{screen}", arm.name);
    }
    assert!(text(&drawn(&app, (19, 5))).contains("too small"));
    assert!(text(&drawn(&app, (20, 4))).contains("too small"));
}

#[test]
fn the_last_row_always_shows_the_keys_for_help_and_for_leaving() {
    for (keys, expected) in [
        ("", ["? help", "q quit"]),
        ("?", ["esc close", "q quit"]),
        ("o", ["esc close", ""]),
        (":s", ["esc close", ""]),
        (":s,", ["esc close", ""]),
        ("e0.2", ["esc close", ""]),
        ("+", ["? help", "q quit"]),
    ] {
        for view in ["1", "2", "3", "4"] {
            let app = typed(fixtures::saturated(118), &format!("{view}{keys}"));
            for size in [(20, 5), (24, 7), (40, 10), (60, 16), (80, 24), (120, 40)] {
                let screen = text(&drawn(&app, size));
                let last = screen.lines().last().unwrap_or_default();
                assert_eq!(screen.lines().count(), usize::from(size.1));
                for words in expected {
                    assert!(last.contains(words), "{words} at {size:?}:\n{screen}");
                }
            }
        }
    }
}

#[test]
fn an_ascii_screen_has_only_ascii_characters() {
    let views = [
        fixtures::saturated(118),
        fixtures::dead_digits(),
        typed(fixtures::saturated(118), "?"),
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400))),
    ];
    for mut app in views {
        app.shared.appearance.glyphs = Glyphs::Ascii;
        for size in SIZES {
            let text = text(&drawn(&app, size));
            assert!(text.is_ascii(), "{text}");
        }
    }
    let mut app = fixtures::saturated(118);
    for (name, glyphs) in
        [("ascii", Glyphs::Ascii), ("block", Glyphs::Block), ("narrow", Glyphs::Narrow)]
    {
        app.shared.appearance.glyphs = glyphs;
        insta::assert_snapshot!(format!("{name}-80x24"), panels(&drawn(&app, (80, 24))));
    }
}

#[test]
fn the_arms_have_their_colours_and_a_harmful_factor_is_red() {
    let cells = drawn(&fixtures::saturated(118), (120, 40));
    for (words, colour) in [("● quadratic", AMBER), ("◆ cross-entropy", CYAN)] {
        let at = found(&cells, words);
        assert!(!at.is_empty() && at.iter().all(|at| cells[*at].fg == colour), "{words}");
    }
    let factor = found(&cells, "· 0.0414")[0];
    assert_eq!(cells[(factor.0 + 2, factor.1)].fg, RED);
    let harmless = found(&cells, "0.0327");
    assert!(harmless.iter().all(|at| cells[*at].fg != RED));
}

#[test]
fn the_weight_under_the_cursor_is_pink() {
    let app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    let cells = drawn(&app, (120, 40));
    let pixels =
        cells.content().iter().filter(|c| c.symbol() == "▀" && (c.fg == PINK || c.bg == PINK));
    assert_eq!(pixels.count(), 2, "one in the field of each arm");
}

#[test]
fn a_class_without_examples_is_marked_unlike_one_that_is_never_found() {
    let mut app = fixtures::dead_digits();
    let marks = |app: &App| ["✗", "-"].map(|mark| found(&drawn(app, (120, 40)), mark).len());
    let [never_found, none] = marks(&app);
    let evaluation = app.shared.history.arms[0].evaluation.as_mut().expect("it is evaluated");
    assert_eq!(evaluation.recall[3], Some(0.0));
    evaluation.recall[3] = None;
    assert_eq!(marks(&app), [never_found - 1, none + 1]);
}

#[test]
fn without_colours_no_cell_is_coloured_and_the_state_is_still_visible() {
    let views = [
        fixtures::saturated(118),
        fixtures::dead_digits(),
        typed(fixtures::saturated(118), "o"),
        fixtures::with_weights(fixtures::xor(), request(WeightQuantity::Value, (1, 3, 2))),
    ];
    for mut app in views {
        app.shared.appearance.colours = ColourDepth::None;
        for size in SIZES {
            let cells = drawn(&app, size);
            for cell in cells.content() {
                assert!(cell.fg == Color::Reset && cell.bg == Color::Reset, "{cell:?}");
            }
            assert!(cells.content().iter().any(|c| c.modifier.contains(Modifier::REVERSED)));
        }
    }
}

#[test]
fn with_16_colours_only_those_are_used_and_with_256_only_indexed_ones() {
    let mut app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    for theme in [ThemeName::Dark, ThemeName::Light] {
        app.shared.appearance.theme = theme;
        app.shared.appearance.colours = ColourDepth::Sixteen;
        let cells = drawn(&app, (120, 40));
        let is_plain = |c: Color| !matches!(c, Color::Rgb(..) | Color::Indexed(_));
        assert!(cells.content().iter().all(|c| is_plain(c.fg) && is_plain(c.bg)));
        app.shared.appearance.colours = ColourDepth::Indexed;
        let cells = drawn(&app, (120, 40));
        let is_rgb = |c: Color| matches!(c, Color::Rgb(..));
        assert!(!cells.content().iter().any(|c| is_rgb(c.fg) || is_rgb(c.bg)));
    }
}

#[test]
fn a_requested_eta_is_drawn_as_pending_until_the_run_replies() {
    let app = typed(fixtures::saturated(118), "+");
    let cells = drawn(&app, (120, 40));
    let at = found(&cells, "→ 0.16…");
    assert_eq!(at.len(), 1);
    assert_eq!(cells[at[0]].fg, PINK);
    assert_eq!(found(&cells, "η 0.15").len(), 2);
}

#[test]
fn a_field_of_the_header_does_not_move_while_the_epoch_grows() {
    let place = |epochs| found(&drawn(&fixtures::saturated(epochs), (120, 40)), "epochs/s")[0];
    assert_eq!(place(3), place(250));
}

#[test]
fn the_mouse_hits_what_is_drawn_there() {
    let app = fixtures::saturated(118);
    let area = Rect::new(0, 0, 120, 40);
    let cells = drawn(&app, (120, 40));
    let at = |words: &str| {
        let (x, y) = found(&cells, words)[0];
        ui::target_at(&app, area, x, y)
    };
    assert_eq!(at("3 Weights"), Some(Target::Tab(Tab::Weights)));
    assert_eq!(at("η 0.15"), Some(Target::View(ViewTarget::Eta(0))));
    assert_eq!(at("∂C/∂w = x"), Some(Target::View(ViewTarget::Arm(0))));
    assert_eq!(ui::target_at(&app, area, 300, 300), None);
    assert_eq!(ui::target_at(&app, area, 30, 10), Some(Target::Body), "a chart");

    let app = fixtures::equation("and", 0, "");
    let cells = drawn(&app, (120, 40));
    let part = |words: &str, nth: usize| {
        let (x, y) = found(&cells, words)[nth];
        ui::target_at(&app, area, x, y)
    };
    let row = |row| Some(Target::View(ViewTarget::Part(DrawnPart::Row(row))));
    assert_eq!(part("0.3775", 0), row(1));
    assert_eq!(part("1.5000", 0), row(3));
    // Σₓ is the third symbol; its first place is the formula, its second the panel beside the table.
    let symbol = Some(Target::View(ViewTarget::Part(DrawnPart::Item(2))));
    assert_eq!(part("over the rows x; j stays", 0), symbol);

    let app =
        fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 1, 400)));
    let cells = drawn(&app, (120, 40));
    let pixel = (0..40)
        .flat_map(|y| (0..120).map(move |x| (x, y)))
        .find(|at| cells[*at].symbol() == "▀" && (cells[*at].fg == PINK || cells[*at].bg == PINK));
    let (x, y) = pixel.expect("the cursor is drawn");
    match ui::target_at(&app, area, x, y) {
        Some(Target::View(ViewTarget::Weight { neuron: 1, layer: 0, input })) => {
            assert_eq!(input % 28, 400 % 28);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_help_in_the_header_can_be_clicked_only_where_it_is_drawn() {
    let app = fixtures::saturated(118);
    for width in 20..130 {
        let area = Rect::new(0, 0, width, 24);
        let cells = drawn(&app, (width, 24));
        let help = found(&cells, "? help").into_iter().find(|(_, y)| *y == 0);
        for column in 0..width {
            let is_drawn = help.is_some_and(|(x, _)| (x..x + 6).contains(&column));
            let key = KeyEvent::from(KeyCode::Char('?'));
            let is_key = ui::target_at(&app, area, column, 0) == Some(Target::Key(key));
            assert_eq!(is_key, is_drawn, "column {column} of {width}");
        }
    }
}

#[test]
fn a_notice_stands_beside_the_tabs_or_over_them_or_over_what_there_is() {
    let mut app = fixtures::saturated(118);
    let mut row_of = |words: &str, size: (u16, u16)| {
        let refused = Notice::Refused(words.to_owned());
        let (state, arms) = (RunState::Paused, app.shared.history.arms.clone());
        let update = Update { state, arms, notices: vec![refused], ..Update::default() };
        app.update(Message::Received(update.events()));
        let cells = drawn(&app, size);
        let at = found(&cells, &format!("✗ {words}"));
        assert_eq!(at.len(), 1, "{words} at {size:?}");
        (at[0].1, !found(&cells, "4 Surface").is_empty())
    };
    assert_eq!(row_of("no", (120, 40)), (1, true), "beside the tabs");
    assert_eq!(row_of("no", (80, 24)), (1, true));
    assert_eq!(row_of(&"n".repeat(70), (80, 24)), (1, false), "over them");
    assert_eq!(row_of("no", (80, 15)).0, 1, "over the headline");
    assert_eq!(row_of("no", (80, 7)).0, 6, "over the footer");
}

/// Returns a dashboard with the Surface view open; these are computed only once, because that is slow.
fn cached_surface(which: usize) -> App {
    static SURFACES: LazyLock<[App; 4]> = LazyLock::new(|| {
        [
            surface::surface("saturated", 30, "\n", (120, 40)),
            surface::surface("and", 30, "vv", (80, 24)),
            surface::surface("saturated", 3, "a", (90, 30)),
            surface::surface("xor", 60, "z", (60, 20)),
        ]
    });
    SURFACES[which].clone()
}

/// Returns one of the dashboards of this file by its number.
fn sample_dashboard(which: u8) -> App {
    let mut app = match which % 20 {
        0 => fixtures::saturated(118),
        1 => fixtures::saturated(0),
        2 => fixtures::mnist(),
        3 => fixtures::softmax(),
        4 => fixtures::xor(),
        5 => fixtures::four(),
        6 => {
            fixtures::with_weights(fixtures::mnist(), request(WeightQuantity::Value, (0, 29, 784)))
        }
        7 => fixtures::with_weights(fixtures::four(), request(WeightQuantity::Change, (1, 0, 8))),
        8 => typed(fixtures::saturated(118), "?"),
        9 => typed(fixtures::saturated(118), "o"),
        10 => typed(fixtures::saturated(118), ":s"),
        11 => typed(fixtures::saturated(118), "e0.123456789"),
        12 => App::default(),
        18 => pictures("V"),
        19 => pictures("W"),
        surface @ 14.. => cached_surface(usize::from(surface) - 14),
        _ => fixtures::with_weights(fixtures::xor(), request(WeightQuantity::Gradient, (0, 0, 0))),
    };
    if which & 64 != 0 {
        extreme(&mut app);
    }
    app
}

/// Sets long names, many classes and layers, and numbers near the limits of the finite range.
fn extreme(app: &mut App) {
    if let Some(facts) = app.shared.history.facts.as_mut() {
        let facts = std::sync::Arc::make_mut(facts);
        facts.title = "a title that is far longer than any header 漢字 ".repeat(9);
        facts.classes = (0..300).map(|n| format!("class {n}")).collect();
        facts.clock = Clock::constant(1 << 40);
        for arm in &mut facts.arms {
            arm.name = "a-name-that-goes-on-and-on".repeat(4);
            arm.sizes = vec![3; 60];
            arm.lambda = 1e-300;
        }
    }
    app.shared.history.step = u64::MAX / 2;
    app.shared.history.epochs = u64::MAX;
    app.shared.history.rate = Some(f64::MAX);
    for arm in &mut app.shared.history.arms {
        arm.eta = 1e-300;
        arm.first_cost = Some(f64::MIN_POSITIVE);
        arm.readings.push(Channel::COST, 1 << 60, f64::MAX);
        arm.readings.push(Channel::FULL_COST, 1 << 60, f64::MIN_POSITIVE);
        arm.readings.push(Channel::METRIC, 1 << 60, -f64::MAX);
        arm.foreseen = Some(HalfForecast::About(u64::MAX));
        if let Some(gradient_factors) = arm.gradient_factors.as_mut() {
            (
                gradient_factors.cost,
                gradient_factors.error,
                gradient_factors.delta,
                gradient_factors.slope,
            ) = (f64::MAX, 1e300, 0.0, -1e300);
            if let Some(neuron) = gradient_factors.neuron.as_mut() {
                (neuron.z, neuron.a, neuron.delta) = (1e300, -1e300, f64::MAX);
                neuron.gradient.clear();
                neuron.w.clear();
            }
        }
        if let Some(evaluation) = arm.evaluation.as_mut() {
            evaluation.recall = vec![Some(f64::MAX), None];
            evaluation.gradient_norm = vec![0.0; 60];
            evaluation.saturation = vec![1e300; 60];
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_at_any_size(
        which in any::<u8>(),
        width in 0u16..220,
        height in 0u16..70,
        options in any::<[bool; 5]>(),
        zoom in 0u8..9,
        set in 0usize..4,
        filled in 0usize..8,
    ) {
        let mut app = sample_dashboard(which);
        let [is_light, is_many, is_plain, is_log, is_presenting] = options;
        app.shared.appearance.is_presenting = is_presenting;
        if is_light { app.shared.appearance.theme = ThemeName::Light; }
        app.shared.appearance.glyphs = [Glyphs::Braille, Glyphs::Block, Glyphs::Narrow, Glyphs::Ascii][set];
        if is_many { app.shared.appearance.colours = ColourDepth::Sixteen; }
        if is_plain { app.shared.appearance.colours = ColourDepth::None; }
        if is_log { app.shared.chart.scale = Some(xentviz::testing::canvas::ChartScale::Log); }
        app.shared.chart.zoom = zoom;
        if filled > 0 {
            app = typed(app, "f");
            (1..filled).for_each(|_| {
                app.update(Message::Key(KeyEvent::from(KeyCode::Right)));
            });
        }
        drawn(&app, (width, height));
        ui::readout(&app);
        let area = Rect::new(0, 0, width, height);
        for (x, y) in [(0, 0), (width / 2, height / 2), (width, height), (width / 3, height / 3)] {
            let _under = ui::target_at(&app, area, x, y);
        }
    }
}
