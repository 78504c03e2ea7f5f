//! The key tables of the dashboard and of its views, from which dispatch, footer, help and the command
//! names are derived.

mod action;
mod lines;
mod table;
#[cfg(test)]
mod tests;

pub(super) use action::{Action, Edit, Travel};
pub(super) use lines::{
    Line, LineAction, active_lines, binding, is_active, lines, meaning, place_of_key,
    refusal_of_key, typed,
};
