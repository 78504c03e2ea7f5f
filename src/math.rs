//! Mathematical functions that return the same bits on every machine.
//!
//! The standard library takes sines, logarithms and powers from the platform, and their last digits
//! depend on the C library that a build is linked with. The functions of this room come from the crate
//! `libm`, which computes them by additions, products, quotients and square roots alone; IEEE 754
//! defines a single result for each of those. `clippy.toml` forbids the functions of the standard
//! library, so that no other room uses them by mistake.

mod decimal;
mod elementary;
mod finite;
mod normal;

pub use decimal::powi;
pub(crate) use decimal::{decade, power_of_ten};
pub(crate) use elementary::{Elementary, hypot, ln, log10, tanh};
pub use elementary::{cos, exp, ln_1p, pow, sin};
pub(crate) use finite::{finite, narrow};
pub(crate) use normal::standard_normal;
