//! The Equation view: its table as it can be computed on paper, and its text at every size.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Cell;
use ratatui::style::Modifier;
use xentviz::testing::app::{App, Message};
use xentviz::testing::canvas::{ColourDepth, Glyphs};
use xentviz::testing::math::{exp, ln_1p, pow};
use xentviz::testing::scenario::Scenario;

use crate::fixtures;
use crate::screens::{PINK, drawn, found, snapshots, text, typed, whole_screens};

/// Returns the view of a built-in scenario at its start, after these keys and then `tabs` tabs.
fn equation_of_arm(name: &str, keys: &str, tabs: usize) -> App {
    let mut app = fixtures::equation(name, 0, keys);
    for _ in 0..tabs {
        app.update(Message::Key(KeyEvent::from(KeyCode::Tab)));
    }
    app
}

#[test]
fn the_table_of_and_has_the_numbers_computed_on_paper() {
    for (arm, keys) in [("quadratic", "\njj"), ("cross-entropy", "\njj\t")] {
        // A tab is a key of its own; the fixture types characters.
        let keys = keys.replace('\t', "");
        let mut app = fixtures::equation("and", 0, &keys);
        if arm == "cross-entropy" {
            app.update(Message::Key(KeyEvent::from(KeyCode::Tab)));
        }
        match arm {
            "quadratic" => whole_screens("equation", |_| app.clone()),
            _ => snapshots("equation-and-cross-entropy", &app),
        }
        let screen = text(&drawn(&app, (120, 40)));
        let rows: &[&str] = match arm {
            "quadratic" => &[
                "0.5000 0.6225   0  0.6225 0.2350    0.1463",
                "−0.5000 0.3775   0  0.3775 0.2350    0.0887",
                "2.5000 0.9241   0  0.9241 0.0701    0.0648    0.0648",
                "1.5000 0.8176   1 −0.1824 0.1491   −0.0272   −0.0272",
                "0.068145  0.009394",
            ],
            _ => &["0.9241", "−0.1824", "0.185429", "0.435429"],
        };
        for row in rows {
            assert!(screen.contains(row), "{row} is not in\n{screen}");
        }
    }
}

#[test]
fn the_neuron_is_drawn_as_wires_with_the_numbers_of_the_row() {
    // On paper: w = (2, −1), b = ½, and the last row is x = (1, 1), y = 1.
    let app = fixtures::equation("and", 0, "\njjj");
    let screen = text(&drawn(&app, (120, 40)));
    for line in [
        "x₁ 1.0000 ── w₁ 2.0000 ─────────────╮",
        "1 other input, weighted: −1.0000 ───┼── z 1.5000 ── σ ── a 0.8176 ── wanted: y 1.0000",
        "1 ────────── b 0.5000 ──────────────╯",
    ] {
        assert!(screen.contains(line), "{line} is not in\n{screen}");
    }
    // Of the bias all inputs are others; in a low window, the table matters more.
    let bias = text(&drawn(&fixtures::equation("and", 0, ";;\njjj"), (120, 40)));
    assert!(bias.contains("2 inputs, weighted: 1.0000"), "{bias}");
    assert!(!text(&drawn(&app, (80, 24))).contains("weighted"));
    // A hidden neuron leads on to the next layer.
    let hidden = text(&drawn(&fixtures::equation("xor", 25, ";}"), (200, 60)));
    assert!(hidden.contains("── σ ── a 0.1144 ── to layer 2"), "{hidden}");
}

#[test]
fn where_nothing_is_added_up_the_headline_names_a_scenario_with_more_rows() {
    let has_hint = |app: &App, size| text(&drawn(app, size)).contains("see “and” (o).");
    for size in [(80, 24), (120, 40), (200, 60)] {
        assert!(has_hint(&equation_of_arm("saturated", "", 1), size), "{size:?}");
        assert!(!has_hint(&equation_of_arm("and", "", 1), size), "{size:?}");
    }
}

#[test]
fn the_backward_path_of_a_hidden_weight_is_drawn() {
    snapshots("equation-hidden", &fixtures::equation("xor", 25, ";}bbbbb"));
}

