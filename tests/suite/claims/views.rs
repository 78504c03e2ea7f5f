//! Checks the sentences of the Equation, Weights and Surface views.

use xentviz::testing::telemetry::{
    Answer, Cost, EquationRow, LayerSnapshot, Output, SurfaceKind, Trajectory,
};

use crate::claims::duel::calibration;
use crate::claims::run::{Run, number, shows, values};

/// Checks the sentence on the gradient of a hidden layer.
fn hidden(run: &Run<'_>, layer: (usize, usize), words: &str) -> Option<bool> {
    let index = run.app.shared.arm;
    let pattern = "σ′(z) stays in a hidden layer; with the δ that it gets, ‖∂C/∂w‖ is {} times {}’s at epoch {}.";
    if let Some(v) = values(pattern, words) {
        let other = run.arm(v[1])?;
        let norms = [index, other].map(|arm| run.evaluation(arm).gradient_norm[layer.0]);
        let epochs = [index, other].map(|arm| run.evaluation(arm).epoch as f64);
        let is_of_pair = run.facts.arms[other].cost == Cost::Quadratic
            && run.facts.arms[index].cost != Cost::Quadratic;
        let is_hidden = layer.0 + 1 < layer.1 && epochs == [number(v[2]); 2];
        return Some(shows(v[0], norms[0] / norms[1]) && is_of_pair && is_hidden);
    }
    None
}

/// Returns whether a sentence of the Equation view is true.
pub(crate) fn equation(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let Some(Answer::Equation(answer)) = &run.app.shared.answer else { return None };
    let index = run.app.shared.arm;
    let (arm, of) = (&answer.arms[index], &run.facts.arms[index]);
    let rows = &arm.visible_rows;
    let at = |shown: &str| &rows[number(shown) as usize - 1 - arm.first_row];
    let most = |of: fn(f64, f64) -> f64| {
        rows.iter().map(|row| of(row.error, row.delta).abs()).fold(0.0, f64::max)
    };
    let (worst, hardest) = (most(|error, _| error), most(|_, delta| delta));
    if let Some(verdict) = next_step(run, arm.weight.mean + arm.l2.unwrap_or(0.0), sentence) {
        return Some(verdict);
    }
    if let Some(verdict) = nothing_to_add(rows, sentence) {
        return Some(verdict);
    }
    if let Some(v) = values("The next step moves {} {} by {}: η times the rule.", sentence) {
        let rule = arm.weight.mean + arm.l2.unwrap_or(0.0);
        let direction = if rule > 0.0 { "down" } else { "up" };
        let is_right = v[1] == direction && shows(v[2], run.now(index).eta * rule.abs());
        return Some(is_right && of.cost == Cost::BookRule);
    }
    if let Some(verdict) = calibration(run, sentence) {
        return Some(verdict);
    }
    let words = sentence.strip_prefix(&of.name)?.strip_prefix(": ")?;
    if let Some(verdict) = hidden(run, arm.layer, words) {
        return Some(verdict);
    }
    if let Some(v) = values("row {} is the most wrong, yet its δ = {} is {} % of row {}’s.", words)
    {
        let (row, other) = (at(v[0]), at(v[3]));
        let share = 100.0 * (row.delta / other.delta).abs();
        let is_most = row.error.abs() == worst && other.delta.abs() == hardest;
        return Some(is_most && shows(v[1], row.delta) && shows(v[2], share) && share < 90.0);
    }
    for pattern in [
        "row {} is the most wrong and pushes hardest, δ = {}.",
        "row {} is the most wrong, and pushes hardest: δ = {}.",
    ] {
        if let Some(v) = values(pattern, words) {
            let row = at(v[0]);
            let is_most = row.error.abs() == worst && row.delta.abs() >= hardest * (1.0 - 1e-9);
            return Some(is_most && shows(v[1], row.delta));
        }
    }
    alone(rows, words).or_else(|| {
        let nearly = "row {} is the most wrong and pushes about as hard as row {}, δ = {}.";
        if let Some(v) = values(nearly, words) {
            let (row, other) = (at(v[0]), at(v[1]));
            let share = (row.delta / other.delta).abs();
            let is_most = row.error.abs() == worst && share > 0.9 && share < 1.0;
            return Some(is_most && shows(v[2], row.delta));
        }
        if words == "it steps by ∂C/∂a in place of ∂C/∂z, which is not the gradient." {
            return Some(rows.iter().all(leaves_slope_out) && of.cost == Cost::BookRule);
        }
        let right = "this neuron is right in every row; the largest |a − y| is {}.";
        values(right, words).map(|v| shows(v[0], worst) && worst < 0.05)
    })
}

