//! What a person may set before the first step of a run.

use proptest::prelude::{Just, Strategy, any, prop_oneof};

use crate::telemetry::{Command, EtaMode, Pace, Setting};

/// A setting to type on the command line: a key and a value.
pub(super) fn typed() -> impl Strategy<Value = (String, String)> {
    let eta = || (1..5000_u32).prop_map(|n| (f64::from(n) / 997.0).to_string());
    let own = |key: &str, value: String| (key.to_owned(), value);
    prop_oneof![
        any::<u32>().prop_map(move |seed| own("seed", seed.to_string())),
        eta().prop_map(move |eta| own("eta", eta)),
        eta().prop_map(move |eta| own("training.eta", eta)),
        eta().prop_map(move |eta| own("arm.quadratic.eta", eta)),
        eta().prop_map(move |eta| own("arm.cross-entropy.eta", eta)),
        eta().prop_map(move |lambda| own("training.lambda", lambda)),
        (1..20_u8).prop_map(move |batch| own("batch", batch.to_string())),
        (0..4_u8).prop_map(move |epochs| own("evaluate", epochs.to_string())),
        (1..30_u8).prop_map(move |epochs| own("epochs", epochs.to_string())),
        (1..500_u16).prop_map(move |pace| own("pace", pace.to_string())),
        "[ -~é'\"$`\\\\]{1,12}".prop_map(move |title| own("title", title)),
        Just(own("precision", "f32".to_owned())),
        Just(own("precision", "f64".to_owned())),
        Just(own("training.shuffle", "false".to_owned())),
        Just(own("network.init", "large".to_owned())),
        Just(own("data.noise", "0.25".to_owned())),
        Just(own("network.weights", "[[[0.5]]]".to_owned())),
    ]
}

/// A command at the start of a run, which a line can have.
pub(super) fn command() -> impl Strategy<Value = Command> {
    let key = |key: &str, value: String| Command::SetKey { key: key.to_owned(), value };
    let rate = || (1..400_u16).prop_map(|n| f64::from(n) / 99.0);
    let modes = prop_oneof![Just(EtaMode::Own), Just(EtaMode::Equal), Just(EtaMode::Calibrated)];
    prop_oneof![
        (0..2_usize, rate()).prop_map(|(arm, eta)| Command::Set(Setting::Eta { arm, eta })),
        (modes, 0..2_usize).prop_map(|(mode, arm)| Command::Set(Setting::EtaMode { mode, arm })),
        rate().prop_map(move |eta| key("eta", eta.to_string())),
        (0..4_u8).prop_map(move |epochs| key("evaluate", epochs.to_string())),
        (20..40_u8).prop_map(move |epochs| key("epochs", epochs.to_string())),
        rate().prop_map(move |lambda| key("training.lambda", lambda.to_string())),
        "[a-z' ]{1,9}".prop_map(move |title| key("title", title)),
        rate().prop_map(|pace| Command::Pace(Pace::Epochs(pace))),
        Just(Command::Pace(Pace::Max)),
        Just(Command::NewSeed),
        Just(Command::Reset),
        (rate(), rate()).prop_map(|(w, bias)| Command::StartAt { weights: vec![w], bias }),
    ]
}
