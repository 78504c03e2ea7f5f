//! How much training a run loses to the fields of its arms, and how many of them arrive.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use xentviz::testing::app::{App, Effect, Message};
use xentviz::testing::canvas::Appearance;
use xentviz::testing::scenario::entries;
use xentviz::testing::telemetry::{Command, Question};
use xentviz::testing::ui;

use crate::quantiles::Quantiles;
use crate::reader::{Reader, RequestRate};
use crate::{four_arms, print};

/// The number of turns with the question, and of those without it.
const ROUNDS: usize = 60;

/// The requests for events per second, as on a local terminal.
const RATE: RequestRate = RequestRate::Rate(30.0);

/// Measures a run of four arms at full pace: the same run in turns without and with the question of the Data view.
pub(crate) fn measure() {
    let reader = Reader::start(&four_arms());
    let question = question_of_view(&reader);
    while reader.step() == 0 {}
    let mut answers = Vec::new();
    let mut turn = |is_asked: bool| {
        reader.explain(is_asked.then(|| question.clone()));
        // The first answer takes the whole of a core, but only once, when the view is opened.
        while is_asked && reader.answer().is_none() {
            reader.take_events();
        }
        let turn = reader.turn(RATE);
        if is_asked {
            answers.push(turn.answers);
        }
        turn.rate
    };
    let ratio = |round: usize| {
        // Each goes first in every other round, so that a machine that slows down treats both alike.
        let is_asked_first = round % 2 == 1;
        let (first, second) = (turn(is_asked_first), turn(!is_asked_first));
        100.0 * if is_asked_first { first / second } else { second / first }
    };
    let kept = Quantiles::of((0..ROUNDS).map(ratio).collect());
    let spread = format!("25/75 %: {:.1} .. {:.1}", kept.at(0.25), kept.at(0.75));
    let title = "four arms, training while the fields are watched";
    print(title, &format!("{:.1} %", kept.at(0.5)), &spread, "97 %");
    let answers = Quantiles::of(answers);
    let spread = format!("25/75 %: {:.1} .. {:.1}", answers.at(0.25), answers.at(0.75));
    print("… answers per second", &format!("{:.1}", answers.at(0.5)), &spread, "");
}

/// Returns the question that the Data view asks at 120×40.
fn question_of_view(reader: &Reader) -> Question {
    let mut app = App::new(Appearance::default(), entries());
    app.update(Message::Resized(ui::body(Rect::new(0, 0, 120, 40))));
    loop {
        let mut effects = app.update(Message::Received(reader.take_events()));
        effects.extend(app.update(Message::Key(KeyEvent::from(KeyCode::Char('5')))));
        for effect in effects {
            if let Effect::Send(Command::Explain(Some(question @ Question::Fields(_)))) = effect {
                return question;
            }
        }
    }
}