/// Checks the sentences on the next step of the chosen weight.
fn next_step(run: &Run<'_>, gradient: f64, sentence: &str) -> Option<bool> {
    if let Some(v) = values("The next step moves {} {} by η·|∂C/∂{}| = {}.", sentence) {
        let direction = if gradient > 0.0 { "down" } else { "up" };
        let eta = run.now(run.app.shared.arm).eta;
        return Some(v[1] == direction && shows(v[3], eta * gradient.abs()));
    }
    (sentence == "The next step leaves it where it is.").then_some(gradient == 0.0)
}

/// Returns whether δ of a row is ∂C/∂a.
fn leaves_slope_out(row: &EquationRow) -> bool {
    (row.delta * row.a * (1.0 - row.a) - row.error).abs() < 1e-9
}

/// Checks the sentence on a sum of one term.
fn nothing_to_add(rows: &[EquationRow], sentence: &str) -> Option<bool> {
    let lonely = "One row, so nothing to add up: see “and” (o).";
    if sentence == lonely {
        // Each row of the table of `and` has its inputs in brackets of their own.
        let and = xentviz::testing::scenario::find("and").expect("it is built in").text;
        let inputs = "inputs  = [[0, 0], [0, 1], [1, 0], [1, 1]]";
        return Some(rows.len() == 1 && rows[0].x.len() == 1 && and.contains(inputs));
    }
    None
}

/// Checks the sentences on the only row.
fn alone(rows: &[EquationRow], words: &str) -> Option<bool> {
    let [row] = rows else { return None };
    if let Some(v) = values("of a − y = {} the slope σ′(z) = {} lets δ = {} through.", words)
    {
        let is_right = shows(v[0], row.error) && shows(v[2], row.delta);
        let slope = row.a * (1.0 - row.a);
        return Some(
            is_right && shows(v[1], slope) && (row.error * slope - row.delta).abs() < 1e-9,
        );
    }
    let other = "it steps by ∂C/∂a = {}, where the gradient has a − y = {}.";
    if let Some(v) = values(other, words) {
        // ∂C/∂a = (a − y)/(a(1 − a)), not the gradient.
        let by_activation = row.error / (row.a * (1.0 - row.a));
        let is_rule = (row.delta - by_activation).abs() < 1e-9 * by_activation.abs();
        return Some(is_rule && shows(v[0], by_activation) && shows(v[1], row.error));
    }
    let all = values("all of a − y = {} pushes, no slope stands between.", words);
    all.map(|v| shows(v[0], row.error) && (row.delta - row.error).abs() < 1e-9)
}

