//! The steps at which the states of a run are kept: parts of an epoch, or every so many epochs.

/// A grid of steps that has the end of every epoch, or of every so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StepGrid {
    steps_per_epoch: u64,
    spacing: Spacing,
}

/// The distance of two steps of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    /// So many steps, counted from the beginning of each epoch.
    Steps(u64),
    /// So many epochs.
    Epochs(u64),
}

impl StepGrid {
    /// Returns a grid whose steps are at least `least` apart, except at the end of an epoch.
    pub(super) fn new(steps_per_epoch: u64, least: u64) -> Self {
        let spacing = if least < steps_per_epoch {
            Spacing::Steps(least)
        } else {
            Spacing::Epochs(least.div_ceil(steps_per_epoch))
        };
        Self { steps_per_epoch, spacing }
    }

    /// Returns whether a step is on the grid.
    pub(super) fn contains(self, step: u64) -> bool {
        let (epoch, rest) = (step / self.steps_per_epoch, step % self.steps_per_epoch);
        match self.spacing {
            Spacing::Steps(steps) => rest.is_multiple_of(steps),
            Spacing::Epochs(epochs) => rest == 0 && epoch.is_multiple_of(epochs),
        }
    }

    /// Returns the first step of the grid after this one.
    pub(super) fn next_after(self, step: u64) -> u64 {
        let (epoch, rest) = (step / self.steps_per_epoch, step % self.steps_per_epoch);
        match self.spacing {
            Spacing::Steps(steps) => {
                let begin = step - rest;
                let next = begin + (rest / steps + 1) * steps;
                next.min(begin.saturating_add(self.steps_per_epoch))
            }
            Spacing::Epochs(epochs) => {
                (epoch / epochs + 1).saturating_mul(epochs).saturating_mul(self.steps_per_epoch)
            }
        }
    }

    /// Doubles the distance, up to whole epochs and on.
    pub(super) fn coarsen(&mut self) {
        self.spacing = match self.spacing {
            Spacing::Steps(steps) if 2 * steps < self.steps_per_epoch => Spacing::Steps(2 * steps),
            Spacing::Steps(_) => Spacing::Epochs(1),
            Spacing::Epochs(epochs) => Spacing::Epochs(epochs.saturating_mul(2)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::StepGrid;

    /// Returns the steps of a grid up to a step, by both of its answers.
    fn steps(grid: StepGrid, to: u64) -> Vec<u64> {
        let all: Vec<u64> = (0..=to).filter(|step| grid.contains(*step)).collect();
        let mut visited = vec![0];
        while let Some(next) =
            visited.last().map(|last| grid.next_after(*last)).filter(|n| *n <= to)
        {
            visited.push(next);
        }
        assert_eq!(visited, all);
        all
    }

    #[test]
    fn a_grid_divides_epochs_until_it_counts_them() {
        let mut grid = StepGrid::new(10, 4);
        assert_eq!(steps(grid, 24), [0, 4, 8, 10, 14, 18, 20, 24]);
        grid.coarsen();
        assert_eq!(steps(grid, 24), [0, 8, 10, 18, 20]);
        grid.coarsen();
        assert_eq!(steps(grid, 40), [0, 10, 20, 30, 40]);
        grid.coarsen();
        assert_eq!(steps(grid, 40), [0, 20, 40]);
        assert_eq!(steps(StepGrid::new(1, 64), 200), [0, 64, 128, 192]);
        assert_eq!(steps(StepGrid::new(50, 64), 200), [0, 100, 200]);
    }
}
