//! The Data view of scenarios: each is actually run, and its examples are answered by its networks.

use crate::screens::surface::opened;
use crate::screens::{drawn, found, panels, snapshot, snapshots, text, whole_screens};
use std::fmt::Write;

use ratatui::style::Color;
use xentviz::testing::app::{App, Effect, Message, Target};
use xentviz::testing::canvas::{ColourDepth, DrawnPart};
use xentviz::testing::telemetry::{Answer, Command, Divergence, Question};
use xentviz::testing::ui;
use xentviz::testing::views::{GridPoint, Tab, ViewTarget};

/// Returns the Data view of a scenario after `steps` steps, with these keys typed.
pub(crate) fn data(name: &str, steps: u64, keys: &str, size: (u16, u16)) -> App {
    opened('5', name, steps, keys, size)
}

/// A regression over the plane.
pub(crate) const PLANE: &str = r#"
title = "a plane"
seed = 1
[data]
kind = "plane"
train = 100
test = 50
[network]
layers = [2, 4, 1]
hidden = "tanh"
output = "linear"
[training]
epochs = 20
batch = 10
eta = 0.05
[[arm]]
name = "quadratic"
cost = "quadratic"
"#;

/// Three classes in the plane: each third of a circle.
pub(crate) fn three_classes() -> String {
    let (mut inputs, mut targets) = (String::new(), String::new());
    for i in 0..90_u32 {
        // Points on three rays, each with a width.
        let (ray, along) = (i % 3, f64::from(i / 3) / 30.0 + 0.2);
        let (x, y) = [(0.0, 1.0), (-0.9, -0.5), (0.9, -0.5)][ray as usize];
        let aside = f64::from(i * 7 % 11) / 11.0 - 0.5;
        let (x, y) = (along * x + 0.4 * aside * y, along * y - 0.4 * aside * x);
        write!(inputs, "[{x:.3}, {y:.3}],").expect("a string takes text");
        targets += ["[1, 0, 0],", "[0, 1, 0],", "[0, 0, 1],"][ray as usize];
    }
    format!(
        "[data]\nkind = \"table\"\ninputs = [{inputs}]\ntargets = [{targets}]\n\
         [network]\nlayers = [2, 6, 3]\noutput = \"softmax\"\n\
         [training]\nepochs = 200\nbatch = 10\neta = 1\n\
         [[arm]]\nname = \"quadratic\"\ncost = \"quadratic\"\n\
         [[arm]]\nname = \"log-likelihood\"\ncost = \"log-likelihood\"\n"
    )
}

#[test]
fn the_plane_shows_what_every_arm_answers_and_where_it_is_wrong() {
    whole_screens("data", |size| data("xor", 300, "", size));
}

#[test]
fn the_other_pages_and_states_of_the_plane_are_drawn() {
    for (name, scenario, keys, size) in [
        ("data-neuron", "spiral", "n}}v", (120, 40)),
        ("data-discrete", "circle", "V", (80, 24)),
        ("data-iris-plane", "iris", "w;;", (120, 40)),
        ("data-regression", PLANE, "", (120, 40)),
        ("data-three-classes", &three_classes(), "", (120, 40)),
        ("data-examples", "xor", "w", (80, 24)),
        ("data-neuron-of-one-input", "saturated", "", (80, 24)),
    ] {
        let app = data(scenario, 200, keys, size);
        snapshot(name, &panels(&drawn(&app, size)));
    }
}

#[test]
fn examples_are_listed_with_the_answers_and_the_confusions_of_every_arm() {
    for size in super::SIZES {
        let app = data("iris", 200, "", size);
        snapshot(&format!("data-iris-{}x{}", size.0, size.1), &panels(&drawn(&app, size)));
        let app = data("dead-digits", 2000, "", size);
        snapshot(&format!("data-digits-{}x{}", size.0, size.1), &panels(&drawn(&app, size)));
    }
}

/// Returns the backgrounds of the cells of an area, row by row.
fn backgrounds(app: &App, size: (u16, u16), area: (u16, u16, u16, u16)) -> Vec<Color> {
    let cells = drawn(app, size);
    let (x, y, width, height) = area;
    (y..y + height)
        .flat_map(|y| (x..x + width).map(move |x| (x, y)))
        .map(|at| cells[at].bg)
        .collect()
}

#[test]
fn a_small_field_is_the_large_one_upright_and_not_turned_over() {
    // The first neuron of xor's first arm, small among the others and large in place of the answer.
    let size = (120, 40);
    let small = data("xor", 300, "v", size);
    let large = data("xor", 300, "nv", size);
    let Some(Answer::Fields(fields)) = &small.shared.answer else { panic!("fields") };
    let (across, up) = fields.points;
    let field = &fields.arms[0].layers[0][0];
    let half = |rows: std::ops::Range<usize>| -> f32 {
        rows.flat_map(|row| field[row * across..(row + 1) * across].iter()).sum::<f32>()
    };
    let is_higher_above = half(up / 2..up) > half(0..up / 2);
    let green = |colours: &[Color]| {
        let is_green = |colour: &&Color| matches!(colour, Color::Rgb(r, g, b) if g > r && g > b);
        colours.iter().filter(is_green).count()
    };
    for (app, area) in [(&large, (10, 4, 46, 22)), (&small, (2, 29, 12, 6))] {
        let colours = backgrounds(app, size, area);
        let (above, below) = colours.split_at(colours.len() / 2);
        assert_eq!(green(above) > green(below), is_higher_above, "{area:?}");
    }
}

