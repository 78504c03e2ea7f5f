//! The running experiment with the state that its thread needs to send events.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::experiment::{Advance, Experiment, UntilWatch};
use crate::explain::{
    ArmSnapshot, NeuronStart, ParameterSnapshot, Snapshot, StepsToHalf, curves, parameters, reach,
    steps_to_half,
};
use crate::scenario::{ModelStart, Scenario};
use crate::source::accumulator::Accumulator;
use crate::source::branch_memory::BranchMemory;
use crate::source::throughput::now;
use crate::source::timeline::Timeline;
use crate::source::trajectory_recorder::TrajectoryRecorder;
use crate::source::weights_past::add_past;
use crate::telemetry::{
    ArmFacts, ArmProgress, BranchId, Clock, Event, ExampleCounts, HalfForecast, Labels, LogAction,
    LogEvent, Metric, NeuronCurves, Notice, Pace, Precision, Question, RunFacts, RunIdentity,
    RunState, RunStatus, TimeMove, Trajectory, UntilState, WeightsRequest, WeightsSnapshot,
};

/// The shortest time between two weight snapshots of a running experiment with more than [`FEW`]
/// parameters; they are the largest part of an update.
const PICTURE: Duration = Duration::from_millis(66);

/// The parameters of an arm that every update can have, so that all numbers of a frame are of one step.
const FEW: usize = 2000;

/// An experiment, and the state needed to report on it.
pub(super) struct Run {
    /// The scenario as read. The current η is in the experiment.
    pub(super) scenario: Scenario,
    /// The models that the arms start from, if they do.
    pub(super) start: Option<Arc<ModelStart>>,
    /// Remarks on the models that have not been sent yet.
    pub(super) remarks: Vec<String>,
    /// The identity of the run as it began, before any key was edited.
    pub(super) identity_at_start: Option<Arc<RunIdentity>>,
    /// The checksum of what was read from files, if anything was.
    pub(super) checksum: Option<u64>,
    /// Whether the scenario is that of a recording, and not of its name.
    pub(super) is_recorded: bool,
    /// The pace at which the run can be made again as was sent; `None` if a change has not been sent.
    pub(super) reproducible_at: Option<Pace>,
    /// The number of the load that made the run.
    pub(super) number: u64,
    /// The events that have not been sent to the log yet.
    pub(super) log: Vec<LogEvent>,
    pub(super) experiment: Experiment,
    pub(super) timeline: Timeline,
    /// What the training examples determine, if it has changed and has not been sent yet.
    recounted: Option<ExampleCounts>,
    /// The move in time that has not been sent yet.
    pub(super) moved: Option<TimeMove>,
    /// The branches that have been dropped since the last events.
    pub(super) dropped: Vec<BranchId>,
    /// The last movement of each arm that is one neuron, while the run stands in the past.
    pub(super) position: Vec<Trajectory>,
    /// The records of the branches that are not open.
    pub(super) memories: Vec<BranchMemory>,
    pub(super) facts: Arc<RunFacts>,
    pub(super) accumulator: Accumulator,
    pub(super) trajectory_recorder: TrajectoryRecorder,
    /// Whether the start of the run has not been sent yet.
    begins: bool,
    /// The labels that have changed and have not been sent yet.
    labels: Option<Labels>,
    /// The largest |z| that the sent curves cover; 0 before any are sent.
    reach: f64,
    /// The step of the last evaluation of the open branch that has been sent.
    pub(super) evaluated: Option<u64>,
    pub(super) weights_request: Option<WeightsRequest>,
    /// The last answered request for weights, and the time from which the next snapshot is due after
    /// [`PICTURE`].
    pictured: Option<(WeightsRequest, Instant)>,
    /// The question to explain.
    pub(super) question: Option<Question>,
    /// The state of the run before a requested single step.
    pub(super) before: Option<Arc<Snapshot>>,
    /// The condition until which the run trains, or how that ended.
    pub(super) until: UntilState,
    /// The watch of the condition, while the run trains for it.
    pub(super) until_watch: Option<UntilWatch>,
}

