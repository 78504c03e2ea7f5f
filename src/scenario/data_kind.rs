//! The kinds of data and their names in scenarios.

use crate::data::Planar;

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataKind {
    Table,
    Planar(Planar),
    Digits,
    Mnist,
    Csv,
    Arrays,
}

impl DataKind {
    /// Returns all kinds, in the order in which lists show them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let planar = Planar::ALL.into_iter().map(Self::Planar);
        [Self::Table].into_iter().chain(planar).chain([
            Self::Digits,
            Self::Mnist,
            Self::Csv,
            Self::Arrays,
        ])
    }

    /// Returns the kind's name in scenarios.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Planar(set) => set.name(),
            Self::Digits => "digits",
            Self::Mnist => "mnist",
            Self::Csv => "csv",
            Self::Arrays => "arrays",
        }
    }

    /// Returns the keys of this kind besides `kind`.
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Table => &["inputs", "targets"],
            Self::Planar(_) => &["train", "test", "noise"],
            Self::Digits | Self::Mnist => &["train", "test", "path"],
            Self::Csv => &[
                "train", "test", "path", "target", "drop", "header", "scale", "missing", "shuffle",
            ],
            Self::Arrays => &[
                "inputs", "targets", "train", "test", "path", "target", "drop", "scale", "missing",
                "shuffle",
            ],
        }
    }
}
