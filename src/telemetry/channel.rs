//! The channels of a run: named quantities, each with a series of readings for every arm.
//!
//! A run lists its channels once, in [`RunFacts::channels`]. A [`Channel`] is an index into that list, so
//! that a reading costs no look-up by name, and an arm keeps its series by that index, in
//! [`ChannelReadings`]. The channels of a training run come first and have constants; another source of
//! runs may add its own after them, which are found by name.
//!
//! [`RunFacts::channels`]: crate::telemetry::RunFacts::channels

use crate::telemetry::Series;

/// When a channel has readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingRate {
    /// One reading per step, of the state before it.
    Step,
    /// One reading per evaluated epoch.
    Epoch,
    /// One reading per evaluated epoch of one layer of the networks.
    Layer,
    /// One reading per evaluated epoch of one class of the examples.
    Class,
}

/// The facts of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFacts {
    /// The name, unique in the run.
    pub name: String,
    /// The unit of the readings; empty for plain numbers. Errors in the unit of a target count as plain
    /// numbers: [`RunFacts::target`](crate::telemetry::RunFacts::target) names that unit.
    pub unit: String,
    /// When the channel has readings.
    pub rate: ReadingRate,
}

/// The names of the channels of a training run and their rates, in the order of the constants of
/// [`Channel`].
const OF_TRAINING: [(&str, ReadingRate); 6] = [
    ("cost", ReadingRate::Step),
    ("metric", ReadingRate::Step),
    ("full_cost", ReadingRate::Epoch),
    ("full_metric", ReadingRate::Epoch),
    ("test_accuracy", ReadingRate::Epoch),
    ("test_cost", ReadingRate::Epoch),
];

/// The most classes whose recalls are kept as series.
const MOST_CLASSES: usize = 26;

/// A quantity that every layer of a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerQuantity {
    /// The Euclidean norm of ∂C/∂w.
    GradientNorm,
    /// The fraction of activations that are saturated.
    Saturation,
}

impl LayerQuantity {
    /// All of them, in the order of their channels.
    const ALL: [Self; 2] = [Self::GradientNorm, Self::Saturation];

    fn name(self) -> &'static str {
        match self {
            Self::GradientNorm => "gradient_norm",
            Self::Saturation => "saturation",
        }
    }
}

impl ChannelFacts {
    /// Returns the channels of a training run whose networks have at most so many layers, the input not counted.
    /// Those of a layer are named with its number, from 1: `gradient_norm.2`. Those of a class are named for it:
    /// `recall.7`; there are none for more than 26 classes.
    pub fn of_training(layers: usize, classes: &[String]) -> Vec<Self> {
        let facts = |(name, rate): (&str, _)| Self { name: name.into(), unit: String::new(), rate };
        let mut all = OF_TRAINING.map(facts).to_vec();
        for layer in 0..layers {
            let of_layer = |quantity: LayerQuantity| format!("{}.{}", quantity.name(), layer + 1);
            let names = LayerQuantity::ALL.map(of_layer);
            all.extend(names.iter().map(|name| facts((name, ReadingRate::Layer))));
        }
        if classes.len() <= MOST_CLASSES {
            let names = classes.iter().map(|class| format!("recall.{class}"));
            all.extend(names.map(|name| facts((&name, ReadingRate::Class))));
        }
        all
    }
}

/// A channel, by its index in [`RunFacts::channels`](crate::telemetry::RunFacts::channels).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel(usize);

impl Channel {
    /// The cost over each mini-batch (data term), before its step.
    pub const COST: Self = Self(0);
    /// [`RunFacts::metric`](crate::telemetry::RunFacts::metric) over each mini-batch, before its step; empty
    /// for the accuracy.
    pub const METRIC: Self = Self(1);
    /// The cost over the whole training set (data term), at each evaluation.
    pub const FULL_COST: Self = Self(2);
    /// [`RunFacts::metric`](crate::telemetry::RunFacts::metric) over the whole training set, at each
    /// evaluation.
    pub const FULL_METRIC: Self = Self(3);
    /// The test accuracy at each evaluation.
    pub const TEST_ACCURACY: Self = Self(4);
    /// The mean cost over the test set at each evaluation.
    pub const TEST_COST: Self = Self(5);

    /// Returns the channel of a quantity of a layer, from 0, in a training run.
    pub fn of_layer(quantity: LayerQuantity, layer: usize) -> Self {
        Self(OF_TRAINING.len() + LayerQuantity::ALL.len() * layer + quantity as usize)
    }

