//! Requests for the cost surface and the atlas, and their answers.

/// A window of two parameters: the least and the greatest value across, and up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// The range across.
    pub across: (f64, f64),
    /// The range up.
    pub up: (f64, f64),
}

impl Window {
    /// Returns the widths of the two ranges.
    pub fn spans(&self) -> (f64, f64) {
        (self.across.1 - self.across.0, self.up.1 - self.up.0)
    }

    /// Returns whether a point lies in the window.
    pub fn holds(&self, [across, up]: [f64; 2]) -> bool {
        (self.across.0..=self.across.1).contains(&across) && (self.up.0..=self.up.1).contains(&up)
    }
}

/// A request for a cost surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurfaceRequest {
    /// The window: w and b of one neuron, or w₁ and w₂. For a larger network, coordinates on a plane, in
    /// which its trajectory lies between −1 and 1; [`SurfaceKind::Plane`] gives their scale.
    pub window: Window,
    /// The number of points across and up, the outermost on the edges of the window; at least 2 each.
    pub points: (usize, usize),
}

/// The position of the plane of a larger network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaneChoice {
    /// The plane through the start of the first arm and the current parameters of the first two.
    Ends,
    /// The plane along the two main directions of the trajectory of one arm.
    Directions,
}

/// The parameters that span the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SurfaceKind {
    /// w across and b up, of a neuron with one input.
    WeightAndBias,
    /// w₁ across and w₂ up, of a neuron with two inputs; each arm keeps its bias.
    Weights,
    /// A plane in the space of all weights and biases of a larger network.
    Plane {
        /// The position of the plane.
        through: PlaneChoice,
        /// The length of 1 in that space, a round number.
        unit: f64,
        /// The middle of the coordinates, seen from the start and in units: 0, ±½ or ±¾.
        middle: [f64; 2],
        /// The number of training examples over which the cost is computed.
        examples: usize,
    },
}

/// A point of a trajectory, projected onto the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProjectedPoint {
    /// The number of steps done.
    pub step: u64,
    /// The nearest point on the plane.
    pub at: [f64; 2],
    /// The distance from the plane, in the space of all weights and biases.
    pub distance: f64,
}

/// The ends of the trajectory of a larger network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrajectoryEnds {
    /// The distance between start and end in the space of all weights and biases.
    pub distance: f64,
    /// C at the start and at the end, with the L2 term, over the same examples as that of the plane; `None`
    /// until it is computed with the first map.
    pub costs: Option<(f64, f64)>,
}

/// The surface of one arm: a number for each point, row by row, the lowest row first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmSurface {
    /// C, with the L2 term.
    pub costs: Vec<f32>,
    /// ‖∇C‖; for a larger network that of its projection onto the plane.
    pub speeds: Vec<f32>,
    /// The direction of steepest descent across and up, of length 1; 0 where the surface is flat.
    pub downhill: Vec<[f32; 2]>,
    /// The bias, if it is constant over the window, else 0.
    pub bias: f64,
    /// The trajectory of a larger network; that of one neuron is in [`super::ArmProgress::trajectory`].
    pub trajectory: Vec<ProjectedPoint>,
    /// The ends of that trajectory.
    pub ends: Option<TrajectoryEnds>,
}

/// The surface of every arm. All numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// The request that this answers.
    pub request: SurfaceRequest,
    /// The number of steps done.
    pub step: u64,
    /// The parameters that span the window.
    pub kind: SurfaceKind,
    /// The number of points across and up, fewer than requested on a coarse map; 0 and 0 while only the
    /// trajectories of larger networks are known.
    pub points: (usize, usize),
    /// Whether this is the last refinement for the state of the run at that step.
    pub is_last: bool,
    /// The surface of each arm.
    pub arms: Vec<ArmSurface>,
}

impl Surface {
    /// Returns whether there are costs, not only trajectories.
    pub fn has_map(&self) -> bool {
        self.points.0 > 0 && self.points.1 > 0
    }
}

/// A request for the number of epochs that each start of a grid needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AtlasRequest {
    /// The window of the starts: w and b, or w₁ and w₂.
    pub window: Window,
    /// The number of starts across and up, the outermost on the edges of the window.
    pub points: (usize, usize),
    /// The bias of every start, if the window is of two weights.
    pub bias: f64,
    /// η of each arm.
    pub etas: [f64; 4],
    /// m, the number of examples in a mini-batch.
    pub batch: usize,
    /// ε: an arm has arrived once every output is within ε of its target.
    pub tolerance: f64,
    /// The most epochs of a start.
    pub cap: u32,
}

/// The number of epochs that each start needs. All numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Atlas {
    /// The request that this answers.
    pub request: AtlasRequest,
    /// The epochs of each arm and start, row by row, the lowest row first; [`Atlas::NEVER`] if the arm
    /// does not arrive within the cap, [`Atlas::OPEN`] until known.
    pub arms: Vec<Vec<f32>>,
    /// The number of known starts of all arms, and the number of all starts.
    pub done: (usize, usize),
    /// The number of starts known by the closed form; the others were simulated.
    pub foreseen: usize,
}

impl Atlas {
    /// The value of a start that does not arrive within the cap.
    pub const NEVER: f32 = -1.0;
    /// The value of a start that is not known yet.
    pub const OPEN: f32 = -2.0;
}
