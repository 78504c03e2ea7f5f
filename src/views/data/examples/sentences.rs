//! The line above the list, and the text of the page for the clipboard.

use crate::canvas::number::{count, number};
use crate::telemetry::{ExampleFilter, ExampleOrder, ListedExamples};
use crate::views::course_epoch::panel_epoch;
use crate::views::data::state::DataView;
use crate::views::view_state::ViewState;

/// Returns the pieces of the line above the list: the set, the epoch, what is listed, and the order.
pub(in crate::views::data) fn heading(
    state: ViewState<'_, DataView>,
    listed: &ListedExamples,
) -> Vec<String> {
    let set = if listed.is_test { "test set" } else { "training set" };
    let clock = state.shared.history.clock();
    let arm = state.shared.arm_name(listed.request.arm).unwrap_or_default();
    let first = listed.request.first;
    let (from, to) = (count(first as u64 + 1), count((first + listed.rows.len()) as u64));
    let of = count(listed.listed as u64);
    let class = |class: usize| state.shared.class_name(class);
    let shown = match (listed.rows.len(), listed.request.filter) {
        (0, ExampleFilter::All) => "no examples".to_owned(),
        (0, ExampleFilter::Mistakes) => format!("no example that {arm} takes for another class"),
        (0, ExampleFilter::Confused { class: target, answer }) => {
            format!("no example of {} that {arm} takes for {}", class(target), class(answer))
        }
        (_, ExampleFilter::All) => format!("{from}–{to} of {of} examples"),
        (_, ExampleFilter::Mistakes) => {
            format!("{from}–{to} of {of} mistakes of {arm}")
        }
        (_, ExampleFilter::Confused { class: target, answer }) => {
            format!("{from}–{to} of {of}: {} taken for {} by {arm}", class(target), class(answer))
        }
    };
    let order = match listed.request.order {
        ExampleOrder::WorstFirst => format!("by cost of {arm}"),
        ExampleOrder::AsRead => "in the order of the set".to_owned(),
        ExampleOrder::ByInput(input) => format!("by {}", state.input_name(input)),
        ExampleOrder::ByTarget => "by target".to_owned(),
        ExampleOrder::ByOutput(_) => format!("by output of {arm}"),
    };
    let epoch = format!("{} {}", clock.unit(), panel_epoch(state.shared, listed.step));
    let set = format!("{set}, {epoch}");
    // What has been chosen is told first.
    if listed.request.filter == ExampleFilter::All {
        vec![set, shown, order]
    } else {
        vec![shown, set, order]
    }
}

/// Returns the selected example and the mistakes of the arms, one fact per line.
pub(in crate::views::data) fn readout(state: ViewState<'_, DataView>) -> Vec<String> {
    let Some(listed) = state.listed() else { return Vec::new() };
    let mut out = vec![heading(state, listed).join(", ")];
    for (arm, score) in listed.arms.iter().enumerate() {
        let name = state.shared.arm_name(arm).unwrap_or_default();
        out.push(if state.has_classes() {
            format!("{name}: {} of {} wrong", score.mistakes(), listed.of)
        } else {
            format!("{name}: mean |a − y| {}", number(score.mean_error, 8))
        });
    }
    let selected = state.view.examples.selected.checked_sub(listed.request.first);
    if let Some(example) = selected.and_then(|nth| listed.rows.get(nth)) {
        let target = match example.class {
            Some(class) => state.shared.class_name(class),
            None => example.y.iter().map(|y| number(*y, 8)).collect::<Vec<_>>().join(" "),
        };
        out.push(format!("row {}, target {target}", example.row + 1));
        for (arm, outputs) in example.arms.iter().enumerate() {
            let name = state.shared.arm_name(arm).unwrap_or_default();
            let a: Vec<String> = outputs.a.iter().map(|a| number(*a, 8)).collect();
            out.push(format!("  {name}: a {}, C {}", a.join(" "), number(outputs.cost, 8)));
        }
    }
    out
}