/// Returns whether a sentence of the Weights view is true.
pub(crate) fn weights(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let snapshot = run.app.shared.history.weights.as_ref()?;
    let layers: Vec<&LayerSnapshot> =
        snapshot.arms.iter().map(|arm| &arm[run.app.shared.weight.layer]).collect();
    let layer = |name: &str| Some(layers[run.arm(name)?]);
    let ratio =
        |one: &str, other: &str| Some(usual(&layer(one)?.values) / usual(&layer(other)?.values));
    let named;
    let sentence = match values("In layer {}, {}", sentence) {
        Some(v) if number(v[0]) == (run.app.shared.weight.layer + 1) as f64 => {
            named =
                if v[1].starts_with("the ") { format!("T{}", &v[1][1..]) } else { v[1].to_owned() };
            &named
        }
        Some(_) => return Some(false),
        None => sentence,
    };
    if sentence == "Every arm has the same weights here." {
        return Some(layers.windows(2).all(|two| two[0] == two[1]));
    }
    if sentence == "Every arm has the same weights here: it is the same start." {
        return Some(layers.windows(2).all(|two| two[0] == two[1]) && snapshot.step == 0);
    }
    if sentence.contains(" weight has ") {
        return only_weights(run, sentence);
    }
    if let Some(v) = values("The weights of {} are about as large as those of {}.", sentence) {
        return Some((1.0..1.05).contains(&ratio(v[0], v[1])?));
    }
    if let Some(v) = values("The weights of {} are {} times as large as those of {}.", sentence) {
        let ratio = ratio(v[0], v[2])?;
        return Some(nearly(v[1], ratio) && ratio >= 1.05);
    }
    if let Some(v) = values("Root mean square: {} against {}.", sentence) {
        let all: Vec<f64> = layers.iter().map(|layer| usual(&layer.values)).collect();
        let most = all.iter().copied().fold(0.0, f64::max);
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        return Some(nearly(v[0], most) && nearly(v[1], least));
    }
    largest(run, &layers, sentence)
}

/// Checks the sentence on how far the only weight of every arm has moved: each arm is named, in its order.
fn only_weights(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let parts: Vec<&str> = sentence.strip_suffix('.')?.split(", ").collect();
    let mut verb = "";
    let mut is_true = parts.len() == run.facts.arms.len();
    for (arm, part) in parts.iter().enumerate() {
        let (name, words) = part.split_once("’s")?;
        is_true &= name == run.facts.arms.get(arm)?.name;
        let points = run.now(arm).trajectory.points();
        let now = run.now(arm).gradient_factors.as_ref()?.neuron.as_ref()?.w[0];
        let change = now - points.first()?.at[0];
        verb = ["fallen", "risen", "not moved"]
            .into_iter()
            .find(|verb| words.contains(verb))
            .unwrap_or(verb);
        let by = words.split_once(" by ").map(|(_, by)| by);
        is_true &= match verb {
            "fallen" => change < 0.0 && nearly(by?, -change),
            "risen" => change > 0.0 && nearly(by?, change),
            _ => change == 0.0 && by.is_none(),
        };
    }
    Some(is_true)
}

/// Checks the sentence on the neurons with the largest weights.
fn largest(run: &Run<'_>, layers: &[&LayerSnapshot], sentence: &str) -> Option<bool> {
    let patterns = [
        "{} neuron {} has the largest weights.",
        "{} output {} has the largest weights.",
        "{} neurons {} have the largest weights, within 5 % of each other.",
        "{} outputs {} have the largest weights, within 5 % of each other.",
    ];
    let v = patterns.into_iter().find_map(|pattern| values(pattern, sentence))?;
    let layer = layers[run.arm(v[0])?];
    let of_neuron = |j: usize| {
        let own: Vec<f32> = (0..layer.columns).filter_map(|k| layer.value(j, k)).collect();
        usual(&own)
    };
    let classes = &run.facts.classes;
    let index = |name: &str| {
        let class = classes.iter().position(|class| class == name);
        class.filter(|_| classes.len() == layer.rows).unwrap_or_else(|| number(name) as usize - 1)
    };
    let named: Vec<usize> = v[1].split(" and ").flat_map(|n| n.split(", ")).map(index).collect();
    let most = (0..layer.rows).map(of_neuron).fold(0.0, f64::max);
    // Those named, and no others, are within the margin.
    let is_right = |j: usize| {
        let share = of_neuron(j) / most * 1.05;
        (share >= 1.0 - 1e-5 && named.contains(&j)) || (share <= 1.0 + 1e-5 && !named.contains(&j))
    };
    Some((0..layer.rows).all(is_right))
}

