//! The plane of the Data view: what its cursor reads and changes, and the marks of its examples.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use xentviz::testing::app::{App, Effect, Message};
use xentviz::testing::canvas::{ColourDepth, ThemeName};
use xentviz::testing::telemetry::{
    Answer, Command, ExampleEdit, Fields, PlaneTarget, Question, Setting,
};

use crate::contrast::contrast;
use crate::screens::data::{PLANE, data, three_classes};
use crate::screens::{drawn, found, text};

const SIZE: (u16, u16) = (120, 40);

/// The map of the first of two arms at that size: its first column and row, its columns and rows.
const MAP: (u16, u16, u16, u16) = (10, 4, 46, 23);

fn fields(app: &App) -> &Fields {
    let Some(Answer::Fields(fields)) = &app.shared.answer else { panic!("fields") };
    fields
}

fn press(app: &mut App, key: char) -> Vec<Effect> {
    app.update(Message::Key(KeyEvent::from(KeyCode::Char(key))))
}

/// Returns the cells of the map of the first arm.
fn cells_of_map() -> impl Iterator<Item = (u16, u16)> {
    let (x, y, width, height) = MAP;
    (y..y + height).flat_map(move |y| (x..x + width).map(move |x| (x, y)))
}

/// Returns the cell in which an example lies.
fn cell_of(fields: &Fields, [across, up]: [f64; 2]) -> (u16, u16) {
    let (x, y, width, height) = MAP;
    let share = |(least, most): (f64, f64), at: f64| (at - least) / (most - least);
    let column = share(fields.window.across, across) * f64::from(width);
    let line = (1.0 - share(fields.window.up, up)) * f64::from(height);
    (x + column as u16, y + line as u16)
}

#[test]
fn the_cursor_reads_the_activation_at_the_place_where_it_adds_a_point() {
    let mut moving = data("xor", 300, "\n", SIZE);
    let before = fields(&moving).request.at;
    let asked = press(&mut moving, 'h').into_iter().find_map(|effect| match effect {
        Effect::Send(Command::Explain(Some(Question::Fields(request)))) => Some(request.at),
        _ => None,
    });
    assert!(before.is_some() && asked.is_some_and(|at| at.is_some() && at != before), "{asked:?}");
    let app = data("xor", 300, "\nhkk", SIZE);
    let headline = text(&drawn(&app, SIZE)).lines().nth(2).expect("a headline").to_owned();
    let mut editing = data("xor", 300, "\nhkk", SIZE);
    let effects = press(&mut editing, '+');
    let added = effects.iter().find_map(|effect| match effect {
        Effect::Send(Command::Set(Setting::Examples(ExampleEdit::Add { at, .. }))) => Some(*at),
        _ => None,
    });
    let [x, z] = added.expect("a point is added");
    let names = format!("At x₁ = {x}, x₂ = {z}: ").replace('-', "−");
    assert!(headline.trim_start().starts_with(&names), "{headline}, not {names}");
    // The network at that place, by its weights: two inputs, some sigmoids, one sigmoid.
    #[expect(clippy::disallowed_methods, reason = "the function of the platform is another source")]
    let sigmoid = |z: f64| 1.0 / (1.0 + (-z).exp());
    let weights = &fields(&app).arms[0].weights;
    let layer = |nth: usize, x: &[f64]| -> Vec<f64> {
        let of = &weights[nth];
        let z = |row: usize| {
            let products = x
                .iter()
                .enumerate()
                .map(|(k, x)| f64::from(of.value(row, k).expect("a weight")) * x);
            products.sum::<f64>() + f64::from(of.biases[row])
        };
        (0..of.rows).map(|row| sigmoid(z(row))).collect()
    };
    let a = layer(1, &layer(0, &[x, z]))[0];
    let shown = headline.split("a = ").nth(1).and_then(|rest| rest.split([',', ' ']).next());
    let shown: f64 = shown.and_then(|shown| shown.parse().ok()).expect("a number");
    assert!((shown - a).abs() < 6e-5, "{shown} for {a}");
}

#[test]
fn a_key_of_the_cursor_that_can_do_nothing_says_why_and_changes_nothing_else() {
    for (scenario, key, why) in [
        (PLANE, '+', "only points of classes can be added"),
        ("iris", '+', "only points of two inputs can be changed"),
        ("iris", 'x', "only points of two inputs can be changed"),
        ("xor", 'd', "no training point is at the cursor"),
    ] {
        let turned = if scenario == "iris" { "w\n" } else { "\n" };
        let mut app = data(scenario, 20, turned, SIZE);
        let effects = press(&mut app, key);
        let asks = |effect: &Effect| matches!(effect, Effect::Send(Command::Explain(_)));
        assert!(effects.iter().all(asks), "{scenario} {key}: {effects:?}");
        let screen = text(&drawn(&app, SIZE));
        assert!(screen.contains(why), "{scenario} {key}: {screen}");
    }
}

