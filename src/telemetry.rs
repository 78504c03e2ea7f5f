//! The plain data types that a run and its watchers share.
//!
//! A source of runs sends [`Event`]s; a watcher applies them to a [`History`] and sends [`Command`]s.

mod channel;
mod clock;
mod command;
mod course;
mod course_tree;
mod divergence;
mod equation;
mod event;
mod event_queue;
mod example_edit;
mod examples;
mod facts;
mod field;
mod film;
mod history;
mod log;
mod model;
mod playing;
mod progress;
mod question;
mod reproduction;
mod series;
mod setting;
mod surface;
mod time;
mod trajectory;
mod until;
mod weights;

pub(crate) use channel::ChannelReadings;
pub(crate) use channel::LayerQuantity;
pub use channel::{Channel, ChannelFacts, ReadingRate};
pub use clock::Clock;
pub use command::{Command, Pace};
pub(crate) use course::{ArmFuture, ChangeMark, CourseId, Ghost, Rates};
use course::{ancestors, common_step, lineage, start_of};
pub(crate) use course_tree::CourseRow;
pub use divergence::Divergence;
pub(crate) use equation::{
    ArmEquation, BackwardPath, BackwardStep, Factor, LayerCheck, Mean, Nudge, Saturated, StepEffect,
};
pub use equation::{Equation, EquationRequest, EquationRow};
pub use event::{Event, Notice};
pub(crate) use event_queue::EventQueue;
pub(crate) use example_edit::ExampleCounts;
pub use example_edit::ExampleEdit;
pub(crate) use examples::{
    ArmOnPicture, ArmScore, ExampleFilter, ExampleOrder, ExampleOutputs, ExampleRow, ExampleSet,
    ExamplesRequest, OtherOutputs, PictureRequest, PictureSource, SilencedArm, SilencingRequest,
};
pub use examples::{ListedExamples, PictureAnswer, Silencing};
pub use facts::{Abilities, ArmFacts, Catalogue, Metric, RunFacts, ScenarioEntry, SingleExample};
pub(crate) use facts::{InputUnit, KeyEntry, Labels, TargetFacts};
pub(crate) use field::{ArmFields, PlaneExamples};
pub use field::{FieldNeurons, FieldRequest, Fields, PlaneExample, PlaneTarget};
pub(crate) use film::evenly_chosen;
pub use film::{FilmFrame, NeuronSnapshot};
pub use history::History;
pub(crate) use log::{LogAction, LogEvent, RunIdentity, RunLog, ScriptEnd, TimedEvent};
pub(crate) use model::Checkpoint;
pub use model::{ModelState, TrainingState};
pub(crate) use playing::{PlayedAction, Playing};
pub(crate) use progress::Fit;
pub use progress::{
    ArmProgress, Evaluation, GradientFactors, HalfForecast, LoadProgress, NeuronCurves,
    NeuronState, RunState, RunStatus,
};
pub use question::{Answer, Question};
pub(crate) use reproduction::{Reproduction, RunCommandLine};
pub use series::Series;
pub(crate) use setting::Change;
pub use setting::{EtaMode, Setting};
pub(crate) use surface::{ArmSurface, PlaneChoice, ProjectedPoint, Surface, TrajectoryEnds};
pub use surface::{Atlas, AtlasRequest, SurfaceKind, SurfaceRequest, Window};
pub(crate) use time::PositionError;
pub use time::{BranchFacts, BranchId, TimeMove, TimeTarget};
pub use trajectory::{Trajectory, spacing};
pub(crate) use until::{Bound, Until, UntilMet};
pub use until::{UntilGoal, UntilState};
pub use weights::{LayerSnapshot, WeightQuantity, WeightReading, WeightsRequest, WeightsSnapshot};

// The enums of `nn` that appear in these types, re-exported so that the views need no other room.
pub(crate) use crate::nn::SlopeInDelta;
pub use crate::nn::{Activation, Cost, Output, Precision};
