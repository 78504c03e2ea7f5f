//! The past of the chosen weight and of its neuron: a few states of the neuron, from the start of the run
//! to its present step, as the frames of a film.

/// The weights and the bias of one neuron, finite.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronSnapshot {
    /// The weights, in the order of the inputs.
    pub weights: Vec<f32>,
    /// The bias.
    pub bias: f32,
}

/// The chosen neuron of every arm after some step.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmFrame {
    /// The number of steps done.
    pub step: u64,
    /// The neuron of each arm; `None` if the arm has no such neuron.
    pub neurons: Vec<Option<NeuronSnapshot>>,
}

impl FilmFrame {
    /// The most frames of a film: about as many as fit beside each other on a wide screen. Of seven, every
    /// second and every third are evenly spaced as well, for narrower ones.
    pub const MOST: usize = 7;
}

/// Returns the indices of at most `most` of these ascending steps: the first, the last, and between them
/// those nearest to an even division of the time. The last alone is chosen if there is room for one.
pub(crate) fn evenly_chosen(steps: &[u64], most: usize) -> Vec<usize> {
    let count = steps.len();
    if count <= most {
        return (0..count).collect();
    }
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Vec::new() };
    if most < 2 {
        return (count - most..count).collect();
    }
    let mut chosen: Vec<usize> = Vec::with_capacity(most);
    for nth in 0..most {
        let share = nth as f64 / (most - 1) as f64;
        let wanted = *first as f64 + share * (last - first) as f64;
        // As many steps are left over for the frames after this one.
        let least = chosen.last().map_or(0, |before| before + 1);
        let range = least..=count - (most - nth);
        let off = |index: usize| (steps[index] as f64 - wanted).abs();
        chosen.extend(range.min_by(|a, b| off(*a).total_cmp(&off(*b))));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::evenly_chosen;

    #[test]
    fn the_start_and_the_last_step_are_chosen_and_even_steps_between_them() {
        let steps: Vec<u64> = (0..=60).map(|nth| nth * 10).collect();
        let chosen = |most| -> Vec<u64> {
            evenly_chosen(&steps, most).into_iter().map(|index| steps[index]).collect()
        };
        assert_eq!(chosen(4), [0, 200, 400, 600]);
        assert_eq!(chosen(7), [0, 100, 200, 300, 400, 500, 600]);
        assert_eq!(chosen(2), [0, 600]);
        assert_eq!((chosen(1), chosen(0)), (vec![600], vec![]));
    }

    #[test]
    fn no_step_is_chosen_twice_even_if_most_of_them_lie_close_together() {
        assert_eq!(evenly_chosen(&[0, 1, 2, 3, 4, 1000], 5), [0, 2, 3, 4, 5]);
        assert_eq!(evenly_chosen(&[0, 996, 997, 998, 1000], 4), [0, 1, 2, 4]);
        assert_eq!(evenly_chosen(&[5, 9], 8), [0, 1]);
        assert_eq!(evenly_chosen(&[], 3), [0; 0]);
    }
}