#[test]
fn no_scale_clips_what_it_shows() {
    // relu: activations far above 1 still differ.
    let relu = "[data]\nkind = \"circle\"\ntrain = 100\n[network]\nlayers = [2, 4, 1]\nhidden = \"relu\"\n\
        [training]\nepochs = 20\nbatch = 10\neta = 0.1\n[[arm]]\nname = \"quadratic\"\ncost = \"quadratic\"\n";
    let app = data(relu, 150, "nv", (120, 40));
    let Some(Answer::Fields(fields)) = &app.shared.answer else { panic!("fields") };
    let field = &fields.arms[0].layers[0][0];
    let most = field.iter().copied().fold(0.0, f32::max);
    assert!(most > 1.2, "the test needs an activation above 1: {most}");
    let shades: std::collections::BTreeSet<String> =
        backgrounds(&app, (120, 40), (40, 4, 40, 20)).iter().map(|c| format!("{c:?}")).collect();
    assert!(shades.len() >= 4, "{shades:?}");
    let lines = text(&drawn(&app, (120, 40)));
    let scale = lines.lines().rev().nth(2).expect("a legend");
    let end = scale.split_whitespace().nth(2).and_then(|end| end.parse::<f32>().ok());
    assert!(end.is_some_and(|end| end >= most), "the scale holds {most}: {scale}");
}

#[test]
fn looking_changes_nothing_in_the_run_and_nothing_on_its_charts() {
    let mut app = data("xor", 100, "", (120, 40));
    let before = app.shared.history.clone();
    for key in ['V', 'n', 'v', 'w', 'w', 'V', 'v', 'v', '}', '{'] {
        let effects = app.update(Message::Key(crossterm::event::KeyEvent::from(
            crossterm::event::KeyCode::Char(key),
        )));
        assert!(
            effects.iter().all(|effect| matches!(effect, Effect::Send(Command::Explain(_)))),
            "{key}: {effects:?}"
        );
    }
    assert_eq!(app.shared.history, before);
}

#[test]
fn the_value_at_the_cursor_follows_the_run() {
    let reading = |steps: u64| {
        let app = data("xor", steps, "\n", (120, 40));
        let lines = text(&drawn(&app, (120, 40)));
        lines.lines().nth(2).expect("a headline").to_owned()
    };
    assert!(reading(10).contains("At x₁ ="), "{}", reading(10));
    assert_ne!(reading(10), reading(200), "the same cursor, a later step");
}

#[test]
fn an_arm_that_has_diverged_says_so_in_place_of_its_mistakes() {
    let mut app = data("xor", 40, "", (120, 40));
    let divergence = Divergence { step: 7, eta: 50.0, reason: "too large".to_owned() };
    app.shared.history.arms[0].diverged = Some(divergence);
    let lines = text(&drawn(&app, (120, 40)));
    assert!(lines.contains("diverged at step 7"), "{lines}");
}

#[test]
fn every_view_says_first_which_arm_has_run_away() {
    for view in "12345".chars() {
        let mut app = opened(view, "xor", 40, "", (120, 40));
        let divergence = Divergence { step: 7, eta: 50.0, reason: "too large".to_owned() };
        app.shared.history.arms[1].diverged = Some(divergence);
        let lines = text(&drawn(&app, (120, 40)));
        let headline = lines.lines().nth(2).expect("a headline").trim();
        let why = "Cross-entropy ran away at step 7 with η = 50: too large.";
        assert!(headline.starts_with(why), "{view}: {headline}");
    }
}

#[test]
fn the_mouse_chooses_a_place_a_neuron_an_example_and_a_confusion() {
    let size = (120, 40);
    let target = |app: &App, x: u16, y: u16| {
        ui::target_at(app, ratatui::layout::Rect::new(0, 0, size.0, size.1), x, y)
            .expect("something is drawn there")
    };
    let app = data("xor", 300, "", size);
    let place = target(&app, 30, 12);
    assert!(matches!(place, Target::View(ViewTarget::Point(GridPoint { .. }))), "{place:?}");
    assert_eq!(target(&app, 4, 31), Target::View(ViewTarget::Part(DrawnPart::Item(0))));
    let mut app = data("iris", 200, "", size);
    let row = target(&app, 20, 6);
    assert_eq!(row, Target::View(ViewTarget::Part(DrawnPart::Row(1))));
    app.update(Message::Click(row));
    assert!(app.shared.cursor_focused);
}

