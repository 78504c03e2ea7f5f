//! Reads a scenario's tables into a [`Scenario`], key by key.

use toml::Table;

use crate::data::MOST_EXAMPLES;
use crate::nn::Precision;
use crate::scenario::data_kind::DataKind;
use crate::scenario::fit;
use crate::scenario::parse_arm::{Base, arm};
use crate::scenario::refusal::{Refusal, Spot};
use crate::scenario::spec::{DataSpec, MOST_SEED, Pictures, Said, Scenario, Training};
use crate::scenario::table::{Keys, count, either};
use crate::telemetry::Pace;

const ROOT_KEYS: &[&str] =
    &["title", "summary", "seed", "precision", "data", "network", "training", "arm"];
const DATA_KEYS: &[&str] = &["kind", "inputs", "targets", "train", "test", "noise", "path"];
const NETWORK_KEYS: &[&str] = &["layers", "hidden", "output", "init", "weights", "biases"];
const TRAINING_KEYS: &[&str] = &["epochs", "batch", "eta", "shuffle", "lambda", "pace", "evaluate"];

/// The most arms that a screen can tell apart.
const MOST_ARMS: usize = 4;

/// The most epochs: with the most mini-batches an epoch can have, steps still fit in 64 bits.
pub(crate) const MOST_EPOCHS: u64 = 1_000_000_000_000;

/// The paces that a clock can keep, in epochs a second.
const PACE_RANGE: std::ops::RangeInclusive<f64> = 0.001..=1_000_000.0;

/// Reads a scenario from its table.
pub(super) fn scenario(root: &Table, origin: &str) -> Result<Scenario, Refusal> {
    let root = Keys::new(root, Spot::default());
    root.only(ROOT_KEYS)?;
    let title = root.text("title")?.unwrap_or_else(|| stem(origin).to_owned());
    let precisions = [Precision::F32, Precision::F64].map(|p| (p.name(), p));
    let data = data(&root.table("data")?)?;
    let network = root.table("network")?;
    network.only(NETWORK_KEYS)?;
    let training = root.table("training")?;
    training.only(TRAINING_KEYS)?;
    let base = Base::read(&network, &training)?;
    let tables = root.tables("arm")?;
    if tables.is_empty() || tables.len() > MOST_ARMS {
        let found = format!("found {}", count(tables.len(), "arm"));
        return Err(root.refuse("arm", &found, "1 to 4 tables headed [[arm]] would do"));
    }
    let mut arms = Vec::new();
    for table in &tables {
        arms.push(arm(table, &base)?);
    }
    let read = Scenario {
        name: origin.to_owned(),
        title,
        summary: root.text("summary")?.unwrap_or_default(),
        seed: root.whole("seed", 0..=MOST_SEED)?.unwrap_or(1),
        precision: root.choice("precision", &precisions)?.unwrap_or_default(),
        data,
        training: self::training(&training)?,
        arms: arms.iter().map(|arm| arm.spec.clone()).collect(),
        said: Said::default(),
    };
    fit::check(&read, &arms)?;
    Ok(read)
}

fn training(keys: &Keys<'_>) -> Result<Training, Refusal> {
    let required = |key: &str| keys.missing(key, "it is required: a whole number from 1 would do");
    let epochs = keys.whole("epochs", 1..=MOST_EPOCHS)?.ok_or_else(|| required("epochs"))?;
    let batch = keys.whole("batch", 1..=MOST_EXAMPLES as u64)?.ok_or_else(|| required("batch"))?;
    let pace = keys.number_or_word("pace", "max", &PACE_RANGE)?;
    Ok(Training {
        epochs,
        batch: batch as usize,
        shuffle: keys.truth("shuffle")?.unwrap_or(true),
        pace: pace.map_or(Pace::Max, Pace::Epochs),
        evaluate: keys.whole("evaluate", 0..=MOST_EPOCHS)?.unwrap_or(1),
    })
}