    /// Returns the channel of the recall of a class, from 0, among those of a run; `None` if it has none.
    pub fn of_class(class: usize, channels: &[ChannelFacts]) -> Option<Self> {
        let first = channels.iter().position(|channel| channel.rate == ReadingRate::Class)?;
        let is_class = |facts: &ChannelFacts| facts.rate == ReadingRate::Class;
        channels.get(first + class).filter(|facts| is_class(facts)).map(|_| Self(first + class))
    }

    /// Returns the channels in the order of [`RunFacts::channels`](crate::telemetry::RunFacts::channels), without
    /// an end.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self)
    }

    /// Returns when the channel has readings; a channel that is not listed has one per step.
    pub(super) fn rate(self, channels: &[ChannelFacts]) -> ReadingRate {
        let listed = channels.get(self.0).map(|channel| channel.rate);
        listed.or(OF_TRAINING.get(self.0).map(|(_, rate)| *rate)).unwrap_or(ReadingRate::Step)
    }

    /// Returns the channel of this name among those of a run.
    pub(super) fn named(name: &str, channels: &[ChannelFacts]) -> Option<Self> {
        channels.iter().position(|channel| channel.name == name).map(Self)
    }
}

/// The series of an arm, by channel. A channel without readings has an empty series.
#[derive(Clone, Debug, Default)]
pub struct ChannelReadings {
    /// The series in the order of the channels. It ends with the last channel that has been written, so that
    /// an arm without readings takes no memory for them.
    series: Vec<Series>,
}

/// The series of a channel that has never been written.
static EMPTY: Series = Series::EMPTY;

impl ChannelReadings {
    /// Returns the series of a channel.
    pub fn series(&self, channel: Channel) -> &Series {
        self.series.get(channel.0).unwrap_or(&EMPTY)
    }

    /// Adds the reading of a step to a channel, as [`Series::push`] does.
    pub fn push(&mut self, channel: Channel, step: u64, value: f64) {
        self.series_mut(channel).push(step, value);
    }

    /// Adds the readings of consecutive steps from `first` on to a channel, as [`Series::extend`] does.
    pub fn extend(&mut self, channel: Channel, first: u64, values: &[f64]) {
        self.series_mut(channel).extend(first, values);
    }

    /// Returns the channels that have been written, with their series.
    pub fn iter(&self) -> impl Iterator<Item = (Channel, &Series)> {
        self.series.iter().enumerate().map(|(index, series)| (Channel(index), series))
    }

    /// Merges later readings of the same arm.
    pub fn merge(&mut self, later: &Self) {
        for (channel, series) in later.iter() {
            self.series_mut(channel).merge(series);
        }
    }

    /// Removes the readings that are not known yet after `step` steps, and returns them. The reading of a step is
    /// one of the state before it, that of an epoch one of the state at its end.
    #[must_use]
    pub(super) fn split_off(&mut self, step: u64, channels: &[ChannelFacts]) -> Self {
        let split = |(index, series): (usize, &mut Series)| match Channel(index).rate(channels) {
            ReadingRate::Step => series.split_off(step),
            ReadingRate::Epoch | ReadingRate::Layer | ReadingRate::Class => {
                series.split_off(step.saturating_add(1))
            }
        };
        Self { series: self.series.iter_mut().enumerate().map(split).collect() }
    }

    /// Returns the readings and leaves every series empty on the same grid, with its capacity.
    #[must_use]
    pub fn take(&mut self) -> Self {
        Self { series: self.series.iter_mut().map(Series::take).collect() }
    }

    fn series_mut(&mut self, channel: Channel) -> &mut Series {
        if self.series.len() <= channel.0 {
            self.series.resize_with(channel.0 + 1, Series::default);
        }
        &mut self.series[channel.0]
    }
}

/// Two arms have the same readings if the series of every channel are equal, whichever of the empty ones have
/// been written.
impl PartialEq for ChannelReadings {
    fn eq(&self, other: &Self) -> bool {
        let count = self.series.len().max(other.series.len());
        (0..count).map(Channel).all(|channel| self.series(channel) == other.series(channel))
    }
}

#[cfg(test)]
mod tests {
    use super::{Channel, ChannelFacts, ChannelReadings, LayerQuantity, ReadingRate};
    use crate::telemetry::RunFacts;

    /// Returns readings with one value in each of these channels.
    fn readings(values: &[(Channel, u64, f64)]) -> ChannelReadings {
        let mut readings = ChannelReadings::default();
        for (channel, step, value) in values {
            readings.push(*channel, *step, *value);
        }
        readings
    }

    fn newest(readings: &ChannelReadings, channel: Channel) -> Option<f64> {
        readings.series(channel).newest()
    }

