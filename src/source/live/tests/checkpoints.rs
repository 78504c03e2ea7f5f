//! What is kept of a live run that is cut off.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{PATIENCE, Watched, scenario, trained, weights};
use crate::experiment::{DataSpec, Scenario};
use crate::file::Opened;
use crate::source::NoCheckpoint;
use crate::telemetry::{Command, RunState, Setting};

#[test]
fn a_checkpoint_is_the_run_as_it_is_whatever_it_is_doing() {
    let ended = scenario("xor", &[("epochs", "40"), ("pace", "max")]);
    let expected = trained(&ended);
    let mut run = Watched::start(ended, false);
    run.until_state(&RunState::Finished);
    let taken = |run: &Watched| {
        run.source.checkpointer().take(PathBuf::new(), PATIENCE).expect("it has a run")
    };
    let checkpoint = taken(&run);
    assert_eq!(checkpoint.name, "xor");
    assert_eq!(weights(checkpoint), expected);
    for pace in ["max", "0.2"] {
        let endless = scenario("xor", &[("epochs", "1000000000"), ("pace", pace)]);
        let mut run = Watched::start(endless.clone(), false);
        run.until("a step", |history, _| history.step > 0);
        run.source.send(Command::Set(Setting::Eta { arm: 0, eta: 0.25 }));
        run.until("the new rate", |_, notices| !notices.is_empty());
        let (one, other) = (taken(&run), taken(&run));
        assert!(one.models[0].steps <= other.models[0].steps);
        assert_eq!(one.models[0].eta, 0.25);
        let read = Scenario::read(&one.scenario, "xor", &[]).expect("it can be read");
        assert_eq!((read.arms[0].eta, read.arms[1].eta), (0.25, endless.arms[1].eta));
    }
}

#[test]
fn without_a_run_there_is_no_checkpoint_and_no_waiting_for_one() {
    let mnist = scenario("mnist", &[("data.path", "nowhere")]);
    let mut run = Watched::start(mnist, false);
    run.until("why", |history, _| matches!(history.state, RunState::Failed(_)));
    let taken = run.source.checkpointer().take(PathBuf::new(), PATIENCE);
    assert_eq!(taken, Err(NoCheckpoint::NoRun), "and not that it does not answer");
}

#[test]
fn a_checkpoint_finds_its_data_from_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("points.csv");
    std::fs::write(&path, "0,0,1\n1,1,0\n").expect("a file");
    let text = "[data]\nkind = \"csv\"\npath = \"points.csv\"\n[network]\nlayers = [2, 1]\n\
        [training]\nepochs = 9\nbatch = 1\neta = 1\n[[arm]]\nname = \"one\"\ncost = \"quadratic\"\n";
    let scenario = Scenario::read(text, "mine", &[]).expect("a scenario");
    let here = folder.path().to_owned();
    let open = move |name: &Path| Ok(Opened::new(File::open(here.join(name))?, None));
    let mut run = Watched::reading(scenario, false, Arc::new(open));
    run.until_state(&RunState::Finished);
    let taken = run.source.checkpointer().take(folder.path().to_owned(), PATIENCE);
    let kept = Scenario::read(&taken.expect("it has a run").scenario, "kept", &[]).expect("one");
    let DataSpec::Csv { path: said, .. } = kept.data else { panic!("it is another kind") };
    assert_eq!(Path::new(&said), path);
}
