//! A quantity over the steps of a run, in bounded memory, that keeps every extreme.

use crate::nn::{MinMaxSum, min_max_sum};

/// The readings of one span of steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// The step of the first reading in it.
    pub first: u64,
    /// The step of the last reading in it.
    pub last: u64,
    /// The number of readings; at least 1.
    pub count: u64,
    /// The least reading.
    pub min: f64,
    /// The greatest reading.
    pub max: f64,
    /// The sum of the readings.
    pub sum: f64,
    /// The reading at step `last`.
    pub newest: f64,
}

impl Bucket {
    fn of(step: u64, value: f64) -> Self {
        Self {
            first: step,
            last: step,
            count: 1,
            min: value,
            max: value,
            sum: value,
            newest: value,
        }
    }

    /// Returns a bucket of consecutive steps, or `None` if the sum of the readings is not finite.
    fn of_many(first: u64, values: &[f64]) -> Option<Self> {
        let MinMaxSum { least, greatest, sum } = min_max_sum(values);
        let newest = values.last().filter(|_| sum.is_finite())?;
        Some(Self {
            first,
            last: first + values.len() as u64 - 1,
            count: values.len() as u64,
            min: least,
            max: greatest,
            sum,
            newest: *newest,
        })
    }

    /// Returns the mean of the readings.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// Merges a bucket whose readings are later than this one's.
    fn merge(&mut self, later: &Self) {
        self.last = later.last;
        self.count += later.count;
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
        self.sum += later.sum;
        self.newest = later.newest;
    }
}

/// Readings in the order of their steps, folded into buckets of 2^k steps on a fixed grid.
///
/// The bucket width depends only on the newest step, so a history does not depend on how its updates were
/// split. At most [`Series::CAPACITY`] buckets are kept, allocated at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    buckets: Vec<Bucket>,
    /// A bucket covers the steps that agree in all but their lowest `shift` bits.
    shift: u32,
}

impl Series {
    /// The most buckets of a series: twice the Braille columns of a wide terminal.
    pub const CAPACITY: usize = 1024;

    /// A series without readings.
    pub(super) const EMPTY: Self = Self { buckets: Vec::new(), shift: 0 };

    /// Returns the buckets, in the order of their steps.
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// Returns whether the series has no readings.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Returns the first bucket, if there is any.
    pub fn first(&self) -> Option<&Bucket> {
        self.buckets.first()
    }

    /// Returns the newest reading.
    pub fn newest(&self) -> Option<f64> {
        self.buckets.last().map(|b| b.newest)
    }

    /// Returns the bucket of a step, or the last one before it.
    pub fn at(&self, step: u64) -> Option<&Bucket> {
        let after = self.buckets.partition_point(|bucket| bucket.first <= step);
        self.buckets.get(after.checked_sub(1)?)
    }

    /// Returns the number of steps that a bucket covers.
    pub fn width(&self) -> u64 {
        1 << self.shift
    }

    /// Adds the reading of a step. A value that is not finite is left out as a gap.
    pub fn push(&mut self, step: u64, value: f64) {
        if value.is_finite() {
            self.add(&Bucket::of(step, value));
        }
    }

    /// Adds the readings of consecutive steps from `first` on.
    pub fn extend(&mut self, first: u64, values: &[f64]) {
        let Some(last) = (values.len() as u64).checked_sub(1) else { return };
        self.coarsen_for(first + last);
        let mut step = first;
        let mut rest = values;
        while !rest.is_empty() {
            let to_the_next = self.width() - step % self.width();
            let (now, later) = rest.split_at(rest.len().min(to_the_next as usize));
            match Bucket::of_many(step, now) {
                Some(bucket) => self.add(&bucket),
                None => (step..).zip(now).for_each(|(step, value)| self.push(step, *value)),
            }
            step += now.len() as u64;
            rest = later;
        }
    }

    /// Merges the readings of `later`, which follow all readings of this series.
    pub fn merge(&mut self, later: &Self) {
        for bucket in &later.buckets {
            self.add(bucket);
        }
    }

