//! Records the trajectories of the arms, at steps that depend only on the step number.

use std::sync::Arc;

use crate::experiment::Experiment;
use crate::explain::{ParameterSnapshot, parameters};
use crate::source::accumulator::Accumulator;
use crate::telemetry::{RunFacts, Trajectory, spacing};

/// The most memory of the frames of an arm, in bytes, unless fewer than [`FEWEST`] would fit.
const MEMORY: usize = 16 << 20;
const FEWEST: usize = 8;
const MOST: usize = 64;

/// The most frames in an epoch, so that recording does not slow an early epoch down.
const MOST_IN_EPOCH: u64 = 16;

/// The recorder of the arms' trajectories.
pub(super) enum TrajectoryRecorder {
    /// Single neurons: each point is added to the arm's [`Trajectory`].
    NeuronTrajectories,
    /// Larger networks: all their parameters, at some steps.
    NetSnapshots {
        /// The recorded frames, in the order of their steps.
        kept: Vec<Arc<ParameterSnapshot>>,
        /// Unused frames. All frames are allocated at the start, so that the memory of a run does not
        /// grow.
        spare: Vec<Arc<ParameterSnapshot>>,
        /// The most frames.
        most: u64,
        /// The least number of steps between two frames.
        least: u64,
    },
}

impl TrajectoryRecorder {
    /// Creates an empty recorder.
    pub(super) fn new(facts: &RunFacts) -> Self {
        if facts.neuron_inputs().is_some() {
            return Self::NeuronTrajectories;
        }
        let numbers = || facts.arms.iter().map(|arm| parameters(&arm.sizes));
        let fit = MEMORY / (numbers().max().unwrap_or(1).max(1) * size_of::<f32>());
        let least = spacing(facts.clock.steps_per_epoch(0), MOST_IN_EPOCH);
        let most = fit.clamp(FEWEST, MOST);
        let blank =
            || Arc::new(ParameterSnapshot::new(0, numbers().map(|n| vec![0.0; n]).collect()));
        let spare = (0..most).map(|_| blank()).collect();
        Self::NetSnapshots { kept: Vec::with_capacity(most), spare, most: most as u64, least }
    }

    /// Returns the number of steps until the next point is recorded.
    pub(super) fn steps_to_next(&self, step: u64) -> u64 {
        let next = match self {
            Self::NeuronTrajectories => Trajectory::next_after(step),
            Self::NetSnapshots { most, least, .. } => {
                let spacing = spacing(step, *most).max(*least);
                (step / spacing + 1).saturating_mul(spacing)
            }
        };
        (next - step).max(1)
    }

    /// Records the current parameters of the arms, if they are due at this step.
    pub(super) fn record(&mut self, experiment: &Experiment, accumulator: &mut Accumulator) {
        let step = experiment.step();
        match self {
            Self::NeuronTrajectories => {
                let neurons = (0..).map_while(|arm| Some((arm, experiment.neuron(arm)?)));
                for (arm, at) in neurons.filter(|(arm, _)| experiment.divergence(*arm).is_none()) {
                    if let Some(progress) = accumulator.arm(arm) {
                        progress.trajectory.push(step, at);
                    }
                }
            }
            Self::NetSnapshots { kept, spare, most, least } => {
                let spacing = spacing(step, *most).max(*least);
                let is_kept = kept.last().is_some_and(|last| last.step >= step);
                if is_kept || !step.is_multiple_of(spacing) {
                    return;
                }
                spare.extend(kept.extract_if(.., |frame| !frame.step.is_multiple_of(spacing)));
                // A snapshot that is still in use must not be overwritten.
                let free = spare.iter_mut().position(|frame| Arc::get_mut(frame).is_some());
                let Some(place) = free.or(spare.len().checked_sub(1)) else { return };
                let mut frame = spare.swap_remove(place);
                let numbers = Arc::make_mut(&mut frame).reuse_for(step);
                for (arm, numbers) in numbers.iter_mut().enumerate() {
                    experiment.flatten(arm, numbers);
                }
                kept.push(frame);
            }
        }
    }

    /// Replaces the frames by those of another course of the run.
    pub(super) fn replace_frames(&mut self, frames: Vec<Arc<ParameterSnapshot>>) {
        if let Self::NetSnapshots { kept, spare, most, .. } = self {
            spare.append(kept);
            *kept = frames;
            let wanted = (*most as usize).saturating_sub(kept.len());
            // Frames that a branch holds cannot be used again.
            spare.retain_mut(|frame| Arc::get_mut(frame).is_some());
            let blank = || kept.first().map(|frame| Arc::new(ParameterSnapshot::clone(frame)));
            while spare.len() < wanted
                && let Some(frame) = blank()
            {
                spare.push(frame);
            }
            spare.truncate(wanted);
        }
    }

    /// Returns the frames of larger networks; single neurons have none.
    pub(super) fn frames(&self) -> Vec<Arc<ParameterSnapshot>> {
        match self {
            Self::NeuronTrajectories => Vec::new(),
            Self::NetSnapshots { kept, .. } => kept.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::ops::ControlFlow;
    use std::sync::Arc;

    use super::TrajectoryRecorder;
    use crate::experiment::{Advance, Experiment, load};
    use crate::explain::flattened;
    use crate::scenario::{Scenario, find};
    use crate::source::accumulator::Accumulator;
    use crate::telemetry::Setting;

    /// Trains a run in chunks of at most `most` steps.
    fn recorded(most: u64) -> (Experiment, TrajectoryRecorder) {
        let scenario = Scenario::read(find("xor").unwrap().text, "xor", &[]).unwrap();
        let nothing = |_: &_| Err(io::Error::from(io::ErrorKind::NotFound));
        let data = load(&scenario, &nothing, &mut |_| ControlFlow::Continue(())).unwrap();
        let mut experiment = Experiment::new(&scenario, Arc::new(data)).unwrap();
        experiment.set(&Setting::Epochs(30)).unwrap();
        let facts = experiment.facts();
        let (mut footprints, mut accumulator) =
            (TrajectoryRecorder::new(&facts), Accumulator::new(&facts));
        footprints.record(&experiment, &mut accumulator);
        loop {
            let limit = footprints.steps_to_next(experiment.step()).min(most);
            match experiment.advance(limit, &mut accumulator) {
                Advance::Stepped => footprints.record(&experiment, &mut accumulator),
                Advance::Finished => return (experiment, footprints),
                _ => {}
            }
        }
    }

    #[test]
    fn the_frames_of_a_network_do_not_depend_on_the_chunks_of_steps() {
        let (experiment, fast) = recorded(u64::MAX);
        let (fast, slow) = (fast.frames(), recorded(1).1.frames());
        assert_eq!(fast, slow);
        assert!(fast.len() > 8 && fast.len() <= 64, "{}", fast.len());
        assert_eq!(fast[0].step, 0);
        assert!(fast.windows(2).all(|pair| pair[1].step - pair[0].step == fast[1].step));
        assert_eq!(experiment.neuron(0), None);
    }

    #[test]
    fn a_frame_lists_the_parameters_of_a_network_in_their_order() {
        let (experiment, _) = recorded(u64::MAX);
        for (arm, network) in experiment.networks().iter().enumerate() {
            let narrow: Vec<f32> = flattened(network).map(|number| number as f32).collect();
            let mut numbers = Vec::new();
            experiment.flatten(arm, &mut numbers);
            assert_eq!(numbers, narrow);
        }
    }
}
