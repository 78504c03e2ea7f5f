//! The sentences of the page, and its text for the clipboard.

use crate::canvas::number::{count, number, short};
use crate::canvas::sentence::{Sentence, joined, plain};
use crate::telemetry::{Fields, PlaneTarget};
use crate::views::arm_name::arm_name;
use crate::views::course_epoch::panel_epoch;
use crate::views::data::plane::received::quantity;
use crate::views::data::state::DataView;
use crate::views::plane_map::{MapQuantity, judged_set, mistakes};
use crate::views::significance::is_ahead;
use crate::views::view_state::ViewState;

/// The fewest mistakes about whose place something is said.
const FEWEST: usize = 5;

/// The share of the mistakes that makes a part of the plane their place.
const MOST: f64 = 0.75;

/// Returns the sentences about the fields, the most important first.
pub(in crate::views::data) fn sentences(state: ViewState<'_, DataView>) -> Vec<Sentence> {
    let Some(fields) = state.fields() else { return Vec::new() };
    let mut out: Vec<Sentence> = at_cursor(state, fields).into_iter().collect();
    out.extend(compared(state, fields));
    out.extend(errors(state, fields));
    out.extend(places(state, fields));
    out
}

/// Returns a sentence on the mistakes of the arms: which of them makes fewer, and whether that may be chance.
fn compared(state: ViewState<'_, DataView>, fields: &Fields) -> Option<Sentence> {
    let standing =
        |arm: &usize| state.shared.history.arms.get(*arm).is_some_and(|a| a.diverged.is_none());
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut of = 0;
    for arm in (0..fields.arms.len()).filter(standing) {
        let (wrong, all) = mistakes(fields, &fields.arms[arm])?;
        found.push((wrong, arm));
        of = all;
    }
    found.sort_unstable();
    let (fewest, best) = *found.first()?;
    let name = |arm: usize| arm_name(state.shared, arm);
    let set = judged_set(fields);
    let of_words = format!("{} {set} points", count(of as u64));
    if found.len() == 1 {
        let text = format!(" gets {} of {of_words} wrong.", count(fewest as u64));
        return Some(vec![name(best), plain(text)]);
    }
    let share = |wrong: usize| wrong as f64 / of.max(1) as f64;
    let (most, _) = *found.last()?;
    if fewest == most {
        let all = if found.len() == 2 { "Both get" } else { "All get" };
        return Some(vec![plain(format!("{all} {} of {of_words} wrong.", count(fewest as u64)))]);
    }
    // Who is not behind the best beyond chance is not told apart from it.
    let is_level = found.iter().all(|(wrong, _)| !is_ahead(share(*wrong), share(fewest), of));
    let mut sentence =
        vec![name(best), plain(format!(" gets {} of {of_words} wrong, ", count(fewest as u64)))];
    let rest = &found[1..];
    for (place, (wrong, arm)) in rest.iter().enumerate() {
        let end = match (place + 1 == rest.len(), is_level) {
            (false, _) => ", ",
            (true, false) => ".",
            (true, true) => ": too close to tell them apart.",
        };
        sentence.extend([name(*arm), plain(format!(" {}{end}", count(*wrong as u64)))]);
    }
    Some(sentence)
}

/// Returns a sentence on the mean errors of the arms, if the targets are numbers.
fn errors(state: ViewState<'_, DataView>, fields: &Fields) -> Option<Sentence> {
    fields.examples.targets?;
    let facts = state.shared.history.facts.as_deref()?;
    let (points, training) = (&fields.examples.points, fields.examples.training);
    let judged = if points.len() > training { training..points.len() } else { 0..training };
    let set = judged_set(fields);
    let mut sentence = Vec::new();
    for (arm, of_arm) in fields.arms.iter().enumerate() {
        if state.shared.history.arms.get(arm).is_some_and(|arm| arm.diverged.is_some()) {
            continue;
        }
        let outputs = of_arm.outputs.len() / points.len().max(1);
        let off = judged.clone().filter_map(|nth| match points[nth].target {
            PlaneTarget::Number(y) => Some((of_arm.outputs[nth * outputs] - y).abs()),
            PlaneTarget::Class(_) => None,
        });
        let mean = off.sum::<f64>() / judged.len().max(1) as f64 * facts.unit();
        let name = arm_name(state.shared, arm);
        let gap = if sentence.is_empty() { "" } else { ", " };
        sentence.extend([plain(gap), name, plain(format!(" {}", number(mean, 7)))]);
    }
    if sentence.is_empty() {
        return None;
    }
    let words = format!("Mean |a − y| over {} {set} points: ", count(judged.len() as u64));
    sentence.insert(0, plain(words));
    sentence.push(plain("."));
    Some(sentence)
}

