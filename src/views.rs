//! The views of the dashboard. Everything about a view is in its folder: its state, its keys, its
//! layout, its drawing, its mouse targets, its sentences and its text for copying.
//!
//! A view implements [`View`] and reads its own state and [`SharedState`]. To add one, add its
//! folder, its `mod` line, and its row at the end of this file.

mod arm_name;
mod arm_panels;
mod binding;
mod calibration;
mod course_epoch;
mod course_name;
mod data;
mod direction;
mod duel;
mod edited_example;
mod equation;
mod figures;
mod filling;
mod ghosts;
mod input_name;
mod key;
mod map_axis;
mod neuron_plots;
mod plane_map;
mod recall;
mod run_differences;
mod runaway;
mod shared_state;
mod shrinking;
mod significance;
mod slow;
mod surface;
mod until_sentence;
mod view;
mod view_state;
mod weights;

pub(crate) use binding::{Binding, KeyLine, KeyScope, bind};
pub(crate) use course_epoch::epoch_name;
pub(crate) use course_name::{ghost_names, open_name};
pub(crate) use direction::ListDirection;
pub(crate) use edited_example::edited_example;
pub use equation::{EquationPanel, Symbol};
pub(crate) use filling::FillAction;
pub(crate) use ghosts::{drawn_ghosts, letter};
pub(crate) use key::{Key, char, code, ctrl, shift};
pub(crate) use shared_state::{SelectedWeight, SharedState};
pub use surface::SurfaceLayer;
pub(crate) use surface::levels;
pub(crate) use until_sentence::{until_reason, until_sentence};
pub(crate) use view::{ChartUse, EditedWeight, View};
pub use view::{GridPoint, ViewTarget};

/// Declares the tabs and the states of the views from one row for each view.
macro_rules! views {
    ($($tab:ident $folder:ident $view:ident,)*) => {
        /// The tab of a view.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Tab {
            // The first view is open at the start.
            #[default]
            $(
                #[doc = concat!("The tab of the ", stringify!($tab), " view.")]
                $tab,
            )*
        }

        impl Tab {
            /// All tabs, in their order on the screen.
            pub const ALL: &[Self] = &[$(Self::$tab,)*];
        }

        /// The views.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Views {
            $(
                #[doc = concat!("The ", stringify!($tab), " view.")]
                pub $folder: $folder::$view,
            )*
        }

        impl Views {
            /// Returns the view of a tab.
            pub(crate) fn get(&self, tab: Tab) -> &dyn View {
                match tab {
                    $(Tab::$tab => &self.$folder,)*
                }
            }

            /// Returns the view of a tab, to change it.
            pub(crate) fn get_mut(&mut self, tab: Tab) -> &mut dyn View {
                match tab {
                    $(Tab::$tab => &mut self.$folder,)*
                }
            }
        }
    };
}

views! {
    Duel duel DuelView,
    Equation equation EquationView,
    Weights weights WeightsView,
    Surface surface SurfaceView,
    Data data DataView,
}
