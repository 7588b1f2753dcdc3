//! Benchmarks, and the fleet simulator that they and the tests of other crates use.
//!
//! [`simulator`] is light; everything else is what the programs need, behind the feature `programs`. How to run them, and what
//! their figures mean, is in `bench/README.md`.

pub mod simulator;

#[cfg(feature = "programs")]
pub mod alerts;
#[cfg(feature = "programs")]
pub mod fleet;
#[cfg(feature = "programs")]
pub mod history;
#[cfg(feature = "programs")]
pub mod measure;
#[cfg(feature = "programs")]
pub mod page;
#[cfg(feature = "programs")]
pub mod program;
#[cfg(feature = "programs")]
pub mod seed;
#[cfg(feature = "programs")]
pub mod simulate;
#[cfg(feature = "programs")]
pub mod table;
#[cfg(feature = "programs")]
pub mod watched;
