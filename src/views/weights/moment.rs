//! The numbers that the view shows of one moment: the layers of each arm, their start, the readings of the chosen
//! weight and its course, all after the same step.
//!
//! They are received in three places, which may be some steps apart while a run trains. Those of a single neuron are
//! its state; those of a drawn network come with its fields; all others are a snapshot. Only the gradient of the
//! chosen weight is in the snapshot alone: [`Readings::gradient_step`] is its step if that is another one.

use std::borrow::Cow;

use crate::telemetry::{
    Answer, ArmProgress, Fields, LayerSnapshot, NeuronState, RunFacts, WeightQuantity,
    WeightReading, WeightsSnapshot,
};
use crate::views::shared_state::SelectedWeight;
use crate::views::view_state::ViewState;
use crate::views::weights::state::WeightsView;

/// Returns the fields received.
pub(super) fn fields(state: ViewState<'_, WeightsView>) -> Option<&Fields> {
    match &state.shared.answer {
        Some(Answer::Fields(fields)) if fields.arms.len() == state.shared.arms() => Some(fields),
        _ => None,
    }
}

/// Returns the snapshot of the weights themselves.
fn snapshot(state: ViewState<'_, WeightsView>) -> Option<&WeightsSnapshot> {
    let snapshot = state.shared.history.weights.as_deref();
    snapshot.filter(|snapshot| snapshot.request.of == WeightQuantity::Value)
}

/// Returns the state of an arm of a single neuron.
pub(super) fn neuron(state: ViewState<'_, WeightsView>, arm: usize) -> Option<&NeuronState> {
    state.shared.history.facts.as_deref()?.single.as_ref()?;
    state.shared.history.arms.get(arm)?.gradient_factors.as_ref()?.neuron.as_ref()
}

/// Returns the parameters of a single neuron as its only layer.
fn of_neuron(weights: &[f64], bias: f64) -> Vec<LayerSnapshot> {
    let values = weights.iter().map(|weight| *weight as f32).collect();
    let (columns, biases) = (weights.len(), vec![bias as f32]);
    vec![LayerSnapshot { rows: 1, columns, values, biases }]
}

