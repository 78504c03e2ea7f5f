//! The request for a cost surface, and the surface.

/// A window of two parameters: the least and the greatest value across, and up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// Across.
    pub across: (f64, f64),
    /// Up.
    pub up: (f64, f64),
}

impl Window {
    /// How far it reaches across and up.
    pub fn spans(&self) -> (f64, f64) {
        (self.across.1 - self.across.0, self.up.1 - self.up.0)
    }

    /// Whether a place lies in it.
    pub fn holds(&self, [across, up]: [f64; 2]) -> bool {
        (self.across.0..=self.across.1).contains(&across) && (self.up.0..=self.up.1).contains(&up)
    }
}

/// A request for a surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurfaceRequest {
    /// Of one neuron: w and b, or w₁ and w₂. Of a larger net: places on a plane through its way,
    /// where the way fits between −1 and 1.
    pub window: Window,
    /// Points across and up, the outermost on the edges of the window; at least 2 each.
    pub points: (usize, usize),
}

/// How the plane of a larger net lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaneChoice {
    /// Through the common start and the places where two arms stand.
    Ends,
    /// Along the two main directions of the way of one arm.
    Directions,
}

/// The parameters that span the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SurfaceKind {
    /// w across and b up, of a neuron with one input.
    WeightAndBias,
    /// w₁ across and w₂ up, of a neuron with two inputs; each arm keeps its bias.
    Weights,
    /// A plane in the space of all weights and biases of a larger net.
    Plane {
        /// How it lies.
        through: PlaneChoice,
        /// How far 1 is in that space.
        unit: f64,
        /// The cost is that over so many of the training examples.
        examples: usize,
    },
}

/// A point of a trajectory, projected onto the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProjectedPoint {
    /// Steps done.
    pub step: u64,
    /// The nearest place on the plane.
    pub at: [f64; 2],
    /// How far it is from there, in units of the plane.
    pub distance: f64,
    /// Its cost, over the same examples as the plane's.
    pub cost: f64,
}

/// The ground of one arm: a number for each point, row by row, the lowest row first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmSurface {
    /// C, with the L2 term.
    pub costs: Vec<f32>,
    /// ‖∇C‖; of a larger net its part in the plane.
    pub speeds: Vec<f32>,
    /// Where it goes downhill, across and up, of length 1; 0 where it is flat.
    pub downhill: Vec<[f32; 2]>,
    /// The bias that stays the same all over the map; 0 where it does not.
    pub bias: f64,
    /// The way of a larger net; that of one neuron is in [`super::ArmProgress::trajectory`].
    pub trajectory: Vec<ProjectedPoint>,
}

/// The ground of every arm. All numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// What was asked.
    pub request: SurfaceRequest,
    /// Steps done when it was looked at.
    pub step: u64,
    /// What it is of.
    pub surface_kind: SurfaceKind,
    /// Points across and up: fewer than were asked as long as it gets finer.
    pub points: (usize, usize),
    /// One for each arm.
    pub arms: Vec<ArmSurface>,
}

/// A request for the epochs needed from a grid of starts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AtlasRequest {
    /// The starts: w and b, or w₁ and w₂.
    pub window: Window,
    /// Starts across and up, the outermost on the edges of the window.
    pub points: (usize, usize),
    /// The bias of every start, where the window is of two weights.
    pub bias: f64,
    /// η of each arm.
    pub etas: [f64; 4],
    /// m: the examples of a mini-batch.
    pub batch: usize,
    /// ε: an arm is there once every output is within ε of its target.
    pub tolerance: f64,
    /// The most epochs it is given.
    pub cap: u32,
}

/// How long each start takes. All numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Atlas {
    /// What was asked.
    pub request: AtlasRequest,
    /// For each arm a number of epochs for each start, row by row, the lowest row first;
    /// [`Atlas::NEVER`] where it is not there within the cap, [`Atlas::OPEN`] as long as it is not
    /// known.
    pub arms: Vec<Vec<f32>>,
    /// How many starts of all arms are known, and how many there are.
    pub done: (usize, usize),
    /// How many of them are known by the closed form; the others were walked.
    pub foreseen: usize,
}

impl Atlas {
    /// In the place of epochs: not there within the cap.
    pub const NEVER: f32 = -1.0;
    /// In the place of epochs: not known yet.
    pub const OPEN: f32 = -2.0;
}
