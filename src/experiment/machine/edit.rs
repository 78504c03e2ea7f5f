//! Changes of the settings of a run, among them its training examples.

use std::sync::Arc;

use crate::data::Data;
use crate::experiment::machine::{AnyPrecision, Experiment};
use crate::telemetry::{Clock, ExampleEdit, Setting};

impl Experiment {
    /// Changes a setting, from the next step on.
    ///
    /// # Errors
    /// If the setting is invalid. The error is the reason, and nothing changes.
    pub fn set(&mut self, setting: &Setting) -> Result<(), String> {
        match setting {
            Setting::Examples(edit) => self.edit_examples(edit),
            setting => either!(&mut self.arms, arms => arms.set(setting)),
        }
    }

    /// Changes the training examples from the next step on. The current epoch goes on with them.
    fn edit_examples(&mut self, edit: &ExampleEdit) -> Result<(), String> {
        let data = self.data.as_ref();
        let is_single = either!(&self.arms, arms => arms.is_single());
        if is_single {
            return Err("a run of one neuron and one example keeps that example".to_owned());
        }
        let more = usize::from(matches!(edit, ExampleEdit::Add { .. }));
        if data.train.len() + more > ExampleEdit::MOST {
            let most = ExampleEdit::MOST;
            return Err(format!("only sets of at most {most} training examples can be changed"));
        }
        let edited = match *edit {
            ExampleEdit::Add { at, class } => data.with_example(at, class),
            ExampleEdit::Move { from, to } => data.with_example_moved(from, to),
            ExampleEdit::Remove { at } => data.without_example(at),
        }?;
        let batch = self.batch_of(&edited);
        if batch > edited.train.len() {
            return Err(format!("a mini-batch needs {batch} training examples"));
        }
        if edited.train.first_beyond(self.scenario.precision.largest()).is_some() {
            return Err(format!("{} has no such numbers", self.scenario.precision.name()));
        }
        let steps = edited.train.len().div_ceil(batch) as u64;
        let clock = either!(&self.arms, arms => arms.changed_clock(steps));
        either!(&mut self.arms, arms => arms.count_drawn());
        self.train_on(&Arc::new(edited), self.step(), &clock);
        if self.data.test.is_none() {
            // It was reached on other examples.
            either!(&mut self.arms, arms => arms.arms.iter_mut().for_each(|arm| arm.best = None));
        }
        Ok(())
    }

    /// Returns the examples in a mini-batch of these data: all of them if they were all in one before.
    fn batch_of(&self, data: &Data) -> usize {
        let batch = self.scenario.training.batch;
        if batch == self.loaded.train.len() { data.train.len() } else { batch }
    }

