//! A run in the dashboard that is cut off: what is saved of it, for how long, and how it is
//! continued.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::Signal;
use tempfile::TempDir;
use xentviz::testing::file::InputFile;
use xentviz::testing::report::read_model_tensors;

use crate::pty::{Pty, Setup, quit};

/// Returns a dashboard whose run is saved in the folder if it is cut off.
fn at_risk(begin: &str, arguments: &str) -> (Pty, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let pty = at_risk_in(folder.path(), begin, arguments);
    (pty, folder)
}

fn at_risk_in(folder: &Path, begin: &str, arguments: &str) -> Pty {
    let script = format!("export XDG_STATE_HOME=\"$PWD\"; {begin} exec {{}} {arguments}");
    let mut pty = Setup::with_script(&script).within(folder).start();
    pty.wait_for_text("cross-entropy");
    pty
}

fn wait_for_a_step(pty: &mut Pty) {
    pty.wait_for("a step", |screen| {
        let text = screen.contents();
        text.contains("epoch ") && !text.contains("epoch   0/")
    });
}

/// Returns the folder of the saved runs.
fn saved_runs(folder: &TempDir) -> PathBuf {
    folder.path().join("xentviz/cut-off")
}

/// Returns the names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let entries = fs::read_dir(folder).into_iter().flatten().map(name);
    let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Returns the steps of the saved networks, if the run is saved completely.
fn saved_steps(run_folder: &Path, scenario: &str) -> Option<u64> {
    let toml = fs::read_to_string(run_folder.join(format!("{scenario}.toml"))).ok()?;
    assert!(toml.contains("cost = \"cross-entropy\""), "{toml}");
    let arms = ["quadratic", "cross-entropy"].map(|arm| {
        let bytes =
            fs::read(run_folder.join(format!("{scenario}-{arm}.safetensors"))).expect("a model");
        read_model_tensors(InputFile::from(&bytes[..])).expect("it is whole").model.steps
    });
    assert_eq!(arms[0], arms[1], "they are of the same step");
    let shown = names(run_folder).into_iter().filter(|name| !name.starts_with('.')).count();
    assert_eq!(shown, 3, "there is nothing else");
    Some(arms[0])
}

