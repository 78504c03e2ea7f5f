//! An arm with the paths of its values.

use crate::scenario::error::KeyPath;
use crate::scenario::spec::ArmSpec;

/// An arm and the paths of its values, for checks across keys.
pub(super) struct ParsedArm {
    pub(super) spec: ArmSpec,
    /// The arm's own table.
    pub(super) key_path: KeyPath,
    /// The path of the key that set its layers.
    pub(super) layers: KeyPath,
}