    #[test]
    fn the_constants_are_the_channels_of_their_names() {
        let facts = RunFacts { channels: ChannelFacts::of_training(0, &[]), ..RunFacts::default() };
        for (name, channel) in [
            ("cost", Channel::COST),
            ("metric", Channel::METRIC),
            ("full_cost", Channel::FULL_COST),
            ("full_metric", Channel::FULL_METRIC),
            ("test_accuracy", Channel::TEST_ACCURACY),
            ("test_cost", Channel::TEST_COST),
        ] {
            assert_eq!(facts.channel(name), Some(channel), "{name}");
        }
        assert_eq!(facts.channels.len(), 6);
        assert_eq!(facts.channel("perplexity"), None);
        assert_eq!(RunFacts::default().channel("cost"), None);
    }

    #[test]
    fn every_layer_has_channels_of_its_own() {
        let facts = RunFacts { channels: ChannelFacts::of_training(3, &[]), ..RunFacts::default() };
        for layer in 0..3 {
            for quantity in LayerQuantity::ALL {
                let name = format!("{}.{}", quantity.name(), layer + 1);
                assert_eq!(
                    facts.channel(&name),
                    Some(Channel::of_layer(quantity, layer)),
                    "{name}"
                );
            }
        }
        assert_eq!(facts.channels.len(), 6 + 2 * 3);
    }

    #[test]
    fn every_class_has_a_channel_of_its_own_unless_there_are_too_many() {
        let classes: Vec<String> = ["cat", "dog"].map(str::to_owned).to_vec();
        let facts =
            RunFacts { channels: ChannelFacts::of_training(2, &classes), ..RunFacts::default() };
        for (class, name) in classes.iter().enumerate() {
            let of_class = Channel::of_class(class, &facts.channels);
            assert!(of_class.is_some());
            assert_eq!(facts.channel(&format!("recall.{name}")), of_class);
        }
        assert_eq!(Channel::of_class(2, &facts.channels), None);
        let many = vec![String::new(); super::MOST_CLASSES + 1];
        assert_eq!(Channel::of_class(0, &ChannelFacts::of_training(2, &many)), None);
    }

    #[test]
    fn a_channel_of_another_source_is_found_by_its_name() {
        let mut channels = ChannelFacts::of_training(0, &[]);
        let (name, unit) = ("spread".to_owned(), "mm".to_owned());
        channels.push(ChannelFacts { name, unit, rate: ReadingRate::Layer });
        let facts = RunFacts { channels, ..RunFacts::default() };
        let spread = facts.channel("spread").expect("it is listed");
        let readings = readings(&[(spread, 3, 0.5)]);
        assert_eq!(newest(&readings, spread), Some(0.5));
        assert!(readings.series(Channel::TEST_COST).is_empty());
    }

    #[test]
    fn a_channel_that_has_never_been_written_reads_as_empty() {
        let readings = readings(&[(Channel::FULL_COST, 0, 1.0)]);
        for channel in [Channel::COST, Channel::METRIC, Channel::TEST_COST] {
            assert!(readings.series(channel).is_empty());
        }
        assert_eq!(readings.iter().filter(|(_, series)| !series.is_empty()).count(), 1);
    }

    #[test]
    fn merging_keeps_the_channels_that_either_side_lacks() {
        let (cost, accuracy) = (Channel::COST, Channel::TEST_ACCURACY);
        let mut short = readings(&[(cost, 0, 3.0)]);
        short.merge(&readings(&[(cost, 1, 2.0), (accuracy, 1, 0.9)]));
        assert_eq!(short, readings(&[(cost, 0, 3.0), (cost, 1, 2.0), (accuracy, 1, 0.9)]));
        short.merge(&readings(&[(cost, 2, 1.0)]));
        assert_eq!((newest(&short, cost), newest(&short, accuracy)), (Some(1.0), Some(0.9)));
    }

    #[test]
    fn taking_empties_every_channel_and_keeps_its_grid() {
        let far = 1 << 20;
        let mut readings = readings(&[(Channel::COST, far, 1.0), (Channel::TEST_COST, 5, 2.0)]);
        let width = readings.series(Channel::COST).width();
        let taken = readings.take();
        assert_eq!(newest(&taken, Channel::COST), Some(1.0));
        assert_eq!(newest(&taken, Channel::TEST_COST), Some(2.0));
        assert!(readings.iter().all(|(_, series)| series.is_empty()));
        assert!(width > 1 && readings.series(Channel::COST).width() == width);
    }

    #[test]
    fn readings_are_equal_whichever_of_the_empty_channels_have_been_written() {
        let written = readings(&[(Channel::COST, 0, 1.0), (Channel::TEST_COST, 0, f64::NAN)]);
        let plain = readings(&[(Channel::COST, 0, 1.0)]);
        assert_eq!(written, plain);
        assert_eq!(plain, written);
        assert_ne!(plain, readings(&[(Channel::TEST_COST, 0, 1.0)]));
    }
}
