//! Benchmarks, and the fleet simulator that they and the tests of other crates use.
//!
//! [`simulator`] is light; everything else is what the programs need, behind the feature `programs`. How to run them, and what
//! their figures mean, is in `bench/README.md`.

pub mod simulator;
