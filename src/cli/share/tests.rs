//! There and back: a state is shared, the line read by a shell and by the program, and the state that it leads to
//! compared with the first.

mod settings;

use std::io;
use std::path::Path;
use std::process::Command as Process;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use clap::Parser;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

use self::settings::{command, typed};
use super::{quoted, share};
use crate::cli::args::{Args, DashboardArgs};
use crate::cli::scenario;
use crate::scenario::{Override, Scenario, catalogue};
use crate::source::{LiveSource, RunModels, RunRecording, RunSetup, Source};
use crate::telemetry::{
    ArmProgress, Command, EtaMode, History, ModelState, Notice, Reproduction, RunCommandLine,
    RunFacts, RunState, Setting, TimeTarget,
};

/// Far longer than any step of a test takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns the words of a line, as a shell reads them.
fn words(line: &str) -> Vec<String> {
    let script = format!("set -- {line}\nprintf '%s\\0' \"$@\"");
    let output = Process::new("sh").args(["-c", &script]).output().expect("there is a shell");
    let text = String::from_utf8(output.stdout).expect("it is text");
    text.split_terminator('\0').map(str::to_owned).collect()
}

fn dashboard_of(words: &[String]) -> DashboardArgs {
    let args = Args::try_parse_from(words).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert!(args.command.is_none(), "it is no subcommand");
    args.dashboard
}

fn read(args: &DashboardArgs) -> Result<Scenario, String> {
    let nothing = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let read = scenario::read(&args.scenario, args.changes.overrides(), &nothing);
    read.map_err(|refusal| refusal.to_string())
}

/// A run that was begun from a command line, and what its watcher knows.
struct SharedRun {
    source: Box<dyn Source>,
    woken: Receiver<()>,
    history: History,
}

/// All numbers of a state.
#[derive(Debug, PartialEq)]
struct Numbers {
    step: u64,
    epochs: u64,
    models: Vec<ModelState>,
    arms: Vec<ArmProgress>,
}

impl SharedRun {
    /// Begins the run, and waits until it is loaded.
    fn of(args: &DashboardArgs) -> Self {
        let setup = RunSetup {
            scenario: read(args).expect("the line can be read"),
            paused: true,
            find: Arc::new(|name: &str| Err(format!("{name} is not opened here"))),
            open: Arc::new(|_: &Path| Err(io::ErrorKind::NotFound.into())),
            memory: Arc::new(|| None),
            time_memory: None,
            models: RunModels::default(),
            recording: RunRecording::default(),
        };
        let (wake, woken) = channel();
        let wake = Box::new(move || wake.send(()).unwrap_or_default());
        let source = LiveSource::start(setup, wake).expect("threads can be started");
        let mut run = Self { source: Box::new(source), woken, history: History::default() };
        run.until(|history| history.facts.is_some());
        run
    }

    fn send(&self, command: Command) {
        assert!(self.source.send(command), "the run takes commands");
    }

    /// Applies events until the condition is met. Returns the notices.
    fn until(&mut self, is_met: impl Fn(&History) -> bool) -> Vec<Notice> {
        let mut notices = Vec::new();
        while !is_met(&self.history) {
            self.woken.recv_timeout(PATIENCE).expect("an update comes");
            let apply = |event| self.history.apply(event);
            notices.extend(self.source.take().into_iter().filter_map(apply));
        }
        notices
    }

    /// Waits until all that was sent is handled: until something invalid is refused.
    fn until_handled(&mut self) {
        self.send(Command::SetKey { key: "no.such.key".into(), value: "1".into() });
        let mut is_refused = false;
        while !is_refused {
            self.woken.recv_timeout(PATIENCE).expect("an update comes");
            for event in self.source.take() {
                let notice = self.history.apply(event);
                is_refused |=
                    matches!(notice, Some(Notice::Refused(why)) if why.contains("no.such.key"));
            }
        }
    }