fn data(keys: &Keys<'_>) -> Result<DataSpec, Refusal> {
    keys.only(DATA_KEYS)?;
    let kinds: Vec<_> = DataKind::all().map(|kind| (kind.name(), kind)).collect();
    let kind = keys.choice("kind", &kinds)?.ok_or_else(|| {
        let names: Vec<String> = kinds.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        keys.missing("kind", &format!("it is required: {} would do", either(&names)))
    })?;
    refuse_strangers(keys, kind)?;
    let train = keys.whole("train", 1..=MOST_EXAMPLES as u64)?.map(|n| n as usize);
    let test = keys.whole("test", 0..=MOST_EXAMPLES as u64)?.map(|n| n as usize);
    let pictures =
        || -> Result<Pictures, Refusal> { Ok(Pictures { path: path(keys)?, train, test }) };
    Ok(match kind {
        DataKind::Table => table(keys)?,
        DataKind::Planar(set) => DataSpec::Planar {
            set,
            train: train.unwrap_or(500),
            test: test.unwrap_or(500),
            noise: keys
                .number("noise", "a number 0 to 0.5", |noise| (0.0..=0.5).contains(&noise))?
                .unwrap_or(0.0),
        },
        DataKind::Digits => DataSpec::Digits(pictures()?),
        DataKind::Mnist => DataSpec::Mnist(pictures()?),
        DataKind::Csv => DataSpec::Csv {
            path: path(keys)?.ok_or_else(|| {
                keys.missing("path", "it is required: the path of a csv file would do")
            })?,
            train,
            test: test.unwrap_or(0),
        },
    })
}

/// Refuses what belongs to another kind of data.
fn refuse_strangers(keys: &Keys<'_>, kind: DataKind) -> Result<(), Refusal> {
    let (allowed, name) = (kind.keys(), kind.name());
    let stranger =
        DATA_KEYS.iter().find(|key| **key != "kind" && keys.has(key) && !allowed.contains(key));
    stranger.map_or(Ok(()), |key| {
        let found = format!("data of kind \"{name}\" has no {key}");
        let would_do = format!("its keys are kind, {}", allowed.join(", "));
        Err(keys.refuse(key, &found, &would_do).of_key())
    })
}

fn path(keys: &Keys<'_>) -> Result<Option<String>, Refusal> {
    match keys.text("path")? {
        Some(path) if path.is_empty() => {
            Err(keys.refuse("path", "found \"\"", "the path of a file or folder would do"))
        }
        path => Ok(path),
    }
}

fn table(keys: &Keys<'_>) -> Result<DataSpec, Refusal> {
    let required = |key: &str| keys.missing(key, "it is required: a list of rows would do");
    let inputs = keys.rows("inputs")?.ok_or_else(|| required("inputs"))?;
    let targets = keys.rows("targets")?.ok_or_else(|| required("targets"))?;
    if inputs.is_empty() {
        return Err(keys.refuse("inputs", "found no row", "a row for each example would do"));
    }
    if targets.len() != inputs.len() {
        let found = format!(
            "found {} for {} of inputs",
            count(targets.len(), "row"),
            count(inputs.len(), "row")
        );
        return Err(keys.refuse("targets", &found, "a row for each row of inputs would do"));
    }
    for (key, rows) in [("inputs", &inputs), ("targets", &targets)] {
        let width = rows.first().map_or(0, Vec::len);
        let uneven = rows.iter().position(|row| row.len() != width || row.is_empty());
        if let Some(i) = uneven {
            let found = format!("found {}", count(rows[i].len(), "number"));
            let would_do = format!("{} as in the first row would do", width.max(1));
            return Err(keys.spot.key(key).index(i).refuse(found, would_do));
        }
    }
    Ok(DataSpec::Table { inputs, targets })
}

/// The name of a scenario from the path of its file.
fn stem(origin: &str) -> &str {
    let file = origin.rsplit(['/', '\\']).next().unwrap_or(origin);
    file.strip_suffix(".toml").unwrap_or(file)
}
