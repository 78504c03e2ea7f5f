//! The kinds of data, and what scenarios call them.

use crate::data::Planar;

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataKind {
    Table,
    Planar(Planar),
    Digits,
    Mnist,
    Csv,
}

impl DataKind {
    /// All of them, in the order in which they are offered.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let planar = Planar::ALL.into_iter().map(Self::Planar);
        [Self::Table].into_iter().chain(planar).chain([Self::Digits, Self::Mnist, Self::Csv])
    }

    /// Its name in scenarios.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Planar(set) => set.name(),
            Self::Digits => "digits",
            Self::Mnist => "mnist",
            Self::Csv => "csv",
        }
    }

    /// The keys that it has beside its kind.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["inputs", "targets"],
            Self::Planar(_) => &["train", "test", "noise"],
            Self::Digits | Self::Mnist | Self::Csv => &["train", "test", "path"],
        }
    }
}
