//! The state of the Surface view: its window, its cursor and earlier trajectories.

/// The quantity that the surface view draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SurfaceLayer {
    /// The height: C.
    #[default]
    Cost,
    /// The steepness: ‖∇C‖.
    Speed,
    /// The downhill direction, drawn over the height.
    Downhill,
}

/// The trajectory of an arm from an earlier start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastTrajectory {
    /// The arm.
    pub arm: usize,
    /// w₁, w₂ and b, in training order.
    pub points: Vec<[f64; 3]>,
}

/// The state of the Surface view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SurfaceView {
    /// The quantity drawn.
    pub layer: SurfaceLayer,
    /// Whether the atlas of starts is shown instead of the surface.
    pub atlas: bool,
    /// The zoom, −8 to 24: each step shows two thirds of the previous extent.
    pub zoom: i8,
    /// The centre of the window.
    pub centre: [f64; 2],
    /// The position of the cursor, across and up.
    pub cursor: [f64; 2],
    /// The trajectories from earlier starts, the newest last.
    pub past_trajectories: Vec<PastTrajectory>,
    /// The points of a map on the screen, across and up; 0 and 0 if there is no room for one.
    pub points: (usize, usize),
}

impl SurfaceView {
    /// The most past trajectories kept, of all arms together.
    pub const GHOSTS: usize = 24;

    /// The most points kept of a past trajectory; more would not be distinguishable.
    pub(super) const POINTS: usize = 128;
}