#[test]
fn the_derivation_and_the_effect_of_the_last_step_are_drawn() {
    let app = fixtures::equation("and", 1, "d");
    snapshots("equation-derivation", &app);
    let screen = text(&drawn(&app, (120, 40)));
    for words in ["σ′ stays", "σ′ has cancelled", "−ln 0", "0/0", "the step moved", "promised"]
    {
        assert!(screen.contains(words), "{words} is not in\n{screen}");
    }
}

/// The second difference of a function of z, as a share of the step squared.
fn curvature(of: impl Fn(f64) -> f64, z: f64) -> f64 {
    let by = 1e-3;
    (of(z + by) - 2.0 * of(z) + of(z - by)) / (by * by)
}

#[test]
fn the_filled_derivation_says_where_its_formulas_come_from_and_that_is_so() {
    let app = fixtures::equation("saturated", 0, "df");
    for size in [(80, 24), (120, 40), (200, 60)] {
        let screen = text(&drawn(&app, size));
        for words in [
            "a row’s C knows wⱼ only by z; ∂z/∂wⱼ = xⱼ: no cost removes it",
            "= σ(1 − σ): it is e^−z/(1 + e^−z)², and e^−z/(1 + e^−z) = 1 − σ",
            "∂C/∂a = (a−y)/σ′ = −y/a + (1−y)/(1−a); its integral is C",
            "convex for cross-entropy: C″ = σ′ > 0; quadratic over σ is not",
        ] {
            assert!(screen.contains(words), "{size:?}: {words} is not in\n{screen}");
        }
        let half = "the ½ only cancels the 2 of the derivative; 1/n makes a mean";
        assert_eq!(screen.contains(half), size.1 > 24, "{size:?}");
        assert!(screen.contains("● quadratic, row 1") && screen.contains("◆ cross-entropy, row 1"));
    }
    let softmax = text(&drawn(&fixtures::equation("softmax", 0, ")df"), (120, 40)));
    for words in [
        "sigmoid: cross-entropy; softmax: log-likelihood",
        "both C are −ln of the prob",
        "sigmoid with −ln a moves one output alone, softmax with cross-entropy has another δ",
        "sigmoid: each output answers yes or no for itself; softmax: one of all is right",
    ] {
        assert!(softmax.contains(words), "{words} is not in\n{softmax}");
    }
    let sigma = |z: f64| 1.0 / (1.0 + exp(-z));
    let cross_entropy = |a: f64, y: f64| -y * ln_1p(a - 1.0) - (1.0 - y) * ln_1p(-a);
    for z in [-4.0, -0.3, 1.0, 4.0] {
        let (a, e) = (sigma(z), exp(-z));
        let slope = (sigma(z + 1e-6) - sigma(z - 1e-6)) / 2e-6;
        assert!((slope - e / ((1.0 + e) * (1.0 + e))).abs() < 1e-9);
        assert!((slope - a * (1.0 - a)).abs() < 1e-9 && (e / (1.0 + e) - (1.0 - a)).abs() < 1e-12);
        for y in [0.0, 0.35, 1.0] {
            let by_a = (cross_entropy(a + 1e-7, y) - cross_entropy(a - 1e-7, y)) / 2e-7;
            assert!((by_a * slope - (a - y)).abs() < 1e-5, "{z} {y}");
            assert!((by_a - (-y / a + (1.0 - y) / (1.0 - a))).abs() < 1e-4, "{z} {y}");
            assert!((curvature(|z| cross_entropy(sigma(z), y), z) - slope).abs() < 1e-4);
        }
    }
    let quadratic = |z: f64| sigma(z) * sigma(z) / 2.0;
    assert!(curvature(quadratic, 4.0) < 0.0 && curvature(quadratic, -1.0) > 0.0);
}