impl Run {
    /// Creates a run at its start: that of the scenario, or the models that the experiment starts from.
    pub(super) fn new(
        scenario: Scenario,
        experiment: Experiment,
        start: Option<Arc<ModelStart>>,
        remarks: Vec<String>,
        time_memory: Option<u64>,
    ) -> Self {
        let model = start.as_ref().map(|start| start.path.clone());
        let facts = Arc::new(RunFacts { model, ..experiment.facts() });
        let mut run = Self {
            accumulator: Accumulator::new(&facts),
            trajectory_recorder: TrajectoryRecorder::new(&facts),
            timeline: Timeline::new(&experiment, time_memory),
            recounted: None,
            moved: None,
            dropped: Vec::new(),
            position: Vec::new(),
            memories: Vec::new(),
            facts,
            scenario,
            start,
            remarks,
            identity_at_start: None,
            checksum: None,
            is_recorded: false,
            reproducible_at: None,
            number: 0,
            log: Vec::new(),
            experiment,
            begins: true,
            labels: None,
            reach: 0.0,
            evaluated: None,
            weights_request: None,
            pictured: None,
            question: None,
            before: None,
            until: UntilState::None,
            until_watch: None,
        };
        run.accumulator.begin_with(run.experiment.etas());
        run.predict_half();
        run.trajectory_recorder.record(&run.experiment, &mut run.accumulator);
        run
    }

    /// Returns the clock that counts the epochs of the run.
    pub(super) fn clock(&self) -> &Clock {
        &self.facts.clock
    }

    /// Takes up what the training examples determine at the present step. The clock of a branch goes on after a step in
    /// its past.
    pub(super) fn recount(&mut self) {
        let is_past = self.timeline.is_past(self.experiment.step());
        let has_clock = is_past || **self.experiment.clock() == self.facts.clock;
        if has_clock && self.experiment.data().train.edition() == self.facts.edition {
            return;
        }
        let mut counts = self.experiment.example_counts();
        if is_past {
            counts.clock.clone_from(&self.facts.clock);
        }
        self.accumulator.count_by(&counts.clock);
        self.facts = Arc::new(self.facts.recounted(counts.clone()));
        self.recounted = Some(counts);
    }

    /// Continues an evaluation, or waits a few milliseconds for it. Takes no step.
    pub(super) fn complete_evaluation(&mut self) -> Advance {
        let advance = self.experiment.complete_evaluation();
        self.timeline.reach(&self.experiment);
        if advance == Advance::Evaluated {
            self.note_evaluation();
        }
        advance
    }

    /// Finishes the evaluation under way, if it takes at most about `patience`. A checkpoint taken before
    /// its end lacks its result: a best accuracy, or that a cost has overflowed.
    pub(super) fn finish_evaluation(&mut self, patience: Duration) {
        let began = now();
        while self.experiment.evaluation_is_under_way() && now() - began < patience {
            self.complete_evaluation();
        }
    }

    /// Notes for the log what has just happened at the present step.
    pub(super) fn note(&mut self, action: LogAction) {
        self.log.push(LogEvent { step: self.experiment.step(), action });
    }

    /// Adopts a scenario that differs only in its title and summary.
    pub(super) fn relabel(&mut self, scenario: Scenario) {
        let Scenario { title, summary, .. } = scenario.clone();
        self.labels = Some(Labels { title, summary });
        self.reproducible_at = None;
        self.scenario = scenario;
    }

