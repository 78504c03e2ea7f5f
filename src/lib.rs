//! xentviz trains small neural networks and shows, live in a terminal, why one learns slowly.
//!
//! Each top-level module is a room; `tests/layers.rs` defines which room may import which. Rooms are
//! visible in this crate only, so that the compiler finds code that the program does not use.

// The lint `missing_docs` of the compiler checks only items that other crates can reach.
#![warn(clippy::missing_docs_in_private_items)]

pub(crate) mod app;
pub(crate) mod arrays;
pub(crate) mod canvas;
pub(crate) mod cli;
pub(crate) mod data;
pub(crate) mod experiment;
pub(crate) mod explain;
pub(crate) mod file;
pub(crate) mod math;
pub(crate) mod nn;
pub(crate) mod report;
pub(crate) mod scenario;
pub(crate) mod source;
pub(crate) mod telemetry;
pub(crate) mod terminal;
pub(crate) mod text;
pub(crate) mod ui;
pub(crate) mod views;

pub use crate::cli::main;

/// The items that `tests/`, `benches/` and `fuzz/` use, by room and by name.
///
/// The compiler counts each of them as used, with its methods, so name no item that is not needed.
#[doc(hidden)]
pub mod testing {
    pub mod app {
        pub use crate::app::{
            App, BannerKind, CopyTo, Effect, Hint, Message, Overlay, Prompt, PromptKind, Target,
            footer, help,
        };
    }

    pub mod canvas {
        pub use crate::canvas::{
            Appearance, ChartOptions, ChartScale, ColourDepth, DrawnPart, Glyphs, Smoothing,
            ThemeName, place_in_sixteen,
        };
    }

    pub mod data {
        pub use crate::data::{
            ArrayNames, Csv, Data, DataError, Dataset, MNIST_TEST, MNIST_TRAIN, Missing, RngStream,
            RowOrder, Scale, SplitSizes, TableOptions, TestSize, digits, read_arrays, read_csv,
            read_mnist, rng, survey, table,
        };
    }

    pub mod experiment {
        pub use crate::experiment::{
            Advance, DataState, Experiment, StepChunk, StepObserver, check_memory, load,
        };
    }

    pub mod cli {
        pub use crate::cli::record_into;
    }

    pub mod explain {
        pub use crate::explain::{
            AnswerStream, ArmSnapshot, AtlasCells, AtlasSweep, Grid, InputPlane, ParameterSnapshot,
            Plane, RefinementDepth, Scores, Snapshot, atlas, equation, neuron_surface, on_picture,
            silencing, surface,
        };
    }

    pub mod file {
        pub use crate::file::{InputFile, Opener};
    }

    pub mod math {
        pub use crate::math::{cos, exp, ln_1p, pow, powi, sin};
    }

    pub mod nn {
        pub use crate::nn::{
            Activation, Backprop, BatchLayout, Cost, DataScaling, Descent, Examples,
            Hyperparameters, Init, Instructions, Network, NeuronKind, Output, PendingScale,
            Precision, Readings, Real, Sgd, SingleNeuron, StepFactors, StepMetric, StepPlan,
            TrainingSettings, UpdateRule, sigmoid, sigmoid_prime, start, with_instructions,
        };
    }

    pub mod report {
        pub use crate::report::{
            Metrics, MetricsFormat, ModelError, ReadModel, read_model_arrays, read_model_json,
            read_model_tensors, read_model_torch, write_model_json, write_model_tensors,
        };
    }

    pub mod scenario {
        pub use crate::scenario::{
            ArmSpec, DataSpec, InitialLayers, InitialState, MNIST_FOLDER, Override, Scenario,
            ScenarioEdit, ScenarioError, catalogue, entries, find, scenario_of_table,
        };
    }

    pub mod source {
        pub use crate::source::{
            Checkpointer, LiveSource, RunModels, RunRecording, RunSetup, Source,
        };
    }

    pub mod telemetry {
        pub use crate::telemetry::{
            Abilities, Activation, Answer, ArmFacts, ArmProgress, Atlas, AtlasRequest, BranchFacts,
            BranchId, Catalogue, Channel, ChannelFacts, Clock, Command, Cost, Divergence, Equation,
            EquationRequest, EquationRow, EtaMode, Evaluation, Event, ExampleEdit, FieldNeurons,
            FieldRequest, Fields, FilmFrame, GradientFactors, HalfForecast, History, LayerSnapshot,
            ListedExamples, LoadProgress, Metric, ModelState, NeuronCurves, NeuronSnapshot,
            NeuronState, Notice, Output, Pace, PictureAnswer, PlaneExample, PlaneTarget, Precision,
            Question, ReadingRate, RunFacts, RunState, RunStatus, ScenarioEntry, Series, Setting,
            Silencing, SingleExample, SurfaceKind, SurfaceRequest, TimeMove, TimeTarget,
            TrainingState, Trajectory, UntilGoal, UntilState, WeightQuantity, WeightReading,
            WeightsRequest, WeightsSnapshot, Window, spacing,
        };
    }

    pub mod text {
        pub use crate::text::visible;
    }

    pub mod views {
        pub use crate::views::{EquationPanel, GridPoint, SurfaceLayer, Symbol, Tab, ViewTarget};
    }

    pub mod ui {
        pub use crate::ui::{body, card, draw, readout, target_at};
    }
}
