//! Sessions that are written read back to the same events; what else a file may hold is refused or read up to its end.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Session, SessionError};
use crate::scenario::{SessionWriter, find};
use crate::telemetry::{
    BranchId, EtaMode, ExampleEdit, LogAction, LogEvent, Pace, RunIdentity, Setting, TimedEvent,
};

fn began(name: &str, checksum: Option<u64>) -> LogAction {
    let scenario = find(name).expect("it is built in").text.to_owned();
    let arms = vec!["quadratic".to_owned(), "cross-entropy".to_owned()];
    let models = checksum.map(|_| "/a/\"model\"-{arm}.json".to_owned());
    LogAction::Began(Arc::new(RunIdentity {
        name: name.to_owned(),
        scenario,
        arms,
        models,
        checksum,
    }))
}

fn written(events: &[TimedEvent]) -> String {
    let mut writer = SessionWriter::default();
    let lines = events.iter().filter_map(|event| writer.line(event));
    SessionWriter::header("0.1.0", Some("other.jsonl")) + &lines.collect::<String>()
}

fn read(text: &[u8]) -> Result<Session, SessionError> {
    Session::read(text, "s.jsonl")
}

fn at(step: u64, action: LogAction) -> TimedEvent {
    TimedEvent { at: step as f64 / 8.0, event: LogEvent { step, action } }
}

/// Returns the error of a session that begins in order and then holds these lines.
fn refusal(lines: &str) -> String {
    let text = written(&[at(0, began("saturated", None))]) + lines;
    read(text.as_bytes()).expect_err("it is refused").to_string()
}

fn number() -> impl Strategy<Value = f64> {
    any::<f64>().prop_filter("JSON has no other numbers", |number| number.is_finite())
}

fn place() -> impl Strategy<Value = [f64; 2]> {
    (number(), number()).prop_map(|(across, up)| [across, up])
}

