use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::termios::{LocalModes, tcgetattr};

use super::{Dashboard, Setting, run};
use crate::app::{App, Look};
use crate::cli::clock;
use crate::cli::dashboard::rhythm::Rhythm;
use crate::cli::options::Options;
use crate::cli::own_terminal::{ends_with_its_panic_told, is_own_terminal};
use crate::cli::scenario;
use crate::cli::settings::Settings;
use crate::cli::terminal::{Keyboard, Terminal};
use crate::experiment::{Override, Scenario, entries};
use crate::file::Opener;

fn options(open: Arc<Opener>) -> Options {
    Options {
        paused: false,
        settings: Settings::default(),
        sync: true,
        overrides: Vec::new(),
        open,
    }
}

fn scenario(name: &str, changes: Vec<Override>) -> Scenario {
    let nothing = |_: &Path| Err(ErrorKind::NotFound.into());
    scenario::read(name, changes, &nothing).expect("it is built in")
}

/// Whether the terminal still reads lines.
fn is_cooked() -> bool {
    let discipline = tcgetattr(std::io::stdout()).expect("a terminal");
    discipline.local_modes.contains(LocalModes::ICANON)
}

#[test]
#[ignore = "ends the process: run by the test below, in a terminal of its own"]
fn panics_where_it_trains() {
    if is_own_terminal() {
        let mnist = scenario("mnist", vec![Override::new("data.path", "nowhere", "a test")]);
        // The thread that trains is the one that has the data read. It waits for the screen.
        let open = |_: &Path| {
            while is_cooked() {
                thread::park_timeout(Duration::from_millis(1));
            }
            panic!("on purpose")
        };
        let status = run(mnist, &options(Arc::new(open)));
        unreachable!("a panic ends the program: {status:?}");
    }
}

#[test]
fn a_panic_where_it_trains_restores_the_terminal_and_says_why() {
    let told = ends_with_its_panic_told("cli::dashboard::tests::panics_where_it_trains");
    assert!(told.contains("the run could not be kept: it does not answer"), "{told}");
}

#[test]
#[ignore = "ends the process: run by the test below, in a terminal of its own"]
fn panics_where_it_draws() {
    if is_own_terminal() {
        let setting = Setting {
            app: App::new(Look::default(), entries()),
            keyboard: Keyboard::open().expect("a terminal"),
            keeps_escape: false,
            rhythm: Rhythm::new(30, None, clock::now()),
        };
        let options = options(Arc::new(|_: &Path| Err(ErrorKind::NotFound.into())));
        let terminal = Terminal::open().expect("a terminal");
        let (mut dashboard, _happenings) =
            Dashboard::open(scenario("saturated", Vec::new()), &options, terminal, setting)
                .expect("it can be opened");
        let run = dashboard.source.checkpointer();
        let has_begun = || {
            let taken = run.take(PathBuf::new(), Duration::from_secs(1));
            taken.is_ok_and(|it| it.models[0].steps > 0)
        };
        while !has_begun() {
            thread::park_timeout(Duration::from_millis(1));
        }
        let screen = &mut dashboard.screen;
        screen.frame((80, 24), (&mut Vec::new(), None), |_, _| panic!("on purpose"));
    }
}

#[test]
fn a_panic_where_it_draws_restores_the_terminal_says_why_and_keeps_the_run() {
    let told = ends_with_its_panic_told("cli::dashboard::tests::panics_where_it_draws");
    let (_, kept) = told.split_once("xentviz: the run is kept in ").expect("it is kept");
    assert!(kept.contains("/xentviz/cut-off/saturated\r\n"), "{kept}");
}
