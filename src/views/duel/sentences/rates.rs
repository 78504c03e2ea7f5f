//! The learning rates behind a comparison of arms, wherever they are not simply the same.

use crate::canvas::number::{count, short};
use crate::canvas::sentence::{Sentence, plain};
use crate::telemetry::EtaMode;
use crate::views::shared_state::SharedState;

/// Adds to a sentence that compares arms, in this order, that their η differ or have been changed. The ratio of
/// calibrated rates has a sentence of its own.
pub(super) fn with_rates(shared: &SharedState, arms: &[usize], sentence: Sentence) -> Sentence {
    let mut sentence = sentence;
    let (Some(rates), Some((last, _))) = (rates(shared, arms), sentence.last_mut()) else {
        return sentence;
    };
    if last.ends_with('.') {
        last.pop();
    }
    sentence.push(plain(format!(", {rates}.")));
    sentence
}

/// Returns what is to be said of the rates of at least two arms.
fn rates(shared: &SharedState, arms: &[usize]) -> Option<String> {
    let history = &shared.history;
    if arms.len() < 2 {
        return None;
    }
    let is_later = |step: u64| step > 0 && step <= history.step;
    let mut changes =
        history.marks.iter().filter(|mark| mark.is_of_rates && is_later(mark.step)).map(|m| m.step);
    if let Some(first) = changes.next() {
        let epochs = history.clock().epochs_done(first as f64);
        let epoch = if epochs.fract() == 0.0 { count(epochs as u64) } else { short(epochs) };
        let more = if changes.any(|step| step != first) { ", and later" } else { "" };
        return Some(format!("η changed at {} {epoch}{more}", history.clock().unit()));
    }
    let etas: Vec<f64> = arms.iter().map(|arm| history.arms[*arm].eta).collect();
    let differ = etas.iter().any(|eta| *eta != etas[0]);
    match etas[..] {
        _ if !differ || history.eta_mode == EtaMode::Calibrated => None,
        [one, other] => Some(format!("at η {} against {}", short(one), short(other))),
        _ => Some("at different η".to_owned()),
    }
}