#[test]
fn costs_and_outputs_that_are_crossed_have_another_delta_than_the_error() {
    let z = [1.5, -0.5, 0.25];
    // The first of three classes is right.
    let y = [1.0, 0.0, 0.0];
    let softmax = |z: [f64; 3]| {
        let powers = z.map(exp);
        powers.map(|power| power / powers.iter().sum::<f64>())
    };
    let sigmoid = |z: [f64; 3]| z.map(|z| 1.0 / (1.0 + exp(-z)));
    let slope = |of: &dyn Fn([f64; 3]) -> f64, k: usize| {
        let at = |by: f64| {
            let mut moved = z;
            moved[k] += by;
            of(moved)
        };
        (at(1e-6) - at(-1e-6)) / 2e-6
    };
    let likelihood = |a: [f64; 3]| -ln_1p(a[0] - 1.0);
    let cross_entropy = |a: [f64; 3]| -> f64 {
        let of = |k: usize| -y[k] * ln_1p(a[k] - 1.0) - (1.0 - y[k]) * ln_1p(-a[k]);
        (0..3).map(of).sum()
    };
    // With sigmoid outputs −ln a moves the right one alone.
    let by_sigmoid = |z| likelihood(sigmoid(z));
    assert!((slope(&by_sigmoid, 0) - (sigmoid(z)[0] - 1.0)).abs() < 1e-8);
    assert!(slope(&by_sigmoid, 1).abs() < 1e-9 && slope(&by_sigmoid, 2).abs() < 1e-9);
    // With softmax the sum over the outputs keeps ∂aₖ/∂z as a factor: Σₖ (aₖ − yₖ)/(aₖ(1 − aₖ)) ∂aₖ/∂z.
    let a = softmax(z);
    for j in 0..3 {
        let kept: f64 = (0..3)
            .map(|k| {
                let own = if j == k { 1.0 } else { 0.0 };
                (a[k] - y[k]) / (a[k] * (1.0 - a[k])) * a[k] * (own - a[j])
            })
            .sum();
        let found = slope(&|z| cross_entropy(softmax(z)), j);
        assert!((found - kept).abs() < 1e-7 && (found - (a[j] - y[j])).abs() > 0.01, "{j}");
        // The pairs that go together have δ = a − y.
        assert!((slope(&|z| likelihood(softmax(z)), j) - (a[j] - y[j])).abs() < 1e-7);
        let b = sigmoid(z);
        assert!((slope(&|z| cross_entropy(sigmoid(z)), j) - (b[j] - y[j])).abs() < 1e-7);
    }
    for (output, cost, is_refused) in [
        ("sigmoid", "log-likelihood", true),
        ("softmax", "cross-entropy", true),
        ("sigmoid", "cross-entropy", false),
        ("softmax", "log-likelihood", false),
    ] {
        let text = format!(
            "data = {{ kind = \"xor\" }}\nnetwork = {{ layers = [2, 2], output = \"{output}\" }}\n\
             training = {{ epochs = 1, batch = 1, eta = 1 }}\narm = [{{ name = \"a\", cost = \"{cost}\" }}]"
        );
        assert_eq!(Scenario::read(&text, "a test", &[]).is_err(), is_refused, "{output} {cost}");
    }
}

#[test]
fn every_arm_has_its_derivation_if_the_panel_is_opened() {
    let screen = text(&drawn(&fixtures::equation("book-animation", 0, "d"), (120, 40)));
    for arm in ["● quadratic, row 1", "◆ cross-entropy, row 1", "▲ book-rule, row 1"] {
        assert!(screen.contains(arm), "{arm} is not in\n{screen}");
    }
    // What the rule steps by is not called δ, although another arm is chosen.
    assert!(screen.contains("xⱼ ∂C/∂a: what this row adds"), "{screen}");
}

#[test]
fn the_l2_term_shrinks_the_weight_by_factors_that_can_be_computed_on_paper() {
    // η = ½, λ = 1, n = 1000, m = 10.
    let step = 1.0 - 0.5 * 1.0 / 1000.0;
    let epoch: f64 = (0..100).map(|_| step).product();
    for (size, words) in [
        ((80, 24), format!("a step multiplies w₁ by 1 − ηλ/n = {step:.4}, an epoch by {epoch:.4}")),
        ((200, 60), format!("1 − ηλ/n = {step:.4}, an epoch’s 100 by {epoch:.4} ≈ e^(−ηλ/m)")),
    ] {
        let screen = text(&drawn(&equation_of_arm("overfitting", ")", 1), size));
        assert!(screen.contains(&words), "{words} is not in\n{screen}");
        assert!(screen.contains("(σ(z) − y) + λ/n wⱼ   decay"), "{screen}");
        assert!(!screen.contains("+ λ/n wⱼ   plain"), "{screen}");
    }
}