/// Returns the root mean square.
fn usual(values: &[f32]) -> f64 {
    let squares = values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum::<f64>();
    (squares / values.len() as f64).sqrt()
}

/// Returns whether a shown number is a value that was summed in single precision.
fn nearly(shown: &str, value: f64) -> bool {
    shows(shown, value) || shows(shown, value * 1.00001) || shows(shown, value * 0.99999)
}

/// Checks the sentence on the place of a start, before the first step.
fn start(run: &Run<'_>, arm: usize, words: &str) -> Option<bool> {
    let point = run.now(arm).trajectory.points().first()?;
    let of = &run.facts.arms[arm];
    let up = if of.sizes[0] == 2 { point.at[1] } else { point.at[2] };
    let place = words.split_once('(')?.1.split_once(')')?.0;
    let (across, height) = place.split_once(", ")?;
    let is_there = shows(across, point.at[0]) && shows(height, up);
    if words.starts_with("is (") {
        return Some(is_there && run.facts.single.is_none());
    }
    let neuron = run.now(arm).gradient_factors.as_ref()?.neuron.as_ref()?;
    let y = run.facts.single.as_ref()?.y;
    let (error, slope) = ((neuron.a - y).abs(), neuron.a * (1.0 - neuron.a));
    let is_slowed = of.cost == Cost::Quadratic && of.output == Output::Sigmoid;
    let (_, kind) = words.split_once(") lies ")?;
    let is_right = match kind {
        "on a plateau: wrong, yet flat" => is_slowed && error >= 0.5 && slope < 0.1,
        "on a slope: the more wrong, the steeper" => {
            !is_slowed && (neuron.delta.abs() - error).abs() < 1e-9
        }
        "on a slope" => is_slowed && error >= 0.1,
        "in the valley" => error < 0.1,
        _ => return None,
    };
    Some(is_there && is_right && run.app.shared.history.step == 0)
}

/// Returns whether a sentence of the Surface view is true.
pub(crate) fn surface(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let trajectory = |name: &str| Some(&run.now(run.arm(name)?).trajectory);
    let first = |trajectory: &Trajectory| {
        let [start, next] = trajectory.points().get(..2)? else { return None };
        let squares = start.at.iter().zip(next.at).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        Some(squares.sqrt() / (next.step - start.step) as f64)
    };
    let now = |trajectory: &Trajectory| trajectory.stride().map(|stride| stride.of_a_step());
    if let Some(v) = values("{} steps: {} × {} at the start, {} × now.", sentence) {
        let (one, other) = (trajectory(v[0])?, trajectory(v[2])?);
        let is_spaced = one.points().get(1).is_some_and(|point| point.step > 1);
        let at_start = one.first_step_length()? / other.first_step_length()?;
        let checked = is_spaced || (first(one)? / first(other)? - at_start).abs() < at_start * 1e-9;
        let ratio = now(one)? / now(other)?;
        return Some(checked && shows(v[1], at_start) && shows(v[3], ratio));
    }
    if let Some(v) = values("{} steps: {} × {} at the start.", sentence) {
        let (one, other) = (trajectory(v[0])?, trajectory(v[2])?);
        return Some(shows(v[1], one.first_step_length()? / other.first_step_length()?));
    }
    if let Some(v) = values("{}: the start {}.", sentence) {
        return start(run, run.arm(v[0])?, v[1]);
    }
    ends(run, sentence).or_else(|| left(run, sentence))
}