/// Returns a sentence on each arm most of whose mistakes lie in one half or quarter of the plane.
fn places(state: ViewState<'_, DataView>, fields: &Fields) -> Vec<Sentence> {
    let (across, up) = state.view.plane.axes;
    let window = fields.window;
    let middle =
        [f64::midpoint(window.across.0, window.across.1), f64::midpoint(window.up.0, window.up.1)];
    let names = [state.input_name(across), state.input_name(up)];
    let mut out = Vec::new();
    for (arm, of_arm) in fields.arms.iter().enumerate() {
        let training = fields.examples.training;
        let first = if fields.examples.points.len() > training { training } else { 0 };
        let wrong: Vec<[f64; 2]> = (first..of_arm.is_wrong.len())
            .filter(|nth| of_arm.is_wrong[*nth])
            .map(|nth| fields.examples.points[nth].at)
            .collect();
        if wrong.len() < FEWEST {
            continue;
        }
        let own = state.in_units(window);
        let own = [f64::midpoint(own.across.0, own.across.1), f64::midpoint(own.up.0, own.up.1)];
        let Some((words, there)) = part(&wrong, middle, (&names, own)) else { continue };
        let name = arm_name(state.shared, arm);
        let text = format!(": {there} of its {} mistakes lie at {words}.", wrong.len());
        out.push(vec![name, plain(text)]);
    }
    out
}

/// Returns the smallest part of the plane that holds most of the points, as words, and how many it holds. The words
/// have the names of the inputs, and what the numbers in the middle stand for.
fn part(
    points: &[[f64; 2]],
    middle: [f64; 2],
    (names, values): (&[String; 2], [f64; 2]),
) -> Option<(String, usize)> {
    let side = |axis: usize, above: bool| {
        let sign = if above { ">" } else { "<" };
        format!("{} {sign} {}", names[axis], number(values[axis], 6))
    };
    let count = |test: &dyn Fn(&[f64; 2]) -> bool| points.iter().filter(|at| test(at)).count();
    let is_most = |there: usize| there as f64 >= MOST * points.len() as f64;
    for (right, above) in [(false, false), (false, true), (true, false), (true, true)] {
        let there = count(&|at| (at[0] > middle[0]) == right && (at[1] > middle[1]) == above);
        if is_most(there) {
            return Some((format!("{}, {}", side(0, right), side(1, above)), there));
        }
    }
    for axis in 0..2 {
        for above in [false, true] {
            let there = count(&|at| (at[axis] > middle[axis]) == above);
            if is_most(there) {
                return Some((side(axis, above), there));
            }
        }
    }
    None
}

/// Returns the inputs at the cursor and the activations of every arm there, while the cursor has the focus. The words
/// are about the place that the run has answered for.
fn at_cursor(state: ViewState<'_, DataView>, fields: &Fields) -> Option<Sentence> {
    let at = fields.request.at.filter(|_| state.shared.cursor_focused)?;
    let facts = state.shared.history.facts.as_deref()?;
    let (across, up) = fields.request.axes;
    let neuron = state.shown_neuron().map_or_else(String::new, |(layer, neuron)| {
        format!(", neuron {} of layer {}", neuron + 1, layer + 1)
    });
    let words = format!(
        "At {} = {}, {} = {}{neuron}: ",
        state.input_name(across),
        short(facts.input_value(across, at[0])),
        state.input_name(up),
        short(facts.input_value(up, at[1]))
    );
    let mut sentence = vec![plain(words)];
    for (arm, of_arm) in fields.arms.iter().enumerate() {
        let (layer, neurons) = match quantity(state, of_arm) {
            MapQuantity::Neuron(layer, neuron) => (layer, neuron..neuron + 1),
            MapQuantity::Regions => (of_arm.layers.len().saturating_sub(1), 0..4),
        };
        let has_unit = layer + 1 == of_arm.layers.len();
        let value = |neuron: usize| {
            let a = *of_arm.at.get(layer)?.get(neuron)?;
            Some(number(if has_unit { facts.target_value(a) } else { a }, 6))
        };
        let values: Vec<String> = neurons.map_while(value).collect();
        let name = arm_name(state.shared, arm);
        let end = if arm + 1 == fields.arms.len() { "." } else { ", " };
        sentence.extend([name, plain(format!(" a = {}{end}", values.join(" ")))]);
    }
    Some(sentence)
}

/// Returns the numbers on the page, one fact per line.
pub(in crate::views::data) fn readout(state: ViewState<'_, DataView>) -> Vec<String> {
    let Some(fields) = state.fields() else { return Vec::new() };
    let clock = state.shared.history.clock();
    let mut out = vec![format!("{} {}", clock.unit(), panel_epoch(state.shared, fields.step))];
    out.extend(at_cursor(state, fields).map(|sentence| joined(&sentence)));
    for (arm, of_arm) in fields.arms.iter().enumerate() {
        let name = state.shared.arm_name(arm).unwrap_or_default();
        if let Some((wrong, of)) = mistakes(fields, of_arm) {
            out.push(format!("{name}: {wrong} of {of} {} points wrong", judged_set(fields)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn most_mistakes_lie_in_the_smallest_part_that_holds_three_quarters_of_them() {
        let names = ["x₁".to_owned(), "x₂".to_owned()];
        let place = |points: &[[f64; 2]]| part(points, [0.0; 2], (&names, [0.0; 2]));
        let quarter = [[1.0, -1.0], [2.0, -3.0], [0.5, -0.1], [-1.0, 1.0]];
        assert_eq!(place(&quarter), Some(("x₁ > 0, x₂ < 0".to_owned(), 3)));
        let half = [[1.0, -1.0], [2.0, 3.0], [0.5, -0.1], [1.0, 1.0]];
        assert_eq!(place(&half), Some(("x₁ > 0".to_owned(), 4)));
        assert_eq!(place(&[[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]), None);
    }
}
