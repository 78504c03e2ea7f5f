//! The pad and the neurons of the Data view: the networks are trained, and answer as in the program.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use ratatui::style::Color;
use xentviz::testing::app::{App, Effect, Message, Target};
use xentviz::testing::canvas::{ColourDepth, Glyphs, ThemeName};
use xentviz::testing::experiment::{Experiment, load};
use xentviz::testing::explain::{self, Snapshot};
use xentviz::testing::scenario::{Override, Scenario, find};
use xentviz::testing::telemetry::{Answer, ArmProgress, Command, Divergence, Question, RunState};
use xentviz::testing::ui;

use crate::fixtures::{self, Update};
use crate::screens::{drawn, found, panels, snapshot, snapshots, text};

/// A dashboard of networks that read digits, and the networks that answer its questions.
#[derive(Clone)]
struct Desk {
    app: App,
    now: Arc<Snapshot>,
    size: (u16, u16),
}

/// Trains networks on a few digits, which takes a second; done once.
fn trained() -> &'static (App, Arc<Snapshot>) {
    static TRAINED: LazyLock<(App, Arc<Snapshot>)> = LazyLock::new(|| {
        let text = find("digits").expect("a built-in scenario").text;
        let few = [("data.train", "400"), ("data.test", "100")];
        let few = few.map(|(key, value)| Override::new(key, value, "a test"));
        let scenario = Scenario::read(text, "digits", &few).expect("a scenario");
        let open = |_: &Path| unreachable!("it needs no file");
        let data = load(&scenario, &open, &mut |_| ControlFlow::Continue(())).expect("data");
        let mut run = Experiment::new(&scenario, Arc::new(data)).expect("an experiment");
        while run.step() < 400 {
            run.advance(400 - run.step(), &mut ());
        }
        let etas = run.etas().to_vec();
        let arms = etas.iter().map(|eta| ArmProgress { eta: *eta, ..ArmProgress::default() });
        let app = fixtures::with_update(Update {
            begins: Some(Arc::new(run.facts())),
            state: RunState::Paused,
            step: run.step(),
            epochs: run.epochs(),
            pace: scenario.training.pace,
            arms: arms.collect(),
            ..Update::default()
        });
        (app, Arc::new(fixtures::snapshot(&mut run)))
    });
    &TRAINED
}

impl Desk {
    /// Opens the Data view, and turns to its page after the examples and `pages` more.
    fn open(size: (u16, u16), pages: usize) -> Self {
        let (app, now) = trained().clone();
        let mut desk = Self { app, now, size };
        desk.app.update(Message::Resized(ui::body(Rect::new(0, 0, size.0, size.1))));
        desk.press("5");
        (0..=pages).for_each(|_| desk.press("w"));
        desk
    }

    /// Presses keys: `_` is backspace.
    fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            let code = match key {
                '\n' => KeyCode::Enter,
                '\x1b' => KeyCode::Esc,
                '_' => KeyCode::Backspace,
                key => KeyCode::Char(key),
            };
            self.update(Message::Key(KeyEvent::from(code)));
        }
    }

    /// Handles a message, and answers the question of the view.
    fn update(&mut self, message: Message) {
        for effect in self.app.update(message) {
            if let Effect::Send(Command::Explain(Some(question))) = effect {
                let answer = match question {
                    Question::Picture(request) => explain::on_picture(&self.now, &request)
                        .map(|answer| Answer::Picture(Arc::new(answer))),
                    Question::Silencing(request) => {
                        explain::silencing(&self.now, request, &|| true)
                            .map(|answer| Answer::Silencing(Arc::new(answer)))
                    }
                    _ => None,
                };
                if let Some(answer) = answer {
                    self.app.update(Message::Explained(answer));
                }
            }
        }
    }

    /// Presses the left button on the first of these cells and drags it along the others.
    fn drag(&mut self, cells: &[(u16, u16)]) {
        let area = Rect::new(0, 0, self.size.0, self.size.1);
        for (nth, (column, row)) in cells.iter().enumerate() {
            let target = ui::target_at(&self.app, area, *column, *row);
            match target {
                Some(target) if nth == 0 => self.update(Message::Click(target)),
                target => self.update(Message::Drag(target)),
            }
        }
    }

    fn screen(&self) -> String {
        text(&drawn(&self.app, self.size))
    }

    fn headline(&self) -> String {
        self.screen().lines().nth(2).unwrap_or_default().trim().to_owned()
    }
}

/// Draws a seven with the mouse at 80×24.
const SEVEN: [(u16, u16); 6] = [(8, 8), (12, 8), (16, 8), (14, 11), (12, 14), (11, 16)];

fn with_seven(size: (u16, u16)) -> Desk {
    let mut desk = Desk::open(size, 0);
    desk.drag(&SEVEN);
    desk
}

#[test]
fn a_digit_drawn_on_the_pad_is_answered_by_every_arm_at_every_size() {
    snapshots("pad", &with_seven((80, 24)).app);
}