/// Checks the sentence on the distance between start and end, before the first map of a larger network.
fn ends(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let Some(Answer::Surface(surface)) = &run.app.shared.answer else { return None };
    let SurfaceKind::Plane { unit, .. } = surface.kind else { return None };
    let (name, words) = sentence.split_once(": ")?;
    let index = run.arm(name)?;
    let trajectory = &surface.arms[index].trajectory;
    let [from, to] = [trajectory.first()?, trajectory.last()?];
    let squares = |[x, y]: [f64; 2]| x * x + y * y;
    let on_map = unit * squares([to.at[0] - from.at[0], to.at[1] - from.at[1]]).sqrt();
    // The ends lie on either side of the plane or on the same one.
    let (near, far) = (from.distance - to.distance, from.distance + to.distance);
    let [least, most] = [near, far].map(|off| (on_map * on_map + off * off).sqrt());
    let is_right = |shown: &str| {
        let apart = number(shown);
        if far < 1e-3 * on_map {
            return shows(shown, on_map);
        }
        // Two digits are shown.
        apart >= least * 0.94 && apart <= most * 1.06
    };
    let off = trajectory.iter().map(|point| point.distance).fold(0.0, f64::max);
    let with_way = "start and end are {} apart; its trajectory is up to {} off this plane.";
    if let Some(v) = values(with_way, words) {
        return Some(is_right(v[0]) && shows(v[1], off) && !surface.has_map());
    }
    let v = values("start and end are {} apart.", words)?;
    Some(is_right(v[0]) && off < 0.02 * on_map && !surface.has_map())
}

/// Checks the sentence on the cost that is left, as of the step of the map and over its examples.
fn left(run: &Run<'_>, sentence: &str) -> Option<bool> {
    let (head, shares) = sentence.split_once(": ")?;
    let Some(Answer::Surface(surface)) = &run.app.shared.answer else { return None };
    let SurfaceKind::Plane { examples, .. } = surface.kind else { return None };
    let history = &run.app.shared.history;
    let is_now = surface.step == history.step;
    let is_epoch =
        |shown: &str| !is_now && number(shown) == (surface.step / history.steps_per_epoch()) as f64;
    let is_sample = |used: &str, all: &str| {
        let is_part = examples < run.facts.examples;
        is_part && number(used) == examples as f64 && number(all) == run.facts.examples as f64
    };
    let is_whole = examples == run.facts.examples;
    let sampled_now = "Of its cost at the start, over {} of {} examples, each has left";
    let sampled = "At epoch {}, over {} of {} examples, each had left of its cost at the start";
    let is_named = if head == "Of its cost at the start each has left" {
        is_now && is_whole
    } else if let Some(v) = values(sampled_now, head) {
        is_now && is_sample(v[0], v[1])
    } else if let Some(v) = values(sampled, head) {
        is_epoch(v[0]) && is_sample(v[1], v[2])
    } else {
        let v = values("At epoch {} each had left of its cost at the start", head)?;
        is_epoch(v[0]) && is_whole
    };
    let shares: Vec<&str> = shares.trim_end_matches('.').split(", ").collect();
    let are_right = shares.iter().zip(&surface.arms).enumerate().all(|(index, (shown, arm))| {
        let share = arm.ends.and_then(|ends| ends.costs).map(|(from, to)| 100.0 * to / from);
        let shown = shown.trim_end_matches(" %").rsplit(' ').next();
        let is_shown = share.zip(shown).is_some_and(|(share, shown)| shows(shown, share));
        is_shown && (!is_now || is_near_evaluation(run, index, share, examples))
    });
    Some(is_named && shares.len() == surface.arms.len() && are_right)
}

/// Returns whether a share of the cost agrees with the evaluation of the run over all examples: closely if
/// the map has all of them, and roughly if it has a sample. The evaluation lacks the L2 term.
fn is_near_evaluation(run: &Run<'_>, arm: usize, share: Option<f64>, examples: usize) -> bool {
    let (now, of) = (run.now(arm), &run.facts.arms[arm]);
    let Some(evaluation) = now.evaluation.as_ref() else { return true };
    let Some((first, share)) = now.first_cost.zip(share) else { return true };
    if evaluation.step != run.app.shared.history.step || of.lambda > 0.0 {
        return true;
    }
    let expected = 100.0 * evaluation.cost_data / first;
    let allowed = if examples == run.facts.examples { 1e-3 } else { 0.5 };
    (share - expected).abs() <= allowed * expected.max(10.0)
}
