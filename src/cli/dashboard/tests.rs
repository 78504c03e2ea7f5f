mod frames;
mod noise;

use std::alloc::{Layout, handle_alloc_error};
use std::hint::black_box;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::termios::{LocalModes, tcgetattr};

use super::{Dashboard, ScreenSetup, run};
use crate::app::App;
use crate::canvas::Appearance;
use crate::cli::clock;
use crate::cli::dashboard::frame_scheduler::FrameScheduler;
use crate::cli::environment;
use crate::cli::options::{FirstState, Options, RecordingOptions};
use crate::cli::pty_child::{is_own_terminal, panic_output, run_to_its_end};
use crate::cli::recording::state_target;
use crate::cli::scenario;
use crate::cli::settings::Settings;
use crate::cli::time_limits::patience;
use crate::file::Opener;
use crate::scenario::{Override, Scenario, entries};
use crate::terminal::{FrameOutput, Keyboard, LoneEscape, Terminal};
use crate::text::visible_lines;

fn options(open: Arc<Opener>) -> Options {
    Options {
        start: None,
        first: FirstState::Running,
        prints_share: false,
        present: false,
        settings: Settings::default(),
        sync: true,
        overrides: Vec::new(),
        open,
        recording: RecordingOptions {
            target: state_target(&environment::environment),
            resumes: None,
            script: None,
            plays: None,
        },
    }
}

fn scenario(name: &str, changes: Vec<Override>) -> Scenario {
    let nothing = |_: &Path| Err(ErrorKind::NotFound.into());
    scenario::read(name, changes, &nothing).expect("the scenario is built in")
}

/// Returns whether the terminal is still in line mode.
fn is_cooked() -> bool {
    let discipline = tcgetattr(std::io::stdout()).expect("a terminal");
    discipline.local_modes.contains(LocalModes::ICANON)
}

#[test]
#[ignore = "ends the process: run by the test below, in its own terminal"]
fn panics_where_it_loads() {
    if is_own_terminal() {
        let mnist = scenario("mnist", vec![Override::new("data.path", "nowhere", "a test")]);
        // Waits until the screen is up.
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
fn a_panic_while_loading_restores_the_terminal_and_prints_the_reason() {
    let output = panic_output("cli::dashboard::tests::panics_where_it_loads");
    assert!(!output.contains("this session"), "nothing is lost: {output}");
}

/// Returns a dashboard whose run has taken a step.
fn under_way() -> Dashboard {
    let setup = ScreenSetup {
        app: App::new(Appearance::default(), entries()),
        keyboard: Keyboard::open().expect("a terminal"),
        lone_escape: LoneEscape::Sent,
        frame_scheduler: FrameScheduler::new(30, None, clock::now()),
    };
    let options = options(Arc::new(|_: &Path| Err(ErrorKind::NotFound.into())));
    let terminal = Terminal::open(patience, visible_lines).expect("a terminal");
    let (dashboard, _receiver) =
        Dashboard::open(scenario("saturated", Vec::new()), &options, terminal, setup)
            .expect("the dashboard opens");
    let run = dashboard.source.checkpointer().expect("it has models");
    let has_begun = || {
        let taken = run.take(None, Duration::from_secs(1));
        taken.is_ok_and(|it| it.models[0].steps > 0)
    };
    while !has_begun() {
        thread::park_timeout(Duration::from_millis(1));
    }
    dashboard
}

#[test]
#[ignore = "ends the process: run by the test below, in its own terminal"]
fn panics_where_it_draws() {
    if is_own_terminal() {
        let screen = &mut under_way().screen;
        screen.frame((80, 24), FrameOutput { bytes: &mut Vec::new(), most: None }, |_, _| {
            panic!("on purpose")
        });
    }
}

#[test]
fn a_panic_while_drawing_restores_the_terminal_prints_the_reason_and_keeps_the_session() {
    let output = panic_output("cli::dashboard::tests::panics_where_it_draws");
    assert!(output.contains("xentviz: xentviz resume goes on with this session\r\n"), "{output}");
}

#[test]
#[ignore = "ends the process: run by the test below, in its own terminal"]
fn runs_out_of_memory() {
    if is_own_terminal() {
        let _dashboard = under_way();
        let layout = Layout::from_size_align(1 << 40, 8).expect("a layout");
        let _ = thread::spawn(move || handle_alloc_error(layout)).join();
    }
}

#[test]
fn running_out_of_memory_restores_the_terminal_and_keeps_the_session() {
    let ended = run_to_its_end("cli::dashboard::tests::runs_out_of_memory");
    assert!(ended.status.signal().is_some_and(|name| name.starts_with("Aborted")));
    let output = ended.down;
    assert!(output.contains("memory allocation of 1099511627776 bytes failed"), "{output}");
    assert!(output.contains("xentviz: ended by SIGABRT"), "{output}");
    assert!(output.contains("xentviz resume goes on with this session"), "{output}");
}

#[test]
#[ignore = "ends the process: run by the test below, in its own terminal"]
fn overflows_its_stack() {
    /// Recurses until the stack overflows.
    fn deeper(depth: u64) -> u64 {
        let room = [depth; 64];
        if black_box(depth) == u64::MAX { 0 } else { deeper(depth + 1) + black_box(room)[1] }
    }
    if is_own_terminal() {
        let _dashboard = under_way();
        let _ = thread::spawn(|| deeper(0)).join();
    }
}

#[test]
fn a_stack_overflow_restores_the_terminal_and_keeps_the_session() {
    let ended = run_to_its_end("cli::dashboard::tests::overflows_its_stack");
    assert!(ended.status.signal().is_some_and(|name| name.starts_with("Segmentation")));
    let output = ended.down;
    assert!(output.contains("xentviz: ended by SIGSEGV"), "{output}");
    assert!(output.contains("xentviz resume goes on with this session"), "{output}");
}
