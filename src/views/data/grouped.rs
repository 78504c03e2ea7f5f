//! Arms of which the same can be said, for sentences that they share.

/// The arms from which on one sentence is about all.
pub(super) const MANY: usize = 3;

/// Returns the arms in groups of which the same can be said, in the order of the first arm of each.
pub(super) fn grouped<C: PartialEq, I: IntoIterator<Item = C>>(
    arms: &[usize],
    claims: impl Fn(usize) -> I,
) -> Vec<(Vec<usize>, C)> {
    let mut out: Vec<(Vec<usize>, C)> = Vec::new();
    for arm in arms {
        for claim in claims(*arm) {
            match out.iter_mut().find(|(_, other)| *other == claim) {
                Some((arms, _)) => arms.push(*arm),
                None => out.push((vec![*arm], claim)),
            }
        }
    }
    out
}