#[test]
fn a_click_on_the_head_of_a_column_sorts_by_it_and_one_on_a_difference_lists_its_examples() {
    let size = (120, 40);
    let mut app = data("iris", 200, "", size);
    let click = |app: &mut App, (x, y): (u16, u16)| {
        let target = ui::target_at(app, ratatui::layout::Rect::new(0, 0, size.0, size.1), x, y);
        app.update(Message::Click(target.expect("something is drawn there")));
        let Some(Question::Examples(request)) = &app.question else { panic!("{:?}", app.question) };
        (format!("{:?}", request.order), format!("{:?}", request.filter))
    };
    let at = |app: &App, text: &str| found(&drawn(app, size), text)[0];
    let place = at(&app, "pet…gth");
    assert_eq!(click(&mut app, place).0, "ByInput(2)");
    let place = at(&app, "row");
    assert_eq!(click(&mut app, place).0, "AsRead");
    let place = at(&app, "target");
    assert_eq!(click(&mut app, place).0, "ByTarget");
    let place = at(&app, "● C");
    assert_eq!(click(&mut app, place).0, "WorstFirst");
    // The second column of the first row of the difference.
    let (x, y) = at(&app, " less ");
    let cells = drawn(&app, size);
    let is_head = |x: &u16| cells[(*x, y + 1)].symbol() == "v";
    let column = (x.saturating_sub(8)..size.0).find(is_head).expect("a head") + 2;
    assert_eq!(click(&mut app, (column, y + 2)).1, "Confused { class: 0, answer: 1 }");
}

#[test]
fn the_matrices_take_the_place_of_the_list_where_both_have_no_room() {
    let size = (80, 24);
    let shown = |keys: &str| text(&drawn(&data("iris", 200, keys, size), size));
    assert!(!shown("").contains("is ↓ as →"));
    assert!(shown("v").contains("is ↓ as →"), "{}", shown("v"));
    assert!(shown("vv").contains("recall over time"), "{}", shown("vv"));
    assert!(shown("vvv").contains("of 30 examples"), "{}", shown("vvv"));
    assert!(shown("f").contains("is ↓ as →"), "{}", shown("f"));
}

#[test]
fn a_terminal_without_colours_draws_the_plane_in_letters() {
    let mut app = data("xor", 300, "", (80, 24));
    app.shared.appearance.colours = ColourDepth::None;
    app.shared.appearance.glyphs = xentviz::testing::canvas::Glyphs::Ascii;
    snapshots("data-ascii", &app);
}

#[test]
fn the_question_asks_for_as_many_points_as_the_screen_has() {
    let app = data("xor", 10, "", (120, 40));
    let Some(Question::Fields(request)) = &app.question else { panic!("{:?}", app.question) };
    assert_eq!(request.points, (46, 46));
}

#[test]
fn a_row_of_the_training_set_is_explained_alone_until_esc_returns_to_the_mini_batch() {
    let size = (120, 40);
    let mut app = data("iris", 100, "\n\n", size);
    assert_eq!((app.tab, app.shared.example), (Tab::Data, None), "test examples have no gradient");
    assert!(text(&drawn(&app, size)).contains("only examples of the training set"));
    app = data("iris", 100, "V\n\n", size);
    assert_eq!(app.tab, Tab::Equation);
    let row = app.shared.example.expect("the worst example");
    let Some(Answer::Equation(equation)) = &app.shared.answer else { panic!("an explanation") };
    assert_eq!((equation.rows, equation.arms[0].visible_rows[0].example), (1, row));
    snapshot("data-row-explained", &panels(&drawn(&app, size)));
    app.update(Message::Key(crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Esc)));
    assert_eq!(app.shared.example, None);
}

#[test]
fn the_colours_of_the_legend_are_those_of_the_map_and_not_swapped() {
    let size = (120, 40);
    // Without points, and with the levels as letters too.
    let app = data("xor", 2000, "vvv", size);
    let Some(Answer::Fields(fields)) = &app.shared.answer else { panic!("fields") };
    let cells = drawn(&app, size);
    let (x, y) = found(&cells, "a 0 ")[0];
    let bar = x + 4;
    let least = cells[(bar, y)].bg;
    let greatest = cells[(bar + 15, y)].bg;
    assert_ne!(least, greatest);
    // The map of the first arm: 46 × 23 cells from column 10 and row 4.
    let field = &fields.arms[0].layers[1][0];
    let at = |column: usize, row: usize| field[row * fields.points.0 + column];
    let mut seen = (0, 0);
    for row in 0..23_usize {
        for column in 0..46_usize {
            let cell = cells[(10 + column as u16, 26 - row as u16)].bg;
            let both = [at(column, 2 * row), at(column, 2 * row + 1)];
            if both.iter().all(|a| *a < 0.05) {
                assert_eq!(cell, least, "{column}, {row}");
                seen.0 += 1;
            } else if both.iter().all(|a| *a > 0.95) {
                assert_eq!(cell, greatest, "{column}, {row}");
                seen.1 += 1;
            }
        }
    }
    assert!(seen.0 > 20 && seen.1 > 20, "{seen:?}");
}