#[test]
fn an_empty_pad_says_how_to_draw_and_shows_an_example() {
    let mut desk = Desk::open((80, 24), 0);
    snapshot("pad-empty-80x24", &panels(&drawn(&desk.app, desk.size)));
    let first = desk.headline();
    assert!(first.starts_with("Test picture 1, target "), "{first}");
    desk.press("}");
    assert!(desk.headline().starts_with("Test picture 2, "), "{}", desk.headline());
    desk.press("{{");
    assert!(desk.headline().starts_with("Test picture 100, "), "{}", desk.headline());
}

#[test]
fn a_drawing_by_keys_is_answered_as_it_grows_and_space_does_not_run() {
    let mut desk = Desk::open((80, 24), 0);
    desk.press("\n");
    let before = desk.screen();
    desk.press("llll");
    assert_ne!(desk.screen(), before, "the cursor has moved");
    assert!(desk.headline().starts_with("Test picture"), "the pen is up");
    let sent = desk.app.update(Message::Key(KeyEvent::from(KeyCode::Char(' '))));
    assert!(
        sent.iter().all(|effect| { matches!(effect, Effect::Send(Command::Explain(_))) }),
        "{sent:?}"
    );
    desk.press("jjjjjjjj");
    let headline = desk.headline();
    assert!(!headline.contains("Nothing") && headline.contains("quadratic"), "{headline}");
    desk.press("_");
    assert!(desk.headline().starts_with("Test picture"), "backspace clears");
    desk.press("\x1b");
    let sent = desk.app.update(Message::Key(KeyEvent::from(KeyCode::Char(' '))));
    let toggles = Effect::Send(Command::Toggle);
    assert_eq!(sent, [toggles], "without the cursor, space runs");
}

#[test]
fn the_sentence_names_the_greatest_outputs_of_the_networks() {
    let desk = with_seven((120, 40));
    let Some(Question::Picture(request)) = desk.app.question.clone() else {
        panic!("no question about a picture")
    };
    let answer = explain::on_picture(&desk.now, &request).expect("an answer");
    let greatest = |a: &[f64]| (0..10).max_by(|i, j| a[*i].total_cmp(&a[*j])).unwrap();
    let classes: Vec<usize> = answer.arms.iter().map(|arm| greatest(&arm.a)).collect();
    let headline = desk.headline();
    if classes[0] == classes[1] {
        assert!(headline.starts_with(&format!("Both take it for {}: ", classes[0])), "{headline}");
    } else {
        assert!(headline.contains(&format!("takes it for {} (", classes[0])), "{headline}");
        assert!(headline.contains(&format!(" for {} (", classes[1])), "{headline}");
    }
    let screen = desk.screen();
    let verdicts = screen.matches("takes it for ").count();
    assert!(verdicts >= 2, "{screen}");
    for class in classes {
        assert!(screen.contains(&format!("takes it for {class}")), "{screen}");
    }
}

#[test]
fn kept_drawings_have_the_answers_of_every_arm_and_can_be_chosen_and_dropped() {
    let mut desk = with_seven((80, 24));
    desk.press("K");
    assert!(desk.screen().contains("kept drawing 1 of 1"), "{}", desk.screen());
    desk.drag(&[(14, 7), (14, 12), (14, 17)]);
    desk.press("K");
    snapshot("pad-kept-80x24", &panels(&drawn(&desk.app, desk.size)));
    desk.press("{");
    assert!(desk.headline().starts_with("Kept drawing 1: "), "{}", desk.headline());
    desk.press("x");
    assert!(desk.screen().contains("kept drawing 1 of 1"), "{}", desk.screen());
    desk.press("x");
    assert!(desk.headline().starts_with("Test picture"), "{}", desk.headline());
}

#[test]
fn the_mouse_chooses_a_kept_drawing() {
    let mut desk = with_seven((80, 24));
    desk.press("K");
    desk.drag(&[(14, 7), (14, 12), (14, 17)]);
    let mark = found(&drawn(&desk.app, desk.size), "●");
    let label = mark.iter().rfind(|(x, y)| *x < 30 && *y > 16).expect("a kept drawing");
    desk.drag(&[(label.0, label.1 - 1)]);
    assert!(desk.headline().starts_with("Kept drawing 1: "), "{}", desk.headline());
}

#[test]
fn a_kept_drawing_is_an_example_once_its_target_is_named() {
    let mut desk = with_seven((120, 40));
    desk.press("K");
    assert!(desk.headline().starts_with("Kept drawing 1: "), "{}", desk.headline());
    let Some(Answer::Picture(answer)) = &desk.app.shared.answer else { panic!("an answer") };
    let taken: Vec<usize> = answer.arms.iter().map(|arm| arm.output).collect();
    desk.press("\n7");
    let headline = desk.headline();
    assert!(headline.starts_with("Kept drawing 1, target 7: "), "{headline}");
    // While another is shown, under the drawing: its target, and the answer of every arm, right or wrong.
    desk.press("{");
    let cells = drawn(&desk.app, desk.size);
    let label = format!("7:●{}◆{}", taken[0], taken[1]);
    let (x, y) = found(&cells, &label).first().copied().expect("a label");
    let colours = [3, 5].map(|at| cells[(x + at, y)].fg);
    for (class, colour) in taken.iter().zip(colours) {
        let is_green = matches!(colour, Color::Rgb(r, g, _) if g > r);
        assert_eq!(is_green, *class == 7, "{colour:?} for {class}");
    }
    desk.press("}7");
    assert!(desk.headline().starts_with("Kept drawing 1: "), "the same digit takes it back");
}