    /// Trains to a position, as the flag `--at` does.
    fn train_to(&mut self, at: TimeTarget) {
        self.until_handled();
        self.send(Command::TrainTo(at));
        let end = match at {
            TimeTarget::Epoch(epoch) => self.history.clock().nearest_step(epoch),
            TimeTarget::Step(step) => step,
            _ => 0,
        };
        self.until(|history| {
            let is_there = history.step == end || history.state == RunState::Stopped;
            is_there && history.state != RunState::Running
        });
    }

    /// Returns all numbers, those of an evaluation under way included.
    fn numbers(&mut self) -> Numbers {
        let checkpoint = self.source.checkpointer().expect("it has models").take(None, PATIENCE);
        self.until_handled();
        // When the evaluation of the start begins depends on the moment, too.
        self.until(|history| {
            let is_single = history.facts.as_deref().is_some_and(|facts| facts.single.is_some());
            let is_evaluated = history.arms.iter().all(|arm| arm.evaluation.is_some());
            history.step > 0 || is_single || is_evaluated
        });
        let arms = self.history.arms.iter().map(|arm| ArmProgress {
            eta: arm.eta,
            first_cost: arm.first_cost,
            evaluation: arm.evaluation.clone(),
            best: arm.best,
            gradient_factors: arm.gradient_factors.clone(),
            diverged: arm.diverged.clone(),
            ..ArmProgress::default()
        });
        let mut models = checkpoint.expect("the run answers").models;
        // Whether the evaluation of this step has begun depends on the moment.
        for training in models.iter_mut().filter_map(|model| model.training.as_mut()) {
            training.is_evaluated = false;
        }
        Numbers {
            step: self.history.step,
            epochs: self.history.epochs,
            models,
            arms: arms.collect(),
        }
    }

    fn line(&self) -> Result<String, String> {
        share(&self.history, &[], None).map(|shared| shared.line)
    }
}

/// Returns the run that a line leads to.
fn led_to(line: &str) -> SharedRun {
    let args = dashboard_of(&words(line));
    let mut run = SharedRun::of(&args);
    run.train_to(args.at.expect("the line names a position"));
    run
}

/// Shares a state, and checks that the line leads to the same one, which is shared by the same line. Returns the line.
fn check(run: &mut SharedRun) -> String {
    let expected = run.numbers();
    let line = run.line().expect("one line does it");
    let mut again = led_to(&line);
    assert_eq!(again.numbers(), expected, "{line}");
    assert_eq!(again.line(), Ok(line.clone()));
    assert_eq!(again.history.pace, run.history.pace);
    let title = |run: &SharedRun| run.history.facts.as_ref().map(|facts| facts.title.clone());
    assert_eq!(title(&again), title(run));
    line
}

fn run_of(line: &str) -> SharedRun {
    SharedRun::of(&dashboard_of(&words(line)))
}

