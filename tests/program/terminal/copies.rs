//! Copies: the text goes to the terminal's clipboard, once and whole, or to a file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::pty::{PATIENCE, POLL_INTERVAL, Pty, Setup, dashboard, now, paused, quit};

/// The control sequence that fills the clipboard.
const CLIPBOARD: &str = "\x1b]52;";

/// The sentence of the view before the first step.
const SENTENCE: &str = "w = b = 2, target 0: quadratic stalls, cross-entropy does not.";

const SENT: &str = "sent to the terminal's clipboard";

/// Returns the texts that were sent to the clipboard.
fn sent(pty: &Pty) -> Vec<String> {
    let bytes = String::from_utf8_lossy(&pty.bytes).into_owned();
    let parts = bytes.split(CLIPBOARD).skip(1);
    let texts = parts.map(|part| {
        let code = part.strip_prefix("c;").and_then(|part| part.split('\x07').next());
        let text = STANDARD.decode(code.expect("a clipboard is named")).expect("base64");
        String::from_utf8(text).expect("text")
    });
    texts.collect()
}

#[test]
fn y_sends_the_readout_of_the_view_once() {
    let mut pty = paused();
    pty.expect("y", SENT);
    pty.wait_for_silence(Duration::from_millis(100));
    let [text] = &sent(&pty)[..] else { panic!("{:?}", sent(&pty)) };
    for line in ["seed 1", "step 0", "epoch 0/300", SENTENCE, "  η 0.15"] {
        assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
    }
    pty.expect("2", "x₁=xⱼ");
    pty.expect(":copy\r", SENT);
    assert!(sent(&pty)[1].contains("\nrow 1: x₁=xⱼ 1, z 4.0000, "), "{}", sent(&pty)[1]);
    quit(pty);
}

#[test]
fn share_sends_the_command_line() {
    let mut pty = paused();
    pty.expect(":share\r", SENT);
    pty.wait_for_silence(Duration::from_millis(100));
    assert_eq!(sent(&pty), ["xentviz saturated --at 0"]);
    quit(pty);
}

#[test]
fn a_copy_is_sent_even_if_q_follows_at_once() {
    let mut pty = paused();
    pty.type_keys("2yq");
    assert!(pty.wait_for_end().success());
    pty.wait_until_restored();
    let [text] = &sent(&pty)[..] else { panic!("{:?}", sent(&pty)) };
    assert!(text.contains("\nseed 1\n"), "{text}");
}

#[test]
fn nothing_else_touches_the_clipboard() {
    let mut pty = dashboard(&Setup::with_arguments(&["--mouse"]));
    for keys in ["sS+-c\t<>rRlmzZtGMM", "1", "2\rhjkl\x1b", "3\r", "\x1b", "4v", "?", "\x1b", "o"] {
        pty.type_keys(keys);
        pty.read_for(Duration::from_millis(50));
    }
    pty.type_keys("\x03");
    assert!(pty.wait_for_end().success());
    assert_eq!(sent(&pty), [""; 0]);
}

#[test]
fn a_terminal_without_a_clipboard_is_sent_nothing_and_a_file_is_offered() {
    for (name, value) in [("TERM", "linux"), ("TERM", "vt100"), ("STY", "1.pts-0")] {
        let folder = tempfile::tempdir().expect("a folder");
        let setup = Setup::with_arguments(&["--paused"]).within(folder.path()).with(name, value);
        let mut pty = dashboard(&setup);
        pty.expect("y", "this terminal has no clipboard; :copy FILE writes it to a file");
        pty.expect(":share\r", "this terminal has no clipboard; :share FILE writes it to a file");
        pty.type_keys("\x1b");
        pty.wait_until_gone(":share FILE");
        pty.expect(":copy duel.txt\r", "wrote duel.txt");
        let text = fs::read_to_string(folder.path().join("duel.txt")).expect("a file");
        assert!(text.contains(SENTENCE) && text.ends_with('\n'), "{text}");
        pty.expect(":copy duel.txt\r", "`:copy! duel.txt` replaces it");
        pty.type_keys("\x1b");
        pty.wait_until_gone("replaces it");
        assert_eq!(sent(&pty), [""; 0], "{name}={value}");
        quit(pty);
    }
}

/// Returns a dashboard that finds, in place of tmux, a program that records its arguments and its
/// input.
fn with_fake_tmux(environment: &str) -> (Pty, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let tmux = folder.path().join("tmux");
    let script_of_tmux = "#!/bin/sh\n{ echo \"$@\"; cat; } >part && mv part recorded\n";
    fs::write(&tmux, script_of_tmux).expect("a file can be written");
    fs::set_permissions(&tmux, fs::Permissions::from_mode(0o755)).expect("it can be run");
    let script = format!("export PATH=\"$PWD:$PATH\" {environment}; exec {{}} --paused");
    let mut pty = Setup::with_script(&script).within(folder.path()).start();
    pty.wait_for_text(SENTENCE);
    (pty, folder)
}

#[test]
fn inside_tmux_a_copy_goes_to_tmux_as_well() {
    let (mut pty, folder) = with_fake_tmux("TMUX=/tmp/tmux-1/default,1,0");
    pty.expect("y", SENT);
    let (recorded, until) = (folder.path().join("recorded"), now() + PATIENCE);
    while !recorded.exists() {
        assert!(now() < until, "tmux is never called");
        pty.read_for(POLL_INTERVAL);
    }
    let recorded = fs::read_to_string(recorded).expect("a file");
    let (call, text) = recorded.split_once('\n').expect("a line");
    assert_eq!((call, [text.to_owned()]), ("load-buffer -w -", sent(&pty).try_into().unwrap()));
    quit(pty);
}

#[test]
fn outside_tmux_tmux_is_never_called() {
    let (mut pty, folder) = with_fake_tmux("TMUX=");
    pty.expect("y", SENT);
    pty.wait_for_silence(Duration::from_millis(300));
    quit(pty);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}