#[test]
fn a_drag_that_begins_elsewhere_draws_nothing() {
    let mut desk = Desk::open((80, 24), 0);
    desk.drag(&[(50, 12), (14, 10), (16, 10)]);
    assert!(desk.headline().starts_with("Test picture"), "{}", desk.headline());
    desk.update(Message::Click(Target::Body));
    desk.update(Message::Drag(None));
    assert!(desk.headline().starts_with("Test picture"), "{}", desk.headline());
}

#[test]
fn the_maps_show_the_picture_as_the_networks_see_it_on_demand() {
    let mut desk = with_seven((120, 40));
    assert!(desk.screen().contains("∂a/∂x of"), "{}", desk.screen());
    desk.press("v");
    assert!(desk.screen().contains("as the networks see it"), "{}", desk.screen());
}

#[test]
fn a_diverged_arm_says_so_and_its_answer_is_no_part_of_the_sentence() {
    let mut desk = with_seven((120, 40));
    let divergence = Divergence { step: 7, eta: 3.0, reason: "a test".to_owned() };
    desk.app.shared.history.arms[1].diverged = Some(divergence);
    let headline = desk.headline();
    let why = "Cross-entropy ran away at step 7 with η = 3: a test. quadratic takes it for ";
    assert!(headline.starts_with(why), "{headline}");
    assert!(!headline.contains("cross-entropy"), "{headline}");
    assert!(desk.screen().contains("diverged at step 7"), "{}", desk.screen());
}

#[test]
fn neurons_are_listed_by_what_is_lost_without_them_at_every_size() {
    snapshots("neurons", &Desk::open((80, 24), 1).app);
}

#[test]
fn the_next_neuron_is_the_one_below_in_the_list() {
    let mut desk = Desk::open((120, 40), 1);
    let chosen = |desk: &Desk| desk.app.shared.weight.neuron;
    let Some(Answer::Silencing(answer)) = desk.app.shared.answer.clone() else {
        panic!("no answer")
    };
    let loss = |neuron: usize| answer.arms[0].without[neuron];
    // The choice begins at the greatest loss.
    let mut sorted: Vec<f64> = (0..30).map(loss).collect();
    sorted.sort_by(|one, other| other.total_cmp(one));
    desk.press("}");
    assert_eq!(loss(chosen(&desk)), sorted[1], "the second of the list");
    for _ in 0..5 {
        let before = chosen(&desk);
        desk.press("}");
        let is_last = (0..30).all(|neuron| loss(neuron) >= loss(before));
        assert!(is_last || loss(chosen(&desk)) <= loss(before), "sorted by what is lost");
        assert_ne!(chosen(&desk), before);
    }
    desk.press(")");
    assert_eq!(desk.app.shared.weight.layer, 0, "outputs cannot be silenced");
}

#[test]
fn both_pages_are_drawn_in_every_glyph_set_depth_and_size() {
    let desks: Vec<Desk> = [0, 1]
        .map(|pages| {
            let mut desk = Desk::open((120, 40), pages);
            if pages == 0 {
                desk.drag(&SEVEN);
                desk.press("K");
            }
            desk
        })
        .into();
    for desk in desks {
        for glyphs in Glyphs::ALL {
            for (colours, theme) in [
                (ColourDepth::True, ThemeName::Light),
                (ColourDepth::Indexed, ThemeName::Dark),
                (ColourDepth::Sixteen, ThemeName::Light),
                (ColourDepth::None, ThemeName::Dark),
            ] {
                let mut app = desk.app.clone();
                app.shared.appearance.glyphs = glyphs;
                app.shared.appearance.colours = colours;
                app.shared.appearance.theme = theme;
                for size in
                    [(0, 0), (1, 1), (20, 5), (40, 10), (60, 16), (80, 24), (500, 9), (300, 90)]
                {
                    app.update(Message::Resized(ui::body(Rect::new(0, 0, size.0, size.1))));
                    let cells = drawn(&app, size);
                    if glyphs == Glyphs::Ascii {
                        assert!(text(&cells).is_ascii(), "{}", text(&cells));
                    }
                    if colours == ColourDepth::None {
                        let has_none = |c: &ratatui::buffer::Cell| c.fg == Color::Reset;
                        assert!(cells.content().iter().all(has_none));
                    }
                    let area = Rect::new(0, 0, size.0, size.1);
                    for at in [(0, 0), (5, 6), (size.0 / 2, size.1 / 2), (size.0, size.1)] {
                        ui::target_at(&app, area, at.0, at.1);
                    }
                }
            }
        }
    }
}
