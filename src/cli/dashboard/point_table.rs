//! The training points of a plane as a table, which `:save-points` writes.

use crate::telemetry::{Answer, Fields, PlaneTarget};
use crate::views::SharedState;

/// The digits of a number that has been scaled back: its last ones are rounding.
const DIGITS: usize = 12;

/// Returns the training points of the plane that is shown as CSV: the inputs and the target, as their file has them.
///
/// # Errors
/// If there is no plane of all inputs, or not every point is known. The error is the reason.
pub(super) fn point_table(shared: &SharedState) -> Result<String, String> {
    let Some(Answer::Fields(fields)) = &shared.answer else {
        return Err("there are no points here: the plane of Data has them".to_owned());
    };
    let points = fields.examples.points.get(..fields.examples.training).unwrap_or_default();
    let all = fields.examples.of.0;
    if fields.held > 0 || points.len() != all {
        return Err(if fields.held > 0 {
            "only points of two inputs can be saved".to_owned()
        } else {
            format!("only {} of the {all} points are known here", points.len())
        });
    }
    let facts = shared.history.facts.as_deref();
    if facts.is_some_and(|facts| facts.edition != fields.examples.edition) {
        return Err("the points are just changing; again in a moment".to_owned());
    }
    let input = |input: usize, x: f64| {
        let is_scaled = facts.is_some_and(|facts| input < facts.input_units.len());
        digits(facts.map_or(x, |facts| facts.input_value(input, x)), is_scaled)
    };
    let name = |input: usize| {
        let named = facts.and_then(|facts| facts.inputs.get(input)).cloned();
        named.unwrap_or_else(|| format!("x{}", input + 1))
    };
    let (across, up) = fields.request.axes;
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut rows = vec![[name(across), name(up), target_name(shared, fields)]];
    rows.extend(points.iter().map(|point| {
        let target = match point.target {
            PlaneTarget::Class(class) => shared.class_name(class),
            PlaneTarget::Number(y) => {
                let target = facts.and_then(|facts| facts.target.as_ref());
                let value = target.map_or(y, |target| target.from + target.by * y);
                digits(value, target.is_some_and(|target| target.by != 1.0))
            }
        };
        [input(across, point.at[0]), input(up, point.at[1]), target]
    }));
    let written = rows.iter().try_for_each(|row| table.write_record(row));
    written.map_err(|error| format!("cannot write the points: {error}"))?;
    let bytes = table.into_inner().map_err(|error| format!("cannot write the points: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(text.trim_end().to_owned())
}

fn target_name(shared: &SharedState, fields: &Fields) -> String {
    let is_class = matches!(
        fields.examples.points.first().map(|point| point.target),
        Some(PlaneTarget::Class(_))
    );
    let target = shared.history.facts.as_deref().and_then(|facts| facts.target.as_ref());
    match target {
        _ if is_class => "class".to_owned(),
        Some(target) => target.name.clone(),
        None => "y".to_owned(),
    }
}

/// Returns a number as text that reads as the same number; of one that was scaled, without the digits that rounding
/// has made.
fn digits(x: f64, is_scaled: bool) -> String {
    let rounded = format!("{x:.*e}", DIGITS - 1).parse().unwrap_or(x);
    (if is_scaled { rounded } else { x }).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::telemetry::{ArmFields, History, InputUnit, PlaneExample, PlaneExamples, RunFacts};

    /// Returns the state of a dashboard that shows a plane of these points, the last of which is a test point.
    fn state(facts: RunFacts, points: Vec<PlaneExample>) -> SharedState {
        let training = points.len() - 1;
        let examples = PlaneExamples {
            points,
            training,
            of: (training, 1),
            edition: 1,
            ..PlaneExamples::default()
        };
        let fields = Fields::on_plane(3, examples, vec![ArmFields::default()]);
        let history = History { facts: Some(Arc::new(facts)), ..History::default() };
        let answer = Some(Answer::Fields(Arc::new(fields)));
        SharedState { history, answer, ..SharedState::default() }
    }

    fn points() -> Vec<PlaneExample> {
        [[0.05, 1.0], [-1.0, 0.5], [9.0, 9.0]]
            .into_iter()
            .enumerate()
            .map(|(row, at)| PlaneExample { row, at, target: PlaneTarget::Class(row % 2) })
            .collect()
    }

    #[test]
    fn a_table_has_the_training_points_as_their_file_has_them() {
        let facts = RunFacts {
            edition: 1,
            inputs: vec!["length".to_owned(), "a, b".to_owned()],
            input_units: vec![InputUnit { from: 5.1, by: 2.0 }, InputUnit { from: 0.0, by: 0.1 }],
            classes: vec!["setosa".to_owned(), "other".to_owned()],
            ..RunFacts::default()
        };
        let table = point_table(&state(facts, points())).unwrap();
        assert_eq!(table, "length,\"a, b\",class\n5.2,0.1,setosa\n3.1,0.05,other");
        let bare = RunFacts { edition: 1, ..RunFacts::default() };
        let table = point_table(&state(bare, points())).unwrap();
        assert_eq!(table, "x1,x2,class\n0.05,1,0\n-1,0.5,1");
    }

    #[test]
    fn points_before_the_last_change_are_not_saved() {
        let changed = RunFacts { edition: 2, ..RunFacts::default() };
        let refusal = point_table(&state(changed, points())).unwrap_err();
        assert_eq!(refusal, "the points are just changing; again in a moment");
        let refusal = point_table(&SharedState::default()).unwrap_err();
        assert_eq!(refusal, "there are no points here: the plane of Data has them");
    }
}