/// Returns the layers of an arm now; none before they have been received.
pub(super) fn layers(state: ViewState<'_, WeightsView>, arm: usize) -> Cow<'_, [LayerSnapshot]> {
    if let Some(neuron) = neuron(state, arm) {
        return Cow::Owned(of_neuron(&neuron.w, neuron.b));
    }
    let of_fields = fields(state).and_then(|fields| fields.arms.get(arm)).map(|arm| &arm.weights);
    let newest = || snapshot(state).and_then(|weights| weights.arms.get(arm));
    let layers = of_fields.filter(|layers| !layers.is_empty()).or_else(newest);
    Cow::Borrowed(layers.map_or(&[], Vec::as_slice))
}

/// Returns the layers of an arm at the start; none if they are not known. Those of a single neuron are at the start of
/// its trajectory.
pub(super) fn start(state: ViewState<'_, WeightsView>, arm: usize) -> Cow<'_, [LayerSnapshot]> {
    let of_fields = fields(state).and_then(|fields| fields.arms.get(arm));
    if let Some(arm) = of_fields.filter(|arm| !arm.start.is_empty()) {
        return Cow::Borrowed(&arm.start);
    }
    let of_trajectory = || {
        let inputs = state.shared.history.facts.as_deref()?.neuron_inputs()?;
        let first = state.shared.history.arms.get(arm)?.trajectory.points().first()?;
        let [weight, second, bias] = first.at;
        Some(of_neuron(&[weight, second][..inputs], bias))
    };
    Cow::Owned(of_trajectory().unwrap_or_default())
}

/// Returns the number of steps after which the layers are as they are shown.
pub(super) fn step(state: ViewState<'_, WeightsView>) -> Option<u64> {
    if neuron(state, 0).is_some() {
        return Some(state.shared.history.step);
    }
    let of_fields = fields(state).filter(|fields| has_weights(fields)).map(|fields| fields.step);
    of_fields.or_else(|| snapshot(state).map(|weights| weights.step))
}

fn has_weights(fields: &Fields) -> bool {
    fields.arms.iter().any(|arm| !arm.weights.is_empty())
}

/// Returns a weight or a bias, the bias being the input after the last.
pub(super) fn value(layers: &[LayerSnapshot], weight: SelectedWeight) -> Option<f64> {
    let layer = layers.get(weight.layer)?;
    layer.parameter(weight.neuron, weight.input).map(f64::from)
}

/// The readings of the chosen weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Readings {
    /// Those of each arm; `None` for an arm without such a weight, empty before they have been received.
    pub(super) of_arms: Vec<Option<WeightReading>>,
    /// The step after which the gradients were computed, if it is not that of the values.
    pub(super) gradient_step: Option<u64>,
}

/// Returns the readings of the chosen weight.
pub(super) fn readings(state: ViewState<'_, WeightsView>) -> Readings {
    let weight = state.shared.weight;
    let here = Some((weight.layer, weight.neuron, weight.input));
    let newest = state.shared.history.weights.as_deref();
    let newest = newest.filter(|weights| weights.request.cursor == here);
    let is_value = state.view.of == WeightQuantity::Value && !state.view.difference;
    if is_value && neuron(state, 0).is_some() {
        let of_arms = (0..state.shared.arms()).map(|arm| reading_of_neuron(state, arm)).collect();
        return Readings { of_arms, gradient_step: None };
    }
    let Some(newest) = newest else { return Readings::default() };
    let mut of_arms = newest.cursor.clone();
    let shown = fields(state).filter(|fields| is_value && has_weights(fields));
    let Some(shown) = shown.filter(|fields| fields.step != newest.step) else {
        return Readings { of_arms, gradient_step: None };
    };
    for (reading, arm) in of_arms.iter_mut().zip(&shown.arms) {
        if let Some((reading, value)) = reading.as_mut().zip(value(&arm.weights, weight)) {
            reading.value = value;
        }
    }
    Readings { of_arms, gradient_step: Some(newest.step) }
}

fn reading_of_neuron(state: ViewState<'_, WeightsView>, arm: usize) -> Option<WeightReading> {
    let (weight, now) = (state.shared.weight, neuron(state, arm)?);
    // In double precision, as the value: the first changes of a saturated neuron are smaller than the rounding of what is
    // drawn.
    let inputs = state.shared.history.facts.as_deref()?.neuron_inputs()?;
    let start = state.shared.history.arms.get(arm)?.trajectory.points().first()?;
    let start = start.at[if weight.input == inputs { 2 } else { weight.input.min(1) }];
    let (value, gradient) = match now.w.get(weight.input) {
        Some(value) => (*value, *now.gradient.get(weight.input)?),
        None => (now.b, now.delta),
    };
    Some(WeightReading { value, gradient, start })
}

/// Returns the values of the chosen weight of each arm up to the moment shown: pairs of a step and a value.
pub(super) fn courses(state: ViewState<'_, WeightsView>) -> Vec<Vec<(u64, f32)>> {
    let weight = state.shared.weight;
    let history = &state.shared.history;
    let inputs = history.facts.as_deref().and_then(RunFacts::neuron_inputs);
    let mut courses: Vec<Vec<(u64, f32)>> = if let Some(inputs) = inputs {
        history.arms.iter().map(|arm| of_trajectory(arm, inputs, weight)).collect()
    } else {
        let here = Some((weight.layer, weight.neuron, weight.input));
        let newest = history.weights.as_deref().filter(|weights| weights.request.cursor == here);
        newest.map_or_else(Vec::new, |weights| weights.path.clone())
    };
    let Some(step) = step(state) else { return courses };
    for (arm, course) in courses.iter_mut().enumerate() {
        end_at(course, step, value(&layers(state, arm), weight));
    }
    courses
}

fn of_trajectory(arm: &ArmProgress, inputs: usize, weight: SelectedWeight) -> Vec<(u64, f32)> {
    let place = if weight.input == inputs { 2 } else { weight.input.min(1) };
    arm.trajectory.points().iter().map(|point| (point.step, point.at[place] as f32)).collect()
}

/// Ends a course with the value after a step.
fn end_at(course: &mut Vec<(u64, f32)>, step: u64, value: Option<f64>) {
    course.retain(|(at, _)| *at <= step);
    let is_short = course.last().is_some_and(|(at, _)| *at < step);
    course.extend(value.filter(|_| is_short).map(|value| (step, value as f32)));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{courses, end_at, layers, of_trajectory, readings, step};
    use crate::telemetry::{
        Activation, Answer, ArmFacts, ArmFields, ArmProgress, Cost, Fields, GradientFactors,
        History, LayerSnapshot, NeuronState, Output, PlaneExamples, RunFacts, SingleExample,
        Trajectory, WeightReading, WeightsRequest, WeightsSnapshot,
    };
    use crate::views::shared_state::SelectedWeight;
    use crate::views::shared_state::SharedState;
    use crate::views::view_state::ViewState;
    use crate::views::weights::state::WeightsView;

    fn layer(weight: f32) -> LayerSnapshot {
        LayerSnapshot { rows: 1, columns: 2, values: vec![weight, 0.0], biases: vec![0.0] }
    }

    /// Returns a run whose snapshot is of step 9 and whose fields are of step 7.
    fn apart() -> SharedState {
        let arm = ArmFacts {
            name: "quadratic".to_owned(),
            cost: Cost::Quadratic,
            sizes: vec![2, 1, 1],
            hidden: Activation::Sigmoid,
            output: Output::Sigmoid,
            lambda: 0.0,
            start: "scaled".to_owned(),
        };
        let facts = RunFacts { arms: vec![arm], ..RunFacts::default() };
        let reading = WeightReading { value: 0.9, gradient: 0.25, start: 0.0 };
        let weights = WeightsSnapshot {
            step: 9,
            request: WeightsRequest { cursor: Some((0, 0, 0)), ..WeightsRequest::default() },
            arms: vec![vec![layer(0.9)]],
            cursor: vec![Some(reading)],
            path: vec![vec![(0, 0.0), (4, 0.4), (8, 0.8), (9, 0.9)]],
            ..WeightsSnapshot::default()
        };
        let history = History {
            facts: Some(Arc::new(facts)),
            weights: Some(Arc::new(weights)),
            ..History::default()
        };
        let arm = ArmFields { weights: vec![layer(0.7)], ..ArmFields::default() };
        let fields = Fields::on_plane(7, PlaneExamples::default(), vec![arm]);
        let answer = Some(Answer::Fields(Arc::new(fields)));
        SharedState { history, answer, ..SharedState::default() }
    }

    #[test]
    fn all_that_is_shown_is_of_the_step_of_the_fields_and_a_gradient_of_another_is_told() {
        let (view, shared) = (WeightsView::default(), apart());
        let state = ViewState { view: &view, shared: &shared };
        assert_eq!((step(state), layers(state, 0)[0].values[0]), (Some(7), 0.7));
        let readings = readings(state);
        let reading = readings.of_arms[0].expect("a reading");
        assert!((reading.value - 0.7).abs() < 1e-6, "not that of step 9");
        assert_eq!((reading.gradient, readings.gradient_step), (0.25, Some(9)));
        assert_eq!(courses(state), [[(0, 0.0), (4, 0.4), (7, 0.7)]]);
    }

    #[test]
    fn without_fields_everything_is_of_the_snapshot() {
        let (view, shared) = (WeightsView::default(), SharedState { answer: None, ..apart() });
        let state = ViewState { view: &view, shared: &shared };
        assert_eq!((step(state), layers(state, 0)[0].values[0]), (Some(9), 0.9));
        assert_eq!(readings(state).gradient_step, None);
        assert_eq!(courses(state)[0].last(), Some(&(9, 0.9)));
    }

    #[test]
    fn the_course_of_a_neuron_is_that_of_its_trajectory() {
        let mut trajectory = Trajectory::default();
        trajectory.push(0, [1.0, 2.0, 3.0]);
        trajectory.push(1, [1.5, 2.5, 3.5]);
        let arm = ArmProgress { trajectory, ..ArmProgress::default() };
        let course = |input| of_trajectory(&arm, 2, SelectedWeight { layer: 0, neuron: 0, input });
        assert_eq!(course(1)[0], (0, 2.0));
        assert_eq!(course(2).last(), Some(&(1, 3.5)), "the input after the last is the bias");
    }

    #[test]
    fn a_neuron_that_has_not_moved_has_no_change() {
        let mut trajectory = Trajectory::default();
        trajectory.push(0, [0.6, 0.0, 0.9]);
        let now = NeuronState {
            w: vec![0.6],
            b: 0.9,
            z: 1.5,
            a: 0.8176,
            slope: 0.1491,
            delta: 0.8176,
            gradient: vec![0.8176],
        };
        let factors = GradientFactors {
            cost: 1.7,
            error: 0.8176,
            delta: 0.8176,
            slope: 1.0,
            hidden_slope: None,
            neuron: Some(now),
        };
        let arm =
            ArmProgress { trajectory, gradient_factors: Some(factors), ..ArmProgress::default() };
        let single = Some(SingleExample { x: vec![1.0], y: 0.0 });
        let arms = apart().history.facts.as_deref().map_or_else(Vec::new, |facts| {
            vec![ArmFacts { sizes: vec![1, 1], ..facts.arms[0].clone() }]
        });
        let facts = RunFacts { single, arms, ..RunFacts::default() };
        let history =
            History { facts: Some(Arc::new(facts)), arms: vec![arm], ..History::default() };
        let shared = SharedState { history, ..SharedState::default() };
        let view = WeightsView::default();
        let readings = readings(ViewState { view: &view, shared: &shared });
        let reading = readings.of_arms[0].expect("a reading");
        assert_eq!((reading.value, reading.value - reading.start), (0.6, 0.0));
    }

    #[test]
    fn a_course_that_has_not_begun_is_not_made_up() {
        let mut course = Vec::new();
        end_at(&mut course, 3, Some(1.0));
        assert_eq!(course, []);
    }
}