#[test]
fn the_wires_have_the_numbers_of_the_row_after_a_step_too() {
    // Row 1 of AND is (0, 0): whatever the weights, z is b.
    let app = fixtures::equation("and", 1, "");
    let screen = text(&drawn(&app, (200, 60)));
    let b = screen.lines().find_map(|line| line.split("── b ").nth(1)).expect("the bias");
    let z = screen.lines().find_map(|line| line.split("── z ").nth(1)).expect("z");
    let number = |text: &str| text.split(' ').next().expect("a number").to_owned();
    assert_eq!(number(b), number(z), "{screen}");
    assert!(screen.contains("1 other input, weighted: 0 "), "{screen}");
}

#[test]
fn with_l2_the_numbers_are_of_the_same_sum_in_every_place() {
    let app = equation_of_arm("overfitting", ")", 1);
    let copied = xentviz::testing::ui::readout(&app);
    let number = |before: &str| -> f64 {
        let line = copied.lines().find_map(|line| line.trim().strip_prefix(before));
        let line = line.unwrap_or_else(|| panic!("{before} is not in\n{copied}"));
        let number: String = line.chars().take_while(|c| !matches!(c, ' ' | ',')).collect();
        number.replace('−', "-").parse().expect("a number")
    };
    let (mean, l2, whole) = (number("÷ 10: "), number("L2 term λ/n·w₁: "), number("∂C/∂w₁ = "));
    assert!((mean + l2 - whole).abs() < 2e-6 && l2 != 0.0, "{mean} + {l2} = {whole}");
    let sum: f64 = number("Σₓ over 10 rows: ");
    assert!((sum / 10.0 - mean).abs() < 1e-6, "{sum}");
    // In narrow windows the numbers stay whole.
    for width in 40..80 {
        let screen = text(&drawn(&app, (width, 24)));
        let shown = screen.lines().find(|line| line.contains("÷ 10 = "));
        let Some(shown) = shown else { continue };
        let digits = format!("{mean:.4}").replace('-', "−");
        assert!(shown.contains(digits.trim_end_matches('0')), "{width}: {shown}");
    }
}

#[test]
fn with_l2_the_filled_derivation_begins_with_its_term_at_every_size() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let screen = text(&drawn(&equation_of_arm("overfitting", ")df", 1), size));
        for words in
            ["its slope at wⱼ is λ/n wⱼ", "an epoch keeps (1−ηλ/n)^(n/m) ≈ e^(−ηλ/m) of wⱼ"]
        {
            assert!(screen.contains(words), "{size:?}: {words} is not in\n{screen}");
        }
    }
    // The mean of a hundred factors is the power, whatever n is with the same n/m of batches.
    for n in [1000.0, 60_000.0] {
        let kept: f64 = pow(1.0 - 0.5 / n, n / 10.0);
        assert!((kept - exp(-0.05)).abs() < 1e-4, "{n}: {kept}");
    }
}

#[test]
fn no_line_of_a_derivation_is_cut_within_a_word() {
    for (name, keys) in [("saturated", "df"), ("softmax", ")df"), ("book-animation", "df")] {
        let mut app = fixtures::equation(name, 0, keys);
        app.shared.appearance.glyphs = Glyphs::Ascii;
        for width in [80, 100, 120, 160] {
            let screen = text(&drawn(&app, (width, 60)));
            let derived = screen.split("dC/dz   = ").skip(1);
            let derived: Vec<&str> =
                derived.map(|rest| rest.split("  ").next().expect("a formula")).collect();
            assert!(!derived.is_empty(), "{screen}");
            for formula in derived {
                let formula = formula.trim_end_matches('=').trim();
                let is_whole = [
                    "delta = (a - y) sig'(z): sig' stays",
                    "delta = (a - y) sig'(z)",
                    "delta = a - y: sig' has cancelled",
                    "delta = a - y: softmax has cancelled",
                    "delta = a - y",
                    "dC/da, in place of dC/dz",
                ]
                .contains(&formula);
                assert!(is_whole, "{width}: {formula:?} in\n{screen}");
            }
        }
    }
}