    /// Returns the events since the last call, the one on where the run stands last. `status` holds what the
    /// trainer knows of it.
    pub(super) fn events(&mut self, status: RunStatus, notices: Vec<Notice>) -> Vec<Event> {
        if self.has_passed_forecast() {
            self.predict_half();
        }
        let mut arms: Vec<ArmProgress> = self.accumulator.take();
        for (index, arm) in arms.iter_mut().enumerate() {
            arm.eta = self.experiment.etas()[index];
            arm.best = self.experiment.best(index);
            arm.evaluation = self.experiment.evaluation(index).cloned();
            arm.gradient_factors = Some(self.experiment.gradient_factors(index));
            arm.diverged = self.experiment.divergence(index).cloned();
        }
        let moved = self.moved.take();
        let step = self.experiment.step();
        if moved.is_some() || self.timeline.is_past(step) {
            self.show_position(&mut arms);
        }
        let curves = self.longer_curves(&arms);
        let weights = self.weights_snapshot_if_due(status.state == RunState::Running);
        let began = std::mem::take(&mut self.begins).then(|| Arc::clone(&self.facts));
        let mut events: Vec<Event> = Vec::with_capacity(arms.len() + 3);
        events.extend(began.map(Event::Began));
        events.extend(self.labels.take().map(Event::Relabelled));
        events.extend(moved.map(Event::Moved));
        events.extend(self.recounted.take().map(Event::Recounted));
        events.extend(self.dropped.drain(..).map(Event::Dropped));
        let arms = arms.into_iter().map(Box::new).enumerate();
        events.extend(arms.map(|(arm, progress)| Event::Progressed(arm, progress)));
        events.extend(curves.map(Event::Sampled));
        events.extend(weights.map(Event::Weighed));
        events.extend(notices.into_iter().map(Event::Noticed));
        events.push(Event::Stands(RunStatus {
            step,
            newest: self.timeline.newest().max(step),
            epochs: self.experiment.epochs(),
            eta_mode: self.experiment.eta_mode(),
            until: self.until.clone(),
            ..status
        }));
        events
    }

    /// Returns the requested weights, if a snapshot is due.
    fn weights_snapshot_if_due(&mut self, is_running: bool) -> Option<Arc<WeightsSnapshot>> {
        let request = self.weights_request?;
        let now = now();
        let due = self.pictured.and_then(|(of, at)| (of == request).then_some(at + PICTURE));
        let is_large = self.facts.arms.iter().any(|arm| parameters(&arm.sizes) > FEW);
        if is_running && is_large && due.is_some_and(|due| now < due) {
            return None;
        }
        // The next interval counts from the due time, so that delays do not lower the rate.
        let least = now.checked_sub(PICTURE).unwrap_or(now);
        self.pictured = Some((request, due.map_or(now, |due| due.clamp(least, now))));
        let mut snapshot = self.experiment.weights_snapshot(request);
        if request.past {
            add_past(&mut snapshot, &self.frames(), &self.facts);
        }
        Some(Arc::new(snapshot))
    }

    /// Returns a copy of the current state for explanations.
    pub(super) fn snapshot(&mut self) -> Snapshot {
        let networks = self.experiment.networks();
        let etas = self.experiment.etas();
        let arms = networks.into_iter().zip(&self.facts.arms).zip(etas);
        let arm = |((network, facts), eta): ((_, &ArmFacts), &f64)| ArmSnapshot {
            network,
            cost: facts.cost,
            eta: *eta,
            lambda: facts.lambda,
        };
        Snapshot {
            step: self.experiment.step(),
            arms: arms.map(arm).collect(),
            rows: self.experiment.next_rows(),
            data: Arc::clone(self.experiment.data()),
            precision: self.facts.precision,
        }
    }

    /// Returns the recorded parameters of larger networks up to this step.
    pub(super) fn frames(&self) -> Vec<Arc<ParameterSnapshot>> {
        let mut frames = self.trajectory_recorder.frames();
        frames.retain(|frame| frame.step <= self.experiment.step());
        frames
    }

    /// Returns whether the answer to a question stays the same while the run trains.
    pub(super) fn is_lasting(&self, question: &Question) -> bool {
        match question {
            Question::Equation(_)
            | Question::Fields(_)
            | Question::Examples(_)
            | Question::Picture(_)
            | Question::Silencing(_) => false,
            Question::Surface(_) => self.facts.neuron_inputs() == Some(1),
            Question::Atlas(_) => true,
        }
    }

    /// Returns the curves of a single neuron, if those already sent do not reach its z.
    fn longer_curves(&mut self, arms: &[ArmProgress]) -> Option<Arc<NeuronCurves>> {
        let single = self.facts.single.as_ref()?;
        let neurons = arms.iter().filter_map(|arm| arm.gradient_factors.as_ref()?.neuron.as_ref());
        let needed = reach(neurons.map(|neuron| neuron.z.abs()).fold(0.0, f64::max));
        if needed <= self.reach {
            return None;
        }
        self.reach = needed;
        let costs: Vec<_> =
            self.facts.arms.iter().map(|arm| (arm.cost.with_gradient(), arm.output)).collect();
        Some(Arc::new(curves(&costs, single.y, needed)))
    }