/// Returns the command line of a scenario with those of the settings that it can have.
fn line_of(name: &str, typed: &[(String, String)]) -> String {
    let few =
        [("data.train", "40"), ("data.test", "20")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    let mut line = format!("xentviz {name}");
    for (key, value) in few.iter().chain(typed) {
        let longer = format!("{line} --set {}", quoted(&format!("{key}={value}")));
        if read(&dashboard_of(&words(&longer))).is_ok() {
            line = longer;
        }
    }
    line
}

/// Returns the number of states to try: many if asked for, else a few.
fn cases() -> u32 {
    if std::env::var("XENTVIZ_ALL_COURSES").is_ok() { 2000 } else { 40 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn a_shared_line_leads_to_the_same_bits_and_is_shared_again(
        which in any::<proptest::sample::Index>(),
        typed in vec(typed(), 0..5),
        commands in vec(command(), 0..4),
        (steps, back) in (0..160_u64, proptest::option::of(0..160_u64)),
    ) {
        let built_in: Vec<_> = catalogue().iter().filter(|one| one.name != "mnist").collect();
        let first = line_of(built_in[which.index(built_in.len())].name, &typed);
        let mut run = run_of(&first);
        for command in commands {
            // A start that trains at once is paused there.
            let trains = matches!(command, Command::StartAt { .. });
            run.send(command);
            if trains {
                run.send(Command::GoTo(TimeTarget::Start));
            }
        }
        run.until_handled();
        let end = run.history.clock().end_of_epoch(run.history.epochs);
        run.train_to(TimeTarget::Step(steps.min(end)));
        if let Some(back) = back {
            run.send(Command::GoTo(TimeTarget::Step(back.min(run.history.step))));
            run.until_handled();
        }
        check(&mut run);
    }

    #[test]
    fn a_shell_reads_a_quoted_argument_as_it_was(argument in "[^\\x00]{0,20}") {
        prop_assert_eq!(words(&quoted(&argument)), [argument]);
    }
}

#[test]
fn a_line_has_nothing_that_it_does_not_need() {
    for (line, steps, expected) in [
        ("xentviz", 120, "xentviz saturated --at 120"),
        ("xentviz xor --seed 7", 33, "xentviz xor --set seed=7 --at step=33"),
        ("xentviz and --set title=\"a & b\"", 4, "xentviz and --set 'title=a & b' --at 4"),
    ] {
        let mut run = run_of(line);
        run.train_to(TimeTarget::Step(steps));
        assert_eq!(check(&mut run), expected, "{line}");
    }
}

#[test]
fn a_run_that_goes_on_after_its_end_is_shared_with_more_epochs() {
    let mut run = run_of("xentviz and --epochs 5");
    run.train_to(TimeTarget::Epoch(5.0));
    run.send(Command::Epoch);
    run.until(|history| history.epoch() == 6 && history.state == RunState::Paused);
    assert_eq!(check(&mut run), "xentviz and --set epochs=5 --set training.epochs=10 --at 6");
    run.send(Command::GoTo(TimeTarget::Epoch(2.0)));
    run.until_handled();
    assert_eq!(check(&mut run), "xentviz and --set epochs=5 --at 2");

    let mut irregular = run_of("xentviz and --epochs 5 --evaluate 2");
    irregular.train_to(TimeTarget::Epoch(5.0));
    irregular.send(Command::Epoch);
    irregular.until(|history| history.epoch() == 6 && history.state == RunState::Paused);
    let why = irregular.line().expect_err("an evaluation was made at its end");
    assert!(why.contains("the number of epochs was set at step "), "{why}");
}

#[test]
fn a_run_whose_arms_have_all_diverged_is_shared_as_such() {
    let line = "xentviz saturated --set eta=0.8495486459378134 --set training.lambda=4.006018";
    let mut run = run_of(line);
    run.train_to(TimeTarget::Epoch(300.0));
    assert_eq!((run.history.state.clone(), run.history.step), (RunState::Stopped, 77));
    assert_eq!(check(&mut run), format!("{line} --at 78"));
}

#[test]
fn a_change_after_the_start_takes_more_than_a_line_and_one_before_it_does_not() {
    let eta = Command::Set(Setting::Eta { arm: 0, eta: 0.5 });
    let weight = Command::Set(Setting::Weight { arm: 1, at: (0, 0, 0), value: 0.5 });
    let linked = Command::Set(Setting::EtaMode { mode: EtaMode::Equal, arm: 0 });
    let evaluate = Command::SetKey { key: "evaluate".into(), value: "3".into() };
    for (change, step, words) in [
        (eta, 9, "η of quadratic was set at step 9"),
        (weight, 0, "a weight of cross-entropy was set at step 0"),
        (linked, 9, "equal η was set at step 9"),
        (evaluate, 9, "the interval of evaluations was set at step 9"),
    ] {
        let mut run = run_of("xentviz saturated");
        run.train_to(TimeTarget::Step(step));
        run.send(change);
        run.train_to(TimeTarget::Step(20));
        let why = run.line().expect_err("it takes more");
        assert!(why.starts_with(&format!("no line does it: {words}; ")), "{why}");
        let recording = Some(Path::new("/a folder/s.jsonl"));
        let shared = share(&run.history, &["--present".to_owned()], recording).expect("a replay");
        assert_eq!(shared.line, "xentviz replay '/a folder/s.jsonl' --present");
        assert_eq!(shared.why_replay.as_deref(), Some(words));
        // Before the change, the run is as it would be without it.
        if let Some(before) = step.checked_sub(1) {
            run.send(Command::GoTo(TimeTarget::Step(before)));
            run.until_handled();
            assert_eq!(check(&mut run), format!("xentviz saturated --at {before}"));
        }
    }
}

#[test]
fn a_branch_is_shared_if_it_begins_at_the_start() {
    let mut run = run_of("xentviz saturated");
    run.train_to(TimeTarget::Step(20));
    run.send(Command::GoTo(TimeTarget::Start));
    run.send(Command::Set(Setting::Eta { arm: 0, eta: 0.5 }));
    run.train_to(TimeTarget::Step(7));
    assert_eq!(check(&mut run), "xentviz saturated --set arm.quadratic.eta=0.5 --at 7");
    let trunk = crate::telemetry::BranchId(0);
    run.send(Command::SwitchBranch(trunk));
    run.until_handled();
    assert_eq!(check(&mut run), "xentviz saturated --at 20");
}

/// Returns a watched run that is begun by this line.
fn history(begin: Result<RunCommandLine, String>) -> History {
    let reproduction = Some(Arc::new(Reproduction { begin, later: None }));
    let facts = Some(Arc::new(RunFacts::default()));
    History { facts, reproduction, ..History::default() }
}

fn opened(scenario: &str, models: Option<&str>) -> RunCommandLine {
    let (scenario, models) = (scenario.to_owned(), models.map(str::to_owned));
    RunCommandLine { scenario, models, ..RunCommandLine::default() }
}

#[test]
fn a_name_is_never_taken_for_a_subcommand_or_a_flag() {
    let line = |name: &str| share(&history(Ok(opened(name, None))), &[], None).map(|it| it.line);
    for (name, expected) in [("list", "./list"), ("-x.toml", "./-x.toml"), ("~/a b", "'~/a b'")] {
        assert_eq!(line(name), Ok(format!("xentviz {expected} --at 0")));
    }
    assert!(line("two\nlines.toml").is_err_and(|why| why.contains("two\\nlines.toml has hidden")));
}

#[test]
fn a_run_from_models_names_them() {
    let models = Some("m-{arm}.json");
    let shared = share(&history(Ok(opened("xor", models))), &[], None).expect("a line");
    assert_eq!(shared.line, "xentviz xor --load 'm-{arm}.json' --at 0");
    let args = dashboard_of(&words(&shared.line));
    assert_eq!(args.load.as_deref(), models.map(Path::new));
}

#[test]
fn without_a_run_or_a_recording_the_reason_is_given() {
    assert!(share(&History::default(), &[], None).is_err());
    let why = share(&history(Err("it has begun elsewhere".to_owned())), &[], None);
    let expected =
        "no line does it: it has begun elsewhere; :save NAME keeps it, replay NAME.jsonl shows it";
    assert_eq!(why, Err(expected.to_owned()));
}

#[test]
fn a_position_is_read_as_goto_reads_it() {
    let at = |text: &str| {
        let args = Args::try_parse_from(["xentviz", "--at", text]);
        args.map(|args| args.dashboard.at).map_err(|refusal| refusal.to_string())
    };
    assert_eq!(at("120"), Ok(Some(TimeTarget::Epoch(120.0))));
    assert_eq!(at("step=300"), Ok(Some(TimeTarget::Step(300))));
    for wrong in ["end", "-1", "step", "nan", "step=-3"] {
        let refusal = at(wrong).expect_err("it is none");
        let named = refusal.contains("an epoch, as 12 or 2.5, or step=300 would do");
        assert!(named || wrong.starts_with('-'), "{refusal}");
    }
    let unused = Override::new("eta", "1", "--eta 1");
    assert_eq!(dashboard_of(&words("xentviz --eta 1")).changes.overrides(), [unused]);
}