    /// Takes these data and this clock from a step on.
    pub(super) fn train_on(&mut self, data: &Arc<Data>, step: u64, clock: &Arc<Clock>) {
        let batch = self.batch_of(data);
        let specs = &self.scenario.arms;
        either!(&mut self.arms, arms => arms.train_on(specs, data, batch, step, clock));
        self.data = Arc::clone(data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::table;
    use crate::experiment::Advance;
    use crate::scenario::{Override, Scenario, find};
    use crate::telemetry::ExampleCounts;

    /// Starts the scenario `and` with these keys on these examples: x₁, x₂ and y.
    fn start(keys: &[(&str, &str)], examples: &[[f64; 3]]) -> Experiment {
        let inputs: Vec<Vec<f64>> = examples.iter().map(|[x, z, _]| vec![*x, *z]).collect();
        let targets: Vec<Vec<f64>> = examples.iter().map(|[.., y]| vec![*y]).collect();
        let data = [("data.inputs", &inputs), ("data.targets", &targets)];
        let data = data.map(|(key, value)| (key, format!("{value:?}")));
        let data = data.iter().map(|(key, value)| (*key, value.as_str()));
        let keys: Vec<Override> =
            data.chain(keys.iter().copied()).map(|(k, v)| Override::new(k, v, "a test")).collect();
        let built_in = find("and").expect("it is built in");
        let scenario = Scenario::read(built_in.text, built_in.name, &keys).expect("it reads");
        Experiment::new(&scenario, Arc::new(table(&inputs, &targets))).expect("it fits")
    }

    fn train(experiment: &mut Experiment, to: u64) {
        while experiment.step() < to {
            let limit = to - experiment.step();
            assert_ne!(experiment.advance(limit, &mut ()), Advance::Finished);
        }
    }

    fn edit(experiment: &mut Experiment, edit: ExampleEdit) {
        experiment.set(&Setting::Examples(edit)).expect("it can be changed");
    }

    const AND: [[f64; 3]; 4] = [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 1.0]];

    #[test]
    fn a_run_with_an_example_added_at_the_start_is_one_that_has_had_it() {
        for batch in ["4", "3"] {
            let keys = [("training.batch", batch), ("training.lambda", "0.3")];
            let mut edited = start(&keys, &AND);
            edit(&mut edited, ExampleEdit::Add { at: [0.5, 0.75], class: 1 });
            let whole = [&AND[..], &[[0.5, 0.75, 1.0]]].concat();
            // A mini-batch of all examples stays one of all.
            let batch = if batch == "4" { "5" } else { batch };
            let mut had = start(&[("training.batch", batch), ("training.lambda", "0.3")], &whole);
            let counts = edited.example_counts();
            assert_ne!(counts.edition, 0);
            assert_eq!(counts, ExampleCounts { edition: counts.edition, ..had.example_counts() });
            for run in [&mut edited, &mut had] {
                train(run, 40);
                run.evaluate_now();
            }
            assert_eq!(edited.networks(), had.networks(), "batches of {batch}");
            assert_eq!(edited.evaluation(1), had.evaluation(1), "batches of {batch}");
        }
    }

    #[test]
    fn the_current_epoch_goes_on_with_the_examples_that_there_are() {
        // Four steps an epoch, and two of the third one done.
        let mut run = start(&[("training.batch", "1")], &AND);
        train(&mut run, 10);
        assert_eq!(run.next_rows(), [2]);
        edit(&mut run, ExampleEdit::Add { at: [3.0, 3.0], class: 0 });
        let clock = run.clock();
        let ends: Vec<u64> = (0..5).map(|epoch| clock.end_of_epoch(epoch)).collect();
        assert_eq!(ends, [0, 4, 8, 13, 18]);
        let mut rows = Vec::new();
        for step in 10..18 {
            rows.extend(run.next_rows());
            assert_eq!(run.epoch(), if step < 13 { 2 } else { 3 }, "at step {step}");
            train(&mut run, step + 1);
        }
        assert_eq!(rows, [2, 3, 4, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn an_epoch_with_as_many_mini_batches_as_are_left_ends_and_is_evaluated() {
        let mut run = start(&[("training.batch", "1")], &AND);
        train(&mut run, 7);
        edit(&mut run, ExampleEdit::Remove { at: [0.0, 1.0] });
        assert_eq!((run.epoch(), run.clock().end_of_epoch(3)), (2, 10));
        assert!(run.evaluation_is_due());
        assert_eq!(run.next_rows(), [0], "the next epoch begins");
        edit(&mut run, ExampleEdit::Remove { at: [0.0, 0.0] });
        assert_eq!((run.epoch(), run.clock().end_of_epoch(3)), (2, 9));
    }

    #[test]
    fn the_examples_drawn_are_counted_by_the_sets_they_were_drawn_from() {
        let mut run = start(&[("training.batch", "3")], &AND);
        train(&mut run, 5);
        assert_eq!(run.examples_drawn(), 4 + 4 + 3);
        edit(&mut run, ExampleEdit::Add { at: [3.0, 3.0], class: 0 });
        assert_eq!(run.examples_drawn(), 11);
        let here = run.snapshot();
        // The rest of the epoch has two examples of five, and the next one all of them.
        train(&mut run, 8);
        assert_eq!((run.examples_drawn(), run.examples_seen(1)), (11 + 2 + 5, 18));
        run.restore(&here);
        assert_eq!(run.examples_drawn(), 11);
    }

    #[test]
    fn a_change_that_the_run_cannot_have_is_refused_and_changes_nothing() {
        let mut run = start(&[("training.batch", "3"), ("precision", "f32")], &AND);
        edit(&mut run, ExampleEdit::Remove { at: [0.0, 0.0] });
        let mut refusal = |edit| run.set(&Setting::Examples(edit)).unwrap_err();
        let fewer = ExampleEdit::Remove { at: [1.0, 1.0] };
        assert_eq!(refusal(fewer), "a mini-batch needs 3 training examples");
        let huge = ExampleEdit::Add { at: [1e300, 0.0], class: 0 };
        assert_eq!(refusal(huge), "f32 has no such numbers");
        assert_eq!(run.example_counts().examples, 3);
        let many: Vec<[f64; 3]> = (0..1000).map(|i| [f64::from(i), 0.0, 1.0]).collect();
        let mut full = start(&[("training.batch", "10")], &many);
        let add = Setting::Examples(ExampleEdit::Add { at: [0.0, 1.0], class: 0 });
        let reason = "only sets of at most 1000 training examples can be changed";
        assert_eq!(full.set(&add).unwrap_err(), reason);
        edit(&mut full, ExampleEdit::Remove { at: [3.0, 0.0] });
        full.set(&add).expect("there is room for one");
        let mut one = start(&[("training.batch", "1")], &AND[..1]);
        let more = Setting::Examples(ExampleEdit::Add { at: [1.0, 1.0], class: 1 });
        let reason = "a run of one neuron and one example keeps that example";
        assert_eq!(one.set(&more).unwrap_err(), reason);
    }
}