    /// Replaces the news in an update by the whole state of the present position.
    pub(super) fn show_position(&mut self, arms: &mut [ArmProgress]) {
        let step = self.experiment.step();
        for (index, arm) in arms.iter_mut().enumerate() {
            arm.reached_half =
                arm.reached_half.filter(|epoch| self.facts.clock.end_of_epoch(*epoch) <= step);
            if let Some(last) = self.position.get(index) {
                arm.trajectory.clone_from(last);
            }
        }
    }

    /// Notes where the arms are that are one neuron each, and how far they have moved since a step at which they
    /// were at `from`.
    pub(super) fn note_position(&mut self, since: u64, from: &[[f64; 3]]) {
        let (step, here) = (self.experiment.step(), self.neurons());
        self.position = from
            .iter()
            .zip(here)
            .map(|(from, here)| {
                let mut last = Trajectory::default();
                last.push(since, *from);
                last.push(step, here);
                last
            })
            .collect();
    }

    /// Returns the parameters of the arms that are one neuron each.
    pub(super) fn neurons(&self) -> Vec<[f64; 3]> {
        let arms = 0..self.facts.arms.len();
        arms.map_while(|arm| self.experiment.neuron(arm)).collect()
    }

    pub(super) fn note_evaluation(&mut self) {
        self.timeline.complete(&self.experiment);
        let before = self.evaluated;
        for index in 0..self.facts.arms.len() {
            let Some(evaluation) = self.experiment.evaluation(index).cloned() else { continue };
            let step = evaluation.step;
            if before.is_some_and(|before| before >= step) {
                continue;
            }
            self.evaluated = Some(step);
            let neuron = self.experiment.gradient_factors(index).neuron;
            let metric = evaluation.metric(self.facts.metric, neuron.as_ref());
            let Some(arm) = self.accumulator.arm(index) else { continue };
            evaluation.push_to(&mut arm.readings, metric, &self.facts.channels);
            if evaluation.epoch == 0 {
                arm.first_cost = Some(evaluation.cost_data);
            }
            if let Some(a) = metric.filter(|_| self.facts.metric != Metric::Error) {
                self.accumulator.record_output(index, step, a);
            }
        }
    }

    /// Returns whether the epoch of a forecast has passed without the arm within ½ of its target: the epoch
    /// was approximate, or only a bound.
    fn has_passed_forecast(&self) -> bool {
        let now = self.experiment.step();
        self.accumulator.arms().iter().any(|arm| {
            arm.reached_half.is_none() && arm.foreseen.is_some_and(|epoch| epoch.has_passed(now))
        })
    }

    /// Forecasts anew when each arm will be within ½ of its target.
    pub(super) fn predict_half(&mut self) {
        let Some(single) = &self.facts.single else { return };
        let etas = self.experiment.etas().to_vec();
        let (now, is_past) =
            (self.experiment.step(), self.timeline.is_past(self.experiment.step()));
        for (index, (arm, eta)) in self.facts.arms.iter().zip(etas).enumerate() {
            let neuron = self.experiment.gradient_factors(index).neuron;
            let is_standing = self.experiment.divergence(index).is_none();
            let start = neuron.filter(|_| is_standing).map(|neuron| NeuronStart {
                product: neuron.w.iter().zip(&single.x).map(|(w, x)| w * x).sum(),
                b: neuron.b,
            });
            let steps = start.and_then(|start| steps_to_half(arm, single, eta, start));
            let is_exact = self.facts.precision == Precision::F64;
            if let Some(arm) = self.accumulator.arm(index)
                && arm.reached_half.is_none_or(|reached| is_past && reached > now)
            {
                // There is one example, so an epoch is a step.
                arm.foreseen = steps.map(|steps| match steps {
                    StepsToHalf::Exactly(steps) if is_exact => HalfForecast::At(now + steps),
                    StepsToHalf::Exactly(steps) => HalfForecast::About(now + steps),
                    StepsToHalf::About(steps) => HalfForecast::About(now + steps.round() as u64),
                    StepsToHalf::MoreThan(steps) => HalfForecast::After(now + steps),
                });
            }
        }
    }
}