#[test]
fn inputs_that_are_not_shown_are_hinted_at() {
    let screen = text(&drawn(&fixtures::equation("xor", 0, ")"), (120, 40)));
    assert!(screen.contains("a₂ …     z"), "{screen}");
    let wide = text(&drawn(&fixtures::equation("xor", 0, ")"), (200, 60)));
    assert!(wide.contains("a₄") && !wide.contains("a₄ …"), "{wide}");
}

#[test]
fn the_result_of_nudging_a_whole_layer_is_drawn() {
    let app = fixtures::equation("softmax", 3, "n");
    let screen = text(&drawn(&app, (120, 40)));
    assert!(screen.contains("the whole layer: ✓"), "{screen}");
}

#[test]
fn the_chosen_symbol_is_highlighted_in_the_table() {
    let highlighted = |app: &App| {
        let cells = drawn(app, (120, 40));
        let is_highlighted = |x, y| {
            let cell: &Cell = &cells[(x, y)];
            cell.fg == PINK && cell.modifier.contains(Modifier::REVERSED)
        };
        (8..24_u16)
            .map(|y| {
                (2..78).filter(|x| is_highlighted(*x, y)).map(|x| cells[(x, y)].symbol()).collect()
            })
            .filter(|line: &String| !line.is_empty())
            .collect::<Vec<String>>()
    };
    let want: [&[&str]; 10] = [
        &["∂C/∂w₁0.009394"],
        &["1", "2", "3", "4", "÷ 4"],
        &["xⱼδ", "0", "0", "0.0648", "−0.0272", "Σₓ0.037578"],
        &["x₁=xⱼ", "1"],
        &["σ(z)", "0.9241"],
        &["y", "0"],
        &["σ′(z)", "0.0701"],
        &["z", "2.5000"],
        &["2.0000"],
        &["+0.5000"],
    ];
    let mut app = fixtures::equation("and", 0, "\njj");
    let mut cells_of_symbols = vec![highlighted(&app)];
    for _ in 1..want.len() {
        app = typed(app, "l");
        cells_of_symbols.push(highlighted(&app));
    }
    assert_eq!(cells_of_symbols, want);
}

#[test]
fn the_view_is_drawn_at_any_size() {
    let apps =
        ["and", "xor", "softmax", "linear-output"].map(|name| fixtures::equation(name, 1, "n"));
    for app in
        apps.into_iter().flat_map(|app| [app.clone(), typed(app.clone(), "d"), typed(app, "b")])
    {
        for size in [(20, 5), (21, 7), (30, 9), (40, 10), (60, 16), (79, 23), (113, 22), (400, 100)]
        {
            drawn(&app, size);
        }
    }
}

#[test]
fn in_a_small_window_the_chosen_row_and_the_mean_stay() {
    let app = fixtures::equation("and", 0, "\njj");
    for size in [(40, 12), (60, 16), (80, 24)] {
        let screen = text(&drawn(&app, size));
        assert!(screen.contains("▸3") && screen.contains("0.009394"), "{screen}");
    }
}

#[test]
fn choosing_a_row_moves_only_the_highlight_until_the_page_turns() {
    let rows = |app: &App| {
        let cells = drawn(app, (80, 24));
        let screen = text(&cells).replace('▸', " ");
        let lines: Vec<String> = screen.lines().skip(9).take(12).map(str::to_owned).collect();
        lines
    };
    let first = rows(&fixtures::equation("xor", 0, "\n"));
    assert!(first.iter().any(|line| line.contains("rows 1–5 of 10")), "{first:?}");
    for row in 1..5 {
        let keys = format!("\n{}", "j".repeat(row));
        assert_eq!(rows(&fixtures::equation("xor", 0, &keys)), first);
    }
    let last = rows(&fixtures::equation("xor", 0, "\njjjjjj"));
    assert!(last.iter().any(|line| line.contains("rows 6–10 of 10")), "{last:?}");
    assert_eq!(last.last(), first.last(), "the sums are over all rows");
}

