//! The text of the Duel view at every width: whole equations, whole sentences, nothing false.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use xentviz::testing::app::App;
use xentviz::testing::telemetry::RunState;
use xentviz::testing::ui;

use crate::fixtures;

fn lines(app: &App, (width, height): (u16, u16)) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut cells = Buffer::empty(area);
    ui::draw(app, area, &mut cells);
    let line = |y| (0..width).map(|x| cells[(x, y)].symbol()).collect::<String>();
    (0..height).map(line).collect()
}

/// Returns the equations of numbers on a screen, each from its first sign to the end of its panel.
fn equations(lines: &[String]) -> Vec<Vec<f64>> {
    let mut out = Vec::new();
    for piece in lines.iter().flat_map(|line| line.split(['│', '─'])).flat_map(|l| l.split("   "))
    {
        let text = piece.trim().replace('−', "-");
        if let Some(text) = text.strip_prefix('=').filter(|text| text.contains('·')) {
            let factors = text.split('=').next().unwrap_or_default().split('·');
            let mut numbers: Vec<f64> =
                factors.map(|f| f.trim().parse().unwrap_or(f64::NAN)).collect();
            numbers.extend(text.split('=').nth(1).and_then(|r| r.trim().parse::<f64>().ok()));
            out.push(numbers);
        }
    }
    out
}

#[test]
fn an_equation_is_drawn_whole_or_not_at_all_at_every_width() {
    for app in [fixtures::saturated(118), fixtures::softmax(), fixtures::mnist()] {
        for width in 60..=200 {
            for numbers in equations(&lines(&app, (width, 24))) {
                assert!(numbers.iter().all(|n| n.is_finite()), "{width}: {numbers:?}");
                assert!(numbers.len() >= 2, "{width}: {numbers:?}");
            }
        }
    }
}

#[test]
fn the_product_of_the_means_is_the_number_after_it() {
    for width in [80, 120, 200] {
        let equations = equations(&lines(&fixtures::mnist(), (width, 40)));
        let whole: Vec<_> = equations.iter().filter(|numbers| numbers.len() == 3).collect();
        assert!(!whole.is_empty(), "{width}");
        for numbers in whole {
            assert!((numbers[0] * numbers[1] - numbers[2]).abs() < 1e-4, "{numbers:?}");
        }
    }
}

#[test]
fn the_end_of_the_default_run_is_shown_whole_in_a_small_window() {
    let mut app = fixtures::saturated(300);
    app.shared.history.state = RunState::Finished;
    let screen = lines(&app, (80, 24)).join("\n");
    let end = "½ reached: cross-entropy at epoch 17, quadratic at 232: 14× as long.";
    assert!(screen.contains(end), "{screen}");
}

#[test]
fn nothing_is_drawn_as_a_share_of_the_first_cost_before_that_is_known() {
    let mut app = fixtures::mnist();
    for arm in &mut app.shared.history.arms {
        arm.first_cost = None;
    }
    let lines = lines(&app, (120, 40));
    let left = lines[4..15].iter().map(|line| line.chars().take(48).collect::<String>());
    let has_dots = |line: String| line.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c));
    assert!(!left.into_iter().any(has_dots), "{}", lines.join("\n"));
    assert!(lines[3].contains("not evaluated yet"));
}