fn action() -> impl Strategy<Value = LogAction> {
    let arm = 0..2_usize;
    prop_oneof![
        (arm.clone(), number()).prop_map(|(arm, eta)| Setting::Eta { arm, eta }),
        (arm.clone(), any::<(usize, usize, usize)>(), number())
            .prop_map(|(arm, at, value)| Setting::Weight { arm, at, value }),
        (arm, 0..3_usize).prop_map(|(arm, mode)| {
            let mode = [EtaMode::Own, EtaMode::Equal, EtaMode::Calibrated][mode];
            Setting::EtaMode { mode, arm }
        }),
        any::<u64>().prop_map(Setting::Epochs),
        any::<u64>().prop_map(Setting::Evaluate),
        (place(), any::<u32>())
            .prop_map(|(at, class)| Setting::Examples(ExampleEdit::Add { at, class })),
        (place(), place()).prop_map(|(from, to)| Setting::Examples(ExampleEdit::Move { from, to })),
        place().prop_map(|at| Setting::Examples(ExampleEdit::Remove { at })),
    ]
    .prop_map(|setting| LogAction::Changed(BranchId(0), setting))
    .boxed()
    .prop_union(
        prop_oneof![
            any::<u64>().prop_map(LogAction::WentTo),
            Just(LogAction::Runs),
            Just(LogAction::Pauses),
            Just(LogAction::Reached),
            Just(LogAction::Paced(Pace::Max)),
            (1e-300..1e300).prop_map(|pace| LogAction::Paced(Pace::Epochs(pace))),
            Just(LogAction::Switched(BranchId(0))),
            any::<(String, String)>().prop_map(|(key, value)| LogAction::Edited { key, value }),
        ]
        .boxed(),
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_back_to_the_same_bits(
        events in proptest::collection::vec((any::<u64>(), 0..1_000_000_u32, action()), 0..40),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut all = vec![at(0, began("saturated", Some(7)))];
        all.extend(events.into_iter().map(|(step, at, action)| TimedEvent {
            at: f64::from(at) / 1000.0,
            event: LogEvent { step, action },
        }));
        let text = written(&all);
        let session = read(text.as_bytes()).expect("it is whole");
        prop_assert_eq!(&session.events, &all);
        prop_assert_eq!(session.resumes.as_deref(), Some("other.jsonl"));
        // Cut off anywhere, it is read up to the last whole line, or is refused for want of a run.
        let cut = cut.index(text.len());
        let cut = &text.as_bytes()[..cut];
        let ends = cut.split(|byte| *byte == b'\n').count() - 1;
        match read(cut) {
            Ok(session) => {
                prop_assert!(session.events.len() + 1 >= ends);
                prop_assert!(all.starts_with(&session.events));
            }
            Err(_) => prop_assert!(ends < 2),
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        place in any::<proptest::sample::Index>(),
    ) {
        drop(read(&bytes));
        let whole = written(&[at(0, began("saturated", None)), at(9, LogAction::Runs)]);
        let mut damaged = whole.into_bytes();
        let place = place.index(damaged.len());
        damaged.splice(place..(place + bytes.len()).min(damaged.len()), bytes);
        drop(read(&damaged));
    }
}

#[test]
fn branches_and_a_second_run_read_back() {
    let setting = Setting::Eta { arm: 1, eta: 0.1 };
    let branch = BranchId(1);
    let events = [
        at(0, began("saturated", None)),
        at(90, LogAction::WentTo(40)),
        at(40, LogAction::Forked { branch, parent: BranchId(0) }),
        at(40, LogAction::Changed(branch, setting)),
        at(50, LogAction::Switched(BranchId(0))),
        at(90, LogAction::Dropped(branch)),
        at(0, began("mild", Some(u64::MAX))),
        at(3, LogAction::Reached),
        at(3, LogAction::Ended),
    ];
    let session = read(written(&events).as_bytes()).expect("it is whole");
    assert_eq!(session.events, events);
    assert_eq!(session.last_run(), &events[6..]);
    assert!(session.is_ended);
}

#[test]
fn each_kind_of_foreign_file_has_one_clear_error() {
    let of = |text: &str| read(text.as_bytes()).expect_err("it is refused").to_string();
    let foreign = "s.jsonl:1: found no recording of xentviz; a file that xentviz --record has written would do";
    for text in ["", "\n", "{}", "[data]\nkind = \"table\"\n", "{\"arm\": \"quadratic\"}\n"] {
        assert_eq!(of(text), foreign, "{text}");
    }
    assert_eq!(
        of("{\"xentviz\": \"9.0.0\", \"format\": 2, \"news\": 1}\n"),
        "s.jsonl:1: found format 2 of xentviz 9.0.0; format 1, which this version reads, would do"
    );
    let header = SessionWriter::header("0.1.0", None);
    assert_eq!(
        of(&header),
        "s.jsonl:2: found the end of the file; a line that begins a run would do"
    );
    assert_eq!(
        of(&format!("{header}{{\"at\":0,\"step\":0}}\n")),
        "s.jsonl:2: found an event before a run; a line that begins one would do"
    );
    let scenario = "{\"at\":0,\"step\":0,\"begin\":1,\"name\":\"a\",\"scenario\":\"seed = 1\"}\n";
    assert!(of(&(header + scenario)).starts_with("s.jsonl:2: found a:"));
}

#[test]
fn what_cannot_have_happened_is_refused_with_its_line() {
    for (line, expected) in [
        ("{\"at\":1,\"step\":1,\"switch\":1}", "found branch 1; a branch that has begun"),
        ("{\"at\":1,\"step\":1,\"fork\":2,\"from\":0}", "found branch 2; branch 1, the next one,"),
        ("{\"at\":-1,\"step\":1}", "found at = -1; the seconds since the start"),
        ("{\"at\":1,\"step\":1,\"pace\":0}", "found pace 0; epochs per second, above 0, or"),
        (
            "{\"at\":1,\"step\":1,\"set\":{\"arm\":\"x\",\"eta\":1}}",
            "found the arm \"x\"; one of quadratic, cross-entropy would do",
        ),
        ("{\"at\":1,\"step\":1,\"set\":{}}", "found no setting; eta, etas, weight, epochs, "),
        (
            "{\"at\":1,\"step\":1,\"runs\":true,\"goto\":1}",
            "found keys that do not belong together",
        ),
        ("{\"at\":1,\"step\":1,\"begin\":3}", "found a run without its scenario"),
        ("{\"at\":1,\"step\":1,\"new\":3}", "found what is no line of a recording: unknown field"),
    ] {
        let found = refusal(&format!("{line}\n"));
        assert!(found.starts_with(&format!("s.jsonl:3: {expected}")), "{line}: {found}");
    }
    // A damaged line within the file is none that was cut off.
    let found = refusal("{\"at\":1,\n{\"at\":1,\"step\":1}\n");
    assert!(found.starts_with("s.jsonl:3: found what is no line of a recording"), "{found}");
}

#[test]
fn a_line_without_end_takes_little_memory() {
    struct Endless;
    impl std::io::Read for Endless {
        fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
            bytes.fill(b' ');
            Ok(bytes.len())
        }
    }
    let error = Session::read(std::io::BufReader::new(Endless), "/dev/zero").expect_err("it ends");
    let expected = "/dev/zero:1: found a line of more than 16 MiB; shorter ones would do";
    assert_eq!(error.to_string(), expected);
}
