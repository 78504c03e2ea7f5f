//! Remarks on an arm: where it began and where it is, and the lengths of its steps.

use crate::canvas::number::{brief, count};
use crate::canvas::sentence::Sentence;
use crate::canvas::widgets::Tone;
use crate::math::exp;
use crate::telemetry::{
    ArmFacts, ArmSurface, Output, RunFacts, SingleExample, SlopeInDelta, Surface, SurfaceKind,
    TrajectoryEnds,
};
use crate::views::slow::is_slow;
use crate::views::surface::state::SurfaceView;
use crate::views::view_state::ViewState;

/// The place of a neuron with one example on its surface, judged by its own error and slope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PointKind {
    /// Wrong, and its slope is small: C is high, yet flat.
    Plateau,
    /// The error pushes in proportion to its size.
    SlopeByError,
    /// Neither wrong nor right enough for another name.
    Slope,
    /// Nearly right.
    Valley,
}

/// The error below which a neuron counts as nearly right.
const NEARLY_RIGHT: f64 = 0.1;

/// Returns the place of an arm with these parameters, if it is a neuron with one example.
fn kind(facts: &RunFacts, of: &ArmFacts, at: [f64; 3]) -> Option<PointKind> {
    let SingleExample { x, y } = facts.single.as_ref()?;
    let z = x.iter().zip(at).map(|(x, w)| x * w).sum::<f64>() + at[2];
    let (a, slope) = match of.output {
        Output::Sigmoid => {
            let a = 1.0 / (1.0 + exp(-z));
            (a, a * (1.0 - a))
        }
        Output::Linear => (z, 1.0),
        Output::Softmax => return None,
    };
    let error = (a - y).abs();
    Some(match of.cost.slope_in_delta(of.output) {
        _ if error < NEARLY_RIGHT => PointKind::Valley,
        // The surface is that of the cost, however the arm steps on it.
        SlopeInDelta::Cancelled | SlopeInDelta::Absent | SlopeInDelta::LeftOut => {
            PointKind::SlopeByError
        }
        _ if is_slow(error, slope) => PointKind::Plateau,
        _ => PointKind::Slope,
    })
}

/// Returns the forms of the remark on the start and the position of an arm, the longest first; none if there
/// is nothing to remark.
pub(super) fn remarks(state: ViewState<'_, SurfaceView>, arm: usize) -> Vec<String> {
    let facts = state.shared.history.facts.as_deref();
    let Some(facts) = facts else { return Vec::new() };
    if state.neuron_inputs().is_none() {
        let on_plane = state.surface().and_then(|surface| Some((surface, surface.arms.get(arm)?)));
        return on_plane.map_or_else(Vec::new, |(surface, arm)| on_its_plane(facts, surface, arm));
    }
    let progress = state.shared.history.arms.get(arm);
    let ends = progress.and_then(|progress| {
        let trajectory = &progress.trajectory;
        Some((trajectory.points().first()?, trajectory.newest()?))
    });
    let Some((first, newest)) = ends else { return Vec::new() };
    let [across, up] = state.projected(first.at).map(brief);
    let at = format!("({across}, {up})");
    let kind_at = |at| kind(facts, facts.arms.get(arm)?, at);
    let Some(began) = kind_at(first.at) else {
        return vec![format!("the start is {at}."), at];
    };
    let (long, short) = match began {
        PointKind::Plateau => {
            (format!("the start {at} lies on a plateau: wrong, yet flat"), "plateau")
        }
        PointKind::SlopeByError => {
            (format!("the start {at} lies on a slope: the more wrong, the steeper"), "slope")
        }
        PointKind::Slope => (format!("the start {at} lies on a slope"), "slope"),
        PointKind::Valley => (format!("the start {at} lies in the valley"), "valley"),
    };
    let now = kind_at(newest.at).filter(|now| *now != began);
    let (goes_on, arrow) = match now {
        Some(PointKind::Plateau) => ("; now it is on a plateau", " → plateau"),
        Some(PointKind::Slope | PointKind::SlopeByError) => ("; now it is on a slope", " → slope"),
        Some(PointKind::Valley) => ("; now it is in the valley", " → valley"),
        None => ("", ""),
    };
    vec![format!("{long}{goes_on}."), format!("{short}{arrow}")]
}

/// The share of a trajectory's length below which its distance from the plane is no news.
const CLOSE: f64 = 0.01;

/// Returns the remarks on a larger network: its cost at both ends, and how far they are apart.
fn on_its_plane(facts: &RunFacts, surface: &Surface, arm_surface: &ArmSurface) -> Vec<String> {
    let Some(TrajectoryEnds { distance, costs }) = arm_surface.ends else { return Vec::new() };
    let apart = format!("start and end are {} apart", brief(distance));
    let off = arm_surface.trajectory.iter().map(|point| point.distance).fold(0.0, f64::max);
    let off_plane = if off > CLOSE * distance {
        format!("; its trajectory is up to {} off this plane", brief(off))
    } else {
        String::new()
    };
    let Some((first, last)) = costs else {
        return vec![format!("{apart}{off_plane}."), format!("{apart}.")];
    };
    let costs = format!("C {} → {}{}", brief(first), brief(last), sample(facts, surface));
    vec![format!("{costs}; {apart}{off_plane}."), format!("{costs}; {apart}."), costs]
}

/// Returns words on the sample of the examples that a map is computed from; none if it is all of them.
pub(super) fn sample(facts: &RunFacts, surface: &Surface) -> String {
    match surface.kind {
        SurfaceKind::Plane { examples, .. } if examples < facts.examples => {
            let (used, all) = (count(examples as u64), count(facts.examples as u64));
            format!(" over {used} of {all} examples")
        }
        _ => String::new(),
    }
}

/// Returns the step lengths of an arm, in pieces; numbers are emphasised.
pub(super) fn lengths(state: ViewState<'_, SurfaceView>, arm: usize) -> Sentence {
    let Some(trajectory) = state.shared.history.arms.get(arm).map(|progress| &progress.trajectory)
    else {
        return Vec::new();
    };
    let mut out = Vec::new();
    if let Some(stride) = trajectory.stride() {
        let words = match stride.steps {
            1 => "last step ".to_owned(),
            steps => format!("mean of the last {} steps ", count(steps)),
        };
        out.push((words, Tone::Quiet));
        out.push((format!("{:<7}", brief(stride.of_a_step())), Tone::Strong));
    }
    if let Some(first) = trajectory.first_step_length() {
        out.push((" first ".to_owned(), Tone::Quiet));
        out.push((format!("{:<6}", brief(first)), Tone::Strong));
    }
    out
}