    /// Removes the readings from `step` on, and returns them. So goes a bucket that also has earlier readings,
    /// which are not known one by one.
    #[must_use]
    pub fn split_off(&mut self, step: u64) -> Self {
        let from = self.buckets.partition_point(|bucket| bucket.last < step);
        Self { buckets: self.buckets.split_off(from), shift: self.shift }
    }

    /// Returns the readings and leaves the series empty on the same grid, with its capacity.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let taken = self.clone();
        self.buckets.clear();
        taken
    }

    fn add(&mut self, new: &Bucket) {
        self.coarsen_for(new.last);
        match self.buckets.last_mut() {
            Some(last) if last.first >> self.shift == new.first >> self.shift => last.merge(new),
            _ => self.put(*new),
        }
    }

    fn put(&mut self, new: Bucket) {
        if self.buckets.is_empty() {
            self.buckets.reserve_exact(Self::CAPACITY);
        }
        self.buckets.push(new);
    }

    fn coarsen_for(&mut self, step: u64) {
        while (step >> self.shift) >= Self::CAPACITY as u64 {
            self.shift += 1;
            let shift = self.shift;
            self.buckets.dedup_by(|later, kept| {
                let same = later.first >> shift == kept.first >> shift;
                if same {
                    kept.merge(later);
                }
                same
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Series;

    #[test]
    fn a_hundred_million_steps_take_no_more_buckets_than_a_hundred_thousand() {
        let mut series = Series::default();
        for step in (0..100_000_000_u64).step_by(997) {
            series.push(step, step as f64);
            assert!(series.buckets().len() <= Series::CAPACITY);
        }
        assert_eq!(series.newest(), Some(f64::from(100_000_000 / 997 * 997)));
    }

    #[test]
    fn an_extreme_is_kept_however_long_the_run() {
        let mut series = Series::default();
        for step in 0..1_000_000 {
            series.push(step, if step == 4321 { -7.0 } else { 1.0 });
        }
        let least = series.buckets().iter().map(|b| b.min).fold(f64::INFINITY, f64::min);
        assert_eq!(least, -7.0);
        assert_eq!(series.buckets().iter().map(|b| b.count).sum::<u64>(), 1_000_000);
    }

    #[test]
    fn a_series_merged_from_parts_equals_the_whole_series() {
        let value = |step: u64| ((step * 7919) % 1009) as f64;
        let mut whole = Series::default();
        let mut merged = Series::default();
        let mut part = Series::default();
        for step in 0..50_000 {
            whole.push(step, value(step));
            part.push(step, value(step));
            if step % 777 == 0 {
                merged.merge(&part.take());
            }
        }
        merged.merge(&part.take());
        assert_eq!(whole, merged);
    }

    #[test]
    fn readings_added_in_runs_equal_readings_added_one_by_one() {
        let values: Vec<f64> = (0..9000_u64).map(|step| ((step * 7919) % 1009) as f64).collect();
        let (mut one_by_one, mut in_runs) = (Series::default(), Series::default());
        let mut first = 0;
        for length in [1, 7, 8, 100, 1023, 3000].into_iter().cycle() {
            let end = values.len().min(first + length);
            in_runs.extend(first as u64, &values[first..end]);
            first = end;
            if end == values.len() {
                break;
            }
        }
        (0..).zip(&values).for_each(|(step, value)| one_by_one.push(step, *value));
        assert_eq!(in_runs, one_by_one);
    }

    #[test]
    fn readings_that_are_not_finite_are_left_out() {
        let mut run = Series::default();
        run.extend(0, &[1.0, f64::NAN, 3.0]);
        assert_eq!(run.buckets().iter().map(|b| b.count).sum::<u64>(), 2);
        let mut series = Series::default();
        series.push(0, f64::NAN);
        series.push(1, f64::INFINITY);
        assert!(series.is_empty());
    }
}