#[test]
fn a_neuron_in_place_of_the_answer_is_named_and_shows_no_mistakes() {
    let answer = text(&drawn(&data("circle", 200, "", SIZE), SIZE));
    assert!(answer.contains('✗') && answer.contains("test wrong"), "{answer}");
    let neuron = text(&drawn(&data("circle", 200, "n}", SIZE), SIZE));
    assert!(neuron.contains("layer 1, neuron 2"), "{neuron}");
    assert!(!neuron.contains('✗') && !neuron.contains("test wrong"), "{neuron}");
}

#[test]
fn training_and_test_points_have_marks_of_their_own() {
    let mut app = data("circle", 200, "", SIZE);
    // The examples that are drawn: test, training, both.
    for (keys, shown, hidden) in [(0, "○●", "▵▴"), (1, "▵▴", "○●"), (1, "○●▵▴", "")]
    {
        (0..keys).for_each(|_| drop(press(&mut app, 'v')));
        let cells = drawn(&app, SIZE);
        let of_map: String = cells_of_map().map(|at| cells[at].symbol().to_owned()).collect();
        let legend = text(&cells);
        for mark in shown.chars() {
            assert!(of_map.contains(mark) && legend.contains(mark), "{mark} of {shown}");
        }
        assert!(!of_map.contains(|mark| hidden.contains(mark)), "{hidden} with {shown}");
    }
}

#[test]
fn a_mistake_among_several_classes_keeps_its_letter_and_is_reversed() {
    let app = data(&three_classes(), 3, "", SIZE);
    let (fields, cells) = (fields(&app), drawn(&app, SIZE));
    let mut seen = [0, 0];
    for (nth, example) in fields.examples.points.iter().enumerate() {
        let PlaneTarget::Class(class) = example.target else { panic!("a class") };
        let at = cell_of(fields, example.at);
        let is_alone =
            fields.examples.points.iter().filter(|other| cell_of(fields, other.at) == at).count()
                == 1;
        let letter = ["a", "b", "c"][class];
        if is_alone && cells[at].symbol() == letter {
            let is_wrong = fields.arms[0].is_wrong[nth];
            assert_eq!(cells[at].modifier.contains(Modifier::REVERSED), is_wrong, "{nth}");
            seen[usize::from(is_wrong)] += 1;
        }
    }
    assert!(seen[0] > 3 && seen[1] > 3, "{seen:?}");
}

#[test]
fn a_point_of_a_number_has_the_colour_of_its_target() {
    let app = data(PLANE, 0, "", SIZE);
    let (fields, cells) = (fields(&app), drawn(&app, SIZE));
    // The colour of each target: a higher one is never more violet.
    let mut colours: Vec<(f64, i32)> = Vec::new();
    for example in &fields.examples.points {
        let PlaneTarget::Number(y) = example.target else { panic!("a number") };
        let at = cell_of(fields, example.at);
        if let (Color::Rgb(_, green, blue), "◦") = (cells[at].bg, cells[at].symbol()) {
            let alone = fields.examples.points.iter().filter(|o| cell_of(fields, o.at) == at);
            if alone.count() == 1 {
                colours.push((y, i32::from(green) - i32::from(blue)));
            }
        }
    }
    colours.sort_by(|one, other| one.0.total_cmp(&other.0));
    assert!(colours.len() > 20, "{}", colours.len());
    let (least, most) = (colours[0].1, colours[colours.len() - 1].1);
    assert!(least < 0 && most > 0, "{colours:?}");
    assert!(colours.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{colours:?}");
}

#[test]
fn marks_can_be_seen_everywhere_also_on_the_border() {
    for theme in [ThemeName::Dark, ThemeName::Light] {
        for scenario in ["circle", "spiral", &three_classes()] {
            let mut app = data(scenario, 200, "vv", SIZE);
            app.shared.appearance.theme = theme;
            let cells = drawn(&app, SIZE);
            let is_mark = |at: &(u16, u16)| "○●▵▴✗abc".contains(cells[*at].symbol());
            let marks: Vec<(u16, u16)> = cells_of_map().filter(is_mark).collect();
            assert!(marks.len() > 20, "{}", marks.len());
            for at in marks {
                let seen = contrast(cells[at].fg, cells[at].bg);
                assert!(seen > 2.8, "{theme:?} {at:?}: {seen}");
            }
        }
    }
}

#[test]
fn every_depth_draws_the_same_marks_and_letters_stand_for_levels_without_colours() {
    let marks = |colours: ColourDepth| -> Vec<(u16, u16)> {
        let mut app = data("xor", 300, "", SIZE);
        app.shared.appearance.colours = colours;
        let cells: Buffer = drawn(&app, SIZE);
        assert!(!found(&cells, "wrong").is_empty(), "{colours:?}");
        cells_of_map().filter(|at| "○●✗".contains(cells[*at].symbol())).collect()
    };
    let usual = marks(ColourDepth::True);
    assert!(usual.len() > 50);
    for colours in [ColourDepth::Indexed, ColourDepth::Sixteen, ColourDepth::None] {
        assert_eq!(marks(colours), usual, "{colours:?}");
    }
}
