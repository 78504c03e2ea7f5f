//! How a message changes the dashboard.

use crate::app::{App, Effect, Look, Message};
use crate::telemetry::ScenarioEntry;

impl App {
    /// A dashboard that has been told nothing yet.
    pub fn new(look: Look, catalogue: Vec<ScenarioEntry>) -> Self {
        Self { look, catalogue, ..Self::default() }
    }

    /// Takes in what has happened; returns what is to be done about it.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        if let Message::Told(told) = message {
            self.history.absorb(*told);
        }
        Vec::new()
    }
}