#[test]
fn an_output_without_a_sigmoid_is_not_labelled_as_one() {
    for (name, tabs) in [("linear-output", 2), ("softmax", 2)] {
        let app = equation_of_arm(name, ")", tabs);
        for size in [(80, 24), (120, 40)] {
            let cells = drawn(&app, size);
            let screen = text(&cells);
            let table = screen.split("row by row").nth(1).expect("the table");
            assert!(!table.contains("σ(z)"), "{name}: {screen}");
        }
    }
}

#[test]
fn the_reason_for_the_missing_slope_is_shown_at_every_size() {
    let app = equation_of_arm("and", "", 1);
    for size in [(80, 24), (120, 40), (200, 60)] {
        let screen = text(&drawn(&app, size));
        assert!(screen.contains("cancelled") && screen.contains("σ′(z) is gone"), "{screen}");
    }
}

#[test]
fn the_shapes_of_the_product_are_drawn_beside_the_rows_if_there_is_room() {
    for (name, keys) in [("and", ""), ("xor", ""), ("xor", "n"), ("softmax", "")] {
        let app = fixtures::equation(name, 0, keys);
        let screen = text(&drawn(&app, (120, 40)));
        assert!(
            screen.contains("·w + b is ") && screen.contains("∂C/∂w = Xᵀ·δ/"),
            "{name}: {screen}"
        );
    }
}

#[test]
fn the_scale_of_a_map_is_a_round_number_however_small() {
    let screen = text(&drawn(&fixtures::equation("xor", 1, ""), (120, 40)));
    assert!(screen.contains("∂C/∂w k×1, ±5e−6"), "{screen}");
}

#[test]
fn in_ascii_every_character_has_a_replacement() {
    for keys in ["n", "d", "bbbbbb", "}n"] {
        for name in ["and", "xor"] {
            let mut app = fixtures::equation(name, 1, keys);
            app.shared.appearance.glyphs = Glyphs::Ascii;
            for size in [(80, 24), (120, 40)] {
                let screen = text(&drawn(&app, size));
                assert!(screen.is_ascii(), "{screen}");
                assert_eq!(
                    screen.matches('?').count(),
                    screen.matches("? help").count(),
                    "{screen}"
                );
            }
        }
    }
}

#[test]
fn without_colours_only_the_highlight_is_reversed() {
    let mut app = fixtures::equation("and", 0, "\njllll");
    app.shared.appearance.colours = ColourDepth::None;
    let cells = drawn(&app, (80, 24));
    let is_highlighted = |x, y| cells[(x, y)].modifier.contains(Modifier::REVERSED);
    let highlighted: String = (10..18)
        .flat_map(|y| (0..80).map(move |x| (x, y)))
        .filter(|(x, y)| is_highlighted(*x, *y))
        .map(|(x, y)| cells[(x, y)].symbol())
        .collect();
    assert_eq!(highlighted, "0.3775");
    assert_eq!(found(&cells, "▸2").len(), 1, "the chosen row has a mark");
}

#[test]
fn with_lambda_the_table_shows_the_l2_term() {
    let mut app = fixtures::equation("and", 0, "");
    let Some(xentviz::testing::telemetry::Answer::Equation(equation)) = app.shared.answer.take()
    else {
        panic!("it is explained");
    };
    let mut equation = (*equation).clone();
    equation.arms[0].l2 = Some(0.5);
    app.shared.answer =
        Some(xentviz::testing::telemetry::Answer::Equation(std::sync::Arc::new(equation)));
    for size in [(80, 24), (120, 40)] {
        let screen = text(&drawn(&app, size));
        assert!(
            screen.contains("+ L2 term λ/n·w₁ =  0.500000   ∂C/∂w₁ with it =  0.509394"),
            "{screen}"
        );
    }
}
