//! What explains a run: pure functions of numbers it has told.

mod atlas;
mod curves;
mod dot;
mod equation;
mod escape;
mod frame;
mod grid;
mod ground;
mod plane;
mod still;
mod surface;

pub use atlas::{Atlas, Cell, Known, Row, Survey};
pub use curves::{curves, reach};
use dot::dot;
pub use equation::equation;
pub use escape::epochs_to_half;
pub use frame::{Frame, flattened, parameters};
pub use grid::{Grid, Plane, one_neuron};
pub use ground::{Ground, ground};
pub use still::{Still, StillArm};
pub use surface::{Telling, atlas, surface};
