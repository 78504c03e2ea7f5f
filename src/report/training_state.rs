//! The state of a training in model files: one JSON object in both formats. The corrections of a pending
//! scale are lines of base64, because the JSON reader refuses longer words.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{DeserializeSeed, Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::file::make_room;
use crate::nn::{LastStep, PendingScale};
use crate::telemetry::{Divergence, TrainingState};

/// Bytes of corrections in one line: a multiple of three, so that only the last line is padded.
const LINE: usize = 12 << 10;

/// The expected content, for errors.
pub(super) const AS_WRITTEN: &str = "the training state that xentviz writes";

/// The training state with the field names of the file.
#[derive(Deserialize, Serialize)]
pub(super) struct TrainingRecord {
    step: u64,
    batch: usize,
    examples: usize,
    shuffle: bool,
    evaluated: bool,
    /// The best accuracy and its epoch.
    best: Option<(f64, u64)>,
    diverged: Option<DivergenceRecord>,
    overflowed: bool,
    /// Absent from files of older versions.
    #[serde(default)]
    first_cost: Option<f64>,
    unsettled: Option<PendingScaleRecord>,
    last_step: Option<LastStep>,
    records: u64,
}

#[derive(Deserialize, Serialize)]
struct DivergenceRecord {
    step: u64,
    eta: f64,
    reason: String,
}

#[derive(Deserialize, Serialize)]
struct PendingScaleRecord {
    scale: f64,
    corrections: Base64Lines,
}

/// Bytes that are serialised as lines of base64.
struct Base64Lines(Vec<u8>);

impl From<&TrainingState> for TrainingRecord {
    fn from(state: &TrainingState) -> Self {
        let stop = |stop: Divergence| DivergenceRecord {
            step: stop.step,
            eta: stop.eta,
            reason: stop.reason,
        };
        let factor = |unsettled: PendingScale| PendingScaleRecord {
            scale: unsettled.scale,
            corrections: Base64Lines(unsettled.corrections),
        };
        Self {
            step: state.step,
            batch: state.batch,
            examples: state.examples,
            shuffle: state.shuffle,
            evaluated: state.is_evaluated,
            best: state.best,
            diverged: state.divergence.clone().map(stop),
            overflowed: state.has_overflowed,
            first_cost: state.first_cost,
            unsettled: state.unsettled.clone().map(factor),
            last_step: state.last_step,
            records: state.records,
        }
    }
}

impl From<TrainingRecord> for TrainingState {
    fn from(record: TrainingRecord) -> Self {
        let stop = |DivergenceRecord { step, eta, reason }| Divergence { step, eta, reason };
        let factor = |PendingScaleRecord { scale, corrections: Base64Lines(corrections) }| {
            PendingScale { scale, corrections }
        };
        Self {
            step: record.step,
            batch: record.batch,
            examples: record.examples,
            shuffle: record.shuffle,
            is_evaluated: record.evaluated,
            best: record.best,
            divergence: record.diverged.map(stop),
            has_overflowed: record.overflowed,
            first_cost: record.first_cost,
            unsettled: record.unsettled.map(factor),
            last_step: record.last_step,
            records: record.records,
        }
    }
}

impl Serialize for Base64Lines {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let lines = self.0.chunks(LINE);
        let mut list = to.serialize_seq(Some(lines.len()))?;
        for line in lines {
            list.serialize_element(&STANDARD.encode(line))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Base64Lines {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Base64Visitor).map(Self)
    }
}

/// A visitor that decodes line by line, so that many short lines take no more memory than their bytes.
struct Base64Visitor;

impl<'de> Visitor<'de> for Base64Visitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of lines of base64")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<Vec<u8>, A::Error> {
        let mut bytes = Vec::new();
        while lines.next_element_seed(AppendLine(&mut bytes))?.is_some() {}
        bytes.shrink_to_fit();
        Ok(bytes)
    }
}

/// A seed that decodes one line and appends its bytes.
struct AppendLine<'b>(&'b mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for AppendLine<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for AppendLine<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line of base64")
    }

    fn visit_str<E: Error>(self, line: &str) -> Result<(), E> {
        let bytes = STANDARD.decode(line).map_err(|_| E::custom("a line is no base64"))?;
        make_room(self.0, bytes.len(), None);
        self.0.extend(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE, TrainingRecord};
    use crate::nn::PendingScale;
    use crate::report::model::examples::training;
    use crate::telemetry::TrainingState;

    fn written(state: &TrainingState) -> String {
        serde_json::to_string(&TrainingRecord::from(state)).unwrap()
    }

    fn read(text: &str) -> Result<TrainingState, String> {
        let record: Result<TrainingRecord, _> = serde_json::from_str(text);
        record.map(TrainingState::from).map_err(|error| error.to_string())
    }

    #[test]
    fn a_state_reads_back_as_it_was_written_with_corrections_of_any_length() {
        for length in [0, 1, LINE - 1, LINE, LINE + 1, 3 * LINE + 7] {
            let corrections: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
            let unsettled = Some(PendingScale { scale: 0.1 + 0.7, corrections });
            let state = TrainingState { unsettled, ..training() };
            assert_eq!(read(&written(&state)), Ok(state));
        }
        let least = TrainingState {
            best: None,
            divergence: None,
            unsettled: None,
            last_step: None,
            ..training()
        };
        assert_eq!(read(&written(&least)), Ok(least));
    }

    #[test]
    fn a_state_with_an_invalid_part_is_refused() {
        let text = written(&training());
        for (good, bad) in [
            ("\"step\":123", "\"step\":-1"),
            ("\"shuffle\":true", "\"shuffle\":1"),
            ("\"evaluated\"", "\"was\""),
            ("\"reason\":\"", "\"reason\":7,\"was\":\""),
            ("\"corrections\":[\"", "\"corrections\":[\"*"),
            ("\"corrections\":[", "\"corrections\":[7,"),
            ("\"records\":", "\"record\":"),
        ] {
            let corrupted = text.replacen(good, bad, 1);
            assert_ne!(corrupted, text, "{good}");
            assert!(read(&corrupted).is_err(), "{bad}");
        }
    }
}