/// Trains without a screen in a folder, with these arguments.
fn run_in(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xentviz"));
    command.arg("run").args(arguments).current_dir(folder);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_run_whose_connection_is_lost_is_saved() {
    for (begin, arguments) in [("", ""), ("trap '' HUP;", ""), ("", "circle --pace max")] {
        let name = arguments.split(' ').next().filter(|name| !name.is_empty());
        for signal in [None, Some(Signal::HUP), Some(Signal::TERM)] {
            if !begin.is_empty() && signal.is_some() {
                continue;
            }
            let (mut pty, folder) = at_risk(begin, arguments);
            wait_for_a_step(&mut pty);
            match signal {
                None => pty.hang_up(),
                Some(signal) => pty.signal(signal),
            }
            pty.wait_for_end();
            let name = name.unwrap_or("saturated");
            let steps = saved_steps(&saved_runs(&folder).join(name), name);
            assert!(steps.is_some_and(|steps| steps > 0), "{begin} {arguments} {signal:?}");
            if signal == Some(Signal::TERM) {
                pty.wait_for_text("the run is kept in");
            }
        }
    }
}

#[test]
fn a_run_that_the_user_quits_or_that_has_not_begun_is_not_saved() {
    for key in ["q", "\x03"] {
        // On a busy machine the session may be open for long enough to be worth recording.
        let (mut pty, folder) = at_risk("", "--no-record");
        wait_for_a_step(&mut pty);
        pty.type_keys(key);
        pty.wait_for_end();
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }
    let (mut pty, folder) = at_risk("", "--paused");
    pty.hang_up();
    pty.wait_for_end();
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn twenty_dashboards_that_are_cut_off_at_once_are_all_saved_in_the_folders_they_print() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = |_| at_risk_in(folder.path(), "export RAYON_NUM_THREADS=1;", "");
    let mut ptys: Vec<Pty> = (0..20).map(start).collect();
    ptys.iter_mut().for_each(wait_for_a_step);
    for pty in &ptys {
        pty.signal(Signal::TERM);
    }
    let mut folders = Vec::new();
    for pty in &mut ptys {
        pty.wait_for_end();
        // The path may take more than one row.
        let text = pty.text().replace('\n', "");
        let (_, rest) = text.split_once("the run is kept in ").expect("the folder is printed");
        folders.push(PathBuf::from(rest.split_whitespace().next().expect("a path")));
    }
    folders.sort();
    folders.dedup();
    assert_eq!(folders.len(), 20, "each has a folder of its own");
    assert!(folders.iter().all(|run_folder| saved_steps(run_folder, "saturated").is_some()));
    assert_eq!(names(&saved_runs(&folder)).len(), 20, "nothing else is left there");
}

#[test]
fn only_the_user_can_read_saved_runs_whatever_the_umask() {
    for umask in ["000", "022", "277"] {
        let (mut pty, folder) = at_risk(&format!("umask {umask};"), "");
        wait_for_a_step(&mut pty);
        pty.signal(Signal::TERM);
        pty.wait_for_end();
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode();
        let run_folder = saved_runs(&folder).join("saturated");
        for path in [&folder.path().join("xentviz"), &saved_runs(&folder), &run_folder] {
            assert_eq!(mode(path) & 0o777, 0o700, "{umask}: {}", path.display());
        }
        for name in names(&run_folder) {
            assert_eq!(mode(&run_folder.join(&name)) & 0o777, 0o600, "{umask}: {name}");
        }
    }
}

#[test]
fn a_run_that_cannot_be_saved_is_reported_with_a_remedy() {
    let script = "unset HOME XDG_STATE_HOME; exec {}";
    let mut pty = Setup::with_script(script).start();
    wait_for_a_step(&mut pty);
    pty.signal(Signal::TERM);
    pty.wait_for_end();
    pty.wait_for_text(
        "the run could not be kept: there is no folder for it; HOME or XDG_STATE_HOME",
    );
}

#[test]
fn a_run_is_continued_as_the_readme_describes_and_the_saved_files_stay() {
    let (mut pty, folder) = at_risk("", "");
    wait_for_a_step(&mut pty);
    pty.signal(Signal::HUP);
    pty.wait_for_end();
    let run_folder = saved_runs(&folder).join("saturated");
    let models = "saturated-{arm}.safetensors";
    run_in(&run_folder, &["saturated.toml", "--load", models, "--save", models, "--resume"]);
    let is_there = |name: &str| run_folder.join(name).exists();
    assert!(is_there("saturated-quadratic.safetensors") && is_there("saturated.toml"));
}

#[test]
fn a_run_that_is_cut_off_and_continued_ends_with_the_networks_of_one_that_was_not() {
    for (name, arguments) in [("saturated", "saturated"), ("circle", "circle --pace max")] {
        let (mut pty, folder) = at_risk("", arguments);
        wait_for_a_step(&mut pty);
        pty.signal(Signal::TERM);
        pty.wait_for_end();
        let run_folder = saved_runs(&folder).join(name);
        let toml = format!("{name}.toml");
        // Beyond the step at which it was cut off, because an arm may have been ahead.
        let steps = saved_steps(&run_folder, name).expect("it is saved");
        let epochs = (steps + 300).to_string();
        let models = format!("{name}-{{arm}}.safetensors");
        let end = "end-{arm}.safetensors";
        let load = ["--load", &models, "--resume"];
        run_in(&run_folder, &[&[&toml, "--save", end, "--epochs", &epochs], &load[..]].concat());
        run_in(&run_folder, &[&toml, "--save", "whole-{arm}.safetensors", "--epochs", &epochs]);
        for arm in ["quadratic", "cross-entropy"] {
            let [end, whole] = ["end", "whole"]
                .map(|part| fs::read(run_folder.join(format!("{part}-{arm}.safetensors"))));
            assert!(end.expect("a model") == whole.expect("a model"), "{name}: {arm} differs");
        }
    }
}

#[test]
fn the_next_dashboard_reports_once_a_run_that_was_cut_off_and_not_recorded() {
    let (mut pty, folder) = at_risk("", "--no-record");
    wait_for_a_step(&mut pty);
    pty.signal(Signal::HUP);
    pty.wait_for_end();
    let other = at_risk_in(folder.path(), "", "xor --paused");
    quit(other);
    let mut next = at_risk_in(folder.path(), "", "--paused");
    next.wait_for_text("cut off just now, kept in /");
    next.type_keys("q");
    next.wait_for_end();
    next.wait_until_restored();
    // The longest row of the terminal may have been wrapped.
    let left = next.text().replace('\n', "");
    let (_, command) =
        left.split_once("saturated was cut off just now and is kept; to go on:").expect(&left);
    let program = Path::new(env!("CARGO_BIN_EXE_xentviz")).parent().expect("it has a folder");
    let script = format!("PATH=\"{}:$PATH\"; {}", program.display(), command.trim());
    let resumed = Command::new("sh").args(["-c", &script]).output().expect("a shell runs");
    let table = String::from_utf8_lossy(&resumed.stdout).into_owned();
    assert!(resumed.status.success() && table.contains("cross-entropy     300"), "{resumed:?}");
    let mut last = at_risk_in(folder.path(), "", "--paused");
    // The effect of a key is drawn after everything that was there at the start.
    last.expect("M", "the mouse chooses what");
    assert!(!String::from_utf8_lossy(&last.bytes).contains("cut off"));
    quit(last);
}

#[test]
fn links_and_files_that_the_user_put_there_are_unchanged() {
    let (mut pty, folder) = at_risk("", "--paused");
    let mine = folder.path().join("mine");
    fs::create_dir_all(saved_runs(&folder)).expect("a folder");
    fs::create_dir(&mine).expect("a folder");
    for name in ["saturated.toml", "saturated-notes.json", ".xentviz-manifest"] {
        fs::write(mine.join(name), "mine").expect("a file");
    }
    symlink(&mine, saved_runs(&folder).join("saturated")).expect("a link");
    for number in 2..12 {
        let old = saved_runs(&folder).join(format!("saturated-{number}"));
        fs::create_dir(&old).expect("a folder");
        fs::write(old.join("saturated.toml"), "mine").expect("a file");
    }
    pty.type_keys(" ");
    wait_for_a_step(&mut pty);
    pty.signal(Signal::TERM);
    pty.wait_for_end();
    assert_eq!(names(&mine).len(), 3);
    assert_eq!(names(&saved_runs(&folder)).len(), 12);
    assert!(saved_steps(&saved_runs(&folder).join("saturated-12"), "saturated").is_some());
}
